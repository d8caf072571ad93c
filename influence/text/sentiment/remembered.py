"""Scores of passages judged before, found again by the hash of what was judged: only what is new is judged."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import numpy as np

from influence.store.base import gathered
from influence.store.kept.keeper import code_stamp
from influence.text.remembering import kept_by_hash
from influence.text.sentiment.score import FeelingScores
from influence.text.sentiment.sentences import READ

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.store.base import Store
    from influence.store.kept.keeper import Keeper
    from influence.text.sentiment.passages import Passage
    from influence.text.sentiment.score import Sentiment

_READ = (None, *READ)
"""Languages that a passage may have been read in, by the number that is kept."""


def _written(passage: Passage, stated: str | None, mark: str) -> str:
    """Everything that decides a score: the passage, the stated language, the model."""
    return repr((
        passage.text, passage.target, passage.rivals, passage.clause, passage.names, passage.is_shared, stated, mark,
    ))  # fmt: skip


KEPT_SCORES = "mention-scores"
FEW = 1000
"""Passages that are judged sooner than they are sent to workers."""


def kept_scores(
    keeper: Keeper | None,
    model: Sentiment,
    passages: Sequence[Passage],
    stated: Sequence[str | None],
    store: Store | None = None,
) -> FeelingScores:
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
    if not len(passages):
        return model.score(passages)
    asked = list(zip(passages, stated, strict=True))

    def judged(places: list[int]) -> dict[str, np.ndarray]:
        new = [asked[at] for at in places]
        by_workers = getattr(store, "has_workers", False) and len(new) > FEW and model.is_shipped
        scores = _judged_by_workers(cast("Store", store), new) if by_workers else _judged(model, new)
        languages = np.array([_READ.index(code) for code in scores.languages], dtype=np.int8)
        reasons = np.array(scores.reasons, dtype=object)
        return {"probabilities": scores.probabilities, "languages": languages, "reasons": reasons}

    written = [_written(*one, model.mark) for one in asked]
    found = kept_by_hash(keeper, KEPT_SCORES, code_stamp(), written, judged)
    languages = tuple(_READ[code] for code in found["languages"].tolist())
    return FeelingScores(found["probabilities"], tuple(found["reasons"]), languages)


def _judged(model: Sentiment, asked: Sequence[tuple[Passage, str | None]]) -> FeelingScores:
    return model.score([passage for passage, _ in asked], stated=[stated for _, stated in asked])


def _judged_by_workers(store: Store, asked: Sequence[tuple[Passage, str | None]]) -> FeelingScores:
    """The same, a part by each worker; passages take a twentieth of the time to send that they take to judge."""
    import pyarrow as pa

    rows = {"place": pa.array(range(len(asked)), pa.int64()), "asked": [pickle.dumps(one) for one in asked]}
    scored = pa.schema(
        {"place": pa.int64(), "chance": pa.list_(pa.float64()), "reason": pa.string(), "read": pa.string()}
    )
    sql = "select place, asked from passages_to_judge"
    with store.register("passages_to_judge", pa.table(rows)):
        told = gathered(store.mapped(sql, (), _judged_piece, scored), scored, "place").to_pydict()
    return FeelingScores(np.array(told["chance"]), tuple(told["reason"]), tuple(told["read"]))


def _judged_piece(rows: pa.Table) -> pa.Table:
    import pyarrow as pa

    from influence.text.sentiment.score import load_sentiment

    found = _judged(load_sentiment(), [pickle.loads(one) for one in rows["asked"].to_pylist()])
    chance = pa.array(found.probabilities.tolist(), pa.list_(pa.float64()))
    return pa.table(
        {"place": rows["place"], "chance": chance, "reason": list(found.reasons),
         "read": pa.array(found.languages, pa.string())}
    )  # fmt: skip
