"""Words from texts: the same for a post, a bio, a handle and the words of a niche."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.text import tokens
from influence.text.splitting import WordSplitter, shipped_splitter
from influence.text.tokens import STOP_LANGUAGES, Tokenizer, raw_tokens

SAME = [
    ("#trailrunning", "trail running"),
    ("#TrailRunning", "Trail Running"),
    ("#trail_running", "trail running"),
    ("Café", "cafe"),
    ("recipes", "recipe"),
    ("the baker’s recipe", "baker recipe"),
    ("ＶＥＧＡＮ", "vegan"),
    ("🍕", "slice pizza"),
    ("cupcake🧁", "cupcake cupcake"),
    ("see https://example.org/vegan now", ""),
    ("@veganbaker", ""),
    ("le la der die und y de", ""),
    ("a the of and", ""),
    ("рецептов", "рецепты"),
    ("#веганские_рецепты", "веганские рецепты"),
    ("snake_case", "snake case"),
    ("#VEGANUARY2024", "veganuary 2024"),
    ("#veganbaking2024", "vegan baking 2024"),
    ("l’été d'antan", "été antan"),
    ("dell'arte quell'estate", "arte estate"),
    ("O'Reilly don't", "oreilly dont"),
    ("Straße", "Strasse"),
    ("🇩🇪", ""),
    ("🤮", "vomiting"),
    ("👩‍🍳", "woman cooking"),
]

SAYS_NOTHING = {
    "en": "what would they have been doing with these",
    "zh": "我们",
    "hi": "यह है और के लिए में",
    "es": "pero cuando los tienen para como está",
    "fr": "nous avons été dans les avec mais c'est",
    "ar": "في من على هذا التي كان",
    "bn": "এবং এই তার জন্য",
    "pt": "não para com uma mais você está",
    "ru": "что это как она были если",
    "ur": "اور کے لئے ہے یہ",
    "de": "und nicht wir haben für wenn werden",
    "id": "yang dan untuk dengan adalah",
    "ja": "これ です",
    "it": "che non sono anche della",
}


@pytest.mark.parametrize("language", STOP_LANGUAGES)
def test_stop_words_of_each_language_say_nothing(language: str) -> None:
    assert Tokenizer().terms(SAYS_NOTHING[language]) == []


@pytest.mark.parametrize(("text", "plain"), SAME)
def test_a_text_reads_like_its_plain_words(text: str, plain: str) -> None:
    assert Tokenizer().terms(text) == Tokenizer().terms(plain)


@pytest.mark.parametrize(
    "words", ["computer science", "fantasy novels", "self improvement", "open source", "war"]
)
def test_words_that_niches_are_about_are_no_stop_words(words: str) -> None:
    assert len(Tokenizer().terms(words)) == len(words.split())


@pytest.mark.parametrize("word", ["c++", "C#", ".NET"])
def test_names_with_signs_stay_names(word: str) -> None:
    assert Tokenizer().terms(f"I use {word} code")[0] == word.lower()


def test_vowel_signs_do_not_cut_a_word() -> None:
    assert len(Tokenizer().terms("वीगन रेसिपी")) == 2
    assert Tokenizer().terms("#रेसिपी") == Tokenizer().terms("रेसिपी")


def test_chinese_is_cut_into_pairs() -> None:
    assert Tokenizer().terms("日本料理") == ["日本", "本料", "料理"]


@pytest.mark.parametrize(
    ("handle", "terms"),
    [
        ("thebeejournal.blogspot.com", "bee journal"),
        ("www.vegan-baking.co.uk", "vegan baking"),
        ("GlutenFreeGirl", "gluten free girl"),
        ("blog.codinghorror.com", "coding horror"),
    ],
)
def test_a_handle_says_what_it_is_about(handle: str, terms: str) -> None:
    assert Tokenizer().handle_terms(handle) == Tokenizer().terms(terms)


@pytest.mark.parametrize("word", ["kubernetes", "makeup", "xqzvkw", "cat", "veganuary"])
def test_a_word_is_not_cut_where_that_makes_no_sense(word: str) -> None:
    assert shipped_splitter()(word) == [word]


def test_the_more_probable_cut_wins() -> None:
    splitter = WordSplitter(
        {"expert": 50, "exchange": 50, "experts": 50, "change": 1, "ex": 1, "sexchange": 1}
    )
    assert splitter("expertexchange") == ["expert", "exchange"]


@given(st.text(max_size=80))
def test_any_text_gives_terms_without_spaces_and_twice_the_same(text: str) -> None:
    terms = Tokenizer().terms(text)
    assert terms == Tokenizer().terms(text)
    assert all(term and not any(ch.isspace() for ch in term) for term in terms)


@given(st.from_regex(r"[a-z]{1,30}", fullmatch=True))
def test_cutting_loses_no_letter(word: str) -> None:
    assert "".join(shipped_splitter()(word)) == word


def test_the_compiled_stemmer_of_the_extra_fast_gives_the_same_words() -> None:
    compiled = pytest.importorskip("Stemmer")
    from snowballstemmer.english_stemmer import EnglishStemmer

    words = sorted(shipped_splitter().known)[::20]
    plain = EnglishStemmer()
    assert len(words) > 2000
    assert compiled.Stemmer("english").stemWords(words) == [plain.stemWord(word) for word in words]


@given(
    st.text(
        st.characters(codec="utf-8") | st.sampled_from(" \t\n\x1c\x85\u00a0\u2003&;@#._'+-ab!Ā🍕中"),
        max_size=60,
    )
)
def test_a_text_says_what_its_stretches_between_blanks_say(text: str) -> None:
    tokenizer = Tokenizer()
    one_by_one = [term for token in raw_tokens(unescape(text)) for term in tokenizer._work_out(token)]
    assert tokenizer.terms(text + " &amp; x;") == one_by_one + tokenizer.terms("&amp; x;")


def test_what_is_remembered_is_bounded_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST", 2)
    tokenizer = Tokenizer()
    texts = ["red apples, green pears", "green pears, red apples"] * 3
    assert [tokenizer.terms(text) for text in texts] == [Tokenizer().terms(text) for text in texts]
    assert len(tokenizer._memory) <= 2
