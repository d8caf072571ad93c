"""Channels: what exports of web analytics tell, and whose codes and links brought it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from influence.cli.app import run
from influence.errors import SourceError
from influence.listening.channels import channels_of, touches_apart
from influence.listening.traffic import read_traffic
from influence.outreach.codes import tagged
from influence.reporting.listening.channels_page import channels_page
from influence.reporting.parts import page_html, page_text
from influence.store.lists.desk_records import Code, write_records

GOOGLE = """\
# ----------------------------------------
# Traffic acquisition
# Account: Shop
# ----------------------------------------
# Start date: 20260901
# End date: 20260930
Session primary channel group (Default channel group),Session source / medium,Session campaign,\
Session manual ad content,Sessions,Engaged sessions,Key events,Total revenue
Organic Social,instagram.com / referral,(referral),(not set),1200,600,24,"1,440.00"
Unassigned,zoe / creator,spring,ZOE-1,300,200,18,900.5
AI Assistant,chatgpt.com / ai-assistant,(ai-assistant),(not set),90,60,5,300
Referral,perplexity.ai / referral,(referral),(not set),30,20,1,40
Direct,(direct) / (none),(direct),(not set),2000,900,50,2500
,,,,3620,1780,98,"5,180.50"
"""
FIRST = """\
# User acquisition
First user primary channel group (Default Channel Group),New users,Key events,Total revenue
Organic Social,900,40,2000
"""
BY_SOURCE = """\
Session source / medium,Sessions,Key events,Total revenue
google / organic,2500,75,3000.25
(direct) / (none),1000,20,812.5
m.facebook.com / referral,300,6,200
l.instagram.com / referral,500,2,110
chatgpt.com / (not set),120,9,401
facebook / cpc,400,4,99.9
zoe.blog / referral,60,1,20
(not set) / (not set),20,0,0
"""
BY_CHANNEL = """\
Session primary channel group (Default Channel Group),Sessions,Key events,Total revenue
Organic Search,2500,75,3000.25
Direct,1000,20,812.5
Organic Social,800,8,310
AI Assistant,120,9,401
Paid Social,400,4,99.9
Referral,60,1,20
Unassigned,20,0,0
"""
MATOMO = """\
label,nb_uniq_visitors,nb_visits,nb_actions,nb_conversions,revenue
Direct Entry,10,12,40,1,9.5
Social Networks,100,120,400,6,90
"""
PLAUSIBLE = "name,visitors,bounce_rate,visit_duration\nDirect,3,67,20\nOrganic Social,1,0,60\n"
GOAL = "name,conversions,conversion_rate\nDirect / None,1,33.33\nX (Twitter),2,1\n"


def written(folder: Path, **texts: str) -> list[Path]:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, "utf-16" if text == MATOMO else "utf-8")
    return [folder / f"{name}.csv" for name in texts]


def figures(found: Any) -> dict[str, tuple[float | None, ...]]:
    return {one.name: (one.visits, one.conversions, one.revenue) for one in found.channels}


@pytest.fixture
def town(workspace_of: Callable[..., Any]) -> Callable[..., Any]:
    """Two people with codes of one campaign, and orders."""

    def make(*orders: tuple[str, str, float, float, str]) -> Any:
        told = [
            {"order_id": f"o{n}", "customer_id": who, "ordered_at": at, "revenue": money, "refunded": back,
             "code": code}
            for n, (who, at, money, back, code) in enumerate(orders)
        ]  # fmt: skip
        tables = {"accounts": [{"account_id": "web:zoe"}, {"account_id": "web:max"}]}
        opened = workspace_of(**tables, **({"orders": told} if told else {}))
        link = tagged("https://shop.example/", "web:zoe", "post", "spring", "ZOE-1")
        codes = [Code("web:zoe", "post", "ZOE-1", link), Code("web:max", "post", "MAX-1")]
        write_records(opened.store, "spring", codes, None)
        return opened.store

    return make


def test_a_report_by_source_has_the_channels_that_the_report_by_channel_has(
    tmp_path: Path, town: Callable[..., Any]
) -> None:
    source, channel = written(tmp_path, source=BY_SOURCE, channel=BY_CHANNEL)
    store = town()
    assert figures(channels_of(store, [source])) == figures(channels_of(store, [channel]))


def test_google_analytics_below_its_comments_and_links_out_of_the_catch_alls(
    tmp_path: Path, town: Callable[..., Any]
) -> None:
    found = channels_of(town(), written(tmp_path, google=GOOGLE))
    assert figures(found) == {
        "Direct": (2000, 50, 2500), "Organic Social": (1200, 24, 1440), "Creators": (300, 18, 900.5),
        "AI Assistant": (120, 6, 340),
    }  # fmt: skip
    assert found.moved == 330
    assert (found.social.visits, found.social.conversions, found.total.visits) == (1500, 42, 3620)
    assert found.social.rate.low < 42 / 1500 < found.social.rate.high
    zoe = found.people[0]
    assert (zoe.account_id, zoe.campaign, zoe.visits, zoe.conversions) == ("web:zoe", "spring", 300, 18)
    assert zoe.last_orders is None


def test_matomo_is_read_in_its_own_encoding_and_plausible_counts_visitors(
    tmp_path: Path, town: Callable[..., Any]
) -> None:
    matomo, plausible, goal = written(tmp_path, matomo=MATOMO, plausible=PLAUSIBLE, goal=GOAL)
    found = channels_of(town(), [matomo])
    assert figures(found) == {"Organic Social": (120, 6, 90), "Direct": (12, 1, 9.5)}
    assert not found.counts_people
    found = channels_of(town(), [plausible])
    assert figures(found) == {"Direct": (3, None, None), "Organic Social": (1, None, None)}
    assert found.counts_people
    assert "visitors from social" in page_text(channels_page(found))
    assert figures(channels_of(town(), [goal])) == {
        "Direct": (3, 1, None),
        "Organic Social": (200, 2, None),
    }


def test_a_report_by_page_is_no_report_by_channel(tmp_path: Path, town: Callable[..., Any]) -> None:
    pages = "name,visitors,pageviews,bounce_rate,time_on_page\n/oats,900,1200,40,30\n/,400,500,60,10\n"
    by_page, by_channel, code = written(
        tmp_path, pages=pages, channels=PLAUSIBLE, utm_contents="name,visitors\nzoe-1,7\n"
    )
    with pytest.raises(SourceError, match=r"(?s)names a channel.*pages\.csv.*/oats and /.*sources\.csv"):
        channels_of(town(), [by_page])
    found = channels_of(town(), [by_page, by_channel])
    assert figures(found) == {"Direct": (3, None, None), "Organic Social": (1, None, None)}
    assert found.set_aside == ("pages.csv",)
    (zoe,) = (one for one in channels_of(town(), [code]).people if one.account_id == "web:zoe")
    assert zoe.visits == 7


def test_touches_stand_apart_and_a_second_report_of_the_same_visits_is_not_added(
    tmp_path: Path, town: Callable[..., Any]
) -> None:
    other = "Session source / medium,Sessions,Key events\ninstagram.com / referral,1200,24\n"
    found = channels_of(town(), written(tmp_path, google=GOOGLE, first=FIRST, other=other))
    assert (found.files, found.set_aside) == (("google.csv", "first.csv"), ("other.csv",))
    social = found.social
    assert (social.visits, social.first_visits) == (1500, 900)
    assert (social.conversions, social.first_conversions) == (42, 40)
    page = channels_page(found)
    titles = [part.title for part in page.parts]
    assert titles[:2] == ["By the last touch", "By the first touch"]
    assert "do not add them" in page_html(page)


def test_two_months_of_one_report_are_added_and_the_same_one_twice_is_refused(
    tmp_path: Path, town: Callable[..., Any]
) -> None:
    later = PLAUSIBLE.replace("Direct,3", "Direct,5")
    paths = written(tmp_path, august=PLAUSIBLE, september=later)
    assert figures(channels_of(town(), paths))["Direct"][0] == 8
    with pytest.raises(SourceError, match="same rows"):
        channels_of(town(), [paths[0], paths[0]])


def test_who_came_first_assists_and_refunds_are_taken_off(town: Callable[..., Any], tmp_path: Path) -> None:
    store = town(
        ("ann", "2026-09-01", 50, 0, "zoe-1"),  # hers by the last touch
        ("ann", "2026-09-05", 40, 10, "MAX-1"),  # his; she had a hand
        ("ann", "2026-09-09", 30, 0, ""),  # nobody's by the last touch; both had a hand
        ("bob", "2026-09-09", 20, 20, "ZOE-1"),  # given back whole
        ("bob", "2026-09-10", 25, 0, ""),  # she had a hand all the same
    )
    found = {one.account_id: one for one in channels_of(store, written(tmp_path, google=GOOGLE)).people}
    zoe, max_ = found["web:zoe"], found["web:max"]
    assert (zoe.last_orders, zoe.last_revenue, zoe.assisted_orders, zoe.assisted_revenue) == (1, 50, 3, 85)
    assert (max_.last_orders, max_.last_revenue, max_.assisted_orders) == (1, 30, 1)


def test_each_code_tells_what_it_was_made_for_and_what_it_brought(
    town: Callable[..., Any], tmp_path: Path
) -> None:
    """Zoe has a post (300 visits by its link, 18 conversions; 50 of orders) and a reel (20 visits, an order of 40)."""
    store = town(("ann", "2026-09-01", 50, 0, "zoe-1"), ("bob", "2026-09-05", 60, 20, "ZOE-2"))
    write_records(store, "spring", [Code("web:zoe", "reel", "ZOE-2")], None)
    reel = GOOGLE.rstrip() + "\nUnassigned,zoe / creator,spring,zoe-2,20,15,1,9\n"
    found = channels_of(store, written(tmp_path, google=reel))
    told = {
        one.code: (one.what, one.visits, one.conversions, one.last_orders, one.last_revenue)
        for one in found.codes
    }
    assert told == {
        "ZOE-1": ("post", 300, 18, 1, 50), "ZOE-2": ("reel", 20, 1, 1, 40), "MAX-1": ("post", None, None, 0, 0),
    }  # fmt: skip
    zoe = found.people[0]
    assert (zoe.visits, zoe.conversions, zoe.last_orders, zoe.last_revenue) == (320, 19, 2, 90)
    assert channels_page(found).parts[-1].title == "By code"


def test_an_order_of_ones_own_later_code_is_not_assisted() -> None:
    order = {
        "customer_id": "a",
        "ordered_day": 1,
        "revenue": 9.0,
        "refunded": None,
        "code": "Z",
        "landing": None,
    }
    orders = [{**order, "order_id": str(n), "ordered_day": n} for n in range(3)]
    last, helped = touches_apart({"Z": "web:zoe"}, orders)["web:zoe"]
    assert (len(last), len(helped)) == (3, 0)


def test_a_decimal_comma_and_more_conversions_than_visits(tmp_path: Path, town: Callable[..., Any]) -> None:
    plain = "channel;visits;conversions;revenue;assisted conversions\nSocial;1.200;2.400;99,50;7\nEmail;10;1;5,25;1\n"
    found = channels_of(town(), written(tmp_path, plain=plain))
    assert figures(found) == {"Organic Social": (1200, 2400, 99.5), "Email": (10, 1, 5.25)}
    assert (found.social.rate.share, found.social.rate.low, found.social.assisted) == (2, None, 7)
    assert [part.title for part in channels_page(found).parts] == [
        "By the last touch", "Assisted", "By people's codes and links",
    ]  # fmt: skip


def test_what_is_no_table_of_traffic_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no column tells"):
        read_traffic(written(tmp_path, posts="post_id,text\n1,hello\n")[0])
    with pytest.raises(SourceError, match="no figure"):
        read_traffic(written(tmp_path, odd="channel,visits\nDirect,many\n")[0])


def test_the_command_writes_pages_and_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (path,) = written(
        tmp_path, google=GOOGLE.replace("Organic Social,instagram.com", "<b>x</b>,instagram.com")
    )
    (tmp_path / "accounts.csv").write_text("account_id\nweb:zoe\n")
    assert run(["import", "accounts.csv"]) == 0
    assert run(["channels", str(path), "-o", "channels.html"]) == 0
    assert "<b>x" not in (tmp_path / "channels.html").read_text()
    assert run(["channels", str(path), "-o", "channels.xlsx"]) == 0
    capsys.readouterr()
    assert run(["channels", str(path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["name"] for one in told["channels"]} >= {"Direct", "AI Assistant", "Social", "All"}
    assert run(["channels", str(tmp_path / "accounts.csv")]) == 1
