"""Rows and values as people write them -> plain ones that the engine casts: numbers, moments, words, codes.

First the rows that are for a table, and the columns that lie inside others (arrays, HTML, broken text). Columns of
plain numbers and moments are typed at once; of the others each distinct value that is not plain is looked at once;
what cannot be read stays as it is, so that a reject shows what was seen.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from influence.recognition import numbers
from influence.recognition.dates import ISO, parse_moment
from influence.recognition.values import EMAIL, NOTHING
from influence.schema import Column, Type
from influence.sources.arrays import with_arrays
from influence.sources.base import Batch
from influence.store.importing.contents import ColumnFacts
from influence.store.importing.mapping import ColumnRule, TableRule
from influence.store.importing.named_codes import UNTOLD, country_code, language_code
from influence.store.importing.parsing import WHITESPACE, meant_by, yes_or_no
from influence.store.importing.shaping import as_text, plain
from influence.store.people.handles import plain_name

MOJIBAKE = "[\u00c2-\u00f4][\u0080-\u00bf]"
"""Letters as they look when the bytes of UTF-8 are each taken for a letter, as Meta's downloads do."""

BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/h\d|/tr)\b[^>]*>", re.I)
TAG = re.compile(r"<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)>|</?[A-Za-z!][^<>]*>", re.I | re.S)

DIGITS = r"^\s*\d+(\.\d*)?\s*$"
SERIAL = r"\s*\d{1,5}([.,]\d+)?\s*"
OTHER_CODES = ("UK", "EL")
"""Two letters that are a country and not its code."""
REACTIONS = ("likes", "comments", "shares", "views", "clicks")
"""Counts of which exports write -1 for unknown."""

SHORT_TEXTS = ("reply_to", "community", "city", "region", "category")
"""Columns of text in which a word for nothing known is no text."""

WRITTEN = ("text", "bio", "name")
"""Columns of what people wrote, which some exports hold as HTML."""

ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|hellip|[mn]dash|#\d{2,6}|#x[0-9a-f]{2,5});", re.I
)
BARE = re.compile(r"&(?!#?\w+;)")

Read = Callable[[str], str | None]
"""A value in plain form; empty: nothing is known; None: it cannot be read."""


def rows_for(rule: TableRule, batch: Batch) -> Batch:
    """The rows of `batch` that `rule` is about, with every column that it reads."""
    batch = _where(rule, _with_changed(with_arrays(batch, rule.headers), rule.down, _filled_down))
    if rule.mend:
        batch = _with_changed(batch, rule.headers, partial(_each, mended))
    marked = [column for column in rule.columns if column.parse == "html"]
    for shown, columns in (
        (profile_text, [column for column in marked if column.target == "bio"]),
        (without_tags, [column for column in marked if column.target != "bio"]),
    ):
        headers = [header for column in columns for header in column.columns]
        batch = _with_changed(batch, headers, partial(_each, shown))
    return batch


def profile_text(text: str) -> str:
    """What HTML of a profile shows: its note, or the fields of a Mastodon profile, a line each, with their proof.

    Examples
    --------
    >>> profile_text('[{"name": "Blog", "value": "https://crumb.example", "verified_at": "2024-05-01"}]')
    'Blog: https://crumb.example (verified)'
    >>> profile_text("<p>https://crumb.example (verified)</p>")
    'https://crumb.example (says verified)'
    """
    if text.startswith("[{") and '"value"' in text:
        with suppress(ValueError):
            fields = [one for one in json.loads(text) if isinstance(one, dict)]
            return "\n".join(profile_line(one, without_tags) for one in fields)
    return unproved(without_tags(text))


def profile_line(field: Mapping[str, object], shown: Callable[[str], str]) -> str:
    """A field of a Mastodon profile, with the mark of its server where that found the proof."""
    told = ": ".join(unproved(shown(str(field.get(part) or ""))) for part in ("name", "value"))
    return told + (" (verified)" if field.get("verified_at") else "")


def unproved(text: str) -> str:
    """A person's own words without the mark of a proof that only a server gives."""
    return text.replace("(verified", "(says verified")


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


