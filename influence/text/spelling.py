"""Words of a niche that nobody says: which they are, and what was probably meant."""

from __future__ import annotations

from collections.abc import Set
from difflib import get_close_matches

from influence.text.query import View
from influence.text.splitting import shipped_splitter
from influence.text.tokens import Tokenizer, raw_tokens

CLOSE = 0.75
"""Share of letters (difflib) from which a word may have been meant."""
LENGTHS = 2
SHORTEST = 4


def written(keywords: str, terms: Set[str]) -> tuple[str, ...]:
    """The words of `keywords` that gave these terms, as they were written."""
    tokenizer = Tokenizer()
    return tuple(word for word in raw_tokens(keywords) if not terms.isdisjoint(tokenizer.terms(word)))


def nearest_word(view: View, word: str) -> str | None:
    """A word that some text says and that is spelt nearly like `word`; None where none is near, or it is said."""
    word = word.lower()
    tokenizer = Tokenizer()
    if len(word) < SHORTEST or any(view.says(term) for term in tokenizer.terms(word)):
        return None
    able = sorted(filter(lambda known: _alike(known, word), shipped_splitter().known))
    able = [known for known in able if any(view.says(term) for term in tokenizer.terms(known))]
    stems = [
        str(term)
        for term in view.index.terms
        if _alike(term, word) and tokenizer.terms(term) and view.says(term)
    ]
    for known in (able, stems):
        close = get_close_matches(word, known, n=1, cutoff=CLOSE)
        if close:
            return close[0]
    return None


def _alike(known: str, word: str) -> bool:
    return known[0] == word[0] and abs(len(known) - len(word)) <= LENGTHS
