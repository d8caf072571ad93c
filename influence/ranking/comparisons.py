"""Which of two accounts did better: from a person's judgements, from campaigns, or from what came later.

What learning may weigh of each: the scaled signals of a ranking, and beside them plain columns of accounts and metrics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from influence.errors import MissingDataError, SourceError, UsageError
from influence.question import Question
from influence.ranking.assess import Assessment, assess
from influence.ranking.outcomes import Window, later_outcome
from influence.ranking.score import scale
from influence.recognition.headers import plain_header
from influence.sources.small import read_table
from influence.store.people.resolving import find_accounts
from influence.store.workspace import from_day, to_day

if TYPE_CHECKING:
    import pandas as pd

    from influence.store.base import Store
    from influence.store.workspace import Workspace

MAX_PAIRS = 4000
"""Pairs taken from one campaign or one cut."""
OUTCOME_COLUMNS = ("revenue", "orders", "signups", "clicks", "engagements", "impressions")
"""What a campaign is judged by if nobody says, best first."""
_FIRST = {"a", "account_a", "1", "first", "left", "true", "yes"}
_SECOND = {"b", "account_b", "0", "2", "second", "right", "false", "no"}
_NEITHER = {"", "tie", "equal", "both", "neither", "same", "none"}
HEADERS = {
    "account_a": ("account_a", "a", "left", "first"),
    "account_b": ("account_b", "b", "right", "second"),
    "preferred": ("preferred", "winner", "choice", "better", "label"),
}


RISING = (
    "followers", "listed", "likes_per_post", "comments_per_post", "shares_per_post", "views_per_post",
    "mentions_received", "shares_received",
)  # fmt: skip
"""Columns of which more can only speak for an account."""
EITHER = ("following", "posts_total", "n_posts")
"""Columns of which more may speak for or against it."""


@dataclass(frozen=True)
class Features:
    """Figures per candidate.

    Attributes
    ----------
    ids : ndarray of object, shape (n_candidates,)
        Sorted.
    names : tuple of str
        Signals first, by name; columns as ``log followers``.
    values : ndarray of float64, shape (n_candidates, n_features)
        Signals scaled 0-1 as in the score, columns ``ln(1 + x)``; unknown is the median of the known.
    preset : ndarray, shape (n_features,)
        Shares that the goal's weights give; 0 for columns.
    trust : ndarray, shape (n_features,)
        Reliability of a signal's evidence, by which its weight is multiplied; 1 for columns.
    rising : ndarray of bool, shape (n_features,)
        True where more can only speak for an account.
    n_signals : int
    followers : ndarray, shape (n_candidates,)
        NaN where unknown.
    """

    ids: np.ndarray
    names: tuple[str, ...]
    values: np.ndarray
    preset: np.ndarray
    trust: np.ndarray
    rising: np.ndarray
    n_signals: int
    followers: np.ndarray


def features_of(found: Assessment, figures: pd.DataFrame | None = None) -> Features:
    """Read the features off a ranking; a column without two different known values is left out.

    `figures` are further numbers, one row per account by id, of which more may speak for or against it.
    """
    signals = {
        name: scale(signal, values)
        for name, (signal, values) in found.signals.items()
        if np.isfinite(values.value).any()
    }
    columns = _columns(found, figures)
    weights = np.array([found.question.weights.get(name, 0.0) for name in signals])
    trust = np.array([found.signals[name][1].reliability for name in signals])
    shares = weights * trust / max(float((weights * trust).sum()), 1e-12)
    n_columns = len(columns)
    return Features(
        ids=found.evidence.column("account_id"),
        names=(*signals, *(f"log {name}" for name in columns)),
        values=np.column_stack([*signals.values(), *columns.values()]),
        preset=np.concatenate([shares, np.zeros(n_columns)]),
        trust=np.concatenate([trust, np.ones(n_columns)]),
        rising=np.array([True] * len(signals) + [name in RISING for name in columns]),
        n_signals=len(signals),
        followers=found.evidence.column("followers"),
    )


def _columns(found: Assessment, figures: pd.DataFrame | None) -> dict[str, np.ndarray]:
    evidence = found.evidence
    columns = {**evidence.material.metrics, **evidence.material.columns}
    raw = {name: columns[name][evidence.pool].astype(float) for name in (*RISING, *EITHER)}
    if figures is not None:
        further = figures.reindex(evidence.column("account_id"))
        raw |= {str(name): further[name].to_numpy(dtype=float) for name in further if str(name) not in raw}
    return {name: _logged(values) for name, values in raw.items() if _tells(values)}


def _tells(values: np.ndarray) -> bool:
    known = np.isfinite(values)
    return bool(known.any() and np.ptp(values[known]) > 0)


def _logged(values: np.ndarray) -> np.ndarray:
    """``ln(1 + x)``, ``-ln(1 - x)`` below 0; unknown is the median of the known."""
    known = np.isfinite(values)
    logged = np.sign(values) * np.log1p(np.abs(values))
    return np.asarray(np.where(known, logged, np.median(logged[known])))


@dataclass(frozen=True)
class Comparisons:
    """Pairs of accounts of which one was preferred; the same people must not be in training and test.

    Attributes
    ----------
    features : Features
        Names and directions; values of the first group.
    winner, loser : ndarray, shape (n_pairs, n_features)
        Features of both, as of the time of their group.
    followers : ndarray, shape (n_pairs, 2)
        Of winner and loser; NaN unknown.
    people : ndarray of int, shape (n_pairs, 2)
        Who winner and loser are, the same number for the same person in every group.
    names : ndarray of object, shape (n_people,)
        Account id by number.
    group : ndarray of int, shape (n_pairs,)
        0 is the earliest; training may only use earlier groups than the test. All 0 where there is no time.
    source : str
        What the pairs are, in words.
    notes : tuple of str
    """

    features: Features
    winner: np.ndarray
    loser: np.ndarray
    followers: np.ndarray
    people: np.ndarray
    names: np.ndarray
    group: np.ndarray
    source: str
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.group)

    @property
    def difference(self) -> np.ndarray:
        """Winner less loser, shape (n_pairs, n_features)."""
        return np.asarray(self.winner - self.loser)


def read_pairs(path: str | Path, *, judged: bool = True) -> list[tuple[str, str, str]]:
    """Rows ``account_a, account_b, preferred`` of a small file; ``preferred`` may be missing where not `judged`.

    Raises
    ------
    SourceError
        The file cannot be read, or lacks a column.
    """
    table = read_table(path)
    heads = {plain_header(name): name for name in table.headers}
    found = {
        key: next((heads[name] for name in names if name in heads), None) for key, names in HEADERS.items()
    }
    missing = [key for key, head in found.items() if head is None and (judged or key != "preferred")]
    if missing:
        raise SourceError(
            "a column is missing in the pairs", where=str(path), seen=", ".join(heads) or "no header",
            expected="account_a, account_b, preferred", hint=f"add {', '.join(missing)}",
        )  # fmt: skip
    first, second, choice = found["account_a"], found["account_b"], found["preferred"]
    return [(row[first or ""], row[second or ""], row[choice] if choice else "") for _, row in table.rows]


def places_of(features: Features, names: Sequence[str], store: Store | None = None) -> np.ndarray:
    """Positions of accounts named by id or handle (with or without @), -1 where unknown or meant twice.

    With a `store` also by whatever else tells who is meant: a pasted address, a display name.
    """
    by_name: dict[str, int] = {}
    for at, account in enumerate(features.ids):
        handle = str(account).partition(":")[2]
        by_name[handle] = -1 if handle in by_name else at
    by_name |= {str(account): at for at, account in enumerate(features.ids)}
    said = {name.lower().removeprefix("@") for name in names} - set(by_name)
    if store is not None:
        meant = {name: find_accounts(store, name) for name in sorted(said)}
        by_name |= {name: by_name.get(ids[0], -1) for name, ids in meant.items() if len(ids) == 1}
    return np.array([by_name.get(name.lower().removeprefix("@"), -1) for name in names], dtype=int)


def judged_pairs(
    workspace: Workspace,
    question: Question,
    rows: Sequence[tuple[str, str, str]],
    figures: pd.DataFrame | None = None,
) -> Comparisons:
    """Pairs that a person judged, on the accounts as they are known now (or as of the question's day).

    `figures` are further numbers to weigh, one row per account by id.

    Raises
    ------
    SourceError
        A value of ``preferred`` that names neither account.
    MissingDataError
        Fewer than ten pairs can be used.
    """
    features = features_of(assess(workspace, replace(question, top=0)), figures)
    a, b = (places_of(features, [row[k] for row in rows], workspace.store) for k in (0, 1))
    sides = np.array([_side(row, line) for line, row in enumerate(rows, start=2)])
    unknown, ties = (a < 0) | (b < 0), sides == 0
    used = ~unknown & ~ties & (a != b)
    notes = []
    if unknown.any():
        notes.append(
            f"{int(unknown.sum()):,} of {len(rows):,} pairs name an account that is not among the candidates."
        )
    if (ties & ~unknown).any():
        notes.append(f"{int((ties & ~unknown).sum()):,} pairs without a preference were left out.")
    _enough(int(used.sum()), "judged pairs")
    winner, loser = np.where(sides > 0, a, b)[used], np.where(sides > 0, b, a)[used]
    return _comparisons([(features, winner, loser)], "judged pairs", notes)


def _side(row: tuple[str, str, str], line: int) -> int:
    """1 where the first is preferred, -1 the second, 0 neither."""
    first, second, said = (text.lower().removeprefix("@") for text in row)
    if said in (first, first.partition(":")[2]) and said:
        return 1
    if said in (second, second.partition(":")[2]) and said:
        return -1
    if said in _FIRST or said in _SECOND:
        return 1 if said in _FIRST else -1
    if said in _NEITHER:
        return 0
    raise SourceError(
        "this names neither account of the pair", where=f"pairs, line {line}", seen=row[2],
        expected="a, b, or the name of one of the two; empty for neither",
    )  # fmt: skip


def campaign_pairs(
    workspace: Workspace, question: Question, column: str | None, rng: np.random.Generator
) -> Comparisons:
    """Pairs of accounts of one campaign of which one brought more; features as of the campaign's first day."""
    column = column or _known_outcome(workspace)
    if column not in OUTCOME_COLUMNS:
        raise UsageError(
            "no such outcome", where="outcomes", seen=column, expected=", ".join(OUTCOME_COLUMNS)
        )
    rows = workspace.store.query(
        f"select campaign, account_id, min(day) as day, sum({column}) as value from outcomes "
        f"where {column} is not null group by campaign, account_id order by campaign, account_id"
    ).to_pandas()
    parts, notes = [], []
    starts = rows.groupby("campaign")["day"].min().sort_values(kind="stable")
    for campaign, day in starts.items():
        mine = rows[rows["campaign"] == campaign]
        features, seen_later = _features_as_of(workspace, question, int(day))
        if seen_later:
            notes.append(
                f"Campaign {campaign}: nobody was known before it, so accounts are taken as they are now."
            )
        at = places_of(features, [str(name) for name in mine["account_id"]])
        value = np.full(len(features.ids), np.nan)
        value[at[at >= 0]] = mine["value"].to_numpy(dtype=float)[at >= 0]
        parts.append((features, *_ordered_pairs(value, rng)))
    _enough(sum(len(winner) for _, winner, _ in parts), f"pairs with {column}")
    return _comparisons(parts, f"{column} of {len(parts)} campaigns", notes)


def later_pairs(
    workspace: Workspace,
    question: Question,
    cuts: Sequence[date | str],
    outcome: str,
    rng: np.random.Generator,
) -> Comparisons:
    """Pairs of candidates of which one got more after a cut (and before the next); features as of the cut."""
    days = sorted({int(to_day(cut) or 0) for cut in cuts})
    parts = []
    for start, end in zip(days, [*days[1:], None], strict=True):
        found = assess(workspace, replace(question, as_of=from_day(start).isoformat(), top=0))
        features, niche = features_of(found), found.evidence.niche
        gain = later_outcome(workspace.store, niche, features.ids, Window(start, end), outcome)
        parts.append((features, *_ordered_pairs(gain, rng)))
    _enough(sum(len(winner) for _, winner, _ in parts), f"pairs with later {outcome}")
    return _comparisons(parts, f"later {outcome} at {len(parts)} cuts")


def _features_as_of(workspace: Workspace, question: Question, day: int) -> tuple[Features, bool]:
    try:
        return features_of(
            assess(workspace, replace(question, as_of=from_day(day).isoformat(), top=0))
        ), False
    except MissingDataError:
        return features_of(assess(workspace, replace(question, as_of=None, top=0))), True


def _known_outcome(workspace: Workspace) -> str:
    counts = ", ".join(f"count({name}) as {name}" for name in OUTCOME_COLUMNS)
    row: Mapping[str, int] = workspace.store.query(f"select {counts} from outcomes").to_pylist()[0]
    known = [name for name in OUTCOME_COLUMNS if row[name]]
    if not known:
        raise MissingDataError(
            "there are no outcomes to learn from", hint="import a table of outcomes, or learn from --pairs"
        )
    return known[0]


def _ordered_pairs(value: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(winner, loser) positions: at most `MAX_PAIRS` random pairs of known, different values, one of them above 0."""
    known = np.flatnonzero(np.isfinite(value))
    positive = known[value[known] > 0]
    if len(positive) == 0 or len(known) < 2:
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    if len(known) * (len(known) - 1) // 2 <= MAX_PAIRS:
        first, second = (known[side] for side in np.triu_indices(len(known), 1))
    else:
        first, second = rng.choice(positive, MAX_PAIRS), rng.choice(known, MAX_PAIRS)
    differ = value[first] != value[second]
    first, second = first[differ], second[differ]
    ahead = value[first] > value[second]
    return np.where(ahead, first, second), np.where(ahead, second, first)


def _comparisons(
    parts: Sequence[tuple[Features, np.ndarray, np.ndarray]], source: str, notes: Sequence[str] = ()
) -> Comparisons:
    names = [name for name in parts[-1][0].names if all(name in features.names for features, _, _ in parts)]
    columns = [[features.names.index(name) for name in names] for features, _, _ in parts]
    people: dict[str, int] = {}
    found = []
    for k, ((features, *ends), chosen) in enumerate(zip(parts, columns, strict=True)):
        values = features.values[:, chosen]
        who = np.array([people.setdefault(str(account), len(people)) for account in features.ids])
        followers, names_of = (
            np.column_stack([told[at] for at in ends]) for told in (features.followers, who)
        )
        found.append((values[ends[0]], values[ends[1]], followers, names_of, np.full(len(ends[0]), k)))
    last, chosen = parts[-1][0], columns[-1]
    features = replace(
        last, names=tuple(names), values=last.values[:, chosen], preset=last.preset[chosen], trust=last.trust[chosen],
        rising=last.rising[chosen], n_signals=sum(at < last.n_signals for at in chosen),
    )  # fmt: skip
    winner, loser, followers, pairs, group = (np.concatenate(rows) for rows in zip(*found, strict=True))
    ids = np.array([*people], dtype=object)
    return Comparisons(features, winner, loser, followers, pairs, ids, group, source, tuple(notes))


LEAST_PAIRS = 10


def _enough(n: int, what: str) -> None:
    if n < LEAST_PAIRS:
        raise MissingDataError(
            "there is too little to learn from", seen=f"{n} usable {what}", expected=f"at least {LEAST_PAIRS}",
            hint="names must be those of the workspace: platform:handle, or the handle",
        )  # fmt: skip
