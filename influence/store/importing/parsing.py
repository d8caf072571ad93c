"""SQL that turns raw values into the types of the contract; null where a value cannot be read.

Every function takes a SQL expression (text, trimmed, never empty) and gives a SQL expression. Only constants of this
module are pasted into SQL; whatever a user said (a platform, a date pattern) is bound as a parameter.
"""

from __future__ import annotations

from functools import cache

from influence.schema import ID_COLUMNS, Column, Type
from influence.store.importing.contents import ColumnFacts
from influence.toml_files import shipped

MAX_ID = 512
MAX_TEXT = 1_000_000
EARLIEST, LATEST = "timestamp '1900-01-01'", "timestamp '2100-01-01'"
WHITESPACE = " \t\r\n\u00a0\ufeff\u200b"
YES, NO = ("true", "t", "yes", "y", "1", "on", "1.0"), ("false", "f", "no", "n", "0", "off", "0.0")
CONTROLS = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]"
CONTROLS_IN_ID = "[\\x00-\\x1f\\x7f]"

KEY_TEXTS = (
    *ID_COLUMNS,
    "post_id",
    "customer_id",
    "campaign",
    "email",
    "handle",
    "platform",
    "hash",
    "reply_to",
)

NO_ACCOUNT = "names no account (deleted, the address of something else, or with control characters)"

CODES = ("language", "country")

SYNONYMS = shipped("influence.store.importing", "words.toml")["choices"]

_DATE = "\\d{4}[-/]\\d{1,2}[-/]\\d{1,2}"
_CLOCK = "\\d{1,2}:\\d{2}(:\\d{2}([.,]\\d{1,9})?)?"
_OFFSET = "[+-]\\d{2}:?(\\d{2})?"
_ISO = f"{_DATE}([T ]+{_CLOCK} ?(Z|UTC|GMT|{_OFFSET})?)?"


def text_sql(x: str, known: ColumnFacts) -> str:
    """Text as it is, without control characters; null past `MAX_TEXT` bytes."""
    if known.controls:
        x = f"regexp_replace({x}, '{CONTROLS}', '', 'g')"
    return _at_most(x, MAX_TEXT, known)


def key_sql(x: str, known: ColumnFacts) -> str:
    """A key: short, and null when it holds control characters."""
    if known.controls or known.breaks:
        x = f"case when not regexp_matches({x}, '{CONTROLS_IN_ID}') then {x} end"
    return _at_most(x, MAX_ID, known)


def domain_sql(x: str) -> str:
    """The host of an address, without ``www.``."""
    return f"regexp_replace(regexp_replace(lower({x}), '^[a-z]+://', ''), '^www\\.|[/?#:].*$', '', 'g')"


def whole_sql(n: str) -> str:
    """A whole number from a double; null when it has a fraction."""
    return f"case when {n} = round({n}) and abs({n}) < 9e15 then cast({n} as bigint) end"


def _at_most(x: str, n_bytes: int, known: ColumnFacts) -> str:
    return x if known.longest <= n_bytes else f"case when strlen({x}) <= {n_bytes} then {x} end"


def integer_sql(x: str) -> str:
    """A whole number from its plain form; null when it has a fraction."""
    return f"case when regexp_full_match({x}, '[+-]?\\d{{1,18}}') then try_cast({x} as bigint) end"


def real_sql(x: str) -> str:
    """A finite number from its plain form."""
    plain = "[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?"
    cast = f"try_cast({x} as double)"
    return f"case when regexp_full_match({x}, '{plain}') and isfinite({cast}) then {cast} end"


def boolean_sql(x: str) -> str:
    """Yes or no from its plain form."""
    return f"case when {x} = 'true' then true when {x} = 'false' then false end"


def yes_or_no(word: str) -> str | None:
    """``true`` or ``false``, as the word means; None for any other."""
    plain = word.strip(WHITESPACE).lower()
    return "true" if plain in YES else "false" if plain in NO else None


def meant_by(word: str, choices: tuple[str, ...]) -> str | None:
    """Which of some choices a word means, whatever its case; None for none."""
    return _meant(choices).get(word.strip(WHITESPACE).lower())


@cache
def _meant(choices: tuple[str, ...]) -> dict[str, str]:
    """Word -> choice; of a word that two have, the earlier one."""
    meant = {choice: choice for choice in choices}
    for choice in choices:
        for word in SYNONYMS.get(choice, ()):
            meant.setdefault(word, choice)
    return meant


def choice_sql(x: str, column: Column) -> str:
    """One of the column's choices."""
    return f"case when {x} in ({', '.join(map(repr, column.choices))}) then {x} end"


