"""The two sides of a comparison over time: a day, today, a ranking that was saved as JSON, a list in the workspace."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from influence.errors import InfluenceError, SourceError
from influence.question import Question
from influence.ranking.asking import question_from_settings, question_of
from influence.ranking.leaks import without_future
from influence.ranking.results import Ranking
from influence.store.lists.saved import SavedList, load_list
from influence.store.visibility import latest_day
from influence.store.workspace import to_day
from influence.writing.data_text import plain_values

if TYPE_CHECKING:
    from influence.store.workspace import Workspace

NOW = "now"
Told = str | date | Ranking


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes
    ----------
    name : str
        For people.
    question : Question
        Its `as_of` is the day, None for all that is known.
    until : int or None
        Of a saved ranking that was made without a day: the day (number) from which on nothing dated was there yet.
    saved : DataFrame or None
        Rows as saved, by account: ``rank, score, low, high`` and ``points_*`` where they are told.
    version : str
        Of the package that made it; empty where unknown.
    rows_read : mapping of table to rows
        When it was made; empty where unknown.
    complete : bool
        Every candidate was saved.
    """

    name: str
    question: Question
    until: int | None = None
    saved: pd.DataFrame | None = None
    version: str = ""
    rows_read: Mapping[str, int] | None = None
    complete: bool = False

    @property
    def ranked(self) -> bool:
        """Were ranks saved, too (a list keeps places of a set)?"""
        return self.saved is not None and "rank" in self.saved and bool(len(self.saved))

    @property
    def day(self) -> int | None:
        """Day (number) before which data count; None for all that is known."""
        return to_day(self.question.as_of) if self.question.as_of else self.until


def sides_of(workspace: Workspace, before: Told, after: Told, asked: Question) -> tuple[Side, Side]:
    """Both sides; a day or today takes its question from the other side where none was asked."""
    made = [_side(workspace, told, asked) for told in (before, after)]
    given = next((side.question for side in made if side.saved is not None), None)
    if given is not None and replace(asked, as_of=None, top=0) == replace(question_of(), top=0):
        made = [
            replace(side, question=replace(given, as_of=side.question.as_of)) if side.saved is None else side
            for side in made
        ]
    return made[0], made[1]


def _side(workspace: Workspace, told: Told, asked: Question) -> Side:
    if isinstance(told, Ranking):
        rows = pd.DataFrame([row.to_dict() for row in told])
        made = told.provenance
        settings = plain_values(made.settings)
        return _saved_ranking("a ranking", rows, settings, vars(made), told.n_candidates)
    text = str(told).strip()
    if text.lower() == NOW:
        return Side("now", replace(asked, as_of=None, top=0))
    day = _day(text)
    if day is not None:
        return Side(day, replace(asked, as_of=day, top=0))
    if Path(text).suffix.lower() == ".json" or Path(text).is_file():
        return _from_file(Path(text))
    try:
        return _from_list(load_list(workspace, text))
    except InfluenceError as error:
        raise SourceError(
            "this is nothing that rankings can be compared of", seen=text,
            expected="a day (2024-07-01), now, a ranking saved as .json, or the name of a saved list", hint=error.hint,
        ) from error  # fmt: skip


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _from_file(file: Path) -> Side:
    try:
        document = json.loads(file.read_text("utf-8-sig"))
        rows, made = pd.DataFrame(document["rows"]), document["provenance"]
        return _saved_ranking(file.name, rows, made["settings"], made, document["n_candidates"])
    except OSError as error:
        raise SourceError("the saved ranking cannot be read", where=str(file), seen=error.strerror) from error
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(
            "this is no saved ranking", where=str(file), seen=str(error),
            expected="what `influence rank ... -o FILE.json` writes",
        ) from error  # fmt: skip


def _saved_ranking(
    name: str, rows: pd.DataFrame, settings: Mapping[str, Any], made: Mapping[str, Any], n_candidates: int
) -> Side:
    question = question_from_settings(settings)
    known = rows.reindex(columns=["account_id", "rank", "score", "rank_low", "rank_high"])
    table = known.rename(columns={"rank_low": "low", "rank_high": "high"}).set_index("account_id")
    if len(rows):
        points = pd.DataFrame(list(rows["contributions"]), index=table.index).add_prefix("points_")
        table = table.join(points.astype(float))
    until = None if question.as_of else to_day(made["as_of"])
    said = f"{name} ({made['as_of']})"
    whole = len(rows) == n_candidates
    return Side(said, question, until, table, made["version"], made["rows_read"], whole)


def _from_list(saved: SavedList) -> Side:
    """Places on a list are those of a set: scores are compared, ranks are those of its question asked again."""
    rows = pd.DataFrame(
        [(pick.account_id, pick.score) for pick in saved.picks if pick.score is not None],
        columns=["account_id", "score"],
    ).set_index("account_id")
    question = question_from_settings(saved.settings)
    until = None if question.as_of or not saved.as_of else to_day(saved.as_of)
    return Side(f"list {saved.name} ({saved.as_of or 'no day'})", question, until, rows)


@contextmanager
def as_seen(workspace: Workspace, side: Side) -> Iterator[Workspace]:
    """The workspace without what came after a saved ranking that was made without a day; else as it is."""
    latest = latest_day(workspace.store)
    if side.until is None or latest is None or latest < side.until:
        yield workspace
        return
    with without_future(workspace, side.until, undated=True) as past:
        yield past
