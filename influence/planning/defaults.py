"""Default numbers with their source, as data: `defaults.toml` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from influence.errors import UsageError, did_you_mean
from influence.toml_files import shipped


@dataclass(frozen=True)
class Default:
    """A default number.

    Attributes
    ----------
    value, low, high : float
        Expected, and the ends of the range that simulations draw from.
    unit, of : str
        Unit, and for a rate what it is a share of.
    kind : str
        ``published``, ``convention`` or ``judgement``.
    cite, url, date, note : str
    """

    key: str
    value: float
    low: float
    high: float
    unit: str
    kind: str
    cite: str
    date: str
    of: str = ""
    url: str = ""
    note: str = ""

    @property
    def source(self) -> str:
        """Where the number comes from, in one line."""
        where = f", {self.url}" if self.url else ""
        return f"{self.kind}: {self.cite}{where} ({self.date})"


@cache
def defaults() -> Mapping[str, Default]:
    """All default numbers by key."""
    found = {}
    for key, shared in shipped("influence.planning", "defaults.toml").items():
        entry = dict(shared)
        value = float(entry.pop("value"))
        low, high = float(entry.pop("low", value)), float(entry.pop("high", value))
        found[key] = Default(key, value, low, high, **entry)
    return found


def default(key: str) -> Default:
    """The default number called `key`; UsageError when there is none."""
    known = defaults()
    if key not in known:
        raise UsageError("there is no such default number", seen=key, hint=did_you_mean(key, list(known)))
    return known[key]
