"""From a ranking to the few accounts to write to, each with its reason and what it adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from influence.errors import UsageError
from influence.ranking.reasons import with_reasons
from influence.ranking.results import RankedAccount, Ranking
from influence.writing.rows import Rows

if TYPE_CHECKING:
    import pandas as pd

    from influence.selection.set_plan import SetPlan


@dataclass(frozen=True)
class Figure:
    """A figure that every pick of a set bears: its key, its heading for people and what it means."""

    key: str
    heading: str
    meaning: str


BEST_FIRST = "The accounts with the highest scores, each judged for itself."
"""The rule of a list by score: whoever else is on it does not count."""


@dataclass(frozen=True)
class Pick:
    """An account on the list: its row (reason included) and what it added.

    Attributes
    ----------
    account : RankedAccount
        With its place in the ranking; ``account.reason`` is never empty.
    added : mapping of str to float or None
        Figures by name, declared in ``Shortlist.figures``; None is unknown.
    """

    account: RankedAccount
    added: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """One line that a PR person could paste into a message to a client."""
        return self.account.reason


@dataclass(frozen=True)
class Shortlist(Rows[Pick]):
    """Accounts to write to, in the order of picking.

    Attributes
    ----------
    picks : tuple of Pick
    size : int
        How many were asked for; there may be fewer candidates.
    rule : str
        How they were chosen.
    figures : tuple of Figure
        What ``pick.added`` holds.
    ranking : Ranking
        What they were chosen from; its rows are the picks.
    plan : SetPlan or None
        Where they were chosen as a set: near misses, curves, bound, alternatives.
    """

    rows_in, shown = "picks", ("account.rank", "account.handle", "account.score", "reason")

    picks: tuple[Pick, ...]
    size: int
    rule: str
    figures: tuple[Figure, ...]
    ranking: Ranking
    plan: SetPlan | None = None

    def to_pandas(self) -> pd.DataFrame:
        """One row a pick: the columns of `Ranking.to_pandas`, and what each pick added."""
        frame = self.ranking.to_pandas()
        for figure in self.figures:
            frame[figure.key] = [pick.added.get(figure.key) for pick in self.picks]
            frame[figure.key] = frame[figure.key].astype("float64")
        return frame


def shortlist(ranking: Ranking, *, size: int = 30) -> Shortlist:
    """Whom should we write to?

    Parameters
    ----------
    ranking : Ranking
        Every candidate that may be picked; ask for enough rows (``rank(..., top=0)`` gives all).
    size : int
        How many accounts to pick, at least 1; fewer come back when there are fewer candidates.

    Returns
    -------
    Shortlist
        Frozen; every pick with its reason in one line.

    Raises
    ------
    UsageError
        `size` is below 1.

    Examples
    --------
    >>> import influence
    >>> picks = influence.shortlist(ranking, size=30)  # doctest: +SKIP
    >>> influence.write(picks, "list.xlsx")  # doctest: +SKIP
    """
    if size < 1:
        raise UsageError(
            "a shortlist needs at least one place", where="size", seen=size, expected="1 or more"
        )
    return shortlist_of(ranking, [Pick(row) for row in ranking.rows[:size]], size, BEST_FIRST, ())


def shortlist_of(
    ranking: Ranking,
    picks: Sequence[Pick],
    size: int,
    rule: str,
    figures: tuple[Figure, ...],
    plan: SetPlan | None = None,
) -> Shortlist:
    """Put a shortlist together, each pick with its reason in one line."""
    told = with_reasons(replace(ranking, rows=tuple(pick.account for pick in picks)))
    worded = tuple(Pick(row, pick.added) for row, pick in zip(told.rows, picks, strict=True))
    return Shortlist(worded, size, rule, figures, told, plan)
