"""peer_engagement: do members of the niche react to it, and pass it on?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from influence.signals.audience import ELSEWHERE, beyond_chance
from influence.signals.base import Signal, SignalValues
from influence.signals.engagement_rates import VENDOR_POSTS, engagement_parts
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.niche_fit import AUDIENCE_STRENGTH, attention_received
from influence.signals.shrinkage import (
    collected,
    gamma_poisson_prior,
    shrunk_mean,
    shrunk_rate,
    variance_of_posts,
)

RATE_WEIGHTS: Mapping[str, float] = {"likes": 1.0, "comments": 2.0, "shares": 3.0}
"""Applause costs least, conversation more, passing on most (Kaushik 2011); each is measured against its own average."""

RATE_NAMES = {"likes": "applause_rate", "comments": "conversation_rate", "shares": "amplification_rate"}
COUNTS_RELIABILITY = 0.5
"""Trust in reactions that are counted but not named, where a niche is asked for: nobody knows whether it gave them."""


POST_SD = 1.0
"""How much the log of a count differs from post to post of one account (1.06 among 31,482 blog posts)."""
ROOT = 0.25
"""Power in which counts of posts are averaged, between the logarithm (0) and the count (1): one post that went
everywhere says little about the next, but not nothing. On later reactions of 1,694 sites: Spearman .52, .56 and .62."""


def rate_per_post(counts: np.ndarray, evidence: Evidence) -> np.ndarray:
    """Mean of a reaction per post of each candidate, recent posts more; NaN where it is never known."""
    known = np.isfinite(counts)
    weight = evidence.post_weight * known
    total, exposure = evidence.per_account(np.nan_to_num(counts) * weight), evidence.per_account(weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(exposure > 0, total / exposure, np.nan)


def rates_per_post(evidence: Evidence) -> dict[str, np.ndarray]:
    """`rate_per_post` of likes, comments and shares."""
    return {rate: rate_per_post(at_least_named(evidence, rate), evidence) for rate in RATE_NAMES}


def reactions_by_members(evidence: Evidence) -> dict[str, np.ndarray]:
    """Likes, comments and shares that members of the niche gave each post, shape (n_posts,); NaN unknown.

    Where the data name who reacted, each member counts once a post, by its membership, as far as members attend to the
    account beyond chance (`influence.signals.audience.beyond_chance`). Where names were not collected
    broadly (`influence.signals.shrinkage.collected`) the platform's count stands in, by the membership of the community
    that the post reached, or in full where no audience is known.
    """
    found = {}
    broad = named_broadly(evidence)
    for rate in RATE_WEIGHTS:
        counts = getattr(evidence.posts, rate)
        if rate in broad and (broad[rate] or not np.isfinite(counts).any()):
            named = evidence.material.reactors[rate] @ evidence.audience.person
            named = named * _beyond_chance(evidence)[evidence.posts.account]
            found[rate] = _with_counts_as_named(evidence, rate, named)
        elif np.isfinite(counts).any():
            share = evidence.post_membership
            share = np.where(np.isfinite(share), np.fmax(share, ELSEWHERE), 1.0)
            found[rate] = np.log1p(np.maximum(counts, 0.0)) * share
    return found


def _beyond_chance(evidence: Evidence) -> np.ndarray:
    """How far members attend to each account more than to any crowd of its size, 0-1, shape (n_accounts,)."""
    if not evidence.niche:
        return np.ones(len(evidence.material.account_ids))
    return evidence.once(
        "beyond chance", lambda: beyond_chance(*attention_received(evidence), AUDIENCE_STRENGTH)
    )


def _with_counts_as_named(evidence: Evidence, rate: str, named: np.ndarray) -> np.ndarray:
    """Where names were collected of others only, the count stands in, by what counts come to in names elsewhere."""
    missing = names_missing(evidence)[rate][evidence.posts.account] & np.isfinite(
        getattr(evidence.posts, rate)
    )
    if not missing.any():
        return named
    counts = at_least_named(evidence, rate)
    told = np.isfinite(counts) & (np.diff(evidence.material.reactors[rate].indptr) > 0)
    return np.where(missing, counts * (named[told].sum() / counts[told].sum()), named)


LEAST_EXPECTED = 3.0
"""Names that an account's counts let expect, from which on it is no chance that there is none (1 in 20)."""


def names_missing(evidence: Evidence) -> dict[str, np.ndarray]:
    """By rate: whose names were not collected, shape (n_accounts,): their counts let expect some, and there is none."""
    return evidence.material.once("names missing", lambda: _names_missing(evidence.material))


def _names_missing(material: Material) -> dict[str, np.ndarray]:
    posts, n, found = material.posts, len(material.account_ids), {}
    for rate, matrix in material.reactors.items():
        counts, n_named = np.nan_to_num(getattr(posts, rate)), np.diff(matrix.indptr)
        both = (counts > 0) & (n_named > 0)
        share = min(n_named[both].sum() / counts[both].sum(), 1.0) if both.any() else 1.0
        expected = share * np.bincount(posts.account, counts, minlength=n)
        found[rate] = (np.bincount(posts.account, n_named, minlength=n) == 0) & (expected >= LEAST_EXPECTED)
    return found


