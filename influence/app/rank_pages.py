"""The start, and the table of a niche."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from influence.app.ranking_page import form_of, ranking_page
from influence.app.site import Page, Site, question_in


def rank(site: Site, request: Request, _: FormData) -> Response:
    """The table of a niche; the form alone before anything was asked."""
    asked = question_in(request)
    if site.desk.is_new:
        return RedirectResponse("/bring", 303)
    if not asked.asks:
        return site.show("start.html", **form_of(asked), **_there(site))
    return site.show("rank.html", **ranking_page(site.desk, asked))


def _there(site: Site) -> dict[str, Any]:
    """What the workspace holds, and what would help."""
    from influence.store.describe import describe_workspace

    return {"described": site.desk.session.ask(describe_workspace)}


PAGES: tuple[tuple[str, str, Page], ...] = (("/", "GET", rank),)
