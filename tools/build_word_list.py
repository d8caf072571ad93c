"""Rebuild the word list that cuts hashtags and handles, `influence/text/tables/words.txt.gz`.

    python tools/build_word_list.py --posts sites.parquet --without blogs.csv.gz

A word counts with four occurrences, or with two where it could be cut by chance only (`crochet ing`). What people write
apart far more often than together (`machine learning`, 134 to 5) is no word of its own. Frequent pairs (`to read`) are
listed with a blank. Only words and numbers leave this script, never a text.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from influence.text.splitting import WordSplitter
from influence.text.tokens import fold, raw_tokens, stop_words

TABLES = Path(__file__).resolve().parents[1] / "influence" / "text" / "tables"
MIN_COUNT, RARE, MIN_PAIR = 4, 2, 50
APART = 3
"""A word goes when it is written as two words at least so many times as often."""
SHORTEST_PART, LONG_PART = 3, 4


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=Path, required=True, help="Parquet with id, domain, title")
    parser.add_argument("--without", type=Path, help="CSV whose ids are left out (posts to be judged)")
    parser.add_argument("--out", type=Path, default=TABLES)
    args = parser.parse_args()
    posts = pd.read_parquet(args.posts, columns=["id", "title"])
    if args.without:
        posts = posts[~posts["id"].isin(pd.read_csv(args.without, usecols=["id"])["id"])]
    seen, pairs = count(posts["title"].drop_duplicates().tolist())
    write(word_list(seen, pairs), args.out / "words.txt.gz")


def count(titles: list[str]) -> tuple[Counter[str], Counter[str]]:
    """How often each word, and each two words side by side, occur; plain letters only."""
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for title in titles:
        row = [fold(token) if token.isalpha() else "" for token in raw_tokens(title)]
        row = [word if word.isascii() and (len(word) > 1 or word in {"a", "i"}) else "" for word in row]
        words.update(filter(None, row))
        pairs.update(f"{one} {two}" for one, two in pairwise(row) if one and two)
    return words, pairs


def word_list(seen: Counter[str], pairs: Counter[str]) -> dict[str, int]:
    """Words and pairs that are listed, with their counts."""
    words = {word: n for word, n in seen.items() if n >= MIN_COUNT}
    apart = {pair for pair, n in pairs.items() if _is_better_apart(pair, n, words)}
    words = {word: n for word, n in words.items() if word not in {pair.replace(" ", "") for pair in apart}}
    common = {
        pair: n
        for pair, n in pairs.items()
        if (n >= MIN_PAIR or pair in apart) and words.keys() >= set(pair.split())
    }
    splitter = WordSplitter({**words, **common})
    words |= {word: n for word, n in seen.items() if RARE <= n < MIN_COUNT and _cut_by_chance(word, splitter)}
    return words | {pair: n for pair, n in common.items() if pair.replace(" ", "") not in words}


def _is_better_apart(pair: str, n: int, words: dict[str, int]) -> bool:
    """Whether a word is far more often written as this pair of words that mean something (not: `check out`)."""
    parts = set(pair.split())
    together = words.get(pair.replace(" ", ""), 0)
    means = min(map(len, parts)) >= SHORTEST_PART and words.keys() >= parts
    return bool(together) and n >= APART * together and means and parts.isdisjoint(stop_words())


def _cut_by_chance(word: str, splitter: WordSplitter) -> bool:
    """Whether the splitter finds no words of some length in `word`."""
    pieces = splitter.pieces(word)
    return len(word) > LONG_PART and (len(pieces) == 1 or min(map(len, pieces)) < LONG_PART)


def write(words: dict[str, int], path: Path) -> None:
    """A word or pair a line, most frequent first, with its count."""
    kept = sorted(words.items(), key=lambda item: (-item[1], item[0]))
    lines = "".join(f"{word} {n}\n" for word, n in kept)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(lines.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
