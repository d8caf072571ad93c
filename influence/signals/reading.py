"""The rows of a workspace as arrays of small numbers: accounts, posts and kinds by their place in sorted lists.

Text is compared once, in the engine; what comes home is int32. Without a day everything is visible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.graph.ties import FOLLOW_WEIGHT, HALF_LIFE_DAYS, KIND_WEIGHTS, aged
from influence.store.base import Store
from influence.store.kept.packing import Strings
from influence.store.kept.spilling import spilled, starts_of
from influence.store.visibility import row_day, told_day, visible

if TYPE_CHECKING:
    import pyarrow as pa

COUNTS = ("likes", "comments", "shares", "views")
METRIC_COLUMNS = (
    "window_days", "n_posts", "likes_per_post", "comments_per_post", "shares_per_post", "views_per_post",
    "engagement_rate", "mentions_received", "shares_received", "fake_followers",
)  # fmt: skip
POST_COLUMNS = {
    "account": np.int32, "community": np.int32, "created_day": np.float32,
    **dict.fromkeys(COUNTS, np.float64),
}  # fmt: skip
FOLLOW_COLUMNS = {"follower": np.int32, "followee": np.int32, "since_day": np.float32, "weight": np.float32}
REACTION_COLUMNS = {
    "actor": np.int32, "target": np.int32, "post": np.int32, "named": np.int32, "kind": np.int8,
    "weight": np.float64, "aged": np.float32, "n": np.int32, "last_day": np.float32,
}  # fmt: skip
"""What is known of a reaction, in 37 bytes: there may be more of them than memory."""
_LAST = 1 << 21
"""After every day."""
_TEXTS = ("platform", "handle", "name", "url", "language", "country", "kind")
_FLAGS = ("is_private", "noindex", "is_bot", "listed_in_accounts")
_NUMBERS = ("followers", "following", "posts_total", "listed")


@dataclass(frozen=True)
class Posts:
    """Visible posts as parallel arrays, ordered by `post_id`; counts are float with NaN for unknown.

    `account` and `community` are positions in `Material.account_ids` and `Material.community_names` (-1: none).
    `age_days` is at least 0, NaN for undated posts.
    """

    post_id: Strings
    account: np.ndarray
    community: np.ndarray
    age_days: np.ndarray
    likes: np.ndarray
    comments: np.ndarray
    shares: np.ndarray
    views: np.ndarray

    def __len__(self) -> int:
        return len(self.post_id)

    @cached_property
    def reactions(self) -> np.ndarray:
        """Likes + 2 comments + 3 shares, unknown counts as 0; NaN where nothing is known."""
        return _added(self, 1.0, 2.0, 3.0)

    @property
    def reactions_in_all(self) -> np.ndarray:
        """Likes, comments and shares together, unknown counts as 0; NaN where nothing is known."""
        return _added(self, 1.0, 1.0, 1.0)


def _added(posts: Posts, *weights: float) -> np.ndarray:
    counts = np.vstack([posts.likes, posts.comments, posts.shares])
    total = (np.nan_to_num(counts) * np.array(weights)[:, None]).sum(axis=0)
    return np.where(np.isfinite(counts).any(axis=0), total, np.nan)


@dataclass(frozen=True)
class Reactions:
    """Reactions as parallel arrays, one row per actor, target, post and kind; see `read_reactions`."""

    actor: np.ndarray
    target: np.ndarray
    post: np.ndarray
    named: np.ndarray
    kind: np.ndarray
    kinds: np.ndarray
    weight: np.ndarray
    aged: np.ndarray
    n: np.ndarray
    last_day: np.ndarray

    def __len__(self) -> int:
        return len(self.actor)

    def is_of(self, kinds: Sequence[str], part: slice = slice(None)) -> np.ndarray:
        """Which rows (of a part) are of one of `kinds`."""
        kind = self.kind[part]
        found = np.zeros(len(kind), dtype=bool)
        for place in np.flatnonzero(np.isin(self.kinds, kinds)).tolist():
            found |= kind == place
        return found

    def starts(self, n_accounts: int) -> np.ndarray:
        """Where the rows of each actor begin, and the last end."""
        return starts_of(self.actor, n_accounts)

    def pairs(self, part: slice) -> np.ndarray:
        """A number from 0 for the actor and target of each row of a part."""
        actor, target = self.actor[part], self.target[part]
        new = (actor[1:] != actor[:-1]) | (target[1:] != target[:-1])
        return np.cumsum(np.append(np.zeros(min(len(actor), 1), bool), new), dtype=np.int32)


def read_accounts(store: Store, cut: int | None) -> dict[str, Any]:
    """Columns of every account that anything visible names, by `account_id`; flags are -1 unknown, 0 or 1."""
    import pyarrow as pa

    table = store.query(_accounts_sql(cut))
    ids = Strings.of_column(table["account_id"])
    found: dict[str, Any] = {"account_id": ids}
    for name in _TEXTS:
        found[name] = _text(table[name])
    for name in _FLAGS:
        found[name] = table[name].cast(pa.int8()).fill_null(-1).to_numpy().astype(np.int8)
    for name in _NUMBERS:
        found[name] = numbers(table[name])
    _fill(found["handle"], lambda at: ids[at].partition(":")[2] if ":" in ids[at] else ids[at])
    _fill(found["platform"], lambda at: intern(ids[at].partition(":")[0]) or None if ":" in ids[at] else None)
    _fill(found["kind"], lambda _: "unknown")
    return found


def read_posts(store: Store, cut: int | None, accounts: Strings) -> dict[str, Any]:
    """Visible posts by `post_id`: `account` and `community` are places (-1 none), `created_day` NaN unknown."""
    import pyarrow as pa

    sql = (
        "select p.post_id, a.code as account, p.community, "
        f"{told_day('posts')} as created_day, p.likes, p.comments, p.shares, p.views from posts p "
        "left join known_accounts a on a.account_id = p.account_id "
        f"where {visible('posts', cut)} order by p.post_id"
    )
    ids, communities = [pa.chunked_array([], pa.large_string())], dict[str, int]()

    def coded(piece: pa.Table) -> dict[str, np.ndarray]:
        ids.append(piece["post_id"].cast(pa.large_string()))
        return {
            "account": _codes(piece["account"]),
            "community": _places(piece["community"], communities),
            **{name: numbers(piece[name]) for name in ("created_day", *COUNTS)},
        }

    with store.register("known_accounts", numbered("account_id", accounts)):
        columns = spilled(map(coded, store.pieces(sql)), POST_COLUMNS)
    names = np.array(sorted(communities), dtype=object)
    place = np.empty(len(names) + 1, dtype=np.int32)
    place[[*map(communities.__getitem__, names), -1]] = [*range(len(names)), -1]
    return {
        **columns,
        "post_id": Strings.of_column(
            pa.chunked_array([chunk for one in ids for chunk in one.chunks], ids[0].type)
        ),
        "community": place[columns["community"]],
        "community_names": names,
    }


def read_metrics(store: Store, cut: int | None, accounts: Strings) -> dict[str, np.ndarray]:
    """Latest visible vendor averages: `account` (its place) and `values`, a row each of `METRIC_COLUMNS`."""
    sql = (
        f"select account_id, {', '.join(METRIC_COLUMNS)} from (select *, row_number() over (partition by account_id "
        "order by day desc nulls last, source) as nth from metrics "
        f"where {visible('metrics', cut)}) as latest where nth = 1 order by account_id"
    )
    table = store.query(sql)
    values = [numbers(table[name]) for name in METRIC_COLUMNS]
    return {"account": accounts.places(table["account_id"].to_pylist()), "values": np.stack(values, axis=1)}


def read_snapshots(store: Store, cut: int | None, accounts: Strings) -> dict[str, np.ndarray]:
    """Visible snapshots by account, then day: account (its place), day and counts, NaN unknown."""
    names = ("day", "followers", "following", "posts_total")
    table = store.query(
        f"select account_id, {', '.join(names)} from snapshots "
        f"where {visible('snapshots', cut)} order by account_id, day"
    )
    account = accounts.places(table["account_id"].to_pylist())
    return {"account": account, **{name: numbers(table[name]) for name in names}}


def read_ties_read(store: Store, cut: int | None, accounts: Strings) -> dict[str, np.ndarray]:
    """Accounts (their places) of whose ties a crawl says how much it read, and whether all its followers were."""
    table = store.query(
        "select account_id, bool_or(list = 'followers' and state = 'whole') as whole from coverage "
        f"where list in ('followers', 'follows') and {visible('coverage', cut)} group by account_id order by account_id"
    )
    account = accounts.places(table["account_id"].to_pylist())
    return {"account": account, "whole": table["whole"].to_numpy(zero_copy_only=False).astype(bool)}


def read_follows(
    store: Store, cut: int | None, accounts: Strings
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Places of follower and followee, since which day (NaN unknown) and the weight; by followee, then day."""
    sql = (
        f"select a.code as follower, b.code as followee, {told_day('follows')} as since_day, "
        f"{FOLLOW_WEIGHT} * coalesce(f.weight, 1) as weight from follows f "
        "join known_accounts a on a.account_id = f.follower_id "
        "join known_accounts b on b.account_id = f.followee_id "
        f"where {visible('follows', cut)} and f.follower_id <> f.followee_id"
    )

    def coded(piece: pa.Table) -> dict[str, np.ndarray]:
        return {name: numbers(piece[name], kind) for name, kind in FOLLOW_COLUMNS.items()}

    with store.register("known_accounts", numbered("account_id", accounts)):
        columns = spilled(map(coded, store.pieces(sql)), FOLLOW_COLUMNS)
    followee = columns["followee"]
    day = np.nan_to_num(columns["since_day"], nan=_LAST).astype(np.int64)
    order = np.argsort(followee.astype(np.int64) * (2 * _LAST) + day, kind="stable").astype(np.int32)
    found = [columns[name][order] for name in FOLLOW_COLUMNS]
    return found[0], found[1], found[2], found[3]


