"""A backtest marks a ranking by what came after the cut: measures by hand, rules beside it, no future seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from influence.cli.app import run
from influence.errors import MissingDataError, UsageError
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.ranking.backtest import OURS, Backtest, BacktestRow, MethodComparison, backtest, verdict_of
from influence.ranking.measures import MEASURES, Jury
from influence.ranking.outcomes import Window, later_outcome
from influence.ranking.simpler_rules import rules
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace, to_day
from influence.text.niche import Niche

CUT = "2024-01-01"


def jury(gain: list[float], n_draws: int = 200) -> Jury:
    return Jury(np.array(gain), np.random.default_rng(0), n_draws)


def test_the_perfect_order_gets_full_marks_and_the_reverse_the_least() -> None:
    gain = [float(n) for n in range(30)]
    best, worst = (jury(gain).mark(np.array(gain) * sign) for sign in (1, -1))
    assert {name: best.value[name] for name in MEASURES} == pytest.approx(dict.fromkeys(MEASURES, 1.0))
    assert (worst.value["spearman"], worst.value["kendall"]) == pytest.approx((-1.0, -1.0))
    assert worst.value["precision_at_10"] == 0.0


def test_ndcg_by_hand() -> None:
    found = jury([3.0, 0.0, 2.0]).mark(np.array([1.0, 3.0, 2.0])).value["ndcg_at_10"]
    assert found == pytest.approx((2 / np.log2(3) + 3 / 2) / (3 + 2 / np.log2(3)))


def test_precision_counts_only_those_with_something_later() -> None:
    gain = [5.0, 4.0] + [0.0] * 18
    assert jury(gain).mark(np.arange(20.0)[::-1]).value["precision_at_10"] == pytest.approx(0.2)


def test_correlations_agree_with_scipy_ties_and_unknown_outcomes_left_out() -> None:
    rng = np.random.default_rng(1)
    gain, score = rng.integers(0, 5, 60).astype(float), rng.normal(size=60)
    gain[:5] = np.nan
    marks = jury(list(gain)).mark(score)
    assert marks.value["spearman"] == pytest.approx(stats.spearmanr(gain[5:], score[5:]).statistic)
    assert marks.value["kendall"] == pytest.approx(stats.kendalltau(gain[5:], score[5:]).statistic)


@pytest.mark.parametrize("name", ["spearman", "kendall"])
def test_intervals_are_as_wide_as_repeated_worlds_say(name: str) -> None:
    rng = np.random.default_rng(2)

    def world() -> tuple[np.ndarray, np.ndarray]:
        score = rng.normal(size=200)
        return score, np.maximum(score + rng.normal(size=200), 0.0)

    values, widths = [], []
    for _ in range(30):
        score, gain = world()
        marks = jury(list(gain)).mark(score)
        values.append(marks.value[name])
        widths.append(np.subtract(*marks.interval(name)[::-1]))
    assert np.mean(widths) == pytest.approx(2 * 1.96 * np.std(values), rel=0.35)


def test_unknown_scores_stand_last() -> None:
    marks = jury([1.0, 0.0, 0.0]).mark(np.array([0.1, np.nan, np.nan]))
    assert marks.value["ndcg_at_10"] == 1.0


def rows(year: int, likes: Callable[[int], int], n: int = 14) -> list[dict[str, Any]]:
    return [
        {"post_id": f"{year}-{k}-{m}", "account_id": f"web:b{k:02d}", "text": "vegan baking" if k % 2 else "engines",
         "created_at": f"{year}-0{m}-15", "likes": likes(k), "shares": 1, "community": "bakers" if k % 2 else "cars"}
        for k in range(n) for m in (3, 6, 9)
    ]  # fmt: skip


@pytest.fixture
def workspace(workspace_of: Callable[..., Any]) -> Any:
    """Seven bakers among fourteen blogs; who was liked in 2023 is liked in 2024; the most followed is a car blog."""
    opened = workspace_of()
    accounts = [
        {"handle": f"b{k:02d}", "platform": "web", "followers": 10_000 if k == 0 else 100 + k}
        for k in range(14)
    ]
    past = {"posts": rows(2023, lambda k: 3 * k), "accounts": accounts}
    later = {"posts": rows(2024, lambda k: 4 * k)}
    for tables, now in ((past, datetime(2023, 12, 1)), (later, datetime(2024, 12, 1))):
        import_tables(opened, {name: pd.DataFrame(table) for name, table in tables.items()}, now=now)
    return opened


def test_the_ranking_stands_beside_the_simpler_rules(workspace: Any) -> None:
    result = backtest(workspace, "vegan baking", cuts=[CUT])
    methods = [row.method for row in result.rows]
    assert methods == [
        OURS,
        "followers",
        "total engagement",
        "engagement a post",
        "engagement rate",
        "engagement, last 12 months",
        "pagerank",
        "topical pagerank",
        "pagerank lift",
        "neighbour share",
        "niche counts",
        "random",
    ]
    mark = {row.method: row.marks["ndcg_at_10"] for row in result.rows}
    assert mark[OURS][0] > 0.95 > mark["followers"][0]
    assert all(low <= value <= high for value, low, high in mark.values())
    assert "Better than" in verdict_of(result)
    assert "Of the simple rules " in verdict_of(result)


def test_the_simple_rules_are_what_a_hand_would_compute(workspace_of: Callable[..., Any]) -> None:
    posts = [
        {"post_id": "1", "account_id": "web:a", "created_at": "2023-12-01", "likes": 10, "comments": 2},
        {"post_id": "2", "account_id": "web:a", "created_at": "2021-01-01", "likes": 30},
        {"post_id": "3", "account_id": "web:b", "created_at": "2023-12-02", "likes": 8},
    ]
    accounts = [{"account_id": f"web:{name}", "followers": n} for name, n in (("a", 210), ("b", 16))]
    found = assess(workspace_of(posts=posts, accounts=accounts), question_of(""))
    scores, skipped = rules(found, np.random.default_rng(0))
    assert scores["total engagement"].tolist() == [42, 8]
    assert scores["engagement a post"].tolist() == [21, 8]
    assert scores["engagement rate"].tolist() == [0.1, 0.5]
    assert scores["engagement, last 12 months"].tolist() == [12, 8]
    assert "pagerank lift" in skipped
    assert "neighbour share" in skipped


def test_neighbour_share_is_the_share_of_ties_with_the_niche(workspace_of: Callable[..., Any]) -> None:
    """`a` is tied to both examples, `b` to one example and two others: 2 of 2 + 1, 1 of 3 + 1."""
    ties = [("x", "a"), ("a", "y"), ("x", "b"), ("b", "c"), ("d", "b")]
    follows = [{"follower_id": f"web:{one}", "followee_id": f"web:{other}"} for one, other in ties]
    found = assess(workspace_of(follows=follows), question_of("", like=["web:x", "web:y"]))
    scores, _ = rules(found, np.random.default_rng(0))
    ids = found.evidence.candidates["account_id"].tolist()
    share = dict(zip(ids, scores["neighbour share"], strict=True))
    assert share["web:a"] > share["web:b"] > 0.0


def test_the_rate_within_size_is_a_percentile_among_peers(workspace_of: Callable[..., Any]) -> None:
    accounts = [{"account_id": f"web:a{k:03d}", "followers": 1_000 + k} for k in range(60)]
    posts = [
        {"post_id": f"p{k}", "account_id": f"web:a{k:03d}", "created_at": "2023-12-01", "likes": 10 * k}
        for k in range(60)
    ]
    scores, _ = rules(
        assess(workspace_of(posts=posts, accounts=accounts), question_of("")), np.random.default_rng(0)
    )
    assert scores["rate within size"][[0, 59]].tolist() == [0.0, 1.0]


def test_the_verdict_names_the_rule_that_wins() -> None:
    """Marks by hand: the rule is ahead in every draw."""
    won = MethodComparison("followers", -0.125, -0.2, -0.05)
    level = MethodComparison("pagerank", 0.01, -0.1, 0.1)
    row = BacktestRow(OURS, CUT, 10, 5, {"ndcg_at_10": (0.5, 0.4, 0.6)})
    words = verdict_of(Backtest(question_of(""), "engagement", (row,), (won, level), {}, (), (level,)))
    assert "followers wins, by 0.125" in words
    assert "Spearman" not in words


def test_one_row_a_method_and_cut_with_every_measure_and_its_interval(workspace: Any) -> None:
    from influence.reporting.explain.measured_text import backtest_json, backtest_table

    result = backtest(workspace, "vegan baking", cuts=["2023-07-01", CUT])
    document = json.loads(backtest_json(result))
    assert (
        len(document["rows"])
        == len({(row["method"], row["cut"]) for row in document["rows"]})
        == len(result.rows)
    )
    for row in document["rows"]:
        assert {f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high")} <= set(row)
    assert {row["cut"] for row in document["rows"]} == {"2023-07-01", CUT}
    table = backtest_table(result)
    assert "nDCG@10" in table
    assert verdict_of(result) in table


def test_the_same_seed_gives_the_same_marks(workspace: Any) -> None:
    assert backtest(workspace, "vegan baking", cuts=[CUT]) == backtest(workspace, "vegan baking", cuts=[CUT])


def test_later_engagement_counts_what_is_about_the_niche(workspace: Any) -> None:
    ids = np.array([f"web:b{k:02d}" for k in range(14)], dtype=object)
    window = Window(int(to_day(CUT) or 0))
    of_niche = later_outcome(workspace.store, Niche("vegan baking"), ids, window, "engagement")
    of_all = later_outcome(workspace.store, Niche(), ids, window, "engagement")
    assert of_all[12] == 3 * (4 * 12 + 1)
    assert of_niche[13] > 20 * of_niche[12]
    in_cars = later_outcome(workspace.store, Niche("vegan baking"), ids, window, "engagement", "cars")
    assert (in_cars[12], in_cars[13]) == (of_all[12], 0.0)
    assert later_outcome(workspace.store, Niche(), ids, window, "posts.shares").tolist() == [3.0] * 14


def test_new_audience_is_who_never_came_before(workspace_of: Callable[..., Any]) -> None:
    ties = [("ann", "pan", "2023-05-01"), ("ann", "pan", "2024-05-01"), ("bob", "pan", "2024-05-01"),
            ("bob", "pan", "2024-06-01"), ("cat", "pot", "2024-02-01")]  # fmt: skip
    opened = workspace_of(
        interactions=[
            {"actor_id": f"web:{a}", "target_id": f"web:{t}", "kind": "share", "created_at": day}
            for a, t, day in ties
        ]
    )
    ids = np.array(["web:pan", "web:pot", "web:bob"], dtype=object)
    window = Window(int(to_day(CUT) or 0))
    assert later_outcome(opened.store, Niche(), ids, window, "new-audience").tolist() == [1.0, 1.0, 0.0]
    assert later_outcome(opened.store, Niche(), ids, window, "shares").tolist() == [3.0, 1.0, 0.0]


def test_niche_engagement_is_what_members_gave_by_name(workspace_of: Callable[..., Any]) -> None:
    posts = [
        {"post_id": f"{who}{k}", "account_id": f"p:{who}", "text": text, "created_at": "2023-01-01"}
        for who, text in (("baker", "sourdough bread"), ("star", "my new car"))
        for k in range(4)
    ]
    gave = [("fan", "baker", 4), ("crowd", "star", 9), ("fan", "star", 1)]
    interactions = [
        {"actor_id": f"p:{actor}", "target_id": f"p:{target}", "post_id": f"{target}{k % 4}", "kind": "like",
         "created_at": f"2023-06-{k + 1:02d}"}
        for actor, target, n in gave for k in range(n)
    ]  # fmt: skip
    store = workspace_of(posts=posts, interactions=interactions).store
    ids, window = np.array(["p:baker", "p:star"]), Window(int(to_day("2023-05-01") or 0))
    baker, star = later_outcome(store, Niche("sourdough", "", ()), ids, window, "niche-engagement")
    assert baker > star > 0
    plain = later_outcome(store, Niche("", "", ()), ids, window, "niche-engagement")
    assert plain.tolist() == [4.0, 10.0]


def test_the_latest_count_after_the_cut_is_an_outcome(workspace_of: Callable[..., Any]) -> None:
    days = {"2023-06-01": 10, "2024-02-01": 30, "2024-06-01": 25}
    opened = workspace_of(
        snapshots=[{"account_id": "web:pan", "day": day, "followers": n} for day, n in days.items()]
    )
    ids = np.array(["web:pan", "web:pot"], dtype=object)
    window = Window(int(to_day(CUT) or 0))
    found = later_outcome(opened.store, Niche(), ids, window, "snapshots.followers")
    assert found[0] == 25.0
    assert np.isnan(found[1])
    assert later_outcome(opened.store, Niche(), ids, window, "new-audience").tolist() == [15.0, 0.0]


def test_what_cannot_be_marked_is_a_clear_error(workspace: Any) -> None:
    with pytest.raises(MissingDataError, match="nothing to mark"):
        backtest(workspace, "vegan baking", cuts=["2024-12-25"])
    with pytest.raises(UsageError, match="did you mean 'revenue'"):
        backtest(workspace, "vegan baking", cuts=[CUT], outcome="revenu")
    with pytest.raises(UsageError, match="not a date"):
        backtest(workspace, "vegan baking", cuts=["soon"])
    with pytest.raises(UsageError, match="a day to rank as of"):
        backtest(workspace, "vegan baking", cuts=[])


def test_the_command_prints_json_and_finds_no_leak(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "w.duckdb"
    with open_workspace(path) as opened:
        for year in (2023, 2024):
            import_tables(
                opened, {"posts": pd.DataFrame(rows(year, lambda k: 2 * k))}, now=datetime(year, 12, 1)
            )
    code = run(
        [
            "backtest",
            "-w",
            str(path),
            "--niche",
            "vegan baking",
            "--cut",
            CUT,
            "--check-leaks",
            "--format",
            "json",
        ]
    )
    printed = capsys.readouterr()
    assert code == 0
    assert json.loads(printed.out)["outcome"] == "engagement"
    assert "the same to the last bit" in printed.err
