"""Why it moved: two rankings, who came, went, rose and fell, and how much of each change has which cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Unpack

import numpy as np
import pandas as pd

from influence._version import __version__
from influence.question import Question, QuestionWords
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.sides import Side, Told, as_seen, sides_of
from influence.ranking.uncertainty import rank_intervals
from influence.signals.breaks import Break, breaks_crossed
from influence.signals.material import Material
from influence.store.visibility import latest_day
from influence.writing.rows import Rows

if TYPE_CHECKING:
    from influence.store.workspace import Workspace

LATE, VERSION, EITHER = "late data", "version", "late data or version"
POSTS, CANDIDATES, WEIGHTS, NICHE = "new posts", "candidates", "weights", "niche"
_WHO = ("filters", "conditions")
_HOW = ("goal", "weights", "scales", "unknown")
_WHAT = ("keywords", "brief", "like", "brand", "aliases", "rivals", "embedding_model")
_LEAST = 0.05
"""Points under which a cause is not worth a column."""


@dataclass(frozen=True)
class Change:
    """One account on both sides.

    Attributes
    ----------
    account_id, handle : str
    kind : str
        ``came`` and ``went``: among the first N on one side only; ``rose``, ``fell``, ``stayed``: on both.
    rank_before, rank_after : int or None
        None where it was no candidate.
    range_before, range_after : (int, int) or None
        Where it might have stood with 90 % probability.
    score_before, score_after : float or None
        0-100.
    causes : mapping of cause to points
        They add up to the change of the score; no candidate has 0.
    signals : mapping of signal to points
        The same change by signal; empty where a side is a saved list.
    inside : bool or None
        The new rank lies in the range of the old one, or the old one in that of the new: luck may have moved it.
    """

    account_id: str
    handle: str
    kind: Literal["came", "went", "rose", "fell", "stayed"]
    rank_before: int | None
    rank_after: int | None
    range_before: tuple[int, int] | None
    range_after: tuple[int, int] | None
    score_before: float | None
    score_after: float | None
    causes: Mapping[str, float]
    signals: Mapping[str, float]
    inside: bool | None

    @property
    def points(self) -> float:
        """Change of the score."""
        return (self.score_after or 0.0) - (self.score_before or 0.0)


@dataclass(frozen=True)
class Changes(Rows[Change]):
    """What moved between two rankings.

    Attributes
    ----------
    before, after : str
        What the sides are.
    top : int
        How many first places are looked at.
    causes : tuple of str
        In the order in which they were applied.
    rows : tuple of Change
        Everybody among the first N of either side: by rank after, then by rank before.
    n_before, n_after : int
        Candidates.
    breaks : tuple of Break
        What platforms count otherwise since a day between the two.
    question : Question
        Of the later side.
    """

    shown = ("handle", "kind", "rank_before", "rank_after")

    before: str
    after: str
    top: int
    causes: tuple[str, ...]
    rows: tuple[Change, ...]
    n_before: int
    n_after: int
    breaks: tuple[Break, ...]
    question: Question
    version: str = __version__

    def of_kind(self, *kinds: str) -> tuple[Change, ...]:
        """Rows of these kinds."""
        return tuple(row for row in self.rows if row.kind in kinds)


def changes(
    workspace: Workspace,
    before: Told,
    after: Told = "now",
    niche: str = "",
    *,
    top: int = 30,
    **asked: Unpack[QuestionWords],
) -> Changes:
    """Why do two rankings differ: new posts, late data, other candidates or weights, another version?

    Parameters
    ----------
    workspace : Workspace
    before, after : str, date or Ranking
        A day; ``now``; a ranking (an object, or a file that `influence.write` made as .json); the name of a saved list.
    niche : str
        For days and now; without any question that of the saved side.
    top : int
        How many first places are looked at.
    **asked
        As for `influence.rank`.

    Returns
    -------
    Changes

    Notes
    -----
    Causes are applied one after the other, from the side before to the one after: what was told later about the time
    before (or another version), what has a later day, who else is ranked, weights, niche; in another order the points
    of single causes would be somewhat others. Of a saved side, what nobody saved is asked again.

    Raises
    ------
    SourceError
        A side that means nothing, or a file that is no saved ranking.

    Examples
    --------
    >>> import influence
    >>> influence.changes(workspace, "2024-05-03", "2024-05-04", "sourdough bread").causes
    ('new posts',)
    """
    return changes_question(workspace, before, after, question_of(niche, **asked), top)


def changes_question(
    workspace: Workspace, before: Told, after: Told, question: Question, top: int = 30
) -> Changes:
    """`changes` for a question that is already put together."""
    one, other = sides_of(workspace, before, after, question)
    steps = _steps(workspace, one, other)
    first, last = steps[0][1], steps[-1][1]
    tables = [table for _, table in steps]
    causes = [cause for cause, _ in steps[1:]]
    chosen = _chosen(first, last, top)
    score = pd.DataFrame({at: table["score"].reindex(chosen) for at, table in enumerate(tables)}).fillna(0.0)
    moved = score.diff(axis=1).iloc[:, 1:].T.groupby(causes, sort=False).sum().T
    moved = moved.loc[:, moved.abs().max() >= _LEAST] if len(chosen) else moved
    days = [side.day or (latest_day(workspace.store) or 0) for side in (one, other)]
    return Changes(
        one.name, other.name, top, tuple(moved.columns),
        tuple(_change(who, first, last, moved.loc[who], top) for who in chosen),
        len(first), len(last), breaks_crossed(workspace.store, min(days), max(days)), other.question,
    )  # fmt: skip


def _chosen(first: pd.DataFrame, last: pd.DataFrame, top: int) -> list[str]:
    """Who is among the first `top` on a side: by rank after, those who are no candidates any more by rank before."""
    both = pd.concat([last["rank"].rename("after"), first["rank"].rename("before")], axis=1)
    there = both[(both <= top).any(axis=1)].reset_index(names="who")
    return list(there.sort_values(["after", "before", "who"])["who"])


def _steps(workspace: Workspace, before: Side, after: Side) -> list[tuple[str, pd.DataFrame]]:
    """The ranking before, and after each cause was applied, by account: ``rank, score, low, high, points_*``."""
    read = _RankingReader(workspace)
    asked = read.table(before)
    steps = [("", _as_saved(before, asked)), (_retold(read, before), asked)]
    moved = replace(before, question=replace(before.question, as_of=after.question.as_of), until=after.until)
    later = moved.day != before.day
    if later:
        steps.append((POSTS, read.among(moved, asked.index)))
    for cause, names in ((CANDIDATES, _WHO), (WEIGHTS, _HOW), (NICHE, _WHAT)):
        taken = {name: getattr(after.question, name) for name in names}
        asked_otherwise = any(getattr(moved.question, name) != value for name, value in taken.items())
        if asked_otherwise or (later and cause == CANDIDATES):
            moved = replace(moved, question=replace(moved.question, **taken))
            steps.append((cause, read.table(moved)))
    if after.saved is not None:
        steps.append((_retold(read, after), _as_saved(after, steps[-1][1])))
    return steps


def _retold(read: _RankingReader, side: Side) -> str:
    """What a saved ranking and the same question asked again may differ by."""
    if side.version == __version__ or side.saved is None:
        return LATE
    return VERSION if side.rows_read == read.rows else EITHER


def _as_saved(side: Side, asked: pd.DataFrame) -> pd.DataFrame:
    """The rows as saved. All others as the question tells today, but behind those saved, with less than the last."""
    if side.saved is None:
        return asked
    if side.complete:
        return side.saved
    table = side.saved.combine_first(asked)
    others = ~table.index.isin(side.saved.index)
    if side.ranked:
        table.loc[others, "rank"] = np.maximum(table.loc[others, "rank"], len(side.saved) + 1)
        table.loc[others, "score"] = np.minimum(table.loc[others, "score"], side.saved["score"].min())
    return table


class _RankingReader:
    """Rankings of one workspace; each day is read once."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.materials: dict[str | None, Material] = {}
        self.tables: dict[tuple[str, int | None], pd.DataFrame] = {}

    @property
    def rows(self) -> Mapping[str, int]:
        return self._material(None).rows_read

    def table(self, side: Side) -> pd.DataFrame:
        """Ranking of a side as its question is answered today."""
        key = (side.question.hash(), side.until)
        if key not in self.tables:
            self.tables[key] = self._answered(side)
        return self.tables[key]

    def among(self, side: Side, accounts: pd.Index) -> pd.DataFrame:
        """The same as if only these accounts were candidates."""
        whole = self.table(side)
        there = whole.index[whole.index.isin(accounts)]
        return whole if len(there) in (0, len(whole)) else self._answered(side, there)

    def _answered(self, side: Side, among: pd.Index | None = None) -> pd.DataFrame:
        with as_seen(self.workspace, side) as seen:
            material = self._material(side.question.as_of) if seen is self.workspace else None
            return _table(assess(seen, replace(side.question, top=0), material, among=among))

    def _material(self, as_of: str | None) -> Material:
        if as_of not in self.materials:
            self.materials[as_of] = Material(self.workspace.store, as_of)
        return self.materials[as_of]


