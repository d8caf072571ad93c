"""The plan as a workbook with live formulas: change a yellow cell, and funnel, break-even and ROI follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.planning.business_case import BUDGET_PARTS, Plan
from influence.planning.formulas import UNKNOWN, to_excel
from influence.planning.model import LINES
from influence.planning.scenarios import SCENARIOS
from influence.reporting.plan_page import made_by
from influence.reporting.plan_words import chance, sections_of
from influence.writing.atomic import atomic_path
from influence.writing.safe import one_line

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FORMATS = {
    "count": "[=0]0;[<10]0.0;#,##0", "people": "#,##0", "money": "#,##0.00", "share": "0.00%", "ratio": "0.00",
    "number": "0.00",
}  # fmt: skip
COLUMNS = {"pessimistic": "C", "expected": "D", "optimistic": "E"}
FIRST_ROW = 4
DRAWN = ("impressions", "market_reach", "engagements", "visits", "leads", "orders", "new_orders")
NUMBERS = (
    "Pessimistic",
    "Expected",
    "Optimistic",
    "Target",
    "Low",
    "High",
    "Profit at low",
    "Profit at high",
    "Swing",
)
_HEAD = {"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True}
_GRID = {"bottom": 1, "bottom_color": "#D9D9D9", "valign": "top"}


class _Book:
    """An open workbook, its formats, and where every input and line stands."""

    def __init__(self, book: Workbook, plan: Plan) -> None:
        self.book, self.plan = book, plan
        self.inputs = {key: FIRST_ROW + at for at, key in enumerate(plan.brief.inputs)}
        self.lines = {line.key: FIRST_ROW + at for at, line in enumerate(LINES)}
        self.labels = {line.key: line.label for line in LINES}
        self.head = book.add_format(_HEAD)
        self.number_head = book.add_format({**_HEAD, "align": "right"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.words = book.add_format({**_GRID, "text_wrap": True, "align": "left", "indent": 1})
        self.plain = {
            unit: book.add_format({**_GRID, "num_format": form, "align": "right"})
            for unit, form in FORMATS.items()
        }
        self.yellow = {
            unit: book.add_format({**_GRID, "num_format": form, "bg_color": "#FFF2CC", "align": "right"})
            for unit, form in FORMATS.items()
        }

    def cells(self, column: str, *, sheet: str = "") -> dict[str, str]:
        """Where the values of one scenario stand: inputs on their sheet, lines on theirs."""
        found = {key: f"Inputs!${column}${row + 1}" for key, row in self.inputs.items()}
        found.update({key: f"{sheet}${column}${row + 1}" for key, row in self.lines.items()})
        return found


def write_plan_workbook(plan: Plan, path: str | Path) -> Path:
    """Write the plan as XLSX with live formulas; atomic.

    Sheets: Inputs (yellow cells), Plan (every line in three scenarios), Budget, What matters, Pilot and warnings.
    Formulas and Python read the same text, see `influence.planning.formulas`.
    """
    from xlsxwriter import Workbook

    with atomic_path(path) as temporary:
        book = Workbook(str(temporary), {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties(
            {"title": one_line(plan.brief.name)[:255], "created": datetime.combine(date(1970, 1, 1), time())}
        )
        book.set_calc_mode("auto")
        made = _Book(book, plan)
        _inputs_sheet(made)
        _plan_sheet(made)
        _budget_sheet(made)
        _matters_sheet(made)
        _pilot_sheet(made)
        book.close()
    return Path(path)


def _sheet(made: _Book, name: str, title: str, hint: str, heads: Sequence[tuple[str, float]]) -> Worksheet:
    sheet = made.book.add_worksheet(name)
    sheet.write_string(0, 0, one_line(title), made.title)
    sheet.write_string(1, 0, hint)
    for at, (words, width) in enumerate(heads):
        sheet.set_column(at, at, width)
        sheet.write_string(FIRST_ROW - 1, at, words, made.number_head if words in NUMBERS else made.head)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST_ROW - 1)
    sheet.set_footer("&L&A&RPage &P of &N")
    return sheet


def _inputs_sheet(made: _Book) -> None:
    heads = [("Input", 44), ("Unit", 12), ("Pessimistic", 14), ("Expected", 14), ("Optimistic", 14),
             ("A share of", 15), ("Source", 70)]  # fmt: skip
    sheet = _sheet(
        made, "Inputs", f"{made.plan.brief.name}: inputs", "Change the yellow cells; all else follows.", heads
    )
    for key, entry in made.plan.brief.inputs.items():
        row = made.inputs[key]
        sheet.write_string(row, 0, entry.label, made.words)
        sheet.write_string(row, 1, _unit(entry.unit, made.plan), made.words)
        for at, scenario in enumerate(SCENARIOS, start=2):
            sheet.write_number(row, at, entry.at(scenario), made.yellow[entry.unit])
        sheet.write_string(row, 5, entry.of, made.words)
        sheet.write_string(row, 6, one_line(entry.source), made.words)
        _fit(sheet, row, (entry.label, 44), (entry.source, 70))


def _plan_sheet(made: _Book) -> None:
    heads = [("Line", 44), ("Unit", 12), ("Pessimistic", 14), ("Expected", 14), ("Optimistic", 14), ("Target", 14),
             ("Kind", 15), ("What it means", 60)]  # fmt: skip
    hint = "Every number here is a formula over the sheet Inputs. Pessimistic: all inputs at their bad end at once."
    sheet = _sheet(made, "Plan", f"{made.plan.brief.name}: funnel and business case", hint, heads)
    for line in LINES:
        row = made.lines[line.key]
        sheet.write_string(row, 0, line.label, made.words)
        sheet.write_string(row, 1, _unit(line.unit, made.plan), made.words)
        for at, scenario in enumerate(SCENARIOS, start=2):
            formula = to_excel(line.formula, made.cells(COLUMNS[scenario]))
            sheet.write_formula(
                row, at, formula, made.plain[line.unit], _shown(made.plan.scenarios[scenario], line.key)
            )
        target = made.plan.brief.targets.get(line.key)
        if target is not None:
            sheet.write_number(row, 5, target, made.yellow[line.unit])
        sheet.write_string(row, 6, line.kind, made.words)
        sheet.write_string(row, 7, line.meaning, made.words)
        _fit(sheet, row, (line.label, 44), (line.meaning, 60))
    _chart(made, sheet)


def _chart(made: _Book, sheet: Worksheet) -> None:
    """The stages as a small table of their own, alive like the rest, and drawn."""
    top = FIRST_ROW + len(LINES) + 2
    sheet.write_string(top - 1, 0, "Funnel, as expected", made.head)
    for row, key in enumerate(DRAWN, start=top):
        sheet.write_formula(row, 0, f"=A{made.lines[key] + 1}", made.words, made.labels[key])
        value = _shown(made.plan.expected, key)
        sheet.write_formula(row, 3, f"=D{made.lines[key] + 1}", made.plain["count"], value)
    last = top + len(DRAWN) - 1
    chart = made.book.add_chart({"type": "bar"})
    chart.add_series(
        {"name": "Expected", "categories": ["Plan", top, 0, last, 0], "values": ["Plan", top, 3, last, 3],
         "data_labels": {"value": True, "num_format": "#,##0"}, "fill": {"color": "#2B6CB0"}, "gap": 40}
    )  # fmt: skip
    chart.set_x_axis({"log_base": 10, "visible": False, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"reverse": True})
    chart.set_legend({"none": True})
    title = "From impressions to purchases, as expected (logarithmic)"
    chart.set_title({"name": title, "name_font": {"size": 10}})
    sheet.insert_chart(top - 1, 5, chart, {"x_scale": 1.3, "y_scale": 0.8})


def _budget_sheet(made: _Book) -> None:
    heads = [
        ("Part of the budget", 44),
        ("Unit", 12),
        ("Pessimistic", 14),
        ("Expected", 14),
        ("Optimistic", 14),
    ]
    sheet = _sheet(
        made, "Budget", f"{made.plan.brief.name}: budget in four parts", "As spent, not as granted.", heads
    )
    formulas = {
        name: key or "voices_paid * cost_per_voice + reward_cost" for name, key in BUDGET_PARTS.items()
    }
    row = FIRST_ROW
    for row, (name, formula) in enumerate({**formulas, "all four": "cost"}.items(), start=FIRST_ROW):
        sheet.write_string(row, 0, name.capitalize(), made.words)
        sheet.write_string(row, 1, made.plan.brief.currency, made.words)
        for at, scenario in enumerate(SCENARIOS, start=2):
            cells = made.cells(COLUMNS[scenario], sheet="Plan!")
            sheet.write_formula(row, at, to_excel(formula, cells), made.plain["money"],
                                _budget_value(made.plan.scenarios[scenario], name))  # fmt: skip


def _budget_value(values: Mapping[str, float], name: str) -> float:
    from influence.planning.business_case import budget_parts

    return {**budget_parts(values), "all four": values["cost"]}[name]


def _matters_sheet(made: _Book) -> None:
    heads = [
        ("Input", 44),
        ("Low", 14),
        ("High", 14),
        ("Profit at low", 16),
        ("Profit at high", 16),
        ("Swing", 16),
    ]
    simulated = made.plan.simulation
    hint = (
        f"Simulated by Python ({simulated.n_draws:,} draws, seed {simulated.seed}); does not follow the yellow cells. "
        f"Chance of a loss: {chance(simulated.loss_probability)} short term, "
        f"{chance(simulated.long_loss_probability)} long term."
    )
    sheet = _sheet(made, "What matters", f"{made.plan.brief.name}: what matters most", hint, heads)
    for row, swing in enumerate(made.plan.tornado, start=FIRST_ROW):
        sheet.write_string(row, 0, swing.label, made.words)
        unit = made.plan.brief.inputs[swing.key].unit
        for at, (value, kind) in enumerate(
            ((swing.low, unit), (swing.high, unit), (swing.at_low, "money"), (swing.at_high, "money"),
             (swing.size, "money")), start=1,
        ):  # fmt: skip
            sheet.write_number(row, at, value, made.plain[kind])


def _pilot_sheet(made: _Book) -> None:
    sheet = _sheet(
        made,
        "Pilot and warnings",
        f"{made.plan.brief.name}: pilot, reward, warnings",
        "",
        [("What", 24), ("", 110)],
    )
    for row, (what, words) in enumerate(_facts(made.plan), start=FIRST_ROW):
        sheet.write_string(row, 0, what, made.words)
        sheet.write_string(row, 1, one_line(words), made.words)
        _fit(sheet, row, (words, 110))


def _facts(plan: Plan) -> list[tuple[str, str]]:
    """The sections of the page that are words alone."""
    words = [
        (section.title, word) for section in sections_of(plan) if not section.table for word in section.words
    ]
    return [*words, ("Made by", made_by(plan))]


def _fit(sheet: Worksheet, row: int, *cells: tuple[str, int]) -> None:
    """Room for wrapped words; Excel finds it by itself, LibreOffice and previews do not."""
    lines = max(-(-len(words) * 10 // (width * 11)) for words, width in cells)
    if lines > 1:
        sheet.set_row(row, 15 * lines)


def _unit(unit: str, plan: Plan) -> str:
    return plan.brief.currency if unit == "money" else unit


def _shown(values: Mapping[str, float], key: str) -> Any:
    value = values[key]
    if value == value and abs(value) != float("inf"):
        return value
    return "never" if key == "break_even_orders" else UNKNOWN
