"""Learning: finds a planted order, keeps people apart, is monotone, and claims nothing that the pairs do not show."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.cli.app import run
from influence.errors import MissingDataError, SourceError
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.ranking.comparisons import campaign_pairs, features_of, judged_pairs, later_pairs, read_pairs
from influence.ranking.learn import fit, learn, people_splits
from influence.ranking.marks import Wobble, auc_of_margins, marked
from influence.reporting.explain.measured_text import (
    learned_json,
    learned_profile,
    learned_text,
    learned_verdict,
)
from influence.settings import load_profile
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace

N = 120


def vendor_rows(rng: np.random.Generator) -> tuple[dict[str, list[dict[str, Any]]], np.ndarray]:
    """Accounts as a vendor exports them; merit is being mentioned, and followers are noise."""
    mentioned, followers = (np.exp(rng.normal(4, 1.5, N)) for _ in range(2))
    following = np.exp(rng.normal(4, 1.0, N))
    merit = 2.0 * np.log1p(np.floor(mentioned)) - 0.8 * np.log1p(np.floor(following))
    tables = {
        "accounts": [
            {"account_id": f"web:a{k:03d}", "followers": int(followers[k]), "following": int(following[k])}
            for k in range(N)
        ],
        "metrics": [
            {"account_id": f"web:a{k:03d}", "day": "2024-01-01", "mentions_received": int(mentioned[k])}
            for k in range(N)
        ],
    }  # fmt: skip
    return tables, merit


def judged(merit: np.ndarray, rng: np.random.Generator, n: int = 600) -> list[tuple[str, str, str]]:
    rows = []
    for a, b in rng.integers(0, N, (n, 2)):
        if a != b:
            won = rng.random() < 1 / (1 + np.exp(merit[b] - merit[a]))
            rows.append((f"web:a{a:03d}", f"@a{b:03d}", "a" if won else "b"))
    return rows


@pytest.fixture(scope="module")
def vendor() -> Any:
    rng = np.random.default_rng(4)
    tables, merit = vendor_rows(rng)
    with open_workspace(":memory:") as opened:
        import_tables(opened, {name: pd.DataFrame(rows) for name, rows in tables.items()})
        yield opened, merit, judged(merit, rng)


@pytest.fixture(scope="module")
def learned(vendor: Any) -> Any:
    opened, _, rows = vendor
    question = question_of("")
    return learn(judged_pairs(opened, question, rows), question)


def test_a_planted_order_is_found_from_vendor_rows_alone(vendor: Any, learned: Any) -> None:
    _, merit, _ = vendor
    score = learned.model.score(learned.features.values)
    assert np.corrcoef(score, merit)[0, 1] > 0.97
    assert learned.gain["preset"].low > 0
    assert learned.gain["followers"].low > 0
    assert learned_verdict(learned).startswith(
        "The learned weights tell people never seen apart better than the preset"
    )


def test_what_can_only_speak_for_an_account_never_counts_against_it(learned: Any) -> None:
    weights = dict(zip(learned.model.names, learned.model.weights, strict=True))
    assert weights["log following"] < 0  # no direction is known, so the data may say so
    assert all(weights[name] >= 0 for name in weights if name != "log following")


def test_pairs_at_random_give_no_claim(vendor: Any) -> None:
    opened, _, rows = vendor
    rng = np.random.default_rng(9)
    guessed = [(a, b, "a" if rng.random() < 0.5 else "b") for a, b, _ in rows[:150]]
    question = question_of("")
    result = learn(judged_pairs(opened, question, guessed), question)
    assert result.gain["preset"].low <= 0
    assert "do not show" in learned_verdict(result) or "Keep the preset" in learned_verdict(result)


def test_the_same_seed_learns_the_same(vendor: Any, learned: Any) -> None:
    opened, _, rows = vendor
    again = learn(judged_pairs(opened, question_of(""), rows), question_of(""))
    np.testing.assert_array_equal(again.model.weights, learned.model.weights)
    assert again.auc == learned.auc


@given(st.integers(0, 10_000), st.integers(5, 40), st.integers(5, 80))
def test_nobody_is_in_training_and_test(seed: int, n_people: int, n_pairs: int) -> None:
    rng = np.random.default_rng(seed)
    people = rng.integers(0, n_people, (n_pairs, 2))
    for train, test in people_splits(people, rng, n_repeats=1):
        assert not set(people[train].ravel()) & set(people[test].ravel())


def test_islands_of_people_lose_no_pair() -> None:
    people = np.arange(60).reshape(30, 2)
    tested = [test for _, test in people_splits(people, np.random.default_rng(0), n_repeats=1)]
    assert sorted(np.concatenate(tested)) == list(range(30))


def test_auc_by_hand() -> None:
    margin, one = np.array([2.0, 1.0, -1.0]), np.ones((1, 3))
    # winners' margins 2, 1, -1 against -2, -1, 1: 2 beats three, 1 beats two and ties one, -1 beats one, ties one
    assert auc_of_margins(margin, one)[0] == pytest.approx((3 + 2.5 + 1.5) / 9)
    assert auc_of_margins(np.zeros(4), np.ones((1, 4)))[0] == 0.5


def test_little_data_stay_near_the_preset_and_much_data_leave_it(vendor: Any) -> None:
    opened, merit, _ = vendor
    features = features_of(assess(opened, question_of("")))
    rng = np.random.default_rng(0)

    def away(n: int) -> float:
        a, b = rng.integers(0, N, (2, n))
        first = merit[a] >= merit[b]
        winner, loser = np.where(first, a, b), np.where(first, b, a)
        model = fit(
            features.values[winner] - features.values[loser], features, np.column_stack([winner, loser]), rng
        )
        spread = features.values.std(axis=0)
        mine, preset = model.weights * spread, features.preset * spread
        return 1 - float(mine @ preset / (np.linalg.norm(mine) * np.linalg.norm(preset)))

    assert away(400) > away(12)


def test_profile_reads_back_and_weighs_signals_only(learned: Any, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(learned_profile(learned), "utf-8")
    profile = load_profile(path)
    assert sum(profile.weights.values()) == pytest.approx(100, abs=0.1)
    assert set(profile.weights) == set(learned.profile_weights)
    assert "log followers" not in profile.weights


def test_text_and_json_tell_the_same(learned: Any) -> None:
    document = json.loads(learned_json(learned))
    assert document["verdict"] in learned_text(learned)
    assert (
        document["auc"]["learned"]["low"]
        <= document["auc"]["learned"]["value"]
        <= document["auc"]["learned"]["high"]
    )


def test_a_preference_may_be_said_in_several_ways(vendor: Any) -> None:
    opened, _, rows = vendor
    said = [("web:a001", "a002", word) for word in ("a", "1", "account_a", "web:a001", "@a001", "A")]
    pairs = judged_pairs(opened, question_of(""), rows[:10] + said)
    assert len(pairs) == 16
    with pytest.raises(SourceError, match="neither account"):
        judged_pairs(opened, question_of(""), [("web:a001", "web:a002", "web:a003")])


def test_unknown_accounts_and_ties_are_counted_and_too_few_pairs_refused(vendor: Any) -> None:
    opened, _, rows = vendor
    more = [("web:nobody", "web:a001", "a"), ("web:a001", "web:a002", "tie")]
    pairs = judged_pairs(opened, question_of(""), rows[:20] + more)
    assert len(pairs.notes) == 2
    with pytest.raises(MissingDataError, match="too little"):
        judged_pairs(opened, question_of(""), more)


def test_a_pairs_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("one,two\na,b\n", "utf-8")
    with pytest.raises(SourceError, match="column is missing"):
        read_pairs(path)
    with pytest.raises(SourceError, match="no such file"):
        read_pairs(tmp_path / "none.csv")


def test_campaigns_are_compared_within_and_learned_in_order_of_time(workspace_of: Callable[..., Any]) -> None:
    rng = np.random.default_rng(0)
    tables, merit = vendor_rows(rng)
    tables["outcomes"] = [
        {"campaign": name, "account_id": f"web:a{k:03d}", "day": day, "orders": int(rng.poisson(np.exp(merit[k] / 4)))}
        for name, day in (("spring", "2024-03-01"), ("summer", "2024-06-01")) for k in range(0, N, 3)
    ]  # fmt: skip
    pairs = campaign_pairs(workspace_of(**tables), question_of(""), None, rng)
    assert set(pairs.group) == {0, 1}
    assert pairs.source == "orders of 2 campaigns"
    result = learn(pairs, question_of(""))
    assert 0 < result.n_tested <= int((pairs.group == 1).sum())
    assert result.auc["learned"].value > 0.7


def test_intervals_are_as_wide_as_repeated_worlds_say() -> None:
    rng, values, widths = np.random.default_rng(3), [], []
    for _ in range(60):
        skill, people = rng.normal(size=40), rng.integers(0, 40, (200, 2))
        people = people[people[:, 0] != people[:, 1]]
        margin = 0.7 + skill[people[:, 0]] * 0.5 + skill[people[:, 1]] * 0.5 + rng.normal(size=len(people))
        mark, _ = marked(margin, Wobble.of(people, rng))
        values.append(mark.value)
        widths.append(mark.high - mark.low)
    assert np.mean(widths) == pytest.approx(2 * 1.96 * np.std(values), rel=0.3)


def test_what_came_later_can_be_learned_from(workspace_of: Callable[..., Any]) -> None:
    rng = np.random.default_rng(0)
    posts = [
        {"post_id": f"{k}-{day}", "account_id": f"web:a{k:02d}", "text": "bread", "likes": int(rng.poisson(k)),
         "created_at": day}
        for k in range(30) for day in ("2023-02-01", "2023-04-01", "2023-08-01", "2024-02-01")
    ]  # fmt: skip
    opened = workspace_of(posts=posts)
    pairs = later_pairs(opened, question_of(""), ["2023-06-01", "2024-01-01"], "engagement", rng)
    assert set(pairs.group) == {0, 1}
    assert np.mean(pairs.difference[:, pairs.features.names.index("peer_engagement")] > 0) > 0.8


def test_the_command_learns_predicts_and_writes_only_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(4)
    tables, merit = vendor_rows(rng)
    with open_workspace(tmp_path / "w.duckdb") as opened:
        import_tables(opened, {name: pd.DataFrame(rows) for name, rows in tables.items()})
    pairs = pd.DataFrame(judged(merit, rng, 80), columns=["account_a", "account_b", "preferred"])
    pairs.to_csv(tmp_path / "pairs.csv", index=False)
    best, worst = (f"web:a{at:03d}" for at in (merit.argmax(), merit.argmin()))
    (tmp_path / "ask.csv").write_text(f"account_a,account_b\n{best},{worst}\n{best},web:nobody\n", "utf-8")
    asked = ["learn", "-w", str(tmp_path / "w.duckdb"), "--pairs", str(tmp_path / "pairs.csv")]
    assert (
        run([*asked, "--predict", str(tmp_path / "ask.csv"), str(tmp_path / "told.csv"), "--format", "json"])
        == 0
    )
    assert json.loads(capsys.readouterr().out)["n_pairs"] == len(pairs)
    told = pd.read_csv(tmp_path / "told.csv")
    assert told["p_a"][0] > 0.9
    assert np.isnan(told["p_a"][1])
    assert not list(tmp_path.glob("*.toml"))
    assert run([*asked, "-o", str(tmp_path / "mine.toml")]) == 0
    assert "weights" in tomllib.loads((tmp_path / "mine.toml").read_text("utf-8"))
    assert run(["learn", "-w", str(tmp_path / "w.duckdb")]) == 2


def test_a_file_of_another_ending_is_refused_before_anything_is_learned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither workspace nor pairs are there: the ending is what is told."""
    (tmp_path / "pairs.csv").write_text("account_a,account_b,preferred\na,b,a\n", "utf-8")
    asked = ["learn", "-w", str(tmp_path / "none.duckdb"), "--pairs", str(tmp_path / "pairs.csv")]
    for more in (["-o", "weights.xlsx"], ["--predict", "pairs.csv", "told.html"]):
        assert run([*asked, *(str(tmp_path / one) if "." in one else one for one in more)]) != 0
        said = capsys.readouterr().err
        assert more[-1] in said
        assert "ending" in said
        assert not (tmp_path / more[-1]).exists()


def bending_world(rng: np.random.Generator, most: float) -> tuple[Any, list[tuple[str, str, str]]]:
    """Accounts whose merit grows with mentions, beyond `most` (a share of them) no further."""
    tables, _ = vendor_rows(rng)
    mentioned = np.log1p([row["mentions_received"] for row in tables["metrics"]])
    merit = 4.0 * np.minimum(mentioned, np.quantile(mentioned, most))
    return tables, judged(merit, rng, 600)


@pytest.mark.parametrize(("most", "better"), [(0.5, True), (1.0, False)])
def test_scales_are_learned_where_more_is_no_better_beyond_a_point(
    workspace_of: Callable[..., Any], most: float, better: bool
) -> None:
    tables, rows = bending_world(np.random.default_rng(5), most)
    workspace, question = workspace_of(**tables), question_of("")
    learned = learn(judged_pairs(workspace, question, rows), question)
    assert (learned.gain["learned, own scales"].high < 0) == better
    assert ("log mentions_received, high" in learned.model.names) == better
    assert ("Scales of its own tell more" in learned_verdict(learned)) == better
    assert np.all(learned.model.weights[learned.features.rising] >= 0)
    assert np.all(np.isfinite(learned.chances(np.array([0]), np.array([1]))))
