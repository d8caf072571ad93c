"""Without a mapping: which tables a file fills, and which header fills which column, by its names and its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import exp

from influence.errors import MappingError, UsageError, did_you_mean
from influence.recognition.dates import date_order
from influence.recognition.headers import (
    HeaderWords,
    Reading,
    meanings_known,
    plain_header,
    read_header,
    words_of,
)
from influence.recognition.numbers import decimal_habit, read_number
from influence.recognition.values import Profile, known_values, profile_of
from influence.schema import PROVENANCE, TABLE_NAMES, Type, table_of
from influence.sources.base import Role
from influence.store import roles
from influence.store.mapping import ID_COLUMNS, ColumnRule, TableRule, missing_columns
from influence.store.parsing import account_kind, interaction_kind
from influence.store.roles import Slot

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

LEAST_SURE = 0.5
"""A guess below this is never taken, not even with ``--yes``."""

CUT = (
    "the ids in column {!r} were cut by a spreadsheet ({}: the last digits are gone), so they are not used; export "
    "again and open the file as text (in Excel: Data > From Text/CSV, type Text for this column)"
)

LEAST_FIT = 0.45
"""A column below this fills nothing: a word of its name is known, and no more."""

ANY_TABLE = "a column that tells the account (handle, address, id or name), or two for a tie"

IDENTITY = ("handle", "account", "profile_url", "account_id", "url", "id", "name")
"""Meanings that tell an account, best first."""


@dataclass(frozen=True)
class SourceColumn:
    """One column of a file: its header taken apart, and what its values are."""

    header: str
    words: HeaderWords
    profile: Profile
    values: tuple[str | None, ...] = field(default=(), repr=False)
    comma_hint: bool = False
    """The rest of the file speaks for commas as decimal signs."""

    told: bool = False
    """A person said what it is: its values have no say."""

    @cached_property
    def known(self) -> list[str]:
        """Its values that say something."""
        return known_values(self.values)

    def fit(
        self, meaning: str, scopes: Sequence[str] = ("", "author", "post"), averaged: bool | None = None
    ) -> float:
        """How well it is `meaning`, 0 to 1, by name and values together."""
        best = max((_named(r, meaning, scopes, averaged) for r in self.words.readings), default=0.0)
        if self.words.percent and meaning in roles.COUNTS and not self.told:
            return 0.0
        if meaning == "profile_url" and not best and self._links_to_people():
            best = 0.9
        if not best and "" in scopes and not averaged and not self.told:
            return _by_values(meaning, self)
        return best * (1.0 if self.told else self._value_fit(meaning)) if best else 0.0

    def _links_to_people(self) -> bool:
        """A column of links that holds profiles and @names only."""
        share = self.profile.share
        return self.words.means("url") > 0.5 and share("profile address") + share("@handle") >= 0.8

    def _value_fit(self, meaning: str) -> float:
        """One or two values that fit no meaning of the name are mistakes in it, to be told as such."""
        if meaning in ("engagement_rate", "fake_followers") and _beyond_percent(self.values):
            return 0.0
        fit = value_fit(meaning, self.profile)
        if fit or self.profile.n > 2 or meaning not in roles.NUMBERS | roles.MOMENTS or self.profile.is_text:
            return fit
        return 0.0 if any(value_fit(r.meaning, self.profile) for r in self.words.readings) else 0.4


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
        used = {header for rule in self.rules for header in rule.headers}
        return tuple(
            CUT.format(c.header, c.profile.examples[0])
            for c in self.columns
            if _is_cut(c) and c.header not in used
        )


def special_category(header: str) -> str | None:
    """The protected category that a header names, or None."""
    plain = plain_header(header)
    return SPECIAL_CATEGORIES.get(plain) or SPECIAL_CATEGORIES.get(plain.removeprefix("user_"))


def table_from_name(name: str) -> str | None:
    """The table a file's name tells: ``posts``, ``posts_2024``, ``my-posts``; None when it tells none."""
    words = [word for word in re.split(r"[^a-z]+", name.lower()) if word]
    found = [word for word in words if word in TABLE_NAMES]
    return found[0] if len(set(found)) == 1 else None


def source_columns(
    sample: Mapping[str, Sequence[str | None]], comma_hint: bool = False
) -> tuple[SourceColumn, ...]:
    """Look at the names and values of the columns of a file (header -> first values)."""
    return tuple(
        SourceColumn(header, read_header(header), profile_of(values), tuple(values), comma_hint)
        for header, values in sample.items()
        if not special_category(header)
    )


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
    table = role.table if role else table_from_name(source_name)
    named = _by_contract(table, columns, role.columns if role else {}) if table else None
    readings = [reading for role in ROLES if (reading := role(columns)) is not None]
    if table and named:
        same = next((reading for reading in readings if reading.role == table), None)
        guess = _completed(source_name, columns, named, same)
        return replace(guess, rules=_with_extra(guess.rules, columns), exact=guess.exact or role is not None)
    if not readings:
        raise _no_table(columns, table, where)
    prior = _file_prior(source_name)
    ranked = sorted((r.evidence + prior.get(r.role, 0.0), -n, r) for n, r in enumerate(readings))[::-1]
    margin = ranked[0][0] - (max(ranked[1][0], 0.0) if len(ranked) > 1 else 0.0)
    best = ranked[0][2]
    sureness = best.key / (1 + exp(-1.2 - 1.5 * margin))
    return Guess(_with_extra(best.rules, columns), round(sureness, 2), best.reason, columns=columns)


