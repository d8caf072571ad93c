"""Sentiment: how a text, or the clause about a target, feels; as three calibrated probabilities and a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from influence.text.sentiment.score import Sentiment, load_sentiment, score_texts

__all__ = ["Sentiment", "load_sentiment", "score_texts"]


def __getattr__(name: str) -> object:
    """Import the scorer only when it is asked for, so that `influence --help` stays quick."""
    if name in __all__:
        from influence.text.sentiment import score

        return getattr(score, name)
    raise AttributeError(name)
