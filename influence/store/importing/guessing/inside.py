"""Rows inside rows: the posts that a scraper lists under each profile, the links of a person, who liked a post."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from influence.recognition.headers import read_header, words_of
from influence.recognition.values import profile_of
from influence.sources.arrays import decoded
from influence.sources.jsonshape import as_text
from influence.store.importing.guessing import wanted
from influence.store.importing.guessing.accounts import accounts_in
from influence.store.importing.guessing.column import SourceColumn
from influence.store.importing.guessing.filling import TableReading, fill, rule_of
from influence.store.importing.guessing.identity import who_of
from influence.store.importing.guessing.posts import post_rules
from influence.store.importing.mapping import ColumnRule, TableRule

LOOKED_AT = 500
LISTED = {
    "like": {"like", "likes", "liker", "likers", "liked", "favoriters"},
    "share": {"retweeters", "reposters", "sharers"},
    "comment": {"comments", "commenters"},
}
"""Words of the lists that posts bring of those who reacted to them."""

ENOUGH = 0.6
"""Share of the addresses in a list of links that are profiles."""


def with_inside(reading: TableReading, columns: Sequence[SourceColumn]) -> TableReading:
    """The reading, with the rows that lie in arrays of objects within its rows of accounts or posts."""
    if reading.role == "posts":
        found = [rule for c in columns if (rule := _reactions(reading.rules[0], c)) is not None]
        return replace(reading, rules=(*reading.rules, *found))
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
        value = decoded(text)
        yield from (
            element for element in (value if isinstance(value, list) else []) if isinstance(element, dict)
        )


def _reactions(posts: TableRule, column: SourceColumn) -> TableRule | None:
    """Who liked a post, or what was said under it, where each post lists them."""
    kind = next((kind for kind, words in LISTED.items() if words & set(words_of(column.header))), None)
    told = {rule.target: rule for rule in posts.columns}
    if kind is None or column.header in posts.headers or not {"account_id", "post_id"} <= set(told):
        return None
    elements = elements_of(column)
    who = who_of(elements, ("handle", "profile_url", "account"))
    if who is not None and who.fit >= 0.7:
        actor, more = (
            who.column.header,
            fill(wanted.SLOTS["interaction"][4:6], [c for c in elements if c is not who.column]),
        )
    elif column.profile.share("list of words") > 0.9:
        actor, more = f"{column.header}[]", fill((), ())
    else:
        return None
    rules = [
        ColumnRule("actor_id", actor),
        replace(told["account_id"], target="target_id"),
        told["post_id"],
        ColumnRule("kind", constant=kind),
        *(rule_of("interactions", target, found) for target, found in more.columns.items()),
    ]
    return TableRule("interactions", tuple(rules), platform=posts.platform)


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
    post = fill(wanted.SLOTS["post"], elements).columns
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
