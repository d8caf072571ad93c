"""From a path to its sources: which reader fits which file."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from influence.errors import SourceError, did_you_mean
from influence.sources import packed
from influence.sources.base import ReadOptions, Source

_ENDINGS = {
    ("delimited", "open_delimited"): ".csv .tsv .tab .txt .edges .edgelist .ncol",
    ("parquet", "open_parquet"): ".parquet .pq",
    ("jsonfiles", "open_json"): ".jsonl .ndjson .json .cyjs .js",
    ("workbook", "open_workbook"): ".xlsx .xlsm .xls .ods",
    ("graphfiles", "open_graphfile"): ".gexf .graphml .gml .gdf .dot .gv .adjlist .net",
    ("xmlfiles", "open_xml"): ".xml .rss .atom .opml",
}
READERS = {ending: reader for reader, endings in _ENDINGS.items() for ending in endings.split()}
"""Ending of a file -> module and function that read it."""
BARE = ("RC_", "RS_")
"""Dumps of JSON without an ending: how their names begin."""

DATA = re.compile(rb"\s*(?:[\w.$]+\s*=\s*)?[\[{]\s*(?:[\]}{\"]|$)")
"""How a script begins that gives a name to data: ``window.YTD.tweets.part0 = [ {``."""


def find_files(paths: list[Path]) -> tuple[list[Path], list[Path]]:
    """Expand folders and archives (zip, tar) into the files that can be read.

    Returns
    -------
    files : list of Path
        Each once; those of a folder or archive by name.
    left_out : list of Path
        Files of the folders and archives with an ending that no reader knows.

    Raises
    ------
    SourceError
        A path does not exist, has an unknown ending, or a folder holds nothing to read.
    """
    files: dict[Path, Path] = {}
    left_out: list[Path] = []
    for path in paths:
        found = _inside(path, left_out) if path.is_dir() or packed.is_archive(path) else [_checked(path)]
        for file in found:
            files.setdefault(file.resolve(), file)
    return list(files.values()), left_out


def open_sources(path: Path, options: ReadOptions | None = None) -> list[Source]:
    """Open one file: a list of one source, or of several (sheets; nodes and edges; arrays of a document)."""
    module, function = _reader(path) or READERS[".csv"]
    opener: Any = getattr(importlib.import_module(f"influence.sources.{module}"), function)
    return list(opener(path, options or ReadOptions(), stem(path)))


def ending(path: Path) -> str:
    """The ending that tells the format, lower case: ``.csv`` for ``posts.CSV.gz``."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in packed.ENDINGS:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def stem(path: Path) -> str:
    """The file's name without its endings, lower case."""
    name = path.name.lower()
    for suffix in packed.ENDINGS:
        name = name.removesuffix(suffix)
    return name.removesuffix(ending(path))


def _readable(path: Path) -> bool:
    """Whether a file of a folder or archive is for a reader; a script is only if it begins like one that holds data."""
    if _reader(path) is None or path.name.startswith((".", "~$")):
        return False
    if ending(path) != ".js":
        return True
    with packed.open_binary(path) as file:
        return DATA.match(file.read(300)) is not None


def _reader(path: Path) -> tuple[str, str] | None:
    bare = READERS[".json"] if path.name.startswith(BARE) else None
    return READERS.get(ending(path)) or bare


def _inside(path: Path, left_out: list[Path]) -> list[Path]:
    """The readable files of a folder (with its sub-folders, where none lies in it itself) or of an archive."""
    if not path.exists():
        return [_checked(path)]
    inside = _files(path) if path.is_dir() else packed.members(path)
    known = [file for file in inside if _readable(file)]
    if path.is_dir() and not known:
        inside = sorted(file for file in _deeper(path) if file.is_file())
        known = [file for file in inside if _readable(file)]
    left_out += [file for file in inside if file not in set(known)]
    if not known:
        raise SourceError(
            f"this {'folder' if path.is_dir() else 'archive'} holds no file that can be read",
            where=str(path),
            seen=", ".join(file.name for file in inside[:5]) or "nothing",
            expected="accounts.csv, posts.jsonl, follows.parquet, ...",
        )
    return known


def _deeper(folder: Path) -> Iterator[Path]:
    """Files of the folder and of all folders in it that are not hidden."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(place) / name for name in names if not name.startswith((".", "~$")))


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "~$")))


def _checked(path: Path) -> Path:
    if not path.exists():
        siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise SourceError("there is no such file", where=str(path), hint=did_you_mean(path.name, siblings))
    if not path.is_file():
        raise SourceError("this is not a file", where=str(path))
    if _reader(path) is None:
        raise SourceError(
            "files with this ending cannot be read",
            where=str(path),
            expected=", ".join((*READERS, ".zip", *packed.TARS)),
            hint="save it as CSV, or rename it if it is one of these",
        )
    return path
