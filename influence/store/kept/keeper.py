"""What was worked out from a workspace, kept beside it: one mechanism for material, text index, graph and scores.

``<workspace>.cache/NAME.kept`` holds arrays as they lie in memory, so that reading one is mapping the file. A file is
taken only when it is whole and made by this code, from this workspace, from these data: a stamp says so. Anything else
is made anew and told once. Nothing is pickled, only the owner may read it, and it is moved into place as a whole.
`forget` and `purge` throw the folder away (`influence.store.rights.erasure.clear_caches`).
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from influence.errors import OutputError, WorkspaceBusyError
from influence.schema import SCHEMA_VERSION, TABLES
from influence.store.duckdb_store import fingerprint
from influence.store.kept.packing import pack, unpack
from influence.store.kept.spilling import release, remember
from influence.writing.atomic import atomic_path

if TYPE_CHECKING:
    from influence.store.base import Store

SEEN = "data"
"""Name of the kept file that says which stamp a file had when it looked as it does."""


def data_stamp(store: Store) -> str:
    """A few digits that change when any row of any table does; half a second for ten million rows."""
    parts = [
        f"select '{table.name}' as name, count(*) as n, bit_xor(hash({_columns(table)})) as mixed from {table.name}"
        for table in TABLES
    ]
    rows = store.query(" union all ".join(parts) + " order by name").to_pylist()
    return f"{SCHEMA_VERSION}|" + "|".join(f"{row['n']}:{row['mixed'] or 0:x}" for row in rows)


def _columns(table: Any) -> str:
    return ", ".join(name for name, _ in table.stored_columns)


def keeper_of(store: Store) -> Keeper | None:
    """Where what is worked out from a workspace is kept; None for one in memory. An engine may have its own."""
    own: Keeper | None = getattr(store, "keeper", None)
    if own is not None:
        return own
    path: Path | None = getattr(store, "path", None)
    return None if path is None else Keeper(cache_folder(path), lambda: _known_stamp(store, path))


def _known_stamp(store: Store, path: Path) -> str:
    """The stamp of the data, from the last look where the file is as it was then.

    While another process writes, it is the stamp of before: what is kept of then answers.
    """
    reads_only = bool(getattr(store, "read_only", False))
    notes = Keeper(cache_folder(path), str)
    seen = notes.read(SEEN, stamp=code_stamp()) or {"fingerprint": (), "stamp": ""}
    before = fingerprint(path)
    if reads_only and _listed(seen["fingerprint"]) == before:
        return str(seen["stamp"])
    if seen["stamp"] and _is_written_to(store):
        return str(seen["stamp"])
    stamp = data_stamp(store)
    if reads_only and fingerprint(path) == before:
        notes.write(SEEN, {"fingerprint": tuple(map(tuple, before)), "stamp": stamp}, stamp=code_stamp())
    return stamp


def _is_written_to(store: Any) -> bool:
    try:
        store.open(patience=0.0)
    except WorkspaceBusyError:
        return True
    return False


def _listed(seen: Any) -> list[list[int]]:
    return [list(one) for one in seen]


T = TypeVar("T")
MAGIC = b"influence-kept\x01\n"
ENDING = ".kept"
MAX_VARIANTS = 48
"""Files kept of names that hold an ``@`` (what depends on who is ranked, or on settings); the oldest go first."""
_ALIGN = 64
_TOLD: set[Path] = set()
"""Folders of which it was told that something cannot be used: once is enough."""
_CODE = ("schema.py", "store", "spark", "graph", "text", "signals")
_LIBRARIES = ("duckdb", "numpy", "scipy", "snowballstemmer", "PyStemmer", "stopwordsiso")


class KeptFileWarning(UserWarning):
    """A kept file could not be used or written; it was done without."""


class Keeper:
    """Files of one workspace that fit one stamp.

    Parameters
    ----------
    folder : Path
        Made when the first file is written.
    stamp : callable
        Gives the stamp of the data; called when it is first needed. Code and libraries are added to it.

    Examples
    --------
    >>> import tempfile
    >>> keeper = Keeper(Path(tempfile.mkdtemp()), lambda: "these data")
    >>> keeper.write("squares", {"of": np.arange(3) ** 2})
    True
    >>> keeper.read("squares")["of"].tolist()
    [0, 1, 4]
    >>> Keeper(keeper.folder, lambda: "other data").read("squares") is None
    True
    """

    def __init__(self, folder: Path, stamp: Callable[[], str]) -> None:
        self.folder = folder
        self._of_data = stamp

    @cached_property
    def stamp(self) -> str:
        """What decides whether a file fits: the code, the libraries, and the data."""
        return f"{code_stamp()}|{self._of_data()}"

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What is kept under `name`, else what `make` gives, which is then kept.

        What was just kept is read again: mapped, the system may take its memory back when it needs it, and what was
        read to make it is given back at once.
        """
        found: T | None = self.read(name)
        if found is None:
            found = make()
            if found is not None and self.write(name, found):
                mapped: T | None = self.read(name)
                release()
                return found if mapped is None else mapped
        return found

    def read(self, name: str, stamp: str | None = None, data_matter: bool = True) -> Any:
        """What is kept under `name`; None where nothing is, or it does not fit. Arrays are read-only."""
        try:
            found, arrays = _read(self.file(name))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._tell(name, f"cannot be read ({error}); it is made anew")
            return None
        kept = str(found["stamp"])
        fits = kept == (stamp or self.stamp) if data_matter else kept.startswith(f"{code_stamp()}|")
        return unpack(found["value"], arrays) if fits else None

    def before(self, name: str) -> Any:
        """What is kept under `name` and was made by the code of today, of whatever data; None where nothing is."""
        return self.read(name, stamp=None, data_matter=False)

    def write(self, name: str, value: Any, stamp: str | None = None) -> bool:
        """Keep `value` (see `influence.store.kept.packing`) under `name`; tells whether that could be done."""
        arrays: list[np.ndarray] = []
        header = {"stamp": stamp or self.stamp, "value": pack(value, arrays)}
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            _write(self.file(name), header, arrays)
            self._prune()
        except (OSError, OutputError):
            self._tell(name, "cannot be written; the work is done again next time")
            return False
        return True

    def file(self, name: str) -> Path:
        """Where `name` is kept."""
        return self.folder / f"{name}{ENDING}"

    def _prune(self) -> None:
        variants = sorted(self.folder.glob(f"*@*{ENDING}"), key=_age)
        for old in variants[:-MAX_VARIANTS]:
            with suppress(OSError):
                old.unlink()

    def _tell(self, name: str, what: str) -> None:
        if self.folder not in _TOLD:
            _TOLD.add(self.folder)
            warnings.warn(f"{self.file(name)} {what}", KeptFileWarning, stacklevel=4)


