"""Figures in natural units about single accounts, for the sentences that people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from influence.signals.evidence import Evidence
from influence.signals.peers import compare_with_peers
from influence.store.visibility import visible

SURE = 0.3
"""Relevance from which a post counts as being about the niche, where a number of posts is told."""
NEAR = 0.1
"""Fit of its texts from which is quoted what an account says of itself."""
NICHE_COMMUNITY = 0.1
"""Membership from which a community is named as one of the niche."""


def account_facts(evidence: Evidence, chosen: np.ndarray) -> dict[str, Mapping[str, object]]:
    """Facts of the candidates at positions `chosen` of the pool, by account id; any may be missing, or None.

    Returns
    -------
    dict of str to mapping
        ``posts`` seen up to the day and ``niche_posts`` of these; ``likes_per_niche_post`` and
        ``likes_per_post``, medians; ``peer_ratio``, that median over the median of ``peers``, which says what
        it is compared with; of everyone seen paying attention (``audience``, counted in ``audience_unit``) the
        ``niche_audience``, who give the niche more of their attention than the average, of ``niche_total``
        seen; ``communities`` of the niche that its posts reached, as (name, number of posts), at most two; of
        ``like_total`` example accounts ``like_ties`` that follow it, link to it or react to it
        (``like_reactions``: reactions are among these), and ``like_links`` with those whose audience it shares;
        ``comments_per_post``, a mean; ``last_post_day``, days since 1970-01-01; ``posts_per_month`` over half a
        year; and ``bio``, what it says of itself where no post is seen.
    """
    posts, pool = evidence.posts, evidence.pool
    order = evidence.material.once("posts by author", lambda: np.argsort(posts.account, kind="stable"))
    bounds = np.searchsorted(posts.account[order], np.vstack([pool[chosen], pool[chosen] + 1]))
    peers, typical = typical_likes(evidence, chosen)
    links = _links(evidence, pool[chosen]) if evidence.niche.like else np.zeros((len(chosen), 2), dtype=int)
    ids = evidence.material.account_ids
    bios = _bios(evidence, chosen)
    facts: dict[str, Mapping[str, object]] = {}
    for at, start, stop, usual, linked in zip(chosen, *bounds, typical, links, strict=True):
        rows = order[start:stop]
        facts[str(ids[pool[at]])] = {
            **_post_facts(evidence, rows, usual),
            "peers": peers,
            **_audience_facts(evidence, int(at), linked),
            "communities": _communities(evidence, rows),
            "bio": bios.get(str(ids[pool[at]])),
        }
    return facts


def _bios(evidence: Evidence, chosen: np.ndarray) -> dict[str, str]:
    """What those of `chosen` say of themselves of whom no post is seen and whose own words are near the niche."""
    if not (evidence.niche.keywords or evidence.niche.brief) or len(evidence.posts):
        return {}
    near = evidence.pool[chosen][np.nan_to_num(evidence.text_fit[evidence.pool[chosen]]) >= NEAR]
    found = evidence.store.query(
        f"select account_id, bio from accounts where bio <> '' and {visible('accounts', evidence.material.cut)} "
        "and account_id in (select unnest(?))", [evidence.material.account_ids[near].astype(str).tolist()],
    ).to_pylist()  # fmt: skip
    return {row["account_id"]: row["bio"] for row in found}


def typical_likes(evidence: Evidence, chosen: np.ndarray) -> tuple[str, np.ndarray]:
    """Median likes of the posts of an account's peers, shape (n_chosen,), and who the peers are; NaN if too few.

    Peers are those of `influence.signals.peers`: nearest in followers, on the same platform where there are enough;
    everybody who may be ranked where most followers are unknown. Each peer counts once, by the median of its own posts,
    so that the prolific do not set the measure.
    """
    found = evidence.of_listed("typical-likes", _typical_likes)
    return found["peers"], found["likes"][chosen]


def _typical_likes(evidence: Evidence) -> dict[str, Any]:
    medians = evidence.of_all("median-likes", _median_likes)
    size = np.log1p(evidence.column("followers"))
    if np.isfinite(size).mean() <= 0.5:
        everyone = _median(medians)
        likes = np.full(len(size), np.nan if everyone is None else everyone)
        return {"peers": "all accounts in the data", "likes": likes}
    return {
        "peers": "accounts of its size",
        "likes": compare_with_peers(medians, size, evidence.platform).typical,
    }


def _median_likes(evidence: Evidence) -> np.ndarray:
    import pandas as pd

    posts = evidence.posts
    own = pd.Series(posts.likes).groupby(posts.account).median()
    return np.asarray(own.reindex(range(len(evidence.material.account_ids))).to_numpy()[evidence.pool])


def _post_facts(evidence: Evidence, rows: np.ndarray, typical: float) -> dict[str, object]:
    posts = evidence.posts
    about = rows[evidence.post_relevance[rows] >= SURE] if evidence.niche else rows[:0]
    likes, niche_likes = _median(posts.likes[rows]), _median(posts.likes[about])
    shown = niche_likes if niche_likes is not None else likes
    ages = posts.age_days[rows]
    dated = ages[np.isfinite(ages)]
    return {
        "posts": len(rows) or None,
        "niche_posts": len(about) or None,
        "likes_per_niche_post": niche_likes,
        "likes_per_post": likes,
        "comments_per_post": _mean(posts.comments[rows]),
        "peer_ratio": shown / typical if shown is not None and typical > 0 else None,
        "last_post_day": evidence.reference_day - int(dated.min()) if len(dated) else None,
        "posts_per_month": float((dated <= 180).sum()) / 6 if len(dated) else None,
    }


def _communities(evidence: Evidence, rows: np.ndarray) -> tuple[tuple[str, int], ...]:
    """The niche's communities that the posts `rows` reached, with the number of posts; the two with most of them."""
    reached = evidence.posts.community[rows]
    ids, n_posts = np.unique(reached[reached >= 0], return_counts=True)
    if not evidence.niche or len(ids) == 0:
        return ()
    order = np.lexsort((ids, -n_posts))
    names = evidence.material.community_names
    of_niche = [at for at in order if evidence.audience.community[ids[at]] >= NICHE_COMMUNITY]
    return tuple((str(names[ids[at]]), int(n_posts[at])) for at in of_niche[:2])


