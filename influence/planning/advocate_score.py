"""Points of an advocate: seven parts, weights by goal, the order that follows; and four kinds of customers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from influence.errors import UsageError
from influence.ranking.score import weighted
from influence.signals.shrinkage import percentile_among_known

PARTS = ("feeling", "reach", "persuasion", "sharing", "value", "referral", "tenure")
GOALS: Mapping[str, Mapping[str, float]] = {
    "conversion": dict(zip(PARTS, (3, 4, 2, 0, 0.5, 1, 0.5), strict=True)),
    "awareness": dict(zip(PARTS, (2, 6, 1, 3, 0.5, 0.5, 0.5), strict=True)),
    "loyalty": dict(zip(PARTS, (3, 1, 1, 0.5, 4, 2, 2), strict=True)),
}
"""Weights by goal, in the order of `PARTS`; only their proportions matter, `--weights` changes single ones.

Those of conversion were chosen on simulated worlds: persuasion is seen with much noise and counts half of reach, and
who shares much brings no more orders."""
CRITIC_NPS = 6
PROMOTER_NPS = 9
"""Of 0 to 10: 6 and below are detractors, 9 and 10 promoters (Reichheld 2003)."""


def weights_of(goal: str, changes: Mapping[str, float] | None = None) -> dict[str, float]:
    """Shares of the score by part, adding up to one."""
    if goal not in GOALS:
        raise UsageError.unknown("unknown goal", goal, GOALS)
    unknown = set(changes or {}) - set(PARTS)
    if unknown:
        raise UsageError(
            "unknown part of the score", seen=", ".join(sorted(unknown)), expected=", ".join(PARTS)
        )
    weights = {**GOALS[goal], **(changes or {})}
    if min(weights.values()) < 0 or sum(weights.values()) <= 0:
        raise UsageError("weights must be zero or more, and not all zero", seen=weights)
    return {part: float(weights[part]) / float(sum(weights.values())) for part in PARTS}


def score_parts(table: pd.DataFrame, shares: Mapping[str, float]) -> pd.DataFrame:
    """Points per part for every candidate; a part nobody has drops out and the others share its weight.

    Reach and persuasion are logarithms against the largest, so that equal weights rank by their product: the number
    of people expected to act. Unknown counts as nothing for reach, persuasion and sharing, as the median elsewhere.
    """
    nps = table["nps"].astype(float)
    stated = pd.Series(
        np.select([nps.isna(), nps >= PROMOTER_NPS, nps > CRITIC_NPS], [np.nan, 0.67, 0.5], 0.2)
    )
    feeling = ((table["feeling"].astype(float) + 1) / 2).reset_index(drop=True).fillna(stated)
    parts = {
        "feeling": _filled(feeling, 0.5),
        "reach": _log_scale(table["reach_like"]),
        "persuasion": _log_scale(table["persuasion"] / table["persuasion"].astype(float).median()),
        "sharing": _filled(_percentile(table["sharing"]), 0.0),
        "value": _filled(_percentile(table["value"]), 0.5),
        "referral": _filled(_percentile(table["referral_value"]), 0.5),
        "tenure": _filled(_percentile(table["tenure_days"]), 0.5),
    }
    sources = {"reach": "reach_like", "referral": "referral_value", "tenure": "tenure_days"}
    usable = {
        part: shares[part]
        for part in PARTS
        if part == "feeling" or table[sources.get(part, part)].notna().any()
    }
    return pd.DataFrame(weighted({part: values.to_numpy() for part, values in parts.items()}, usable)[1])


def order_candidates(table: pd.DataFrame) -> pd.DataFrame:
    """Best first; equal scores by customer id, then account id, so that the order of rows never matters."""
    keyed = table.assign(
        key=-table["score"].round(9),
        first=table["customer_id"].astype("string").fillna("~"),
        second=table["account_id"].astype("string").fillna("~"),
    )
    return keyed.sort_values(["key", "first", "second"], kind="stable")


def _filled(values: pd.Series, unknown: float) -> pd.Series:
    return values.astype(float).fillna(unknown).reset_index(drop=True)


def _percentile(values: pd.Series) -> pd.Series:
    return pd.Series(percentile_among_known(values.to_numpy(dtype=float, na_value=np.nan)))


def _log_scale(values: pd.Series) -> pd.Series:
    logs = np.log1p(values.astype(float).clip(lower=0))
    top = logs.max()
    return _filled(logs / top if top > 0 else logs, 0.0)


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
