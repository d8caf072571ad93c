"""The simpler rules that a ranking must beat: followers, totals, PageRank, counts of keywords, chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence.graph.audience import AudienceGraph
from influence.graph.ties import COMMUNITY_PREFIX
from influence.ranking.baselines import followers_in_the_data
from influence.ranking.rank import Assessment
from influence.signals.evidence import Evidence
from influence.store.visibility import visible


def rules(found: Assessment, rng: np.random.Generator) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Scores of every candidate by each rule, and why a rule could not be followed.

    Returns
    -------
    scores : dict of rule to ndarray, shape (n_candidates,)
        ``followers`` (in the data where no count is known), ``total engagement``,
        ``pagerank``, ``topical pagerank``, ``niche counts``, ``random``; NaN is
        unknown and stands last.
    skipped : dict of rule to reason
    """
    evidence = found.evidence
    plain, topical = pageranks(evidence)
    asked = {
        "followers": (_followers(evidence), "no follower count was known by then"),
        "total engagement": (total_engagement(evidence), "no reactions were known by then"),
        "pagerank": (plain, "nobody was known to pay attention to anybody"),
        "topical pagerank": (topical, "no niche, or nobody's attention reaches it"),
        "niche counts": (keyword_posts(evidence), "no words to count, or no texts"),
    }
    scores = {
        name: score for name, (score, _) in asked.items() if score is not None and np.isfinite(score).any()
    }
    skipped = {name: why for name, (_, why) in asked.items() if name not in scores}
    return scores | {"random": rng.random(evidence.n_candidates)}, skipped


def _followers(evidence: Evidence) -> np.ndarray | None:
    counts = evidence.candidates["followers"].to_numpy(dtype=float)
    if np.isfinite(counts).any():
        return counts
    return followers_in_the_data(evidence) if evidence.material.follow_matrix.nnz else None


def total_engagement(evidence: Evidence) -> np.ndarray | None:
    """Likes, comments and shares of all visible posts; reactions by name where no counts are known."""
    posts = evidence.posts
    counts = np.vstack([posts.likes, posts.comments, posts.shares])
    if np.isfinite(counts).any():
        return evidence.per_account(np.nan_to_num(counts).sum(axis=0))
    rows = evidence.material.reacted
    if not len(rows):
        return None
    n = np.bincount(rows.target, rows.n, minlength=len(evidence.material.account_ids))
    return n[evidence.pool]


def pageranks(evidence: Evidence) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Global and topic-sensitive PageRank of the candidates; the niche is where attention starts over."""
    graph: AudienceGraph = evidence.material.graph
    if graph.n_ties == 0:
        return None, None
    ids = pd.Index(graph.id_array.to_pandas())
    at = ids.get_indexer(pd.Index(evidence.candidates["account_id"]))

    def of_candidates(scores: np.ndarray) -> np.ndarray:
        return np.where(at >= 0, scores[np.maximum(at, 0)], 0.0)

    start = _teleport(evidence, ids)
    topical = of_candidates(graph.pagerank(start)) if start is not None else None
    return of_candidates(graph.pagerank()), topical


def _teleport(evidence: Evidence, ids: pd.Index) -> np.ndarray | None:
    if not evidence.niche:
        return None
    start = np.zeros(len(ids))
    accounts = ids.get_indexer(pd.Index(evidence.material.account_ids))
    relevance = np.nan_to_num(evidence.account_relevance)
    start[accounts[accounts >= 0]] = relevance[accounts >= 0]
    communities = ids.get_indexer(
        pd.Index([COMMUNITY_PREFIX + str(name) for name in evidence.material.community_names])
    )
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
    return np.bincount(at[at >= 0], minlength=len(evidence.material.account_ids))[evidence.pool].astype(float)
