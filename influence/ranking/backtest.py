"""Would it have worked? Rank as of past days, and mark the ranking by what came after them, beside simpler rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Unpack

import numpy as np

from influence.errors import UsageError
from influence.graph.ties import HALF_LIFE_DAYS
from influence.question import Question, QuestionWords
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.measures import MEASURES, Jury, K, Marks
from influence.ranking.outcomes import Window, later_outcome
from influence.ranking.simpler_rules import rules
from influence.signals.breaks import breaks_crossed
from influence.signals.material import Material
from influence.store.visibility import latest_day
from influence.store.workspace import from_day, to_day
from influence.writing.rows import Rows

if TYPE_CHECKING:
    from influence.store.workspace import Workspace

OURS = "influence"


@dataclass(frozen=True)
class BacktestRow:
    """One method at one cut: a measure's name to (value, low, high); NaN where undefined."""

    method: str
    cut: str
    n_candidates: int
    n_with_outcome: int
    marks: Mapping[str, tuple[float, float, float]]

    @property
    def ndcg_at_10(self) -> float:
        """How much of the best possible order of the first ten it has, 0-1."""
        return self.marks["ndcg_at_10"][0]

    def to_dict(self) -> dict[str, object]:
        """Flat, for JSON: ``ndcg_at_10, ndcg_at_10_low, ndcg_at_10_high`` ..."""
        flat: dict[str, object] = {name: getattr(self, name) for name in ("method", "cut")}
        for name, (value, low, high) in self.marks.items():
            flat |= {name: value, f"{name}_low": low, f"{name}_high": high}
        return flat | {"n_candidates": self.n_candidates, "n_with_outcome": self.n_with_outcome}


@dataclass(frozen=True)
class MethodComparison:
    """How far the ranking is ahead of `method` in a measure, mean over the cuts, with its 95 % interval."""

    method: str
    difference: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """``better``, ``worse`` or ``not told apart``."""
        return "better" if self.low > 0 else "worse" if self.high < 0 else "not told apart"


@dataclass(frozen=True)
class Backtest(Rows[BacktestRow]):
    """What a backtest found.

    Attributes
    ----------
    question : Question
    outcome : str
    rows : tuple of BacktestRow
        By cut, then method; the ranking first.
    comparisons : tuple of MethodComparison
        In nDCG@10.
    whole : tuple of MethodComparison
        The same in Spearman's correlation over all candidates.
    skipped : mapping of method to reason
    notes : tuple of str
    """

    shown = ("method", "cut", "ndcg_at_10", "n_candidates", "n_with_outcome")

    question: Question
    outcome: str
    rows: tuple[BacktestRow, ...]
    comparisons: tuple[MethodComparison, ...]
    skipped: Mapping[str, str]
    notes: tuple[str, ...]
    whole: tuple[MethodComparison, ...] = ()


def backtest(
    workspace: Workspace,
    niche: str = "",
    *,
    cuts: Sequence[date | str],
    outcome: str = "engagement",
    community: str | None = None,
    horizon_days: int | None = None,
    **asked: Unpack[QuestionWords],
) -> Backtest:
    """Would this ranking have foretold what came later, better than simpler rules?

    Parameters
    ----------
    workspace : Workspace
    niche : str
    cuts : sequence of dates or ISO texts
        At each, accounts are ranked with what was known when that day began.
    outcome : str
        ``engagement``, ``niche-engagement``, ``shares``, ``new-audience`` or a column; see
        `influence.ranking.outcomes.later_outcome`.
    community : str, optional
        Mark by later posts in this community alone.
    horizon_days : int, optional
        Mark by so many days after the cut; by all that came later when not given.
    **asked
        As for `influence.rank`.

    Returns
    -------
    Backtest
        ``nDCG@10`` (linear gains), ``precision@10`` (against the ten accounts with most later), Spearman and Kendall
        (tau-b), each with a 95 % interval from a bootstrap over candidates that is the same for all methods of a cut.

    Raises
    ------
    MissingDataError, UsageError
        No cut leaves enough before and after it, or the outcome is none.

    Examples
    --------
    >>> import influence
    >>> found = influence.backtest(workspace, "sourdough bread", cuts=["2024-05-03"])
    >>> found.outcome
    'engagement'
    """
    return backtest_question(workspace, question_of(niche, **asked), cuts, outcome, community, horizon_days)


def backtest_question(
    workspace: Workspace,
    question: Question,
    cuts: Sequence[date | str],
    outcome: str = "engagement",
    community: str | None = None,
    horizon_days: int | None = None,
) -> Backtest:
    """`backtest` for a question that is already put together; its own `as_of` is not used."""
    windows = _windows(cuts, horizon_days)
    rng = np.random.default_rng(question.seed)
    rows: list[BacktestRow] = []
    marked: list[dict[str, Marks]] = []
    skipped: dict[str, str] = {}
    notes: list[str] = []
    for window in windows:
        cut = from_day(window.start).isoformat()
        material = Material(workspace.store, cut)
        found = assess(workspace, replace(question, as_of=cut, top=0), material)
        marks, gain, left_out = _mark(workspace, found, window, outcome, community, rng)
        skipped |= left_out
        marked.append(marks)
        n_gained = int((np.nan_to_num(gain) > 0).sum())
        for method, mark in marks.items():
            told = {name: (mark.value[name], *mark.interval(name)) for name in MEASURES}
            rows.append(BacktestRow(method, cut, len(gain), n_gained, told))
        notes += _notes(workspace, window, cut)
    head, whole = (tuple(_compare(marked, measure)) for measure in ("ndcg_at_10", "spearman"))
    return Backtest(question, outcome, tuple(rows), head, skipped, tuple(dict.fromkeys(notes)), whole)


