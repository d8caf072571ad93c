"""The C reference of this machine: `reference.c`, compiled with the system's ``cc`` where there is one."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).with_name("reference.c")
FLAGS = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]


def compiled() -> ctypes.CDLL:
    """The reference as a library; RuntimeError where there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise RuntimeError("no C compiler (cc) on this machine")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "reference.so"
        subprocess.run([compiler, *FLAGS, str(SOURCE), "-o", str(library), "-lm"], check=True)
        return ctypes.CDLL(str(library))


class Reference:
    """Build and rank as a C programmer would."""

    def __init__(self) -> None:
        self.code = compiled()
        self.code.gauss_seidel.restype = ctypes.c_int64

    def build(
        self, source: np.ndarray, target: np.ndarray, weight: np.ndarray, n: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Row pointers, columns, weights of the rows of targets, and what each account pays."""
        m = len(source)
        pointers, strength = np.zeros(n + 1, np.uint64), np.zeros(n)
        columns, weights = np.empty(m, np.uint32), np.empty(m, np.float32)
        self.code.build(
            _long(m), _long(n), *map(_at, (source, target, weight, pointers, columns, weights, strength))
        )
        return pointers, columns, weights, strength

    def rank(
        self,
        graph: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
        teleport: np.ndarray,
        damping: float,
        tol: float,
    ) -> tuple[np.ndarray, int]:
        """PageRank scores and sweeps."""
        scores = np.empty(len(teleport))
        arrays = map(_at, (*graph, teleport))
        real = ctypes.c_double
        sweeps = self.code.gauss_seidel(_long(len(teleport)), *arrays, real(damping), real(tol), _at(scores))
        return scores, int(sweeps)


def _at(array: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def _long(value: int) -> ctypes.c_int64:
    return ctypes.c_int64(value)
