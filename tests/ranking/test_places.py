"""The filter by place: city, region and country decide, and an account's own words where they are silent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from influence import rank
from influence.ranking.asking import question_of
from influence.ranking.leaks import future_leaks

PEOPLE: dict[str, dict[str, str]] = {
    "city": {"city": "Leeds", "country": "GB"},
    "both": {"city": "Leeds, UK"},
    "county": {"region": "West Yorkshire", "country": "GB"},
    "own": {"bio": "Bread from a terrace in Leeds' north"},
    "fan": {"city": "London", "country": "GB", "bio": "Leeds United for ever"},
    "other": {"city": "Leedstown", "country": "US"},
    "accent": {"city": "Málaga", "country": "ES"},
    "atlanta": {"city": "Atlanta", "region": "Georgia", "country": "US"},
    "silent": {},
}


@pytest.fixture
def people(workspace_of: Callable[..., Any]) -> Any:
    return workspace_of(accounts=[
        {"account_id": f"web:{name}", "handle": name, "platform": "web", "fetched_at": "2026-06-20", **more}
        for name, more in PEOPLE.items()
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("place", "there"),
    [
        ("Leeds", {"city", "both", "own"}),
        (("leeds", "malaga"), {"city", "both", "own", "accent"}),
        ("Leeds, UK", {"city", "both"}),
        ("yorkshire", {"county"}),
        ("United Kingdom", {"city", "both", "county", "fan"}),
        ("Georgia", {"atlanta"}),
    ],
)
def test_a_place_is_where_an_account_says_it_is(people: Any, place: Any, there: set[str]) -> None:
    assert {row.handle for row in rank(people, place=place).rows} == there


def test_who_is_elsewhere_and_who_does_not_say_are_told_apart(people: Any) -> None:
    told = rank(people, place="Leeds").left_out
    assert told == {"place is not Leeds": 5, "place is unknown": 1}


def test_a_place_leaks_no_future(people: Any) -> None:
    assert future_leaks(people, question_of(place="Leeds", as_of="2026-07-01")) == []


def test_the_command_line_takes_a_place(
    people: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from influence.cli.app import run

    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "accounts.csv").write_text("handle,platform,city\nann,web,Leeds\nbob,web,Bonn\n", "utf-8")
    (tmp_path / "profile.toml").write_text('[filters]\nplace = ["Leeds"]\n', "utf-8")
    workspace = ["--workspace", str(tmp_path / "w.duckdb")]
    run(["import", str(folder / "accounts.csv"), *workspace])
    for asked in (["--place", "Leeds"], ["--profile", str(tmp_path / "profile.toml")]):
        capsys.readouterr()
        run(["rank", *workspace, *asked, "--format", "csv"])
        shown = capsys.readouterr().out
        assert "ann" in shown
        assert "bob" not in shown
