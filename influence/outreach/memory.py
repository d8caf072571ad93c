"""What earlier campaigns say of people: how often they were asked, how often they declined, what came of it last."""

from __future__ import annotations

from collections.abc import Sequence

from influence.store.base import Store, has_table
from influence.store.workspace import from_day
from influence.writing.plain import counted, decimal, long_day

YEAR = 365


def memories(store: Store, account_ids: Sequence[str], list_name: str, today: int) -> dict[str, str]:
    """Account -> what is remembered from other lists and from outcomes, in words; only those with something."""
    ids = list(account_ids)
    told: dict[str, list[str]] = {}
    for account, words in [
        *_asked(store, ids, list_name, today).items(),
        *_results(store, ids, list_name).items(),
    ]:
        told.setdefault(account, []).append(words)
    return {account: ", ".join(words) for account, words in told.items()}


def _asked(store: Store, ids: list[str], list_name: str, today: int) -> dict[str, str]:
    if not has_table(store, "saved_picks"):
        return {}
    rows = store.query(
        "select account_id, count(*) filter (where last_contact >= ?) as asked, "
        "count(*) filter (where status = 'declined') as declined, max(last_contact) as last "
        "from saved_picks where list_name <> ? and status <> 'idea' and account_id in (select unnest(?)) "
        "and coalesce(last_contact, ?) <= ? group by account_id",
        [today - YEAR, list_name, ids, today, today],
    ).to_pylist()
    return {row["account_id"]: _asked_words(row["asked"], row["declined"], row["last"]) for row in rows}


def _asked_words(asked: int, declined: int, last: int | None) -> str:
    parts = [f"asked {counted(asked, 'time')} in a year"] if asked else []
    parts += [f"declined {counted(declined, 'time')}"] if declined else []
    parts += [f"last on {long_day(from_day(last))}"] if last is not None else []
    return ", ".join(parts) or "on an earlier list"


def _results(store: Store, ids: list[str], list_name: str) -> dict[str, str]:
    """The latest other campaign of each with outcomes, and what it brought."""
    rows = store.query(
        "select account_id, campaign, max(day) as last, sum(orders) as orders, sum(cost) as cost from outcomes "
        "where account_id in (select unnest(?)) and campaign <> ? group by account_id, campaign "
        "order by account_id, last, campaign",
        [ids, list_name],
    ).to_pylist()
    return {row["account_id"]: _result_words(row["campaign"], row["orders"], row["cost"]) for row in rows}


def _result_words(campaign: str, orders: float | None, cost: float | None) -> str:
    brought = "orders not known" if orders is None else counted(orders, "order")
    return f"last result: {brought}" + (f" for {decimal(cost, 2)}" if cost else "") + f" ({campaign})"
