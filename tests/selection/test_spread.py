"""From whom a message spreads furthest: against every possible world, simulated cascades and what is known by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp

from influence.errors import MissingDataError
from influence.graph.audience import AudienceGraph
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.selection.seeding import seed_message
from influence.selection.spread import Sampler, expected_spread, maximise_spread, pass_on_chances
from influence.session import Session


def sets_of(
    attention: sp.csr_array, chances: np.ndarray, n_sets: int, rng: np.random.Generator
) -> sp.csr_array:
    return Sampler(attention, chances, rng).draw(n_sets)


def test_a_message_that_always_passes_reaches_everyone_upstream() -> None:
    graph = AudienceGraph.from_edges(["b", "c", "d", "x"], ["a", "b", "c", "y"])
    sets = sets_of(graph.attention, np.ones(4, np.float32), 4000, np.random.default_rng(0))
    assert expected_spread(sets, graph.positions(["a"]))[0] == pytest.approx(4, abs=0.3)
    found = maximise_spread(
        graph.attention, 2, np.random.default_rng(0), chances=pass_on_chances(graph.attention, 1.0)
    )
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
    sets = sets_of(graph.attention, chances, 40_000, np.random.default_rng(4))
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
    sets = sets_of(graph.attention, np.full(graph.n_ties, 0.3, np.float32), 60_000, rng)
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
        graph.attention,
        1,
        np.random.default_rng(0),
        chances=pass_on_chances(graph.attention, 1.0),
        candidates=np.array([1, 2]),
    )
    assert found.chosen.tolist() == [1]


def test_where_only_some_count_the_message_goes_where_they_are() -> None:
    crowd = [(f"c{i}", "famous") for i in range(30)]
    circle = [(f"m{i}", "local") for i in range(5)]
    graph = AudienceGraph.from_edges(*zip(*[*crowd, *circle], strict=True))
    worth = np.array([float(str(name).startswith("m")) for name in graph.ids])
    plain = maximise_spread(
        graph.attention, 1, np.random.default_rng(0), chances=pass_on_chances(graph.attention, 1.0)
    )
    told = maximise_spread(
        graph.attention,
        1,
        np.random.default_rng(0),
        chances=pass_on_chances(graph.attention, 1.0),
        worth=worth,
    )
    assert [graph.ids[plain.chosen[0]], graph.ids[told.chosen[0]]] == ["famous", "local"]
    assert told.spread == pytest.approx(5)
    assert told.of(plain.chosen)[0] == 0


def test_whom_to_tell_first_beats_the_plain_choices_and_says_what_it_guesses(sample: Path) -> None:
    with Session(sample) as session:
        found = session.spread("vegan baking", 5)
        again = session.spread("vegan baking", 5)
    ours, *others = found.choices
    assert [one.choice for one in others] == ["best by score", "best by followers", "most readers seen"]
    assert all(ours.low > one.high for one in others)
    assert sum(one.adds for one in found) == pytest.approx(ours.reached)
    assert found.seeds[0].adds == pytest.approx(found.seeds[0].alone)
    assert found.guarantee >= 0.75
    assert set(found.shifted) == {0.5, 2.0}
    assert found == again


def test_without_ties_nothing_is_said_about_word_of_mouth(workspace_of: Callable[..., Any]) -> None:
    workspace = workspace_of(accounts=[{"account_id": "x:a"}, {"account_id": "x:b"}])
    with pytest.raises(MissingDataError, match="pay attention"):
        seed_message(assess(workspace, question_of("")), 1)