def _with_changed(batch: Batch, headers: Iterable[str], change: Callable[[pa.Array], pa.Array]) -> Batch:
    """The batch with these columns of text changed, where it has them."""
    rows = batch.rows
    for header in dict.fromkeys(headers):
        place = rows.schema.get_field_index(header)
        if place >= 0 and pa.types.is_string(rows.column(place).type):
            rows = rows.set_column(place, header, change(rows.column(place)))
    return replace(batch, rows=rows)


def canonical(
    text: pa.Array,
    known: ColumnFacts,
    column: Column,
    rule: ColumnRule,
    decimal_comma: bool = False,
    order: str | None = None,
) -> pa.Array:
    """The values of a text column in plain form, where they can be read; numbers and moments where all are plain.

    Parameters
    ----------
    known : ColumnFacts
        Of `text`.
    decimal_comma : bool
        The file writes ``1.234,5``; the rule's own habit counts first.
    order : str or None
        Date format told for the file.
    """
    if column.type in (Type.INTEGER, Type.REAL):
        if known.digits and rule.scale == 1:
            return _cast(text, pa.int64())
        comma = {"decimal_comma": True, "number": False}.get(rule.parse or "", decimal_comma or None)
        return _numbers(text, column, comma, rule.scale)
    if column.type in (Type.TIME, Type.DAY):
        return _moments(text, known, rule.parse or order)
    if column.type is Type.BOOLEAN:
        return _cast(_replaced(text, None, yes_or_no), pa.bool_())
    if column.choices:
        return _replaced(text, None, partial(meant_by, choices=column.choices))
    if column.name == "country":
        # of "Leeds, UK" the country is taken; a place without one says nothing about it
        return _changed(text, None, partial(_country, is_place=rule.parse == "place"))
    if column.name == "language":
        return _changed(text, None, _language)
    if column.name == "name" and rule.parse == "name":
        return _changed(text, None, plain_name)
    if column.name in SHORT_TEXTS:
        return _replaced(text, None, lambda value: value) if _says_nothing(text) else text
    if column.name in WRITTEN and rule.parse != "html":  # what HTML shows is unescaped then
        return _unescaped(text) if known.marked else text
    return _changed(text, None, _email) if column.name == "email" else text


def _unescaped(text: pa.Array) -> pa.Array:
    """Texts of a column that an export wrote as HTML (``R&amp;D``) as people wrote them.

    A column that also holds bare ``&`` is plain text, and who writes ``&amp;`` in it means that.
    """
    marked = pc.fill_null(pc.match_substring(text, "&"), False)
    values = text.filter(marked).to_pylist()
    escaped = [bool(ENTITY.search(value)) for value in values]
    bare = sum(bool(BARE.search(value)) for value in values)
    if sum(escaped) <= bare:
        return text
    shown = [html.unescape(value) if told else value for value, told in zip(values, escaped, strict=True)]
    return pc.replace_with_mask(text, marked, pa.array(shown, pa.string()))


def _says_nothing(text: pa.Array) -> bool:
    """Whether a value is a word such as ``NA`` for nothing known."""
    found = pc.any(pc.is_in(pc.ascii_lower(text), value_set=pa.array(sorted(NOTHING))))
    return bool(found.as_py())


def _cast(text: pa.Array, kind: pa.DataType) -> pa.Array:
    """Values that look plain as what they are; as they were where one is not what it looks like (February 30)."""
    try:
        return text.cast(kind)
    except pa.ArrowInvalid:
        return text


def _numbers(text: pa.Array, column: Column, comma: bool | None, scale: float) -> pa.Array:
    whole = column.type is Type.INTEGER
    plain = r"^\d{1,18}$" if whole or comma else numbers.PLAIN_REAL

    # "1,2 mil." is a million beside "12,4 mii" (Romanian), and a thousand elsewhere
    romanian = bool(_matches(text, r"\d\s*mii\b").true_count)

    def read(value: str) -> str | None:
        n = numbers.read_number(re.sub(r"\bmil\b", "mln", value) if romanian else value, comma)
        if n is None:
            return None
        if n == -1 and column.name in REACTIONS:
            return ""  # how exports write that nothing is known
        factor = 1.0 if "%" in value or value.strip()[-1:].isalpha() else scale
        return _whole(n * factor, value) if whole else repr(n * factor)

    return _replaced(text, _matches(text, plain) if scale == 1 else None, read)


