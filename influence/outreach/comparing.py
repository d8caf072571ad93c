"""Two saved shortlists side by side, and one put into the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from influence.store.lists.saved import SavedList, SavedPick, load_list, write_picks
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace


@dataclass(frozen=True)
class ListComparison:
    """What two lists have in common, and what only one has.

    Attributes
    ----------
    first, second : SavedList
    both : tuple of (SavedPick, SavedPick)
        In the order of the first.
    only_first, only_second : tuple of SavedPick
    """

    first: SavedList
    second: SavedList
    both: tuple[tuple[SavedPick, SavedPick], ...]
    only_first: tuple[SavedPick, ...]
    only_second: tuple[SavedPick, ...]

    @property
    def jaccard(self) -> float:
        """Share of all accounts that are on both lists, 0-1; 1 for two empty lists."""
        n = len(self.both) + len(self.only_first) + len(self.only_second)
        return len(self.both) / n if n else 1.0


def compare_lists(workspace: Workspace, first: str, second: str) -> ListComparison:
    """What do these two lists share, and where do they differ?"""
    one, other = load_list(workspace, first), load_list(workspace, second)
    return ListComparison(
        one,
        other,
        tuple((pick, twin) for pick in one.picks if (twin := other.pick(pick.account_id))),
        tuple(pick for pick in one.picks if not other.pick(pick.account_id)),
        tuple(pick for pick in other.picks if not one.pick(pick.account_id)),
    )


def merge_list(workspace: Workspace, name: str, other: str, *, now: datetime | None = None) -> int:
    """Put everybody of `other` who is not yet there at the end of the list `name`; gives how many."""
    found = compare_lists(workspace, name, other)
    last = max((pick.place for pick in found.first.picks if pick.place is not None), default=0)
    known = read_suppressions(workspace.store)
    new = [pick for pick in found.only_second if not known.account(pick.account_id)]
    added = [replace(pick, place=last + n) for n, pick in enumerate(new, 1)]
    write_picks(workspace, found.first.name, added, now=now)
    return len(added)
