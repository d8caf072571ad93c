"""A brief's checklist held against accounts: each condition met, not met or unknown, with its evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from influence.ranking.pool import languages_of
from influence.ranking.standing import ADDRESS
from influence.signals.material import Material
from influence.store.visibility import visible
from influence.text.amounts import any_of, read_table
from influence.text.conditions import WISHES, Condition, read_conditions
from influence.text.literals import pattern_of

MET, NOT_MET, UNKNOWN = 1.0, 0.0, np.nan
WINDOW_DAYS = 90
"""Days before the day of the ranking in which posts are counted."""
SLACK = 0.999
_ADDRESS = re.compile(ADDRESS)


@dataclass(frozen=True)
class Grade:
    """How an account stands to one condition: ``met``, ``not met`` or ``unknown``, and what shows it."""

    condition: Condition
    state: str
    evidence: str

    def to_dict(self) -> dict[str, str]:
        """For JSON."""
        return {"condition": self.condition.said, "state": self.state, "evidence": self.evidence}


@dataclass(frozen=True)
class Graded:
    """All accounts of a workspace against some conditions.

    Attributes
    ----------
    conditions : tuple of Condition
        Those that accounts can meet; the size of the list and its budget are none.
    states : ndarray of float64, shape (n_accounts, n_conditions)
        1 met, 0 not met, NaN unknown.
    """

    conditions: tuple[Condition, ...]
    states: np.ndarray
    evidence: tuple[Callable[[int], str], ...]

    @property
    def hard(self) -> np.ndarray:
        """Which conditions rule out who does not meet them, shape (n_conditions,), bool."""
        return np.array([one.name not in WISHES for one in self.conditions], dtype=bool)

    def of(self, at: int) -> tuple[Grade, ...]:
        """The grades of the account at a position."""
        words = {MET: "met", NOT_MET: "not met"}
        return tuple(
            Grade(one, words.get(float(state), "unknown"), shown(at))
            for one, state, shown in zip(self.conditions, self.states[at], self.evidence, strict=True)
        )


def grade(material: Material, conditions: Sequence[Condition], rows: np.ndarray | None = None) -> Graded:
    """Hold conditions against the accounts of a workspace.

    Parameters
    ----------
    material : Material
    conditions : sequence of Condition
    rows : ndarray of int, optional
        Positions that matter; languages of others are not looked up in their posts.
    """
    rows = np.arange(len(material.account_ids)) if rows is None else rows
    some = tuple(one for one in conditions if one.name in READERS)
    read = [READERS[one.name](material, one, rows) for one in some]
    states = (
        np.column_stack([state for state, _ in read]) if read else np.zeros((len(material.account_ids), 0))
    )
    return Graded(some, states, tuple(shown for _, shown in read))


Read = tuple[np.ndarray, Callable[[int], str]]


def _compared(value: np.ndarray, holds: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(value), holds.astype(float), UNKNOWN)


def _followers(material: Material, one: Condition, rows: np.ndarray) -> Read:
    count, limit = material.accounts["followers"].to_numpy(dtype=float), _number(one)
    holds = count >= limit * SLACK if one.name == "min_followers" else count <= limit / SLACK
    return _compared(count, holds), lambda at: _shown(count[at], "followers")


def _attribute(material: Material, one: Condition, rows: np.ndarray, column: str) -> Read:
    said = material.accounts[column].astype("string").str.lower()
    wanted = [value.lower() for value in _values(one)]
    unknown = said.isna() | (said == "unknown")
    states = np.where(unknown, UNKNOWN, said.isin(wanted).astype(float))
    return states, lambda at: "not told" if unknown.iloc[at] else f"{column} {said.iloc[at]}"


def _country(material: Material, one: Condition, rows: np.ndarray) -> Read:
    """By the profile's country; where it names none, by a place in its bio."""
    states, shown = _attribute(material, one, rows, "country")
    places = read_table("places")
    pieces = [piece for code in _values(one) for piece in places.get(code, {}).get("place", [])]
    told: dict[int, str] = {}
    silent = rows[np.isnan(states[rows])]
    if pieces and len(silent):
        bios, pattern = _bios(material), re.compile(rf"(?<!\w){any_of(pieces)}(?!\w)", re.IGNORECASE)
        for at in silent:
            if found := pattern.search(bios.get(material.account_ids[at], "")):
                states[at], told[int(at)] = MET, f"bio says {found[0]!r}"
    return states, lambda at: told.get(int(at)) or shown(at)


