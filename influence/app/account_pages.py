"""Why an account stands where it stands, what is known of it beside, and what a person makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from influence.app.asked import asked_of
from influence.app.beside import beside
from influence.app.site import Page, Site, question_in, text_in
from influence.clock import now

if TYPE_CHECKING:
    from influence.app.asked import Asked
    from influence.ranking.explain import Explanation
    from influence.store.workspace import Workspace

RIVALS = 10
"""Accounts next to one in the table that it can be judged beside."""


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
    from influence.reporting.ranking.words import condition_lines

    asked, key = question_in(request), request.path_params["account_id"]
    told = site.desk.session.explain_question(key, asked.question())
    lines = [
        (one, signal_heading(one), signal_sentence(one, told)) for one in told.signals if one.max_points > 0
    ]
    return site.show(
        "account.html", asked=asked, told=told, row=told.row, standing=standing(told), lines=lines,
        document=explanation_document(told), doubts=doubts(told), conditions=condition_lines(told.ranking),
        posts=[(post, post_head(post)) for post in told.evidence], near=_near(site, asked, told),
        **beside(site, asked, told.row.account_id, request.query_params.get("list", "")),
    )  # fmt: skip


def _near(site: Site, asked: Asked, told: Explanation) -> list[tuple[str, str]]:
    """The accounts that stand next to this one, those behind it first: one of them would have its place."""

    def next_to(workspace: Workspace) -> list[tuple[str, str]]:
        del workspace
        found = site.desk.session.assess(asked.question())
        ids, handles = (found.evidence.material.columns[name] for name in ("account_id", "handle"))
        at, k = told.row.rank - 1, RIVALS // 2
        places = [*found.order[at + 1 : at + 1 + k], *found.order[max(at - k, 0) : at]]
        return [(str(ids[row]), str(handles[row])) for row in found.evidence.pool[places]]

    return site.desk.session.ask(next_to)


def judge(site: Site, request: Request, form: FormData) -> Response:
    """Keep that another account is preferred to this one, and why; or take that back."""
    from influence.store.lists import judgements

    this, other = request.path_params["account_id"], text_in(form, "other")
    asked = asked_of([(name, str(value)) for name, value in form.multi_items()])
    niche = asked.one("niche")
    if form.get("do") == "undo":
        site.desk.change(lambda workspace: judgements.take_back(workspace.store, other, this, niche))
    else:
        told = judgements.Judgement(other, this, niche, text_in(form, "reason"), now())
        site.desk.change(lambda workspace: judgements.judge(workspace.store, told))
    return RedirectResponse(asked.address(f"/account/{this}") + "#judged", 303)


def judged(site: Site, _: Request, __: FormData) -> Response:
    """All judgements as the file that `influence learn --pairs` takes."""
    from influence.store.lists.judgements import judged_rows
    from influence.writing.data_text import csv_text

    def rows(workspace: Workspace) -> list[tuple[str, str, str]]:
        return judged_rows(workspace.store)

    text = csv_text(("account_a", "account_b", "preferred"), _plain(site.desk.session.ask(rows)))
    return Response(text, media_type="text/csv",
                    headers={"Content-Disposition": 'attachment; filename="pairs.csv"'})  # fmt: skip


def _plain(rows: list[tuple[str, str, str]]) -> list[list[Any]]:
    return [list(row) for row in rows]


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/judgements.csv", "GET", judged), ("/account/{account_id:path}", "GET", account),
    ("/account/{account_id:path}", "POST", judge),
)  # fmt: skip
