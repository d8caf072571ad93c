"""Questions and requests: what is asked is no praise ("Is Acme any good?", "please send me the list, thanks!")."""

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


def says_something(rest: str) -> bool:
    """Whether more than names is left."""
    return bool(_WORD.search(re.sub(r"[@#]\w+|qxname", " ", rest))) or any(ord(c) > 0x2600 for c in rest)
