"""Saved shortlists, outreach files and people's rights through the real command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from pptx import Presentation

from influence.cli.app import run
from influence.store.importing.transaction import import_tables
from influence.store.lists.saved import load_list
from influence.store.workspace import open_workspace

NAMES = ("teapot", "leafy", "oolong")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace file with three who write about tea, and a list of them saved by the command."""
    path = tmp_path_factory.mktemp("cli") / "w.duckdb"
    texts = ["brewing green tea", "green tea and oolong leaves", "a teapot for green tea"]
    tables = {
        "accounts": [{"handle": name, "name": f"{name.title()} Smith", "kind": "person"} for name in NAMES],
        "posts": [{"post_id": f"{name}{k}", "account_id": name, "text": text, "likes": 3 + k}
                  for name in NAMES for k, text in enumerate(texts)],
        "contacts": [{"account_id": name, "email": f"{name}@{name}.example", "lawful_basis": "consent"}
                     for name in NAMES],
    }  # fmt: skip
    with open_workspace(path) as workspace:
        import_tables(workspace, {name: pd.DataFrame(rows) for name, rows in tables.items()})
    assert run(["shortlist", "-w", str(path), "--niche", "green tea", "--size", "3", "--save", "spring"]) == 0
    return path


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> str:
    """A copy of it for one test."""
    path = tmp_path / "w.duckdb"
    path.write_bytes(made.read_bytes())
    return str(path)


def test_a_list_is_saved_shown_edited_and_merged_back(
    workspace: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["shortlist", "-w", workspace, "list"]) == 0
    assert "spring  green tea" in capsys.readouterr().out
    file = tmp_path / "list.csv"
    assert run(["export", "spring", "--for", "csv", "-w", workspace, "-o", str(file)]) == 0
    assert "nothing was sent" in capsys.readouterr().err
    edit = ["shortlist", "edit", "spring", "teapot", "-w", workspace]
    assert run([*edit, "--status", "contacted", "--last-contact", "2026-01-02", "--owner", "Jo"]) == 0
    text = file.read_text("utf-8-sig").replace("idea", "agreed")
    file.write_text(text, "utf-8-sig")
    capsys.readouterr()
    assert run(["shortlist", "merge", "spring", str(file), "-w", workspace]) == 1
    assert "1 conflict," in capsys.readouterr().out
    assert run(["shortlist", "merge", "spring", str(file), "-w", workspace, "--take", "theirs"]) == 0
    capsys.readouterr()
    assert run(["shortlist", "show", "spring", "-w", workspace, "--format", "json"]) == 0
    picks = json.loads(capsys.readouterr().out)["picks"]
    assert {pick["status"] for pick in picks} == {"agreed"}
    assert {pick["owner"] for pick in picks if pick["account_id"] == "web:teapot"} == {"Jo"}


def test_saving_again_keeps_the_talks_and_two_lists_are_compared(
    workspace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["shortlist", "edit", "spring", "leafy", "--status", "replied", "-w", workspace])
    asked = ["shortlist", "-w", workspace, "--niche", "green tea", "--size", "2", "--save"]
    assert run([*asked, "spring"]) == 0
    assert "kept with status and notes" in capsys.readouterr().err
    assert run([*asked, "autumn"]) == 0
    assert run(["shortlist", "compare", "spring", "autumn", "-w", workspace]) == 0
    out = capsys.readouterr().out
    assert "accounts are on both lists" in out
    assert "replied" in out


