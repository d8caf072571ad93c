"""What is in the workspace, and what can be computed from it: counts, dates, coverage, signals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from influence.schema import SCHEMA_VERSION, TABLES, Table, Type
from influence.store.base import Store, count_in, rows_of
from influence.store.visibility import latest_day
from influence.store.workspace import Workspace, from_day
from influence.toml_files import shipped

_TOLD = shipped("influence.store", "signal_inputs.toml")
INPUTS: Mapping[str, str] = _TOLD["facts"]
"""Fact -> question with a row for an answer when it holds."""


@dataclass(frozen=True)
class Basis:
    """One thing a signal can stand on: the facts it takes (all of them), and both in words."""

    facts: Sequence[str]
    words: str


SIGNAL_INPUTS: Mapping[str, tuple[Basis, ...]] = {
    signal: tuple(Basis(**one) for one in told) for signal, told in _TOLD["signals"].items()
}
"""Signal -> what it can stand on, best first; any one suffices."""


def available_inputs(store: Store) -> dict[str, bool]:
    """Answer every question of `INPUTS`.

    Returns
    -------
    dict of fact to bool
        ``{"has_accounts": True, "has_text": False, ...}``, in the order of `INPUTS`.
    """
    asked = ", ".join(f"exists ({sql}) as {name}" for name, sql in INPUTS.items())
    row = store.query(f"select {asked}").to_pylist()[0]
    return {name: bool(row[name]) for name in INPUTS}


def satisfied(signal: str, inputs: dict[str, bool]) -> tuple[str, ...]:
    """What `signal` can stand on given `inputs`, in words; empty when it cannot be computed."""
    return tuple(basis.words for basis in SIGNAL_INPUTS[signal] if all(inputs[fact] for fact in basis.facts))


def missing_words(signal: str) -> str:
    """Why `signal` cannot be computed: what it would take."""
    needs = [basis.words for basis in SIGNAL_INPUTS[signal]]
    return f"needs {' or '.join(needs)}; the workspace has none" if len(needs) > 1 else f"needs {needs[0]}"


N_VALUES = 12
"""Most frequent platforms, kinds, languages or communities listed."""


@dataclass(frozen=True)
class ColumnCoverage:
    """A column, the rows in which it is known, and their share (0-1) of the table."""

    name: str
    n_known: int
    share: float


@dataclass(frozen=True)
class TableDescription:
    """One table that has rows; days are ISO, None where nothing is dated."""

    name: str
    n_rows: int
    first_day: str | None
    last_day: str | None
    n_sources: int
    columns: tuple[ColumnCoverage, ...]


@dataclass(frozen=True)
class SignalAvailability:
    """Whether a signal can be computed, from what, or why not."""

    name: str
    available: bool
    basis: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Description:
    """What `describe_workspace` found.

    Attributes
    ----------
    workspace : str
        The file.
    schema_version : int
    tables : tuple of TableDescription
        Tables with rows, in the order of the contract.
    empty_tables : tuple of str
    n_accounts_named : int
        Accounts that any table names, with a row in accounts or not.
    data_until : str or None
        Day (ISO) of the latest dated row: ages count from the day after.
    platforms, kinds, languages, communities : mapping of value to rows
        The most frequent, ``unknown`` for null; languages and communities are those of posts.
    left_out : mapping of reason to accounts
        Private, noindex: in the data, never in a list.
    n_rejects : int
    inputs : mapping of fact to bool
        See `influence.store.describe`.
    signals : tuple of SignalAvailability
    """

    workspace: str
    schema_version: int
    tables: tuple[TableDescription, ...]
    empty_tables: tuple[str, ...]
    n_accounts_named: int
    data_until: str | None
    platforms: Mapping[str, int]
    kinds: Mapping[str, int]
    languages: Mapping[str, int]
    communities: Mapping[str, int]
    left_out: Mapping[str, int]
    n_rejects: int
    inputs: Mapping[str, bool]
    signals: tuple[SignalAvailability, ...]

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON, in field order."""
        return asdict(self)


