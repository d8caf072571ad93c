"""What the workspace holds as of a day, brought home once as arrays and shared by every niche.

Heavy work stays in SQL; one row a post, an account or a tie comes home. Everything is ordered by id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from scipy import sparse

from influence.graph.ties import HALF_LIFE_DAYS
from influence.schema import TABLES
from influence.signals.reading import (
    COUNTS,
    METRIC_COLUMNS,
    Posts,
    Reactions,
    read_accounts,
    read_follows,
    read_metrics,
    read_posts,
    read_reactions,
    read_snapshots,
    read_ties_read,
)
from influence.store.base import Store
from influence.store.kept.keeper import keeper_of
from influence.store.kept.packing import Strings
from influence.store.kept.spilling import blocks, by_row, spilled, stacked
from influence.store.visibility import latest_day, reference_day

if TYPE_CHECKING:
    import pandas as pd

    from influence.graph.audience import AudienceGraph
    from influence.text.index import TextIndex

T = TypeVar("T")

MUTUAL_DISCOUNT = 0.8
"""How much of a reaction's weight a fully returned one loses."""

MOST = 0.5
"""Share of the follows that crawled lists told, from which on the graph is a crawl's and not a file's."""

RATE_KINDS = {"likes": ("like",), "comments": ("comment", "reply"), "shares": ("share", "link", "list")}
"""Kinds of interaction behind applause, conversation and amplification."""


def kept_as(name: str) -> Callable[[Callable[[Material], T]], cached_property[T]]:
    """A property of `Material` that is made when first asked for, and kept under a name."""

    def around(make: Callable[[Material], T]) -> cached_property[T]:
        return cached_property(wraps(make)(lambda self: self.kept(name, lambda: make(self))))

    return around


