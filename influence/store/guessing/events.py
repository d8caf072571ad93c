"""Rows that are ties, reactions, counts of a day, results, customers or orders."""

from __future__ import annotations

from collections.abc import Sequence

from influence.store import roles
from influence.store.guessing.accounts import post_likeness
from influence.store.guessing.column import SourceColumn, tells
from influence.store.guessing.filling import TableReading, fill, rule_of, slot_fit
from influence.store.guessing.identity import IDENTITY, who_of
from influence.store.mapping import ColumnRule, TableRule
from influence.store.parsing import interaction_kind


def ties_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    tie = fill(roles.FOLLOW, columns)
    source, target = tie.columns.get("source"), tie.columns.get("target")
    if source is None or target is None or _are_counts(source, target, columns):
        return None
    rules = [ColumnRule("follower_id", source.header), ColumnRule("followee_id", target.header)]
    rules += [
        rule_of("follows", name, tie.columns[name]) for name in ("since", "weight") if name in tie.columns
    ]
    evidence = tie.evidence - post_likeness(columns) - 0.8 * (source.profile.share("platform") > 0.5)
    fit = min(slot_fit(roles.TIE[0], source), slot_fit(roles.TIE[1], target))
    reason = f"one row for each tie, from {source.header} to {target.header}"
    return TableReading(
        "follows", (TableRule("follows", tuple(rules)),), evidence + 1.0, min(1.0, 0.3 + fit), reason
    )


def _are_counts(source: SourceColumn, target: SourceColumn, columns: Sequence[SourceColumn]) -> bool:
    """``follower, following`` are ties where they name people, and counts where they are numbers beside a name."""
    pair = (source, target)
    counts = any(c.words.means("followers", "following") and c.profile.share("number") >= 0.5 for c in pair)
    return counts and who_of([c for c in columns if c not in pair]) is not None


def interactions_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    filled = fill(roles.INTERACTION, columns)
    kind = filled.columns.get("kind")
    if {"actor_id", "target_id"} - set(filled.columns) or kind is None or not tells(kind, interaction_kind):
        return None
    rules = tuple(rule_of("interactions", target, column) for target, column in filled.columns.items())
    reason = f"one row for each reaction, its kind in {kind.header}"
    return TableReading(
        "interactions", (TableRule("interactions", rules),), filled.evidence + 1.0, 0.95, reason
    )


def counts_by_day_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    filled = fill(roles.SNAPSHOT, columns)
    who = who_of([c for c in columns if c not in filled.columns.values()])
    if who is None or {"day", "followers"} - set(filled.columns) or who.column.profile.unique > 0.9:
        return None
    rules = [rule_of("snapshots", target, column) for target, column in filled.columns.items()]
    rules.append(
        ColumnRule("account_id", who.column.header, platform=who.platform.header if who.platform else None)
    )
    evidence = filled.evidence + 1.0 + who.fit - 2 * post_likeness(columns)
    return TableReading(
        "snapshots",
        (TableRule("snapshots", tuple(rules)),),
        evidence,
        0.95,
        "one row for each account and day",
    )


def outcomes_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    filled = fill(roles.OUTCOME, columns)
    who = who_of([c for c in columns if c not in filled.columns.values()], (*IDENTITY[:4], "name"))
    results = {"cost", "signups", "orders", "revenue", "clicks", "impressions", "engagements"} & set(
        filled.columns
    )
    if who is None or not results or {"campaign", "day"} - set(filled.columns):
        return None
    rules = [rule_of("outcomes", target, column) for target, column in filled.columns.items()]
    rules.append(
        ColumnRule("account_id", who.column.header, platform=who.platform.header if who.platform else None)
    )
    return TableReading(
        "outcomes",
        (TableRule("outcomes", tuple(rules)),),
        filled.evidence + 1.0,
        0.9,
        "results of a campaign by account and day",
    )


def customers_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    filled = fill(roles.CUSTOMER, columns)
    named = filled.columns.get("customer_id")
    if named is None or not named.words.means("customer_id") or named.profile.unique < 0.9:
        return None
    rules = [rule_of("customers", target, column) for target, column in filled.columns.items()]
    who = who_of([c for c in columns if c not in filled.columns.values()], IDENTITY[:3])
    if who is not None:
        rules.append(
            ColumnRule(
                "account_id", who.column.header, platform=who.platform.header if who.platform else None
            )
        )
    return TableReading(
        "customers",
        (TableRule("customers", tuple(rules)),),
        filled.evidence + 0.5,
        0.95,
        "one row for each customer",
    )


def orders_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    filled = fill(roles.ORDER, columns)
    if {"order_id", "customer_id"} - set(filled.columns):
        return None
    if not (
        filled.columns["order_id"].words.means("order_id")
        or filled.columns["customer_id"].words.means("customer_id")
    ):
        return None
    rules = tuple(rule_of("orders", target, column) for target, column in filled.columns.items())
    return TableReading(
        "orders", (TableRule("orders", rules),), filled.evidence, 0.95, "one row for each order"
    )
