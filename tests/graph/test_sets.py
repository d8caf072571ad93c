"""Overlap, reach, coverage, spread, communities: against brute force and what is known by hand."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from influence.errors import GraphError
from influence.graph.audience import AudienceGraph
from influence.graph.coverage import greedy_coverage
from influence.graph.lookalikes import lookalikes
from influence.graph.overlap import pairwise_overlap, shared_with, unique_reach
from influence.graph.proximity import proximity
from influence.graph.spread import (
    expected_spread,
    maximise_spread,
    pass_on_chances,
    reverse_reachable_sets,
)
from influence.graph.structure import communities, core_numbers, reciprocity

SETS = st.lists(st.sets(st.integers(0, 11)), min_size=1, max_size=7)


def matrix(sets: list[set[int]], n_people: int = 12) -> sp.csr_array:
    rows = [i for i, people in enumerate(sets) for _ in people]
    columns = [person for people in sets for person in sorted(people)]
    return sp.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(sets), n_people))


@given(SETS)
def test_overlap_and_reach_agree_with_python_sets(sets: list[set[int]]) -> None:
    members = matrix(sets)
    found, reach = pairwise_overlap(members), unique_reach(members)
    for i, j in itertools.product(range(len(sets)), repeat=2):
        shared, union = len(sets[i] & sets[j]), len(sets[i] | sets[j])
        smaller = min(len(sets[i]), len(sets[j]))
        assert found.shared[i, j] == shared
        assert found.share[i, j] == pytest.approx(shared / smaller if smaller else np.nan, nan_ok=True)
        assert found.jaccard[i, j] == pytest.approx(shared / union if union else np.nan, nan_ok=True)
    assert reach.unique == len(set().union(*sets))
    assert reach.total == sum(map(len, sets))
    for i, people in enumerate(sets):
        others = set().union(*(other for j, other in enumerate(sets) if j != i))
        assert reach.exclusive[i] == len(people - others)


def test_weights_of_people_count_in_overlap_and_reach() -> None:
    members, people = matrix([{0, 1}, {1, 2}], 3), np.array([1.0, 10.0, 0.0])
    assert pairwise_overlap(members, people).shared.tolist() == [[11, 10], [10, 10]]
    assert unique_reach(members, people).exclusive.tolist() == [1, 0]
    with pytest.raises(GraphError):
        unique_reach(members, np.array([1.0, -1.0, 0.0]))


def brute_force(
    sets: list[set[int]], costs: np.ndarray, size: int, budget: float, worth: tuple[float, ...]
) -> float:
    best = 0.0
    for r in range(size + 1):
        for chosen in itertools.combinations(range(len(sets)), r):
            if sum(costs[list(chosen)]) <= budget + 1e-12:
                times = np.bincount([p for i in chosen for p in sets[i]], minlength=12)
                best = max(best, sum(worth[:t].__len__() and sum(worth[:t]) for t in times))
    return best


@given(SETS, st.integers(1, 4), st.sampled_from([(1.0,), (1.0, 0.5), (1.0, 0.3, 0.1)]))
@settings(max_examples=60)
def test_greedy_keeps_its_promise_and_its_bound(
    sets: list[set[int]], size: int, worth: tuple[float, ...]
) -> None:
    found = greedy_coverage(matrix(sets), size=size, exposure=worth)
    best = brute_force(sets, np.ones(len(sets)), size, np.inf, worth)
    assert (1 - 1 / np.e) * best - 1e-9 <= found.value <= best + 1e-9 <= found.upper_bound + 2e-9
    assert found.value == pytest.approx(found.gains.sum())
    assert (np.diff(found.gains) <= 1e-12).all()


@given(SETS, st.lists(st.integers(1, 9), min_size=7, max_size=7), st.integers(1, 20))
@settings(max_examples=60)
def test_greedy_with_costs_keeps_its_promise_and_its_bound(
    sets: list[set[int]], prices: list[int], budget: int
) -> None:
    costs = np.array(prices[: len(sets)], dtype=float)
    found = greedy_coverage(matrix(sets), budget=budget, costs=costs)
    best = brute_force(sets, costs, len(sets), budget, (1.0,))
    assert found.cost == costs[found.chosen].sum() <= budget
    assert 0.5 * (1 - 1 / np.e) * best - 1e-9 <= found.value <= best + 1e-9 <= found.upper_bound + 2e-9


def plain_greedy(sets: list[set[int]], size: int) -> list[int]:
    covered: set[int] = set()
    chosen: list[int] = []
    for _ in range(size):
        gains = [(len(people - covered), -i) for i, people in enumerate(sets) if i not in chosen]
        gain, i = max(gains, default=(0, 0))
        if gain == 0:
            break
        chosen.append(-i)
        covered |= sets[-i]
    return chosen


@given(SETS)
def test_lazy_greedy_chooses_what_plain_greedy_chooses(sets: list[set[int]]) -> None:
    assert greedy_coverage(matrix(sets), size=4).chosen.tolist() == plain_greedy(sets, 4)


def test_must_have_and_never_are_kept() -> None:
    members = matrix([{0, 1, 2}, {3}, {4, 5}, set()])
    found = greedy_coverage(members, size=2, must_have=[1], never=[0])
    assert found.chosen.tolist() == [1, 2]
    with pytest.raises(GraphError, match="does not fit"):
        greedy_coverage(members, size=1, must_have=[1, 2])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"size": -1},
        {"budget": np.nan},
        {"size": 1, "costs": np.zeros(2)},
        {"size": 1, "people": np.full(12, -1.0)},
        {"size": 1, "exposure": (0.5, 1.0)},
    ],
)
def test_limits_that_make_no_sense_are_refused(options: dict) -> None:
    with pytest.raises(GraphError):
        greedy_coverage(matrix([{0}, {1}]), **options)


def test_a_message_that_always_passes_reaches_everyone_upstream() -> None:
    graph = AudienceGraph.from_edges(["b", "c", "d", "x"], ["a", "b", "c", "y"])
    sets = reverse_reachable_sets(graph.attention, np.ones(4, np.float32), 4000, np.random.default_rng(0))
    assert expected_spread(sets, graph.positions(["a"]))[0] == pytest.approx(4, abs=0.3)
    found = maximise_spread(graph.attention, 2, np.random.default_rng(0), chance=1.0)
    assert [graph.ids[i] for i in found.chosen] == ["a", "y"]
    assert found.spread == pytest.approx(6)


def exact_spread(ties: list[tuple[int, int]], chances: list[float], n: int, starts: Iterable[int]) -> float:
    """Every way ties can pass or not, weighted by its chance; a tie (v, u) passes from u to v."""
    total = 0.0
    for passed in itertools.product([False, True], repeat=len(ties)):
        chance = np.prod([c if yes else 1 - c for yes, c in zip(passed, chances, strict=True)])
        network = nx.DiGraph([(u, v) for (v, u), yes in zip(ties, passed, strict=True) if yes])
        network.add_nodes_from(range(n))
        total += chance * len(set(starts).union(*(nx.descendants(network, s) for s in starts)))
    return total


def test_spread_agrees_with_every_possible_world_whatever_the_weights() -> None:
    ties = [(0, 1), (0, 2), (3, 0), (4, 0), (4, 3), (5, 4), (5, 1), (2, 5)]
    weights = [3.0, 1.0, 1.0, 0.5, 4.0, 1.0, 2.0, 1.0]
    graph = AudienceGraph.from_edges(*map(list, zip(*ties, strict=True)), weights, ids=np.arange(6))
    chances = pass_on_chances(graph.attention)
    entries = graph.attention.tocoo()
    kept = list(zip(entries.row.tolist(), entries.col.tolist(), strict=True))
    sets = reverse_reachable_sets(graph.attention, chances, 40_000, np.random.default_rng(4))
    truth = {}
    for pair in itertools.combinations(range(6), 2):
        truth[pair] = exact_spread(kept, chances.tolist(), 6, pair)
        spread, error = expected_spread(sets, pair)
        assert spread == pytest.approx(truth[pair], abs=4 * error + 1e-9)
    found = maximise_spread(graph.attention, 2, np.random.default_rng(5))
    assert truth[tuple(sorted(found.chosen.tolist()))] == pytest.approx(max(truth.values()))
    assert found.spread == pytest.approx(max(truth.values()), abs=4 * found.standard_error + 1e-9)
    assert found.guarantee >= 0.75


def test_the_same_seed_spreads_the_same_message() -> None:
    graph = AudienceGraph.from_edges(np.arange(50) % 7, np.arange(50) % 11, ids=np.arange(11))
    first, second = (maximise_spread(graph.attention, 3, np.random.default_rng(1)) for _ in range(2))
    assert first.chosen.tolist() == second.chosen.tolist()
    assert (first.spread, first.n_sets) == (second.spread, second.n_sets)


def test_expected_spread_agrees_with_simulated_cascades() -> None:
    rng = np.random.default_rng(5)
    network = nx.gnp_random_graph(40, 0.08, seed=2, directed=True)
    graph = AudienceGraph.from_networkx(nx.relabel_nodes(network, {i: f"{i:02d}" for i in network}))
    sets = reverse_reachable_sets(graph.attention, np.full(graph.n_ties, 0.3, np.float32), 60_000, rng)
    starts, reached = [0, 7], []
    followers = graph.audience
    for _ in range(4000):
        active, frontier = set(starts), list(starts)
        while frontier:
            heard = followers.indices[followers.indptr[frontier[0]] : followers.indptr[frontier[0] + 1]]
            fresh = [int(v) for v in heard if v not in active and rng.random() < 0.3]
            active.update(fresh)
            frontier = frontier[1:] + fresh
        reached.append(len(active))
    spread, error = expected_spread(sets, starts)
    assert spread == pytest.approx(np.mean(reached), abs=4 * (error + np.std(reached) / np.sqrt(4000)))


def test_only_candidates_start_a_message() -> None:
    graph = AudienceGraph.from_edges(["b", "c", "d"], ["a", "a", "b"])
    found = maximise_spread(
        graph.attention, 1, np.random.default_rng(0), chance=1.0, candidates=np.array([1, 2])
    )
    assert found.chosen.tolist() == [1]


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_core_numbers_and_reciprocity_agree_with_networkx(seed: int) -> None:
    network = nx.gnp_random_graph(25, 0.15, seed=seed, directed=True)
    graph = AudienceGraph.from_networkx(nx.relabel_nodes(network, {i: f"{i:02d}" for i in network}))
    expected = nx.core_number(network.to_undirected())
    assert core_numbers(graph.attention).tolist() == [expected[i] for i in range(25)]
    if network.number_of_edges():
        assert reciprocity(graph.attention) == pytest.approx(nx.reciprocity(network))


@pytest.mark.parametrize("library", ["igraph", "networkx"])
def test_planted_circles_are_found(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if library == "igraph":
        pytest.importorskip("igraph")
    else:
        monkeypatch.setitem(__import__("sys").modules, "igraph", None)
    network = nx.planted_partition_graph(3, 20, 0.6, 0.02, seed=1)
    graph = AudienceGraph.from_networkx(nx.relabel_nodes(network, {i: f"{i:02d}" for i in network}))
    found = communities(graph.attention)
    assert found.tolist() == [0] * 20 + [1] * 20 + [2] * 20
    assert (communities(graph.attention) == found).all()


def test_an_account_with_the_same_readers_is_the_first_lookalike() -> None:
    readers = [f"r{i}" for i in range(10)]
    ties = [(r, "twin1") for r in readers] + [(r, "twin2") for r in readers[:9]]
    ties += [(readers[0], "lucky"), ("r99", "stranger")] + [(f"s{i}", "giant") for i in range(300)]
    ties += [(r, "giant") for r in readers]
    graph = AudienceGraph.from_edges(*zip(*ties, strict=True))
    found = lookalikes(graph, "twin1")
    assert [row.account_id for row in found] == ["twin2", "giant", "lucky"]
    assert (found[0].shared, found[0].audience, found[0].share) == (9, 9, 1.0)
    assert shared_with(graph.audience, graph.attention, int(graph.positions(["twin1"])[0])).max() == 10


def test_proximity_finds_the_circle_of_the_examples_and_not_the_famous() -> None:
    network = nx.planted_partition_graph(2, 40, 0.2, 0.02, seed=3)
    network.add_edges_from(("star", i) for i in range(80))
    graph = AudienceGraph.from_networkx(nx.relabel_nodes(network, str))
    scores = dict(zip(graph.ids, proximity(graph, ["1", "2", "3"]), strict=True))
    best = sorted((i for i in scores if i not in "123"), key=lambda i: -scores[i])[:20]
    assert sum(int(i) < 40 for i in best if i != "star") >= 15
    raw = dict(zip(graph.ids, proximity(graph, ["1", "2", "3"], normalise=None), strict=True))
    assert max(raw, key=lambda i: raw[i]) == "star"


def test_proximity_is_zero_where_no_chain_of_ties_leads_and_names_what_is_wrong() -> None:
    graph = AudienceGraph.from_edges(["a", "c"], ["b", "d"])
    near = graph.proximity(["a"])
    assert (near[:2] > 0).all()
    assert near[2:].tolist() == [0, 0]
    for wrong in ([], ["nobody"]):
        with pytest.raises(GraphError):
            graph.proximity(wrong)
    with pytest.raises(GraphError, match="normalise"):
        graph.proximity(["a"], normalise="fame")
