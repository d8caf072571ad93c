"""Saved lists: kept, worked on by several people, and written for an outreach tool."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from influence.app.asked import asked_of
from influence.app.site import Page, Site, download, named, number_in, question_in, text_in
from influence.clock import now

if TYPE_CHECKING:
    from influence.selection.wishes import Wishes


def lists(site: Site, request: Request, _: FormData) -> Response:
    """The saved lists."""
    from influence.store.lists.saved import saved_lists, status_counts

    found, counts = [], {}
    if not site.desk.is_new:
        found = site.desk.session.ask(saved_lists)
        counts = site.desk.session.ask(status_counts)
    return site.show("lists.html", asked=question_in(request), lists=found, counts=counts)


def save(site: Site, _: Request, form: FormData) -> Response:
    """Keep a shortlist of a question, or put one account on a list."""
    from influence.outreach.editing import Edit, apply_edit
    from influence.outreach.saving import save_shortlist
    from influence.selection.choosing import WORTH_IT
    from influence.selection.wishes import Wishes

    name = str(form.get("name") or "").strip()
    account = str(form.get("account") or "")
    if account:
        edit = Edit(add=True)
        site.desk.change(lambda workspace: apply_edit(workspace, name, [account], edit, now=now()))
        return RedirectResponse(f"/lists/{name}", 303)
    asked = asked_of([(key, str(value)) for key, value in form.multi_items()])
    wishes = _wishes(form)
    least = WORTH_IT if wishes == Wishes(size=wishes.size) else 0.0
    question = asked.question(top=wishes.size)
    picks = site.desk.session.shortlist_question(question, wishes, least_gain=least)
    site.desk.change(lambda workspace: save_shortlist(workspace, name, picks, now=now()))
    return RedirectResponse(f"/lists/{name}", 303)


def _wishes(form: FormData) -> Wishes:
    from influence.selection.wishes import Wishes, parse_quotas

    overlap = number_in(form, "overlap")
    return Wishes(
        size=int(number_in(form, "size") or 30), budget=number_in(form, "budget"),
        quotas=parse_quotas([text_in(form, "quotas")]),
        must=named(text_in(form, "must")), never=named(text_in(form, "never")),
        max_overlap=None if overlap is None else overlap / 100.0,
    )  # fmt: skip


def export(site: Site, request: Request, form: FormData) -> Response:
    """The file for an outreach tool or mail merge, or what must be mended first."""
    from influence.outreach.drafts import HOUSE_LANGUAGE
    from influence.outreach.export import LintError, export_list
    from influence.outreach.presets import read_preset

    name, preset = request.path_params["name"], text_in(form, "preset", "csv")
    asked = {key: text_in(form, key) for key in ("template", "settings", "language")}
    how: dict[str, Any] = {
        "template": asked["template"] or None, "settings": pairs_of(asked["settings"]),
        "language": asked["language"] or HOUSE_LANGUAGE,
    }  # fmt: skip
    file = f"{preset}.{read_preset(preset).format}"
    with tempfile.TemporaryDirectory() as folder:
        target, force = Path(folder) / file, bool(form.get("force"))
        try:
            site.desk.change(
                lambda opened: export_list(opened, name, preset, target, now=now(), force=force, **how)
            )
        except LintError as error:
            return site.show("lint.html", 400, name=name, preset=preset, error=error, told=asked,
                             findings=[asdict(one) for one in error.findings])  # fmt: skip
        return download(target.read_bytes(), file)


def pairs_of(text: str) -> dict[str, str]:
    """``NAME=TEXT``, one a line; those without a text say nothing."""
    cut = (line.partition("=") for line in text.splitlines())
    return {name.strip(): value.strip() for name, _, value in cut if value.strip()}


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/lists", "GET", lists), ("/lists", "POST", save), ("/lists/{name}/export", "POST", export),
)  # fmt: skip
