"""One way from a name to an account, and from an account to all that names its owner and nobody else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from influence.errors import UnknownAccountError, UsageError
from influence.store.importing.transaction import import_tables
from influence.store.people.resolving import (
    Person,
    domain_of,
    find_accounts,
    find_person,
    person_of,
    resolve_account,
)
from influence.store.rights.privacy import forget, lift, suppress
from influence.store.rights.suppression import read_suppressions
from influence.store.rights.written import note_written
from influence.store.workspace import Workspace, memory_workspace, open_workspace

NOW = datetime(2026, 1, 15, 12)


@pytest.fixture
def workspace() -> Any:
    accounts = pd.DataFrame(
        {
            "platform": ["instagram", "twitter", "web", "mastodon", "bluesky", "youtube"],
            "handle": [
                "Oven_Amy",
                "kate_n",
                "www.Crumb.example/about",
                "anna@social.example",
                "berta",
                "crumbs",
            ],
            "name": ["Amy Oven", "Kate Nowak", "Crumb & Co", "Anna", None, "Crumb TV"],
            "url": [None, "https://nowak.example/", None, None, None, "https://www.youtube.com/@crumbs"],
        }
    )
    contacts = pd.DataFrame(
        {"account_id": ["twitter:kate_n"], "email": ["kate@mail.example"], "name": ["Katarzyna Nowak"]}
    )
    with memory_workspace() as opened:
        import_tables(opened, {"accounts": accounts, "contacts": contacts}, now=NOW)
        yield opened


@pytest.mark.parametrize(
    ("asked", "account_id"),
    [
        ("@oven_amy", "instagram:oven_amy"), ("Instagram:@OVEN_AMY", "instagram:oven_amy"),
        ("ig:oven_amy", "instagram:oven_amy"),
        ("https://www.instagram.com/oven_amy/?igsh=x", "instagram:oven_amy"),
        (" Amy  Oven ", "instagram:oven_amy"),
        ("kate nowak", "twitter:kate_n"), ("Katarzyna Nowak", "twitter:kate_n"),
        ("https://x.com/kate_n?lang=pl", "twitter:kate_n"),
        ("kate@mail.example", "twitter:kate_n"), ("https://nowak.example/about", "twitter:kate_n"),
        ("nowak.example", "twitter:kate_n"),
        ("crumb.example", "web:crumb.example"), ("HTTPS://WWW.crumb.example:443/", "web:crumb.example"),
        ("@anna@social.example", "mastodon:anna@social.example"), ("anna", "mastodon:anna@social.example"),
        ("https://social.example/@anna", "mastodon:anna@social.example"),
        ("berta", "bluesky:berta.bsky.social"), ("@berta", "bluesky:berta.bsky.social"),
        ("@anna", "mastodon:anna@social.example"),
        ("youtube.com/@crumbs", "youtube:crumbs"), ("crumbs", "youtube:crumbs"),
    ],
)  # fmt: skip
def test_everything_people_paste_finds_the_account(workspace: Workspace, asked: str, account_id: str) -> None:
    assert find_accounts(workspace.store, asked) == [account_id]
    everybody = np.array(["instagram:oven_amy", "twitter:kate_n", "web:crumb.example", "mastodon:anna@social.example",
                          "bluesky:berta.bsky.social", "youtube:crumbs"], dtype=object)  # fmt: skip
    assert resolve_account(workspace.store, asked, everybody) == account_id


@pytest.mark.parametrize(
    ("asked", "near"),
    [("oven_ami", "instagram:oven_amy"), ("Kate Nowack", "twitter:kate_n"),
     ("https://instagram.com/Oven_Ami/?x=1", "instagram:oven_amy")],
)  # fmt: skip
def test_a_slip_is_told_the_nearest_names(workspace: Workspace, asked: str, near: str) -> None:
    for find in (resolve_account, find_person):
        with pytest.raises(UnknownAccountError, match=f"did you mean '{near}'") as told:
            find(workspace.store, asked)
        assert (told.value.what, told.value.seen) == ("nobody of this name is in the workspace", asked)


def test_of_several_near_names_all_are_told_and_of_none_where_to_look(workspace_of: Any) -> None:
    store = workspace_of(accounts=[{"handle": "oven_amy"}, {"handle": "oven_amr"}, {"handle": "rye"}]).store
    with pytest.raises(UnknownAccountError, match="did you mean 'web:oven_amr' or 'web:oven_amy'"):
        resolve_account(store, "oven_ami")
    with pytest.raises(UnknownAccountError, match="look there"):
        resolve_account(store, "zzzz", otherwise="look there")


def test_an_agencys_address_and_another_page_of_a_host_mean_nobody(workspace_of: Any) -> None:
    contacts = [{"account_id": who, "email": "desk@agency.example"} for who in ("anna", "berta")]
    accounts = [
        {"handle": "anna"},
        {"handle": "berta"},
        {"handle": "cecil", "url": "https://blog.nowak.example/"},
        {"handle": "dora", "url": "https://www.tumblr.com/crumbs"},
        {"handle": "emil", "url": "https://xn--brt-tna.example/about"},
    ]
    store = workspace_of(accounts=accounts, contacts=contacts).store
    assert find_accounts(store, "desk@agency.example") == []
    assert find_accounts(store, "nowak.example") == []
    assert find_accounts(store, "https://blog.nowak.example/about") == ["web:cecil"]
    assert find_accounts(store, "crumbs.tumblr.com") == ["web:dora"]
    assert find_accounts(store, "bröt.example") == ["web:emil"]


@pytest.mark.parametrize("asked", ["17841", "instagram:17841", "instagram:oven_amy"])
def test_a_platforms_number_means_the_account(workspace_of: Any, asked: str) -> None:
    store = workspace_of(accounts=[{"id": "17841", "username": "oven_amy", "platform": "instagram"}]).store
    assert find_accounts(store, asked) == ["instagram:oven_amy"]


def test_several_of_one_handle_are_all_told_and_how_to_choose(workspace_of: Any) -> None:
    store = workspace_of(
        accounts=[{"platform": place, "handle": "amy"} for place in ("web", "instagram")]
    ).store
    with pytest.raises(UnknownAccountError, match="several accounts") as told:
        resolve_account(store, "@Amy")
    assert told.value.seen == "@Amy"
    assert told.value.expected == "one of instagram:amy, web:amy"
    assert "instagram:handle" in str(told.value.hint)


def test_an_account_that_only_others_name_counts_where_it_is_among_those_asked(workspace_of: Any) -> None:
    """With ids told, the table of accounts is looked at, then the ids: not all the places where an id may stand."""
    follows = [{"follower_id": "web:amy", "followee_id": "web:rye"}]
    store = workspace_of(accounts=[{"account_id": "instagram:rye"}], follows=follows).store
    both = np.array(["instagram:rye", "web:rye", "web:amy"], dtype=object)
    assert find_accounts(store, "rye") == ["instagram:rye", "web:rye"]
    assert find_accounts(store, "rye", both) == ["instagram:rye"]
    assert find_accounts(store, "amy", both) == ["web:amy"]
    assert find_accounts(store, "amy", both[:2]) == []


def test_of_an_address_of_several_the_address_is_told_and_no_account(workspace_of: Any) -> None:
    contacts = [{"account_id": f"web:{who}", "email": "desk@agency.example"} for who in ("anna", "berta")]
    store = workspace_of(accounts=[{"handle": "anna"}, {"handle": "berta"}], contacts=contacts).store
    found = find_person(store, " Desk@Agency.example", also=["The Desk"])
    assert found == Person(emails=("desk@agency.example",), names=("The Desk", "desk@agency.example"))
    with pytest.raises(UnknownAccountError, match="not in the workspace") as told:
        find_person(store, "nobody@agency.example")
    assert told.value.seen == "nobody@agency.example"


def test_how_a_person_writes_the_own_name_makes_it_no_words(workspace_of: Any) -> None:
    """Three others in small letters make a name words; the person's own two accounts and one other do not."""
    bios = {"web:a": "rye hill, here", "instagram:a": "the rye hill", "web:o": "over rye hill"}
    accounts = [{"account_id": who, "name": "Rye Hill" if who != "web:o" else None, "bio": bio}
                for who, bio in bios.items()]  # fmt: skip
    store = workspace_of(accounts=accounts).store
    assert person_of(store, ["web:a", "instagram:a"]).ordinary == ()
    assert "Rye Hill" in person_of(store, ["web:a", "instagram:a"]).names
    more = [{"account_id": f"web:o{k}", "bio": "on rye hill"} for k in range(2)]
    store = workspace_of(accounts=[*accounts, *more]).store
    assert person_of(store, ["web:a", "instagram:a"]).ordinary == ("Rye Hill",)