def _with_extra(rules: tuple[TableRule, ...], columns: Sequence[SourceColumn]) -> tuple[TableRule, ...]:
    """The first table that has room for it keeps what no column of any takes."""
    used = {header for rule in rules for header in rule.headers}
    left = tuple(column.header for column in columns if column.header not in used and not _is_cut(column))
    for at, rule in enumerate(rules):
        if left and any(column.name == "extra" for column in table_of(rule.table).columns):
            kept = replace(rule, columns=(*rule.columns, ColumnRule("extra", left[0], others=left[1:])))
            return (*rules[:at], kept, *rules[at + 1 :])
    return rules


def _with_told(
    columns: tuple[SourceColumn, ...], told: Sequence[tuple[str, str]], where: str
) -> tuple[SourceColumn, ...]:
    """The columns, with those that a person named read as told."""
    for target, header in told:
        found = next((column for column in columns if column.header == header), None)
        if found is None:
            names = [column.header for column in columns]
            raise MappingError("the file has no such column", where=where, seen=header, expected=", ".join(names),
                               hint=did_you_mean(header, names))  # fmt: skip
        words = replace(found.words, readings=_told_readings(target))
        named = () if target == "ignore" else (replace(found, words=words, told=True),)
        columns = (*named, *(column for column in columns if column is not found))
    return columns


def _told_readings(target: str) -> tuple[Reading, ...]:
    """The meanings of a column's name as a person says it: a column of the contract, or a meaning."""
    if target == "ignore":
        return ()
    slots = [slot for slots in roles.ALL for slot in slots if slot.target == target]
    meanings = {slot.meanings[0]: slot.averaged for slot in slots} or {
        m: False for m in (target,) if m in meanings_known()
    }
    if not meanings:
        names = sorted({slot.target for slots in roles.ALL for slot in slots} | set(meanings_known()))
        raise UsageError("there is no such column", where="--column", seen=target, expected=", ".join(names[:40]),
                         hint=did_you_mean(target, names))  # fmt: skip
    return tuple(Reading(meaning, 1.3, "", averaged) for meaning, averaged in meanings.items())


# --- how well a column is a meaning


def _named(reading: Reading, meaning: str, scopes: Sequence[str], averaged: bool | None) -> float:
    if reading.meaning != meaning or reading.scope not in scopes:
        return 0.0
    return 0.0 if averaged is not None and reading.averaged != averaged else reading.strength


def _beyond_percent(values: Sequence[str | None]) -> bool:
    """Whether most of the values are over 100: reactions counted, under the name of a rate."""
    known = [n for value in known_values(list(values)) if (n := read_number(value, False)) is not None]
    return len(known) > 2 and sum(n > 100 for n in known) > 0.5 * len(known)


def _by_values(meaning: str, column: SourceColumn) -> float:
    """How well a column whose name says nothing (or is read otherwise in vain) is `meaning`, by its values alone."""
    if (
        column.words.readings
        and max(value_fit(r.meaning, column.profile) for r in column.words.readings) > 0.3
    ):
        return 0.0
    share, profile = column.profile.share, column.profile
    if profile.n < 2:
        return 0.0
    telling = {
        "profile_url": (share("profile address"), 0.7),
        "handle": (share("@handle") + share("platform:handle") + share("profile address"), 0.7),
        "email": (share("e-mail"), 0.8),
        "date": (share("date"), 0.5),
        "text": (float(profile.words >= 6 and profile.unique > 0.5), 0.6),
    }
    found, weight = telling.get(meaning, (0.0, 0.0))
    return found * weight if found >= 0.8 else 0.0


def value_fit(meaning: str, profile: Profile) -> float:
    """Whether values can be of `meaning`, 0 to 1; a column without values says nothing against it."""
    if not profile.n:
        return 0.5
    share = profile.share
    if meaning in roles.NUMBERS:
        return share("number") if share("number") >= 0.5 else 0.0
    if meaning in roles.MOMENTS:
        found = max(share("date"), share("unix time"))
        return found if found >= 0.5 else 0.0
    if meaning in roles.FLAGS:
        return share("yes or no")
    if meaning == "email":
        return 1.0 if share("e-mail") >= 0.15 else 0.0
    if meaning == "platform":
        return 1.0 if share("platform") >= 0.5 else 0.2 if profile.words < 2 and profile.unique < 0.5 else 0.0
    if meaning in roles.ADDRESSES:
        found = share("address") + share("host")
        if meaning == "profile_url":
            found = max(found, share("profile address") + share("@handle"))
        return min(found, 1.0) if found >= 0.5 else 0.0
    return _word_fit(meaning, profile)


