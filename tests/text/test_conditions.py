"""The hard conditions of a brief are read out of it in seven languages, with the words they came from."""

from __future__ import annotations

import tomllib

import pytest

from benchmarks.text.conditions import BRIEFS, counts
from influence.text.amounts import amount_of
from influence.text.conditions import conditions_from, read_conditions


def read(brief: str) -> dict[str, object]:
    return {one.name: one.value for one in read_conditions(brief).conditions}


def test_of_sixty_briefs_ninety_five_conditions_in_a_hundred_are_read_right() -> None:
    briefs = tomllib.loads(BRIEFS.read_text("utf-8"))["brief"]
    right, told, found = (sum(column) for column in zip(*map(counts, briefs), strict=True))
    assert right / told >= 0.95
    assert right / found >= 0.95


@pytest.mark.parametrize(
    ("text", "number"),
    [("5k", 5e3), ("5.000", 5e3), ("5 000", 5e3), ("1,5 Mio", 1.5e6), ("30 mil", 3e4), ("zwanzig", 20), ("2.5", 2.5),
     ("10 Tsd.", 1e4), ("vingt", 20), ("1,250,000", 1_250_000)],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, number: float) -> None:
    assert amount_of(text) == number


def test_a_condition_says_the_words_it_came_from() -> None:
    found = read_conditions("Brazilian beauty influencers, 5k to 30k followers on Instagram, highly engaged.")
    assert {one.name: one.words for one in found.conditions} == {
        "min_followers": "5k to 30k followers", "max_followers": "5k to 30k followers",
        "country": "Brazilian beauty influencers", "platform": "Instagram",
    }  # fmt: skip


def test_what_is_not_wanted_names_no_condition_but_a_conflict() -> None:
    assert read("No TikTok, nobody from Germany please. Instagram only.") == {"platform": ("instagram",)}
    assert read("They have not worked with Oatly or Alpro.") == {"conflict": ("Oatly", "Alpro")}


def test_in_is_no_negation_where_a_language_spells_it_so() -> None:
    assert read("Procuramos pessoas que falam de plantas no Instagram e no YouTube.") == {
        "platform": ("instagram", "youtube")
    }


def test_prices_a_head_and_numbers_of_products_are_no_budget_and_no_size() -> None:
    found = read("Each blogger gets 3 cakes worth 80 pounds. Budget 300 euros per post.")
    assert "budget" not in found
    assert "size" not in found


def test_what_sounds_like_a_condition_and_gave_none_is_named() -> None:
    found = read_conditions("Bakers with 2,000 to 9,000 followers. They must own a dog. Bread is lovely.")
    assert found.unread == ("They must own a dog",)


@pytest.mark.parametrize(
    ("brief", "name", "value"),
    [
        ("No creators who have worked with Tesco.", "conflict", ("Tesco",)),
        ("Three YouTubers not sponsored by Nivea.", "conflict", ("Nivea",)),
        ("Que no trabajen con Maggi.", "conflict", ("Maggi",)),
        ("Esclusi chi collabora con Booking.", "conflict", ("Booking",)),
        ("Nano creators, contact email required.", "contact", 1.0),
        ("Blogueuses, adresse e-mail dans la bio.", "contact", 1.0),
        ("Nous cherchons une dizaine de blogueurs.", "size", 10.0),
        ("YouTubers with min. 50k subs.", "min_followers", 50_000.0),
        ("English or French speaking podcasts.", "country", None),
    ],
)
def test_the_ways_in_which_agencies_say_it(brief: str, name: str, value: object) -> None:
    found = {one.name: one.value for one in read_conditions(brief).conditions}
    assert found.get(name) == value


def test_an_engagement_without_a_number_is_named_as_not_read() -> None:
    brief = "Brazilian beauty influencers, 5k to 30k followers on Instagram, highly engaged."
    assert read_conditions(brief).unread == ("highly engaged",)


def test_conditions_come_back_from_json_as_they_were() -> None:
    from dataclasses import asdict
    from json import dumps, loads

    found = read_conditions("20 creators from Spain, at most 9k followers. Budget 500 €.").conditions
    assert conditions_from(loads(dumps([asdict(one) for one in found]))) == found
