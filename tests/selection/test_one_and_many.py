"""One is one: no sentence speaks of 1 people or 1 topics."""

import pytest

from influence.reporting.ranking.set_words import WORDS
from influence.selection.reached import NAMES, counted_as


@pytest.mark.parametrize(
    ("n", "unit", "words"),
    [
        (1.0, "people", "1 niche person"),
        (1.4, "topics", "1 topic of the niche"),
        (12.0, "topics", "12 topics of the niche"),
        (1200.0, "readers", "1,200 readers of the niche's communities"),
    ],
)
def test_what_is_counted_agrees_with_its_number(n: float, unit: str, words: str) -> None:
    assert counted_as(n, unit) == words


@pytest.mark.parametrize("unit", [unit for unit in NAMES if unit != "nothing"])
def test_each_kind_of_audience_has_a_word_for_one(unit: str) -> None:
    words = WORDS[unit]
    assert words.counted(1) == f"1 {words.one}"
    assert words.one != words.what
    assert words.new_one.endswith(" is new")
