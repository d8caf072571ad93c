"""Hashtags are cut where a person reads a blank, and plain words and brands stay whole."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from influence.text.splitting import WordSplitter, shipped_splitter
from influence.text.tokens import Tokenizer

LINES = Path(__file__).with_name("hashtags.txt").read_text(encoding="utf-8").splitlines()
READ = [line for line in LINES if line and not line.startswith("#")]
"""Hashtags as a person reads them; half of them were not looked at while the cutting was tuned."""


def half(words: str) -> str:
    digest = hashlib.sha256(words.replace(" ", "").encode()).hexdigest()
    return "test" if int(digest, 16) % 2 else "tune"


def cut(hashtag: str) -> str:
    return " ".join(word for part in re.findall(r"\d+|\D+", hashtag) for word in shipped_splitter()(part))


def share_right(lines: list[str]) -> float:
    return sum(cut(line.replace(" ", "")) == line for line in lines) / len(lines)


@pytest.mark.parametrize("part", ["tune", "test"])
def test_nine_of_ten_hashtags_are_cut_as_a_person_reads_them(part: str) -> None:
    lines = [line for line in READ if " " in line and half(line) == part]
    assert len(lines) >= 40
    assert share_right(lines) >= 0.9


@pytest.mark.parametrize("part", ["tune", "test"])
def test_plain_words_and_brands_stay_whole(part: str) -> None:
    lines = [line for line in READ if " " not in line and half(line) == part]
    assert len(lines) >= 40
    assert share_right(lines) >= 0.95


@pytest.mark.parametrize(
    ("hashtag", "words"),
    [
        ("#veganrecipesforbeginners", "vegan recipes for beginners"),
        ("#opensource", "open source"),
        ("#MACHINELEARNING", "machine learning"),
        ("#instagood", "insta good"),
        ("#picoftheday", "pic of the day"),
    ],
)
def test_a_hashtag_says_what_its_words_say(hashtag: str, words: str) -> None:
    assert Tokenizer().terms(hashtag) == Tokenizer().terms(words)


@pytest.mark.parametrize(
    "hashtag", ["#tbt", "#ootd", "#nike", "#adidas", "#lululemon", "#foodie", "#checkout"]
)
def test_letters_that_stand_for_words_and_names_are_left_alone(hashtag: str) -> None:
    assert Tokenizer().terms(hashtag) in ([], Tokenizer().terms(hashtag[1:]))


def test_a_frequent_pair_beats_a_rarer_word_with_a_rest() -> None:
    counts = {"books": 300, "bookstore": 200, "ad": 2000, "to": 60_000, "read": 3000, "the": 900_000}
    assert WordSplitter(counts)("bookstoread") == ["bookstore", "ad"]
    assert WordSplitter({**counts, "to read": 2500})("bookstoread") == ["books", "to", "read"]


def test_pairs_are_no_words_one_can_be_told_to_have_meant() -> None:
    assert not [word for word in shipped_splitter().known if " " in word]
