"""Rows that are ties, reactions, counts of a day, results, customers or orders."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from influence.recognition.headers import words_of
from influence.schema import INTERACTION_KINDS
from influence.store.importing.guessing import wanted
from influence.store.importing.guessing.account_rows import post_likeness
from influence.store.importing.guessing.column import SourceColumn, tells
from influence.store.importing.guessing.filling import (
    Filled,
    TableReading,
    fill,
    one_table,
    rule_of,
    slot_fit,
)
from influence.store.importing.guessing.identity import IDENTITY, who_of
from influence.store.importing.mapping import ColumnRule
from influence.store.importing.parsing import meant_by


def ties_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    tie = fill(wanted.SLOTS["follow"], columns)
    source, target = tie.columns.get("source"), tie.columns.get("target")
    if source is None and target is None and (pair := _unnamed_ends(columns)):
        return _tie_of(*pair, columns)
    if source is None or target is None or _are_counts(source, target, columns):
        return None
    if all(value.startswith("#") for value in (*source.known[:500], *target.known[:500])):
        return None  # hashtags that stand together are nobody
    rules = [ColumnRule("follower_id", source.header), ColumnRule("followee_id", target.header)]
    rules += [
        rule_of("follows", name, tie.columns[name]) for name in ("since", "weight") if name in tie.columns
    ]
    evidence = tie.evidence - post_likeness(columns) - 0.8 * (source.profile.share("platform") > 0.5)
    fit = min(slot_fit(wanted.SLOTS["follow"][0], source), slot_fit(wanted.SLOTS["follow"][1], target))
    reason = f"one row for each tie, from {source.header} to {target.header}"
    # edges may stand several times and mean more by it; who follows another does so once
    summed = not any(word.startswith("follow") for c in (source, target) for word in words_of(c.header))
    return one_table("follows", rules, evidence + 1.0, min(1.0, 0.3 + fit), reason, summed=summed)


def _unnamed_ends(columns: Sequence[SourceColumn]) -> tuple[SourceColumn, SourceColumn] | None:
    """Two columns without a header (a third may hold weights) whose names are of the same people."""
    if not 2 <= len(columns) <= 3 or any(
        column.words.readings or column.profile.filled < 1 for column in columns
    ):
        return None
    first, second = columns[:2]
    words = [max(c.profile.share("handle"), c.profile.share("whole number")) for c in (first, second)]
    weights = all(column.profile.share("number") == 1 for column in columns[2:])
    shared = set(first.known) & set(second.known)
    alike = len(shared) >= 0.02 * min(first.profile.n_unique, second.profile.n_unique)
    return (first, second) if min(words) > 0.9 and weights and shared and alike else None


def _tie_of(source: SourceColumn, target: SourceColumn, columns: Sequence[SourceColumn]) -> TableReading:
    rules = [ColumnRule("follower_id", source.header), ColumnRule("followee_id", target.header)]
    rules += [rule_of("follows", "weight", column) for column in columns[2:]]
    reason = "one row for each tie: two columns without a header, with the same names in both"
    return one_table("follows", rules, 3.0, 0.9, reason, summed=True)


def _are_counts(source: SourceColumn, target: SourceColumn, columns: Sequence[SourceColumn]) -> bool:
    """``follower, following`` are ties where they name people, and counts where they are numbers beside a name."""
    pair = (source, target)
    counts = any(c.words.means("followers", "following") and c.profile.share("number") >= 0.5 for c in pair)
    return counts and who_of([c for c in columns if c not in pair]) is not None


def interactions_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    filled = fill(wanted.SLOTS["interaction"], _without_own_ids(columns))
    kind = filled.columns.get("kind")
    if {"actor_id", "target_id"} - set(filled.columns):
        return None
    told = kind is not None and tells(kind, partial(meant_by, choices=INTERACTION_KINDS))
    word = None if told else _kind_by_names(filled.columns)
    if not told and word is None:
        return None
    if word is not None:
        filled.columns.pop("kind", None)
    reason = f"one row for each {word}, as its columns are called" if word else "one row for each reaction"
    rules = [*filled.rules("interactions"), *([ColumnRule("kind", constant=word)] if word else [])]
    evidence = filled.evidence + 1.0 + 1.5 * bool(word)
    return one_table("interactions", rules, evidence, 0.9 if word else 0.95, reason)


def _without_own_ids(columns: Sequence[SourceColumn]) -> list[SourceColumn]:
    """Where both are there, the id of the post reacted to counts, not that of the comment."""
    ids = [column for column in columns if column.words.means("post_id") >= 0.9]
    own = [column for column in ids if {"comment", "reply"} & set(words_of(column.header))]
    return [column for column in columns if column not in own or len(own) == len(ids)]


def _kind_by_names(ends: Mapping[str, SourceColumn]) -> str | None:
    """The reaction that the names of its two ends tell: ``commenter``, ``retweeted_user``; None: they tell none."""
    actor, target = ends["actor_id"], ends["target_id"]
    words = [*words_of(actor.header), *words_of(target.header)]
    told = next((kind for word in words for kind, ways in wanted.DOINGS.items() if word in ways), None)
    sure = actor.words.means("actor") >= 0.9 or target.words.means("interacted_with") >= 0.9
    return told if sure or told in ("share", "mention", "like") else None


def counts_by_day_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    filled = fill(wanted.SLOTS["snapshot"], columns)
    who = who_of([c for c in columns if c not in filled.columns.values()])
    if who is None or {"day", "followers"} - set(filled.columns) or who.column.profile.unique > 0.9:
        return None
    rules = [*filled.rules("snapshots"), who.rule("account_id")]
    evidence = filled.evidence + 1.0 + who.fit - 2 * post_likeness(columns)
    return one_table("snapshots", rules, evidence, 0.95, "one row for each account and day")


def outcomes_in(columns: Sequence[SourceColumn], name: str = "") -> TableReading | None:
    """Results of a campaign; of one campaign that no column names, the file's name stands for it."""
    filled = fill(wanted.SLOTS["outcome"], columns)
    who = who_of([c for c in columns if c not in filled.columns.values()], (*IDENTITY[:4], "name"))
    results = {"cost", "signups", "orders", "revenue", "clicks", "impressions", "engagements"} & set(
        filled.columns
    )
    if who is None or not results or "day" not in filled.columns:
        return None
    rules = filled.rules("outcomes")
    if "campaign" not in filled.columns:
        if not (results & {"orders", "revenue", "signups"} and name):
            return None
        rules.append(ColumnRule("campaign", constant=name))
    rules.append(who.rule("account_id"))
    evidence = filled.evidence + 1.0 + 0.8 * who.fit
    return one_table("outcomes", rules, evidence, 0.9, "results of a campaign by account and day")


