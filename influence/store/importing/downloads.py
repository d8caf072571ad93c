"""Many files at once: what lies beside what, which of a download's files may stay out, and what nobody can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from influence.errors import EmptySourceError, SourceError
from influence.findings import Finding, Severity
from influence.sources.base import ReadOptions, Source
from influence.sources.opening import open_sources
from influence.store.importing.recognised import is_declared


@dataclass(frozen=True)
class Place:
    """Where a file stands in a call.

    Attributes
    ----------
    alone : bool
        It was named itself.
    nested : bool
        It lies deeper than the folder that was named, or in an archive.
    siblings : tuple of Path
        All files of the call, and those beside them.
    """

    alone: bool
    nested: bool
    siblings: tuple[Path, ...] = ()


def place_of(file: Path, files: Sequence[Path], paths: Sequence[Path], siblings: tuple[Path, ...]) -> Place:
    """Where `file` stands among all `files` that `paths` stand for."""
    named = {path.resolve() for path in paths if path.is_file()}
    alone = len(files) == 1 or file.resolve() in named
    return Place(alone, file not in paths and file.parent not in paths, siblings)


def siblings_of(files: Sequence[Path]) -> tuple[Path, ...]:
    """The files to be imported, and those that lie beside them."""
    folders = {path.parent for path in files if path.parent.is_dir()}
    return tuple({*files, *(path for folder in folders for path in folder.iterdir() if path.is_file())})


def opened(file: Path, options: ReadOptions, place: Place, findings: list[Finding]) -> list[Source]:
    """The sources of a file; of many, one that is empty stays out, and one deep in a download that nobody declared."""
    try:
        return open_sources(file, options)
    except SourceError as error:
        may_stay_out = isinstance(error, EmptySourceError) or (place.nested and not is_declared(file.name))
        if place.alone or not may_stay_out:
            raise
        findings.append(left_out(file.name, error.what))
        return []


def left_out(name: str, why: str) -> Finding:
    """A file that fills nothing, and why."""
    return Finding(Severity.NOTE, "file-left-out", f"{name} is left out: {why}")


def without_reader(paths: Sequence[Path]) -> list[Finding]:
    """Files that no reader knows: by name where they are few, else counted by ending."""
    by_ending: dict[str, list[Path]] = {}
    for path in paths:
        by_ending.setdefault(path.suffix.lower(), []).append(path)
    names = [
        name
        for ending, some in sorted(by_ending.items())
        for name in ([path.name for path in some] if len(some) <= 3 else [f"{len(some):,} files {ending}"])
    ]
    return [left_out(name, "no reader knows this ending") for name in names]