class Material:
    """The workspace as of a day, read lazily and kept: in memory, and beside the workspace where all of it is visible.

    Parameters
    ----------
    store : Store
    as_of : date, ISO text or None
        None: everything is visible, and ages count from the day after the latest dated row.
    """

    def __init__(self, store: Store, as_of: object = None) -> None:
        self.store = store
        self.explicit = as_of is not None
        self._day = reference_day(store, as_of) if self.explicit else None  # type: ignore[arg-type]
        self.cut = self._day
        self._once: dict[str, Any] = {}
        self._keeper = None if self.explicit else keeper_of(store)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` returns, made when first asked for `name`: for what does not depend on the niche."""
        if name not in self._once:
            self._once[name] = make()
        found: T = self._once[name]
        return found

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """As `once`, for values that `influence.store.kept.packing` knows: kept beside the workspace, too."""
        keeper = self._keeper
        return self.once(name, make if keeper is None else lambda: keeper.once(name, make))

    @cached_property
    def days(self) -> tuple[int, int | None]:
        """Day from which ages count, and the day of the latest dated row that is visible."""
        latest = self.kept("latest-day", lambda: {"day": latest_day(self.store, self.cut)})["day"]
        return self._day if self._day is not None else (0 if latest is None else latest + 1), latest

    @property
    def reference_day(self) -> int:
        """Day from which ages count."""
        return self.days[0]

    @property
    def rows_read(self) -> dict[str, int]:
        """Rows in every table of the contract that has any."""
        return self.kept("rows", lambda: row_counts(self.store))

    @cached_property
    def columns(self) -> dict[str, Any]:
        """Columns of every visible account, see `influence.signals.reading.read_accounts`."""
        return self.kept("accounts", lambda: read_accounts(self.store, self.cut))

    @cached_property
    def accounts(self) -> pd.DataFrame:
        """One row per visible account, ordered by `account_id`, followers as they were known on the day."""
        import pandas as pd

        return pd.DataFrame({name: _series(name, values) for name, values in self.columns.items()})

    def column(self, name: str) -> np.ndarray:
        """One of `columns` as an array."""
        found: np.ndarray = self.account_ids if name == "account_id" else self.columns[name]
        return found

    @cached_property
    def account_ids(self) -> np.ndarray:
        """Sorted ids of `accounts`, as an object array."""
        return np.asarray(self.columns["account_id"])

    def positions(self, ids: Iterable[Any]) -> np.ndarray:
        """Positions of `ids` in `account_ids`, -1 where unknown."""
        known: Strings = self.columns["account_id"]
        return known.places(ids)

    @kept_as("speaks")
    def speaks(self) -> np.ndarray:
        """Who may be ranked: accounts that were listed or measured, that publish, are followed or reacted to."""
        listed = self.columns["listed_in_accounts"] == 1
        listed[self.posts.account] = True
        listed[np.asarray(self.tie_matrix.sum(axis=0)).ravel() > 0] = True
        listed[np.any([np.isfinite(values) for values in self.metrics.values()], axis=0)] = True
        listed[self.snapshots["account"]] = True
        return np.asarray(listed)

    @cached_property
    def _post_columns(self) -> dict[str, Any]:
        return self.kept("posts", lambda: read_posts(self.store, self.cut, self.columns["account_id"]))

    @cached_property
    def posts(self) -> Posts:
        """The visible posts."""
        columns = self._post_columns
        age = self.reference_day - columns["created_day"].astype(float)
        return Posts(
            age_days=np.maximum(age, 0.0),
            **{name: columns[name] for name in ("post_id", "account", "community", *COUNTS)},
        )

    @property
    def community_names(self) -> np.ndarray:
        """Sorted names of the communities that posts reached."""
        names: np.ndarray = self._post_columns["community_names"]
        return names

    @cached_property
    def reacted(self) -> Reactions:
        """Who reacted to whom, in places; see `influence.signals.reading.read_reactions`."""
        ids = (self.columns["account_id"], self._post_columns["post_id"])
        return Reactions(
            **self.kept("reactions", lambda: read_reactions(self.store, self.cut, *ids, self.reference_day))
        )

    @cached_property
    def follows(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Positions of follower and followee, since which day (NaN unknown), weight; own follows left out.

        Ordered by followee, then day.
        """
        return self.kept("follows", lambda: read_follows(self.store, self.cut, self.columns["account_id"]))

    @kept_as("follow-matrix")
    def follow_matrix(self) -> sparse.csr_matrix:
        """Who follows whom, 1 a tie: rows and columns are `account_ids`."""
        rows, columns, _, _ = self.follows
        n = len(self.columns["account_id"])
        matrix = sparse.coo_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(n, n)).tocsr()
        matrix.data[:] = 1.0
        return matrix

    @cached_property
    def n_following(self) -> np.ndarray | None:
        """How many follow each account, where most ties come from lists that a crawl read; None where files gave them.

        Those seen of a list that was read whole, else what the account states (at least those seen), NaN unknown.
        """
        read = self.kept(
            "ties-read", lambda: read_ties_read(self.store, self.cut, self.columns["account_id"])
        )
        crawled = np.isin(self.follows[:2], read["account"]).any(axis=0)
        if not crawled.any() or crawled.mean() < MOST:
            return None
        seen = np.diff(self.tie_matrix_by_target.indptr).astype(float)
        whole = np.zeros(len(seen), dtype=bool)
        whole[read["account"][read["whole"]]] = True
        return np.asarray(np.where(whole, seen, np.maximum(self.columns["followers"], seen)))

    @kept_as("reaction-matrices")
    def reaction_matrices(self) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """Attention shown by reactions: to posts (accounts x posts), and to accounts where no post is named."""
        rows, n = self.reacted, len(self.columns["account_id"])

        def attention(to_posts: bool, width: int) -> sparse.csr_matrix:
            def parts() -> Iterator[sparse.csr_matrix]:
                for first, stop, part in blocks(rows.starts(n)):
                    some = (rows.post[part] >= 0) == to_posts
                    column = (rows.post if to_posts else rows.target)[part][some]
                    shape = (stop - first, width)
                    yield by_row(
                        rows.actor[part][some] - first, column, np.log1p(rows.weight[part][some]), shape
                    )

            return stacked(parts(), width)

        return attention(True, len(self.posts)), attention(False, n)

    @cached_property
    def attention_to_accounts(self) -> sparse.csr_matrix:
        """Attention that names no post: follows, and reactions to accounts."""
        return self.kept(
            "attention-to-accounts", lambda: (self.reaction_matrices[1] + self.follow_matrix).tocsr()
        )

    @kept_as("reactors")
    def reactors(self) -> dict[str, sparse.csr_matrix]:
        """Who reacted to which post, by kind of rate: posts x accounts.

        An actor who reacts to everything of one author counts ``ln(1 + n) / n`` each of the n times: one fan who
        likes everything counts little. What is returned in kind (you comment on mine, I comment on yours) counts less
        the more it is mutual, down to a fifth: a pod is not an audience. Keys are those of Kaushik's three rates for
        which the data name the actors: ``likes``, ``comments``, ``shares``.
        """
        rows, n = self.reacted, len(self.columns["account_id"])
        one_sided = spilled(_one_sided(rows, n), {"of_pair": np.float64})["of_pair"]
        found = {}
        for rate, kinds in RATE_KINDS.items():
            parts = self._reactors_by_row(kinds, one_sided)
            made = stacked(parts, len(self.posts)).T.tocsr()
            if made.nnz:
                found[rate] = stacked([made], n)
        return found

    def _reactors_by_row(self, kinds: Sequence[str], one_sided: np.ndarray) -> Iterator[sparse.csr_matrix]:
        """Blocks of accounts, by post: the weight of what they did of some kinds."""
        rows, at = self.reacted, 0
        for first, stop, part in blocks(rows.starts(len(self.columns["account_id"]))):
            pair = rows.pairs(part)
            n_pairs = int(pair[-1]) + 1 if len(pair) else 0
            some = np.flatnonzero(rows.is_of(kinds, part) & (rows.post[part] >= 0))
            times = np.maximum(np.bincount(pair[some], minlength=n_pairs), 1)
            weight = np.log1p(times) / times / np.log(2) * one_sided[at : at + n_pairs]
            at += n_pairs
            shape = (stop - first, len(self.posts))
            yield by_row(rows.actor[part][some] - first, rows.post[part][some], weight[pair[some]], shape)

    @kept_as("ties")
    def tie_matrix(self) -> sparse.csr_matrix:
        """All attention of accounts (rows) to accounts (columns), as `influence.graph.ties` defines it."""
        rows, n = self.reacted, len(self.columns["account_id"])
        follower, followee, _, weight = self.follows
        follows = sparse.csr_matrix((weight, (follower, followee)), shape=(n, n))

        def parts() -> Iterator[sparse.csr_matrix]:
            for first, stop, part in blocks(rows.starts(n)):
                ends = (rows.actor[part] - first, rows.target[part])
                reacted = by_row(*ends, rows.aged[part].astype(float), (stop - first, n))
                yield (follows[first:stop] + reacted.log1p()).tocsr()

        return stacked(parts(), n)

    @cached_property
    def tie_matrix_by_target(self) -> sparse.csc_matrix:
        """`tie_matrix` by column, for the audience of single accounts."""
        return self.kept("ties-by-target", lambda: self.tie_matrix.tocsc())

    @cached_property
    def metrics(self) -> dict[str, np.ndarray]:
        """Latest visible vendor averages of every account, by column (NaN where there are none).

        Where a vendor gives a rate of engagement and no averages, rate times followers stands for the likes a post.
        """
        rows = self.kept(
            "vendor-metrics", lambda: read_metrics(self.store, self.cut, self.columns["account_id"])
        )
        values = np.full((len(self.columns["account_id"]), len(METRIC_COLUMNS)), np.nan)
        values[rows["account"]] = rows["values"]
        found = dict(zip(METRIC_COLUMNS, values.T, strict=True))
        unsaid = np.all([np.isnan(found[name]) for name in REACTION_AVERAGES], axis=0)
        implied = found["engagement_rate"] * self.columns["followers"]
        return {**found, "likes_per_post": np.where(unsaid, implied, found["likes_per_post"])}

    @cached_property
    def snapshots(self) -> dict[str, np.ndarray]:
        """Visible snapshots by account, then day: account (position), day, followers, following, posts_total."""
        return self.kept(
            "snapshots", lambda: read_snapshots(self.store, self.cut, self.columns["account_id"])
        )

    @cached_property
    def text(self) -> TextIndex:
        """Posts and bios as a text index."""
        from influence.text.cache import read_index

        return read_index(self.store, as_of_day=self.cut)

    @kept_as("text-places")
    def text_places(self) -> tuple[np.ndarray, np.ndarray]:
        """Row of the text index for every post, and place of every account of the index; -1 where there is none."""
        index = self.text
        said = np.flatnonzero(~index.is_bio).astype(np.int32)
        at = index.post_ids.take(said).places(self.posts.post_id)
        return np.append(said, np.int32(-1))[at], self.positions(index.account_ids)

    @cached_property
    def graph(self) -> AudienceGraph:
        """The audience graph as of the day."""
        from influence.graph.audience import AudienceGraph
        from influence.graph.kept_graph import GraphSettings, store_parts

        return AudienceGraph(
            *store_parts(self.store, GraphSettings(self.cut, HALF_LIFE_DAYS, all_accounts=False))
        )


def row_counts(store: Store) -> dict[str, int]:
    """Rows in every table of the contract that has any."""
    sql = " union all ".join(
        f"select '{table.name}' as name, count(*) as n from {table.name}" for table in TABLES
    )
    counts = {row["name"]: int(row["n"]) for row in store.query(sql).to_pylist()}
    return {table.name: counts[table.name] for table in TABLES if counts[table.name]}


def _series(name: str, values: Any) -> Any:
    """A column of `read_accounts` as pandas has it: text as objects, flags that may be unknown."""
    import pandas as pd

    values = np.asarray(values)
    if values.dtype == np.int8:
        return (
            values == 1 if name == "listed_in_accounts" else pd.array(np.where(values < 0, None, values == 1))
        )
    return pd.Series(values, dtype=values.dtype)


def _one_sided(rows: Reactions, n: int) -> Iterator[dict[str, np.ndarray]]:
    """What is left of the weight of each pair's reactions: less, the more these are returned in kind.

    They are as far as the smaller count of the two directions is of the larger.
    """

    def counted() -> Iterator[sparse.csr_matrix]:
        for first, stop, part in blocks(rows.starts(n)):
            told = np.ones(part.stop - part.start, np.int32)
            yield by_row(rows.actor[part] - first, rows.target[part], told, (stop - first, n))

    counts = stacked(counted(), n, np.int32)
    for first, stop, part in blocks(counts.indptr):
        actor = np.repeat(np.arange(first, stop, dtype=np.int32), np.diff(counts.indptr[first : stop + 1]))
        there, back = counts.data[part], np.asarray(counts[counts.indices[part], actor]).ravel()
        yield {"of_pair": 1.0 - MUTUAL_DISCOUNT * (np.minimum(there, back) / np.maximum(there, back))}


REACTION_AVERAGES = ("likes_per_post", "comments_per_post", "shares_per_post")
