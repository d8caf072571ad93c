"""A backtest as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from influence.ranking.backtest import Backtest, BacktestRow, Comparison, verdict_of
from influence.ranking.measures import MEASURES
from influence.writing.data_text import json_text
from influence.writing.grid import grid

HEADINGS = {"ndcg_at_10": "nDCG@10", "precision_at_10": "P@10", "spearman": "Spearman", "kendall": "Kendall"}


def render_backtest(result: Backtest, format: str, *, width: int | None = None) -> str:
    """``table`` or ``json``."""
    return backtest_json(result) if format == "json" else backtest_table(result, width)


def backtest_table(result: Backtest, width: int | None = None) -> str:
    """One table a cut, then the verdict, and what could not be compared."""
    label = result.question.keywords or "all accounts"
    parts = []
    for cut in dict.fromkeys(row.cut for row in result.rows):
        rows = [row for row in result.rows if row.cut == cut]
        title = (
            f"{label}: ranked as of {cut}, marked by later {result.outcome} of {rows[0].n_with_outcome:,} "
            f"of {rows[0].n_candidates:,} accounts"
        )
        body = grid(["Method", *HEADINGS.values()], [_cells(row) for row in rows], width=width)
        parts.append(f"{title}\n\n{body}")
    parts.append(verdict_of(result) + "\n")
    notes = [f"Not compared: {method} ({why})." for method, why in result.skipped.items()] + list(
        result.notes
    )
    return "\n".join([*parts, "".join(f"{note}\n" for note in notes)] if notes else parts)


def _cells(row: BacktestRow) -> list[str]:
    return [row.method, *(_mark(*row.marks[name]) for name in MEASURES)]


def _mark(value: float, low: float, high: float) -> str:
    return "unknown" if value != value else f"{value:.3f} [{low:.3f}, {high:.3f}]"


def backtest_json(result: Backtest) -> str:
    """``rows`` (one a method and cut), ``comparisons``, ``verdict``, ``skipped``, ``notes``."""
    return json_text(
        {
            "niche": result.question.keywords,
            "goal": result.question.goal,
            "outcome": result.outcome,
            "settings_hash": result.question.hash(),
            "rows": [row.to_dict() for row in result.rows],
            "comparisons": _comparisons(result.comparisons),
            "comparisons_spearman": _comparisons(result.whole),
            "verdict": verdict_of(result),
            "skipped": result.skipped,
            "notes": result.notes,
        }
    )


def _comparisons(found: Sequence[Comparison]) -> list[dict[str, object]]:
    return [{**asdict(one), "verdict": one.verdict} for one in found]
