"""The sentiment model: laws, cases, and the refit on a user's labels."""

import runpy
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influence.errors import MissingDataError, SourceError
from influence.text.sentiment import load_sentiment, score_texts
from influence.text.sentiment.features import idiom_spans
from influence.text.sentiment.idioms import find_idioms, idioms
from influence.text.sentiment.lexicon import words_of
from influence.text.sentiment.modelfile import MODEL_PATH, ModelFileError, read_model, save_model
from influence.text.sentiment.score import Sentiment
from influence.text.sentiment.tokens import Vocabulary, encode, tokenise
from influence.text.sentiment.training import (
    Labels,
    calibration_error,
    fit_temperature,
    macro_f1,
    read_labels,
    refit,
)

CASES = runpy.run_path(str(Path(__file__).with_name("sentiment_cases.py")))
behaviour_cases, two_brand_cases, kind_cases, in_half = (
    CASES[name] for name in ("behaviour_cases", "two_brand_cases", "kind_cases", "in_half")
)


def verdicts(cases):
    chance = score_texts([c.text for c in cases], [c.target for c in cases], rivals=[c.rivals for c in cases])
    return np.array([c.label for c in cases]), chance.argmax(axis=1)


@pytest.mark.parametrize("half", ["tuned", "held-out"])
def test_two_brands_in_one_sentence_are_told_apart(half):
    truth, found = verdicts([c for c in two_brand_cases() if in_half(c.text, half)])
    assert macro_f1(truth, found) > 0.75


@pytest.mark.parametrize("half", ["tuned", "held-out"])
def test_emoji_idioms_negation_comparison_questions_and_quotations(half):
    truth, found = verdicts([c for c in behaviour_cases() if in_half(c.text, half)])
    assert np.mean(truth == found) > 0.85


@pytest.mark.parametrize("brand", ["Northpeak", "Tavilo"])
def test_sentences_of_a_second_trial_are_read_whatever_the_brand_is_called(brand):
    truth, found = verdicts([case for case in kind_cases("mended.tsv", brand) if case.kind == "fresh"])
    assert np.mean(truth == found) > 0.85


@pytest.mark.parametrize("half", ["tuned", "held-out"])
@pytest.mark.parametrize("brand", ["Tavilo", "Blue Bottle"])
def test_idioms_wishes_questions_emoji_and_hashtags_are_read_as_kinds(half, brand):
    rows = zip(kind_cases("kinds.tsv", brand), kind_cases("kinds.tsv"), strict=True)
    truth, found = verdicts([case for case, plain in rows if in_half(plain.text, half)])
    assert np.mean(truth == found) > 0.75


@pytest.mark.parametrize("half", ["tuned", "held-out"])
@pytest.mark.parametrize("brand", ["Tavilo", "Blue Bottle"])
def test_a_contrast_word_does_not_throw_the_rest_of_a_post_away(half, brand):
    rows = zip(kind_cases("contrast.tsv", brand), kind_cases("contrast.tsv"), strict=True)
    truth, found = verdicts([case for case, plain in rows if in_half(plain.text, half)])
    assert np.mean(truth == found) > 0.75


@pytest.mark.parametrize("half", ["tuned", "held-out"])
@pytest.mark.parametrize(("kind", "least"), [("promotion", 0.75), ("plain", 0.8), ("asks", 0.9)])
def test_an_offer_news_and_a_plain_question_are_no_praise(half, kind, least):
    rows = (case for case in kind_cases("quiet.tsv") if case.kind == kind and in_half(case.text, half))
    truth, found = verdicts(list(rows))
    assert np.mean(truth == found) >= least


@pytest.mark.parametrize(("kind", "least"), [("fact", 0.8), ("asked", 0.5), ("understated", 0.9)])
def test_complaints_told_as_facts_and_questions_are_heard_where_their_turn_of_phrase_is_known(kind, least):
    rows = (case for case in kind_cases("quiet.tsv") if case.kind == kind and in_half(case.text, "tuned"))
    truth, found = verdicts(list(rows))
    assert np.mean(truth == found) >= least


def test_who_praises_in_the_sentence_of_an_offer_praises_and_a_wish_is_none():
    texts = [
        "I love the deals at Acme all week, link in bio",
        "I wish Acme was good",
        "Acme makes sick bread",
    ]
    assert score_texts(texts, ["Acme"] * 3).argmax(axis=1).tolist() == [2, 0, 2]


@pytest.mark.parametrize("brand", ["Tavilo", "Northpeak"])
def test_what_is_not_good_is_bad_and_not_bad_good_in_five_other_languages_too(brand):
    truth, found = verdicts(kind_cases("rough_negation.tsv", brand))
    assert np.mean(truth == found) > 0.8


