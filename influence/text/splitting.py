"""Cut words that were written together: `trailrunning` in a hashtag, `thebeejournal` in the name of a blog."""

from __future__ import annotations

import gzip
from collections.abc import Set
from functools import lru_cache
from importlib.resources import files
from math import log10

MAX_WORD = 20
_UNKNOWN = 12.0
_PER_LETTER = 1.2
_DEAREST = 1.25
"""Cost a letter (log10 of rarity) above which a cut is taken for chance: `ku bern etes`."""


class WordSplitter:
    """The most probable way to cut a run of letters into known words (Viterbi over word frequencies).

    Parameters
    ----------
    counts : dict of str to int
        How often each word occurs, lower case.

    Examples
    --------
    >>> WordSplitter({"trail": 50, "running": 80, "run": 90, "rail": 20, "in": 900})("trailrunning")
    ['trail', 'running']
    """

    def __init__(self, counts: dict[str, int]) -> None:
        total = max(sum(counts.values()), 1)
        self._cost = {word: log10(total / n) + 0.5 for word, n in counts.items()}

    @property
    def known(self) -> Set[str]:
        """The words it knows."""
        return self._cost.keys()

    def __call__(self, word: str) -> list[str]:
        """Words of `word`, in order; a word that is known, short or foreign stays whole."""
        if word in self._cost or len(word) < 5 or not (word.isascii() and word.isalpha()):
            return [word]
        pieces = self._best(word)
        short = sum(len(piece) < 3 for piece in pieces)
        likely = sum(self._piece_cost(piece) for piece in pieces) <= _DEAREST * len(word)
        return pieces if likely and short * 3 <= len(pieces) else [word]

    def _best(self, word: str) -> list[str]:
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(word) + 1):
            best.append(
                min(
                    (best[start][0] + self._piece_cost(word[start:end]), start)
                    for start in range(max(0, end - MAX_WORD), end)
                )
            )
        pieces: list[str] = []
        end = len(word)
        while end:
            start = best[end][1]
            pieces.append(word[start:end])
            end = start
        return pieces[::-1]

    def _piece_cost(self, piece: str) -> float:
        return self._cost.get(piece, _UNKNOWN + _PER_LETTER * len(piece))


@lru_cache(maxsize=1)
def shipped_splitter() -> WordSplitter:
    """A splitter with the word list that ships with the package (see docs/text.md for its source)."""
    packed = files("influence.text").joinpath("tables/words.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    pairs = (line.split(" ") for line in lines)
    return WordSplitter({word: int(n) for word, n in pairs})
