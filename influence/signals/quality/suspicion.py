"""From figures to suspicions: fixed curves of evidence, declared here so that anyone can read and dispute them.

Each curve turns a figure into evidence in nats (the logarithm of a likelihood ratio): above 0 speaks for the suspicion,
below 0 against it. The thresholds are published ones or conventions, never fitted to labelled data that the licence
keeps apart. Evidence adds up on the base rate and becomes a probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

BASE_RATE = 0.05
"""Accounts of which each suspicion holds before anything is known. 10 % of 975 hand-judged followers were fake
(SRF Data 2017); of those who publish, fewer."""


@dataclass(frozen=True)
class Curve:
    """Evidence as straight lines between (figure, nats); flat beyond the ends; `source` says where it is from."""

    points: tuple[tuple[float, float], ...]
    source: str

    def nats(self, figure: np.ndarray) -> np.ndarray:
        """Evidence of each figure; NaN where it is unknown."""
        at, nats = zip(*self.points, strict=True)
        return np.where(np.isfinite(figure), np.interp(np.nan_to_num(figure), at, nats), np.nan)


CONVENTION = "convention of this package; see docs/signals.md"
SOCIALBAKERS = "Socialbakers' reading of fake followers: up to 20 % is usual, from 50 % on it is not (2012)"

SUSPICIONS: Mapping[str, Mapping[str, Curve]] = {
    "bought_followers": {
        "automated_followers": Curve(((0.05, -1.5), (0.2, 0.0), (0.35, 2.0), (0.5, 3.5)), SOCIALBAKERS),
        "fake_by_vendor": Curve(
            ((0.05, -1.0), (0.2, 0.0), (0.35, 1.3), (0.5, 2.3)),
            "two thirds of `automated_followers`: a share of the same followers, by a method that nobody shows",
        ),
        "follower_burst": Curve(((0.05, -1.0), (0.15, 0.0), (0.3, 1.0), (0.6, 2.5)), CONVENTION),
        "lost_after_burst": Curve(((0.0, -0.7), (0.03, 0.0), (0.1, 1.0), (0.3, 1.5)), CONVENTION),
        "sawtooth": Curve(((0.0, -0.3), (0.2, 0.3), (0.5, 1.0)), CONVENTION),
        "arrived_in_one_week": Curve(((0.1, -0.3), (0.25, 0.5), (0.5, 2.0)), CONVENTION),
        "engagement_to_peers": Curve(
            ((0.03, 2.5), (0.1, 1.5), (0.33, 0.3), (0.6, -0.3), (1.0, -1.0)), CONVENTION
        ),
    },
    "pod": {
        "mutual_comments": Curve(((0.0, -2.0), (0.1, 0.0), (0.3, 2.0), (0.5, 3.5)), CONVENTION),
        "closed_circle": Curve(((0.0, -0.5), (0.3, 0.3), (0.7, 2.0)), CONVENTION),
        "regular_commenters": Curve(((0.05, -0.5), (0.3, 0.7), (0.6, 1.5)), CONVENTION),
        "same_order": Curve(((0.2, -0.2), (0.5, 0.7), (0.8, 2.0)), CONVENTION),
        "generic_comments": Curve(((-0.1, -0.5), (0.1, 0.0), (0.4, 1.0)), CONVENTION),
    },
    "bought_reactions": {
        "likes_per_comment": Curve(((1.0, -0.7), (3.0, 0.0), (10.0, 2.0), (30.0, 3.5)), CONVENTION),
        "engagement_to_peers": Curve(((1.0, -0.5), (3.0, 0.3), (10.0, 1.5)), CONVENTION),
        "automated_commenters": Curve(((0.02, -0.5), (0.1, 0.5), (0.3, 2.5), (0.5, 3.5)), CONVENTION),
        "generic_comments": Curve(((-0.1, -0.3), (0.1, 0.0), (0.4, 0.7)), CONVENTION),
        "repeated_comments": Curve(((0.0, -0.2), (0.2, 0.4), (0.5, 1.5)), CONVENTION),
    },
    "follows_to_be_followed": {
        "following_ratio": Curve(
            ((-1.6, -1.5), (0.0, -0.5), (0.7, 0.0), (2.3, 2.0), (3.9, 4.0)), SOCIALBAKERS
        ),
        "profile_counts": Curve(((-4.0, -4.0), (4.0, 4.0)), "nats of `profiles.profile_evidence`"),
    },
}
"""Suspicion -> figure -> curve. Ratios to the peers are 1 where usual; `generic_comments` is over the median."""

WEAK = frozenset({"generic_comments", "repeated_comments", "sawtooth", "likes_per_comment"})
"""Figures that colour a suspicion and never raise one alone: much honest talk is short, jokes are liked in silence."""


@dataclass(frozen=True)
class Suspicion:
    """One suspicion about every candidate: `chance` (0-1, NaN nothing known) and the `nats` of each figure."""

    chance: np.ndarray
    nats: Mapping[str, np.ndarray]


def weigh_suspicions(figures: Mapping[str, np.ndarray]) -> dict[str, Suspicion]:
    """Add up the evidence of the figures at hand.

    Formula: ``logistic(logit(BASE_RATE) + sum of nats)``, over the figures known of each account; unknown adds
    nothing. Where all that speaks for it is weak (`WEAK`), the chance stays at the base rate at most; a suspicion of
    which only weak figures are at hand is left out.
    """
    found = {}
    prior = np.log(BASE_RATE / (1 - BASE_RATE))
    for name, curves in SUSPICIONS.items():
        nats = {key: curve.nats(figures[key]) for key, curve in curves.items() if key in figures}
        strong = [value for key, value in nats.items() if key not in WEAK]
        if not strong:
            continue
        total, firm = _added(nats.values()), _added(strong)
        raised = np.max([np.nan_to_num(value) for value in strong], axis=0) > 0
        total = np.where(raised, total, np.minimum(total, 0.0))
        found[name] = Suspicion(
            1.0 / (1.0 + np.exp(-(prior + np.where(np.isfinite(firm), total, np.nan)))), nats
        )
    return found


def _added(parts: Iterable[np.ndarray]) -> np.ndarray:
    """Sum of the known; NaN where none is."""
    stack = np.vstack(list(parts))
    return np.where(np.isfinite(stack).any(axis=0), np.nansum(stack, axis=0), np.nan)


def chance_real(suspicions: Mapping[str, Suspicion], n_candidates: int) -> np.ndarray:
    """Probability that the audience is what it seems: no suspicion holds, each judged for itself; NaN nothing known."""
    if not suspicions:
        return np.full(n_candidates, np.nan)
    chances = np.vstack([one.chance for one in suspicions.values()])
    clear = np.where(np.isfinite(chances), 1.0 - np.nan_to_num(chances), 1.0 - BASE_RATE)
    return np.where(np.isfinite(chances).any(axis=0), clear.prod(axis=0), np.nan)
