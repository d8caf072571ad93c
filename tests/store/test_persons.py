"""Persons are found by what they say themselves, with the evidence; equal names alone prove nothing."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from influence.store.people.persons import PROOF, everybody, find_persons, tell_pair
from influence.store.rights.privacy import forget, suppress
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace

ACCOUNTS = [
    {"platform": "instagram", "handle": "oven_amy", "url": "https://crumb.example/", "bio": "baker",
     "name": "Amy Oven"},
    {"platform": "web", "handle": "crumb.example",
     "bio": "Find me: https://www.instagram.com/Oven_Amy/?igsh=1", "name": "Crumb"},
    {"platform": "bluesky", "handle": "crumb.example", "bio": None, "name": "Amy"},
    {"platform": "youtube", "handle": "oven_amy", "bio": None, "name": "Amy's fans"},
    {"platform": "tiktok", "handle": "oven_dan", "bio": "not youtube.com/@oven_dan", "name": "Dan Oven"},
    {"platform": "youtube", "handle": "oven_dan", "bio": None, "name": "Dan Oven"},
    {"platform": "twitter", "handle": "fan", "bio": "I love https://crumb.example", "name": "Fan"},
    {"platform": "web", "handle": "other", "bio": None, "name": "Amy Oven"},
]  # fmt: skip
CONTACTS = [
    {"account_id": "twitter:fan", "email": "fan@mail.example"},
    {"account_id": "web:other", "email": "Fan@mail.example"},
    *({"account_id": f"instagram:client_{k}", "email": "desk@agency.example"} for k in range(3)),
]  # fmt: skip
AMY = ("bluesky:crumb.example", "instagram:oven_amy", "web:crumb.example")


@pytest.fixture
def workspace(workspace_of: Any) -> Workspace:
    made: Workspace = workspace_of(accounts=ACCOUNTS, contacts=CONTACTS)
    return made


def test_links_both_ways_and_a_proved_domain_make_one_person(workspace: Workspace) -> None:
    persons = find_persons(workspace.store)
    assert persons.groups == (AMY, ("tiktok:oven_dan", "youtube:oven_dan"), ("twitter:fan", "web:other"))
    told = {(s.account_id, s.other_id): s for s in persons.signs}
    assert "link to each other" in told["instagram:oven_amy", "web:crumb.example"].evidence
    assert "domain" in told["bluesky:crumb.example", "web:crumb.example"].evidence
    assert "same e-mail" in told["twitter:fan", "web:other"].evidence


def test_a_claim_alone_is_proposed_and_joins_nobody(workspace: Workspace) -> None:
    claim = [s for s in find_persons(workspace.store).signs if "twitter:fan" in (s.account_id, s.other_id)]
    assert [s.confidence < PROOF for s in claim if "does not link back" in s.evidence] == [True]


def test_equal_names_and_an_agencys_address_prove_nothing(workspace: Workspace) -> None:
    persons = find_persons(workspace.store)
    assert persons.of("youtube:oven_amy") == ("youtube:oven_amy",)
    assert not any("client" in s.account_id for s in persons.signs)


def test_what_the_user_says_goes_before_all_and_can_be_taken_back(workspace: Workspace) -> None:
    store = workspace.store
    tell_pair(store, "web:crumb.example", "instagram:oven_amy", False, "by hand")
    assert find_persons(store).of("instagram:oven_amy") == ("instagram:oven_amy",)
    tell_pair(store, "web:crumb.example", "instagram:oven_amy", None, "by hand")
    tell_pair(store, "youtube:oven_amy", "instagram:oven_amy", True, "by hand")
    assert find_persons(store).of("youtube:oven_amy") == (*AMY[:2], "web:crumb.example", "youtube:oven_amy")


@pytest.mark.parametrize("asked", AMY)
def test_a_person_is_found_from_any_account_without_looking_at_all(workspace: Workspace, asked: str) -> None:
    assert tuple(everybody(workspace.store, [asked])) == AMY


def test_forgetting_one_account_of_a_person_forgets_the_person(workspace: Workspace) -> None:
    receipt = forget(workspace, "instagram:oven_amy")
    assert receipt.deleted["accounts"] == 3
    left = workspace.store.query("select account_id from accounts order by 1")["account_id"].to_pylist()
    assert not set(left) & set(AMY)
    assert "youtube:oven_amy" in left


def test_suppressing_one_account_of_a_person_hides_the_person(workspace: Workspace) -> None:
    suppress(workspace, ["tiktok:oven_dan"])
    known = read_suppressions(workspace.store)
    assert known.account("youtube:oven_dan")
    assert not known.account("youtube:oven_amy")


def test_of_a_person_the_first_account_counts() -> None:
    from influence.store.people.persons import Persons

    persons = Persons((), (("a:1", "b:1"),))
    assert persons.first_of_each(["b:1", "c:1", "a:1"]) == {"a:1": "b:1"}


def test_persons_of_many_accounts_are_found_in_one_walk(workspace_of: Any) -> None:
    """Each account used to make a set of all of them: 20,000 took 37 CPU-seconds."""
    store = workspace_of(accounts=ACCOUNTS).store
    store.execute(
        "insert into accounts (account_id, platform, handle) select 'x:a' || range, 'x', 'a' || range from range(20000)"
    )
    start = process_time()
    assert find_persons(store).groups
    assert process_time() - start < 5


def test_a_link_that_a_mastodon_server_verified_is_a_proof(workspace_of: Any) -> None:
    accounts = [
        {
            "platform": "mastodon",
            "handle": "amy@bread.example",
            "bio": "bakes\nBlog: https://crumb.example (verified)",
        },
        {"platform": "web", "handle": "crumb.example", "bio": None},
        {"platform": "mastodon", "handle": "ben@bread.example", "bio": "Blog: https://rye.example"},
        {"platform": "web", "handle": "rye.example", "bio": None},
    ]
    persons = find_persons(workspace_of(accounts=accounts).store)
    assert persons.groups == (("mastodon:amy@bread.example", "web:crumb.example"),)
    assert 'rel="me"' in persons.signs[0].evidence


def test_fields_of_a_mastodon_profile_come_in_with_their_proof(tmp_path: Any) -> None:
    import json

    from influence.store.importing.transaction import import_files
    from influence.store.workspace import memory_workspace

    fields = [
        {
            "name": "Blog",
            "value": '<a href="https://crumb.example" rel="me">crumb.example</a>',
            "verified_at": "2024-05-01",
        },
        {"name": "Shop", "value": "shop.example", "verified_at": None},
    ]
    told = {"acct": "amy", "url": "https://bread.example/@amy", "display_name": "Amy", "note": "<p>bakes</p>",
            "followers_count": 1, "statuses_count": 2, "fields": fields}  # fmt: skip
    (tmp_path / "accounts.json").write_text(json.dumps([told]))
    with memory_workspace() as workspace:
        import_files(workspace, tmp_path / "accounts.json")
        bio = workspace.store.query("select bio from accounts")["bio"][0].as_py()
    assert bio == "bakes\nBlog: crumb.example (verified)\nShop: shop.example"


def test_the_address_of_another_channel_of_hers_is_where_she_is_written_to(workspace_of: Any) -> None:
    from influence.outreach.addressees import addressees
    from influence.store.lists.saved import SavedList, SavedPick

    contacts = [{"account_id": "web:crumb.example", "email": "amy@crumb.example"}]
    workspace = workspace_of(accounts=ACCOUNTS, contacts=contacts)
    pick = SavedPick(place=1, account_id="instagram:oven_amy")
    (person,) = addressees(workspace, SavedList(name="spring", picks=(pick,)))
    assert person.get("email") == "amy@crumb.example"
    assert person.get("also") == "bluesky:crumb.example, web:crumb.example"


def test_the_audiences_of_her_accounts_are_one_and_each_follower_counts_once(workspace_of: Any) -> None:
    from influence.ranking.audiences import audience_overlap

    ties = [("web:a", "instagram:oven_amy"), ("web:a", "bluesky:crumb.example"), ("web:b", "bluesky:crumb.example"),
            ("web:b", "tiktok:oven_dan"), ("web:c", "tiktok:oven_dan")]  # fmt: skip
    follows = [{"follower_id": a, "followee_id": b} for a, b in ties]
    found = audience_overlap(
        workspace_of(accounts=ACCOUNTS, follows=follows), ["instagram:oven_amy", "tiktok:oven_dan"]
    )
    assert found.pairs.sizes.tolist() == [2, 2]
    assert found.pairs.shared[0, 1] == 1
    assert found.reach.unique == 3
    assert found.channels["instagram:oven_amy"] == ("bluesky:crumb.example", "web:crumb.example")