def named_broadly(evidence: Evidence) -> dict[str, bool]:
    """By rate: were the names of those who reacted collected for everybody who posts, as far as one can see?"""
    return evidence.material.once("named broadly", lambda: _named_broadly(evidence.material))


def _named_broadly(material: Material) -> dict[str, bool]:
    account = material.posts.account
    n_posted = len(np.unique(account))
    told = {rate: np.diff(matrix.indptr) > 0 for rate, matrix in material.reactors.items()}
    return {rate: collected(len(np.unique(account[some])), n_posted) >= 0.5 for rate, some in told.items()}


def engagement_index(by_rate: Mapping[str, np.ndarray], about: np.ndarray) -> np.ndarray:
    """Reactions of each post against the average post of the niche, shape (n_posts,); 1 is average, NaN unknown.

    Formula: mean over the known rates of ``count / mean count``, weighted by `RATE_WEIGHTS`. Counts of a
    platform enter as ``log1p``, because one post that went everywhere says little about the next; named members don't
    need it, each counts once.
    """
    total, weight = np.zeros(len(about)), np.zeros(len(about))
    for rate, counts in by_rate.items():
        finite = np.isfinite(counts)
        known = slice(None) if finite.all() else finite
        mean = np.average(counts[known], weights=about[known]) if about[known].sum() > 0 else 0.0
        if mean > 0:
            total[known] += RATE_WEIGHTS[rate] * counts[known] / mean
            weight[known] += RATE_WEIGHTS[rate]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weight > 0, total / weight, np.nan)


