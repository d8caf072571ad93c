"""Families of options shared by commands: one decorator each."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

USED = "influence.workspace"
F = TypeVar("F", bound=Callable[..., Any])


class Number(click.FloatRange):
    """A number within bounds; neither ``nan`` nor endless."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a number to count with.", param, ctx)
        return number


def workspace_option(function: F) -> F:
    """``--workspace FILE``, from the environment or `influence.duckdb` when not given."""
    return click.option(
        "-w",
        "--workspace",
        type=click.Path(dir_okay=False),
        envvar="INFLUENCE_WORKSPACE",
        default="influence.duckdb",
        show_default=True,
        help="The workspace file.",
        callback=used_workspace,
    )(function)


def used_workspace(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Remember which workspace a command uses, so that the files it writes are noted there; refuse one in memory."""
    if value == ":memory:":
        raise click.UsageError("a workspace in memory would be gone when the command ends; name a file")
    if value:
        ctx.meta[USED] = value
    return value
