"""One measured step per process, so that peak memory is its own: ``python -m benchmarks.graph.steps STEP FILE``.

Prints one line of JSON. Times are CPU seconds of the process (the machine may be shared); everything runs on one
thread. Compiled kernels are warmed on a toy graph first, as a second call of any session would find them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks.graph.measuring import Result, load, measured, median_of, peak_mb
from benchmarks.graph.sets import spread_ours, spread_pynetim

TOL = 1e-8
DAMPING = 0.85


def built(file: str, build: Callable[..., Any]) -> tuple[float, Any, int]:
    """CPU seconds of `build` on source, target and weight; these are given free before it returns."""
    source, target, weight, *_ = load(file)
    seconds, graph = measured(lambda: build(source, target, weight))
    return seconds, graph, len(source)


def _accuracy(folder: str, scores: np.ndarray) -> float | None:
    truth = Path(folder) / "truth.npy"
    return float(np.abs(np.load(truth) - scores).sum()) if truth.exists() else None


def _per_tie(peak: float, before: float, n_ties: int) -> float:
    """Bytes a tie that the step needed, its input arrays included, Python and libraries not."""
    return (peak - before) * 2**20 / n_ties


def _ranked(folder: str, build_s: float, rank_s: float, scores: np.ndarray, **more: Any) -> Result:
    peak = peak_mb()
    return {
        "build_s": build_s,
        "rank_s": rank_s,
        "peak_mb": peak,
        "l1_error": _accuracy(folder, scores),
        **more,
    }


def ours(file: str, fast: bool) -> Result:
    """AudienceGraph: build, then everything a first rank needs (core and solution)."""
    os.environ["INFLUENCE_FAST"] = "1" if fast else "0"
    from influence.graph.audience import AudienceGraph
    from influence.graph.build import as_arrow

    toy = AudienceGraph.from_edges(
        np.array([0, 1], np.int32), np.array([1, 0], np.int32), np.ones(2, np.float32), [0, 1]
    )
    toy.pagerank()
    before = peak_mb()
    teleport = np.load(Path(file) / "teleport.npy")
    n = len(teleport)
    ids = as_arrow(np.arange(n))
    build_s, graph, n_ties = built(file, lambda *ties: AudienceGraph.from_edges(*ties, ids=ids))
    prepare_s, n_core = measured(lambda: graph.solver.core.n_ties)
    rank_s, result = median_of(lambda: graph.pagerank_result(teleport))
    extra: Result = {"prepare_s": prepare_s, "sweeps": result.iterations, "core_ties": n_core}
    extra |= {"bound": result.l1_bound, "bytes_a_tie": _per_tie(peak_mb(), before, n_ties)}
    return _ranked(file, build_s, rank_s, result.scores, **extra)


def ours_default(file: str) -> Result:
    """Without the extra."""
    return ours(file, fast=False)


def ours_fast(file: str) -> Result:
    """With the extra ``fast``."""
    return ours(file, fast=True)


def plain_scipy(file: str, dtype: type = np.float64) -> Result:
    """What an analyst would write: coo to csr, then float64 power iteration, to the same bound."""
    before = peak_mb()
    teleport = np.load(Path(file) / "teleport.npy")
    n = len(teleport)

    def build(source: np.ndarray, target: np.ndarray, weight: np.ndarray) -> sp.csr_array:
        matrix = sp.coo_array((weight.astype(dtype), (target, source)), shape=(n, n)).tocsr()
        out = np.bincount(source, weights=weight, minlength=n)
        inverse = np.divide(1.0, out, out=np.zeros(n), where=out > 0)
        matrix.data *= inverse[matrix.indices]
        return matrix

    build_s, matrix, n_ties = built(file, build)

    def rank() -> tuple[np.ndarray, int]:
        scores, change, sweep = teleport.copy(), np.inf, 0
        while change * DAMPING / (1 - DAMPING) > TOL:
            sweep += 1
            following = DAMPING * (matrix @ scores)
            following += (1 - following.sum()) * teleport
            change = np.abs(following - scores).sum()
            scores = following
        return scores, sweep

    rank_s, (scores, sweeps) = median_of(rank)
    per_tie = _per_tie(peak_mb(), before, n_ties)
    return _ranked(file, build_s, rank_s, scores, sweeps=sweeps, bytes_a_tie=per_tie)


def c_reference(file: str) -> Result:
    """Counting sort and Gauss-Seidel in C, compiled here (`benchmarks.graph.reference`)."""
    from benchmarks.graph.reference import Reference

    reference, before = Reference(), peak_mb()
    teleport = np.load(Path(file) / "teleport.npy")
    build_s, graph, n_ties = built(file, lambda *ties: reference.build(*ties, n=len(teleport)))
    rank_s, (scores, sweeps) = median_of(lambda: reference.rank(graph, teleport, DAMPING, TOL))
    per_tie = _per_tie(peak_mb(), before, n_ties)
    return _ranked(file, build_s, rank_s, scores, sweeps=sweeps, bytes_a_tie=per_tie)


def by_igraph(file: str) -> Result:
    """igraph's PRPACK (its own accuracy is about 2e-12)."""
    import igraph

    source, target, weight, n, teleport = load(file)
    build_s, graph = measured(
        lambda: igraph.Graph(
            n=n, edges=np.stack([source, target], axis=1), directed=True, edge_attrs={"weight": weight}
        )
    )
    rank_s, scores = measured(
        lambda: graph.personalized_pagerank(reset=teleport.tolist(), damping=DAMPING, weights="weight")
    )
    # igraph lets attention lost on accounts that pay none start over everywhere, not in the niche.
    return _ranked(file, build_s, rank_s, np.array(scores)) | {
        "l1_error": None,
        "note": "other rule for sinks",
    }


