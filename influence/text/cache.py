"""The text index kept beside the workspace: built once, extended when posts come, dropped when it does not fit.

`<workspace>.cache/text-index.npz` holds terms, never texts. What is in the workspace decides: a stamp over all rows
tells whether the file fits as it is; where it does not, rows are matched by their hash, so that only new texts are cut
into terms and the terms of deleted posts go. The result is the same as building anew. A file that cannot be read or
written is never an error: the index is then built without it.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from influence.text.documents import data_stamp, read_accounts, read_post_hashes, read_texts
from influence.text.index import TextIndex
from influence.text.rows import TermRows, rows_of_texts, stack
from influence.text.tokens import Tokenizer

if TYPE_CHECKING:
    from influence.store.base import Store

FORMAT = 2
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
    index, hashes = _extend(store, kept)
    _write(file, index, hashes, stamp)
    return index


def _extend(store: Store, kept: dict[str, np.ndarray] | None) -> tuple[TextIndex, np.ndarray]:
    """Build the index; rows whose hash is known are not cut into terms again."""
    tokenizer = Tokenizer()
    posts = read_post_hashes(store)
    hashes = posts["row_hash"].to_numpy()
    old_hashes, old = _known_rows(kept)
    at = np.searchsorted(old_hashes, hashes)
    known = at < len(old_hashes)
    known[known] = old_hashes[at[known]] == hashes[known]
    fresh_texts = read_texts(store, pa.array(np.unique(hashes[~known])))
    fresh = rows_of_texts(fresh_texts["text"], tokenizer)
    both = stack([old.take(at[known]), fresh])
    place = np.empty(len(hashes), dtype=np.int64)
    place[known] = np.arange(int(known.sum()))
    place[~known] = int(known.sum()) + np.searchsorted(fresh_texts["row_hash"].to_numpy(), hashes[~known])
    index = TextIndex.from_rows(read_accounts(store), posts, both.take(place), tokenizer=tokenizer)
    return index, hashes


def _known_rows(kept: dict[str, np.ndarray] | None) -> tuple[np.ndarray, TermRows]:
    """Hashes (sorted) and terms of the posts of a kept index."""
    if kept is None:
        empty = np.zeros(0, dtype=np.uint64)
        return empty, TermRows(np.zeros(0, dtype=object), sp.csr_array((0, 0), dtype=np.float32))
    index = _restore(kept)
    hashes = np.asarray(kept["hashes"])
    order = np.argsort(hashes, kind="stable")
    return hashes[order], TermRows(index.terms, index.presence[order])


def _write(file: Path, index: TextIndex, hashes: np.ndarray, stamp: str) -> None:
    """Write atomically; meanings are worked out first, so that the next process need not."""
    parts: dict[str, np.ndarray] = {name: getattr(index, name) for name in _ARRAYS}
    parts |= {name: _pack(getattr(index, name)) for name in _STRINGS}
    parts |= {"indices": index.presence.indices, "starts": index.presence.indptr, "hashes": hashes}
    parts |= {name: getattr(index, name) for name in _WORKED_OUT}
    parts["account_meanings"] = parts["account_meanings"].astype(np.float16)
    fresh = file.with_name(f".{NAME}.{os.getpid()}")
    try:
        file.parent.mkdir(exist_ok=True)
        with fresh.open("wb") as out:
            np.savez(out, stamp=np.array(stamp), **parts)  # type: ignore[arg-type]
        fresh.replace(file)
    except OSError:
        with suppress(OSError):
            fresh.unlink()


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
    shape = (len(starts) - 1, len(strings["terms"]))
    presence = sp.csr_array((np.ones(len(indices), dtype=np.float32), indices, starts), shape=shape)
    index = TextIndex(**arrays, **strings, presence=presence)
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
