"""Filters by how we stand with accounts: silent since when, written to or not, whether an address is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import influence
from influence.errors import MissingDataError, UsageError
from influence.store.lists.saved import SavedList, SavedPick, edit_pick, save_list
from influence.store.people.persons import tell_pair
from influence.store.workspace import to_day

ACCOUNTS = [
    {"account_id": "web:ann", "platform": "web", "handle": "ann", "bio": "tea and scones"},
    {"account_id": "web:ben", "platform": "web", "handle": "ben", "bio": "tea. write to ben@leaf.example"},
    {"account_id": "web:cat", "platform": "web", "handle": "cat", "bio": "tea"},
    {"account_id": "instagram:ann", "platform": "instagram", "handle": "ann", "bio": "more tea"},
]
POSTS = [
    {"post_id": "1", "account_id": "web:ann", "text": "green tea", "created_at": "2026-05-30"},
    {"post_id": "2", "account_id": "web:ben", "text": "black tea", "created_at": "2026-01-01"},
    {"post_id": "3", "account_id": "instagram:ann", "text": "white tea", "created_at": "2026-05-31"},
]
CONTACTS = [{"account_id": "web:ann", "email": "ann@scone.example"}]


@pytest.fixture
def tea(workspace_of: Callable[..., Any]) -> Any:
    """Ann has two channels and an address on one; talks with Cat began."""
    made = workspace_of(accounts=ACCOUNTS, posts=POSTS, contacts=CONTACTS)
    tell_pair(made.store, "web:ann", "instagram:ann", True, "by hand")
    picks = (SavedPick("web:cat", 1, 50.0, "", "contacted"), SavedPick("web:ben", 2, 40.0))
    save_list(made, SavedList("spring", picks=picks))
    return made


def kept(workspace: Any, **filters: Any) -> set[str]:
    return {row.account_id for row in influence.rank(workspace, "tea", top=0, **filters).rows}


def test_who_is_silent_for_longer_is_left_out_and_so_is_who_never_posted(tea: Any) -> None:
    assert kept(tea, posted_within=7) == {"web:ann", "instagram:ann"}
    assert kept(tea, posted_within=200) == {"web:ann", "instagram:ann", "web:ben"}


def test_an_address_counts_for_all_channels_of_its_person_and_may_stand_in_a_bio(tea: Any) -> None:
    assert kept(tea, email="yes") == {"web:ann", "instagram:ann", "web:ben"}
    assert kept(tea, email="no") == {"web:cat"}
    assert len(kept(tea, email=("yes", "no"))) == 4


def test_talks_that_began_are_told_from_ideas(tea: Any) -> None:
    assert kept(tea, contacted="yes") == {"web:cat"}
    assert kept(tea, contacted="no") == {"web:ann", "instagram:ann", "web:ben"}


def test_who_was_contacted_lately_rests_on_all_channels_until_the_days_are_over(tea: Any) -> None:
    day = to_day("2026-05-20")
    edit_pick(tea, "spring", "web:ben", {"status": "contacted", "last_contact": day})
    save_list(
        tea, SavedList("autumn", picks=(SavedPick("web:ann", 1, 50.0, "", "replied", last_contact=day - 60),))
    )
    assert kept(tea, not_contacted_within=30) == {"web:ann", "instagram:ann", "web:cat"}
    assert kept(tea, not_contacted_within=90) == {"web:cat"}
    assert kept(tea, not_contacted_within=0) == kept(tea)
    assert "web:ben" in kept(tea, not_contacted_within=30, as_of="2026-08-01")
    left = influence.rank(tea, "tea", not_contacted_within=30).left_out
    assert left == {"contacted in the last 30 days": 1}


def test_a_contact_noted_after_the_data_ends_is_lately_until_a_day_is_told(tea: Any) -> None:
    edit_pick(tea, "spring", "web:ben", {"status": "contacted", "last_contact": to_day("2027-01-10")})
    assert "web:ben" not in kept(tea, not_contacted_within=30)
    assert "web:ben" in kept(tea, not_contacted_within=30, as_of="2027-03-01")


def test_an_address_told_later_is_not_known_on_an_earlier_day(workspace_of: Callable[..., Any]) -> None:
    before, after = {"fetched_at": "2026-01-01"}, {"fetched_at": "2026-05-30"}
    made = workspace_of(
        accounts=[row | before for row in ACCOUNTS],
        posts=[row | before for row in POSTS],
        contacts=[row | after for row in CONTACTS],
    )
    assert kept(made, email="yes", as_of="2026-05-01") == {"web:ben"}
    assert kept(made, email="yes", as_of="2026-06-15") == {"web:ann", "web:ben"}


def test_a_language_that_nobody_tells_leaves_nobody_and_says_so(tea: Any) -> None:
    with pytest.raises(MissingDataError):
        kept(tea, language="xx", platform="instagram")


def test_what_was_left_out_is_counted_with_the_reason(tea: Any) -> None:
    left = influence.rank(tea, "tea", posted_within=7, contacted="no").left_out
    assert left == {"no post within 7 days": 2}
    assert influence.rank(tea, "tea", contacted="no").left_out == {"contacted before": 1}


def test_another_word_than_yes_and_no_is_refused(tea: Any) -> None:
    with pytest.raises(UsageError, match="unknown email"):
        kept(tea, email="maybe")