def by_networkit(file: str) -> Result:
    """NetworKit, one thread, uniform restart (it has no other), L1 norm."""
    import networkit as nk

    nk.setNumberOfThreads(1)
    source, target, weight, n, _ = load(file)
    # NetworKit reads these arrays without holding on to them.
    rows, columns, weights = source.astype(np.int64), target.astype(np.int64), weight.astype(np.float64)

    def build() -> Any:
        return nk.GraphFromCoo((weights, (rows, columns)), n=n, weighted=True, directed=True)

    build_s, graph = measured(build)

    def rank() -> Any:
        pagerank = nk.centrality.PageRank(
            graph, damp=DAMPING, tol=TOL * (1 - DAMPING) / DAMPING,
            distributeSinks=nk.centrality.SinkHandling.DistributeSinks,
        )  # fmt: skip
        pagerank.norm = nk.centrality.Norm.L1_NORM
        pagerank.run()
        return np.array(pagerank.scores())

    rank_s, scores = measured(rank)
    found = _ranked(file, build_s, rank_s, scores)
    return found | {"l1_error": None, "note": "uniform restart only"}


def by_networkx(file: str) -> Result:
    """networkx; its tolerance is n * tol, so tol is set to match."""
    import networkx as nx

    source, target, weight, n, teleport = load(file)

    def build() -> nx.DiGraph:
        matrix = sp.coo_array((weight.astype(float), (source, target)), shape=(n, n)).tocsr().tocoo()
        graph = nx.DiGraph()
        graph.add_nodes_from(range(n))
        graph.add_weighted_edges_from(
            zip(matrix.row.tolist(), matrix.col.tolist(), matrix.data.tolist(), strict=True)
        )
        return graph

    build_s, graph = measured(build)
    personal = {int(i): float(teleport[i]) for i in np.flatnonzero(teleport)}
    rank_s, scores = measured(
        lambda: nx.pagerank(graph, alpha=DAMPING, personalization=personal, tol=1.8e-9 / n, max_iter=1000)
    )
    return _ranked(file, build_s, rank_s, np.array([scores[i] for i in range(n)]))


def bounds(file: str) -> Result:
    """What the machine can do: reading memory in order, and gathering at random."""
    big = np.ones(100_000_000, dtype=np.float32)
    read_s, _ = median_of(lambda: big.sum(), 5)
    source, target, weight, n, _ = load(file)
    values = np.random.default_rng(0).random(n)
    matrix = sp.coo_array((weight, (target, source)), shape=(n, n)).tocsr()
    gather_s, _ = median_of(lambda: values[matrix.indices], 5)
    product_s, _ = median_of(lambda: matrix @ values.astype(np.float32), 5)
    return {
        "read_gb_s": big.nbytes / read_s / 1e9,
        "gather_ns": gather_s / matrix.nnz * 1e9,
        "float32_product_ns": product_s / matrix.nnz * 1e9,
    }


