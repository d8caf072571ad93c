"""Which Parquet files are the tables: one small file, replaced whole, so that readers see all of a change or none.

Without a manifest a table is the folder ``<table>/`` or the file ``<table>.parquet``, as other tools write them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.fs as pafs

from influence.errors import SourceError, WorkspaceError
from influence.schema import TABLE_NAMES

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

NAME = "manifest.json"
STAGING = "staging"
"""Folder of what is being made; nothing in it is a table."""
KEPT = ("rejects", "aliases")
"""Tables of our own beside those of the contract."""


@dataclass(frozen=True)
class Stored:
    """The files of one table.

    Attributes
    ----------
    buckets : int
        By the hash of their key rows lie in so many buckets; 0: anywhere (files that another tool wrote).
    files : mapping of str to tuple of str
        Bucket (``""`` where there are none) -> paths within the folder.
    """

    buckets: int = 0
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """The tables of a folder as of one moment.

    Attributes
    ----------
    folder : str
        As Spark is told it: a path, ``s3a://...``, ``hdfs://...``.
    version : int
        Grows with every change; 0: no manifest was written yet.
    tables : mapping of str to Stored
    meta : mapping of str to str
        The salt of the suppressions.
    gone : tuple of str
        Paths that are in no table any more and have still to be deleted.
    """

    folder: str
    version: int = 0
    tables: Mapping[str, Stored] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()

    def files(self, table: str, buckets: Container[str] | None = None) -> list[str]:
        """Paths of a table, or of some of its buckets, as Spark is told them; empty: the table is not there."""
        stored = self.tables.get(table, Stored()).files.items()
        wanted = [files for bucket, files in stored if buckets is None or bucket in buckets]
        return [f"{self.folder}/{file}" for files in wanted for file in files]

    def stored(self, made: DataFrame) -> Stored:
        """The files of rows that a step made, as a table without buckets."""
        return Stored(0, {"": tuple(map(self.within, made.inputFiles()))})

    def within(self, path: str) -> str:
        """The path of a file, as Spark names it, within the folder."""
        root = self.folder.rpartition(":")[2].lstrip("/")
        return path.rpartition(f"{root}/")[2] if root in path else path

    def changed(self, tables: Mapping[str, Stored], meta: Mapping[str, str] | None = None) -> Manifest:
        """With some tables in place of those of their names; files that no table has any more are to be deleted."""
        after = {**self.tables, **tables}
        kept = set(_paths(after.values()))
        gone = [*self.gone, *(path for path in _paths(self.tables.values()) if path not in kept)]
        return replace(
            self, tables=after, meta={**self.meta, **(meta or {})}, gone=tuple(dict.fromkeys(gone))
        )


def _paths(tables: Iterable[Stored]) -> list[str]:
    return [path for stored in tables for files in stored.files.values() for path in files]


def read_manifest(folder: str | Path) -> Manifest:
    """The tables of a folder now; one that is not there has none.

    Raises
    ------
    SourceError
        The storage cannot be reached from here: an unknown kind, no access, a library that is missing.
    WorkspaceError
        The manifest is damaged.
    """
    name = as_told(folder)
    with _reached(name):
        text = read_text(f"{name}/{NAME}")
        return Manifest(name, tables=_found(name)) if text is None else parsed(name, text)


@contextmanager
def _reached(name: str) -> Iterator[None]:
    """What the storage says where it does not let us in, told of the folder."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise SourceError(
            "the folder of the tables cannot be reached from here",
            where=name,
            seen=str(error).splitlines()[0],
            expected="a folder, s3a:// (AWS_... in the environment) or hdfs:// (Hadoop's libhdfs beside Java)",
            hint="whoever asks changes the list of the tables' files without Spark, and needs access of its own",
        ) from error


