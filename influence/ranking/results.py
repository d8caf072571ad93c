"""The ranking as a frozen result that knows where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from influence.writing.rows import Rows

if TYPE_CHECKING:
    import pandas as pd

    from influence.text.niche import Niche


@dataclass(frozen=True)
class Provenance:
    """Where a result comes from, so that anyone can make it again.

    Attributes
    ----------
    version : str
        Of this package.
    workspace : str
        File that was read.
    settings : mapping
        Everything that was asked: niche, goal, weights, filters.
    settings_hash : str
        First 12 hex digits of the SHA-256 of the settings.
    as_of : str
        Day (ISO) up to which data were visible.
    seed : int
    rows_read : mapping of table to rows
    data_until : str or None
        Day of the latest dated row that was visible.
    """

    version: str
    workspace: str
    settings: Mapping[str, object]
    settings_hash: str
    as_of: str
    seed: int
    rows_read: Mapping[str, int]
    data_until: str | None = None


@dataclass(frozen=True)
class RankedAccount:
    """One row of a ranking; the order of its fields is the order of JSON and CSV.

    `contributions` are points (0-100) per signal and add up to `score`; `values` are in natural units (None is
    unknown); `support` says on how many observations a value rests. `baseline_rank` is where a ranking by followers
    (or, where they are unknown, by total likes) would have put the account. Without the luck of single
    posts and reactions its rank would lie between `rank_low` and `rank_high` with 90 % probability, and among the first
    N (those asked for, else 30) with probability `p_top`.
    """

    rank: int
    account_id: str
    handle: str
    name: str | None
    score: float
    contributions: Mapping[str, float]
    values: Mapping[str, float | None]
    support: Mapping[str, float]
    followers: int | None
    posts: int | None
    kind: str = "unknown"
    platform: str | None = None
    url: str | None = None
    likes: int | None = None
    baseline_rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    p_top: float | None = None
    reason: str = ""
    """One line in plain words that a PR person could paste into a message to a client."""
    notes: tuple[str, ...] = ()
    """What counts against the account, or is not known about it."""

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON, in field order."""
        from dataclasses import asdict

        return asdict(self)


FRAME = {
    "rank": "Int64", "account_id": "string", "handle": "string", "name": "string", "score": "float64",
    "followers": "Int64", "posts": "Int64", "kind": "string", "platform": "string", "url": "string", "likes": "Int64",
    "baseline_rank": "Int64", "rank_low": "Int64", "rank_high": "Int64", "p_top": "float64", "reason": "string",
}  # fmt: skip
"""Field of a row -> its type in a data frame, in the order of its columns; figures come after `HEAD`."""
HEAD = ("rank", "account_id", "handle", "name", "score")
BETWEEN = ("rank_low", "rank_high", "p_top")


@dataclass(frozen=True)
class Ranking(Rows[RankedAccount]):
    """Candidates in order, best first.

    Attributes
    ----------
    niche : Niche
    rows : tuple of RankedAccount
        The top N asked for; ``n_candidates`` were ranked.
    n_candidates : int
    weights : mapping of signal to share of the score
        Adds up to one over the signals that could be computed.
    switched_off : mapping of signal to reason
        Signals that the data do not allow, and why.
    left_out : mapping of reason to number of accounts
        Filters, private, noindex, the examples themselves.
    baseline : str
        What `baseline_rank` ranks by: ``followers`` or ``total likes``.
    notes : tuple of str
        What a reader must know before trusting the list.
    provenance : Provenance
    """

    shown = ("rank", "handle", "score", "reason")

    niche: Niche
    rows: tuple[RankedAccount, ...]
    n_candidates: int
    weights: Mapping[str, float]
    switched_off: Mapping[str, str]
    left_out: Mapping[str, int]
    baseline: str
    notes: tuple[str, ...]
    provenance: Provenance
    goal: str = "long-tail"
    extra: Mapping[str, object] = field(default_factory=dict)

    def to_pandas(self) -> pd.DataFrame:
        """One row an account, best first: the columns of the CSV file.

        Returns
        -------
        DataFrame, shape (n_rows, n_columns)
            ``rank, account_id, handle, name, score``, then ``points_*`` (they add up to ``score``), ``value_*`` in
            natural units, ``support_*``, followers, posts and the rest. Unknown is ``<NA>`` in counts and text, NaN in
            figures.
        """
        import pandas as pd

        signals = tuple(self.weights) or tuple(
            dict.fromkeys(n for row in self.rows for n in row.contributions)
        )
        measured = tuple(dict.fromkeys([*signals, *(name for row in self.rows for name in row.values)]))
        parts = [
            ("contributions", "points", signals),
            ("values", "value", measured),
            ("support", "support", measured),
        ]

        def column(values: list[Any], dtype: str) -> Any:
            return pd.array([None if value in (None, "") else value for value in values], dtype=dtype)

        without = () if any(row.rank_low is not None for row in self.rows) else BETWEEN
        plain = {
            name: column([getattr(row, name) for row in self.rows], kind)
            for name, kind in FRAME.items()
            if name not in without
        }
        figures = {
            f"{short}_{name}": column([getattr(row, part).get(name) for row in self.rows], "float64")
            for part, short, names in parts
            for name in names
        }
        notes = column([" ".join(row.notes) for row in self.rows], "string")
        return pd.DataFrame({**{name: plain[name] for name in HEAD}, **figures, **plain, "notes": notes})
