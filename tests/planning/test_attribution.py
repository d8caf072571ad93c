"""Orders are joined to people by first touch, and refunds are taken off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from influence.cli.app import run
from influence.errors import MissingDataError, UsageError
from influence.outreach.campaign_desk import agree_on, set_terms
from influence.outreach.codes import code_for, make_codes
from influence.planning.attribution import first_touches, keep_results
from influence.planning.incentives import count_referrals
from influence.planning.track import track
from influence.store.importing.transaction import import_files, import_tables
from influence.store.lists.desk_records import Code, Deliverable, write_records
from influence.store.lists.saved import SavedList, SavedPick, save_list
from influence.store.workspace import Workspace, open_workspace, to_day
from tests.outreach.conftest import NOW

CODES = [Code("web:a", "post", "A-1"), Code("web:b", "post", "B-2"), Code("web:a", "story", "A-3")]


def order(
    n: int, who: str, revenue: float, code: str = "", landing: str = "", refunded: float | None = None
) -> dict[str, Any]:
    return {"order_id": f"o{n}", "customer_id": who, "ordered_day": n, "revenue": revenue, "refunded": refunded,
            "code": code, "landing": landing}  # fmt: skip


def whose(*orders: dict[str, Any], **more: Any) -> list[tuple[str, str, float]]:
    return [(one.order_id, one.account_id, one.net) for one in first_touches(CODES, orders, **more).counted]


def test_a_code_is_known_whatever_its_case_and_among_others() -> None:
    assert whose(order(1, "x", 10, "SUMMER, a-3"), order(2, "y", 10, "nobody"), order(3, "z", 10)) == [
        ("o1", "web:a", 10)
    ]


def test_the_first_touch_decides_also_over_a_later_code() -> None:
    found = first_touches(CODES, [order(1, "x", 10, "A-1"), order(2, "x", 20, "B-2"), order(3, "x", 5)])
    assert [(one.order_id, one.account_id) for one in found.counted] == [("o1", "web:a"), ("o2", "web:a")]
    assert found.n_moved == 1


def test_in_one_order_the_link_comes_before_the_code() -> None:
    landing = "https://shop.example/?utm_source=b&utm_content=B-2"
    assert whose(order(1, "x", 10, "A-1", landing)) == [("o1", "web:b", 10)]


def test_refunds_are_taken_off_told_with_the_order_or_as_a_line_of_their_own() -> None:
    told = [
        order(1, "x", 100, "A-1", refunded=30),
        order(2, "y", 50, "B-2"),
        order(3, "y", -50),
        order(4, "z", -9),
    ]
    assert whose(*told) == [("o1", "web:a", 70)]
    two = [order(1, "x", 10, "A-1"), order(2, "x", 20, "A-1"), order(3, "x", -25)]
    assert whose(*two) == [("o1", "web:a", 5)]


def test_one_s_own_code_brings_nothing() -> None:
    found = first_touches(CODES, [order(1, "me", 10, "A-1"), order(2, "x", 10, "A-1")], {"me": "web:a"})
    assert [one.order_id for one in found.counted] == ["o2"]


def test_codes_are_the_same_each_time_and_nobody_has_another_s() -> None:
    one = code_for("instagram:zoë.bakes", "post", "spring", ())
    assert one.startswith("ZOE-")
    assert one == code_for("instagram:zoë.bakes", "post", "spring", ())
    assert code_for("instagram:zoë.bakes", "post", "spring", {one}) != one
    assert not set(one.partition("-")[2]) & set("O0I1L5S2Z")


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    """A campaign of two with codes, a post, and the shop's orders as its export has them."""
    workspace = open_workspace(tmp_path / "w.duckdb")
    accounts = [{"handle": name, "kind": "person"} for name in ("teapot", "leafy")]
    posts = [{"post_id": "t1", "account_id": "teapot", "text": "#oats", "created_at": "2026-02-10", "views": 1000,
              "likes": 40, "comments": 2, "clicks": 80}]  # fmt: skip
    customers = [{"customer_id": "c9", "account_id": "teapot"}]
    tables: dict[str, Any] = {"accounts": accounts, "posts": posts, "customers": customers}
    import_tables(workspace, {name: pd.DataFrame(rows) for name, rows in tables.items()}, now=NOW)
    save_list(
        workspace, SavedList("spring", picks=(SavedPick("web:teapot", 1), SavedPick("web:leafy", 2))), now=NOW
    )
    set_terms(workspace, "spring", ["teapot"], {"price": "50"}, now=NOW)
    agree_on(workspace, "spring", ["teapot"], "post", now=NOW)
    write_records(workspace.store, "spring", [Deliverable("web:teapot", "post", post_id="t1")], NOW)
    yield workspace
    workspace.close()


