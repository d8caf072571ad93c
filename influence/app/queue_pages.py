"""The queue of mentions that need a person, worked on by keys: taken, answered, closed, put right."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from influence.app.asked import Asked, asked_of
from influence.app.site import Page, Site, question_in, text_in
from influence.clock import now
from influence.errors import UsageError
from influence.store.lists.triage_steps import OPEN, STATES, Step, add_steps, all_steps, undo_step

SHOWN = 100


def queue(site: Site, request: Request, _: FormData) -> Response:
    """What waits, most pressing first: the page of `influence triage`, with a button and a key for every step."""
    from influence.listening.queue import service_of
    from influence.listening.sorting import DESKS, KINDS
    from influence.reporting.listening.triage_page import triage_page

    asked, by = question_in(request), request.query_params.get("by", "")
    if not asked.one("brand"):
        return site.show("queue.html", asked=asked, by=by, items=[], told=None)
    found = site.desk.session.triage(asked.one("brand"), niche=asked.one("niche"), **names_of(asked))
    steps = site.desk.session.ask(lambda opened: all_steps(opened.store))
    waiting = [one for one in found.items if one.state in OPEN and one.due_at is not None]
    done = [one for one in found.items if one.state not in OPEN]
    return site.show(
        "queue.html", asked=asked, by=by, items=waiting[:SHOWN], n=len(waiting), done=done[:SHOWN], kinds=KINDS,
        desks=DESKS, told=triage_page(found, service_of(found, steps)),
    )  # fmt: skip


def names_of(asked: Asked) -> dict[str, tuple[str, ...]]:
    """Other names and rivals of a brand, as the functions of `listening` take them."""
    return {"aliases": asked.many("alias"), "rivals": asked.many("rival")}


def step(site: Site, _: Request, form: FormData) -> Response:
    """Keep what was done with a mention, or take its latest step back; then the next one."""
    key, account, do = text_in(form, "mention"), text_in(form, "account"), text_in(form, "do")
    kind, desk, outcome = (text_in(form, name) or None for name in ("kind", "desk", "outcome"))
    if do == "undo":
        site.desk.change(lambda workspace: undo_step(workspace.store, key))
    elif do in STATES:
        one = Step(key, account, do, text_in(form, "by") or None, now(), kind, desk, outcome)
        site.desk.change(lambda workspace: add_steps(workspace.store, [one]))
    else:
        raise UsageError.unknown("there is no such step", do, (*STATES, "undo"))
    asked = asked_of([(name, str(value)) for name, value in form.multi_items() if name not in ("kind",)])
    more = {"by": text_in(form, "by")} if form.get("by") else {}
    at = key if do in ("taken", "undo") else text_in(form, "next", key)
    return RedirectResponse(f"{asked.address('/queue', **more)}#{urlencode({'m': at})[2:]}", 303)


PAGES: tuple[tuple[str, str, Page], ...] = (("/queue", "GET", queue), ("/queue", "POST", step))