def describe_workspace(workspace: Workspace) -> Description:
    """Say what is there, and which signals its tables allow; `Session.describe` asks the signals themselves.

    Parameters
    ----------
    workspace : Workspace

    Returns
    -------
    Description
        Of each table its rows, days, sources and how far columns are filled; of each signal whether it can be had.

    Examples
    --------
    >>> import influence
    >>> {table.name: table.n_rows for table in influence.describe_workspace(workspace).tables}["posts"]
    9
    """
    store = workspace.store
    counts = workspace.counts()
    inputs = available_inputs(store)
    latest = latest_day(store)
    return Description(
        workspace=str(workspace.path or ":memory:"),
        schema_version=SCHEMA_VERSION,
        tables=tuple(_describe_table(store, table) for table in TABLES if counts[table.name]),
        empty_tables=tuple(name for name, n in counts.items() if n == 0),
        n_accounts_named=_named_accounts(store),
        data_until=None if latest is None else from_day(latest).isoformat(),
        platforms=_frequent(store, "accounts", "platform"),
        kinds=_frequent(store, "accounts", "kind"),
        languages=_frequent(store, "posts", "language"),
        communities=_frequent(store, "posts", "community"),
        left_out=_left_out(store),
        n_rejects=count_in(store, "rejects"),
        inputs=inputs,
        signals=tuple(_availability(name, inputs) for name in SIGNAL_INPUTS),
    )


def _describe_table(store: Store, table: Table) -> TableDescription:
    """One pass over the table for counts, coverage and dates."""
    names = [column.name for column in table.columns]
    dated = next((c.day_column or c.name for c in table.columns if c.type in (Type.TIME, Type.DAY)), "null")
    known = ", ".join(f"count({name}) as n_{name}" for name in names)
    sql = (
        f"select count(*) as n_rows, count(distinct source) as n_sources, min({dated}) as first_day, "
        f"max({dated}) as last_day, {known} from {table.name}"
    )
    row = store.query(sql).to_pylist()[0]
    coverage = tuple(
        ColumnCoverage(name, row[f"n_{name}"], row[f"n_{name}"] / row["n_rows"]) for name in names
    )
    first, last = (None if row[end] is None else _iso(row[end]) for end in ("first_day", "last_day"))
    return TableDescription(table.name, row["n_rows"], first, last, row["n_sources"], coverage)


def _iso(day: int) -> str:
    """ISO date; a day beyond the calendar (a typing error that `check` reports) stays a number."""
    try:
        return from_day(day).isoformat()
    except OverflowError:
        return f"day {day}"


NAMED_IN = (
    "accounts.account_id", "posts.account_id", "follows.follower_id", "follows.followee_id", "metrics.account_id",
    "interactions.actor_id", "interactions.target_id", "snapshots.account_id",
)  # fmt: skip
"""Where accounts are named."""


def _named_accounts(store: Store) -> int:
    named = " union ".join(
        f"select {place} as account_id from {place.partition('.')[0]} where {place} is not null"
        for place in NAMED_IN
    )
    return count_in(store, f"({named}) as named")


def _frequent(store: Store, table: str, column: str) -> dict[str, int]:
    sql = (
        f"select coalesce({column}, 'unknown') as value, count(*) as n from {table} "
        f"group by coalesce({column}, 'unknown') order by n desc, value limit {N_VALUES}"
    )
    return {row["value"]: row["n"] for row in rows_of(store, sql)}


def _left_out(store: Store) -> dict[str, int]:
    counts = {"private": "is_private", "noindex": "noindex"}
    found = {reason: count_in(store, f"accounts where {flag}") for reason, flag in counts.items()}
    return {reason: n for reason, n in found.items() if n}


def _availability(signal: str, inputs: dict[str, bool]) -> SignalAvailability:
    basis = satisfied(signal, inputs)
    reason = f"from {', '.join(basis)}" if basis else missing_words(signal)
    return SignalAvailability(signal, bool(basis), basis, reason)
