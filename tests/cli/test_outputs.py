"""Every command that makes a table writes CSV, XLSX and JSON, and refuses what it cannot write before any work."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import openpyxl
import pytest
from pptx import Presentation as Deck

from influence.cli.app import cli, run
from influence.cli.options import Number
from influence.cli.output import in_columns

SET = ["--set", "brand=Tavilo", "--set", "sender=Ann", "--set", "offer=a box"]
NICHE = ["--niche", "vegan baking"]
COMMANDS = {
    "rank": ["rank", *NICHE],
    "shortlist": ["shortlist", *NICHE, "--size", "5"],
    "explain": ["explain", "WHO", *NICHE],
    "compare": ["compare", "WHO", "OTHER", *NICHE],
    "changes": ["changes", "2025-05-01", *NICHE, "--top", "5"],
    "stability": ["stability", *NICHE, "--top", "5", "--draws", "10"],
    "backtest": ["backtest", *NICHE, "--cut", "2025-01-01"],
    "mentions": ["mentions", "--brand", "Tavilo"],
    "triage": ["triage", "--brand", "Tavilo"],
    "listen": ["listen", "--brand", "Tavilo", "--rival", "Brennick"],
    "topics": ["topics", *NICHE, "--brand", "Tavilo"],
    "describe": ["describe"],
    "check": ["check"],
    "goals": ["goals"],
    "advocates": ["advocates", "--brand", "Tavilo"],
    "incentives": [
        "incentives",
        "--advocate",
        "10",
        "--friend",
        "10",
        "--advocates",
        "200",
        "--margin",
        "35",
    ],
    "track": ["track", "--campaign", "CAMPAIGN"],
    "overlap": ["overlap", "WHO", "OTHER"],
    "lookalikes": ["lookalikes", "WHO"],
    "subject-report": ["subject-report", "WHO", *NICHE],
    "graph stats": ["graph", "stats"],
    "spread": ["spread", *NICHE, "--size", "3"],
    "community": ["community", "--all"],
    "discovery": ["discovery", "--brand", "Tavilo", *NICHE],
    "channels": ["channels", "TRAFFIC"],
    "accounts list": ["accounts", "list"],
    "accounts persons": ["accounts", "persons"],
    "desk show": ["desk", "show", "spring"],
    "desk codes": ["desk", "codes", "spring", "NAME", "--url", "https://shop.example/"],
    "outreach check": ["outreach", "check", "spring"],
    "outreach preview": ["outreach", "preview", "spring", *SET],
    "plan": ["plan", "BRIEF"],
}
KEPT = {
    "shortlist list": ["shortlist", "list"],
    "shortlist show": ["shortlist", "show", "spring"],
    "shortlist compare": ["shortlist", "compare", "spring", "spring"],
    "shortlist stand-ins": ["shortlist", "stand-ins", "spring"],
    "shortlist merge": ["shortlist", "merge", "spring", "EDITED", "--dry-run"],
    "desk find": ["desk", "find", "spring"],
    "desk results": ["desk", "results", "spring"],
    "outreach refusals": ["outreach", "refusals", "REFUSED", "--dry-run"],
    "forget": ["forget", "WHO", "--dry-run"],
    "purge": ["purge", "--older-than", "100y", "--dry-run"],
}
"""Saved lists, steps and receipts: how it stands, or what came of it, and no table of a question."""
ELSEWHERE = {
    "learn": "a profile", "sentiment score": "lines of a file", "doctor": "this machine", "columns": "a file",
    "desk merge": "a step with a workbook", "spark forget": "a receipt, of other tables", **KEPT,
}  # fmt: skip
"""Commands with formats whose result is no table of a question, and of what it is instead."""


def formats_of(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every command that writes in formats, with them."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from formats_of(inner, (*path, name))
    told = {one.name: one.type for one in command.params}
    if "output" in told and isinstance(told.get("format"), click.Choice):
        yield " ".join(path), tuple(told["format"].choices)


FORMATS = dict(formats_of(cli))
PAGES = tuple(name for name, told in FORMATS.items() if "html" in told)
"""Commands that also write a page."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    from influence.store.lists.saved import load_list
    from influence.store.workspace import open_workspace

    folder = tmp_path_factory.mktemp("outputs")
    assert run(["simulate", "-o", str(folder / "world"), "--accounts", "500", "--seed", "1"]) == 0
    assert run(["import", str(folder / "world"), "-w", str(folder / "w.duckdb")]) == 0
    with open_workspace(folder / "w.duckdb", read_only=True) as opened:
        who, other, *pair = opened.store.query(
            "select followee_id as id from follows group by 1 order by count(*) desc, 1 limit 4"
        )["id"].to_pylist()
        campaign = opened.store.query("select min(campaign) as c from outcomes")["c"][0].as_py()
    at, brief = ["-w", str(folder / "w.duckdb")], str(folder / "brief.toml")
    assert run(["shortlist", *NICHE, *at, "--language", "en", "--size", "3", "--save", "spring"]) == 0
    assert run(["plan", "--new", brief, "--list", "spring", "--brand", "Tavilo"]) == 0
    with open_workspace(folder / "w.duckdb", read_only=True) as opened:
        picked = load_list(opened, "spring").picks[0].account_id
    assert run(["shortlist", "edit", "spring", picked, "--status", "declined", *at]) == 0
    (folder / "posts.csv").write_text(FORUM, "utf-8")
    assert run(["import", str(folder / "posts.csv"), *at]) == 0
    assert run(["accounts", "persons", "--same", *pair, *at]) == 0
    assert run(["export", "spring", "--for", "csv", *at, "-o", str(folder / "edited.csv")]) == 0
    (folder / "refused.csv").write_text("email,reason\nann@refuses.example,unsubscribed\n", "utf-8")
    (folder / "traffic.csv").write_text("channel,visits,conversions,revenue\nsocial,120,4,80\n", "utf-8")
    return {"WHO": who, "OTHER": other, "CAMPAIGN": campaign, "BRIEF": brief, "NAME": picked, "workspace": at[1],
            "TRAFFIC": str(folder / "traffic.csv"), "EDITED": str(folder / "edited.csv"),
            "REFUSED": str(folder / "refused.csv")}  # fmt: skip