def customers_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    filled = fill(wanted.SLOTS["customer"], columns)
    named = filled.columns.get("customer_id")
    if named is None or not named.words.means("customer_id") or named.profile.unique < 0.9:
        return None
    rules = filled.rules("customers")
    who = who_of([c for c in columns if c not in filled.columns.values()], IDENTITY[:3])
    if who is not None:
        rules.append(who.rule("account_id"))
    return one_table("customers", rules, filled.evidence + 0.5, 0.95, "one row for each customer")


def orders_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    filled = fill(wanted.SLOTS["order"], columns)
    if by_email := _orders_by_email(filled, columns):
        return by_email
    ids = [filled.columns.get(name) for name in ("order_id", "customer_id")]
    if None in ids or not any(c and c.words.means("order_id", "customer_id") for c in ids):
        return None
    return one_table("orders", filled.rules("orders"), filled.evidence, 0.95, "one row for each order")


def _orders_by_email(filled: Filled, columns: Sequence[SourceColumn]) -> TableReading | None:
    """Orders of a shop that tells buyers by e-mail, of which only a digest is kept; a `Name` may be their number."""
    email = max(columns, key=lambda column: column.fit("email", wanted.ANYONE), default=None)
    number = filled.columns.get("order_id") or next((c for c in columns if _numbers_orders(c)), None)
    known = {"ordered_at", "revenue"} <= set(filled.columns)
    buyers = filled.columns.get("customer_id")
    if buyers or not known or number is None or email is None or email.fit("email", wanted.ANYONE) < 0.7:
        return None
    told = {target: column for target, column in filled.columns.items() if column is not number}
    rules = [rule_of("orders", target, column) for target, column in told.items()]
    rules += [ColumnRule("order_id", number.header), ColumnRule("customer_id", digest=(email.header,))]
    reason = f"one row for each order ({number.header}), buyers told by {email.header}"
    return one_table("orders", rules, filled.evidence + 3.0, 0.9, reason)


def _numbers_orders(column: SourceColumn) -> bool:
    """``#1001``, one for each row or for some rows that follow each other."""
    numbers = sum(bool(re.fullmatch(r"#\w{0,6}-?\d+", value)) for value in column.known[:200])
    return column.profile.n > 0 and numbers == len(column.known[:200])


EVENTS = (ties_in, interactions_in, counts_by_day_in, customers_in, orders_in)
"""Ways to read a file whose rows are something that happened."""
