"""The one writer of slides: charts and tables that can be edited, a foot that says what holds, notes with sources.

python-pptx is an extra (``slides``) and imported only here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from math import ceil
from pathlib import Path
from typing import Any

from influence.errors import InfluenceError
from influence.writing.atomic import atomic_path
from influence.writing.plain import whole_clauses
from influence.writing.safe import for_xml, one_line, web_address

MOST_SLIDES = 10
WIDTH, HEIGHT = 13.333, 7.5
"""Inches of a slide, 16 to 9."""
TABLE_HEIGHT, LINE = 5.0, 0.2
"""Inches for the rows of a table, and of a line in a cell: few rows may have long words."""
LEFT, TOP = 0.6, 1.5
INK, SOFT, BLUE = "1F2933", "5F6B7A", "0B5394"
COLOURS = ("0B5394", "E69138", "6AA84F", "A64D79", "3D85C6", "BF9000", "999999")
ROW = 0.36


class SlidesError(InfluenceError):
    """Slides cannot be made: the extra is missing."""


@dataclass(frozen=True)
class Series:
    """A row of numbers of a chart; None is unknown and left out. `x` makes it a line of points."""

    name: str
    values: Sequence[float | None]
    x: Sequence[float] = ()


class Deck:
    """Slides that are being written; see `new_deck`."""

    def __init__(self, presentation: Any, foot: str) -> None:
        self.presentation = presentation
        self.foot = foot
        self.n = 0

    def title(self, title: str, subtitle: str, notes: str = "") -> None:
        """The first slide."""
        slide = self._slide("", notes)
        self._text(slide, [title], LEFT, 2.0, WIDTH - 2 * LEFT, 1.4, size=40, bold=True)
        self._text(slide, [subtitle], LEFT, 3.5, WIDTH - 2 * LEFT, 2.6, size=20, colour=SOFT)

    def words(self, title: str, lines: Sequence[str], notes: str = "") -> None:
        """A slide of sentences."""
        slide = self._slide(title, notes)
        size = 20 if sum(map(len, lines)) < 700 else 16
        self._text(slide, lines, LEFT, TOP, WIDTH - 2 * LEFT, 5.2, size=size, bullets=True)

    def figures(
        self, title: str, figures: Sequence[tuple[str, str]], lines: Sequence[str] = (), notes: str = ""
    ) -> None:
        """A slide of at most five large figures, each with what it is, above sentences."""
        slide = self._slide(title, notes)
        told = list(figures)[:5]
        wide = (WIDTH - 2 * LEFT) / max(len(told), 1)
        for at, (value, what) in enumerate(told):
            size = 36 if len(value) <= 6 else 24
            self._text(slide, [value], LEFT + at * wide, 1.6, wide, 0.8, size=size, bold=True, colour=BLUE)
            self._text(slide, [what], LEFT + at * wide, 2.4, wide - 0.2, 0.9, size=14, colour=SOFT)
        self._text(slide, lines, LEFT, 3.6, WIDTH - 2 * LEFT, 3.0, size=18, bullets=True)

    def table(
        self, title: str, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], notes: str = "",
        numbers: Sequence[int] = (), links: Mapping[int, str] | None = None,
    ) -> None:  # fmt: skip
        """A slide with a table; `widths` are shares, `numbers` columns of numbers, `links` of first cells."""
        slide = self._slide(title, notes)
        total, room = sum(widths), WIDTH - 2 * LEFT
        lines = min(3, int(TABLE_HEIGHT / (len(rows) + 1) / LINE))
        place = map(_inches, (LEFT, TOP, room, ROW * (len(rows) + 1)))
        grid = slide.shapes.add_table(len(rows) + 1, len(head), *place).table
        for at, share in enumerate(widths):
            grid.columns[at].width = _inches(room * share / total)
        for line, row in enumerate([head, *rows]):
            grid.rows[line].height = _inches(ROW)
            for at, text in enumerate(row):
                letters = int(room * widths[at] / total * max(13, 11 * lines))
                url = (links or {}).get(line - 1) if at == 0 and line else None
                words = whole_clauses(text, letters)
                self._cell(grid.cell(line, at), words, head=line == 0, right=at in numbers, url=url)

    def bars(self, title: str, names: Sequence[str], series: Sequence[Series], notes: str = "") -> None:
        """A slide with stacked bars of whole things, one a name, the first at the top."""
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE

        data = CategoryChartData(number_format="0")
        data.categories = [_plain(name) for name in names]
        for one in series:
            data.add_series(_plain(one.name), list(one.values))
        kind = XL_CHART_TYPE.BAR_STACKED if len(series) > 1 else XL_CHART_TYPE.BAR_CLUSTERED
        chart = self._chart(self._slide(title, notes), kind, data, len(series))
        chart.category_axis.reverse_order = True
        chart.category_axis.tick_labels.font.size = _points(12)
        chart.value_axis.has_major_gridlines = False
        chart.value_axis.tick_labels.font.size = _points(11)
        most = max(
            sum(v or 0.0 for v in column) for column in zip(*(one.values for one in series), strict=True)
        )
        chart.value_axis.major_unit = max(1, ceil(most / 6))  # whole things are not counted in fifths
        plot = chart.plots[0]
        plot.gap_width = 40
        if len(series) == 1:
            plot.has_data_labels = True
            plot.data_labels.font.size = _points(11)
            plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "0", False

    def lines(
        self, title: str, series: Sequence[Series], x_title: str, y_title: str, notes: str = ""
    ) -> None:
        """A slide with lines of points."""
        from pptx.chart.data import XyChartData
        from pptx.enum.chart import XL_CHART_TYPE

        data = XyChartData()
        for one in series:
            told = data.add_series(_plain(one.name))
            for x, y in zip(one.x, one.values, strict=True):
                if y is not None:
                    told.add_data_point(x, y)
        chart = self._chart(
            self._slide(title, notes), XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, data, len(series)
        )
        for axis, words in ((chart.category_axis, x_title), (chart.value_axis, y_title)):
            axis.has_title = True
            axis.axis_title.text_frame.text = _plain(words)
            axis.axis_title.text_frame.paragraphs[0].runs[0].font.size = _points(12)
            axis.tick_labels.font.size = _points(11)
            axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "#,##0", False
        chart.category_axis.has_major_gridlines = False

    def _chart(self, slide: Any, kind: Any, data: Any, n: int) -> Any:
        from pptx.enum.chart import XL_LEGEND_POSITION

        chart = slide.shapes.add_chart(kind, *map(_inches, (LEFT, TOP, WIDTH - 2 * LEFT, 5.2)), data).chart
        chart.has_title = False
        chart.has_legend = n > 1
        if n > 1:
            chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
            chart.legend.font.size = _points(12)
        for at, series in enumerate(chart.plots[0].series):
            colour = _colour(COLOURS[at % len(COLOURS)])
            if hasattr(series, "invert_if_negative"):
                series.format.fill.solid()
                series.format.fill.fore_color.rgb = colour
            else:
                series.format.line.color.rgb = colour
                series.smooth = False
        return chart

    def _slide(self, title: str, notes: str) -> Any:
        if self.n >= MOST_SLIDES:
            raise ValueError(f"a deck has at most {MOST_SLIDES} slides")
        self.n += 1
        slide = self.presentation.slides.add_slide(self.presentation.slide_layouts[5 if title else 6])
        if title:
            box = slide.shapes.title
            box.left, box.top, box.width, box.height = map(_inches, (LEFT, 0.45, WIDTH - 2 * LEFT, 0.95))
            self._fill(box.text_frame, [title], 28 if len(title) <= 56 else 20, True, INK)
        self._text(slide, [self.foot], LEFT, HEIGHT - 0.55, WIDTH - 2 * LEFT - 0.6, 0.4, size=10, colour=SOFT)
        self._text(slide, [str(self.n)], WIDTH - LEFT - 0.5, HEIGHT - 0.55, 0.5, 0.4, size=10, colour=SOFT)
        slide.notes_slide.notes_text_frame.text = _plain(notes or self.foot, lines=True)
        return slide

    def _text(
        self, slide: Any, lines: Sequence[str], left: float, top: float, width: float, height: float, *, size: int,
        bold: bool = False, colour: str = INK, bullets: bool = False,
    ) -> None:  # fmt: skip
        box = slide.shapes.add_textbox(*map(_inches, (left, top, width, height)))
        self._fill(box.text_frame, [f"•  {line}" if bullets else line for line in lines], size, bold, colour)

    def _fill(self, frame: Any, lines: Sequence[str], size: int, bold: bool, colour: str) -> None:
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
        for at, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, _points(6)
            _run(paragraph, line, size, bold, colour)

    def _cell(self, cell: Any, text: str, *, head: bool, right: bool, url: str | None) -> None:
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

        cell.margin_top = cell.margin_bottom = _inches(0.03)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        cell.fill.solid()
        cell.fill.fore_color.rgb = _colour("E8EEF4" if head else "FFFFFF")
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        run = _run(paragraph, text, 12, head, INK)
        if url and web_address(url):
            run.hyperlink.address = url


@contextmanager
def new_deck(path: str | Path, *, title: str, foot: str, day: date | None = None) -> Iterator[Deck]:
    """Slides that are written whole when the block ends well.

    Parameters
    ----------
    path : str or Path
    title : str
        Property of the file.
    foot : str
        Stands on every slide: what holds for its charts and tables.
    day : date, optional
        Of the result, not of the clock.

    Raises
    ------
    SlidesError
        python-pptx is not installed.
    OutputError
        The file cannot be written there.
    """
    try:
        from pptx import Presentation
    except ImportError as error:
        raise SlidesError.no_package("a file of slides", "slides", error) from error
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = _inches(WIDTH), _inches(HEIGHT)
    about = presentation.core_properties
    about.title, about.author = one_line(title)[:255], "influence"
    about.created = about.modified = datetime.combine(day or date(1970, 1, 1), time())
    yield Deck(presentation, one_line(foot))
    with atomic_path(path) as temporary:
        presentation.save(str(temporary))


def _plain(text: str, lines: bool = False) -> str:
    return for_xml(text if lines else one_line(text))


def _run(paragraph: Any, text: str, size: float, bold: bool, colour: str) -> Any:
    """Words of one look at the end of a paragraph."""
    run = paragraph.add_run()
    run.text = _plain(text)
    run.font.size, run.font.bold, run.font.color.rgb = _points(size), bold, _colour(colour)
    return run


def _colour(told: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(told)


def _points(size: float) -> Any:
    from pptx.util import Pt

    return Pt(size)


def _inches(size: float) -> Any:
    from pptx.util import Inches

    return Inches(size)
