"""What measured steps share: CPU seconds, most memory, and the arrays of a world."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Result = dict[str, Any]


def measured(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds and result of `work`."""
    begin = time.process_time()
    result = work()
    return time.process_time() - begin, result


def median_of(work: Callable[[], Any], repeats: int = 3) -> tuple[float, Any]:
    """Median CPU seconds of a few runs and the last result."""
    times, result = [], None
    for _ in range(repeats):
        result = None
        seconds, result = measured(work)
        times.append(seconds)
    return float(np.median(times)), result


def peak_mb() -> float:
    """Most memory the process has held so far."""
    # Not ru_maxrss, which a child inherits from the process that started it.
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return float("nan")


def load(file: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, np.ndarray]:
    """Source, target, weight, number of accounts, teleport."""
    folder = Path(file)
    source, target, weight = (np.load(folder / f"{name}.npy") for name in ("source", "target", "weight"))
    teleport = np.load(folder / "teleport.npy")
    return source, target, weight, len(teleport), teleport
