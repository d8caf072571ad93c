"""Rebuild the sentiment model that ships in `influence/text/sentiment/model/`, to the same bytes.

    python tools/build_sentiment.py --data FOLDER [--words MODEL_FOLDER] [--networks FOLDER]

FOLDER holds `ground_truth`, `goemotions`, `mams` and `newsmtsc` (sources and terms: docs/sentiment.md). With `--words`
the valence of words that the lexicon lacks is guessed anew with a sentence model (all-MiniLM-L6-v2, Apache-2.0;
needs torch and transformers); without, the guesses kept in `tables/guessed.tsv` are used. The network beside these
models is taught by `build_sentiment_network.py`; `--networks` has one for each held-out domain (``films.npz`` ...), to
calibrate both together anew; without it the temperature stays as it was found. Only words and numbers leave this
script, never a text. Run with OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from sentiment_sources.corpora import DOMAINS, Example, sentence_corpora, target_corpora

from influence.text.sentiment.linear import LinearModel, TextNumbers, scaled_bag
from influence.text.sentiment.modelfile import MODEL_PATH, guessed_words, save_model
from influence.text.sentiment.network import load_network
from influence.text.sentiment.targets import Reader, mask
from influence.text.sentiment.training import fit_temperature

NETWORK_SHARE = 0.5
"""How much of the log-odds of whole texts the network has: half, as nothing chosen on other domains did better."""
TEMPERATURE = 1.04
"""Of whole texts, as `--networks` finds it."""
CLASS_ODDS = np.array([0.12, 0.0, -0.06])
"""Log-odds by which whole texts of six domains never seen, classes equal, were called too mild (mean of the six)."""
Said = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Recipe:
    """How a model is fitted: least count of a key, weight of words and of lexicon figures, and regularisation."""

    min_count: int = 2
    words: float = 0.3
    dense: float = 0.1
    strength: float = 1.0
    by_length: bool = False
    """Words share one vote per text (sentences of every length) instead of one vote each."""


SENTENCE = Recipe(min_count=3, words=0.3, dense=0.3, strength=0.1, by_length=True)
TARGET = Recipe(min_count=2, words=0.3, dense=0.1, strength=1.0)
DOMAIN_POWER = 0.5
"""A corpus of n texts counts as n ** power, so that the largest does not speak for all."""
CLASS_POWER = 0.5
"""Rare classes count more, half-way to equal."""
SHARE = {"brands": 0.5, "mams": 1.0, "newsmtsc": 0.3, "pairs": 1.2}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--words", type=Path, help="folder of the sentence model")
    parser.add_argument("--networks", type=Path, help="folder of networks taught without a domain")
    parser.add_argument("--out", type=Path, default=MODEL_PATH)
    args = parser.parse_args()
    if args.words:
        from sentiment_sources.guess_words import guess

        guess(args.data, args.words)
    build(args.data, args.out, args.networks)


def build(data: Path, out: Path, networks: Path | None) -> None:
    """Fit both models, calibrate them on texts they did not see, and write the file."""
    reader = Reader((), guessed_words())
    corpora = sentence_corpora(data)
    temperature = TEMPERATURE
    if networks:
        said = [say(*unseen(corpora, held, networks), corpora[held]) for held in DOMAINS]
        temperature = round(sentence_temperature(said), 2)
    print("temperature of sentences", temperature)
    sentence = calibrated(with_network(fit_sentences(corpora, reader), NETWORK_SHARE), temperature)
    target = fit_targets(target_corpora(data), reader)
    print("temperature of targets", round(target.temperature, 3))
    save_model(out, reader.vocabulary.words, sentence, target)
    print(out.name, out.stat().st_size, "bytes")


def balanced(labels: np.ndarray, domains: np.ndarray) -> np.ndarray:
    """Weight of every text: corpora by the root of their size, classes half-way to equal; mean 1."""
    weights = np.ones(len(labels))
    for domain in np.unique(domains):
        mine = domains == domain
        weights[mine] *= float(mine.sum()) ** (DOMAIN_POWER - 1) * SHARE.get(str(domain), 1.0)
    for label in range(3):
        mine = labels == label
        weights[mine] *= (weights.sum() / max(weights[mine].sum(), 1e-9)) ** CLASS_POWER
    return weights * len(weights) / weights.sum()


def with_network(model: LinearModel, share: float) -> LinearModel:
    """The same model with one share of the log-odds (0-1) given to the network."""
    kept = 1 - share
    return replace(
        model,
        word_weights=model.word_weights * kept,
        dense_weights=model.dense_weights * kept,
        intercept=model.intercept * kept,
        mix=np.eye(3, dtype=np.float32) * share,
    )


def fit_linear(
    material: TextNumbers, labels: np.ndarray, weights: np.ndarray, recipe: Recipe, max_rounds: int = 150
) -> LinearModel:
    """Fit a multinomial logistic regression; the same input gives the same weights.

    Parameters
    ----------
    material : TextNumbers
    labels : ndarray of int, shape (n_texts,)
        0 negative, 1 neutral, 2 positive.
    weights : ndarray, shape (n_texts,)
        Weight of each text, about 1 on average.
    recipe : Recipe
    max_rounds : int
        Steps of L-BFGS; more change the third digit only.
    """
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    pairs = np.unique(np.stack([material.keys, material.document.astype(np.int64)]), axis=1)
    keys, counts = np.unique(pairs[0], return_counts=True)
    known, counts = keys[counts >= recipe.min_count], counts[counts >= recipe.min_count]
    scale = recipe.words * np.log(material.n_texts / counts) / 5
    mean, spread = material.dense.mean(axis=0), material.dense.std(axis=0) + 1e-6
    dense = (material.dense - mean) / spread * recipe.dense
    bag = scaled_bag(material.bag(known), recipe.by_length) @ sparse.diags(scale)
    model = LogisticRegression(C=recipe.strength, max_iter=max_rounds, tol=1e-4)
    with _quiet():
        model.fit(sparse.hstack([sparse.csr_matrix(dense), bag]).tocsr(), labels, sample_weight=weights)
    coefficients = _three(model.coef_, model.classes_)
    n_dense = dense.shape[1]
    return LinearModel(
        known,
        coefficients[n_dense:] * scale[:, None],
        coefficients[:n_dense] * (recipe.dense / spread)[:, None],
        mean,
        _three(model.intercept_[:, None], model.classes_, missing=-20.0)[0],
        1.0,
        recipe.by_length,
    )


def _three(rows: np.ndarray, classes: np.ndarray, missing: float = 0.0) -> np.ndarray:
    """Coefficients for all three classes, shape (n, 3), also where the labels have only two."""
    found = np.full((rows.shape[1], 3), missing)
    if len(classes) == 2:
        found[:, classes[0]], found[:, classes[1]] = -rows[0] / 2, rows[0] / 2
    else:
        found[:, classes] = rows.T
    return found


@contextmanager
def _quiet() -> Iterator[None]:
    """L-BFGS is stopped on purpose; that it says so is no news."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def fit_sentences(corpora: Mapping[str, list[Example]], reader: Reader) -> LinearModel:
    """The linear model of whole texts, not calibrated."""
    rows = [(text, label, name) for name, examples in corpora.items() for text, label in examples]
    labels, domains = np.array([r[1] for r in rows]), np.array([r[2] for r in rows])
    _, _, material = reader.read_whole([r[0] for r in rows])
    return fit_linear(material, labels, balanced(labels, domains), SENTENCE)


