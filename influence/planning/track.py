"""Tracking: what a campaign brought against its targets and against a benchmark, and whom to keep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.errors import MissingDataError, UsageError, did_you_mean
from influence.planning.inputs import INPUTS, Input, default
from influence.signals.shrinkage import gamma_poisson_prior, shrunk_rate
from influence.store.visibility import visible
from influence.store.workspace import from_day, to_day

if TYPE_CHECKING:
    from influence.store.base import Store

TARGET_LINES = {"cost": "cost", "impressions": "impressions", "engagements": "engagements", "clicks": "visits",
                "signups": "leads", "orders": "orders", "revenue": "order_revenue"}  # fmt: skip
"""Column of outcomes -> line of the plan."""
COUNTS = tuple(TARGET_LINES)
RATES: Mapping[str, tuple[str, str]] = {
    "click_rate": ("clicks", "impressions"),
    "lead_rate": ("signups", "clicks"),
    "purchase_rate": ("orders", "clicks"),
}
"""Learned rate, compared with the default of its name -> numerator, denominator."""
RATIOS: Mapping[str, tuple[str, str]] = {
    "order_value": ("revenue", "orders"),
    "cost_per_order": ("cost", "orders"),
    "cost_per_acquisition": ("cost", "new_orders"),
    "sales_per_cost": ("revenue", "cost"),
    "roi": ("profit", "cost"),
}
"""Other figures -> numerator, denominator; named as lines (or inputs) of the plan."""
KEEP_FROM, REPLACE_BELOW = 0.8, 0.2
LEAST_ORDERS = 2
DRAWS = 4_000


@dataclass(frozen=True)
class Kpi:
    """A figure of the programme; None is unknown.

    `forecast` is where it ends at today's pace, give or take `margin`: 80 %, from how much days differ.
    """

    key: str
    value: float | None
    target: float | None
    reached: float | None
    forecast: float | None
    benchmark: float | None
    benchmark_source: str
    margin: float | None = None


@dataclass(frozen=True)
class Creator:
    """A creator in the campaign.

    `orders_per_cost` is shrunk towards the programme's; `p_better` is the chance that it is above the programme's.
    `advice` is ``keep``, ``pause``, ``replace`` or ``wait`` (too little seen).
    """

    account_id: str
    totals: Mapping[str, float | None]
    orders_per_cost: float | None
    p_better: float | None
    advice: str
    why: str


@dataclass(frozen=True)
class Tracking:
    """Where a campaign stands.

    Attributes
    ----------
    kpis : tuple of Kpi
    people : tuple of Creator
        Best first.
    days : tuple of mapping
        The programme by day, running totals.
    learned : mapping of input key to Input
        Rates for the next plan, with their ranges.
    """

    campaign: str
    first_day: str
    last_day: str
    elapsed_share: float | None
    kpis: tuple[Kpi, ...]
    people: tuple[Creator, ...]
    days: tuple[Mapping[str, float], ...]
    learned: Mapping[str, Input]
    anyway_share: float = 0.0
    notes: tuple[str, ...] = ()
    currency: str = ""


def track(
    store: Store,
    campaign: str | None = None,
    *,
    targets: Mapping[str, float] | None = None,
    benchmark: str | None = None,
    as_of: str | None = None,
    until: str | None = None,
    seed: int = 0,
) -> Tracking:
    """Where does the campaign stand?

    Parameters
    ----------
    store : Store
    campaign : str, optional
        Needed when outcomes hold several.
    targets : mapping of plan line to value, optional
        As a plan's ``targets``, or its expected lines.
    benchmark : str, optional
        Name of an earlier campaign; without it the published defaults are the benchmark.
    until : ISO text, optional
        Last day of the campaign; with it the forecast carries today's pace on to it.

    Raises
    ------
    MissingDataError
        There are no outcomes, or none of a campaign of that name.
    UsageError
        Several campaigns, and none named.
    """
    rows = store.query(
        f"select campaign, account_id, day, {', '.join(COUNTS)} from outcomes "
        f"where {visible('outcomes', to_day(as_of))} "
        "order by campaign, account_id, day"
    ).to_pandas()
    if rows.empty:
        raise MissingDataError(
            "there are no outcomes", hint=f"`influence import outcomes.csv`, or {FROM_ORDERS}"
        )
    name = _campaign(rows, campaign)
    mine = rows[rows["campaign"] == name]
    earlier = rows[rows["campaign"] == _campaign(rows, benchmark)] if benchmark else None
    first, last = int(mine["day"].min()), int(mine["day"].max())
    end = to_day(until)
    elapsed = None if end is None else min(1.0, (last - first + 1) / max(end - first + 1, 1))
    return Tracking(
        campaign=name,
        first_day=from_day(first).isoformat(),
        last_day=from_day(last).isoformat(),
        elapsed_share=elapsed,
        kpis=tuple(_kpis(mine, targets or {}, earlier, benchmark, elapsed)),
        anyway_share=_anyway(targets or {}),
        people=tuple(_people(mine, np.random.default_rng(seed))),
        days=tuple(_days(mine)),
        learned=learned_rates(mine, name),
        notes=tuple(_notes(mine)),
    )


FROM_ORDERS = "of a saved shortlist: `influence import orders.csv`, then `influence desk results NAME`"


def campaigns(store: Store) -> list[str]:
    """Names of the campaigns that outcomes tell of."""
    rows = store.query("select distinct campaign from outcomes where campaign is not null order by campaign")
    return [str(name) for name in rows["campaign"].to_pylist()]


def _campaign(rows: pd.DataFrame, told: str | None) -> str:
    known = sorted(rows["campaign"].unique())
    if told is None and len(known) == 1:
        return str(known[0])
    if told is None:
        raise UsageError("say which campaign", expected=", ".join(known))
    if told not in known:
        raise MissingDataError(
            "there are no outcomes of this campaign", seen=told, expected=", ".join(known),
            hint=did_you_mean(told, known) or FROM_ORDERS,
        )  # fmt: skip
    return told


def totals_of(rows: pd.DataFrame) -> dict[str, float | None]:
    """Sums of the outcomes; None where nobody told one."""
    return {key: float(rows[key].sum()) if rows[key].notna().any() else None for key in COUNTS}


def _kpis(
    rows: pd.DataFrame, targets: Mapping[str, float], earlier: pd.DataFrame | None, benchmark: str | None,
    elapsed: float | None,
) -> list[Kpi]:  # fmt: skip
    now = _with_estimates(totals_of(rows), targets)
    then = {} if earlier is None else _with_estimates(totals_of(earlier), targets)

    def kpi(key: str, value: float | None, other: float | None, source: str) -> Kpi:
        """Of a target above zero a share is reached; of a planned loss nothing is a share."""
        target = targets.get(TARGET_LINES.get(key, key))
        reached = value / target if value is not None and target is not None and target > 0 else None
        return Kpi(key, value, target, reached, None, other, source)

    label, kpis = benchmark or "", []
    for key in (*COUNTS, "new_orders", "profit"):
        value = now[key]
        forecast = value / elapsed if value is not None and elapsed else None
        told = kpi(key, value, then.get(key), label)
        kpis.append(replace(told, forecast=forecast, margin=_margin(rows, key, elapsed)))
    for key, (above, below) in RATES.items():
        other, source = (default(key).value, default(key).source) if not then else (
            _rate(then, above, below), label)  # fmt: skip
        kpis.append(kpi(key, _rate(now, above, below), other, source))
    for key, (above, below) in RATIOS.items():
        kpis.append(kpi(key, _rate(now, above, below), _rate(then, above, below), label))
    return kpis


def _with_estimates(
    totals: Mapping[str, float | None], targets: Mapping[str, float]
) -> dict[str, float | None]:
    """Orders that would not have come, and what they leave, by the plan's share and margin; None where unknown."""
    new = 1 - _anyway(targets)
    orders, revenue, cost = (totals[key] for key in ("orders", "revenue", "cost"))
    margin = targets.get("margin_share")
    known = revenue is not None and cost is not None and margin is not None
    profit = new * revenue * margin - cost if known else None  # type: ignore[operator]
    return {**totals, "new_orders": None if orders is None else orders * new, "profit": profit}


