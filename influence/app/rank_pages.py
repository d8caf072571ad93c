"""The start, and the table of a niche."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from influence.app.asked import asked_of
from influence.app.jobs import Watch
from influence.app.ranking_page import form_of, ranking_page
from influence.app.site import Page, Site, laid_down, question_in, saved_file
from influence.errors import InfluenceError, UsageError

MAX_BRIEF = 8_000
"""Characters of a brief that an address can hold."""


def rank(site: Site, request: Request, _: FormData) -> Response:
    """The table of a niche; the form alone before anything was asked, or beside what is wrong with the question."""
    asked = question_in(request)
    if site.desk.is_new:
        return RedirectResponse("/bring", 303)
    if not asked.asks:
        return site.show("start.html", **form_of(asked), described=site.desk.described(), error=None)
    try:
        question = asked.question()
        if not site.desk.is_slow:
            return site.show("rank.html", undo=_before(request), **ranking_page(site.desk, asked))
    except InfluenceError as error:  # beside the question, so that it can be put right
        return site.show("start.html", 400, **form_of(asked), error=error)

    def work(watch: Watch) -> None:
        site.desk.read_ahead(question, lambda stage: watch(stage, 0, None))
        site.desk.ask(lambda *_: None, question, lambda stage: watch(stage, 0, None))

    here = asked.address("/", sort=asked.sort, page=asked.page)
    return site.run(
        "Reading your data and ranking", work, lambda _: RedirectResponse(here, 303), long=True, about=here
    )


def _before(request: Request) -> str:
    """The question that stood here before, where the browser tells it: the way back from a slider or filter."""
    told = urlsplit(request.headers.get("referer", ""))
    same = told.netloc == request.headers.get("host") and told.path == "/" and told.query
    return f"/?{told.query}" if same and told.query != request.url.query else ""


def brief(_: Site, __: Request, form: FormData) -> Response:
    """The text of a brief's file, put into the question that stands in the form."""
    from influence.sources.document import KINDS, read_document

    file = saved_file(form, "file", KINDS)
    with laid_down(file, "brief") as place:
        text = read_document(place).strip()
    if len(text) > MAX_BRIEF:
        raise UsageError(
            "this brief is too long for the address of a page", seen=f"{len(text):,} characters",
            expected=f"at most {MAX_BRIEF:,}", hint="leave out what is not about whom you look for",
        )  # fmt: skip
    kept = [(name, str(value)) for name, value in form.multi_items() if name not in ("file", "brief")]
    return RedirectResponse(asked_of([*kept, ("brief", text)]).address("/"), 303)


PAGES: tuple[tuple[str, str, Page], ...] = (("/", "GET", rank), ("/brief", "POST", brief))
