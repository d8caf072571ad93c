"""What happened after a day, per account: what a backtest marks a ranking by, and learning learns from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence.errors import MissingDataError, UsageError, did_you_mean
from influence.ranking.facts import SURE
from influence.schema import SQL_TYPES, Type, table_of
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.store.base import Store
from influence.store.visibility import row_day
from influence.store.workspace import from_day
from influence.text.niche import Niche

OUTCOMES = ("engagement", "niche-engagement", "shares", "new-audience")
SUMMED = ("outcomes", "posts")
"""Tables whose later rows add up; of the others the latest later row counts."""
SEARCHED = ("outcomes", "metrics", "snapshots", "accounts", "posts")
"""Where a bare column name is looked for, in this order."""
_NUMBERS = (Type.INTEGER, Type.REAL)


@dataclass(frozen=True)
class Window:
    """The days from `start` (a cut) up to but without `end`; the rest of the data where that is None."""

    start: int
    end: int | None = None

    def sql(self, table: str) -> str:
        """SQL condition for rows of `table` that became known in the window; days are integers of our own making."""
        day = row_day(table)
        return f"{day} >= {int(self.start)}" + ("" if self.end is None else f" and {day} < {int(self.end)}")


def later_outcome(
    store: Store, niche: Niche, ids: np.ndarray, window: Window, outcome: str, community: str | None = None
) -> np.ndarray:
    """What each of `ids` got in the window, shape (n,); NaN unknown.

    Parameters
    ----------
    store : Store
    niche : Niche
        Later posts count by how surely they are about it, or reached its communities; in full without one.
    ids : ndarray of str
    window : Window
    outcome : str
        ``engagement`` (likes, comments and shares of later posts; reactions by name where no counts are known),
        ``niche-engagement`` (reactions by name, each by its author's membership in the niche), ``shares``,
        ``new-audience`` (people of the niche who never paid attention before; new followers where nobody is named), or
        a column, ``revenue`` or ``metrics.mentions_received``.
    community : str, optional
        Count posts in this community only, and all of them, in place of the niche: a judge that the ranking's
        own reading of texts has no part in.

    Raises
    ------
    UsageError
        No such outcome or column.
    MissingDataError
        Nothing of it happened in the window.
    """
    if outcome in ("engagement", "shares"):
        found = _reactions(store, niche, window, outcome, community)
    elif outcome == "niche-engagement":
        found = _reactions_of_members(store, niche, window)
    elif outcome == "new-audience":
        found = _new_audience(store, niche, window)
    else:
        found = _column(store, window, outcome)
        return _at(found, ids, np.nan)
    if not (found > 0).any():
        raise MissingDataError(
            "there is nothing to mark a ranking by",
            where=f"{outcome} from {from_day(window.start).isoformat()} on",
            hint="choose an earlier --cut, another --outcome, or import what came later",
        )
    return _at(found, ids, 0.0)


def _at(found: pd.Series, ids: np.ndarray, otherwise: float) -> np.ndarray:
    known = found.reindex(ids).to_numpy(dtype=float)
    return np.where(np.isfinite(known), known, otherwise)


def _reactions(store: Store, niche: Niche, window: Window, outcome: str, community: str | None) -> pd.Series:
    counts = ("likes", "comments", "shares") if outcome == "engagement" else ("shares",)
    known = " or ".join(f"{name} is not null" for name in counts)
    total = " + ".join(f"coalesce({name}, 0)" for name in counts)
    rows = store.query(
        f"select post_id, account_id, community, {total} as gain from posts "
        f"where ({known}) and {window.sql('posts')} order by post_id"
    ).to_pandas()
    if len(rows) == 0:
        return _reactions_by_name(store, window, outcome)
    if community is not None:
        share = (rows["community"] == community).to_numpy(dtype=float)
    else:
        share = _niche_share(store, niche, window, rows["post_id"].to_numpy(object))
    return (rows["gain"] * share).groupby(rows["account_id"]).sum()


def _niche_share(store: Store, niche: Niche, window: Window, post_ids: np.ndarray) -> np.ndarray:
    """How surely each post is about the niche or reached its people, 0-1, judged with all that was said by the end.

    Less than `SURE` counts as nothing: a star's crowd times a shred of relevance would outweigh the niche.
    """
    if not niche:
        return np.ones(len(post_ids))
    evidence = _by_the_end(store, niche, window)
    share = np.fmax(evidence.post_relevance, evidence.post_membership)
    at = pd.Index(np.asarray(evidence.posts.post_id)).get_indexer(post_ids)
    return np.where((at >= 0) & (share[at] >= SURE), share[at], 0.0)


def _reactions_by_name(store: Store, window: Window, outcome: str) -> pd.Series:
    kinds = "and kind in ('share', 'link', 'list')" if outcome == "shares" else ""
    rows = store.query(
        "select target_id, sum(coalesce(weight, 1)) as n from interactions "
        f"where {window.sql('interactions')} and actor_id <> target_id {kinds} group by target_id order by target_id"
    ).to_pandas()
    return rows.set_index("target_id")["n"].astype(float)


def _reactions_of_members(store: Store, niche: Niche, window: Window) -> pd.Series:
    """Reactions by name in the window, each counting by how far its author belongs to the niche."""
    rows = store.query(
        "select actor_id, target_id, sum(coalesce(weight, 1)) as n from interactions "
        f"where {window.sql('interactions')} and actor_id <> target_id "
        "group by actor_id, target_id order by actor_id, target_id"
    ).to_pandas()
    share = _membership(store, niche, window, rows["actor_id"])
    return (rows["n"].astype(float) * share).groupby(rows["target_id"]).sum()


def _membership(store: Store, niche: Niche, window: Window, actors: pd.Series) -> np.ndarray:
    """How far each of `actors` belongs to the niche, 0-1, judged with all that was seen by the end."""
    if not niche:
        return np.ones(len(actors))
    evidence = _by_the_end(store, niche, window)
    return np.asarray(evidence.audience.person[evidence.material.positions(actors)])


def _by_the_end(store: Store, niche: Niche, window: Window) -> Evidence:
    material = Material(store, window.end)
    return Evidence(material, niche, np.arange(len(material.account_ids)))


_ATTENTION = """
select actor_id, target_id, min(day) as day from (
    select actor_id, target_id, {interactions} as day from interactions
    union all select follower_id, followee_id, {follows} as day from follows
) as attention where actor_id <> target_id and day is not null group by actor_id, target_id order by actor_id, target_id
"""


def _new_audience(store: Store, niche: Niche, window: Window) -> pd.Series:
    """People who paid an account attention for the first time in the window, by their membership of the niche."""
    sql = _ATTENTION.format(interactions=row_day("interactions"), follows=row_day("follows"))
    ties = store.query(sql).to_pandas()
    last = np.inf if window.end is None else window.end
    ties = ties[(ties["day"] >= window.start) & (ties["day"] < last)]
    if len(ties) == 0:
        return _new_followers(store, window)
    share = _membership(store, niche, window, ties["actor_id"])
    return pd.Series(share).groupby(ties["target_id"].to_numpy(object)).sum()


def _new_followers(store: Store, window: Window) -> pd.Series:
    """Latest count of followers in the window less the latest before it, not below 0."""
    before = _latest(store, "snapshots", "followers", f"{row_day('snapshots')} < {int(window.start)}")
    after = _latest(store, "snapshots", "followers", window.sql("snapshots"))
    return (after - before).clip(lower=0.0).dropna()


def _column(store: Store, window: Window, name: str) -> pd.Series:
    table, column = _find_column(name)
    if table in SUMMED:
        rows = store.query(
            f"select account_id, sum({column}) as value from {table} where {window.sql(table)} "
            f"and {column} is not null group by account_id order by account_id"
        ).to_pandas()
        found = rows.set_index("account_id")["value"].astype(float)
    else:
        found = _latest(store, table, column, window.sql(table))
    if len(found) == 0:
        raise MissingDataError(
            "there is nothing to mark a ranking by", where=f"{table}.{column} after the cut",
            hint="choose an earlier --cut, or import what came later",
        )  # fmt: skip
    return found


def _latest(store: Store, table: str, column: str, condition: str) -> pd.Series:
    day = row_day(table)
    rows = store.query(
        f"select account_id, value from (select account_id, {column} as value, row_number() over "
        f"(partition by account_id order by {day} desc, source) as nth from {table} "
        f"where {condition} and {column} is not null) as latest where nth = 1 order by account_id"
    ).to_pandas()
    return rows.set_index("account_id")["value"].astype(float)


def _find_column(name: str) -> tuple[str, str]:
    """Table and column that a name means; only names of the schema come back, so that they may stand in SQL."""
    known = {
        (table, column.name)
        for table in SEARCHED
        for column in table_of(table).all_columns
        if column.type in _NUMBERS and SQL_TYPES[column.type]
    }
    asked_table, _, asked = name.strip().lower().rpartition(".")
    for table in SEARCHED:
        if (table, asked) in known and asked_table in ("", table):
            return table, asked
    words = [
        *OUTCOMES,
        *sorted({f"{table}.{column}" for table, column in known} | {column for _, column in known}),
    ]
    raise UsageError(
        "no such outcome",
        where="outcome",
        seen=name,
        expected=", ".join(OUTCOMES) + ", or a column of outcomes, metrics, snapshots, accounts or posts",
        hint=did_you_mean(name, words),
    )
