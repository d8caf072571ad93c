"""Small problems whose best set can be found by trying all."""

import itertools

import numpy as np
import scipy.sparse as sp

from influence.selection.exposure import Audiences
from influence.selection.greedy import Problem


def small_problem(seed: int) -> Problem:
    """A random problem of 6 to 10 candidates; every second one has a budget, some count quality."""
    rng = np.random.default_rng(seed)
    n, n_people = int(rng.integers(6, 11)), int(rng.integers(5, 40))
    chance = (rng.random((n, n_people)) < rng.uniform(0.1, 0.5)) * rng.uniform(0.2, 1.0, (n, n_people))
    costs = rng.integers(1, 10, n).astype(float)
    budget = float(costs.sum() * rng.uniform(0.2, 0.6)) if seed % 2 else np.inf
    quality = rng.random(n) * rng.choice([0.0, 0.5])
    audiences = Audiences(sp.csr_array(chance), rng.random(n_people))
    return Problem(audiences, quality, costs, int(rng.integers(2, 6)), budget)


def best_value(problem: Problem) -> float:
    """Worth of the best set, by trying all."""
    n = problem.audiences.n_candidates
    sets = (chosen for k in range(problem.size + 1) for chosen in itertools.combinations(range(n), k))
    return max(problem.value(chosen) for chosen in sets if problem.cost(chosen) <= problem.budget)
