"""What a profile says about single signals: another scale, and what an unknown value counts as."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from influence.question import Question
from influence.ranking.naming import says, signal_words
from influence.signals.base import Signal, SignalValues
from influence.signals.evidence import Evidence
from influence.signals.registry import SIGNALS

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
    if keep.all():
        return evidence, computed, gone
    kept = {name: (signal, taken(values, keep)) for name, (signal, values) in computed.items()}
    return evidence.among(evidence.pool[keep]), kept, gone


def taken(values: SignalValues, keep: np.ndarray) -> SignalValues:
    """The values of the candidates in `keep`."""
    parts = {name: part[keep] for name, part in values.parts.items()}
    told = None if values.told is None else values.told[keep]
    return replace(values, value=values.value[keep], support=values.support[keep], parts=parts, told=told)
