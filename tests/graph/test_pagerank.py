"""PageRank against networkx, against a plain loop, and against what can be known by hand."""

from __future__ import annotations

from functools import partial

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.graph.plain import power_iteration
from influence.errors import ConvergenceError, GraphError
from influence.graph.audience import AudienceGraph
from influence.graph.fast import _load, gauss_seidel
from influence.graph.solver import Solver

SOLVERS = ["plain", "fast"]


def make_solver(name: str, graph: AudienceGraph) -> Solver:
    if name == "plain":
        return Solver(graph.audience)
    kernels = _load()
    if kernels is None:
        pytest.skip("numba is not installed")
    return Solver(graph.audience, partial(gauss_seidel, kernels))


@st.composite
def graphs(draw: st.DrawFn) -> AudienceGraph:
    """Small weighted graphs with dangling accounts, leaves, self-ties and repeated ties."""
    n = draw(st.integers(1, 12))
    ends = st.integers(0, n - 1)
    ties = draw(st.lists(st.tuples(ends, ends, st.floats(1e-30, 5.0) | st.just(0.0)), max_size=40))
    single = draw(st.booleans())
    source, target, weight = (list(part) for part in zip(*ties, strict=True)) if ties else ([], [], [])
    weights = np.array(weight, dtype=np.float32 if single else np.float64)
    names = [f"web:{i:02d}" for i in range(n)]
    return AudienceGraph.from_edges(
        np.array(source, dtype=np.int32), np.array(target, dtype=np.int32), weights, ids=names
    )


@st.composite
def graphs_and_niches(draw: st.DrawFn) -> tuple[AudienceGraph, np.ndarray]:
    graph = draw(graphs())
    size = graph.n_accounts
    niche = draw(st.lists(st.floats(0.0, 3.0, allow_subnormal=False), min_size=size, max_size=size))
    return graph, np.array(niche)


def by_networkx(graph: AudienceGraph, niche: np.ndarray | None, damping: float) -> np.ndarray:
    network = graph.to_networkx()
    personal = None if niche is None else dict(zip(graph.ids, niche, strict=True))
    scores = nx.pagerank(network, alpha=damping, personalization=personal, tol=1e-14, max_iter=5000)
    return np.array([scores[i] for i in graph.ids])


@pytest.mark.parametrize("name", SOLVERS)
@given(graphs_and_niches(), st.sampled_from([0.0, 0.3, 0.85, 0.97]))
@settings(deadline=None, max_examples=120)
def test_any_niche_on_any_graph_agrees_with_networkx(
    name: str, case: tuple[AudienceGraph, np.ndarray], damping: float
) -> None:
    graph, niche = case
    if niche.sum() <= 0:
        with pytest.raises(GraphError, match="niche is empty"):
            graph.pagerank(niche)
        return
    result = make_solver(name, graph).solve(niche / niche.sum(), damping, 1e-8)
    error = np.abs(result.scores - by_networkx(graph, niche, damping)).sum()
    assert error <= result.l1_bound + 1e-11 <= 1e-8 + 1e-11
    assert result.scores.sum() == pytest.approx(1, abs=1e-12)


@given(graphs())
@settings(deadline=None, max_examples=40)
def test_no_niche_means_everybody_alike(graph: AudienceGraph) -> None:
    assert np.abs(graph.pagerank() - by_networkx(graph, None, 0.85)).sum() <= 1e-8


@pytest.fixture(scope="module")
def crowd() -> AudienceGraph:
    """3,000 accounts, half of whom nobody follows, some of whom follow nobody, in 30 loose circles."""
    rng = np.random.default_rng(7)
    n, m = 3000, 20_000
    source = rng.integers(0, n, m)
    near = (source + rng.geometric(0.02, m)) % n
    popular = (n * rng.random(m) ** 3).astype(int)
    target = np.where(rng.random(m) < 0.7, near, popular)
    target -= target % 2
    source = source[source % 50 != 0]
    target = target[: len(source)]
    weight = rng.random(len(source)).astype(np.float32)
    return AudienceGraph.from_edges(source, target, weight, ids=np.arange(n))


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("damping", [0.5, 0.85, 0.99])
def test_the_error_bound_holds_on_a_larger_graph(crowd: AudienceGraph, name: str, damping: float) -> None:
    niche = np.zeros(crowd.n_accounts)
    niche[[1, 2, 50, 777]] = [1, 2, 1, 0.5]
    niche /= niche.sum()
    truth = power_iteration(crowd.audience, crowd.out_strength, niche, damping, 1e-13)
    for tol in (1e-4, 1e-8, 1e-11):
        result = make_solver(name, crowd).solve(niche, damping, tol)
        assert np.abs(result.scores - truth).sum() <= result.l1_bound + 2e-13 <= tol + 2e-13


