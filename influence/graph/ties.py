"""Who pays attention to whom, as one weighted tie a pair, computed where the data are.

A tie is ``follow + ln(1 + reactions)``: following (a standing choice, weight 1 or what the file says), reactions (by
kind, aged by half-life, undated ones as of today) and, for communities without individual audience data, the likes
their members gave to the posts of an author. Ten undated likes of one fan are 2.398. The signals read the same tie
(`influence.signals.material`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from influence.errors import GraphError
from influence.schema import INTERACTION_KINDS
from influence.store.base import Store
from influence.store.visibility import reference_day, row_day, visible
from influence.store.workspace import to_day

if TYPE_CHECKING:
    import pyarrow as pa

KIND_WEIGHTS: Mapping[str, float] = {
    "like": 1.0,
    "comment": 2.0,
    "share": 3.0,
    "reply": 2.0,
    "mention": 2.0,
    "link": 3.0,
    "list": 2.0,
}
"""How much attention one reaction of a kind shows, in likes; amplification counts most (Kaushik 2011)."""

FOLLOW_WEIGHT = 1.0
"""Following, in the unit of the saturated ties: what 1.7 likes are worth."""

HALF_LIFE_DAYS = 180.0
"""Age at which a post or a reaction counts half; 180 days beat all-time counts in every test run so far."""

COMMUNITY_PREFIX = "community:"
KINDS = "kinds_of_ties"
"""Name under which the weights of the kinds are registered for a question."""


def aged(row_day: str, day: str, half_life_days: str) -> str:
    """SQL for the weight of a row of `row_day` as of `day`: 1 if undated or of that day, half after a half-life."""
    return f"power(0.5, greatest({day} - coalesce({row_day}, {day}), 0) / {half_life_days})"


TIES_SQL = f"""
with reference as (select cast(? as integer) as day, cast(? as double) as half_life),
follow_ties as (
    select follower_id as actor_id, followee_id as target_id,
           cast(? as double) * coalesce(weight, 1) as weight, cast(0 as double) as reactions
    from follows
    where follower_id <> followee_id and {{follows_visible}}
),
reaction_ties as (
    select i.actor_id, i.target_id, cast(0 as double) as weight,
           k.kind_weight * coalesce(i.weight, 1) * {aged("i.day", "r.day", "r.half_life")} as reactions
    from (select *, {{interactions_day}} as day from interactions where {{interactions_visible}}) i
    cross join reference r join {{kinds}} k on k.kind = i.kind
    where i.actor_id <> i.target_id
),
community_ties as (
    select ? || p.community as actor_id, p.account_id as target_id, cast(0 as double) as weight,
           coalesce(p.likes, 1) * {aged("p.day", "r.day", "r.half_life")} as reactions
    from (select *, {{posts_day}} as day from posts where {{posts_visible}}) p cross join reference r
    where p.community is not null and p.account_id is not null
),
ties as (
    select * from follow_ties union all select * from reaction_ties union all select * from community_ties
),
numbered as (
    select a.position as source, b.position as target, t.weight, t.reactions
    from ties t join {{accounts}} a on a.id = t.actor_id join {{accounts}} b on b.id = t.target_id
)
select source, target, cast(round(max(weight) + ln(1 + sum(reactions)), 9) as float) as weight
from numbered
group by source, target
having max(weight) + sum(reactions) > 0
"""

ONLY_FOLLOWS_SQL = """
select a.position as source, b.position as target,
       cast(cast(? as double) * coalesce(t.weight, 1) as float) as weight
