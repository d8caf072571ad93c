"""Habits of the tools people like: quiet, JSON, completion, a doctor, no colour where none is wanted."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import influence
from influence.cli.app import cli, run
from influence.store.lists.saved import load_list


def test_quiet_leaves_data_and_errors(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "-w", str(sample)]) == 0
    loud = capsys.readouterr()
    assert run(["--quiet", "check", "-w", str(sample)]) == 0
    calm = capsys.readouterr()
    assert calm.out == loud.out
    assert calm.err == ""
    assert run(["--quiet", "explain", "nobody_at_all", "-w", str(sample)]) == 1
    assert "no account of this name" in capsys.readouterr().err


def test_json_is_the_same_wherever_there_is_a_table(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["describe", "-w", str(sample), "--json"]) == 0
    short = capsys.readouterr().out
    assert run(["describe", "-w", str(sample), "--format", "json"]) == 0
    assert json.loads(short) == json.loads(capsys.readouterr().out)
    assert run(["describe", "-w", str(sample), "--json", "--format", "table"]) == 2


WORDS_OR_FILES = {"app", "mcp", "demo", "report", "graph export", "sentiment label", "shortlist edit", "accounts merge",
                  "accounts split", "models build"}  # fmt: skip
"""Commands without a table: they keep running, write a file of their own form, or say a sentence on stderr."""


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something by itself, with its whole name."""
    if not isinstance(command, click.Group) or (command.invoke_without_command and path):
        yield " ".join(path), command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), name)
            assert found is not None
            yield from _commands(found, (*path, name))


def test_every_command_that_tells_more_than_a_sentence_offers_json() -> None:
    offered = {name: any("--json" in one.opts for one in found.params) for name, found in _commands(cli)}
    assert len(offered) > 60
    assert {name for name, has in offered.items() if not has} == WORDS_OR_FILES


