"""Five example blogs of one side of polblogs: how well is the rest of that side found?

``python -m benchmarks.graph.polblogs [FOLDER]``; the folder holds nodes.csv and edges.csv (Adamic and Glance 2005).
Draws with seed 5 chose the defaults of `AudienceGraph.proximity`; these here are others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from influence.graph.audience import AudienceGraph

TEST_SEED = 20_05
Score = Callable[[np.ndarray], np.ndarray]


def load(folder: Path) -> tuple[AudienceGraph, np.ndarray]:
    """The graph of links, and each blog's side."""
    nodes, edges = pd.read_csv(folder / "nodes.csv"), pd.read_csv(folder / "edges.csv")
    graph = AudienceGraph.from_edges(
        edges.source.to_numpy(), edges.target.to_numpy(), ids=nodes.id.to_numpy()
    )
    return graph, nodes.value.to_numpy()


def draws(
    graph: AudienceGraph, sides: np.ndarray, n_examples: int, n_draws: int, seed: int
) -> Iterator[tuple[int, np.ndarray]]:
    """(side, positions of examples), each side `n_draws` times, among blogs with a link."""
    rng = np.random.default_rng(seed)
    linked = (graph.in_degree + graph.out_degree) > 0
    for side in (0, 1):
        pool = np.flatnonzero((sides == side) & linked)
        for _ in range(n_draws):
            yield side, rng.choice(pool, n_examples, replace=False)


def auc(scores: np.ndarray, positive: np.ndarray) -> float:
    """Chance that a positive is ranked above a negative; ties count half."""
    ranks = pd.Series(scores).rank().to_numpy()
    n_positive = positive.sum()
    above = ranks[positive].sum() - n_positive * (n_positive + 1) / 2
    return float(above / (n_positive * (~positive).sum()))


def methods(graph: AudienceGraph) -> dict[str, Score]:
    """The default beside in-degree and the PageRanks of networkx."""
    import networkx as nx

    network = graph.to_networkx()
    plain = nx.pagerank(network, tol=1e-10, max_iter=1000)
    everywhere = np.array([plain[i] for i in graph.ids])

    def topical(examples: np.ndarray) -> np.ndarray:
        niche = {graph.ids[i]: 1.0 for i in examples}
        found = nx.pagerank(network, personalization=niche, tol=1e-10, max_iter=1000)
        return np.array([found[i] for i in graph.ids])

    def ours(**options: object) -> Score:
        return lambda examples: graph.proximity(indicator(graph, examples), **options)

    plain_acl = {"damping": 0.85, "pseudo_ties": 0.0, "seed_power": 0.0}
    return {
        "proximity (default)": ours(),
        "proximity, damping 0.85, not shrunk (Andersen et al.)": ours(**plain_acl),
        "in-degree": lambda examples: graph.in_degree.astype(float),
        "PageRank, networkx": lambda examples: everywhere,
        "topical PageRank, networkx": topical,
        "topical over plain PageRank, networkx": lambda examples: topical(examples) / everywhere,
    }


def indicator(graph: AudienceGraph, examples: np.ndarray) -> np.ndarray:
    """Teleport vector over examples."""
    vector = np.zeros(graph.n_accounts)
    vector[examples] = 1.0
    return vector


def measure(folder: Path, n_draws: int = 20, n_examples: int = 5) -> pd.DataFrame:
    """Median, mean and worst AUC of every method over draws of both sides."""
    graph, sides = load(folder)
    linked = (graph.in_degree + graph.out_degree) > 0
    rows = []
    for name, score in methods(graph).items():
        found: dict[int, list[float]] = {0: [], 1: []}
        for side, examples in draws(graph, sides, n_examples, n_draws, TEST_SEED):
            rest = linked.copy()
            rest[examples] = False
            found[side].append(auc(score(examples)[rest], sides[rest] == side))
        both = np.array(found[0] + found[1])
        rows.append(
            {
                "method": name,
                "left, median": np.median(found[0]),
                "right, median": np.median(found[1]),
                "mean": both.mean(),
                "share above .95": (both > 0.95).mean(),
                "worst": both.min(),
            }
        )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("data/samples/polblogs")
    print(measure(place).round(3).to_string(index=False))
