"""Asides: what a text feels about somebody's sister, dog, exam or the weather is not what it feels about a brand.

The people, animals and circumstances are in `tables/asides.tsv`. Only what is judged itself is taken out (*my awful
boss*, *I love my dog*, *the traffic was hell*): that a sister is delighted (a reaction) may be a brand's doing, and
*worst landlord ever* is said of the brand.
"""

from __future__ import annotations

import re
from functools import cache

from influence.text.sentiment.lexicon import table_lines, word_valence
from influence.text.sentiment.modelfile import guessed_words
from influence.text.sentiment.tokens import NAME

BEFORE, AFTER = 4, 10
"""Words around a thing in which something may judge it."""
_LEAST = 1.0
"""Valence from which a word judges."""
_OWNER = r"(?:my|our|his|her|their|your|the|this|that|a|an|all|what|such)"
_SUPERLATIVES = frozenset(["worst", "best"])
_WORD = re.compile(r"\w+")


@cache
def _words(kind: str) -> list[str]:
    return dict(line.split("\t") for line in table_lines("asides.tsv"))[kind].split()


def _any(kind: str) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(_words(kind), key=len, reverse=True))) + ")"


@cache
def _things() -> frozenset[str]:
    """Words of which one is in every text with an aside: most texts end there."""
    return frozenset(word for kind in ("people", "animals", "circumstances") for word in _words(kind))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    thing = rf"(?:{_any('people')}|{_any('animals')}|{_any('circumstances')})\b"
    ends = rf"(?=\s*(?:$|[^\w\s'’]|{_any('after')}\b|{NAME}))"
    cause = r"(?!\s+(?:because|thanks to|due to|for|from))"
    stops = rf"and\b|but\b|so \w+ that|{NAME}"
    said = rf"(?P<said>(?: (?!{stops})[\w'’-]+){{1,5}}(?: and (?:a )?\w+(?=\s*(?:$|[.!?]))|))"
    trait = r"(?P<trait>(?:the |a |an |so |such )*\w+)(?: \w+){0,4}(?=\s*[.,!?]|$)"
    being = rf"(?: {_any('being')}|'s(?= (?:so|such|really|very|the|an?)\b))\b"
    patterns = (
        rf"\b{_any('feels')}(?: so| really| these)?(?: {_OWNER})?(?: \w+)? {thing}{ends}",
        rf"(?:\b{_OWNER} )?(?:\b\w+ )?\b{thing}{being}{said}{cause}",
        rf"(?:\b{_OWNER} )?\b(?P<called>\w+(?: \w+)??) {thing}{ends}{cause}",
        rf"(?:^|(?<=[.!?…\n] )|(?<=, ))(?:he|she|they) (?:is|was|are|were) {trait}",
        rf"\bhappy (?:\w+ )?(?:birthday|anniversary|day|graduation)(?: to)?(?: {_OWNER})?(?: \w+)? {thing}",
        rf"(?:\b{_OWNER} )?\b{thing} (?:has |just )?(?:died|passed away|was killed|is dying)\b",
        rf"\b(?:so |very )?(?:sad|happy|glad|sorry|proud|heartbroken) (?:that|for|of|about) {_OWNER}(?: \w+)? "
        rf"{thing}\b(?:(?!{NAME})[^.,!?])*(?=[.,!?]|$)",
    )
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def without_asides(text: str) -> str | None:
    """What a text says outside its asides; None where it has none.

    Examples
    --------
    >>> without_asides("I love my sister. qxname was fine.")
    'I  . qxname was fine.'
    >>> without_asides("My sister loves qxname") is None
    True
    """
    words = _WORD.findall(text.lower())
    if _things().isdisjoint(words) or not _may_judge(words):
        return None
    rest = text
    for pattern in _patterns():
        rest = pattern.sub(_left, rest)
    return rest.strip() if rest != text else None


def _may_judge(words: list[str]) -> bool:
    """Whether a word that judges stands near one of the things: where none does the patterns need not be tried."""
    things = (at for at, word in enumerate(words) if word in _things())
    near = {word for at in things for word in words[max(0, at - BEFORE) : at + AFTER]}
    return not near.isdisjoint(_words("feels")) or any(map(_judges, near))


def _left(found: re.Match[str]) -> str:
    """Nothing where it judges, else what was found."""
    parts = {name: said.lower().split() for name, said in found.groupdict().items() if said}
    said = [word for words in parts.values() for word in words]
    reactions, judged = set(_words("reactions")), all if "called" in parts else any
    kept = said and (not reactions.isdisjoint(said) or not judged(map(_judges, said)))
    calls = parts.get("called") == [found[0].lower().split()[0]] and not _SUPERLATIVES.isdisjoint(said)
    return found[0] if kept or calls else " "


def _judges(word: str) -> bool:
    return abs(word_valence().get(word) or guessed_words().get(word, 0.0)) >= _LEAST
