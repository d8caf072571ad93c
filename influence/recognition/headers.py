"""What the name of a column says: its meaning, whose it is, and how its values are measured."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from itertools import product

from influence.toml_files import shipped

PLATFORMS = {
    "instagram": "instagram", "ig": "instagram", "insta": "instagram", "tiktok": "tiktok", "tt": "tiktok",
    "youtube": "youtube", "yt": "youtube", "twitter": "twitter", "x": "twitter", "facebook": "facebook",
    "fb": "facebook", "linkedin": "linkedin", "pinterest": "pinterest", "twitch": "twitch", "snapchat": "snapchat",
    "threads": "threads", "bluesky": "bluesky", "bsky": "bluesky", "mastodon": "mastodon", "telegram": "telegram",
    "reddit": "reddit", "tumblr": "tumblr", "substack": "substack", "medium": "medium", "vk": "vk",
}  # fmt: skip
"""Words for a platform in headers and cells."""

SPOKEN = {
    "tweets": "twitter", "tweet": "twitter", "retweets": "twitter", "toots": "mastodon", "subreddits": "reddit",
    "subreddit": "reddit", "skeets": "bluesky",
}  # fmt: skip
"""Words that are said of one platform only, in titles, names of files and headers."""

PEOPLE = {
    "youtuber": "youtube", "youtubers": "youtube", "instagrammer": "instagram", "instagrammers": "instagram",
    "tiktoker": "tiktok", "tiktokers": "tiktok", "redditor": "reddit", "redditors": "reddit",
}  # fmt: skip
"""Words for those who write on one platform, in headers too."""

FACTORS = {
    "k": 1e3, "000": 1e3, "000s": 1e3, "thousand": 1e3, "thousands": 1e3, "tsd": 1e3, "tausend": 1e3, "tys": 1e3,
    "m": 1e6, "mio": 1e6, "mn": 1e6, "mln": 1e6, "million": 1e6, "millions": 1e6, "millionen": 1e6, "millones": 1e6,
    "milhoes": 1e6, "miliony": 1e6, "milioane": 1e6, "milyon": 1e6,
}  # fmt: skip
DAYS = {"d": 1, "day": 1, "days": 1, "tage": 1, "jours": 1, "dias": 1, "week": 7, "weeks": 7, "wk": 7, "month": 30,
        "months": 30, "monate": 30, "mois": 30, "meses": 30, "mesi": 30, "year": 365, "years": 365}  # fmt: skip
AVERAGED = ("likes", "comments", "shares", "views", "interactions", "saves", "engagement_rate")
"""What a mean per post is told of."""

SCOPES = ("", "scopes_author", "scopes_post", "scopes_other")
"""Words that say whose a column is, of which one kind is taken off a name."""

ALTERNATIVES = r"\s*(?:[/|()\[\]]|\bor\b|\boder\b|\bou\b)\s*"
"""Between two names of one column: ``Link / handle``, ``Reichweite (Follower)``."""

FOLDED = str.maketrans({"ı": "i", "ł": "l", "ß": "ss", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True)
class Reading:
    """One way to understand a header.

    Attributes
    ----------
    meaning : str
        A key of ``vocabulary.toml``.
    strength : float
        1: the very name; lower: a part of it.
    scope : str
        Whose it is where the header says so: ``author``, ``post``, ``other`` (a third object), else empty.
    averaged : bool
        A mean per post.
    """

    meaning: str
    strength: float
    scope: str = ""
    averaged: bool = False


@dataclass(frozen=True)
class HeaderWords:
    """A header taken apart.

    Attributes
    ----------
    readings : tuple of Reading
        Best first; none where no word is known.
    platform : str or None
        The one platform that its column is about.
    percent : bool
    factor : float
        1000 for ``Followers (k)``.
    window_days : int or None
        ``60_day_eng_rate``: 60.
    """

    header: str
    readings: tuple[Reading, ...]
    platform: str | None = None
    percent: bool = False
    factor: float = 1.0
    window_days: int | None = None

    def means(self, *meanings: str) -> float:
        """Strength of the best reading as one of `meanings`, 0 for none."""
        return max((r.strength for r in self.readings if r.meaning in meanings), default=0.0)


def plain_header(header: str) -> str:
    """Lower case, words joined by ``_``: ``Follower Count``, ``followerCount`` -> ``follower_count``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header.strip().lstrip("#@"))
    return re.sub(r"[\W_]+", "_", spaced.lower()).strip("_")


