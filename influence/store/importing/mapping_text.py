"""A guess written down as a mapping file, so that the next export of the same tool needs no question."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from influence.store.importing.deciding import SourcePlan
from influence.store.importing.mapping import ColumnRule, TableRule


def mapping_text(plans: Sequence[SourcePlan], platform: str | None = None, about: str = "") -> str:
    """The mapping file (TOML) that reads these files as they are planned.

    Parameters
    ----------
    plans : sequence of SourcePlan
    platform : str, optional
        What ``--platform`` told.
    about : str
        One line for people.
    """
    lines = [f"about = {_quoted(about)}"] if about else []
    if platform:
        lines.append(f"platform = {_quoted(platform)}")
    for plan in plans:
        shared = sum(other.source.path == plan.source.path for other in plans) > 1
        for rule in plan.rules:
            lines += ["", *_table(rule, plan, plan.source.name if shared else None)]
    return "\n".join(lines).lstrip() + "\n"


def _table(rule: TableRule, plan: SourcePlan, sheet: str | None) -> list[str]:
    """One ``[[table]]`` section; figures in the file's name may differ next time."""
    lines = [
        "[[table]]",
        f"name = {_quoted(rule.table)}",
        f"from = {_quoted(re.sub(r'[0-9]+', '*', plan.file))}",
    ]
    told = {"sheet": sheet, "platform": rule.platform, "date_format": rule.date_format}
    lines += [f"{key} = {_quoted(value)}" for key, value in told.items() if value]
    lines += [f"{key} = true" for key in ("distinct", "summed") if getattr(rule, key)]
    lines += [
        f"{key} = {_list(names)}" for key in ("only_with", "needs", "down") if (names := getattr(rule, key))
    ]
    return [
        *lines,
        "",
        "[table.columns]",
        *(f"{column.target} = {_column(column)}" for column in rule.columns),
    ]


def _column(rule: ColumnRule) -> str:
    source = _list(rule.columns) if rule.others else _quoted(rule.column or "")
    told = {
        "column": source if rule.column is not None else None,
        "constant": None if rule.constant is None else _quoted(rule.constant),
        "digest": _list(rule.digest) if rule.digest else None,
        "prefix": _quoted(rule.prefix) if rule.prefix else None,
        "parse": _quoted(rule.parse) if rule.parse else None,
        "scale": None if rule.scale == 1 else f"{rule.scale:g}",
        "join": None if rule.join is None else _quoted(rule.join),
        "platform": _quoted(rule.platform) if rule.platform else None,
    }
    said = {key: value for key, value in told.items() if value is not None}
    if list(said) == ["column"] and not rule.others:
        return source
    return "{ " + ", ".join(f"{key} = {value}" for key, value in said.items()) + " }"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(names: Sequence[str]) -> str:
    return "[" + ", ".join(map(_quoted, names)) + "]"
