"""Without a mapping: which table a file fills, and which header fills which column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from influence.errors import MappingError, did_you_mean
from influence.schema import PROVENANCE, TABLE_NAMES, TABLES, Table, table_of
from influence.sources.base import Role
from influence.store.mapping import ID_COLUMNS, ColumnRule, TableRule, missing_columns

SPECIAL_CATEGORIES = {
    "ethnicity": "ethnicity", "ethnic": "ethnicity", "ethnic_group": "ethnicity", "ethnic_origin": "ethnicity",
    "race": "ethnicity", "racial_origin": "ethnicity", "skin_color": "ethnicity", "caste": "ethnicity",
    "religion": "religion", "religious": "religion", "faith": "religion", "belief": "religion", "beliefs": "religion",
    "health": "health", "health_status": "health", "disability": "health", "disabled": "health", "illness": "health",
    "diagnosis": "health", "medical": "health", "medical_condition": "health", "pregnant": "health",
    "sexuality": "sexuality", "sexual_orientation": "sexuality", "orientation": "sexuality", "sex_life": "sexuality",
    "gender_identity": "sexuality", "lgbt": "sexuality", "lgbtq": "sexuality",
    "politics": "politics", "political": "politics", "political_party": "politics", "party": "politics",
    "political_leaning": "politics", "political_views": "politics", "political_opinion": "politics",
    "leaning": "politics", "ideology": "politics", "voted_for": "politics", "vote": "politics",
    "trade_union": "union membership", "union_member": "union membership", "union_membership": "union membership",
    "biometric": "biometric data", "fingerprint": "biometric data", "genetic": "genetic data", "dna": "genetic data",
}  # fmt: skip
"""Headers of data about persons that Art. 9 GDPR protects; never imported unless a mapping names them."""


PLATFORM_HEADERS = ("platform", "network", "social_network", "social_media", "channel")
PERCENT = re.compile(r"%|percent|pct")
COMPANIONS: dict[str, frozenset[str]] = {
    "metrics": frozenset(
        {
            "likes_per_post",
            "comments_per_post",
            "shares_per_post",
            "engagement_rate",
            "mentions_received",
            "shares_received",
        }
    ),
    "contacts": frozenset({"email"}),
}
"""Tables filled from the same file as the accounts, where it has one of these columns."""


def plain_header(header: str) -> str:
    """Lower case, words joined by ``_``: ``Follower Count``, ``followerCount`` -> ``follower_count``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header.strip().lstrip("#@"))
    return re.sub(r"[\W_]+", "_", spaced.lower()).strip("_")


def special_category(header: str) -> str | None:
    """The protected category that a header names, or None."""
    plain = plain_header(header)
    return SPECIAL_CATEGORIES.get(plain) or SPECIAL_CATEGORIES.get(plain.removeprefix("user_"))


def table_from_name(name: str) -> str | None:
    """The table a file's name tells: ``posts``, ``posts_2024``, ``my-posts``; None when it tells none."""
    words = [word for word in re.split(r"[^a-z]+", name.lower()) if word]
    found = [word for word in words if word in TABLE_NAMES]
    return found[0] if len(set(found)) == 1 else None


def guess_rules(
    source_name: str, headers: tuple[str, ...], where: str, role: Role | None = None
) -> tuple[tuple[TableRule, ...], bool]:
    """Guess how a file fills a table, and its companions: vendors put averages and addresses beside the accounts.

    Where the format has a `role` of its own, the table and the columns it names are taken as told.

    Returns
    -------
    rules : tuple of TableRule
    exact : bool
        The file is named after its table and every header used is the name of its column: nothing was guessed.

    Raises
    ------
    MappingError
        No table has all its required columns here.
    """
    usable = tuple(header for header in headers if not special_category(header))
    named = role.table if role else table_from_name(source_name)
    tables = [table_of(named)] if named else [table for table in TABLES if table.name != "suppressions"]
    told = role.columns if role else {}
    guesses = [(table, _match(table, usable, told)) for table in tables]
    complete = [(t, m) for t, m in guesses if not missing_columns(t, set(m))]
    if not complete:
        raise _no_table(guesses, headers, named, where)
    table, match = max(complete, key=lambda pair: _score(*pair))
    rules = [_rule(table, match, _platform_header(table, match, usable))]
    if table.name == "accounts":
        left = tuple(header for header in usable if header not in match.values())
        rules += _companions(match, left)
    exact = source_name == table.name and all(target == header for target, header in match.items())
    return tuple(rules), role is not None or (exact and len(rules) == 1)


def _rule(table: Table, match: dict[str, str], platform: str | None = None) -> TableRule:
    columns = []
    for target, header in match.items():
        percent = table.column(target).unit == "share" and PERCENT.search(header.lower())
        told = platform if target in ID_COLUMNS else None
        columns.append(ColumnRule(target, header, parse="percent" if percent else None, platform=told))
    return TableRule(table.name, tuple(columns))


def _platform_header(table: Table, match: dict[str, str], headers: tuple[str, ...]) -> str | None:
    """The column that says row by row on which platform the accounts of a table are, where the table has none."""
    if table.name == "accounts":
        return None
    free = [header for header in headers if header not in match.values()]
    return next((header for header in free if plain_header(header) in PLATFORM_HEADERS), None)


def _companions(accounts: dict[str, str], headers: tuple[str, ...]) -> list[TableRule]:
    """What the columns that accounts leave over say about the same accounts, one row each."""
    key = accounts.get("account_id") or accounts["handle"]
    rules = []
    for name, telling in COMPANIONS.items():
        table = table_of(name)
        match = _match(table, headers)
        if telling & set(match):
            match = {"account_id": key} | {t: h for t, h in match.items() if t != "account_id"}
            rule = _rule(table, match, accounts.get("platform"))
            rules.append(
                replace(rule, only_with=tuple(match[target] for target in sorted(telling & set(match))))
            )
    return rules


def _match(
    table: Table, headers: tuple[str, ...], told: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Target -> header: what is told, exact names, aliases in the order of the contract, provenance last."""
    free = {plain_header(header): header for header in reversed(headers) if header not in told.values()}
    match: dict[str, str] = dict(told)
    for column in table.columns:
        if column.name in free and column.name not in match:
            match[column.name] = free.pop(column.name)
    for column in table.columns:
        if column.name not in match:
            alias = next((alias for alias in column.aliases if alias in free), None)
            if alias:
                match[column.name] = free.pop(alias)
    for column in PROVENANCE:  # last: in an edge list, ``source`` is where the tie begins
        if column.name in free:
            match[column.name] = free.pop(column.name)
    return {column.name: match[column.name] for column in table.all_columns if column.name in match}


def _score(table: Table, match: dict[str, str]) -> tuple[int, int, int]:
    exact = sum(plain_header(header) == target for target, header in match.items())
    return len(match) + exact, exact, -TABLE_NAMES.index(table.name)


def _no_table(
    guesses: list[tuple[Table, dict[str, str]]], headers: tuple[str, ...], named: str | None, where: str
) -> MappingError:
    table, match = max(guesses, key=lambda pair: _score(*pair))
    missing = missing_columns(table, set(match))
    near = next(
        (hint for name in missing if (hint := did_you_mean(name, [plain_header(h) for h in headers]))), None
    )
    return MappingError(
        f"the columns of this file do not make a table{f' {named!r}' if named else ''}",
        where=where,
        seen=", ".join(headers),
        expected=f"for {table.name}: {', '.join(missing)}" + (f" ({near})" if near else ""),
        hint="say what the columns are with --map FILE.toml (see docs/mapping.md)",
    )
