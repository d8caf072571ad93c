"""Advocates: who speaks well of the brand, who listens to them, and what they are worth as customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.errors import UsageError, did_you_mean
from influence.planning.customers import Links, join_customers
from influence.planning.defaults import default
from influence.planning.feelings import brand_feelings
from influence.planning.segments import involvement_of, referral_value, segment_of
from influence.planning.value import CustomerValues, customer_values
from influence.planning.voices import voice_figures
from influence.signals.material import Material
from influence.signals.shrinkage import percentile_among_known
from influence.store.workspace import from_day, to_day

if TYPE_CHECKING:
    from influence.store.workspace import Workspace

PARTS = ("feeling", "reach", "persuasion", "sharing", "value", "referral", "tenure")
GOALS: Mapping[str, Mapping[str, float]] = {
    "conversion": dict(zip(PARTS, (3, 4, 4, 1, 0.5, 1, 0.5), strict=True)),
    "awareness": dict(zip(PARTS, (2, 6, 1, 3, 0.5, 0.5, 0.5), strict=True)),
    "loyalty": dict(zip(PARTS, (3, 1, 1, 0.5, 4, 2, 2), strict=True)),
}
"""Weights by goal, in the order of `PARTS`; only their proportions matter, `--weights` changes single ones."""
POINTS = 100.0
CRITIC_NPS = 6
SURELY_CRITIC = 0.7
"""Chance that more ill than good is said, from which somebody counts as a critic."""
PROMOTER_NPS = 9
"""Of 0 to 10: 6 and below are detractors, 9 and 10 promoters (Reichheld 2003)."""


@dataclass(frozen=True)
class Advocate:
    """One candidate; the order of the fields is the order of JSON and CSV. None is unknown.

    `points` add up to `score` (0-100). `sharing` and `persuasion` are two figures on purpose: exceptional sharers and
    persuasive quiet ones are different people. Money is in the currency of the orders.
    """

    rank: int
    customer_id: str | None
    account_id: str | None
    score: float
    points: Mapping[str, float]
    feeling: float | None
    n_mentions: int
    nps: float | None
    reach_like: float | None
    audience: int | None
    sharing: float | None
    persuasion: float | None
    value: float | None
    n_orders: int | None
    referral_value: float | None
    referrals: int | None
    tenure_days: int | None
    segment: str
    offer: str
    involvement: str
    link: str | None
    confidence: float | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Advocates:
    """Who to invite, who to leave in peace, and who must not be invited.

    Attributes
    ----------
    rows : tuple of Advocate
        Best first; may be invited.
    resting : tuple of Advocate
        Asked within `rest_days`.
    detractors : tuple of Advocate
        They speak ill of the brand or would not recommend it: listen to them, never invite them.
    n_candidates : int
    counts : mapping
        Customers, joined by method, without a voice, voices without purchases.
    notes : tuple of str
    """

    brand: str
    goal: str
    weights: Mapping[str, float]
    rows: tuple[Advocate, ...]
    resting: tuple[Advocate, ...]
    detractors: tuple[Advocate, ...]
    n_candidates: int
    counts: Mapping[str, int]
    value_method: str
    as_of: str
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Economics:
    """What a new customer brings and costs; the user's numbers, or from the data (None)."""

    new_customer_value: float | None = None
    acquisition_cost: float = 0.0
    anyway_share: float = field(default_factory=lambda: default("anyway_share").value)


