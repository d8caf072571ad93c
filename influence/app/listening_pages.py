"""What was heard, in the app: the pages of `listen`, its watch, the triage, the communities and a niche's topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from influence.app.instead import here
from influence.app.queue_pages import names_of
from influence.app.site import Page, Site, question_in

if TYPE_CHECKING:
    from influence.app.asked import Asked
    from influence.app.desk import Desk
    from influence.reporting.parts import Page as Heard

STYLE_AT = "/report.css"


def heard(site: Site, request: Request, _: FormData) -> Response:
    """What is said about a brand or in a niche as a whole page; without the name the form that asks for it."""
    asked, what = question_in(request), request.path_params["what"]
    if what not in HEARD:
        raise HTTPException(404)
    needs = NEEDS.get(what, "brand")
    if needs and not asked.one(needs):
        return RedirectResponse(asked.address("/market" if needs == "niche" else "/mentions"), 303)
    return report(site, HEARD[what](site.desk, asked), asked)


def report(site: Site, page: Heard, asked: Asked) -> Response:
    """A page of words, tables and charts as a command writes it, under the app's menu."""
    from influence.reporting.parts import page_html

    menu = Markup(site.rendered("nav.html", asked=asked))
    parts = [replace(part, words=tuple(map(here, part.words))) for part in page.parts]
    return HTMLResponse(page_html(replace(page, parts=parts), style_at=STYLE_AT, above=menu))


def style(site: Site, request: Request, _: FormData) -> Response:
    """The style of those pages."""
    from influence.reporting.parts import page_style

    del site, request
    menu = (Path(__file__).parent / "static" / "nav.css").read_text("utf-8")
    return Response(page_style() + menu, media_type="text/css")


def _listen(desk: Desk, asked: Asked) -> Heard:
    from influence.reporting.listening.listen_page import listen_page

    brand, niche = asked.one("brand"), asked.one("niche")
    return listen_page(desk.session.listen(brand, niche=niche, labels=desk.judged(brand), **names_of(asked)))


def _watch(desk: Desk, asked: Asked) -> Heard:
    from influence.reporting.listening.watch_page import watch_page

    return watch_page(desk.session.watch(asked.one("brand"), niche=asked.one("niche"), **names_of(asked)))


def _triage(desk: Desk, asked: Asked) -> Heard:
    from influence.listening.feedback import service_of
    from influence.reporting.listening.triage_page import triage_page
    from influence.store.lists.triage_steps import all_steps

    queue = desk.session.triage(asked.one("brand"), niche=asked.one("niche"), **names_of(asked))
    return triage_page(queue, service_of(queue, desk.session.ask(lambda opened: all_steps(opened.store))))


def _communities(desk: Desk, asked: Asked) -> Heard:
    from influence.reporting.listening.community_page import overview_page

    return overview_page(*desk.session.communities())


def _topics(desk: Desk, asked: Asked) -> Heard:
    from influence.reporting.listening.topics_page import topics_page

    return topics_page(desk.session.topics(asked.one("niche"), brand=asked.one("brand"), **names_of(asked)))


HEARD: Mapping[str, Callable[[Desk, Asked], Heard]] = {
    "listen": _listen, "watch": _watch, "triage": _triage, "communities": _communities, "topics": _topics,
}  # fmt: skip
NEEDS = {"communities": "", "topics": "niche"}
"""What a page cannot be made without, where that is not the brand."""
PAGES: tuple[tuple[str, str, Page], ...] = (("/heard/{what}", "GET", heard), (STYLE_AT, "GET", style))