def parsed(name: str, text: str) -> Manifest:
    """The manifest of a folder from its text.

    Raises
    ------
    WorkspaceError
        It is damaged.
    """
    try:
        told = json.loads(text)
        tables = {
            table: Stored(one["buckets"], {bucket: tuple(files) for bucket, files in one["files"].items()})
            for table, one in told["tables"].items()
        }
        return Manifest(name, int(told["version"]), tables, dict(told["meta"]), tuple(told["gone"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorkspaceError(
            "the list of the tables' files is damaged",
            where=f"{name}/{NAME}",
            seen=str(error),
            hint="put back a copy of it, or import into another folder",
        ) from error


def write_manifest(before: Manifest, after: Manifest) -> Manifest:
    """Put `after` in the place of `before`: from then on readers see it.

    Raises
    ------
    SourceError
        The storage cannot be written to from here.
    WorkspaceError
        Somebody else changed the tables in between.
    """
    now = read_manifest(before.folder).version
    if now != before.version:
        raise WorkspaceError(
            "another command changed these tables while this one worked",
            where=before.folder,
            seen=f"version {now}",
            expected=f"version {before.version}",
            hint="nothing was changed; run it again",
        )
    after = replace(after, version=before.version + 1)
    told: dict[str, Any] = {
        "version": after.version,
        "meta": dict(after.meta),
        "tables": {
            name: {"buckets": one.buckets, "files": {b: list(files) for b, files in one.files.items()}}
            for name, one in after.tables.items()
        },
        "gone": list(after.gone),
    }
    with _reached(after.folder):
        write_text(f"{after.folder}/{NAME}", json.dumps(told, indent=1))
    return after


def begin(folder: str | Path) -> Manifest:
    """The tables of a folder that is about to change, after what an earlier change left to be deleted is.

    A folder without a manifest gets one, so that what is written from now on is in no table before its time.
    """
    manifest = read_manifest(folder)
    return delete_gone(manifest if manifest.version else write_manifest(manifest, manifest))


def delete_gone(manifest: Manifest) -> Manifest:
    """Delete the files that are in no table any more; whoever was cut short in this does it the next time."""
    if not manifest.gone:
        return manifest
    for path in manifest.gone:
        remove(f"{manifest.folder}/{path}")
    return write_manifest(manifest, replace(manifest, gone=()))


def remove_strays(manifest: Manifest) -> None:
    """Delete what killed runs left: files below a table's folders ``v<number>-...`` that no table has."""
    used = (*_paths(manifest.tables.values()), *manifest.gone)
    roots = {"/".join(path.split("/")[:2]) for path in used}
    for table in (*TABLE_NAMES, *KEPT):
        for made in names_in(f"{manifest.folder}/{table}"):
            if made.startswith("v") and "-" in made and f"{table}/{made}" not in roots:
                remove(f"{manifest.folder}/{table}/{made}")
    remove(f"{manifest.folder}/{STAGING}")


def as_told(folder: str | Path) -> str:
    """A folder as Spark takes it: absolute where it is a path, else the address without a slash at its end."""
    text = str(folder)
    return text.rstrip("/") if "://" in text else os.path.realpath(text)


def _found(folder: str) -> dict[str, Stored]:
    """The tables of a folder that another tool wrote."""
    found = {}
    for table in (*TABLE_NAMES, *KEPT):
        for name in (table, f"{table}.parquet"):
            files = _parquet_below(folder, name)
            if files and table not in found:
                found[table] = Stored(0, {"": files})
    return found


def _parquet_below(folder: str, name: str) -> tuple[str, ...]:
    """The Parquet files of a folder, or the file itself, as paths within `folder`."""
    system, path = _place(f"{folder}/{name}")
    if system.get_file_info(path).type == pafs.FileType.File:
        return (name,)
    inside = system.get_file_info(pafs.FileSelector(path, allow_not_found=True, recursive=True))
    files = [info.path[len(path) :] for info in inside if info.type == pafs.FileType.File]
    return tuple(sorted(f"{name}{file}" for file in files if file.endswith(".parquet") and "/." not in file))


def _place(path: str) -> tuple[pafs.FileSystem, str]:
    if "://" not in path:
        return pafs.LocalFileSystem(), path
    scheme, _, rest = path.partition("://")
    place: tuple[pafs.FileSystem, str] = pafs.FileSystem.from_uri(f"{scheme.replace('s3a', 's3')}://{rest}")
    return place


def names_in(folder: str) -> list[str]:
    """Names of what lies in a folder; nothing where it is not there."""
    system, path = _place(folder)
    found = system.get_file_info(pafs.FileSelector(path, allow_not_found=True))
    return sorted(info.base_name for info in found)


def exists(path: str) -> bool:
    """Whether there is a file or folder of this path."""
    system, place = _place(path)
    return bool(system.get_file_info(place).type != pafs.FileType.NotFound)


def read_text(path: str) -> str | None:
    """The text of a small file, or None where there is none."""
    if not exists(path):
        return None
    system, place = _place(path)
    with system.open_input_stream(place) as file:
        return bytes(file.read()).decode("utf-8")


def write_text(path: str, text: str) -> None:
    """Write a small file whole or not at all: by a rename on disks, by one put in object storage."""
    system, place = _place(path)
    system.create_dir(os.path.dirname(place), recursive=True)
    local = isinstance(system, pafs.LocalFileSystem)
    target = f"{place}.new" if local else place
    with system.open_output_stream(target) as file:
        file.write(text.encode())
    if local:
        os.replace(target, place)


def remove(path: str) -> None:
    """Delete a file or folder, where there is one."""
    system, place = _place(path)
    kind = system.get_file_info(place).type
    if kind == pafs.FileType.Directory:
        system.delete_dir(place)
    elif kind == pafs.FileType.File:
        system.delete_file(place)
        crc = os.path.join(os.path.dirname(place), f".{os.path.basename(place)}.crc")
        if exists(crc):
            system.delete_file(crc)
