"""What is asked or announced is no praise ("Is Acme any good?", "please send me the list", "win a free Acme")."""

from __future__ import annotations

import re

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
_WORD = re.compile(r"[^\W\d_]{2,}")


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
    return bool(_WORD.search(re.sub(r"[@#]\w+|qxname", " ", rest))) or any(ord(c) > 0x2600 for c in rest)
