"""Without a mapping: which tables a file fills, by the names and values of its columns; and rows inside its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp
from typing import Any

from influence.errors import MappingError, UsageError, did_you_mean
from influence.recognition.dates import without_year
from influence.recognition.headers import Reading, meanings_known, plain_header, read_header, words_of
from influence.recognition.values import profile_of
from influence.schema import ID_COLUMNS, PROVENANCE, TABLE_NAMES, table_of
from influence.sources.arrays import decoded, outer
from influence.sources.base import Role
from influence.sources.jsonshape import as_text
from influence.store.importing.guessing import wanted
from influence.store.importing.guessing.account_rows import accounts_in
from influence.store.importing.guessing.column import CUT, SourceColumn, is_cut, source_columns
from influence.store.importing.guessing.event_rows import EVENTS, outcomes_in
from influence.store.importing.guessing.filling import TableReading, fill, rule_of
from influence.store.importing.guessing.identity import platform_column, who_of
from influence.store.importing.guessing.post_rows import post_rules, posts_in
from influence.store.importing.mapping import ColumnRule, TableRule, missing_columns, with_extra

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
            array = elements[0].header.partition("[")[0]
            return replace(people, reason=f"one row for each account in {array}")
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
        listed = value if isinstance(value, list) else []
        yield from (element for element in listed if isinstance(element, dict))


def _reactions(posts: TableRule, column: SourceColumn) -> TableRule | None:
    """Who liked a post, or what was said under it, where each post lists them."""
    kind = next((kind for kind, words in LISTED.items() if words & set(words_of(column.header))), None)
    told = {rule.target: rule for rule in posts.columns}
    if kind is None or column.header in posts.headers or not {"account_id", "post_id"} <= set(told):
        return None
    elements = elements_of(column)
    who = who_of(elements, ("handle", "profile_url", "account"))
    if who is not None and who.fit >= 0.7:
        others = [c for c in elements if c is not who.column]
        actor, more = who.column.header, fill(wanted.SLOTS["interaction"][4:6], others)
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


YEARLESS = (
    "the days in column {!r} ({!r}) tell no year, so they are not used; write the year in the file, or import an "
    "export that tells it"
)


def _is_yearless(column: SourceColumn) -> bool:
    if column.words.means("date") < 0.9:
        return False
    told = [without_year(value) for value in column.known[:200]]
    return sum(told) > 0.5 * len(told)


@dataclass(frozen=True)
class Guess:
    """How a file would be read.

    Attributes
    ----------
    rules : tuple of TableRule
    sureness : float
        0 to 1.
    reason : str
        Why these tables, in words.
    exact : bool
        The file is named after its table and every header used is the name of its column: nothing was guessed.
    columns : tuple of SourceColumn
    """

    rules: tuple[TableRule, ...]
    sureness: float
    reason: str
    exact: bool = False
    columns: tuple[SourceColumn, ...] = field(default=(), repr=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know before they say yes."""
        extra = {header for rule in self.rules for column in rule.columns if column.target == "extra"
                 for header in column.columns}  # fmt: skip
        used = {header for rule in self.rules for header in rule.headers} - extra
        left = [c for c in self.columns if c.header not in used and c.profile.n]
        cut = (CUT.format(c.header, c.profile.examples[0]) for c in left if is_cut(c))
        return (*cut, *(YEARLESS.format(c.header, c.profile.examples[0]) for c in left if _is_yearless(c)))


def table_from_name(name: str) -> str | None:
    """The table a file's name tells: ``posts``, ``posts_2024``, ``my-posts``; None when it tells none."""
    words = [word for word in re.split(r"[^a-z]+", name.lower()) if word]
    found = [word for word in words if word in TABLE_NAMES]
    return found[0] if len(set(found)) == 1 else None


def by_contract(name: str, columns: Sequence[SourceColumn], told: Mapping[str, str]) -> TableRule | None:
    """The columns told, and those that bear the names of the table's own; None where one that it needs does not."""
    table = table_of(name)
    by_header = {column.header: column for column in columns}
    plain = {plain_header(c.header): c for c in reversed(columns) if c.header not in told.values()}
    plain |= {target: by_header[header] for target, header in told.items() if header in by_header}
    ours = all(column.name in plain for column in PROVENANCE)  # our export; else any list's `source`
    found = [c.name for c in table.all_columns if c.name in plain and (ours or c.name != "source")]
    if missing_columns(table, set(found)) or any(is_cut(plain[name]) for name in found):
        return None
    rules = tuple(rule_of(name, target, plain[target]) for target in found)
    used = {plain[name].header for name in found}
    platform = platform_column([column for column in columns if column.header not in used])
    if platform is not None and "platform" not in found and name != "accounts":
        rules = tuple(replace(r, platform=platform.header) if r.target in ID_COLUMNS else r for r in rules)
    return TableRule(name, rules)


