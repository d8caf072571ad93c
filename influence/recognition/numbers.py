"""Numbers as people write them, read by the habit of their column: ``1.234,5``, ``12.3K``, ``1,2 Mio.``, ``3.4万``."""

from __future__ import annotations

import re
from collections.abc import Iterable

UNITS = {
    "": 1.0, "%": 0.01, "k": 1e3, "t": 1e3, "tsd": 1e3, "tys": 1e3, "mil": 1e3, "mila": 1e3, "mille": 1e3, "mii": 1e3,
    "bin": 1e3, "thousand": 1e3, "tausend": 1e3, "th": 1e3, "千": 1e3, "천": 1e3, "tis": 1e3, "тыс": 1e3, "хил": 1e3,
    "м": 1e6, "млн": 1e6, "m": 1e6, "mm": 1e6, "mio": 1e6, "mn": 1e6, "mln": 1e6, "mi": 1e6, "million": 1e6,
    "millions": 1e6, "millionen": 1e6, "millones": 1e6, "milhões": 1e6, "milioni": 1e6, "milyon": 1e6, "milj": 1e6,
    "b": 1e9, "bn": 1e9, "mrd": 1e9, "md": 1e9, "mld": 1e9, "bi": 1e9, "billion": 1e9, "milliarden": 1e9, "mlrd": 1e9,
    "g": 1e9, "mr": 1e9, "lakh": 1e5, "lac": 1e5, "crore": 1e7, "cr": 1e7, "万": 1e4, "萬": 1e4, "w": 1e4, "만": 1e4,
    "亿": 1e8, "億": 1e8, "억": 1e8,
}  # fmt: skip
"""Words behind a number, and what they multiply it by."""

NOUNS = (
    r"(?:(?:followers?|subscribers?|subs|fans?|likes?|views?|posts?|videos?|comments?|shares?|users?|members?|readers?"
    r"|abonn[eé]s?|abonnenten|follower|seguidores|suscriptores|inscritos|seguaci|volgers|obserwuj\w+|urm[aă]ritori"
    r"|人|名|件|回|本|フォロワー|명"
    r"|takip[cç]i|plays?|impressions?|aufrufe|vues|people|monthly|per month|/\s?month|usd|eur|gbp|days?)\.?\s*)*"
)
CURRENCY = r"(?:[$€£¥₹₺]|zł|pln|usd|eur|gbp|us\$|r\$|chf|lei|ron|try|tl)"
NUMBER = re.compile(
    rf"(?:[~≈><≥≤]|ca\.?|about|over|circa|etwa|env\.?)?\s*([+\-\u2212\u2013]?)\s*{CURRENCY}?\s*"
    r"([0-9][0-9.,'\u2019\u00a0\u202f\u2009 ]*|[.,][0-9]+)(e[+-]?[0-9]{1,3})?"
    rf"(?:[.,][\-\u2013\u2014])?\s*({'|'.join(sorted(map(re.escape, UNITS), key=len, reverse=True))})"
    rf"\.?\s*\+?\s*{CURRENCY}?\s*\+?\s*{NOUNS}",
    re.IGNORECASE,
)

PLAIN_REAL = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"


def read_number(text: str, decimal_comma: bool | None = None) -> float | None:
    """The value of a written number; None where it is none, or where comma and point leave it open.

    Parameters
    ----------
    decimal_comma : bool, optional
        The habit of its column; None: not known.

    Examples
    --------
    >>> [read_number(x) for x in ("1.234,5", "12.3K", "1,2 Mio.", "14.3k followers", "\u20ac 45,-", "-", "12.345")]
    [1234.5, 12300.0, 1200000.0, 14300.0, 45.0, None, None]
    """
    match = written(text)
    if not match:
        return None
    sign, body, exponent, unit = match.groups()
    value = _body(re.sub(r"['\u2019\u00a0\u202f\u2009 ]", "", body), decimal_comma, bool(unit.strip("%")))
    if value is None or not _spaces_group(body):
        return None
    bin_ = unit.lower() == "b" and (decimal_comma or re.fullmatch(r"\d+,\d{1,2}", body.strip()))
    scaled = float(f"{value}{exponent or ''}") * (
        1e3 if bin_ else UNITS[unit.lower()]
    )  # Turkish "12,3 B": bin
    return -scaled if sign and sign != "+" else scaled


