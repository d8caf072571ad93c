"""Why it moved: each cause planted alone, sides of every kind, and breaks in what platforms count."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import influence
from influence.errors import SourceError
from influence.ranking.changes import changes
from influence.reporting.explain.compare_text import (
    change_records,
    changes_json,
    changes_table,
    changes_title,
)
from influence.signals.breaks import breaks_crossed, read_breaks
from influence.store.importing.transaction import import_tables
from influence.store.lists.saved import SavedList, SavedPick, save_list
from influence.store.workspace import to_day

Make = Callable[..., Any]


def post(who: str, day: str, likes: int) -> dict[str, Any]:
    return {
        "post_id": f"{who}-{day}", "account_id": f"instagram:{who}", "text": "vegan cake", "created_at": day,
        "likes": likes,
    }  # fmt: skip


@pytest.fixture
def world(workspace_of: Make) -> Any:
    """Five authors of one size; each has ten posts in January, `a` with most likes, `e` with least."""
    posts = [
        post(who, f"2024-01-{n + 1:02d}", 50 - 10 * at) for at, who in enumerate("abcde") for n in range(10)
    ]
    accounts = [{"account_id": f"instagram:{who}", "followers": 1_000 + at} for at, who in enumerate("abcde")]
    return workspace_of(posts=posts, accounts=accounts)


def add(workspace: Any, *posts: dict[str, Any]) -> None:
    import_tables(workspace, {"posts": pd.DataFrame(posts)})


def saved(workspace: Any, file: Path, **asked: Any) -> str:
    influence.write(influence.rank(workspace, "vegan", top=0, **asked), file)
    return str(file)


def test_nothing_moves_where_nothing_happened(world: Any, tmp_path: Path) -> None:
    found = changes(world, saved(world, tmp_path / "a.json"))
    assert found.causes == ()
    assert {row.kind for row in found.rows} == {"stayed"}
    assert all(row.points == pytest.approx(0.0) for row in found.rows)


def test_posts_of_later_days_are_told_as_new_posts(world: Any, tmp_path: Path) -> None:
    before = saved(world, tmp_path / "a.json")
    add(world, *[post("e", f"2024-02-{n + 1:02d}", 500) for n in range(20)])
    found = changes(world, before)
    assert found.causes == ("new posts",)
    risen = next(row for row in found.rows if row.account_id == "instagram:e")
    assert risen.kind == "rose"
    assert risen.rank_before == 5
    assert risen.causes["new posts"] == pytest.approx(risen.points)
    assert sum(risen.signals.values()) == pytest.approx(risen.points)


def test_what_is_told_later_about_earlier_days_is_late_data(world: Any, tmp_path: Path) -> None:
    before = saved(world, tmp_path / "a.json")
    add(world, *[post("e", f"2024-01-{n + 1:02d}", 500) | {"post_id": f"late{n}"} for n in range(5)])
    add(world, post("b", "2024-03-01", 40))
    found = changes(world, before)
    assert set(found.causes) == {"late data", "new posts"}
    moved = next(row for row in found.rows if row.account_id == "instagram:e")
    assert moved.causes["late data"] > 1.0
    assert sum(moved.causes.values()) == pytest.approx(moved.points)


def test_the_same_question_as_of_two_days(world: Any) -> None:
    add(world, *[post("e", f"2024-02-{n + 1:02d}", 500) for n in range(20)])
    found = changes(world, "2024-01-15", date(2024, 3, 1), "vegan", top=2)
    assert (found.before, found.after) == ("2024-01-15", "2024-03-01")
    assert found.causes == ("new posts",)
    came = [row.account_id for row in found.of_kind("came")]
    assert came == ["instagram:e"]
    assert len(found.of_kind("went")) == 1


def test_other_weights_and_other_candidates_are_told_apart(world: Any, tmp_path: Path) -> None:
    before = saved(world, tmp_path / "a.json")
    heavier = saved(world, tmp_path / "b.json", weights={"peer_engagement": 40})
    assert changes(world, before, heavier).causes == ("weights",)
    fewer = saved(world, tmp_path / "c.json", max_followers=1_002)
    found = changes(world, before, fewer)
    assert (found.n_before, found.n_after) == (5, 3)
    assert {row.account_id for row in found.of_kind("went")} == {"instagram:d", "instagram:e"}
    gone = found.of_kind("went")[0]
    assert gone.rank_after is None
    assert gone.causes == {"candidates": pytest.approx(-gone.score_before)}


def test_a_newcomer_that_presses_others_down_is_told_as_candidates(world: Any, tmp_path: Path) -> None:
    before = saved(world, tmp_path / "a.json")
    add(world, *[post("z", f"2024-01-{n + 1:02d}", 9_000) for n in range(10)])
    found = changes(world, before)
    newcomer = next(row for row in found.rows if row.account_id == "instagram:z")
    assert (newcomer.kind, newcomer.rank_before, newcomer.score_before) == ("came", None, None)
    assert sum(newcomer.causes.values()) == pytest.approx(newcomer.score_after)


def test_another_version_is_told_where_the_data_are_the_same(world: Any, tmp_path: Path) -> None:
    file = Path(saved(world, tmp_path / "a.json"))
    document = json.loads(file.read_text("utf-8"))
    document["provenance"]["version"] = "0.0.1"
    document["rows"][0]["score"] -= 5.0
    document["rows"][0]["contributions"]["reach"] -= 5.0
    file.write_text(json.dumps(document), "utf-8")
    found = changes(world, str(file))
    assert found.causes == ("version",)
    assert found.rows[0].causes == {"version": pytest.approx(5.0)}
    add(world, post("e", "2024-01-20", 1))
    assert "late data or version" in changes(world, str(file)).causes


def test_a_saved_list_is_compared_by_its_scores(world: Any) -> None:
    ranking = influence.rank(world, "vegan")
    settings = {"keywords": "vegan", "weights": dict(ranking.provenance.settings["weights"])}
    picks = tuple(SavedPick(row.account_id, row.rank, row.score) for row in ranking.rows[:3])
    save_list(
        world, SavedList("spring", "vegan", settings=settings, as_of=ranking.provenance.as_of, picks=picks)
    )
    found = changes(world, "spring", top=3)
    assert found.before.startswith("list spring")
    assert [row.points for row in found.rows] == pytest.approx([0.0] * 3)


def test_a_move_inside_the_rank_range_may_be_luck(world: Any) -> None:
    add(world, *[post("e", f"2024-02-{n + 1:02d}", 5_000) for n in range(20)])
    found = changes(world, "2024-01-15", "2024-03-01", "vegan")
    for row in found.rows:
        low, high = row.range_before
        here, there = row.range_after
        assert row.inside == (low <= row.rank_after <= high or here <= row.rank_before <= there)
    assert {row.inside for row in found.rows} == {True, False}


def test_a_side_that_means_nothing_is_refused(world: Any, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing that rankings"):
        changes(world, "last spring")
    with pytest.raises(SourceError, match="cannot be read"):
        changes(world, str(tmp_path / "none.json"))
    (tmp_path / "odd.json").write_text("[1]", "utf-8")
    with pytest.raises(SourceError, match="no saved ranking"):
        changes(world, str(tmp_path / "odd.json"))


def test_tables_say_the_finding_and_records_hold_every_cause(world: Any, tmp_path: Path) -> None:
    before = saved(world, tmp_path / "a.json")
    add(world, *[post("e", f"2024-02-{n + 1:02d}", 500) for n in range(20)])
    found = changes(world, before)
    assert "1 rose" in changes_title(found)
    assert "New posts" in changes_table(found, 80)
    record = change_records(found)[0]
    assert record["points"] == pytest.approx(record["by_new_posts"])
    assert json.loads(changes_json(found))["causes"] == ["new posts"]


def test_a_comparison_across_a_break_is_warned_of(workspace_of: Make) -> None:
    posts = [
        {**post(who, day, 10), "views": 100}
        for who in "abc"
        for day in ("2024-07-01", "2024-07-20", "2024-08-20", "2024-09-01")
    ]
    world = workspace_of(posts=posts)
    found = changes(world, "2024-08-01", "2024-09-10", "vegan")
    assert [str(one.day) for one in found.breaks] == ["2024-08-08"]
    assert "instagram counts otherwise since 2024-08-08" in changes_table(found)
    assert changes(world, "2024-07-10", "2024-08-01", "vegan").breaks == ()


def test_a_break_matters_only_where_the_figure_is_held(world: Any) -> None:
    first, last = to_day("2024-01-01"), to_day("2025-01-01")
    assert breaks_crossed(world.store, first, last) == ()


def test_the_table_of_breaks_can_be_added_to(tmp_path: Path) -> None:
    own = tmp_path / "counting_breaks.toml"
    entry = (
        '[[break]]\nplatform = "X"\nday = 2027-01-01\ncolumns = ["posts.likes"]\nwhat = "w"\nsource = "s"\n'
    )
    own.write_text(entry, "utf-8")
    assert any(
        one.platform == "twitter" and one.day == date(2027, 1, 1)
        for one in read_breaks(tmp_path / "w.duckdb")
    )
    own.write_text(entry.replace("posts.likes", "posts.hearts"), "utf-8")
    with pytest.raises(SourceError, match="names no column"):
        read_breaks(tmp_path / "w.duckdb")
    own.write_text(entry.replace('what = "w"\n', ""), "utf-8")
    with pytest.raises(SourceError, match="lacks a key"):
        read_breaks(tmp_path / "w.duckdb")


def test_every_break_that_ships_has_a_source_and_an_address() -> None:
    found = read_breaks()
    assert len(found) >= 8
    assert all(one.source and one.url.startswith("https://") for one in found)


def test_a_backtest_and_a_growth_trend_across_a_break_are_warned_of(workspace_of: Make) -> None:
    posts = [
        {**post(who, day, 10), "views": 100}
        for who in "abc"
        for day in ("2024-07-01", "2024-07-20", "2024-08-20", "2024-09-01")
    ]
    found = influence.backtest(workspace_of(posts=posts), "vegan", cuts=["2024-08-01"])
    assert any("2024-08-08" in note for note in found.notes)
    days = {"2019-08-20": 1_001, "2019-09-20": 1_010}
    snapshots = [{"account_id": "youtube:a", "day": day, "followers": n} for day, n in days.items()]
    said = [{**post("a", "2019-09-20", 3), "account_id": "youtube:a"}]
    ranking = influence.rank(workspace_of(posts=said, snapshots=snapshots), "vegan")
    assert any("rounded down" in note for note in ranking.notes)