def test_only_those_known_as_of_the_day_are_found(workspace: Workspace) -> None:
    with pytest.raises(UnknownAccountError, match="as of this day"):
        resolve_account(workspace.store, "Kate Nowak", np.array(["instagram:oven_amy"], dtype=object))


@pytest.mark.parametrize(
    "asked",
    [
        "Kate Nowak",
        "X:@Kate_N",
        "https://twitter.com/kate_n",
        "x:kate_n\u200d",
        "twitter:\uff4bate_n",
        "kate@mail.example",
    ],
)
def test_suppressing_by_any_spelling_hides_the_account(workspace: Workspace, asked: str) -> None:
    suppress(workspace, [asked], now=NOW)
    assert read_suppressions(workspace.store).account("twitter:kate_n")
    assert lift(workspace, [asked]) == 1
    assert not read_suppressions(workspace.store).account("twitter:kate_n")


def test_an_unknown_account_is_suppressed_in_its_normal_form(workspace: Workspace) -> None:
    suppress(workspace, ["web:İstanbul_x", "https://www.tiktok.com/@New_One?x=1"], now=NOW)
    known = read_suppressions(workspace.store)
    assert known.account("web:istanbul_x")
    assert known.account("tiktok:new_one")


@pytest.mark.parametrize("shared", ["co.uk", "blogspot.com", "gmail.com", "instagram.com", "substack.com"])
def test_what_many_people_share_is_suppressed_for_nobody(workspace: Workspace, shared: str) -> None:
    with pytest.raises(UsageError, match="shared by many") as told:
        suppress(workspace, [shared], now=NOW)
    assert told.value.seen == shared
    assert "somebody owns" in str(told.value.expected)
    assert "platform:handle" in str(told.value.hint)


