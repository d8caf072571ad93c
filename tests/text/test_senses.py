"""A word with two meanings is asked back, and the one that was chosen is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from influence import rank
from influence.text.index import TextIndex
from influence.text.niche import Niche
from influence.text.relevance import niche_relevance
from tests.text.test_niche import fits, index_of

FIGHTS = [
    "Boxing match tonight: the champion defends his title in the ring",
    "Heavyweight boxing champion wins the fight by knockout",
    "Gloves and footwork for boxing, notes of a fighter",
    "The fight of the year, boxing title in the last round",
    "Boxing training with gloves before the fight",
    "A boxer and his trainer: boxing, punches, the ring",
    "Knockout in the first round of a boxing fight",
    "Boxing punches that win a title fight",
]
PARCELS = [
    "Boxing and wrapping Christmas gifts with paper and ribbon",
    "Boxing cookies as gifts, with ribbon and paper labels",
    "Gift wrapping and boxing of cakes for the bakery",
    "Paper, ribbon, boxing: how I wrap birthday gifts",
    "Boxing chocolate gifts in paper for customers",
    "Bakery cakes, boxing and ribbon for gift orders",
    "Boxing cupcakes for a birthday with paper and ribbon",
    "How to wrap gifts: boxing, paper, cards",
]


@pytest.fixture(scope="module")
def index() -> TextIndex:
    told = {f"f{n}": [text] for n, text in enumerate(FIGHTS)} | {
        f"p{n}": [text] for n, text in enumerate(PARCELS)
    }
    return index_of(told)


def first(index: TextIndex, sense: str) -> set[str]:
    found = fits(niche_relevance(index, Niche("boxing", sense=sense)))
    return {name[0] for name in sorted(found, key=lambda name: -found[name])[:7]}


def test_a_word_of_two_senses_is_asked_back(index: TextIndex) -> None:
    (note,) = [note for note in niche_relevance(index, Niche("boxing")).notes if "two senses" in note]
    assert "(8 accounts)" in note
    assert note.count("--sense") == 2


@pytest.mark.parametrize(
    ("sense", "who"), [("fight", "f"), ("gloves and punches", "f"), ("gifts", "p"), ("bakery", "p")]
)
def test_the_sense_that_is_meant_comes_first(index: TextIndex, sense: str, who: str) -> None:
    assert first(index, sense) == {who}


def test_what_was_chosen_is_told(index: TextIndex) -> None:
    notes = niche_relevance(index, Niche("boxing", sense="fight")).notes
    assert any(note.startswith("'boxing' is taken as it is said beside ") for note in notes)


def test_a_word_of_one_sense_is_not_asked_back() -> None:
    index = index_of({f"f{n}": [text] for n, text in enumerate(FIGHTS * 2)})
    assert not any("two senses" in note for note in niche_relevance(index, Niche("boxing")).notes)


def test_a_niche_of_several_words_tells_its_sense_itself(index: TextIndex) -> None:
    assert not any("two senses" in note for note in niche_relevance(index, Niche("boxing gloves")).notes)


def test_a_sense_that_cannot_be_told_apart_is_not_dropped_without_a_word() -> None:
    index = index_of({"f": FIGHTS[:2], "p": PARCELS[:2]})
    (note,) = [n for n in niche_relevance(index, Niche("boxing", sense="fights")).notes if "'fights'" in n]
    assert '--niche "boxing fights"' in note


def test_the_question_carries_the_sense(workspace_of: Callable[..., Any]) -> None:
    said = {
        **{f"f{n}": text for n, text in enumerate(FIGHTS)},
        **{f"p{n}": text for n, text in enumerate(PARCELS)},
    }
    posts = [{"post_id": name, "account_id": f"web:{name}", "text": text} for name, text in said.items()]
    made = workspace_of(
        accounts=[{"account_id": f"web:{name}", "handle": name} for name in said], posts=posts
    )
    found = rank(made, "boxing", sense="gifts", top=6)
    assert {row.handle[0] for row in found.rows} == {"p"}
    assert found.provenance.settings["sense"] == "gifts"


def test_a_sense_that_tells_neither_is_asked_again(index: TextIndex) -> None:
    found, plain = (niche_relevance(index, Niche("boxing", sense=sense)) for sense in ("zzqx", ""))
    assert any("Which is meant?" in note and "'zzqx' tells neither." in note for note in found.notes)
    assert found.account_fit.tolist() == plain.account_fit.tolist()
