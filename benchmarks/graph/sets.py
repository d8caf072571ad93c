"""Measured steps about expected spread."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from benchmarks.graph.measuring import Result, load, measured, peak_mb


def spread_ours(folder: str) -> Result:
    """Fifty accounts of largest expected spread, weighted cascade, by `maximise_spread`; judged as the peer's."""
    from influence.selection.spread import maximise_spread

    attention = _unweighted(folder)
    seconds, found = measured(lambda: maximise_spread(attention, 50, np.random.default_rng(1)))
    peak = peak_mb()
    spread, error = _judged(attention, found.chosen.tolist())
    return {
        "total_s": seconds, "spread": spread, "standard_error": error, "sets": found.n_sets,
        "guarantee": found.guarantee, "peak_mb": peak,
    }  # fmt: skip


def _unweighted(folder: str) -> sp.csr_array:
    from influence.graph.audience import AudienceGraph

    source, target, _, n, _ = load(folder)
    attention = AudienceGraph.from_edges(source, target, ids=np.arange(n)).attention
    attention.data[:] = 1
    return attention


def _judged(attention: sp.csr_array, chosen: list[int]) -> tuple[float, float]:
    """Expected spread and standard error by a hundred thousand sets that chose nobody."""
    from influence.selection.spread import Sampler, expected_spread, pass_on_chances

    sampler = Sampler(attention, pass_on_chances(attention), np.random.default_rng(3))
    return expected_spread(sampler.draw(100_000), chosen)


def spread_pynetim(folder: str) -> Result:
    """The same by pynetim's IMM; its choice is judged by our sets."""
    from pynetim import IMGraph, IMMAlgorithm

    from influence.selection.spread import pass_on_chances

    attention = _unweighted(folder)
    chances = pass_on_chances(attention)
    entries = attention.tocoo()
    edges = np.stack([entries.col, entries.row], axis=1).tolist()
    make_s, peer = measured(
        lambda: IMGraph([tuple(e) for e in edges], weights=chances.tolist(), renumber=False)
    )
    seconds, chosen = measured(lambda: list(IMMAlgorithm(peer, model="IC", epsilon=0.5).run(k=50)))
    spread, error = _judged(attention, chosen)
    return {
        "make_s": make_s,
        "total_s": seconds,
        "spread": spread,
        "standard_error": error,
        "peak_mb": peak_mb(),
    }
