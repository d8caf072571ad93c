"""Built graphs, kept beside the workspace so that the second question starts at once.

One file a question (`as_of`, half-life, weights) in the folder ``<workspace>.cache``. A file that is stale,
truncated, damaged or foreign is removed and built again; a folder that cannot be written to is done without.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from influence.errors import OutputError
from influence.schema import SCHEMA_VERSION
from influence.store.base import Store
from influence.writing.atomic import atomic_path

if TYPE_CHECKING:
    from influence.graph.audience import AudienceGraph

MAGIC = b"influence-graph\x01"
FORMAT = 1
MAX_FILES = 6
"""Questions kept for one workspace; the oldest go first."""

FINGERPRINT_SQL = """
select (select count(*) from accounts) as accounts,
       (select count(*) from follows) as follows,
       (select count(*) from interactions) as interactions,
       (select count(*) from posts) as posts,
       (select count(*) from imports) as imports,
       (select max(imported_at) from imports) as imported_at
"""


def cache_folder(workspace: Path) -> Path:
    """Where the graphs of the workspace file `workspace` are kept."""
    return workspace.with_name(workspace.name + ".cache")


def fingerprint(store: Store, workspace: Path) -> dict[str, Any]:
    """What changes when the data do: size and time of the files, and the number of rows."""
    marks: dict[str, Any] = {"schema": SCHEMA_VERSION, "format": FORMAT}
    for suffix in ("", ".wal"):
        file = Path(f"{workspace}{suffix}")
        if file.exists():
            status = file.stat()
            marks[f"file{suffix}"] = [status.st_size, status.st_mtime_ns]
    counts = store.query(FINGERPRINT_SQL).to_pylist()[0]
    return marks | {name: str(value) for name, value in counts.items()}


def cache_file(workspace: Path, settings: Mapping[str, Any]) -> Path:
    """The file for one question."""
    text = json.dumps(settings, sort_keys=True, default=str)
    return cache_folder(workspace) / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.graph"


def save(graph: AudienceGraph, file: Path, marks: Mapping[str, Any]) -> bool:
    """Write `graph`; False where the folder cannot be written to."""
    ids = graph.id_array.cast(pa.string())
    offsets, text = _text_buffers(ids)
    arrays = {
        "offsets": offsets,
        "text": text,
        "indptr": graph.audience.indptr,
        "indices": graph.audience.indices,
        "data": graph.audience.data,
    }
    header = {
        "marks": dict(marks),
        "arrays": [[name, array.dtype.str, len(array), _checksum(array)] for name, array in arrays.items()],
    }
    try:
        file.parent.mkdir(exist_ok=True)
        with atomic_path(file) as temporary:
            _write(str(temporary), header, list(arrays.values()))
        _prune(file.parent)
    except (OSError, OutputError):
        return False
    return True


def load(file: Path, marks: Mapping[str, Any]) -> AudienceGraph | None:
    """Read the graph kept in `file` if it is whole and made from the data as they are; else remove the file."""
    from influence.graph.audience import AudienceGraph

    if not file.exists():
        return None
    try:
        arrays = _read(file, marks)
        ids = pa.StringArray.from_buffers(
            len(arrays["offsets"]) - 1, pa.py_buffer(arrays["offsets"]), pa.py_buffer(arrays["text"])
        )
        n = len(ids)
        matrix = sp.csr_array((arrays["data"], arrays["indices"], arrays["indptr"]), shape=(n, n))
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowInvalid):
        _remove(file)
        return None
    return AudienceGraph(ids, matrix)


def _text_buffers(ids: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    ids = pa.concat_arrays([ids]) if ids.offset else ids
    _, offsets, text = ids.buffers()
    starts = np.frombuffer(offsets, dtype=np.int32, count=len(ids) + 1) if offsets else np.zeros(1, np.int32)
    body = np.frombuffer(text, dtype=np.uint8, count=int(starts[-1])) if text else np.zeros(0, np.uint8)
    return starts, body


def _checksum(array: np.ndarray) -> int:
    return zlib.crc32(np.ascontiguousarray(array).view(np.uint8).data) if array.size else 0


def _write(path: str, header: Mapping[str, Any], arrays: list[np.ndarray]) -> None:
    text = json.dumps(header).encode()
    with open(path, "wb") as stream:
        stream.write(MAGIC + len(text).to_bytes(8, "little") + text)
        for array in arrays:
            np.ascontiguousarray(array).tofile(stream)


def _read(file: Path, marks: Mapping[str, Any]) -> dict[str, np.ndarray]:
    with open(file, "rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            raise ValueError("foreign file")
        size = int.from_bytes(stream.read(8), "little")
        if size > file.stat().st_size:
            raise ValueError("damaged header")
        header = json.loads(stream.read(size))
        if header["marks"] != json.loads(json.dumps(dict(marks))):
            raise ValueError("made from other data")
        arrays = {}
        for name, kind, length, checksum in header["arrays"]:
            array = np.fromfile(stream, dtype=np.dtype(kind), count=length)
            if len(array) != length or _checksum(array) != checksum:
                raise ValueError("truncated or damaged")
            arrays[name] = array
    return arrays


def _prune(folder: Path) -> None:
    files = sorted(folder.glob("*.graph"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in files[MAX_FILES:]:
        _remove(file)


def _remove(file: Path) -> None:
    try:
        os.unlink(file)
    except OSError:
        return
