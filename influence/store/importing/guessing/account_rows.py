"""Rows that are accounts, and what else their columns tell of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from influence.recognition.headers import words_of
from influence.recognition.numbers import read_number
from influence.recognition.values import known_values
from influence.store.importing.guessing import wanted
from influence.store.importing.guessing.column import SourceColumn, tells
from influence.store.importing.guessing.filling import Filled, TableReading, fill, rule_of
from influence.store.importing.guessing.identity import (
    Who,
    _key_sureness,
    _name_parts,
    _number_beside,
    _repeats,
    _uniqueness,
    who_of,
)
from influence.store.importing.mapping import ColumnRule, TableRule
from influence.store.importing.named_codes import country_code
from influence.store.people.handles import WEB, plain_name

BLOG = frozenset(("blog", "url", "link", "address", "domain", "website"))
"""Words of a column with the address of a blog."""


def accounts_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    who = who_of(columns, own=True)
    by_platform = platform_identities(columns)
    if len(by_platform) < 2 and who is None:
        return None
    if len(by_platform) < 2 and (who is None or who.meaning in ("account", "name")):
        by_platform = _addresses(columns) or by_platform
    if len(by_platform) >= 2:
        return _channels(columns, by_platform)
    assert who is not None
    taken = who.taken
    facts = fill(
        (*wanted.SLOTS["facts"], *wanted.SLOTS["averages"], *wanted.SLOTS["contact"][:1]), columns, taken
    )
    evidence = 1.5 * who.fit + facts.evidence + _uniqueness(who.column.profile)
    evidence -= post_likeness(columns)
    rules = account_rules(who, columns)
    shared = ", which many rows share" if _repeats(who) else ""
    reason = f"one row for each account ({who.column.header}{shared})"
    key = 0.3 if _are_things(who, facts, columns) else _key_sureness(who)
    return TableReading("accounts", rules, evidence, key, reason)


def _are_things(who: Who, facts: Filled, columns: Sequence[SourceColumn]) -> bool:
    """Names of several words beside figures that are told of nobody (`Oat flour, 2.50, 40`) are no people's."""
    if who.meaning != "name" or who.column.told or who.platform or who.column.profile.share("handle") > 0.5:
        return False
    others = [c for c in columns if c is not who.column]
    figures = [c for c in others if c.profile.share("number") > 0.9]
    about = {"name", "url", "language", "kind", "category"}
    return len(figures) >= 2 and not set(facts.columns) - about and not _name_parts(columns)


def post_likeness(columns: Sequence[SourceColumn]) -> float:
    """How much speaks for rows that are posts, whatever else they hold."""
    filled = fill(wanted.SLOTS["post"], columns)
    text = filled.columns.get("text")
    unnamed = text is not None and not text.words.readings and text.profile.is_text
    has_text = text is not None and (unnamed or text.words.means("text") >= 0.6)
    return (1.0 if has_text else 0.0) + (1.0 if has_text and "created_at" in filled.columns else 0.0)


def account_rules(
    who: Who, columns: Sequence[SourceColumn], *, distinct: bool = False
) -> tuple[TableRule, ...]:
    """What the rows say about accounts: themselves, their averages and their addresses."""
    taken = who.taken
    accounts = [who.rule("handle")]
    if who.platform is not None:
        accounts.append(ColumnRule("platform", who.platform.header))
    if (number := _number_beside(who, columns)) is not None:
        accounts.append(ColumnRule("account_id", number.header))
        taken.append(number)
    filled = _placed(fill(wanted.SLOTS["facts"], columns, taken).columns)
    if _name_parts(columns) and "name" in filled and filled["name"].words.means("name") < 1:
        del filled["name"]
    if "name" not in filled and not _name_parts(columns):
        named = who.meaning == "name" or who.column.profile.words > 1.2
        title = _title_beside(who, columns) or (who.column if named else None)
        filled |= {"name": title} if title else {}
    accounts += [
        _named_plainly(rule_of("accounts", target, column), column) for target, column in filled.items()
    ]
    accounts += _derived(filled, columns)
    if "bio" in filled and len(_words_about(filled, columns)) > 1:
        accounts = [rule for rule in accounts if rule.target != "bio" or rule.others]
    rules = [TableRule("accounts", tuple(accounts), platform=_platform_of(who), distinct=distinct)]
    used = [*taken, *filled.values()]
    rules += _companions(who, columns, used)
    down = (who.platform.header,) if who.platform is not None and _covers_rows(who.platform) else ()
    return tuple(replace(rule, down=down) for rule in rules)


def _covers_rows(column: SourceColumn) -> bool:
    """Each value stands once, over the empty cells that a merged cell covered before it was saved as CSV."""
    if column.profile.unique < 1 or column.profile.filled == 1:
        return False
    told = [known_values([value]) for value in column.values]
    heads = [place for place, value in enumerate(told) if value]
    return 0 < len(heads) < len(told) and heads[0] == 0


def _platform_of(who: Who) -> str | None:
    """What the header says of the platform; ``anna@server`` in a list without a header is Mastodon's way."""
    if who.column.profile.share("e-mail") > 0.9:
        return "mastodon"
    share = who.column.profile.share
    of_sites = BLOG & set(words_of(who.column.header)) and share("host") + share("address") > 0.9
    return who.network or (WEB if of_sites and share("profile address") < 0.1 and not who.platform else None)


