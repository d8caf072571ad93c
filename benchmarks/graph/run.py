"""Measure the graph engine beside its peers: ``python -m benchmarks.graph.run --size 10m [--steps a,b] [-o FILE]``.

Writes JSON and prints a Markdown table. Every step runs in a process of its own, on one thread; times are CPU
seconds, because the machine may be shared; peers get the same arrays, damping 0.85 and an L1 error bound of 1e-8.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.graph.worlds import World, follower_world, niche

SIZES = {"200k": 200_000, "1m": 1_000_000, "10m": 10_000_000, "50m": 50_000_000, "100m": 100_000_000}
RANKING = ["ours_default", "ours_fast", "plain_scipy", "c_reference", "by_igraph", "by_networkit"]
SUITES = {
    "200k": [*RANKING, "by_networkx"],
    "1m": [*RANKING, "by_networkx", "spread_ours", "spread_pynetim"],
    "10m": [*RANKING, "bounds"],
    "50m": ["ours_default", "ours_fast", "plain_scipy", "c_reference"],
    "100m": ["ours_fast"],
}
COLUMNS = (
    "build_s",
    "rank_s",
    "prepare_s",
    "total_s",
    "again_s",
    "make_s",
    "peak_mb",
    "bytes_a_tie",
    "sweeps",
    "l1_error",
)
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS")
ONE_THREAD = dict.fromkeys(THREADS, "1")


def prepare(folder: Path, n_ties: int, leaves: float, with_csv: bool, with_truth: bool) -> World:
    """Write the arrays (and the CSV, and the true scores) that the steps read."""
    world = follower_world(n_ties, seed=0, share_of_leaves=leaves)
    for name in ("source", "target", "weight"):
        np.save(folder / f"{name}.npy", getattr(world, name))
    teleport = niche(world)
    np.save(folder / "teleport.npy", teleport)
    if with_truth:
        np.save(folder / "truth.npy", _truth(world, teleport))
    if with_csv:
        _write_csv(folder / "ties.csv", world)
    return world


def _truth(world: World, teleport: np.ndarray) -> np.ndarray:
    from benchmarks.graph.plain import power_iteration
    from influence.graph.build import audience_matrix
    from influence.graph.core import column_sums

    matrix = audience_matrix(world.source, world.target, world.weight.astype(np.float64), world.n_accounts)
    return power_iteration(matrix, column_sums(matrix), teleport, 0.85, 1e-12)


def _write_csv(path: Path, world: World) -> None:
    import pyarrow as pa
    from pyarrow import csv

    handles = pa.array([world.handle(i) for i in range(world.n_accounts)])
    with csv.CSVWriter(
        path, pa.schema([("follower", "string"), ("followee", "string"), ("weight", "float")])
    ) as out:
        for first in range(0, world.n_ties, 1_000_000):
            part = slice(first, first + 1_000_000)
            ends = [handles.take(pa.array(column[part])) for column in (world.source, world.target)]
            out.write_table(
                pa.table([*ends, pa.array(world.weight[part])], names=["follower", "followee", "weight"])
            )
    # The workspace recognises follows by the file's name.
    path.with_name("follows.csv").symlink_to(path)


def run_step(step: str, folder: Path) -> dict[str, Any]:
    """Run one step in its own process; an error becomes a note in the table."""
    command = [sys.executable, "-m", "benchmarks.graph.steps", step, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | ONE_THREAD)
    if done.returncode:
        words = done.stderr.strip().splitlines() or [f"ended with code {done.returncode}"]
        return {"error": words[-1][:160]}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def table(results: dict[str, dict[str, Any]]) -> str:
    """Results as a Markdown table; only columns that hold something."""
    shown = [name for name in COLUMNS if any(row.get(name) is not None for row in results.values())]
    lines = ["| step | " + " | ".join(shown) + " |", "|---" * (len(shown) + 1) + "|"]
    for step, row in results.items():
        cells = [row["error"]] if "error" in row else [_cell(row.get(name)) for name in shown]
        lines.append(f"| {step} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.3g}" if isinstance(value, float) and value < 100 else f"{value:,.0f}"


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="1m")
    parser.add_argument("--leaves", type=float, default=0.5, help="share of accounts that nobody follows")
    parser.add_argument("--steps", help="comma separated; default: the suite of the size")
    parser.add_argument("--no-truth", action="store_true", help="skip the true scores (saves a minute)")
    parser.add_argument("-o", "--output", type=Path)
    arguments = parser.parse_args()
    steps = arguments.steps.split(",") if arguments.steps else SUITES[arguments.size]
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with_csv = any(step.startswith("csv") for step in steps)
        prepare(folder, SIZES[arguments.size], arguments.leaves, with_csv, not arguments.no_truth)
        for step in steps:
            results[step] = run_step(step, folder)
            print(f"{step}: {json.dumps(results[step])[:300]}", file=sys.stderr, flush=True)
    print(table(results))
    if arguments.output:
        settings = {"size": arguments.size, "leaves": arguments.leaves}
        arguments.output.write_text(json.dumps({"settings": settings, "results": results}, indent=1))


if __name__ == "__main__":
    main()
