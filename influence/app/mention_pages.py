"""Who names a brand, a hundred of the mentions judged by hand, and the queue of those that need a person."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from influence.app.asked import Asked, asked_of
from influence.app.site import Page, Visit, download, laid_down, workbook
from influence.clock import now
from influence.errors import UsageError
from influence.reporting.mentions_text import feeling, mentions_sheets, mentions_summary
from influence.store.lists.triage_steps import OPEN, STATES, Step, add_steps, all_steps, undo_step
from influence.text.mentions import Mentions
from influence.text.sentiment.labelling import ToLabel, choose, read_sheet, sheet_text
from influence.text.sentiment.linear import CLASSES

SHOWN, QUEUED = 200, 100


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


def queue(visit: Visit) -> Response:
    """What waits, most pressing first: the page of `influence triage`, with a button and a key for every step."""
    from influence.listening.desk_answers import service_of
    from influence.listening.sorting import DESKS, KINDS
    from influence.reporting.listening.triage_page import triage_page

    asked, by = visit.asked, visit.told.get("by", "")
    if not asked.one("brand"):
        return visit.show("queue.html", asked=asked, by=by, items=[], told=None)
    found = visit.session.triage(asked.one("brand"), niche=asked.one("niche"), **names_of(asked))
    steps = visit.session.ask(lambda opened: all_steps(opened.store))
    waiting = [one for one in found.items if one.state in OPEN and one.due_at is not None]
    done = [one for one in found.items if one.state not in OPEN]
    return visit.show(
        "queue.html", asked=asked, by=by, items=waiting[:QUEUED], n=len(waiting), done=done[:QUEUED], kinds=KINDS,
        desks=DESKS, told=triage_page(found, service_of(found, steps)),
    )  # fmt: skip


def names_of(asked: Asked) -> dict[str, tuple[str, ...]]:
    """Other names and rivals of a brand, as the functions of `listening` take them."""
    return {"aliases": asked.many("alias"), "rivals": asked.many("rival")}


def step(visit: Visit) -> Response:
    """Keep what was done with a mention, or take its latest step back; then the next one."""
    key, account, do = visit.text("mention"), visit.text("account"), visit.text("do")
    kind, desk, outcome = (visit.text(name) or None for name in ("kind", "desk", "outcome"))
    if do == "undo":
        visit.desk.change(lambda workspace: undo_step(workspace.store, key))
    elif do in STATES:
        one = Step(key, account, do, visit.text("by") or None, now(), kind, desk, outcome)
        visit.desk.change(lambda workspace: add_steps(workspace.store, [one]))
    else:
        raise UsageError.unknown("there is no such step", do, (*STATES, "undo"))
    asked = asked_of(
        [(name, str(value)) for name, value in visit.form.multi_items() if name not in ("kind",)]
    )
    more = {"by": visit.text("by")} if visit.form.get("by") else {}
    at = key if do in ("taken", "undo") else visit.text("next", key)
    return RedirectResponse(f"{asked.address('/queue', **more)}#{urlencode({'m': at})[2:]}", 303)


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/mentions", "GET", mentions), ("/mentions.xlsx", "GET", mentions_file), ("/labels", "GET", labels),
    ("/labels", "POST", judge), ("/labels.csv", "GET", sheet), ("/queue", "GET", queue), ("/queue", "POST", step),
)  # fmt: skip
