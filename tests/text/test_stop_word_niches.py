"""Niches that hold stop words of some language, in ten languages; half were not looked at."""

from __future__ import annotations

import hashlib
from itertools import groupby
from pathlib import Path

import pytest

from influence.errors import NicheError
from tests.text.test_niche import ask, fits, index_of

LINES = (Path(__file__).parent / "cases" / "stop_words.tsv").read_text(encoding="utf-8").splitlines()[1:]
CASES = {
    language: list(rows)
    for language, rows in groupby((line.split("\t") for line in LINES), lambda row: row[0])
}


def found_first(language: str) -> list[tuple[int, bool]]:
    """Half of each niche of a language, and whether who says it stands before all the others."""
    rows = CASES[language]
    posts = {
        f"{kind}{n}": [row[at]] for n, row in enumerate(rows) for kind, at in (("says", 2), ("decoy", 3))
    }
    index, found = index_of(posts), []
    for n, (_, niche, _, _) in enumerate(rows):
        half = int(hashlib.sha256(f"{language} {niche}".encode()).hexdigest(), 16) % 2
        try:
            fit = fits(ask(index, niche))
            found.append((half, max(fit, key=lambda name: fit[name]) == f"says{n}"))
        except NicheError:
            found.append((half, False))
    return found


@pytest.mark.parametrize("half", [0, 1])
def test_words_that_are_stop_words_somewhere_find_who_says_them(half: int) -> None:
    mine = [right for language in CASES for which, right in found_first(language) if which == half]
    assert len(CASES) == 10
    assert sum(mine) / len(mine) > 0.95
