"""The inputs of a plan: every number it rests on, its range, its unit and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from influence.errors import SourceError, UsageError, did_you_mean
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


@dataclass(frozen=True)
class Input:
    """One number of the plan that can be changed.

    Attributes
    ----------
    key, label, section : str
    value, low, high : float
        Expected, and the range that simulations draw from (a PERT distribution); equal where nothing is uncertain.
    unit : str
        As in `influence.planning.formulas.Line`.
    source : str
        Where it comes from: the brief, the shortlist, or a default with its citation.
    of : str
        For a rate: what it is a share of.
    better : {"high", "low"}
        Which end is good for the result; decides what pessimistic means.
    minimum, maximum : float
        What it can be at all.
    """

    key: str
    label: str
    section: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    of: str = ""
    better: str = "high"
    minimum: float = 0.0
    maximum: float = float("inf")

    @property
    def name(self) -> str:
        """Its key within its section: the input ``budget_concept`` is ``[budget] concept``."""
        return self.key.removeprefix("budget_") if self.section == "budget" else self.key

    def at(self, scenario: str) -> float:
        """Value in a scenario: ``pessimistic``, ``expected`` or ``optimistic``."""
        if scenario == "expected":
            return self.value
        return self.low if (scenario == "pessimistic") == (self.better == "high") else self.high

    def changed(self, change: float | str) -> Input:
        """The same input set to a number, or multiplied: ``"x2"``, ``"+20%"``; the range goes along."""
        if not isinstance(change, str):
            return self.with_value(float(change), source="what if")
        times = factor_of(change, self.key)
        low, value, high = (min(end * times, self.maximum) for end in (self.low, self.value, self.high))
        return self.with_value(value, low, high, "what if")

    def with_value(
        self, value: float, low: float | None = None, high: float | None = None, source: str = "brief"
    ) -> Input:
        """The same input with other numbers, checked; a single value has no range.

        Raises
        ------
        SourceError
            Out of bounds, or low, value and high are not in order.
        """
        new = replace(
            self, value=value, low=value if low is None else low, high=value if high is None else high,
            source=source,
        )  # fmt: skip
        if not self.minimum <= new.low <= new.value <= new.high <= self.maximum:
            raise SourceError(
                "this input is out of its range",
                where=self.key,
                seen=f"low {new.low:g}, value {new.value:g}, high {new.high:g}",
                expected=f"{self.minimum:g} <= low <= value <= high <= {self.maximum:g}",
            )
        return new


_FACTOR = re.compile(r"^\s*(?:[x*×]\s*(\d+(?:\.\d+)?)|([+-]\d+(?:\.\d+)?)\s*%)\s*$")


def factor_of(text: str, where: str) -> float:
    """What ``"x2"`` or ``"-20%"`` multiplies with.

    Raises
    ------
    SourceError
        It is neither.
    """
    found = _FACTOR.match(text)
    factor = -1.0 if found is None else float(found[1]) if found[1] else 1 + float(found[2]) / 100
    if factor < 0:
        raise SourceError("this is no change", where=where, seen=text, expected='a number, "x2" or "-20%"')
    return factor


def _input(
    key: str,
    label: str,
    section: str,
    unit: str,
    *,
    default: str = "",
    value: float = 0.0,
    better: str = "high",
) -> Input:
    if not default:
        source = "convention" if value else "not given: 0"
        return Input(key, label, section, value, value, value, unit, source, better=better)
    told, most = defaults()[default], 1.0 if unit == "share" else float("inf")
    return Input(key, label, section, told.value, told.low, told.high, unit, told.source, told.of, better,
                 maximum=most)  # fmt: skip


INPUTS = tuple(_input(key, **told) for key, told in shipped("influence.planning", "inputs.toml").items())
