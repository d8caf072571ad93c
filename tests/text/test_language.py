"""Languages: told where sure, unknown where not."""

from __future__ import annotations

import re

import pytest

from influence.text import families
from influence.text.language import identify_one
from influence.text.sentiment.clauses import passage_of
from influence.text.sentiment.score import Sentiment
from tests.text.sentiment_cases import CASES

SENTENCES = {
    "en": "These are the best vegan brownies you will ever bake at home",
    "de": "Heute backen wir zusammen ein veganes Brot mit Nüssen",
    "fr": "Les meilleures recettes végétaliennes de la semaine",
    "es": "Las mejores recetas veganas para hacer hoy en casa",
    "pt": "Receitas veganas muito fáceis para fazer em casa hoje",
    "ru": "Лучшие рецепты домашней выпечки без яиц",
    "zh": "今天我们一起做素食蛋糕",
    "ja": "今日は家でビーガンケーキを作ります",
    "hi": "घर पर बनाएं वीगन केक की आसान रेसिपी",
    "ur": "یہ ایک اچھی ترکیب ہے جو سب کو پسند ہے",
}


@pytest.mark.parametrize(("language", "text"), SENTENCES.items())
def test_a_plain_sentence_is_recognised(language: str, text: str) -> None:
    assert identify_one(text) == language


@pytest.mark.parametrize("brand", ["Northpeak", "tavilo"])
def test_no_short_text_of_another_language_is_read_as_english_nor_english_as_another(brand: str) -> None:
    lines = (CASES / "foreign.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    said = [passage_of(re.sub(r"\bB\b", brand, text), brand) for _, text in rows]
    read = Sentiment().score(said, reasons=False).languages
    wrong = [row[0] for row, code in zip(rows, read, strict=True) if (code == "en") != (row[0] == "en")]
    assert len(wrong) <= 1
    assert "en" not in wrong


@pytest.mark.parametrize(
    "text", ["", "ok", "lol 😂😂", "#vegan @anna https://example.org/der/und/die", "12345"]
)
def test_too_little_to_tell_is_unknown(text: str) -> None:
    assert identify_one(text) is None


def test_one_word_of_letters_alone_tries_the_common_endings_and_loads_no_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(families, "asked_language", loaded.append)
    assert families.families_of("birdwatching") == families.COMMON
    assert families.families_of("vegan") == ()
    assert loaded == []
    families.families_of("gezonde recepten")
    assert loaded == ["gezonde recepten"]