@pytest.mark.parametrize("name", SOLVERS)
def test_the_same_question_gets_the_same_bits(crowd: AudienceGraph, name: str) -> None:
    niche = np.full(crowd.n_accounts, 1 / crowd.n_accounts)
    first, second = (make_solver(name, crowd).solve(niche, 0.85, 1e-8).scores for _ in range(2))
    assert first.tobytes() == second.tobytes()


@given(graphs_and_niches(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_the_order_of_ties_does_not_matter(case: tuple[AudienceGraph, np.ndarray], shuffle: object) -> None:
    graph, niche = case
    if niche.sum() <= 0:
        return
    ties = graph.attention.tocoo()
    order = np.random.default_rng(shuffle.randint(0, 99)).permutation(ties.nnz)  # type: ignore[attr-defined]
    again = AudienceGraph.from_edges(ties.row[order], ties.col[order], ties.data[order], ids=graph.id_array)
    assert again.pagerank(niche).tobytes() == graph.pagerank(niche).tobytes()


def test_two_accounts_that_follow_each_other_share_alike() -> None:
    graph = AudienceGraph.from_edges(["a", "b"], ["b", "a"])
    assert graph.pagerank() == pytest.approx([0.5, 0.5])
    assert graph.pagerank({"a": 1}) == pytest.approx([1 / 1.85, 0.85 / 1.85])


def test_a_chain_without_a_cycle_needs_few_sweeps_and_is_exact() -> None:
    graph = AudienceGraph.from_edges(["a", "b"], ["b", "c"])
    weights = np.array([1, 0.85, 0.85**2])
    assert graph.pagerank({"a": 1}) == pytest.approx(weights / weights.sum(), abs=1e-9)


def test_segments_that_only_pay_and_authors_that_only_receive_need_no_sweep() -> None:
    graph = AudienceGraph.from_edges(["c:1", "c:1", "c:2"], ["w:a", "w:b", "w:b"], [3.0, 1.0, 2.0])
    result = graph.pagerank_result({"c:1": 1})
    assert result.iterations == 0
    assert result.scores == pytest.approx(np.array([1, 0, 0.85 * 0.75, 0.85 * 0.25]) / 1.85)


def test_rounds_that_run_out_raise_their_own_error(
    crowd: AudienceGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("influence.graph.solver.MAX_ROUNDS", 1)
    niche = np.full(crowd.n_accounts, 1 / crowd.n_accounts)
    with pytest.raises(ConvergenceError, match="after 15 sweeps"):
        make_solver("plain", crowd).solve(niche, 0.85, 1e-12)


@pytest.mark.parametrize(
    ("teleport", "message"),
    [
        (np.zeros(3), "niche is empty"),
        ({}, "niche is empty"),
        (np.ones(2), "another length"),
        (np.array([1.0, -1.0, 0.0]), "negative"),
        (np.array([1.0, np.nan, 0.0]), "not a number"),
        ({"nobody": 1.0}, "not in ids"),
    ],
)
def test_a_teleport_that_makes_no_sense_is_named(teleport: object, message: str) -> None:
    graph = AudienceGraph.from_edges(["a", "b"], ["b", "c"])
    with pytest.raises(GraphError, match=message):
        graph.pagerank(teleport)  # type: ignore[arg-type]


@pytest.mark.parametrize(("damping", "tol"), [(1.0, 1e-8), (-0.1, 1e-8), (0.85, 0.0), (0.85, float("nan"))])
def test_settings_out_of_range_are_refused(damping: float, tol: float) -> None:
    with pytest.raises(GraphError):
        AudienceGraph.from_edges(["a"], ["b"]).pagerank(damping=damping, tol=tol)


def test_an_empty_graph_says_so() -> None:
    with pytest.raises(GraphError, match="no accounts"):
        AudienceGraph.from_edges([], []).pagerank()
