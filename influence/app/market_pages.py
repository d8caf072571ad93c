"""The market before a campaign, and by which channels visits came: reports with a form in front."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from influence.app.asked import Asked, asked_of
from influence.app.listening_pages import report
from influence.app.queue_pages import names_of
from influence.app.site import Page, Site, laid_down, question_in, text_in
from influence.errors import UsageError


def market(site: Site, request: Request, _: FormData) -> Response:
    """Where a brand and a niche are named, and what the brand's pages and the assistants' answers are."""
    return site.show("market.html", asked=question_in(request))


def looked(site: Site, _: Request, form: FormData) -> Response:
    """Who talks, what rivals do, who is found: the page of `influence discovery`."""
    from influence.reporting.listening.discovery_page import discovery_page

    asked = asked_of([(name, str(value)) for name, value in form.multi_items() if isinstance(value, str)])
    if not asked.one("brand") or not asked.one("niche"):
        raise UsageError("a market takes a brand and a niche", expected="both fields filled in")
    with ExitStack() as files:
        told: dict[str, Any] = {"site": text_in(form, "site")}
        for name, ending in (("pages", ""), ("cited", ".csv")):
            file = form.get(name)
            if isinstance(file, UploadFile) and file.filename:
                told[name] = str(files.enter_context(laid_down(file, f"{name}{ending or _ending(file)}")))
        found = site.desk.session.discovery(asked.one("brand"), asked.one("niche"), **names_of(asked), **told)
    return report(site, discovery_page(found), asked)


def _ending(file: UploadFile) -> str:
    return ".xml" if (file.filename or "").lower().endswith(".xml") else ".txt"


def channels(site: Site, _: Request, __: FormData) -> Response:
    """Where exports of web statistics are brought."""
    return site.show("channels.html")


def counted(site: Site, _: Request, form: FormData) -> Response:
    """By which channel visits and conversions came: the page of `influence channels`; the files are not kept."""
    from influence.app.desk import plain_name
    from influence.reporting.listening.channels_page import channels_page

    brought = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
    if not brought:
        raise UsageError(
            "no file was chosen", expected="exports of Google Analytics, Matomo, Plausible, or a CSV"
        )
    with tempfile.TemporaryDirectory() as folder:
        places = []
        for at, one in enumerate(brought):
            place = Path(folder) / str(at) / plain_name(one.filename or "")
            place.parent.mkdir()
            place.write_bytes(one.file.read())
            places.append(place)
        found = site.desk.session.channels(places)
    return report(site, channels_page(found), Asked({}))


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/market", "GET", market), ("/market", "POST", looked), ("/channels", "GET", channels),
    ("/channels", "POST", counted),
)  # fmt: skip
