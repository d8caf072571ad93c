"""Cut words that were written together: `trailrunning` in a hashtag, `thebeejournal` in the name of a blog."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Set
from functools import lru_cache
from importlib.resources import files
from math import inf, log10

MAX_WORD = 22
_PIECE = 0.5
"""Cost of one more piece: few long words before many short ones."""
_UNKNOWN = 4.0
_PER_LETTER = 1.0
"""Cost of a piece that is not listed, and of each of its letters."""
_DEAREST = 1.25
"""Cost a letter (log10 of rarity) above which a cut is taken for chance: `ku bern etes`."""
_COMMON = 3.6
"""Cost up to which a word of one or two letters (`of`, `my`) is no sign of a cut by chance."""


class WordSplitter:
    """The most probable way to cut a run of letters into known words (Viterbi over frequencies).

    Parameters
    ----------
    counts : mapping of str to int
        How often each word, or each pair of words with a blank between (`to read`), occurs, lower case. A pair costs
        what the two together cost, so that `bookstoread` is no bookstore.

    Examples
    --------
    >>> WordSplitter({"trail": 50, "running": 80, "run": 90, "rail": 20, "in": 900})("trailrunning")
    ['trail', 'running']
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        words = {word: n for word, n in counts.items() if " " not in word}
        self.counts: Mapping[str, int] = words
        """How often each word occurs."""
        self.known: Set[str] = words.keys()
        """The words it knows."""
        self._cost: dict[str, float] = {}
        self._pairs: dict[str, list[str]] = {}
        self._told = counts

    def _work_out(self) -> None:
        """What pieces cost: only when a word has to be cut, which most that are asked for have not."""
        total = max(sum(self.counts.values()), 1)
        costs, pairs = {word: log10(total / n) + _PIECE for word, n in self.counts.items()}, {}
        for pair in self._told.keys() - self.known:
            two, cost = pair.split(" "), log10(total / self._told[pair]) + _PIECE
            run, apart = "".join(two), sum(costs.get(word, inf) for word in two)
            if cost < min(apart, costs.get(run, inf)):
                costs[run], pairs[run] = cost, two
        self._pairs, self._cost = pairs, costs

    def __call__(self, word: str) -> list[str]:
        """Words of `word`, in order; a word that is known, short or foreign stays whole."""
        if word in self.known or len(word) < 5 or not (word.isascii() and word.isalpha()):
            return [word]
        pieces = self.pieces(word)
        costs = [self._cost.get(piece, _UNKNOWN + _PER_LETTER * len(piece)) for piece in pieces]
        odd = sum(len(piece) < 3 and cost > _COMMON for piece, cost in zip(pieces, costs, strict=True))
        if sum(costs) > _DEAREST * len(word) or odd * 3 > len(pieces):
            return [word]
        return [part for piece in pieces for part in self._pairs.get(piece, [piece])]

    def pieces(self, word: str) -> list[str]:
        """The cheapest cut, however little sense it makes; a pair of words is one piece."""
        if not self._cost:
            self._work_out()
        costs, starts = [0.0], [0]
        for end in range(1, len(word) + 1):
            cheapest, begun = inf, 0
            for start in range(max(0, end - MAX_WORD), end):
                cost = self._cost.get(word[start:end])
                cost = costs[start] + (_UNKNOWN + _PER_LETTER * (end - start) if cost is None else cost)
                if cost < cheapest:
                    cheapest, begun = cost, start
            costs.append(cheapest)
            starts.append(begun)
        pieces: list[str] = []
        end = len(word)
        while end:
            pieces.append(word[starts[end] : end])
            end = starts[end]
        return pieces[::-1]


@lru_cache(maxsize=1)
def shipped_splitter() -> WordSplitter:
    """A splitter with the word list that ships with the package (see docs/text.md for its source)."""
    packed = files("influence.text").joinpath("tables/words.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines)
    return WordSplitter({word: int(n) for word, n in pairs})
