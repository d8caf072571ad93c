"""Rows inside the rows of accounts: the posts that a scraper lists under each profile, the links under each person."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from influence.recognition.headers import read_header
from influence.recognition.values import profile_of
from influence.sources.jsonshape import as_text
from influence.store.importing.guessing import wanted
from influence.store.importing.guessing.accounts import accounts_in
from influence.store.importing.guessing.column import SourceColumn
from influence.store.importing.guessing.filling import TableReading, fill
from influence.store.importing.guessing.identity import who_of
from influence.store.importing.guessing.posts import post_rules
from influence.store.importing.mapping import ColumnRule, TableRule

LOOKED_AT = 500
ENOUGH = 0.6
"""Share of the addresses in a list of links that are profiles."""


def with_inside(reading: TableReading, columns: Sequence[SourceColumn]) -> TableReading:
    """The reading, with the rows that lie in arrays of objects within its rows of accounts."""
    if reading.role != "accounts" or len(reading.rules) > 3:
        return reading
    used = {header for rule in reading.rules for header in rule.headers}
    arrays = [elements_of(c) for c in columns if c.header not in used and c.profile.share("JSON") > 0.9]
    for elements in filter(None, arrays):
        if linked := _by_links(reading, elements):
            return linked
        if people := _people(elements):
            return replace(
                people, reason=f"one row for each account in {elements[0].header.partition('[')[0]}"
            )
        if posts := _posts(reading.rules[0], elements):
            return replace(reading, rules=(*reading.rules, posts))
    return reading


def elements_of(column: SourceColumn) -> tuple[SourceColumn, ...]:
    """The columns of the objects that the arrays of a column hold."""
    elements = list(_elements(column))
    keys = dict.fromkeys(key for element in elements for key in element if not set("[].") & set(key))
    found = {key: tuple(as_text(element.get(key)) for element in elements) for key in keys}
    return tuple(
        SourceColumn(f"{column.header}[].{key}", read_header(key), profile_of(values), values)
        for key, values in found.items()
    )


def _elements(column: SourceColumn) -> Iterator[dict[str, Any]]:
    for text in column.known[:LOOKED_AT]:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        yield from (
            element for element in (value if isinstance(value, list) else []) if isinstance(element, dict)
        )


def _by_links(reading: TableReading, elements: Sequence[SourceColumn]) -> TableReading | None:
    """People of whom only a name is told, each with a list of addresses: an account for each address."""
    who = {rule.target: rule for rule in reading.rules[0].columns}
    if "name" not in who or who["name"].column != who["handle"].column:
        return None
    link = next((c for c in elements if c.profile.share("profile address") > ENOUGH), None)
    if link is None:
        return None
    rest = tuple(rule for rule in reading.rules[0].columns if rule.target not in ("handle", "url"))
    accounts = replace(reading.rules[0], columns=(ColumnRule("handle", link.header), *rest), distinct=True)
    reason = f"one row for each person, with their accounts in {link.header}"
    return replace(reading, rules=(accounts,), key=0.95, reason=reason)


def _people(elements: Sequence[SourceColumn]) -> TableReading | None:
    """Accounts that a list keeps under its headings."""
    who = who_of(elements, ("handle", "profile_url"), own=True)
    if who is None or who.fit < 0.7 or who.column.profile.unique < 0.9:
        return None
    return accounts_in(elements)


def _posts(accounts: TableRule, elements: Sequence[SourceColumn]) -> TableRule | None:
    post = fill(wanted.POST, elements).columns
    if not {"text", "created_at"} <= set(post) or not {"post_id", "url"} & set(post):
        return None
    who = {rule.target: rule for rule in accounts.columns}
    handle = who["handle"]
    platform = who["platform"].column if "platform" in who else handle.platform
    by = ColumnRule("account_id", handle.column, others=handle.others, platform=platform)
    own = who_of([c for c in elements if c not in post.values()], ("handle", "account", "account_id"))
    if own is not None and own.fit >= 0.7 and own.column.profile.filled > 0.9:
        by = ColumnRule("account_id", own.column.header, platform=platform)
    return TableRule("posts", (*post_rules(elements, post), by), platform=accounts.platform)
