"""Commands of tables on Spark, as far as they answer before Spark is started; every command takes its options."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from influence.cli.app import COMMANDS, LazyGroup, run
from influence.cli.output import asked_words


def commands(group: click.Group) -> Iterator[click.Command]:
    context = click.Context(group)
    for name in group.list_commands(context):
        one = group.get_command(context, name)
        assert one is not None
        yield from commands(one) if isinstance(one, click.Group) else (one,)


def test_every_command_takes_the_options_that_it_declares() -> None:
    found = list(commands(LazyGroup("influence")))
    assert len(found) >= len(COMMANDS)
    for one in found:
        assert one.callback is not None
        inspect.signature(one.callback, follow_wrapped=False).bind(
            **{p.name: None for p in one.params if p.expose_value and p.name}
        )


def test_files_that_are_not_there_are_told_before_spark_is_started(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["spark", "import", "missing.csv", "--tables", str(tmp_path)]) == 1
    assert "there is no such file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_guessed_columns_want_somebody_to_confirm_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.csv").write_text("Insta,Fans,Notiz\n@anna,12k,x\n@ben_b,3k,y\n")
    assert run(["spark", "import", str(tmp_path / "list.csv"), "--tables", str(tmp_path / "t")]) == 2
    assert "nobody is there to confirm" in capsys.readouterr().err


def test_what_was_asked_leaves_out_options_that_no_command_sees(capsys: pytest.CaptureFixture[str]) -> None:
    @click.command("mentions")
    @click.option("--engine", expose_value=False)
    @click.option("--brand")
    def mentions(brand: str) -> None:
        click.echo(asked_words())

    mentions.main(["--engine", "spark", "--brand", "Acme"], standalone_mode=False)
    assert capsys.readouterr().out.split() == ["influence", "--brand", "Acme"]
