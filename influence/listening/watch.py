"""Early warning: what is counted every day, what left the usual, how surely, since when; and what to read first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.listening.aspects import Aspects, aspect_rows, aspects_from
from influence.listening.detectors import (
    LEAST_BASELINE,
    Shift,
    WatchedSeries,
    counts_by_day,
    evidence_of,
    threshold,
)
from influence.listening.gathering import ITSELF, gather
from influence.listening.listen import named_brands
from influence.listening.periods import period_of
from influence.listening.questions import unanswered
from influence.listening.voice_share import audience_of
from influence.listening.watch_rules import Rules, rules_from
from influence.store.kept.keeper import keeper_of

if TYPE_CHECKING:
    from influence.signals.material import Material
    from influence.store.base import Store
    from influence.text.sentiment.score import Sentiment

N_READ_FIRST = 5
DAYS_SHOWN = 56
OF_COMPLAINT = ("complaint", "topic", "loud", "spread", "praise")
"""Kinds of which the complaints are read first; of the others all."""

COPY_WORDS = 6
"""Words in a row that two accounts do not share by chance."""
COPY_DAYS = 7
SLOW, FAST = 1.5, 4.0
FORTNIGHT = 14
"""Days that quiet must last: a long weekend ends by itself, and nobody has to run for silence."""
SHARES = {"complaint": 4.0}
"""False alarms that a kind may have where another has one: complaint comes before a crisis, and slowly."""


@dataclass(frozen=True)
class ToRead:
    """A text to read first."""

    said: str
    account_id: str
    day: int
    url: str | None
    n_niche_people: float


@dataclass(frozen=True)
class Alarm:
    """Something left the usual.

    Attributes
    ----------
    kind, about : str
        See `rules.toml`; `about` is the aspect of a ``topic``.
    since : int
        Day on which it began.
    seen, usual : float
        Counts since then (voices a day counted once), or shares where `is_share`.
    once_in_days : float
        How rarely chance alone brings evidence as strong; infinite where nothing was left to chance.
    n_accounts : int
    read_first : tuple of ToRead
    daily : tuple of float
        What was counted, or its share (NaN where nobody could be read), on each of the last `DAYS_SHOWN` days.
    """

    kind: str
    about: str
    since: int
    seen: float
    usual: float
    is_share: bool
    once_in_days: float
    n_accounts: int
    read_first: tuple[ToRead, ...]
    daily: tuple[float, ...] = ()


@dataclass(frozen=True)
class Watch:
    """What the watch found on its day; `not_watched` says what could not be, and why."""

    brand: str
    day: int
    alarms: tuple[Alarm, ...]
    watched: tuple[str, ...]
    not_watched: Mapping[str, str]
    rules: Rules
    niche: str = ""


def watch(
    store: Store,
    material: Material,
    brand: str,
    *,
    aliases: Sequence[str] = (),
    rivals: Sequence[str] = (),
    last: str | None = None,
    rules: Rules | None = None,
    niche: str = "",
    members: np.ndarray | None = None,
    aspects: Aspects | None = None,
    model: Sentiment | None = None,
) -> Watch:
    """Is something happening around this brand?

    Parameters
    ----------
    store, material, brand, aliases, rivals, niche, members, aspects, model
        As in `influence.listening.listen.listen`.
    last : ISO text, optional
        The day that is watched; the latest in the data if not told.
    rules : Rules, optional

    Raises
    ------
    MissingDataError
        There is no text, or nobody names the brand.
    """
    from influence.text.sentiment.score import load_sentiment

    rules, judge = rules or rules_from(), model or load_sentiment()
    end = period_of(material.reference_day, None, last).end
    names = named_brands(brand, aliases, rivals)
    heard = gather(store, names, end, judge)
    rows = heard[(heard["brand"] == brand) & (heard["voice"] != ITSELF)]
    dated = rows[rows["day"].notna() & (rows["day"] < end)].reset_index(drop=True)
    recent = dated[dated["day"] >= end - rules.window_days - rules.baseline_days].reset_index(drop=True)
    topics = aspect_rows(recent, aspects or aspects_from(), judge, keeper_of(store))
    reach = niche_reach(recent, material, members)
    alarms, watched, missing = alarms_of(dated, topics, reach, rules, end - 1)
    waiting = _waiting(store, dated, names[brand], brand, rules, end)
    if isinstance(waiting, str):
        missing = {**missing, "unanswered": waiting}
    elif len(waiting):
        alarms = (*alarms, _asked(waiting, reach))
    return Watch(brand, end - 1, alarms, watched, missing, rules, niche)


def niche_reach(rows: pd.DataFrame, material: Material, members: np.ndarray | None) -> pd.Series:
    """People of the niche (all people where none is named) who pay attention to each author, by account_id."""
    authors = sorted({str(one) for one in rows["account_id"].dropna()})
    hears = audience_of(material, authors) if authors else None
    if hears is None:
        return pd.Series(0.0, index=pd.Index(authors, dtype=object))
    weight = np.ones(hears.shape[0]) if members is None else members
    return pd.Series(np.asarray(hears.T @ weight).ravel(), index=pd.Index(authors, dtype=object))


def alarms_of(
    rows: pd.DataFrame, topics: pd.DataFrame, reach: pd.Series, rules: Rules, today: int
) -> tuple[tuple[Alarm, ...], tuple[str, ...], dict[str, str]]:
    """Alarms of a day, what was watched, and what could not be; see `influence.listening.watch.tracks_of`."""
    first = int(rows["day"].min()) if len(rows) else today
    first = max(first, today + 1 - rules.window_days - rules.baseline_days)
    tracks = tracks_of(rows, topics, reach, rules, first, today + 1)
    days = np.arange(first, today + 1)
    found, watched, missing = [], [], _untold(rows, reach, rules)
    for track in tracks:
        told = evidence_of(track, days, len(days) - 1, rules.window_days, rules.baseline_days)
        name = f"{track.kind} {track.about}".strip()
        if told:
            watched.append(name)
            strongest = loudest(track, told, rules)
            if strongest:
                found.append(_alarm(track, strongest, rows, topics, reach, rules, first))
        else:
            missing[name] = f"fewer than {LEAST_BASELINE} days, or too few mentions, before the window"
    found.sort(key=lambda one: (-one.once_in_days, one.kind, one.about))
    return tuple(found), tuple(watched), missing


def loudest(track: WatchedSeries, told: Sequence[Shift], rules: Rules) -> Shift | None:
    """The strongest evidence that passes the threshold of its kind; None where none does."""
    kinds = sum(SHARES.get(kind, 1.0) for kind in rules.kinds) / SHARES.get(track.kind, 1.0)
    bound = threshold(rules.false_alarms_per_month, kinds * track.n_alike * len(track.shifts))
    passed = [one for one in told if one.strength >= bound and _enough(track, one)]
    return max(passed, key=lambda one: one.strength, default=None)


def _enough(track: WatchedSeries, one: Shift) -> bool:
    since = track.counts[one.since :]
    return float(since.sum()) >= track.least and len(since) >= track.least_days


def _untold(rows: pd.DataFrame, reach: pd.Series, rules: Rules) -> dict[str, str]:
    missing = {}
    if "loud" in rules.kinds and not (reach > 0).any():
        missing["loud"] = "no follows or reactions say who listens to whom"
    if "spread" in rules.kinds and rows["community"].isna().all():
        missing["spread"] = "posts name no community"
    return missing


def _alarm(
    track: WatchedSeries, one: Shift, rows: pd.DataFrame, topics: pd.DataFrame, reach: pd.Series, rules: Rules,
    first: int,
) -> Alarm:  # fmt: skip
    since = first + one.since
    behind = rows[rows["day"] >= since]
    if track.kind == "topic":
        behind = topics[(topics["day"] >= since) & (topics["aspect"] == track.about)]
    if track.kind == "copies":
        behind = behind[is_copy(behind)]
    if track.kind in OF_COMPLAINT:
        behind = behind[behind["feeling"] == "negative"]
    if track.kind == "loud":
        behind = behind[is_loud(behind, reach, rules.loud_share)]
    return Alarm(
        track.kind, track.about, since, one.seen, one.usual, track.trials is not None, float(np.exp(one.strength)),
        behind["account_id"].nunique(), _read_first(behind, reach), _by_day(track),
    )  # fmt: skip


def _by_day(track: WatchedSeries) -> tuple[float, ...]:
    counts = track.counts[-DAYS_SHOWN:].astype(float)
    if track.trials is not None:
        trials = track.trials[-DAYS_SHOWN:].astype(float)
        counts = np.divide(counts, trials, out=np.full(len(counts), np.nan), where=trials > 0)
    return tuple(float(one) for one in counts)


def _read_first(rows: pd.DataFrame, reach: pd.Series) -> tuple[ToRead, ...]:
    """Texts whose authors the niche listens to most, one an author; then the most reacted to, then the earliest."""
    named = _named(rows, reach).assign(reacted=rows["reactions"].fillna(0.0))
    order = named.sort_values(["heard", "reacted", "day", "account_id"], ascending=[False, False, True, True])
    return _to_read(order.drop_duplicates("account_id"))


def _named(rows: pd.DataFrame, reach: pd.Series) -> pd.DataFrame:
    """Rows of those who may be named, with how many of the niche listen to them."""
    return rows[~rows["is_hidden"]].assign(heard=rows["account_id"].map(reach).fillna(0.0))


def _to_read(rows: pd.DataFrame) -> tuple[ToRead, ...]:
    """The first of some rows."""
    return tuple(
        ToRead(row.said, row.account_id, int(row.day), row.url, float(row.heard))
        for row in rows.head(N_READ_FIRST).itertuples()
    )


def _waiting(
    store: Store, rows: pd.DataFrame, aliases: Sequence[str], brand: str, rules: Rules, end: int
) -> pd.DataFrame | str:
    if "unanswered" not in rules.kinds:
        return rows[:0]
    recent = rows[rows["day"] >= end - rules.window_days]
    waiting = unanswered(store, recent, [brand, *aliases], end - rules.unanswered_after_days)
    return waiting if isinstance(waiting, str) or len(waiting) >= rules.unanswered_least else rows[:0]


def _asked(waiting: pd.DataFrame, reach: pd.Series) -> Alarm:
    order = _named(waiting, reach).sort_values(["heard", "day", "account_id"], ascending=[False, True, True])
    return Alarm("unanswered", "", int(waiting["day"].min()), float(len(waiting)), 0.0, False, float("inf"),
                 waiting["account_id"].nunique(), _to_read(order))  # fmt: skip


def tracks_of(
    rows: pd.DataFrame, topics: pd.DataFrame, reach: pd.Series, rules: Rules, first: int, end: int
) -> list[WatchedSeries]:
    """Everything that the rules ask to watch, as daily counts from `first` up to, not including, `end`.

    An author counts once a day: one person's outburst is one voice.

    Parameters
    ----------
    rows : DataFrame
        Mentions of the brand (`influence.listening.gathering.gather`), dated.
    topics : DataFrame
        Of the same (`influence.listening.aspects.aspect_rows`).
    reach : Series
        People of the niche who pay attention to each account, by account_id.
    """
    daily = partial(_daily, first=first, end=end)
    voices = _once_a_day(rows)
    latest = voices[voices["day"] >= first - COPY_DAYS]
    angry = _once_a_day(rows[rows["feeling"] == "negative"])
    pleased = _once_a_day(rows[rows["feeling"] == "positive"])
    loud = angry[is_loud(angry, reach, rules.loud_share)]
    read = daily(_once_a_day(rows[rows["feeling"].notna()]))
    found = [
        WatchedSeries("volume", daily(voices), shifts=(SLOW, FAST)),
        WatchedSeries("silence", daily(voices), shifts=(1 / SLOW, 1 / FAST), least=0, least_days=FORTNIGHT),
        WatchedSeries("complaint", daily(angry), read, shifts=(1.7, 4.0)),
        WatchedSeries("praise", daily(pleased), read, shifts=(0.5,), least=0),
        WatchedSeries("loud", daily(loud), read, shifts=(4.0,), least=2),
        WatchedSeries("spread", daily(angry.drop_duplicates(["community", "day"])), shifts=(2.5,)),
        WatchedSeries("newcomers", daily(voices[_is_new(voices)]), shifts=(2.0, FAST)),
        WatchedSeries("copies", daily(latest[is_copy(latest)]), shifts=(3.0,)),
        *_topics(topics[topics["feeling"] == "negative"], read, daily),
    ]
    if rows["community"].isna().all():
        found = [one for one in found if one.kind != "spread"]
    return [one for one in found if one.kind in rules.kinds]


def _once_a_day(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop_duplicates(["account_id", "day"])


def _daily(rows: pd.DataFrame, first: int, end: int) -> np.ndarray:
    return counts_by_day(rows["day"].to_numpy(), first, end)


def _topics(
    angry: pd.DataFrame, read: np.ndarray, daily: Callable[[pd.DataFrame], np.ndarray]
) -> Iterator[WatchedSeries]:
    for name, said in angry.groupby("aspect"):
        counts = np.minimum(daily(_once_a_day(said)), read)
        yield WatchedSeries("topic", counts, read, str(name), (FAST,), n_alike=angry["aspect"].nunique())


def is_loud(rows: pd.DataFrame, reach: pd.Series, share: float) -> pd.Series:
    """Whether an account is among the loudest `share` of those who speak, by the niche's people who listen to it."""
    heard = reach[reach > 0]
    bound = float(heard.quantile(1 - share)) if len(heard) else float("inf")
    return rows["account_id"].map(reach).fillna(0.0) >= bound


def _is_new(rows: pd.DataFrame) -> pd.Series:
    """Whether an account names the brand for the first time."""
    return rows["day"] == rows.groupby("account_id")["day"].transform("min")


def is_copy(rows: pd.DataFrame) -> pd.Series:
    """Whether a text repeats `COPY_WORDS` words in a row that another account wrote within `COPY_DAYS` before."""
    last: dict[int, list[tuple[float, str]]] = {}
    found = {}
    ordered = rows.sort_values(["day", "account_id"])[["day", "account_id", "said"]]
    for at, day, account, said in ordered.itertuples():
        runs = _runs(str(said))
        found[at] = any(
            who != account and day - then <= COPY_DAYS for run in runs for then, who in last.get(run, ())
        )
        for run in runs:
            recent = [one for one in last.get(run, ()) if day - one[0] <= COPY_DAYS]
            last[run] = [*recent[-1:], (day, account)]
    return pd.Series(found, dtype=bool).reindex(rows.index, fill_value=False)


def _runs(said: str) -> set[int]:
    words = [word.strip(".,!?:;\"'()").lower() for word in said.split()]
    return {hash(tuple(words[k : k + COPY_WORDS])) for k in range(len(words) - COPY_WORDS + 1)}
