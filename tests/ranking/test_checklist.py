"""A ranking by a brief's checklist: who does not meet it is left out, and each pick shows what it meets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from influence import rank
from influence.text.conditions import Condition, read_conditions

BRIEF = "Vegan baking. Creators from Germany on Instagram, 2k to 20k followers, posting weekly. No deals with Alpro."


def account(handle: str, **more: Any) -> dict[str, Any]:
    return {"account_id": f"instagram:{handle}", "handle": handle, "platform": "instagram", "country": "DE",
            "fetched_at": "2026-06-20", "followers": 5_000, "bio": "Vegan baking",
            "kind": "person", **more}  # fmt: skip


def posts(handle: str, n: int = 14, text: str = "Vegan baking with oats") -> list[dict[str, Any]]:
    return [
        {"post_id": f"{handle}{i}", "account_id": f"instagram:{handle}", "text": text, "likes": 10,
         "created_at": f"2026-0{5 + i % 2}-{1 + i:02d}"} for i in range(n)
    ]  # fmt: skip


@pytest.fixture
def world(workspace_of: Callable[..., Any]) -> Any:
    people = [
        account("meets"), account("big", followers=90_000), account("french", country="FR"),
        account("bio", country=None, bio="Vegan baking in Hamburg"), account("nowhere", country=None),
        account("rare"), account("tied"),
    ]  # fmt: skip
    said = [post for name in ("meets", "big", "french", "bio", "nowhere") for post in posts(name)]
    said += posts("rare", 2) + posts("tied", text="Vegan baking with Alpro")
    return workspace_of(accounts=people, posts=said)


def states(ranking: Any, handle: str) -> dict[str, str]:
    return {one["condition"]: one["state"] for one in ranking.extra["conditions"][f"instagram:{handle}"]}


def test_who_does_not_meet_the_brief_is_left_out_and_what_is_unknown_is_told(world: Any) -> None:
    found = rank(world, brief=BRIEF, conditions="brief", as_of="2026-07-01")
    assert {row.handle for row in found.rows} == {"meets", "bio", "nowhere"}
    assert set(states(found, "meets").values()) == {"met"}
    assert states(found, "nowhere")["from DE"] == "unknown"
    assert states(found, "bio")["from DE"] == "met"
    assert found.left_out["do not meet a condition of the brief"] == 4
    assert any("2 of 7 accounts meet all of them, 1 more may" in note for note in found.notes)


def test_without_being_asked_conditions_filter_nobody(world: Any) -> None:
    assert len(rank(world, brief=BRIEF, as_of="2026-07-01").rows) == 7


def test_where_nobody_meets_all_the_nearest_stay_and_the_dearest_condition_is_named(world: Any) -> None:
    asked = (*read_conditions(BRIEF).conditions, Condition("kind", ("podcast",), "podcasts"))
    found = rank(world, brief=BRIEF, conditions=asked, as_of="2026-07-01")
    assert {row.handle for row in found.rows} == {"meets", "bio", "nowhere"}
    assert states(found, "meets")["is a podcast"] == "not met"
    assert any("Nobody meets all" in note and "miss 1" in note for note in found.notes)
    assert any("'is a podcast': without it 2 would meet all" in note for note in found.notes)


def test_a_grade_names_its_evidence(world: Any) -> None:
    asked = read_conditions(BRIEF).conditions
    found = rank(world, brief=BRIEF, conditions=asked, as_of="2026-07-01")
    told = {one["condition"]: one["evidence"] for one in found.extra["conditions"]["instagram:bio"]}
    assert told["from DE"] == "bio says 'Hamburg'"
    assert told["at least 2,000 followers"] == "5,000 followers"
    assert told["does not speak of Alpro"] == "named in none of its texts"