def unix_sql(n: str, told: str | None) -> str:
    """A moment from a number: Unix seconds or milliseconds, recognised by its size where not told."""
    seconds, millis = (f"make_timestamp(cast({n} * {micros} as bigint))" for micros in (1000000, 1000))
    if told == "unix":
        return f"case when abs({n}) < 4200000000 then {seconds} end"
    if told == "unix_ms":
        return f"case when abs({n}) < 4200000000000 then {millis} end"
    return (
        f"case when {n} between 100000000 and 9999999999 then {seconds} "
        f"when {n} between 100000000000 and 9999999999999 then {millis} "
        f"when {n} between 19000101 and 21000101 then try_strptime(cast(cast({n} as bigint) as varchar), '%Y%m%d') end"
    )


def time_sql(x: str, told: str | None, pattern: str | None = None) -> str:
    """A moment in UTC (`bounded_time_sql` then refuses what no calendar of ours holds).

    Parameters
    ----------
    told : str or None
        ``unix``, ``unix_ms``, or nothing: recognise ISO 8601, Unix seconds (9 or 10 digits) and milliseconds (12 or
        13). Other forms were brought to ISO before (`influence.store.importing.plain_values`).
    pattern : str, optional
        The bound parameter with the pattern that the user told.
    """
    if told in ("unix", "unix_ms"):
        return f"coalesce({unix_sql(f'try_cast({x} as double)', told)}, {_iso(x)})"
    if pattern:
        return f"coalesce(case when {_has_digit(x)} then try_strptime({x}, {pattern}) end, {_recognised(x)})"
    return _recognised(x)


def bounded_time_sql(x: str) -> str:
    """`x`, a timestamp, or null outside 1900 to 2100."""
    return f"case when {x} >= {EARLIEST} and {x} < {LATEST} then {x} end"


def _recognised(x: str) -> str:
    return (
        f"case when regexp_matches({x}, '^\\d{{4}}[-/]') then {_iso(x)} "
        f"when regexp_full_match({x}, '\\d{{8,10}}(\\.\\d*)?|\\d{{12,13}}') "
        f"then {unix_sql(f'try_cast({x} as double)', None)} end"
    )


def _has_digit(x: str) -> str:
    """DuckDB reads the words ``epoch`` and ``infinity`` as moments, whatever the pattern."""
    return f"regexp_matches({x}, '\\d')"


def _iso(x: str) -> str:
    """ISO 8601; DuckDB's cast ignores offsets and zone names, so offsets are subtracted and names refused."""
    offset = f"regexp_extract({x}, ':[0-9.,]+ ?({_OFFSET})$', 1)"
    digits = f"rpad(replace(substr({offset}, 2), ':', ''), 4, '0')"
    minutes = f"(try_cast(left({digits}, 2) as integer) * 60 + try_cast(right({digits}, 2) as integer))"
    signed = (
        f"(case when {offset} = '' then 0 when left({offset}, 1) = '-' then -{minutes} else {minutes} end)"
    )
    bare = f"replace(regexp_replace({x}, ' ?(Z|UTC|GMT|(:[0-9.,]+) ?{_OFFSET})$', '\\2'), ',', '.')"
    return (
        f"case when regexp_full_match({x}, '{_ISO}') and left({digits}, 2) <= '14' and right({digits}, 2) < '60' "
        f"then try_cast({bare} as timestamp) - to_minutes({signed}) end"
    )


def day_number_sql(n: str) -> str:
    """Days since 1970-01-01 given as such a whole number of up to five digits, as a timestamp."""
    return f"case when {n} between -25567 and 99999 then timestamp '1970-01-01' + to_days(cast({n} as integer)) end"


def to_day_sql(moment: str) -> str:
    """Days since 1970-01-01 of a timestamp expression."""
    return f"cast(cast({moment} as date) - date '1970-01-01' as integer)"


def bounded_sql(value: str, column: Column) -> str:
    """`value`, or null when it is below the column's minimum or above its maximum."""
    bounds = [(">=", column.minimum), ("<=", column.maximum)]
    tests = [f"({value}) {sign} {bound:g}" for sign, bound in bounds if bound is not None]
    return f"case when {' and '.join(tests)} then {value} end" if tests else value


def expectation(column: Column) -> str:
    """What the column expects, in words, for the reason of a reject."""
    if column.choices:
        return "not one of " + ", ".join(column.choices)
    least = "" if column.minimum is None else f" of at least {column.minimum:g}"
    if column.unit == "share" and column.maximum == 1:
        return "not a share between 0 and 1 (write 4.3% or 0.043, or parse = 'percent' in a mapping)"
    if column.name in KEY_TEXTS:
        return f"empty, over {MAX_ID} bytes long, or with control characters"
    return {
        Type.INTEGER: f"not a whole number{least}",
        Type.REAL: f"not a number{least}",
        Type.BOOLEAN: "neither yes nor no",
        Type.TIME: "not a date between 1900 and 2100 (for local forms say --date-format dmy or mdy)",
        Type.DAY: "not a date between 1900 and 2100 (for local forms say --date-format dmy or mdy)",
        Type.TEXT: f"over {MAX_TEXT:,} bytes long",
    }[column.type]
