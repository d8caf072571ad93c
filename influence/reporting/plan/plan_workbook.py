"""The plan as a workbook with live formulas: change a yellow cell, and funnel, break-even and ROI follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.planning.business_case import BUDGET_PARTS, Plan
from influence.planning.formulas import UNKNOWN, to_excel
from influence.planning.model import LINES
from influence.planning.scenarios import SCENARIOS
from influence.reporting.plan.plan_page import made_by
from influence.reporting.plan.plan_words import chance, sections_of
from influence.writing.book import Book, Field, fit_row, new_book
from influence.writing.safe import one_line

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

FORMATS = {
    "count": "[=0]0;[<10]0.0;#,##0", "people": "#,##0", "money": "#,##0.00", "share": "0.00%", "ratio": "0.00",
    "number": "0.00",
}  # fmt: skip
YELLOW = "#FFF2CC"
COLUMNS = {"pessimistic": "C", "expected": "D", "optimistic": "E"}
FIRST_ROW = 4
DRAWN = ("impressions", "market_reach", "engagements", "visits", "leads", "orders", "new_orders")
NUMBERS = ("Pessimistic", "Expected", "Optimistic", "Target", "Low", "High", "Profit at low", "Profit at high",
           "Swing")  # fmt: skip


class PlanBook:
    """An open workbook, and where every input and line of the plan stands."""

    def __init__(self, book: Book, plan: Plan) -> None:
        self.book, self.plan = book, plan
        self.inputs = {key: FIRST_ROW + at for at, key in enumerate(plan.brief.inputs)}
        self.lines = {line.key: FIRST_ROW + at for at, line in enumerate(LINES)}
        self.labels = {line.key: line.label for line in LINES}
        self.words = book.look("text")
        self.plain = {unit: book.look("figure", num_format=form) for unit, form in FORMATS.items()}
        self.yellow = {
            unit: book.look("figure", num_format=form, bg_color=YELLOW) for unit, form in FORMATS.items()
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
    with new_book(path, title=plan.brief.name) as book:
        book.book.set_calc_mode("auto")
        made = PlanBook(book, plan)
        _inputs_sheet(made)
        _plan_sheet(made)
        _budget_sheet(made)
        _matters_sheet(made)
        _pilot_sheet(made)
    return Path(path)


def _sheet(made: PlanBook, name: str, title: str, hint: str, heads: Sequence[tuple[str, float]]) -> Worksheet:
    fields = [
        Field(words, words, kind="figure" if words in NUMBERS else "text", width=width)
        for words, width in heads
    ]
    sheet = made.book.sheet(
        name, fields, line=FIRST_ROW - 1, title=f"{made.plan.brief.name}. {made_by(made.plan)}"
    )
    sheet.write_string(0, 0, one_line(title), made.book.look("title"))
    sheet.write_string(1, 0, hint)
    sheet.freeze_panes(FIRST_ROW, 1)
    return sheet


def _write_words(made: PlanBook, sheet: Worksheet, row: int, first: int, *texts: str) -> None:
    for at, text in enumerate(texts, first):
        sheet.write_string(row, at, text, made.words)


def _inputs_sheet(made: PlanBook) -> None:
    heads = [("Input", 44), ("Unit", 12), *((name.capitalize(), 14) for name in SCENARIOS), ("A share of", 15),
             ("Source", 70)]  # fmt: skip
    decides = [f"As written: {words}" for words in made.plan.deciding[:1]]
    hint = " ".join([*decides, "Change the yellow cells; all else follows."])
    sheet = _sheet(made, "Inputs", f"{made.plan.brief.name}: inputs", hint, heads)
    for key, entry in made.plan.brief.inputs.items():
        row = made.inputs[key]
        _write_words(made, sheet, row, 0, entry.label, _unit(entry.unit, made.plan))
        for at, scenario in enumerate(SCENARIOS, start=2):
            sheet.write_number(row, at, entry.at(scenario), made.yellow[entry.unit])
        _write_words(made, sheet, row, 5, entry.of, one_line(entry.source))
        fit_row(sheet, row, [(entry.label, 44), (entry.source, 70)])


def _plan_sheet(made: PlanBook) -> None:
    heads = [("Line", 44), ("Unit", 12), *((name.capitalize(), 14) for name in SCENARIOS), ("Target", 14), ("Kind", 15),
             ("What it means", 60)]  # fmt: skip
    hint = "Every number here is a formula over the sheet Inputs. Pessimistic: all inputs at their bad end at once."
    sheet = _sheet(made, "Plan", f"{made.plan.brief.name}: funnel and business case", hint, heads)
    for line in LINES:
        row = made.lines[line.key]
        _write_words(made, sheet, row, 0, line.label, _unit(line.unit, made.plan))
        for at, scenario in enumerate(SCENARIOS, start=2):
            formula = to_excel(line.formula, made.cells(COLUMNS[scenario]))
            sheet.write_formula(
                row, at, formula, made.plain[line.unit], _shown(made.plan.scenarios[scenario], line.key)
            )
        target = made.plan.brief.targets.get(line.key)
        if target is not None:
            sheet.write_number(row, 5, target, made.yellow[line.unit])
        _write_words(made, sheet, row, 6, line.kind, line.meaning)
        fit_row(sheet, row, [(line.label, 44), (line.meaning, 60)])
    _chart(made, sheet)


def _chart(made: PlanBook, sheet: Worksheet) -> None:
    """The stages as a small table of their own, alive like the rest, and drawn."""
    top = FIRST_ROW + len(LINES) + 2
    sheet.write_string(top - 1, 0, "Funnel, as expected", made.book.look("head"))
    for row, key in enumerate(DRAWN, start=top):
        sheet.write_formula(row, 0, f"=A{made.lines[key] + 1}", made.words, made.labels[key])
        value = _shown(made.plan.expected, key)
        sheet.write_formula(row, 3, f"=D{made.lines[key] + 1}", made.plain["count"], value)
    last = top + len(DRAWN) - 1
    chart = made.book.book.add_chart({"type": "bar"})
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


def _budget_sheet(made: PlanBook) -> None:
    heads = [("Part of the budget", 44), ("Unit", 12), *((name.capitalize(), 14) for name in SCENARIOS)]
    title = f"{made.plan.brief.name}: budget in four parts"
    sheet = _sheet(made, "Budget", title, "As spent, not as granted.", heads)
    formulas = {
        name: key or "voices_paid * cost_per_voice + reward_cost" for name, key in BUDGET_PARTS.items()
    }
    row = FIRST_ROW
    for row, (name, formula) in enumerate({**formulas, "all four": "cost"}.items(), start=FIRST_ROW):
        _write_words(made, sheet, row, 0, name.capitalize(), made.plan.brief.currency)
        for at, scenario in enumerate(SCENARIOS, start=2):
            cells = made.cells(COLUMNS[scenario], sheet="Plan!")
            sheet.write_formula(row, at, to_excel(formula, cells), made.plain["money"],
                                _budget_value(made.plan.scenarios[scenario], name))  # fmt: skip


def _budget_value(values: Mapping[str, float], name: str) -> float:
    from influence.planning.business_case import budget_parts

    return {**budget_parts(values), "all four": values["cost"]}[name]


def _matters_sheet(made: PlanBook) -> None:
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


def _pilot_sheet(made: PlanBook) -> None:
    title = f"{made.plan.brief.name}: pilot, reward, warnings"
    sheet = _sheet(made, "Pilot and warnings", title, "", [("What", 24), ("", 110)])
    for row, (what, words) in enumerate(_facts(made.plan), start=FIRST_ROW):
        _write_words(made, sheet, row, 0, what, one_line(words))
        fit_row(sheet, row, [(words, 110)])


def _facts(plan: Plan) -> list[tuple[str, str]]:
    """The sections of the page that are words alone."""
    words = [
        (section.title, word) for section in sections_of(plan) if not section.table for word in section.words
    ]
    return [*words, ("Made by", made_by(plan))]


def _unit(unit: str, plan: Plan) -> str:
    return plan.brief.currency if unit == "money" else unit


def _shown(values: Mapping[str, float], key: str) -> Any:
    value = values[key]
    if value == value and abs(value) != float("inf"):
        return value
    return "never" if key == "break_even_orders" else UNKNOWN
