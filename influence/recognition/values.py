"""What the values of a column are: addresses, handles, dates, counts, e-mails, long texts, ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from influence.recognition.dates import ISO, parse_moment
from influence.recognition.headers import PLATFORMS
from influence.recognition.numbers import read_number

NOTHING = frozenset(
    ("", "null", "none", "nan", "na", "n/a", "-", "--", "\\n", "#n/a", "nat", "undefined", "unknown", "n.a.", "k.a.",
     "k. a.", "tbd", "tba", "?", "#ref!", "#value!", "#div/0!", "#name?", "[]", "{}")
)  # fmt: skip
"""Words for nothing known, in every column but those of accounts and long texts."""

EMAIL = re.compile(r"(?:mailto:)?[^\s@,;<>]+@[^\s@,;<>]+\.[a-z]{2,}", re.I)
URL = re.compile(
    r"(?:https?://|www\.)\S+|(?:[a-z0-9-]+\.)+(?:com|org|net|co|io|me|tv|de|fr|es|it|nl|pl|uk|blog|app|social|fm)/\S*",
    re.I,
)
HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z]{2,14}", re.I)
PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z]{1,3}\.|www\.|mobile\.)?(?:"
    r"(?:instagram|instagr|twitter|x|facebook|fb|threads|pinterest|twitch|snapchat|vk|tumblr|linktr)\.(?:com|am|net|tv|ee|[a-z]{2})"
    r"/(?!(?:p|reel|reels|tv|stories|explore|status|i|hashtag|share|watch|groups|events|pin)/)@?[^/?#\s]+"
    r"|tiktok\.com/@[^/?#\s]+|youtube\.com/(?:@|c/|channel/|user/)[^/?#\s]+|(?:t|telegram)\.me/[^/?#\s]+"
    r"|linkedin\.com/(?:in|company)/[^/?#\s]+|bsky\.app/profile/[^/?#\s]+|reddit\.com/(?:u|user)/[^/?#\s]+|[a-z0-9.-]+/@[^/?#\s]+)"
    r"/?(?:(?:about|videos|featured|shorts|reels|tagged)/?)?(?:[?#]\S*)?",
    re.I,
)  # fmt: skip
HANDLE = re.compile(r"@?[\w][\w.\-]{0,49}")
AT_HANDLE = re.compile(r"@[\w.\-]+(?:@[\w.\-]+)?")
PREFIXED = re.compile(r"[a-z][a-z0-9_]*:@?[^/@\s]\S*")
LONG_ID = re.compile(
    r"\d{8,}|[a-z0-9]{11}|[0-9a-f]{8}-[0-9a-f-]{20,}|[0-9a-f]{24,}|UC[\w-]{22}|did:\S+|t\d_\w+|\d+_\d+", re.I
)
CHANNEL_ID = re.compile(r"UC[\w-]{22}")
CUT_ID = re.compile(r"\d(?:[.,]\d+)?E\+?(?:1[0-9]|[2-9]\d)|\d{12,16}000+", re.I)
NAMED_HANDLE = re.compile(r".*\S\s.*(?<![\w.@/])@\w[\w.\-]*[)\]]?|@\w[\w.\-]*\s.+")
"""``Amy Oven (@oven_amy)``"""
SHORTENED = re.compile(
    r"(?:https?://)?(?:t\.co|bit\.ly|goo\.gl|ow\.ly|tinyurl\.com|buff\.ly|lnkd\.in|amzn\.to)/", re.I
)
WORDS_LISTED = re.compile(r"\[\s*(?:(?:\"[^\"{}\[\]]*\"|'[^'{}\[\]]*')\s*,?\s*)+\]")
FRACTION = re.compile(r"-?\d{1,3}\.\d{4,}(?:e-?\d+)?", re.I)
"""A measure; large numbers with such an end are counts with the noise of floats."""
TIME_OF_DAY = re.compile(r"[012]?\d:[0-5]\d(?::[0-5]\d)?(?:\.\d+)?\s*(?:[ap]\.?m\.?)?", re.I)
SERIAL = re.compile(r"[2-5]\d{4}(?:[.,]\d+)?")
"""Days as a spreadsheet counts them, of 1954 to 2064."""
BEYOND = re.compile(r"[-+]?\d{5,6}-\d\d-\d\d|-\d{4}-\d\d-\d\d|<value out of range: ")
"""Moments beyond every calendar, as Arrow writes them: wrong, but moments."""
UNIX = re.compile(r"[12]?\d{9}(?:\.\d+)?|1\d{12}")
ACCOUNTS = frozenset(("business", "company", "creator", "page", "profile", "group", "account"))
BOOLEANS = frozenset(
    (
        "true", "false", "yes", "no", "y", "n", "t", "f", "ja", "nein", "oui", "non", "si", "sim", "nao", "tak",
        "nie", "da", "nu", "evet", "hayir", "x"
    )
)  # fmt: skip


@dataclass(frozen=True)
class ColumnProfile:
    """Shares (0-1) of a column's known values that are of each kind; a value may be of several.

    Attributes
    ----------
    n : int
        Known values looked at.
    n_unique : int
    filled : float
        Share of rows with a known value.
    words : float
        Mean words a value.
    length : float
        Mean characters a value.
    """

    n: int = 0
    n_unique: int = 0
    filled: float = 0.0
    words: float = 0.0
    length: float = 0.0
    kinds: tuple[tuple[str, float], ...] = ()
    examples: tuple[str, ...] = ()

    def share(self, kind: str) -> float:
        """Share of the values of `kind`."""
        return dict(self.kinds).get(kind, 0.0)

    @property
    def unique(self) -> float:
        """Distinct values over known values."""
        return self.n_unique / self.n if self.n else 0.0

    @property
    def is_text(self) -> bool:
        """Sentences rather than names, numbers or codes."""
        return self.words >= 4 or (self.length >= 40 and self.share("url") < 0.5 and self.words >= 2)

    def in_words(self) -> str:
        """What the values are, for people."""
        if not self.n:
            return "empty"
        best = max(
            self.kinds, key=lambda kind: (round(kind[1], 2), -KINDS_IN_ORDER.index(kind[0])), default=None
        )
        if best is None or best[1] < 0.6:
            return "long text" if self.is_text else "words"
        return best[0] if best[1] > 0.95 else f"mostly {best[0]}"


def known_values(values: Sequence[str | None]) -> list[str]:
    """Values trimmed, without those that say nothing."""
    stripped = (value.strip() for value in values if value is not None)
    return [value for value in stripped if value.lower() not in NOTHING]


def profile_of(values: Sequence[str | None], limit: int = 400) -> ColumnProfile:
    """Look at the values of a column (up to `limit` distinct ones for what they are)."""
    known = known_values(values)
    if not known:
        return ColumnProfile()
    distinct = list(dict.fromkeys(known))
    step = max(1, len(distinct) // limit)
    looked = distinct[::step][:limit]
    shares = {name: sum(map(test, looked)) / len(looked) for name, test in KINDS.items()}
    return ColumnProfile(
        n=len(known),
        n_unique=len(distinct),
        filled=len(known) / max(len(values), 1),
        words=sum(len(value.split()) for value in looked) / len(looked),
        length=sum(map(len, looked)) / len(looked),
        kinds=tuple((name, share) for name, share in shares.items() if share),
        examples=tuple(distinct[:3]),
    )


def is_date(value: str) -> bool:
    """A date in any form, also where day and month could be swapped."""
    if re.match(ISO, value) or BEYOND.match(value):
        return True
    if not 6 <= len(value) <= 60 or not any(map(str.isdigit, value)):
        return False
    return any(parse_moment(value, order) is not None for order in ("dmy", "mdy"))


def is_number(value: str) -> bool:
    """A number in any form."""
    return read_number(value, False) is not None


def is_email(value: str) -> bool:
    """An e-mail address, or a text that holds one."""
    if EMAIL.fullmatch(value):
        return True
    return "@" in value and any(EMAIL.fullmatch(part) for part in re.split(r"[\s,;<>]+", value))


def is_handle(value: str) -> bool:
    """One word such as platforms take for a name, with or without ``@``."""
    if AT_HANDLE.fullmatch(value):
        return True
    return bool(HANDLE.fullmatch(value)) and not value.replace(".", "").isdigit()


def is_platform(value: str) -> bool:
    """The name of a network, alone or before a kind of account (``INSTAGRAM_BUSINESS``)."""
    first, *others = value.lower().replace("_", " ").split() or [""]
    return first in PLATFORMS and ACCOUNTS.issuperset(others)


KINDS: dict[str, Callable[[str], bool]] = {
    "e-mail": is_email,
    "profile address": lambda v: bool(PROFILE.fullmatch(v)),
    "address": lambda v: bool(URL.fullmatch(v)) or bool(PROFILE.fullmatch(v)),
    "host": lambda v: bool(HOST.fullmatch(v)),
    "percentage": lambda v: "%" in (v[0], v[-1]) and is_number(v),
    "number": is_number,
    "fraction": lambda v: bool(FRACTION.fullmatch(v)),
    "whole number": lambda v: v.isascii() and v.isdigit(),
    "date": is_date,
    "name (@handle)": lambda v: len(v) <= 80 and v.count("@") == 1 and bool(NAMED_HANDLE.fullmatch(v)),
    "time of day": lambda v: bool(TIME_OF_DAY.fullmatch(v)),
    "spreadsheet day": lambda v: bool(SERIAL.fullmatch(v)),
    "unix time": lambda v: bool(UNIX.fullmatch(v)),
    "cut id": lambda v: bool(CUT_ID.fullmatch(v)),
    "handle": is_handle,
    "@handle": lambda v: bool(AT_HANDLE.fullmatch(v)),
    "platform:handle": lambda v: bool(PREFIXED.fullmatch(v)),
    "YouTube channel": lambda v: bool(CHANNEL_ID.fullmatch(v)),
    "id": lambda v: bool(LONG_ID.fullmatch(v)),
    "platform": is_platform,
    "yes or no": lambda v: v.lower() in BOOLEANS or v in ("0", "1"),
    "short address": lambda v: bool(SHORTENED.match(v)),
    "list of words": lambda v: bool(WORDS_LISTED.fullmatch(v)),
    "JSON": lambda v: v[0] in "[{" and v[-1] in "]}",
}
KINDS_IN_ORDER = tuple(KINDS)
