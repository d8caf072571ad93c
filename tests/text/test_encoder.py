"""A sentence model the user names reads the best candidates again; here one of five words, made by the test."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner

import influence
from benchmarks.text.indexing import index_from
from influence.cli.app import cli
from influence.errors import SourceError
from influence.settings import load_profile
from influence.store.kept.keeper import Keeper
from influence.text.encoder import OnnxEncoder, RememberingEncoder, reorder
from influence.text.niche import Niche
from influence.text.relevance import niche_relevance

WORDS = {"[PAD]": 0, "[UNK]": 1, "vegan": 2, "plant": 3, "motor": 4}
VECTORS = [[0, 0, 1], [0, 0, 1], [1, 0.1, 0], [1, 0, 0], [0, 1, 0]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pytest.importorskip("onnxruntime", reason="needs the extra embeddings")
    onnx = pytest.importorskip("onnx", reason="needs onnx to make a model")
    model = {"type": "WordLevel", "vocab": WORDS, "unk_token": "[UNK]"}
    whitespace = {"type": "Whitespace"}
    tokenizer = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
                 "pre_tokenizer": whitespace, "post_processor": None, "decoder": None, "model": model}  # fmt: skip
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer))
    table = onnx.numpy_helper.from_array(np.array(VECTORS, dtype=np.float32), "table")
    ids = onnx.helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, ["n", "t"])
    out = onnx.helper.make_tensor_value_info("tokens", onnx.TensorProto.FLOAT, ["n", "t", 3])
    node = onnx.helper.make_node("Gather", ["table", "input_ids"], ["tokens"])
    graph = onnx.helper.make_graph([node], "tiny", [ids], [out], [table])
    opset = onnx.helper.make_opsetid("", 13)
    onnx.save(onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8), tmp_path / "model.onnx")
    return tmp_path


def test_vectors_are_means_over_the_words_and_padding_does_not_count(folder: Path) -> None:
    short, long = OnnxEncoder(folder).encode(["plant", "motor motor motor"])
    assert np.allclose(short, [1, 0, 0])
    assert np.allclose(long, [0, 1, 0])


def test_both_orders_count_alike_and_the_fits_keep_their_values(folder: Path) -> None:
    posts = {
        "p1": "vegan motor motor motor",
        "p2": "vegan plant plant plant",
        "p3": "vegan plant plant motor",
    }
    ids = ["web:a", "web:b", "web:c"]
    blank = pa.nulls(3, pa.string())
    accounts = pa.table({"account_id": ids, "handle": blank, "name": blank, "bio": blank})
    table = pa.table(
        {"post_id": list(posts), "account_id": ids, "text": list(posts.values()), "day": [1, 1, 1]}
    )
    found = niche_relevance(index_from(accounts, table), Niche("vegan"))
    found = replace(found, account_fit=np.array([0.6, 0.5, 0.4]))  # ours: a b c; the model's: b c a
    again = reorder(found, Niche("vegan"), OnnxEncoder(folder), lambda wanted: {p: posts[p] for p in wanted})
    assert again.account_fit.tolist() == [0.5, 0.6, 0.4]


def test_a_folder_without_a_model_is_an_error_that_says_what_is_missing(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="needs the extra embeddings")
    with pytest.raises(SourceError, match="no sentence model"):
        OnnxEncoder(tmp_path)


def test_a_broken_model_is_an_error_and_no_traceback(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(SourceError, match="cannot be used"):
        OnnxEncoder(folder)


def test_rank_lets_the_model_read_the_best_accounts_again(folder: Path, tmp_path: Path) -> None:
    said = {0: ["vegan motor"] * 4, 1: ["vegan plant"] * 2, 2: ["vegan plant motor"], 3: ["chess openings"]}
    posts = "post_id,account_id,text\n" + "".join(
        f"p{who}-{n},web:{who},{text}\n" for who, texts in said.items() for n, text in enumerate(texts)
    )
    (tmp_path / "posts.csv").write_text(posts)
    workspace = tmp_path / "w.duckdb"
    with influence.open_workspace(workspace) as opened:
        influence.import_files(opened, [tmp_path / "posts.csv"])
    asked = ["rank", "-w", str(workspace), "--niche", "vegan", "--weights", "niche_fit=1", "--format", "json"]
    ours, fused = (
        json.loads(CliRunner().invoke(cli, [*asked, *more]).stdout)
        for more in ([], ["--embedding-model", str(folder)])
    )
    assert ours["rows"][0]["account_id"] == "web:0"
    assert fused["rows"][0]["account_id"] == "web:1"
    assert fused["provenance"]["settings"]["embedding_model"] == str(folder)


def test_a_profile_names_the_model_beside_itself(tmp_path: Path) -> None:
    (tmp_path / "profile.toml").write_text('embedding_model = "model"\n')
    assert load_profile(tmp_path / "profile.toml").embedding_model == str(tmp_path / "model")


def test_a_text_is_read_once_for_a_workspace(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = Keeper(tmp_path / "w.cache", str)
    before = RememberingEncoder(str(folder), keeper).encode(["vegan plant", "motor", "vegan plant"])
    assert before.shape == (3, 3)
    assert np.array_equal(before[0], before[2])
    asked: list[str] = []
    read = OnnxEncoder.encode
    monkeypatch.setattr(
        OnnxEncoder, "encode", lambda self, texts: (asked.extend(texts), read(self, texts))[1]
    )
    again = RememberingEncoder(str(folder), keeper).encode(["motor", "plant", "vegan plant"])
    assert asked == ["plant"]
    assert np.array_equal(again[[2, 0]], before[:2])