def test_an_address_names_no_domain() -> None:
    assert domain_of("https://www.Crumb.example/about") == "crumb.example"
    assert domain_of("anna@crumb.example") is None


def test_an_agencys_address_hides_none_of_its_clients(workspace_of: Any) -> None:
    contacts = [{"account_id": who, "email": "desk@agency.example"} for who in ("anna", "berta")]
    workspace = workspace_of(accounts=[{"handle": "anna"}, {"handle": "berta"}], contacts=contacts)
    suppress(workspace, ["desk@agency.example"], now=NOW)
    known = read_suppressions(workspace.store)
    assert known.email("desk@agency.example")
    assert not known.account("web:anna")


def texts(workspace: Workspace) -> list[str]:
    return [
        str(text)
        for text in workspace.store.query("select text from posts order by post_id")["text"].to_pylist()
    ]


def of_others(*said: str) -> list[dict[str, str]]:
    return [{"post_id": f"p{k}", "account_id": f"other_{k}", "text": text} for k, text in enumerate(said)]


@pytest.mark.parametrize(
    ("name", "said", "mine", "ordinary"),
    [
        ("Vegan Baking", ["vegan"] * 3 + ["baking"] * 3, [], True),
        ("Vegan Baking", ["vegan"] * 2 + ["baking"] * 3, [], False),
        ("Vegan Baking", ["vegan"] * 2 + ["baking"] * 2, ["vegan", "baking"], False),  # her own say nothing
        (
            "Vegan Baking",
            ["vegan baking"] * 2 + ["vegan", "baking"],
            [],
            False,
        ),  # words of the name itself neither
        ("VEGAN BAKING", ["vegan baking"] * 3, [], True),
        ("Vegan Baking", ["vegan baking"] * 3 + ["Vegan Baking"], [], True),  # three times as many
        ("Vegan Baking", ["vegan baking"] * 3 + ["Vegan Baking"] * 2, [], False),
        ("Süße Bäckerei", ["süße"] * 3 + ["bäckerei"] * 3, [], True),
        ("Rye 24", ["rye"] * 3 + ["24"] * 3, [], True),
        ("田中 花子", ["田中"] * 3 + ["花子"] * 3, [], False),
        ("Vegan Baking", ["Vegan Baking"] * 10 + ["hello"] * 190, [], True),  # a twentieth of all who write
        ("Vegan Baking", ["Vegan Baking"] * 10 + ["hello"] * 191, [], False),
        ("Vegan Baking", ["Vegan Baking"] * 9 + ["hello"] * 9, [], False),  # ten at least
    ],
)
def test_a_name_is_ordinary_words_by_how_others_write_it(
    workspace_of: Any, name: str, said: list[str], mine: list[str], ordinary: bool
) -> None:
    posts = [
        *of_others(*said),
        *({"post_id": f"m{k}", "account_id": "vb_77", "text": one} for k, one in enumerate(mine)),
    ]
    found = person_of(
        workspace_of(accounts=[{"handle": "vb_77", "name": name}], posts=posts).store, ["web:vb_77"]
    )
    assert found.ordinary == ((name,) if ordinary else ())
    assert (name in found.names) is not ordinary


