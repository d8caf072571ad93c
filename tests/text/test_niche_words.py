"""Every word of a niche counts: stop words of other languages, letters, signs, phrases; and what is not wanted."""

from __future__ import annotations

import pytest

from influence.errors import NicheError
from influence.text.grammar import read_wording
from influence.text.index import TextIndex
from influence.text.literals import pattern_of
from influence.text.negation import negated_parts, without_negated
from influence.text.niche import Niche
from influence.text.query import brief_terms
from influence.text.relevance import _understand
from influence.text.tokens import Tokenizer
from influence.text.view import view_of
from tests.text.test_niche import ask, fits, index_of

POSTS = {
    "ai": ["AI art made with diffusion", "New generative AI models", "AI is changing illustration"],
    "italian": ["Andiamo ai mercati con gli amici", "Piace ai bambini la pasta", "Vai dai nonni"],
    "rstat": ["R and ggplot2 charts", "Plotting in R.", "R packages for statistics"],
    "rnb": ["R&B playlist for the weekend", "Old school R&amp;B mixes"],
    "dnd": ["Our D&D campaign", "D&D monsters"],
    "makeup": ["Make-up looks for spring", "Makeup tutorial", "Make up for weddings"],
    "maker": ["How to make pasta", "Get up early"],
    "diy": ["Do it yourself shelves", "A do-it-yourself bench"],
    "plus": ["Plus size fashion haul", "Plus-size dresses"],
    "fashion": ["Fashion week in Milan", "Fashion for men"],
    "zero": ["Zero waste kitchen", "My zero-waste week"],
    "cpp": ["C++ templates", "Modern C++"],
    "csharp": ["C# generics", "C# and records"],
    "go": ["Go concurrency patterns", "Writing Go tests"],
    "dutch": ["Gezonde recepten", "Zelf gebakken brood"],
    "hr": ["HR policies", "HR for small firms"],
    "pain": ["Back pain and how to sit", "Exercises for back pain"],
    "pan": ["Pan sin gluten", "Bizcocho sin gluten"],
}


@pytest.fixture(scope="module")
def index() -> TextIndex:
    return index_of(POSTS)


def first(index: TextIndex, niche: str) -> str:
    fit = fits(ask(index, niche))
    return max(fit, key=lambda name: fit[name])


@pytest.mark.parametrize(
    ("niche", "who"),
    [
        ("AI", "ai"), ("ai art", "ai"), ("generative AI", "ai"), ("R", "rstat"), ("R&B", "rnb"), ("R&B music", "rnb"),
        ("D&D", "dnd"), ("make up", "makeup"), ("makeup", "makeup"), ("do it yourself", "diy"), ("C++", "cpp"),
        ("plus size fashion", "plus"), ("zero waste", "zero"), ("C#", "csharp"), ("Go", "go"), ("HR", "hr"),
        ("back pain", "pain"), ("sin gluten", "pan"), ("gezond", "dutch"), ("bakken", "dutch"),
    ],
)  # fmt: skip
def test_a_niche_of_words_that_stop_lists_hold_finds_who_says_them(
    index: TextIndex, niche: str, who: str
) -> None:
    assert first(index, niche) == who


def test_a_word_in_capitals_is_not_the_same_word_in_small_letters(index: TextIndex) -> None:
    assert fits(ask(index, "AI"))["italian"] == 0.0


def test_remains_of_html_are_read_as_the_signs_they_stand_for(index: TextIndex) -> None:
    alone = index_of({"html": ["Old school R&amp;B mixes", "Fish &amp; chips"]})
    assert fits(ask(alone, "R&B"))["html"] > 0.2
    assert "amp" not in list(alone.terms)


def test_commas_part_alternatives_of_which_any_will_do(index: TextIndex) -> None:
    fit = fits(ask(index, "zero waste, C++, D&D"))
    assert min(fit["zero"], fit["cpp"], fit["dnd"]) > 0.5 > fit["maker"]


