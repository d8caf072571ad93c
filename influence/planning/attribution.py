"""Orders joined to the people of a campaign by code and tagged link: first touch, refunds taken off.

A customer's first touch (the earliest order of theirs that bears a code or link of the campaign; in one order the link
before the code, since one comes before one pays) decides whose all their orders with such a code or link are.
A refund is taken off the order it is told with, or, where it is a line of its own with negative revenue, off the latest
order of that customer before it; an order whose money went back whole is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from influence.store.base import Store, rows_of
from influence.store.lists.desk_records import Code, Deliverable, Terms, read_records
from influence.store.lists.saved import load_list
from influence.store.workspace import Workspace

SOURCE = "influence desk"


@dataclass(frozen=True)
class Touch:
    """An order of the campaign: whose it is, by what, and the money that stayed."""

    order_id: str
    customer_id: str
    account_id: str
    day: int
    revenue: float
    refunded: float
    own: bool = False
    """The person whose code it is bought it."""

    @property
    def net(self) -> float:
        """Money that stayed."""
        return self.revenue - self.refunded


@dataclass(frozen=True)
class Results:
    """What codes and links brought.

    Attributes
    ----------
    touches : tuple of Touch
        Orders of the campaign, the person's own left in and marked.
    n_rows : int
        Rows of outcomes that were written.
    n_moved : int
        Orders that bear one person's code and count for another, who came first.
    n_undated : int
        Orders of the campaign without a day, which cannot be placed and are left out.
    """

    touches: tuple[Touch, ...]
    n_rows: int = 0
    n_moved: int = 0
    n_undated: int = 0

    @property
    def counted(self) -> tuple[Touch, ...]:
        """Orders that count: not bought by the person whose code it is, and not given back whole."""
        return tuple(one for one in self.touches if not one.own and one.net > 0)


def first_touches(
    codes: Sequence[Code], orders: Sequence[Mapping[str, Any]], owners: Mapping[str, str] | None = None
) -> Results:
    """Whose are these orders?

    Parameters
    ----------
    codes : sequence of Code
        Of one campaign.
    orders : sequence of mapping
        ``order_id, customer_id, ordered_day, revenue, refunded, code, landing`` in the order of time.
    owners : mapping of customer to account, optional
        Customers who are known to be an account.
    """
    by_code = {one.code.upper(): one.account_id for one in codes}
    first: dict[str, str] = {}
    touches: list[Touch] = []
    n_moved = n_undated = 0
    for order in orders:
        customer, revenue = str(order["customer_id"]), float(order["revenue"] or 0.0)
        if revenue < 0:
            touches = taken_off(touches, customer, -revenue)
            continue
        account = account_of(order, by_code)
        if account is None:
            continue
        if order["ordered_day"] is None:
            n_undated += 1
            continue
        whose = first.setdefault(customer, account)
        n_moved += whose != account
        own = (owners or {}).get(customer) == whose
        day = int(order["ordered_day"])
        refunded = min(float(order["refunded"] or 0.0), revenue)
        touches.append(Touch(str(order["order_id"]), customer, whose, day, revenue, refunded, own))
    return Results(tuple(touches), n_moved=n_moved, n_undated=n_undated)


def keep_results(workspace: Workspace, name: str, *, now: datetime | None = None) -> Results:
    """Join the orders of a saved list's campaign, and write what they and the posts brought into ``outcomes``.

    Cost is the price agreed, on the first day of a person; impressions, engagements and clicks those of the posts that
    were found. Rows written before are replaced, so that running it again after new orders is right. Customers whose
    code was used are noted as who referred (`influence incentives` looks at these).
    """
    store, saved = workspace.store, load_list(workspace, name)
    codes = read_records(store, Code, saved.name)
    found = first_touches(codes, all_orders(store), _owners(store))
    rows = _rows(found, read_records(store, Terms, saved.name), _posts(store, saved.name))
    with store.transaction():
        store.execute("delete from outcomes where campaign = ? and source = ?", [saved.name, SOURCE])
        for (account, day), row in sorted(rows.items()):
            store.execute(
                "insert into outcomes (campaign, account_id, day, cost, impressions, engagements, clicks, orders, "
                "revenue, source, fetched_at, fetched_day) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [saved.name, account, day, *(row.get(key) for key in _KEYS), SOURCE, now, None],
            )
        _note_referrers(store, found)
    return replace(found, n_rows=len(rows))


_KEYS = ("cost", "impressions", "engagements", "clicks", "orders", "revenue")


def _rows(
    found: Results, terms: Sequence[Terms], posts: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, int], dict[str, float]]:
    """(account, day) -> what is told of it; unknown counts are left out, an order given back whole counts 0."""
    rows: dict[tuple[str, int], dict[str, float]] = {}
    counted = set(found.counted)
    for one in (touch for touch in found.touches if not touch.own):
        row = rows.setdefault((one.account_id, one.day), {})
        row["orders"] = row.get("orders", 0) + (one in counted)
        row["revenue"] = row.get("revenue", 0.0) + one.net
    for post in posts:
        row = rows.setdefault((post["account_id"], int(post["day"])), {})
        for key in ("impressions", "engagements", "clicks"):
            if post[key] is not None:
                row[key] = row.get(key, 0) + post[key]
    for one_terms in terms:
        days = [day for account, day in rows if account == one_terms.account_id]
        if one_terms.price is not None and days:
            rows[one_terms.account_id, min(days)]["cost"] = one_terms.price
    return rows


def account_of(order: Mapping[str, Any], by_code: Mapping[str, str]) -> str | None:
    """Whose code or link an order bears, the link before the code; `by_code` has codes in capitals."""
    tags = parse_qs(urlsplit(str(order["landing"] or "")).query)
    told = [*tags.get("utm_content", []), *str(order["code"] or "").replace(";", ",").split(",")]
    return next((by_code[text.strip().upper()] for text in told if text.strip().upper() in by_code), None)


def taken_off(touches: list[Touch], customer: str, amount: float) -> list[Touch]:
    """A refund of its own line, taken off the customer's latest orders while there is money in them."""
    left = amount
    kept = []
    for one in reversed(touches):
        if one.customer_id == customer and left > 0:
            part = min(left, one.net)
            one, left = replace(one, refunded=one.refunded + part), left - part
        kept.append(one)
    return kept[::-1]


