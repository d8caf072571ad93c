"""Who reacts to which post: the only place where influence can be seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.simulation.attention import Follows, weighted_choice
from influence.simulation.people import Cast
from influence.simulation.posting import CHATTER, SECONDS_A_DAY, DrawnPosts
from influence.simulation.roles import column

KINDS = ("like", "comment", "share", "mention", "link")
LIKE, COMMENT, SHARE, MENTION, LINK = range(5)
LIKES_SEEN = 0.4
"""Share of likes inside the world whose giver is known; platforms show some."""


@dataclass(frozen=True)
class DrawnReactions:
    """Rows of `interactions`, and the counts that the platform shows for every post.

    Attributes
    ----------
    actor, post, kind, second : ndarray
        One row a reaction; `kind` is an index into `KINDS`, `second` since the start of the world.
    is_real : ndarray of bool
        Of comments: about the post, not an empty phrase.
    likes, comments, shares : ndarray of int64, shape (n_posts,)
        What the platform counts, people outside the world included.
    """

    actor: np.ndarray
    post: np.ndarray
    kind: np.ndarray
    second: np.ndarray
    is_real: np.ndarray
    likes: np.ndarray
    comments: np.ndarray
    shares: np.ndarray


def draw_reactions(
    cast: Cast, follows: Follows, posts: DrawnPosts, n_niches: int, days: int, rng: np.random.Generator
) -> DrawnReactions:
    """Draw who likes, comments and shares; followers who care about the post's niche react far more than others."""
    inside, rows = _by_followers(cast, follows, posts, n_niches, rng)
    rows += [
        _by_strangers(cast, posts, n_niches, rng),
        _by_pods(cast, posts, rng),
        _by_bots(cast, posts, rng),
        _namings(cast, posts),
    ]
    actor, post, kind = (np.concatenate([row[part] for row in rows]) for part in range(3))
    keep = (actor != posts.author[post]) & (cast.activity[actor] + (kind == COMMENT) + (kind >= MENTION) > 0)
    codes = np.unique((post[keep].astype(np.int64) * len(KINDS) + kind[keep]) * len(cast) + actor[keep])
    actor, rest = codes % len(cast), codes // len(cast)
    post, kind = rest // len(KINDS), rest % len(KINDS)
    counts = _shown(cast, posts, inside, post, kind, rng)
    seen = (kind != LIKE) | (rng.random(len(kind)) < LIKES_SEEN)
    actor, post, kind = actor[seen], post[seen], kind[seen]
    return DrawnReactions(
        actor, post, kind, _delay(posts, post, kind, days, rng), _real(cast, posts, actor, post, rng), *counts
    )


Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


def _rates(cast: Cast, posts: DrawnPosts, rng: np.random.Generator) -> np.ndarray:
    """Expected likes, comments and shares per active follower who cares, shape (3, n_posts)."""
    author = posts.author
    pull = cast.persuasion[author, 0].copy()
    in_second = (posts.niche >= 0) & (posts.niche == cast.second[author])
    pull[in_second] = cast.persuasion[author, 1][in_second]
    pull[posts.what == CHATTER] *= 0.3
    visible = (pull * rng.lognormal(0.0, 0.3, len(cast))[author]).clip(0, 1)
    likes = 0.06 * cast.appeal[author] * (1 + 1.5 * visible)
    return np.stack([likes, 0.07 * (visible + 0.015), 0.04 * (visible + 0.004)])


def _by_followers(
    cast: Cast, follows: Follows, posts: DrawnPosts, n_niches: int, rng: np.random.Generator
) -> tuple[np.ndarray, list[Rows]]:
    rates = _rates(cast, posts, rng)
    inside = np.zeros((3, len(posts)))
    rows: list[Rows] = []
    for k in range(-1, n_niches):
        here = np.flatnonzero(posts.niche == k)
        care = np.where(cast.cares(k), 1.0, 0.07) if k >= 0 else np.full(len(cast), 0.35)
        edges = np.concatenate([[0.0], np.cumsum((cast.activity * care)[follows.follower])])
        low, high = edges[follows.start[posts.author[here]]], edges[follows.start[posts.author[here] + 1]]
        inside[:, here] = rates[:, here] * (high - low) * posts.hit[here]
        for kind in (LIKE, COMMENT, SHARE):
            times = np.minimum(rng.poisson(inside[kind, here]), 3000)
            post = np.repeat(here, times)
            draw = np.repeat(low, times) + rng.random(len(post)) * np.repeat(high - low, times)
            actor = follows.follower[np.searchsorted(edges[1:-1], draw, side="right")] if len(draw) else post
            rows.append((actor.astype(np.int64), post, np.full(len(post), kind)))
    return inside, rows


