"""Accounts side by side, and searching people."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from influence.app.site import Page, Site, question_in


def compare(site: Site, request: Request, _: FormData) -> Response:
    """Up to five accounts side by side."""
    from influence.reporting.explain.compare_text import difference_sentences, title

    asked = question_in(request)
    names = request.query_params.getlist("a")[:5]
    if len(names) < 2:
        return site.show("compare.html", asked=asked, made=None, title="Compare accounts", pairs=[])
    made = site.desk.session.compare_question(names, asked.question())
    pairs = [difference_sentences(made, at, at + 1) for at in range(len(made.accounts) - 1)]
    return site.show("compare.html", asked=asked, made=made, title=title(made), pairs=pairs)


def people(site: Site, request: Request, _: FormData) -> Response:
    """Search by name, handle or address."""
    words = request.query_params.get("q", "").strip()
    found = site.desk.session.accounts(words, 50) if words and not site.desk.is_new else ()
    return site.show("people.html", asked=question_in(request), words=words, found=found)


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/compare", "GET", compare), ("/people", "GET", people),
)  # fmt: skip