def find_advocates(
    workspace: Workspace,
    brand: str,
    *,
    aliases: Sequence[str] = (),
    goal: str = "conversion",
    weights: Mapping[str, float] | None = None,
    as_of: str | None = None,
    top: int = 30,
    rest_days: int | None = None,
    economics: Economics | None = None,
) -> Advocates:
    """Which customers and fans should be asked to speak for the brand?

    Parameters
    ----------
    workspace : Workspace
    brand : str
        Its name as people write it; `aliases` are other names.
    goal : {"conversion", "awareness", "loyalty"}
    weights : mapping of part to weight, optional
        Changes to the goal's weights.
    as_of : ISO text, optional
    top : int
        Rows of each list; 0 gives all.
    rest_days : int, optional
        Days to leave people in peace after they were asked; from `defaults.toml` when not given.
    economics : Economics, optional

    Returns
    -------
    Advocates
        Customers without a known account and accounts without purchases are candidates, too.
    """
    shares = weights_of(goal, weights)
    cut = to_day(as_of)
    material = Material(workspace.store, as_of)
    values = customer_values(workspace.store, as_of=as_of)
    links = join_customers(workspace.store, as_of_day=cut)
    feelings, silence = brand_feelings(workspace.store, brand, aliases, as_of_day=cut)
    table = _assemble(material, values, links, feelings, brand, economics or Economics())
    points = score_parts(table, shares)
    table["score"] = points.sum(axis=1)
    table["resting"] = _asked_lately(workspace, table, material.as_of_day, rest_days)
    ranked = order_candidates(table)
    groups = {
        "rows": ranked[~ranked["detractor"] & ~ranked["resting"]],
        "resting": ranked[~ranked["detractor"] & ranked["resting"]],
        "detractors": ranked[ranked["detractor"]],
    }
    lists = {name: _rows(frame.head(top) if top else frame, points) for name, frame in groups.items()}
    return Advocates(
        brand=brand,
        goal=goal,
        weights=shares,
        n_candidates=len(table),
        counts=_counts(links, table),
        value_method=values.method,
        as_of=from_day(material.as_of_day).isoformat(),
        notes=tuple(_notes(links, values, silence, table)),
        **lists,
    )


def weights_of(goal: str, changes: Mapping[str, float] | None = None) -> dict[str, float]:
    """Shares of the score by part, adding up to one."""
    if goal not in GOALS:
        raise UsageError(
            "unknown goal", seen=goal, expected=", ".join(GOALS), hint=did_you_mean(goal, list(GOALS))
        )
    unknown = set(changes or {}) - set(PARTS)
    if unknown:
        raise UsageError(
            "unknown part of the score", seen=", ".join(sorted(unknown)), expected=", ".join(PARTS)
        )
    weights = {**GOALS[goal], **(changes or {})}
    if min(weights.values()) < 0 or sum(weights.values()) <= 0:
        raise UsageError("weights must be zero or more, and not all zero", seen=weights)
    return {part: float(weights[part]) / float(sum(weights.values())) for part in PARTS}


def _assemble(
    material: Material,
    values: CustomerValues,
    links: Links,
    feelings: pd.DataFrame,
    brand: str,
    economics: Economics,
) -> pd.DataFrame:
    """One row a candidate: joined customers, customers without a voice, voices without purchases."""
    buyers = values.frame.drop(columns=["account_id", "account_verified", "email_hash"])
    buyers = buyers.join(links.frame.set_index("customer_id"))
    buyers.index.name = "customer_id"
    buyers = buyers.reset_index()
    spoken = feelings.index.difference(buyers["account_id"].dropna())
    own = material.accounts["handle"].str.lower().isin([brand.lower().lstrip("@")]) | (
        material.accounts["kind"] == "brand"
    )
    shut = own | _flag(material, "is_private") | _flag(material, "noindex") | _flag(material, "is_bot")
    hidden = set(material.account_ids[shut.to_numpy(dtype=bool)])
    fans = pd.DataFrame({"account_id": [account for account in spoken if account not in hidden]})
    table = pd.concat([buyers, fans], ignore_index=True) if len(fans) else buyers
    table.loc[table["account_id"].isin(hidden), ["account_id", "method", "confidence"]] = None
    voices = sorted(table["account_id"].dropna().unique())
    customers = sorted(buyers["account_id"].dropna().unique())
    table = table.merge(voice_figures(material, voices, customers), on="account_id", how="left")
    table = table.merge(feelings, left_on="account_id", right_index=True, how="left")
    table["referral_value"] = referral_value(table, economics.new_customer_value, economics.acquisition_cost,
                                             economics.anyway_share)  # fmt: skip
    table["segment"] = segment_of(table)
    table["involvement"] = involvement_of(table)
    table["detractor"] = is_detractor(table)
    return table


def is_detractor(table: pd.DataFrame) -> pd.Series:
    """Very likely more ill than good is said, or the customer would not recommend (0-6) and says nothing good.

    One lukewarm mention condemns nobody: it is a doubt, and the words are to be read before inviting.
    """
    feeling = table["feeling"].astype(float)
    ill = table["p_critic"].astype(float) >= SURELY_CRITIC
    unwilling = (table["nps"].astype(float) <= CRITIC_NPS) & ~(feeling > 0.05)
    return (ill | unwilling).fillna(False).astype(bool)


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
    total = sum(usable.values()) or 1.0
    return pd.DataFrame({part: POINTS * weight / total * parts[part] for part, weight in usable.items()})


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


