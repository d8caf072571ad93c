"""The campaign desk of a list: terms, what is due and found, sign-off, codes, and whom the rules let be written to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from starlette.responses import RedirectResponse, Response

from influence.app.asked import named
from influence.app.board import shown_list
from influence.app.site import Page, Visit, laid_down, workbook
from influence.clock import now
from influence.errors import UsageError
from influence.outreach.addressees import addressees
from influence.outreach.campaign_desk import (
    TERMS,
    Desk,
    DeskRow,
    agree_on,
    desk_of,
    set_terms,
    sign_off,
    watch,
)
from influence.outreach.country_rules import CHANNELS, OCCASIONS
from influence.outreach.desk_file import desk_sheets, merge_desk
from influence.outreach.judging import judge_people, with_assumed
from influence.outreach.lists_text import merge_text
from influence.outreach.proofs import find_posts
from influence.ranking.naming import holds_of_list
from influence.reporting.outreach import desk_text as words
from influence.reporting.outreach.desk_text import found_text, headline, results_text
from influence.reporting.outreach.letter_pages import NOT_ADVICE, judged_words, judgement_sheets
from influence.store.workspace import Workspace, from_day, to_day
from influence.writing.grid import grid


def desk(visit: Visit) -> Response:
    """Where everybody of a list stands: the page of `influence desk show`."""
    return _shown(visit)


def _shown(visit: Visit, said: str = "") -> Response:
    name = visit.at["name"]
    made = visit.session.ask(lambda workspace: _desk(workspace, name))
    lists = [
        ("What is agreed, and its proof", words.due_lines(made)),
        ("Labels to look at", words.label_lines(made)),
        ("Sign-off", words.sign_lines(made)),
        ("Remembered of other campaigns", words.memory_lines(made)),
    ]
    return visit.show(
        "desk.html", name=name, desk=made, headline=words.headline(made), price=words.price_words, lists=lists,
        terms=[(row, _terms(row)) for row in made.rows], fields=TERMS, said=said,
    )  # fmt: skip


def _desk(workspace: Workspace, name: str) -> Desk:
    return desk_of(workspace, name, to_day(now().date().isoformat()) or 0)


def _terms(row: DeskRow) -> dict[str, str]:
    """The terms of somebody as the fields of a form show them."""

    def shown(field: str) -> str:
        value = getattr(row.terms, field)
        if field == "product_sent":
            return "" if value is None else from_day(value).isoformat()
        return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)

    return {field: shown(field) for field in TERMS}


def work(visit: Visit) -> Response:
    """Write on the desk what one of its commands would."""
    name, do = visit.at["name"], visit.text("do")
    if do not in WORK:
        raise UsageError.unknown("the desk has no such task", do, WORK)
    said = visit.desk.change(lambda workspace: WORK[do](workspace, name, visit))
    if said:
        return _shown(visit, said)
    return RedirectResponse(f"/lists/{name}/desk#{visit.text('account')}", 303)


def _note_terms(workspace: Workspace, name: str, visit: Visit) -> str:
    """Only what was changed in the form; what somebody else changed meanwhile is told and stays."""
    account = visit.text("account")
    row = next((row for row in _desk(workspace, name).rows if row.pick.account_id == account), None)
    there = _terms(row) if row else {}
    changed = {field: visit.text(field) for field in TERMS if visit.text(field) != visit.text(f"was.{field}")}
    for field, text in changed.items():
        if there.get(field, "") not in (visit.text(f"was.{field}"), text):
            raise UsageError(
                "somebody else changed this meanwhile", where=field.replace("_", " "), seen=there[field],
                hint=f"yours was {text!r}; nothing of it was kept, look again",
            )  # fmt: skip
    if changed:
        set_terms(workspace, name, [account], changed, now=now())
    return ""


def _note_due(workspace: Workspace, name: str, visit: Visit) -> str:
    told = (visit.text("what", "post"), visit.text("due") or None, visit.text("url"))
    agree_on(workspace, name, [visit.text("account")], *told, now=now())
    return ""


def _note_verdict(workspace: Workspace, name: str, visit: Visit) -> str:
    if not visit.text("party"):
        raise UsageError("say who said it", expected="client, legal, brand ...")
    told = (visit.text("party"), visit.text("verdict", "approved"), visit.text("reason"))
    sign_off(workspace, name, [visit.text("account")], *told, now=now())
    return ""


def _find(workspace: Workspace, name: str, visit: Visit) -> str:
    told = {"tag": named(visit.text("tags")), "link": named(visit.text("links"))}
    if any(told.values()):
        watch(workspace, name, told, visit.text("since") or None, now=now())
    return found_text(find_posts(workspace, name, now=now()))


def _codes(workspace: Workspace, name: str, visit: Visit) -> str:
    from influence.outreach.codes import make_codes

    made = make_codes(workspace, name, visit.text("url"), now=now())
    return grid(
        ["Account", "For", "Code", "Link"], [[o.account_id, o.what, o.code, o.link] for o in made], width=None
    )


def _results(workspace: Workspace, name: str, _: Visit) -> str:
    from influence.planning.attribution import keep_results

    return results_text(keep_results(workspace, name, now=now()))


WORK: Mapping[str, Callable[[Workspace, str, Visit], str]] = {
    "terms": _note_terms, "due": _note_due, "sign": _note_verdict, "find": _find, "codes": _codes, "results": _results,
}  # fmt: skip


def book(visit: Visit) -> Response:
    """The desk as a workbook that may be edited and brought back."""
    made = visit.session.ask(lambda workspace: _desk(workspace, visit.at["name"]))
    return workbook(desk_sheets(made), "desk.xlsx", headline(made), holds_of_list(made.saved))


def bring_back(visit: Visit) -> Response:
    """Merge an edited workbook; what both sides changed is told."""
    name, take = visit.at["name"], visit.text("take") or None
    today = to_day(now().date().isoformat()) or 0
    with laid_down(visit.file("file", "the .xlsx that the desk wrote"), "desk.xlsx") as file:
        done = visit.desk.change(
            lambda workspace: merge_desk(workspace, name, file, today, take=take, now=now())
        )
    return visit.show("merged.html", name=name, text=merge_text(done, take))


def check(visit: Visit) -> Response:
    """Who of a list may be written to, by the rules of their countries: the page of `influence outreach check`."""
    name, told = visit.at["name"], visit.told
    day = _day(told.get("day", ""))
    channel = told.get("channel", CHANNELS[0])
    giving = [one for one in told.getlist("giving") if one in OCCASIONS]
    people = visit.session.ask(lambda opened: addressees(opened, shown_list(opened, name)))
    people = with_assumed(people, {"country": told.get("country", "")})[0]
    judged = judge_people(people, day, channel, giving)
    sheets = judgement_sheets(people, judged)
    headline = judged_words(judged, (name, day, channel))
    if told.get("as") == "xlsx":
        return workbook(sheets, "rules.xlsx", headline, NOT_ADVICE)
    shown: dict[str, Any] = {sheet.name.lower(): sheet.records() for sheet in sheets}
    return visit.show(
        "check.html", name=name, day=day.isoformat(), channel=channel, channels=CHANNELS, occasions=OCCASIONS,
        giving=giving, country=told.get("country", ""), not_advice=NOT_ADVICE, query=visit.request.url.query,
        headline=headline, people=shown["people"], rules=shown["rules"],
    )  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else now().date()
    except ValueError as error:
        raise UsageError("this is no day", seen=text, expected="YYYY-MM-DD") from error


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/lists/{name}/desk", "GET", desk), ("/lists/{name}/desk", "POST", work),
    ("/lists/{name}/desk/merge", "POST", bring_back), ("/lists/{name}/desk.xlsx", "GET", book),
    ("/lists/{name}/check", "GET", check),
)  # fmt: skip
