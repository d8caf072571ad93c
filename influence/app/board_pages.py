"""Saved lists and the board of each: edits that notice each other, stand-ins, drafts, files for tools and clients."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.responses import RedirectResponse, Response

from influence.app.asked import named, number_of
from influence.app.board import (
    budget_of,
    cards_of,
    money_line,
    picks_of,
    question_of_list,
    shown_list,
    together,
)
from influence.app.site import (
    Page,
    Visit,
    download,
    laid_down,
    made_file,
)
from influence.clock import now
from influence.errors import UsageError
from influence.outreach.drafts import HOUSE_LANGUAGE, DraftError, template_languages, template_names
from influence.outreach.export import LintError, export_list, previewed
from influence.outreach.letters import read_letters
from influence.outreach.lists import Edit, apply_edit, save_shortlist, take_stand_ins
from influence.outreach.lists_text import merge_text
from influence.outreach.merging import Merge, merge_file, merge_rows
from influence.outreach.presets import preset_names, read_preset
from influence.reporting.ranking.columns import added_columns
from influence.reporting.ranking.files import write_ranking
from influence.selection.wishes import Wishes, parse_quotas
from influence.store.lists.saved import STATUSES, load_list, saved_lists, status_counts, write_picks
from influence.store.workspace import Workspace

FIELDS = ("status", "notes", "owner", "last_contact")


def lists(visit: Visit) -> Response:
    """The saved lists."""
    found, counts = [], {}
    if not visit.desk.is_new:
        found = visit.session.ask(saved_lists)
        counts = visit.session.ask(status_counts)
    return visit.show("lists.html", asked=visit.asked, lists=found, counts=counts)


def save(visit: Visit) -> Response:
    """Keep a shortlist of a question, or put one account on a list."""
    name, account = visit.text("name"), visit.text("account")
    if account:
        visit.desk.change(lambda workspace: apply_edit(workspace, name, [account], Edit(add=True), now=now()))
        return RedirectResponse(f"/lists/{name}", 303)
    wishes = _wishes(visit)
    picks = visit.session.shortlist(visit.form_asked.question(top=wishes.size), wishes=wishes)
    visit.desk.change(lambda workspace: save_shortlist(workspace, name, picks, now=now()))
    return RedirectResponse(f"/lists/{name}", 303)


def _wishes(visit: Visit) -> Wishes:
    overlap = visit.number("overlap")
    return Wishes(
        size=int(visit.number("size") or 30), budget=visit.number("budget"),
        quotas=parse_quotas([visit.text("quotas")]),
        must=named(visit.text("must")), never=named(visit.text("never")),
        max_overlap=None if overlap is None else overlap / 100.0,
    )  # fmt: skip


def export(visit: Visit) -> Response:
    """The file for an outreach tool or mail merge, or what must be mended first."""
    name, preset = visit.at["name"], visit.text("preset", "csv")
    asked = {key: visit.text(key) for key in ("template", "settings", "language")}
    how: dict[str, Any] = {
        "template": asked["template"] or None, "settings": pairs_of(asked["settings"]),
        "language": asked["language"] or HOUSE_LANGUAGE, "force": bool(visit.form.get("force")),
    }  # fmt: skip

    def export_to(place: Path) -> None:
        visit.desk.change(lambda opened: export_list(opened, name, preset, place, now=now(), **how))

    try:
        return made_file(f"{preset}.{read_preset(preset).format}", export_to)
    except LintError as error:
        findings = [asdict(one) for one in error.findings]
        return visit.show(
            "lint.html", 400, name=name, preset=preset, error=error, told=asked, findings=findings
        )


def pairs_of(text: str) -> dict[str, str]:
    """``NAME=TEXT``, one a line; those without a text say nothing."""
    cut = (line.partition("=") for line in text.splitlines())
    return {name.strip(): value.strip() for name, _, value in cut if value.strip()}


def board(visit: Visit) -> Response:
    """One list, column by status."""
    name = visit.at["name"]
    saved = visit.session.ask(lambda workspace: shown_list(workspace, name))
    cards = visit.session.ask(lambda workspace: cards_of(workspace, saved))
    told, asked = together(visit.desk, saved), visit.told.get("budget", "").strip()
    budget = number_of("Budget", asked) if asked else budget_of(saved)
    return visit.show(
        "board.html", saved=saved, cards=cards, statuses=STATUSES, presets=preset_names(),
        money=money_line(told["plan"], budget), budget=None if budget is None else f"{budget:.10g}", **told,
    )  # fmt: skip


def edit(visit: Visit) -> Response:
    """Change one pick of a list; what somebody else changed meanwhile is shown and not overwritten."""
    name, account, do = visit.at["name"], visit.text("account"), visit.text("do")
    if do in ("remove", "add"):
        one = Edit(remove=True) if do == "remove" else Edit(add=True)
        visit.desk.change(lambda workspace: apply_edit(workspace, name, [account], one, now=now()))
        return RedirectResponse(f"/lists/{name}", 303)
    row = {field: visit.text(field) for field in FIELDS if field in visit.form}
    row |= {"account_id": account, "version": visit.text("version")}
    row |= {"status": _moved(row["status"], do)} if do in ("earlier", "later") else {}
    merged = visit.desk.change(lambda workspace: _merged(workspace, name, row, visit.text("take") or None))
    if merged.problems:
        raise UsageError("this was not kept", seen="; ".join(merged.problems), hint="go back and mend it")
    if merged.conflicts and not visit.form.get("take"):
        return visit.show("conflict.html", 409, name=name, row=row, conflicts=merged.conflicts)
    return RedirectResponse(f"/lists/{name}#{account}", 303)


def _moved(status: str, do: str) -> str:
    at = STATUSES.index(status) if status in STATUSES else 0
    return STATUSES[min(max(at + (1 if do == "later" else -1), 0), len(STATUSES) - 1)]


def _merged(workspace: Workspace, name: str, row: dict[str, str], take: str | None) -> Merge:
    saved = load_list(workspace, name)
    merged, picks = merge_rows(saved, [row], take=take)
    if picks and (take or not merged.conflicts):
        write_picks(workspace, saved.name, picks, now=now())
    return merged


def stand_ins(visit: Visit) -> Response:
    """Who could take the places of those who declined; with a press of the button they are put on the list."""
    name = visit.at["name"]
    found = visit.session.stand_ins(name)
    if visit.request.method == "POST" and visit.form.get("do") == "take":
        visit.desk.change(lambda workspace: take_stand_ins(workspace, found, now=now()))
        return RedirectResponse(f"/lists/{name}", 303)
    return visit.show("stand_ins.html", name=name, found=found)


def letters(visit: Visit) -> Response:
    """Drafts to everybody on the list, each sentence beside what it rests on."""
    name, told = visit.at["name"], visit.told
    template, settings = told.get("template", "pitch"), told.get("settings", "")
    language = told.get("language", HOUSE_LANGUAGE)
    shown: dict[str, Any] = {"name": name, "templates": template_names(), "template": template, "settings": settings,
             "languages": template_languages(), "language": language}  # fmt: skip
    try:
        how = read_letters(template, pairs_of(settings), language)
        people, findings = visit.session.ask(lambda workspace: previewed(workspace, name, how, now().date()))
    except DraftError as error:
        asked = [one.strip() for one in str(error.seen or "").split(",") if one.strip().isidentifier()]
        lines = "\n".join([*settings.splitlines(), *(f"{one}=" for one in asked)])
        return visit.show("letters.html", **{**shown, "settings": lines}, people=[], findings=[], error=error)
    return visit.show("letters.html", **shown, people=people, findings=findings, error=None)


def take_away(visit: Visit) -> Response:
    """The client's report or the workbook of those who have not declined."""
    name, what = visit.at["name"], visit.at["what"]
    saved = visit.session.ask(lambda workspace: shown_list(workspace, name))
    picks = picks_of(visit.desk, saved)
    if what == "report.html":
        from influence.reporting.report.campaign import campaign_of
        from influence.reporting.report.page import render_report

        question = question_of_list(saved)
        page = visit.desk.ask(lambda found, _: render_report(campaign_of(found, picks), None), question)
        return download(page.encode(), what)
    told: dict[str, Any] = {"added": added_columns(picks), "sheet": "Shortlist"}
    return made_file(what, lambda place: write_ranking(picks.ranking, place, "xlsx", **told))


def merge(visit: Visit) -> Response:
    """Bring back a list that was edited as a file; what both sides changed is told."""
    name, take = visit.at["name"], visit.text("take") or None
    file = visit.file("file", "a .csv or .xlsx that `influence export` wrote")
    ending = ".xlsx" if (file.filename or "").lower().endswith(".xlsx") else ".csv"
    with laid_down(file, f"list{ending}") as place:
        done = visit.desk.change(lambda workspace: merge_file(workspace, name, place, take=take, now=now()))
    return visit.show("merged.html", name=name, text=merge_text(done, take))


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/lists/{name}", "GET", board), ("/lists/{name}", "POST", edit),
    ("/lists/{name}/stand-ins", "GET", stand_ins), ("/lists/{name}/stand-ins", "POST", stand_ins),
    ("/lists/{name}/letters", "GET", letters), ("/lists/{name}/merge", "POST", merge),
    ("/lists/{name}/get/{what:path}", "GET", take_away), ("/lists", "GET", lists), ("/lists", "POST", save),
    ("/lists/{name}/export", "POST", export),
)  # fmt: skip
