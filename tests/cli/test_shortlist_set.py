"""``influence shortlist`` chosen as a set: options, what is said, what is refused."""

import json
from pathlib import Path

import pandas as pd
import pytest

from influence.cli.app import run
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("set") / "w.duckdb"
    crowds = {"one": range(20), "two": range(20), "three": range(20, 38), "trucks": range(38, 60)}
    posts = [
        {"post_id": f"{name}{k}", "account_id": f"web:{name}", "created_at": f"2024-05-{k + 1:02d}", "likes": 9,
         "text": "diesel engine" if name == "trucks" else "green tea brewing leaves"}
        for name in crowds for k in range(5)
    ]  # fmt: skip
    follows = [
        {"follower_id": f"web:r{k}", "followee_id": f"web:{name}"}
        for name, who in crowds.items()
        for k in who
    ]
    with open_workspace(path) as opened:
        import_tables(opened, {"posts": pd.DataFrame(posts), "follows": pd.DataFrame(follows)})
    return str(path)


def asked(workspace: str, *options: str) -> int:
    return run(["shortlist", "-w", workspace, "--niche", "green tea", *options])


def test_a_budget_makes_it_a_set_and_says_what_it_reaches(
    workspace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(workspace, "--budget", "600", "--size", "3", "--format", "json", "--alternatives") == 0
    told = capsys.readouterr()
    rows = json.loads(told.out)["rows"]
    assert sum(row["added"]["cost"] for row in rows) <= 600
    assert {"new_people", "alone", "cost_per_new", "overlap"} <= set(rows[0]["added"])
    assert json.loads(told.out)["provenance"]["settings"]["set"]["budget"] == 600
    for words in (
        "reach about",
        "Near misses:",
        "Should one decline",
        "a guess by tier",
        "No set within size and budget",
    ):
        assert words in told.err


def test_the_output_says_which_rule_made_the_list(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    heard = {}
    for name, options in {"--set": ["--set"], "--no-set": ["--no-set"], "": []}.items():
        assert asked(workspace, "--size", "2", "--format", "json", *options) == 0
        told = capsys.readouterr()
        heard[name] = told.err, json.loads(told.out)
    said, document = heard["--no-set"]
    assert [row["rank"] for row in document["rows"]] == [1, 2]
    assert document["provenance"]["settings"]["set"]["chosen"] == "by score"
    assert "Chosen by score, each for itself." in said
    assert "Near misses" not in said
    said, document = heard["--set"]
    assert document["provenance"]["settings"]["set"]["chosen"] == "as a set"
    assert "Chosen as a set" in said
    said, document = heard[""]  # nothing told, and nobody near the best two reaches more
    assert document["provenance"]["settings"]["set"]["chosen"] == "by score"
    assert "would reach no more of the niche people" in said


def test_must_and_never_are_kept(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(workspace, "--size", "2", "--must", "three", "--never", "one", "--format", "json") == 0
    handles = [row["handle"] for row in json.loads(capsys.readouterr().out)["rows"]]
    assert handles[0] == "three"
    assert "one" not in handles


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--quota", "tier:nano>=2", "--budget", "900"], "0 candidates are tier:nano"),
        (["--quota", "teir:nano>=2"], "did you mean 'tier'?"),
        (["--max-overlap", "1.5"], "overlap is a share"),
        (["--must", "nobody"], "no account of this name"),
        (["--must", "one", "--budget", "100"], "--budget 300"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    workspace: str, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert asked(workspace, *options) in (1, 2)
    assert words in capsys.readouterr().err


def test_a_rate_card_of_ones_own_decides_the_costs(
    workspace: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "prices.csv"
    card.write_text("account,cost\none,10\ntwo,20\nthree,30\n", "utf-8")
    assert asked(workspace, "--budget", "40", "--rate-card", str(card), "--format", "json") == 0
    costs = {row["handle"]: row["added"]["cost"] for row in json.loads(capsys.readouterr().out)["rows"]}
    assert costs
    assert sum(costs.values()) <= 40
    assert costs.items() <= {"one": 10.0, "two": 20.0, "three": 30.0}.items()
