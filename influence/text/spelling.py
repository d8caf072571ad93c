"""Words of a niche that nobody says: which they are, and what was probably meant."""

from __future__ import annotations

from collections.abc import Set
from difflib import SequenceMatcher, get_close_matches

from influence.text.splitting import shipped_splitter
from influence.text.tokens import Tokenizer, raw_tokens
from influence.text.view import View

CLOSE = 0.75
"""Share of letters (difflib) from which a word may have been meant."""
LENGTHS, CHOICE = 2, 5
SHORTEST = 4


def written(keywords: str, terms: Set[str]) -> tuple[str, ...]:
    """The words of `keywords` that gave these terms, as they were written."""
    tokenizer = Tokenizer()
    return tuple(word for word in raw_tokens(keywords) if not terms.isdisjoint(tokenizer.terms(word)))


def nearest_word(view: View, word: str) -> str | None:
    """A word that some text says and that is spelt nearly like `word`; None where none is near, or it is said.

    Of words that are equally near, the one said most.
    """
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
        close = get_close_matches(word, known, n=CHOICE, cutoff=CLOSE)
        if close:
            return min(
                close, key=lambda other: (-_likeness(other, word), _rarity(view, other, tokenizer), other)
            )
    return None


def _likeness(other: str, word: str) -> float:
    return SequenceMatcher(None, other, word).ratio()


def _rarity(view: View, word: str, tokenizer: Tokenizer) -> float:
    return max(map(view.idf_of, tokenizer.terms(word)), default=view.unseen_idf)


def _alike(known: str, word: str) -> bool:
    return known[0] == word[0] and abs(len(known) - len(word)) <= LENGTHS
