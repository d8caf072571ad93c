"""Champions, affluents, advocates and misers; and how far somebody is involved with the brand."""

from __future__ import annotations

import numpy as np
import pandas as pd

OFFERS = {
    "champion": "Thank them in person, show them what is new first, ask for both: to buy and to bring friends.",
    "affluent": "They buy and do not tell: make telling easy, offer a reward for the friend, say thank you.",
    "advocate": "They bring others and buy little: offer bundles and something to try; keep the way to share open.",
    "miser": "Buy little, bring nobody: one cheap offer on both sides, no more effort than that.",
    "fan": "Speaks of the brand and is no known customer: send something to try, ask to link the account.",
    "unknown": "Nothing is known of whom they brought: ask how they came and whom they told.",
}
"""What each segment should be offered, after Kumar, Petersen and Leone 2007, "How valuable is word of mouth?",
Harvard Business Review 85(10)."""
CO_CREATES_FROM = 3
"""Own posts about the brand from which somebody creates with it."""


def referral_value(
    table: pd.DataFrame, new_customer_value: float | None, acquisition_cost: float, anyway_share: float
) -> pd.Series:
    """Money a customer's referrals bring: margin of those who would not have come, and every acquisition saved.

    ``referrals * ((1 - anyway_share) * new customer's margin + acquisition_cost)``: those who would have come anyway
    save only the cost of winning them (Kumar, Petersen and Leone 2007). NaN where referrals are unknown.
    Without `new_customer_value` it is the median customer's revenue times the mean margin (1 where unknown).
    """
    if new_customer_value is None:
        margin = table["margin_share"].astype(float).mean()
        revenue = table["revenue"].astype(float).median()
        new_customer_value = float(np.nan_to_num(revenue)) * float(margin if np.isfinite(margin) else 1.0)
    each = (1 - anyway_share) * new_customer_value + acquisition_cost
    return table["referrals"].astype(float) * each


def segment_of(table: pd.DataFrame) -> pd.Series:
    """Segment of every candidate: value and referral value, each above its median among customers or not."""
    buyer = table["customer_id"].notna()
    value, brought = table["value"].astype(float), table["referral_value"].astype(float)
    rich = value > value[buyer].median()
    brings = brought > brought[buyer].median()
    named = np.select(
        [~buyer, brought.isna() | value.isna(), rich & brings, rich, brings],
        ["fan", "unknown", "champion", "affluent", "advocate"],
        "miser",
    )
    return pd.Series(named, index=table.index)


def involvement_of(table: pd.DataFrame) -> pd.Series:
    """``co-creating`` (own posts about the brand), ``participating`` (names it), ``observing``, else ``unknown``."""
    named = np.select(
        [
            table["account_id"].isna() | (~table["heard"] & table["n_mentions"].isna()),
            table["own_posts"].astype(float) >= CO_CREATES_FROM,
            table["n_mentions"].astype(float) > 0,
        ],
        ["unknown", "co-creating", "participating"],
        "observing",
    )
    return pd.Series(named, index=table.index)
