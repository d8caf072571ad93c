"""Points of an advocate: seven parts, weights by goal, and the order that follows."""

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
        "persuasion": _log_scale(table["persuasion"] / _median(table["persuasion"])),
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


def _median(values: pd.Series) -> float:
    known = values.astype(float).dropna()
    return float(known.median()) if len(known) else np.nan


def _filled(values: pd.Series, unknown: float) -> pd.Series:
    return values.astype(float).fillna(unknown).reset_index(drop=True)


def _percentile(values: pd.Series) -> pd.Series:
    return pd.Series(percentile_among_known(values.to_numpy(dtype=float, na_value=np.nan)))


def _log_scale(values: pd.Series) -> pd.Series:
    logs = np.log1p(values.astype(float).clip(lower=0))
    top = logs.max()
    return _filled(logs / top if top > 0 else logs, 0.0)
