"""Scores of passages judged before, found again by the hash of what was judged: only what is new is judged."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from influence.store.base import gathered
from influence.store.kept.keeper import code_stamp
from influence.store.kept.packing import Strings
from influence.text.sentiment.score import Scores
from influence.text.sentiment.sentences import READ

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.store.base import Store
    from influence.store.kept.keeper import Keeper
    from influence.text.sentiment.passages import Passage
    from influence.text.sentiment.score import Sentiment

_READ = (None, *READ)
"""Languages that a passage may have been read in, by the number that is kept."""


@dataclass(frozen=True)
class Remembered:
    """Passages by hash, in order of the hashes, with their scores.

    Attributes
    ----------
    hashes : ndarray of uint64, shape (n,)
    probabilities : ndarray of float64, shape (n, 3)
    languages : ndarray of int8, shape (n,)
    reasons : sequence of str
    """

    hashes: np.ndarray
    probabilities: np.ndarray
    languages: np.ndarray
    reasons: Sequence[str]

    @classmethod
    def nothing(cls) -> Remembered:
        """No passage yet."""
        return cls(np.zeros(0, dtype=np.uint64), np.zeros((0, 3)), np.zeros(0, dtype=np.int8), ())

    @classmethod
    def of(cls, parts: Mapping[str, Any]) -> Remembered:
        """Read back what `parts` gave."""
        return cls(**parts)

    def parts(self) -> dict[str, Any]:
        """Plain arrays and strings, to be kept in a file."""
        return {
            "hashes": self.hashes,
            "probabilities": self.probabilities,
            "languages": self.languages,
            "reasons": Strings.of(list(self.reasons)),
        }

    def find(self, hashes: np.ndarray) -> np.ndarray:
        """Where each hash stands, -1 where it is new."""
        if not len(self.hashes):
            return np.full(len(hashes), -1)
        place = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.where(self.hashes[place] == hashes, place, -1)

    def with_scores(self, hashes: np.ndarray, scores: Scores) -> Remembered:
        """The same and new passages."""
        codes = np.array([_READ.index(code) for code in scores.languages], dtype=np.int8)
        every = np.concatenate([self.hashes, hashes])
        order = np.argsort(every, kind="stable")
        reasons = [*self.reasons, *scores.reasons]
        return Remembered(
            every[order],
            np.vstack([self.probabilities, scores.probabilities])[order],
            np.concatenate([self.languages, codes])[order],
            [reasons[place] for place in order.tolist()],
        )

    def scores_of(self, hashes: np.ndarray) -> Scores:
        """Scores of passages that are all known."""
        place = self.find(hashes)
        return Scores(
            self.probabilities[place],
            tuple(self.reasons[at] for at in place.tolist()),
            tuple(_READ[code] for code in self.languages[place].tolist()),
        )


def passage_hash(passage: Passage, stated: str | None, mark: str) -> int:
    """A number that everything that decides a score goes into: the passage, the stated language, the model."""
    said = (
        passage.text, passage.target, passage.rivals, passage.clause, passage.names, passage.is_shared, stated, mark,
    )  # fmt: skip
    return int.from_bytes(
        blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
    )


KEPT_SCORES = "mention-scores"
FEW = 1000
"""Passages that are judged sooner than they are sent to workers."""


def kept_scores(
    keeper: Keeper | None,
    model: Sentiment,
    passages: Sequence[Passage],
    stated: Sequence[str | None],
    store: Store | None = None,
) -> Scores:
    """Scores of all passages; what was judged before for this workspace is not judged again.

    Parameters
    ----------
    keeper : Keeper or None
    model : Sentiment
    passages : sequence of Passage
    stated : sequence of str or None
        Language of each as the platform says it, see `Sentiment.score`.
    store : Store, optional
        Where it has workers, they judge.
    """
    kept = keeper.read(KEPT_SCORES, stamp=code_stamp()) if keeper else None
    known = Remembered.of(kept) if kept else Remembered.nothing()
    said = zip(passages, stated, strict=True)
    hashes = np.array([passage_hash(*one, model.mark) for one in said], dtype=np.uint64)
    first, where = np.unique(hashes, return_index=True)
    new = where[known.find(first) < 0].tolist()
    if new:
        asked = [(passages[at], stated[at]) for at in new]
        by_workers = getattr(store, "has_workers", False) and len(new) > FEW and model.is_shipped
        scores = _judged_by_workers(cast("Store", store), asked) if by_workers else _judged(model, asked)
        known = known.with_scores(hashes[new], scores)
        if keeper:
            keeper.write(KEPT_SCORES, known.parts(), stamp=code_stamp())
    return known.scores_of(hashes)


def _judged(model: Sentiment, asked: Sequence[tuple[Passage, str | None]]) -> Scores:
    return model.score([passage for passage, _ in asked], stated=[stated for _, stated in asked])


def _judged_by_workers(store: Store, asked: Sequence[tuple[Passage, str | None]]) -> Scores:
    """The same, a part by each worker; passages take a twentieth of the time to send that they take to judge."""
    import pyarrow as pa

    rows = {"place": pa.array(range(len(asked)), pa.int64()), "asked": [pickle.dumps(one) for one in asked]}
    scored = pa.schema(
        {"place": pa.int64(), "chance": pa.list_(pa.float64()), "reason": pa.string(), "read": pa.string()}
    )
    sql = "select place, asked from passages_to_judge"
    with store.register("passages_to_judge", pa.table(rows)):
        told = gathered(store.mapped(sql, (), _judged_piece, scored), scored, "place").to_pydict()
    return Scores(np.array(told["chance"]), tuple(told["reason"]), tuple(told["read"]))


def _judged_piece(rows: pa.Table) -> pa.Table:
    import pyarrow as pa

    from influence.text.sentiment.score import load_sentiment

    found = _judged(load_sentiment(), [pickle.loads(one) for one in rows["asked"].to_pylist()])
    chance = pa.array(found.probabilities.tolist(), pa.list_(pa.float64()))
    return pa.table(
        {"place": rows["place"], "chance": chance, "reason": list(found.reasons),
         "read": pa.array(found.languages, pa.string())}
    )  # fmt: skip
