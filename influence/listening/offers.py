"""What a brand could give to those who ask: a guide, a recipe, a comparison; in each language for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pandas as pd

from influence.listening.aspects import words_pattern
from influence.text.sentiment.asides import without_questions
from influence.toml_files import shipped

ENGLISH = "en"
LEAST_ASKING = 2
"""Accounts of a language that must ask before something is offered."""
N_ASKING = 3


@dataclass(frozen=True)
class Offer:
    """Something to give in a language, the posts and accounts that ask for it, the latest posts that may be named."""

    kind: str
    language: str
    gives: str
    n_posts: int
    n_accounts: int
    post_ids: tuple[str, ...]


def offers_of(rows: pd.DataFrame, theme: str) -> tuple[Offer, ...]:
    """What fits a theme, what most accounts ask for first; each language for itself.

    Parameters
    ----------
    rows : DataFrame
        ``account_id, post_id, day, said, is_hidden, language`` of the theme's posts; the language is ISO 639-1, English
        where it is unknown; one that ``offers.toml`` has no words of is not read.
    """
    found = [
        offer
        for language, said in rows.groupby(rows["language"].fillna(ENGLISH), sort=True)
        for offer in _of_language(_asking(said, str(language)), str(language), theme)
    ]
    return tuple(sorted(found, key=lambda one: (-one.n_accounts, -one.n_posts, one.kind, one.language)))


def languages_read() -> dict[str, str]:
    """Name of each language that posts which ask are read in, by its code."""
    return dict(shipped("influence.listening", "offers.toml")["languages"])


def _asking(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Posts that ask: by their form in English, by a question mark elsewhere."""
    if language == ENGLISH:
        return rows[rows["said"].map(lambda said: without_questions(said) is not None).astype(bool)]
    return rows[rows["said"].str.contains("?", regex=False)]


def _of_language(asking: pd.DataFrame, language: str, theme: str) -> Iterator[Offer]:
    name = languages_read().get(language)
    for kind, (pattern, gives) in _kinds(language).items() if name and len(asking) else ():
        hits = asking[asking["said"].str.contains(pattern)]
        if hits["account_id"].nunique() >= LEAST_ASKING:
            named = hits[~hits["is_hidden"]].sort_values(["day", "post_id"], ascending=[False, True])
            ids = named.drop_duplicates("account_id")["post_id"].head(N_ASKING)
            what = gives.format(theme=theme) + (f" in {name}" if language != ENGLISH else "")
            yield Offer(kind, language, what, len(hits), hits["account_id"].nunique(), tuple(ids))


@cache
def _kinds(language: str) -> dict[str, tuple[re.Pattern[str], str]]:
    told = shipped("influence.listening", "offers.toml")["kinds"]
    return {kind: (words_pattern(one[language]), one["gives"]) for kind, one in told.items()}