def _word_fit(meaning: str, profile: Profile) -> float:
    share = profile.share
    if meaning == "handle":
        telling = max(
            share("handle"), share("@handle"), share("profile address"), share("host"), share("address")
        )
        return (
            telling
            if telling >= 0.5
            else 0.5
            if share("whole number") < 0.5 and profile.words <= 2.5
            else 0.0
        )
    if meaning in ("account_id", "post_id", "id", "customer_id", "order_id", "reply_to"):
        return 0.0 if profile.words > 1.5 or share("date") > 0.5 > share("whole number") else 1.0
    if meaning in ("account", "source", "target", "actor", "interacted_with"):
        if share("date") > 0.5 or share("e-mail") > 0.5 or share("yes or no") > 0.9:
            return 0.0
        if meaning == "account" and profile.words > 1.2 and share("handle") < 0.9:
            return 0.7 if profile.words <= 5 else 0.0
        return 1.0 if profile.words <= 2.5 else 0.7 if profile.words <= 5 else 0.0
    if meaning in ("text", "title", "bio", "description", "name", "category", "notes"):
        if max(share("number"), share("date"), share("address"), share("JSON")) > 0.8:
            return 0.0
        return 0.4 if meaning == "name" and profile.words > 6 else 1.0
    if meaning in roles.SHORT:
        return 0.0 if profile.words > 6 or share("number") > 0.8 else 1.0
    return 1.0


# --- roles


@dataclass(frozen=True)
class _Role:
    """One way to read a file: rules, evidence, how sure its key is, and why."""

    role: str
    rules: tuple[TableRule, ...]
    evidence: float
    key: float
    reason: str


@dataclass(frozen=True)
class _Filled:
    """Columns assigned to the slots of one table."""

    columns: dict[str, SourceColumn]
    evidence: float


def _fill(
    slots: Sequence[Slot], columns: Sequence[SourceColumn], taken: Sequence[SourceColumn] = ()
) -> _Filled:
    """Assign columns to slots, the surest pairs first."""
    used = {column.header for column in taken}
    pairs = sorted(
        (
            (_slot_fit(slot, column), -place, slot, column)
            for place, column in enumerate(columns)
            for slot in slots
            if column.header not in used
        ),
        key=lambda pair: (-pair[0], -pair[1]),
    )
    found: dict[str, SourceColumn] = {}
    evidence = 0.0
    for fit, _, slot, column in pairs:
        if fit >= LEAST_FIT and slot.target not in found and column.header not in used:
            found[slot.target] = column
            used.add(column.header)
            evidence += slot.weight * fit
    return _Filled(found, evidence)


def _slot_fit(slot: Slot, column: SourceColumn) -> float:
    if (
        slot.target == "kind"
        and slot in roles.FACTS
        and column.words.means(*slot.meanings)
        and not column.told
        and not _tells(column, account_kind)
    ):
        return 0.0
    averaged = None if slot.meanings == ("engagement_rate",) else slot.averaged
    return max(
        column.fit(meaning, slot.scopes, averaged) * (1 - 0.12 * place)
        for place, meaning in enumerate(slot.meanings)
    )


@dataclass(frozen=True)
class _Who:
    """The column that tells the account of a row, and those beside it."""

    column: SourceColumn
    meaning: str
    fit: float
    platform: SourceColumn | None = None

    @property
    def taken(self) -> list[SourceColumn]:
        """The columns that say nothing further: an address that tells the platform is still an address."""
        if self.platform is None or self.platform.words.means("profile_url", "url"):
            return [self.column]
        return [self.column, self.platform]


def _platform_column(columns: Sequence[SourceColumn]) -> SourceColumn | None:
    found = max(columns, key=lambda c: c.fit("platform"), default=None)
    if found is not None and found.fit("platform") >= 0.2:
        return found
    return next((c for c in columns if c.profile.share("platform") >= 0.9), None)


def _who(
    columns: Sequence[SourceColumn], meanings: Sequence[str] = IDENTITY, own: bool = False
) -> _Who | None:
    """The account of a row: the surest of handle, address, id and name."""
    platform = _platform_column(columns)
    best: _Who | None = None
    for place, meaning in enumerate(meanings):
        for column in columns:
            if platform is column or (
                meaning in ("name", "url", "id") and column.words.means("post_id", "permalink")
            ):
                continue
            fit = column.fit(meaning, roles.ANYONE) * _identity_weight(meaning, column, own)
            if fit > 0 and (best is None or fit - 0.06 * place > best.fit):
                best = _Who(column, meaning, fit - 0.06 * place, platform)
    if best is None or platform is not None:
        return best
    return replace(best, platform=_addresses_beside(best, columns))