def all_orders(store: Store) -> list[dict[str, Any]]:
    """Every order in the order of time."""
    return rows_of(
        store,
        "select order_id, customer_id, ordered_day, revenue, refunded, code, landing from orders "
        "order by ordered_at nulls last, order_id",
    )


def _owners(store: Store) -> dict[str, str]:
    rows = store.query("select customer_id, account_id from customers where account_id is not null")
    return {row["customer_id"]: row["account_id"] for row in rows.to_pylist()}


def _posts(store: Store, name: str) -> list[dict[str, Any]]:
    proofs = {one.post_id for one in read_records(store, Deliverable, name) if one.post_id}
    return rows_of(
        store,
        "select account_id, created_day as day, views as impressions, clicks, "
        "case when coalesce(likes, comments, shares) is null then null "
        "else coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0) end as engagements "
        "from posts where post_id in (select unnest(?)) and created_day is not null order by post_id",
        [sorted(proofs)],
    )


def _note_referrers(store: Store, found: Results) -> None:
    """Orders by somebody's code are referrals of the customer who is that account, where one is."""
    customers = {account: customer for customer, account in sorted(_owners(store).items(), reverse=True)}
    for one in found.touches:
        if one.account_id in customers:
            store.execute(
                "update orders set referred_by = ? where order_id = ? and referred_by is null",
                [customers[one.account_id], one.order_id],
            )
