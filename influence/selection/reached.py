"""Whom each candidate reaches: people where they are known, else communities, else topics, else nobody knows.

Communities leave no names. The most votes that one post ever drew there say how many readers it has at least, and the
votes of a candidate's posts what share of them it reached. Topics are the words of the niche's posts: a set that covers
more of them speaks to more of its readers, which is a stand-in and no count of people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import scipy.sparse as sp

from influence.selection.exposure import Audiences
from influence.signals.evidence import Evidence
from influence.writing.plain import counted

Unit = Literal["people", "readers", "topics", "nothing"]
KNOWN_SHARE = 0.1
"""Share of the candidates whose audience must be known by name before people are counted."""
MOST_CHANCE = 0.98
"""Nobody is reached for sure."""
N_TOPICS = 300

NAMES: dict[str, tuple[str, str, str]] = {
    # unit: (what is counted, what one is called, what a reader must know)
    "people": (
        "niche people",
        "niche person",
        "Niche people: those who pay attention to a candidate, each by the share of their attention that goes to the "
        "niche, and by the chance that they see what it posts.",
    ),
    "readers": (
        "readers of the niche's communities",
        "reader of the niche's communities",
        "No audience is known by name: readers of communities stand in, as many as voted on the best post there, "
        "each community by how much it belongs to the niche.",
    ),
    "topics": (
        "topics of the niche",
        "topic of the niche",
        "No audience is known: the topics of the niche's posts stand in. They are not people; read them as variety.",
    ),
    "nothing": (
        "nothing known",
        "",
        "No audience and no posts are known: the picks are the best by score, each for itself.",
    ),
}

ALIKE = (
    "In these data nobody stands out as more devoted to the niche than the others, so that all count in full."
)


def counted_as(n: float, unit: str) -> str:
    """How many of what is counted: ``1 niche person``, ``12 niche people``."""
    many, one, _ = NAMES[unit]
    return counted(n, one, many)


@dataclass(frozen=True)
class NicheReach:
    """Audiences of all candidates, and what their columns are.

    Attributes
    ----------
    audiences : Audiences
    unit : str
        ``people``, ``readers`` (of communities), ``topics`` or ``nothing``.
    labels : ndarray of object, shape (n_people,)
        Account id, community or word of each column.
    communities : tuple of frozenset of str
        Communities that each candidate's posts reached, in lower case.
    alike : bool
        No reader or community stands out as one of the niche, so that all count in full.
    """

    audiences: Audiences
    unit: Unit
    labels: np.ndarray
    communities: tuple[frozenset[str], ...]
    alike: bool = False

    def subset(self, rows: np.ndarray) -> NicheReach:
        """The candidates at `rows`, in that order; nobody else changes."""
        chance = sp.csr_array(self.audiences.chance[rows])
        kept = tuple(self.communities[row] for row in rows)
        audiences = Audiences(chance, self.audiences.people)
        return NicheReach(audiences, self.unit, self.labels, kept, self.alike)

    def joined(self, others: Mapping[int, int]) -> NicheReach:
        """With further accounts (row -> row of the same person's first): she reaches whom any of them reaches."""
        if not others:
            return self
        n = self.audiences.n_candidates
        rows, columns = [*range(n), *others.values()], [*range(n), *others]
        together = sp.csr_array((np.ones(len(rows)), (rows, columns)), shape=(n, n))
        missed = self.audiences.chance.copy()
        missed.data = np.log1p(-missed.data)
        chance = sp.csr_array(together @ missed)
        chance.data = -np.expm1(chance.data)
        return replace(self, audiences=Audiences(chance, self.audiences.people))

    @property
    def counted(self) -> str:
        """What is counted, in words: ``niche people``."""
        return NAMES[self.unit][0]

    @property
    def note(self) -> str:
        """What a reader must know of these counts."""
        return NAMES[self.unit][2] + (f" {ALIKE}" if self.alike else "")

    @property
    def total(self) -> float:
        """All of the niche that anybody reaches, weighted."""
        return float(self.audiences.people.sum())


def niche_reach(evidence: Evidence, rows: np.ndarray | None = None) -> NicheReach:
    """Whom do the candidates reach?

    Parameters
    ----------
    evidence : Evidence
    rows : ndarray of int, optional
        Positions in the pool, in the order wanted; everybody when not given.

    Returns
    -------
    NicheReach
        The first that the data allow: people, readers of communities, topics, nothing.
    """
    rows = np.arange(evidence.n_candidates) if rows is None else rows
    communities = _communities_of(evidence)
    ways: tuple[tuple[Unit, Callable[[Evidence], Found | None]], ...] = (
        ("people", _people), ("readers", _readers), ("topics", _topics), ("nothing", _nothing),
    )  # fmt: skip
    unit, (chance, people, labels) = next(
        (unit, found) for unit, build in ways if (found := build(evidence)) is not None
    )
    audiences = Audiences(_tidy(chance, rows), people)
    alike = bool(evidence.niche) and unit in _MEMBERS and not _MEMBERS[unit](evidence).any()
    return NicheReach(audiences, unit, labels, tuple(communities[row] for row in rows), alike)


def counting(membership: np.ndarray) -> np.ndarray:
    """Membership; all count in full where everybody is as devoted as the average, as in data about one niche alone."""
    return membership if membership.any() else np.ones(len(membership))


_MEMBERS: dict[Unit, Callable[[Evidence], np.ndarray]] = {
    "people": lambda evidence: evidence.audience.person,
    "readers": lambda evidence: evidence.audience.community,
}

Found = tuple[sp.csr_array, np.ndarray, np.ndarray]


def _people(evidence: Evidence) -> Found | None:
    """P(sees) = 1 - exp(-attention), times the chance that the candidate is still active."""
    ties = evidence.material.tie_matrix[:, evidence.pool].T.tocsr()
    if len(evidence.pool) == 0 or (np.diff(ties.indptr) > 0).mean() < KNOWN_SHARE:
        return None
    people = counting(evidence.audience.person)
    members = np.flatnonzero((people > 0) & (np.bincount(ties.indices, minlength=len(people)) > 0))
    if len(members) == 0:
        return None
    chance = sp.csr_array(ties[:, members])
    chance.data = -np.expm1(-chance.data)
    return _times(chance, evidence.alive), people[members], evidence.material.account_ids[members]


def _readers(evidence: Evidence) -> Found | None:
    """Votes of each post over the most votes in its community, recent ones more; posts reach independently."""
    posts = evidence.posts
    names = evidence.material.community_names
    seen = np.flatnonzero(posts.community >= 0)
    if len(seen) == 0:
        return None
    community, votes = posts.community[seen], np.nan_to_num(np.maximum(posts.reactions[seen], 0.0)) + 1.0
    readers = np.ones(len(names))
    np.maximum.at(readers, community, votes)
    share = np.minimum(votes / readers[community], 1.0) * evidence.post_weight[seen] * MOST_CHANCE
    n = len(evidence.material.account_ids)
    missed = sp.coo_array((-np.log1p(-share), (posts.account[seen], community)), shape=(n, len(names)))
    chance = sp.csr_array(missed.tocsr()[evidence.pool])
    chance.data = -np.expm1(-chance.data)
    weight = counting(evidence.audience.community) * readers
    kept = np.flatnonzero(weight > 0)
    return _times(sp.csr_array(chance[:, kept]), evidence.alive), weight[kept], names[kept]


def _topics(evidence: Evidence) -> Found | None:
    """The words that set the niche's texts apart; a candidate covers a word the surer the more texts hold it."""
    relevance = evidence.relevance
    if relevance is None:
        return None
    index = relevance.index
    score = np.nan_to_num(np.asarray(relevance.post_score, dtype=np.float64))
    often = np.asarray(index.presence.T @ score)
    in_all = np.asarray(index.presence.sum(axis=0)).ravel()
    telling = often * np.log1p(index.n_docs / np.maximum(in_all, 1.0)) * (in_all > 1)
    words = np.sort(np.argsort(-telling, kind="stable")[:N_TOPICS])
    words = words[telling[words] > 0]
    if len(words) == 0:
        return None
    at = evidence.material.positions(index.account_ids)[index.account_codes]
    known = np.flatnonzero((at >= 0) & (score > 0))
    n = len(evidence.material.account_ids)
    authors = sp.csr_array((score[known], (at[known], known)), shape=(n, index.n_docs))
    chance = sp.csr_array((authors @ sp.csr_array(index.presence[:, words]))[evidence.pool])
    chance.data = -np.expm1(-chance.data)
    return _times(chance, evidence.alive), telling[words] / telling[words].max(), index.terms[words]


def _nothing(evidence: Evidence) -> Found:
    return sp.csr_array((evidence.n_candidates, 0)), np.zeros(0), np.zeros(0, dtype=object)


def _times(chance: sp.csr_array, factor: np.ndarray) -> sp.csr_array:
    """Each row times its factor; where it is unknown, times one."""
    scale = np.where(np.isfinite(factor), factor, 1.0)
    chance.data = np.clip(chance.data * np.repeat(scale, np.diff(chance.indptr)), 0.0, MOST_CHANCE)
    return chance


def _tidy(chance: sp.csr_array, rows: np.ndarray) -> sp.csr_array:
    chosen = sp.csr_array(chance[rows]).astype(np.float64)
    chosen.eliminate_zeros()
    chosen.sort_indices()
    return chosen


def _communities_of(evidence: Evidence) -> list[frozenset[str]]:
    posts, names = evidence.posts, evidence.material.community_names
    seen = posts.community >= 0
    found: list[frozenset[str]] = [frozenset()] * evidence.n_candidates
    if not seen.any():
        return found
    place = np.full(len(evidence.material.account_ids), -1)
    place[evidence.pool] = np.arange(evidence.n_candidates)
    pairs = np.unique(np.column_stack([place[posts.account[seen]], posts.community[seen]]), axis=0)
    pairs = pairs[pairs[:, 0] >= 0]
    lower = np.array([str(name).lower() for name in names], dtype=object)
    rows, starts = np.unique(pairs[:, 0], return_index=True)
    for row, reached in zip(rows.tolist(), np.split(lower[pairs[:, 1]], starts[1:]), strict=False):
        found[row] = frozenset(reached.tolist())
    return found