def _addresses_beside(who: _Who, columns: Sequence[SourceColumn]) -> SourceColumn | None:
    """Addresses of profiles beside bare handles: they tell on which platform each is."""
    share = who.column.profile.share
    if who.column.words.platform or max(share("address"), share("host"), share("platform:handle")) > 0.2:
        return None
    beside = (c for c in columns if c is not who.column and c.words.means("profile_url", "url"))
    return next((c for c in beside if c.profile.share("profile address") >= 0.9), None)


def _identity_weight(meaning: str, column: SourceColumn, own: bool) -> float:
    """Row numbers and shared ids tell nobody; an address of an own site tells a blog."""
    profile = column.profile
    if profile.share("cut id") > 0.1:
        return 0.0
    if meaning in ("id", "account_id") and own and profile.n > 1 and profile.unique < 0.98:
        return 0.0
    if meaning == "id":
        return 0.35 if profile.share("whole number") > 0.9 and not profile.share("id") else 0.6
    if meaning == "account_id" and profile.share("whole number") > 0.9:
        return 0.8
    if meaning == "name":
        return 0.95 if profile.share("handle") > 0.9 else 0.75
    return 1.0


def _accounts(columns: Sequence[SourceColumn]) -> _Role | None:
    who = _who(columns, own=True)
    by_platform = _platform_identities(columns)
    if len(by_platform) < 2 and who is None:
        return None
    if len(by_platform) >= 2:
        return _channels(columns, by_platform)
    assert who is not None
    taken = who.taken
    facts = _fill((*roles.FACTS, *roles.AVERAGES, *roles.CONTACT[:1]), columns, taken)
    evidence = 1.5 * who.fit + facts.evidence + _uniqueness(who.column.profile)
    evidence -= _post_likeness(columns)
    rules = account_rules(who, columns)
    shared = ", which many rows share" if _repeats(who) else ""
    reason = f"one row for each account ({who.column.header}{shared})"
    return _Role("accounts", rules, evidence, _key_sureness(who), reason)


def _uniqueness(profile: Profile) -> float:
    if profile.n < 2:
        return 0.4
    return 0.8 if profile.unique > 0.95 else -1.5 if profile.unique < 0.7 else 0.0


def _key_sureness(who: _Who) -> float:
    return 0.3 if _repeats(who) else min(1.0, 0.35 + who.fit)


def _repeats(who: _Who) -> bool:
    """Names that many rows share (`Anna`, `Anna`) tell nobody apart: their rows would fall into one account."""
    profile = who.column.profile
    return who.meaning == "name" and not who.column.told and profile.n >= 10 and profile.unique < 0.7


def _post_likeness(columns: Sequence[SourceColumn]) -> float:
    """How much speaks for rows that are posts, whatever else they hold."""
    filled = _fill(roles.POST, columns)
    text = filled.columns.get("text")
    has_text = text is not None and text.words.means("text") >= 0.6
    return (1.0 if has_text else 0.0) + (1.0 if has_text and "created_at" in filled.columns else 0.0)


def account_rules(
    who: _Who, columns: Sequence[SourceColumn], *, distinct: bool = False
) -> tuple[TableRule, ...]:
    """What the rows say about accounts: themselves, their averages and their addresses."""
    taken = who.taken
    accounts = [ColumnRule("handle", who.column.header)]
    if who.platform is not None:
        accounts.append(ColumnRule("platform", who.platform.header))
    if (number := _number_beside(who, columns)) is not None:
        accounts.append(ColumnRule("account_id", number.header))
        taken.append(number)
    filled = _fill(roles.FACTS, columns, taken).columns
    if _name_parts(columns) and "name" in filled and filled["name"].words.means("name") < 1:
        del filled["name"]
    if "name" not in filled and not _name_parts(columns):
        named = who.meaning == "name" or who.column.profile.words > 1.2
        title = who.column if named else _title_beside(who, columns)
        filled |= {"name": title} if title else {}
    accounts += [_rule("accounts", target, column) for target, column in filled.items()]
    accounts += _derived(filled, columns)
    if "bio" in filled:
        accounts = [
            rule
            for rule in accounts
            if rule.target != "bio" or rule.others or len(_words_about(filled, columns)) < 2
        ]
    rules = [TableRule("accounts", tuple(accounts), platform=who.column.words.platform, distinct=distinct)]
    used = [*taken, *filled.values()]
    rules += _companions(who, columns, used)
    return tuple(rules)


def _title_beside(who: _Who, columns: Sequence[SourceColumn]) -> SourceColumn | None:
    """``Blog, URL``: where the address tells who it is, the column that says "account" holds its title."""
    others = [c for c in columns if c not in who.taken and not c.words.platform]
    return next((c for c in others if c.fit("account", roles.ANYONE) >= 0.7), None)


