"""How accounts feel about a brand: a narrow door to `influence.text.mentions`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from influence.store.base import Store
    from influence.text.mentions import Mentions
    from influence.text.sentiment.shares import Label

PRIOR = (0.5, 2.0, 0.5)
"""Dirichlet prior over negative, neutral, positive: before any mention an account is taken as neutral."""
COLUMNS = ("n_mentions", "own_posts", "negative", "neutral", "positive", "feeling", "p_critic")


def brand_feelings(
    store: Store,
    brand: str,
    aliases: Sequence[str] = (),
    *,
    as_of_day: int | None = None,
    labels: tuple[Label, ...] = (),
) -> tuple[pd.DataFrame, str]:
    """How does each account that names the brand feel about it?

    Returns
    -------
    DataFrame
        Indexed by account_id: ``n_mentions`` that could be read, shares ``negative``, ``neutral``, ``positive``
        with a Dirichlet prior, ``own_posts`` that name it, ``feeling`` (-1 to 1: positive less negative),
        ``p_critic`` (chance that its true share of negative words exceeds that of positive ones), ``worst`` (the
        clause that speaks worst of the brand, where one does).
    str
        What a reader must know: why feelings are unknown, or the shares of the brand and how sure they are; `labels`
        right them.
    """
    from influence.errors import MissingDataError

    try:
        from influence.text.mentions import find_mentions

        last = None if as_of_day is None else as_of_day - 1
        found = find_mentions(store, brand, aliases, as_of_day=last)
    except (MissingDataError, ImportError, FileNotFoundError) as error:
        return _none(), f"Nothing is known of how accounts feel about {brand}: {_first_line(error)}."
    chances = found.probabilities
    readable = np.isfinite(chances).all(axis=1) & np.array(
        [m.account_id is not None for m in found], dtype=bool
    )
    ids = [mention.account_id for mention in found]
    frame = pd.DataFrame(chances, columns=["negative", "neutral", "positive"])
    frame = frame.assign(
        account_id=ids, own=found.is_own_post.astype(float), clause=[m.clause for m in found]
    )
    frame = frame[readable]
    if frame.empty:
        return _none(), f"No text of the workspace names {brand} in a language that can be read."
    worst = (
        frame[frame["negative"] > 0.5]
        .sort_values("negative", kind="stable")
        .groupby("account_id")["clause"]
        .last()
    )
    return feelings_of(frame).assign(worst=worst), _shares_note(found, brand, labels)


def _shares_note(found: Mentions, brand: str, labels: tuple[Label, ...]) -> str:
    from influence.text.sentiment.shares import brand_shares, rests_on, shares_words

    shares = brand_shares(found, labels)
    if shares is None:
        return ""
    return f"Feeling about {brand}: {shares_words(shares)}. {rests_on(shares, brand, len(labels))}"


def feelings_of(mentions: pd.DataFrame) -> pd.DataFrame:
    """Shrunk feelings per account from one row a mention: three probabilities, and whether a post of its own."""
    from scipy.special import betainc

    sums = mentions.groupby("account_id")[["negative", "neutral", "positive"]].sum().sort_index()
    n = mentions.groupby("account_id").size().reindex(sums.index)
    own = mentions.groupby("account_id")["own"].sum().reindex(sums.index)
    counts = sums + np.array(PRIOR)
    shares = counts.div(counts.sum(axis=1), axis=0)
    frame = shares.assign(
        n_mentions=n.astype(float), own_posts=own, feeling=shares["positive"] - shares["negative"]
    )
    frame["p_critic"] = betainc(counts["positive"], counts["negative"], 0.5)
    return frame[list(COLUMNS)]


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=[*COLUMNS, "worst"], index=pd.Index([], name="account_id"), dtype=float)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
