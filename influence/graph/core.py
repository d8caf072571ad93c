"""The part of a graph that needs iterations, and how to iterate there.

PageRank solves ``y = t + damping * P' y`` and divides by the sum (attention lost on accounts that pay none starts
over at ``t``, which only rescales). Accounts to whom nobody pays attention have ``y = t``; accounts that pay none pass
nothing on. What is left, the core, is swept in float32; `influence.graph.solver` polishes in float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

MIN_GAIN = 0.9
"""A core with more than this share of the accounts and their ties is not worth copying out."""

LARGEST_INVERSE = 1e20

CHECK_EVERY = 3
"""Sweeps between two looks at the change: a look costs a quarter of a sweep."""

PATIENCE = 3
"""Looks without progress after which a round ends; accelerated sweeps go up and down."""

PATIENCE_ACCELERATED = 8
SWEEPS_OF_PATIENCE = 10
"""The same where every sweep is looked at: along a chain against its order a sweep goes one step."""
SLOW_RATE = 0.65
"""Sweeps that shrink the change by less are accelerated; where they shrink it more, acceleration does not pay."""

MEMORY = 5
MAX_SWEEPS = 600
FLOAT32_TOL = 1e-5
"""What one round of float32 sweeps reaches on any graph; an account with 100,000 ties already rounds at 2e-6."""


@dataclass(frozen=True)
class Core:
    """Accounts that both receive and pay attention, and the ties among them.

    Attributes
    ----------
    matrix : csr_array, shape (n_core, n_core)
        Rows receive; weights as exact as the graph's.
    inverse : ndarray of float64, shape (n_core,)
        One over the weight each account pays in all.
    inside : ndarray of float64, shape (n_core,)
        Share of each account's attention that stays in the core.
    members : ndarray, or None
        Positions of the core in the graph; None when it is the whole graph.
    hangers : ndarray
        Positions of accounts that receive attention and pay none.
    """

    matrix: sp.csr_array
    inverse: np.ndarray
    inside: np.ndarray
    members: np.ndarray | None
    hangers: np.ndarray

    @property
    def n_ties(self) -> int:
        """Ties within the core."""
        return int(self.matrix.nnz)

    @cached_property
    def fits_single(self) -> bool:
        """Float32 weights that can be used as they are: what is passed on neither overflows nor vanishes."""
        paying = self.inverse[self.inverse > 0]
        if self.matrix.dtype != np.float32 or len(paying) == 0:
            return False
        return bool(paying.min() > 1 / LARGEST_INVERSE and paying.max() < LARGEST_INVERSE)

    @cached_property
    def single(self) -> sp.csr_array:
        """Float32 weights to sweep with: the graph's own, or shares of each account's attention."""
        if self.fits_single:
            return self.matrix
        shares = (self.matrix.data * self.inverse[self.matrix.indices]).astype(np.float32)
        return sp.csr_array((shares, self.matrix.indices, self.matrix.indptr), shape=self.matrix.shape)

    @cached_property
    def single_inverse(self) -> np.ndarray:
        """What an account's value is multiplied by before `single` passes it on, float32."""
        if self.fits_single:
            return self.inverse.astype(np.float32)
        return np.ones(len(self.inverse), dtype=np.float32)

    def take(self, values: np.ndarray) -> np.ndarray:
        """The rows of `values` that belong to the core."""
        return values if self.members is None else values[self.members]


def find_core(audience: sp.csr_array, inverse: np.ndarray) -> Core:
    """Cut out the accounts that both receive and pay attention."""
    lengths = np.diff(audience.indptr)
    inner = (lengths > 0) & (inverse > 0)
    matrix, own, members = audience, inverse, None
    if lengths[inner].sum() < MIN_GAIN * audience.nnz or inner.mean() < MIN_GAIN:
        members = np.flatnonzero(inner).astype(np.int32)
        matrix, own = sp.csr_array(audience[:, members][members]), inverse[members]
    hangers = np.flatnonzero((lengths > 0) & (inverse == 0)).astype(np.int32)
    return Core(matrix, own, np.minimum(column_sums(matrix) * own, 1.0), members, hangers)


def column_sums(matrix: sp.csr_array, step: int = 4_000_000) -> np.ndarray:
    """Sums of columns in float64, a few million ties at a time so that no float64 copy of the weights is made."""
    sums = np.zeros(matrix.shape[1])
    for first in range(0, matrix.nnz, step):
        part = slice(first, first + step)
        sums += np.bincount(matrix.indices[part], weights=matrix.data[part], minlength=len(sums))
    return sums


