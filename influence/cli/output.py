"""Data to stdout or a file, words to stderr, nothing foreign that steers a terminal; formats declared once."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from influence.cli.waiting import quiet
from influence.clock import now
from influence.errors import UsageError
from influence.ranking.naming import filter_words
from influence.writing.atomic import format_of, write_text
from influence.writing.book import Sheet, documents_of, write_sheets
from influence.writing.plain import counted, long_day
from influence.writing.safe import for_terminal

if TYPE_CHECKING:
    from influence.ranking.results import Ranking
    from influence.reporting.ranking.columns import ListColumn

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
_FORM = ("format", "as_json")
ENGINE = "influence.engine"
USED = "influence.workspace"
ASKED = "influence.question"
"""What a context remembers: engine, workspace file, question."""


def say(text: str, *, drawn: bool = False) -> None:
    """Data to stdout: untouched into a pipe, without what steers a terminal onto one.

    ``drawn`` marks text of ours with colours, whose foreign parts are clean already.
    """
    quiet()
    if not drawn and sys.stdout.isatty():
        text = for_terminal(text)
    click.echo(text, nl=not text.endswith("\n"))


def tell(words: str) -> None:
    """Words for a person to stderr, without what steers a terminal; none while a command runs under ``--quiet``."""
    quiet()
    if _told_to_be_quiet():
        return
    clean = for_terminal(words)
    shown = in_columns(clean, terminal_width()) if sys.stderr.isatty() else clean
    click.echo(shown, nl=not words.endswith("\n"), err=True)


def on_screen(words: str, *, last: bool = False) -> None:
    """One line of a terminal whose place the next takes; nothing where nobody looks, or under ``--quiet``."""
    if sys.stderr.isatty() and not _told_to_be_quiet():
        click.echo(f"\r{for_terminal(words):70.70}", err=True, nl=last)


def _told_to_be_quiet() -> bool:
    running = click.get_current_context(silent=True)
    return running is not None and bool(running.find_root().params.get("quiet"))


def output_options(*formats: str, default: str = "table", output_help: str | None = None) -> Callable[[F], F]:
    """``--format`` and ``-o`` of a command, settled before any work is done.

    The command gets ``out``, an `Out`. A wrong ending, an ending that says another format than the one told, and a
    workbook for the screen are refused at once.
    """
    endings = " ".join(_ending(one) for one in formats)

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def settled(*args: Any, format: str | None, output: str | None, **rest: Any) -> Any:
            target = None if output == "-" else output
            return function(*args, out=Out(chosen_format(format, target, formats, default), target), **rest)

        words = output_help or f"Write to a file ({endings}), or - for stdout."
        wrapped = click.option("-o", "--output", type=click.Path(), help=words)(settled)
        told = click.option("--format", "format", type=click.Choice(formats),
                            help=f"Default: by the ending of -o, else {default}.")  # fmt: skip
        wrapped = told(wrapped)
        return json_option(wrapped) if "json" in formats else wrapped  # type: ignore[return-value]

    return decorate


def json_flag(function: F) -> F:
    """``--json`` of a step that tells how it went: what the command gets as ``as_json``."""
    return click.option(
        "--json", "as_json", is_flag=True, is_eager=True, help="What came of it, as JSON, to stdout."
    )(function)


def json_option(function: F) -> F:
    """``--json`` beside the ``--format`` of a command; the two may not say different things."""

    @functools.wraps(function)
    def settled(*args: Any, format: str | None, as_json: bool, **rest: Any) -> Any:
        told = click.get_current_context().get_parameter_source("format") is ParameterSource.COMMANDLINE
        if as_json and told and format != "json":
            raise click.UsageError(f"--json and --format {format} exclude each other")
        return function(*args, format="json" if as_json else format, **rest)

    return click.option("--json", "as_json", is_flag=True, help="The same as --format json.")(settled)  # type: ignore[return-value]


def chosen_format(told: str | None, output: str | None, formats: Sequence[str], default: str) -> str:
    """What will be written: what was told, else what the ending of the file says, else the default.

    Raises
    ------
    UsageError
        The ending does not fit, or a workbook should go to the screen.
    """
    if output is None:
        if told in ("xlsx", "pdf", "pptx"):
            raise UsageError(
                "a workbook cannot go to the screen", where="--format", hint="name a file: -o list.xlsx"
            )
        return told or default
    plain = tuple("table" if one == "text" else one for one in formats)
    found = format_of(output, told, plain)
    return "text" if found == "table" and "text" in formats else found


@dataclass(frozen=True)
class Out:
    """Where the result of a command goes, as `output_options` settled it.

    Attributes
    ----------
    format : str
    file : str or None
        None is stdout.
    """

    format: str
    file: str | None = None

    @property
    def width(self) -> int | None:
        """Columns for a table; None folds nothing."""
        return None if self.file else table_width()

    def deliver(
        self, found: T, sheets: Callable[[T], Sequence[Sheet]], *holds: str, **texts: Callable[[T], object]
    ) -> None:
        """Write what was found in the format that is wanted.

        Parameters
        ----------
        found : object
        sheets : callable
            It as tables: a workbook has a sheet of each, CSV holds the first.
        *holds : str
            Day and filters; without it those of the question and of the workspace. Every file says them beside what was
            asked, see `influence.writing.data_text`; a terminal, where both were just typed, does not.
        **texts : callable
            Format -> it as a text; as ``json`` also as a document.
        """
        if self.file is None and self.format in ("table", "text"):
            text = str(texts[self.format](found))
            emit_text(in_columns(text, terminal_width()) if sys.stdout.isatty() else text, None)
            return
        from influence.writing.data_text import csv_text, json_text, with_about

        lines = about_lines(*(holds or [held_words()]))
        if self.format in texts:
            made = texts[self.format](found)
            emit_text(
                with_about(made if isinstance(made, str) else json_text(made), self.format, lines), self.file
            )
            return
        tables = sheets(found)
        if self.format == "xlsx":
            tell(f"Wrote {write_sheets(str(self.file), tables, about=lines)}")
            return
        if self.format == "json":
            emit_text(json_text({**documents_of(tables), "about": lines}), self.file)
            return
        head, newline = [field.key for field in tables[0].fields], "\r\n" if self.file else "\n"
        emit_text(csv_text(head, tables[0].rows, newline=newline, about=lines), self.file, bom=True)

    def answer(self, text: Callable[[], str], document: object, *holds: str) -> None:
        """Write a saved list, a receipt or what came of a step: as text for people, or in whole as JSON.

        Every file says what holds, as those of `deliver` do; without `holds` that is the day, being the state of today.
        """
        if self.file is None and self.format != "json":
            emit_text(text(), None)
            return
        from influence.writing.data_text import json_text, with_about

        made = json_text(document) if self.format == "json" else text()
        lines = about_lines(*(holds or [f"As of {long_day(now().date())}"]))
        emit_text(with_about(made, self.format, lines), self.file)


def in_forms(render: Callable[..., str], *formats: str, **more: Any) -> dict[str, Callable[[Any], str]]:
    """What `render` makes in each of some formats, for `Out.deliver`."""
    return {one: functools.partial(render, format=one, **more) for one in formats}


def say_json(document: object) -> None:
    """What came of a step as JSON to stdout, see `Out.answer`."""
    Out("json").answer(str, document)


def say_either(as_json: bool, document: object, lines: Sequence[str]) -> None:
    """What came of a step to stdout: in whole as JSON, or in lines for people."""
    if as_json:
        say_json(document)
    elif lines:
        say("\n".join(lines))


def about_lines(*holds: str) -> list[str]:
    """What a file says of itself: what was asked, and what holds."""
    return [*filter(None, [asked_words(), *holds])]


def held_words() -> str:
    """Day and filters of what was asked: ``As of 1 July 2012; filters: language en``; data say how far they reach."""
    context = click.get_current_context()
    question = context.meta.get(ASKED)
    day = question.as_of if question else context.params.get("as_of")
    told = [f"As of {long_day(day)}" if day else _reach_of_data(context)]
    if question:
        told.append(filter_words(question.settings()))
    return "; ".join(filter(None, told))


def _reach_of_data(context: click.Context) -> str:
    """``Data until 1 July 2012`` of the workspace that the command uses; nothing where it uses none."""
    path = context.meta.get(USED)
    if not path or ENGINE in context.meta or not os.path.exists(path):
        return ""
    from influence.store.visibility import latest_day
    from influence.store.workspace import open_workspace

    with open_workspace(path, read_only=True) as opened:
        latest = latest_day(opened.store)
    return "Data without dates" if latest is None else f"Data until {long_day(latest)}"


def asked_words() -> str:
    """The command with the arguments and options that somebody told; files and formats say nothing of the result."""
    context = click.get_current_context()
    told = []
    for one in context.command.params:
        source = context.get_parameter_source(one.name or "")
        if (
            source is ParameterSource.COMMANDLINE
            and one.name
            in context.params  # not an option that is taken away before the command, as the engine's
            and one.name not in _FORM
            and not isinstance(one.type, click.Path)
        ):
            told.append(_told_words(one, context.params[one.name or ""]))
    path = context.command_path.removeprefix(context.find_root().command_path).split()
    return " ".join(["influence", *path, *told])


def _told_words(option: click.Parameter, value: object) -> str:
    """``--niche tea`` as it was told; an argument is its value, a flag its name."""
    words = "" if value is True else ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return words if isinstance(option, click.Argument) else f"{option.opts[-1]} {words}".strip()


def emit(
    ranking: Ranking, out: Out, table: Callable[..., str], width: int | None, thing: str = "row",
    added: tuple[ListColumn, ...] = (), **more: Any,
) -> None:  # fmt: skip
    """Write a ranking where and how the user asked for it: as a `table` for people, or its rows with more columns."""
    from influence.reporting.ranking.files import render_ranking, write_ranking

    if out.format == "table" and out.file:
        emit_text(table(ranking), out.file)
    elif out.format == "table":
        say(table(ranking, width=width, color=sys.stdout.isatty()), drawn=True)
    elif out.file:
        path = write_ranking(ranking, out.file, out.format, added=added, **more)
        tell(f"Wrote {counted(len(ranking.rows), thing)} to {path}")
    else:
        say(render_ranking(ranking, out.format, added=added))


def emit_text(text: str, output: str | None, *, bom: bool = False) -> None:
    """Print `text`, or write it to `output`; ``bom`` marks a file for Excel."""
    if output is None:
        say(text)
        return
    tell(f"Wrote {write_text(output, text, bom=bom)}")


def terminal_width() -> int:
    """Columns for sentences: those of the terminal or of COLUMNS, at least 40; 80 where nobody says."""
    return max(40, shutil.get_terminal_size((80, 24)).columns)


def in_columns(text: str, width: int) -> str:
    """Lines longer than the terminal are broken between words, which it would not do itself; addresses stay whole."""
    return "".join(_in_columns(line, width) for line in text.splitlines(keepends=True))


def _in_columns(line: str, width: int) -> str:
    words = line.rstrip("\n")
    if len(words) <= width:
        return line
    indent = " " * (len(words) - len(words.lstrip()))
    parts = wrap(words, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(parts) + line[len(words) :]


def table_width() -> int | None:
    """Columns for a table: those of the terminal, in a pipe those of COLUMNS; None folds nothing."""
    return terminal_width() if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit() else None


def _ending(format: str) -> str:
    return ".txt" if format in ("table", "text") else f".{format}"
