"""Feelings told without a word of feeling, and thanks that praise nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from influence.text.mentions import find_mentions
from influence.text.sentiment import network, score_texts
from tests.text.sentiment_cases import in_half, kind_cases


def feeling(workspace_of: Callable[..., Any], text: str) -> tuple[float, float, float]:
    posts = [{"post_id": "p", "account_id": "web:a", "text": text}]
    made = workspace_of(accounts=[{"account_id": "web:a", "handle": "a"}], posts=posts)
    (row,) = find_mentions(made.store, "Norvik").rows
    return row.p_negative, row.p_neutral, row.p_positive


@pytest.mark.parametrize(
    "text",
    ["My Norvik boots are in their ninth winter.", "Dropped my Norvik down the stairs, not a scratch.",
     "I tell everyone to get a Norvik.", "Norvik sent a replacement without even asking for a receipt."],
)  # fmt: skip
def test_quiet_praise_is_heard(workspace_of: Callable[..., Any], text: str) -> None:
    negative, neutral, positive = feeling(workspace_of, text)
    assert positive > max(negative, neutral)


@pytest.mark.parametrize(
    "text",
    ["Thank you all, the Norvik webinar starts at six.", "Thanks Norvik, what time do you close?",
     "Thanks Norvik, another hour on hold.", "Thanks for another cancelled order Norvik."],
)  # fmt: skip
def test_thanks_alone_are_no_praise(workspace_of: Callable[..., Any], text: str) -> None:
    negative, neutral, positive = feeling(workspace_of, text)
    assert positive < max(negative, neutral)


@pytest.mark.parametrize(
    "text",
    ["Is anyone else's Norvik order late?", "@Norvik package arrived broken",
     "@Norvik the driver marked it delivered, my porch is empty",
     "My Norvik subscription renewed itself after I cancelled it"],
)  # fmt: skip
def test_a_complaint_told_as_a_fact_is_heard(workspace_of: Callable[..., Any], text: str) -> None:
    negative, neutral, positive = feeling(workspace_of, text)
    assert negative > max(neutral, positive)


@pytest.mark.parametrize(("kind", "least"), [("told", 0.6), ("asked", 0.3), ("silent", 0.3), ("calm", 0.65)])
def test_what_is_told_without_a_word_of_feeling_is_heard_in_sentences_not_looked_at(
    kind: str, least: float
) -> None:
    pairs = zip(kind_cases("untold.tsv", "Northpeak"), kind_cases("untold.tsv"), strict=True)
    rows = [row for row, plain in pairs if row.kind == kind and in_half(plain.text, "held-out")]
    said = score_texts([row.text for row in rows], ["Northpeak"] * len(rows)).argmax(axis=1)
    assert sum(said == [row.label for row in rows]) / len(rows) >= least


def test_only_texts_that_name_a_brand_and_say_no_feeling_are_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    texts, names = (
        ["Norvik is wonderful", "the parcel came on Monday", "Norvik opens on Monday"],
        ["Norvik", None, "Norvik"],
    )
    before = score_texts(texts, names)
    weights, bias = network.load_quiet()
    monkeypatch.setattr(network, "load_quiet", lambda: (weights, bias + np.array([5, 0, 0])))
    turned = (abs(score_texts(texts, names) - before) > 1e-6).any(axis=1)
    assert turned.tolist() == [False, False, True]
