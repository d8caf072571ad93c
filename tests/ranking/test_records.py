"""People who were compared before: their own record counts where it is shown to, and never for those who are new."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from influence.ranking.asking import question_of
from influence.ranking.comparisons import Comparisons, judged_pairs
from influence.ranking.learn import Learned, learn
from influence.ranking.records import _own_parts
from influence.reporting.explain.measured_text import learned_json, learned_verdict
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace

N = 60


def learned_from(hidden: float, n_pairs: int = 500) -> tuple[Learned, np.ndarray]:
    """Merit is being mentioned, and something of the person that no figure tells; the last ten are never compared."""
    rng = np.random.default_rng(5)
    mentioned, own = np.exp(rng.normal(4, 1.0, N)).astype(int), hidden * rng.normal(size=N)
    merit = np.log1p(mentioned) + own
    ids = [f"web:a{k:02d}" for k in range(N)]
    a, b = rng.integers(0, N - 10, (2, n_pairs))
    won = rng.random(n_pairs) < 1 / (1 + np.exp(merit[b] - merit[a]))
    rows = [(ids[x], ids[y], "a" if w else "b") for x, y, w in zip(a, b, won, strict=True) if x != y]
    metrics = pd.DataFrame({"account_id": ids, "day": "2024-01-01", "mentions_received": mentioned})
    with open_workspace(":memory:") as workspace:
        import_tables(workspace, {"accounts": pd.DataFrame({"account_id": ids}), "metrics": metrics})
        question = question_of("")
        return learn(judged_pairs(workspace, question, rows), question), own


def test_what_no_figure_tells_is_learned_of_people_compared_before_and_of_nobody_else() -> None:
    result, own = learned_from(2.0)
    assert result.records is not None
    assert result.records.used
    assert result.records.own.value > result.records.figures.value + 0.05
    ahead = result.records.ahead_of(result.features.ids)
    assert np.corrcoef(ahead[:-10], own[:-10])[0, 1] > 0.7
    assert (ahead[-10:] == 0).all()
    assert "which chances use" in learned_verdict(result)
    assert '"compared_before"' in learned_json(result)
    new, old = (
        replace(result, records=told).chances(np.array([N - 1]), np.array([N - 2]))
        for told in (None, result.records)
    )
    assert new == old


def test_where_figures_tell_all_the_record_is_not_shown_to_be_better() -> None:
    result, _ = learned_from(0.0)
    assert result.records is not None
    assert not result.records.used
    assert not result.records.ahead_of(result.features.ids).any()
    assert "not used" in learned_verdict(result)


def test_people_met_once_give_no_record() -> None:
    assert learned_from(1.0, 25)[0].records is None


def test_own_part_of_two_people_by_hand() -> None:
    """One won all three: ahead by u each way, 3 / (1 + e^(2u)) = u where the pull is one."""
    pairs: Any = Comparisons.__new__(Comparisons)
    object.__setattr__(pairs, "people", np.array([[0, 1]] * 3))
    object.__setattr__(pairs, "names", np.array(["x", "y"], dtype=object))
    ahead = _own_parts(pairs, np.zeros(3), np.arange(3), 1.0)
    assert ahead[0] == pytest.approx(-ahead[1], abs=1e-5)
    assert 3 / (1 + np.exp(2 * ahead[0])) == pytest.approx(ahead[0], abs=1e-3)
