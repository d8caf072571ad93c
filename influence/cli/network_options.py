"""Options and steps of the commands that ask open networks: manners, budget, and a yes before anybody is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import Number, stacked
from influence.cli.output import tell
from influence.clock import now

if TYPE_CHECKING:
    from influence.networks.client import Budget, Manners

network_options = stacked(
    click.option("--contact", envvar="INFLUENCE_CONTACT", default="", metavar="ADDRESS",
                 help="Your page or mail address, told to every server (INFLUENCE_CONTACT)."),
    click.option("--delay", type=Number(0), default=1.0, show_default=True, metavar="SECONDS",
                 help="Between two requests to one host; its own wish wins where it is longer."),
    click.option("--fresh", type=Number(0), default=12.0, show_default=True, metavar="HOURS",
                 help="What was read within so many hours is not asked again."),
    click.option("--allow-private", is_flag=True, help="Hosts inside private networks and on this machine too."),
    click.option("--host", "hosts", multiple=True, metavar="NAME=ADDRESS",
                 help="Where a network answers: bluesky=https://..., my.server=http://127.0.0.1:3000."),
    click.option("--yes", "-y", is_flag=True, help="Ask without a question first."),
)  # fmt: skip
limit_options = stacked(
    click.option("--minutes", type=Number(0, min_open=True), help="Stop after so many minutes."),
    click.option("--megabytes", type=Number(0, min_open=True), help="Stop after so much was received."),
    click.option("--dry-run", is_flag=True, help="Say whom it would ask, and how much; ask nobody."),
)
budget_options = stacked(
    click.option("--requests", type=click.IntRange(1), help="Ask at most so many times."), limit_options
)


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
    return {"manners": manners_of(told, network), "hosts": hosts_of(told["hosts"]), "now": now()}


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


def tell_not_read(problems: Sequence[tuple[str, str]], shown: int = 10) -> None:
    """What could not be read, and why."""
    for address, words in problems[:shown]:
        tell(f"Not read: {address}: {words}")
    if len(problems) > shown:
        tell(f"... and {len(problems) - shown:,} more that could not be read.")