def sites(_: str) -> Result:
    """The real graph of communities and sites (INFLUENCE_DATA/blogs/sites.parquet): rank."""
    import pandas as pd

    from influence.graph.audience import AudienceGraph

    folder = Path(os.environ.get("INFLUENCE_DATA", "../shared/data"))
    posts = pd.read_parquet(folder / "blogs/sites.parquet")
    actors, targets = "community:" + posts["subreddit"].astype(str), "web:" + posts["domain"].astype(str)
    weight = np.log1p(np.maximum(posts["score"].to_numpy(dtype=np.float64), 0)).astype(np.float32)
    build_s, graph = measured(lambda: AudienceGraph.from_edges(actors, targets, weight))
    rank_s, result = measured(lambda: graph.pagerank_result())
    return {
        "build_s": build_s, "rank_s": rank_s, "sweeps": result.iterations, "accounts": graph.n_accounts,
        "ties": graph.n_ties, "peak_mb": peak_mb(),
    }  # fmt: skip


def csv_ours(file: str) -> Result:
    """From a CSV with handles to a ranked list, with `AudienceGraph.from_file`."""
    from influence.graph.audience import AudienceGraph

    AudienceGraph.from_edges(np.array([0]), np.array([0]), ids=[0]).pagerank()
    before = peak_mb()

    def work() -> list[str]:
        graph = AudienceGraph.from_file(Path(file) / "ties.csv", "follower", "followee", "weight")
        scores = graph.pagerank({str(graph.id_array[7]): 1.0, str(graph.id_array[77]): 1.0})
        best = np.argsort(-scores, kind="stable")[:100]
        return [graph.id_array[int(i)].as_py() for i in best]

    seconds, best = measured(work)
    return {"total_s": seconds, "peak_mb": peak_mb(), "before_mb": before, "best": best[:3]}


def csv_workspace(file: str) -> Result:
    """The same CSV by way of a workspace: imported, ranked, ranked again from the kept graph."""
    import tempfile
    from datetime import datetime

    from influence.graph.audience import AudienceGraph
    from influence.store.importing.transaction import import_files
    from influence.store.workspace import open_workspace

    AudienceGraph.from_edges(np.array([0]), np.array([0]), ids=[0]).pagerank()
    before = peak_mb()

    def rank(path: Path) -> list[str]:
        with open_workspace(path, read_only=True) as workspace:
            graph = AudienceGraph.from_workspace(workspace)
        scores = graph.pagerank({str(graph.id_array[7]): 1.0, str(graph.id_array[77]): 1.0})
        return [graph.id_array[int(i)].as_py() for i in np.argsort(-scores, kind="stable")[:100]]

    def bring_in(path: Path) -> None:
        with open_workspace(path) as workspace:
            import_files(workspace, Path(file) / "follows.csv", now=datetime(2026, 1, 1))

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "influence.duckdb"
        make_s, _ = measured(lambda: bring_in(path))
        seconds, best = measured(lambda: rank(path))
        again_s, _ = measured(lambda: rank(path))
    return {
        "make_s": make_s, "total_s": seconds, "again_s": again_s, "peak_mb": peak_mb(), "before_mb": before,
        "best": best[:3],
    }  # fmt: skip


def csv_pandas(file: str) -> Result:
    """The same as an analyst would write it with pandas and scipy."""
    import pandas as pd

    before = peak_mb()

    def work() -> list[str]:
        ties = pd.read_csv(Path(file) / "ties.csv")
        ids = np.sort(pd.unique(pd.concat([ties.follower, ties.followee])).astype(object))
        source = pd.Categorical(ties.follower, categories=ids).codes
        target = pd.Categorical(ties.followee, categories=ids).codes
        n = len(ids)
        matrix = sp.coo_array((ties.weight, (source, target)), shape=(n, n)).tocsr()
        out = np.asarray(matrix.sum(axis=1)).ravel()
        inverse = np.divide(1.0, out, out=np.zeros(n), where=out > 0)
        flow = (sp.diags_array(inverse) @ matrix).T.tocsr()
        teleport = np.zeros(n)
        teleport[[7, 77]] = 0.5
        scores = teleport.copy()
        for _ in range(1000):
            following = DAMPING * (flow @ scores)
            following += (1 - following.sum()) * teleport
            change = np.abs(following - scores).sum()
            scores = following
            if change * DAMPING / (1 - DAMPING) <= TOL:
                break
        return [str(ids[i]) for i in np.argsort(-scores, kind="stable")[:100]]

    seconds, best = measured(work)
    return {"total_s": seconds, "peak_mb": peak_mb(), "before_mb": before, "best": best[:3]}


STEPS = {
    step.__name__: step
    for step in (
        ours_default, ours_fast, plain_scipy, c_reference, by_igraph, by_networkit,
        by_networkx, bounds, sites, csv_ours, csv_workspace, csv_pandas, spread_ours, spread_pynetim,
    )
}  # fmt: skip


if __name__ == "__main__":
    name, folder = sys.argv[1:3]
    print(json.dumps(STEPS[name](folder)))
