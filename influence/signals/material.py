"""What the workspace holds as of a day, brought home once as arrays and shared by every niche.

Heavy work stays in SQL; one row a post, an account or a tie comes home. Everything is ordered by id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
from scipy import sparse

from influence.signals.shrinkage import decay
from influence.store.base import Store
from influence.store.visibility import reference_day, visible

if TYPE_CHECKING:
    from influence.graph.audience import AudienceGraph
    from influence.text.index import TextIndex

T = TypeVar("T")

HALF_LIFE_DAYS = 180.0
"""Age at which a post or a reaction counts half; 180 days beat all-time counts in every test run so far."""

INTERACTION_WEIGHTS = {
    "like": 1.0, "comment": 2.0, "share": 3.0, "reply": 2.0, "mention": 2.0, "link": 3.0, "list": 2.0,
}  # fmt: skip
"""How much attention a reaction shows; amplification (Kaushik 2011) counts most, applause least."""


MUTUAL_DISCOUNT = 0.8
"""How much of a reaction's weight a fully returned one loses."""

RATE_KINDS = {"likes": ("like",), "comments": ("comment", "reply"), "shares": ("share", "link", "list")}
"""Kinds of interaction behind applause, conversation and amplification."""


@dataclass(frozen=True)
class Posts:
    """Visible posts as parallel arrays, ordered by `post_id`; counts are float with NaN for unknown.

    `account` and `community` are positions in `Material.account_ids` and `Material.community_names` (-1: none).
    `age_days` is at least 0, NaN for undated posts.
    """

    post_id: np.ndarray
    account: np.ndarray
    community: np.ndarray
    age_days: np.ndarray
    likes: np.ndarray
    comments: np.ndarray
    shares: np.ndarray
    views: np.ndarray
    sponsored: np.ndarray

    def __len__(self) -> int:
        return len(self.post_id)

    @property
    def reactions(self) -> np.ndarray:
        """Likes + 2 comments + 3 shares, unknown counts as 0; NaN where nothing is known."""
        return _weighted_sum((self.likes, 1.0), (self.comments, 2.0), (self.shares, 3.0))


def _weighted_sum(*terms: tuple[np.ndarray, float]) -> np.ndarray:
    known = np.any([np.isfinite(values) for values, _ in terms], axis=0)
    total = np.sum([np.nan_to_num(values) * weight for values, weight in terms], axis=0)
    return np.where(known, total, np.nan)


