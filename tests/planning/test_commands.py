"""The four commands through the real command line: a planner's path, and what goes wrong on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from influence.cli.app import run

ORDERS = "order_id,customer_id,ordered_at,revenue,referred_by\n" + "".join(
    f"{n},c{n % 7},2024-0{1 + n % 6}-1{n % 9},{20 + n},{'c1' if n == 3 else ''}\n" for n in range(40)
)
CUSTOMERS = "customer_id,account_id,nps\n" + "".join(f"c{n},web:v{n},{10 - n}\n" for n in range(6))
FOLLOWS = "follower_id,followee_id\n" + "".join(
    f"web:f{n},web:v{n % 5}\nweb:f{n},web:v1\n" for n in range(60)
)
OUTCOMES = "campaign,account_id,day,cost,impressions,clicks,orders,revenue\n" + "".join(
    f"trial,web:v{n % 5},2024-06-0{1 + n % 9},10,500,{10 + n},{n % 3},{40 * (n % 3)}\n" for n in range(10)
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INFLUENCE_WORKSPACE", raising=False)
    for name, text in {
        "orders": ORDERS,
        "customers": CUSTOMERS,
        "follows": FOLLOWS,
        "outcomes": OUTCOMES,
    }.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    assert run(["import", "orders.csv", "customers.csv", "follows.csv", "outcomes.csv"]) == 0
    return tmp_path


def test_from_csv_files_to_a_page_for_approval(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["advocates", "--brand", "Acme", "--rest-days", "0", "-o", "advocates.csv"]) == 0
    assert run(["plan", "--new", "brief.toml", "--list", "advocates.csv"]) == 0
    assert run(["plan", "brief.toml", "-o", "approval.md"]) == 0
    assert run(["plan", "brief.toml", "-o", "plan.xlsx"]) == 0
    assert run(["plan", "brief.toml", "--learned", "trial", "-o", "plan.json"]) == 0
    assert run(["track", "--campaign", "trial", "--plan", "plan.json", "--format", "md"]) == 0
    assert "Approved" in (desk / "approval.md").read_text("utf-8")
    plan = json.loads((desk / "plan.json").read_text("utf-8"))
    assert "learned" in plan["inputs"]["click_rate"]["source"]
    assert plan["inputs"]["unique_audience"]["value"] < plan["inputs"]["followers"]["value"]
    assert "| orders |" in capsys.readouterr().out


def test_critics_in_a_file_of_advocates_are_not_planned_with(desk: Path) -> None:
    assert run(["advocates", "--brand", "Acme", "--rest-days", "0", "-o", "advocates.csv"]) == 0
    text = (desk / "advocates.csv").read_text("utf-8")
    invited = [line for line in text.splitlines() if line.startswith("invite,") and "web:" in line]
    assert any(line.startswith("critic,") for line in text.splitlines())
    assert run(["plan", "--new", "brief.toml", "--list", "advocates.csv"]) == 0
    assert run(["plan", "brief.toml", "-o", "plan.json"]) == 0
    assert json.loads((desk / "plan.json").read_text("utf-8"))["inputs"]["voices"]["value"] == len(invited)


def test_a_reward_for_praise_is_refused_on_the_command_line(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--advocate", "5", "--friend", "5", "--advocates", "100", "--margin", "20"]
    assert run(["incentives", *words]) == 0
    assert "255.5" in capsys.readouterr().out
    assert run(["incentives", *words, "--condition", "a positive review"]) == 1
    assert "16 CFR 465.4" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plan"], "name a brief"),
        (["plan", "no.toml"], "`influence plan --new no.toml` writes one"),
        (["plan", "orders.csv"], "not valid TOML"),
        (["plan", "--new", "orders.csv"], "already"),
        (["track", "--campaign", "trail"], "did you mean 'trial'"),
        (["track", "--campaign", "trial", "--plan", "orders.csv"], "no plan"),
        (["advocates", "--brand", "Acme", "--goal", "fame"], "unknown goal"),
        (["advocates", "--brand", "Acme", "-o", "list.docx"], "ending"),
    ],
)
def test_mistakes_are_explained_without_a_traceback(
    desk: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) in (1, 2)
    assert words in capsys.readouterr().err


def test_advocates_fit_eighty_columns_and_names_are_whole(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["advocates", "--brand", "Acme", "--rest-days", "0"]) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "  v0 " in shown, "the handle, without the platform that all share"
    assert "Shares" not in shown, "a column nobody has is left out"


def test_incentives_and_tracking_fit_eighty_columns(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["incentives", "--advocate", "5", "--friend", "5", "--advocates", "30", "--margin", "15"]) == 0
    assert run(["track", "--campaign", "trial", "--until", "2024-06-20"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines if "https://" not in line) <= 80
    assert any("Too few to learn from" in line for line in lines)
    assert any(line.startswith("Over time") for line in lines)


def test_a_plan_opens_in_a_browser(desk: Path) -> None:
    assert run(["advocates", "--brand", "Acme", "--rest-days", "0", "-o", "advocates.csv"]) == 0
    assert run(["plan", "--new", "brief.toml", "--list", "advocates.csv", "--brand", "Acme"]) == 0
    assert run(["plan", "brief.toml", "-o", "approval.html"]) == 0
    page = (desk / "approval.html").read_text("utf-8")
    assert "<title>Spring kit: for approval</title>" in page
    assert "I get a reward from Acme" in page
    assert "Followers are known of 0 of" in page, "people seen are no follower counts, and that is said"
