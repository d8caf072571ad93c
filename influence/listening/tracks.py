"""What the watch counts every day: mentions, complaint, topics, loud critics, communities, newcomers, copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

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
    daily = partial(_daily, first=first, end=end)
    voices = _once_a_day(rows)
    latest = voices[voices["day"] >= first - COPY_DAYS]
    angry = _once_a_day(rows[rows["feeling"] == "negative"])
    pleased = _once_a_day(rows[rows["feeling"] == "positive"])
    loud = angry[is_loud(angry, reach, rules.loud_share)]
    read = daily(_once_a_day(rows[rows["feeling"].notna()]))
    found = [
        Watched("volume", daily(voices), shifts=(SLOW, FAST)),
        Watched("silence", daily(voices), shifts=(1 / SLOW, 1 / FAST), least=0, least_days=FORTNIGHT),
        Watched("complaint", daily(angry), read, shifts=(1.7, 4.0)),
        Watched("praise", daily(pleased), read, shifts=(0.5,), least=0),
        Watched("loud", daily(loud), read, shifts=(4.0,), least=2),
        Watched("spread", daily(angry.drop_duplicates(["community", "day"])), shifts=(2.5,)),
        Watched("newcomers", daily(voices[_is_new(voices)]), shifts=(2.0, FAST)),
        Watched("copies", daily(latest[is_copy(latest)]), shifts=(3.0,)),
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
) -> Iterator[Watched]:
    for name, said in angry.groupby("aspect"):
        counts = np.minimum(daily(_once_a_day(said)), read)
        yield Watched("topic", counts, read, str(name), (FAST,), n_alike=angry["aspect"].nunique())


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
