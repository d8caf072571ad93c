"""Mentions: what counts as one, its clause, and its row."""

import json

import numpy as np
import pandas as pd
import pytest

from influence.errors import UsageError
from influence.reporting.mentions_text import mentions_json
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace
from influence.text.mentions import find_mentions
from influence.text.sentiment.clauses import name_pattern, passage_of
from influence.text.sentiment.score import Sentiment


@pytest.mark.parametrize(
    "text", ["Acme", "ACME!", "#acme rocks", "@acme hi", "acme's shoes", "acme’s", "(acme)"]
)
def test_a_brand_is_found_as_word_tag_handle_and_possessive(text):
    assert name_pattern(["Acme"]).search(text)


@pytest.mark.parametrize("text", ["acmeology", "macmed", "pacme", "@acmefan", "acme_hq", "#acmelove"])
def test_a_brand_is_not_found_inside_other_words(text):
    assert not name_pattern(["acme"]).search(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [("Das ist nicht gut. #LT Northpeak", "nicht"), ("J&rsquo;adore Northpeak &lt;3 . merci", "j'adore, merci"),
     ("Ich finde Northpeak super &amp; toll . . .", "finde, super, toll")],
)  # fmt: skip
def test_a_rough_reason_names_words_and_no_scraps(text, words):
    (row,) = find_mentions([text], "Northpeak").rows
    assert row.reason.split(": ")[1] == words


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
    row = json.loads(mentions_json(find_mentions(["I love Acme"], "acme")))[0]
    assert list(row) == [
        "account_id", "post_id", "clause", "p_negative", "p_neutral", "p_positive", "reason", "language",
    ]  # fmt: skip
    assert row["p_negative"] + row["p_neutral"] + row["p_positive"] == pytest.approx(1, abs=2e-4)
    assert "love" in row["reason"]


@pytest.mark.parametrize(
    ("text", "language", "side"),
    [
        ("acme ist super, ich liebe meinen neuen Rucksack", "de", "p_positive"),
        ("Nie wieder acme, so ein schlechter Kundendienst", "de", "p_negative"),
        ("acme est vraiment très bien et je suis contente avec ce produit", "fr", "p_positive"),
        ("acme es muy malo y no me gusta para nada la verdad", "es", "p_negative"),
        ("acme è un servizio pessimo, una vergogna", "it", "p_negative"),
        ("adoro a acme, muito obrigada pelo carinho", "pt", "p_positive"),
    ],
)
def test_feelings_in_five_other_languages_are_read_and_marked_as_rough(text, language, side):
    found = find_mentions([text, "acme is good"], "acme")
    assert (found.rows[0].language, found.rows[0].is_rough, found.rows[1].is_rough) == (language, True, False)
    assert found.rows[0].reason.startswith(f"rough, {language}: ")
    assert getattr(found.rows[0], side) == max(found.probabilities[0])
    assert (found.n_rough, found.n_unknown_language) == (1, 0)


@pytest.mark.parametrize(
    "text",
    [
        "acme очень хороший магазин мне нравится",
        "yaar acme ka phone bahut accha hai",
        "acme is echt een heel goede winkel en niet duur",
    ],
)
def test_a_language_the_model_does_not_know_is_unknown_and_counted(text):
    found = find_mentions([text, "acme is good"], "acme")
    assert found.n_unknown_language == 1
    assert found.rows[0].p_negative is None
    assert found.rows[0].language is None


@pytest.mark.parametrize(
    "text",
    [
        "Nicht gut. #LT",
        "merci",
        "Danke!",
        "Leider nicht mein Fall",
        "no me gusta nada",
        "bahut kharab service hai yaar",
    ],
)
def test_no_text_in_another_language_is_read_as_english(text):
    assert find_mentions([f"acme {text}"], "acme").rows[0].language != "en"


def test_a_language_that_the_platform_states_counts_and_one_that_cannot_be_read_stays_unknown(workspace_of):
    workspace = workspace_of(
        accounts=[{"account_id": "p:ann", "handle": "ann"}],
        posts=[
            {
                "post_id": str(n),
                "account_id": "p:ann",
                "text": text,
                "language": code,
                "created_at": "2024-01-01",
            }
            for n, (text, code) in enumerate(
                [("Acme super", "de-AT"), ("Acme super", "nl"), ("I love Acme", "en"), ("Acme 😍", "tr")]
            )
        ],
    )
    rows = find_mentions(workspace.store, "Acme").rows
    assert rows[0].is_rough
    assert rows[1].p_neutral is None
    assert rows[2].p_positive > 0.5
    assert rows[3].p_positive > 0.5


