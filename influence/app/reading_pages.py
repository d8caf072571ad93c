"""An account, accounts side by side, searching people, and who names a brand."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from influence.app.site import Page, Site, question_in


def account(site: Site, request: Request, _: FormData) -> Response:
    """Why an account stands where it stands."""
    from influence.reporting.explain.explain_text import explanation_document
    from influence.reporting.explain.explain_words import (
        doubts,
        post_head,
        signal_heading,
        signal_sentence,
        standing,
    )
    from influence.store.saved import saved_lists

    asked = question_in(request)
    told = site.desk.session.explain_question(request.path_params["account_id"], asked.question())
    lines = [
        (one, signal_heading(one), signal_sentence(one, told)) for one in told.signals if one.max_points > 0
    ]
    return site.show(
        "account.html", asked=asked, told=told, row=told.row, standing=standing(told), lines=lines,
        document=explanation_document(told), doubts=doubts(told),
        posts=[(post, post_head(post)) for post in told.evidence],
        lists=[one.name for one in site.desk.session.ask(saved_lists)],
    )  # fmt: skip


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


def mentions(site: Site, request: Request, _: FormData) -> Response:
    """Who names a brand, and how they feel about it."""
    from influence.reporting.mentions import feeling, mentions_summary

    asked = question_in(request)
    brand = asked.one("brand")
    found = site.desk.session.mentions(brand, asked.many("alias"), asked.many("rival")) if brand else None
    rows = [(row, feeling(row)) for row in (found.rows[:200] if found else ())]
    summary = mentions_summary(found, brand) if found else ""
    return site.show("mentions.html", asked=asked, rows=rows, summary=summary, n=len(found) if found else 0)


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/account/{account_id:path}", "GET", account), ("/compare", "GET", compare), ("/people", "GET", people),
    ("/mentions", "GET", mentions),
)  # fmt: skip
