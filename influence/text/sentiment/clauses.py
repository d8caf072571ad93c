"""The clause about a target: the sentence it stands in, cut where the talk turns to something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from influence.errors import UsageError
from influence.text.sentiment.lexicon import SMALL_WORDS
from influence.text.sentiment.passages import PERSONAL, Passage, Span

MAX_PASSAGE = 280
"""Letters up to which a text is taken whole; longer ones give the sentences that name the target."""
MAX_SENTENCES = 4
"""Of a long text: the first sentence that names the target and the last three, where people sum up."""

_SENTENCE_END = re.compile(r"[.!?…\n](?:(?<=\n)\n*|[\"')\]]*\s+)")
_TURN = re.compile(
    r"\s*[;—–]\s*|,?\s+(?:but|however|although|though|whereas|while|yet|except|unlike|meanwhile|on the other hand)\b"
    r"[,\s]|,\s+(?=(?:and\s|so\s)?\S)|\s+-\s+|\s+and\s+(?=@|(?-i:[A-Z]))",
    re.IGNORECASE,
)

_NAME = r"(?P<name>[@#]\w+|[A-Z][\w'’]*[a-z]\w*)"
_LEAD = r"(?:the |my |at |with |by |from |to |using |flying )?"
_SET_AGAINST = re.compile(
    r"(?:\b(?i:than|unlike|versus|vs\.?|instead of|compared (?:to|with)|prefer(?:red|s)?|beats?|ditch\w*|dump\w*|"
    r"switch\w*(?: back| over)? (?:to|from)|mov(?:ed|ing) (?:back |over )?(?:to|from)|(?:left|leaving) \S+ for|"
    rf"(?:but|while|whereas)(?= [@#A-Z]\S+ (?:is|has|was|does)))\b|\s[<>])\s*{_LEAD}{_NAME}"
)
_COMPARES = (
    "than ", "unlike ", "vs", "versus", "instead of ", "compared ", "prefer", "beat", "ditch", "dump", "switch", "mov",
    "left ", "leaving ", "but ", "while ", "whereas ", "over ", "<", ">",
)  # fmt: skip
"""One of these is in every text that the patterns find; looked for first, as most texts have none."""
_SET_BEFORE = re.compile(rf"{_NAME}\s+(?i:beats?|vs\.?|versus|over|is \w+ than|[<>])\s+(?:the )?")
_NO_NAMES = SMALL_WORDS | PERSONAL


def name_pattern(names: Sequence[str]) -> re.Pattern[str]:
    """Where any of these names stands: as a word, a #hashtag, an @handle or a possessive, not inside other words.

    Blanks in a name also match ``-``, ``_`` or nothing, so that ``Blue Bottle`` finds ``#BlueBottle``.
    """
    listed = sorted({_flexible(name) for name in names if name.strip(" @#")}, key=lambda p: (-len(p), p))
    if not listed:
        raise UsageError("the brand has no name to look for", seen=", ".join(names), hint='--brand "Acme"')
    return re.compile(rf"(?<![\w])[@#]?(?:{'|'.join(listed)})(?:['’]s)?(?!\w)", re.IGNORECASE)


def _flexible(name: str) -> str:
    return r"[\s_-]*".join(re.escape(word) for word in re.split(r"[\s_-]+", name.strip().lstrip("@#")))


def sentence_spans(text: str) -> list[Span]:
    """Where each sentence starts and ends."""
    cuts = list(_cuts(text))
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    return [(a, b) for a, b in zip(starts, ends, strict=True) if text[a:b].strip()]


def _cuts(text: str) -> Iterator[Span]:
    """What stands between sentences: blanks and closing quotes after a stop, or line ends."""
    for found in _SENTENCE_END.finditer(text):
        start, end = found.span()
        yield start + (text[start] != "\n"), end


def _sentence_at(text: str, place: int) -> Span:
    """The sentence that this letter is in."""
    start = 0
    for a, b in _cuts(text):
        if a > place:
            return start, a
        start = b
    return start, len(text)


def clause_span(text: str, target: Span, rivals: Sequence[Span] = ()) -> Span:
    """The clause about `target`: its sentence, cut at turns of the talk.

    The cut is at the turns between the target and its rivals; where no rival is named the whole sentence is about
    the target ("pricey, but I love it").
    """
    sentence = _sentence_at(text, target[0])
    if not rivals:
        return sentence
    start, end = sentence
    for turn in _TURN.finditer(text, *sentence):
        if turn.end() <= target[0] and _separates(turn.span(), target, rivals, before=True):
            start = turn.end()
        elif turn.start() >= target[1] and _separates(turn.span(), target, rivals, before=False):
            end = turn.start()
            break
    bare = text[start : target[0]] + text[target[1] : end]
    return (start, end) if len(re.findall(r"\w+|[^\w\s,.]", bare)) > 0 else sentence


def _separates(turn: Span, target: Span, rivals: Sequence[Span], *, before: bool) -> bool:
    if before:
        return any(b <= turn[0] for _, b in rivals) and not any(turn[1] <= a < target[0] for a, _ in rivals)
    return any(a >= turn[1] for a, _ in rivals)


def compared_names(text: str, target: Span) -> list[Span]:
    """Names that nobody listed as rivals and that the target's sentence sets against it ("better than Nordly").

    A name is a handle or a word with a capital; it must stand next to a word that compares or turns.
    """
    lowered = text.lower()
    for sign in _COMPARES:
        if sign in lowered:
            break
    else:  # a generator would take three times as long, and most texts end here
        return []
    sentence = _sentence_at(text, target[0])
    after = [found.span("name") for found in _SET_AGAINST.finditer(text, *sentence)]
    before = [
        found.span("name") for found in _SET_BEFORE.finditer(text, *sentence) if found.end() == target[0]
    ]
    return [(a, b) for a, b in after + before if text[a:b].strip("@#").lower() not in _NO_NAMES]


def passage_of(text: str, name: str | None, rivals: Sequence[str] = ()) -> Passage:
    """The passage of `text` about `name`; all of it where the name does not occur."""
    names = name_pattern([name]) if name else None
    found = names.search(text) if names else None
    if names is None or found is None:
        return Passage(text[: 8 * MAX_PASSAGE])
    others = name_pattern(rivals) if any(r.strip(" @#") for r in rivals) else None
    return cut_passage(text, found.span(), others, names)


def cut_passage(
    text: str, target: Span, rivals: re.Pattern[str] | None, names: re.Pattern[str] | None = None
) -> Passage:
    """Shorten a long text to the sentences about the target, and find rivals and clause in it.

    Parameters
    ----------
    text : str
    target : tuple of int
        Where the target stands first.
    rivals, names : pattern, optional
        The other names; the target's own, to find it again further down a long text.
    """
    if len(text) > MAX_PASSAGE:
        text, target = _shortened(text, target, names)
    spans = [found.span() for found in rivals.finditer(text)] if rivals else []
    spans += compared_names(text, target)
    others = tuple(sorted({(a, b) for a, b in spans if b <= target[0] or a >= target[1]}))
    named = tuple(found.span() for found in names.finditer(text)) if names else ()
    return Passage(text, target, others, clause_span(text, target, others), named)


def _shortened(text: str, target: Span, names: re.Pattern[str] | None) -> tuple[str, Span]:
    spans = sentence_spans(text)
    naming = _naming_sentences(text, spans, names) if names else []
    if names and len(naming) > 1:
        joined = " … ".join(naming)
        return joined, list(names.finditer(joined))[-1].span()
    at = next((i for i, (a, b) in enumerate(spans) if a <= target[0] < b), 0)
    start, end = spans[at]
    if end - start < MAX_PASSAGE // 2 and at + 1 < len(spans):
        end = spans[at + 1][1]
    start = max(start, target[0] - MAX_PASSAGE)
    end = min(max(end, target[1]), target[1] + 2 * MAX_PASSAGE)
    return text[start:end], (target[0] - start, target[1] - start)


def _naming_sentences(text: str, spans: list[Span], names: re.Pattern[str]) -> list[str]:
    """Sentences that name the target, the longest cut around the name; the first and the last of many."""
    hits = [(a, b, found) for a, b in spans if (found := names.search(text, a, b))]
    if len(hits) > MAX_SENTENCES:
        hits = [hits[0], *hits[1 - MAX_SENTENCES :]]
    return [
        text[max(a, found.start() - MAX_PASSAGE) : min(b, found.end() + MAX_PASSAGE)].strip()
        for a, b, found in hits
    ]
