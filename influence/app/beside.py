"""What is known of an account beside its score: lists and contact, channels, growth, mentions, shared readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from influence.errors import InfluenceError
from influence.writing.plain import whole
from influence.writing.svg import Scale, picture, tag

if TYPE_CHECKING:
    from influence.app.asked import Asked
    from influence.app.site import Site
    from influence.session import Session
    from influence.store.workspace import Workspace

QUOTES = 10


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
    from influence.store.lists.judgements import judgements
    from influence.store.lists.saved import load_list, saved_lists
    from influence.store.people.persons import persons_behind
    from influence.store.workspace import from_day

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
    from influence.store.workspace import from_day

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
    from influence.reporting.mentions_text import feeling

    if not asked.one("brand"):
        return []
    try:
        found = session.mentions(asked.one("brand"), asked.many("alias"), asked.many("rival"))
    except InfluenceError:
        return []
    return [(one, feeling(one)) for one in found if one.account_id == account_id][:QUOTES]


def overlap_with(session: Session, account_id: str, list_name: str) -> Mapping[str, Any]:
    """How far the readers of the account are those of the picks of a list, the nearest first."""
    from influence.store.lists.saved import load_list

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