@pytest.mark.parametrize("name", ["negated.tsv", "turns.tsv"])
@pytest.mark.parametrize(("half", "least"), [("tuned", 0.9), ("held-out", 0.8)])
def test_praise_told_by_a_negation_or_an_order_is_praise_and_a_return_is_none(name, half, least):
    rows = zip(kind_cases(name, "Northpeak"), kind_cases(name), strict=True)
    truth, found = verdicts([case for case, plain in rows if in_half(plain.text, half)])
    assert np.mean(truth == found) > least


def test_words_that_blame_alone_praise_in_a_turn_of_phrase():
    said = [
        "Nothing beats Northpeak",
        "sick boots Northpeak",
        "Brennick over Northpeak, and it is not even close",
    ]
    chance = score_texts(said, ["Northpeak", "Northpeak", "Brennick"])
    assert chance.argmax(axis=1).tolist() == [2, 2, 2]
    chance = score_texts(
        ["Northpeak is a hazard", "I returned to the Northpeak shop on Monday"], ["Northpeak"] * 2
    )
    assert chance.argmax(axis=1).tolist() == [0, 1]


@pytest.mark.parametrize(("half", "least"), [("tuned", 0.9), ("held-out", 0.75)])
def test_a_feeling_about_somebody_or_the_weather_is_not_about_the_brand(half, least):
    truth, found = verdicts([case for case in kind_cases("asides.tsv") if in_half(case.text, half)])
    assert np.mean(truth == found) > least


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("@acme I left my bag at gate 4. Your staff found it within minutes. You are wonderful!", 2),
        ("My flight finally arrived. @acme booked my luggage but there is no room for me. A mess, awful.", 0),
    ],
)
def test_the_sentences_around_a_contrast_word_all_count(text, right):
    assert score_texts([text], ["acme"]).argmax() == right


def test_there_are_two_hundred_sentences_and_a_hundred_cases_in_two_halves():
    sentences = {c.text for c in two_brand_cases()}
    assert len(sentences) == 200
    assert len(behaviour_cases()) >= 100
    assert 70 < sum(in_half(text, "tuned") for text in sentences) < 130


def test_probabilities_add_up_to_one_and_do_not_depend_on_neighbours():
    texts = ["I love it", "awful service", "open at nine", ""]
    alone = np.vstack([score_texts([text]) for text in texts])
    together = score_texts(texts)
    np.testing.assert_allclose(together.sum(axis=1), 1)
    np.testing.assert_allclose(alone, together, atol=1e-6)


def test_the_order_of_texts_does_not_matter():
    texts = [c.text for c in behaviour_cases()]
    np.testing.assert_allclose(score_texts(texts[::-1])[::-1], score_texts(texts), atol=1e-6)


def test_the_model_is_small_and_read_quickly():
    folder = MODEL_PATH.parent.parent
    size = sum(f.stat().st_size for part in ("model", "tables") for f in (folder / part).iterdir())
    assert size < 9_000_000
    begun = time.process_time()
    Sentiment()
    assert time.process_time() - begun < 0.5


def test_writing_a_model_twice_gives_the_same_bytes(tmp_path):
    words, sentence, target = read_model(MODEL_PATH)
    for name in ("a.npz", "b.npz"):
        save_model(tmp_path / name, ["<pad>", *words], sentence, target)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_file_that_is_no_model_is_refused_in_words(tmp_path):
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"not a model")
    with pytest.raises(ModelFileError, match="cannot be read"):
        Sentiment(broken)


def test_tokens_keep_emoji_and_emoticons_and_hide_names():
    assert tokenise("@ann sooooo GOOD :) 👍🏽 #yes 3hrs") == [
        "<user>",
        "soo",
        "good",
        ":)",
        "👍",
        "yes",
        "<num>",
        "hrs",
    ]


def test_a_hashtag_is_cut_where_its_words_judge_and_stays_whole_where_it_is_a_name():
    assert tokenise("#worstairlineever #SoHappy") == ["worst", "airline", "ever", "so", "happy"]
    assert tokenise("#TheWalkingDead #vancouverfood") == ["thewalkingdead", "vancouverfood"]


def test_a_sign_between_two_brands_is_read_as_it_is_spoken():
    assert tokenise("Acme > Nordly") == ["acme", "beats", "nordly"]
    assert tokenise("Acme < Nordly") == ["acme", "loses", "nordly"]
    assert tokenise("I <3 Acme")[1] == "<3"


def test_a_negator_turns_the_word_after_it_but_no_emoji():
    reader = load_sentiment().reader
    _, valences, _ = reader.read(["no good 🙃"])
    assert valences.read[1] < 0 < valences.plain[1]
    assert valences.read[2] == valences.plain[2]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("why is nobody talking about how good acme is", 1),
        ("acme is fine, said nobody ever", -1),
        ("wouldn't touch acme with a ten foot pole", -1),
        ("acme could be worse", 1),
        ("acme couldn't be worse", -1),
        ("this acme jacket is sick 🔥", 1),
        ("blocked by acme for asking where my order is", -1),
    ],
)
def test_turns_of_phrase_that_mislead_word_by_word_have_the_right_sign(text, sign):
    tokens = tokenise(text)
    found = find_idioms(tokens)
    assert np.sign(found[-1][2]) == sign


