"""What the benchmarks share: where the public data are, ranking measures, bootstrap intervals."""

from __future__ import annotations

import os
from pathlib import Path

import click
import numpy as np


def shared_data() -> Path:
    """Folder of the public data: ``INFLUENCE_DATA``, else ``../shared/data`` beside the project."""
    folder = Path(os.environ.get("INFLUENCE_DATA") or Path(__file__).parents[2] / "shared/data")
    if not folder.is_dir():
        raise click.ClickException(f"the public data are not at {folder}; say where with INFLUENCE_DATA")
    return folder


def ndcg_at(score: np.ndarray, gain: np.ndarray, k: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `k`; equal scores in the order of the ids."""
    order = np.lexsort((np.arange(len(score)), -score))[:k]
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    found = np.where(np.isfinite(score[order]), gain[order], 0.0)
    ideal = np.sort(gain)[::-1][:k]
    best = float(ideal @ discount[: len(ideal)])
    return float(found @ discount[: len(found)]) / best if best > 0 else float("nan")


def bootstrap_mean(values: np.ndarray, n_draws: int = 10_000, seed: int = 0) -> dict[str, float]:
    """Mean with a 95 % bootstrap interval."""
    rng = np.random.default_rng(seed)
    draws = rng.choice(values, (n_draws, len(values))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return {"mean": float(values.mean()), "low": float(low), "high": float(high)}
