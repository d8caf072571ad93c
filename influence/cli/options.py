"""Families of options shared by commands: one decorator each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


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
    )(function)