def _anyway(targets: Mapping[str, float]) -> float:
    return targets.get("anyway_share", default("anyway_share").value)


def _margin(rows: pd.DataFrame, key: str, elapsed: float | None) -> float | None:
    """Half of the 80 % range of the total at the end: days still to come, and the mean they are foretold from."""
    if elapsed is None or key not in COUNTS or rows[key].isna().all():
        return None
    first, last = int(rows["day"].min()), int(rows["day"].max())
    days = rows.groupby("day")[key].sum().reindex(range(first, last + 1), fill_value=0.0).astype(float)
    ahead = len(days) / elapsed - len(days)
    if len(days) < 2:
        return None
    return float(1.2816 * np.sqrt(days.var(ddof=1) * ahead * (1 + ahead / len(days))))


def _rate(totals: Mapping[str, float | None], above: str, below: str) -> float | None:
    top, bottom = totals.get(above), totals.get(below)
    return top / bottom if top is not None and bottom else None


def _people(rows: pd.DataFrame, rng: np.random.Generator) -> list[Creator]:
    """Orders per cost (per click where no cost is known), gamma-Poisson shrunk, and the chance to be above all."""
    sums = rows.groupby("account_id")[list(COUNTS)].sum(min_count=1).sort_index()
    paid = sums["cost"].notna().any() and float(sums["cost"].fillna(0).sum()) > 0
    exposure = sums["cost" if paid else "clicks"].fillna(0).to_numpy(float)
    orders = sums["orders"].fillna(0).to_numpy(float)
    usable = exposure > 0
    if not usable.any():
        return [Creator(str(key), _told(row), None, None, "wait", "neither cost nor clicks are known")
                for key, row in sums.iterrows()]  # fmt: skip
    shape, per = gamma_poisson_prior(orders[usable], exposure[usable])
    rates = np.where(usable, shrunk_rate(orders, exposure, (shape, per)), np.nan)
    overall = orders.sum() / exposure.sum()
    draws = rng.gamma(shape + orders[:, None], 1.0, (len(orders), DRAWS)) / (per + exposure[:, None])
    better = np.where(usable, (draws > overall).mean(axis=1), np.nan)
    people = [
        Creator(str(key), _told(row), _known(rates[at]), _known(better[at]),
               *_advice(better[at], orders[at], exposure[at] * overall))
        for at, (key, row) in enumerate(sums.iterrows())
    ]  # fmt: skip
    return sorted(people, key=lambda one: (-(one.p_better or 0.0), one.account_id))


