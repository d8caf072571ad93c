"""Who follows whom in the synthetic world, and since when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.simulation.people import MAX_INTERESTS, Cast


@dataclass(frozen=True)
class Follows:
    """Follows ordered by who is followed; `start[i]:start[i + 1]` are the followers of account i.

    Attributes
    ----------
    follower, followee : ndarray of int32
    day : ndarray of int32
        Day since the start of the world on which the follow began; negative before it.
    start : ndarray of int64, shape (n_accounts + 1,)
    burst_day : ndarray of int32, shape (n_accounts,)
        Day on which followers were bought; -1 for everybody else.
    """

    follower: np.ndarray
    followee: np.ndarray
    day: np.ndarray
    start: np.ndarray
    burst_day: np.ndarray


def draw_follows(cast: Cast, n_niches: int, days: int, rng: np.random.Generator) -> Follows:
    """People follow authors of their niches, stars and friends; bots follow whoever paid; pods follow each other."""
    pairs = [_people_follow(cast, n_niches, rng), _bots_follow(cast, rng), _pods_follow(cast)]
    follower = np.concatenate([pair[0] for pair in pairs]).astype(np.int64)
    followee = np.concatenate([pair[1] for pair in pairs]).astype(np.int64)
    keep = follower != followee
    codes = np.unique(followee[keep] * len(cast) + follower[keep])
    followee, follower = codes // len(cast), codes % len(cast)
    burst_day = np.where(cast.plays("bought"), rng.integers(days // 5, max(days * 9 // 10, 2), len(cast)), -1)
    day = _since(cast, follower, followee, burst_day, days, rng)
    start = np.searchsorted(followee, np.arange(len(cast) + 1))
    return Follows(
        follower.astype(np.int32), followee.astype(np.int32), day, start, burst_day.astype(np.int32)
    )


def _people_follow(cast: Cast, n_niches: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    humans = np.flatnonzero(~cast.plays("bot", "celebrity"))
    budget = rng.lognormal(np.log(18), 0.8, len(humans)).clip(1, 400)
    budget = (budget * np.where(cast.plays("person")[humans], 1.0, 1.6)).astype(np.int64)
    budget[cast.plays("talker", "pod")[humans]] *= 3
    n_interests = (cast.interests[humans] >= 0).sum(axis=1)
    for_niche = rng.binomial(budget, np.where(n_interests > 0, 0.62, 0.0))
    for_stars = rng.binomial(budget - for_niche, 0.5)
    readers, theirs = _niche_targets(cast, np.repeat(humans, for_niche), n_niches, rng)
    fans, stars = _star_targets(cast, np.repeat(humans, for_stars), rng)
    friends, liked = np.repeat(humans, budget - for_niche - for_stars), rng.lognormal(0.0, 0.7, len(humans))
    whom = humans[weighted_choice(liked, len(friends), rng)]
    return np.concatenate([readers, fans, friends]), np.concatenate([theirs, stars, whom])


def _niche_targets(
    cast: Cast, followers: np.ndarray, n_niches: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    n_interests = (cast.interests[followers] >= 0).sum(axis=1)
    which = np.minimum((rng.random(len(followers)) ** 1.5 * n_interests).astype(int), MAX_INTERESTS - 1)
    niche = cast.interests[followers, which]
    targets = np.full(len(followers), -1, dtype=np.int64)
    for k in range(n_niches):
        here = np.flatnonzero(niche == k)
        pull = cast.attraction * ((cast.first == k) + 0.25 * (cast.second == k))
        targets[here] = weighted_choice(pull, len(here), rng)
    return followers, targets


def _star_targets(
    cast: Cast, followers: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    fame = np.zeros(len(cast))
    stars = cast.of("celebrity")
    fame[stars] = (1.0 + np.arange(len(stars))) ** -0.9
    magazines = cast.of("magazine")
    fame[magazines] = 0.3 * fame[stars].mean() if len(stars) else 1.0
    if not fame.any():
        return followers[:0], followers[:0]
    return followers, weighted_choice(fame, len(followers), rng)


def _bots_follow(cast: Cast, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    bots, buyers = cast.of("bot"), cast.of("bought")
    everyone = np.arange(len(cast))
    if not len(bots):
        return everyone[:0], everyone[:0]
    bought = np.repeat(bots, rng.poisson(30, len(bots))) if len(buyers) else bots[:0]
    cover = np.repeat(bots, rng.poisson(15, len(bots)))
    share = rng.lognormal(0.0, 0.6, len(buyers))
    paid = buyers[weighted_choice(share, len(bought), rng)] if len(buyers) else bought
    return np.concatenate([bought, cover]), np.concatenate([paid, rng.choice(everyone, len(cover))])


def _pods_follow(cast: Cast) -> tuple[np.ndarray, np.ndarray]:
    pairs = [
        (one, other)
        for pod in range(int(cast.pod.max()) + 1)
        for one in np.flatnonzero(cast.pod == pod)
        for other in np.flatnonzero(cast.pod == pod)
    ]
    array = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return array[:, 0], array[:, 1]


def _since(
    cast: Cast,
    follower: np.ndarray,
    followee: np.ndarray,
    burst_day: np.ndarray,
    days: int,
    rng: np.random.Generator,
) -> np.ndarray:
    day = (days * (1.0 - 2.5 * rng.random(len(follower)) ** 1.3)).astype(np.int32)
    bought = (burst_day[followee] >= 0) & cast.plays("bot")[follower]
    burst = burst_day[followee] + rng.integers(0, 6, len(follower))
    return np.where(bought, np.minimum(burst, days - 1), day).astype(np.int32)


def weighted_choice(weight: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Draw `size` indices in proportion to `weight`, which must not be all zero."""
    edges = np.cumsum(weight)
    return np.asarray(
        np.searchsorted(edges, rng.random(size) * edges[-1], side="right").clip(0, len(weight) - 1)
    )
