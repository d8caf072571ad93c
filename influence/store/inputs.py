"""What the workspace has to compute with, as named facts, and which facts each signal can stand on.

The facts are about columns with at least one known value, not about tables that merely exist.
"""

from __future__ import annotations

from dataclasses import dataclass

from influence.store.base import Store

INPUTS: dict[str, str] = {
    "has_accounts": "select 1 from accounts",
    "has_posts": "select 1 from posts",
    "has_text": "select 1 from posts where text is not null",
    "has_bios": "select 1 from accounts where bio is not null",
    "has_follows": "select 1 from follows where follower_id <> followee_id",
    "has_interactions": "select 1 from interactions where actor_id <> target_id",
    "has_communities": "select 1 from posts where community is not null",
    "has_likes": "select 1 from posts where likes is not null or comments is not null or shares is not null",
    "has_sponsored": "select 1 from posts where is_sponsored",
    "has_views": "select 1 from posts where views is not null",
    "has_dates": "select 1 from posts where created_day is not null",
    "has_dated_ties": "select 1 from follows where since_day is not null "
    "union all select 1 from interactions where created_day is not null",
    "has_snapshots": "select 1 from snapshots where followers is not null",
    "has_followers": "select 1 from (select followers from accounts union all select followers from snapshots) "
    "as sized where followers is not null",
    "has_listed": "select 1 from accounts where listed is not null",
    "has_following": "select 1 from accounts where following is not null",
    "has_growth": "select 1 from (select account_id from snapshots where followers is not null "
    "group by account_id having count(*) >= 4) as watched",
    "has_commenters": "select 1 from interactions where kind in ('comment', 'reply') and actor_id <> target_id",
    "has_comment_texts": "select 1 from interactions where text is not null",
    "has_metrics": "select 1 from metrics where coalesce(likes_per_post, comments_per_post, shares_per_post, "
    "engagement_rate) is not null",
    "has_fake": "select 1 from metrics where fake_followers is not null",
    "has_mentions": "select 1 from metrics where mentions_received is not null or shares_received is not null",
}
"""Fact -> question with a row for an answer when it holds."""


@dataclass(frozen=True)
class Basis:
    """One thing a signal can stand on: the facts it takes (all of them), and both in words."""

    facts: tuple[str, ...]
    words: str


SIGNAL_INPUTS: dict[str, tuple[Basis, ...]] = {
    "niche_fit": (
        Basis(("has_text",), "texts of posts"),
        Basis(("has_bios",), "bios"),
        Basis(("has_follows",), "follows, given example accounts (--like)"),
        Basis(("has_interactions",), "interactions, given example accounts (--like)"),
    ),
    "peer_engagement": (
        Basis(("has_likes",), "likes, comments or shares of posts"),
        Basis(("has_interactions",), "interactions"),
        Basis(("has_metrics",), "vendor averages (metrics)"),
    ),
    "reach": (
        Basis(("has_follows",), "follows"),
        Basis(("has_interactions",), "interactions"),
        Basis(("has_communities",), "communities of posts"),
        Basis(("has_followers",), "follower counts"),
        Basis(("has_mentions",), "mentions or shares received (metrics)"),
        Basis(("has_listed",), "lists that contain the account"),
    ),
    "momentum": (
        Basis(("has_dates",), "dates of posts"),
        Basis(("has_dated_ties",), "dates of follows or interactions"),
    ),
    "advocacy": (
        Basis(("has_text",), "texts of posts that name a brand (--brand)"),
        Basis(("has_comment_texts",), "texts of comments that name a brand (--brand)"),
    ),
    "audience_quality": (
        Basis(("has_commenters",), "comments by name (interactions)"),
        Basis(("has_follows",), "follows"),
        Basis(("has_growth",), "follower counts on four days or more (snapshots)"),
        Basis(("has_followers", "has_following"), "follower and following counts"),
        Basis(("has_followers", "has_likes"), "follower counts and reactions"),
        Basis(("has_fake",), "the share of followers that a vendor calls fake (metrics)"),
    ),
    "independence": (
        Basis(("has_text",), "texts of posts"),
        Basis(("has_sponsored",), "the platform's flag for paid posts"),
    ),
}
"""Signal -> what it can stand on, best first; any one suffices."""


def available_inputs(store: Store) -> dict[str, bool]:
    """Answer every question of `INPUTS`.

    Returns
    -------
    dict of fact to bool
        ``{"has_accounts": True, "has_text": False, ...}``, in the order of `INPUTS`.
    """
    asked = ", ".join(f"exists ({sql}) as {name}" for name, sql in INPUTS.items())
    row = store.query(f"select {asked}").to_pylist()[0]
    return {name: bool(row[name]) for name in INPUTS}


def satisfied(signal: str, inputs: dict[str, bool]) -> tuple[str, ...]:
    """What `signal` can stand on given `inputs`, in words; empty when it cannot be computed."""
    return tuple(basis.words for basis in SIGNAL_INPUTS[signal] if all(inputs[fact] for fact in basis.facts))


def missing_words(signal: str) -> str:
    """Why `signal` cannot be computed: what it would take."""
    needs = [basis.words for basis in SIGNAL_INPUTS[signal]]
    return f"needs {' or '.join(needs)}; the workspace has none" if len(needs) > 1 else f"needs {needs[0]}"