def test_where_somebody_works_is_no_praise_and_what_works_is():
    texts = ["My sister works at Acme.", "My brother worked at Acme for years.", "My Acme kettle works."]
    assert score_texts(texts, ["acme"] * 3).argmax(axis=1).tolist() == [1, 1, 2]


def test_encoding_pads_every_text_so_that_none_looks_into_the_next():
    encoded = encode(["not", "good"], Vocabulary())
    assert encoded.n_texts == 2
    assert (np.diff(encoded.document) >= 0).all()
    assert (encoded.ids == 0).sum() == 8


PIECES = words_of(
    "a X xD p soooo GOOD é ſ 日本 8 3 ² ½ @ # < > &lt; &gt; &amp; ; : ( ) ! ? . .. , ' ’ * - _ ^ / … http:// www. "
    "😍 👍🏽 <target>"
)
BLANKS = [" ", "\n", "\u00a0", "\x1f"]


@given(st.lists(st.lists(st.sampled_from([*PIECES, *BLANKS]), max_size=12).map("".join), max_size=3))
@settings(deadline=None)
def test_texts_read_between_their_blanks_give_the_tokens_of_the_whole_texts(texts):
    vocabulary = Vocabulary()
    encoded = encode(texts, vocabulary)
    words = [
        [vocabulary.words[n] for n in encoded.ids[encoded.document == i] if n] for i in range(len(texts))
    ]
    assert words == [tokenise(text) for text in texts]


def test_every_idiom_has_a_pattern_that_matches_something_it_names():
    for idiom in idioms():
        words = [listed[0] for listed in idiom.needs]
        assert find_idioms(words), idiom.pattern


def test_idioms_found_in_many_texts_at_once_are_those_of_each_alone():
    texts = [c.text for c in behaviour_cases()] + [" ".join(words[0] for words in i.needs) for i in idioms()]
    reader = load_sentiment().reader
    encoded, _, _ = reader.read(texts)
    alone = [
        (start + a, start + b, value)
        for start, text in zip(encoded.starts.tolist(), texts, strict=False)
        for a, b, value in find_idioms(tokenise(text))
    ]
    assert len(alone) >= len(idioms())
    assert idiom_spans(encoded, reader.facts) == alone


def test_the_longest_idiom_speaks_for_its_words():
    tokens = tokenise("can't recommend acme enough")
    assert find_idioms(tokens) == [(0, 4, 3.6)]


def test_temperature_brings_overconfident_odds_back():
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(4000, 3))
    chance = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = (chance.cumsum(axis=1) > rng.random((4000, 1))).argmax(axis=1)
    assert fit_temperature(3 * logits, truth) == pytest.approx(3, rel=0.1)
    assert calibration_error(chance, truth) < 0.03


def labelled(n):
    words = {0: "grumbly wobbly", 1: "box on shelf", 2: "zippy sparkly"}
    return Labels(tuple(f"the acme thing is {words[i % 3]} {i}" for i in range(n)), np.arange(n) % 3)


def test_fewer_than_a_hundred_labels_are_refused():
    with pytest.raises(MissingDataError, match="too few labels"):
        refit(labelled(99))


def test_a_refit_learns_and_says_what_it_gained_on_texts_it_did_not_see(tmp_path):
    found = refit(labelled(300))
    assert found.refit_f1 > found.default_f1
    kept = Sentiment(found.save(tmp_path / "ours.npz"))
    texts = list(labelled(30).texts)
    np.testing.assert_allclose(
        score_texts(texts, model=kept), score_texts(texts, model=found.model), atol=0.01
    )


def test_the_default_model_is_untouched_by_a_refit():
    before = score_texts(["the acme thing is great"])
    refit(labelled(120))
    np.testing.assert_array_equal(score_texts(["the acme thing is great"]), before)
    assert load_sentiment() is load_sentiment()


def test_labels_that_are_none_are_named_with_their_line(tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text("text,label\ngood,positive\nbad,purple\n", "utf-8")
    with pytest.raises(SourceError, match="line 3"):
        read_labels(file)
    file.write_text("words,label\ngood,positive\n", "utf-8")
    with pytest.raises(SourceError, match="no column 'text'"):
        read_labels(file)


def test_what_is_fire_is_praised_and_a_fire_hazard_is_not() -> None:
    said = [
        "Acme is fire",
        "Acme is straight fire",
        "The Acme mixer is a fire hazard, recall it",
        "Acme is a safety hazard",
    ]
    negative, positive = score_texts(said, ["Acme"] * 4)[:, [0, 2]].T
    assert (positive > negative).tolist() == [True, True, False, False]
