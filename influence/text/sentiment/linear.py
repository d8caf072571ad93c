"""A linear model over lexicon figures and words: applied, and kept in one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse

CLASSES = ("negative", "neutral", "positive")


@dataclass(frozen=True)
class TextNumbers:
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

    def part(self, where: np.ndarray) -> TextNumbers:
        """The texts where the mask is true, in their order."""
        place = np.cumsum(where) - 1
        mine = where[self.document]
        network, gist = (None if said is None else said[where] for said in (self.network, self.gist))
        return TextNumbers(self.dense[where], self.keys[mine], place[self.document[mine]], network, gist)

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

    def logits(self, material: TextNumbers) -> np.ndarray:
        """Log-odds before calibration, shape (n_texts, 3)."""
        bag = scaled_bag(material.bag(self.known), self.by_length)
        own = (material.dense - self.mean) @ self.dense_weights + bag @ self.word_weights + self.intercept
        return np.asarray(own if material.network is None else own + material.network @ self.mix)

    def probabilities(self, material: TextNumbers) -> np.ndarray:
        """Calibrated probabilities, shape (n_texts, 3)."""
        return softmax(self.logits(material) / self.temperature)

    def at_temperature(self, temperature: float) -> LinearModel:
        """The same model, calibrated."""
        return replace(self, temperature=temperature)

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
