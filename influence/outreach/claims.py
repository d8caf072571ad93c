"""What a draft says of its reader, sentence by sentence, and on what each personal sentence rests.

Values that come from a post or from the list are put into a draft between two marks that no text holds, so that every
finished sentence says itself what it rests on; a sentence that claims to have read something and rests on nothing is
unfounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from influence.toml_files import shipped

POST, LIST, LAW = "post", "list", "law"
EVIDENCE_FIELDS: Mapping[str, str] = {
    "post": POST, "post_day": POST, "post_url": POST, "angle": POST, "last_contact": LIST,
}  # fmt: skip
"""Field -> where what it says comes from."""
_OPEN, _CLOSE = {POST: "\ue001", LIST: "\ue003"}, "\ue002"
_MARKS = re.compile("[\ue001-\ue003]")
_MARKED = re.compile("[\ue001\ue003][^\ue002]*\ue002?")
_END = re.compile(r"(?<=[.!?…])[\"”»“’')]*\s+(?=\S)|\n+")


@dataclass(frozen=True)
class ClaimSource:
    """What a personal sentence rests on: a post of the account, with its id, day (ISO), first words and address."""

    post_id: str
    day: str = ""
    quote: str = ""
    url: str = ""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a draft.

    Attributes
    ----------
    text : str
    rests_on : str
        `POST`, `LIST`, `LAW` (a notice that a rule asks for), or empty: it says nothing personal.
    unfounded : str
        The words that claim more than anything here can show; empty where there are none.
    """

    text: str
    rests_on: str = ""
    unfounded: str = ""


def marked(values: Mapping[str, str]) -> dict[str, str]:
    """The values with what comes from posts and from the list between marks."""
    clean = {name: _MARKS.sub("", text) for name, text in values.items()}
    return {name: f"{_OPEN[EVIDENCE_FIELDS[name]]}{text}{_CLOSE}" if name in EVIDENCE_FIELDS else text
            for name, text in clean.items()}  # fmt: skip


def plain(text: str) -> str:
    """A text without the marks."""
    return _MARKS.sub("", text)


def sentences_of(text: str, language: str) -> tuple[Sentence, ...]:
    """The sentences of a text with marks; a quoted post is not cut in two.

    Examples
    --------
    >>> [one.rests_on for one in sentences_of("Hello. I saw your post \ue001Tea. At last!\ue002. Bye.", "en")]
    ['', 'post', '']
    >>> sentences_of("I have been reading your blog.", "en")[0].unfounded
    'your blog'
    """
    hidden = _MARKED.sub(lambda found: "\ue000" * len(found[0]), text)
    cuts = [0, *(found.end() for found in _END.finditer(hidden)), len(text)]
    parts = [text[start:end] for start, end in pairwise(cuts)]
    return tuple(_sentence(part.strip(), language) for part in parts if part.strip())


def _sentence(text: str, language: str) -> Sentence:
    rests_on = next((kind for kind, sign in _OPEN.items() if sign in text), "")
    ours = _MARKED.sub(" ", text)
    claim = _first(ours, language, "never") or ("" if rests_on else _first(ours, language, "reads"))
    return Sentence(plain(text), rests_on, claim)


def _first(text: str, language: str, kind: str) -> str:
    found = next((hit for hit in (one.search(text) for one in _patterns(language, kind)) if hit), None)
    return found[0] if found else ""


@cache
def _patterns(language: str, kind: str) -> tuple[re.Pattern[str], ...]:
    """The expressions of a language; of all of them where the language has none."""
    told = shipped("influence.outreach", "claims.toml")
    tables = [told[language]] if language in told else list(told.values())
    return tuple(
        re.compile(rf"(?<!\w)(?:{one})(?!\w)", re.IGNORECASE) for table in tables for one in table[kind]
    )