def _whole(n: float, value: str) -> str | None:
    """A whole number; float noise and rounded units (``12.3456K``) are taken to the nearest."""
    if not abs(n) < 9e15:
        return None
    near = abs(n - round(n)) <= 1e-6 * max(1.0, abs(n))
    rounded = any(ch.isalpha() or ch == "%" for ch in value) and "e" not in value.lower()
    return str(round(n)) if near or rounded else None


def _moments(text: pa.Array, known: ColumnFacts, told: str | None) -> pa.Array:
    if told == "excel":
        return _replaced(text, None, _spreadsheet_day)
    pattern = told is not None and "%" in told
    if known.plain_iso and not pattern:
        return _cast(text, pa.timestamp("us"))
    if pattern or (told and told.startswith("unix")):
        return _replaced(text, _matches(text, DIGITS), lambda value: None)
    done = pc.or_(_matches(text, ISO), _matches(text, DIGITS))
    return _replaced(text, done, partial(_moment, order=None if told == "iso" else told))


def _moment(value: str, order: str | None) -> str | None:
    found = parse_moment(value, order)
    return None if found is None else found.isoformat(sep=" ")


def _spreadsheet_day(value: str) -> str | None:
    """The moment of a spreadsheet's number of days since 30 December 1899 (``45413.5``: noon of 1 May 2024)."""
    if not re.fullmatch(SERIAL, value):
        return None
    days = float(value.replace(",", "."))
    found = datetime(1899, 12, 30) + timedelta(seconds=round(days * 86_400))
    return found.isoformat(sep=" ")


def _country(value: str, is_place: bool) -> str | None:
    code = value.strip(WHITESPACE)
    if code.lower() in NOTHING and code != "NA":
        return ""  # NA is Namibia
    if re.fullmatch("[A-Z]{2}", code) and code not in OTHER_CODES:
        return code
    return country_code(value) or ("" if is_place else code.upper() if len(code) == 2 else None)


def _language(value: str) -> str:
    """``en`` for ``en-US``."""
    code = value.strip(WHITESPACE)
    if not re.fullmatch("[a-z]{2}", code):
        code = language_code(value) or code
    plain = code.replace("_", "-").split("-")[0].lower()
    return "" if plain in UNTOLD else plain


def _email(value: str) -> str | None:
    parts = re.split(r"[\s,;<>]+", value) if re.search(r"[,;<>\n]|mailto:", value) else []
    return next((part.removeprefix("mailto:") for part in parts if EMAIL.fullmatch(part)), None)


def _matches(text: pa.Array, pattern: str) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(text, pattern), False)


def _replaced(text: pa.Array, done: pa.Array | None, read: Read) -> pa.Array:
    """`_changed`, where words such as ``N/A`` say that nothing is known."""

    def plain(value: str) -> str | None:
        return "" if value.strip(WHITESPACE).lower() in NOTHING else read(value)

    return _changed(text, done, plain)


def _changed(text: pa.Array, done: pa.Array | None, read: Read) -> pa.Array:
    """`text` with every value that is not `done` read; those that cannot be read stay."""
    odd = None if done is None else pc.and_(pc.invert(done), text.is_valid())
    if odd is not None and not odd.true_count:
        return text
    coded = pc.dictionary_encode(text if odd is None else text.filter(odd))
    seen = coded.dictionary.to_pylist()
    known = [value if (found := read(value)) is None else (found or None) for value in seen]
    if known == seen:
        return text
    changed = pa.array(known, pa.string()).take(coded.indices)
    return changed if odd is None else pc.replace_with_mask(text, odd, changed)
