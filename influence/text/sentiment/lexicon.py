"""Valence of words, emoji and idioms: the tables people can read and correct, ready for lookup by token number."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate

from influence.text.sentiment.tokens import words_of

NEGATORS = frozenset(
    words_of(
        "not no never none nobody nothing neither nor nowhere without hardly barely scarcely isn't aren't "
        "wasn't weren't don't doesn't didn't won't wouldn't shouldn't couldn't can't cannot cant dont doesnt "
        "didnt wont isnt wasnt ain't aint hasn't haven't hadn't mustn't havent hasnt couldnt wouldnt shouldnt "
        "lacks lacking lack rarely seldom despite"
    )
)
BOOSTERS = {
    **dict.fromkeys(
        words_of(
            "absolutely amazingly completely considerably decidedly deeply enormously entirely especially "
            "exceptionally extremely fabulously flipping frickin fricking friggin fucking fuckin f*cking fully "
            "greatly hella highly hugely incredibly insanely intensely majorly more most particularly purely "
            "quite really remarkably seriously so soo substantially super thoroughly totally tremendously truly "
            "uber unbelievably unusually utterly very way beyond freaking bloody damn such"
        ),
        0.293,
    ),
    **dict.fromkeys(
        words_of(
            "almost barely hardly kinda kind less little marginally occasionally partly scarcely slightly "
            "somewhat sorta sort somehow fairly"
        ),
        -0.293,
    ),
}
HEDGES = frozenset(words_of("would could should if maybe perhaps might may wish unless whether"))
CONTRASTS = frozenset(
    words_of("but however although though yet except unlike whereas while instead than vs versus")
)
ASKING = frozenset(
    words_of("who what when where why how which is are do does did can could will would anyone has have any")
)
FIRST = frozenset(words_of("i i'm im me my mine i've ive i'll i'd we our us we're we've myself"))
SECOND = frozenset(["you", "your", "you're", "ur", "u", "yours", "guys", "y'all"])


@dataclass(frozen=True)
class Idiom:
    """A turn of phrase with a feeling of its own: its valence and the pattern as written in the table."""

    valence: float
    pattern: str

    @property
    def triggers(self) -> tuple[str, ...]:
        """Words of its most telling position: one of them must be in the text."""
        fixed: list[list[str]] = [
            part.split("|") for part in self.pattern.split() if "*" not in part.split("|")
        ]
        return tuple(sorted(fixed, key=_telling)[-1])

    def regex(self) -> str:
        """The pattern over tokens that are joined, each followed by a blank."""
        return "".join(_position(part) for part in self.pattern.split())


def _telling(words: list[str]) -> tuple[int, int]:
    return min(len(word) for word in words), -len(words)


def _position(part: str) -> str:
    words = part.split("|")
    if words == ["*"]:
        return r"(?:[^ .,;!?]+ ){0,2}"
    listed = "|".join(re.escape(word) for word in words if word != "*")
    return f"(?:(?:{listed}) )" + ("?" if "*" in words else "")


def read_table(name: str) -> Iterator[tuple[float, str]]:
    """Rows (valence, rest) of one of the package's own tables."""
    text = files("influence.text.sentiment").joinpath("tables", name).read_text("utf-8")
    for line in text.splitlines()[1:]:
        value, _, rest = line.partition("\t")
        yield float(value), rest


@cache
def emoji_valence() -> dict[str, float]:
    """Valence (-4 to 4) of emoji, first code point only; 0 for those that say nothing."""
    found: dict[str, float] = {}
    for value, rest in read_table("emoji.tsv"):
        for emoji in rest.split():
            found.setdefault(emoji[0], value)
    return found


@cache
def word_valence() -> dict[str, float]:
    """Valence (-4 to 4) of words: VADER's lexicon (MIT, Hutto and Gilbert 2014), our own words where it has none."""
    found = dict(_tokens(read_table("words.tsv")))
    found.update(_tokens(read_table("vader.tsv")))
    found.update(_tokens(read_table("overrides.tsv")))
    return found


def _tokens(rows: Iterator[tuple[float, str]]) -> Iterator[tuple[str, float]]:
    return ((word, value) for value, rest in rows for word in rest.split())


@cache
def idioms() -> tuple[Idiom, ...]:
    """The idiom table."""
    return tuple(Idiom(value, pattern) for value, pattern in read_table("idioms.tsv"))


@cache
def idiom_index() -> dict[str, tuple[tuple[float, re.Pattern[str]], ...]]:
    """Trigger word to the (valence, regex) of the idioms it may belong to."""
    index: dict[str, list[tuple[float, re.Pattern[str]]]] = {}
    for idiom in idioms():
        compiled = re.compile("(?<![^ ])" + idiom.regex())
        for word in idiom.triggers:
            index.setdefault(word, []).append((idiom.valence, compiled))
    return {word: tuple(found) for word, found in index.items()}


def find_idioms(tokens: Sequence[str], triggers: Sequence[str]) -> list[tuple[int, int, float]]:
    """Idioms among `tokens`, longest first and none overlapping: (first token, one past the last, valence)."""
    joined = " ".join(tokens) + " "
    spans: list[tuple[int, int, float]] = []
    for word in dict.fromkeys(triggers):
        for value, regex in idiom_index().get(word, ()):
            spans += [(found.start(), found.end(), value) for found in regex.finditer(joined)]
    if not spans:
        return spans
    starts = list(accumulate((len(token) + 1 for token in tokens), initial=0))
    return _apart([(bisect_left(starts, a), bisect_left(starts, b), value) for a, b, value in spans])


def _apart(spans: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    kept: list[tuple[int, int, float]] = []
    for span in sorted(spans, key=lambda s: (s[0] - s[1], s[0], -abs(s[2]))):
        if all(span[1] <= other[0] or span[0] >= other[1] for other in kept):
            kept.append(span)
    return sorted(kept)
