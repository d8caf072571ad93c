"""Building the graph: from arrays, files and networkx, and out again."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.errors import GraphError, OutputError
from influence.graph import build
from influence.graph.audience import AudienceGraph
from influence.graph.fast import _load

ENDS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 7)), max_size=60)


def dense(ties: list[tuple[int, int, int]], n: int = 9) -> np.ndarray:
    matrix = np.zeros((n, n))
    for source, target, weight in ties:
        matrix[source, target] += weight
    return matrix


@pytest.mark.parametrize("fast", ["0", "1"])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@given(ENDS)
def test_repeated_ties_add_up_whatever_builds_the_matrix(
    fast: str, kind: type, ties: list[tuple[int, int, int]]
) -> None:
    if fast == "1" and _load() is None:
        pytest.skip("numba is not installed")
    parts = np.array(ties, dtype=np.int64).reshape(-1, 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INFLUENCE_FAST", fast)
        graph = AudienceGraph.from_edges(parts[:, 0], parts[:, 1], parts[:, 2].astype(kind), ids=np.arange(9))
    assert graph.audience.has_canonical_format
    assert graph.audience.dtype == kind
    assert graph.attention.indices.dtype == graph.audience.indices.dtype == np.int32
    assert (graph.attention.toarray() == dense(ties)).all()
    assert (graph.audience.toarray() == dense(ties).T).all()
    assert graph.out_strength == pytest.approx(dense(ties).sum(axis=1))


def test_ids_are_sorted_and_text_and_positions_name_the_same_accounts() -> None:
    by_text = AudienceGraph.from_edges(["c", "a"], ["b", "c"], [1.0, 2.0], ids=["c", "a", "b", "d"])
    by_place = AudienceGraph.from_edges([0, 1], [2, 0], [1.0, 2.0], ids=["c", "a", "b", "d"])
    assert list(by_text.ids) == ["a", "b", "c", "d"] == list(by_place.ids)
    assert (by_text.attention.toarray() == by_place.attention.toarray()).all()
    assert by_text.attention[2, 1] == 1.0
    assert by_text.attention[0, 2] == 2.0
    assert list(by_text.audience_of("c")) == [0]


def test_without_ids_the_accounts_are_those_that_occur() -> None:
    graph = AudienceGraph.from_edges([10, 7], [7, 1_000_000_000_000])
    assert graph.ids.tolist() == [7, 10, 1_000_000_000_000]
    assert graph.attention.toarray().tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["a"], ["b", "c"]), "two ends"),
        ((["a"], ["b"], [-1.0]), "negative"),
        ((["a"], ["b"], [np.nan]), "not a number"),
        ((["a"], ["b"], [np.inf]), "infinite"),
        ((["a"], ["b"], [1.0, 2.0]), "one weight a tie"),
        ((["a"], ["b"], ["much"]), "not numbers"),
        ((["a"], [None]), "lacks an end"),
        ((["a"], [1]), "different types"),
        (([1.5], [2.5]), "text or whole numbers"),
        (([0], [3], None, ["a", "b", "c"]), "out of range"),
        (([-1], [0], None, ["a", "b", "c"]), "out of range"),
        ((["a"], ["z"], None, ["a", "b"]), "not in ids"),
        ((["a"], ["b"], None, ["a", "b", "a"]), "not distinct"),
        ((["a"], ["b"], None, ["a", "b", None]), "missing"),
    ],
)
def test_ties_that_make_no_graph_are_named(arguments: tuple, message: str) -> None:
    with pytest.raises(GraphError, match=message):
        AudienceGraph.from_edges(*arguments)


def test_asking_for_an_unknown_account_names_it() -> None:
    with pytest.raises(GraphError, match="zoe"):
        AudienceGraph.from_edges(["a"], ["b"]).positions(["a", "zoe"])


@pytest.mark.parametrize("directed", [True, False])
def test_networkx_both_ways_keeps_ties_and_weights(directed: bool) -> None:
    network = nx.gnp_random_graph(20, 0.2, seed=4, directed=directed)
    network = nx.relabel_nodes(network, {i: f"n{i:02d}" for i in network})
    for i, (u, v) in enumerate(network.edges):
        network[u][v]["weight"] = i + 0.5
    network.add_node("lonely")
    back = AudienceGraph.from_networkx(network).to_networkx()
    wanted = network if directed else network.to_directed()
    assert set(back) == set(wanted)
    assert {(u, v): d["weight"] for u, v, d in back.edges(data=True)} == {
        (u, v): d["weight"] for u, v, d in wanted.edges(data=True)
    }


@pytest.mark.parametrize(("format", "read"), [("gexf", nx.read_gexf), ("graphml", nx.read_graphml)])
def test_exported_files_read_back_as_they_were(format: str, read: object, tmp_path: Path) -> None:
    graph = AudienceGraph.from_edges(["a", "ü <&>", "a"], ["ü <&>", "b", "b"], [1.0, 2.5, 3.0])
    path = getattr(graph, f"to_{format}")(tmp_path / f"graph.{format}")
    again = AudienceGraph.from_networkx(read(path))  # type: ignore[operator]
    assert list(again.ids) == list(graph.ids)
    assert (again.attention.toarray() == graph.attention.toarray()).all()
    assert [file.name for file in tmp_path.iterdir()] == [f"graph.{format}"]


def test_an_export_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="nowhere"):
        AudienceGraph.from_edges(["a"], ["b"]).to_gexf(tmp_path / "nowhere" / "graph.gexf")


def test_an_interrupted_export_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(network: object, path: str) -> None:
        Path(path).write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(nx, "write_gexf", interrupted)
    with pytest.raises(KeyboardInterrupt):
        AudienceGraph.from_edges(["a"], ["b"]).to_gexf(tmp_path / "graph.gexf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_a_file_of_handles_becomes_the_same_graph_as_its_rows(ending: str, tmp_path: Path) -> None:
    import pandas as pd

    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"who": rng.integers(0, 500, 3000), "whom": rng.integers(0, 300, 3000), "w": 1.0})
    rows["w"] = rng.integers(1, 9, 3000)
    for column in ("who", "whom"):
        rows[column] = "web:blog" + rows[column].astype(str)
    path = tmp_path / f"ties.{ending}"
    rows.to_parquet(path) if ending == "parquet" else rows.to_csv(path, index=False)
    graph = AudienceGraph.from_file(path, "who", "whom", "w")
    expected = AudienceGraph.from_edges(rows.who, rows.whom, rows.w.to_numpy())
    assert list(graph.ids) == sorted({*rows.who, *rows.whom})
    assert list(graph.ids) == list(expected.ids)
    assert (graph.audience != expected.audience).nnz == 0


def test_a_file_that_is_missing_or_lacks_a_column_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="no such file"):
        AudienceGraph.from_file(tmp_path / "none.csv")
    path = tmp_path / "ties.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(GraphError, match="follower_id"):
        AudienceGraph.from_file(path)


def test_one_name_is_found_among_sorted_ids() -> None:
    ids = build.as_arrow(["a", "b", "d"])
    assert [build.find_one(ids, name) for name in ("a", "b", "c", "d", "e", "")] == [
        "a",
        "b",
        None,
        "d",
        None,
        None,
    ]
