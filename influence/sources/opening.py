"""From a path to its sources: which reader fits which file."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

from influence.errors import SourceError, did_you_mean
from influence.sources.base import ReadOptions, Source

READERS = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".tab": "delimited",
    ".txt": "delimited",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".xls": "workbook",
    ".ods": "workbook",
    ".gexf": "graphfile",
    ".graphml": "graphfile",
    ".gml": "graphfile",
    ".gdf": "graphfile",
    ".net": "graphfile",
}
PACKED = (".gz",)


def find_files(paths: list[Path]) -> tuple[list[Path], list[Path]]:
    """Expand folders into the files that can be read.

    Returns
    -------
    files : list of Path
        Each once; those of a folder by name.
    left_out : list of Path
        Files of the folders with an ending that no reader knows.

    Raises
    ------
    SourceError
        A path does not exist, has an unknown ending, or a folder holds nothing to read.
    """
    files: dict[Path, Path] = {}
    left_out: list[Path] = []
    for path in paths:
        found = _in_folder(path, left_out) if path.is_dir() else [_checked(path)]
        for file in found:
            files.setdefault(file.resolve(), file)
    return list(files.values()), left_out


def open_sources(path: Path, options: ReadOptions | None = None) -> list[Source]:
    """Open one file: a list of one source, or of several (sheets; nodes and edges)."""
    options = options or ReadOptions()
    kind = READERS[ending(path)]
    if kind == "workbook":
        return list(_late("workbook", "open_workbook")(path, options))
    if kind == "graphfile":
        return list(_late("graphfiles", "open_graphfile")(path, options))
    reader = {"delimited": "open_delimited", "parquet": "open_parquet", "json": "open_json"}[kind]
    module = {"json": "jsonlines"}.get(kind, kind)
    return list(_late(module, reader)(path, options, stem(path)))


def ending(path: Path) -> str:
    """The ending that tells the format, lower case: ``.csv`` for ``posts.CSV.gz``."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def stem(path: Path) -> str:
    """The file's name without its endings, lower case."""
    name = path.name.lower().removesuffix(".gz")
    return re.sub(re.escape(ending(path)) + "$", "", name)


def _late(module: str, function: str) -> Any:
    return getattr(importlib.import_module(f"influence.sources.{module}"), function)


def _in_folder(folder: Path, left_out: list[Path]) -> list[Path]:
    inside = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "~$")))
    known = [path for path in inside if ending(path) in READERS]
    left_out += [path for path in inside if path not in known]
    if not known:
        raise SourceError(
            "this folder holds no file that can be read",
            where=str(folder),
            seen=", ".join(path.name for path in inside[:5]) or "nothing",
            expected="accounts.csv, posts.jsonl, follows.parquet, ...",
        )
    return known


def _checked(path: Path) -> Path:
    if not path.exists():
        siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise SourceError("there is no such file", where=str(path), hint=did_you_mean(path.name, siblings))
    if not path.is_file():
        raise SourceError("this is not a file", where=str(path))
    if ending(path) not in READERS:
        raise SourceError(
            "files with this ending cannot be read",
            where=str(path),
            expected=", ".join(READERS),
            hint="save it as CSV, or rename it if it is one of these",
        )
    return path