def completed(
    source_name: str, columns: Sequence[SourceColumn], named: TableRule, guessed: TableReading | None
) -> Guess:
    """What the contract's own names say, and what else the columns left over tell."""
    used, filled = set(named.headers), {rule.target for rule in named.columns}
    first, *rest = guessed.rules if guessed else (named,)
    left = (column for column in first.columns if not used & set(column.headers))
    more = tuple(column for column in left if column.target not in filled | {"handle"})
    companions = tuple(rule for rule in rest if _brings_news(rule, used))
    rules = (replace(named, columns=(*named.columns, *more)), *companions)
    told = all(rule.target == rule.column for rule in named.columns) and source_name == named.table
    return Guess(rules, 1.0, "by their names", told and not more and not companions, tuple(columns))


def _brings_news(rule: TableRule, used: set[str]) -> bool:
    told = (c for c in rule.columns if c.target not in ("account_id", "handle", "platform"))
    return any(header not in used for column in told for header in column.columns)


LEAST_SURE = 0.5
"""A guess below this is never taken, not even with ``--yes``."""


ANY_TABLE = "a column that tells the account (handle, address, id or name), or two for a tie"


def guess_tables(
    source_name: str,
    sample: Mapping[str, Sequence[str | None]],
    where: str,
    role: Role | None = None,
    *,
    comma_hint: bool = False,
    told: Sequence[tuple[str, str]] = (),
) -> Guess:
    """Guess how a file fills tables: every column by name and values, the tables by all columns together.

    Parameters
    ----------
    source_name : str
        The file's name without ending (or the sheet's).
    sample : dict of header to values
        The first rows, as text.
    where : str
        For messages.
    role : Role, optional
        What the format itself says about its rows; its table and columns are taken as told.
    comma_hint : bool
        The file is of a kind that writes decimal commas (semicolons between values).
    told : sequence of (what it is, header)
        Columns that a person named; ``ignore`` leaves one out.

    Raises
    ------
    MappingError
        Its columns make no table; the message says what was understood.
    """
    columns = _with_told(source_columns(sample, comma_hint), told, where)
    _refuse_on_its_side(columns, where)
    table = role.table if role else table_from_name(source_name)
    named = by_contract(table, columns, role.columns if role else {}) if table else None
    readings = [reading for role in ROLES if (reading := role(columns)) is not None]
    readings += [reading] if (reading := outcomes_in(columns, source_name)) is not None else []
    if table and named:
        same = next((reading for reading in readings if reading.role == table), None)
        edges = role is not None and table == "follows"
        guess = completed(source_name, columns, replace(named, summed=edges), same)
        return replace(guess, rules=_with_extra(guess.rules, columns), exact=guess.exact or role is not None)
    if not readings:
        raise _of_visits(columns, where) or _no_table(columns, table, where)
    prior = _file_prior(source_name)
    ranked = sorted((r.evidence + prior.get(r.role, 0.0), -n, r) for n, r in enumerate(readings))[::-1]
    margin = ranked[0][0] - (max(ranked[1][0], 0.0) if len(ranked) > 1 else 0.0)
    best = with_inside(ranked[0][2], columns)
    sureness = best.key / (1 + exp(-1.2 - 1.5 * margin))
    if sureness < LEAST_SURE and (visits := _of_visits(columns, where)):
        raise visits
    return Guess(_with_extra(best.rules, columns), round(sureness, 2), best.reason, columns=columns)


def _refuse_on_its_side(columns: Sequence[SourceColumn], where: str) -> None:
    """Refuse a table whose names stand in the first column, one account in each of the others."""
    first, *others = columns or (None,)
    if first is None or len(others) < 2 or first.told or not 2 <= first.profile.n <= 30:
        return
    named = [value for value in first.known if read_header(value).means(*meanings_known()) >= 0.9]
    if len(named) > 0.7 * first.profile.n and not any(c.words.readings for c in others):
        raise MappingError(
            "this table lies on its side: the names of its columns stand in the first column",
            where=where,
            seen=", ".join((first.header, *named[:4])),
            expected="one row for each account, the names in the first row",
            hint="turn it (in a spreadsheet: copy, then Paste Special > Transpose), then import it again",
        )


