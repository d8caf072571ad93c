"""The one reader of TOML: files of people, whose faults are told, and tables that ship."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from influence.errors import InfluenceError, SourceError

MAX_BYTES = 16_000_000
Kind = TypeVar("Kind")


def read_toml(
    path: str | Path, thing: str, error: type[InfluenceError] = SourceError, hint: str | None = None
) -> dict[str, Any]:
    """What a person's file says; its keys are checked by `influence.errors.check_keys`.

    Parameters
    ----------
    path : str or Path
    thing : str
        What the file is: ``"profile"``, ``"brief"``.
    error : type
        Raised for a file that is missing, larger than `MAX_BYTES`, no text or no TOML.
    hint : str, optional
        What to do next where it is no TOML.

    Returns
    -------
    dict
    """
    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise error(f"the {thing} is too large", where=str(file), expected="less than 16 MB")
        text = file.read_text("utf-8-sig")
    except OSError as fault:
        raise error(f"the {thing} cannot be read", where=str(file), seen=fault.strerror) from fault
    except UnicodeDecodeError as fault:
        raise error(f"the {thing} is not valid TOML", where=str(file), seen=str(fault), hint=hint) from fault
    return parse_toml(text, thing, error, hint, str(file))


def parse_toml(
    text: str,
    thing: str,
    error: type[InfluenceError] = SourceError,
    hint: str | None = None,
    where: str | None = None,
) -> dict[str, Any]:
    """`read_toml`, for a text that came another way."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise error(f"the {thing} is not valid TOML", where=where, seen=str(fault), hint=hint) from fault


@cache
def shipped(package: str, *path: str) -> Mapping[str, Any]:
    """A table that ships with a package; shared, so that nobody may change it.

    Examples
    --------
    >>> shipped("influence", "disclosure.toml")["other"]["mail"][:3] != ""
    True
    """
    return tomllib.loads(files(package).joinpath(*path).read_text("utf-8"))


def typed(
    data: Mapping[str, Any], key: str, kind: type[Kind], where: str, error: type[InfluenceError]
) -> Kind | None:
    """The value of a key if it is of a kind; None where it is not told."""
    value: Kind | None = data.get(key)
    if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        raise error(f"{key} must be of type {kind.__name__}", where=where, seen=value)
    return value