def test_quotes_hold_a_phrase_together_and_a_minus_leaves_out() -> None:
    posts = {
        "together": ["Oat milk latte", "Oat milk cake"],
        "apart": ["Milk with oat flakes", "Oat cake and milk"],
        "butter": ["Oat milk and butter", "Oat milk butter cake"],
    }
    index = index_of(posts)
    phrase = fits(ask(index, '"oat milk"'))
    assert phrase["together"] > 0.5 > phrase["apart"]
    without = fits(ask(index, '"oat milk" -butter'))
    assert without["together"] > 0.5
    assert without["butter"] < 0.1


def test_what_a_niche_leaves_out_is_told_first(index: TextIndex) -> None:
    notes = ask(index, "fashion for the plus size -milan").notes
    assert "'for', 'the'" in notes[0]
    assert "Read as not wanted: 'milan'." in notes


def test_a_niche_that_only_says_what_it_does_not_want_is_refused(index: TextIndex) -> None:
    with pytest.raises(NicheError):
        ask(index, "-butter")


@pytest.mark.parametrize(
    ("keywords", "alternatives", "unwanted"),
    [
        ("vegan baking", [["vegan", "baking"]], []),
        ("vegan baking, oat milk", [["vegan", "baking"], ["oat", "milk"]], []),
        ("tea OR coffee", [["tea"], ["coffee"]], []),
        ("“oat milk” -soy -„corn syrup“", [["oat milk"]], ["soy", "corn syrup"]),
        ("anti-aging second-hand", [["anti-aging", "second-hand"]], []),
        ("料理、旅行", [["料理"], ["旅行"]], []),
        (" , - , ", [], []),
    ],
)
def test_the_grammar_of_a_niche(keywords: str, alternatives: list[list[str]], unwanted: list[str]) -> None:
    wording = read_wording(keywords)
    assert [[said.text for said in some] for some in wording.alternatives] == alternatives
    assert [said.text for said in wording.unwanted] == unwanted


def test_a_phrase_is_found_however_it_is_joined_and_accented() -> None:
    posts = {"one": ["Crème brûlée"], "two": ["#cremebrulee"], "three": ["creme-brulee!"], "other": ["creme"]}
    index = index_of(posts)
    found = index.holding(pattern_of("creme brulee"))
    assert sorted(index.post_ids[found]) == ["one-0", "three-0", "two-0"]


NEGATED = [
    ("Cakes without eggs or milk, for kids.", ["eggs or milk"]),
    ("Do not want: pub roasts, meat pies, gravy.", ["pub roasts, meat pies, gravy"]),
    ("No agencies, please. We love cats.", ["agencies"]),
    ("We don't work with gambling brands. Runners only.", ["gambling brands"]),
    ("Listicles are not welcome. Essays are.", ["Listicles"]),
    ("Avoid crypto and betting; prefer savings.", ["crypto and betting"]),
    ("Not only bakers but cooks, no later than May.", []),
    ("Vegane Rezepte ohne Milch, Eier oder Honig für Familien.", ["Milch, Eier oder Honig"]),
    ("Bitte keine Agenturen. Wir suchen Imker.", ["Agenturen"]),
    ("Nicht nur Bäcker, sondern auch Köche.", []),
    ("Des gâteaux sans beurre ni œufs, pour les enfants.", ["beurre ni œufs"]),
    ("Nous ne voulons pas de viande.", ["viande"]),
    ("No queremos carne ni alcohol. Recetas de pan.", ["carne ni alcohol"]),
    ("Recetas sin azúcar para niños.", ["azúcar"]),
    ("Receitas sem glúten. Não queremos álcool.", ["glúten", "álcool"]),
    ("Ricette senza carne. Non vogliamo alcol.", ["carne", "alcol"]),
    ("Rețete fără carne pentru copii. Nu vrem alcool.", ["carne", "alcool"]),
    ("Recepten zonder vlees of vis.", ["vlees of vis"]),
]  # fmt: skip