def _flag(material: Material, name: str) -> pd.Series:
    return material.accounts[name].astype("boolean").fillna(False)


def _asked_lately(workspace: Workspace, table: pd.DataFrame, today: int, rest_days: int | None) -> pd.Series:
    """Asked (a saved list says so) or busy in a campaign within the days of rest."""
    from influence.store.saved import has_table

    days = default("rest_days").value if rest_days is None else rest_days
    sql = "select account_id, max(day) as day from outcomes group by account_id"
    if has_table(workspace.store, "saved_picks"):
        sql += " union all select account_id, max(last_contact) from saved_picks group by account_id"
    last = workspace.store.query(
        f"select account_id, max(day) as day from ({sql}) as asked where day is not null and day <= ? "
        "group by account_id", [today]
    ).to_pandas().set_index("account_id")["day"]  # fmt: skip
    return (today - table["account_id"].map(last).astype(float) < days).fillna(False)


def _rows(frame: pd.DataFrame, points: pd.DataFrame) -> tuple[Advocate, ...]:
    from influence.planning.segments import OFFERS

    return tuple(
        Advocate(
            rank=place,
            customer_id=_text(row["customer_id"]),
            account_id=_text(row["account_id"]),
            score=float(row["score"]),
            points={part: float(value) for part, value in points.loc[at].items()},
            feeling=_number(row["feeling"]),
            n_mentions=int(_number(row["n_mentions"]) or 0),
            nps=_number(row["nps"]),
            reach_like=_number(row["reach_like"]),
            audience=_whole(row["audience"]),
            sharing=_number(row["sharing"]),
            persuasion=_number(row["persuasion"]),
            value=_number(row["value"]),
            n_orders=_whole(row["n_orders"]),
            referral_value=_number(row["referral_value"]),
            referrals=_whole(row["referrals"]),
            tenure_days=_whole(row["tenure_days"]),
            segment=str(row["segment"]),
            offer=OFFERS[str(row["segment"])],
            involvement=str(row["involvement"]),
            link=_text(row["method"]),
            confidence=_number(row["confidence"]),
            notes=tuple(_doubts(row)),
        )
        for place, (at, row) in enumerate(frame.iterrows(), start=1)
    )


def _doubts(row: pd.Series) -> list[str]:
    doubts = []
    if _text(row["account_id"]) is None:
        doubts.append("no account is known: reach is unknown, ask them to recommend in person")
    elif (_number(row["confidence"]) or 1.0) < 0.8:
        doubts.append("the account may be somebody else's: ask before you write")
    if not _number(row["n_mentions"]):
        doubts.append("has not named the brand in these data")
    elif (_number(row["p_critic"]) or 0) > 0.5:
        doubts.append("may speak ill of the brand: read the words before you invite")
    elif (_number(row["p_critic"]) or 0) > 0.3:
        doubts.append("the feeling rests on little")
    return doubts


def _counts(links: Links, table: pd.DataFrame) -> dict[str, int]:
    return {
        "customers": int(table["customer_id"].notna().sum()),
        **{f"joined, {method}": n for method, n in links.counts.items() if n},
        "customers without a voice": int((table["customer_id"].notna() & table["account_id"].isna()).sum()),
        "voices without purchases": int(table["customer_id"].isna().sum()),
    }


def _notes(links: Links, values: CustomerValues, silence: str, table: pd.DataFrame) -> list[str]:
    notes = [f"Customer value: {values.method}."]
    if silence:
        notes.append(silence + " Where customers said whether they would recommend, that stands in.")
    if links.ambiguous:
        notes.append(f"{len(links.ambiguous):,} customers fit several accounts and were joined to none.")
    if links.shared:
        notes.append(
            f"{len(links.shared):,} accounts are claimed by several customers: {', '.join(links.shared[:3])}."
        )
    if table["reach_like"].notna().sum() == 0:
        notes.append(
            "Nobody's audience is known (no follows or interactions): reach and persuasion have no effect."
        )
    return notes


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: object) -> float | None:
    return float(value) if value is not None and not pd.isna(value) else None  # type: ignore[arg-type]


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)
