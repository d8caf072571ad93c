"""A linear model over lexicon figures and words: fit, apply, say which words decided, keep in one file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse

CLASSES = ("negative", "neutral", "positive")


@dataclass(frozen=True)
class Material:
    """Texts as numbers: lexicon figures, shape (n_texts, n_dense), and the keys of words with their text.

    `network` is what the network of words says, log-odds of shape (n_texts, 3), `gist` what it holds of each text,
    shape (n_texts, width); None where it was not asked.
    """

    dense: np.ndarray
    keys: np.ndarray
    document: np.ndarray
    network: np.ndarray | None = None
    gist: np.ndarray | None = None

    @property
    def n_texts(self) -> int:
        return len(self.dense)

    def part(self, where: np.ndarray) -> Material:
        """The texts where the mask is true, in their order."""
        place = np.cumsum(where) - 1
        mine = where[self.document]
        network, gist = (None if said is None else said[where] for said in (self.network, self.gist))
        return Material(self.dense[where], self.keys[mine], place[self.document[mine]], network, gist)

    def bag(self, known: np.ndarray) -> sparse.csr_matrix:
        """Which of the sorted keys `known` each text has, shape (n_texts, n_known)."""
        from scipy import sparse

        shape = (self.n_texts, len(known))
        if not len(known):
            return sparse.csr_matrix(shape)
        column = np.searchsorted(known, self.keys)
        column[column == len(known)] = 0
        hit = known[column] == self.keys
        found = sparse.csr_matrix((np.ones(int(hit.sum())), (self.document[hit], column[hit])), shape=shape)
        found.sum_duplicates()
        found.data[:] = 1.0
        return found


@dataclass(frozen=True)
class Recipe:
    """How a model is fitted: least count of a key, weight of words and of lexicon figures, and regularisation."""

    min_count: int = 2
    words: float = 0.3
    dense: float = 0.1
    strength: float = 1.0
    by_length: bool = False
    """Words share one vote per text (sentences of every length) instead of one vote each."""


@dataclass(frozen=True)
class LinearModel:
    """Weights of keys and lexicon figures for the three `CLASSES`, with the temperature that calibrates them."""

    known: np.ndarray
    word_weights: np.ndarray
    dense_weights: np.ndarray
    mean: np.ndarray
    intercept: np.ndarray
    temperature: float
    by_length: bool
    mix: np.ndarray = field(default_factory=lambda: np.zeros((3, 3), dtype=np.float32))
    """How the log-odds of the network are added, shape (3, 3); zeros: not at all."""

    def logits(self, material: Material) -> np.ndarray:
        """Log-odds before calibration, shape (n_texts, 3)."""
        bag = scaled_bag(material.bag(self.known), self.by_length)
        own = (material.dense - self.mean) @ self.dense_weights + bag @ self.word_weights + self.intercept
        return np.asarray(own if material.network is None else own + material.network @ self.mix)

    def probabilities(self, material: Material) -> np.ndarray:
        """Calibrated probabilities, shape (n_texts, 3)."""
        return softmax(self.logits(material) / self.temperature)

    def at_temperature(self, temperature: float) -> LinearModel:
        """The same model, calibrated."""
        return replace(self, temperature=temperature)

    def with_network(self, share: float) -> LinearModel:
        """The same model with one share of the log-odds (0-1) given to the network."""
        kept = 1 - share
        return replace(
            self,
            word_weights=self.word_weights * kept,
            dense_weights=self.dense_weights * kept,
            intercept=self.intercept * kept,
            mix=np.eye(3, dtype=np.float32) * share,
        )

    def arrays(self, prefix: str) -> dict[str, np.ndarray]:
        """What goes into the file; half precision, which moves no probability by more than 0.002."""
        return {
            f"{prefix}_known": self.known,
            f"{prefix}_word_weights": self.word_weights.astype(np.float16),
            f"{prefix}_dense_weights": self.dense_weights.astype(np.float32),
            f"{prefix}_mean": self.mean.astype(np.float32),
            f"{prefix}_intercept": self.intercept.astype(np.float32),
            f"{prefix}_mix": self.mix.astype(np.float32),
            f"{prefix}_other": np.array([self.temperature, float(self.by_length)], dtype=np.float32),
        }

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray], prefix: str) -> LinearModel:
        """Read back what `arrays` wrote."""
        other = arrays[f"{prefix}_other"]
        return cls(
            arrays[f"{prefix}_known"],
            arrays[f"{prefix}_word_weights"].astype(np.float32),
            arrays[f"{prefix}_dense_weights"],
            arrays[f"{prefix}_mean"],
            arrays[f"{prefix}_intercept"],
            float(other[0]),
            bool(other[1]),
            arrays[f"{prefix}_mix"],
        )


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities from log-odds, row by row."""
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def scaled_bag(bag: sparse.csr_matrix, by_length: bool) -> sparse.csr_matrix:
    """The bag as the model weighs it: where `by_length`, long texts spread their vote."""
    from scipy import sparse

    if not by_length:
        return bag
    counts = np.maximum(np.diff(bag.indptr), 4)
    return sparse.diags(4 / np.sqrt(counts)) @ bag


def fit_linear(
    material: Material, labels: np.ndarray, weights: np.ndarray, recipe: Recipe, max_rounds: int = 150
) -> LinearModel:
    """Fit a multinomial logistic regression; the same input gives the same weights.

    Parameters
    ----------
    material : Material
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