def _mark(
    workspace: Workspace,
    found: Assessment,
    window: Window,
    outcome: str,
    community: str | None,
    rng: np.random.Generator,
) -> tuple[dict[str, Marks], np.ndarray, dict[str, str]]:
    """Marks of the ranking and of every rule that the data allow, at one cut."""
    ids = found.evidence.column("account_id")
    gain = later_outcome(workspace.store, found.evidence.niche, ids, window, outcome, community)
    scores, skipped = rules(found, rng)
    jury = Jury(gain, rng)
    return {name: jury.mark(score) for name, score in {OURS: -found.place, **scores}.items()}, gain, skipped


def _compare(marked: Sequence[Mapping[str, Marks]], measure: str) -> list[MethodComparison]:
    """Differences to every rule that was marked at each cut, paired by resample, mean over the cuts."""
    everywhere = [name for name in marked[0] if name != OURS and all(name in marks for marks in marked)]
    found = []
    for name in everywhere:
        pairs = [(marks[OURS], marks[name]) for marks in marked]
        gaps = [ours.value[measure] - other.value[measure] for ours, other in pairs]
        known = [gap for gap in gaps if np.isfinite(gap)]
        value = float(np.mean(known)) if known else np.nan
        draws = np.mean([ours.draws[measure] - other.draws[measure] for ours, other in pairs], axis=0)
        draws = draws[np.isfinite(draws)]
        low, high = np.quantile(draws, [0.025, 0.975]) if len(draws) else (np.nan, np.nan)
        found.append(MethodComparison(name, value, min(float(low), value), max(float(high), value)))
    return found


def _windows(cuts: Sequence[date | str], horizon_days: int | None) -> list[Window]:
    if not cuts:
        raise UsageError("a backtest needs a day to rank as of", where="cut", hint="--cut 2023-07-01")
    if horizon_days is not None and horizon_days < 1:
        raise UsageError("the horizon must be a day or more", where="horizon", seen=horizon_days)
    days = []
    for cut in cuts:
        try:
            days.append(int(to_day(cut) or 0))
        except ValueError as error:
            raise UsageError("this is not a date", where="cut", seen=cut, expected="YYYY-MM-DD") from error
    return [Window(day, None if horizon_days is None else day + horizon_days) for day in sorted(set(days))]


def _notes(workspace: Workspace, window: Window, cut: str) -> list[str]:
    """What the data cannot hide from, or cannot show to, a ranking of the past."""
    later = f"(fetched_day is null or fetched_day >= {window.start})"
    last_week = f"created_day >= {window.start - 7} and created_day < {window.start}"
    fresh = _count(workspace, "posts", f"{last_week} and likes is not null and {later}")
    undated = _count(workspace, "follows", f"since_day is null and {later}")
    notes = []
    if fresh:
        notes.append(
            f"Cut {cut}: the counts of {fresh:,} posts of the last week before it were taken later; reactions that "
            "came after the cut cannot be told from earlier ones."
        )
    if undated:
        notes.append(
            f"Cut {cut}: {undated:,} follows have no date and were imported later, so nobody sees them."
        )
    end = window.end or latest_day(workspace.store) or int(window.start)
    crossed = breaks_crossed(workspace.store, int(window.start - HALF_LIFE_DAYS), int(end))
    return [*notes, *(f"Cut {cut}: {one}" for one in crossed)]


def _count(workspace: Workspace, table: str, condition: str) -> int:
    return int(workspace.store.query(f"select count(*) as n from {table} where {condition}")["n"][0].as_py())


def verdict_of(result: Backtest) -> str:
    """How good it is, the best simple rule beside it, and which rules it beats: a sentence a line.

    The intervals of the differences are `Backtest.comparisons`.
    """
    ours = [row for row in result.rows if row.method == OURS]
    mean = np.nanmean([row.marks["ndcg_at_10"][0] for row in ours])
    cuts = "one cut" if len(ours) == 1 else f"{len(ours)} cuts"
    words = [f"Over {cuts} the ranking found later {result.outcome} with nDCG@{K} {mean:.3f}."]
    words += _rule_words(result.comparisons, "Of the simple rules", "the ranking's first ten are")
    if any(one.verdict == "worse" for one in result.whole):
        words += _rule_words(result.whole, "In the order of all candidates (Spearman)", "that order is")
    for kind, start in (
        ("better", "Better than"),
        ("worse", "Worse than"),
        ("not told apart", "Not told apart from"),
    ):
        named = [one for one in result.comparisons if one.verdict == kind]
        if named:
            words.append(
                f"{start}: " + ", ".join(f"{one.method} {one.difference:+.3f}" for one in named) + "."
            )
    if not any(one.verdict == "better" for one in result.comparisons):
        words.append("These data do not show that it is worth more than the simpler rules.")
    return "\n".join(words)


def _rule_words(found: Sequence[MethodComparison], among: str, ours: str) -> list[str]:
    """Which simple rule comes first, and that it wins where its lead is more than luck."""
    best = min(found, key=lambda one: one.difference, default=None)
    if best is None:
        return []
    if best.verdict == "worse":
        return [
            f"{among} {best.method} wins, by {-best.difference:.3f}: {ours} worth less than that rule alone."
        ]
    lead = -best.difference
    told = (
        f"comes first, {lead:.3f} ahead, which may be luck"
        if lead > 0
        else f"comes nearest, {-lead:.3f} behind"
    )
    return [f"{among} {best.method} {told}."]
