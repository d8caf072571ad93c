"""Dated rules about whom one may write to and what must be disclosed, by country, from ``rules/*.toml``.

Our own summaries with their sources; not legal advice. A country has a file of its own, and the rules of a union of
which it is a member hold there too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from influence.toml_files import shipped

CHANNELS = ("email", "direct message", "contact form", "phone", "post")
OCCASIONS = ("gift", "payment", "synthetic")
BASES = ("consent", "customer", "legitimate interest", "none")
KINDS = ("individual", "corporate")


MAY, MAY_WITH_TEXT, ASK, MAY_NOT = ANSWERS = ("may", "may with text", "ask a lawyer", "may not")
"""From the mildest to the strictest."""
CHECKED = ("official", "secondary", "not verified")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What the rules of all kinds share.

    Attributes
    ----------
    id, subject, summary, source : str
    checked : str
        One of `CHECKED`: how far the record was verified on `last_checked`.
    valid_from, last_checked : date
    valid_until : date or None
        Last day.
    first_day_checked : bool
        Whether a source told `valid_from`.
    """

    id: str
    subject: str
    summary: str
    source: str
    checked: str
    valid_from: date
    last_checked: date
    valid_until: date | None = None
    first_day_checked: bool = True

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, kw_only=True)
class MailRule(Rule):
    """May one write, by kind of subscriber and basis, over these channels; with which texts.

    `answers` maps kind to basis to one of `ANSWERS`; `texts` are keys of ``notices.toml``.
    """

    channels: Sequence[str]
    texts: Sequence[str]
    answers: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Duty(Rule):
    """What must be disclosed or done, on which `OCCASIONS`, from how many followers on."""

    when: Sequence[str]
    min_followers: int = 0


@dataclass(frozen=True)
class CountryRules:
    """All rules of a country, whatever their day."""

    name: str
    mail: tuple[MailRule, ...]
    duties: tuple[Duty, ...]


def covered_countries() -> tuple[str, ...]:
    """ISO 3166-1 codes, in lower case, of the countries that have rules."""
    return tuple(sorted(code for code in _codes() if "members" not in _file(code)))


@cache
def rules_of(country: str) -> CountryRules | None:
    """The rules of a country (ISO code, lower case), a union's included; None where it is not covered."""
    if country not in covered_countries():
        return None
    unions = [code for code in _codes() if country in _file(code).get("members", ())]
    told = [_file(code) for code in (country, *unions)]
    mail = tuple(MailRule(**entry) for one in told for entry in one.get("mail", ()))
    duties = tuple(Duty(**entry) for one in told for entry in one.get("duty", ()))
    return CountryRules(str(told[0]["name"]), mail, duties)


def _codes() -> list[str]:
    folder = files("influence.outreach").joinpath("rules")
    return sorted(
        entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")
    )


def _file(code: str) -> Mapping[str, Any]:
    return shipped("influence.outreach", "rules", f"{code}.toml")