def read_reactions(
    store: Store, cut: int | None, accounts: Strings, posts: Strings, reference_day: int
) -> dict[str, Any]:
    """One row per actor, target, post and kind, in this order; reactions to oneself excluded.

    `post` is -1 where none is named or it is not visible; `named` is as `post`, with places beyond the last for posts
    that are named and not there; `kind` is a place in `kinds`; `n` rows of `weight` in all
    (`aged` as of `reference_day`, see `influence.graph.ties`), the latest on `last_day`.
    """
    cases = " ".join(f"when '{kind}' then {weight}" for kind, weight in KIND_WEIGHTS.items())
    age = aged(row_day("interactions"), str(int(reference_day)), str(HALF_LIFE_DAYS))
    sql = (
        "with coded as (select a.code as actor, b.code as target, p.code as post, "
        "case when p.code is null then i.post_id end as other, i.kind, "
        f"{told_day('interactions')} as created_day, "
        f"coalesce(i.weight, 1.0) * (case i.kind {cases} else 1.0 end) as weight, {age} as age "
        "from interactions i join known_accounts a on a.account_id = i.actor_id "
        "join known_accounts b on b.account_id = i.target_id left join known_posts p on p.post_id = i.post_id "
        f"where {visible('interactions', cut)} and i.actor_id <> i.target_id) "
        "select actor, target, post, other, kind, sum(weight) as weight, round(sum(weight * age), 9) as aged, "
        "count(*) as n, max(created_day) as last_day "
        "from coded group by actor, target, post, other, kind "
        "order by actor, target, post nulls first, other nulls first, kind"
    )
    kinds, others = dict[str, int](), dict[str, int]()

    def coded(piece: pa.Table) -> dict[str, np.ndarray]:
        post, other = _codes(piece["post"]), _places(piece["other"], others)
        return {
            **{name: _codes(piece[name]) for name in ("actor", "target", "n")},
            **{name: numbers(piece[name]) for name in ("weight", "aged", "last_day")},
            "post": post, "named": np.where(other < 0, post, len(posts) + other), "kind": _places(piece["kind"], kinds),
        }  # fmt: skip

    with (
        store.register("known_accounts", numbered("account_id", accounts)),
        store.register("known_posts", numbered("post_id", posts)),
    ):
        columns = spilled(map(coded, store.pieces(sql)), REACTION_COLUMNS)
    return {**columns, "kinds": np.array(list(kinds), dtype=object)}