def sweep_core(
    core: Core, rhs: np.ndarray, damping: float, tol: float, along: np.ndarray | None
) -> tuple[np.ndarray, int]:
    """Solve ``e = rhs + damping * P' e`` on the core by float32 power sweeps.

    The mass is put right after each sweep by a multiple of the positive vector `along`, or of the current solution.
    Ends when a sweep changes less than `tol` of the solution; returns it and the number of sweeps.

    One that converges slowly is accelerated (Anderson 1965, doi:10.1145/321296.321305).
    """
    right = rhs.astype(np.float32)
    total, leak = float(rhs.sum()), (1 - damping * core.inside).astype(np.float32)
    factor = core.single_inverse * np.float32(damping)
    direction = None if along is None else along.astype(np.float32, copy=False)
    guess, progress, mixer = right, Progress(tol), None
    passed_on = np.empty_like(right)
    for sweep in range(1, MAX_SWEEPS + 1):
        np.multiply(guess, factor, out=passed_on)
        swept = core.single @ passed_on
        swept += right
        if mixer is not None or sweep % CHECK_EVERY == 0:
            progress.note(relative_change(swept, guess))
            if progress.ended:
                break
            if mixer is None and progress.slow:
                mixer, progress.patience = Anderson(MEMORY, len(right)), PATIENCE_ACCELERATED
        guess = put_mass_right(swept, total, leak, direction) if mixer is None else mixer.step(guess, swept)
    return swept, sweep


class Progress:
    """Says when sweeps have reached their tolerance or rounding, and when they converge slowly."""

    def __init__(self, tol: float, patience: int = PATIENCE) -> None:
        self.tol = tol
        self.patience = patience
        self.changes: list[float] = []
        self.since_best = 0

    def note(self, change: float) -> None:
        """Take down the relative change of a sweep."""
        better = not self.changes or change < 0.95 * min(self.changes)
        self.since_best = 0 if better else self.since_best + 1
        self.changes.append(change)

    @property
    def ended(self) -> bool:
        """The tolerance is reached, or sweeps no longer change less: float32 has given what it can."""
        return self.changes[-1] <= self.tol or self.since_best >= self.patience

    @property
    def slow(self) -> bool:
        """Over the last checks, a sweep shrank the change by less than `SLOW_RATE`."""
        if len(self.changes) < 3:
            return False
        return self.changes[-1] > SLOW_RATE ** (2 * CHECK_EVERY) * self.changes[-3]


def relative_change(after: np.ndarray, before: np.ndarray) -> float:
    """L1 change relative to the L1 size."""
    change = float(np.abs(after - before).sum(dtype=np.float64))
    return change / max(float(np.abs(after).sum(dtype=np.float64)), np.finfo(np.float64).tiny)


def put_mass_right(swept: np.ndarray, total: float, leak: np.ndarray, along: np.ndarray | None) -> np.ndarray:
    """Make what leaks from the solution equal to what flows in, in place: `total` is what flows in."""
    leaking = float(leak @ swept)
    if along is None:
        swept *= np.float32(total / leaking if leaking > 0 else 1.0)
        return swept
    reach = float(leak @ along)
    swept += along * np.float32((total - leaking) / reach if reach > 0 else 0.0)
    return swept


class Anderson:
    """Mix the last few sweeps so that their changes cancel as far as they can."""

    def __init__(self, memory: int, size: int) -> None:
        self.change_steps = np.zeros((memory, size), dtype=np.float32)
        self.sweep_steps = np.zeros((memory, size), dtype=np.float32)
        self.last: tuple[np.ndarray, np.ndarray] | None = None
        self.n_steps = 0

    def step(self, guess: np.ndarray, swept: np.ndarray) -> np.ndarray:
        """Return the next guess after a sweep took `guess` to `swept`."""
        change = swept - guess
        if self.last is not None:
            slot = self.n_steps % len(self.change_steps)
            np.subtract(change, self.last[0], out=self.change_steps[slot])
            np.subtract(swept, self.last[1], out=self.sweep_steps[slot])
            self.n_steps += 1
        self.last = change, swept
        if self.n_steps == 0:
            return swept
        used = min(self.n_steps, len(self.change_steps))
        steps = self.change_steps[:used]
        gram = (steps @ steps.T).astype(np.float64)
        gram += np.eye(used) * (1e-7 * np.trace(gram) + np.finfo(np.float64).tiny)
        mix = np.linalg.solve(gram, (steps @ change).astype(np.float64))
        return np.asarray(swept - mix.astype(np.float32) @ self.sweep_steps[:used])