def _by_strangers(cast: Cast, posts: DrawnPosts, n_niches: int, rng: np.random.Generator) -> Rows:
    """People of the niche who do not follow the author find a post now and then; a hit is found by many."""
    rate = 0.08 + 0.8 * cast.persuasion[posts.author, 0]
    times = rng.poisson(np.where(posts.niche >= 0, rate * posts.hit, 0.0))
    post, actor = np.repeat(np.arange(len(posts)), times), np.zeros(times.sum(), dtype=np.int64)
    for k in range(n_niches):
        here = np.flatnonzero(posts.niche[post] == k)
        actor[here] = weighted_choice(cast.activity * (cast.cares(k) + 0.01), len(here), rng)
    return actor, post, rng.choice([LIKE, COMMENT, SHARE], len(post), p=[0.6, 0.25, 0.15])


def _by_pods(cast: Cast, posts: DrawnPosts, rng: np.random.Generator) -> Rows:
    """Members of a pod like and comment on one another, whatever the post says."""
    actors, targets = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for pod in range(int(cast.pod.max()) + 1):
        members = np.flatnonzero(cast.pod == pod)
        mine = np.flatnonzero(np.isin(posts.author, members))
        shows_up = rng.random((len(mine), len(members))) < 0.55
        rows, columns = np.nonzero(shows_up)
        actors.append(members[columns])
        targets.append(mine[rows])
    actor, post = np.concatenate(actors), np.concatenate(targets)
    return np.tile(actor, 2), np.tile(post, 2), np.repeat([LIKE, COMMENT], len(actor))


def _by_bots(cast: Cast, posts: DrawnPosts, rng: np.random.Generator) -> Rows:
    """Half of those who bought followers buy a few empty comments too."""
    bots = cast.of("bot")
    buyers = rng.permutation(cast.of("bought"))[::2]
    post = np.flatnonzero(np.isin(posts.author, buyers))
    post = np.repeat(post, rng.poisson(1.2, len(post)))
    if not len(bots):
        return bots, bots, bots
    return rng.choice(bots, len(post)), post, np.full(len(post), COMMENT)


def _namings(cast: Cast, posts: DrawnPosts) -> Rows:
    """A post that names an account is a mention of it, or a link when a blog names it; the post named is not known."""
    post = np.flatnonzero(posts.names >= 0)
    return posts.names[post].astype(np.int64), post, np.where(cast.is_blog[posts.author[post]], LINK, MENTION)


def _shown(
    cast: Cast,
    posts: DrawnPosts,
    inside: np.ndarray,
    post: np.ndarray,
    kind: np.ndarray,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    outside = (np.array(column("outside"))[cast.role] * 0.5)[posts.author]
    counts = []
    for row, thinner in ((LIKE, 1.0), (COMMENT, 0.5), (SHARE, 0.4)):
        known = np.bincount(post[kind == row], minlength=len(posts))
        counts.append(known + rng.poisson(inside[row] * outside * thinner))
    bought_likes = rng.permutation(cast.of("bought"))[::3]
    paid_for = np.isin(posts.author, bought_likes)
    counts[LIKE][paid_for] += rng.lognormal(5.0, 0.5, paid_for.sum()).astype(np.int64)
    return counts


def _delay(
    posts: DrawnPosts, post: np.ndarray, kind: np.ndarray, days: int, rng: np.random.Generator
) -> np.ndarray:
    wait = np.where(kind >= MENTION, 0, rng.exponential(0.6 * SECONDS_A_DAY, len(post))).astype(np.int64)
    return np.asarray(np.minimum(posts.second[post] + wait, days * SECONDS_A_DAY - 1))


def _real(
    cast: Cast, posts: DrawnPosts, actor: np.ndarray, post: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Comments that say something: likelier to those who persuade, rare inside a pod or from a bot."""
    chance = 0.35 + 1.5 * cast.persuasion[posts.author[post], 0].clip(0, 0.3)
    podmates = (cast.pod[actor] >= 0) & (cast.pod[actor] == cast.pod[posts.author[post]])
    chance = np.where(podmates | cast.plays("bot")[actor], 0.06, chance)
    return np.asarray((posts.niche[post] >= 0) & (rng.random(len(post)) < chance))
