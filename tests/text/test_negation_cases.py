"""Sixty briefs that say what they do not want, in eight languages; half were not looked at."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from influence.text.negation import negated_parts

CASES = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases" / "negation.tsv").read_text(encoding="utf-8").splitlines()
]


def read_right(brief: str, wanted: str) -> bool:
    """Everything named, and little more than that; nothing where nothing is refused."""
    parts = negated_parts(brief)
    found = " | ".join(item.lower() for part in parts for item in part.items)
    things = wanted.split("|") if wanted else []
    little = sum(len(part.words.split()) for part in parts) <= 2 + 3 * max(1, len(things))
    return little and (all(thing.lower() in found for thing in things) if things else not found)


@pytest.mark.parametrize(("half", "least"), [(0, 0.95), (1, 0.85)])
def test_what_a_brief_does_not_want_is_read(half: int, least: float) -> None:
    mine = [
        read_right(brief, wanted)
        for _, brief, wanted in CASES
        if int(hashlib.sha256(brief.encode()).hexdigest(), 16) % 2 == half
    ]
    assert sum(mine) / len(mine) >= least


@pytest.mark.parametrize(
    ("brief", "things"),
    [
        ("Bitte keine pub roasts und gravy.", ["pub roasts", "gravy"]),
        ("Keine Eier, Milch oder Honig, und kein Fleisch.", ["Eier", "Milch", "Honig", "Fleisch"]),
        ("Do not want: pub roasts, meat pies and gravy.", ["pub roasts", "meat pies", "gravy"]),
        ("No pubs or gambling.", ["pubs", "gambling"]),
        ("Cooks without meat, eggs, and dairy.", ["meat", "eggs", "dairy"]),
        ("Bakers who bake without eggs, and write about bread.", ["eggs"]),
        ("Căutăm oameni care gătesc rețete fără ouă, și coc pâine acasă.", ["ouă"]),
        ("Nous cherchons qui cuisine sans gluten, et fait du pain maison.", ["gluten"]),
        ("Buscamos gente que cocina sin gluten, y hace pan en casa.", ["gluten"]),
    ],
)
def test_things_that_are_not_wanted_are_named_one_by_one(brief: str, things: list[str]) -> None:
    assert [item for part in negated_parts(brief) for item in part.items] == things