@pytest.mark.parametrize(("brief", "unwanted"), NEGATED)
def test_what_a_brief_does_not_want_is_read_out_of_it(brief: str, unwanted: list[str]) -> None:
    assert [part.words for part in negated_parts(brief)] == unwanted


def test_a_section_of_bullets_under_do_not_want_is_all_unwanted() -> None:
    brief = "Vegan bakers.\nPlease exclude:\n- casinos\n- alcohol brands\nBread first."
    assert without_negated(brief).split() == ["Vegan", "bakers.", "Please", "Bread", "first."]


def test_a_brief_is_not_met_by_what_it_refuses() -> None:
    posts = {
        "baker": ["Vegan bread and cakes", "Vegan muffins, my recipe"],
        "pub": ["Pub roasts with gravy", "Meat pies and gravy", "Wine and pub roasts"],
    }
    brief = "We want vegan baking bloggers.\nDo not want: pub roasts, meat pies, gravy, wine."
    found = ask(index_of(posts), brief=brief)
    assert fits(found)["baker"] > 0.3
    assert fits(found)["pub"] < 0.05
    assert any(note.startswith("Read as not wanted: 'pub roasts") for note in found.notes)


def test_what_a_maker_does_without_names_the_subject_less_and_is_held_against_nobody() -> None:
    posts = {
        "baker": ["Vegan cake without eggs", "Bread with no butter, no eggs"],
        "farm": ["Eggs and butter from our farm"],
    }
    fit = fits(ask(index_of(posts), brief="People who bake vegan cake and bread without eggs or butter."))
    assert fit["baker"] > 0.6 > 0.4 > fit["farm"]
    weights = brief_terms(view_of(index_of(posts), None), "Cakes without eggs, please.")
    assert weights["cake"] > 2 * weights["egg"] > 0


def test_a_word_near_to_all_of_a_brief_hardly_outweighs_its_own_words() -> None:
    posts = {
        "brewer": ["Mash at 66 degrees", "Hops from the garden"],
        "cook": ["My recipes for Sunday", "Kitchens I like"],
    }
    brief = (
        "Brewers who ferment their own ales, trade recipes for mash and hops, and photograph their kitchens."
    )
    weights = brief_terms(view_of(index_of(posts), None), brief)
    assert min(weights["mash"], weights["hop"]) > 0.8 * weights["recip"]  # each is said once


def test_the_word_as_it_is_written_counts_more_than_another_with_its_stem() -> None:
    posts = {
        "boxer": ["Boxing gloves for beginners", "My boxing coach", "Boxing on Sunday"],
        "boxes": ["Mystery box unpacked", "A subwoofer box", "Bento boxes for lunch"],
    }
    fit = fits(ask(index_of(posts), "boxing"))
    assert fit["boxer"] > 2 * fit["boxes"]
    assert fits(ask(index_of(posts), "boxes"))["boxes"] > fits(ask(index_of(posts), "boxes"))["boxer"]


def test_few_texts_do_not_tell_that_another_form_is_the_same_word() -> None:
    posts = {
        "ring": [
            "Boxing class tonight: sparring",
            "Boxing results, knockout in round two",
            "New gloves for boxing",
        ],
        "box": ["Mystery box unboxing this week", "New bento box with rice", "Box for moving house"],
        "post": ["A subscription box and its unboxing", "Unboxing a box of snacks", "Gift box wrapping"],
    }
    found = fits(ask(index_of(posts), "boxing"))
    assert found["ring"] > 1.3 * max(found["box"], found["post"])


def test_a_word_with_accents_is_not_the_word_of_another_language_that_folds_alike() -> None:
    posts = {"ro": ["Pâine cu maia", "Pâine de secară"], "ill": ["Back pain again", "Pain in the knee"]}
    found = fits(ask(index_of(posts), "pâine"))
    assert found["ro"] > 2 * found["ill"]


