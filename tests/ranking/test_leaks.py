"""A ranking as of a past day is the same to the last bit whether or not the future is in the workspace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from influence.errors import UsageError
from influence.question import Question
from influence.ranking.asking import question_of
from influence.ranking.leaks import future_leaks
from influence.store import visibility
from influence.store.importing.transaction import import_tables

CUT = "2023-07-01"
HANDLES = ("crumb", "oven", "whisk", "star", "wheels")


def frames(rows: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    import pandas as pd

    return {name: pd.DataFrame(table) for name, table in rows.items()}


def world(year: int, tag: str) -> dict[str, list[dict[str, Any]]]:
    """Rows of every table in `year`: vegan bakers, a star and a driver who know each other."""
    day = f"{year}-0{{}}-11"
    posts = [
        {
            "post_id": f"{tag}-{handle}-{n}", "account_id": f"web:{handle}", "created_at": day.format(1 + n),
            "text": f"vegan baking, loaf {n}" if handle != "wheels" else f"gearbox {n} {tag}",
            "likes": 7 * n + len(handle), "comments": n, "shares": n % 2, "community": f"{tag if n == 2 else 'b'}akers",
        }
        for handle in HANDLES for n in range(3)
    ]  # fmt: skip
    ties = [(one, other) for one in HANDLES for other in HANDLES if one < other]
    return {
        "accounts": [
            {"handle": handle, "platform": "web", "kind": "blog", "bio": "vegan baking" if handle == "star" else tag,
             "followers": 10 * year + len(handle), "following": 5, "posts_total": 9, "listed": year % 7}
            for handle in HANDLES
        ],
        "posts": posts,
        "follows": [
            {"follower_id": f"web:{one}", "followee_id": f"web:{other}", "since": day.format(2)} for one, other in ties
        ],
        "interactions": [
            {"actor_id": f"web:{other}", "target_id": f"web:{one}", "post_id": f"{tag}-{one}-1", "kind": "share",
             "created_at": day.format(4), "text": "vegan baking!"} for one, other in ties
        ],
        "snapshots": [
            {"account_id": f"web:{handle}", "day": day.format(month), "followers": year * month}
            for handle in HANDLES for month in (2, 4)
        ],
        "metrics": [
            {"account_id": f"web:{handle}", "day": day.format(4), "n_posts": 4, "likes_per_post": year % 100 + n,
             "mentions_received": n * (year - 2000), "shares_received": n} for n, handle in enumerate(HANDLES)
        ],
    }  # fmt: skip


@pytest.fixture
def workspace(workspace_of: Callable[..., Any]) -> Any:
    """The past, fetched in 2023; and a future that differs in every table: new ties, texts, bios, counts, accounts."""
    opened = workspace_of()
    early, later = world(2023, "early"), world(2024, "late")
    early["accounts"] = [row for row in early["accounts"] if row["handle"] != "wheels"]
    import_tables(opened, frames(early), now=datetime(2023, 6, 1))
    later["accounts"] = [
        {"handle": name, "platform": "web", "bio": "vegan baking", "followers": 9}
        for name in ("new", "more", "wheels")
    ]
    later["follows"] += [
        {"follower_id": "web:wheels", "followee_id": f"web:{name}", "since": "2024-01-01"}
        for name in HANDLES[:4]
    ]
    later["posts"] += [
        {"post_id": f"n{n}", "account_id": "web:new", "text": "vegan baking", "likes": 99,
         "created_at": f"2024-02-0{n}"}
        for n in range(1, 9)
    ]  # fmt: skip
    import_tables(opened, frames(later), now=datetime(2024, 6, 1))
    return opened


QUESTIONS = {
    "words": {"niche": "vegan baking"},
    "nobody's niche": {"niche": ""},
    "examples": {"niche": "vegan baking", "like": ("web:crumb",)},
    "small ones": {"niche": "vegan baking", "max_followers": 30_000},
}


def question(name: str = "words") -> Question:
    return question_of(**QUESTIONS[name], as_of=CUT)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_signal_sees_a_row_of_the_future(workspace: Any, name: str) -> None:
    assert future_leaks(workspace, question(name)) == []


LEAKS = {
    "posts": ("influence.signals.reading.visible", "signal peer_engagement: value"),
    "follows": ("influence.signals.reading.visible", "signal reach: value"),
    "interactions": ("influence.signals.reading.visible", "signal reach: value"),
    "snapshots": ("influence.signals.reading.visible", "accounts: followers"),
    "bios": ("influence.text.documents.visible", "signal niche_fit: text_fit"),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_planted_leak_is_caught(workspace: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    place, shown = LEAKS[name]
    table = "accounts" if name == "bios" else name

    def leaky(asked: str, day: int | None) -> str:
        return "true" if asked == table else visibility.visible(asked, day)

    monkeypatch.setattr(place, leaky)
    monkeypatch.setattr("influence.signals.independence.visible", leaky)  # reads the texts of the same posts
    found = future_leaks(workspace, question())
    assert shown in found or found == ["candidates"]
    assert found


def test_a_leak_of_vendor_averages_is_caught(
    workspace_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = workspace_of()
    for year in (2023, 2024):
        rows = {name: world(year, "x")[name] for name in ("accounts", "metrics")}
        import_tables(opened, frames(rows), now=datetime(year, 6, 1))
    asked = question_of("", as_of=CUT)
    assert future_leaks(opened, asked) == []
    real = visibility.visible
    monkeypatch.setattr(
        "influence.signals.reading.visible",
        lambda table, day: "true" if table == "metrics" else real(table, day),
    )
    assert "signal peer_engagement: value" in future_leaks(opened, asked)


def test_a_profile_fetched_later_does_not_make_a_candidate(workspace_of: Callable[..., Any]) -> None:
    opened = workspace_of()
    import_tables(opened, frames(world(2023, "early")), now=datetime(2023, 6, 1))
    reader = {"follower_id": "web:reader", "followee_id": "web:oven", "since": "2023-02-01"}
    import_tables(opened, frames({"follows": [reader]}), now=datetime(2023, 6, 1))
    profile = {"handle": "reader", "platform": "web", "followers": 1_000_000}
    import_tables(opened, frames({"accounts": [profile]}), now=datetime(2024, 6, 1))
    assert future_leaks(opened, question()) == []


def test_a_question_without_a_day_cannot_be_checked(workspace: Any) -> None:
    with pytest.raises(UsageError, match="as of a day"):
        future_leaks(workspace, question_of("vegan baking"))