def test_a_page_of_ones_own_is_a_name_and_a_shared_host_is_none(workspace_of: Any) -> None:
    accounts = [{"handle": "vb_77", "url": "https://www.vb.example/"}, {"handle": "amy_7", "url": "https://hub.example/Amy"},
                {"handle": "hub_7", "url": "https://hub.example"}]  # fmt: skip
    store = workspace_of(accounts=accounts).store
    assert "vb.example" in person_of(store, ["web:vb_77"]).names
    assert "hub.example/amy" in person_of(store, ["web:amy_7"]).names
    assert "hub.example" not in person_of(store, ["web:hub_7"]).names


def test_a_name_of_ordinary_words_is_left_in_the_texts_of_others(workspace_of: Any) -> None:
    said = [
        "we love vegan food",
        "vegan and baking",
        "all about baking",
        "vegan, baking",
        "try vegan baking",
        "Kate Nowak writes",
    ]
    accounts = [{"handle": "vb_77", "name": "Vegan Baking"}, {"handle": "kn_77", "name": "Kate Nowak"}]
    workspace = workspace_of(accounts=accounts, posts=of_others(*said, "so vegan", "good baking"))
    receipt = forget(workspace, "vb_77", now=NOW)
    assert texts(workspace)[:5] == said[:5]
    assert any("Vegan Baking" in note and "--also" in note for note in receipt.notes)
    forget(workspace, "kn_77", now=NOW)
    assert "[removed] writes" in texts(workspace)


def test_a_phrase_of_a_niche_is_nobodys_name_though_all_say_it_whole(workspace_of: Any) -> None:
    said = ["vegan baking day", "my vegan baking", "vegan baking!", "kate nowak bakes", "Kate Nowak writes"]
    accounts = [{"handle": "vb_77", "name": "Vegan Baking"}, {"handle": "kn_77", "name": "Kate Nowak"}]
    workspace = workspace_of(accounts=accounts, posts=of_others(*said))
    forget(workspace, "vb_77", now=NOW)
    assert texts(workspace) == said
    forget(workspace, "kn_77", now=NOW)
    assert texts(workspace)[3:] == ["[removed] bakes", "[removed] writes"]


def test_a_phrase_that_many_write_with_capitals_is_nobodys_name(workspace_of: Any) -> None:
    said = [f"Vegan Baking day {day}" for day in range(12)]
    accounts = [{"handle": "vb_77", "name": "Vegan Baking"}]
    workspace = workspace_of(accounts=accounts, posts=of_others(*said))
    receipt = forget(workspace, "vb_77", now=NOW)
    assert sorted(texts(workspace)) == sorted(said)
    assert any("Vegan Baking" in note and "--also" in note for note in receipt.notes)


def test_a_name_of_ordinary_words_goes_where_it_is_asked_for(workspace_of: Any) -> None:
    said = ["so vegan", "vegan day", "vegan!", "good baking", "baking", "home baking", "by Vegan Baking"]
    workspace = workspace_of(accounts=[{"handle": "vb_77", "name": "Vegan Baking"}], posts=of_others(*said))
    forget(workspace, "vb_77", also=["Vegan Baking"], now=NOW)
    assert texts(workspace) == [*said[:-1], "by [removed]"]


@pytest.mark.parametrize("url", ["https://instagram.com/", "https://co.uk", "https://shared.example"])
def test_a_bare_host_of_many_is_left_in_the_texts_of_others(workspace_of: Any, url: str) -> None:
    accounts = [{"handle": "vb_77", "url": url}, {"handle": "other", "url": "https://shared.example/other"}]
    said = "see instagram.com and shared.example and a.co.uk"
    workspace = workspace_of(accounts=accounts, posts=of_others(said))
    forget(workspace, "vb_77", now=NOW)
    assert texts(workspace) == [said]
    urls = workspace.store.query("select url from accounts where handle = 'other'")["url"].to_pylist()
    assert urls == ["https://shared.example/other"]


