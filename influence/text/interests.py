"""A topic prior: the words that communities of people with an interest use, from openly licensed posts.

A niche of two words is matched to the communities nearest to it; their words say what else the niche is about. The
table holds term weights only (`tools/build_topic_prior.py` rebuilds it); docs/text.md names its source and terms.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from influence.errors import UsageError
from influence.text.tokens import Tokenizer
from influence.text.vectors import shipped_vectors, unit

ENVIRONMENT = "INFLUENCE_TOPIC_PRIOR"
"""Another table (a path) or ``none``: a benchmark must not use words of the communities that it judges."""
COMMUNITIES = 5


@dataclass(frozen=True)
class NearTopic:
    """A community near a niche: its name, how near (0-1), and its terms with weights up to 1."""

    name: str
    nearness: float
    terms: dict[str, float]


@dataclass(frozen=True)
class TopicPrior:
    """Communities by terms.

    Attributes
    ----------
    names : tuple of str, length n_communities
    terms : ndarray of object, shape (n_terms,)
        Sorted.
    weights : csr_array of float32, shape (n_communities, n_terms)
        Rows of unit length.
    name_terms : tuple of tuple of str, length n_communities
        Terms of each name, cut when the table is built: cutting them anew costs every process a third of a second.
    """

    names: tuple[str, ...]
    terms: np.ndarray
    weights: sp.csr_array
    name_terms: tuple[tuple[str, ...], ...]

    def nearest(self, asked: dict[str, float], k: int = COMMUNITIES) -> list[NearTopic]:
        """The `k` communities nearest to a bag of terms, nearest first.

        Nearness is the mean of three cosines: of the words themselves, of their meaning, and of the meaning of the
        community's name; below a third it is taken for chance.
        """
        if not self.names or not asked:
            return []
        meant = shipped_vectors().mean(asked)
        by_meaning, by_name = (
            np.maximum(0.0, known @ meant) for known in (self._meanings, self._name_meanings)
        )
        nearness = (self._by_words(asked) + by_meaning + by_name) / 3
        best = np.lexsort((np.arange(len(nearness)), -nearness))[:k]
        return [self._topic(row, float(nearness[row])) for row in best if nearness[row] > 1 / 3]

    def _topic(self, row: int, nearness: float) -> NearTopic:
        part = slice(self.weights.indptr[row], self.weights.indptr[row + 1])
        weight = self.weights.data[part] / max(float(self.weights.data[part].max()), 1e-9)
        terms = self.terms[self.weights.indices[part]]
        return NearTopic(
            self.names[row], min(1.0, nearness), dict(zip(terms.tolist(), weight.tolist(), strict=True))
        )

    def _by_words(self, asked: dict[str, float]) -> np.ndarray:
        vector = np.zeros(len(self.terms))
        for term, weight in asked.items():
            at = int(np.searchsorted(self.terms, term))
            if at < len(self.terms) and self.terms[at] == term:
                vector[at] = weight
        said = self.weights @ vector / max(np.linalg.norm(list(asked.values())), 1e-9)
        return np.asarray(np.minimum(1.0, said))

    @cached_property
    def _meanings(self) -> np.ndarray:
        known, table = shipped_vectors().aligned(self.terms)
        meanings = unit(np.asarray(self.weights[:, known] @ table))
        return unit(meanings - meanings.mean(axis=0))

    @cached_property
    def _name_meanings(self) -> np.ndarray:
        vectors = shipped_vectors()
        words = sorted({term for terms in self.name_terms for term in terms})
        row = dict(zip(words, vectors.rows(np.array(words, object)), strict=True))
        known = ([row[term] for term in dict.fromkeys(terms) if row[term] >= 0] for terms in self.name_terms)
        return unit(np.array([vectors.weight[rows] @ vectors.vectors[rows] for rows in known]))


def terms_of_names(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Terms of the names of communities, read as hashtags are: `BreadMachines` is bread, machine."""
    tokenizer = Tokenizer()
    return tuple(tuple(tokenizer.terms(f"#{name}")) for name in names)


def load_prior(path: Path) -> TopicPrior:
    """Read a table of `tools/build_topic_prior.py`."""
    with np.load(path) as table:
        names = tuple(str(table["communities"]).split("\n"))
        terms = np.array(str(table["terms"]).split("\n"), dtype=object)
        weights = sp.csr_array(
            (table["weights"].astype(np.float32) / 255, table["columns"], table["starts"]),
            shape=(len(names), len(terms)),
        )
        cut = str(table["name_terms"]).split("\n") if "name_terms" in table else None
    name_terms = terms_of_names(names) if cut is None else tuple(tuple(line.split()) for line in cut)
    return TopicPrior(names, terms, weights, name_terms)


def topic_prior() -> TopicPrior:
    """The table that ships, or the one that the environment variable `INFLUENCE_TOPIC_PRIOR` names."""
    return _prior_at(os.environ.get(ENVIRONMENT, ""))


@lru_cache(maxsize=4)
def _prior_at(named: str) -> TopicPrior:
    if named == "none":
        return TopicPrior((), np.zeros(0, dtype=object), sp.csr_array((0, 0), dtype=np.float32), ())
    if not named:
        return load_prior(Path(str(files("influence.text").joinpath("tables/topic_prior.npz"))))
    if not Path(named).is_file():
        raise UsageError(
            "there is no such topic prior", where=f"environment variable {ENVIRONMENT}", seen=named
        )
    return load_prior(Path(named))