def test_stop_words_of_a_brief_in_another_language_say_nothing() -> None:
    posts = {
        "munte": ["Trasee pe munte", "Cu cortul pe munte"],
        "rochii": ["Rochii pentru birou", "Rochii pentru vară"],
    }
    brief = "Căutăm oameni pasionați de munte și trasee cu cortul pentru un brand de rucsacuri."
    found = fits(ask(index_of(posts), brief=brief))
    assert found["munte"] > 0.2 > found["rochii"]


def test_beside_other_words_another_form_counts_in_full() -> None:
    posts = {
        "form": ["A bicycle tour of Wales", "Bicycle tours in spring"],
        "word": ["Bicycle touring in Wales"] * 2,
    }
    index = index_of(posts)
    units = _understand(view_of(index, None), Niche("bicycle touring")).units
    assert {unit.written: unit.otherwise for unit in units} == {"bicycle": None, "touring": None}
    alone = _understand(view_of(index, None), Niche("touring")).units
    assert alone[0].otherwise is not None


@pytest.mark.parametrize(
    ("asked", "meant", "other"),
    [
        (
            "university",
            "My university campus / University exams",
            "The universe and its stars / A universe of stars",
        ),
        (
            "animation",
            "Animation in three steps / Stop motion animation",
            "Animals in the wild / An animal diary",
        ),
        ("humanism", "Humanism and ethics / Humanism today", "Human bones found / Humans of the past"),
        ("organic", "Organic vegetables / Organic soil", "Church organ music / An organ concert"),
    ],
)
def test_two_words_of_one_stem_are_told_apart(asked: str, meant: str, other: str) -> None:
    fit = fits(ask(index_of({"meant": meant.split(" / "), "other": other.split(" / ")}), asked))
    assert fit["meant"] > 1.5 * fit["other"]


@pytest.mark.parametrize(
    ("niche", "inside", "outside"),
    [
        (
            "Fußball Mannschaft Trainer Spieler Tor",
            "Der Trainer lobt die Spieler / Ein spätes Tor",
            "Rezepte mit Kürbis",
        ),
        (
            "salud médico hospital vacuna enfermedad",
            "El hospital abre hoy / Una vacuna nueva",
            "El partido del sábado",
        ),
        ("健康 病院 ワクチン 医者", "新しい病院の話 / ワクチンについて", "土曜日の試合"),
        (
            "sănătate medic spital vaccin boală",
            "Spitalul are medici noi / Un vaccin nou",
            "Meciul de sâmbătă",
        ),
    ],
)
def test_of_many_words_in_another_language_some_are_enough(niche: str, inside: str, outside: str) -> None:
    fit = fits(ask(index_of({"in": inside.split(" / "), "out": [outside]}), niche))
    assert fit["in"] > 0.2 > 2 * fit["out"]


SAID_NOTHING_BEFORE = (
    "second hand", "do it yourself", "how to", "off grid", "self made", "plus size", "make up", "UK", "PR", "DJ", "ML",
    "selbst gemacht", "gut leben", "ohne Zucker", "bien être", "sans gluten", "fait maison", "sin azúcar",
    "hazlo tú mismo",
    "bem estar", "faça você mesmo", "sem glúten", "fai da te", "senza glutine", "ben essere", "doe het zelf",
    "zonder suiker", "fără gluten", "bine", "zrób to sam", "bez cukru", "tanpa gula", "rumah sendiri",
)  # fmt: skip


def test_a_compound_that_nobody_says_is_found_by_its_parts_and_html_in_a_niche_is_read() -> None:
    posts = {"wool": ["Wir stricken heute Socken"], "bread": ["Wir backen Brot"], "car": ["Neue Reifen"]}
    fit = fits(ask(index_of(posts), "Strickmuster"))
    assert fit["wool"] > fit["bread"]
    assert fit["wool"] > fit["car"]
    assert read_wording("R&amp;B") == read_wording("R&B")


def test_niches_of_stop_words_in_ten_languages_find_whoever_says_them() -> None:
    posts = {f"a{n}": [f"{niche} 2026", f"Wow: {niche}!"] for n, niche in enumerate(SAID_NOTHING_BEFORE)}
    index = index_of(posts)
    found = {niche: first(index, niche) for niche in SAID_NOTHING_BEFORE}
    assert found == {niche: f"a{n}" for n, niche in enumerate(SAID_NOTHING_BEFORE)}


