"""Pairs that bring the figures of both accounts along: ``a_followers, a_listed ..., b_followers, b_listed ...``.

Such a file is all that learning needs: the figures that the tables know become accounts and metrics of a workspace
in memory, all others are weighed as they are. Rows of one file with the same figures are the same account, unless the
file names its accounts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from influence.errors import SourceError
from influence.recognition.values import NOTHING
from influence.schema import Type, table_of
from influence.sources.small import SmallTable, amounts, read_table

if TYPE_CHECKING:
    from influence.store.workspace import Workspace

_BEFORE = re.compile(r"^(?:account_)?(?P<side>a|b|left|right|first|second)[ _.-]+(?P<name>.+)$")
_AFTER = re.compile(r"^(?P<name>.+)[ _.-]+(?P<side>a|b|left|right|first|second)$")
_SIDES = {"a": 0, "left": 0, "first": 0, "b": 1, "right": 1, "second": 1}
_NAMES = ("account", "account_id", "handle", "id", "name", "user")
"""What a column is called that names its accounts."""
KEPT = (
    ("accounts", ("followers", "following", "posts_total", "listed")),
    ("metrics", ("likes_per_post", "comments_per_post", "shares_per_post", "views_per_post", "mentions_received",
                 "shares_received")),
)  # fmt: skip
"""Where the figures go that the tables know."""
ANY_DAY = "2000-01-01"
"""Day of the metrics, which the files do not tell and nothing depends on."""


@dataclass(frozen=True)
class PairFile:
    """Pairs with their figures.

    Attributes
    ----------
    rows : list of (account_a, account_b, preferred)
        Ids of the accounts of `figures`.
    figures : DataFrame
        One row per account: numbers under the names of the file in lower case; NaN is unknown.
    """

    rows: list[tuple[str, str, str]]
    figures: pd.DataFrame


def sides_of(headers: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Name of a figure to its two headers, first and second account; figures of which a side is missing are left out.

    Examples
    --------
    >>> sides_of(["Choice", "A_followers", "B_followers", "A_posts"])
    {'followers': ('A_followers', 'B_followers')}
    """
    found: dict[str, dict[int, str]] = {}
    for header in headers:
        said = header.strip().lower()
        match = _BEFORE.match(said) or _AFTER.match(said)
        if match:
            found.setdefault(match["name"].replace(" ", "_"), {}).setdefault(_SIDES[match["side"]], header)
    return {name: (sides[0], sides[1]) for name, sides in found.items() if len(sides) == 2}


def brings_figures(path: str | Path) -> bool:
    """Whether a file of pairs brings figures of both accounts, and not only their names."""
    try:
        return bool(set(sides_of(read_table(path).headers)) - set(_NAMES))
    except SourceError:
        return False


def read_pair_file(path: str | Path) -> PairFile:
    """Read pairs with their figures.

    Raises
    ------
    SourceError
        A figure that is no number, with its line.
    """
    table = read_table(path)
    sides = sides_of(table.headers)
    named = next((sides[name] for name in _NAMES if name in sides), None)
    numbers = {name: headers for name, headers in sides.items() if name not in _NAMES}
    read = {header: _numbers(table, header, path) for headers in numbers.values() for header in headers}
    preferred = _preferred(table.headers)
    rows: list[tuple[str, str, str]] = []
    figures: dict[str, tuple[float, ...]] = {}
    for at, (_, row) in enumerate(table.rows):
        ids = []
        for side in (0, 1):
            values = tuple(read[headers[side]][at] for headers in numbers.values())
            account = _account(row[named[side]] if named else None, values)
            figures.setdefault(account, values)
            ids.append(account)
        rows.append((ids[0], ids[1], row[preferred] if preferred else ""))
    frame = pd.DataFrame.from_dict(figures, orient="index", columns=[*numbers], dtype=float).sort_index()
    return PairFile(rows, frame)


@contextmanager
def workspace_of_pairs(files: Sequence[PairFile]) -> Iterator[tuple[Workspace, pd.DataFrame]]:
    """A workspace in memory with the accounts of the files, and the figures that no table knows, by account."""
    from influence.store.importing.transaction import import_tables
    from influence.store.workspace import memory_workspace

    figures = pd.concat([file.figures for file in files])
    figures = figures[~figures.index.duplicated()].sort_index()
    tables: dict[str, pd.DataFrame] = {"accounts": pd.DataFrame({"account_id": figures.index})}
    used: set[str] = set()
    for table, columns in KEPT:
        known = _known_columns(table, columns, [name for name in figures if name not in used])
        used |= set(known.values())
        if known or table == "accounts":
            tables[table] = _table(table, known, figures)
    with memory_workspace() as workspace:
        import_tables(workspace, tables)
        yield workspace, figures.drop(columns=list(used))


def _table(table: str, known: dict[str, str], figures: pd.DataFrame) -> pd.DataFrame:
    types = {column.name: column.type for column in table_of(table).all_columns}
    frame = pd.DataFrame({"account_id": figures.index})
    if table == "metrics":
        frame["day"] = ANY_DAY
    for column, name in known.items():
        values = figures[name].clip(lower=0.0).to_numpy()
        frame[column] = pd.array(values.round(), dtype="Int64") if types[column] is Type.INTEGER else values
    return frame


def _known_columns(table: str, wanted: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Column of the table to the file's name for it, by the aliases of the schema."""
    columns = {column.name: column for column in table_of(table).all_columns}
    found = {}
    for column in wanted:
        said = [column, *columns[column].aliases]
        name = next((name for name in said if name in names), None)
        if name is not None:
            found[column] = name
    return found


def _account(name: str | None, values: tuple[float, ...]) -> str:
    """The id of an account: the file's own, or one made of its figures."""
    if name and name.strip():
        said = name.strip().lower().removeprefix("@")
        return said if ":" in said else f"pair:{said}"
    return "pair:" + hashlib.sha256(repr(values).encode()).hexdigest()[:12]


def _preferred(headers: Sequence[str]) -> str | None:
    from influence.ranking.comparisons import HEADERS

    heads = {header.strip().lower(): header for header in headers}
    return next((heads[name] for name in HEADERS["preferred"] if name in heads), None)


def _numbers(table: SmallTable, header: str, path: str | Path) -> list[float]:
    """A column of figures by its own habit of points and commas; NaN where it says nothing."""
    said = [row[header] for _, row in table.rows]
    values = []
    for (line, _), text, value in zip(table.rows, said, amounts(said), strict=True):
        if value is None and text.lower() not in NOTHING:
            raise SourceError(
                "this figure of a pair is no number", where=f"{path}, line {line}, column {header}", seen=text,
                expected="a number, or nothing where it is unknown",
            )  # fmt: skip
        values.append(float("nan") if value is None else value)
    return values
