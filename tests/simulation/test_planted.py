"""A small simulated world through the whole job: the planted influencers come up, the merely large do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import influence
from influence.ranking.results import Ranking
from influence.simulation.world import WorldReport
from influence.store.workspace import Workspace

NICHE = "vegan baking"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> WorldReport:
    folder = tmp_path_factory.mktemp("planted") / "world"
    return influence.simulate_world(
        folder, n_accounts=2_500, seed=11, niches=[NICHE, "sourdough bread", "houseplants"]
    )


@pytest.fixture(scope="module")
def workspace(report: WorldReport) -> Iterator[Workspace]:
    with influence.open_workspace(":memory:") as opened:
        influence.import_files(opened, [report.folder])
        yield opened


@pytest.fixture(scope="module")
def ranking(workspace: Workspace) -> Ranking:
    return influence.rank(workspace, NICHE, top=0)


@pytest.fixture(scope="module")
def truth(report: WorldReport) -> pd.DataFrame:
    rows = pd.read_csv(report.folder / "truth" / "niche_truth.csv").query("niche == @NICHE")
    return rows.set_index("account_id")


def test_a_simulated_world_imports_without_mapping_or_loss(workspace: Workspace, report: WorldReport) -> None:
    rows = {name.split(".")[0]: count for name, count in report.rows.items() if not name.startswith("truth/")}
    assert {name: workspace.count(name) for name in rows} == rows
    assert workspace.store.query("select count(*) as n from rejects")["n"][0].as_py() == 0


def test_ids_survive_the_import(workspace: Workspace, report: WorldReport) -> None:
    accounts = pd.read_csv(report.folder / "accounts.csv", usecols=["account_id"])
    kept = workspace.store.query("select account_id from accounts")["account_id"].to_pylist()
    assert set(kept) == set(accounts["account_id"])


def test_the_truth_is_not_imported(workspace: Workspace) -> None:
    files = workspace.store.query("select file from imports")["file"].to_pylist()
    assert files
    assert not [file for file in files if "truth" in file]


def test_planted_influencers_stand_above_the_crowd(ranking: Ranking, truth: pd.DataFrame) -> None:
    planted = set(truth.index[truth["is_planted_top"]])
    places = [row.rank for row in ranking.rows if row.account_id in planted]
    assert len(places) == len(planted)
    assert np.median(places) < 0.03 * ranking.n_candidates


def test_the_ranking_finds_most_planted_influencers_where_followers_find_none(
    ranking: Ranking, truth: pd.DataFrame
) -> None:
    planted = set(truth.index[truth["is_planted_top"]])
    ranked = [row.account_id for row in ranking.rows]
    known = [row for row in ranking.rows if row.baseline_rank is not None]
    followed = [row.account_id for row in sorted(known, key=lambda row: row.baseline_rank or 0)]
    found, famous = (len(planted & set(ids[: len(planted)])) / len(planted) for ids in (ranked, followed))
    assert famous < 0.1
    assert found >= 0.6


def test_bought_followers_and_celebrities_stay_out_of_the_top(
    ranking: Ranking, truth: pd.DataFrame, report: WorldReport
) -> None:
    role = pd.read_csv(Path(report.folder) / "truth" / "account_truth.csv").set_index("account_id")["role"]
    n_planted = int(truth["is_planted_top"].sum())
    assert not {role[row.account_id] for row in ranking.rows[:n_planted]} & {"bought", "celebrity", "bot"}
