"""Small files beside the data (rate cards, lists of names): read as the import reads files, and whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from influence.errors import SourceError
from influence.recognition.headers import read_header
from influence.recognition.numbers import decimal_habit, read_number
from influence.sources.encoding import open_text, recognise_encoding
from influence.sources.opening import open_sources

Row = tuple[int, dict[str, str]]
"""Line, and the values by the names asked for; empty where there is none."""


def read_rows(path: str | Path, columns: Mapping[str, Sequence[str]]) -> list[Row]:
    """Rows of a small table: CSV with any delimiter and encoding, a workbook, JSON Lines.

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
    source = open_sources(Path(path))[0]
    found: dict[str, str] = {}
    for name, meanings in columns.items():
        free = [header for header in source.headers if header not in found.values()]
        best = max(free, key=lambda header: _strength(header, name, meanings), default=None)
        if best is None or _strength(best, name, meanings) < 0.7:
            raise SourceError(
                f"the file has no column {name}",
                where=str(path),
                seen=", ".join(source.headers),
                expected=", ".join(columns),
            )
        found[name] = best
    rows: list[Row] = []
    for batch in source.batches():
        for line, row in zip(batch.lines.tolist(), batch.rows.to_pylist(), strict=True):
            rows.append((line, {name: str(row[header] or "").strip() for name, header in found.items()}))
    return rows


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
