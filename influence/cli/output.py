"""Data to stdout or a file, words to stderr, nothing foreign that steers a terminal; formats declared once."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from influence.cli.waiting import quiet
from influence.writing.plain import counted

if TYPE_CHECKING:
    from influence.ranking.results import Ranking
    from influence.writing.book import Sheet

F = TypeVar("F", bound=Callable[..., Any])
_FORM = ("format", "as_json")
ENGINE = "influence.engine"
USED = "influence.workspace"
ASKED = "influence.question"
"""What a context remembers: engine, workspace file, question."""


def say(text: str, *, drawn: bool = False) -> None:
    """Data to stdout: untouched into a pipe, without what steers a terminal onto one.

    ``drawn`` marks text of ours with colours, whose foreign parts are clean already.
    """
    from influence.writing.safe import for_terminal

    quiet()
    if not drawn and sys.stdout.isatty():
        text = for_terminal(text)
    click.echo(text, nl=not text.endswith("\n"))


def tell(words: str) -> None:
    """Words for a person to stderr, without what steers a terminal; none while a command runs under ``--quiet``."""
    from influence.writing.safe import for_terminal

    quiet()
    if _told_to_be_quiet():
        return
    clean = for_terminal(words)
    shown = in_columns(clean, terminal_width()) if sys.stderr.isatty() else clean
    click.echo(shown, nl=not words.endswith("\n"), err=True)


def on_screen(words: str, *, last: bool = False) -> None:
    """One line of a terminal whose place the next takes; nothing where nobody looks, or under ``--quiet``."""
    from influence.writing.safe import for_terminal

    if sys.stderr.isatty() and not _told_to_be_quiet():
        click.echo(f"\r{for_terminal(words):70.70}", err=True, nl=last)


def _told_to_be_quiet() -> bool:
    running = click.get_current_context(silent=True)
    return running is not None and bool(running.find_root().params.get("quiet"))


def output_options(*formats: str, default: str = "table", output_help: str | None = None) -> Callable[[F], F]:
    """``--format`` and ``-o`` of a command, settled before any work is done.

    The command gets ``format``, what will be written, and ``output``, the file or None. A wrong ending, an ending that
    says another format than the one told, and a workbook for the screen are refused at once.
    """
    endings = " ".join(_ending(one) for one in formats)

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def settled(*args: Any, format: str | None, output: str | None, **rest: Any) -> Any:
            target = None if output == "-" else output
            chosen = chosen_format(format, target, formats, default)
            return function(*args, format=chosen, output=target, **rest)

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
    from influence.errors import UsageError
    from influence.writing.atomic import format_of

    if output is None:
        if told in ("xlsx", "pdf", "pptx"):
            raise UsageError(
                "a workbook cannot go to the screen", where="--format", hint="name a file: -o list.xlsx"
            )
        return told or default
    plain = tuple("table" if one == "text" else one for one in formats)
    found = format_of(output, told, plain)
    return "text" if found == "table" and "text" in formats else found


def deliver(
    format: str,
    output: str | None,
    sheets: Callable[[], Sequence[Sheet]],
    texts: Mapping[str, Callable[[], str]],
    *holds: str,
) -> None:
    """Write a result in the format that `output_options` settled.

    Parameters
    ----------
    format : str
    output : str or None
        A file; None is stdout.
    sheets : callable
        The result as tables: a workbook has a sheet of each, CSV holds the first.
    texts : mapping of format to callable
        The result in other forms.
    *holds : str
        Day and filters; without it those of the question and of the workspace. Every file says them beside what was
        asked, see `influence.writing.data_text`; a terminal, where both were just typed, does not.
    """
    on_screen = output is None and format in ("table", "text")
    if on_screen:
        text = texts[format]()
        emit_text(in_columns(text, terminal_width()) if sys.stdout.isatty() else text, None)
        return
    lines = about_lines(*(holds or [held_words()]))
    if format in texts:
        from influence.writing.data_text import with_about

        emit_text(with_about(texts[format](), format, lines), output)
        return
    tables = sheets()
    if format == "xlsx":
        from influence.writing.book import write_sheets

        tell(f"Wrote {write_sheets(str(output), tables, about=lines)}")
        return
    from influence.writing.book import documents_of
    from influence.writing.data_text import csv_text, json_text

    if format == "json":
        emit_text(json_text({**documents_of(tables), "about": lines}), output)
        return
    head, newline = [field.key for field in tables[0].fields], "\r\n" if output else "\n"
    emit_text(csv_text(head, tables[0].rows, newline=newline, about=lines), output, bom=True)


def answer(format: str, output: str | None, text: Callable[[], str], document: object, *holds: str) -> None:
    """Write a saved list, a receipt or what came of a step: as text for people, or in whole as JSON.

    Every file says what holds, as those of `deliver` do; without `holds` that is the day, being the state of today.
    """
    from influence.writing.data_text import json_text, with_about

    if output is None and format != "json":
        emit_text(text(), None)
        return
    made = json_text(document) if format == "json" else text()
    emit_text(with_about(made, format, about_lines(*(holds or [_today()]))), output)


def say_json(document: object) -> None:
    """What came of a step as JSON to stdout, see `answer`."""
    answer("json", None, str, document)


def about_lines(*holds: str) -> list[str]:
    """What a file says of itself: what was asked, and what holds."""
    return [*filter(None, [asked_words(), *holds])]


def _today() -> str:
    from influence.clock import now
    from influence.writing.plain import long_day

    return f"As of {long_day(now().date())}"


def held_words() -> str:
    """Day and filters of what was asked: ``As of 1 July 2012; filters: language en``; data say how far they reach."""
    from influence.ranking.naming import filter_words
    from influence.writing.plain import long_day

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
    from influence.writing.plain import long_day

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


def emit(ranking: Ranking, format: str, output: str | None) -> None:
    """Write a ranking where and how the user asked for it; what a reader must know goes to stderr."""
    from influence.reporting.ranking.files import render_ranking, write_ranking
    from influence.reporting.ranking.words import notes_of

    if format == "table":
        from influence.reporting.ranking.tables import ranking_table

        if output:
            emit_text(ranking_table(ranking), output)
        else:
            say(ranking_table(ranking, width=table_width(), color=sys.stdout.isatty()), drawn=True)
    elif output:
        path = write_ranking(ranking, output, format)
        tell(f"Wrote {counted(len(ranking.rows), 'row')} to {path}")
    else:
        say(render_ranking(ranking, format))
    for note in notes_of(ranking):
        tell(note)


def emit_text(text: str, output: str | None, *, bom: bool = False) -> None:
    """Print `text`, or write it to `output`; ``bom`` marks a file for Excel."""
    if output is None:
        say(text)
        return
    from influence.writing.atomic import write_text

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
