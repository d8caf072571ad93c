"""Options and steps of the commands that ask open networks: manners, budget, and a yes before anybody is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from influence.cli.options import Number
from influence.cli.output import tell

if TYPE_CHECKING:
    from influence.networks.client import Budget, Manners

F = TypeVar("F", bound=Callable[..., Any])


def network_options(function: F) -> F:
    """``--contact``, ``--delay``, ``--fresh``, ``--allow-private``, ``--host`` and ``--yes``."""
    for option in (
        click.option("--yes", "-y", is_flag=True, help="Ask without a question first."),
        click.option("--host", "hosts", multiple=True, metavar="NAME=ADDRESS",
                     help="Where a network answers: bluesky=https://..., my.server=http://127.0.0.1:3000."),
        click.option("--allow-private", is_flag=True, help="Hosts inside private networks and on this machine too."),
        click.option("--fresh", type=Number(0), default=12.0, show_default=True, metavar="HOURS",
                     help="What was read within so many hours is not asked again."),
        click.option("--delay", type=Number(0), default=1.0, show_default=True, metavar="SECONDS",
                     help="Between two requests to one host; its own wish wins where it is longer."),
        click.option("--contact", envvar="INFLUENCE_CONTACT", default="", metavar="ADDRESS",
                     help="Your page or mail address, told to every server (INFLUENCE_CONTACT)."),
    ):  # fmt: skip
        function = option(function)
    return function


def budget_options(function: F) -> F:
    """``--requests``, ``--minutes``, ``--megabytes`` and ``--dry-run``."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Say whom it would ask, and how much; ask nobody."),
        click.option("--megabytes", type=Number(0, min_open=True), help="Stop after so much was received."),
        click.option("--minutes", type=Number(0, min_open=True), help="Stop after so many minutes."),
        click.option("--requests", type=click.IntRange(1), help="Ask at most so many times."),
    ):
        function = option(function)
    return function


def budget_of(told: dict[str, Any]) -> Budget:
    """The budget that the options name."""
    from influence.networks.client import Budget

    size = None if told["megabytes"] is None else int(told["megabytes"] * 1e6)
    return Budget(told["requests"], size, told["minutes"])


def manners_of(told: dict[str, Any], network: str) -> Manners:
    """How servers of a network are asked; robots.txt holds for pages, not for interfaces made for programs."""
    from influence.networks.client import Manners

    return Manners(contact=told["contact"], delay_seconds=told["delay"], fresh_hours=told["fresh"],
                   private=told["allow_private"], robots=network == "blogs")  # fmt: skip


def asking(told: dict[str, Any], network: str) -> dict[str, Any]:
    """What every run is told: manners, hosts that stand elsewhere, and this moment."""
    return {"manners": manners_of(told, network), "hosts": hosts_of(told["hosts"]), "now": moment_now()}


def agreed(yes: bool) -> None:
    """Go on after a yes only.

    Raises
    ------
    UsageError
        The user said no.
    """
    from influence.errors import UsageError

    if not yes and not click.confirm("Ask them?", err=True):
        raise UsageError("nothing was asked", hint="--yes asks without a question")


def hosts_of(pairs: tuple[str, ...]) -> dict[str, str]:
    """``NAME=ADDRESS`` pairs as a mapping."""
    from influence.errors import UsageError

    for pair in pairs:
        if "=" not in pair:
            raise UsageError("this names no host", where="--host", seen=pair, expected="NAME=ADDRESS")
    return {
        name.strip(): address.strip().rstrip("/")
        for name, _, address in (pair.partition("=") for pair in pairs)
    }


def moment_now() -> datetime:
    """This moment in UTC, without its zone."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def tell_not_read(problems: Sequence[tuple[str, str]], shown: int = 10) -> None:
    """What could not be read, and why."""
    for address, words in problems[:shown]:
        tell(f"Not read: {address}: {words}")
    if len(problems) > shown:
        tell(f"... and {len(problems) - shown:,} more that could not be read.")
