"""The campaign desk in a terminal."""

from __future__ import annotations

from collections import Counter
from typing import Any

from influence.outreach.campaign_desk import Desk, DeskRow
from influence.outreach.proofs import FoundPosts
from influence.planning.attribution import Results
from influence.store.lists.saved import STATUSES
from influence.store.workspace import from_day
from influence.writing.grid import grid
from influence.writing.plain import counted, decimal, long_day
from influence.writing.safe import one_line


def desk_text(desk: Desk, width: int) -> str:
    """Who stands where, then what waits, what label is missing, what is remembered."""
    rows = [[row.pick.account_id, row.pick.status, row.pick.owner or "-", price_words(row),
             f"{row.n_proved}/{len(row.deliverables)}" if row.deliverables else "-", row.stalled or ""]
            for row in desk.rows]  # fmt: skip
    table = grid(["Account", "Status", "Owner", "Price", "Proof", "Waits"], rows, width=width)
    parts = [headline(desk), table, *_section("Due", due_lines(desk)), *_section("Labels", label_lines(desk)),
             *_section("Sign-off", sign_lines(desk)), *_section("Remembered", memory_lines(desk))]  # fmt: skip
    return "\n".join(parts).rstrip() + "\n"


def headline(desk: Desk) -> str:
    """List, day and how far the talks are."""
    counts = Counter(row.pick.status for row in desk.rows)
    told = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    waits = sum(bool(row.stalled) for row in desk.rows)
    return (
        f"{one_line(desk.saved.name)}, {long_day(from_day(desk.today))}: {counted(len(desk.rows), 'account')} "
        f"({told or 'nobody'}), {waits} waiting."
    )


def due_lines(desk: Desk) -> list[str]:
    """What was agreed, when it is due, and its proof."""
    return [
        f"{row.pick.account_id}: {one.what}"
        + (f", due {long_day(from_day(one.due))}" if one.due is not None else "")
        + (f", found by {one.how}: {one.url or one.post_id}" if one.post_id or one.url else ", no post yet")
        for row in desk.rows for one in row.deliverables
    ]  # fmt: skip


def label_lines(desk: Desk) -> list[str]:
    """Posts whose label is not seen, late or unclear, with the words."""
    return [f"{row.pick.account_id}, {one.what}: {one.disclosure}" for row in desk.rows for one in row.doubts]


def sign_lines(desk: Desk) -> list[str]:
    """What the parties said."""
    return [
        f"{row.pick.account_id}: {one.verdict} by {one.party}" + (f", {one.reason}" if one.reason else "")
        for row in desk.rows for one in row.signoffs
    ]  # fmt: skip


def found_text(found: FoundPosts) -> str:
    """Posts that were found, each with how and with its label."""
    lines = [
        f"{one.account_id}: {one.what}, by {one.how}: {one.url or one.post_id}\n  {one.disclosure}"
        for one in found.new
    ]
    known = f"; {counted(found.n_known, 'post')} known before" if found.n_known else ""
    return "\n".join([*lines, f"{counted(len(found.new), 'post')} found{known}."]) + "\n"


def results_rows(found: Results) -> list[dict[str, Any]]:
    """Orders, the money that stayed and what was given back, by person."""
    rows = []
    for account in sorted({one.account_id for one in found.touches}):
        mine = [one for one in found.counted if one.account_id == account]
        refunds = sum(one.refunded for one in found.touches if one.account_id == account and not one.own)
        net = sum(one.net for one in mine)
        rows.append({"account_id": account, "orders": len(mine), "net": net, "refunded": refunds})
    return rows


def results_text(found: Results) -> str:
    """Orders and money that stayed, by person, and what was left out."""
    rows = [
        [str(one["account_id"]), str(one["orders"]), decimal(one["net"], 2), decimal(one["refunded"], 2)]
        for one in results_rows(found)
    ]
    if not rows:
        return (
            "No order bears a code or link of this campaign. Next: `influence desk codes` makes them, and "
            "`influence import orders.csv` brings the shop's orders.\n"
        )
    back = [one for one in found.touches if not one.own and one.net <= 0]
    own = [one for one in found.touches if one.own]
    lines = [
        f"{counted(len(back), 'order')} given back whole, not counted." if back else "",
        f"{counted(len(own), 'order')} by people with their own code, not counted." if own else "",
        f"{counted(found.n_moved, 'order')} with one person's code for another, by whom the customer first came."
        if found.n_moved else "",
        f"{counted(found.n_undated, 'order')} without a day, left out." if found.n_undated else "",
        f"{counted(found.n_rows, 'row')} written into outcomes.",
    ]  # fmt: skip
    table = grid(["Account", "Orders", "Sales, net", "Given back"], rows)
    return "\n".join([table, *filter(None, lines)]) + "\n"


def memory_lines(desk: Desk) -> list[str]:
    """What earlier campaigns say of people."""
    return [f"{row.pick.account_id}: {row.memory}" for row in desk.rows if row.memory]


def price_words(row: DeskRow) -> str:
    """The price agreed, or a dash."""
    price = row.terms.price
    return "-" if price is None else f"{decimal(price, 2)} {row.terms.currency}".strip()


def _section(title: str, lines: list[str]) -> list[str]:
    return [title, *(f"  {one_line(line)}" for line in lines), ""] if lines else []