def _title_beside(who: Who, columns: Sequence[SourceColumn]) -> SourceColumn | None:
    """``Blog, URL``: where the address tells who it is, the column that says "account" holds its title."""
    others = [c for c in columns if c not in who.taken and not c.words.platform]
    return next((c for c in others if c.fit("account", wanted.ANYONE) >= 0.7 or _holds_names(c)), None)


def _placed(filled: dict[str, SourceColumn]) -> dict[str, SourceColumn]:
    """A column of places or regions whose values are countries holds countries."""
    region, city = filled.get("region"), filled.get("city")
    if region and "country" not in filled and tells(region, lambda v: _country(v) if len(v) == 2 else None):
        filled = {"country" if name == "region" else name: c for name, c in filled.items()}
    located = city and city.words.means("location") and not city.words.means("city")
    if not city or not located or not tells(city, _country):
        return filled
    return {name: c for name, c in ({"country": city} | filled).items() if name != "city"}


def _country(value: str) -> str | None:
    return None if "," in value else country_code(value)


def _holds_names(column: SourceColumn) -> bool:
    """A column that is called after handles and holds names of people: the two headers were exchanged."""
    share = column.profile.share
    return (
        column.words.means("handle") >= 0.7 and column.profile.words >= 1.5 and share("name (@handle)") < 0.5
    )


def _named_plainly(rule: ColumnRule, column: SourceColumn) -> ColumnRule:
    """A name bears neither the number in the list nor the handle that may stand beside it."""
    told = [plain_name(value) != value for value in column.known[:500]] if rule.target == "name" else []
    return replace(rule, parse="name") if told and sum(told) >= 0.8 * len(told) else rule


def _words_about(filled: Mapping[str, SourceColumn], columns: Sequence[SourceColumn]) -> list[str]:
    """Headers of what is said about the account in words: its bio, and every column of categories or topics."""
    topics = [c for c in columns if c.fit("category", ("", "author", "post")) >= 0.6]
    told = [filled["bio"]] if "bio" in filled else []
    return [str(rule_of("accounts", "bio", c).column) for c in (*told, *(c for c in topics if c not in told))]


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


def _companions(
    who: Who, columns: Sequence[SourceColumn], used: Sequence[SourceColumn]
) -> Iterator[TableRule]:
    key = who.rule("account_id")
    for table, slots, telling in (
        ("metrics", wanted.SLOTS["averages"], 8),
        ("contacts", wanted.SLOTS["contact"], 1),
    ):
        filled = fill(slots, columns, used).columns
        names = [slot.target for slot in slots[:telling]]
        if not set(names) & set(filled):
            continue
        rules = [key, *(rule_of(table, target, column) for target, column in filled.items())]
        if table == "metrics":
            rules = [_checked_rate(rule, filled, columns) for rule in rules]
        window = next((c.words.window_days for c in filled.values() if c.words.window_days), None)
        if window and "window_days" not in filled and table == "metrics":
            rules.append(ColumnRule("window_days", constant=str(window)))
        only = tuple(filled[name].header for name in names if name in filled)
        needs = () if who.others else (who.column.header,)
        yield TableRule(table, tuple(rules), platform=who.network, only_with=only, needs=needs)


def _checked_rate(
    rule: ColumnRule, averages: Mapping[str, SourceColumn], columns: Sequence[SourceColumn]
) -> ColumnRule:
    """A rate of 1 or less may still be in percent: likes and comments a post over followers tell."""
    followers = max(columns, key=lambda c: c.fit("followers", wanted.ANYONE), default=None)
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


def platform_identities(columns: Sequence[SourceColumn]) -> dict[str, SourceColumn]:
    """Platform -> the column with its handles or addresses: ``Instagram``, ``TikTok link``, ``Blog`` ..."""
    found: dict[str, SourceColumn] = {}
    blog = next(
        (c for c in columns if set(words_of(c.header)) <= BLOG and "blog" in words_of(c.header)), None
    )
    for column in columns:
        platform = column.words.platform
        if platform is None or platform in found or not column.profile.n:
            continue
        if max(
            column.fit(meaning, wanted.ANYONE) for meaning in ("account", "handle", "profile_url", "url")
        ) >= 0.5 and (column.profile.share("number") < 0.5):
            found[platform] = column
    if blog is not None and found and blog.profile.share("address") + blog.profile.share("host") > 0.8:
        found[WEB] = blog
    return found


def _addresses(columns: Sequence[SourceColumn]) -> dict[str, SourceColumn]:
    """Header -> column, of two or more columns with addresses of profiles: ``Channel 1``, ``Channel 2``."""
    found = {c.header: c for c in columns if c.profile.share("profile address") >= 0.8}
    return found if len(found) > 1 else {}


def _channels(columns: Sequence[SourceColumn], by_platform: dict[str, SourceColumn]) -> TableReading:
    """A person a row, a platform a column: an account for each."""
    rules: list[TableRule] = []
    for platform, column in by_platform.items():
        own = [c for c in columns if c.words.platform in (None, platform) and c not in by_platform.values()]
        about = account_rules(Who(column, "handle", 1.0), own)
        named = platform if column.words.platform or platform == WEB else None
        rules += [replace(rule, platform=named, needs=(column.header,)) for rule in about]
    reason = "one row for each person, with a column for each of " + ", ".join(by_platform)
    return TableReading("accounts", tuple(rules), 4.0 - post_likeness(columns), 0.95, reason)