def words_of(text: str) -> list[str]:
    """Words without capitals and accents, camel case taken apart: ``ownerUsername`` -> ``owner``, ``username``.

    Examples
    --------
    >>> words_of("author.publicMetrics.likes_count")
    ['author', 'public', 'metrics', 'likes', 'count']
    """
    if text.isascii() and text == text.lower():  # most of what is asked
        return re.findall(r"[^\W_]+", text)
    text = re.sub(r"(?:^|\s)[Øø⌀](?=\s|$)", " avg ", text)
    text = re.sub(
        r"TikTok|YouTube|LinkedIn|BlueSky|SnapChat|SubStack", lambda m: m[0].lower().capitalize(), text
    )
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    folded = unicodedata.normalize("NFKD", spaced.lower().translate(FOLDED))
    plain = "".join(ch for ch in folded if not unicodedata.combining(ch))
    return re.findall(r"[^\W_]+", plain)


def platform_told(title: str) -> str | None:
    """The one platform that a title, or the name of a sheet or file, speaks of.

    Examples
    --------
    >>> [platform_told(x) for x in ("Instagram shortlist 2024", "X", "TikTok & Instagram", "Medium bloggers")]
    ['instagram', 'twitter', None, None]
    """
    words = words_of(title)
    named = PLATFORMS | SPOKEN | PEOPLE
    found = {named[word] for word in words if word in named and (len(word) > 2 or len(words) == 1)}
    return found.pop() if len(found) == 1 and "medium" not in found else None


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, frozenset[str]]]:
    """(phrase -> meanings, phrase without spaces -> meanings, qualifier -> its phrases)."""
    data = shipped("influence.recognition", "vocabulary.toml")
    phrases: dict[str, tuple[str, ...]] = {}
    for meaning, names in data["meanings"].items():
        for name in (meaning, *names):
            phrase = " ".join(words_of(name))
            if meaning not in phrases.get(phrase, ()):
                phrases[phrase] = (*phrases.get(phrase, ()), meaning)
    glued = {phrase.replace(" ", ""): found for phrase, found in phrases.items()}
    qualifiers = {
        name: frozenset(" ".join(words_of(word)) for word in words) - {""}
        for name, words in data["qualifiers"].items()
    }
    return phrases, glued, qualifiers


@lru_cache(maxsize=1)
def _known_words() -> frozenset[str]:
    """Every word of a name that a column may have."""
    phrases, glued, _ = _vocabulary()
    return frozenset(word for phrase in phrases for word in phrase.split()) | frozenset(glued)


def meanings_known() -> tuple[str, ...]:
    """Every meaning that a column may have."""
    phrases = _vocabulary()[0]
    return tuple(dict.fromkeys(meaning for found in phrases.values() for meaning in found))


def known_phrase(text: str) -> bool:
    """Whether a cell bears a name that a column may have."""
    return bool(read_header(text).readings) if len(text) <= 80 else False


@lru_cache(maxsize=8192)
def read_header(header: str) -> HeaderWords:
    """Take a header apart.

    Examples
    --------
    >>> read_header("author.public_metrics.followers_count").readings[0].meaning
    'followers'
    >>> read_header("Followers (k)").factor
    1000.0
    >>> read_header("60_day_eng_rate").window_days
    60
    """
    text = unicodedata.normalize("NFKC", header)
    percent = "%" in text
    words = words_of(text.replace("%", " "))
    window, words = _without_window(words)
    factor, words = _without_factor(text, words)
    named = [PLATFORMS[word] for word in words if word in PLATFORMS]
    bare = [word for word in words if word not in PLATFORMS]
    readings = {**_readings(words), **_readings(bare)} if bare else _readings(words)
    if named and not bare:
        readings.setdefault("account", Reading("account", 0.9))
    for part in re.split(ALTERNATIVES, text) if len(words) < 7 else ():
        for found in _readings([w for w in words_of(part) if w not in PLATFORMS]).values():
            if part.strip() != text.strip():
                _keep(readings, replace(found, strength=found.strength * 0.9))
    if not readings and (spelt := [_spelt(word) for word in bare]) != bare:
        readings = {m: replace(r, strength=r.strength * 0.9) for m, r in _readings(spelt).items()}
    if not readings:
        readings = _part_readings(bare or words)
    ordered = tuple(sorted(readings.values(), key=lambda r: -r.strength))
    qualifiers = _vocabulary()[2]
    percent = percent or any(word in qualifiers["percent"] - {"in", "share"} for word in words)
    told = {*named, *(PEOPLE[word] for word in words if word in PEOPLE)}
    platform = told.pop() if len(told) == 1 else None
    return HeaderWords(header, ordered, platform, percent, factor, window)


