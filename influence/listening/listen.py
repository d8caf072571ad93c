"""Listening: how much is said about a brand and its rivals, by whom, how it feels, about what, and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.errors import UsageError
from influence.listening.aspects import (
    Aspect,
    Aspects,
    Word,
    aspect_rows,
    aspects_from,
    aspects_of,
    telling_words,
)
from influence.listening.detectors import Baseline, baseline_of, counts_by_day
from influence.listening.drivers import Drive, drive_of
from influence.listening.gathering import ITSELF, between, gather
from influence.listening.periods import Period, bins_of, period_of
from influence.listening.reputation import (
    Reputation,
    ReputationChange,
    feeling_changes,
    reputation_of,
    volume_change,
)
from influence.listening.voice_share import Voice, voices_of
from influence.store.kept.keeper import keeper_of

if TYPE_CHECKING:
    from influence.signals.material import Material
    from influence.store.base import Store
    from influence.text.sentiment.score import Sentiment
    from influence.text.sentiment.shares import Label

SIDES = {"platform": "platform", "language": "language", "community": "community", "country": "place",
         "voice": "kind of voice"}  # fmt: skip
"""Column of a mention -> what it is broken down by."""
BASELINE_DAYS = 182
N_SLICES = 8


@dataclass(frozen=True)
class TalkSlice:
    """Mentions of one platform, language, community, place or kind of voice; `value` None is unknown."""

    by: str
    value: str | None
    n_posts: int
    n_authors: int
    reputation: Reputation


@dataclass(frozen=True)
class Bin:
    """A day, week or month of one brand; `is_whole` is false where the period cuts it."""

    brand: str
    start: int
    n_days: int
    n_posts: int
    n_authors: int
    n_negative: int
    n_positive: int
    is_whole: bool


@dataclass(frozen=True)
class Listening:
    """What was heard.

    Attributes
    ----------
    brand : str
    rivals : tuple of str
    period : Period
    niche : str
    voices : tuple of Voice
        The brand first.
    reputations : mapping of brand to Reputation
    changes : mapping of brand to tuple of Change
        Mentions a day, then shares of feeling; empty where the period before holds no text.
    aspects, words : tuple
        Of the brand.
    slices : tuple of TalkSlice
    series : tuple of Bin
        The period and the one before.
    drive : Drive
    weekday : tuple of float
        How much each weekday brings, Monday first, 1 on average.
    n_own : int
        Mentions by the brand itself and its rivals' accounts of themselves, in no other figure.
    n_undated, n_texts : int
    notes : tuple of str
    """

    brand: str
    rivals: tuple[str, ...]
    period: Period
    niche: str
    voices: tuple[Voice, ...]
    reputations: Mapping[str, Reputation]
    changes: Mapping[str, tuple[ReputationChange, ...]]
    aspects: tuple[Aspect, ...]
    words: tuple[Word, ...]
    slices: tuple[TalkSlice, ...]
    series: tuple[Bin, ...]
    drive: Drive
    weekday: tuple[float, ...]
    n_own: int
    n_undated: int
    notes: tuple[str, ...]


def listen(
    store: Store,
    material: Material,
    brand: str,
    *,
    aliases: Sequence[str] = (),
    rivals: Sequence[str] = (),
    first: str | None = None,
    last: str | None = None,
    by: str | None = None,
    niche: str = "",
    members: np.ndarray | None = None,
    aspects: Aspects | None = None,
    labels: tuple[Label, ...] = (),
    model: Sentiment | None = None,
) -> Listening:
    """What is said about this brand, beside its rivals, and what changed?

    Parameters
    ----------
    store : Store
    material : Material
        Of the same workspace: who pays attention to whom.
    brand, aliases, rivals
        As in `influence.text.mentions.find_mentions`.
    first, last : ISO text, optional
        First and last day of the period; without them the latest 28 days in the data.
    by : {"day", "week", "month"}, optional
    niche, members
        The niche's name, and `influence.listening.drivers.membership_of` of it.
    aspects : Aspects, optional
        See `influence.listening.aspects.aspects_from`.
    labels : tuple of Label
        Judged mentions of the brand, which right its shares.

    Raises
    ------
    MissingDataError
        There is no text, or nobody names the brand or a rival.
    UsageError
        A day that is none, a period that ends before it begins, a rival that is the brand.
    """
    from influence.text.sentiment.score import load_sentiment

    names = named_brands(brand, aliases, rivals)
    period = period_of(material.reference_day, first, last, by)
    judge = model or load_sentiment()
    heard = gather(store, names, period.end, judge)
    rows = heard[heard["voice"] != ITSELF]
    now, before = between(rows, period.first, period.end), between(rows, period.before, period.first)
    mine = now[now["brand"] == brand]
    usual = usual_of(rows[rows["brand"] == brand], period)
    told = aspect_rows(mine, aspects or aspects_from(), judge, keeper_of(store))
    return Listening(
        brand=brand,
        rivals=tuple(rivals),
        period=period,
        niche=niche,
        voices=voices_of(now, list(names), material),
        reputations={
            one: reputation_of(now[now["brand"] == one], labels if one == brand else ()) for one in names
        },
        changes={one: _changes(rows, one, now, before, period) for one in names},
        aspects=aspects_of(told),
        words=telling_words(mine, [brand, *aliases]),
        slices=tuple(_slices(mine)),
        series=tuple(_series(rows, list(names), period)),
        drive=drive_of(mine, material, members),
        weekday=tuple(usual.weekday.tolist()),
        n_own=int((between(heard, period.first, period.end)["voice"] == ITSELF).sum()),
        n_undated=int(rows["day"].isna().sum()),
        notes=tuple(_notes(rows, now, before, material)),
    )


def named_brands(brand: str, aliases: Sequence[str], rivals: Sequence[str]) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {brand: tuple(aliases)}
    for rival in rivals:
        if rival.strip().lower() in {one.strip().lower() for one in (*names, *aliases)}:
            raise UsageError("a rival is named twice, or is the brand", where="--rival", seen=rival)
        names[rival] = ()
    return names


def usual_of(rows: pd.DataFrame, period: Period) -> Baseline:
    """What days of this brand looked like before the period; of all days where there are less than two weeks before."""
    days = rows["day"].dropna().to_numpy()
    start = max(int(days.min()) if len(days) else period.before, period.first - BASELINE_DAYS)
    end = period.first if period.first - start >= 14 else period.end
    start = min(start, end - 1)
    return baseline_of(np.arange(start, end), counts_by_day(days, start, end))


def _changes(
    rows: pd.DataFrame, brand: str, now: pd.DataFrame, before: pd.DataFrame, period: Period
) -> tuple[ReputationChange, ...]:
    if not (rows["day"] < period.first).any() or rows["day"].min() > period.before:
        return ()
    here, there = now[now["brand"] == brand], before[before["brand"] == brand]
    usual = usual_of(rows[rows["brand"] == brand], period)
    days = np.arange(period.first, period.end), np.arange(period.before, period.first)
    return (volume_change(len(here), len(there), *days, usual), *feeling_changes(here, there))


def _slices(rows: pd.DataFrame) -> list[TalkSlice]:
    found = []
    for column, by in SIDES.items():
        values = rows[column].astype(object).where(rows[column].notna(), None)
        counts = values.value_counts(dropna=False).items()
        order = [value for value, _ in sorted(counts, key=lambda told: (-told[1], str(told[0])))]
        if len(order) == 1 and pd.isna(order[0]):
            continue
        for value in order[:N_SLICES]:
            part = rows[values.isna() if pd.isna(value) else values == value]
            name = None if pd.isna(value) else str(value)
            found.append(TalkSlice(by, name, len(part), part["account_id"].nunique(), reputation_of(part)))
    return found


def _series(rows: pd.DataFrame, brands: Sequence[str], period: Period) -> list[Bin]:
    found = []
    for start, end, whole in bins_of(period):
        part = between(rows, start, end)
        for brand in brands:
            mine = part[part["brand"] == brand]
            felt = mine["feeling"].value_counts()
            found.append(
                Bin(brand, start, end - start, len(mine), mine["account_id"].nunique(),
                    int(felt.get("negative", 0)), int(felt.get("positive", 0)), whole)
            )  # fmt: skip
    return found


def _notes(rows: pd.DataFrame, now: pd.DataFrame, before: pd.DataFrame, material: Material) -> list[str]:
    notes = []
    if undated := int(rows["day"].isna().sum()):
        notes.append(f"{undated:,} mentions have no date and are in no figure of a period.")
    if now.empty:
        notes.append("Nothing was said in this period.")
    if before.empty:
        notes.append("The period before holds no mention, so no change can be told.")
    if material.tie_matrix.nnz == 0:
        notes.append("Reach is unknown: no follows or reactions say who pays attention to whom.")
    if unread := int(now["p_negative"].isna().sum()):
        notes.append(
            f"{unread:,} mentions are in a language that the model cannot read: counted, not guessed."
        )
    return notes
