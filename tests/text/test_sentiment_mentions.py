"""Mentions: what counts as one, its clause, and its row."""

import json

import numpy as np
import pytest

from influence.errors import UsageError
from influence.reporting.mentions import render_mentions
from influence.text.mentions import find_mentions
from influence.text.sentiment.clauses import name_pattern, passage_of


@pytest.mark.parametrize(
    "text", ["Acme", "ACME!", "#acme rocks", "@acme hi", "acme's shoes", "acme’s", "(acme)"]
)
def test_a_brand_is_found_as_word_tag_handle_and_possessive(text):
    assert name_pattern(["Acme"]).search(text)


@pytest.mark.parametrize("text", ["acmeology", "macmed", "pacme", "@acmefan", "acme_hq", "#acmelove"])
def test_a_brand_is_not_found_inside_other_words(text):
    assert not name_pattern(["acme"]).search(text)


@pytest.mark.parametrize("text", ["#BlueBottle", "blue bottle", "Blue-Bottle", "@blue_bottle"])
def test_blanks_in_a_name_match_what_people_write_instead(text):
    assert name_pattern(["Blue Bottle"]).search(text)


def test_signs_in_a_name_are_signs_and_not_patterns():
    assert name_pattern(["C.A*"]).search("I like C.A* a lot")
    assert not name_pattern(["C.A*"]).search("CxA")


def test_a_brand_without_letters_is_refused():
    with pytest.raises(UsageError, match="no name to look for"):
        find_mentions(["x"], " @ ")


def test_the_clause_ends_where_the_talk_turns_to_a_rival():
    passage = passage_of("Nordly is great but Zento is a waste of money.", "Zento", ("Nordly",))
    assert passage.text[slice(*passage.clause)] == "Zento is a waste of money."
    passage = passage_of("Nordly is great but Zento is a waste of money.", "Nordly", ("Zento",))
    assert passage.text[slice(*passage.clause)] == "Nordly is great"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Acme is so much better than Nordly", ["Nordly"]),
        ("unlike @nordly you answer, acme", ["@nordly"]),
        ("Zento beats Acme", ["Zento"]),
        ("@acme I left my bag in Oslo. More than an hour now", []),
        ("Acme is better than the rest, but I miss the old shop", []),
    ],
)
def test_a_name_that_the_sentence_sets_against_the_brand_is_a_rival_without_being_listed(text, named):
    assert [text[a:b] for a, b in passage_of(text, "acme").rivals] == named


@pytest.mark.parametrize(
    ("text", "is_prose"),
    [
        (
            "Shares of Acme fell on Friday after the regulator opened a second inquiry into its accounts.",
            True,
        ),
        (
            "@acme shares of Acme fell on Friday after the regulator opened a second inquiry into its accounts",
            False,
        ),
        (
            "I hear that Acme fell on Friday after the regulator opened a second inquiry into its accounts.",
            False,
        ),
        ("Has Acme fallen on Friday after the regulator opened a second inquiry into its accounts?", False),
        ("Acme fell on Friday.", False),
        ("Got an Acme for Christmas. Broke in a week. Support never answered. Acme is a scam.", False),
    ],
)
def test_a_full_sentence_about_others_is_prose_and_what_people_say_themselves_is_not(text, is_prose):
    assert passage_of(text, "acme").is_prose is is_prose


def test_a_long_text_gives_the_sentence_about_the_brand_and_the_next():
    text = "I hate mondays. " * 40 + "Acme is lovely. So kind. " + "Everything else is awful. " * 40
    passage = passage_of(text, "acme")
    assert passage.text == "Acme is lovely. So kind."


def test_a_long_post_is_judged_by_all_that_it_says_of_the_brand_and_not_by_its_first_words():
    walk = "We walked along the canal in the mornings and the boys slept most of the way. " * 5
    post = f"I got my Acme stroller in spring. {walk}Then the wheel of the Acme fell off. {walk}Never again Acme."
    row = find_mentions([post], "Acme").rows[0]
    assert row.clause == (
        "I got my Acme stroller in spring. … Then the wheel of the Acme fell off. … Never again Acme."
    )
    assert row.p_negative > 0.5
    listing = " ".join(f"Acme number {i} is in the list of the day." for i in range(30))
    assert find_mentions([listing], "Acme").rows[0].clause.count("Acme") == 4


def test_the_clause_holds_the_words_that_the_reason_names():
    row = find_mentions(["Got an Acme for Christmas. Broke in a week. Support never answered."], "Acme").rows[
        0
    ]
    assert row.reason.split(", ")[-1] in row.clause.lower()
    assert row.p_negative > 0.5


def test_rows_have_the_promised_fields_in_the_promised_order():
    row = json.loads(render_mentions(find_mentions(["I love Acme"], "acme"), "json"))[0]
    assert list(row) == [
        "account_id", "post_id", "clause", "p_negative", "p_neutral", "p_positive", "reason", "language",
    ]  # fmt: skip
    assert row["p_negative"] + row["p_neutral"] + row["p_positive"] == pytest.approx(1, abs=2e-4)
    assert "love" in row["reason"]


@pytest.mark.parametrize(
    "text",
    [
        "acme ist wirklich sehr gut und ich bin damit zufrieden",
        "acme est vraiment très bien et je suis contente avec ce produit",
        "acme es muy malo y no me gusta para nada la verdad",
        "acme очень хороший магазин мне нравится",
    ],
)
def test_a_language_the_model_does_not_know_is_unknown_and_counted(text):
    found = find_mentions([text, "acme is good"], "acme")
    assert found.n_unknown_language == 1
    assert found.rows[0].p_negative is None
    assert found.rows[0].language is None


def test_emoji_alone_can_be_read_in_any_language():
    assert find_mentions(["@acme 😍😍"], "acme").rows[0].p_positive > 0.5


def test_mentions_come_from_posts_and_comments_with_their_authors(workspace_of):
    workspace = workspace_of(
        accounts=[{"account_id": "x:ann", "handle": "ann"}, {"account_id": "x:bob", "handle": "bob"}],
        posts=[
            {"post_id": "1", "account_id": "x:ann", "text": "I love Acme", "created_at": "2024-01-01"},
            {"post_id": "2", "account_id": "x:ann", "text": "the weather", "created_at": "2024-01-02"},
            {"post_id": "3", "account_id": "x:ann", "text": "acme ist gut", "language": "de",
             "created_at": "2024-01-03"},
        ],
        interactions=[
            {"actor_id": "x:bob", "target_id": "x:ann", "post_id": "1", "kind": "comment",
             "text": "Acme is terrible", "created_at": "2024-02-01"},
        ],
    )  # fmt: skip
    found = find_mentions(workspace.store, "Acme")
    assert [(m.account_id, m.post_id) for m in found] == [("x:ann", "1"), ("x:ann", "3"), ("x:bob", "1")]
    assert found.n_texts == 4
    assert found.n_unknown_language == 1
    assert found.is_own_post.tolist() == [True, True, False]
    assert np.nanargmax(found.probabilities[2]) == 0
    from influence.store.workspace import to_day

    assert len(find_mentions(workspace.store, "Acme", as_of_day=to_day("2024-01-02"))) == 1


def test_text_that_looks_like_a_formula_stays_text_in_csv():
    assert "'=acme" in render_mentions(find_mentions(["=acme good"], "acme"), "csv")
