"""What members of a community did, when; who joined, stayed and left; how alive it is, and how they are tied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from influence.listening.gathering import between
from influence.listening.voice_share import Z90
from influence.store.base import Store

HALF_LIFE_DAYS = 90.0
"""Age at which a week of a member's activity counts half in the vitality."""
PAST_PERIODS = 6
LEAST_PAST = 2
N_COHORTS = 6

_SQL = """
with acts as (
    select community, account_id, created_day as day, post_id, text, reply_to, 'post' as kind,
        cast(null as varchar) as target_id, coalesce(comments, 0) as n_comments
    from posts where community is not null
    union all
    select p.community, i.actor_id, i.created_day, i.post_id, i.text, cast(null as varchar),
        case when i.kind in ('comment', 'reply') then 'reply' else 'reaction' end, i.target_id, 0
    from interactions as i join posts as p on p.post_id = i.post_id
    where p.community is not null
)
select * from acts where {which} and day is not null
order by community, day, account_id, post_id, kind
"""

N_HOLDERS = 5
MOST_TRIED = 60
"""Best tied members that are taken out in turn, to see who holds the rest together."""


def acts_of(store: Store, communities: Sequence[str] = ()) -> pd.DataFrame:
    """Everything dated that was done in these communities (all of them where none is named).

    Returns
    -------
    DataFrame
        ``community``, ``account_id``, ``day``, ``post_id``, ``text``, ``reply_to``, ``kind`` (post, reply, reaction),
        ``target_id`` (whom a reply or reaction is to), ``n_comments`` (of a post, as its platform counts).
    """
    which = "community in (select unnest(?))" if communities else "true"
    rows = store.query(_SQL.format(which=which), [list(communities)] if communities else []).to_pandas()
    answers = rows["reply_to"].notna() & (rows["kind"] == "post")
    rows.loc[answers, "kind"] = "reply"
    return rows


@dataclass(frozen=True)
class MemberGrowth:
    """Members of a period: `n_joined` act for the first time, `n_lost` acted in the period before and no longer.

    `cohorts` has, oldest first, how many joined in each of the last periods and the share of them active in this one.
    """

    n_active: int
    n_active_before: int
    n_joined: int
    n_lost: int
    cohorts: tuple[tuple[int, int, float], ...]
    """First day, how many joined, share active now."""


def growth_of(acts: pd.DataFrame, first: int, end: int) -> MemberGrowth:
    """Who joined, stayed and left between two days; the period before has the same length."""
    n_days = end - first
    joined = acts.groupby("account_id")["day"].min()
    now, before = (
        set(between(acts, *days)["account_id"]) for days in ((first, end), (first - n_days, first))
    )
    cohorts = []
    for back in range(N_COHORTS, 0, -1):
        start = first - back * n_days
        members = set(joined[(joined >= start) & (joined < start + n_days)].index)
        if members:
            cohorts.append((start, len(members), len(members & now) / len(members)))
    return MemberGrowth(
        len(now), len(before), int(joined[joined >= first].size), len(before - now), tuple(cohorts)
    )