def _spelt(word: str) -> str:
    """A long word with one letter wrong, missing or too many as it is known: ``suscribers``; others as they are."""
    if len(word) < 8 or word in _known_words():
        return word
    near = [k for k in _known_words() if k[0] == word[0] and abs(len(k) - len(word)) <= 1 and len(k) > 7]
    return next(iter(get_close_matches(word, near, 1, cutoff=0.9)), word)


def _keep(readings: dict[str, Reading], found: Reading) -> None:
    known = readings.get(found.meaning)
    if known is None or known.strength < found.strength:
        readings[found.meaning] = found


def _readings(words: list[str]) -> dict[str, Reading]:
    """Meanings of a whole name, with what only qualifies taken off step by step."""
    phrases, glued, qualifiers = _vocabulary()
    found: dict[str, Reading] = {}
    if _known_words().isdisjoint(words) and "".join(words) not in glued:
        return found
    for taken_off in product(("", "averaged"), ("", "percent"), ("", "noise"), SCOPES):
        averaged, percent, noisy, scope = map(bool, taken_off)
        rest = words
        for name in filter(None, taken_off):
            before, rest = rest, _without(rest, qualifiers[name])
            if rest == before:
                break
        else:
            phrase, whose = " ".join(rest), taken_off[-1].removeprefix("scopes_")
            strength = 1 - 0.04 * noisy - 0.03 * scope - 0.02 * percent - 0.6 * (whose == "other")
            for meaning in phrases.get(phrase) or glued.get(phrase.replace(" ", "")) or ():
                if not averaged or meaning in AVERAGED:
                    _keep(found, Reading(meaning, strength, whose, averaged))
    return found


def _part_readings(words: list[str]) -> dict[str, Reading]:
    """Meanings of the longest known part of a name."""
    phrases, _, qualifiers = _vocabulary()
    kept = [word for word in words if word not in qualifiers["noise"]]
    averaged = any(word in qualifiers["averaged"] for word in kept)
    other = any(word in qualifiers["scopes_other"] for word in kept)
    author = any(word in qualifiers["scopes_author"] for word in kept)
    for length in range(len(kept) - 1, 0, -1):
        for start in range(len(kept) - length, -1, -1):
            part = " ".join(kept[start : start + length])
            if part in phrases and len(part) > 1:
                strength = (0.3 + 0.3 * length / len(kept)) * (0.4 if other else 1.0)
                scope = "other" if other else "author" if author else ""
                return {
                    meaning: Reading(meaning, strength, scope, averaged and meaning in AVERAGED)
                    for meaning in phrases[part]
                }
    return {}


def _without(words: list[str], gone: frozenset[str]) -> list[str]:
    """Words left when every phrase of `gone` (of up to three words) is taken out."""
    kept, at = [], 0
    while at < len(words):
        for length in (3, 2, 1):
            if " ".join(words[at : at + length]) in gone and at + length <= len(words):
                at += length
                break
        else:
            kept.append(words[at])
            at += 1
    return kept


def _without_window(words: list[str]) -> tuple[int | None, list[str]]:
    for at, word in enumerate(words):
        match = re.fullmatch(r"(\d{1,3})(d|day|days)?", word)
        unit = (match and match[2]) or (words[at + 1] if at + 1 < len(words) else "")
        if match and unit in DAYS and len(words) > 2 - bool(match[2]):
            rest = [*words[:at], *words[at + (1 if match[2] else 2) :]]
            return int(match[1]) * DAYS[unit], [w for w in rest if w != "last"]
    return None, words


def _without_factor(text: str, words: list[str]) -> tuple[float, list[str]]:
    told = re.search(r"[(\[]\s*(?:in\s+)?([\w]+)\.?\s*[)\]]|\bin\s+(\w+)\s*$|\sx\s?(1000)\s*$", text, re.I)
    unit = next((part.lower() for part in told.groups() if part), "") if told else ""
    if unit == "1000":
        return 1e3, [word for word in words if word not in ("x", "1000")]
    if unit in FACTORS and len(words) > 1:
        return FACTORS[unit], [word for word in words if word not in (unit, "in")]
    return 1.0, words
