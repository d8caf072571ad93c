"""The client's report with the plan in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from influence.cli.app import run
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace

WORDS = ("oolong leaves", "a pot", "hot water", "sencha in a tin", "a cup")
BRIEF = """
name = "Tea & <b>kits</b>"
[money]
order_value = 60
margin_share = 0.4
[budget]
programme = 500
cost_per_voice = 40
"""


@pytest.fixture(scope="module")
def tea(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve tea blogs with readers in common, in a workspace file."""
    rng = np.random.default_rng(5)
    blogs = [f"web:blog{k:02d}" for k in range(12)]
    tables = {
        "accounts": [{"account_id": key, "handle": key[4:], "kind": "blog", "followers": 400} for key in blogs],
        "posts": [{"post_id": f"{key}-{j}", "account_id": key, "created_at": f"2024-05-{j + 1:02d}", "likes": 5,
                   "text": f"green tea brewing, {word} {WORDS[(k + j) % 5]}"}
                  for k, key in enumerate(blogs) for j, word in enumerate(WORDS)],
        "follows": [{"follower_id": f"web:reader{r}", "followee_id": key}
                    for key in blogs for r in rng.choice(60, 12, replace=False)],
    }  # fmt: skip
    path = tmp_path_factory.mktemp("tea") / "influence.duckdb"
    with open_workspace(path) as workspace:
        import_tables(workspace, {name: pd.DataFrame(rows) for name, rows in tables.items()})
    return path


def report_on(tea: Path, folder: Path, brief: str) -> str:
    (folder / "brief.toml").write_text(brief, "utf-8")
    told = ["report", "-w", str(tea), "--niche", "green tea", "--size", "4", "-o", str(folder / "report.html"),
            "--plan", str(folder / "brief.toml")]  # fmt: skip
    assert run(told) == 0
    return (folder / "report.html").read_text("utf-8")


def test_a_brief_without_a_list_is_about_the_picks_of_the_report(tea: Path, tmp_path: Path) -> None:
    page = report_on(tea, tmp_path, BRIEF)
    assert "Does it pay?" in page
    assert "4. Business case: the business" in page
    assert "<script" not in page
    # four picks of 400 followers each, at 40 each
    assert "<td>Marketing programme</td><td>160</td>" in page


def test_a_report_without_a_plan_has_no_such_section(tea: Path, tmp_path: Path) -> None:
    assert run(["report", "-w", str(tea), "--niche", "green tea", "-o", str(tmp_path / "report.html")]) == 0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Does it pay?" not in page
    assert ".plan" not in page


def test_a_plan_in_another_currency_than_the_report_is_refused(
    tea: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brief, card = tmp_path / "brief.toml", tmp_path / "card.csv"
    brief.write_text(f'currency = "GBP"\n{BRIEF}', "utf-8")
    card.write_text("account,cost\nblog01,40\nblog02,40\n", "utf-8")
    told = ["report", "-w", str(tea), "--niche", "green tea", "--size", "4", "-o", str(tmp_path / "r.html"),
            "--plan", str(brief), "--rate-card", str(card), "--set"]  # fmt: skip
    assert run([*told, "--currency", "USD"]) == 2
    said = capsys.readouterr().err
    assert "a report speaks of one currency" in said
    assert "GBP in the plan, USD in the list" in said
    assert not (tmp_path / "r.html").exists()
    assert run([*told, "--currency", "GBP"]) == 0
    assert "USD" not in (tmp_path / "r.html").read_text("utf-8")
