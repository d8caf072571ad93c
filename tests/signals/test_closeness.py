"""Closeness to examples through ties."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from influence.graph.audience import AudienceGraph
from influence.signals.closeness import closeness_to, shared_ties


@pytest.fixture(scope="module")
def friends() -> tuple[nx.Graph, AudienceGraph]:
    """Four groups of thirty friends each, with chance ties between them."""
    network = nx.planted_partition_graph(4, 30, 0.3, 0.03, seed=4)
    return network, AudienceGraph.from_networkx(network)


def test_shared_ties_are_those_of_adamic_and_adar(friends: tuple[nx.Graph, AudienceGraph]) -> None:
    network, graph = friends
    at = {name: place for place, name in enumerate(graph.ids)}
    seeds = np.zeros(graph.n_accounts)
    seeds[at["0"]] = 1.0
    found = shared_ties(graph, seeds)
    for _, other, score in nx.adamic_adar_index(network, [(0, other) for other in range(1, 120)]):
        assert found[at[str(other)]] == pytest.approx(4 * score)  # ties count both ways, on both legs


def test_the_rest_of_a_group_of_friends_is_found_from_three_of_them(
    friends: tuple[nx.Graph, AudienceGraph],
) -> None:
    _, graph = friends
    everyone = np.arange(graph.n_accounts)
    group = np.array([int(name) // 30 for name in graph.ids])
    examples = np.flatnonzero(group == 2)[:3]
    close = closeness_to(graph, examples, everyone)
    assert np.nanmax(close) == 1.0
    close[examples] = -1.0
    first = np.argsort(-np.nan_to_num(close))[:20]
    assert np.mean(group[first] == 2) >= 0.9


def test_who_no_chain_of_ties_leads_to_is_unknown() -> None:
    graph = AudienceGraph.from_edges(["a", "b", "x"], ["b", "a", "y"])
    close = closeness_to(graph, np.array([0]), np.arange(4))
    assert np.isnan(close[2:]).all()
    assert np.isfinite(close[1])


def test_closeness_by_hand_tells_the_head_apart(friends: tuple[nx.Graph, AudienceGraph]) -> None:
    _, graph = friends
    close = np.sort(closeness_to(graph, np.arange(3), np.arange(graph.n_accounts)))[::-1]
    assert close[0] == 1.0
    # of 120 the second nearest has 118 / 119 less close, and one closer; the last none less close, and 119 closer
    assert close[1] == pytest.approx((118 / 119 + 100 / 101) / 2)
    assert close[-1] == pytest.approx((0 + 100 / 219) / 2)


def test_many_examples_are_learned_from(friends: tuple[nx.Graph, AudienceGraph]) -> None:
    network = nx.planted_partition_graph(3, 120, 0.12, 0.03, seed=5)
    graph = AudienceGraph.from_networkx(network)
    group = np.array([int(name) // 120 for name in graph.ids])
    examples = np.flatnonzero(group == 1)[:60]
    close = closeness_to(graph, examples, np.arange(graph.n_accounts))
    close[examples] = -1.0
    assert np.mean(group[np.argsort(-close)[:50]] == 1) >= 0.9


def test_two_of_two_seen_followers_are_no_perfect_audience_where_most_were_not_read() -> None:
    """By hand: both readers of `small` and of `large` follow the example; `large` has more of them, and states more."""
    readers = [f"r{n}" for n in range(8)]
    ties = [(one, "example") for one in readers]
    ties += [(one, "large") for one in readers[:6]] + [(one, "small") for one in readers[:2]]
    graph = AudienceGraph.from_edges(*map(list, zip(*ties, strict=True)))
    at = {name: place for place, name in enumerate(graph.ids)}
    states = {"large": 30.0, "small": 28.0}
    following = np.array([states.get(name, np.nan) for name in graph.ids])
    whole = closeness_to(graph, np.array([at["example"]]), np.arange(graph.n_accounts))
    part = closeness_to(graph, np.array([at["example"]]), np.arange(graph.n_accounts), following)
    assert whole[at["small"]] > whole[at["large"]]
    assert part[at["large"]] > part[at["small"]]
    assert np.isnan(part[at["r0"]])  # nobody read follows it