def test_a_rehearsed_erasure_counts_and_changes_nothing(workspace_of: Any) -> None:
    posts = [
        *of_others("thanks crumbs_77", "by @crumbs_77"),
        {"post_id": "x", "account_id": "crumbs_77", "text": "mine"},
    ]
    workspace = workspace_of(accounts=[{"handle": "crumbs_77"}], posts=posts)
    rehearsed = forget(workspace, "crumbs_77", dry_run=True)
    assert rehearsed.dry_run
    assert (rehearsed.deleted["posts"], rehearsed.redacted["posts.text"]) == (1, 2)
    assert texts(workspace) == ["thanks crumbs_77", "by @crumbs_77", "mine"]
    assert workspace.counts()["suppressions"] == 0
    done = forget(workspace, "crumbs_77", now=NOW)
    assert (done.deleted, done.redacted) == (rehearsed.deleted, rehearsed.redacted)


def test_a_second_import_does_not_bring_back_a_bare_distinctive_handle(workspace_of: Any) -> None:
    posts = of_others("thanks crumbs_77!", "crumbs_77 and I")
    workspace = workspace_of(accounts=[{"handle": "crumbs_77"}], posts=posts)
    forget(workspace, "crumbs_77", now=NOW)
    import_tables(
        workspace,
        {"posts": pd.DataFrame(posts), "accounts": pd.DataFrame([{"handle": "crumbs_77"}])},
        now=NOW,
    )
    assert texts(workspace) == ["thanks [removed]!", "[removed] and I"]
    assert workspace.counts()["accounts"] == 0


def test_a_forgotten_account_does_not_come_back_under_its_number(workspace_of: Any) -> None:
    workspace = workspace_of(accounts=[{"id": "17841", "username": "oven_amy", "platform": "instagram"}])
    forget(workspace, "oven_amy", now=NOW)
    report = import_tables(
        workspace,
        {"posts": pd.DataFrame([{"post_id": "1", "author_id": "17841", "text": "x"}])},
        platform="ig",
    )
    assert (report.n_new, report.n_left_out) == (0, 1)


def test_the_receipt_lists_every_file_that_names_the_person(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w.duckdb")
    import_tables(workspace, {"accounts": pd.DataFrame({"handle": ["crumbs_77", "other"]})}, now=NOW)
    files = {"list.csv": "handle\ncrumbs_77\n", "none.csv": "handle\nother\n", "gone.csv": None}
    for name, text in files.items():
        if text:
            (tmp_path / name).write_text(text, "utf-8")
    pd.DataFrame({"handle": ["crumbs_77"]}).to_excel(tmp_path / "book.xlsx")
    written = [tmp_path / name for name in (*files, "book.xlsx", "crumbs_77.csv")]
    note_written(tmp_path / "w.duckdb", written, "rank", NOW)
    receipt = forget(workspace, "crumbs_77", now=NOW)
    workspace.close()
    assert "crumbs_77" not in (tmp_path / "w.duckdb.written").read_text("utf-8")
    assert [Path(line.partition(" (")[0]).name for line in receipt.exports] == [
        "book.xlsx",
        "crumbs_77.csv",
        "gone.csv",
        "list.csv",
    ]
    assert "may name the person" in receipt.exports[2]


def test_an_address_means_its_one_owner_and_no_agencys_client(workspace_of: Any) -> None:
    """Of three who are written to: one owns an address, two share an agency's, beside which one has another."""
    contacts = {"web:anna": ["anna@a.example"], "web:ben": ["office@agency.example", "ben@b.example"],
                "web:cleo": ["office@agency.example"]}  # fmt: skip
    found = workspace_of(
        accounts=[{"handle": one[4:]} for one in contacts],
        contacts=[{"account_id": one, "email": each} for one, told in contacts.items() for each in told],
    ).store
    anna = find_person(found, " ANNA@a.example ", also=["Anna of the mill"])
    assert (anna.account_ids, anna.emails, anna.shared_emails) == (("web:anna",), ("anna@a.example",), ())
    assert {"Anna of the mill", "anna@a.example", "web:anna"} <= set(anna.names)
    agency = find_person(found, "office@agency.example", also=["the office"])
    assert agency == Person(emails=("office@agency.example",), names=("office@agency.example", "the office"))
    ben = find_person(found, "ben")
    assert (ben.emails, ben.shared_emails) == (("ben@b.example",), ("office@agency.example",))
    with pytest.raises(UnknownAccountError) as nobody:
        find_person(found, "dora@d.example")
    assert nobody.value.seen == "dora@d.example"
    assert "influence suppress" in str(nobody.value.hint)
