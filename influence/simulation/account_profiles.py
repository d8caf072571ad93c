"""Counts that profiles show, now and on the days they were looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.simulation.attention import Follows
from influence.simulation.people import Cast
from influence.simulation.posting import SECONDS_A_DAY, DrawnPosts
from influence.simulation.roles import column

SNAPSHOT_EVERY_DAYS = 14


@dataclass(frozen=True)
class Profiles:
    """Counts shown on the last day.

    Attributes
    ----------
    followers, following : ndarray of int64
        People outside the crawled world included.
    fake : ndarray of int64
        Followers that were bought and are no account of this world.
    posts_total : ndarray of int64
    opened_day : ndarray of int64
        Day the account was opened, counted from the start of the world; negative.
    """

    followers: np.ndarray
    following: np.ndarray
    fake: np.ndarray
    posts_total: np.ndarray
    opened_day: np.ndarray


def draw_profiles(cast: Cast, follows: Follows, posts: DrawnPosts, rng: np.random.Generator) -> Profiles:
    """Scale what the world knows up to what a profile shows."""
    n = len(cast)
    inside = np.diff(follows.start)
    outside = np.array(column("outside"))[cast.role] * rng.lognormal(0.0, 0.4, n)
    fake = np.where(cast.plays("bought"), rng.lognormal(np.log(15_000), 0.7, n), 0).astype(np.int64)
    fake[cast.plays("bot")] = 0
    following = np.bincount(follows.follower, minlength=n) * rng.lognormal(0.5, 0.4, n)
    following[cast.plays("bot")] += rng.integers(800, 7000, n)[cast.plays("bot")]
    following[cast.plays("celebrity", "magazine")] = rng.integers(40, 900, n)[
        cast.plays("celebrity", "magazine")
    ]
    made = np.bincount(posts.author, minlength=n)
    return Profiles(
        followers=(inside * (1 + outside * ~cast.plays("bot"))).astype(np.int64) + fake,
        following=following.astype(np.int64),
        fake=fake,
        posts_total=(made * rng.uniform(1.0, 6.0, n)).astype(np.int64),
        opened_day=-np.where(cast.plays("bot"), rng.integers(5, 500, n), rng.integers(60, 3600, n)),
    )


def draw_snapshots(
    cast: Cast, follows: Follows, posts: DrawnPosts, profiles: Profiles, days: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Counts of every author and star each fortnight: bought followers arrive in a burst, fans of a hit do too."""
    watched = np.flatnonzero(~cast.plays("person", "bot"))
    seen = np.arange(days - 1, -1, -SNAPSHOT_EVERY_DAYS)[::-1]
    growth = rng.beta(2, 5, len(watched)) * 0.6
    real = (profiles.followers - profiles.fake)[watched]
    age = seen[None, :] / max(days - 1, 1)
    people = real[:, None] * (1 - growth[:, None] * (1 - age))
    people -= (0.35 * real * cast.plays("lucky")[watched])[:, None] * (
        seen[None, :] < _hit_day(cast, posts)[watched][:, None]
    )
    since_burst = seen[None, :] - follows.burst_day[watched][:, None]
    fakes = profiles.fake[watched][:, None] * np.where(
        since_burst >= 0, (days + 200) / (days + 200 + since_burst), 0.0
    )
    noise = rng.normal(1.0, 0.003, people.shape)
    counts = (people * noise + fakes).astype(np.int64).clip(0)
    counts[:, -1] = profiles.followers[watched]
    return {
        "account": np.repeat(watched, len(seen)),
        "day": np.tile(seen, len(watched)),
        "followers": counts.ravel(),
        "following": (profiles.following[watched][:, None] * (0.8 + 0.2 * age)).astype(np.int64).ravel(),
        "posts_total": _posts_by(posts, profiles, watched, seen).ravel(),
    }


def _hit_day(cast: Cast, posts: DrawnPosts) -> np.ndarray:
    """Day of each account's biggest post."""
    order = np.lexsort((posts.hit, posts.author))
    day = np.zeros(len(cast), dtype=np.int64)
    day[posts.author[order]] = posts.second[order] // SECONDS_A_DAY
    return day


def _posts_by(posts: DrawnPosts, profiles: Profiles, watched: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Posts ever made by each day, shape (n_watched, n_days)."""
    place = np.full(len(profiles.posts_total), -1)
    place[watched] = np.arange(len(watched))
    here = place[posts.author] >= 0
    slot = np.searchsorted(seen, posts.second[here] // SECONDS_A_DAY)
    later = np.zeros((len(watched), len(seen) + 1), dtype=np.int64)
    np.add.at(later, (place[posts.author[here]], slot), 1)
    made = np.cumsum(later, axis=1)
    return np.asarray(profiles.posts_total[watched][:, None] - (made[:, -1:] - made[:, :-1]))