@pytest.mark.parametrize(
    "brand", ["Northpeak", "Happy Socks", "Worst Western", "Best & Co", "Gift", "Virgin"]
)
@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Thanks B for nothing, three hours on hold.", 0),
        ("Is B better than Vaude?", 1),
        ("B 🤮", 0),
        ("I wanted to like B, but it just does not work.", 0),
    ],
)
def test_what_a_brand_is_called_does_not_say_how_it_is_liked(brand, text, right):
    row = find_mentions([text.replace("B", brand, 1)], brand).rows[0]
    same = find_mentions([text.replace("B", "Tavilo", 1)], "Tavilo").rows[0]
    assert np.argmax([row.p_negative, row.p_neutral, row.p_positive]) == right
    assert row.p_positive == same.p_positive


@pytest.mark.parametrize(
    ("text", "side"),
    [("I was sceptical of Acme and now I am a fan.", "p_positive"), ("Now I'm a believer, Acme.", "p_positive"),
     ("No longer a fan of Acme.", "p_negative"), ("Thanks Acme for charging me twice.", "p_negative"),
     ("Thank you Acme for losing my suitcase.", "p_negative"), ("Thanks for not losing my bag, Acme!", "p_positive")],
)  # fmt: skip
def test_a_change_of_mind_and_thanks_for_harm_mean_what_they_say(text, side):
    (row,) = find_mentions([text], "acme").rows
    assert getattr(row, side) > 0.5


def test_emoji_alone_can_be_read_in_any_language():
    assert find_mentions(["@acme 😍😍"], "acme").rows[0].p_positive > 0.5


def test_mentions_come_from_posts_and_comments_with_their_authors(workspace_of):
    workspace = workspace_of(
        accounts=[{"account_id": "p:ann", "handle": "ann"}, {"account_id": "p:bob", "handle": "bob"}],
        posts=[
            {"post_id": "1", "account_id": "p:ann", "text": "I love Acme", "created_at": "2024-01-01"},
            {"post_id": "2", "account_id": "p:ann", "text": "the weather", "created_at": "2024-01-02"},
            {"post_id": "3", "account_id": "p:ann", "text": "acme is goed", "language": "nl",
             "created_at": "2024-01-03"},
        ],
        interactions=[
            {"actor_id": "p:bob", "target_id": "p:ann", "post_id": "1", "kind": "comment",
             "text": "Acme is terrible", "created_at": "2024-02-01"},
        ],
    )  # fmt: skip
    found = find_mentions(workspace.store, "Acme")
    assert [(m.account_id, m.post_id) for m in found] == [
        ("p:ann", "1"),
        ("p:ann", "3"),
        ("p:bob", "1"),
    ]
    assert found.n_texts == 4
    assert found.n_unknown_language == 1
    assert found.is_own_post.tolist() == [True, True, False]
    assert np.nanargmax(found.probabilities[2]) == 0
    from influence.store.workspace import to_day

    assert len(find_mentions(workspace.store, "Acme", as_of_day=to_day("2024-01-02"))) == 1


def test_what_was_judged_before_is_not_judged_again_and_gives_the_same(tmp_path, monkeypatch):
    judged = []
    score = Sentiment.score
    monkeypatch.setattr(
        Sentiment,
        "score",
        lambda self, passages, **rest: judged.append(len(passages)) or score(self, passages, **rest),
    )
    said = [f"Acme is {('nice', 'bad')[n % 2]} {n // 4}" for n in range(40)]
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_tables(workspace, {"posts": posts_of(said)})
        cold = find_mentions(workspace.store, "Acme")
        warm = find_mentions(workspace.store, "Acme")
        assert judged == [20]
        assert warm.rows == cold.rows
        import_tables(workspace, {"posts": posts_of([*said, "Acme is lovely"])})
        assert len(find_mentions(workspace.store, "Acme")) == 41
    assert judged == [20, 1]


def test_a_question_asked_again_of_the_same_data_reads_no_text_and_gives_the_same(tmp_path, monkeypatch):
    said = ["Acme is nice", "Acme ничего особенного", "Ich finde Acme super", "nothing here"]
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_tables(workspace, {"posts": posts_of(said)})
        cold = find_mentions(workspace.store, "Acme", ["acmehq"], ["Nordly"])
        with monkeypatch.context() as no_text:
            no_text.setattr("influence.text.mentions._store_texts", None)
            warm = find_mentions(workspace.store, "Acme", ["acmehq"], ["Nordly"])
        assert warm.rows == cold.rows
        assert (warm.n_texts, warm.n_unknown_language) == (4, cold.n_unknown_language)
        np.testing.assert_array_equal(warm.days, cold.days)
        np.testing.assert_array_equal(warm.is_own_post, cold.is_own_post)
        assert len(find_mentions(workspace.store, "Acme", as_of_day=0)) == 0
        import_tables(workspace, {"posts": posts_of([*said, "Acme!"])})
        assert len(find_mentions(workspace.store, "Acme", ["acmehq"], ["Nordly"])) == 4


def posts_of(texts):
    return pd.DataFrame({"post_id": map(str, range(len(texts))), "account_id": "p:ann", "text": texts})
