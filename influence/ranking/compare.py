"""Accounts side by side: where each gets its points, and what makes the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack

from influence.errors import UsageError
from influence.question import QuestionWords
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.explain import Explanation, explain_several
from influence.ranking.results import Ranking

if TYPE_CHECKING:
    from influence.store.workspace import Workspace


@dataclass(frozen=True)
class Difference:
    """One signal of two accounts: points of the first less those of the second, and whether either is unknown."""

    signal: str
    points: float
    unknown: bool


@dataclass(frozen=True)
class Comparison:
    """Two or more accounts of one ranking.

    Attributes
    ----------
    accounts : tuple of Explanation
        Best first, whatever the order in which they were named.
    ranking : Ranking
        With their rows alone.
    """

    accounts: tuple[Explanation, ...]
    ranking: Ranking

    @property
    def signals(self) -> tuple[str, ...]:
        """Signals in the score, in the order in which people see them."""
        return tuple(line.name for line in self.accounts[0].signals if line.max_points > 0)

    def differences(self, first: int, second: int) -> tuple[Difference, ...]:
        """What makes the difference between two of the accounts, largest first; the points add up to it."""
        mine = {line.name: line for line in self.accounts[first].signals}
        theirs = {line.name: line for line in self.accounts[second].signals}
        found = [
            Difference(
                name,
                mine[name].points - theirs[name].points,
                mine[name].value is None or theirs[name].value is None,
            )
            for name in self.signals
        ]
        return tuple(sorted(found, key=lambda one: (-abs(one.points), one.signal)))


def compare(
    workspace: Workspace, handles: Sequence[str], niche: str = "", **asked: Unpack[QuestionWords]
) -> Comparison:
    """Which of these accounts, and why?

    Parameters
    ----------
    workspace : Workspace
    handles : sequence of str
        Two or more ids, handles or addresses.
    niche : str
    **asked
        As for `influence.rank`.

    Raises
    ------
    UnknownAccountError
        Nobody of that name, or the filters leave the account out.
    UsageError
        Fewer than two different accounts.

    Returns
    -------
    Comparison
        Each account explained, best first, and by which signals they differ.

    Examples
    --------
    >>> import influence
    >>> found = influence.compare(workspace, ["ben.example", "amy.example"], "sourdough bread")
    >>> [one.row.handle for one in found.accounts]
    ['amy.example', 'ben.example']
    """
    return compare_assessed(workspace, assess(workspace, question_of(niche, **asked)), handles)


def compare_assessed(workspace: Workspace, found: Assessment, handles: Sequence[str]) -> Comparison:
    """`compare` for a question whose candidates are assessed."""
    if len(handles) < 2:
        raise UsageError("a comparison takes two accounts or more", seen=", ".join(handles) or None)
    explained = explain_several(workspace, found, handles)
    by_id = {one.row.account_id: one for one in explained}
    if len(by_id) < 2:
        raise UsageError(
            "these names mean the same account", seen=", ".join(handles), expected="two different accounts"
        )
    accounts = tuple(sorted(by_id.values(), key=lambda one: one.row.rank))
    rows = tuple(one.row for one in accounts)
    return Comparison(accounts, replace(accounts[0].ranking, rows=rows))