def _with_extra(rules: tuple[TableRule, ...], columns: Sequence[SourceColumn]) -> tuple[TableRule, ...]:
    used = {outer(header) for rule in rules for header in rule.headers}
    return with_extra(rules, [c.header for c in columns if c.header not in used and not is_cut(c)])


def _with_told(
    columns: tuple[SourceColumn, ...], told: Sequence[tuple[str, str]], where: str
) -> tuple[SourceColumn, ...]:
    """The columns, with those that a person named read as told."""
    for target, header in told:
        found = next((column for column in columns if column.header == header), None)
        if found is None:
            names = [column.header for column in columns]
            raise MappingError.unknown("the file has no such column", header, names, where=where)
        words = replace(found.words, readings=_told_readings(target))
        named = () if target == "ignore" else (replace(found, words=words, told=True),)
        columns = (*named, *(column for column in columns if column is not found))
    return columns


def _told_readings(target: str) -> tuple[Reading, ...]:
    """The meanings of a column's name as a person says it: a column of the contract, or a meaning."""
    if target == "ignore":
        return ()
    slots = [slot for slots in wanted.SLOTS.values() for slot in slots if slot.target == target]
    meanings = {slot.meanings[0]: slot.averaged for slot in slots} or {
        m: False for m in (target,) if m in meanings_known()
    }
    if not meanings:
        names = sorted({*columns_to_tell(), *meanings_known()})
        raise UsageError("there is no such column", where="--column", seen=target, expected=", ".join(names[:40]),
                         hint=did_you_mean(target, names))  # fmt: skip
    return tuple(Reading(meaning, 1.3, "", averaged) for meaning, averaged in meanings.items())


def columns_to_tell() -> tuple[str, ...]:
    """Columns of the contract that a person may say a column of a file is, by name."""
    return tuple(sorted({slot.target for slots in wanted.SLOTS.values() for slot in slots}))


ROLES = (accounts_in, posts_in, *EVENTS)


def _file_prior(name: str) -> dict[str, float]:
    words = set(words_of(name))
    return {role: 0.8 for role, telling in wanted.FILE_WORDS.items() if words & set(telling)}


def _of_visits(columns: Sequence[SourceColumn], where: str) -> MappingError | None:
    """Why a report on the visits to a site (Google Analytics, Matomo) fills no table, and which command reads it."""
    counted = [c.header for c in columns if c.fit("visits") >= 0.9]
    if not counted or any(c.told for c in columns):
        return None
    return MappingError(
        "this is a report on visits to a site: its rows are channels or pages, and no accounts or posts",
        where=where,
        seen=", ".join((columns[0].header, *counted[:4])),
        hint="`influence channels FILE` reads it: by which channel visits and conversions came",
    )


def _no_table(columns: Sequence[SourceColumn], named: str | None, where: str) -> MappingError:
    plain = {plain_header(column.header) for column in columns}
    known = [(column.header, column.words.readings[0].meaning) for column in columns if column.words.readings]
    understood = [f"{header}: {meaning.replace('_', ' ')}" for header, meaning in known]
    cut = [column for column in columns if is_cut(column)]
    if cut:
        note = CUT.format(cut[0].header, cut[0].profile.examples[0])
        return MappingError("this file does not tell whose its rows are", where=where, seen=note.partition(";")[0],
                            hint=note.partition("; ")[2])  # fmt: skip
    needed = f"for {named}: {', '.join(missing_columns(table_of(named), plain))}" if named else ANY_TABLE
    return MappingError(
        "the columns of this file do not make a table",
        where=where,
        seen=", ".join(column.header for column in columns),
        expected="; understood were ".join(filter(None, (needed, ", ".join(understood[:6])))),
        hint=what_next([column.header for column in columns]),
    )


def what_next(headers: Sequence[str]) -> str:
    """What to do with a file of these headers that is not recognised; of people known by their address alone more."""
    told = "say what a column is with --column handle=HEADER or --map FILE.toml; see `influence columns FILE`"
    address = next((header for header in headers if "mail" in header.lower()), None)
    if address is None:
        return told
    return (
        f"{told}; subscribers or customers without handles are no accounts: map them to the table customers with "
        f'customer_id = {{ digest = ["{address}"] }}'
    )
