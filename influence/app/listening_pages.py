"""What was heard, the market and the channels by which visits came: reports, some with a form in front."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from influence.app.asked import Asked
from influence.app.instead import here
from influence.app.mention_pages import names_of
from influence.app.shared_session import AppDesk, plain_name
from influence.app.site import Page, Site, Visit, laid_down
from influence.errors import UsageError
from influence.reporting.parts import Page as Heard
from influence.reporting.parts import page_html, page_style
from influence.store.lists.triage_steps import all_steps

STYLE_AT = "/report.css"


def market(visit: Visit) -> Response:
    """Where a brand and a niche are named, and what the brand's pages and the assistants' answers are."""
    return visit.show("market.html", asked=visit.asked)


def looked(visit: Visit) -> Response:
    """Who talks, what rivals do, who is found: the page of `influence discovery`."""
    from influence.reporting.listening.discovery_page import discovery_page

    asked = visit.form_asked
    if not asked.one("brand") or not asked.one("niche"):
        raise UsageError("a market takes a brand and a niche", expected="both fields filled in")
    with ExitStack() as files:
        told: dict[str, Any] = {"site": visit.text("site")}
        for name, ending in (("pages", ""), ("cited", ".csv")):
            file = visit.form.get(name)
            if isinstance(file, UploadFile) and file.filename:
                told[name] = str(files.enter_context(laid_down(file, f"{name}{ending or _ending(file)}")))
        found = visit.session.discovery(asked.one("brand"), asked.one("niche"), **names_of(asked), **told)
    return report(visit.site, discovery_page(found), asked)


def _ending(file: UploadFile) -> str:
    return ".xml" if (file.filename or "").lower().endswith(".xml") else ".txt"


def channels(visit: Visit) -> Response:
    """Where exports of web statistics are brought."""
    return visit.show("channels.html")


def counted(visit: Visit) -> Response:
    """By which channel visits and conversions came: the page of `influence channels`; the files are not kept."""
    from influence.reporting.listening.channels_page import channels_page

    brought = [one for one in visit.form.getlist("files") if isinstance(one, UploadFile) and one.filename]
    if not brought:
        raise UsageError(
            "no file was chosen", expected="exports of Google Analytics, Matomo, Plausible, or a CSV"
        )
    with ExitStack() as files:
        names = [plain_name(one.filename or "") for one in brought]
        places = [files.enter_context(laid_down(*pair)) for pair in zip(brought, names, strict=True)]
        found = visit.session.channels(places)
    return report(visit.site, channels_page(found), Asked({}))


def heard(visit: Visit) -> Response:
    """What is said about a brand or in a niche as a whole page; without the name the form that asks for it."""
    asked, what = visit.asked, visit.at["what"]
    if what not in HEARD:
        raise HTTPException(404)
    needs = NEEDS.get(what, "brand")
    if needs and not asked.one(needs):
        return RedirectResponse(asked.address("/market" if needs == "niche" else "/mentions"), 303)
    return report(visit.site, HEARD[what](visit.desk, asked), asked)


def report(site: Site, page: Heard, asked: Asked) -> Response:
    """A page of words, tables and charts as a command writes it, under the app's menu."""
    menu = Markup(site.rendered("nav.html", asked=asked))
    parts = [replace(part, words=tuple(map(here, part.words))) for part in page.parts]
    return HTMLResponse(page_html(replace(page, parts=parts), style_at=STYLE_AT, above=menu))


def style(_: Visit) -> Response:
    """The style of those pages."""
    menu = (Path(__file__).parent / "static" / "nav.css").read_text("utf-8")
    return Response(page_style() + menu, media_type="text/css")


def _listen(desk: AppDesk, asked: Asked) -> Heard:
    from influence.reporting.listening.listen_page import listen_page

    brand, niche = asked.one("brand"), asked.one("niche")
    return listen_page(desk.session.listen(brand, niche=niche, labels=desk.judged(brand), **names_of(asked)))


def _watch(desk: AppDesk, asked: Asked) -> Heard:
    from influence.reporting.listening.watch_page import watch_page

    return watch_page(desk.session.watch(asked.one("brand"), niche=asked.one("niche"), **names_of(asked)))


def _triage(desk: AppDesk, asked: Asked) -> Heard:
    from influence.listening.desk_answers import service_of
    from influence.reporting.listening.triage_page import triage_page

    queue = desk.session.triage(asked.one("brand"), niche=asked.one("niche"), **names_of(asked))
    return triage_page(queue, service_of(queue, desk.session.ask(lambda opened: all_steps(opened.store))))


def _communities(desk: AppDesk, asked: Asked) -> Heard:
    from influence.reporting.listening.community_page import overview_page

    return overview_page(*desk.session.communities())


def _topics(desk: AppDesk, asked: Asked) -> Heard:
    from influence.reporting.listening.topics_page import topics_page

    return topics_page(desk.session.topics(asked.one("niche"), brand=asked.one("brand"), **names_of(asked)))


HEARD: Mapping[str, Callable[[AppDesk, Asked], Heard]] = {
    "listen": _listen, "watch": _watch, "triage": _triage, "communities": _communities, "topics": _topics,
}  # fmt: skip
NEEDS = {"communities": "", "topics": "niche"}
"""What a page cannot be made without, where that is not the brand."""


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/heard/{what}", "GET", heard), (STYLE_AT, "GET", style), ("/market", "GET", market),
    ("/market", "POST", looked), ("/channels", "GET", channels), ("/channels", "POST", counted),
)  # fmt: skip
