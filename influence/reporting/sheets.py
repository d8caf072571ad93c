"""Results as tables: what CSV, XLSX and JSON hold of every command that does not rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from influence.findings import Finding
from influence.writing.book import Sheet, sheet_of
from influence.writing.plain import as_date

if TYPE_CHECKING:
    from influence.graph.stats import GraphStats
    from influence.planning.advocates import Advocates
    from influence.planning.incentives import Assumptions, Programme
    from influence.planning.track import Tracking
    from influence.ranking.audiences import AudienceOverlap
    from influence.ranking.backtest import Backtest
    from influence.ranking.changes import Changes
    from influence.ranking.compare import Comparison
    from influence.ranking.explain import Explanation
    from influence.ranking.stability import Stability
    from influence.selection.seeding import Seeding
    from influence.store.describe import Description
    from influence.store.rights.subject import Subject
    from influence.text.mentions import Mentions

ADVOCATE_LISTS = {"rows": "invite", "resting": "rest", "detractors": "critic"}
"""List of `Advocates` -> what the column ``list`` says."""


def findings_sheets(findings: Sequence[Finding]) -> list[Sheet]:
    """One row a finding."""
    names = [field.name for field in fields(Finding)]
    return [sheet_of("Findings", [{name: getattr(one, name) for name in names} for one in findings], names)]


def description_sheets(found: Description) -> list[Sheet]:
    """Tables, what is known in them, and which signals can be computed."""
    tables = [{k: v for k, v in asdict(table).items() if k != "columns"} for table in found.tables]
    known = [{"table": table.name, "column": one.name, "n_known": one.n_known, "share": one.share}
             for table in found.tables for one in table.columns]  # fmt: skip
    signals = [asdict(signal) for signal in found.signals]
    return [
        sheet_of("Tables", tables, ["name", "n_rows", "first_day", "last_day", "n_sources"]),
        sheet_of("Known", known, ["table", "column", "n_known", "share"]),
        sheet_of("Signals", signals, ["name", "available", "basis", "reason"]),
    ]


def mentions_sheets(found: Mentions) -> list[Sheet]:
    """One row a text that names the brand."""
    names = ["account_id", "post_id", "clause", "p_negative", "p_neutral", "p_positive", "reason", "language"]
    return [sheet_of("Mentions", [row.to_dict() for row in found], names)]


def advocates_sheets(found: Advocates) -> list[Sheet]:
    """All three lists, told apart in the first column, and what each signal weighs."""
    rows = []
    for name, words in ADVOCATE_LISTS.items():
        for row in getattr(found, name):
            plain = {f.name: getattr(row, f.name) for f in fields(row) if f.name not in ("points", "notes")}
            points = {f"points_{part}": row.points.get(part) for part in found.weights}
            rows.append({"list": words, **plain, **points, "notes": "; ".join(row.notes)})
    weights = [{"part": part, "weight": weight} for part, weight in found.weights.items()]
    return [
        sheet_of("Advocates", [{k: _rounded(v) for k, v in row.items()} for row in rows], ["list", "rank"]),
        sheet_of("Weights", weights, ["part", "weight"]),
    ]


def incentives_sheets(
    programmes: Sequence[Programme], told: Assumptions, texts: Mapping[str, str], decides: Sequence[str] = ()
) -> list[Sheet]:
    """Programmes side by side, what they rest on, what must be disclosed."""
    rows = [
        {"name": one.name, "advocate": one.reward.advocate, "friend": one.reward.friend,
         **{f.name: _finite(getattr(one, f.name)) for f in fields(one) if f.name not in ("name", "reward")}}
        for one in programmes
    ]  # fmt: skip
    return [
        sheet_of("Programmes", [{k: _rounded(v) for k, v in row.items()} for row in rows], ["name"]),
        sheet_of("Assumptions", _pairs(asdict(told), "assumption"), ["assumption", "value"]),
        sheet_of("Disclosure", _pairs(texts, "what", "words"), ["what", "words"]),
        *([sheet_of("What decides", [{"words": one} for one in decides], ["words"])] if decides else []),
    ]


def tracking_sheets(found: Tracking) -> list[Sheet]:
    """KPIs, creators, days and what was learned."""
    people = [
        {"account_id": one.account_id, **one.totals, "orders_per_cost": one.orders_per_cost,
         "p_better": one.p_better, "advice": one.advice, "why": one.why}
        for one in found.people
    ]  # fmt: skip
    days: list[dict[str, object]] = [{**day, "day": as_date(int(day["day"]))} for day in found.days]
    learned = [{"input": key, "low": one.low, "expected": one.value, "high": one.high, "source": one.source}
               for key, one in found.learned.items()]  # fmt: skip
    return [
        sheet_of("KPIs", [asdict(kpi) for kpi in found.kpis], ["key", "value", "target"]),
        sheet_of("Creators", people, ["account_id", "advice"]),
        sheet_of("Days", days, ["day"]),
        sheet_of("Learned", learned, ["input", "low", "expected", "high", "source"]),
    ]


def goals_sheets(rows: Sequence[Mapping[str, Any]]) -> list[Sheet]:
    """One row a signal, a column a goal; and what each goal is for."""
    signals = list(dict.fromkeys(signal for row in rows for signal in row["weights"]))
    weights = [
        {"signal": s, **{str(row["goal"]): row["weights"].get(s, 0.0) for row in rows}} for s in signals
    ]
    return [
        sheet_of("Weights", weights, ["signal"]),
        sheet_of(
            "Goals", [{"goal": row["goal"], "meaning": row["meaning"]} for row in rows], ["goal", "meaning"]
        ),
    ]


def explanation_sheets(found: Explanation) -> list[Sheet]:
    """Points of each signal, the posts that speak for it, what speaks against it."""
    return [
        sheet_of("Signals", _signal_rows(found), ["account_id", "signal", "points"]),
        sheet_of("Posts", [asdict(post) for post in found.evidence], ["post_id", "day", "text"]),
        sheet_of("Against", [{"against": words} for words in found.against], ["against"]),
    ]


def comparison_sheets(found: Comparison) -> list[Sheet]:
    """Every signal of every account, one under the other."""
    rows = [row for one in found.accounts for row in _signal_rows(one)]
    return [sheet_of("Comparison", rows, ["account_id", "signal", "points"])]


def _signal_rows(found: Explanation) -> list[dict[str, object]]:
    who = {"account_id": found.row.account_id, "handle": found.row.handle, "rank": found.row.rank,
           "score": found.row.score}  # fmt: skip
    return [
        {**who, "signal": line.name, "points": line.points, "max_points": line.max_points,
         "asked_points": line.asked_points, "evidence": line.evidence,
         "next_value": line.next.value if line.next else None, "next_points": line.next.points if line.next else None,
         "value": line.value,
         "unit": line.unit, "support": line.support, "percentile": line.percentile}
        for line in found.signals
    ]  # fmt: skip


def stability_sheets(found: Stability) -> list[Sheet]:
    """One row a pick."""
    rows = [{**asdict(pick), "stable": pick.stable} for pick in found.picks]
    return [sheet_of("Picks", rows, ["rank", "handle"])]


def changes_sheets(found: Changes) -> list[Sheet]:
    """One row an account; what to know; days from which platforms count otherwise."""
    from influence.reporting.explain.changes_text import change_records, sentences, title

    notes = [{"note": line} for line in (title(found), *sentences(found))]
    breaks = [{**asdict(one), "day": str(one.day)} for one in found.breaks]
    return [
        sheet_of(
            "Changes", change_records(found), ["account_id", "kind", "rank_before", "rank_after", "points"]
        ),
        sheet_of("Notes", notes, ["note"]),
        sheet_of("Breaks", breaks, ["platform", "day", "columns", "what", "source", "url"]),
    ]


def backtest_sheets(found: Backtest) -> list[Sheet]:
    """One row a method and cut; and how far the ranking is ahead of each."""
    measured = (("ndcg_at_10", found.comparisons), ("spearman", found.whole))
    ahead = [
        {**asdict(one), "verdict": one.verdict, "measure": name} for name, rows in measured for one in rows
    ]
    return [
        sheet_of("Backtest", [row.to_dict() for row in found.rows], ["method", "cut"]),
        sheet_of("Ahead", ahead, ["method", "difference", "low", "high", "verdict"]),
    ]


def overlap_sheets(found: AudienceOverlap) -> list[Sheet]:
    """Pairs, then the accounts for themselves."""
    told = found.to_dict()
    return [
        sheet_of("Pairs", told["pairs"], ["a", "b", "shared", "share_of_smaller", "jaccard"]),
        sheet_of("Accounts", told["accounts"], ["account_id", "audience", "exclusive"]),
    ]


def spread_sheets(found: Seeding) -> list[Sheet]:
    """Whom to tell first, then what plainer choices would reach."""
    seeds = [asdict(one) for one in found]
    return [
        sheet_of("Tell first", seeds, ["account_id", "adds", "alone", "rank", "followers"]),
        sheet_of("Choices", [asdict(one) for one in found.choices], ["choice", "reached", "low", "high"]),
    ]


def lookalikes_sheets(rows: Sequence[Mapping[str, object]]) -> list[Sheet]:
    """One row an account."""
    return [sheet_of("Lookalikes", rows, ["account_id", "similarity"])]


def stats_sheets(found: GraphStats) -> list[Sheet]:
    """One row a figure."""
    figures = {key: value for key, value in found.to_dict().items() if key != "largest_audiences"}
    largest = [{"account_id": str(name), "audience": size} for name, size in found.largest_audiences]
    return [
        sheet_of("Figures", _pairs(figures, "figure"), ["figure", "value"]),
        sheet_of("Largest audiences", largest, ["account_id", "audience"]),
    ]


def subject_sheets(found: Subject, scores: Sequence[str]) -> list[Sheet]:
    """One row a datum with its source; what others say, the lists, the files, the score in words."""
    data = [
        {"table": kept.table, "part": kept.part, "row": at, "column": name, "value": str(value),
         "source": row.get("source"), "fetched_at": str(row.get("fetched_at") or "")}
        for kept in found.kept
        for at, row in enumerate(kept.rows, start=1)
        for name, value in row.items()
        if name not in ("source", "fetched_at")
    ]  # fmt: skip
    said = [dict(zip(("table", "text", "source"), one, strict=True)) for one in found.mentions]
    return [
        sheet_of("Data", data, ["table", "part", "row", "column", "value", "source", "fetched_at"]),
        sheet_of("Said by others", said, ["table", "text", "source"]),
        sheet_of("Lists", [_texts(row) for row in found.lists], ["list_name"]),
        sheet_of("Files", [_texts(row) for row in found.exports], ["path"]),
        sheet_of("Triage", [_texts(row) for row in found.triage], ["mention_id"]),
        sheet_of("Judgements", [_texts(row) for row in found.judgements], ["niche", "preferred", "reason"]),
        sheet_of("Score", [{"in_words": words} for words in scores], ["in_words"]),
    ]


def _texts(row: Mapping[str, Any]) -> dict[str, object]:
    return {key: value if isinstance(value, (int, float)) else str(value) for key, value in row.items()}


def _pairs(data: Mapping[str, object], what: str, value: str = "value") -> list[dict[str, object]]:
    return [{what: key, value: told} for key, told in data.items()]


def _finite(value: object) -> object:
    return None if isinstance(value, float) and value in (float("inf"), float("-inf")) else value


def _rounded(value: object) -> object:
    """Six digits are more than anybody reads."""
    return float(f"{value:.6g}") if isinstance(value, float) else value