def _table(found: Assessment) -> pd.DataFrame:
    ids = found.evidence.candidates["account_id"].astype(str)
    sure = rank_intervals(found, np.arange(len(ids)))
    points = {f"points_{name}": values for name, values in found.scores.contributions.items()}
    data = {
        "rank": found.place.astype(float),
        "score": found.scores.score,
        "low": sure.low,
        "high": sure.high,
        **points,
    }
    return pd.DataFrame(data, index=pd.Index(ids, name="account_id"))


def _change(who: str, first: pd.DataFrame, last: pd.DataFrame, causes: pd.Series, top: int) -> Change:
    told = [table.loc[who] for table in (first, last) if who in table.index]
    names = sorted({str(name) for row in told for name in row.index if str(name).startswith("points_")})
    one, other = (table.loc[who].dropna().to_dict() if who in table.index else {} for table in (first, last))
    before, after = (int(row["rank"]) if "rank" in row else None for row in (one, other))
    ranges = [(int(row["low"]), int(row["high"])) if "low" in row else None for row in (one, other)]
    return Change(
        who, who.partition(":")[2] or who, _kind(before, after, top), before, after, ranges[0], ranges[1],
        one.get("score"), other.get("score"), {str(cause): float(points) for cause, points in causes.items()},
        {name.removeprefix("points_"): other.get(name, 0.0) - one.get(name, 0.0) for name in names},
        _inside(before, after, ranges),
    )  # fmt: skip


def _kind(
    before: int | None, after: int | None, top: int
) -> Literal["came", "went", "rose", "fell", "stayed"]:
    was, is_there = before is not None and before <= top, after is not None and after <= top
    if before is None or after is None or was != is_there:
        return "came" if is_there else "went"
    return "stayed" if before == after else "rose" if after < before else "fell"


def _inside(before: int | None, after: int | None, ranges: Sequence[tuple[int, int] | None]) -> bool | None:
    if before is None or after is None or None in ranges:
        return None
    pairs = zip((after, before), ranges, strict=True)
    return any(span[0] <= rank <= span[1] for rank, span in pairs if span is not None)
