"""Saved lists: kept, worked on by several people, and written for an outreach tool."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from influence.app.asked import asked_of
from influence.app.site import Page, Site, question_in
from influence.clock import now


def lists(site: Site, request: Request, _: FormData) -> Response:
    """The saved lists."""
    from influence.store.saved import saved_lists, status_counts

    found, counts = [], {}
    if not site.desk.is_new:
        found = site.desk.session.ask(saved_lists)
        counts = site.desk.session.ask(status_counts)
    return site.show("lists.html", asked=question_in(request), lists=found, counts=counts)


def save(site: Site, _: Request, form: FormData) -> Response:
    """Keep a shortlist of a question, or put one account on a list."""
    from influence.outreach.editing import Edit, apply_edit
    from influence.outreach.saving import save_shortlist
    from influence.selection.wishes import Wishes

    name = str(form.get("name") or "").strip()
    account = str(form.get("account") or "")
    if account:
        edit = Edit(add=True)
        site.desk.change(lambda workspace: apply_edit(workspace, name, [account], edit, now=now()))
        return RedirectResponse(f"/lists/{name}", 303)
    asked = asked_of([(key, str(value)) for key, value in form.multi_items()])
    size = int(str(form.get("size") or "30")) if str(form.get("size") or "30").isdigit() else 30
    picks = site.desk.session.shortlist_question(asked.question(top=size), Wishes(size=size))
    site.desk.change(lambda workspace: save_shortlist(workspace, name, picks, now=now()))
    return RedirectResponse(f"/lists/{name}", 303)


def board(site: Site, request: Request, _: FormData) -> Response:
    """One list, column by status."""
    from influence.outreach.addressees import addressees
    from influence.outreach.presets import preset_names
    from influence.store.saved import STATUSES, load_list

    name = request.path_params["name"]
    saved = site.desk.session.ask(lambda workspace: load_list(workspace, name))
    people = site.desk.session.ask(lambda workspace: addressees(workspace, saved))
    cards = {status: [one for one in zip(saved.picks, people, strict=False) if one[0].status == status]
             for status in STATUSES}  # fmt: skip
    return site.show("board.html", asked=question_in(request), saved=saved, cards=cards, statuses=STATUSES,
                     presets=preset_names())  # fmt: skip


def edit(site: Site, request: Request, form: FormData) -> Response:
    """Change one pick of a list."""
    from influence.outreach.editing import Edit, apply_edit

    name, account = request.path_params["name"], str(form.get("account") or "")
    edit = Edit(remove=True) if form.get("do") == "remove" else Edit(
        status=str(form.get("status") or "idea"), notes=str(form.get("notes") or ""),
        owner=str(form.get("owner") or ""), last_contact=str(form.get("last_contact") or "") or None,
    )  # fmt: skip
    site.desk.change(lambda workspace: apply_edit(workspace, name, [account], edit, now=now()))
    return RedirectResponse(f"/lists/{name}", 303)


def export(site: Site, request: Request, form: FormData) -> Response:
    """The file for an outreach tool, or what must be mended first."""
    import tempfile

    from influence.outreach.export import LintError, export_list
    from influence.outreach.presets import read_preset

    name, preset = request.path_params["name"], str(form.get("preset") or "csv")
    ending = read_preset(preset).format
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{preset}.{ending}"
        try:
            done = site.desk.change(
                lambda workspace: export_list(
                    workspace, name, preset, target, now=now(), force=bool(form.get("force"))
                )
            )
        except LintError as error:
            return site.show("lint.html", 400, asked=asked_of([]), name=name, preset=preset, error=error,
                             findings=[asdict(one) for one in error.findings])  # fmt: skip
        assert done.path is not None
        body = done.path.read_bytes()
    return Response(body, media_type="application/octet-stream",
                    headers={"Content-Disposition": f'attachment; filename="{preset}.{ending}"'})  # fmt: skip


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/lists", "GET", lists), ("/lists", "POST", save), ("/lists/{name}", "GET", board),
    ("/lists/{name}", "POST", edit), ("/lists/{name}/export", "POST", export),
)  # fmt: skip
