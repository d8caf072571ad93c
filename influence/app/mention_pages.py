"""Who names a brand, and a hundred of the mentions judged by hand: the pages of `mentions` and `sentiment label`."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from influence.app.asked import Asked
from influence.app.site import Page, Site, download, laid_down, question_in, saved_file, workbook
from influence.reporting.mentions_text import feeling, mentions_summary
from influence.reporting.sheets import mentions_sheets
from influence.text.mentions import Mentions
from influence.text.sentiment.labelling import ToLabel, choose, read_sheet, sheet_text
from influence.text.sentiment.linear import CLASSES

SHOWN = 200


def mentions(site: Site, request: Request, _: FormData) -> Response:
    """Who names a brand, and how they feel about it."""
    asked = question_in(request)
    found = _found(site, asked) if asked.one("brand") else None
    rows = [(row, feeling(row)) for row in (found.rows[:SHOWN] if found else ())]
    return site.show(
        "mentions.html", asked=asked, rows=rows, n=len(found) if found else 0,
        summary=_summary(site, asked, found) if found else "",
    )  # fmt: skip


def mentions_file(site: Site, request: Request, _: FormData) -> Response:
    """All of them as a workbook."""
    asked = question_in(request)
    found = _found(site, asked)
    return workbook(mentions_sheets(found), "mentions.xlsx", _summary(site, asked, found))


def labels(site: Site, request: Request, _: FormData) -> Response:
    """A hundred mentions to judge, chosen to teach most, and what the shares are with those that are judged."""
    asked = question_in(request)
    if not asked.one("brand"):
        return RedirectResponse("/mentions", 303)
    found = _found(site, asked)
    feelings = [*((name, name) for name in CLASSES), ("", "skip")]
    return site.show(
        "labels.html", asked=asked, feelings=feelings, rows=_sheet(site, asked, found),
        summary=_summary(site, asked, found),
    )  # fmt: skip


def judge(site: Site, request: Request, form: FormData) -> Response:
    """Keep the judgements of the form, or the sheet that was brought; for as long as the app runs."""
    asked = question_in(request)
    if "sheet" in form:
        with laid_down(saved_file(form, "sheet", "a sheet that was saved here"), "labels.csv") as file:
            rows = read_sheet(file)
    else:
        told = {name: value for name, value in form.multi_items() if value in (*CLASSES, "")}
        before = _sheet(site, asked, _found(site, asked))
        rows = tuple(row.judged(str(told.get(str(at), row.label))) for at, row in enumerate(before))
    site.desk.labels[asked.one("brand").casefold()] = rows
    return RedirectResponse(asked.address("/labels"), 303)


def sheet(site: Site, request: Request, _: FormData) -> Response:
    """The sheet as a file: what `sentiment label` continues, `--labels` takes, and this page reads back."""
    asked = question_in(request)
    return download(sheet_text(_sheet(site, asked, _found(site, asked))).encode("utf-8-sig"), "labels.csv")


def _found(site: Site, asked: Asked) -> Mentions:
    return site.desk.session.mentions(asked.one("brand"), asked.many("alias"), asked.many("rival"))


def _sheet(site: Site, asked: Asked, found: Mentions) -> tuple[ToLabel, ...]:
    return site.desk.labels.get(asked.one("brand").casefold()) or choose(found)


def _summary(site: Site, asked: Asked, found: Mentions) -> str:
    return mentions_summary(
        found, asked.one("brand"), site.desk.judged(asked.one("brand")), how="judge them here."
    )


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/mentions", "GET", mentions), ("/mentions.xlsx", "GET", mentions_file), ("/labels", "GET", labels),
    ("/labels", "POST", judge), ("/labels.csv", "GET", sheet),
)  # fmt: skip
