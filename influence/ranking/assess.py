"""Every signal and the score of every candidate, before the best are written out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from influence.errors import MissingDataError, UsageError
from influence.question import Filters, Question
from influence.ranking.baselines import follower_ranking
from influence.ranking.checklist import Narrowed, narrowed
from influence.ranking.naming import says, signal_words
from influence.ranking.pool import check_filters, pool_of
from influence.ranking.posterior import Posterior, taken
from influence.ranking.score import Scores, order_of, weigh
from influence.signals.base import Signal, SignalValues
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.registry import SIGNALS
from influence.store.people.resolving import resolve_account
from influence.text.niche import Niche

if TYPE_CHECKING:
    from influence.store.describe import Description, SignalAvailability
    from influence.store.workspace import Workspace


Computed = Mapping[str, tuple[Signal, SignalValues]]


def compute_signals(
    evidence: Evidence, question: Question, watch: Callable[[str], None] = lambda _: None
) -> Computed:
    """Every signal of the candidates, declared as the question wants it; `watch` is told each before it begins."""

    def computed(signal: Signal) -> tuple[Signal, SignalValues]:
        watch(f"Computing {signal_words(signal.name).lower()}")
        return signal, _values(signal, evidence)

    found = (computed(signal) for signal in SIGNALS)
    return {signal.name: (as_asked(signal, question, values.scale), values) for signal, values in found}


def _values(signal: Signal, evidence: Evidence) -> SignalValues:
    """The values of a signal; those that no niche decides are kept for the next one, whoever is ranked."""
    if signal.of_niche:
        return signal.compute(evidence)
    return SignalValues(**evidence.of_listed(signal.name, lambda listed: vars(signal.compute(listed))))


def as_asked(signal: Signal, question: Question, scale: str = "") -> Signal:
    """The declaration with the question's scale and unknown, or the `scale` of its evidence, in place of its own."""
    chosen = question.scales.get(signal.name, signal.scale)
    return replace(
        signal,
        # a profile that was written out and left as it is names the signal's own: no choice, the evidence decides
        scale=(scale or chosen) if chosen == signal.scale else chosen,  # type: ignore[arg-type]
        unknown=question.unknown.get(signal.name, signal.unknown),  # type: ignore[arg-type]
    )


def leave_out_unknown(evidence: Evidence, computed: Computed) -> tuple[Evidence, Computed, dict[str, int]]:
    """Drop the candidates that lack a value of a signal whose unknown is ``excluded``; and how many, by reason.

    A signal that nobody has excludes nobody: it is switched off and said to be.
    """
    keep = np.ones(evidence.n_candidates, dtype=bool)
    gone: dict[str, int] = {}
    for name, (signal, values) in computed.items():
        known = np.isfinite(values.value)
        if signal.unknown == "excluded" and known.any():
            n = int((keep & ~known).sum())
            gone |= {f"{says(signal_words(name).lower(), 'is', 'are')} unknown": n} if n else {}
            keep &= known
    return *_among(evidence, computed, keep), gone


def _among(evidence: Evidence, computed: Computed, keep: np.ndarray) -> tuple[Evidence, Computed]:
    if keep.all():
        return evidence, computed
    kept = {name: (signal, taken(values, keep)) for name, (signal, values) in computed.items()}
    return evidence.among(evidence.pool[keep]), kept


@dataclass(frozen=True)
class Assessment:
    """All candidates with their signals and scores, before the best are written out; `explain` reads it too."""

    question: Question
    evidence: Evidence
    signals: Mapping[str, tuple[Signal, SignalValues]]
    scores: Scores
    order: np.ndarray
    left_out: Mapping[str, int]
    switched_off: Mapping[str, str]
    baseline: str
    baseline_rank: np.ndarray
    narrowed: Narrowed | None = None
    posteriors: dict[int, Posterior] = field(default_factory=dict, repr=False, compare=False)
    """By seed; made when intervals are first asked for."""

    @cached_property
    def place(self) -> np.ndarray:
        """Rank of each candidate, 1 is best, shape (n_candidates,)."""
        place = np.empty(len(self.order), dtype=int)
        place[self.order] = np.arange(1, len(self.order) + 1)
        return place


