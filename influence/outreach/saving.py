"""Keep a shortlist under a name, with the question that gave it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from influence.ranking.naming import niche_words
from influence.selection.shortlist import Shortlist
from influence.store.lists.saved import SavedList, SavedPick, Saving, save_list
from influence.writing.data_text import plain_values

if TYPE_CHECKING:
    from influence.store.workspace import Workspace


def save_shortlist(
    workspace: Workspace, name: str, picks: Shortlist, *, now: datetime | None = None
) -> Saving:
    """Save a shortlist; a list of that name is brought up to date and keeps what people wrote.

    Parameters
    ----------
    workspace : Workspace
        Open for writing.
    name : str
    picks : Shortlist
    now : datetime, optional
    """
    return save_list(workspace, saved_from(name, picks), now=now)


def saved_from(name: str, picks: Shortlist) -> SavedList:
    """A shortlist in the form in which it is saved."""
    made = picks.ranking.provenance
    return SavedList(
        name=name,
        niche=niche_words(picks.ranking.niche) if picks.ranking.niche else "",
        goal=picks.ranking.goal,
        rule=picks.rule,
        settings=plain_values(made.settings),
        as_of=made.as_of if made.data_until else "",
        picks=tuple(
            SavedPick(pick.account.account_id, place, float(pick.account.score), pick.reason)
            for place, pick in enumerate(picks.picks, 1)
        ),
    )
