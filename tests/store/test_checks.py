"""Every rule of `influence check` finds what it is for, and stays silent otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from influence.errors import UsageError
from influence.findings import Finding, Severity
from influence.store.checks import RULES, check_workspace, is_clean
from influence.store.workspace import Workspace, memory_workspace

Make = Callable[..., Workspace]
FETCHED = "2024-05-01"


def account(handle: str, **changes: Any) -> dict[str, Any]:
    return {"account_id": f"web:{handle}", "handle": handle, "platform": "web", "bio": "bakes", **changes}


def post(number: int, **changes: Any) -> dict[str, Any]:
    row = {"post_id": f"p{number}", "account_id": "web:anna", "created_at": f"2024-01-{number % 28 + 1:02}"}
    return {**row, "text": f"text {number}", "language": "en", "fetched_at": FETCHED, **changes}


def found(workspace: Workspace, code: str, **options: Any) -> list[Finding]:
    return [finding for finding in check_workspace(workspace, **options) if finding.code == code]


CASES: dict[str, tuple[Severity, int, dict[str, list[dict[str, Any]]]]] = {
    "not-in-accounts-posts": (Severity.NOTE, 1, {"posts": [post(1), post(2)]}),
    "not-in-accounts-follows": (
        Severity.NOTE,
        1,
        {"follows": [{"follower_id": "web:a", "followee_id": "web:b"}], "accounts": [account("b")]},
    ),
    "same-name": (
        Severity.NOTE,
        1,
        {
            "accounts": [
                account("a", name="Anna Lee"),
                account("b", name=" anna lee"),
                account("c", name="Bob"),
            ]
        },
    ),
    "same-handle": (
        Severity.NOTE,
        1,
        {
            "accounts": [
                {"account_id": "web:anna", "platform": "web", "handle": "anna"},
                {"account_id": "instagram:anna", "platform": "instagram", "handle": "anna"},
            ]
        },
    ),
    "same-address": (
        Severity.WARNING,
        1,
        {"accounts": [account("a", url="http://x.org/"), account("b", url="http://x.org")]},
    ),
    "odd-handles": (Severity.WARNING, 1, {"accounts": [account("anna lee"), account("bob")]}),
    "no-text": (Severity.NOTE, 1, {"accounts": [account("anna", bio=None), account("bob")]}),
    "self-follows": (
        Severity.NOTE,
        1,
        {"follows": [{"follower_id": "web:a", "followee_id": "web:a"}]},
    ),
    "self-reactions": (
        Severity.NOTE,
        1,
        {"interactions": [{"actor_id": "web:a", "target_id": "web:a", "kind": "like"}]},
    ),
    "reactions-to-unknown-posts": (
        Severity.NOTE,
        1,
        {
            "posts": [post(1)],
            "interactions": [
                {"actor_id": "web:a", "target_id": "web:anna", "kind": "like", "post_id": "p1"},
                {"actor_id": "web:a", "target_id": "web:anna", "kind": "like", "post_id": "gone"},
            ],
        },
    ),
    "language-unknown": (Severity.NOTE, 1, {"posts": [post(1, language=None), post(2)]}),
    "private-accounts": (Severity.NOTE, 1, {"accounts": [account("a", is_private=True), account("b")]}),
    "noindex-accounts": (Severity.NOTE, 1, {"accounts": [account("a", noindex=True), account("b")]}),
    "future-dates": (Severity.WARNING, 1, {"posts": [post(1, created_at="2024-06-01"), post(2)]}),
    "dates-before-1990": (Severity.WARNING, 1, {"posts": [post(1, created_at="1970-01-02"), post(2)]}),
    "undated-posts": (Severity.NOTE, 1, {"posts": [post(1, created_at=None), post(2)]}),
    "undated-follows": (Severity.NOTE, 1, {"follows": [{"follower_id": "web:a", "followee_id": "web:b"}]}),
    "posts-before-account": (
        Severity.NOTE,
        1,
        {"accounts": [account("anna", created_at="2024-01-10")], "posts": [post(1), post(15)]},
    ),
    "last-order-before-first": (
        Severity.WARNING,
        1,
        {"customers": [{"customer_id": "c", "first_order": "2024-02-02", "last_order": "2024-01-01"}]},
    ),
    "engagement-over-views": (
        Severity.WARNING,
        1,
        {"posts": [post(1, likes=5, comments=3, views=7), post(2, likes=5, comments=3, views=8)]},
    ),
    "likes-over-followers": (
        Severity.NOTE,
        1,
        {"accounts": [account("anna", followers=20)], "posts": [post(1, likes=2001), post(2, likes=2000)]},
    ),
    "follows-many": (
        Severity.NOTE,
        1,
        {
            "accounts": [
                account("a", followers=100, following=7000),
                account("b", followers=9000, following=7000),
            ]
        },
    ),
    "identical-counts": (Severity.NOTE, 1, {"posts": [post(n, likes=37) for n in range(12)]}),
    "same-post-twice": (Severity.WARNING, 1, {"posts": [post(1), post(29, text="text 1"), post(3)]}),
    "follower-bursts": (
        Severity.WARNING,
        1,
        {
            "snapshots": [
                {"account_id": "web:a", "day": "2024-01-01", "followers": 3000},
                {"account_id": "web:a", "day": "2024-01-05", "followers": 6000},
                {"account_id": "web:a", "day": "2024-03-05", "followers": 12000},
                {"account_id": "web:b", "day": "2024-03-06", "followers": 50},
                {"account_id": "web:b", "day": "2024-03-07", "followers": 500},
            ]
        },
    ),
    "nps-over-10": (Severity.WARNING, 1, {"customers": [{"customer_id": "c", "nps": 40}]}),
    "margin-over-one": (Severity.WARNING, 1, {"customers": [{"customer_id": "c", "margin_share": 35}]}),
    "only-zeros": (Severity.WARNING, 25, {"posts": [post(n, shares=0, likes=n) for n in range(25)]}),
    "no-lawful-basis": (
        Severity.WARNING,
        1,
        {
            "contacts": [
                {"account_id": "web:a", "email": "a@b.org"},
                {"account_id": "web:b", "email": "b@b.org", "subscriber_type": "corporate"},
                {"account_id": "web:c", "email": "c@b.org", "lawful_basis": "consent"},
            ]
        },
    ),
    "odd-emails": (
        Severity.WARNING,
        1,
        {
            "contacts": [
                {"account_id": "web:a", "email": "a at b.org", "lawful_basis": "consent"},
                {"account_id": "web:c", "email": "c@b.co.uk", "lawful_basis": "consent"},
            ]
        },
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_a_rule_finds_what_it_is_for(code: str, workspace_of: Make) -> None:
    severity, n_rows, tables = CASES[code]
    (finding,) = found(workspace_of(**tables), code)
    assert finding.severity is severity
    assert finding.n_rows == n_rows
    assert finding.hint


HEALTHY: dict[str, list[dict[str, Any]]] = {
    "accounts": [
        account(
            "anna", name="Anna", url="http://a.org", followers=900, following=80, created_at="2020-01-01"
        ),
        account("bob", name="Bob", url="http://b.org", followers=50, following=3, created_at="2020-01-01"),
    ],
    "posts": [post(n, likes=n + 2, comments=1, shares=0, views=500 + n) for n in range(15)],
    "follows": [{"follower_id": "web:bob", "followee_id": "web:anna", "since": "2023-01-01"}],
    "interactions": [
        {
            "actor_id": "web:bob",
            "target_id": "web:anna",
            "kind": "like",
            "post_id": "p1",
            "created_at": "2024-01-03",
        }
    ],
    "snapshots": [{"account_id": "web:anna", "day": "2024-01-01", "followers": 880}],
    "metrics": [{"account_id": "web:anna", "day": "2024-01-01", "likes_per_post": 8.0}],
    "contacts": [{"account_id": "web:anna", "email": "anna@a.org", "lawful_basis": "consent"}],
    "customers": [{"customer_id": "c1", "account_id": "web:bob", "orders": 2, "nps": 9, "margin_share": 0.4}],
}


def test_healthy_data_have_no_findings(workspace_of: Make) -> None:
    assert check_workspace(workspace_of(**HEALTHY)) == []


def test_an_empty_workspace_is_an_error_and_nothing_else_is_said() -> None:
    with memory_workspace() as workspace:
        (finding,) = check_workspace(workspace)
    assert (finding.severity, finding.code) == (Severity.ERROR, "empty-workspace")


def test_missing_tables_are_named_in_one_note(workspace_of: Make) -> None:
    (finding,) = found(workspace_of(accounts=[account("anna")]), "empty-tables")
    assert finding.message == "5 tables without rows: follows, posts, interactions, snapshots, metrics"


def test_rejects_are_counted_by_reason(workspace_of: Make) -> None:
    workspace = workspace_of(accounts=[account("anna", followers=-3), account("bob", followers=-4)])
    (finding,) = found(workspace, "rejects")
    assert finding.n_rows == 2
    assert finding.examples[0].startswith("2 x followers: ")


def test_as_of_decides_what_the_future_is(workspace_of: Make) -> None:
    workspace = workspace_of(**HEALTHY)
    later = found(workspace, "future-dates", as_of="2024-01-10")
    assert {(finding.table, finding.n_rows) for finding in later} == {("posts", 5)}
    assert "later than 2024-01-10" in later[0].message
    assert found(workspace, "future-dates", as_of=date(2024, 2, 1)) == []


def test_a_day_that_is_none_is_a_usage_error(workspace_of: Make) -> None:
    with pytest.raises(UsageError):
        check_workspace(workspace_of(**HEALTHY), as_of="last summer")


def test_examples_are_few_and_sorted(workspace_of: Make) -> None:
    workspace = workspace_of(accounts=[account(f"a {n:02}") for n in range(40, 0, -1)])
    (finding,) = found(workspace, "odd-handles")
    assert finding.examples == tuple(f"web:a {n:02}" for n in range(1, 6))


def test_sentences_carry_the_number(workspace_of: Make) -> None:
    workspace = workspace_of(posts=[post(n, language=None, created_at=None) for n in range(1200)])
    assert found(workspace, "undated-posts")[0].message.startswith("all 1,200 posts have no date")


def test_errors_come_before_warnings_before_notes(workspace_of: Make) -> None:
    tables: dict[str, list[dict[str, Any]]] = {}
    for _, _, case in CASES.values():
        for name, rows in case.items():
            tables.setdefault(name, []).extend(rows)
    severities = [finding.severity for finding in check_workspace(workspace_of(**tables))]
    order = [Severity.ERROR, Severity.WARNING, Severity.NOTE]
    assert [order.index(severity) for severity in severities] == sorted(map(order.index, severities))
    assert Severity.NOTE in severities


def test_row_order_does_not_change_what_is_found(workspace_of: Make) -> None:
    forward = CASES["same-post-twice"][2]["posts"] + [post(n, likes=37) for n in range(40, 60)]
    one, other = workspace_of(posts=forward), workspace_of(posts=forward[::-1])
    assert check_workspace(one) == check_workspace(other)


def test_strict_minds_warnings_and_plain_minds_errors_only() -> None:
    note, warning, error = (Finding(severity, "x", "x") for severity in reversed(Severity))
    assert is_clean([note, warning])
    assert not is_clean([note, warning], strict=True)
    assert is_clean([note], strict=True)
    assert not is_clean([error])


def test_a_day_at_the_edge_of_the_calendar_is_reported_not_raised() -> None:
    with memory_workspace() as workspace:
        for day in (-(2**31) + 2, 2**31 - 1):
            workspace.store.execute(
                "insert into snapshots (account_id, day, followers, fetched_day) values (?, ?, 1, 20000)",
                [f"web:{day}", day],
            )
        codes = {finding.code for finding in check_workspace(workspace)}
    assert {"future-dates", "dates-before-1990"} <= codes


def test_checking_changes_nothing(workspace_of: Make) -> None:
    workspace = workspace_of(**HEALTHY)
    before = workspace.counts()
    check_workspace(workspace)
    assert workspace.counts() == before


def test_the_rules_have_no_common_names() -> None:
    codes = [rule.code for rule in RULES if hasattr(rule, "code")]
    assert len(codes) == len(set(codes))


@pytest.mark.shared
def test_what_real_posts_lack_is_found_among_350_000(shared_data: Any, workspace_of: Make) -> None:
    import pyarrow.parquet as pq

    with memory_workspace() as workspace:
        with workspace.store.register("raw", pq.read_table(shared_data / "blogs/sites.parquet")):
            workspace.store.execute(
                "insert into posts (post_id, account_id, created_at, created_day, text, likes, comments) "
                "select id, 'web:' || domain, make_timestamp(created_utc * 1000000), "
                "cast(created_utc // 86400 as integer), title, score, num_comments from raw"
            )
        codes = {finding.code for finding in check_workspace(workspace)}
    assert {"not-in-accounts-posts", "language-unknown"} <= codes
