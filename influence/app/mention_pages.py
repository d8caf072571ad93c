"""Who names a brand, and a hundred of the mentions judged by hand: the pages of `mentions` and `sentiment label`."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from influence.app.site import Page, Visit, download, laid_down, workbook
from influence.reporting.mentions_text import feeling, mentions_sheets, mentions_summary
from influence.text.mentions import Mentions
from influence.text.sentiment.labelling import ToLabel, choose, read_sheet, sheet_text
from influence.text.sentiment.linear import CLASSES

SHOWN = 200


def mentions(visit: Visit) -> Response:
    """Who names a brand, and how they feel about it."""
    asked = visit.asked
    found = _found(visit) if asked.one("brand") else None
    rows = [(row, feeling(row)) for row in (found.rows[:SHOWN] if found else ())]
    return visit.show(
        "mentions.html", asked=asked, rows=rows, n=len(found) if found else 0,
        summary=_summary(visit, found) if found else "",
    )  # fmt: skip


def mentions_file(visit: Visit) -> Response:
    """All of them as a workbook."""
    found = _found(visit)
    return workbook(mentions_sheets(found), "mentions.xlsx", _summary(visit, found))


def labels(visit: Visit) -> Response:
    """A hundred mentions to judge, chosen to teach most, and what the shares are with those that are judged."""
    asked = visit.asked
    if not asked.one("brand"):
        return RedirectResponse("/mentions", 303)
    found = _found(visit)
    feelings = [*((name, name) for name in CLASSES), ("", "skip")]
    return visit.show(
        "labels.html", asked=asked, feelings=feelings, rows=_sheet(visit, found),
        summary=_summary(visit, found),
    )  # fmt: skip


def judge(visit: Visit) -> Response:
    """Keep the judgements of the form, or the sheet that was brought; for as long as the app runs."""
    asked = visit.asked
    if "sheet" in visit.form:
        with laid_down(visit.file("sheet", "a sheet that was saved here"), "labels.csv") as file:
            rows = read_sheet(file)
    else:
        told = {name: value for name, value in visit.form.multi_items() if value in (*CLASSES, "")}
        before = _sheet(visit, _found(visit))
        rows = tuple(row.judged(str(told.get(str(at), row.label))) for at, row in enumerate(before))
    visit.desk.labels[asked.one("brand").casefold()] = rows
    return RedirectResponse(asked.address("/labels"), 303)


def sheet(visit: Visit) -> Response:
    """The sheet as a file: what `sentiment label` continues, `--labels` takes, and this page reads back."""
    return download(sheet_text(_sheet(visit, _found(visit))).encode("utf-8-sig"), "labels.csv")


def _found(visit: Visit) -> Mentions:
    asked = visit.asked
    return visit.session.mentions(asked.one("brand"), asked.many("alias"), asked.many("rival"))


def _sheet(visit: Visit, found: Mentions) -> tuple[ToLabel, ...]:
    return visit.desk.labels.get(visit.asked.one("brand").casefold()) or choose(found)


def _summary(visit: Visit, found: Mentions) -> str:
    brand = visit.asked.one("brand")
    return mentions_summary(found, brand, visit.desk.judged(brand), how="judge them here.")


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/mentions", "GET", mentions), ("/mentions.xlsx", "GET", mentions_file), ("/labels", "GET", labels),
    ("/labels", "POST", judge), ("/labels.csv", "GET", sheet),
)  # fmt: skip
