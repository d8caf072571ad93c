"""What to give before anything is asked for: a guide, a discount or a sample, by what a theme's posts ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from influence.listening.aspects import words_pattern
from influence.text.sentiment.asking import without_questions
from influence.toml_files import shipped

if TYPE_CHECKING:
    import re

LEAST_ASKING = 2
"""Accounts that must ask before something is offered."""
N_EVIDENCE = 3


@dataclass(frozen=True)
class Offer:
    """Something to give, the posts and accounts that ask for the like, and the latest such posts that may be named."""

    kind: str
    gives: str
    n_posts: int
    n_accounts: int
    post_ids: tuple[str, ...]


def offers_of(rows: pd.DataFrame, theme: str) -> tuple[Offer, ...]:
    """What fits a theme, what most accounts ask for first.

    Parameters
    ----------
    rows : DataFrame
        ``account_id, post_id, day, said, is_hidden`` of the theme's posts.
    """
    asking = rows[rows["said"].map(lambda said: without_questions(said) is not None).astype(bool)]
    found = []
    for kind, (pattern, gives) in _kinds().items():
        hits = asking[asking["said"].str.contains(pattern)]
        if hits["account_id"].nunique() >= LEAST_ASKING:
            named = hits[~hits["is_hidden"]].sort_values(["day", "post_id"], ascending=[False, True])
            ids = named.drop_duplicates("account_id")["post_id"].head(N_EVIDENCE)
            found.append(
                Offer(kind, gives.format(theme=theme), len(hits), hits["account_id"].nunique(), tuple(ids))
            )
    return tuple(sorted(found, key=lambda one: (-one.n_accounts, -one.n_posts, one.kind)))


@cache
def _kinds() -> dict[str, tuple[re.Pattern[str], str]]:
    told = shipped("influence.listening", "offers.toml")
    return {kind: (words_pattern(one["words"]), one["gives"]) for kind, one in told.items()}
