"""The queue of mentions that need a person, worked on by keys: taken, answered, closed, put right."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from influence.app.asked import Asked, asked_of
from influence.app.site import Page, Visit
from influence.clock import now
from influence.errors import UsageError
from influence.store.lists.triage_steps import OPEN, STATES, Step, add_steps, all_steps, undo_step

SHOWN = 100


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
        "queue.html", asked=asked, by=by, items=waiting[:SHOWN], n=len(waiting), done=done[:SHOWN], kinds=KINDS,
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


PAGES: tuple[tuple[str, str, Page], ...] = (("/queue", "GET", queue), ("/queue", "POST", step))
