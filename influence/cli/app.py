"""The group of commands, loaded only when asked for, and the one place where errors become text."""

from __future__ import annotations

import errno
import importlib
import os
import re
import signal
import sys
import warnings
from collections.abc import Sequence
from typing import Any

import click

from influence._version import __version__
from influence.cli.output import ENGINE, USED, tell
from influence.cli.waiting import asked, telling
from influence.clock import now
from influence.errors import InfluenceError, did_you_mean
from influence.writing.atomic import written

COMMANDS: dict[str, tuple[str, str, str]] = {
    # name: (module under influence.cli, section of the help, one line)
    "import": ("import_files", "Data", "Bring files into the workspace."),
    "columns": ("looking", "Data", "What a file's columns are taken for, and why."),
    "fetch": ("fetch", "Data", "Read people's newest posts and ties from open networks."),
    "discover": ("discover", "Data", "Find accounts like a few known ones on open networks."),
    "watch": ("fetch", "Data", "Keep fresh what was fetched; for cron."),
    "spark": ("spark", "Data", "Tables beyond one machine: fill, slice, forget and suppress."),
    "describe": ("looking", "Data", "Say what is in the workspace and what can be computed from it."),
    "accounts": ("accounts", "Data", "List, search and join accounts; see who is one person."),
    "check": ("looking", "Data", "List what is wrong or odd in the data."),
    "doctor": ("looking", "Data", "Versions, extras, and the health of the workspace."),
    "models": ("sentiment", "Data", "Build the sentence model for ten languages."),
    "simulate": ("starting", "Data", "Make a synthetic campaign world with planted truth."),
    "demo": ("starting", "Data", "Run the whole job on the sample data."),
    "app": ("starting", "Choose", "The whole job in your browser, on this machine."),
    "mcp": ("starting", "Choose", "Let an assistant ask the workspace, on this machine."),
    "rank": ("ranked", "Choose", "Rank accounts for a niche."),
    "explain": ("ranked", "Choose", "Say why an account stands where it stands."),
    "shortlist": ("shortlist", "Choose", "Pick accounts for outreach and write the file."),
    "report": (
        "report",
        "Choose",
        "Write the page for the client: offline, printable, every pick explained.",
    ),
    "listen": ("heard", "Listen", "What is said, by whom, how it feels, and what changed."),
    "triage": ("heard", "Listen", "Who must answer what, until when: a queue, and the service level."),
    "community": ("heard", "Listen", "How a community fares, who carries it, who comes and goes."),
    "discovery": ("heard", "Listen", "The market: who talks, rivals and their voices, who is found."),
    "topics": ("heard", "Listen", "What a niche talks about, who owns it, what to give and when."),
    "channels": ("heard", "Listen", "Visits and conversions by channel, and by people's codes."),
    "mentions": ("heard", "Listen", "Find who names a brand, and how they feel about it."),
    "sentiment": ("sentiment", "Listen", "Refit the sentiment model on your own labels, or score texts."),
    "compare": ("ranked", "Defend", "Put accounts side by side, signal by signal."),
    "changes": ("ranked", "Defend", "Say who rose and fell between two rankings, and why."),
    "goals": ("ranked", "Defend", "Show what each goal weighs, or write it as a profile."),
    "stability": ("ranked", "Defend", "Say which picks depend on a choice of weight."),
    "backtest": ("ranked", "Defend", "Rank as of past days and mark it by what came later."),
    "learn": ("learn", "Defend", "Fit the weights from judged pairs, campaigns or what came later."),
    "advocates": ("plan", "Plan", "Score customers and fans before a reward is offered."),
    "incentives": ("plan", "Plan", "Compare rewards on one side and on both."),
    "plan": ("plan", "Plan", "Budget, funnel, what-if and business case from a brief."),
    "track": ("plan", "Plan", "Outcomes against targets and benchmark; whom to keep."),
    "outreach": ("outreach", "Outreach", "Drafts beside their sources, who may be written to, who refused."),
    "export": ("outreach", "Outreach", "Write a saved shortlist for an outreach tool; nothing is sent."),
    "desk": ("desk", "Outreach", "A campaign after the mails: terms, posts found, what waits."),
    "suppress": ("peoples_rights", "Outreach", "Never list, contact or import somebody again."),
    "forget": ("peoples_rights", "Outreach", "Erase a person everywhere and give a receipt."),
    "subject-report": ("peoples_rights", "Outreach", "Say everything that is kept about a person."),
    "purge": ("peoples_rights", "Outreach", "Delete what is older than a retention period."),
    "overlap": ("graph", "Graph", "Compare the audiences of accounts."),
    "lookalikes": ("graph", "Graph", "Find accounts like one that works."),
    "spread": ("graph", "Graph", "Whom to tell first, so that most of a niche hears of it."),
    "graph": ("graph", "Graph", "Look at who pays attention to whom, or export it."),
}
"""Sections appear in the help in the order in which they are first named here."""