def asked(world: dict[str, str], name: str, *more: str) -> list[str]:
    words = [world.get(word, word) for word in {**COMMANDS, **KEPT}[name]]
    return [*words, *([] if name == "goals" else ["-w", world["workspace"]]), *more]


def test_every_command_that_writes_tables_is_walked() -> None:
    assert {*COMMANDS} | {*ELSEWHERE} == {*FORMATS}


def said_in(path: Path) -> list[str]:
    """What each table of a file says of itself: each sheet, each row of a CSV, the text of the rest."""
    if path.suffix == ".xlsx":
        sheets = [one for one in openpyxl.load_workbook(path) if one.title not in ("Columns", "Provenance")]
        notes = [
            [c.comment.text for row in one.iter_rows(max_row=4) for c in row if c.comment] for one in sheets
        ]
        return [" ".join(told) for told in notes]
    if path.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
        assert {len(row) for row in rows} == {len(rows[0])}
        assert len(set(rows[0])) == len(rows[0]) > 1
        return [row[rows[0].index("what_holds")] for row in rows[1:]]
    if path.suffix == ".pptx":
        return [
            " ".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
            for slide in Deck(path).slides
        ]
    if path.suffix == ".json":
        json.loads(path.read_text("utf-8"))
    return [path.read_text("utf-8")]


FORUM = "post_id,account_id,created_at,text,community\n" + "".join(
    f"f{n},web:f{n % 3},2025-05-{n + 1:02d},Tavilo bakes well,crumbs\n" for n in range(20)
)
UNDATED = ("goals", "incentives")
"""Commands that look at no day."""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_file_says_which_day_and_filters_hold(world: dict[str, str], tmp_path: Path, name: str) -> None:
    filtered = ["--language", "en"] if "language" in options_of(name) and name != "outreach preview" else []
    of_list = name in ("desk show", "outreach check", "outreach preview")
    for format in FORMATS[name]:
        if format == "toml" or (format == "table" and name in ("rank", "shortlist")):
            continue
        path = tmp_path / f"out.{'txt' if format in ('table', 'text') else format}"
        assert run(asked(world, name, *filtered, "-o", str(path))) == 0
        for told in said_in(path):
            if filtered or of_list:
                assert re.search(r"language..?.?.?en|language.{1,20}en", told, re.S), (format, told[-300:])
            if name not in UNDATED:
                assert re.search(r"(?i)(as of|until|to) (\d+ \w+ )?20\d\d|as_of.{1,5}20\d\d", told), (
                    format,
                    told[-300:],
                )


