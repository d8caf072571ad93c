"""Advocates: who speaks well of the brand, who listens to them, and what they are worth as customers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from influence.errors import MissingDataError
from influence.planning.advocate_candidates import (
    Economics,
    Links,
    asked_lately,
    assemble_candidates,
    join_customers,
)
from influence.planning.advocate_score import CRITIC_NPS, OFFERS, order_candidates, score_parts, weights_of
from influence.planning.value import CustomerValues, customer_values
from influence.signals.material import Material
from influence.store.workspace import from_day, to_day
from influence.writing.plain import shorten
from influence.writing.rows import Rows

if TYPE_CHECKING:
    from influence.store.base import Store
    from influence.store.workspace import Workspace
    from influence.text.mentions import Mentions
    from influence.text.sentiment.shares import Label


@dataclass(frozen=True)
class Advocate:
    """One candidate; the order of the fields is the order of JSON and CSV. None is unknown.

    `points` add up to `score` (0-100). `sharing` and `persuasion` are two figures on purpose: exceptional sharers and
    persuasive quiet ones are different people. `value` is money in the currency of the orders and tells who spends;
    `rfm` (0-1) tells better who buys again.
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
    rfm: float | None
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
class Advocates(Rows[Advocate]):
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

    shown = ("rank", "customer_id", "account_id", "score", "segment", "offer")

    brand: str
    goal: str
    weights: Mapping[str, float]
    rows: tuple[Advocate, ...]
    resting: tuple[Advocate, ...]
    detractors: tuple[Advocate, ...]
    n_candidates: int
    counts: Mapping[str, int]
    value_method: str
    horizon_days: int
    as_of: str
    notes: tuple[str, ...] = ()


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
    labels: tuple[Label, ...] = (),
    material: Material | None = None,
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
    labels : tuple of Label
        Mentions that a person judged (`influence sentiment label`): they right the shares in the notes.
    material : Material, optional
        The workspace as of the same day, already read.

    Returns
    -------
    Advocates
        Customers without a known account and accounts without purchases are candidates, too.

    Raises
    ------
    MissingDataError
        No customers are known, or nobody who speaks.

    Examples
    --------
    >>> import influence
    >>> influence.advocates(workspace, "Acme").brand
    'Acme'
    """
    shares = weights_of(goal, weights)
    cut = to_day(as_of)
    material = material or Material(workspace.store, as_of)
    values = material.once("customer-values", lambda: customer_values(workspace.store, as_of=as_of))
    links = join_customers(workspace.store, as_of_day=cut)
    feelings, about = brand_feelings(workspace.store, brand, aliases, as_of_day=cut, labels=labels)
    if about and feelings.empty:
        about += " Where customers said whether they would recommend, that stands in."
    table = assemble_candidates(material, values, links, feelings, brand, economics or Economics())
    points = score_parts(table, shares)
    table["score"] = points.sum(axis=1)
    today = max(material.reference_day, values.as_of_day)
    table["resting"] = asked_lately(workspace, table, today, rest_days)
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
        horizon_days=values.horizon_days,
        as_of=from_day(today).isoformat(),
        notes=tuple(_notes(links, values, about, table)),
        **lists,
    )


FIGURES = (
    "feeling",
    "nps",
    "reach_like",
    "sharing",
    "persuasion",
    "value",
    "rfm",
    "referral_value",
    "confidence",
)
COUNTS = ("audience", "n_orders", "referrals", "tenure_days")


def _rows(frame: pd.DataFrame, points: pd.DataFrame) -> tuple[Advocate, ...]:
    rows, points_of = frame.to_dict("records"), points.loc[frame.index].to_dict("records")
    return tuple(
        Advocate(
            rank=place,
            customer_id=_text(row["customer_id"]),
            account_id=_text(row["account_id"]),
            score=float(row["score"]),
            points={str(part): float(value) for part, value in parts.items()},
            n_mentions=_whole(row["n_mentions"]) or 0,
            segment=str(row["segment"]),
            offer=OFFERS[str(row["segment"])],
            involvement=str(row["involvement"]),
            link=_text(row["method"]),
            notes=(*_ill(row), *_doubts(row)),
            **{name: _number(row[name]) for name in FIGURES},  # type: ignore[arg-type]
            **{name: _whole(row[name]) for name in COUNTS},
        )
        for place, (row, parts) in enumerate(zip(rows, points_of, strict=True), start=1)
    )


def _ill(row: Mapping[Hashable, Any]) -> list[str]:
    """Why a critic is taken for one."""
    if not row["detractor"]:
        return []
    words, nps = _text(row.get("worst")), _number(row["nps"])
    said = [f'says "{shorten(words, 90)}"'] if words else []
    return said + (
        [f"would not recommend: {nps:.0f} of 10 (NPS)"] if nps is not None and nps <= CRITIC_NPS else []
    )


def _doubts(row: Mapping[Hashable, Any]) -> list[str]:
    doubts = []
    if _text(row["account_id"]) is None and not row["detractor"]:
        doubts.append("no account is known: reach is unknown, ask them to recommend in person")
    elif (_number(row["confidence"]) or 1.0) < 0.8:
        doubts.append("the account may be somebody else's: ask before you write")
    if not _number(row["n_mentions"]):
        doubts.append("has not named the brand in these data")
    elif not row["detractor"] and (_number(row["p_critic"]) or 0) > 0.5:
        doubts.append("may speak ill of the brand: read the words before you invite")
    elif not row["detractor"] and (_number(row["p_critic"]) or 0) > 0.3:
        doubts.append("the feeling rests on little")
    return doubts


def _counts(links: Links, table: pd.DataFrame) -> dict[str, int]:
    return {
        "customers": int(table["customer_id"].notna().sum()),
        **{f"joined ({method})": n for method, n in links.counts.items() if n},
        "customers without a voice": int((table["customer_id"].notna() & table["account_id"].isna()).sum()),
        "voices without purchases": int(table["customer_id"].isna().sum()),
    }


def _notes(links: Links, values: CustomerValues, about: str, table: pd.DataFrame) -> list[str]:
    notes = [f"Customer value: {values.method}."]
    if about:
        notes.append(about)
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