REFUSED = (
    ("We are after vegan bakers. Meat is a no-no for us.", "meat"),
    ("Looking for vegan bakers, but nobody who does steak.", "steak"),
    ("Vegan bakers. Anything with meat is off the table.", "meat"),
    ("Please leave out pub reviewers and wine sellers.", "pub wine"),
    ("We can't have gambling or crypto accounts.", "gambling crypto"),
    ("We'd rather not see wine shops.", "wine"),
    ("Vegan bakers; keep away from gravy.", "gravy"),
    ("Vegan bakers please, nothing to do with fishing.", "fishing"),
    ("Don't send us brewers.", "brewers"),
    ("Bitte kein Fleisch, kein Bier.", "Fleisch Bier"),
    ("Vegane Bäcker gesucht, aber bitte niemanden, der grillt.", "grillt"),
    ("Fleisch kommt für uns nicht in Frage.", "Fleisch"),
    ("Wir verzichten auf Glücksspiel und Alkohol.", "Glücksspiel Alkohol"),
    ("Auf Weinblogger legen wir keinen Wert.", "Weinblogger"),
    ("Wir wollen nichts mit Jagd zu tun haben.", "Jagd"),
    ("Von Fleischthemen bitte absehen.", "Fleischthemen"),
    ("Merci d'éviter les bars à vin.", "vin"),
    ("Boulangers vegan; rien sur la chasse.", "chasse"),
    ("Nous ne travaillons jamais avec des casinos.", "casinos"),
    ("Hors de question : la viande.", "viande"),
    ("Buscamos panaderos veganos. Nada de carne ni alcohol.", "carne alcohol"),
    ("Por favor, no incluyan casas de apuestas.", "apuestas"),
    ("Abstenerse cazadores.", "cazadores"),
    ("Nos gustaría evitar los bares.", "bares"),
    ("Cerchiamo fornai vegani. Niente carne, niente vino.", "carne vino"),
    ("Si prega di non proporre macellerie.", "macellerie"),
    ("Non siamo interessati al calcio.", "calcio"),
    ("Procuramos padeiros veganos. Nada de carne.", "carne"),
    ("Por favor, não enviem cervejarias.", "cervejarias"),
    ("Não temos interesse em apostas.", "apostas"),
    ("Liever niet over jacht.", "jacht"),
    ("Gelieve geen slagers voor te stellen.", "slagers"),
    ("Wij werken niet samen met casino's.", "casino"),
)
BEGINS = (
    ("Vegan bakers wanted. No steakhouses, no pubs.", "steakhouses pubs"),
    ("Vegane Bäcker gesucht. Keine Steakhäuser.", "Steakhäuser"),
    ("Nous cherchons des boulangers vegan. Pas de viande, pas de bière.", "viande bière"),
    ("Wij zoeken veganistische bakkers. Geen vlees, geen bier.", "vlees bier"),
    ("Vegan bakers. No eggs, no dairy.", "eggs dairy"),
)


@pytest.mark.parametrize(("brief", "things"), REFUSED)
def test_what_is_refused_in_other_words_counts_against_those_who_speak_of_it(brief: str, things: str) -> None:
    refused = " ".join(part.words for part in negated_parts(brief) if part.refused).lower()
    left = without_negated(brief).lower()
    assert [thing for thing in things.lower().split() if thing not in refused or thing in left] == []


@pytest.mark.parametrize(("brief", "things"), BEGINS)
def test_what_begins_a_sentence_with_no_is_held_neither_for_nor_against_anybody(
    brief: str, things: str
) -> None:
    parts = negated_parts(brief)
    assert all(part.begins and not part.refused for part in parts)
    index = index_of({"one": ["Vegan bread"], "other": [things]})
    assert not set(brief_terms(view_of(index, None), brief)) & set(Tokenizer().terms(things))