def _language(material: Material, one: Condition, rows: np.ndarray) -> Read:
    known = languages_of(material, rows)
    states = np.where(known.isna(), UNKNOWN, known.isin(list(_values(one))).astype(float))
    return states, lambda at: "not told" if known.isna().iloc[at] else f"writes in {known.iloc[at]}"


def _activity(material: Material, one: Condition, rows: np.ndarray) -> Read:
    n, posts = len(material.account_ids), material.posts
    dated = np.isfinite(posts.age_days)
    lately = dated & (posts.age_days < WINDOW_DAYS)
    monthly = np.bincount(posts.account[lately], minlength=n) * 30.0 / WINDOW_DAYS
    monthly = np.where(np.bincount(posts.account[dated], minlength=n) > 0, monthly, np.nan)
    return _compared(monthly, monthly >= _number(one) * SLACK), lambda at: _shown(
        monthly[at], f"posts a month in the last {WINDOW_DAYS} days"
    )


def _engagement(material: Material, one: Condition, rows: np.ndarray) -> Read:
    n, posts = len(material.account_ids), material.posts
    counts = posts.reactions_in_all
    known = np.isfinite(counts)
    total = np.bincount(posts.account[known], counts[known], minlength=n)
    n_posts = np.bincount(posts.account[known], minlength=n)
    followers = material.accounts["followers"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where((n_posts > 0) & (followers > 0), 100 * total / n_posts / followers, np.nan)
    return _compared(rate, rate >= _number(one) * SLACK), lambda at: _shown(
        rate[at], "% engagement by followers"
    )


def _contact(material: Material, one: Condition, rows: np.ndarray) -> Read:
    bios = _bios(material)
    found = {name: _ADDRESS.search(bio) for name, bio in bios.items()}
    read = (
        UNKNOWN if name not in found else MET if found[name] else NOT_MET for name in material.account_ids
    )

    def shown(at: int) -> str:
        name = material.account_ids[at]
        hit = found.get(name)
        return f"bio names {hit[0]}" if hit else "no address in its bio" if name in found else "no bio"

    return np.array(list(read), dtype=float), shown


def _bios(material: Material) -> dict[str, str]:
    """Bios by account, of those that have one."""
    sql = (
        f"select account_id, bio from accounts where bio is not null and {visible('accounts', material.cut)}"
    )
    return material.once(
        "bios", lambda: {row["account_id"]: row["bio"] for row in material.store.query(sql).to_pylist()}
    )


def _conflict(material: Material, one: Condition, rows: np.ndarray) -> Read:
    """Who speaks of a brand that must not be; unknown for those who say nothing at all."""
    index = material.text
    names = material.positions(index.account_ids)[index.account_codes]
    n = len(material.account_ids)
    found = {brand: np.bincount(names[hit & (names >= 0)], minlength=n)
             for brand in _values(one) if len(hit := index.holding(pattern_of(brand)))}  # fmt: skip
    times = np.sum(list(found.values()), axis=0) if found else np.zeros(n)
    speaks = np.bincount(names[names >= 0], minlength=n) > 0
    states = np.where(times > 0, NOT_MET, np.where(speaks, MET, UNKNOWN))

    def shown(at: int) -> str:
        said = [f"{brand} in {int(count[at]):,} texts" for brand, count in found.items() if count[at]]
        return "; ".join(said) or ("named in none of its texts" if speaks[at] else "no texts")

    return states, shown


READERS: dict[str, Callable[[Material, Condition, np.ndarray], Read]] = {
    "min_followers": _followers, "max_followers": _followers, "country": _country, "language": _language,
    "platform": partial(_attribute, column="platform"), "kind": partial(_attribute, column="kind"),
    "posts_per_month": _activity, "engagement": _engagement, "contact": _contact, "conflict": _conflict,
}  # fmt: skip


def _number(one: Condition) -> float:
    return float(one.value) if not isinstance(one.value, tuple) else np.nan


def _values(one: Condition) -> tuple[str, ...]:
    return one.value if isinstance(one.value, tuple) else ()


def _shown(value: float, unit: str) -> str:
    if not np.isfinite(value):
        return "not known"
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


ENOUGH = 10
"""Accounts that meet every condition from which those of whom something is unknown are left out."""


@dataclass(frozen=True)
class Narrowed:
    """The candidates that a checklist leaves.

    Attributes
    ----------
    pool : ndarray of int32
    left_out : dict of reason to number
    graded : Graded
    notes : tuple of str
        What was asked, how many meet it, and which condition costs most.
    """

    pool: np.ndarray
    left_out: dict[str, int]
    graded: Graded
    notes: tuple[str, ...]


def narrowed(material: Material, pool: np.ndarray, conditions: Sequence[Condition]) -> Narrowed:
    """Leave out of a pool who does not meet a checklist; where nobody meets all, who misses least stays.

    Of whom something is unknown stays too, unless `ENOUGH` others meet everything.
    """
    graded = grade(material, conditions, pool)
    hard = graded.states[pool][:, graded.hard]
    missed, unknown = (hard == NOT_MET).sum(axis=1), np.isnan(hard).any(axis=1)
    sure = (missed == 0) & ~unknown
    least = int(missed.min()) if len(missed) else 0
    keep = sure if sure.sum() >= ENOUGH else missed == least
    gone = {"do not meet a condition of the brief": int((missed > least).sum())}
    gone["may or may not meet the conditions of the brief: too little is known"] = int(
        ((missed == least) & ~keep).sum()
    )
    notes = _notes(graded, hard, sure, least, conditions)
    return Narrowed(pool[keep], {why: n for why, n in gone.items() if n}, graded, notes)


def _notes(
    graded: Graded, hard: np.ndarray, sure: np.ndarray, least: int, conditions: Sequence[Condition]
) -> tuple[str, ...]:
    asked = [one for one, counts in zip(graded.conditions, graded.hard, strict=True) if counts]
    told = "; ".join(f"{one.said} ({one.words!r})" for one in conditions)
    notes = [f"Conditions of the brief: {told}."]
    if asked:
        meets = int((hard != NOT_MET).all(axis=1).sum()) - int(sure.sum())
        maybe = f", {meets:,} more may (something about them is not known)" if meets else ""
        notes.append(f"{int(sure.sum()):,} of {len(hard):,} accounts meet all of them{maybe}.")
    if asked and least:
        notes.append(f"Nobody meets all: these are the nearest, who miss {least}.")
    if len(asked) > 1 and sure.sum() < ENOUGH:
        free = [
            int((hard[:, np.arange(len(asked)) != at] == MET).all(axis=1).sum()) for at in range(len(asked))
        ]
        costs = int(np.argmax(free))
        if free[costs] > sure.sum():
            notes.append(f"Most is lost by {asked[costs].said!r}: without it {free[costs]:,} would meet all.")
    return tuple(notes)


def unread_notes(brief: str) -> tuple[str, ...]:
    """A sentence about what sounds like a condition in a brief and was not understood."""
    some = "; ".join(repr(sentence) for sentence in read_conditions(brief).unread)
    return (f"Not understood as conditions: {some}.",) if some else ()
