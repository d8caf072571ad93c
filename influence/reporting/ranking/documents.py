"""Results as JSON: plain values, unknown is null, everything that is needed to make the result again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from influence.ranking.results import RankedAccount, Ranking
from influence.reporting.ranking.columns import ListColumn, cell
from influence.writing.data_text import json_text


def ranking_json(ranking: Ranking, added: tuple[ListColumn, ...] = ()) -> str:
    """A ranking as JSON text: what was asked, what was left out, the rows in order, provenance."""
    return json_text(ranking_document(ranking, added))


def ranking_document(ranking: Ranking, added: tuple[ListColumn, ...] = ()) -> dict[str, Any]:
    """A ranking as plain values; a row's keys are the fields of `RankedAccount` in their order."""
    return {
        "niche": asdict(ranking.niche),
        "goal": ranking.goal,
        "baseline": ranking.baseline,
        "n_candidates": ranking.n_candidates,
        "weights": dict(ranking.weights),
        "switched_off": dict(ranking.switched_off),
        "left_out": dict(ranking.left_out),
        "uncertainty": ranking.extra.get("uncertainty"),
        "conditions": ranking.extra.get("conditions") or {},
        "notes": list(ranking.notes),
        "rows": [_row(row, added) for row in ranking.rows],
        "provenance": asdict(ranking.provenance),
    }


def _row(row: RankedAccount, added: tuple[ListColumn, ...]) -> dict[str, Any]:
    document = row.to_dict()
    if added:
        document["added"] = {column.key: cell(column, row) for column in added}
    return document
