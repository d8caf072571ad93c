"""``influence accounts``: searched, joined, taken apart, and looked through for persons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from influence.cli.app import run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INFLUENCE_WORKSPACE", raising=False)
    (tmp_path / "accounts.csv").write_text(
        "platform,handle,name,followers,bio\ninstagram,oven_amy,Amy Oven,120,rye\n"
        "youtube,amy_tv,Amy TV,90,see crumb.example\n"
        "web,crumb.example,Crumb,,youtube.com/@amy_tv\n", "utf-8",
    )  # fmt: skip
    (tmp_path / "posts.csv").write_text("post_id,account_id,text\n1,oven_amy,vegan oat\n", "utf-8")
    assert run(["import", "accounts.csv", "posts.csv", "--yes", "--platform", "tiktok"]) == 0
    return tmp_path


def found(capsys: pytest.CaptureFixture[str], *args: str) -> list[str]:
    capsys.readouterr()
    assert run(["accounts", *args, "--format", "json"]) == 0
    return [row["account_id"] for row in json.loads(capsys.readouterr().out)["accounts"]]


def test_accounts_are_listed_and_searched_by_anything(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(capsys) == ["instagram:oven_amy", "youtube:amy_tv", "tiktok:oven_amy", "web:crumb.example"]
    assert found(capsys, "AMY OVEN") == ["instagram:oven_amy"]
    assert found(capsys, "https://www.youtube.com/@amy_tv/videos") == ["youtube:amy_tv"]
    assert found(capsys, "amy", "--platform", "YouTube") == ["youtube:amy_tv"]
    assert found(capsys, "list", "rye") == ["instagram:oven_amy"]
    assert found(capsys, "nobody") == []


def test_probable_doubles_are_told_joined_and_taken_apart(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["check", "--format", "json"]) == 0
    told = capsys.readouterr().out
    assert "probable-doubles" in told
    assert "1 names agree" in told
    assert run(["accounts", "merge", "instagram:oven_amy", "tiktok:oven_amy"]) == 0
    assert "tiktok:oven_amy" not in found(capsys)
    assert run(["accounts", "split", "tiktok:oven_amy"]) == 0
    assert "tiktok:oven_amy" in found(capsys)


def test_persons_are_shown_with_their_evidence_and_told_by_a_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "pairs.csv").write_text("account;other\nAmy Oven;https://www.youtube.com/@amy_tv\n", "utf-8")
    assert run(["accounts", "persons", "--pairs", "pairs.csv"]) == 0
    told = capsys.readouterr()
    assert "link to each other" in told.out
    assert "you said that they are one" in told.out
    assert "1 person has several accounts" in told.err


def test_a_line_that_names_one_account_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pairs.csv").write_text("a,b\nc\n", "utf-8")
    assert run(["accounts", "persons", "--pairs", "pairs.csv"]) == 1
    assert "line 2" in capsys.readouterr().err


def test_lists_on_a_narrow_screen_break_no_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"kate_bakes_everything{n}" for n in range(3)]
    rows = "".join(f"{name},100,https://example.org/{name},Kate Nowak of Leeds\n" for name in names)
    (tmp_path / "a.csv").write_text("handle,followers,url,name\n" + rows, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    notes = ["--notes", "vegan baking cookies, aquafaba and buns"]
    assert run(["import", "a.csv", "--yes"]) == 0
    assert run(["shortlist", "--niche", "kate bakes", "--size", "1", "--save", "s"]) == 0
    assert run(["shortlist", "edit", "s", *names, "--add", *notes]) == 0
    for words in (["accounts"], ["shortlist", "show", "s"]):
        capsys.readouterr()
        assert run(words) == 0
        shown = capsys.readouterr().out
        assert all(f"{name} " in shown for name in names), shown
        assert max(map(len, shown.splitlines())) <= 80
    assert "aquafaba" in shown
