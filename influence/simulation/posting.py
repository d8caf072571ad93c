"""Who posts when, about what, and whom the post names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.simulation.attention import weighted_choice
from influence.simulation.people import Cast
from influence.simulation.roles import CODE, column

SECONDS_A_DAY = 86_400
NICHE, CHATTER, SPONSORED, BRAND = range(4)
"""What a post is."""


@dataclass(frozen=True)
class DrawnPosts:
    """Posts ordered by author, then time.

    Attributes
    ----------
    author : ndarray of int32
    second : ndarray of int64
        Seconds since the start of the world.
    niche : ndarray of int8
        What it is about; -1 for none.
    what : ndarray of int8
        `NICHE`, `CHATTER`, `SPONSORED` or `BRAND`.
    named : ndarray of bool
        Whether it says the niche's name.
    feeling : ndarray of int8
        Of posts about the brand: 1, 0, -1.
    names : ndarray of int32
        Account that it names or links to; -1 for none.
    hit : ndarray of float64
        How far it outgrew the author's ordinary post; 1 for almost all.
    """

    author: np.ndarray
    second: np.ndarray
    niche: np.ndarray
    what: np.ndarray
    named: np.ndarray
    feeling: np.ndarray
    names: np.ndarray
    hit: np.ndarray

    def __len__(self) -> int:
        return len(self.author)


def draw_posts(cast: Cast, n_niches: int, days: int, rng: np.random.Generator) -> DrawnPosts:
    """Draw every post of the world, without its words and reactions."""
    author = np.repeat(np.arange(len(cast)), _how_many(cast, days, rng))
    second = _when(cast, author, days, rng)
    order = np.lexsort((second, author))
    second = second[order]
    niche = _about(cast, author, n_niches, rng)
    role = cast.role[author]
    what = np.where(niche >= 0, NICHE, CHATTER).astype(np.int8)
    what[rng.random(len(author)) < np.array(column("sponsored"))[role]] = SPONSORED
    feeling = _brand_posts(cast, author, what, rng)
    return DrawnPosts(
        author=author.astype(np.int32),
        second=second,
        niche=niche.astype(np.int8),
        what=what,
        named=(niche >= 0) & (rng.random(len(author)) < np.array(column("named"))[role]),
        feeling=feeling,
        names=_named_accounts(cast, author, niche, n_niches, rng),
        hit=_hits(cast, author, what, rng),
    )


def _how_many(cast: Cast, days: int, rng: np.random.Generator) -> np.ndarray:
    median, spread = np.array(column("posts")), np.array(column("posts_spread"))
    mean = median[cast.role] * np.exp(spread[cast.role] * rng.standard_normal(len(cast))) * days / 365
    mean[cast.plays("bot")] = 0.4
    least = np.where(cast.plays("person", "bot"), 0, 3)
    return np.asarray(np.maximum(rng.poisson(mean), least))


def _when(cast: Cast, author: np.ndarray, days: int, rng: np.random.Generator) -> np.ndarray:
    """Seconds; the dormant stop in the first third, and some accounts start late."""
    began = np.where(rng.random(len(cast)) < 0.25, rng.random(len(cast)) * 0.5, 0.0)
    ended = np.where(cast.plays("dormant"), rng.uniform(0.2, 0.4, len(cast)), 1.0)
    began[cast.plays("dormant")] = 0.0
    span = began[author] + rng.random(len(author)) * (ended - began)[author]
    return np.asarray((span * days * SECONDS_A_DAY).astype(np.int64))


def _about(cast: Cast, author: np.ndarray, n_niches: int, rng: np.random.Generator) -> np.ndarray:
    """Own niche with the role's focus, the second one with a part of the rest, else nothing."""
    focus = (np.array(column("focus"))[cast.role] * rng.uniform(0.7, 1.25, len(cast))).clip(0, 0.97)[author]
    draw = rng.random(len(author))
    niche = np.where(draw < focus, cast.first[author], -1)
    second = (draw >= focus) & (draw < focus + 0.55 * (1 - focus)) & (cast.second[author] >= 0)
    niche = np.where(second, cast.second[author], niche)
    person = cast.role[author] == CODE["person"]
    any_interest = cast.interests[author, rng.integers(0, 3, len(author))]
    niche = np.where(person & (niche >= 0), any_interest, niche)
    browsing = cast.plays("magazine")[author] & (niche < 0) & (rng.random(len(author)) < 0.5)
    return np.where(browsing, rng.integers(0, n_niches, len(author)), niche)


def _brand_posts(cast: Cast, author: np.ndarray, what: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mark posts about the brand in `what`; most say what the author feels, some do not."""
    feeling = cast.feeling[author]
    about = (feeling != -9) & (what != SPONSORED) & (rng.random(len(author)) < 0.15)
    what[about] = BRAND
    said = np.where(rng.random(len(author)) < 0.15, 0, feeling)
    return np.where(about, said, 0).astype(np.int8)


def _named_accounts(
    cast: Cast, author: np.ndarray, niche: np.ndarray, n_niches: int, rng: np.random.Generator
) -> np.ndarray:
    """Niche posts sometimes name another author of the niche, the more willingly the more it persuades."""
    names = np.full(len(author), -1, dtype=np.int32)
    naming = rng.random(len(author)) < 0.08
    writes = ~cast.plays("person", "bot", "celebrity")
    for k in range(n_niches):
        here = np.flatnonzero(naming & (niche == k))
        known = cast.attraction**0.7 * (
            cast.persuasion[:, 0] * (cast.first == k) + cast.persuasion[:, 1] * (cast.second == k)
        )
        if len(here) and (known * writes).any():
            names[here] = weighted_choice(known * writes, len(here), rng)
    return np.where(names == author, -1, names).astype(np.int32)


def _hits(cast: Cast, author: np.ndarray, what: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Every post varies; one post of each lucky account, and a very few others, go round the world."""
    hit = rng.gamma(1.3, 1 / 1.3, len(author))
    hit[rng.random(len(author)) < 0.0005] *= 20
    first_post = np.searchsorted(author, cast.of("lucky"))
    last_post = np.searchsorted(author, cast.of("lucky"), side="right")
    chosen = first_post + (rng.random(len(first_post)) * (last_post - first_post)).astype(int)
    hit[chosen] = rng.uniform(40, 150, len(chosen))
    return np.where(what == SPONSORED, 0.35 * hit, hit)
