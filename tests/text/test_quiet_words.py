"""Praise without a feeling word, and thanks that praise nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from influence.text.mentions import find_mentions


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