def _words_about(filled: Mapping[str, SourceColumn], columns: Sequence[SourceColumn]) -> list[str]:
    """Headers of what is said about the account in words: its bio, and every column of categories or topics."""
    topics = [c for c in columns if c.fit("category", ("", "author", "post")) >= 0.6]
    told = [filled["bio"]] if "bio" in filled else []
    return [column.header for column in (*told, *(c for c in topics if c not in told))]


def _derived(filled: Mapping[str, SourceColumn], columns: Sequence[SourceColumn]) -> list[ColumnRule]:
    """Columns of accounts that are made of columns with another name."""
    rules = []
    about = _words_about(filled, columns)
    if len(about) > ("bio" in filled):
        rules.append(ColumnRule("bio", about[0], others=tuple(about[1:]), join="\n"))
    if "name" not in filled and (parts := _name_parts(columns)):
        rules.append(ColumnRule("name", parts[0], others=parts[1:], join=" "))
    city = filled.get("city")
    if city is not None and "country" not in filled and city.words.means("location"):
        rules.append(ColumnRule("country", city.header, parse="place"))
    return rules


def _name_parts(columns: Sequence[SourceColumn]) -> tuple[str, ...]:
    """First and last name, where a list keeps them apart."""
    found = (
        max(columns, key=lambda c: c.fit(meaning), default=None) for meaning in ("first_name", "last_name")
    )
    return tuple(
        c.header for c, m in zip(found, ("first_name", "last_name"), strict=True) if c and c.fit(m) >= 0.7
    )


def _number_beside(who: _Who, columns: Sequence[SourceColumn]) -> SourceColumn | None:
    """The platform's own number of the account, beside its handle: later files may know it by that alone."""
    if who.meaning in ("account_id", "id"):
        return None
    for meaning, scopes in (("account_id", roles.ANYONE), ("id", ("author",)), ("id", ("",))):
        for column in columns:
            profile, own = column.profile, scopes == ("",) or meaning == "account_id"
            if column is who.column or column.fit(meaning, scopes) < 0.9 or profile.share("cut id") > 0.1:
                continue
            given = profile.share("id") > 0.9 or not _counts_rows(column)
            if given and (not own or profile.unique > 0.98 or meaning == "account_id"):
                return column
    return None


def _counts_rows(column: SourceColumn) -> bool:
    """Small whole numbers, such as number the rows of a list."""
    known = column.known
    whole = [int(value) for value in known if value.isascii() and value.isdigit()]
    return len(whole) < len(known) or max(whole, default=0) <= 2 * len(known) + 10


def _companions(who: _Who, columns: Sequence[SourceColumn], used: Sequence[SourceColumn]) -> list[TableRule]:
    found = []
    key = ColumnRule("account_id", who.column.header, platform=who.platform.header if who.platform else None)
    for table, slots, telling in (("metrics", roles.AVERAGES, 8), ("contacts", roles.CONTACT, 1)):
        filled = _fill(slots, columns, used).columns
        names = [slot.target for slot in slots[:telling]]
        if not set(names) & set(filled):
            continue
        rules = [key, *(_rule(table, target, column) for target, column in filled.items())]
        if table == "metrics":
            rules = [_checked_rate(rule, filled, columns) for rule in rules]
        window = next((c.words.window_days for c in filled.values() if c.words.window_days), None)
        if window and "window_days" not in filled and table == "metrics":
            rules.append(ColumnRule("window_days", constant=str(window)))
        only = tuple(filled[name].header for name in names if name in filled)
        found.append(TableRule(table, tuple(rules), platform=who.column.words.platform, only_with=only))
    return found


