"""Overlap, reach, coverage, spread, communities: against brute force and what is known by hand."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from influence.errors import GraphError
from influence.graph.audience import AudienceGraph
from influence.graph.overlap import lookalikes, pairwise_overlap, shared_with, unique_reach
from influence.graph.stats import communities, core_numbers, reciprocity

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
    scores = dict(zip(graph.ids, graph.proximity(["1", "2", "3"]), strict=True))
    best = sorted((i for i in scores if i not in "123"), key=lambda i: -scores[i])[:20]
    assert sum(int(i) < 40 for i in best if i != "star") >= 15
    raw = dict(zip(graph.ids, graph.proximity(["1", "2", "3"], normalise=None), strict=True))
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
