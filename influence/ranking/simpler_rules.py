"""The simpler rules that a ranking must beat: followers, totals, PageRank, counts of keywords, chance."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from influence.graph.audience import AudienceGraph
from influence.graph.ties import COMMUNITY_PREFIX
from influence.ranking.assess import Assessment
from influence.ranking.baselines import followers_in_the_data
from influence.signals.engagement_rates import rate_by_followers, reactions_per_post
from influence.signals.evidence import Evidence
from influence.signals.peers import MIN_PEERS, compare_with_peers, size_of
from influence.store.visibility import visible

YEAR = 365.0


def rules(found: Assessment, rng: np.random.Generator) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Scores of every candidate by each rule, and why a rule could not be followed.

    Returns
    -------
    scores : dict of rule to ndarray, shape (n_candidates,)
        ``followers`` (in the data where no count is known), ``total engagement``, the same ``a post``, over
        followers (``engagement rate``), ``rate within size`` and of the last 12 months, ``pagerank``, ``topical
        pagerank`` and its lift over the plain one, ``neighbour share``, ``niche counts``, ``random``; NaN is unknown
        and stands last.
    skipped : dict of rule to reason
    """
    evidence = found.evidence
    plain, topical = pageranks(evidence)
    no_rate = "no reactions to posts or no followers were known by then"
    asked = {
        "followers": (_followers(evidence), "no follower count was known by then"),
        "total engagement": (total_engagement(evidence), "no reactions were known by then"),
        "engagement a post": (engagement_a_post(evidence), "no reactions to posts were known by then"),
        "engagement rate": (engagement_rate(evidence), no_rate),
        "rate within size": (rate_within_size(evidence), f"{no_rate} of {MIN_PEERS} accounts"),
        "engagement, last 12 months": (
            total_engagement(evidence, YEAR),
            "no reactions to dated posts were known by then",
        ),
        "pagerank": (plain, "nobody was known to pay attention to anybody"),
        "topical pagerank": (topical, "no niche, or nobody's attention reaches it"),
        "pagerank lift": (_lift(topical, plain), "no niche, or nobody's attention reaches it"),
        "neighbour share": (neighbour_share(evidence), "no niche, or nobody's attention reaches it"),
        "niche counts": (keyword_posts(evidence), "no words to count, or no texts"),
    }
    scores = {
        name: score for name, (score, _) in asked.items() if score is not None and np.isfinite(score).any()
    }
    skipped = {name: why for name, (_, why) in asked.items() if name not in scores}
    return scores | {"random": rng.random(evidence.n_candidates)}, skipped


def _followers(evidence: Evidence) -> np.ndarray | None:
    counts = evidence.column("followers")
    if np.isfinite(counts).any():
        return counts
    return followers_in_the_data(evidence) if evidence.material.follow_matrix.nnz else None


def total_engagement(evidence: Evidence, within_days: float = np.inf) -> np.ndarray | None:
    """Likes, comments and shares of all visible posts; reactions by name where no counts are known.

    Of a limited age only counts of dated posts are told: names are not dated one by one.
    """
    posts = evidence.posts
    counts = posts.reactions_in_all
    if np.isfinite(counts).any():
        counted = np.isinf(within_days) | (posts.age_days <= within_days)
        return evidence.per_account(np.nan_to_num(counts) * counted)
    rows = evidence.material.reacted
    if not len(rows) or not np.isinf(within_days):
        return None
    n = np.bincount(rows.target, rows.n, minlength=len(evidence.material.account_ids))
    return np.asarray(n[evidence.pool])


def engagement_a_post(evidence: Evidence) -> np.ndarray | None:
    """Mean likes, comments and shares of a visible post whose reactions are known; NaN without one."""
    each, n_posts = reactions_per_post(evidence)
    return np.where(n_posts > 0, each, np.nan)


def engagement_rate(evidence: Evidence) -> np.ndarray | None:
    """The same over followers."""
    followers = evidence.column("followers")
    each = engagement_a_post(evidence)
    return None if each is None else np.where(followers > 0, each / np.maximum(followers, 1.0), np.nan)


def rate_within_size(evidence: Evidence) -> np.ndarray:
    """Where the engagement rate stands among accounts of its size and platform: the share of them below it, 0-1."""
    rate, _ = rate_by_followers(evidence)
    return compare_with_peers(rate, size_of(evidence), evidence.platform).percentile


def neighbour_share(evidence: Evidence) -> np.ndarray | None:
    """Share of each candidate's ties, taken both ways, that lead to the niche: its accounts, communities, examples.

    One tie that leads nowhere is added, so that a single lucky tie does not come first.
    """
    graph: AudienceGraph = evidence.material.graph
    start = _teleport(evidence) if graph.n_ties else None
    if start is None:
        return None
    ties = graph.symmetric_solver.audience
    share = np.asarray(ties @ start) / (np.asarray(ties.sum(axis=1)).ravel() + 1.0)
    return _of_candidates(evidence, share)


def _of_candidates(evidence: Evidence, scores: np.ndarray) -> np.ndarray:
    """Scores of the graph's accounts, of the candidates; 0 of whom it does not hold."""
    at = _places(evidence, evidence.column("account_id"))
    return np.where(at >= 0, scores[np.maximum(at, 0)], 0.0)


def _places(evidence: Evidence, ids: Iterable[str]) -> np.ndarray:
    """Positions in the graph; -1 where it does not hold one."""
    known = evidence.material.once("index of the graph", lambda: pd.Index(evidence.material.graph.ids))
    return np.asarray(known.get_indexer(pd.Index(list(ids))))


def _lift(topical: np.ndarray | None, plain: np.ndarray | None) -> np.ndarray | None:
    return None if topical is None or plain is None else topical / np.maximum(plain, 1e-300)


def pageranks(evidence: Evidence) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Global and topic-sensitive PageRank of the candidates; the niche is where attention starts over."""
    graph: AudienceGraph = evidence.material.graph
    if graph.n_ties == 0:
        return None, None
    start = _teleport(evidence)
    topical = _of_candidates(evidence, graph.pagerank(start)) if start is not None else None
    return _of_candidates(evidence, graph.pagerank()), topical


def _teleport(evidence: Evidence) -> np.ndarray | None:
    if not evidence.niche:
        return None
    material = evidence.material
    start = np.zeros(material.graph.n_accounts)
    accounts = _places(evidence, material.account_ids)
    relevance = np.nan_to_num(evidence.account_relevance)
    start[accounts[accounts >= 0]] = relevance[accounts >= 0]
    communities = _places(evidence, (COMMUNITY_PREFIX + str(name) for name in material.community_names))
    start[communities[communities >= 0]] = evidence.audience.community[communities >= 0]
    return start if start.sum() > 0 else None


def keyword_posts(evidence: Evidence) -> np.ndarray | None:
    """Visible posts of each candidate that hold a word of the niche."""
    from influence.text.tokens import Tokenizer

    tokenizer = Tokenizer()
    asked = set(tokenizer.terms(f"{evidence.niche.keywords} {evidence.niche.brief}"))
    if not asked or not len(evidence.posts):
        return None
    cut = evidence.material.cut
    rows = evidence.store.query(
        f"select account_id, text from posts where text is not null and {visible('posts', cut)} order by post_id"
    )
    said = [bool(asked.intersection(tokenizer.terms(text))) for text in rows["text"].to_pylist()]
    at = evidence.material.positions(rows["account_id"].to_pandas()[said])
    return np.asarray(
        np.bincount(at[at >= 0], minlength=len(evidence.material.account_ids))[evidence.pool].astype(float)
    )
