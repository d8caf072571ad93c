"""Small files beside the data (rate cards, lists of names, labels): read as the import reads files, and whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from influence.errors import SourceError
from influence.recognition.headers import read_header
from influence.recognition.numbers import decimal_habit, read_number
from influence.sources.base import Source
from influence.sources.encoding import open_text, recognise_encoding
from influence.sources.opening import READERS, ending, open_sources
from influence.writing.safe import undefuse

Row = tuple[int, dict[str, str]]
"""Line, and the values by header, or by the names asked for; empty where there is none."""


@dataclass(frozen=True)
class SmallTable:
    """A small table as it is written: its headers, and its rows with their lines."""

    headers: tuple[str, ...]
    rows: list[Row]


def read_table(path: str | Path) -> SmallTable:
    """A small table whole: CSV with any delimiter and encoding, a workbook, JSON.

    Raises
    ------
    SourceError
        The file, or one of its rows, cannot be read.
    """
    return _whole(open_sources(_file(path))[0], path)


def read_tables(path: str | Path) -> list[tuple[str, SmallTable]]:
    """Every table of a small file (the sheets of a workbook) with its name, as `read_table` reads one."""
    return [(source.name, _whole(source, path)) for source in open_sources(_file(path))]


def _whole(source: Source, path: str | Path) -> SmallTable:
    rows: list[Row] = []
    for batch in source.batches():
        for lost in batch.rejects:
            raise SourceError(lost.reason, where=f"{path}, line {lost.line}", seen=lost.value)
        for line, row in zip(batch.lines.tolist(), batch.rows.to_pylist(), strict=True):
            rows.append((line, {header: _text(value) for header, value in row.items()}))
    return SmallTable(source.headers, rows)


def _file(path: str | Path) -> Path:
    file = Path(path)
    if not file.is_file():
        raise SourceError("there is no such file", where=str(path))
    if ending(file) not in READERS:
        raise SourceError(
            "this kind of file is not read", where=str(path), expected="a CSV file or a workbook"
        )
    return file


def _text(value: object) -> str:
    """A cell as people type it: whole numbers of workbooks and JSON without ``.0``, lines that end alike."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return undefuse(str(value).replace("\r\n", "\n").strip()) if value is not None else ""


def read_rows(path: str | Path, columns: Mapping[str, Sequence[str]]) -> list[Row]:
    """Rows of a small table by what its columns mean.

    Parameters
    ----------
    path : str or Path
    columns : mapping of str to sequence of str
        Name of a column in the answer -> the meanings (of ``recognition/vocabulary.toml``) that it may have.

    Raises
    ------
    SourceError
        The file cannot be read, or lacks one of the columns.
    """
    table = read_table(path)
    found: dict[str, str] = {}
    for name, meanings in columns.items():
        free = [header for header in table.headers if header not in found.values()]
        best = max(free, key=lambda header: _strength(header, name, meanings), default=None)
        if best is None or _strength(best, name, meanings) < 0.7:
            raise SourceError(
                f"the file has no column {name}",
                where=str(path),
                seen=", ".join(table.headers),
                expected=", ".join(columns),
            )
        found[name] = best
    return [(line, {name: row[header] for name, header in found.items()}) for line, row in table.rows]


def _strength(header: str, name: str, meanings: Sequence[str]) -> float:
    """How surely a header is one of `meanings`; the first counts most, the very name above all."""
    if header.strip().lower() == name:
        return 2.0
    return max((read_header(header).means(m) - 0.01 * place for place, m in enumerate(meanings)), default=0.0)


def amounts(values: Sequence[str]) -> list[float | None]:
    """Sums of money by the habit of their column: ``99,50`` and ``1.200`` are 99.5 and 1200.

    Examples
    --------
    >>> amounts(["99,50", "1.200", "80"])
    [99.5, 1200.0, 80.0]
    """
    comma = decimal_habit(values, whole=True, hint=True)
    return [read_number(value, comma) for value in values]


def read_lines(path: str | Path) -> list[str]:
    """Lines of a text in any encoding, without empty ones and comments (``#``)."""
    file = Path(path)
    with open_text(file, recognise_encoding(file)) as stream:
        text = stream.read().decode("utf-8", "replace")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
