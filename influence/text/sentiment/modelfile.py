"""The model's file: arrays only (npz), the same bytes from the same input; and the guessed words beside it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path

import numpy as np

from influence.errors import InfluenceError
from influence.text.sentiment.linear import LinearModel

HERE = Path(__file__).resolve().parent
MODEL_PATH = HERE / "model" / "sentiment.npz"
GUESSED_PATH = HERE / "tables" / "guessed.tsv"
FORMAT = 2


class ModelFileError(InfluenceError):
    """A sentiment model cannot be read."""


@cache
def guessed_words() -> dict[str, float]:
    """Valence of words that the lexicon lacks, as `tools/build_sentiment.py` guessed it."""
    found: dict[str, float] = {}
    for line in GUESSED_PATH.read_text("utf-8").splitlines()[1:]:
        value, _, words = line.partition("\t")
        found.update(dict.fromkeys(words.split(), float(value)))
    return found


def model_mark(path: Path) -> str:
    """A few letters that change when the file does."""
    return blake2b(path.read_bytes(), digest_size=8).hexdigest()


def save_model(path: Path, words: list[str], sentence: LinearModel, target: LinearModel) -> None:
    """Write both models with the words their keys speak of."""
    arrays = {"format": np.array([FORMAT])}
    arrays |= sentence.arrays("sentence") | target.arrays("target")
    arrays["words"] = np.frombuffer("\n".join(words[1:]).encode(), dtype=np.uint8)
    write_arrays(path, arrays)


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays as numpy does, but packed and without times, so that bytes repeat."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as file:
        for name, array in sorted(arrays.items()):
            memory = io.BytesIO()
            np.save(memory, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            file.writestr(entry, memory.getvalue(), zipfile.ZIP_DEFLATED, 9)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """What `write_arrays` wrote, read at once."""
    with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def read_model(path: Path) -> tuple[list[str], LinearModel, LinearModel]:
    """Words, sentence model and target model of a file.

    Raises
    ------
    ModelFileError
        Missing, damaged, or of another format.
    """
    try:
        found = read_arrays(path)
        if int(found["format"][0]) != FORMAT:
            raise ModelFileError(
                "this sentiment model is of another version",
                where=str(path),
                hint="train it again: influence sentiment train labels.csv",
            )
        words = found["words"].tobytes().decode().split("\n")
        return words, LinearModel.of(found, "sentence"), LinearModel.of(found, "target")
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelFileError(
            "the sentiment model cannot be read",
            where=str(path),
            seen=str(error),
            expected="a file written by `influence sentiment train`",
            hint="leave --model out to use the one that comes with influence",
        ) from error
