"""Which column tells the account of a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from influence.recognition.headers import plain_header, words_of
from influence.recognition.values import ColumnProfile, known_values
from influence.schema import ID_COLUMNS
from influence.store.importing.guessing import wanted
from influence.store.importing.guessing.column import SourceColumn
from influence.store.importing.mapping import ColumnRule

IDENTITY = ("handle", "account", "profile_url", "account_id", "url", "id", "name")
"""Meanings that tell an account, best first."""


LEAST_TELLING, LEAST_SURE_OF = 0.3, 0.45
"""Below the first a column tells no author; below the second first and last name tell better who an account is."""


@dataclass(frozen=True)
class Who:
    """The column that tells the account of a row, and those beside it."""

    column: SourceColumn
    meaning: str
    fit: float
    platform: SourceColumn | None = None
    others: tuple[SourceColumn, ...] = ()
    """Columns that tell the account of a row in which `column` is empty."""
    parts: tuple[str, ...] = ()
    """First and last name, where nothing else tells who it is."""

    @property
    def network(self) -> str | None:
        """The network that the header names, or that numbers its accounts as the values do."""
        share = self.column.profile.share
        return self.column.words.platform or ("youtube" if share("YouTube channel") > 0.9 else None)

    def rule(self, target: str) -> ColumnRule:
        """What fills an id of this account."""
        if self.parts:
            return ColumnRule(target, self.parts[0], others=self.parts[1:], join=" ")
        others = tuple(column.header for column in self.others)
        platform = self.platform.header if self.platform and target in ID_COLUMNS else None
        return ColumnRule(target, self.column.header, others=others, platform=platform)

    @property
    def taken(self) -> list[SourceColumn]:
        """The columns that say nothing further: an address that tells the platform is still an address."""
        if self.platform is None or self.platform.words.means("profile_url", "url"):
            return [self.column]
        return [self.column, self.platform]


def platform_column(columns: Sequence[SourceColumn]) -> SourceColumn | None:
    found = max(columns, key=lambda c: c.fit("platform"), default=None)
    if found is not None and found.fit("platform") >= 0.2:
        return found
    told = (c for c in columns if c.profile.share("platform") >= 0.9)
    return next((c for c in told if {v.lower() for v in c.known} != {"x"}), None)  # mere ticks


def who_of(
    columns: Sequence[SourceColumn], meanings: Sequence[str] = IDENTITY, own: bool = False
) -> Who | None:
    """The account of a row: the surest of handle, address, id and name."""
    platform = platform_column(columns)
    best: Who | None = None
    for place, meaning in enumerate(meanings):
        for column in columns:
            if platform is column or (
                meaning in ("name", "url", "id") and column.words.means("post_id", "permalink")
            ):
                continue
            fit = column.fit(meaning, wanted.ANYONE) * _identity_weight(meaning, column, own)
            if fit > 0 and (best is None or fit - 0.06 * place > best.fit):
                best = Who(column, meaning, fit - 0.06 * place, platform)
    if best is not None and best.meaning == "name" and (node := _node_id(best.column, columns)):
        best = replace(best, column=node, meaning="id")
    if best is not None and best.meaning == "account_id" and own and _counts_rows(best.column):
        given = (c for c in columns if c.fit("id", wanted.ANYONE) >= 0.9 and c.profile.share("id") > 0.9)
        best = next((replace(best, column=c, meaning="id") for c in given if c.profile.unique > 0.98), best)
    if own:
        best = _by_names(best, columns, platform)
    if best is not None and platform is None:
        beside = _addresses_beside(best, columns)
        best = _by_their_address(best, beside) or replace(best, platform=beside)
    if best is None or not own or best.parts:
        return best
    return replace(best, others=_instead(best, columns))


def _by_names(best: Who | None, columns: Sequence[SourceColumn], platform: SourceColumn | None) -> Who | None:
    """Where no column tells much: people by first and last name, under their number in the list if they have one."""
    parts = _name_parts(columns)
    if len(parts) < 2 or (best is not None and best.fit >= LEAST_SURE_OF):
        return best
    if best is not None and best.meaning == "id" and best.column.profile.unique > 0.98:
        return replace(best, fit=0.6)
    last = next(column for column in columns if column.header == parts[1])
    return Who(last, "name", 0.7, platform, parts=parts)


def _node_id(label: SourceColumn, columns: Sequence[SourceColumn]) -> SourceColumn | None:
    """``Id, Label``: so tools for graphs write nodes, which the ties name by their id."""
    if plain_header(label.header) != "label":
        return None
    return next((c for c in columns if plain_header(c.header) == "id" and c.profile.unique == 1), None)


def _instead(who: Who, columns: Sequence[SourceColumn]) -> tuple[SourceColumn, ...]:
    """Where handles are missing, an address of a profile or else a name tells the account."""
    if who.column.profile.filled > 0.98 or who.column.profile.n < 1 or who.meaning == "name":
        return ()
    empty = [at for at, value in enumerate(who.column.values) if not known_values([value])]
    found = []
    for meaning in ("handle", "profile_url", "url", "name"):
        others = (c for c in columns if c is not who.column and c not in found)
        fits = [c for c in others if c.fit(meaning, wanted.ANYONE) >= 0.7]
        found += [c for c in fits if known_values([c.values[at] for at in empty])][:1]
    return tuple(found)


def _addresses_beside(who: Who, columns: Sequence[SourceColumn]) -> SourceColumn | None:
    """Addresses of profiles beside bare handles: they tell on which platform each is."""
    share = who.column.profile.share
    if who.column.words.platform or max(share("address"), share("host"), share("platform:handle")) > 0.2:
        return None
    beside = (c for c in columns if c is not who.column and c.words.means("profile_url", "url"))
    return next((c for c in beside if c.profile.share("profile address") >= 0.9), None)


def _by_their_address(who: Who, beside: SourceColumn | None) -> Who | None:
    """``Amy, https://instagram.com/oven_amy``: a name that is not in the address is no handle."""
    if beside is None or beside.profile.filled < 1 or who.meaning not in ("account", "name"):
        return None
    pairs = zip(who.column.values, beside.values, strict=True)
    held = sum(_last(name or "") == _last(re.sub(r"[?#].*", "", address or "")) for name, address in pairs)
    return Who(beside, "profile_url", who.fit) if held < 0.5 * len(beside.values) else None


