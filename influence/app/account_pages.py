"""An account: why it stands there, what is known of it and made of it, what its owner may ask; several compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from influence.app.asked import Asked, named
from influence.app.site import Page, Site, Visit, download
from influence.clock import now
from influence.errors import InfluenceError, UsageError
from influence.outreach.lists_text import receipt_text, subject_text
from influence.ranking.assess import Assessment
from influence.ranking.explain import Explanation
from influence.reporting.explain.compare_text import difference_sentences, title
from influence.reporting.explain.explain_text import explanation_document
from influence.reporting.explain.explain_words import (
    doubts,
    post_head,
    signal_sentence,
    standing,
)
from influence.reporting.mentions_text import feeling
from influence.reporting.ranking.words import condition_lines, heading
from influence.session import Session
from influence.store.lists.judgements import judged_rows, judgements
from influence.store.lists.saved import load_list, saved_lists
from influence.store.people.persons import persons_behind
from influence.store.rights.privacy import forget
from influence.store.rights.subject import subject_data
from influence.store.workspace import Workspace, from_day
from influence.writing.data_text import csv_text
from influence.writing.plain import whole
from influence.writing.svg import Scale, picture, tag

QUOTES = 10


def suppress(visit: Visit) -> Response:
    """Never list, contact or import somebody again."""
    from influence.store.rights.privacy import suppress

    account, reason = visit.text("account"), visit.text("reason", "asked")
    visit.desk.change(lambda workspace: suppress(workspace, [account], reason=reason, now=now()))
    return RedirectResponse("/people", 303)


def rights(visit: Visit) -> Response:
    """All that is kept about a person, and what erasing them would take away."""
    target = visit.told.get("who", "").strip()
    if not target:
        return visit.show("rights.html", target="", report="", preview="")
    subject = visit.session.ask(lambda workspace: subject_data(workspace, target))
    preview = visit.desk.change(lambda workspace: forget(workspace, target, dry_run=True))
    return visit.show(
        "rights.html", target=target, report=subject_text(subject, ()), preview=receipt_text(preview)
    )


def erase(visit: Visit) -> Response:
    """Erase a person from every table, list and cache; only salted hashes stay."""
    target, typed = visit.text("who"), visit.text("again")
    if typed != target:
        raise UsageError(
            "the name was not typed again", seen=typed, expected=target, hint="nothing was erased"
        )
    also = named(visit.text("also"))
    receipt = visit.desk.change(lambda workspace: forget(workspace, target, also=also, now=now()))
    return visit.show("erased.html", text=receipt_text(receipt))


def beside(site: Site, asked: Asked, account_id: str, list_name: str) -> dict[str, Any]:
    """What the template shows of an account, whatever was asked; overlap with the list `list_name`, if any."""
    session = site.desk.session
    return {
        **session.ask(lambda workspace: _kept(workspace, account_id)),
        "growth": session.ask(lambda _: growth_of(session, account_id)),
        "mentions": mentions_of(session, asked, account_id),
        "list_name": list_name,
        "overlap": overlap_with(session, account_id, list_name) if list_name else None,
    }


def _kept(workspace: Workspace, account_id: str) -> dict[str, Any]:
    """Saved lists, talks, other channels and judgements."""
    lists = [load_list(workspace, one.name) for one in saved_lists(workspace)]
    on = [(one.name, pick) for one in lists if (pick := one.pick(account_id)) is not None]
    persons = persons_behind(workspace.store, [account_id])
    others = [other for other in persons.of(account_id) if other != account_id]
    signs = {frozenset((sign.account_id, sign.other_id)): sign.evidence for sign in persons.signs}
    return {
        "lists": [one.name for one in lists],
        "talks": [
            (name, pick, None if pick.last_contact is None else from_day(pick.last_contact).isoformat())
            for name, pick in on
        ],
        "channels": [(other, signs.get(frozenset((account_id, other)), "")) for other in others],
        "judged": judgements(workspace.store, account_id),
    }


def growth_of(session: Session, account_id: str) -> tuple[str, Markup] | None:
    """Followers over the days on which they were counted, in words and as a line; None below two counts."""
    found, material = session.material().snapshots, session.material()
    mine = found["account"] == material.positions([account_id])[0]
    day, followers = (np.asarray(found[name])[mine].astype(float) for name in ("day", "followers"))
    day, followers = day[np.isfinite(followers)], followers[np.isfinite(followers)]
    if len(day) < 2:
        return None
    first, last = from_day(int(day[0])).isoformat(), from_day(int(day[-1])).isoformat()
    words = f"From {whole(followers[0])} followers on {first} to {whole(followers[-1])} on {last}."
    x, y = Scale(day[0], day[-1], 4, 396), Scale(float(followers.min()), float(followers.max()), 76, 4)
    points = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in zip(day, followers, strict=True))
    return words, picture(400, 80, words, tag("polyline", points=points, class_="curve"), class_="growth")


def mentions_of(session: Session, asked: Asked, account_id: str) -> list[tuple[Any, str]]:
    """What the account says of the brand asked about, with how it feels."""
    if not asked.one("brand"):
        return []
    try:
        found = session.mentions(asked.one("brand"), asked.many("alias"), asked.many("rival"))
    except InfluenceError:
        return []
    return [(one, feeling(one)) for one in found if one.account_id == account_id][:QUOTES]


def overlap_with(session: Session, account_id: str, list_name: str) -> Mapping[str, Any]:
    """How far the readers of the account are those of the picks of a list, the nearest first."""
    saved = session.ask(lambda workspace: load_list(workspace, list_name))
    others = [pick.account_id for pick in saved.picks if pick.account_id != account_id]
    try:
        found = session.overlap([account_id, *others]).to_dict()
    except InfluenceError as error:
        return {"error": error, "rows": [], "new": None}
    rows = [pair for pair in found["pairs"] if pair["a"] == account_id]
    own = found["accounts"][0]
    return {
        "error": None,
        "rows": sorted(rows, key=lambda pair: -(pair["share_of_smaller"] or 0.0))[:QUOTES],
        "audience": own["audience"],
        "new": own["exclusive"],
    }


RIVALS = 10
"""Accounts next to one in the table that it can be judged beside."""


def account(visit: Visit) -> Response:
    """Why an account stands where it stands."""
    asked, key = visit.asked, visit.at["account_id"]
    told = visit.session.explain(key, asked.question())
    lines = [
        (one, heading(one.name), signal_sentence(one, told)) for one in told.signals if one.max_points > 0
    ]
    return visit.show(
        "account.html", asked=asked, told=told, row=told.row, standing=standing(told), lines=lines,
        document=explanation_document(told), doubts=doubts(told), conditions=condition_lines(told.ranking),
        posts=[(post, post_head(post)) for post in told.evidence], near=_near(visit.site, asked, told),
        **beside(visit.site, asked, told.row.account_id, visit.told.get("list", "")),
    )  # fmt: skip


def _near(site: Site, asked: Asked, told: Explanation) -> list[tuple[str, str]]:
    """The accounts that stand next to this one, those behind it first: one of them would have its place."""

    def next_to(found: Assessment, _: Workspace) -> list[tuple[str, str]]:
        ids, handles = (found.evidence.material.columns[name] for name in ("account_id", "handle"))
        at, k = told.row.rank - 1, RIVALS // 2
        places = [*found.order[at + 1 : at + 1 + k], *found.order[max(at - k, 0) : at]]
        return [(str(ids[row]), str(handles[row])) for row in found.evidence.pool[places]]

    return site.desk.ask(next_to, asked.question())


def judge(visit: Visit) -> Response:
    """Keep that another account is preferred to this one, and why; or take that back."""
    from influence.store.lists import judgements

    this, other = visit.at["account_id"], visit.text("other")
    asked = visit.form_asked
    niche = asked.one("niche")
    if visit.form.get("do") == "undo":
        visit.desk.change(lambda workspace: judgements.take_back(workspace.store, other, this, niche))
    else:
        told = judgements.Judgement(other, this, niche, visit.text("reason"), now())
        visit.desk.change(lambda workspace: judgements.judge(workspace.store, told))
    return RedirectResponse(asked.address(f"/account/{this}") + "#judged", 303)


def judged(visit: Visit) -> Response:
    """All judgements as the file that `influence learn --pairs` takes."""
    rows = visit.session.ask(lambda workspace: judged_rows(workspace.store))
    return download(csv_text(("account_a", "account_b", "preferred"), rows), "pairs.csv", "text/csv")


def compare(visit: Visit) -> Response:
    """Up to five accounts side by side."""
    asked = visit.asked
    names = visit.told.getlist("a")[:5]
    if len(names) < 2:
        return visit.show("compare.html", asked=asked, made=None, title="Compare accounts", pairs=[])
    made = visit.session.compare(names, asked.question())
    pairs = [difference_sentences(made, at, at + 1) for at in range(len(made.accounts) - 1)]
    return visit.show("compare.html", asked=asked, made=made, title=title(made), pairs=pairs)


def people(visit: Visit) -> Response:
    """Search by name, handle or address."""
    words = visit.told.get("q", "").strip()
    found = visit.session.accounts(words, 50) if words and not visit.desk.is_new else ()
    return visit.show("people.html", asked=visit.asked, words=words, found=found)


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/compare", "GET", compare), ("/people", "GET", people), ("/judgements.csv", "GET", judged),
    ("/account/{account_id:path}", "GET", account), ("/account/{account_id:path}", "POST", judge),
    ("/suppress", "POST", suppress), ("/rights", "GET", rights), ("/rights", "POST", erase),
)  # fmt: skip