def written(text: str) -> re.Match[str] | None:
    """The parts of a written number; a percent sign may stand before it (Turkish ``%4,2``)."""
    text = text.strip()
    return NUMBER.fullmatch(f"{text[1:]}%" if text.startswith("%") else text)


def _spaces_group(body: str) -> bool:
    """White space and apostrophes stand between groups of three digits only."""
    parts = re.split(r"['\u2019\u00a0\u202f\u2009 ]+", body.strip())
    return len(parts) == 1 or all(re.match(r"\d{3}(\D|$)", part) for part in parts[1:])


def _body(body: str, comma: bool | None, with_unit: bool) -> float | None:
    points, commas = body.count("."), body.count(",")
    if points and commas:
        decimal = "," if body.rfind(",") > body.rfind(".") else "."
        return _split(body, decimal) if body.count(decimal) == 1 else None
    sign = "." if points else ","
    if points + commas > 1:
        return _grouped(body, sign)
    if not points + commas:
        return float(body)
    whole, _, rest = body.partition(sign)
    if len(rest) != 3 or with_unit or whole in ("", "0") or len(whole) > 3:
        return float(f"{whole or 0}.{rest or 0}")
    if comma is None:
        return float(whole + rest) if sign == "," else None
    return float(f"{whole}.{rest}") if (sign == ",") == comma else float(whole + rest)


def _split(body: str, decimal: str) -> float | None:
    whole, _, rest = body.partition(decimal)
    group = "." if decimal == "," else ","
    grouped = _grouped(whole, group) if group in whole else float(whole or 0)
    return None if grouped is None or group in rest else grouped + (float(f"0.{rest}") if rest else 0.0)


def _grouped(body: str, sign: str) -> float | None:
    first, *groups = body.split(sign)
    threes = all(len(group) == 3 for group in groups)
    indian = len(groups[-1]) == 3 and all(len(group) == 2 for group in groups[:-1])
    return float(first + "".join(groups)) if first and len(first) <= 3 and (threes or indian) else None


def decimal_habit(values: Iterable[str], *, whole: bool, hint: bool = False) -> bool | None:
    """Whether a column writes ``1.234,5``: decided by all of its values together.

    Parameters
    ----------
    values : iterable of str
    whole : bool
        The column counts things: a point before exactly three digits groups thousands.
    hint : bool
        The file is of a kind that writes so: then one such value suffices.

    Returns
    -------
    bool or None
        None: its values leave it open, or contradict each other.

    Examples
    --------
    >>> decimal_habit(["1.234,5", "2.100", "980,2"], whole=False)
    True
    >>> decimal_habit(["12.345", "9.000"], whole=True), decimal_habit(["12,4k", "3.2k", "8.100"], whole=True)
    (True, True)
    """
    comma = point = open_commas = open_points = 0
    for value in values:
        match = written(value) if "." in value or "," in value else None
        if not match or not re.search(r"[.,]", match[2]):
            continue
        body = re.sub(r"[^\d.,]", "", match[2])
        with_unit = bool(match[4].strip("%"))
        last = max(body.rfind("."), body.rfind(","))
        ends, both = body[last], "." in body and "," in body
        single = body.count(ends) == 1
        if single and (both or len(body) - last - 1 != 3 or with_unit or body[:last] in ("", "0")):
            comma, point = comma + (ends == ","), point + (ends == ".")
        elif not single:
            comma, point = comma + (ends == "."), point + (ends == ",")
        else:
            open_commas, open_points = open_commas + (ends == ","), open_points + (ends == ".")
    if comma and point and min(comma, point) > 0.1 * max(comma, point):
        return True if whole and open_points and not open_commas else None
    if comma and point:
        return comma > point
    if comma or point:
        return comma > 0
    if open_points and not open_commas and whole and (open_points > 1 or hint):
        return True
    return None