class Material:
    """The workspace as of a day, read lazily and kept.

    Parameters
    ----------
    store : Store
    as_of : date, ISO text or None
        None: everything is visible, and ages count from the day after the latest dated row.
    path : Path or None
        Workspace file, beside which caches may lie.
    """

    def __init__(self, store: Store, as_of: object = None) -> None:
        self.store = store
        self.explicit = as_of is not None
        self.as_of_day = reference_day(store, as_of)  # type: ignore[arg-type]
        self.cut = self.as_of_day if self.explicit else None
        self._kept: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` returns, made when first asked for `name`: for signals that don't depend on the niche."""
        if name not in self._kept:
            self._kept[name] = make()
        kept: T = self._kept[name]
        return kept

    @cached_property
    def accounts(self) -> pd.DataFrame:
        """One row per visible account, ordered by `account_id`, followers as they were known on the day."""
        frame = self.store.query(_accounts_sql(self.cut)).to_pandas()
        frame["handle"] = frame["handle"].fillna(frame["account_id"].str.split(":", n=1).str[-1])
        frame["platform"] = frame["platform"].fillna(
            frame["account_id"].str.extract(r"^([^:]+):", expand=False)
        )
        frame["kind"] = frame["kind"].fillna("unknown")
        for column in ("followers", "following", "posts_total", "listed"):
            frame[column] = frame[column].astype(float)
        return frame

    @cached_property
    def account_ids(self) -> np.ndarray:
        """Sorted ids of `accounts`, as an object array."""
        return self.accounts["account_id"].to_numpy(dtype=object)

    @cached_property
    def _index(self) -> pd.Index:
        return pd.Index(self.account_ids)

    def positions(self, ids: object) -> np.ndarray:
        """Positions of `ids` in `account_ids`, -1 where unknown."""
        return np.asarray(self._index.get_indexer(pd.Index(ids)), dtype=np.int32)

    @cached_property
    def speaks(self) -> np.ndarray:
        """Who may be ranked: accounts that were listed or measured, that publish, are followed or reacted to."""
        listed = self.accounts["listed_in_accounts"].to_numpy(dtype=bool, copy=True)
        listed[self.posts.account] = True
        listed[np.asarray(self.tie_matrix.sum(axis=0)).ravel() > 0] = True
        listed[np.isfinite(self.metrics.to_numpy()).any(axis=1)] = True
        listed[self.snapshots["account"].unique()] = True
        return listed

    @cached_property
    def _post_rows(self) -> pd.DataFrame:
        sql = (
            "select post_id, account_id, community, created_day, likes, comments, shares, views, is_sponsored "
            f"from posts where {visible('posts', self.cut)} order by post_id"
        )
        return self.store.query(sql).to_pandas()

    @cached_property
    def posts(self) -> Posts:
        """The visible posts."""
        rows = self._post_rows
        community, _ = pd.factorize(rows["community"], sort=True)
        counts = {name: rows[name].to_numpy(dtype=float, na_value=np.nan) for name in _COUNTS}
        return Posts(
            post_id=rows["post_id"].to_numpy(dtype=object),
            account=self.positions(rows["account_id"]),
            community=community.astype(np.int32),
            age_days=np.maximum(
                self.as_of_day - rows["created_day"].to_numpy(dtype=float, na_value=np.nan), 0.0
            ),
            sponsored=rows["is_sponsored"].astype("boolean").fillna(False).to_numpy(dtype=bool),
            **counts,
        )

    @cached_property
    def community_names(self) -> np.ndarray:
        """Sorted names of the communities that posts reached."""
        return np.asarray(sorted(self._post_rows["community"].dropna().unique()), dtype=object)

    @cached_property
    def reactions(self) -> pd.DataFrame:
        """One row per actor, target, post and kind: `weight`, `n`, `last_day`; reactions to oneself excluded."""
        cases = " ".join(f"when '{kind}' then {weight}" for kind, weight in INTERACTION_WEIGHTS.items())
        sql = (
            "select actor_id, target_id, post_id, kind, sum(coalesce(weight, 1.0) * (case kind "
            f"{cases} else 1.0 end)) as weight, count(*) as n, max(created_day) as last_day "
            f"from interactions where {visible('interactions', self.cut)} and actor_id <> target_id "
            "group by actor_id, target_id, post_id, kind order by actor_id, target_id, post_id nulls first, kind"
        )
        return self.store.query(sql).to_pandas()

    @cached_property
    def follows(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Positions of follower and followee, and since which day (NaN unknown); own follows left out."""
        table = self.store.query(
            "select follower_id, followee_id, since_day from follows "
            f"where {visible('follows', self.cut)} and follower_id <> followee_id"
        )
        ends = [self.positions(table[name].to_pandas()) for name in ("follower_id", "followee_id")]
        return ends[0], ends[1], table["since_day"].to_pandas().to_numpy(dtype=np.float32, na_value=np.nan)

    @cached_property
    def follow_matrix(self) -> sparse.csr_matrix:
        """Who follows whom, 1 a tie: rows and columns are `account_ids`."""
        rows, columns, _ = self.follows
        n = len(self.account_ids)
        matrix = sparse.coo_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(n, n)).tocsr()
        matrix.data[:] = 1.0
        return matrix

    @cached_property
    def reaction_matrices(self) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """Attention shown by reactions: to posts (accounts x posts), and to accounts where no post is named."""
        actor, target, post = self.reaction_ends
        weight = np.log1p(self.reactions["weight"].to_numpy(dtype=float))
        named = post >= 0
        n, n_posts = len(self.account_ids), len(self.posts)
        to_posts = sparse.csr_matrix((weight[named], (actor[named], post[named])), shape=(n, n_posts))
        to_accounts = sparse.csr_matrix((weight[~named], (actor[~named], target[~named])), shape=(n, n))
        return to_posts, to_accounts

    @cached_property
    def reaction_ends(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Positions of actor, target and post (-1: no post named) of every row of `reactions`."""
        frame = self.reactions
        post = pd.Index(self.posts.post_id).get_indexer(frame["post_id"])
        return self.positions(frame["actor_id"]), self.positions(frame["target_id"]), post

    @cached_property
    def reactors(self) -> dict[str, sparse.csr_matrix]:
        """Who reacted to which post, by kind of rate: posts x accounts.

        An actor who reacts to everything of one author counts ``ln(1 + n) / n`` each of the n times: one fan who
        likes everything counts little. What is returned in kind (you comment on mine, I comment on yours) counts less
        the more it is mutual, down to a fifth: a pod is not an audience. Keys are those of Kaushik's three rates for
        which the data name the actors: ``likes``, ``comments``, ``shares``.
        """
        actor, target, post = self.reaction_ends
        kind = self.reactions["kind"].to_numpy(dtype=object)
        one_sided = 1.0 - MUTUAL_DISCOUNT * _mutuality(actor, target, len(self.account_ids))
        shape = (len(self.posts), len(self.account_ids))
        found = {}
        for rate, kinds in RATE_KINDS.items():
            rows = np.flatnonzero(np.isin(kind, kinds) & (post >= 0))
            if len(rows):
                pair = actor[rows].astype(np.int64) * len(self.account_ids) + target[rows]
                _, which, times = np.unique(pair, return_inverse=True, return_counts=True)
                weight = (np.log1p(times) / times / np.log(2))[which] * one_sided[rows]
                found[rate] = sparse.csr_matrix((weight, (post[rows], actor[rows])), shape=shape)
        return found

    @cached_property
    def tie_matrix(self) -> sparse.csr_matrix:
        """All attention of accounts (rows) to accounts (columns): follows 1, reactions by kind, aged, log1p."""
        frame = self.reactions
        age = np.maximum(self.as_of_day - frame["last_day"].to_numpy(dtype=float, na_value=np.nan), 0.0)
        weight = np.log1p(frame["weight"].to_numpy(dtype=float)) * decay(age, HALF_LIFE_DAYS)
        n = len(self.account_ids)
        reacted = sparse.csr_matrix(
            (weight, (self.positions(frame["actor_id"]), self.positions(frame["target_id"]))), shape=(n, n)
        )
        return (self.follow_matrix + reacted).tocsr()

    @cached_property
    def tie_matrix_by_target(self) -> sparse.csc_matrix:
        """`tie_matrix` by column, for the audience of single accounts."""
        return self.tie_matrix.tocsc()

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """Latest visible vendor averages per account, indexed like `accounts` (NaN where there are none).

        Where a vendor gives a rate of engagement and no averages, rate times followers stands for the likes a post.
        """
        columns = ", ".join(METRIC_COLUMNS)
        sql = (
            f"select account_id, {columns} from (select *, row_number() over (partition by account_id "
            "order by day desc nulls last, source) as nth from metrics "
            f"where {visible('metrics', self.cut)}) as latest where nth = 1 order by account_id"
        )
        frame = self.store.query(sql).to_pandas().set_index("account_id")
        frame = frame.reindex(self.account_ids).astype(float)
        unsaid = frame[list(REACTION_AVERAGES)].isna().all(axis=1)
        implied = frame["engagement_rate"] * self.accounts["followers"].to_numpy(dtype=float)
        frame.loc[unsaid, "likes_per_post"] = implied[unsaid]
        return frame

    @cached_property
    def snapshots(self) -> pd.DataFrame:
        """Visible snapshots: account position, day, followers, following, posts_total, in that order."""
        sql = (
            "select account_id, day, followers, following, posts_total from snapshots "
            f"where {visible('snapshots', self.cut)} order by account_id, day"
        )
        frame = self.store.query(sql).to_pandas()
        frame["account"] = self.positions(frame["account_id"])
        return frame

    @cached_property
    def text(self) -> TextIndex:
        """Posts and bios as a text index."""
        from influence.text.index import TextIndex

        return TextIndex.build(self.store, as_of_day=self.cut)

    @cached_property
    def graph(self) -> AudienceGraph:
        """The audience graph as of the day."""
        from influence.graph.workspace import GraphSettings, store_graph

        return store_graph(self.store, GraphSettings(self.cut, HALF_LIFE_DAYS, all_accounts=False))


def _mutuality(actor: np.ndarray, target: np.ndarray, n: int) -> np.ndarray:
    """How far each reaction is returned, 0-1: the smaller count of the two directions over the larger."""
    counts = sparse.csr_matrix((np.ones(len(actor)), (actor, target)), shape=(n, n))
    there = np.asarray(counts[actor, target]).ravel()
    back = np.asarray(counts[target, actor]).ravel()
    return np.minimum(there, back) / np.maximum(there, back) if len(actor) else np.zeros(0)


_COUNTS = ("likes", "comments", "shares", "views")
REACTION_AVERAGES = ("likes_per_post", "comments_per_post", "shares_per_post")
METRIC_COLUMNS = (
    "window_days", "n_posts", "likes_per_post", "comments_per_post", "shares_per_post", "views_per_post",
    "engagement_rate", "mentions_received", "shares_received",
)  # fmt: skip


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