def _age(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def cache_folder(workspace: Path) -> Path:
    """The folder beside a workspace file."""
    return Path(f"{workspace}.cache")


@cache
def code_stamp() -> str:
    """Changes with the code and the tables that make what is kept, and with the libraries they use."""
    digest = hashlib.sha256()
    home = Path(str(files("influence")))
    for part in _CODE:
        found = [home / part] if part.endswith(".py") else sorted((home / part).rglob("*.*"))
        for file in found:
            if file.suffix == ".py":
                digest.update(file.read_bytes())
            elif file.is_file() and "__pycache__" not in file.parts:  # compiled code comes as it is used
                digest.update(f"{file.name}:{file.stat().st_size}".encode())
    digest.update(repr([_version(name) for name in _LIBRARIES]).encode())
    return digest.hexdigest()[:16]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _write(file: Path, header: Mapping[str, Any], arrays: list[np.ndarray]) -> None:
    """Magic, length of the header, header, and the arrays, each from a multiple of 64 bytes on."""
    places, at = [], 0
    for array in arrays:
        places.append([array.dtype.str, list(array.shape), at])
        at += -(-array.nbytes // _ALIGN) * _ALIGN
    text = json.dumps({**header, "arrays": places, "size": at}).encode()
    text += b" " * (-(len(MAGIC) + 8 + len(text)) % _ALIGN)
    with atomic_path(file, mode=0o600) as temporary, temporary.open("wb") as out:
        out.write(MAGIC + len(text).to_bytes(8, "little") + text)
        for array in arrays:
            out.write(np.ascontiguousarray(array).data if array.size else b"")
            out.write(b"\0" * (-array.nbytes % _ALIGN))


def _read(file: Path) -> tuple[dict[str, Any], list[np.ndarray]]:
    raw = np.memmap(file, mode="r")
    remember(raw._mmap)  # type: ignore[attr-defined]
    start = len(MAGIC) + 8
    if raw[: len(MAGIC)].tobytes() != MAGIC:
        raise ValueError("not a kept file")
    length = int.from_bytes(raw[len(MAGIC) : start].tobytes(), "little")
    header = json.loads(raw[start : start + length].tobytes())
    if len(raw) != start + length + header["size"]:
        raise ValueError("cut short")
    return header, [_array(raw, start + length + at, kind, shape) for kind, shape, at in header["arrays"]]


def _array(raw: np.ndarray, at: int, kind: str, shape: list[int]) -> np.ndarray:
    """An array as it lies in the file, no view of a larger one: scipy copies what is a small part of its base."""
    size = int(np.prod(shape, dtype=np.int64))
    return np.frombuffer(raw, kind, size, at).reshape(shape) if size else np.zeros(shape, kind)
