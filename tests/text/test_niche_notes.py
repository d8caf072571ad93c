"""How a niche was understood: what the reader is told, and words that need a second reading."""

from __future__ import annotations

import pyarrow as pa
import pytest

from benchmarks.text.indexing import index_from
from influence.errors import NicheError
from influence.text.niche import Niche
from influence.text.relevance import Relevance, niche_relevance

FILLER = ["Match report", "An old motorbike", "Tax law", "Distant galaxies", "Crime novels", "Modern art"]


def ask(posts: dict[str, list[str]], words: str = "", **others: object) -> Relevance:
    """What is found among accounts with these posts and an account of fillers, which make words rare."""
    rows = [
        (f"{who}{n:03d}", who, text)
        for who, texts in sorted({**posts, "filler": FILLER}.items())
        for n, text in enumerate(texts)
    ]
    ids, authors, texts = (list(column) for column in zip(*rows, strict=True))
    accounts = sorted(set(authors))
    blank = pa.nulls(len(accounts), pa.string())
    index = index_from(
        pa.table({"account_id": accounts, "handle": blank, "name": blank, "bio": blank}),
        pa.table({"post_id": ids, "account_id": authors, "text": texts, "day": [100] * len(ids)}),
    )
    return niche_relevance(index, Niche(words, **others))  # type: ignore[arg-type]


def fits(found: Relevance) -> dict[str, float]:
    return dict(zip(map(str, found.index.account_ids), found.account_fit.tolist(), strict=True))


def test_a_german_word_is_found_within_longer_ones() -> None:
    posts = {
        "brot": ["Sauerteigbrot im Topf"],
        "kuchen": ["Pflaumenkuchen"],
        "beginnt": ["Brotgewürze mahlen"],
    }
    found = ask(posts, "Brot")
    fit = fits(found)
    assert min(fit["brot"], fit["beginnt"]) > 0.15 > fit["kuchen"]
    assert found.notes == (
        "No text says 'Brot' by itself; words that hold it count in part: brotgewurz, sauerteigbrot.",
    )
    assert {term.why for term in found.terms if term.term == "sauerteigbrot"} == {"holds brot"}


def test_the_word_itself_counts_more_than_a_longer_one() -> None:
    fit = fits(ask({"itself": ["Unser Brot heute"], "longer": ["Unser Sauerteigbrot heute"]}, "Brot"))
    assert fit["itself"] > fit["longer"] > 0.15


def test_three_letters_before_a_word_must_be_a_word_too() -> None:
    posts = {"pig": ["Schwein"], "wine": ["Rotwein"], "red": ["Rot wie Blut"]}
    fit = fits(ask(posts, "Wein"))
    assert fit["wine"] > 0.15 > fit["pig"]


@pytest.mark.parametrize("niche", ["veganbaking", "#veganbaking", "VeganBaking"])
def test_words_written_together_are_read_apart_where_the_texts_do(niche: str) -> None:
    few, many = ({f"baker{n}": ["Vegan baking with oats"] for n in range(size)} for size in (4, 40))
    for posts in (few, many | {"name": ["veganbaking"]}):
        apart = fits(ask(posts, "vegan baking"))
        assert fits(ask(posts, niche)) == pytest.approx(apart, nan_ok=True)


def test_a_name_that_the_texts_write_together_is_not_read_apart() -> None:
    posts = {f"fan{n}": ["A newsletter on shoes"] for n in range(3)} | {"other": ["News", "A letter"]}
    fit = fits(ask(posts, "newsletter"))
    assert fit["fan1"] > 0.3 > fit["other"]


def test_who_is_nearest_to_a_niche_that_nobody_speaks_of_does_not_fit_it() -> None:
    posts = {f"baker{n}": ["Sourdough bread", "Rye bread", f"Cake number {n}"] for n in range(12)}
    found = ask(posts, "politics")
    assert max(fit for fit in fits(found).values() if fit == fit) < 0.3
    assert found.notes[0].startswith("Nobody in the data clearly speaks of this niche")
    assert not any(note.startswith("Nobody") for note in ask(posts, "bread").notes)


def test_of_a_brief_the_words_that_counted_are_told_as_written() -> None:
    posts = {"baker": ["Vegan baking", "Recipes without eggs"], "law": ["Budget and fees of June"]}
    found = ask(posts, brief="Budget 5000. We want writers on Vegan BAKING and recipes, posts in June.")
    start, words = found.notes[0].rstrip(".").split(": ")
    assert start == "Of the brief these words count most"
    assert sorted(words.split(", ")) == ["baking", "recipes", "vegan"]


def test_a_german_brief_is_about_its_subject_and_not_the_trade() -> None:
    posts = {
        "baker": ["Sauerteigbrot backen"],
        "trade": ["Honorar und Kampagne: Anzeige für Blogger im Juni"],
    }
    brief = "Wir suchen Bloggerinnen, die Sauerteigbrot backen. Honorar, Anzeige, Kampagne im Juni."
    found = ask(posts, brief=brief)
    assert fits(found)["baker"] > fits(found)["trade"]
    assert found.notes[0].endswith(("sauerteigbrot, backen.", "backen, sauerteigbrot."))


def test_a_brief_without_a_subject_says_so() -> None:
    posts = {"law": ["Budget and fees of June"], "baker": ["Bread"]}
    found = ask(posts, brief="Budget 5000 euro, fee paid in June.")
    assert found.notes[0].startswith("The brief holds no word about a subject")


def test_of_words_equally_near_the_one_said_most_is_suggested() -> None:
    posts = {"once": ["My vegna pie"]} | {f"baker{n}": ["Vegan pie"] for n in range(3)}
    assert "Did you mean 'vegan'?" in ask(posts, "vegn pie").notes[0]


def test_words_that_say_nothing_are_no_niche() -> None:
    with pytest.raises(NicheError, match="say nothing by themselves"):
        ask({"baker": ["Bread"]}, "the and of")