def counted_reactions(counts: Mapping[str, np.ndarray]) -> np.ndarray:
    """Reactions of each post in all, shape (n,), weighted by `RATE_WEIGHTS`; NaN unknown.

    A rate that is unknown of a post counts as its usual share (by ``ln(1 + count)``) beside those that are known.
    """
    told = {rate: values for rate, values in counts.items() if np.isfinite(values).any()}
    if not told:
        return np.full(np.shape(next(iter(counts.values()))), np.nan)
    stack = np.stack([RATE_WEIGHTS[rate] * np.maximum(values, 0.0) for rate, values in told.items()])
    known = np.isfinite(stack)
    usual = np.expm1(np.nanmean(np.log1p(stack), axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = np.nan_to_num(usual.sum() / (usual @ known), nan=1.0, posinf=1.0)
    return np.where(known.any(axis=0), np.nansum(stack, axis=0) * whole, np.nan)


LEAST_HALF = 0.25
"""Posts with which a value tells half at best, as observations of every signal do."""


@dataclass(frozen=True)
class Gains:
    """How each post was received, shape (n_posts,), NaN unknown: an index (1 is average), or a root of counts."""

    per_post: np.ndarray
    counted: bool


def gains_of(evidence: Evidence) -> Gains:
    """Reactions by members of the niche to each post; where nobody knows who reacted, the root of those counted."""
    return evidence.once("gains", lambda: _gains(evidence))


def _gains(evidence: Evidence) -> Gains:
    if audience_is_known(evidence):
        return Gains(gains_by_index(evidence), False)
    counts = {rate: at_least_named(evidence, rate) for rate in RATE_WEIGHTS}
    return Gains(counted_reactions(counts) ** ROOT, True)


def at_least_named(evidence: Evidence, rate: str) -> np.ndarray:
    """A count of each post, shape (n_posts,), at least those who gave it by name; NaN where neither is known."""
    counts: np.ndarray = getattr(evidence.posts, rate)
    if rate not in evidence.material.reactors:
        return counts
    n_named = np.diff(evidence.material.reactors[rate].indptr)
    return np.where(n_named > 0, np.fmax(counts, n_named), counts)


def gains_by_index(evidence: Evidence) -> np.ndarray:
    """Index of each post by reactions of members, where they are known and where communities stand in for them."""
    about = np.maximum(np.fmax(evidence.post_membership, evidence.post_relevance), ELSEWHERE)
    return engagement_index(reactions_by_members(evidence), about)


def audience_is_known(evidence: Evidence) -> bool:
    """Do the data say who reacted to posts: broadly by name, or by communities of which some are the niche's?"""
    counted = any(np.isfinite(getattr(evidence.posts, rate)).any() for rate in RATE_WEIGHTS)
    return named(evidence) or evidence.in_communities or not counted


def named(evidence: Evidence) -> bool:
    """Were names of those who reacted in any way collected broadly?"""
    return any(named_broadly(evidence).values())


def engagement_of_posts(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Index per post, recent ones more, pulled towards the pool; and the posts it rests on.

    All posts count, those about other things too: members of the niche don't pass them on, and the mean says so. Counts
    are averaged in roots, and pulled as far as posts of one account differ more than accounts do
    (`influence.signals.shrinkage.variance_of_posts`). Where the audience is known, who has fallen silent gets no more
    reactions from it: the rate is multiplied by the chance that another post comes.
    """
    seen = gains_of(evidence)
    received = evidence.once("reception of accounts", lambda: _totals(evidence, seen.per_post))
    totals, exposure, n_posts = (sums[evidence.pool] for sums in received)
    if not seen.counted:
        rate = shrunk_rate(totals, exposure, gamma_poisson_prior(totals, exposure))
        return rate * evidence.alive, n_posts
    within, between, average = differences(evidence, seen)
    strength = within / between
    return shrunk_rate(totals, exposure, (average * strength, strength)) ** (1 / ROOT), n_posts


def _totals(evidence: Evidence, per_post: np.ndarray) -> tuple[np.ndarray, ...]:
    """Gains, weights and number of the posts of every account whose reception is known."""
    known = np.isfinite(per_post)
    weight = np.where(known, evidence.post_weight, 0.0)
    return tuple(
        evidence.summed(one) for one in (np.nan_to_num(per_post) * weight, weight, known.astype(float))
    )


def posts_that_tell_half(evidence: Evidence) -> float:
    """Posts of which the average tells half of how accounts differ: variance within over variance between accounts.

    At least the 1/4 that holds for every signal, also where names or communities tell who reacted.
    """
    seen = gains_of(evidence)
    if not seen.counted or not np.isfinite(seen.per_post).any():
        return LEAST_HALF
    within, between, _ = differences(evidence, seen)
    return max(within / between, LEAST_HALF)


def differences(evidence: Evidence, seen: Gains) -> tuple[float, float, float]:
    """Variance of gains within accounts, between accounts, and their average; see `variance_of_posts`."""
    known = np.flatnonzero(np.isfinite(seen.per_post) & (evidence.post_weight > 0))
    author, n = evidence.posts.account[known], len(evidence.material.account_ids)
    gains = seen.per_post[known]
    usual = (ROOT * POST_SD * gains.mean()) ** 2 if len(gains) else 0.0
    return variance_of_posts(gains, author, evidence.post_weight[known], n, usual)


def engagement_of_vendors(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """The same index from vendor averages, for accounts of which no posts are known; and the posts averaged.

    The log of a count differs from post to post with a standard deviation of about `POST_SD`; how far an average is
    pulled towards the others follows from that.
    """
    metrics, pool = evidence.material.metrics, evidence.pool
    logs = np.log1p(counted_reactions({rate: metrics[f"{rate}_per_post"][pool] for rate in RATE_WEIGHTS}))
    known = np.isfinite(logs)
    n_posts = np.nan_to_num(metrics["n_posts"][pool], nan=VENDOR_POSTS)
    pulled = shrunk_mean(logs, POST_SD**2 / np.maximum(n_posts, 1.0))
    return np.expm1(pulled), np.where(known, n_posts, 0.0)


def engagement_by_name(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Reactions that members of the niche gave, where no posts are known; and the people who gave them.

    Formula: ``sum over people of membership x ln(1 + weight of their reactions)``, as far as it is beyond chance; 0 for
    whom nobody was seen to react to, because everybody else's reactions were seen.
    """
    _, reacted = evidence.material.reaction_matrices
    mine = reacted[:, evidence.pool].tocsc()
    people = np.diff(mine.indptr).astype(float)
    return (mine.T @ evidence.audience.person) * _beyond_chance(evidence)[evidence.pool], people


def compute(evidence: Evidence) -> SignalValues:
    """Values are an index (0 nobody reacts, 1 the average post of the niche), or reactions per post where only counts
    are known (the mean of their fourth roots, raised again); parts are rates in reactions per post."""
    value, support = engagement_of_posts(evidence)
    vendor, n_posts = engagement_of_vendors(evidence)
    missing = ~np.isfinite(value)
    value, support = np.where(missing, vendor, value), np.where(missing, n_posts, support)
    by_name = len(evidence.posts) == 0 and len(evidence.material.reacted) > 0
    if by_name and not np.isfinite(value).any():
        value, support = engagement_by_name(evidence)
    parts = {}
    rates = evidence.of_all("rates-per-post", rates_per_post)
    for rate, name in RATE_NAMES.items():
        seen = rates[rate]
        parts[name] = np.where(
            np.isfinite(seen), seen, evidence.material.metrics[f"{rate}_per_post"][evidence.pool]
        )
    parts |= engagement_parts(evidence)
    of_whom = by_name or named(evidence)
    of_niche = evidence.in_communities and not of_whom
    reliability = 1.0 if of_whom or not evidence.niche else COUNTS_RELIABILITY
    scale = "" if of_whom or of_niche else "logarithm"
    support = np.where(np.isfinite(value), support, 0.0)
    return SignalValues(value, support, parts, reliability, of_niche, scale, posts_that_tell_half(evidence))


PEER_ENGAGEMENT = Signal(
    name="peer_engagement",
    question="Do members of the niche react to it, and pass it on?",
    unit="reactions by the niche per post (index, 1 is average; the number where only counts are known)",
    needs=("likes, comments or shares of posts", "interactions", "vendor averages (metrics)"),
    scale="saturating",
    unknown="neutral",
    reference="Kaushik 2011 (conversation, amplification, applause rate); Marshall 1991 (shrinkage)",
    compute=compute,
)
