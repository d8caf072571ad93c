"""The sentence model that is built here; in the tests one of nine small layers, packed as the real one is."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from influence.cli.app import run
from influence.errors import MissingDataError, SourceError
from influence.text.mentions import find_mentions
from influence.text.sentence import building
from influence.text.sentence.weights import PackedWeights
from influence.text.sentiment import sentences
from influence.text.sentiment.modelfile import write_arrays
from influence.text.sentiment.score import Sentiment

WIDTH, DEPTH, HEADS, INNER = 32, 9, 2, 64
DUTCH = "Acme is heel goed, wij zijn er erg blij mee en komen zeker nog eens terug"
PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "▁",
    "▁query",
    ":",
    "▁goed",
    "▁slecht",
    "да",
    "▁Acme",
    "▁is",
    "▁het",
]


def packed(numbers: np.ndarray) -> bytes:
    """Blocks of 32 numbers in four bits."""
    blocks = numbers.reshape(-1, 32)
    scale = (np.abs(blocks).max(axis=1) / 7).astype(np.float16)
    told = (np.round(blocks / scale.astype(np.float32)[:, None]) + 8).astype(np.uint8)
    rows = told[:, :16] | (told[:, 16:] << 4)
    return b"".join(s.tobytes() + row.tobytes() for s, row in zip(scale, rows, strict=True))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng, tensors = np.random.default_rng(0), {}

    def some(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.3, shape).astype(np.float32)

    tensors["emb.word"] = (1, some(len(PIECES), WIDTH))
    tensors["emb.pos"], tensors["emb.type"] = (0, some(128, WIDTH)), (0, some(2, WIDTH))
    sizes = {"q": (WIDTH, WIDTH), "k": (WIDTH, WIDTH), "v": (WIDTH, WIDTH), "ao": (WIDTH, WIDTH),
             "fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}  # fmt: skip
    for layer in range(DEPTH):
        for name, shape in sizes.items():
            tensors[f"l{layer}.{name}.w"], tensors[f"l{layer}.{name}.b"] = (
                (1, some(*shape)),
                (0, some(shape[0])),
            )
    for norm in ["emb.ln", *(f"l{layer}.{name}" for layer in range(DEPTH) for name in ("aln", "oln"))]:
        tensors[f"{norm}.w"], tensors[f"{norm}.b"] = (0, 1 + some(WIDTH)), (0, some(WIDTH))
    blob = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype(np.uint32)
    head = b"E5SMALL4" + struct.pack("<7i", WIDTH, DEPTH, HEADS, INNER, len(PIECES), 128, 2)
    head += struct.pack("<fi", 1e-12, 32) + struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += ends.tobytes() + np.full(len(PIECES), -1, dtype=np.float32).tobytes() + blob
    head += struct.pack("<iI", 0, 0) + struct.pack("<i", len(tensors))
    told = [(packed(values) if kind else values.tobytes()) for kind, values in tensors.values()]
    begin = len(head) + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in tensors)
    for (name, (kind, values)), content in zip(tensors.items(), told, strict=True):
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", kind, values.size, begin, len(content))
        begin += len(content)
    path = tmp_path_factory.mktemp("carried") / "e5-small-q4.bin"
    path.write_bytes(head + b"".join(told))
    return path


@pytest.fixture
def built(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("onnx", "onnxruntime", "tokenizers"):
        pytest.importorskip(name, reason="needs the extra languages")
    monkeypatch.setenv(building.PLACE, str(tmp_path))
    return building.build_model(weights)


def plain_states(weights: PackedWeights, pieces: list[int]) -> np.ndarray:
    """The network in numpy, with all its digits: means of the layers that feelings are read from."""
    from scipy.special import erf

    def even(x: np.ndarray, name: str) -> np.ndarray:
        told = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + weights.epsilon)
        return told * weights.tensor(f"{name}.w") + weights.tensor(f"{name}.b")

    state = (
        weights.rows("emb.word")[pieces]
        + weights.rows("emb.pos")[: len(pieces)]
        + weights.rows("emb.type")[0]
    )
    state, means = even(state, "emb.ln"), []
    for layer in range(DEPTH):

        def times(x: np.ndarray, name: str, layer: int = layer) -> np.ndarray:
            return x @ weights.rows(f"l{layer}.{name}.w").T + weights.tensor(f"l{layer}.{name}.b")

        q, k, v = (times(state, n).reshape(len(pieces), HEADS, -1).transpose(1, 0, 2) for n in "qkv")
        near = np.exp(q @ k.transpose(0, 2, 1) / np.sqrt(WIDTH / HEADS))
        seen = (near / near.sum(2, keepdims=True)) @ v
        told = times(seen.transpose(1, 0, 2).reshape(len(pieces), WIDTH), "ao")
        state = even(state + told, f"l{layer}.aln")
        bent = times(state, "fi")
        state = even(state + times(bent * 0.5 * (1 + erf(bent / np.sqrt(2))), "fo"), f"l{layer}.oln")
        if layer + 1 in (6, 9):
            means.append(state.mean(0))
    return np.concatenate(means)


def test_the_built_model_says_what_the_network_says_with_all_its_digits(built: Path, weights: Path) -> None:
    ours = sentences.states(["Acme is goed"])[0]
    whole = PackedWeights(weights)
    pieces = [whole.pieces.index(p) for p in ("<s>", "▁query", ":", "▁Acme", "▁is", "▁goed", "</s>")]
    theirs = plain_states(whole, pieces)
    assert ours.shape == (2 * WIDTH,)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.98


def test_what_is_said_of_a_text_does_not_hang_on_its_neighbours(built: Path) -> None:
    alone = sentences.states(["het is goed"])
    assert np.array_equal(sentences.states(["slecht slecht slecht", "het is goed"])[1:], alone)


def test_pieces_of_other_scripts_are_left_out_and_the_bytes_repeat(built: Path, weights: Path) -> None:
    before = {file.name: file.read_bytes() for file in built.iterdir()}
    assert "да" not in (built / "tokenizer.json").read_text("utf-8")
    assert {file.name: file.read_bytes() for file in building.build_model(weights).iterdir()} == before


def test_it_reads_dutch_that_no_other_model_does_and_joins_what_others_say(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = sentences.states(["Acme is goed", "Acme is slecht"])
    layer = np.zeros((8, 2 * WIDTH + 1, 3))
    towards = good - bad
    layer[0, :-1, 2], layer[0, -1, 2] = towards, -towards @ (good + bad) / 2
    write_arrays(tmp_path / "head.npz", {"weights": layer, "temperature": np.array(1.0)})
    monkeypatch.setattr(sentences, "HEAD_PATH", tmp_path / "head.npz")
    model = Sentiment()
    said = find_mentions([DUTCH], "Acme", model=model).rows[0]
    assert (said.language, said.reason) == ("nl", "rough, nl: wording")
    assert said.p_positive is not None
    monkeypatch.setenv(building.PLACE, str(tmp_path / "nothing"))
    without = Sentiment()
    assert without.mark != model.mark
    assert find_mentions([DUTCH], "Acme", model=without).rows[0].p_positive is None


@pytest.mark.skipif(building.built_folder() is None, reason="the sentence model is not built here")
def test_dutch_polish_and_romanian_are_read_by_transfer() -> None:
    from tests.text.sentiment_cases import kind_cases

    rows, model = kind_cases("transfer.tsv", "Northpeak"), Sentiment()
    said = [find_mentions([row.text], "Northpeak", model=model).probabilities[0] for row in rows]
    assert np.mean(np.array(said).argmax(axis=1) == [row.label for row in rows]) > 0.9


def test_without_the_model_nothing_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(building.PLACE, str(tmp_path))
    assert building.built_folder() is None
    assert not Sentiment().hears_sentences
    run(["doctor", "-w", str(tmp_path / "none.duckdb")])
    assert "influence models build" in capsys.readouterr().out


def test_other_files_are_no_weights(tmp_path: Path) -> None:
    (tmp_path / "some.bin").write_bytes(b"something else")
    with pytest.raises(SourceError, match="no weights"):
        PackedWeights(tmp_path / "some.bin")


def test_without_the_package_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingDataError, match="languages"):
        building.carried_weights()
