"""Asides: what a text feels about somebody's sister, dog, exam or the weather is not what it feels about a brand.

The people, animals and circumstances are in `tables/asides.tsv`. Only what is judged itself is taken out (*my awful
boss*, *I love my dog*, *the traffic was hell*): that a sister is delighted (a reaction) may be a brand's doing, and
*worst landlord ever* is said of the brand. Nor is it praise what is asked or announced ("Is Acme any good?", "please
send me the list", "win a free Acme").
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

_OPEN = (
    r"(?:^|(?<=[.!?…\n])|(?<=[.!?…]\s)|(?<=,\s))\s*"
    r"(?:(?:rt|hi|hey|hello|ok|so|and|also|but|quick question|question)\b[\s,:!-]*|"
    r"[@#]?\w*qxname[\s,:!-]*|@\w+[\s,:!-]*)*"
)
_ASKS = (
    r"(?:is|are|was|were|does|do|did|has|have|can|could|would|will|should|may|which|what|what's|whats|whose|where|"
    r"when|any|anyone|anybody|got any|worth|how (?:much|many|long|old|far|big|do|does|can|would)|"
    r"who (?!else))\b(?! (?:a|an) )[^.!?\n]*\?+"
)
_BEGS = (
    r"(?:please|pls|plz|kindly|can you|could you) (?:\w+ )?"
    r"(?:advise|follow|send|tell|let|call|contact|dm|check|confirm|help|reply|respond|share|rt|retweet|email|message)\b"
    r"[^.!?\n]*[.!?]*"
)
_POLITE = (
    r"(?:[\s,.]*\b(?:thanks?(?: you)?|thank you|thx|cheers|please|pls|in advance|so much|a lot|ta)\b"
    r"[\s!.,🙏🙂😊]*)*"
)
_ASKED = re.compile(f"{_OPEN}(?:{_ASKS}|{_BEGS}){_POLITE}", re.IGNORECASE)
_TWO_LETTERS = re.compile(r"[^\W\d_]{2,}")


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


def without_questions(text: str) -> str | None:
    """What a text says outside its questions and requests and the thanks that close them; None where it asks nothing.

    Examples
    --------
    >>> without_questions("Love the new coat! Is it waterproof? thanks")
    'Love the new coat!'
    >>> without_questions("I love it") is None
    True
    """
    if "?" not in text and not _MAY_BEG.search(text):
        return None
    rest, n_asked = _ASKED.subn(" ", text)
    return rest.strip() if n_asked else None


_MAY_BEG = re.compile(r"\b(?:please|pls|plz|kindly|(?:can|could) you)\b", re.IGNORECASE)


_ANNOUNCES = re.compile(
    r"\b(?:"
    r"win (?:an?|one|two|your|free|tickets|prizes|big)|to win|giveaway|prizes|lucky winners?|prize draw|"
    r"\d+ ?% (?:off|discount)|save (?:big|up to)|deals? (?:on|at|all|this|today|of)|special offers?|"
    r"offers (?:at|on|end)|promo code|with code|free (?:shipping|delivery|trial|samples?|tickets?)|buy one\b.*\bget|"
    r"sale (?:starts|ends|now on|today)|on sale (?:now|today|from|at)|"
    r"link in bio|follow and|sign up (?:now|here|today|for)|(?:register|apply|book|shop|order|available|out|live) now|"
    r"(?:now|is|are|we're) hiring|join (?:us|our|the)|visit (?:us|our)|check out (?:our|the|this|new|these)|tune in|"
    r"coming soon|introducing|don'?t miss|new on the blog|read more|tickets (?:for|on|still|available)|"
    r"launch(?:es|ed)|unveil(?:s|ed)|announces|reports? (?:a |its )?(?:record|strong|first|second|third|fourth|profit)|"
    r"named (?:\w+ ){0,4}(?:supplier|partner|sponsor|chief|head|ceo)|(?:wins?|won|receives?) (?:\w+ ){0,4}award|"
    r"to (?:open|launch|release|host|headline)|partnership|acquires?|"
    r"(?:shares|profits?|sales|orders|stock) (?:rise|rose|fall|fell|jump(?:ed)?|gr[eo]w|surged?|soar(?:ed)?|up|down)|"
    r"opens? (?:\w+ ){0,4}(?:stores?|shop|branch|office|cafe|factory|plant|hotel|restaurant|terminal|location)|"
    r"(?:hopes|plans|aims|set) to|chief executive|ceo|market share|revenue|record (?:profits?|sales)|top \d+|"
    r"(?:proud|thrilled|excited|delighted|happy|pleased|honou?red) to (?:announce|welcome|present|offer|introduce|host)"
    r")\b",
    re.IGNORECASE,
)
_OWN_WORDS = re.compile(
    r"\b(?:i|i['’]?(?:m|ve|ll|d)|me|my|mine|lov(?:e|ed|ing)|so good|thanks?)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")


def without_announcements(text: str) -> str | None:
    """What a text says outside offers, calls and business news; None where it has none.

    A sentence in which somebody speaks for himself (*I, my, love, thanks*) stays.

    Examples
    --------
    >>> without_announcements("Great deals at Acme today! I love the shop.")
    ' I love the shop.'
    """
    if not _ANNOUNCES.search(text):
        return None
    said = _SENTENCE.findall(text)
    kept = [one for one in said if not _ANNOUNCES.search(one) or _OWN_WORDS.search(one)]
    return "".join(kept) if len(kept) < len(said) else None


def says_something(rest: str) -> bool:
    """Whether more than names is left."""
    return bool(_TWO_LETTERS.search(re.sub(r"[@#]\w+|qxname", " ", rest))) or any(
        ord(c) > 0x2600 for c in rest
    )