def test_the_workspace_may_come_from_the_environment(
    workspace: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INFLUENCE_WORKSPACE", workspace)
    assert run(["shortlist", "show", "spring"]) == 0
    assert "3 accounts for green tea" in capsys.readouterr().out


def test_an_unknown_list_names_the_nearest(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["shortlist", "show", "sprin", "-w", workspace]) == 1
    assert "did you mean 'spring'" in capsys.readouterr().err
    assert run(["shortlist", "edit", "spring", "--status", "idea", "-w", workspace]) == 2
    assert run(["shortlist", "-w", workspace, "--niche", "tea", "--save", " "]) == 2


def test_a_mail_merge_is_written_and_a_missing_variable_is_asked_for(
    workspace: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mails.csv"
    asked = [
        "export",
        "spring",
        "--for",
        "mailmerge",
        "-w",
        workspace,
        "-o",
        str(file),
        "--set",
        "brand=Acme",
    ]
    assert run(asked) == 1
    assert '--set offer="..."' in capsys.readouterr().err
    assert run([*asked, "--set", "sender=Jo", "--set", "offer=A tin = of tea"]) == 0
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == 3
    assert all("A tin = of tea" in row["Body"] and "green tea" in row["Post"] for row in rows)
    assert run([*asked, "--set", "sender"]) == 2


def test_an_error_stops_the_export_and_a_look_writes_nothing(
    workspace: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["suppress", "leafy.example", "-w", workspace]) == 0
    asked = ["export", "spring", "--for", "hubspot", "-w", workspace]
    assert run([*asked, "-o", str(tmp_path / "h.csv")]) == 1
    assert "1 person asked not to be contacted" in capsys.readouterr().err
    assert run([*asked, "--check"]) == 1
    assert not (tmp_path / "h.csv").exists()
    assert run([*asked, "-o", str(tmp_path / "h.csv"), "--force"]) == 0
    assert "leafy" not in (tmp_path / "h.csv").read_text("utf-8")
    assert run(["export", "spring", "-w", workspace]) == 2
    assert run(["export", "--presets"]) == 0
    assert "mailchimp" in capsys.readouterr().out


def test_suppressing_is_listed_without_names_and_can_be_lifted(
    workspace: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out.txt").write_text("# who wrote back\nleafy\n\na@x.example\n")
    assert (
        run(["suppress", "--from-file", str(tmp_path / "out.txt"), "--reason", "wrote back", "-w", workspace])
        == 0
    )
    assert capsys.readouterr().out.split() == ["account", "web:leafy", "email", "a@x.example"]
    assert run(["suppress", "--list", "-w", workspace]) == 0
    out = capsys.readouterr().out
    assert "2" in out
    assert "wrote back" in out
    assert "leafy" not in out
    assert run(["shortlist", "-w", workspace, "--niche", "green tea"]) == 0
    assert "1 account (suppressed)" in capsys.readouterr().err
    assert run(["suppress", "--lift", "leafy", "-w", workspace]) == 0
    assert run(["suppress", "-w", workspace]) == 2


def test_forgetting_asks_first_and_gives_a_receipt(
    workspace: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["forget", "oolong", "-w", workspace]) == 2
    assert "say --yes" in capsys.readouterr().err
    receipt = tmp_path / "receipt.txt"
    assert run(["forget", "oolong", "-w", workspace, "--yes", "-o", str(receipt)]) == 0
    text = receipt.read_text("utf-8")
    assert "Receipt of erasure: oolong" in text
    assert "posts" in text
    assert run(["explain", "oolong", "--niche", "green tea", "-w", workspace]) == 1
    assert run(["forget", "oolong", "-w", workspace, "--yes"]) == 1


def test_a_place_that_became_free_is_offered_and_taken(
    workspace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ["shortlist", "-w", workspace, "--niche", "green tea", "--size", "2", "--save", "two"]
    assert run(ask) == 0
    assert run(["shortlist", "stand-ins", "two", "-w", workspace]) == 1
    assert "nobody on this list has declined" in capsys.readouterr().err
    with open_workspace(workspace, read_only=True) as opened:
        first, second = (pick.account_id for pick in load_list(opened, "two").picks)
    handle = first.partition(":")[2]
    assert run(["shortlist", "edit", "two", handle, "--status", "declined", "-w", workspace]) == 0
    capsys.readouterr()
    assert run(["shortlist", "stand-ins", "two", "--take", "-w", workspace]) == 0
    out = capsys.readouterr().out
    (left,) = {f"web:{name}" for name in NAMES} - {first, second}
    assert out.startswith(f"For {handle}:\n  {left.partition(':')[2]} (rank ")
    assert max(map(len, out.splitlines())) <= 80
    with open_workspace(workspace, read_only=True) as opened:
        picks = load_list(opened, "two").picks
    assert [pick.account_id for pick in picks] == [first, second, left]
    assert [pick.status for pick in picks] == ["declined", "idea", "idea"]
    assert picks[2].reason


def test_a_subject_report_says_once_what_all_rows_share(
    workspace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["subject-report", "teapot", "-w", workspace]) == 0
    out = capsys.readouterr().out
    posts = out.partition("POSTS")[2].partition("\n\n")[0]
    assert posts.count("account_id: web:teapot") == 1
    assert posts.count("text: ") == 3


def test_a_subject_report_tells_every_datum_and_the_score_in_words(
    workspace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["subject-report", "teapot@teapot.example", "-w", workspace]) == 0
    out = capsys.readouterr().out
    for word in (
        "Teapot Smith",
        "brewing green tea",
        "teapot@teapot.example",
        "consent",
        "spring",
        "from memory",
    ):
        assert word in out
    assert "On the saved list 'spring':" in out
    assert "leafy" not in out.partition("THE SCORE IN WORDS")[0]
    assert run(["subject-report", "teapot", "-w", workspace, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["accounts"] == ["web:teapot"]
    assert {part["table"] for part in document["data"]} == {"accounts", "posts", "contacts"}


def test_a_purge_looks_first_and_counts_back_from_a_day(
    workspace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["purge", "--older-than", "24m", "--as-of", "2026-01-01", "-w", workspace]) == 0
    out = capsys.readouterr().out
    assert "0 rows from before 2024-01-01 deleted" in out
    assert "unknown age stay" in out
    assert run(["purge", "--older-than", "soon", "-w", workspace]) == 2
    assert run(["purge", "--older-than", "1y", "--as-of", "today", "-w", workspace]) == 2


SHOP = "https://shop.example/tea"
TOLD = ["--set", "brand=Acme", "--set", "sender=Jo", "--set", "offer=A tin of tea"]


def test_from_the_import_to_result_slides_without_leaving_the_tool(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mails, two refusals, three posts, one missing label, codes with refunds, slides: in sixteen commands."""
    at, n_commands = ["-w", str(tmp_path / "w.duckdb")], 0

    def done(*words: str) -> str:
        nonlocal n_commands
        n_commands += 1
        capsys.readouterr()
        assert run([*words, *at]) == 0
        return capsys.readouterr().out

    def file(name: str, head: str, *rows: str) -> str:
        (tmp_path / name).write_text("\n".join([head, *rows]) + "\n", "utf-8")
        return str(tmp_path / name)

    sites = tuple(f"{who}.example" for who in NAMES)
    people = (*sites, "chai.example", "matcha.example")
    sheet = file("list.csv", "Blog,Name,Kind,E-mail,Lawful basis",
                 *(f"{who},{who[:-8].title()} Smith,person,jo@{who},consent" for who in people))  # fmt: skip
    wrote = [f"{who}{k},{who},2026-0{1 + k}-10,a cup of green tea,{3 + k}" for who in people for k in (0, 1)]
    written = file("blogs.csv", "post_id,author,published,text,likes", *wrote)
    done("import", sheet, written, "--yes", "--platform", "web")
    done("shortlist", "--niche", "green tea", "--size", "5", "--save", "tins")
    assert "5 accounts" in done("outreach", "check", "tins")
    assert "What it rests on" in done("outreach", "preview", "tins", *TOLD)
    mails = str(tmp_path / "mails.csv")
    done("export", "tins", "--for", "mailmerge", "-o", mails, *TOLD)
    assert len(list(csv.DictReader(Path(mails).read_text("utf-8-sig").splitlines(keepends=True)))) == 5
    done("shortlist", "edit", "tins", *people, "--status", "contacted", "--last-contact", "2026-03-01")
    replies = file("replies.csv", "From,Body", 'jo@chai.example,"No thanks, not for us."',
                   "Matcha <jo@matcha.example>,unsubscribe", "jo@teapot.example,Gladly!")  # fmt: skip
    assert done("outreach", "refusals", replies).count("wrote") == 2
    done("shortlist", "edit", "tins", *sites, "--status", "agreed")
    done("desk", "terms", "tins", *sites, "--price", "50", "--currency", "GBP", "--product", "tea")
    done("desk", "due", "tins", *sites, "--what", "post", "--by", "2026-03-20")
    codes = str(tmp_path / "codes.csv")
    done("desk", "codes", "tins", "--url", SHOP, "-o", codes)
    code = {row["account_id"].partition(":")[2]: row["code"]
            for row in csv.DictReader(Path(codes).read_text("utf-8-sig").splitlines())}  # fmt: skip
    said = {
        "teapot.example": f"#ad {code['teapot.example']} is yours",
        "leafy.example": f"A tin came! {code['leafy.example']}",
        "oolong.example": "#ad #acmetins",
    }
    posted = [f"new-{who},web:{who},2026-03-1{k},{text}" for k, (who, text) in enumerate(said.items())]
    done("import", file("posts.csv", "post_id,account_id,created_at,text", *posted))
    found = done("desk", "find", "tins", "--tag", "#acmetins", "--since", "2026-03-01")
    assert "3 posts found" in found
    assert found.count("possible missing label") == 1
    ours, theirs = code["teapot.example"], code["leafy.example"]
    orders = [f"#1,2026-03-12,a@c.example,30,{ours},0", f"#2,2026-03-13,b@c.example,20,{ours},20",
              f"#3,2026-03-14,c@c.example,40,{theirs},10", "#4,2026-03-15,d@c.example,99,,0"]  # fmt: skip
    head = "Name,Created at,Email,Total,Discount Code,Refunded Amount"
    done("import", file("orders.csv", head, *orders), "--yes")
    results = " ".join(done("desk", "results", "tins").split())
    assert "web:teapot.example 1 30.00 20.00" in results
    assert "web:leafy.example 1 30.00 10.00" in results
    slides = tmp_path / "result.pptx"
    done("track", "--campaign", "tins", "-o", str(slides))
    shown = [shape for slide in Presentation(slides).slides for shape in slide.shapes]
    words = " ".join(shape.text_frame.text for shape in shown if shape.has_text_frame)
    assert "tins: 2 orders" in words
    assert "sales, GBP" in words
    assert "Ask leafy.example to label" in words
    assert n_commands == 16