def vitalities(acts: pd.DataFrame, day: int) -> pd.Series:
    """How alive each community is as of a day: weeks in which each member did something, older weeks counting less.

    ``sum over members and their active weeks of 2 ** (-age / HALF_LIFE_DAYS)``: ten posts of one member in a week
    count once, a post of each of ten members ten times. By community; those without an act before the day are absent.
    """
    known = acts[acts["day"] < day]
    weeks = known.assign(week=(day - 1 - known["day"]) // 7)
    weeks = weeks[["community", "account_id", "week"]].drop_duplicates()
    weight = 2.0 ** (-7.0 * weeks["week"] / HALF_LIFE_DAYS)
    return weight.groupby(weeks["community"]).sum()


@dataclass(frozen=True)
class Health:
    """Vitality against the community's own past.

    `ratio` is vitality now over the median of the ends of earlier periods, with its 90 % interval; `word` is
    ``growing``, ``steady``, ``fading``, ``silent`` (nothing in the period) or ``new`` (too little past).
    """

    vitality: float
    usual: float | None
    ratio: float | None
    low: float | None
    high: float | None
    word: str


def healths_of(acts: pd.DataFrame, first: int, end: int) -> dict[str, Health]:
    """How does each community fare beside what it was? By name.

    The interval takes active weeks of members as a Poisson count, of the size that the discounting leaves.
    """
    n_days = end - first
    now = vitalities(acts, end)
    ends = [first - back * n_days for back in range(PAST_PERIODS)]
    past = pd.DataFrame({day: vitalities(acts, day) for day in ends}).reindex(now.index)
    begun = acts.groupby("community")["day"].min()
    latest = acts[acts["day"] < end].groupby("community")["day"].max()
    found = {}
    for name, value in now.items():
        earlier = [past.at[name, day] for day in ends if day > begun[name] + n_days]
        found[str(name)] = _health(float(value), earlier, latest[name] < first)
    return found


def _health(now: float, past: Sequence[float], is_silent: bool) -> Health:
    usual = float(np.median(past)) if len(past) >= LEAST_PAST else None
    if is_silent or usual is None:
        return Health(now, usual, None, None, None, "silent" if is_silent else "new")
    ratio = now / usual
    spread = Z90 * np.sqrt(1 / max(now, 1.0) + 1 / max(usual, 1.0))
    low, high = float(ratio * np.exp(-spread)), float(ratio * np.exp(spread))
    return Health(now, usual, ratio, low, high, "growing" if low > 1 else "fading" if high < 1 else "steady")


@dataclass(frozen=True)
class Social:
    """Ties among members; None where there are too few members for the figure to exist.

    Attributes
    ----------
    n_members, n_ties : int
    density : float or None
        Ties there are of those there could be, ``m / (n (n - 1))``.
    reciprocity : float or None
        Ties that are returned, of all ties.
    clustering : float or None
        Of two ties that meet in a member, how often the outer two are tied as well (transitivity).
    largest_part : float or None
        Members in the largest part that hangs together.
    """

    n_members: int
    n_ties: int
    density: float | None
    reciprocity: float | None
    clustering: float | None
    largest_part: float | None


def social_of(ties: sparse.csr_matrix) -> Social:
    """Figures of a directed graph of members.

    Parameters
    ----------
    ties : csr_matrix, shape (n, n)
        Nonzero where the row's member pays attention to the column's; the diagonal does not count.

    References
    ----------
    Wasserman and Faust, Social Network Analysis, 1994, 4.3, 13.2 and 6.
    """
    graph = _simple(ties)
    n, m = graph.shape[0], int(graph.nnz)
    if n < 2:
        return Social(n, m, None, None, None, None)
    either = _simple((graph + graph.T).tocsr())
    returned = int(graph.multiply(graph.T).nnz)
    triples = float((np.diff(either.indptr) * (np.diff(either.indptr) - 1.0)).sum())
    closed = float((either @ either).multiply(either).sum())
    return Social(
        n, m, m / (n * (n - 1)), returned / m if m else None, closed / triples if triples else None,
        _largest(either) / n,
    )  # fmt: skip


def _simple(ties: sparse.csr_matrix) -> sparse.csr_matrix:
    graph = sparse.csr_matrix((np.ones(ties.nnz), ties.indices, ties.indptr), shape=ties.shape)
    graph.setdiag(0)
    graph.eliminate_zeros()
    graph.data[:] = 1.0
    return graph


def holders(ties: sparse.csr_matrix) -> list[tuple[int, int]]:
    """Members without whom others lose touch with the largest part, and how many others; most first.

    Tried are the `MOST_TRIED` with the most ties.
    """
    either = _simple((ties + ties.T).tocsr())
    size = _largest(either)
    degree = np.diff(either.indptr)
    tried = np.lexsort((np.arange(len(degree)), -degree))[:MOST_TRIED]
    lost = [(int(at), size - 1 - _largest(_without(either, int(at)))) for at in tried if degree[at] > 1]
    return sorted([one for one in lost if one[1] > 0], key=lambda one: (-one[1], one[0]))[:N_HOLDERS]


def _largest(graph: sparse.csr_matrix) -> int:
    if graph.shape[0] == 0:
        return 0
    return int(np.bincount(connected_components(graph, directed=False)[1]).max())


def _without(graph: sparse.csr_matrix, at: int) -> sparse.csr_matrix:
    kept = np.delete(np.arange(graph.shape[0]), at)
    return graph[kept][:, kept]


def share_of_top_tenth(activity: np.ndarray) -> float | None:
    """Share of all activity by the most active tenth of members, at least one of them.

    >>> share_of_top_tenth(np.array([91.0] + [1.0] * 9))
    0.91
    """
    if activity.sum() <= 0:
        return None
    ordered = np.sort(activity)[::-1]
    return float(ordered[: max(round(len(ordered) / 10), 1)].sum() / ordered.sum())
