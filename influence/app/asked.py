"""A question as it stands in a page's address: bookmarked, sent to a colleague, put together from a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from influence.errors import UsageError
from influence.question import Filters, Question, asks_of
from influence.ranking.asking import question_of
from influence.ranking.goals import weights_for
from influence.text.conditions import Checklist, read_conditions

TEXTS = ("niche", "sense", "brief", "brand", "goal", "as_of")
FILTERS = asks_of(Filters)
NUMBERS = tuple(name for name, one in FILTERS.items() if one.kind == "whole")
OWN = ("use", "hide", "show")
"""Conditions of the brief that are used, signals whose columns are not shown, further columns: no fields of a
question."""
LISTS = (*OWN, "like", "alias", "rival", *(name for name in FILTERS if name not in NUMBERS))
WEIGHT = "w."
PAGE = 50
SORTS = ("rank", "followers", "name")


@dataclass(frozen=True)
class Asked:
    """What an address asks for.

    Attributes
    ----------
    values : mapping of str to tuple of str
        The question's own fields, as they stand in the form; empty ones left out.
    sort : str
        A key of `SORTS` or the name of a signal; a minus in front turns it round.
    page : int
        From 1.
    """

    values: Mapping[str, tuple[str, ...]]
    sort: str = "rank"
    page: int = 1

    def one(self, name: str) -> str:
        """The only value of a field, or an empty text."""
        return (self.values.get(name) or ("",))[0]

    def many(self, name: str) -> tuple[str, ...]:
        """All values of a field."""
        return self.values.get(name, ())

    @property
    def asks(self) -> bool:
        """Whether anything was asked yet."""
        return any(name in self.values for name in (*TEXTS, *LISTS) if name not in OWN)

    @property
    def query(self) -> str:
        """The question alone, as it stands in an address."""
        return urlencode([(name, value) for name, values in sorted(self.values.items()) for value in values])

    def address(self, path: str, **more: object) -> str:
        """An address that asks the same question."""
        more = {name: value for name, value in more.items() if value not in (None, "")}
        query = "&".join(filter(None, (self.query, urlencode(more))))
        return f"{path}?{query}" if query else path

    def checklist(self) -> Checklist:
        """The conditions that the brief names."""
        return read_conditions(self.one("brief"))

    def unweighted(self) -> Question | None:
        """The same question with the goal's own weights; None where the sliders changed nothing."""
        return self._plain().question() if self._changes() else None

    def with_value(self, name: str, value: str) -> Asked:
        """The same question with another value of one field."""
        return Asked({**self.values, name: (value,)})

    def without_weights(self, path: str) -> str:
        """The address of the same question with the goal's own weights."""
        return self._plain().address(path)

    def _plain(self) -> Asked:
        return Asked({name: told for name, told in self.values.items() if not name.startswith(WEIGHT)})

    def question(self, top: int = 0) -> Question:
        """The question put together.

        Raises
        ------
        UsageError
            A number that is none, an unknown goal or filter.
        """
        named = {"alias": "aliases", "rival": "rivals"}
        told: dict[str, Any] = {name: self.one(name) or None for name in TEXTS if name != "niche"}
        told |= {named.get(name, name): self.many(name) for name in LISTS if name not in OWN}
        told |= {name: _number(name, self.one(name)) for name in NUMBERS if self.one(name)}
        told["conditions"] = tuple(one for one in self.checklist().conditions if one.name in self.many("use"))
        return question_of(self.one("niche"), weights=self._changes(), top=top, **told)

    def _changes(self) -> dict[str, float]:
        told = {name.removeprefix(WEIGHT): self.one(name) for name in self.values if name.startswith(WEIGHT)}
        usual = weights_for(self.one("goal") or "long-tail", None)
        read = {name: _number(name, text) for name, text in told.items() if name in usual}
        return {name: value for name, value in read.items() if value != usual[name]}


def asked_of(pairs: Sequence[tuple[str, str]]) -> Asked:
    """What the pairs of an address or form ask for; lists may stand in one field, with commas or line breaks."""
    values: dict[str, tuple[str, ...]] = {}
    rest = {"sort": "rank", "page": "1"}
    for name, text in pairs:
        if name in rest:
            rest[name] = text
        elif name in LISTS:
            values[name] = (*values.get(name, ()), *named(text))
        elif (name in (*TEXTS, *NUMBERS) or name.startswith(WEIGHT)) and text.strip():
            values[name] = (text.strip(),)
    page = int(rest["page"]) if rest["page"].isdigit() else 1
    return Asked({name: told for name, told in values.items() if told}, rest["sort"], max(page, 1))


def _number(name: str, text: str) -> float:
    value, label = number_of(name.removeprefix(WEIGHT), text), name.removeprefix(WEIGHT)
    if not 0 <= value < 1e12:
        raise UsageError("this number is out of range", where=label, seen=text, expected="0 or more")
    return value if name.startswith(WEIGHT) else int(value)


def number_of(label: str, text: str) -> float:
    """A number as people write it; UsageError with the label of its field where it is none."""
    try:
        value = float(text.replace(",", "").replace(" ", ""))
    except ValueError as error:
        raise UsageError("this is no number", where=label, seen=text) from error
    if not isfinite(value):
        raise UsageError("this is no number to count with", where=label, seen=text)
    return value


def named(text: str) -> tuple[str, ...]:
    """Names that stand in one field, by commas or line breaks."""
    return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())