def _audience_facts(evidence: Evidence, at: int, linked: np.ndarray) -> dict[str, object]:
    column = evidence.material.tie_matrix_by_target[:, [evidence.pool[at]]]
    readers = column.indices
    if len(readers) == 0:
        return {}
    facts: dict[str, object] = {"audience": len(readers), "audience_unit": "readers"}
    if evidence.niche.like:
        ties, near = (int(n) for n in linked)
        facts |= {"like_ties": ties, "like_links": near, "like_total": len(evidence.niche.like),
                  "like_reactions": len(evidence.material.reacted) > 0}  # fmt: skip
    elif evidence.spoken_of >= 1.0:
        # above 0 means: more of its attention goes to the niche than the average reader's does
        facts["niche_audience"] = int((evidence.audience.person[readers] > 0).sum()) or None
    return facts


def _links(evidence: Evidence, accounts: np.ndarray) -> np.ndarray:
    """Examples that attend to each of `accounts` (positions), and these with those that share a reader with it.

    Shape (n_accounts, 2).
    """
    ties = evidence.material.tie_matrix
    readers = (ties[:, accounts] > 0).astype(np.int32)
    shared = (ties[:, evidence.examples] > 0).astype(np.int32).T @ readers
    own = readers[evidence.examples]
    return np.column_stack([np.asarray((one > 0).sum(axis=0)).ravel() for one in (own, shared + own)])


def _median(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None


def _mean(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.mean(known)) if len(known) else None