from follows t join {accounts} a on a.id = t.follower_id join {accounts} b on b.id = t.followee_id
where t.follower_id <> t.followee_id and coalesce(t.weight, 1) > 0 and {follows_visible}
"""

IDS_SQL = """
select id from (
    select follower_id as id from follows where {follows_visible}
    union select followee_id from follows where {follows_visible}
    union select actor_id from interactions where {interactions_visible}
    union select target_id from interactions where {interactions_visible}
    union select ? || community from posts where community is not null and {posts_visible}
    union select account_id from posts where community is not null and {posts_visible}
    {accounts}
) as ends
where id is not null
order by id
"""


def numbered_ties(
    store: Store,
    as_of_day: int | None,
    half_life_days: float,
    kind_weights: Mapping[str, float] | None,
    accounts: str,
) -> pa.Table:
    """Who pays how much attention to whom, one row a pair, in no order.

    Parameters
    ----------
    store : Store
    as_of_day : int or None
        Days since 1970-01-01; `influence.store.visibility` says which rows are visible as of a day.
    half_life_days : float
        Reactions and likes of communities count half after so many days; ``inf`` never ages them.
    kind_weights : mapping of kind to weight, or None
        Replaces single entries of `KIND_WEIGHTS`.
    accounts : str
        Name of the registered table ``id, position``; communities appear as ``community:NAME``.

    Returns
    -------
    pyarrow.Table
        ``source, target`` (int32 positions) and ``weight`` (float32), ``follow + ln(1 + aged reactions)``; ties to
        oneself are left out. Numbers are joined before ties are summed, so that the summing holds pairs of integers
        and not of text.
    """
    params, kinds = _ties_params(store, as_of_day, half_life_days), _kinds(kind_weights)
    if _only_follows(store):
        return store.query(_filled(ONLY_FOLLOWS_SQL, as_of_day, accounts=accounts), [FOLLOW_WEIGHT])
    with store.register(KINDS, kinds):
        return store.query(_filled(TIES_SQL, as_of_day, accounts=accounts, kinds=KINDS), params)


def ids_sql(as_of_day: int | None, all_accounts: bool) -> str:
    """SQL for the sorted ids that occur; one parameter, the prefix of communities."""
    accounts = "union select account_id from accounts" if all_accounts else ""
    return _filled(IDS_SQL, as_of_day, accounts=accounts)


def _only_follows(store: Store) -> bool:
    counts = store.query(
        "select (select count(*) from interactions) + (select count(*) from posts where community is not null) as n"
    )
    return bool(counts["n"][0].as_py() == 0)


def _kinds(changes: Mapping[str, float] | None) -> pa.Table:
    import pyarrow as pa

    weights = resolve_kind_weights(changes)
    return pa.table({"kind": list(weights), "kind_weight": list(weights.values())})


def _ties_params(store: Store, as_of_day: int | None, half_life_days: float) -> list[object]:
    if not half_life_days > 0:
        raise GraphError("a half-life must be positive", where="half_life_days", seen=half_life_days)
    return [
        reference_day(store, as_of_day),
        min(half_life_days, 1e12),
        FOLLOW_WEIGHT,
        COMMUNITY_PREFIX,
    ]


def _filled(sql: str, as_of_day: int | None, **parts: str) -> str:
    """Fill in which rows are visible; only names and integers of our own making become part of the text."""
    tables = ("follows", "interactions", "posts")
    shown = {f"{table}_visible": visible(table, as_of_day) for table in tables}
    days = {f"{table}_day": row_day(table) for table in tables}
    return sql.format(**shown, **days, **parts)


def day_of(as_of: date | str | None) -> int | None:
    """Days since 1970-01-01 of a date or ISO text; None stays None."""
    try:
        return to_day(as_of)
    except ValueError as error:
        raise GraphError("this is not a date", where="as_of", seen=as_of, expected="YYYY-MM-DD") from error


def resolve_kind_weights(changes: Mapping[str, float] | None) -> dict[str, float]:
    """`KIND_WEIGHTS` with `changes`; GraphError on an unknown kind or a negative weight."""
    weights = dict(KIND_WEIGHTS)
    for kind, weight in (changes or {}).items():
        if kind not in weights or not weight >= 0:
            raise GraphError(
                "a weight for a kind of interaction is wrong",
                seen=f"{kind}={weight}",
                expected=f"a non-negative number for one of {', '.join(INTERACTION_KINDS)}",
            )
        weights[kind] = float(weight)
    return weights
