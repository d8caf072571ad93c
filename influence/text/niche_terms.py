"""Which terms counted for a niche, how much and why: the part of a score that a person can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from influence.text.interests import NearTopic
from influence.text.query import AskedTerms
from influence.text.view import View

LONGEST = 60


ASKED, IN_THE_BRIEF = "asked", "in the brief"
"""Why a term counts that the user wrote."""


@dataclass(frozen=True)
class NicheTerm:
    """A term that counted, how much (the strongest is 1), and why."""

    term: str
    weight: float
    why: str


def explain_terms(
    view: View, asked: AskedTerms, learned: Mapping[str, float], topics: list[NearTopic]
) -> tuple[NicheTerm, ...]:
    """Terms that occur in the data, strongest first; each with its strongest reason only."""
    found: dict[str, NicheTerm] = {}

    def add(terms: Mapping[str, float], share: float, why: str) -> None:
        peak = max(terms.values(), default=1.0) or 1.0
        for term, weight in terms.items():
            row = NicheTerm(term, round(share * weight / peak, 4), why)
            known = found.get(term)
            if view.index.column(term) >= 0 and (known is None or row.weight > known.weight):
                found[term] = row

    add(asked.keywords, 1.0, ASKED)
    add(asked.brief, 1.0, IN_THE_BRIEF)
    add(asked.shared, 0.7, "shared by the examples")
    add(learned, 0.3, "used by the accounts that fit best")
    for topic in topics:
        add(topic.terms, 0.3 * topic.nearness, f"used in the community {topic.name}")
    for unit in asked.units:
        reasons = {
            "holds": view.words_with(unit.term),
            "is another form of": view.kin(unit.term, asked.languages),
        }
        others = {other: weight for other, weight in unit.near.items() if other != unit.term}
        for reason, known in [*reasons.items(), ("means nearly", others)]:
            some = {other: others.pop(other) for other in list(others) if other in known}
            add(some, 0.6 * max(some.values(), default=0.0), f"{reason} {unit.term}")
    return tuple(sorted(found.values(), key=lambda row: (-row.weight, row.term))[:LONGEST])
