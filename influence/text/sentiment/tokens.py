"""Tokens: words, emoji, emoticons and marks, as integers in one flat array that numpy can work on.

Handles, addresses and numbers each become one token, so that the model learns from what is said and not from who is
named. A hashtag is its word. ``sooooo`` is ``soo``. Skin tones and variation selectors are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from itertools import chain

import numpy as np

from influence.text.remembering import Remembered
from influence.text.sentiment.lexicon import judging_words
from influence.text.splitting import shipped_splitter

PAD = "<pad>"
ORDER = {">": "beats", "<": "loses"}
"""``Acme > Nordly`` is read as it is spoken."""
HANDLE, ADDRESS, NUMBER, TARGET = "<user>", "<url>", "<num>", "<target>"
NAME = "qxname"
"""Stands for the name asked about where it is a plain word, so that a brand called Happy is no happiness."""

_EMOTICON = (
    r"[<>]?[:;=8xX][\-o*']?[)\](\[dDpP/\\|{}@c](?![\w])|[)\](\[/\\|][\-o*']?[:;=]|<3+|</3|\^_*\^|:'\(|-_+-"
)
_EMOJI = "[\U0001f000-\U0001f3fa\U0001f400-\U0001faff\u2600-\u27bf\u2b05-\u2b55\u203c\u2049]"
_TOKEN = re.compile(
    rf"(?P<url>https?://\S+|www\.\S+)"
    rf"|(?P<target><target>)"
    rf"|(?P<user>(?<![\w])@\w[\w.]*)"
    rf"|(?P<emoticon>{_EMOTICON})"
    rf"|(?P<num>\d[\d.,:%]*)"
    r"|(?P<order>(?<=\s)[<>](?=\s))"
    r"|(?P<tag>(?<!\w)#[^\W\d_]{6,})"
    rf"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*(?:\*+[^\W\d_]*)?)"
    rf"|(?P<emoji>{_EMOJI})"
    rf"|(?P<mark>[!?]+|\.\.+|…|[.,;:()\"“”—–-])"
)
_REPEAT = re.compile(r"(.)\1{2,}")
BREAKS = frozenset({*".,;:()…—–", "but", "however", "although", "though", "yet"})


def clean(text: str) -> str:
    """Undo the escapes that exports leave behind (``&amp;``, ``&#8217;``, ``&nbsp;``)."""
    return unescape(text) if "&" in text and ";" in text else text


def tokenise(text: str) -> list[str]:
    """Split `text` into normal tokens.

    Examples
    --------
    >>> tokenise("@acme soooo GOOD :) #bestday http://x.y 3hrs!!")
    ['<user>', 'soo', 'good', ':)', 'best', 'day', '<url>', '<num>', 'hrs', '!!']
    """
    return [_normal(kind, raw) for kind, raw in _pieces(clean(text))]


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Kind and letters of every token."""
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind == "tag":
            yield from (("word", word) for word in tag_words(found.group()[1:]))
        else:
            yield kind, found.group()


def tag_words(tag: str) -> list[str]:
    """A hashtag as its words where they judge (``worstairlineever``); else it stays whole: most are names.

    Examples
    --------
    >>> tag_words("WorstAirlineEver"), tag_words("vancouverfood")
    (['Worst', 'Airline', 'Ever'], ['vancouverfood'])
    """
    if tag.lower() in judging_words():
        return [tag]
    words = re.findall("[A-Z][a-z]+|[A-Z]+(?![a-z])|^[a-z]+", tag)
    if len(words) < 2 or "".join(words) != tag:
        words = shipped_splitter()(tag.lower())
    return words if len(words) > 1 and any(word.lower() in judging_words() for word in words) else [tag]


def _normal(kind: str, token: str) -> str:
    if kind == "word":
        token = token.lower().replace("’", "'")
        return _REPEAT.sub(r"\1\1", token) if len(token) > 3 else token
    if kind == "mark":
        return _mark(token)
    if kind == "order":
        return ORDER[token]
    return {"user": HANDLE, "url": ADDRESS, "num": NUMBER}.get(kind, token)


def _mark(token: str) -> str:
    if token[0] in "!?":
        if "!" in token and "?" in token:
            return "?!"
        return token[0] if len(token) == 1 else token[0] * 2
    return "…" if token.startswith("..") else token


@dataclass
class Vocabulary:
    """Tokens and their numbers; grows as new tokens are met, 0 is the pad between texts."""

    words: list[str] = field(default_factory=lambda: [PAD])
    numbers: dict[str, int] = field(default_factory=lambda: {PAD: 0})

    @classmethod
    def of(cls, words: Sequence[str]) -> Vocabulary:
        """The vocabulary with these words, numbered from 1 in this order."""
        listed = [PAD, *words]
        return cls(listed, {word: number for number, word in enumerate(listed)})

    def number(self, word: str) -> int:
        """Number of the normal token `word`, new if need be."""
        found = self.numbers.get(word)
        if found is None:
            found = self.numbers[word] = len(self.words)
            self.words.append(word)
        return found

    @cached_property
    def chunks(self) -> Remembered[str, tuple[int, ...]]:
        """What stands between two blanks, cut into tokens once: ``2 * number + is_capital`` of each.

        No token crosses a blank, so that a text is the chain of its chunks.
        """
        return Remembered(self._codes_of, MOST_CHUNKS)

    def _codes_of(self, chunk: str) -> tuple[int, ...]:
        if chunk == END:
            return (0,) * N_PADS
        word = chunk.rstrip(".,!?")
        if len(word) < len(chunk) and word.isalpha() and word != "www":
            return self.chunks[word] + self.chunks[chunk[len(word) :]]
        if word.isalpha() and len(word) > _LONGEST_OF_LETTERS:
            return (self._code("word", word),)
        if chunk.isdecimal():
            return (self._code("num", chunk),)
        return tuple(self._code(kind, raw) for kind, raw in _pieces(f" {clean(chunk)} "))

    def _code(self, kind: str, raw: str) -> int:
        return 2 * self.number(_normal(kind, raw)) + (len(raw) > 2 and raw.isupper())

    def __len__(self) -> int:
        return len(self.words)


MOST_CHUNKS = 300_000
_LONGEST_OF_LETTERS = 3
"""Letters of the longest emoticon that has no signs (``XoD``)."""


@dataclass(frozen=True)
class Encoded:
    """Many texts as one array.

    Attributes
    ----------
    ids : ndarray of int32, shape (n_tokens,)
        Token numbers; every text ends with `N_PADS` pads, so that a look back or ahead never crosses into another.
    document : ndarray of int32, shape (n_tokens,)
        Which text a token belongs to.
    capital : ndarray of bool, shape (n_tokens,)
        Written in capitals (three letters or more) in a text that is not all capitals.
    n_texts : int
    """

    ids: np.ndarray
    document: np.ndarray
    capital: np.ndarray
    n_texts: int

    @cached_property
    def starts(self) -> np.ndarray:
        """Where each text starts, and the end of the last: shape (n_texts + 1,)."""
        return np.concatenate([[0], np.cumsum(self.lengths + N_PADS)])

    @cached_property
    def lengths(self) -> np.ndarray:
        """Tokens of each text, pads not counted."""
        return np.bincount(self.document, minlength=self.n_texts) - N_PADS


N_PADS = 4


def encode(texts: Iterable[str], vocabulary: Vocabulary) -> Encoded:
    """Turn texts into token numbers, `vocabulary` growing on the way.

    Parameters
    ----------
    texts : iterable of str
    vocabulary : Vocabulary

    Returns
    -------
    Encoded
    """
    listed = list(texts)
    chunks = chain.from_iterable((*_chunks(text), END) for text in listed)
    codes = np.fromiter(chain.from_iterable(map(vocabulary.chunks.__getitem__, chunks)), dtype=np.int32)
    ids = codes >> 1
    pad = ids == 0
    document = (np.cumsum(pad, dtype=np.int32) - pad) // N_PADS
    shouted = np.fromiter((text.isupper() for text in listed), dtype=bool, count=len(listed))
    return Encoded(ids, document, (codes & 1).astype(bool) & ~shouted[document], len(listed))


END = ""
"""Stands for the pads after a text; no chunk is empty."""
_ORDERS = frozenset(["<", ">", "&lt;", "&gt;"])


def _chunks(text: str) -> list[str]:
    """Split at blanks; an order sign that begins or ends the text (a quotation) stands between no two names."""
    chunks = text.split()
    if chunks and chunks[0] in _ORDERS and not text[0].isspace():
        del chunks[0]
    if chunks and chunks[-1] in _ORDERS and not text[-1].isspace():
        del chunks[-1]
    return chunks