def _checked_rate(
    rule: ColumnRule, averages: Mapping[str, SourceColumn], columns: Sequence[SourceColumn]
) -> ColumnRule:
    """A rate of 1 or less may still be in percent: likes and comments a post over followers tell."""
    followers = max(columns, key=lambda c: c.fit("followers", roles.ANYONE), default=None)
    parts = [averages[name] for name in ("likes_per_post", "comments_per_post") if name in averages]
    if rule.target != "engagement_rate" or rule.scale != 1 or not parts or followers is None:
        return rule
    ratios = []
    for row in zip(
        averages["engagement_rate"].values, followers.values, *(c.values for c in parts), strict=True
    ):
        rate, size, *counts = (read_number(value or "", False) for value in row)
        if rate and size and "%" not in (row[0] or "") and any(counts):
            ratios.append(rate / (sum(count or 0 for count in counts) / size))
    ratios.sort()
    return replace(rule, scale=0.01) if ratios and 30 < ratios[len(ratios) // 2] < 300 else rule


def _platform_identities(columns: Sequence[SourceColumn]) -> dict[str, SourceColumn]:
    """Platform -> the column with its handles or addresses: ``Instagram``, ``TikTok link`` ..."""
    found: dict[str, SourceColumn] = {}
    for column in columns:
        platform = column.words.platform
        if platform is None or platform in found or not column.profile.n:
            continue
        if max(
            column.fit(meaning, roles.ANYONE) for meaning in ("account", "handle", "profile_url", "url")
        ) >= 0.5 and (column.profile.share("number") < 0.5):
            found[platform] = column
    return found


def _channels(columns: Sequence[SourceColumn], by_platform: dict[str, SourceColumn]) -> _Role:
    """A person a row, a platform a column: an account for each."""
    rules: list[TableRule] = []
    for platform, column in by_platform.items():
        own = [c for c in columns if c.words.platform in (None, platform) and c not in by_platform.values()]
        about = account_rules(_Who(column, "handle", 1.0), own)
        rules += [replace(rule, platform=platform, needs=(column.header,)) for rule in about]
    reason = "one row for each person, with a column for each of " + ", ".join(by_platform)
    return _Role("accounts", tuple(rules), 4.0 - _post_likeness(columns), 0.95, reason)


def _posts(columns: Sequence[SourceColumn]) -> _Role | None:
    post = _fill(roles.POST, columns)
    author = _who([c for c in columns if c not in post.columns.values()], IDENTITY[:4] + IDENTITY[6:])
    text = post.columns.get("text")
    telling = text is not None or "url" in post.columns or "post_id" in post.columns
    if not telling or ("created_at" not in post.columns and text is None):
        return None
    evidence = post.evidence + (0.8 * author.fit if author else -1.0)
    if text is not None and not (text.words.means("text") >= 0.6 or text.profile.is_text):
        evidence -= 1.0
    if "post_id" in post.columns and post.columns["post_id"].words.means("post_id"):
        evidence += 0.6
    if author is not None and author.column.profile.n > 3 and author.column.profile.unique < 0.7:
        evidence += 1.0
    if text is None:
        evidence -= 0.8
    rules = _post_rules(columns, post.columns, author)
    key = 0.95 if author else 0.45
    return _Role(
        "posts",
        rules,
        evidence,
        key,
        "one row for each post" + (f" (by {author.column.header})" if author else ""),
    )


def _post_rules(
    columns: Sequence[SourceColumn], post: dict[str, SourceColumn], author: _Who | None
) -> tuple[TableRule, ...]:
    rules = [_rule("posts", target, column) for target, column in post.items() if target != "post_id"]
    ids = post.get("post_id")
    if ids is not None and _tells_posts(ids):
        rules.append(ColumnRule("post_id", ids.header))
    else:
        rules.append(ColumnRule("post_id", digest=_digest(post, author, columns)))
    rules = [_with_title(rule, post, columns) if rule.target == "text" else rule for rule in rules]
    if author is None:
        return (TableRule("posts", tuple(rules)),)
    platform = author.platform.header if author.platform else None
    rules.append(ColumnRule("account_id", author.column.header, platform=platform))
    named = author.column.words.platform
    posts = TableRule("posts", tuple(rules), platform=named)
    left = [c for c in columns if c not in post.values() and not _of_post_only(c)]
    about = account_rules(author, left, distinct=True)
    facts = {rule.target for rule in about[0].columns} - {"handle", "platform"}
    return (posts, *about[:1]) if facts else (posts,)


def _of_post_only(column: SourceColumn) -> bool:
    """The type or topic of a post is not its author's."""
    best = column.words.readings[0] if column.words.readings else None
    return (
        best is not None
        and best.meaning in ("type", "kind", "category", "platform")
        and best.scope != "author"
    )


def _with_title(
    rule: ColumnRule, post: dict[str, SourceColumn], columns: Sequence[SourceColumn]
) -> ColumnRule:
    """A title stands before what it is the title of."""
    text = post["text"]
    used = {column.header for name, column in post.items() if name != "text"}
    free = [c for c in columns if c.header not in used and c is not text]
    if text.words.means("title") < 0.7:
        title = next((c for c in free if c.fit("title", ("", "post")) >= 0.7), None)
        return rule if title is None else replace(rule, column=title.header, others=(text.header,), join="\n")
    body = next(
        (c for c in free if max(c.fit("text", ("", "post")), c.fit("bio", ("", "post"))) >= 0.7), None
    )
    return rule if body is None else replace(rule, others=(body.header,), join="\n")


def _tells_posts(ids: SourceColumn) -> bool:
    profile = ids.profile
    return profile.share("cut id") <= 0.01 and (profile.unique > 0.9 or ids.words.means("post_id") >= 0.9)


def _digest(
    post: dict[str, SourceColumn], author: _Who | None, columns: Sequence[SourceColumn]
) -> tuple[str, ...]:
    """What tells posts apart that bring no id: their address, else author, time and text."""
    url = post.get("url")
    if url is not None and url.profile.unique > 0.98 and url.profile.filled > 0.98:
        return (url.header,)
    parts = [author.column] if author else []
    parts += [post[name] for name in ("created_at", "text", "url") if name in post]
    return tuple(column.header for column in parts)


def _ties(columns: Sequence[SourceColumn]) -> _Role | None:
    tie = _fill(roles.FOLLOW, columns)
    source, target = tie.columns.get("source"), tie.columns.get("target")
    if source is None or target is None or _are_counts(source, target, columns):
        return None
    rules = [ColumnRule("follower_id", source.header), ColumnRule("followee_id", target.header)]
    rules += [
        _rule("follows", name, tie.columns[name]) for name in ("since", "weight") if name in tie.columns
    ]
    evidence = tie.evidence - _post_likeness(columns) - 0.8 * (source.profile.share("platform") > 0.5)
    fit = min(_slot_fit(roles.TIE[0], source), _slot_fit(roles.TIE[1], target))
    reason = f"one row for each tie, from {source.header} to {target.header}"
    return _Role(
        "follows", (TableRule("follows", tuple(rules)),), evidence + 1.0, min(1.0, 0.3 + fit), reason
    )


def _are_counts(source: SourceColumn, target: SourceColumn, columns: Sequence[SourceColumn]) -> bool:
    """``follower, following`` are ties where they name people, and counts where they are numbers beside a name."""
    pair = (source, target)
    counts = any(c.words.means("followers", "following") and c.profile.share("number") >= 0.5 for c in pair)
    return counts and _who([c for c in columns if c not in pair]) is not None


def _interactions(columns: Sequence[SourceColumn]) -> _Role | None:
    filled = _fill(roles.INTERACTION, columns)
    kind = filled.columns.get("kind")
    if {"actor_id", "target_id"} - set(filled.columns) or kind is None or not _tells(kind, interaction_kind):
        return None
    rules = tuple(_rule("interactions", target, column) for target, column in filled.columns.items())
    reason = f"one row for each reaction, its kind in {kind.header}"
    return _Role("interactions", (TableRule("interactions", rules),), filled.evidence + 1.0, 0.95, reason)


def _tells(column: SourceColumn, read: Callable[[str], str | None]) -> bool:
    """Half of the values or more are words that `read` knows."""
    known = set(known_values(column.values[:500]))
    return bool(known) and sum(read(value) is not None for value in known) >= 0.5 * len(known)


def _counts_by_day(columns: Sequence[SourceColumn]) -> _Role | None:
    filled = _fill(roles.SNAPSHOT, columns)
    who = _who([c for c in columns if c not in filled.columns.values()])
    if who is None or {"day", "followers"} - set(filled.columns) or who.column.profile.unique > 0.9:
        return None
    rules = [_rule("snapshots", target, column) for target, column in filled.columns.items()]
    rules.append(
        ColumnRule("account_id", who.column.header, platform=who.platform.header if who.platform else None)
    )
    evidence = filled.evidence + 1.0 + who.fit - 2 * _post_likeness(columns)
    return _Role(
        "snapshots",
        (TableRule("snapshots", tuple(rules)),),
        evidence,
        0.95,
        "one row for each account and day",
    )


def _outcomes(columns: Sequence[SourceColumn]) -> _Role | None:
    filled = _fill(roles.OUTCOME, columns)
    who = _who([c for c in columns if c not in filled.columns.values()], (*IDENTITY[:4], "name"))
    results = {"cost", "signups", "orders", "revenue", "clicks", "impressions", "engagements"} & set(
        filled.columns
    )
    if who is None or not results or {"campaign", "day"} - set(filled.columns):
        return None
    rules = [_rule("outcomes", target, column) for target, column in filled.columns.items()]
    rules.append(
        ColumnRule("account_id", who.column.header, platform=who.platform.header if who.platform else None)
    )
    return _Role(
        "outcomes",
        (TableRule("outcomes", tuple(rules)),),
        filled.evidence + 1.0,
        0.9,
        "results of a campaign by account and day",
    )


def _customers(columns: Sequence[SourceColumn]) -> _Role | None:
    filled = _fill(roles.CUSTOMER, columns)
    named = filled.columns.get("customer_id")
    if named is None or not named.words.means("customer_id") or named.profile.unique < 0.9:
        return None
    rules = [_rule("customers", target, column) for target, column in filled.columns.items()]
    who = _who([c for c in columns if c not in filled.columns.values()], IDENTITY[:3])
    if who is not None:
        rules.append(
            ColumnRule(
                "account_id", who.column.header, platform=who.platform.header if who.platform else None
            )
        )
    return _Role(
        "customers",
        (TableRule("customers", tuple(rules)),),
        filled.evidence + 0.5,
        0.95,
        "one row for each customer",
    )


def _orders(columns: Sequence[SourceColumn]) -> _Role | None:
    filled = _fill(roles.ORDER, columns)
    if {"order_id", "customer_id"} - set(filled.columns):
        return None
    if not (
        filled.columns["order_id"].words.means("order_id")
        or filled.columns["customer_id"].words.means("customer_id")
    ):
        return None
    rules = tuple(_rule("orders", target, column) for target, column in filled.columns.items())
    return _Role("orders", (TableRule("orders", rules),), filled.evidence, 0.95, "one row for each order")


ROLES = (_accounts, _posts, _ties, _interactions, _counts_by_day, _outcomes, _customers, _orders)


def _file_prior(name: str) -> dict[str, float]:
    words = set(words_of(name))
    return {role: 0.8 for role, telling in roles.FILE_WORDS.items() if words & set(telling)}


# --- how the values of a column are to be read


def _rule(table: str, target: str, column: SourceColumn) -> ColumnRule:
    """The rule of one column, with the habits that all its values show."""
    kind = table_of(table).column(target)
    rule = ColumnRule(target, column.header)
    values = column.known
    if kind.type in (Type.TIME, Type.DAY):
        return replace(rule, parse=date_order(values))
    if kind.type in (Type.INTEGER, Type.REAL):
        comma = decimal_habit(values, whole=kind.type is Type.INTEGER, hint=column.comma_hint)
        percent = kind.unit == "share" and kind.maximum == 1 and _in_percent(column, values)
        return replace(
            rule,
            parse={True: "decimal_comma", False: "number"}.get(comma) if comma is not None else None,
            scale=0.01 if percent else column.words.factor,
        )
    return rule


def _in_percent(column: SourceColumn, values: list[str]) -> bool:
    """A rate is written in percent: its header says so, or values over 1 without a sign are the rule."""
    if column.words.percent:
        return True
    bare = [n for value in values if "%" not in value and (n := read_number(value, "," in value)) is not None]
    return bool(bare) and max(bare) > 1


# --- files named after their table


def _by_contract(name: str, columns: Sequence[SourceColumn], told: Mapping[str, str]) -> TableRule | None:
    """The columns told, and those that bear the names of the table's own; None where one that it needs does not."""
    table = table_of(name)
    plain = {
        plain_header(column.header): column
        for column in reversed(columns)
        if column.header not in told.values()
    }
    plain |= {
        target: column for target, header in told.items() for column in columns if column.header == header
    }
    ours = {column.name for column in PROVENANCE} <= set(
        plain
    )  # an export of this product; else any list's `source`
    found = [c.name for c in table.all_columns if c.name in plain and (ours or c.name != "source")]
    if missing_columns(table, set(found)) or any(_is_cut(plain[name]) for name in found):
        return None
    rules = tuple(_rule(name, target, plain[target]) for target in found)
    platform = (
        None
        if "platform" in found
        else _platform_column([c for c in columns if c.header not in {plain[name].header for name in found}])
    )
    if platform is not None and name != "accounts":
        rules = tuple(replace(r, platform=platform.header) if r.target in ID_COLUMNS else r for r in rules)
    return TableRule(name, rules)


def _is_cut(column: SourceColumn) -> bool:
    is_id = column.words.means("id", "post_id", "account_id", "customer_id", "order_id", "reply_to") >= 0.8
    return is_id and column.profile.share("cut id") > 0.01


def _completed(
    source_name: str, columns: Sequence[SourceColumn], named: TableRule, guessed: _Role | None
) -> Guess:
    """What the contract's own names say, and what else the columns left over tell."""
    used, filled = set(named.headers), {rule.target for rule in named.columns}
    more: tuple[ColumnRule, ...] = ()
    companions: tuple[TableRule, ...] = ()
    if guessed is not None:
        first, *rest = guessed.rules
        more = tuple(
            r for r in first.columns if r.target not in filled | {"handle"} and not used & set(r.headers)
        )
        companions = tuple(rule for rule in rest if _brings_news(rule, used))
    rules = (replace(named, columns=(*named.columns, *more)), *companions)
    told = all(rule.target == rule.column for rule in named.columns) and source_name == named.table
    return Guess(rules, 1.0, "by their names", told and not more and not companions, tuple(columns))


def _brings_news(rule: TableRule, used: set[str]) -> bool:
    told = {
        header
        for column in rule.columns
        for header in column.columns
        if column.target not in ("account_id", "handle", "platform")
    }
    return bool(told - used)


def _no_table(columns: Sequence[SourceColumn], named: str | None, where: str) -> MappingError:
    plain = {plain_header(column.header) for column in columns}
    understood = [
        f"{column.header}: {column.words.readings[0].meaning.replace('_', ' ')}"
        for column in columns
        if column.words.readings
    ]
    cut = [column for column in columns if _is_cut(column)]
    if cut:
        note = CUT.format(cut[0].header, cut[0].profile.examples[0])
        return MappingError("this file does not tell whose its rows are", where=where, seen=note.partition(";")[0],
                            hint=note.partition("; ")[2])  # fmt: skip
    return MappingError(
        "the columns of this file do not make a table",
        where=where,
        seen=", ".join(column.header for column in columns),
        expected=(
            f"for {named}: {', '.join(missing_columns(table_of(named), plain))}" if named else ANY_TABLE
        )
        + (f"; understood were {', '.join(understood[:6])}" if understood else ""),
        hint="say what they are with --column handle=HEADER or --map FILE.toml; see `influence columns FILE`",
    )
