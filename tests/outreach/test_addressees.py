"""Whom an outreach file names: the person, the blog, and where they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from influence.outreach.addressees import addressees, ways_to_reach
from influence.store.lists.saved import SavedList, SavedPick


def test_a_blogs_person_is_a_person_and_no_company(workspace_of: Callable[..., Any]) -> None:
    workspace = workspace_of(
        accounts=[
            {"account_id": "web:amy.example", "handle": "amy.example", "name": "Amy Oven", "kind": "blog"},
            {
                "account_id": "web:rise.example",
                "handle": "rise.example",
                "name": "Rise & Bloom",
                "kind": "blog",
            },
        ],
        contacts=[
            {"account_id": "web:amy.example", "email": "amy@amy.example", "name": "Amy Oven"},
            {"account_id": "web:rise.example", "email": "ben@rise.example", "name": "Ben Rye"},
        ],
    )
    picks = tuple(SavedPick(one) for one in ("web:amy.example", "web:rise.example"))
    amy, ben = addressees(workspace, SavedList("spring", picks=picks))
    assert (amy.get("first_name"), amy.get("last_name"), amy.get("company")) == ("Amy", "Oven", "amy.example")
    assert (ben.get("full_name"), ben.get("company")) == ("Ben Rye", "Rise & Bloom")


def test_a_city_is_told_where_people_act_on_it(workspace_of: Callable[..., Any]) -> None:
    workspace = workspace_of(accounts=[{"account_id": "web:amy.example", "city": "Leeds", "country": "GB"}])
    assert ways_to_reach(workspace, ["web:amy.example"]) == {
        "web:amy.example": {"city": "Leeds", "country": "GB"}
    }