def test_an_order_given_back_whole_is_no_order_and_not_unknown(shop: Workspace, tmp_path: Path) -> None:
    (code,) = make_codes(shop, "spring", "https://shop.example/oats", ["leafy"], now=NOW)
    file = tmp_path / "orders.csv"
    file.write_text(
        "Order Number,Customer ID,Order Date,Total,Discount Code,Landing Page,Refunded Amount\n"
        f"1001,c1,2026-02-11,40.00,{code.code},/,40.00\n",
        "utf-8",
    )
    import_files(shop, [file], now=NOW)
    keep_results(shop, "spring", now=NOW)
    totals = {one.account_id: one.totals for one in track(shop.store, "spring").people}
    assert (totals["web:leafy"]["orders"], totals["web:leafy"]["revenue"]) == (0, 0)


def test_from_codes_to_orders_with_refunds_to_track_plan_and_incentives(
    shop: Workspace, tmp_path: Path
) -> None:
    told = make_codes(shop, "spring", "https://shop.example/oats", ["teapot", "leafy"], now=NOW)
    assert make_codes(shop, "spring", "https://shop.example/oats", ["teapot"], now=NOW) == told
    codes = {one.account_id: one for one in told}
    file = tmp_path / "orders.csv"
    file.write_text(
        "Order Number,Customer ID,Order Date,Total,Discount Code,Landing Page,Refunded Amount\n"
        f"1001,c1,2026-02-11,40.00,{codes['web:teapot'].code},/,0\n"
        f"1002,c2,2026-02-12,60.00,,{codes['web:leafy'].link},0\n"
        f"1003,c3,2026-02-12,30.00,{codes['web:teapot'].code},/,30.00\n"
        f"1004,c2,2026-02-20,25.00,{codes['web:teapot'].code},/,5.00\n"
        f"1005,c9,2026-02-21,25.00,{codes['web:teapot'].code},/,0\n",
        "utf-8",
    )
    import_files(shop, [file], now=NOW)
    found = keep_results(shop, "spring", now=NOW)
    assert (found.n_moved, found.n_rows) == (1, 5)
    again = keep_results(shop, "spring", now=NOW)
    assert again.n_rows == 5
    tracked = track(shop.store, "spring")
    totals = {one.account_id: one.totals for one in tracked.people}
    teapot, leafy = totals["web:teapot"], totals["web:leafy"]
    assert (teapot["orders"], teapot["revenue"], teapot["cost"]) == (1, 40, 50)
    assert (leafy["orders"], leafy["revenue"], leafy["cost"]) == (2, 80, None)
    assert totals["web:teapot"]["impressions"] == 1000
    assert totals["web:teapot"]["engagements"] == 42
    assert tracked.learned["click_rate"].value == pytest.approx(0.08)
    assert count_referrals(shop.store) == 3
    days = shop.store.query("select day from outcomes where account_id = 'web:teapot' and cost = 50")
    assert days["day"].to_pylist() == [to_day("2026-02-10")]


def test_codes_need_somebody_and_an_address(shop: Workspace) -> None:
    with pytest.raises(MissingDataError, match="nobody has agreed"):
        make_codes(shop, "spring", "https://shop.example")
    with pytest.raises(UsageError, match="no address"):
        make_codes(shop, "spring", "shop", ["teapot"])


def test_codes_and_results_in_the_terminal(
    shop: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.close()
    at = ["-w", str(shop.path)]
    assert (
        run(
            [
                "desk",
                "codes",
                "spring",
                "teapot",
                "--url",
                "https://shop.example",
                "-o",
                str(tmp_path / "c.csv"),
                *at,
            ]
        )
        == 0
    )
    assert "TEAPOT-" in (tmp_path / "c.csv").read_text("utf-8-sig")
    assert run(["desk", "results", "spring", *at]) == 0
    assert "No order bears" in capsys.readouterr().out
