"""The text index kept beside the workspace: built once, extended when posts come, dropped when it does not fit.

`<workspace>.cache/text-index.npz` holds terms, never texts. What is in the workspace decides: a stamp over all rows
tells whether the file fits as it is; where it does not, it is brought up to date (`influence.text.extending`): only new
texts are cut into terms, and the terms of deleted posts go. The result is the same as building anew. A file that cannot
be read or written is never an error: the index is then built without it.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa

from influence.errors import OutputError
from influence.text.documents import data_stamp
from influence.text.extending import HashedIndex, bring_up_to_date, nothing_indexed
from influence.text.index import TextIndex
from influence.text.rows import presence_of
from influence.writing.atomic import atomic_path

if TYPE_CHECKING:
    from influence.store.base import Store

FORMAT = 3
NAME = "text-index.npz"
_ARRAYS = ("account_codes", "created_day", "is_bio", "is_spoken")
_STRINGS = ("account_ids", "post_ids", "terms")
_WORKED_OUT = ("meaning_length", "account_lengths", "account_meanings")
_PARTS = {*_ARRAYS, *_STRINGS, *_WORKED_OUT, "indices", "starts", "hashes", "stamp"}


def cache_file(workspace: Path) -> Path:
    """Where the index of a workspace is kept."""
    return Path(f"{workspace}.cache") / NAME


def cached_index(store: Store) -> TextIndex:
    """The index of a workspace in a file: read, extended or built, and kept."""
    path: Path = store.path  # type: ignore[attr-defined]
    file = cache_file(path)
    stamp = f"{_code_stamp()}|{data_stamp(store)}"
    kept = _read(file)
    kept_stamp = str(kept["stamp"]) if kept else ""
    if kept and kept_stamp == stamp:
        return _restore(kept)
    if kept_stamp.split("|")[0] != _code_stamp():
        kept = None
    old = HashedIndex(_restore(kept), np.asarray(kept["hashes"])) if kept else nothing_indexed()
    found = bring_up_to_date(store, old)
    _write(file, found, stamp)
    return found.index


def _write(file: Path, found: HashedIndex, stamp: str) -> None:
    """Write atomically; meanings are worked out first, so that the next process need not."""
    index = found.index
    parts: dict[str, np.ndarray] = {name: getattr(index, name) for name in _ARRAYS}
    parts |= {name: _pack(getattr(index, name)) for name in _STRINGS}
    parts |= {"indices": index.presence.indices, "starts": index.presence.indptr, "hashes": found.hashes}
    parts |= {name: getattr(index, name) for name in _WORKED_OUT}
    parts["account_meanings"] = parts["account_meanings"].astype(np.float16)
    with suppress(OSError, OutputError):
        file.parent.mkdir(exist_ok=True)
        with atomic_path(file) as fresh, fresh.open("wb") as out:
            np.savez(out, stamp=np.array(stamp), **parts)  # type: ignore[arg-type]


def _read(file: Path) -> dict[str, np.ndarray] | None:
    """The parts of the file, or None where there is none that can be read."""
    try:
        with file.open("rb") as raw, np.load(raw, allow_pickle=False) as parts:
            found = {name: parts[name] for name in parts.files}
    except (OSError, ValueError, EOFError, BadZipFile):
        return None
    return found if set(found) == _PARTS else None


def _restore(parts: dict[str, np.ndarray]) -> TextIndex:
    arrays = {name: np.asarray(parts[name]) for name in _ARRAYS}
    strings = {name: _unpack(np.asarray(parts[name])) for name in _STRINGS}
    indices, starts = np.asarray(parts["indices"]), np.asarray(parts["starts"])
    presence = presence_of(indices, starts, len(strings["terms"]))
    index = TextIndex(**arrays, **strings, presence=presence)  # type: ignore[arg-type]
    index.__dict__.update({name: np.asarray(parts[name]).astype(np.float32) for name in _WORKED_OUT})
    return index


def _pack(strings: np.ndarray) -> np.ndarray:
    """Strings as the bytes of an Arrow stream: no pickle, any character."""
    sink = pa.BufferOutputStream()
    table = pa.table({"s": pa.array(strings.tolist(), pa.large_string())})
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return np.frombuffer(sink.getvalue(), dtype=np.uint8)


def _unpack(packed: np.ndarray) -> np.ndarray:
    table = pa.ipc.open_stream(pa.py_buffer(packed)).read_all()
    return np.asarray(table["s"].to_numpy(zero_copy_only=False), dtype=object)


def _code_stamp() -> str:
    """Changes with whatever decides how a text becomes terms: this format, the tables, the libraries."""
    import duckdb
    import snowballstemmer
    import stopwordsiso

    tables = files("influence.text").joinpath("tables")
    sizes = [len(tables.joinpath(name).read_bytes()) for name in ("words.txt.gz", "word_vectors.npz")]
    source = b"".join(
        files("influence.text").joinpath(name).read_bytes() for name in ("tokens.py", "splitting.py")
    )
    known = [FORMAT, *sizes, duckdb.__version__, snowballstemmer.__name__, stopwordsiso.__name__]
    return hashlib.sha256(repr(known).encode() + source).hexdigest()[:12]