def _advice(better: float, orders: float, foreseen: float) -> tuple[str, str]:
    """`foreseen`: orders that the same money brings at the programme's rate; under two, silence says nothing yet."""
    if np.isfinite(better) and better >= KEEP_FROM and orders >= LEAST_ORDERS:
        return "keep", f"above the programme with a chance of {better:.0%}"
    if not np.isfinite(better) or foreseen < LEAST_ORDERS:
        return "wait", f"too little seen: at the programme's rate {foreseen:.1f} orders would be expected"
    if better <= REPLACE_BELOW:
        return "replace", f"above the programme with a chance of only {better:.0%}"
    return "pause" if better < 0.4 else "keep", f"not to be told from the programme ({better:.0%})"


def _told(row: pd.Series) -> dict[str, float | None]:
    return {key: _known(row[key]) for key in COUNTS}


def _known(value: float) -> float | None:
    return float(value) if pd.notna(value) else None


def _days(rows: pd.DataFrame) -> list[dict[str, float]]:
    running = rows.groupby("day")[list(COUNTS)].sum().sort_index().cumsum()
    return [{"day": int(day), **{key: float(row[key]) for key in COUNTS}} for day, row in running.iterrows()]


def learned_rates(rows: pd.DataFrame, campaign: str) -> dict[str, Input]:
    """Rates of this campaign as inputs for the next plan, ranges from a Beta posterior (Jeffreys), 80 %.

    Creators differ more than coins do: where the posterior is narrower than the spread between creators (standard
    error over creators), that spread is the range.
    """
    from scipy.stats import beta

    known, found = {entry.key: entry for entry in INPUTS}, {}
    for key, (above, below) in RATES.items():
        sums = rows.groupby("account_id")[[above, below]].sum(min_count=1).dropna()
        top, bottom = float(sums[above].sum()), float(sums[below].sum())
        if bottom <= 0 or top > bottom:
            continue
        value = top / bottom
        low, high = beta.ppf([0.1, 0.9], top + 0.5, bottom - top + 0.5)
        if len(sums) > 1:
            spread = 1.28 * np.sqrt(((sums[above] - value * sums[below]) ** 2).sum()) / bottom
            low, high = min(low, value - spread), max(high, value + spread)
        found[key] = known[key].with_value(
            value, max(min(low, value), 0.0), min(max(high, value), 1.0), f"learned: campaign {campaign}"
        )
    return found


def learned_toml(learned: Mapping[str, Input]) -> str:
    """The learned rates as sections to paste into the next brief."""
    return "\n".join(
        f"[response.{entry.key}]\nvalue = {entry.value:.6f}\nlow = {entry.low:.6f}\nhigh = {entry.high:.6f}\n"
        f'of = "{entry.of}"\nsource = {json.dumps(entry.source, ensure_ascii=False)}\n'
        for entry in learned.values()
    )


def _notes(rows: pd.DataFrame) -> list[str]:
    silent = [key for key in COUNTS if rows[key].isna().all()]
    return [f"Not told by the outcomes: {', '.join(silent)}."] if silent else []
