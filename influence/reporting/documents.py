"""Results as JSON: plain values, unknown is null, everything that is needed to make the result again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

from influence.ranking.results import RankedAccount, Ranking
from influence.reporting.columns import Column, cell
from influence.reporting.plain import known


def ranking_json(ranking: Ranking, added: tuple[Column, ...] = ()) -> str:
    """A ranking as JSON text: what was asked, what was left out, the rows in order, provenance."""
    return json_text(ranking_document(ranking, added))


def ranking_document(ranking: Ranking, added: tuple[Column, ...] = ()) -> dict[str, Any]:
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
        "notes": list(ranking.notes),
        "rows": [_row(row, added) for row in ranking.rows],
        "provenance": asdict(ranking.provenance),
    }


def json_text(document: object) -> str:
    """JSON that any strict parser reads: UTF-8 letters as they are, no NaN, a newline at the end."""
    return json.dumps(plain_values(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def plain_values(value: object) -> Any:
    """`value` in JSON's own types: NaN becomes null, days ISO text, numpy scalars and arrays Python's own."""
    if isinstance(value, Mapping):
        return {str(key): plain_values(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return plain_values({name: getattr(value, name) for name in value.__dataclass_fields__})
    if hasattr(value, "tolist"):
        return plain_values(value.tolist())
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain_values(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if known(value) else None
    return str(value)


def _row(row: RankedAccount, added: tuple[Column, ...]) -> dict[str, Any]:
    document = row.to_dict()
    if added:
        document["added"] = {column.key: cell(column, row) for column in added}
    return document