@pytest.fixture(scope="module")
def worked_on(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A copy of the sample with two saved lists and who is first on them; one of the first list declined."""
    file = tmp_path_factory.mktemp("json") / "w.duckdb"
    file.write_bytes(sample.read_bytes())
    where = ["-w", str(file)]
    for goal, name in (("long-tail", "spring"), ("awareness", "autumn")):
        asked = ["shortlist", "--niche", "vegan baking", "--goal", goal, "--size", "4", "--save", name]
        assert run([*asked, *where]) == 0
    with influence.open_workspace(file) as opened:
        first, second, *_ = (pick.account_id for pick in load_list(opened, "spring").picks)
    assert run(["shortlist", "edit", "spring", second, "--status", "declined", *where]) == 0
    return str(file), first


TABLES = [
    "accounts list", "accounts persons", "check", "describe", "doctor", "export --presets", "goals", "import --formats",
    "rank --niche tea", "mentions --brand Tavilo", "overlap FIRST synthetic_blog:elieggs.example", "graph stats",
    "shortlist list", "shortlist show spring", "shortlist compare spring autumn", "shortlist stand-ins spring",
    "desk show spring", "desk due spring FIRST --by 2026-05-01", "desk terms spring FIRST --sent 2026-01-02",
    "desk sign spring FIRST --by client", "desk find spring --tag #tavilo", "desk results spring",
    "desk codes spring FIRST --url https://shop.example/a", "outreach check spring", "track --campaign spring-kit",
    "outreach preview spring --template value-first --set sender=Jo --set brand=A --set offer=B",
    "suppress --list", "forget FIRST --dry-run", "purge --older-than 50y --dry-run", "subject-report FIRST",
    "columns LIST", "import LIST --platform x --dry-run --yes", "suppress nobody@anna.example",
    "incentives --advocate 10 --friend 10 --advocates 20 --margin 30",
    "fetch blogs anna.example --dry-run", "watch --dry-run --yes", "outreach refusals LIST --dry-run",
]  # fmt: skip


@pytest.mark.parametrize("line", TABLES)
def test_json_has_everybody_who_is_in_the_table(
    line: str,
    worked_on: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "400")  # names are not folded
    file, first = worked_on
    people = tmp_path / "people.csv"
    people.write_text("email,handle,status\nanna@tea.example,anna,unsubscribed\n")
    words = [
        {"FIRST": first, "LIST": str(people)}.get(word, word)
        for word in shlex.split(line.replace("#", r"\#"))
    ]
    known = {option for name, found in _commands(cli) if line.startswith(name)
             for one in found.params for option in one.opts}  # fmt: skip
    where = ["-w", file] if "--workspace" in known and "--presets" not in words else []
    outs = []
    for more in ((), ("--json",)):
        assert run([*words, *where, *more]) == 0
        outs.append(capsys.readouterr().out)
    json.loads(outs[1])
    with influence.open_workspace(file, read_only=True) as opened:
        handles = opened.store.query("select handle from accounts").column("handle").to_pylist()
    named = set(re.findall(r"[\w.@-]+", outs[0])) & set(handles)
    assert named <= set(re.findall(r"[\w.@-]+", outs[1]))


def test_the_doctor_tells_versions_extras_and_the_workspace(
    sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["doctor", "-w", str(sample), "--json"]) == 0
    told = {one["what"]: one for one in json.loads(capsys.readouterr().out)["checkup"]}
    assert told["workspace"]["well"]
    assert "duckdb" in told["libraries"]["seen"]
    assert {"extra app", "extra networks", "extra fast"} <= set(told)
    assert "extra dev" not in told


def test_the_doctor_finds_a_damaged_and_an_open_workspace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.duckdb"
    broken.write_text("no database")
    assert run(["doctor", "-w", str(broken)]) == 1
    assert "!" in capsys.readouterr().out
    broken.unlink()
    assert run(["doctor", "-w", str(broken)]) == 0


IN_A_SHELL = {
    "bash": 'eval "$(_INFLUENCE_COMPLETE=bash_source influence)"; COMP_WORDS=({}); '
            'COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _influence_completion influence; echo "${{COMPREPLY[@]}}"',
    "fish": '_INFLUENCE_COMPLETE=fish_source influence | source; complete -C "{}"',
    "zsh": "compdef() {{ : }}; _describe() {{ print -l -- ${{(P)3}} }}; compadd() {{ print -l -- $completions }}; "
           'eval "$(_INFLUENCE_COMPLETE=zsh_source influence)"; words=({}); CURRENT=$#words; _influence_completion',
}  # fmt: skip
"""What a person's shell does at the tab key; of zsh without its completion system, which needs a terminal."""


@pytest.mark.parametrize(
    ("typed", "offered"), [("sho", "shortlist"), ("desk d", "due"), ("rank --format x", "xlsx")]
)
@pytest.mark.parametrize("shell", IN_A_SHELL)
def test_the_shell_itself_completes_commands_and_choices(shell: str, typed: str, offered: str) -> None:
    program = shutil.which(shell) or pytest.skip(f"{shell} is not installed")
    script = IN_A_SHELL[shell].format(f"influence {typed}")
    place = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run([program, "-c", script], env=place, capture_output=True, text=True, check=False)
    assert offered in re.findall(r"[\w-]+", done.stdout), done.stderr


def test_no_colour_where_none_is_wanted(sample: Path) -> None:
    environment = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "1"}
    call = [sys.executable, "-m", "influence", "describe", "-w", str(sample)]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=True)
    assert "\x1b" not in done.stdout


UNKNOWN_NAMES = [
    "explain nobody_at_all --niche tea", "rank --like nobody_at_all", "lookalikes nobody_at_all",
    "subject-report nobody_at_all", "forget nobody_at_all --yes", "accounts split nobody_at_all",
    "desk due spring nobody_at_all", "desk show nolist", "shortlist show nolist", "shortlist compare spring nolist",
    "export nolist --for csv -o a.csv", "outreach check nolist", "desk codes spring --url https://shop.example",
    "track --campaign nosuch", "community nosuch", "plan nofile.toml", "import nofile.csv",
    "rank --profile nofile.toml", "mentions --brand Tavilo --model nofile.npz",
    "listen --brand Tavilo --watch nofile.toml", "learn --pairs nofile.csv", "rank --niche zzqqzz",
]  # fmt: skip
WRONG_COMMANDS = [
    "rank --goal reech",
    "rank --weights nosignal=2",
    "track",
    "rank --top -1",
    "discover --on bluesky",
]


@pytest.mark.parametrize(
    ("line", "code"), [*((one, 1) for one in UNKNOWN_NAMES), *((one, 2) for one in WRONG_COMMANDS)]
)
def test_a_name_that_nobody_has_ends_with_1_and_a_wrong_command_with_2(
    line: str, code: int, worked_on: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*shlex.split(line), "-w", worked_on[0]]) == code
    assert "rror: " in capsys.readouterr().err