@pytest.mark.parametrize("name", KEPT)
def test_saved_lists_and_receipts_say_what_was_asked_and_what_holds(
    world: dict[str, str], tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(asked(world, name, "--json")) == 0
    shown = json.loads(capsys.readouterr().out)
    for format in FORMATS[name]:
        path = tmp_path / f"out.{'txt' if format in ('table', 'text') else format}"
        assert run(asked(world, name, "-o", str(path))) == 0
        told = " ".join(path.read_text("utf-8").split())
        assert f"influence {name}" in told
        assert re.search(r"(As|picked as) of (\d+ \w+ )?20\d\d", told), told[-300:]
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["about"] == shown["about"]
    if name in ("shortlist show", "shortlist compare", "shortlist stand-ins"):
        assert "filters: language en" in shown["about"][1]


def test_the_question_of_a_saved_list_is_an_object(
    world: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(asked(world, "shortlist show", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["settings"]["filters"]["language"] == ["en"]


def options_of(name: str) -> set[str | None]:
    command: click.Command = cli
    for part in name.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), part) or command
    return {one.name for one in command.params}


@pytest.mark.parametrize("command", ["rank", "shortlist"])
def test_a_list_is_written_as_the_text_that_a_pipe_gets(
    world: dict[str, str],
    tmp_path: Path,
    command: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    asked_for = [command, *NICHE, "-w", world["workspace"]]
    assert run(asked_for) == 0
    shown = capsys.readouterr().out
    assert run([*asked_for, "-o", str(tmp_path / "list.txt")]) == 0
    assert (tmp_path / "list.txt").read_text("utf-8") == shown


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("ending", [".pdf", ".html", ".xls", ".png"])
def test_an_ending_that_cannot_be_written_is_refused_and_nothing_is_written(
    tmp_path: Path, name: str, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if ending == ".html" and name in PAGES:
        pytest.skip("this command writes a page")
    target = tmp_path / f"out{ending}"
    workspace = [] if name == "goals" else ["-w", str(tmp_path / "none.duckdb")]
    words = [__file__ if word == "TRAFFIC" else word for word in COMMANDS[name]]
    assert run([*words, *workspace, "-o", str(target)]) == 2
    assert str(target) in capsys.readouterr().err
    assert not target.exists()


def test_a_workbook_has_no_place_on_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["goals", "--format", "xlsx"]) == 2
    assert "-o list.xlsx" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["incentives", "--advocate", "1", "--friend", "1", "--advocates", "nan", "--margin", "3"],
        ["incentives", "--advocate", "1", "--friend", "1", "--advocates", "2", "--margin", "inf"],
        ["shortlist", "--niche", "x", "--quality", "nan"],
        ["shortlist", "--niche", "x", "--budget", "nan"],
        ["stability", "--niche", "x", "--spread", "nan"],
        ["advocates", "--brand", "x", "--customer-value", "nan"],
    ],
)
def test_what_is_no_number_is_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert "not a number to count with" in capsys.readouterr().err


def test_no_number_of_any_command_may_be_nan_or_endless() -> None:
    def options(command: click.Command) -> Iterator[click.Parameter]:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                yield from options(inner)
        yield from command.params

    numbers = [one for one in options(cli) if isinstance(one.type, click.types.FloatParamType)]
    assert len(numbers) > 20
    assert [one.name for one in numbers if not isinstance(one.type, Number)] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["goals"], ["goals", "--format", "json"], ["--help"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_output_is_an_error_in_words(arguments: list[str], unbuffered: str) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "influence", *arguments], stdout=full, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        )  # fmt: skip
    assert done.returncode == 1
    assert "the output cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_pipe_folds_a_table_where_columns_say_so(
    world: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    assert run(asked(world, "rank", "--top", "5")) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 70


def test_a_region_of_a_language_does_not_empty_the_list(
    world: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(asked(world, "rank", "--language", "en", "--format", "csv")) == 0
    plain = capsys.readouterr().out
    assert run(asked(world, "rank", "--language", "en-US", "--format", "csv")) == 0
    assert len(plain.splitlines()) > 2
    assert [line.split(",")[1] for line in capsys.readouterr().out.splitlines()] == [
        line.split(",")[1] for line in plain.splitlines()
    ]


def test_foreign_controls_reach_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from influence.cli import output

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen, words = Screen(), Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stderr", words)
    output.say("a,b\x9b2J\x1b[2J\n")
    output.tell("columns not used: \x1b]0;owned\x07")
    assert not {"\x1b", "\x9b", "\x07"} & {*screen.getvalue(), *words.getvalue()}


UNSPOKEN = ["--niche", "crypto betting"]


def test_the_first_line_says_that_nobody_speaks_of_the_niche(
    world: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["-w", world["workspace"], *UNSPOKEN]
    assert run(["rank", *at, "--top", "5"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("crypto betting: nobody clearly speaks of it; the nearest 5 of ")
    assert "In top" not in shown
    assert run(["explain", world["WHO"], *at]) == 0
    first = " ".join(capsys.readouterr().out.split("\n\n")[0].split())
    assert "nearest to crypto betting, of which nobody clearly speaks, as of" in first
    page, book = tmp_path / "r.html", tmp_path / "r.xlsx"
    assert run(["report", *at, "--size", "3", "-o", str(page)]) == 0
    assert "3 accounts nearest to crypto betting" in page.read_text("utf-8")
    assert "Nobody in the data clearly speaks of this niche; these come nearest." in page.read_text("utf-8")
    assert run(["rank", *at, "--top", "3", "-o", str(book)]) == 0
    assert openpyxl.load_workbook(book).sheetnames[0] == "Nobody speaks of the niche"


def test_where_nobody_speaks_of_the_niche_nobody_fits_it(
    world: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever is nearest used to be measured against the nearest: 37 points, 27% of the attention the niche's."""
    assert run(["rank", "-w", world["workspace"], *UNSPOKEN, "--top", "5", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert max(row["values"]["niche_fit"] for row in rows) < 0.1
    assert max(row["score"] for row in rows) < 20
    assert not any("more of their attention" in row["reason"] for row in rows)


def test_sentences_on_a_screen_are_broken_between_words() -> None:
    line = "  " + "one sentence of many words " * 8 + "https://example.org/" + "a" * 90
    shown = in_columns(line + "\nshort\n", 80).splitlines()
    assert " ".join(part.strip() for part in shown[:-1]) == line.strip()
    assert all(len(part) <= 80 for part in shown if "https" not in part)
    assert all(part.startswith("  ") for part in shown[:-1])
