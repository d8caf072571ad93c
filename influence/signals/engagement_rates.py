"""Engagement in the trade's own figures: per post, by followers, by views, against accounts of the same size."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.peers import compare_with_peers, published_rate, ratio_to_peers, size_of
from influence.store.kept.spilling import blocks, stacked

COUNTS = ("likes", "comments", "shares")
VENDOR_POSTS = 10.0
"""Posts that a vendor's average stands for where it does not say: vendors take the last ten to thirty."""
LINKED_WITHIN_DAYS = 180.0


def per_post(evidence: Evidence, name: str) -> np.ndarray:
    """Mean of a count per post of each candidate, from posts or else from vendors; NaN where neither knows it."""
    return evidence.of_all(f"{name}-per-post", lambda all: _per_post(all, name))


def _per_post(evidence: Evidence, name: str) -> np.ndarray:
    counts = getattr(evidence.posts, name)
    known = np.isfinite(counts)
    total, n_posts = evidence.per_account(np.nan_to_num(counts)), evidence.per_account(known.astype(float))
    vendor = evidence.material.metrics[f"{name}_per_post"][evidence.pool]
    return np.asarray(np.where(n_posts > 0, total / np.maximum(n_posts, 1.0), vendor))


def reactions_per_post(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Likes, comments and shares of a post together, unknown kinds counting as none; and the posts it rests on.

    From posts, else from vendor averages; NaN and 0 where nothing is known.
    """
    found = evidence.of_all("reactions-per-post", _reactions_per_post)
    return found["each"], found["n_posts"]


def _reactions_per_post(evidence: Evidence) -> dict[str, np.ndarray]:
    counts = evidence.posts.reactions_in_all
    n_posts = evidence.per_account(np.isfinite(counts).astype(float))
    total = evidence.per_account(np.nan_to_num(counts))
    metrics, pool = evidence.material.metrics, evidence.pool
    averages = np.vstack([metrics[f"{name}_per_post"][pool] for name in COUNTS])
    vendor = np.where(np.isfinite(averages).any(axis=0), np.nan_to_num(averages).sum(axis=0), np.nan)
    n_vendor = np.nan_to_num(metrics["n_posts"][pool], nan=VENDOR_POSTS)
    own = n_posts > 0
    rate = np.where(own, total / np.maximum(n_posts, 1.0), vendor)
    return {
        "each": rate,
        "n_posts": np.where(own, n_posts, np.where(np.isfinite(vendor), n_vendor, 0.0)),
    }


def rate_by_followers(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Reactions per post over followers, a share; and the posts it rests on. Half a reaction is added in all."""
    each, n_posts = reactions_per_post(evidence)
    followers = evidence.column("followers")
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(followers > 0, (each + 0.5 / np.maximum(n_posts, 1.0)) / followers, np.nan), n_posts


def rate_by_views(evidence: Evidence) -> np.ndarray:
    """Reactions over views, of the posts whose views are known; NaN where none are.

    The trade calls it engagement rate by reach; platforms export times shown, which is more than people reached, so
    the figure errs on the low side.
    """
    posts = evidence.posts
    known = np.isfinite(posts.views) & (posts.views > 0)
    counts = np.nan_to_num(posts.reactions_in_all)
    views = evidence.per_account(np.where(known, np.nan_to_num(posts.views), 0.0))
    return np.where(
        views > 0, evidence.per_account(np.where(known, counts, 0.0)) / np.maximum(views, 1.0), np.nan
    )


def usual_rate(evidence: Evidence, rate: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is usual among accounts of its size and platform, and how many they are (0: a published table said it)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        peers = compare_with_peers(np.log(rate), size_of(evidence), evidence.platform)
    usual = np.exp(peers.typical)
    followers = evidence.column("followers")
    none = np.flatnonzero(~np.isfinite(usual) & np.isfinite(followers))
    if len(none):
        usual[none] = published_rate(evidence.column("platform")[none], followers[none])
    return usual, peers.n_peers


def engagement_parts(evidence: Evidence) -> dict[str, np.ndarray]:
    """Figures behind peer_engagement, shape (n_candidates,) each; NaN unknown.

    ``engagement_per_post`` (all reactions), ``engagement_rate_by_followers``, ``engagement_rate_by_views`` (shares),
    ``ratio_to_peers`` (1 is usual for the size; few posts are pulled towards 1), ``peers_seen`` (0: a published table),
    ``unique_reactors`` (accounts), ``linking_accounts`` (see there) and ``niche_share_of_reactions`` (0-1).
    """
    return {**evidence.of_listed("engagement-rates", _rates), **_reactors(evidence)}


def _rates(evidence: Evidence) -> dict[str, np.ndarray]:
    each, n_posts = reactions_per_post(evidence)
    rate, _ = rate_by_followers(evidence)
    typical, n_peers = usual_rate(evidence, rate)
    followers = evidence.column("followers")
    ratio = ratio_to_peers(np.nan_to_num(each) * n_posts, n_posts, typical * followers)
    return {
        "engagement_per_post": each,
        "engagement_rate_by_followers": np.where(followers > 0, each / np.maximum(followers, 1.0), np.nan),
        "engagement_rate_by_views": evidence.of_all("rate-by-views", rate_by_views),
        "ratio_to_peers": ratio,
        "peers_seen": np.where(np.isfinite(ratio), n_peers, np.nan),
    }


def _reactors(evidence: Evidence) -> dict[str, np.ndarray]:
    """Accounts that reacted, each once; and the share of the named reactions that members of the niche gave."""
    to_posts, to_accounts = evidence.material.reaction_matrices
    if to_posts.nnz + to_accounts.nnz == 0:
        return {}
    given = evidence.material.kept("reactions-given", lambda: reactions_given(evidence.material))
    unique = np.diff(given.indptr)[evidence.pool].astype(float)
    weight = evidence.material.once("reactions received", lambda: np.asarray(given.sum(axis=0)).ravel())
    weight = weight[evidence.pool]
    from_niche = evidence.of_niche("reactions of members", lambda: given.T @ evidence.audience.person)
    linking = evidence.material.kept("linking-accounts", lambda: linking_accounts(evidence.material))
    numbers = {"unique_reactors": unique, "linking_accounts": linking[evidence.pool]}
    found = {name: np.where(n > 0, n, np.nan) for name, n in numbers.items()}
    if evidence.niche:
        found["niche_share_of_reactions"] = np.where(
            weight > 0, from_niche / np.maximum(weight, 1e-12), np.nan
        )
    return found


def linking_accounts(material: Material) -> np.ndarray:
    """How many accounts linked to each one within `LINKED_WITHIN_DAYS` of the day asked, shape (n_accounts,).

    Each counts once, however often it links: what Technorati called a blog's authority. Undated links don't count.
    """
    rows = material.reacted
    linked = np.flatnonzero(rows.is_of(("link",)))
    recent = linked[material.reference_day - rows.last_day[linked] <= LINKED_WITHIN_DAYS]
    ties = np.unique(np.column_stack([rows.actor[recent], rows.target[recent]]).astype(np.int64), axis=0)
    return np.bincount(ties[:, 1], minlength=len(material.account_ids)).astype(float)


def reactions_given(material: Material) -> sparse.csc_matrix:
    """Attention that accounts (rows) showed by reactions to the posts of others (columns), or to them."""
    to_posts, to_accounts = material.reaction_matrices
    account = material.posts.account
    written = np.flatnonzero(account >= 0)
    shape = (len(account), to_accounts.shape[1])
    author = sparse.csr_matrix((np.ones(len(written)), (written, account[written])), shape=shape)
    parts = (
        (to_posts[first:stop] @ author) + to_accounts[first:stop]
        for first, stop, _ in blocks(to_posts.indptr)
    )
    return stacked(parts, shape[1]).tocsc()
