"""Real blogs: five examples of a side find the rest of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.graph import polblogs

FOLDER = Path(__file__).parents[2] / "data/samples/polblogs"


@pytest.mark.skipif(not (FOLDER / "edges.csv").exists(), reason="the sample data are not here")
def test_five_examples_find_their_side_and_fame_does_not() -> None:
    graph, sides = polblogs.load(FOLDER)
    linked = (graph.in_degree + graph.out_degree) > 0
    found: dict[int, list[float]] = {0: [], 1: []}
    for side, examples in polblogs.draws(graph, sides, 5, 5, seed=77):
        rest = linked.copy()
        rest[examples] = False
        scores = graph.proximity(polblogs.indicator(graph, examples))
        found[side].append(polblogs.auc(scores[rest], sides[rest] == side))
        assert polblogs.auc(graph.in_degree[rest], sides[rest] == side) < 0.6
    assert min(np.median(found[0]), np.median(found[1])) > 0.95