def _last(text: str) -> str:
    return text.strip().lower().rstrip("/").rpartition("/")[2].lstrip("@")


def _identity_weight(meaning: str, column: SourceColumn, own: bool) -> float:
    """Row numbers and shared ids tell nobody; an address of an own site tells a blog."""
    profile = column.profile
    if profile.share("cut id") > 0.1 or profile.share("short address") > 0.2:
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


def _uniqueness(profile: ColumnProfile) -> float:
    if profile.n < 2:
        return 0.4
    return 0.8 if profile.unique > 0.95 else -1.5 if profile.unique < 0.7 else 0.0


def _key_sureness(who: Who) -> float:
    return 0.3 if _repeats(who) or _of_things(who) else min(1.0, 0.35 + who.fit)


def _of_things(who: Who) -> bool:
    """A `label` of several words (`Oat loaf`) and nothing else that tells an account: it may name anything."""
    named = who.meaning == "name" and plain_header(who.column.header) == "label"
    return named and not who.column.told and who.platform is None and who.column.profile.share("handle") < 0.5


def _repeats(who: Who) -> bool:
    """Names that many rows share (`Anna`, `Anna`) tell nobody apart: their rows would fall into one account."""
    profile = who.column.profile
    return who.meaning == "name" and not who.column.told and profile.n >= 10 and profile.unique < 0.7


def _name_parts(columns: Sequence[SourceColumn]) -> tuple[str, ...]:
    """First and last name, where a list keeps them apart."""
    fits = [[(c.fit(meaning), c) for c in columns] for meaning in ("first_name", "last_name")]
    best = [max(fit, key=itemgetter(0)) for fit in fits if fit]
    return tuple(column.header for fit, column in best if fit >= 0.7)


def _number_beside(who: Who, columns: Sequence[SourceColumn]) -> SourceColumn | None:
    """The platform's own number of the account, or the list's, beside its handle: other files may know it by that.

    Numbers that merely count rows are names of accounts within one import and no longer (`Aliases.lasting`).
    """
    if who.meaning in ("account_id", "id"):
        return None
    for meaning, scopes in (("account_id", wanted.ANYONE), ("id", ("author",)), ("id", ("",))):
        for column in columns:
            profile, own = column.profile, scopes == ("",) or meaning == "account_id"
            if column is who.column or column.fit(meaning, scopes) < 0.9 or profile.share("cut id") > 0.1:
                continue
            if not _one_each(who.column, column):
                continue
            joins = "id" in words_of(column.header) and profile.filled == 1 and who.column.profile.filled == 1
            given = profile.share("id") > 0.9 or joins or not _counts_rows(column)
            if given and (not own or profile.unique > 0.98 or meaning == "account_id"):
                return column
    return None


def _one_each(names: SourceColumn, numbers: SourceColumn) -> bool:
    """Whether the rows of one name share one number: else it is that of the row, of a comment for one."""
    first: dict[str, str] = {}
    pairs = [(n.lower(), i) for n, i in zip(names.values, numbers.values, strict=True) if n and i]
    return sum(first.setdefault(name, number) != number for name, number in pairs) <= 0.05 * len(pairs)


def _counts_rows(column: SourceColumn) -> bool:
    """Small whole numbers, such as number the rows of a list."""
    known = column.known
    whole = [int(value) for value in known if value.isascii() and value.isdigit()]
    return len(whole) < len(known) or max(whole, default=0) <= 2 * len(known) + 10
