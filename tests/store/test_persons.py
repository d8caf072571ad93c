"""Persons are found by what they say themselves, with the evidence; equal names alone prove nothing."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from influence.store.people.persons import PROOF, Persons, Sign, everybody, find_persons, tell_pair
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
]  # fmt: skip
Profiles = dict[str, dict[str, str]]
NAMED, CLAIMED = "{} links to {}, and they bear the same name", "{} links to {}, which does not link back"
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


def profiles(workspace_of: Any, told: Profiles) -> Any:
    """A store of accounts by id, each with what its profile says and its e-mail address."""
    columns = ("name", "url", "bio")
    accounts = [
        {"account_id": who, **{name: said.get(name) for name in columns}} for who, said in told.items()
    ]
    mails = [{"account_id": who, "email": said["email"]} for who, said in told.items() if "email" in said]
    return workspace_of(accounts=accounts, **({"contacts": mails} if mails else {})).store


@pytest.mark.parametrize(
    ("accounts", "signs", "groups"),
    [
        ({"web:a.example": {"bio": "I am on https://instagram.com/AmyX."}, "instagram:amyx": {"url": "https://a.example"}},
         [("instagram:amyx", "web:a.example", 0.98, "their profiles link to each other")],
         [("instagram:amyx", "web:a.example")]),
        ({"tiktok:amy": {"bio": "youtube.com/@amy"}, "youtube:amy": {}},
         [("tiktok:amy", "youtube:amy", 0.92, NAMED.format("tiktok:amy", "youtube:amy"))],
         [("tiktok:amy", "youtube:amy")]),
        ({"youtube:fan": {"bio": "tiktok.com/@amy", "name": "Amy  OVEN"}, "tiktok:amy": {"name": "amy oven"}},
         [("tiktok:amy", "youtube:fan", 0.92, NAMED.format("youtube:fan", "tiktok:amy"))],
         [("tiktok:amy", "youtube:fan")]),
        ({"youtube:fan": {"bio": "tiktok.com/@amy", "name": "Amy"}, "tiktok:amy": {"name": "Amy"}},
         [("tiktok:amy", "youtube:fan", 0.6, CLAIMED.format("youtube:fan", "tiktok:amy"))], []),
        ({"youtube:fan": {"bio": "tiktok.com/@amy", "name": "Fan of Amy"}, "tiktok:amy": {"name": "Amy Oven"}},
         [("tiktok:amy", "youtube:fan", 0.6, CLAIMED.format("youtube:fan", "tiktok:amy"))], []),
        ({"bluesky:did:plc:amy": {"bio": "https://www.youtube.com/@amy"}, "youtube:amy": {}},
         [("bluesky:did:plc:amy", "youtube:amy", 0.6, CLAIMED.format("bluesky:did:plc:amy", "youtube:amy"))], []),
        ({"web:a.example": {"url": "https://a.example", "bio": "see b.example"}}, [], []),  # herself, and nobody here
        ({"mastodon:amy@m.example": {"bio": "https://m.example/@amy (verified) https://b.example (verified)"}}, [], []),
        ({"tiktok:fan": {"bio": "https://b.example (verified)"}, "web:b.example": {}},  # only a server can verify
         [("tiktok:fan", "web:b.example", 0.6, CLAIMED.format("tiktok:fan", "web:b.example"))], []),
        ({"bluesky:b.example": {}, "web:b.example": {}},
         [("bluesky:b.example", "web:b.example", 0.97, "the Bluesky handle is the blog's domain, b.example")],
         [("bluesky:b.example", "web:b.example")]),
        ({"bluesky:amy.bsky.social": {}, "web:amy.bsky.social": {}}, [], []),  # lent by Bluesky, proves nothing
        ({f"{on}:amy": {"email": "A@x.example "} for on in ("tiktok", "twitter", "web", "youtube")},
         [("tiktok:amy", f"{on}:amy", 0.92, "they give the same e-mail address")
          for on in ("twitter", "web", "youtube")],
         [("tiktok:amy", "twitter:amy", "web:amy", "youtube:amy")]),
        ({f"{on}:amy": {"email": "a@x.example"} for on in ("tiktok", "twitter", "web", "youtube", "threads")}, [], []),
        ({f"web:{who}": {"email": "a@x.example"} for who in ("amy", "ben")}, [], []),  # two of one platform are two
        ({"tiktok:amy": {"bio": "youtube.com/@amy", "email": "a@x.example"}, "youtube:amy": {"email": "a@x.example"}},
         [("tiktok:amy", "youtube:amy", 0.92, NAMED.format("tiktok:amy", "youtube:amy"))],
         [("tiktok:amy", "youtube:amy")]),
        # addresses that write a handle in another order, or in parts
        *(({"web:rye.example": {"name": "Amy Oven", "bio": f"see {page}"}, account: {"name": "Amy Oven"}},
           [(*sorted(("web:rye.example", account)), 0.92, NAMED.format("web:rye.example", account))],
           [tuple(sorted(("web:rye.example", account)))])
          for page, account in (("https://m.example/@amy", "mastodon:amy@m.example"),
                                ("tumblr.com/crumbs", "web:crumbs.tumblr.com"),
                                ("https://crumbs.blogspot.co.uk", "web:crumbs.blogspot.com"),
                                ("https://xn--brt-tna.example", "web:bröt.example"),
                                ("https://www.youtube.com/@br%C3%B6t", "youtube:bröt"))),
    ],
)  # fmt: skip
def test_what_profiles_say_is_a_proof_a_claim_or_nothing(
    workspace_of: Any, accounts: Profiles, signs: list[tuple[Any, ...]], groups: list[tuple[str, ...]]
) -> None:
    """And the person is found from each account of hers, without looking at all."""
    store = profiles(workspace_of, accounts)
    persons = find_persons(store)
    assert [(s.account_id, s.other_id, s.confidence, s.evidence) for s in persons.signs] == signs
    assert list(persons.groups) == groups
    for account in accounts:
        assert tuple(everybody(store, [account])) == persons.of(account)
        assert find_persons(store, [account]) == Persons((), ())


@pytest.mark.parametrize(
    ("apart", "groups"),
    [
        (None, [("tiktok:z", "web:b", "youtube:a"), ("twitter:d", "web:e")]),
        (("youtube:a", "tiktok:z"), [("twitter:d", "web:e"), ("web:b", "youtube:a")]),
        (("youtube:a", "web:gone"), [("tiktok:z", "web:b", "youtube:a"), ("twitter:d", "web:e")]),
    ],
)  # fmt: skip
def test_two_that_the_user_told_apart_are_not_joined_through_a_third(
    workspace_of: Any, apart: tuple[str, str] | None, groups: list[tuple[str, ...]]
) -> None:
    """b and a link to each other, z links to b under the same full name; d and e, who share an address, stay."""
    store = profiles(workspace_of, {
        "web:b": {"bio": "youtube.com/@a", "name": "Amy Oven"}, "youtube:a": {"url": "https://b"},
        "tiktok:z": {"url": "https://b", "name": "Amy Oven"}, "twitter:d": {"email": "d@x"}, "web:e": {"email": "d@x"},
    })  # fmt: skip
    if apart:
        tell_pair(store, *apart, False, "by hand")
    assert list(find_persons(store).groups) == groups


def test_equal_names_prove_nothing(workspace: Workspace) -> None:
    persons = find_persons(workspace.store)
    assert persons.of("youtube:oven_amy") == ("youtube:oven_amy",)


def test_what_the_user_says_goes_before_all_and_can_be_taken_back(workspace: Workspace) -> None:
    store = workspace.store
    tell_pair(store, "web:crumb.example", "instagram:oven_amy", False, "by hand")
    assert find_persons(store).of("instagram:oven_amy") == ("instagram:oven_amy",)
    last = Sign("instagram:oven_amy", "web:crumb.example", 0.0, "you said that they are two")
    assert find_persons(store).signs[-1] == last
    tell_pair(store, "web:crumb.example", "instagram:oven_amy", None, "by hand")
    for other in ("instagram:oven_amy", "instagram:nobody_here", "youtube:zoe_not_here"):
        tell_pair(store, "youtube:oven_amy", other, True, "by hand")
    first = Sign("instagram:oven_amy", "youtube:oven_amy", 1.0, "you said that they are one")
    assert find_persons(store).signs[0] == first
    assert everybody(store, ["youtube:oven_amy"]) == [*AMY, "youtube:oven_amy"]
    assert find_persons(store).of("youtube:oven_amy") == (*AMY, "youtube:oven_amy")


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


def test_only_a_server_writes_the_proof_of_a_profiles_fields(tmp_path: Any) -> None:
    import json

    from influence.store.importing.transaction import import_files
    from influence.store.workspace import memory_workspace

    fields = [
        {
            "name": "Blog",
            "value": '<a href="https://crumb.example" rel="me">crumb.example</a>',
            "verified_at": "2024-05-01",
        },
        {"name": "Shop", "value": "shop.example (verified)", "verified_at": None},
    ]
    note = "<p>bakes https://rye.example (veri<b>fied)</b></p>"
    told = {"acct": "amy", "url": "https://bread.example/@amy", "display_name": "Amy", "note": note,
            "followers_count": 1, "statuses_count": 2, "fields": fields}  # fmt: skip
    (tmp_path / "accounts.json").write_text(json.dumps([told]))
    with memory_workspace() as workspace:
        import_files(workspace, tmp_path / "accounts.json")
        bio = workspace.store.query("select bio from accounts")["bio"][0].as_py()
    assert bio == (
        "bakes https://rye.example (says verified)\n"
        "Blog: crumb.example (verified)\n"
        "Shop: shop.example (says verified)"
    )


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