def unseen(
    corpora: Mapping[str, list[Example]], held: str, networks: Path | None
) -> tuple[LinearModel, Reader]:
    """The model of whole texts that never saw the domain `held`, not calibrated, and its reader."""
    network = load_network(networks / f"{held}.npz") if networks else None
    reader = Reader((), guessed_words(), network)
    model = fit_sentences({name: part for name, part in corpora.items() if name != held}, reader)
    return (with_network(model, NETWORK_SHARE) if network else model), reader


def say(model: LinearModel, reader: Reader, examples: Sequence[Example]) -> Said:
    """Log-odds of some texts, and their labels."""
    texts, labels = zip(*examples, strict=True)
    return model.logits(reader.read(texts)[2]), np.array(labels)


def sentence_temperature(domains: Sequence[Said]) -> float:
    """One temperature for domains that the models never saw, each counting the same."""
    weight = np.concatenate([np.full(len(labels), 1 / len(labels)) for _, labels in domains])
    logits, truth = (np.concatenate(part) for part in zip(*domains, strict=True))
    return fit_temperature(logits, truth, weight)


def calibrated(model: LinearModel, temperature: float) -> LinearModel:
    """The model of whole texts at this temperature, no milder than it should be."""
    return replace(model.at_temperature(temperature), intercept=model.intercept + temperature * CLASS_ODDS)


def fit_targets(
    corpora: dict[str, list[tuple[str, int, int, int]]], reader: Reader, calibrate: bool = True
) -> LinearModel:
    """The model of a target inside a text; its temperature from a tenth held out."""
    rows = [
        (mask(text, a, b), text[a:b], label, name)
        for name, part in corpora.items()
        for text, a, b, label in part
    ]
    labels, domains = np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
    _, _, material = reader.read_targets([r[0] for r in rows], [r[1] if r[3] == "mams" else "" for r in rows])
    weights = np.array([SHARE[name] for name in domains])
    model = fit_linear(material, labels, weights, TARGET)
    if not calibrate:
        return model
    texts = np.array([hash_of(text) for text in (re.sub("<target>", "", r[0]) for r in rows)])
    inside = texts % 10 != 0
    part = fit_linear(material.part(inside), labels[inside], weights[inside], TARGET)
    temperature = fit_temperature(part.logits(material.part(~inside)), labels[~inside], weights[~inside])
    return model.at_temperature(temperature)


def hash_of(text: str) -> int:
    """A number that depends on the letters alone."""
    import zlib

    return zlib.crc32(re.sub(r"\W+", "", text).encode())


if __name__ == "__main__":
    main()
