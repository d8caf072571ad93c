"""What the watch counts every day: mentions, complaint, topics, loud critics, communities, newcomers, copies."""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence.listening.detectors import Watched
from influence.listening.rules import Rules
from influence.listening.weekdays import counts_by_day

COPY_WORDS = 6
"""Words in a row that two accounts do not share by chance."""
COPY_DAYS = 7
SLOW, FAST = 1.5, 4.0
FORTNIGHT = 14
"""Days that quiet must last: a long weekend ends by itself, and nobody has to run for silence."""
SHARES = {"complaint": 4.0}
"""False alarms that a kind may have where another has one: complaint comes before a crisis, and slowly."""


def tracks_of(
    rows: pd.DataFrame, topics: pd.DataFrame, reach: pd.Series, rules: Rules, first: int, end: int
) -> list[Watched]:
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
    voices = _once_a_day(rows)
    latest = voices[voices["day"] >= first - COPY_DAYS]
    angry = _once_a_day(rows[rows["feeling"] == "negative"])
    pleased = _once_a_day(rows[rows["feeling"] == "positive"])
    read = _daily(_once_a_day(rows[rows["feeling"].notna()]), first, end)
    found = [
        Watched("volume", "", _daily(voices, first, end), shifts=(SLOW, FAST)),
        Watched(
            "silence",
            "",
            _daily(voices, first, end),
            shifts=(1 / SLOW, 1 / FAST),
            least=0,
            least_days=FORTNIGHT,
        ),
        Watched("complaint", "", _daily(angry, first, end), read, shifts=(1.7, 4.0)),
        Watched("praise", "", _daily(pleased, first, end), read, shifts=(0.5,), least=0),
        Watched(
            "loud",
            "",
            _daily(angry[_loud(angry, reach, rules.loud_share)], first, end),
            read,
            shifts=(4.0,),
            least=2,
        ),
        Watched("spread", "", _daily(angry.drop_duplicates(["community", "day"]), first, end), shifts=(2.5,)),
        Watched("newcomers", "", _daily(voices[_is_new(voices)], first, end), shifts=(2.0, FAST)),
        Watched("copies", "", _daily(latest[is_copy(latest)], first, end), shifts=(3.0,)),
        *_topics(topics, read, first, end),
    ]
    if rows["community"].isna().all():
        found = [one for one in found if one.kind != "spread"]
    return [one for one in found if one.kind in rules.kinds]


def _once_a_day(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop_duplicates(["account_id", "day"])


def _daily(rows: pd.DataFrame, first: int, end: int) -> np.ndarray:
    return counts_by_day(rows["day"].to_numpy(), first, end)


def _topics(topics: pd.DataFrame, read: np.ndarray, first: int, end: int) -> list[Watched]:
    angry = topics[topics["feeling"] == "negative"]
    names = sorted(angry["aspect"].unique())
    return [
        Watched("topic", str(name), np.minimum(_daily(_once_a_day(angry[angry["aspect"] == name]), first, end), read),
                read, shifts=(FAST,), n_alike=len(names))
        for name in names
    ]  # fmt: skip


def loud_bound(reach: pd.Series, share: float) -> float:
    """Niche readers from which an account is among the loudest `share` of those who speak."""
    heard = reach[reach > 0]
    return float(heard.quantile(1 - share)) if len(heard) else float("inf")


def _loud(rows: pd.DataFrame, reach: pd.Series, share: float) -> pd.Series:
    return rows["account_id"].map(reach).fillna(0.0) >= loud_bound(reach, share)


def _is_new(rows: pd.DataFrame) -> pd.Series:
    """Whether an account names the brand for the first time."""
    return rows["day"] == rows.groupby("account_id")["day"].transform("min")


def is_copy(rows: pd.DataFrame) -> pd.Series:
    """Whether a text repeats `COPY_WORDS` words in a row that another account wrote within `COPY_DAYS` before."""
    last: dict[int, list[tuple[float, str]]] = {}
    found = {}
    for at, day, account, said in rows.sort_values(["day", "account_id"])[
        ["day", "account_id", "said"]
    ].itertuples():
        runs = _runs(str(said))
        found[at] = any(
            who != account and day - then <= COPY_DAYS for run in runs for then, who in last.get(run, ())
        )
        for run in runs:
            last[run] = [
                *[one for one in last.get(run, ()) if day - one[0] <= COPY_DAYS][-1:],
                (day, account),
            ]
    return pd.Series(found, dtype=bool).reindex(rows.index, fill_value=False)


def _runs(said: str) -> set[int]:
    words = [word.strip(".,!?:;\"'()").lower() for word in said.split()]
    return {hash(tuple(words[k : k + COPY_WORDS])) for k in range(len(words) - COPY_WORDS + 1)}