def _places(column: pa.ChunkedArray, known: dict[str, int]) -> np.ndarray:
    """Place of each text among those `known` in the order in which they were first seen, -1 for none; new ones join."""
    told = column.combine_chunks().dictionary_encode()
    places = [known.setdefault(text, len(known)) for text in told.dictionary.to_pylist()]
    return np.asarray(np.array([*places, -1], dtype=np.int32)[told.indices.fill_null(len(places)).to_numpy()])


def numbered(name: str, ids: Strings) -> pa.Table:
    """Ids and their places, to be joined with in SQL."""
    import pyarrow as pa

    return pa.table({name: ids.to_arrow(), "code": np.arange(len(ids), dtype=np.int32)})


def _codes(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.fill_null(-1).to_numpy(), dtype=np.int32)


def numbers(column: pa.ChunkedArray, dtype: type = np.float64) -> np.ndarray:
    """A column of numbers; NaN is unknown."""
    import pyarrow as pa

    return np.asarray(column.cast(pa.float64()).fill_null(np.nan).to_numpy(), dtype=dtype)


def _text(column: pa.ChunkedArray) -> np.ndarray:
    """What is said more than once is one object."""
    told = column.combine_chunks().dictionary_encode()
    words = np.array([*told.dictionary.to_pylist(), None], dtype=object)
    return np.asarray(words[told.indices.fill_null(len(words) - 1).to_numpy()])


