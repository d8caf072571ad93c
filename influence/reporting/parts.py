"""A page of parts: words, a table and pictures under a finding; as one offline HTML page, and as text of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import count

from markupsafe import Markup

from influence._version import __version__
from influence.writing.grid import WIDTH, grid
from influence.writing.safe import one_line
from influence.writing.svg import NARROW, WIDE, tag

NOTHING = Markup("")
ICON = "/static/icon.svg"
"""Of the local app, whose policy allows no address with its data."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


FITS_A_PHONE = 3
"""Columns up to which a table stays one on a phone; each row of a wider one becomes a card of names and values."""
HALF_A_PHONE = 18
"""Characters beyond which a value has a line of such a card for itself."""
A_DAY = 9
"""Characters up to which a value (``26 Jun``) is never broken."""
TO_READ = "long text"
A_LINE = 45
"""Characters beyond which a column is text to read: one has room on a phone, and none is pressed by names beside it."""


@dataclass(frozen=True)
class Chart:
    """A picture in two widths, and the finding that it shows."""

    title: str
    wide: Markup
    narrow: Markup
    caption: str = ""
    table: tuple[list[str], list[list[str]]] | None = None
    """The same as figures: head and rows."""


def drawn(
    title: str,
    draw: Callable[[int], Markup],
    caption: str = "",
    table: tuple[list[str], list[list[str]]] | None = None,
) -> Chart:
    """A chart drawn by `draw(width)` for paper and for a telephone."""
    return Chart(title, draw(WIDE), draw(NARROW), caption, table)


@dataclass(frozen=True)
class Part:
    """A finding with what it rests on; cells may hold foreign text."""

    title: str
    words: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: Sequence[Sequence[str]] = ()
    charts: tuple[Chart, ...] = ()
    quotes: Sequence[tuple[str, str]] = ()
    """Words and who said them."""


@dataclass(frozen=True)
class Page:
    """What a command has to say; `tiles` are the figures that a reader takes away, value and meaning."""

    title: str
    subtitle: str
    tiles: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    made_by: str = ""


def made_page(
    title: str, subtitle: str, tiles: Sequence[tuple[str, str]], parts: Sequence[Part | None], more: str = ""
) -> Page:
    """A page of the parts that there are, with what made it at its foot, and `more` behind that."""
    made = f"Made by influence {__version__}.{more}"
    return Page(title, subtitle, tiles, [part for part in parts if part], made)


def page_text(page: Page, width: int | None = WIDTH) -> str:
    """The page for a terminal; pictures are left out."""
    lines = [
        *_wrapped(f"{page.title}. {page.subtitle}"),
        *(f"  {one_line(v)}  {one_line(w)}" for v, w in page.tiles),
    ]
    for part in page.parts:
        lines += ["", *_wrapped(part.title)]
        lines += [line for word in part.words for line in _wrapped(word, "  ")]
        if part.rows:
            lines.append(grid(part.head, part.rows, width=width).rstrip("\n"))
        for said, who in part.quotes:
            lines += _wrapped(f"“{said}” ({who})", "  ")
    return "\n".join(lines) + "\n"


def _wrapped(words: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        one_line(words), WIDTH - 1, initial_indent=indent, subsequent_indent=indent + ("  " if indent else ""),
        break_on_hyphens=False,
    )  # fmt: skip


def page_html(page: Page, *, style_at: str = "", above: Markup = NOTHING) -> str:
    """The page for a browser: opens offline, prints on A4, no script, nothing from elsewhere.

    The local app, which allows no style in a page, serves the style `style_at` an address, and leads back `above`.
    """
    tiles = [tag("div", tag("dt", what), tag("dd", value)) for value, what in page.tiles]
    body = Markup("\n").join(
        [
            tag("header", tag("h1", one_line(page.title)), tag("p", one_line(page.subtitle), class_="subtitle"),
                tag("dl", *tiles, class_="tiles") if tiles else ""),
            tag("main", *(_section(part) for part in page.parts),
                tag("p", page.made_by, class_="caption") if page.made_by else ""),
        ]
    )  # fmt: skip
    return html_shell(one_line(page.title), above + body, style_at=style_at)


def html_shell(title: str, body: Markup, style: str = "", *, style_at: str = "") -> str:
    """A whole document around `body`, with the style that all our pages have, or a link to where it is served."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    styled = f"{policy}\n<style>{page_style()}{style}</style>"
    return "\n".join([
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">',
        f'{tag("title", title)}\n<link rel="icon" href="{ICON if style_at else "data:,"}">',
        f'<link rel="stylesheet" href="{style_at}">' if style_at else styled,
        f"</head>\n<body>\n{body}\n</body>\n</html>",
    ]) + "\n"  # fmt: skip


@cache
def page_style() -> str:
    """The style sheet of the client's report."""
    return files("influence.reporting.report").joinpath("page.css").read_text("utf-8")


def _section(part: Part) -> Markup:
    inside = [tag("h2", one_line(part.title)), *(tag("p", one_line(word)) for word in part.words)]
    inside += [_figure(chart) for chart in part.charts]
    if part.rows:
        inside.append(_table(part))
    inside += [
        tag("blockquote", tag("p", tag("q", one_line(said))), tag("footer", tag("bdi", one_line(who))))
        for said, who in part.quotes
    ]
    return tag("section", *inside)


def _figure(chart: Chart) -> Markup:
    caption = tag("figcaption", chart.caption) if chart.caption else ""
    return tag("figure", tag("h3", chart.title), tag("div", chart.wide, class_="wide"),
               tag("div", chart.narrow, class_="narrow"), caption)  # fmt: skip


def _table(part: Part) -> Markup:
    kinds = [_kind(column) for column in zip(*part.rows, strict=True)]
    head = [tag("th", name, scope="col", class_=kind) if name else tag("td")
            for name, kind in zip(part.head, kinds, strict=True)]  # fmt: skip
    body = [tag("tr", *map(_cell, row, part.head, kinds, count())) for row in part.rows]
    wide = " cards" if len(part.head) > FITS_A_PHONE or kinds.count(TO_READ) > 1 else ""
    return tag(
        "div", tag("table", tag("thead", tag("tr", *head)), tag("tbody", *body)), class_=f"scroll{wide}"
    )


def _kind(column: Sequence[str]) -> str | None:
    """Class of a column: of numbers, else by its longest value."""
    longest = max(map(len, column))
    if all(map(_is_number, column)):
        return "number"
    if longest > A_LINE:
        return TO_READ
    return "long" if longest > HALF_A_PHONE else "short" if longest <= A_DAY else None


def _cell(value: str, name: str, kind: str | None, at: int) -> Markup:
    inside = tag("bdi", one_line(value)) if one_line(value) else ""
    if at:
        return tag("td", inside, class_=kind, data_head=name)
    return tag("th", inside, scope="row", class_="number" if kind == "number" else None)


def _is_number(value: str) -> bool:
    return value.strip("0123456789.,%-+–×?KMB ") == ""
