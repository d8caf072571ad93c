"""Which rows of a batch are for a table, and the columns that lie inside others: arrays, HTML, broken text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from influence.sources.arrays import with_arrays
from influence.sources.base import Batch
from influence.store.importing.mapping import TableRule
from influence.store.importing.shaping import as_text, plain

MOJIBAKE = "[\u00c2-\u00f4][\u0080-\u00bf]"
"""Letters as they look when the bytes of UTF-8 are each taken for a letter, as Meta's downloads do."""

BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/h\d|/tr)\b[^>]*>", re.I)
TAG = re.compile(r"<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)>|</?[A-Za-z!][^<>]*>", re.I | re.S)


def rows_for(rule: TableRule, batch: Batch) -> Batch:
    """The rows of `batch` that `rule` is about, with every column that it reads."""
    batch = _where(rule, _changed(with_arrays(batch, rule.headers), rule.down, _filled_down))
    if rule.mend:
        batch = _changed(batch, rule.headers, partial(_each, mended))
    marked = [header for column in rule.columns if column.parse == "html" for header in column.columns]
    return _changed(batch, marked, partial(_each, lambda text: without_tags(profile_fields(text))))


def profile_fields(text: str) -> str:
    """The fields of a Mastodon profile, a line each, with their proof; any other text as it is.

    Examples
    --------
    >>> profile_fields('[{"name": "Blog", "value": "https://crumb.example", "verified_at": "2024-05-01"}]')
    'Blog: https://crumb.example (verified)'
    """
    if not text.startswith("[{") or '"value"' not in text:
        return text
    try:
        fields = json.loads(text)
    except ValueError:
        return text
    lines = (
        f"{one.get('name') or ''}: {without_tags(str(one.get('value') or ''))}"
        + (" (verified)" if one.get("verified_at") else "")
        for one in fields if isinstance(one, dict)
    )  # fmt: skip
    return "\n".join(lines)


def mended(text: str) -> str:
    """Text whose UTF-8 was taken for Latin-1, put right: ``cafÃ©`` is ``café``."""
    try:
        return text.encode("latin-1").decode("utf-8") if re.search(MOJIBAKE, text) else text
    except ValueError:
        return text


def without_tags(text: str) -> str:
    """The text that HTML shows; text without tags stays as it is."""
    if "<" not in text and "&" not in text:
        return text
    shown = html.unescape(TAG.sub("", BREAK.sub("\n", text)))
    return re.sub(r"[ \t]*\n\s*", "\n", shown).strip()


def _filled_down(column: pa.Array) -> pa.Array:
    """The column with the cells that a merged cell covered filled."""
    return pc.fill_null_forward(pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), None, column))


def _each(change: Callable[[str], str], column: pa.Array) -> pa.Array:
    return pa.array([None if text is None else change(text) for text in column.to_pylist()], pa.string())


def _where(rule: TableRule, batch: Batch) -> Batch:
    for header, values in rule.where:
        if header not in batch.rows.schema.names:
            kept = pa.array(["" in values] * batch.rows.num_rows, pa.bool_())
        else:
            column = pc.utf8_lower(pc.utf8_trim_whitespace(as_text(plain(batch.rows.column(header)))))
            kept = pc.is_in(pc.fill_null(column, ""), value_set=pa.array([value.lower() for value in values]))
        batch = replace(
            batch, rows=batch.rows.filter(kept), lines=batch.lines[kept.to_numpy(zero_copy_only=False)]
        )
    return batch


def _changed(batch: Batch, headers: Iterable[str], change: Callable[[pa.Array], pa.Array]) -> Batch:
    """The batch with these columns of text changed, where it has them."""
    rows = batch.rows
    for header in dict.fromkeys(headers):
        place = rows.schema.get_field_index(header)
        if place >= 0 and pa.types.is_string(rows.column(place).type):
            rows = rows.set_column(place, header, change(rows.column(place)))
    return replace(batch, rows=rows)
