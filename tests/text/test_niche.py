"""What a niche's score promises, on texts whose answer a person knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.text.indexing import index_from
from influence.errors import NicheError, UsageError
from influence.text import interests
from influence.text.index import TextIndex
from influence.text.niche import Niche
from influence.text.query import brief_terms
from influence.text.relevance import Relevance, account_fit, niche_relevance
from influence.text.view import view_of

FILLER = [
    "Match report from the second division",
    "How we rebuilt the engine of an old motorbike",
    "Notes on tax law for small companies",
    "A walk through the museum of modern art",
    "New telescope pictures of distant galaxies",
    "My favourite crime novels of the year",
]

Post = tuple[str, str, int]


def index_of(posts: dict[str, list[str] | list[Post]], bios: dict[str, str] | None = None) -> TextIndex:
    """An index of account -> texts (or (id, text, day)) and account -> bio; fillers make words rare."""
    rows = [
        (item if isinstance(item, tuple) else (f"{who}-{n}", item, 100), f"t:{who}")
        for who, items in {**posts, "filler": FILLER}.items()
        for n, item in enumerate(items)
    ]
    rows.sort(key=lambda row: row[0][0])
    ids = sorted({who for _, who in rows} | {f"t:{who}" for who in bios or {}})
    bio = [(bios or {}).get(who.removeprefix("t:")) for who in ids]
    blank = pa.nulls(len(ids), pa.string())
    accounts = pa.table(
        {"account_id": ids, "handle": blank, "name": blank, "bio": pa.array(bio, pa.string())}
    )
    columns = list(zip(*[post for post, _ in rows], strict=True))
    table = {
        "post_id": columns[0],
        "account_id": [who for _, who in rows],
        "text": columns[1],
        "day": columns[2],
    }
    return index_from(accounts, pa.table(table))


def fits(found: Relevance) -> dict[str, float]:
    names = [str(name).removeprefix("t:") for name in found.index.account_ids]
    return dict(zip(names, found.account_fit.tolist(), strict=True))


def scores(found: Relevance) -> dict[str, float]:
    return dict(zip(found.index.post_ids, found.post_score.tolist(), strict=True))


def ask(index: TextIndex, words: str = "", **others: object) -> Relevance:
    as_of_day = others.pop("as_of_day", None)
    return niche_relevance(index, Niche(words, **others), as_of_day=as_of_day)  # type: ignore[arg-type]


def test_a_post_with_all_the_words_is_near_one_and_one_without_is_near_zero() -> None:
    score = scores(ask(index_of({"a": ["Vegan baking at home"]}), "vegan baking"))
    assert score["a-0"] > 0.95
    assert score["filler-0"] < 0.05


def test_both_words_together_count_for_more_than_twice_one_of_them() -> None:
    posts = {"both": ["Vegan baking"], "one": ["Vegan news"], "other": ["Baking news"]}
    score = scores(ask(index_of(posts), "vegan baking"))
    assert score["both-0"] > score["one-0"] + score["other-0"]


def test_words_of_the_same_meaning_are_found() -> None:
    score = scores(
        ask(index_of({"a": ["A plant-based vegetarian cake"], "b": ["A petrol station"]}), "vegan")
    )
    assert score["a-0"] > 0.1 > score["b-0"]


@pytest.mark.parametrize("text", ["#VeganBaking", "#veganbaking", "VEGAN BAKING!", "vegan 🌱 baking"])
def test_hashtags_and_capitals_do_not_hide_the_niche(text: str) -> None:
    assert scores(ask(index_of({"a": [text]}), "vegan baking"))["a-0"] > 0.8


def test_ten_thousand_posts_do_not_win_by_mass() -> None:
    heap = [f"Report number {n} from the second division" for n in range(10_000)] + ["Vegan baking"] * 20
    fit = fits(ask(index_of({"heap": heap, "small": ["Vegan baking", "More vegan baking"]}), "vegan baking"))
    assert fit["small"] > 3 * fit["heap"]


def test_one_post_is_shrunk_and_ten_like_it_are_trusted() -> None:
    posts = {"one": ["Vegan baking"], "ten": ["Vegan baking"] * 10}
    fit = fits(ask(index_of(posts), "vegan baking"))
    assert fit["ten"] > fit["one"] > 0.3


def test_an_author_of_two_themes_beats_whoever_writes_of_neither_and_loses_to_the_devoted() -> None:
    posts = {
        "devoted": ["Vegan baking"] * 10,
        "both": ["Vegan baking", "Chess openings"] * 5,
        "chess": ["Chess openings"] * 10,
    }
    index = index_of(posts)
    fit = fits(ask(index, "vegan baking"))
    assert fit["devoted"] > fit["both"] > 0.5 > fit["chess"]
    assert fits(ask(index, "chess"))["both"] > 0.5


def test_a_bio_alone_counts_and_an_account_without_text_is_unknown() -> None:
    index = index_of({}, {"bio": "Vegan baking for everyone", "silent": ""})
    fit = fits(ask(index, "vegan baking"))
    assert fit["bio"] > 0.3
    assert np.isnan(fit["silent"])


def test_the_future_changes_no_score_of_the_past() -> None:
    past: list[Post] = [("p1", "Vegan baking", 10), ("p2", "Chess", 10)]
    future: list[Post] = [(f"z{n}", "Vegan kayak baking", 50) for n in range(40)]
    before = ask(index_of({"a": past}), "vegan baking", as_of_day=20_000)
    index = index_of({"a": past, "late": future})
    after = ask(index, "vegan baking", as_of_day=101)
    hidden = ask(
        index_of({"a": [("p1", "Vegan baking", 10)], "b": [("z", "kayak", 50)]}), "vegan", as_of_day=40
    )
    assert scores(before)["p1"] > 0.9
    assert scores(hidden)["z"] == 0.0
    assert np.isnan(fits(hidden)["b"])
    assert "kayak" not in {term.term for term in hidden.terms if term.why.startswith("used by")}
    assert fits(after)["late"] > 0


def test_what_is_not_yet_visible_leaves_the_same_answer_as_what_is_not_there() -> None:
    past: list[Post] = [
        (f"p{n}", text, 10) for n, text in enumerate(["Vegan baking", "Chess", "Vegan bread"])
    ]
    future: list[Post] = [(f"z{n}", "Vegan chess bread kayak", 500) for n in range(30)]
    without = ask(index_of({"a": past, "late": ["x"]}), "vegan baking", as_of_day=400)
    with_them = ask(
        index_of({"a": past, "late": [("late-0", "x", 100), *future]}), "vegan baking", as_of_day=400
    )
    assert fits(without) == pytest.approx(fits(with_them), nan_ok=True)


def test_the_order_of_the_rows_does_not_matter() -> None:
    posts = {"a": ["Vegan baking", "Chess"], "b": ["Vegan soup"], "c": ["Bread baking"]}
    turned = {name: posts[name] for name in reversed(posts)}
    assert fits(ask(index_of(posts), "vegan baking")) == fits(ask(index_of(turned), "vegan baking"))


def test_a_brief_finds_whom_its_keywords_would() -> None:
    brief = (
        "We look for people who bake vegan bread and cakes. Vegan baking without eggs or butter is our trade."
    )
    posts = {"baker": ["Vegan bread without eggs", "Cakes without butter"], "rider": ["Motorbike tours"]}
    fit = fits(ask(index_of(posts), brief=brief))
    assert fit["baker"] > 0.3 > fit["rider"]


def test_examples_find_their_like_and_lead_themselves() -> None:
    baker = ["Vegan bread recipe", "Chocolate cake without eggs", "Pumpkin muffins"]
    posts = {
        "one": baker, "two": ["Lentil soup recipe", "Vegan cake", "Banana bread"],
        "like": ["Carrot cake recipe", "Vegan brownies"], "not": ["Linux kernel release", "Python packaging"],
    }  # fmt: skip
    fit = fits(ask(index_of(posts), like=("t:one", "t:two")))
    assert fit["one"] >= fit["like"] > fit["not"]


def test_terms_say_why_they_count() -> None:
    found = ask(index_of({"a": ["Vegan baking"], "b": ["A vegetarian cake"]}), "vegan baking")
    why = {term.term: term.why for term in found.terms}
    assert why["vegan"] == "asked"
    assert why["vegetarian"] == "means nearly vegan"
    assert all(0 < term.weight <= 1 for term in found.terms)


def test_a_niche_of_stop_words_or_unheard_words_is_an_error() -> None:
    index = index_of({"a": ["Vegan baking"]})
    for words in ("the of and", "zyzzyva qwrtx"):
        with pytest.raises(NicheError):
            ask(index, words)


def test_the_fit_of_an_account_is_what_its_docstring_says() -> None:
    index = index_of({"ten": ["Vegan"] * 10})
    score = np.where(np.char.startswith(np.asarray(index.post_ids).astype(str), "ten"), 1.0, 0.0)
    fit = account_fit(view_of(index, None), score)
    assert fit[index.code_of("t:ten")] == pytest.approx(1 - np.exp(-10 / (10**0.6 + 1)))


def test_another_topic_prior_can_be_named_and_none_switches_it_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert next(topic.name for topic in interests.topic_prior().nearest({"emac": 5.0})).lower() == "emacs"
    monkeypatch.setenv(interests.ENVIRONMENT, "none")
    assert interests.topic_prior().nearest({"emac": 5.0}) == []
    monkeypatch.setenv(interests.ENVIRONMENT, str(tmp_path / "nothing.npz"))
    with pytest.raises(UsageError, match="no such topic prior"):
        interests.topic_prior()


def test_the_names_of_communities_were_cut_by_the_tokenizer_of_today() -> None:
    prior = interests.topic_prior()
    told = "after a change of the tokenizer: python tools/build_topic_prior.py --names"
    assert prior.name_terms == interests.terms_of_names(prior.names), told


def test_tables_stay_small() -> None:
    folder = Path(interests.__file__).parent / "tables"
    assert (folder / "word_vectors.npz").stat().st_size < 6e6
    assert (folder / "topic_prior.npz").stat().st_size < 3e6


def test_a_misspelt_word_leaves_the_rest_of_the_niche_working_and_says_what_was_meant() -> None:
    index = index_of({"a": ["Vegan baking", "Vegan bread"], "b": ["Chess"]})
    right, wrong = ask(index, "vegan"), ask(index, "vegan bakign")
    assert fits(wrong) == pytest.approx(fits(right), nan_ok=True)
    assert wrong.notes == (
        "No text says 'bakign' or a word like it; the other words of the niche were used. "
        "Did you mean 'baking'?",
    )
    assert right.notes == ()


def test_a_niche_of_misspelt_words_only_is_an_error_that_says_what_was_meant() -> None:
    with pytest.raises(NicheError) as caught:
        ask(index_of({"a": ["Sourdough bread"]}), "sourdouhg")
    assert "did you mean 'sourdough'?" in str(caught.value.hint)


def test_a_word_that_is_wanted_and_left_out_is_refused_by_name_and_one_of_two_alternatives_is_not() -> None:
    index = index_of({"a": ["Vegan bread"], "b": ["Oat milk"]})
    for words in ("vegan -vegan", "vegan baking -Vegan"):
        with pytest.raises(NicheError, match="asks for 'vegan' and leaves it out") as caught:
            ask(index, words)
        assert caught.value.hint == "drop 'vegan' or -vegan"
    assert fits(ask(index, "vegan, oat -vegan"))["b"] > 0


def test_a_word_that_nobody_says_is_answered_by_what_it_means() -> None:
    index = index_of({"a": ["Cakes and cookies", "How to make bread"], "b": ["Chess openings"]})
    found = ask(index, "muffins")
    assert fits(found)["a"] > fits(found)["b"]


def test_a_misspelt_word_of_the_future_is_not_suggested() -> None:
    posts: dict[str, list[Post]] = {
        "a": [("p1", "Vegan bread", 10)], "late": [("p2", "Vegan kubernetes", 500)]
    }  # fmt: skip
    found = ask(index_of(posts), "vegan kubernetos", as_of_day=400)
    assert "Did you mean" not in found.notes[0]


def test_who_is_like_those_that_fit_best_comes_before_who_is_not() -> None:
    bread = [f"Sourdough {word}" for word in ("loaf in the oven", "starter and flour", "crust and crumb")]
    posts = {f"best{n}": ["Vegan baking", *bread] for n in range(4)}
    posts |= {"like": ["Flour, starter, crust, crumb"], "not": ["Gearbox, clutch, piston, valve"]}
    fit = fits(ask(index_of(posts), "vegan baking"))
    assert fit["like"] > fit["not"] + 0.05


@pytest.mark.parametrize(
    ("language", "niche", "inside", "outside"),
    [
        ("de", "veganes Backen", ["Veganes Backen ohne Eier", "Kuchen backen mit Hafermilch, ganz vegan"],
         ["Neue Reifen für das Rennrad", "Die Bundesliga am Samstag"]),
        ("es", "recetas veganas", ["Recetas veganas para el domingo", "Una receta de pan sin huevo"],
         ["El partido del sábado", "Cambiar las ruedas del coche"]),
        ("fr", "recettes végétaliennes", ["Mes recettes végétaliennes préférées", "Recette de pain sans œufs"],
         ["Le match de samedi soir", "Changer les pneus de la voiture"]),
        ("ja", "ビーガン料理", ["ビーガン料理のレシピ", "今日のビーガン料理"], ["土曜日の試合", "新しい自転車"]),
        ("ru", "веганские рецепты", ["Веганские рецепты на неделю", "Рецепт веганского хлеба"],
         ["Матч в субботу", "Новые шины для велосипеда"]),
    ],
)  # fmt: skip
def test_other_languages_are_found_by_their_own_words(
    language: str, niche: str, inside: list[str], outside: list[str]
) -> None:
    fit = fits(ask(index_of({"in": inside, "out": outside}), niche))
    assert fit["in"] > 0.2 > fit["out"], language


def test_a_brief_is_about_whom_it_seeks_and_not_about_the_client() -> None:
    brief = "A maker of laptops and laptop bags opens. Wanted are authors who brew stout at home. Each gets a laptop."
    posts = {"brewer": ["My stout", "Home brew in the garage"], "nerd": ["My laptop", "Bags for a laptop"]}
    fit = fits(ask(index_of(posts), brief=brief))
    assert fit["brewer"] > 2 * fit["nerd"]


def test_a_german_brief_finds_the_longer_words_that_hold_its_own() -> None:
    brief = "Gesucht sind Stimmen, die über Sauerteig und Brot schreiben."
    posts = {
        "baker": ["Roggenbrot nach Omas Art", "Mischbrot und Fladenbrot"],
        "runner": ["Mein Halbmarathon", "Laufschuhe"],
    }
    fit = fits(ask(index_of(posts), brief=brief))
    assert fit["baker"] > fit["runner"]


def test_a_word_of_a_brief_in_another_language_stands_for_words_near_it() -> None:
    view = view_of(index_of({"cook": ["A cozinha da minha avó"], "runner": ["Meia maratona"]}), None)
    terms = brief_terms(view, "Buscamos voces que escriban sobre la cocina.", ("es",))
    assert "cozinha" in terms
    assert "maratona" not in terms


def test_a_brief_is_not_found_by_its_budget_and_dates() -> None:
    brief = (
        "Campaign in October, budget 5,000 euros. Bloggers who bake vegan bread and cakes. Fee on agreement."
    )
    posts = {
        "baker": ["Vegan bread and cakes"],
        "money": ["Budget campaign, fee 500 euros, bloggers, October"],
    }
    fit = fits(ask(index_of(posts), brief=brief))
    assert fit["baker"] > fit["money"]


def test_where_everybody_says_the_same_everybody_fits_the_same() -> None:
    posts = {f"a{n}": ["Vegan baking"] for n in range(5)}
    table = pa.table({"post_id": list(posts), "account_id": [f"t:{who}" for who in posts],
                      "text": ["Vegan baking"] * 5, "day": [1] * 5})  # fmt: skip
    blank = pa.nulls(5, pa.string())
    accounts = pa.table({"account_id": table["account_id"], "handle": blank, "name": blank, "bio": blank})
    found = niche_relevance(index_from(accounts, table), Niche("vegan baking"))
    assert len(set(found.account_fit.tolist())) == 1
