"""Results that are lists of rows: what a person who writes Python expects of them, written once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from markupsafe import Markup

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
N_SHOWN = 10
_LEFT = ' style="text-align: left"'
"""Notebooks set every cell to the right."""


class Rows(Generic[T]):
    """A frozen result that can be counted, indexed, iterated, turned into a data frame, and looked at in a notebook.

    A class names the field that holds its rows in `rows_in`, and the fields of a row that a notebook shows in `shown`.
    """

    rows_in: ClassVar[str] = "rows"
    shown: ClassVar[tuple[str, ...]] = ()

    @property
    def _all(self) -> tuple[T, ...]:
        found: tuple[T, ...] = getattr(self, self.rows_in)
        return found

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[T]:
        return iter(self._all)

    def __getitem__(self, place: int) -> T:
        return self._all[place]

    def to_pandas(self) -> pd.DataFrame:
        """One row a row, one column a field; what is unknown is missing."""
        import pandas as pd

        return pd.DataFrame([vars(row) for row in self._all])

    def _repr_html_(self) -> str:
        """The first ten for a notebook; everything escaped."""
        rows = [[attrgetter(name)(row) for name in self.shown] for row in self._all[:N_SHOWN]]
        return html_table([name.rpartition(".")[2].replace("_", " ") for name in self.shown], rows)


def html_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as an HTML table; None is an empty cell, figures have two decimals, text begins at the left.

    >>> html_table(["n"], [[1200]])
    '<table><thead><tr><th>n</th></tr></thead><tbody><tr><td>1,200</td></tr></tbody></table>'
    """
    shown = [*rows]
    styles = [
        _LEFT if any(isinstance(value, str) for value in column) else ""
        for column in zip(*shown, strict=True)
    ]
    styles = styles or [""] * len(head)
    body = Markup().join(_row("td", row, styles) for row in shown)
    table = Markup("<table><thead>{}</thead><tbody>{}</tbody></table>")
    return str(table.format(_row("th", head, styles), body))


def _row(tag: str, cells: Sequence[object], styles: Sequence[str]) -> Markup:
    told = zip(cells, styles, strict=True)
    shown = (
        Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), Markup(style), _cell(value)) for value, style in told
    )
    return Markup("<tr>{}</tr>").format(Markup().join(shown))


def _cell(value: Any) -> str:
    if isinstance(value, (int, float)):
        return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
    return "" if value is None else str(value)
