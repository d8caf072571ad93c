"""Who drives the talk: the few behind most of it, the first, the loudest, and the niche's own members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.listening.voice_share import audience_of

if TYPE_CHECKING:
    from influence.ranking.assess import Assessment
    from influence.signals.material import Material

LEAST_MEMBER = 0.2
"""How far above the average somebody's attention (or texts) must lean to the niche to count as a member, 0-1."""
N_LISTED = 10


@dataclass(frozen=True)
class Driver:
    """An account that speaks about the brand.

    Attributes
    ----------
    account_id, voice : str
    n_posts : int
    n_negative, n_positive : int
        Of the posts that could be read.
    first_day : int or None
    n_people, n_niche_people : float or None
        Who pay attention to it, and how many of them are of the niche; None where unknown.
    is_member : bool or None
        Belongs to the niche; None where no niche was named.
    reactions : float or None
        Likes + 2 comments + 3 shares of its posts about the brand.
    """

    account_id: str
    voice: str
    n_posts: int
    n_negative: int
    n_positive: int
    first_day: int | None
    n_people: float | None
    n_niche_people: float | None
    is_member: bool | None
    reactions: float | None


@dataclass(frozen=True)
class Drive:
    """How far the talk hangs on few, and on whom.

    `n_for_half` accounts write half of the mentions; `busiest`, `loudest` and `first` name up to ten each, without
    accounts that are private or asked not to be listed (`n_unnamed`).
    """

    n_authors: int
    n_for_half: int
    share_of_members: float | None
    busiest: tuple[Driver, ...]
    loudest: tuple[Driver, ...]
    first: tuple[Driver, ...]
    n_unnamed: int


def membership_of(found: Assessment) -> np.ndarray:
    """How far each account belongs to the niche, 0-1: by what it attends to or by what it writes."""
    evidence = found.evidence
    return np.asarray(np.fmax(evidence.audience.person, np.nan_to_num(evidence.account_relevance)))


LEAST_ABOUT = 0.3
"""Relevance (the best post of a niche has 1) from which a post is about the niche; a neighbour's words reach less."""


def posts_about(found: Assessment) -> set[str]:
    """Ids of the posts that are about the niche, whoever wrote them."""
    evidence = found.evidence
    return set(map(str, evidence.posts.post_id[evidence.post_relevance >= LEAST_ABOUT]))


def drive_of(rows: pd.DataFrame, material: Material, niche: np.ndarray | None = None) -> Drive:
    """Who is behind these mentions?

    Parameters
    ----------
    rows : DataFrame
        Of `influence.listening.gathering.gather`.
    niche : ndarray of float64, shape (n_accounts,), optional
        `membership_of`.
    """
    table = _by_author(rows)
    _add_audience(table, material, niche)
    members = None if niche is None or table.empty else float(
        table.loc[table["is_member"].astype(bool), "n_posts"].sum() / table["n_posts"].sum()
    )  # fmt: skip
    named = table[~table["is_hidden"]]
    heard = named["n_niche_people"] if niche is not None else named["n_people"]
    loud = named.assign(loud=heard.fillna(0.0), answer=named["reactions"].fillna(0.0))
    return Drive(
        len(table),
        n_for_half(table["n_posts"].to_numpy()),
        members,
        _drivers(named.sort_values(["n_posts", "account_id"], ascending=[False, True])),
        _drivers(loud.sort_values(["loud", "answer", "account_id"], ascending=[False, False, True])),
        _drivers(named.sort_values(["first_day", "account_id"], na_position="last")),
        int(table["is_hidden"].sum()),
    )


def n_for_half(counts: np.ndarray) -> int:
    """How many of the largest make half of it all."""
    ordered = np.sort(counts)[::-1]
    return int(np.searchsorted(np.cumsum(ordered), ordered.sum() / 2) + 1) if len(counts) else 0


def _by_author(rows: pd.DataFrame) -> pd.DataFrame:
    by = rows.groupby("account_id", sort=True)
    return pd.DataFrame(
        {
            "voice": by["voice"].first(),
            "n_posts": by.size(),
            "n_negative": (rows["feeling"] == "negative").groupby(rows["account_id"]).sum(),
            "n_positive": (rows["feeling"] == "positive").groupby(rows["account_id"]).sum(),
            "first_day": by["day"].min().astype("Int64"),
            "is_hidden": by["is_hidden"].first(),
            "reactions": by["reactions"].sum(min_count=1),
        }
    ).reset_index(names="account_id")


def _add_audience(table: pd.DataFrame, material: Material, niche: np.ndarray | None) -> None:
    authors = table["account_id"].tolist()
    hears = audience_of(material, authors) if authors else None
    table["n_people"] = np.nan if hears is None else np.asarray(hears.sum(axis=0)).ravel()
    table["n_niche_people"] = (
        np.nan if hears is None or niche is None else np.asarray(hears.T @ niche).ravel()
    )
    at = material.positions(authors)
    member = None if niche is None else np.where(at >= 0, niche[at] >= LEAST_MEMBER, False)
    table["is_member"] = member


def _drivers(table: pd.DataFrame) -> tuple[Driver, ...]:
    rows = table[list(Driver.__dataclass_fields__)].head(N_LISTED).astype(object)
    rows = rows.where(rows.notna(), None)
    return tuple(Driver(**{str(key): value for key, value in row.items()}) for row in rows.to_dict("records"))
