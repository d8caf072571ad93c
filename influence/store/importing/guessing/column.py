"""One column of a file: its header taken apart, what its values are, and how well it is a meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import chain

from influence.recognition.headers import HeaderWords, Reading, plain_header, read_header, words_of
from influence.recognition.numbers import decimal_habit, read_number
from influence.recognition.values import ColumnProfile, known_values, profile_of
from influence.store.importing.guessing import wanted
from influence.store.people.handles import MAIL_HOSTS
from influence.toml_files import shipped

SPECIAL = shipped("influence.store.importing.guessing", "special_categories.toml")
"""Headers of data about persons that Art. 9 GDPR protects; never imported unless a mapping names them."""


HANDLED = ("@handle", "platform:handle", "profile address", "name (@handle)")
"""Kinds of values that tell a handle, whatever the name of their column."""


POINTED_DAY = re.compile(r"[0-3]?\d\.[01]?\d\.(?:\d\d)?\d\d")
"""Where days are written so, numbers are written ``12.500,5``."""

CUT = (
    "the ids in column {!r} were cut by a spreadsheet ({}: the last digits are gone), so they are not used; export "
    "again and open the file as text (in Excel: Data > From Text/CSV, type Text for this column)"
)


@dataclass(frozen=True)
class SourceColumn:
    """One column of a file: its header taken apart, and what its values are."""

    header: str
    words: HeaderWords
    profile: ColumnProfile
    values: tuple[str | None, ...] = field(default=(), repr=False)
    comma_hint: bool = False
    """The rest of the file speaks for commas as decimal signs."""

    comma_sure: bool = False
    """Another column of the file writes ``1.234,5``, and none writes ``1,234.5``."""

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
        if self.words.percent and meaning in wanted.COUNTS and not self.told:
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
        if meaning == "account" and self.words.platform and self.profile.share("number") >= 0.9:
            return 0.0  # a network's name over numbers counts something there: nobody is called 1
        fit, profile = value_fit(meaning, self.profile), self.profile
        figures = meaning in wanted.NUMBERS | wanted.MOMENTS
        if fit or profile.n > 2 or profile.share("JSON") or profile.is_text or not figures:
            return fit
        return 0.0 if any(value_fit(r.meaning, self.profile) for r in self.words.readings) else 0.5


@cache
def special_category(header: str) -> str | None:
    """The protected category that a header names, or None."""
    plain, words = plain_header(header), set(words_of(header))
    names = {plain, plain.removeprefix("user_")}
    whole = (name for name, known in SPECIAL["headers"].items() if names & set(known))
    told = (name for name, known in SPECIAL["words"].items() if words & set(known) and len(words) <= 3)
    return next(chain(whole, told), None)


def source_columns(
    sample: Mapping[str, Sequence[str | None]], comma_hint: bool = False
) -> tuple[SourceColumn, ...]:
    """Look at the names and values of the columns of a file (header -> first values)."""
    columns = tuple(
        SourceColumn(header, read_header(header), profile_of(values), tuple(values), comma_hint)
        for header, values in sample.items()
        if not special_category(header)
    )
    numbers = (column for column in columns if column.profile.share("number") > 0.5)
    habits = [decimal_habit(column.known, whole=False) for column in numbers]
    counts = (column for column in columns if column.words.means(*wanted.COUNTS) >= 0.9)
    sure = True in habits and False not in habits
    hint = comma_hint or sure or any(decimal_habit(column.known, whole=True) for column in counts)
    hint = hint or any(
        POINTED_DAY.fullmatch(value) for column in columns for value in column.profile.examples
    )
    return tuple(replace(column, comma_hint=hint, comma_sure=sure) for column in columns)


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
    if any(value_fit(reading.meaning, column.profile) > 0.3 for reading in column.words.readings):
        return 0.0
    share, profile = column.profile.share, column.profile
    if profile.n < 2:
        return 0.0
    is_text = profile.words >= 5 and profile.unique > 0.5 and share("JSON") + share("address") < 0.5
    telling = {
        "profile_url": (share("profile address"), 0.7),
        "handle": (sum(map(share, HANDLED)), 0.7),
        "email": (share("e-mail"), 0.8),
        "date": (share("date"), 0.5),
        "text": (float(is_text and share("date") < 0.5), 0.6),
    }
    if re.fullmatch(r"column_\d+", column.header):
        telling |= {
            "url": (min(1.0, share("address") + share("host")), 0.6),
            "handle": (max(telling["handle"][0], _like_names(profile)), 0.7),
            "post_id": (share("id") * (profile.unique > 0.98 and share("whole number") > 0.9), 0.6),
        }
    found, weight = telling.get(meaning, (0.0, 0.0))
    return found * weight if found >= 0.8 else 0.0


def _like_names(profile: ColumnProfile) -> float:
    """Share of one-word names in a column that tells several apart."""
    share = profile.share
    if share("e-mail") > 0.9:
        at_mail_hosts = any(value.rpartition("@")[2] in MAIL_HOSTS for value in profile.examples)
        return 0.0 if at_mail_hosts else share("e-mail")
    words = share("handle") - max(share("whole number"), share("date"), share("id"), share("yes or no"))
    return words if profile.n_unique > 1 and profile.length > 2 else 0.0


def value_fit(meaning: str, profile: ColumnProfile) -> float:
    """Whether values can be of `meaning`, 0 to 1; a column without values says nothing against it."""
    if not profile.n:
        return 0.5
    share = profile.share
    if meaning in wanted.COUNTS and share("fraction") > 0.5:
        return 0.0
    if meaning in wanted.NUMBERS:
        return share("number") if share("number") >= 0.5 else 0.0
    if meaning in wanted.MOMENTS:
        found = max(share("date"), share("unix time"), share("spreadsheet day"))
        return found if found >= 0.5 else 0.0
    if meaning in wanted.FLAGS:
        return share("yes or no")
    if meaning == "email":
        return 1.0 if share("e-mail") >= 0.15 else 0.0
    if meaning == "platform":
        few = profile.words < 2 and profile.unique < 0.5 and (profile.n_unique < 3 or share("platform"))
        return 1.0 if share("platform") >= 0.5 else 0.2 if few else 0.0
    if meaning in wanted.ADDRESSES:
        found = share("address") + share("host")
        if meaning == "profile_url":
            found = max(found, share("profile address") + share("@handle"))
        return min(found, 1.0) if found >= 0.5 else 0.0
    return _word_fit(meaning, profile)


def _word_fit(meaning: str, profile: ColumnProfile) -> float:
    share = profile.share
    if meaning == "handle":
        telling = max(
            *map(share, ("handle", "@handle", "name (@handle)", "profile address", "host", "address"))
        )
        if telling >= 0.5:
            return telling
        return 0.5 if share("whole number") < 0.5 and profile.words <= 2.5 else 0.0
    if meaning in ("account_id", "post_id", "id", "customer_id", "order_id", "reply_to"):
        return 0.0 if profile.words > 1.5 or share("date") > 0.5 > share("whole number") else 1.0
    if meaning in ("account", "source", "target", "actor", "interacted_with"):
        if share("date") > 0.5 or share("e-mail") > 0.4 or (share("yes or no") > 0.9 > share("whole number")):
            return 0.0
        if meaning == "account" and profile.words > 1.2 and share("handle") < 0.9:
            return 0.7 if profile.words <= 5 else 0.0
        return 1.0 if profile.words <= 2.5 else 0.7 if profile.words <= 5 else 0.0
    if meaning in ("text", "title", "bio", "description", "name", "category", "notes"):
        if meaning == "category" and share("list of words") > 0.5:
            return 1.0
        if max(map(share, ("number", "date", "address", "JSON"))) > 0.8:
            return 0.0
        if meaning == "name" and share("e-mail") > 0.4:
            return 0.0
        if share("yes or no") == 1 and profile.length >= 3:
            return 0.0  # ``true`` and ``false``; a lone ``x`` may be anything
        return 0.4 if meaning == "name" and profile.words > 6 else 1.0
    if meaning in wanted.SHORT:
        addresses = share("profile address") + share("@handle") if meaning in wanted.PLACES else 0.0
        return 0.0 if profile.words > 6 or share("number") > 0.8 or addresses > 0.5 else 1.0
    return 1.0


def tells(column: SourceColumn, read: Callable[[str], str | None]) -> bool:
    """Half of the values or more are words that `read` knows."""
    known = set(known_values(column.values[:500]))
    return bool(known) and sum(read(value) is not None for value in known) >= 0.5 * len(known)


def is_cut(column: SourceColumn) -> bool:
    is_id = column.words.means("id", "post_id", "account_id", "customer_id", "order_id", "reply_to") >= 0.8
    return is_id and column.profile.share("cut id") > 0.01
