"""What people said of two accounts: rather this one than that one, and why. `influence learn --judged` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from influence.errors import UsageError
from influence.store.base import has_table, rows_of

if TYPE_CHECKING:
    from influence.store.base import Store

TABLE = "judgements"
MAX_REASON = 500


@dataclass(frozen=True)
class Judgement:
    """For a niche `account_id` was preferred to `other_id`; the reason is a person's own words."""

    account_id: str
    other_id: str
    niche: str = ""
    reason: str = ""
    told_at: datetime | None = None


def judge(store: Store, told: Judgement) -> None:
    """Keep a judgement; a pair has one a niche, the latest stands.

    Raises
    ------
    UsageError
        An account set against itself, or a reason that is too long.
    """
    if told.account_id == told.other_id:
        raise UsageError("an account cannot be preferred to itself", seen=told.account_id)
    if len(told.reason) > MAX_REASON:
        raise UsageError(
            "this reason is too long", seen=f"{len(told.reason)} characters", expected=f"{MAX_REASON}"
        )
    pair = sorted((told.account_id, told.other_id))
    with store.transaction():
        store.execute(
            f"delete from {TABLE} where least(account_id, other_id) = ? and greatest(account_id, other_id) = ? "
            "and niche = ?",
            [*pair, told.niche],
        )
        store.execute(f"insert into {TABLE} values (?, ?, ?, ?, ?)", list(vars(told).values()))


def take_back(store: Store, account_id: str, other_id: str, niche: str) -> None:
    """Forget one judgement."""
    store.execute(
        f"delete from {TABLE} where account_id = ? and other_id = ? and niche = ?",
        [account_id, other_id, niche],
    )


def judgements(store: Store, account_id: str = "") -> list[Judgement]:
    """All judgements, or those about an account, the oldest first."""
    if not has_table(store, TABLE):
        return []
    sql = (
        f"select account_id, other_id, niche, reason, told_at from {TABLE} where ? in ('', account_id, other_id) "
        "order by told_at nulls first, account_id, other_id"
    )
    return [Judgement(**row) for row in rows_of(store, sql, [account_id])]


def judged_rows(store: Store) -> list[tuple[str, str, str]]:
    """The rows ``account_a, account_b, preferred`` that `influence.ranking.comparisons.judged_pairs` takes."""
    return [(one.account_id, one.other_id, "a") for one in judgements(store)]