def command_named(name: str) -> click.Command:
    """The command of a name in `COMMANDS`, its module imported."""
    module = importlib.import_module(f"influence.cli.{COMMANDS[name][0]}")
    command: click.Command = getattr(module, f"{name.replace('-', '_')}_command")
    return command


class LazyGroup(click.Group):
    """Lists commands from `COMMANDS` and imports a command's module only when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return command_named(cmd_name) if cmd_name in COMMANDS else None

    def invoke(self, ctx: click.Context) -> Any:
        result = super().invoke(ctx)
        _note_files(ctx)
        return result

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], list(COMMANDS))
            ctx.fail(
                f"no such command {args[0]!r}" + (f"; {hint}" if hint else ".") + " See `influence --help`."
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, (_, section, line) in COMMANDS.items():
            sections.setdefault(section, []).append((name, line))
        for section, rows in sections.items():
            with formatter.section(section):
                formatter.write_dl(rows)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `influence demo`, or with your own files: `influence import FOLDER`, then "
    '`influence rank --niche "vegan baking"`.',
)
@click.version_option(__version__, prog_name="influence")
@click.option("-q", "--quiet", is_flag=True, help="No words on stderr but errors.")
def cli(quiet: bool) -> None:
    """Choose influencers and bloggers by who truly reaches and moves a niche, not by follower counts."""


def main(args: Sequence[str] | None = None) -> None:
    """Entry point: run a command; turn our errors into text and an exit code, leave bugs their traceback."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _stop)
    code = run(args)
    # an interrupt out of `exec` of text, by which dataclasses are made, is marked in the interpreter, and ``python -m``
    # ends by the signal in place of the code, though all was told: the next `exec` takes the mark away
    exec("")
    sys.exit(code)


NOTHING = "nothing was left half-done"


def _stop(number: int, _: object) -> None:
    """End by rolling back and removing what is half-written. Whoever asks twice is not heard twice, nor at exit."""
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _note_files(ctx: click.Context) -> None:
    """Note in the workspace which files a command wrote from it, for the receipt of `influence forget`."""
    workspace, files = ctx.meta.get(USED), written()
    if not files or not workspace or ENGINE in ctx.meta:
        return
    from influence.store.rights.written import note_written

    try:
        note_written(workspace, files, str(ctx.invoked_subcommand), now())
    except OSError as error:
        tell(f"The receipt of a later `influence forget` will not list this file: {error}.")


def run(args: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code (0 well, 1 bad input, 2 wrong usage, 130 interrupted)."""
    warnings.showwarning = _tell
    click.termui.visible_prompt_func = asked
    try:
        with telling("Working"):
            result: Any = cli.main(args=None if args is None else list(args), standalone_mode=False)
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt) as error:
        tell(f"Stopped; {str(error.__cause__ or error) or NOTHING}.")
        return 130
    except RuntimeError as error:
        if str(error) != "Query interrupted":  # what DuckDB makes of Ctrl-C
            raise
        tell(f"Stopped; {NOTHING}.")
        return 130
    except click.ClickException as error:
        _with_place_of_words(error).show()
        return error.exit_code
    except InfluenceError as error:
        tell(f"Error: {error}")
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        if not (_stdout_refuses() or _is_of_a_stream(error)):
            raise
        tell(
            f"Error: the output cannot be written\n  where:    standard output\n  seen:     {error.strerror}"
        )
        return 1
    return result if isinstance(result, int) else 0


def _with_place_of_words(error: click.ClickException) -> click.ClickException:
    """``rank vegan baking``: a niche in words stands under its option, and the error says so."""
    words = re.match(r"Got unexpected extra arguments? \((.+)\)", error.message)
    asked = error.ctx if isinstance(error, click.UsageError) else None
    if words and asked and any(one.name == "niche" for one in asked.command.params):
        return click.UsageError(f'{error.message}. A niche is told so: --niche "{words[1]}"', asked)
    return error


def _is_of_a_stream(error: OSError) -> bool:
    """Whether a write without a file's name found no room: stdout, where nothing is held back for a later flush."""
    return error.filename is None and error.errno in (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG)


def _stdout_refuses() -> bool:
    """Whether stdout cannot be written to; what is left for it is dropped, so that leaving says nothing more."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False


def _tell(message: Warning | str, *where: Any, **more: Any) -> None:
    """A warning as a sentence on stderr, without the line of code that gave it."""
    tell(f"Note: {message}")
