"""Posts that a campaign brought: found by link, tag or code, matched to what was agreed, looked at for their label."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from influence.store.base import Store, rows_of
from influence.store.lists.desk_records import (
    CampaignWatch,
    Code,
    Deliverable,
    Terms,
    read_records,
    write_records,
)
from influence.store.lists.saved import load_list
from influence.store.workspace import Workspace
from influence.toml_files import shipped
from influence.writing.plain import shorten
from influence.writing.safe import web_address

QUOTE = 120
NOTHING_GIVEN = "nothing given is recorded"


@dataclass(frozen=True)
class FoundPosts:
    """Posts that were found: those that prove a deliverable, and how many were known before."""

    new: tuple[Deliverable, ...]
    n_known: int


def find_posts(workspace: Workspace, name: str, *, now: datetime | None = None) -> FoundPosts:
    """Look for the posts of a campaign and keep them as proof of what was agreed.

    A post proves the deliverable of its author that is due first and not yet proved; one more than was agreed is kept
    as an extra. Only posts from the watch's first day on count, by people of the list.
    """
    store, saved = workspace.store, load_list(workspace, name)
    watches = read_records(store, CampaignWatch, saved.name)
    given = {one.account_id: one for one in read_records(store, Terms, saved.name)}
    codes = read_records(store, Code, saved.name)
    agreed = read_records(store, Deliverable, saved.name)
    proved = {one.post_id for one in agreed if one.post_id}
    found: list[Deliverable] = []
    n_known = 0
    for post in _posts(store, [pick.account_id for pick in saved.picks]):
        how = how_found(post, watches, [one for one in codes if one.account_id == post["account_id"]])
        if not how:
            continue
        if post["post_id"] in proved:
            n_known += 1
            continue
        slot = _slot(agreed, post["account_id"])
        terms = given.get(post["account_id"])
        proof = replace(slot, post_id=post["post_id"], url=web_address(post["url"]) or "", seen=post["created_day"],
                        how=how, disclosure=disclosure_seen(post, was_given(terms)))  # fmt: skip
        agreed = [one for one in agreed if (one.account_id, one.what) != (slot.account_id, slot.what)] + [
            proof
        ]
        found.append(proof)
    write_records(store, saved.name, found, now)
    return FoundPosts(tuple(found), n_known)


def how_found(post: Mapping[str, Any], watches: Sequence[CampaignWatch], codes: Sequence[Code]) -> str:
    """By what a post is known as one of the campaign: its author's code or link, else a tag or link of all."""
    text = f"{post['text'] or ''} {post['url'] or ''}".lower()
    for one in codes:
        if _holds(text, one.code):
            return f"code {one.code}"
        if one.link and one.link.lower() in text:
            return "own link"
    day = post["created_day"]
    for watch in watches:
        in_time = watch.since is None or (day is not None and day >= watch.since)
        if in_time and _holds(text, watch.value):
            return f"{watch.kind} {watch.value}"
    return ""


def disclosure_seen(post: Mapping[str, Any], given: bool) -> str:
    """What label a post bears; ``possible missing label``, with its words, where something was given and none is seen.

    Examples
    --------
    >>> disclosure_seen({"text": "#ad Oats!", "is_sponsored": None}, True)
    'label: #ad'
    >>> disclosure_seen({"text": "Oats!", "is_sponsored": None}, True)
    'possible missing label: "Oats!"'
    """
    if post["is_sponsored"]:
        return "label: marked as paid on the platform"
    text, told = post["text"] or "", shipped("influence.outreach", "labels.toml")
    clear, unclear = (_first(text, told[kind]) for kind in ("clear", "unclear"))
    quote = f'"{shorten(text, QUOTE)}"'
    if clear:
        late = clear.start() > int(told["near_the_start"])
        return f"label {'late' if late else ''}".strip() + f": {clear[0]}" + (f" in {quote}" if late else "")
    if unclear:
        return f"unclear label: {unclear[0]} in {quote}"
    return f"possible missing label: {quote}" if given else NOTHING_GIVEN


def was_given(terms: Terms | None) -> bool:
    """Whether the desk knows of money or a product."""
    return terms is not None and bool(terms.price or terms.product or terms.product_sent)


def _slot(agreed: Sequence[Deliverable], account_id: str) -> Deliverable:
    mine = [one for one in agreed if one.account_id == account_id]
    still = sorted((one for one in mine if not one.post_id), key=lambda one: (one.due or 10**9, one.what))
    n_extras = sum("extra" in one.what for one in mine)
    return still[0] if still else Deliverable(account_id, f"extra {1 + n_extras}")


def _posts(store: Store, ids: list[str]) -> list[dict[str, Any]]:
    return rows_of(
        store,
        "select post_id, account_id, created_day, text, url, is_sponsored from posts "
        "where account_id in (select unnest(?)) order by created_day nulls last, post_id",
        [ids],
    )


def _holds(text: str, value: str) -> bool:
    return re.search(rf"(?<![\w#@]){re.escape(value.lower())}(?!\w)", text) is not None


def _first(text: str, patterns: Sequence[str]) -> re.Match[str] | None:
    found = (re.search(rf"(?<![\w@])(?:{one})", text, re.IGNORECASE) for one in patterns)
    return min((one for one in found if one), key=lambda one: one.start(), default=None)
