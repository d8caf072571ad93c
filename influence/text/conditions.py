"""A brief read as a checklist: which hard conditions it names, each with the words it came from.

The words are in `tables/conditions.toml` and `tables/places.toml`, in seven languages. A stretch that says what is not
wanted names no condition, except a brand conflict. What sounds firm and gave none is named too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from influence.text.amounts import amount_of, amount_pattern, any_of, read_table
from influence.text.negation import negated_parts

NAMES = (
    "min_followers", "max_followers", "country", "language", "platform", "kind", "posts_per_month", "engagement",
    "contact", "conflict", "size", "budget",
)  # fmt: skip
"""Conditions that can be read, in the order in which they are shown."""
WISHES = ("size", "budget", "engagement")
_NO_SUBJECT = ("min_followers", "max_followers", "language", "posts_per_month", "contact", "budget")
"""Those that say what the list should be or what is liked, and rule out nobody."""
RHYTHM = {"daily": 25.0, "weekly": 4.0, "monthly": 1.0}
"""Posts a month that a rhythm means at least."""
TIERS = {"nano": (1_000, 10_000), "micro": (10_000, 100_000)}
"""Followers that *nano* and *micro* mean where no number is told."""
_TO = r"(?:\s*(?:-|–|—|to|bis|à|a|al|ao|y|and|und|et|e|și|si|până la|pana la|until)\s*)"
_BETWEEN = "(?:between|zwischen|entre|tra|între|from|von|de|da|de la|desde|entre les|de entre)"
_MORE = r"(?:but|and|aber|und|mais|et|pero|y|mas|e|ma|dar|și|or|oder)"
_OR = r"(?:or|and|oder|und|ou|et|o|y|e|sau|și)"
_ABBREVIATED = re.compile(r"\b(tsd|mio|min|max|ca)\.", re.IGNORECASE)
_SENTENCE = re.compile(r"[^\n.;!?]+(?:\.(?=\d|\w)[^\n.;!?]*)*")
_AND = r"(?:, ?| (?:or|and|nor|und|oder|et|ou|o|y|e|sau|și) )"
_NAME = r"[A-ZÀ-Ý][\w&'’-]*(?: [A-ZÀ-Ý][\w&'’-]*)*"


@dataclass(frozen=True)
class Condition:
    """One condition of a brief.

    Attributes
    ----------
    name : str
        One of `NAMES`.
    value : float or tuple of str
        A number; or codes and names, any of which will do (of a conflict: none of which may be).
    words : str
        What the brief says.
    unit : str
        Currency of a budget.
    """

    name: str
    value: float | tuple[str, ...]
    words: str
    unit: str = ""

    @property
    def said(self) -> str:
        """The condition in words."""
        value = self.value
        shown = ", ".join(value) if isinstance(value, tuple) else f"{value:,.10g}"
        return {
            "min_followers": f"at least {shown} followers",
            "max_followers": f"at most {shown} followers",
            "country": f"from {shown}",
            "language": f"writes in {shown}",
            "platform": f"on {shown}",
            "kind": f"is a {shown}",
            "posts_per_month": f"at least {shown} posts a month",
            "engagement": f"at least {shown} % engagement by followers",
            "contact": "names an e-mail address",
            "conflict": f"does not speak of {shown}",
            "size": f"{shown} accounts",
            "budget": f"{shown} {self.unit} in all".replace("  ", " "),
        }[self.name]


@dataclass(frozen=True)
class Checklist:
    """What a brief asks of accounts.

    Attributes
    ----------
    conditions : tuple of Condition
    unread : tuple of str
        Sentences that sound like a condition and gave none.
    """

    conditions: tuple[Condition, ...] = ()
    unread: tuple[str, ...] = ()

    def without(self, names: tuple[str, ...]) -> Checklist:
        """The checklist with some conditions turned off."""
        return Checklist(tuple(one for one in self.conditions if one.name not in names), self.unread)


def conditions_from(rows: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """Conditions that were written as JSON."""
    read = ({**row, "value": tuple(v) if isinstance(v := row["value"], list) else v} for row in rows)
    return tuple(Condition(**row) for row in read)


def read_conditions(brief: str) -> Checklist:
    """Read the hard conditions out of a brief.

    Examples
    --------
    >>> found = read_conditions("Brazilian beauty influencers, 5k to 30k followers on Instagram, posting weekly.")
    >>> for one in found.conditions:
    ...     print(one.said, "|", one.words)
    at least 5,000 followers | 5k to 30k followers
    at most 30,000 followers | 5k to 30k followers
    from BR | Brazilian beauty influencers
    on instagram | Instagram
    at least 4 posts a month | posting weekly
    """
    text = _ABBREVIATED.sub(r"\1", brief.replace("\u2019", "'"))
    wanted = _blanked(text)
    found: dict[str, Condition] = {}
    for reader in READERS:
        source = text if reader is _conflicts else wanted
        for one in reader(source):
            found.setdefault(one.name, one)
    conditions = tuple(sorted(found.values(), key=lambda one: NAMES.index(one.name)))
    return Checklist(conditions, tuple(_unread(text, wanted, conditions)))


def without_terms(brief: str) -> str:
    """A brief without the words of conditions that are about no subject: followers, language, rhythm, contact, budget.

    Examples
    --------
    >>> without_terms("Vegan bakers with 5k to 30k followers, posting weekly.")
    'Vegan bakers with  ,  .'
    """
    for one in read_conditions(brief).conditions if brief else ():  # its patterns cost a quarter of a second
        if one.name in _NO_SUBJECT:
            brief = brief.replace(one.words, " ")
    return brief


def _blanked(text: str) -> str:
    """The text with what is not wanted as blanks, so that nothing moves."""
    for part in negated_parts(text):
        text = text[: part.start] + " " * (part.end - part.start) + text[part.end :]
    return text


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


def _each(pieces: list[str], text: str) -> Iterator[re.Match[str]]:
    """Where any of some pieces stands."""
    yield from _compiled(any_of(pieces)).finditer(text)


def _followers(text: str) -> Iterator[Condition]:
    said = read_table("conditions")["followers"]
    n, word = amount_pattern(), any_of(said["word"])
    for match in _SENTENCE.finditer(text):
        sentence = match[0]
        if not _compiled(word).search(sentence):
            continue
        both = rf"(?:{_BETWEEN} )?(?P<low>{n}){_TO}(?P<high>{n})"
        near = rf"(?:(?:\w+ ){{0,2}}{word}|(?<=\w)\)?)"
        for pattern in (rf"{both} {near}", rf"{word}[^\d\n]{{0,25}}?{both}"):
            if (found := _compiled(pattern).search(sentence)) and (
                pair := _pair(found["low"], found["high"])
            ):
                yield Condition("min_followers", pair[0], " ".join(found[0].split()))
                yield Condition("max_followers", pair[1], " ".join(found[0].split()))
        for name, sides in (("min_followers", said["least"]), ("max_followers", said["most"])):
            side = any_of(sides)
            for pattern in (
                rf"{side} (?P<n>{n})(?: de)? (?:\w+ ){{0,2}}{word}",
                rf"{word}[^\d\n]{{0,20}}? ?{side} (?P<n>{n})",
                rf"{side} (?P<n>{n})(?={_TO}|,? {_MORE})",
            ):
                if found := _compiled(pattern).search(sentence):
                    yield Condition(name, amount_of(found["n"]), " ".join(found[0].split()))
        if found := _compiled(rf"(?P<n>{n}) ?\+ (?:\w+ ){{0,2}}{word}").search(sentence):
            yield Condition("min_followers", amount_of(found["n"]), found[0])


def _pair(low: str, high: str) -> tuple[float, float] | None:
    """A range; *5-30k* means 5k to 30k. None where it is no range of followers."""
    first, last = amount_of(low), amount_of(high)
    if first < 1_000 <= last and not re.search(r"[^\d\s.,]", low) and first * 1_000 < last:
        first *= 1_000
    return (first, last) if first < last and last >= 100 else None


def _tiers(text: str) -> Iterator[Condition]:
    for tier, (least, most) in TIERS.items():
        for found in _each(read_table("conditions")["followers"][tier], text):
            yield Condition("min_followers", float(least), found[0])
            yield Condition("max_followers", float(most), found[0])


def _chosen(name: str, patterns: Iterable[tuple[str, str]], text: str) -> Iterator[Condition]:
    """The values of which a pattern stands in the text, in the order in which they stand there."""
    found: dict[str, tuple[int, str]] = {}
    for value, pattern in patterns:
        if match := _compiled(pattern).search(text):
            found.setdefault(value, (match.start(), match[0]))
    if found:
        order = sorted(found, key=lambda value: found[value])
        yield Condition(name, tuple(order), "; ".join(found[value][1] for value in order))


def _countries(text: str) -> Iterator[Condition]:
    creators = any_of(read_table("conditions")["size"]["noun"])
    between = r"(?:[\w'-]+[ ,]+(?:and |und |et |y |e )?){0,3}"
    patterns = []
    for code, said in read_table("places").items():
        people = any_of(said["people"])
        patterns += [
            (code, any_of(said["place"])),
            (code, rf"{people}(?![- ]speaking) {between}[\w-]*{creators}"),
            (code, rf"{creators} (?:[\w'-]+ ){{0,2}}{people}"),
        ]
    yield from _chosen("country", patterns, text)


def _languages(text: str) -> Iterator[Condition]:
    said = read_table("conditions")["language"]
    before = any_of(said["before"])
    patterns = []
    for code, names in said["names"].items():
        name = any_of(names)
        speaking = any_of(one.replace("{}", name) for one in said["speaking"])
        listed = rf"{before}:? (?:[\w-]+(?:, | {_OR} ))?{name}"
        either = rf"(?-i:{name.replace('(?:', '(?i:', 1)} {_OR} [A-Z]\w+)"
        patterns += [(code, one) for one in (*said["words"].get(code, []), speaking, listed, either)]
    yield from _chosen("language", patterns, text)


def _choices(name: str) -> Callable[[str], Iterator[Condition]]:
    """A reader of a condition whose values stand for themselves."""

    def read(text: str) -> Iterator[Condition]:
        patterns = ((value, any_of(pieces)) for value, pieces in read_table("conditions")[name].items())
        return _chosen(name, patterns, text)

    return read


def _activity(text: str) -> Iterator[Condition]:
    said, n = read_table("conditions")["activity"], amount_pattern()
    for period, factor in (("week", 4.0), ("month", 1.0)):
        for piece in said[period]:
            if match := _compiled(piece.replace("N", f"(?P<n>{n})", 1)).search(text):
                yield Condition("posts_per_month", factor * amount_of(match["n"]), match[0])
    for rhythm, posts in RHYTHM.items():
        for match in _each(said[rhythm], text):
            yield Condition("posts_per_month", posts, match[0])


def _engagement(text: str) -> Iterator[Condition]:
    word = any_of(read_table("conditions")["engagement"]["word"])
    for pattern in (rf"{word}[^\d\n.]{{0,30}}(?P<n>\d+(?:[.,]\d+)?) ?(?:%|percent|prozent|pour cent|por ciento)",
                    rf"(?P<n>\d+(?:[.,]\d+)?) ?% (?:\w+ )?{word}"):  # fmt: skip
        if match := re.compile(pattern, re.IGNORECASE).search(text):
            yield Condition("engagement", float(match["n"].replace(",", ".")), match[0])


def _contact(text: str) -> Iterator[Condition]:
    for match in _each(read_table("conditions")["contact"]["word"], text):
        yield Condition("contact", 1.0, match[0])


def _conflicts(text: str) -> Iterator[Condition]:
    between = r"(?i: (?:the |our |competitors?|brands?|wie|like|such as|marken?|wettbewerbern?)*)?"
    for piece in read_table("conditions")["conflict"]["word"]:
        start = piece.replace(r"\p{U}", "[A-Z]")
        if match := re.search(rf"(?<!\w)(?i:{start}){between}:? ?(?P<names>{_NAME}(?:{_AND}{_NAME})*)", text):
            yield Condition("conflict", tuple(re.split(_AND, match["names"])), match[0])


def _size(text: str) -> Iterator[Condition]:
    said, n = read_table("conditions")["size"], amount_pattern()
    noun, before, number = any_of(said["noun"]), any_of(said["before"]), any_of(said["number"])
    between = r"(?:[\w'’-]+[ ,]+){0,4}?"
    counted = any_of(read_table("conditions")["followers"]["word"])
    for pattern in (
        rf"{before} (?:{n}{_TO})?(?P<n>{n})(?! ?(?:k|%|€|\d))",
        rf"(?:{n}{_TO})?(?P<n>{n}) {between}[\w-]*{noun}",
        rf"(?:{number} [\w-]*{noun} ?:?|{noun} ?:) ?(?:{n}{_TO})?(?P<n>{n})(?= ?(?:[.;\n(]|$))",
    ):
        for match in _compiled(pattern).finditer(text):
            size = amount_of(match["n"])
            around = text[match.start() : match.end() + 15]
            if 2 <= size <= 500 and not _compiled(counted).search(around):
                yield Condition("size", size, match[0])


def _budget(text: str) -> Iterator[Condition]:
    said, n = read_table("conditions")["budget"], amount_pattern()
    for match in _SENTENCE.finditer(text):
        if not _compiled(any_of(said["word"])).search(match[0]) or _compiled(any_of(said["each"])).search(
            match[0]
        ):
            continue
        for currency, pieces in said["currency"].items():
            sign = any_of(pieces)
            found = re.search(
                rf"(?<![\w$€£])(?:{sign} ?(?P<a>{n})|(?P<b>{n}) ?{sign}(?!\w))", match[0], re.IGNORECASE
            )
            if found:
                yield Condition("budget", amount_of(found["a"] or found["b"]), found[0], currency)
                break


READERS: tuple[Callable[[str], Iterator[Condition]], ...] = (
    _followers, _tiers, _countries, _languages, _choices("platform"), _choices("kind"), _activity, _engagement,
    _contact, _conflicts, _size, _budget,
)  # fmt: skip


def _unread(text: str, wanted: str, conditions: tuple[Condition, ...]) -> Iterator[str]:
    """Sentences with a number or a firm word, other than in what is not wanted, from which nothing was read; and an
    engagement without a number."""
    firm = _compiled(any_of(read_table("conditions")["firm"]["word"]))
    read = [" ".join(words.split()) for one in conditions for words in one.words.split("; ")]
    for match in _SENTENCE.finditer(text):
        kept, sentence = wanted[match.start() : match.end()], " ".join(match[0].split())
        if (firm.search(kept) or re.search(r"\d", kept)) and not any(words in sentence for words in read):
            yield sentence
    if all(one.name != "engagement" for one in conditions):
        yield from (match[0] for match in _each(read_table("conditions")["engagement"]["vague"], wanted))
