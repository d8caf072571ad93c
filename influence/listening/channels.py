"""By which channel visits and conversions came, and by whose codes and links; touches apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from influence.errors import SourceError, UsageError
from influence.listening.gathering import suppressed_among
from influence.listening.traffic import Traffic, TrafficFile, each_once, read_traffic
from influence.listening.voice_share import Share, wilson
from influence.planning.attribution import Touch, account_of, all_orders, taken_off
from influence.store.base import has_table
from influence.store.lists.desk_records import Code, read_records
from influence.toml_files import shipped
from influence.writing.plain import listed

if TYPE_CHECKING:
    from influence.store.base import Store

SOCIAL: tuple[str, ...] = tuple(shipped("influence.listening", "channels.toml")["groups"]["social"])
UNKNOWN = Share(None, None, None)
Brought = TypeVar("Brought", "PersonTraffic", "CodeTraffic")


@dataclass(frozen=True)
class Channel:
    """What came by a channel; None is not told.

    Attributes
    ----------
    name : str
    visits, conversions, revenue : float or None
        By the last touch.
    rate : Share
        Conversions per visit with the 90 % interval; no interval where a visit can convert more than once.
    assisted : float or None
        Conversions in which the channel had a hand without being the last, where a file tells them.
    first_visits, first_conversions, first_revenue : float or None
        By the channel through which a visitor first came (reports of ``First user ...``).
    """

    name: str
    visits: float | None
    conversions: float | None
    revenue: float | None
    rate: Share
    assisted: float | None
    first_visits: float | None
    first_conversions: float | None
    first_revenue: float | None


@dataclass(frozen=True)
class PersonTraffic:
    """What came by a person's codes and links: visits from analytics, orders from the shop.

    `last_orders` bear the person's code or link; `assisted_orders` do not, and their buyer had one in an earlier order.
    None where no file tells it.
    """

    campaign: str
    account_id: str
    visits: float | None
    conversions: float | None
    last_orders: int | None
    last_revenue: float | None
    assisted_orders: int | None
    assisted_revenue: float | None


@dataclass(frozen=True)
class CodeTraffic:
    """What came by one code or link: for `what` was agreed it was made. Figures as of `PersonTraffic`."""

    campaign: str
    account_id: str
    what: str
    code: str
    visits: float | None
    conversions: float | None
    last_orders: int | None
    last_revenue: float | None


@dataclass(frozen=True)
class Channels:
    """Channels with the most visits first, all social ones together, and people.

    Attributes
    ----------
    channels : tuple of Channel
    social, total : Channel
    people : tuple of PersonTraffic
        Without those who asked not to be listed, whom `n_hidden` counts.
    codes : tuple of CodeTraffic
        The same people's codes and links one by one.
    files : tuple of str
        Added up.
    set_aside : tuple of str
        They break down the same visits once more, or by no channel: looked at for codes only.
    moved : float
        Visits that a file has under another channel than stands here.
    counts_people : bool
        What is called visits are visitors (Plausible).
    """

    channels: tuple[Channel, ...]
    social: Channel
    total: Channel
    people: tuple[PersonTraffic, ...]
    codes: tuple[CodeTraffic, ...]
    n_hidden: int
    files: tuple[str, ...]
    set_aside: tuple[str, ...]
    moved: float
    counts_people: bool


def channels_of(store: Store, paths: Sequence[str | Path]) -> Channels:
    """What came by which channel, and by whom?

    Raises
    ------
    UsageError
        No file is named.
    SourceError
        A file is no table of traffic, or two hold the same rows, or none names a channel or a code.
    """
    if not paths:
        raise UsageError("name a file of web analytics",
                         expected="an export of Google Analytics, Matomo, Plausible, or a CSV")  # fmt: skip
    told = each_once([read_traffic(path) for path in paths])
    last, first = (
        [row for file, adds in told if adds and file.touch == touch for row in file.rows]
        for touch in ("last", "first")
    )
    names = {row.channel for row in (*last, *first)}
    found = [_channel(name, last, first, {name}) for name in names]
    people, codes, n_hidden = _people(store, [file for file, _ in told])
    if not names and not any(one.visits for one in codes):
        raise _no_channels([file for file, _ in told])
    return Channels(
        tuple(sorted(found, key=lambda one: (-(one.visits or one.first_visits or 0.0), one.name))),
        _channel("Social", last, first, set(SOCIAL)), _channel("All", last, first, names), people, codes, n_hidden,
        tuple(file.name for file, adds in told if adds), tuple(file.name for file, adds in told if not adds),
        sum(row.visits or 0.0 for row in last if row.moved),
        any(file.people for file, adds in told if adds),
    )  # fmt: skip


def _no_channels(files: Sequence[TrafficFile]) -> SourceError:
    """The error for files that say neither by which channel visits came nor by whose code."""
    labels = [row.campaign for file in files for row in file.rows]
    return SourceError(
        "nothing here names a channel, a source or a code of a desk", where=", ".join(file.name for file in files),
        seen=listed(labels[:4]), expected="channels or sources, such as Organic Social or instagram.com",
        hint="name the report by channel or source (of Plausible sources.csv or channels.csv, not pages.csv)",
    )  # fmt: skip


def _channel(name: str, last: Sequence[Traffic], first: Sequence[Traffic], names: set[str]) -> Channel:
    ours, came = ([row for row in rows if row.channel in names] for rows in (last, first))
    visits, conversions, revenue, assisted = (
        _sum(ours, key) for key in ("visits", "conversions", "revenue", "assisted")
    )
    began = [_sum(came, key) for key in ("visits", "conversions", "revenue")]
    return Channel(name, visits, conversions, revenue, rate_of(conversions, visits), assisted, *began)


def _sum(rows: Sequence[Traffic], key: str) -> float | None:
    known = [getattr(row, key) for row in rows if getattr(row, key) is not None]
    return float(sum(known)) if known else None


def rate_of(conversions: float | None, visits: float | None) -> Share:
    """Conversions per visit with Wilson's interval; without one where there are more conversions than visits.

    >>> rate_of(5, 100).share, rate_of(3, 2).low
    (0.05, None)
    """
    if conversions is None or not visits:
        return UNKNOWN
    share = conversions / visits
    return wilson(share, visits) if share <= 1 else Share(share, None, None)


def _people(
    store: Store, files: Sequence[TrafficFile]
) -> tuple[tuple[PersonTraffic, ...], tuple[CodeTraffic, ...], int]:
    """Who brought most first, their codes likewise, and how many asked not to be listed."""
    orders = all_orders(store)
    people: list[PersonTraffic] = []
    codes: list[CodeTraffic] = []
    for name, ours in _codes(store).items():
        by_code = {one.code.upper(): one.account_id for one in ours}
        people += [PersonTraffic(name, who, *told) for who, told in _brought(by_code, files, orders).items()]
        brought = _brought({code: code for code in by_code}, files, orders)
        codes += [
            CodeTraffic(name, one.account_id, one.what, one.code, *brought[one.code.upper()][:4])
            for one in ours
        ]
    hidden = suppressed_among(store, [one.account_id for one in people])

    def most_first(rows: Sequence[Brought]) -> tuple[Brought, ...]:
        shown = [one for one in rows if one.account_id not in hidden]
        return tuple(
            sorted(shown, key=lambda one: (-(one.last_revenue or 0.0), -(one.visits or 0.0), one.account_id))
        )

    return most_first(people), most_first(codes), len(hidden)


def _codes(store: Store) -> dict[str, list[Code]]:
    """Campaign -> its codes."""
    if not has_table(store, "desk_codes"):
        return {}
    names = store.query("select distinct list_name from desk_codes order by list_name")[
        "list_name"
    ].to_pylist()
    return {name: read_records(store, Code, name) for name in names}


def _brought(
    by_code: Mapping[str, str], files: Sequence[TrafficFile], orders: Sequence[Mapping[str, Any]]
) -> dict[str, tuple[Any, ...]]:
    """What each brought whom `by_code` names: visits, conversions, orders and revenue by the last touch, and such in
    which it only had a hand."""
    sold = touches_apart(by_code, orders)
    rows = _rows_of_people(by_code, files)
    found = {}
    for who in sorted(set(by_code.values())):
        ours = [row for one, row in rows if one == who]
        last, helped = sold.get(who, ((), ()))
        shop = (len(last), sum(one.net for one in last), len(helped), sum(one.net for one in helped))
        told = shop if orders else (None,) * 4
        found[who] = (_sum(ours, "visits"), _sum(ours, "conversions"), *told)
    return found


def _rows_of_people(by_code: Mapping[str, str], files: Sequence[TrafficFile]) -> list[tuple[str, Traffic]]:
    """Rows of visits that bear a code, each with what `by_code` says of it.

    Of several reports of them those of the first that has any.
    """
    last = [file for file in files if file.touch == "last"]
    found: list[tuple[str, Traffic]] = []
    headers: tuple[str, ...] | None = None
    for file in last:
        rows = [(by_code[row.content.upper()], row) for row in file.rows if row.content.upper() in by_code]
        if rows and headers in (None, file.headers):
            found, headers = found + rows, file.headers
    return found


def touches_apart(
    by_code: Mapping[str, str], orders: Sequence[Mapping[str, Any]]
) -> dict[str, tuple[tuple[Touch, ...], tuple[Touch, ...]]]:
    """Account -> its orders by the last touch, and those in which it only had a hand.

    Parameters
    ----------
    by_code : mapping
        Code in capitals -> account.
    orders : sequence of mapping
        As `influence.planning.attribution.all_orders` gives them; refunds are taken off, what went back whole is none.

    Notes
    -----
    An order is assisted by everyone whose code or link its buyer used in an earlier order, and who is not its last
    touch; one order can be assisted by many, so that these do not add up to orders.
    """
    touches: list[Touch] = []
    for order in orders:
        customer, revenue = str(order["customer_id"]), float(order["revenue"] or 0.0)
        if revenue < 0:
            touches = taken_off(touches, customer, -revenue)
        elif order["ordered_day"] is not None:
            whose, refunded = account_of(order, by_code) or "", min(float(order["refunded"] or 0.0), revenue)
            day = int(order["ordered_day"])
            touches.append(Touch(str(order["order_id"]), customer, whose, day, revenue, refunded))
    return _shared_out(touches)


def _shared_out(touches: Sequence[Touch]) -> dict[str, tuple[tuple[Touch, ...], tuple[Touch, ...]]]:
    before: dict[str, set[str]] = {}
    last: dict[str, list[Touch]] = {}
    helped: dict[str, list[Touch]] = {}
    for one in touches:
        seen = before.setdefault(one.customer_id, set())
        if one.net > 0:
            for account in seen - {one.account_id}:
                helped.setdefault(account, []).append(replace(one, account_id=account))
            if one.account_id:
                last.setdefault(one.account_id, []).append(one)
        if one.account_id:
            seen.add(one.account_id)
    return {
        account: (tuple(last.get(account, ())), tuple(helped.get(account, ())))
        for account in {*last, *helped}
    }