def assess(
    workspace: Workspace,
    question: Question,
    material: Material | None = None,
    *,
    among: Collection[str] | None = None,
    alike: Assessment | None = None,
    watch: Callable[[str], None] = lambda _: None,
) -> Assessment:
    """Compute every signal and the score of every candidate; only those `among` these ids where any are told.

    `alike` answers a question with other filters, of the same `material`: what filters do not change is taken from it.
    `watch` is told every step before it begins; what it raises ends the work.
    """
    watch("Reading accounts")
    check_filters(question.filters)
    if question.top < 0:
        raise UsageError(
            "the number of rows cannot be negative", where="top", seen=question.top, expected="0 for all"
        )
    material = material or Material(workspace.store, question.as_of)
    if len(material.account_ids) == 0:
        raise MissingDataError(
            "there are no accounts to rank" + (f" as of {question.as_of}" if question.as_of else ""),
            where=workspace.place,
            hint="bring some in with `influence import PATH...`, or choose a later --as-of",
        )
    like = tuple(
        dict.fromkeys(resolve_account(material.store, name, material.account_ids) for name in question.like)
    )
    niche = Niche(question.keywords, question.brief, like, question.embedding_model, question.sense)
    examples = material.positions(list(like)).tolist()
    pool, left_out = pool_of(material, question.filters, examples)
    if among is not None:
        pool = pool[np.isin(material.account_ids[pool], list(among))]
    if len(pool) == 0:
        gone = ", ".join(f"{n:,} {why}" for why, n in left_out.items())
        raise MissingDataError("the filters leave nobody", seen=gone or None, hint="widen one of them")
    names = (question.brand or None, question.aliases, question.rivals)
    kept = narrowed(material, pool, question.conditions) if question.conditions else None
    pool, left_out = (pool, left_out) if kept is None else (kept.pool, {**left_out, **kept.left_out})
    watch("Reading texts for the niche")
    listed, _ = pool_of(material, Filters(), examples)
    everybody = Evidence(material, niche, listed, *names) if alike is None else alike.evidence.among(listed)
    if alike is None and niche and not everybody.niche_is_readable():
        everybody = Evidence(material, Niche(), listed, *names)
    # what is usual is learned of all whom the niche could list: who narrows a list sees the same values
    of_all = everybody.once("signals", lambda: compute_signals(everybody, question, watch))
    evidence, computed, without = leave_out_unknown(*_among(everybody, of_all, np.isin(listed, pool)))
    left_out = {**left_out, **without}
    scores, order = _weighed(computed, question, evidence.n_candidates)
    baseline, baseline_rank = follower_ranking(evidence)
    return Assessment(
        question,
        evidence,
        computed,
        scores,
        order,
        left_out,
        _switched_off(computed, evidence.niche),
        baseline,
        baseline_rank,
        kept,
    )


def _weighed(
    computed: Mapping[str, tuple[Signal, SignalValues]], question: Question, n_candidates: int
) -> tuple[Scores, np.ndarray]:
    scores = weigh(computed, question.weights, n_candidates)
    return scores, order_of(scores.score, (computed["niche_fit"][1].value,))


def reweighed(found: Assessment, question: Question) -> Assessment:
    """The answer to a question that differs from the one that was assessed in goal and weights alone."""
    scores, order = _weighed(found.signals, question, found.evidence.n_candidates)
    return replace(found, question=question, scores=scores, order=order, posteriors={})


def judged(description: Description, found: Assessment) -> Description:
    """A description as the signals themselves answer for everybody; what a niche or a brand may change stays open."""

    def of(one: SignalAvailability) -> SignalAvailability:
        signal, known = found.signals[one.name][0], found.scores.evidence.get(one.name)
        if not one.available or known or (known is None and signal.of_niche):
            return one
        if signal.of_niche:
            return replace(one, reason=f"{one.reason}; the same for all unless a niche tells them apart")
        why = found.switched_off.get(one.name, "the same for all, so it tells nobody apart")
        return replace(one, available=False, basis=(), reason=why)

    return replace(description, signals=tuple(map(of, description.signals)))


def _switched_off(computed: Mapping[str, tuple[Signal, SignalValues]], niche: Niche) -> dict[str, str]:
    off = {}
    for name, (signal, values) in computed.items():
        if not np.isfinite(values.value).any():
            missing = (
                "no niche was given"
                if name == "niche_fit" and not niche
                else "needs " + " or ".join(signal.needs)
            )
            off[name] = missing
    return off
