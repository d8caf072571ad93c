"""Families of options shared by commands: one decorator each."""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from influence.cli.output import ENGINE, USED, tell
from influence.cli.waiting import quiet, stage
from influence.errors import UsageError

if TYPE_CHECKING:
    from influence.session import Session
    from influence.store.workspace import Workspace


F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(dir_okay=False)
READ_FILE = click.Path(exists=True, dir_okay=False)
"""A file that must be there."""


def stacked(*options: Callable[[Any], Any]) -> Callable[[F], F]:
    """Options as one decorator; help shows them in this order."""
    return lambda function: functools.reduce(lambda inner, option: option(inner), reversed(options), function)


def command(
    name: str, example: str, group: click.Group | None = None, **more: Any
) -> Callable[..., click.Command]:
    """A command, or one of a `group`; its help ends with an example of what may follow its name."""
    path = f"{group.name} {name}" if group else name
    told = f"Example: influence {path} {example}".strip()
    return (group.command if group else click.command)(name, epilog=told, **more)


brand_option = click.option("--brand", required=True, metavar="NAME", help="The brand, as people write it.")
alias_option = click.option("--alias", "aliases", multiple=True, metavar="NAME",
                            help="Another name of it; may be repeated.")  # fmt: skip
rival_option = click.option("--rival", "rivals", multiple=True, metavar="NAME",
                            help="Another brand; may be repeated.")  # fmt: skip
brand_options = stacked(brand_option, alias_option, rival_option)
as_of_option = click.option("--as-of", metavar="DATE", help="Only what was known before this day.")


class Number(click.FloatRange):
    """A number within bounds; neither ``nan`` nor endless."""

    name = "number"

    def _describe_range(self) -> str:
        return "" if self.min is None and self.max is None else super()._describe_range()

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a number to count with.", param, ctx)
        return number


def pairs_of(
    option: click.Parameter, texts: tuple[str, ...], refused: str, expected: str
) -> tuple[tuple[str, str], ...]:
    """``NAME=TEXT`` as an option tells it, each taken apart at its first ``=``.

    Raises
    ------
    UsageError
        One has none: `refused`, and what was `expected`.
    """
    for text in texts:
        if "=" not in text:
            raise UsageError(refused, where=option.opts[0], seen=text, expected=expected)
    return tuple((name.strip(), told.strip()) for name, _, told in (text.partition("=") for text in texts))


def used_workspace(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Remember which workspace a command uses, so that the files it writes are noted there; refuse one in memory."""
    if value == ":memory:":
        raise click.UsageError("a workspace in memory would be gone when the command ends; name a file")
    if value:
        ctx.meta[USED] = value
    return value


workspace_option = click.option(
    "-w", "--workspace", type=FILE, envvar="INFLUENCE_WORKSPACE", default="influence.duckdb", show_default=True,
    help="The workspace file.", callback=used_workspace,
)  # fmt: skip
"""``--workspace FILE``, from the environment or `influence.duckdb` when not given."""


def assumed_options(function: F) -> F:
    """``--country``, ``--subscriber`` and ``--basis``: what is taken for people of whom the data do not say it."""
    from influence.outreach.country_rules import BASES, KINDS

    @functools.wraps(function)
    def settled(*args: Any, country: str, subscriber: str | None, basis: str | None, **rest: Any) -> Any:
        told = {"country": country, "subscriber_type": subscriber or "", "lawful_basis": basis or ""}
        return function(*args, assumed=told, **rest)

    where = "of those in whose contacts none stands"
    return stacked(
        click.option("--country", metavar="CODE", default="", help="Of accounts whose country is not known."),
        click.option("--subscriber", type=click.Choice(KINDS), help=f"Kind of subscriber {where}."),
        click.option("--basis", type=click.Choice(BASES[:-1]), help=f"Lawful basis {where}; yours to show."),
    )(settled)  # type: ignore[return-value]


def _told_engine(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value:
        ctx.meta.setdefault(ENGINE, {})[parameter.name] = value


_APART: dict[str, Any] = {"expose_value": False, "callback": _told_engine}
engine_options = stacked(
    click.option("--engine", type=click.Choice(["duckdb", "spark"]), help="Who reads the data; Spark: past one "
                 "machine.  [default: duckdb]", **_APART),
    click.option("--tables", metavar="FOLDER", help="Parquet tables, for --engine spark.", **_APART),
    click.option("--spark-remote", metavar="URL", help="A Spark Connect server: sc://HOST:15002.", **_APART),
    click.option("--spark-master", metavar="URL", help="A Spark cluster: spark://HOST:7077.", **_APART),
)  # fmt: skip
"""``--engine spark --tables FOLDER``: where the data lie, for `opened_session`."""


def told_day(text: str | None) -> date | None:
    """The day that ``--as-of`` tells."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        expected = "a day such as 2024-06-30"
        raise UsageError("this is no date", where="--as-of", seen=text, expected=expected) from error


def opened_workspace(path: str | Path, *, create: bool = True, read_only: bool = False) -> Workspace:
    """The workspace file of a command; its libraries are imported only now."""
    from influence.store.workspace import open_workspace

    return open_workspace(path, create=create, read_only=read_only)


@contextmanager
def opened_session(workspace: str) -> Iterator[Session]:
    """The session that a command asks: of its workspace, or of the tables that `engine_options` name."""
    from influence.session import Session

    told = click.get_current_context().meta.get(ENGINE, {})
    on_spark = told.get("engine") == "spark"
    with Session(None if on_spark else workspace, **told) as session:
        session.stage = stage
        yield session
        if on_spark:
            _advise(session)


def _advise(session: Session) -> None:
    """Say where a cluster is asked for what one machine does sooner."""
    from influence.spark.store import advice

    said = advice(session.ask(lambda _: sum(session.material().rows_read.values())))
    if said:
        tell(said)


def require_workspace(option: str) -> None:
    """Refuse an option that writes to a workspace where tables on Spark are asked."""
    if ENGINE in click.get_current_context().meta:
        raise click.UsageError(
            f"{option} writes to a workspace: bring a slice home with `influence spark export`, and go on there"
        )


def _of_group(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    group = ctx.parent.params.get("workspace") if ctx.parent else None
    return used_workspace(ctx, parameter, value or group or "influence.duckdb")


list_workspace_option = click.option(
    "-w", "--workspace", type=FILE, help="The workspace file.", callback=_of_group
)
"""``--workspace`` of a subcommand: its own, else the one given to the group before it."""


def confirm(question: str, yes: bool) -> None:
    """Ask before something that cannot be undone; without a terminal only ``--yes`` will do."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("this cannot be undone and nobody is there to ask", hint="say --yes")
    quiet()
    if not click.confirm(question, err=True):
        raise click.Abort
