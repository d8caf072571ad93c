"""Habits of the tools people like: quiet, JSON, completion, a doctor, no colour where none is wanted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from influence.cli.app import COMMANDS, cli, run


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


def test_every_command_that_offers_json_offers_it_by_its_own_name() -> None:
    parent = click.Context(cli)
    for name in COMMANDS:
        found = cli.get_command(parent, name)
        assert found is not None
        options = {option for one in found.params for option in one.opts}
        formats = [
            one.type.choices
            for one in found.params
            if one.name == "format" and isinstance(one.type, click.Choice)
        ]
        if formats and "json" in formats[0]:
            assert "--json" in options, name


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


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_offered_commands_and_options(shell: str) -> None:
    words = {"bash": ("influence sho", "1"), "zsh": ("influence sho", "1"), "fish": ("influence sho", "sho")}[
        shell
    ]
    environment = {
        **os.environ,
        "_INFLUENCE_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words[0],
        "COMP_CWORD": words[1],
    }
    program = "from influence.cli.app import cli; cli(prog_name='influence')"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert "shortlist" in done.stdout


def test_no_colour_where_none_is_wanted(sample: Path) -> None:
    environment = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "1"}
    call = [sys.executable, "-m", "influence", "describe", "-w", str(sample)]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=True)
    assert "\x1b" not in done.stdout
