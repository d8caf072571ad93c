"""Texts without labels that the teacher reads for the network: pieces of the labelled ones, and titles."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from influence.text.sentiment.features import read_valences
from influence.text.sentiment.targets import Reader
from influence.text.sentiment.tokens import encode
from sentiment_sources.corpora import Example

N_FELT, N_OTHERS = 50_000, 15_000
PIECE = (2, 8)
MAX_PER_CORPUS = 22_000
N_WORDS, LEAST = 40_000, 3


def pieces(corpora: Mapping[str, Sequence[Example]]) -> dict[str, list[str]]:
    """A few words in a row of every text, by corpus: how a phrase feels, whatever stands around it."""
    rng = np.random.default_rng(1)
    found: dict[str, list[str]] = {}
    for name, examples in corpora.items():
        kept: Sequence[Example] = examples
        if len(examples) > MAX_PER_CORPUS:
            kept = [examples[i] for i in rng.choice(len(examples), MAX_PER_CORPUS, replace=False)]
        found[name] = []
        for text, _ in kept:
            words = text.split()
            if len(words) >= 5:
                size = int(rng.integers(PIECE[0], PIECE[1] + 1))
                size = len(words) // 2 + 1 if size >= len(words) else size
                start = int(rng.integers(0, len(words) - size + 1))
                found[name].append(" ".join(words[start : start + size]))
    return found


def read_titles(posts: Path) -> list[str]:
    """Titles of posts, each once, neither very short nor very long."""
    titles = pd.read_parquet(posts, columns=["title"])["title"].drop_duplicates()
    return titles[(titles.str.len() > 15) & (titles.str.len() < 160)].tolist()


def telling_titles(titles: Sequence[str], reader: Reader) -> list[str]:
    """The titles that the lexicon finds most feeling in, and some of the others."""
    encoded = encode(titles, reader.vocabulary)
    reader.facts.extend()
    _, wide = read_valences(encoded, reader.facts)
    felt = np.bincount(encoded.document, np.abs(wide.read), encoded.n_texts) / (encoded.lengths + 3) ** 0.25
    mixed = np.array([zlib.crc32(title.encode()) for title in titles])
    order = np.lexsort((mixed, -felt.round(6)))
    others = order[N_FELT:]
    return [
        titles[i] for i in [*order[:N_FELT], *others[np.argsort(mixed[others], kind="stable")][:N_OTHERS]]
    ]


def common_words(texts: Sequence[str], reader: Reader) -> list[str]:
    """The words (and emoji and marks) that occur most often, at least `LEAST` times, in alphabetic order."""
    encoded = encode(texts, reader.vocabulary)
    counts = np.bincount(encoded.ids, minlength=len(reader.vocabulary))[1:].tolist()
    words = reader.vocabulary.words[1:]
    ranked = sorted((-n, word) for n, word in zip(counts, words, strict=True) if n >= LEAST)
    return sorted(word for _, word in ranked[:N_WORDS])
