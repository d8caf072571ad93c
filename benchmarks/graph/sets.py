"""Measured steps about sets of accounts: coverage, nearest audiences, expected spread."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks.graph.steps import load, measured, peak_mb

Result = dict[str, Any]
N_CANDIDATES, N_PEOPLE, N_MEMBERSHIPS, N_CHOSEN = 100_000, 1_000_000, 10_000_000, 100


def audiences(n_candidates: int = N_CANDIDATES, n_memberships: int = N_MEMBERSHIPS) -> sp.csr_array:
    """Audiences of very unequal size over people of unequal activity."""
    rng = np.random.default_rng(11)
    sizes = rng.pareto(1.2, n_candidates) + 1
    cuts = np.cumsum(sizes)
    rows = np.searchsorted(cuts, rng.random(n_memberships) * cuts[-1]).astype(np.int32)
    people = (N_PEOPLE * rng.random(n_memberships) ** 1.5).astype(np.int32)
    ones = np.ones(n_memberships, dtype=np.float32)
    members = sp.coo_array((ones, (rows, people)), shape=(n_candidates, N_PEOPLE)).tocsr()
    members.data[:] = 1
    return sp.csr_array(members)


def coverage_ours(_: str) -> Result:
    """`greedy_coverage`, from the matrix."""
    from influence.graph.coverage import greedy_coverage

    members = audiences()
    seconds, found = measured(lambda: greedy_coverage(members, size=N_CHOSEN))
    return {
        "total_s": seconds, "value": found.value, "looked": found.n_looked, "guarantee": found.guarantee,
        "chosen": found.chosen.tolist(), "peak_mb": peak_mb(),
    }  # fmt: skip


def coverage_sets(_: str) -> Result:
    """Lazy greedy over Python sets; making the sets is timed apart."""
    members = audiences()

    def to_sets() -> list[set[int]]:
        bounds = members.indptr
        return [set(members.indices[bounds[i] : bounds[i + 1]].tolist()) for i in range(members.shape[0])]

    make_s, sets = measured(to_sets)

    def greedy() -> list[int]:
        heap = [(-len(people), i, 0) for i, people in enumerate(sets)]
        heapq.heapify(heap)
        covered: set[int] = set()
        chosen: list[int] = []
        while heap and len(chosen) < N_CHOSEN:
            _, i, when = heapq.heappop(heap)
            if when == len(chosen):
                chosen.append(i)
                covered |= sets[i]
            else:
                heapq.heappush(heap, (-len(sets[i] - covered), i, len(chosen)))
        return chosen

    seconds, chosen = measured(greedy)
    return {"make_s": make_s, "total_s": seconds, "chosen": chosen, "peak_mb": peak_mb()}


def spread_ours(folder: str) -> Result:
    """Fifty accounts of largest expected spread, weighted cascade, by `maximise_spread`; judged as the peer's."""
    from influence.graph.spread import maximise_spread

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
    from influence.graph.spread import expected_spread, pass_on_chances, reverse_reachable_sets

    chances = pass_on_chances(attention)
    return expected_spread(
        reverse_reachable_sets(attention, chances, 100_000, np.random.default_rng(3)), chosen
    )


def spread_pynetim(folder: str) -> Result:
    """The same by pynetim's IMM; its choice is judged by our sets."""
    from pynetim import IMGraph, IMMAlgorithm

    from influence.graph.spread import pass_on_chances

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


STEPS = {
    step.__name__: step
    for step in (
        coverage_ours, coverage_sets, spread_ours, spread_pynetim,
    )
}  # fmt: skip