def _fill(column: np.ndarray, other: Callable[[int], str | None]) -> None:
    for at, value in enumerate(column):
        if value is None:
            column[at] = other(at)


def _accounts_sql(cut: int | None) -> str:
    """Every account that anything visible names, with its row where there is one."""
    known = " union ".join(
        f"select {column} as account_id from {table} where {column} is not null and {visible(table, cut)}"
        for table, column in (
            ("accounts", "account_id"), ("posts", "account_id"), ("follows", "followee_id"),
            ("follows", "follower_id"), ("interactions", "target_id"), ("interactions", "actor_id"),
            ("snapshots", "account_id"), ("metrics", "account_id"),
        )
    )  # fmt: skip
    return (
        f"with known as ({known}), "
        "latest as (select account_id, followers, following, posts_total, row_number() over "
        "(partition by account_id order by day desc) as nth from snapshots "
        f"where followers is not null and {visible('snapshots', cut)}), "
        "profile as (select *, "
        f"{visible('accounts', cut)} as is_visible from accounts) "
        "select known.account_id, profile.platform, profile.handle, profile.name, profile.url, "
        "profile.language, profile.country, profile.kind, profile.is_private, profile.noindex, profile.is_bot, "
        "coalesce(latest.followers, case when profile.is_visible then profile.followers end) as followers, "
        "coalesce(latest.following, case when profile.is_visible then profile.following end) as following, "
        "coalesce(latest.posts_total, case when profile.is_visible then profile.posts_total end) as posts_total, "
        "case when profile.is_visible then profile.listed end as listed, "
        "coalesce(profile.is_visible, false) as listed_in_accounts "
        "from known left join profile on profile.account_id = known.account_id "
        "left join latest on latest.account_id = known.account_id and latest.nth = 1 order by known.account_id"
    )
