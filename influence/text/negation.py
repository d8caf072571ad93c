"""What a text does not want: words and sections after *no, without, do not want, avoid* in eight languages.

Two kinds: what somebody does **without** (*ohne Eier*) says nothing about what is looked for and is left out; whom
or what somebody **refuses** (*do not want: pub roasts*, *bitte keine Agenturen*) also counts against those who speak of
it. The words are in `tables/negation.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from influence.text.amounts import any_of, read_table
from influence.text.grammar import FUNCTION_WORDS
from influence.text.language import asked_language

_HARD_END = re.compile(
    r"[.;!?\n()–—]|\b(?:but|however|sondern|aber|mais|pero|sino|mas|però|ma|dar|ci|maar|unless|because|weil|we want"
    r"|only|yet)\b"
)
_SENTENCE = re.compile(r"\A(?:.*[.!?\n:;])?", re.DOTALL)
"""All sentences of a text but the last."""
_HEADING = re.compile(r"[ \t]*(?:[:：]|\n(?=[ \t]*[-*•·]))")
_BULLET = re.compile(r"\n[ \t]*[-*•·][^\n]*")
_OR = frozenset(("or", "and", "nor", "&", "und", "oder", "noch", "ou", "et", "ni", "y", "o", "e", "sau", "si", "și",
                 "nici", "of", "en", "any", "la", "der"))  # fmt: skip
_AND = re.compile(r"\s*(?:and|und|et|y|e|și|si|en|&)\s", re.IGNORECASE)
_WORD = re.compile(r"\w[\w'’&+-]*")
_LINKS = frozenset(("de", "di", "of", "du", "des", "van", "von", "with"))
"""Words within the name of a thing: *perfis de apostas*, *accounts of parties*."""
ITEM_WORDS = 5


@lru_cache(maxsize=16)
def _patterns(language: str | None) -> dict[str, re.Pattern[str]]:
    """The expressions of `tables/negation.toml`: of one language, or of all where it is not known (*no* is *in the* in
    Portuguese)."""
    said = read_table("negation")
    said = {language: said[language]} if language is not None and language in said else said

    refuse, without, harmless, afterwards = (
        any_of(one for words in said.values() for one in words[kind])
        for kind in ("refuse", "without", "harmless", "afterwards")
    )
    patterns = {
        "cue": rf"(?<![\w-])(?:(?P<refusal>{refuse})|(?P<without>{without}))(?![\w-])",
        "harmless": rf"\b{harmless}\b",
        "afterwards": rf"(?P<what>[^.;:!?\n,]{{3,60}}?) {afterwards}",
    }
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in patterns.items()}


@dataclass(frozen=True)
class Negated:
    """A stretch of a text that is not wanted: from where to where (with what says so), its words, which kind.

    What begins a sentence (*No pubs.* *No eggs.*) may be either kind and is held neither for nor against anybody.
    """

    start: int
    end: int
    words: str
    refused: bool
    begins: bool = False

    @property
    def items(self) -> list[str]:
        """The things that are named, one by one."""
        parts = re.split(
            rf"[,;\n•*·]|\s-\s|\b(?:{'|'.join(sorted(_OR - {'of', 'any', 'la', 'der', '&'}))})\b", self.words
        )
        cue = _patterns(None)["cue"]
        bare = (part[said.end() :] if (said := cue.match(part)) else part for part in map(str.strip, parts))
        return [" ".join(part.split()) for part in bare if part.strip(" -")]


def negated_parts(text: str) -> list[Negated]:
    """Stretches of a text that say what is not wanted, in order, apart from one another.

    Examples
    --------
    >>> [part.words for part in negated_parts("Cakes without eggs or milk, for kids. Do not want: pubs, gravy.")]
    ['eggs or milk', 'pubs, gravy']
    """
    if not _patterns(None)["cue"].search(text) and not _patterns(None)["afterwards"].search(text):
        return []
    language = asked_language(text)
    patterns = _patterns(language)
    found = sorted(
        [*_after_cues(text, patterns, language in (None, "en")), *_before_cues(text, patterns)],
        key=lambda part: (part.start, -part.end),
    )
    kept: list[Negated] = []
    for part in found:
        if not kept or part.start >= kept[-1].end:
            kept.append(part)
    return kept


def without_negated(text: str) -> str:
    """A text without what it does not want.

    Examples
    --------
    >>> without_negated("Vegan cakes without eggs. No pubs!")
    'Vegan cakes  .  !'
    """
    for part in reversed(negated_parts(text)):
        text = f"{text[: part.start]} {text[part.end :]}"
    return text


def _after_cues(text: str, patterns: dict[str, re.Pattern[str]], oxford: bool) -> Iterator[Negated]:
    harmless = [match.span() for match in patterns["harmless"].finditer(text)]
    past = begun = 0
    for cue in patterns["cue"].finditer(text):
        if cue.start() < past or any(start <= cue.start() < end for start, end in harmless):
            continue
        refused = cue["refusal"] is not None
        start = cue.end()
        heading = _HEADING.match(text, start)
        end = _section_end(text, heading.end()) if heading else _list_end(text, start, refused, oxford)
        words = text[heading.end() if heading else start : end].strip(" \t\n,:-•*")
        if words:
            before = max(_SENTENCE.search(text[: cue.start()]).end(), begun)  # type: ignore[union-attr]
            begins = not text[before : cue.start()].strip(" \t,-•*")
            past, begun = end, end if begins else begun
            yield Negated(cue.start(), end, words, refused or heading is not None, begins)


def _before_cues(text: str, patterns: dict[str, re.Pattern[str]]) -> Iterator[Negated]:
    for found in patterns["afterwards"].finditer(text):
        yield Negated(found.start("what"), found.end(), found["what"].strip(), True)


def _section_end(text: str, start: int) -> int:
    """End of what stands under a heading: its line or sentence, and the bullets after it."""
    stop = re.compile(r"\n|[.!?](?=\s|$)").search(text, start)
    end = stop.start() if stop else len(text)
    while bullet := _BULLET.match(text, end):
        end = bullet.end()
    return end


def _list_end(text: str, start: int, refused: bool, oxford: bool) -> int:
    """End of the things named after a cue: one, or as many as *or* joins; the whole clause after a refusal."""
    stop = _HARD_END.search(text, start)
    limit = stop.start() if stop else len(text)
    pieces = text[start:limit].split(",")
    n = len(pieces) if refused else _n_listed(pieces, oxford)
    end = start
    for i, piece in enumerate(pieces[:n]):
        length = len(piece) if refused and i < n - 1 else _item_length(piece)
        end += (1 if i else 0) + length
        if length < len(piece.rstrip()):
            break
    return end


def _n_listed(pieces: Sequence[str], oxford: bool) -> int:
    """How many of the pieces between commas are one list: up to the first that *or* joins, else one.

    After a comma *and* joins a list in English (`oxford`) only, and there only the third piece or a later one: in
    *without eggs, and bakes bread* something else begins.
    """
    for i, piece in enumerate(pieces):
        if i and _AND.match(piece) and not (oxford and i > 1):
            return i
        if any(f" {word} " in f" {piece.lower()} " for word in _OR):
            return i + 1
    return 1


def _item_length(piece: str) -> int:
    """Letters of a piece that name the thing: up to a word that begins something else."""
    end, n = 0, 0
    for word in _WORD.finditer(piece):
        low = word[0].lower()
        joins = low in _OR
        if n and low in _LINKS:
            continue
        if n and low in FUNCTION_WORDS and not joins:
            break
        n = 0 if joins else n + 1
        if n > ITEM_WORDS:
            break
        end = word.end()
    return end
