"""Where a table begins in rows of cells: titles, notes and blank rows above it, two header rows, several tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from influence.recognition.headers import known_phrase, platform_told, words_of
from influence.recognition.values import EMAIL, HOST, NOTHING, URL, is_date, is_number

DEEPEST_HEADER = 30
"""Rows looked at for the header."""

Row = Sequence[str]
TOTALS = frozenset(
    (
        "total", "totals", "grand total", "sum", "sub total", "subtotal", "all", "average", "averages", "mean",
        "median", "summe", "gesamt", "gesamtsumme", "durchschnitt", "somme", "moyenne", "suma", "promedio", "soma",
        "media", "totale", "totaal", "gemiddelde", "razem", "lacznie", "srednia", "toplam", "ortalama", "medie",
    )
)  # fmt: skip
"""What stands in the first cell of a row of totals."""


@dataclass(frozen=True)
class Layout:
    """Where the header is.

    Attributes
    ----------
    header : int
        Place of the (last) header row among the rows given; -1 where the first row is data already.
    names : tuple of str
        The names as written; empty ones are empty.
    skipped : int
        Rows with something in them above the header.
    title : str
        The first of these, where it is one cell; an address on one platform where that tells it and the title does not.
    begins : int
        Where there is no header: rows before the first row of data.
    """

    header: int
    names: tuple[str, ...]
    skipped: int = 0
    title: str = ""
    begins: int = 0


def find_header(rows: Sequence[Row]) -> Layout:
    """Find the header in the first rows of a table.

    The first row that is not blank, unless it is a title, a note or a comment, or a later row names far more columns.

    Examples
    --------
    >>> find_header([["My list"], ["", ""], ["Username", "Followers"], ["anna", "5"]]).header
    2
    """
    top = [(place, row) for place, row in enumerate(rows[: DEEPEST_HEADER + 2]) if any(map(_filled, row))]
    if not top:
        return Layout(0, ())
    width = _usual_width(rows)
    first = next((p for p, row in top if not is_title(row, width)), top[0][0])
    scores = {place: _likeness(row, width) for place, row in top if place >= first}
    best = max(scores, key=lambda place: (scores[place], -place))
    if scores[best] < scores[first] + 2:
        best = first
    best, group = _below_groups(rows, best, scores)
    if best == first and _is_data(rows, best):
        begins = best if best > top[0][0] else 0
        skipped = sum(place < begins for place, _ in top)
        return Layout(-1, ("",) * len(rows[best]), skipped, begins=begins)
    names = [cell.strip() for cell in rows[best]]
    if group is not None:
        names = _joined(rows[group], names)
    if names and names[0].startswith("#") and len(names) > 1:
        names[0] = names[0].lstrip("# ")
    before = [row for place, row in top if place < best and place != group]
    above = [[cell.strip() for cell in row if _filled(cell)] for row in before]
    title = above[0][0] if above and len(above[0]) == 1 else ""
    if not platform_told(title):
        addresses = (cell for row in above for cell in row if URL.fullmatch(cell))
        title = next(filter(platform_told, addresses), title)
    return Layout(best, tuple(names), len(before), title)


def is_title(row: Row, width: int) -> bool:
    """A title, a note or a comment above a table of `width` columns."""
    cells = [cell for cell in row if _filled(cell)]
    if not cells:
        return False
    if len(cells) == 1 and width > 1:
        return True
    comment = cells[0].lstrip().startswith(("#", "//", "%"))
    return (comment or (len(cells) == 2 and width > 4)) and _likeness(row, width) < (2 if comment else 1)


def table_starts(rows: Sequence[Row]) -> list[int]:
    """Places at which tables begin: the first row, and headers that follow a blank row.

    Examples
    --------
    >>> table_starts([["Username", "Followers"], ["anna", "5"], ["", ""], ["Post ID", "Caption"], ["1", "oat"]])
    [0, 3]
    """
    starts = [0]
    for place in range(2, len(rows)):
        after_blank = any(map(_filled, rows[place])) and not any(map(_filled, rows[place - 1]))
        above = rows[starts[-1] : place]
        if after_blank and _begins_table(rows, place) and _is_table(above) and not _are_titles(above):
            starts.append(place)
    return starts


def _are_titles(rows: Sequence[Row]) -> bool:
    """Lines of one cell each, none of them an account, a number or a date: a title and who typed it, no table."""
    lines = [[cell.strip() for cell in row if _filled(cell)] for row in rows]
    worded = all(_is_name(cell) or len(cell.split()) > 3 for line in lines for cell in line)
    return worded and len(lines) <= 6 and all(len(line) < 2 for line in lines)


def _begins_table(rows: Sequence[Row], place: int) -> bool:
    """A header follows here, under a title at most, and a row under it."""
    for header in range(place, min(place + 3, len(rows) - 1)):
        if known_names(rows[header]) >= 2 and _all_names(rows[header]):
            return any(map(_filled, rows[header + 1]))
        if not is_title(rows[header], 99):
            return False
    return False


def _is_table(rows: Sequence[Row]) -> bool:
    """A header and something under it."""
    layout = find_header(rows)
    below = any(any(map(_filled, row)) for row in rows[layout.header + 1 :])
    return below and (layout.header < 0 or known_names(rows[layout.header]) >= 1)


def side_by_side(rows: Sequence[Row], layout: Layout) -> list[tuple[int, int]]:
    """Ranges of columns (first, last + 1) of tables that stand beside each other, an empty column between them."""
    width = len(layout.names)
    body = rows[layout.header + 1 :]
    used = [
        bool(layout.names[at]) or any(at < len(row) and _filled(row[at]) for row in body)
        for at in range(width)
    ]
    parts = [[*places] for is_used, places in groupby(range(width), used.__getitem__) if is_used]
    ranges = [(places[0], places[-1] + 1) for places in parts]
    plain = [[" ".join(words_of(name)) for name in layout.names[a:b]] for a, b in ranges]
    repeated = len(ranges) > 1 and any(set(plain[0]) & set(other) for other in plain[1:])
    return ranges if repeated else [(0, width)]


def is_total(cell: str) -> bool:
    """Whether the first cell of a row says that it adds up the others."""
    return " ".join(words_of(cell)) in TOTALS and "@" not in cell


def known_names(row: Row) -> int:
    """Cells of a row that bear a name a column may have."""
    return sum(known_phrase(cell) for cell in row if _filled(cell) and _is_name(cell))


def _filled(cell: str) -> bool:
    return bool(cell and cell.strip())


def _usual_width(rows: Sequence[Row]) -> int:
    """Cells filled in most rows."""
    counts = Counter(n for row in rows[:200] if (n := sum(map(_filled, row))))
    return max(counts, key=lambda n: (counts[n] * min(n, 4), n)) if counts else 0


def _is_name(cell: str) -> bool:
    """A word or a few; no number, date, address."""
    text = cell.strip()
    if len(text) > 80 or text.lower() in NOTHING or EMAIL.fullmatch(text) or URL.fullmatch(text):
        return False
    return not text.startswith("@") and not is_number(text) and not is_date(text)


def _all_names(row: Row) -> bool:
    return all(_is_name(cell) for cell in row if _filled(cell))


def _likeness(row: Row, width: int) -> float:
    """How much a row is like a header: known names, all of them names, about as wide as the table."""
    cells = [cell for cell in row if _filled(cell)]
    if not cells:
        return -1.0
    names = sum(map(_is_name, cells))
    if names < 0.7 * len(cells):
        return -1.0
    different = all(len(set(part)) > 0.7 * len(part) for part in _parts(row))
    return float(known_names(row)) * (1.0 if different else 0.3) + 0.5 * (len(cells) >= 0.6 * width)


def _parts(row: Row) -> list[list[str]]:
    """The cells of tables that stand beside each other, an empty cell between them."""
    return [[cell.strip().lower() for cell in cells] for filled, cells in groupby(row, _filled) if filled]


def _below_groups(rows: Sequence[Row], best: int, scores: dict[int, float]) -> tuple[int, int | None]:
    """Two header rows: groups with gaps above names. Gives the row of the names, and that of the groups."""
    below, above = best + 1, best - 1
    filled = sum(map(_filled, rows[best]))
    wider = below in scores and _all_names(rows[below]) and filled < sum(map(_filled, rows[below]))
    if wider and scores[below] >= max(1.0, scores[best]):
        return below, best
    grouped = above in scores and _all_names(rows[above]) and 1 < sum(map(_filled, rows[above])) < filled
    return best, above if grouped else None


def _joined(groups: Row, names: list[str]) -> list[str]:
    """Names that repeat get the name of their group before them."""
    seen = Counter(" ".join(words_of(name)) for name in names)
    group, joined = "", []
    for at, name in enumerate(names):
        group = groups[at].strip() if at < len(groups) and _filled(groups[at]) else group
        joined.append(f"{group} {name}".strip() if seen[" ".join(words_of(name))] > 1 and name else name)
    return joined


def _is_data(rows: Sequence[Row], first: int) -> bool:
    """The first row holds values like those below it: there is no header."""
    if known_names(rows[first]):
        return False
    below = [row for row in rows[first + 1 : first + 50] if any(map(_filled, row))]
    if len(below) < 2:
        return False
    if _recur(rows[first], below):
        return True
    for at, cell in enumerate(rows[first]):
        others = [row[at] for row in below if at < len(row) and _filled(row[at])]
        tests = [test for test in (is_number, is_date, _tells_who) if _filled(cell) and test(cell.strip())]
        tests += [_tells_where] if _tells_who in tests else []
        if others and any(sum(test(o.strip()) for o in others) >= 0.9 * len(others) for test in tests):
            return True
    return False


def _recur(first: Row, below: Sequence[Row]) -> bool:
    """Every cell of a row of a few names stands again below it, as those of ties do."""
    cells = {cell.strip() for cell in first if _filled(cell) and not is_number(cell.strip())}
    again = {cell.strip() for row in below for cell in row}
    return 2 <= len(cells) <= 3 and len(first) <= 3 and cells <= again


def _tells_who(cell: str) -> bool:
    """An address, an e-mail or an @name: lists mix them."""
    return bool(URL.fullmatch(cell) or EMAIL.fullmatch(cell) or re.fullmatch(r"@[\w.\-]+", cell))


def _tells_where(cell: str) -> bool:
    """Below an address, a host too is one."""
    return _tells_who(cell) or bool(HOST.fullmatch(cell))
