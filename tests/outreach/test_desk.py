"""The campaign desk: terms, proof, labels, what waits, what is remembered, and the workbook there and back."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from influence.cli.app import run
from influence.errors import UsageError
from influence.outreach.campaign_desk import Desk, agree_on, desk_of, set_terms, sign_off, watch
from influence.outreach.desk_file import desk_sheets, merge_desk
from influence.outreach.proofs import disclosure_seen, find_posts
from influence.store.importing.transaction import import_tables
from influence.store.lists.desk_records import Code, Deliverable, Terms, read_records, write_records
from influence.store.lists.saved import SavedList, SavedPick, delete_list, edit_pick, remove_picks, save_list
from influence.store.people.aliases import rekey
from influence.store.rights.privacy import forget
from influence.store.rights.subject import subject_data
from influence.store.workspace import Workspace, open_workspace, to_day
from influence.writing.book import write_sheets
from tests.outreach.conftest import NOW

DAY = to_day("2026-03-01") or 0
POSTS = [
    ("l1", "leafy", "Before: #acmeoats are nice", "2026-01-10", False),
    ("t1", "teapot", "#ad My oat bread with #acmeoats", "2026-02-10", None),
    ("t2", "teapot", "Again: ACME-TEAPOT gives you ten per cent", "2026-02-12", None),
    ("l2", "leafy", "I love these oats! #acmeoats", "2026-02-11", None),
    ("o1", "oolong", "A quiet week. #acmeoatsandmore", "2026-02-12", None),
    ("o2", "oolong", "Oats for breakfast " + "and words " * 12 + "#acmeoats #anzeige", "2026-02-13", None),
]


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    """Three on the list ``spring``, with posts before and after the mails."""
    names = ("teapot", "leafy", "oolong")
    workspace = open_workspace(tmp_path / "w.duckdb")
    posts = [{"post_id": post, "account_id": who, "text": text, "created_at": day, "is_sponsored": paid,
              "url": f"https://{who}.example/{post}"} for post, who, text, day, paid in POSTS]  # fmt: skip
    accounts = [{"handle": name, "name": name.title(), "kind": "person"} for name in names]
    import_tables(workspace, {"accounts": pd.DataFrame(accounts), "posts": pd.DataFrame(posts)}, now=NOW)
    save_list(
        workspace,
        SavedList("spring", picks=tuple(SavedPick(f"web:{n}", k) for k, n in enumerate(names, 1))),
        now=NOW,
    )
    set_terms(workspace, "spring", names, {"price": "250", "currency": "EUR", "product": "oats"}, now=NOW)
    yield workspace
    workspace.close()


def row(found: Desk, who: str) -> object:
    return next(one for one in found.rows if one.pick.account_id == f"web:{who}")


def test_posts_are_found_by_tag_and_code_and_prove_what_is_due_first(desk: Workspace) -> None:
    agree_on(desk, "spring", ["teapot"], "story", "2026-02-20", now=NOW)
    agree_on(desk, "spring", ["teapot"], "post", "2026-02-12", now=NOW)
    write_records(desk.store, "spring", [Code("web:teapot", "post", "ACME-TEAPOT")], NOW)
    watch(desk, "spring", {"tag": ["#acmeoats"]}, "2026-02-01", now=NOW)
    found = find_posts(desk, "spring", now=NOW)
    assert {(one.account_id, one.what, one.post_id, one.how) for one in found.new} == {
        ("web:teapot", "post", "t1", "tag #acmeoats"),
        ("web:teapot", "story", "t2", "code ACME-TEAPOT"),
        ("web:leafy", "extra 1", "l2", "tag #acmeoats"),
        ("web:oolong", "extra 1", "o2", "tag #acmeoats"),
    }
    again = find_posts(desk, "spring", now=NOW)
    assert (again.new, again.n_known) == ((), 4)


def test_a_missing_label_is_only_possible_and_quotes_the_post(desk: Workspace) -> None:
    watch(desk, "spring", {"tag": ["#acmeoats"]}, "2026-02-01", now=NOW)
    told = {one.account_id: one.disclosure for one in find_posts(desk, "spring", now=NOW).new}
    assert told["web:teapot"] == "label: #ad"
    assert told["web:leafy"] == 'possible missing label: "I love these oats! #acmeoats"'
    assert told["web:oolong"].startswith("label late: #anzeige")
    assert [one.account_id for one in desk_of(desk, "spring", DAY).rows[1].doubts] == ["web:leafy"]


@pytest.mark.parametrize(
    ("text", "paid", "given", "seen"),
    [
        ("Ad: oats", None, True, "label: Ad"),
        ("Adorable oats", None, True, 'possible missing label: "Adorable oats"'),
        ("Werbung | Hafer", None, True, "label: Werbung"),
        ("Publicité. Avoine", None, True, "label: Publicité"),
        ("Oats #gifted", None, True, 'unclear label: #gifted in "Oats #gifted"'),
        ("Oats", True, True, "label: marked as paid on the platform"),
        ("Oats", None, False, "nothing given is recorded"),
    ],
)
def test_labels_are_read_as_authorities_read_them(
    text: str, paid: bool | None, given: bool, seen: str
) -> None:
    assert disclosure_seen({"text": text, "is_sponsored": paid}, given) == seen


def test_what_waits_is_said_and_the_most_pressing_first(desk: Workspace) -> None:
    edit_pick(desk, "spring", "web:leafy", {"status": "contacted", "last_contact": DAY - 12})
    edit_pick(desk, "spring", "web:teapot", {"status": "agreed", "last_contact": DAY - 30})
    edit_pick(desk, "spring", "web:oolong", {"status": "replied", "last_contact": DAY - 3})
    agree_on(desk, "spring", ["teapot"], "post", "2026-02-28", now=NOW)
    sign_off(desk, "spring", ["teapot"], "client", "refused", "rival last week", now=NOW)
    told = [one.stalled for one in desk_of(desk, "spring", DAY).rows]
    assert told == ["post is 1 day late", "no answer for 12 days", ""]
    agree_on(desk, "spring", ["teapot"], "post", "2026-04-01", now=NOW)
    assert desk_of(desk, "spring", DAY).rows[0].stalled == "refused by client: rival last week"
    with pytest.raises(UsageError, match="needs its reason"):
        sign_off(desk, "spring", ["leafy"], "client", "refused")


def test_earlier_campaigns_are_remembered(desk: Workspace) -> None:
    for name, status, day in (
        ("autumn", "declined", DAY - 100),
        ("summer", "agreed", DAY - 200),
        ("old", "agreed", DAY - 900),
    ):
        save_list(desk, SavedList(name, picks=(SavedPick("web:leafy", 1),)), now=NOW)
        edit_pick(desk, name, "web:leafy", {"status": status, "last_contact": day})
    outcomes = {
        "campaign": ["summer", "spring"],
        "account_id": ["web:leafy", "web:leafy"],
        "day": ["2025-09-01", "2026-02-20"],
        "orders": [12, 1],
        "cost": [340.0, 1.0],
    }
    import_tables(desk, {"outcomes": pd.DataFrame(outcomes)}, now=NOW)
    assert desk_of(desk, "spring", DAY).rows[1].memory == (
        "asked 2 times in a year, declined 1 time, last on 21 November 2025, last result: 12 orders for 340.00 (summer)"
    )
    assert desk_of(desk, "spring", DAY).rows[0].memory == ""


def test_the_workbook_goes_out_is_edited_and_comes_back_with_its_conflicts(
    desk: Workspace, tmp_path: Path
) -> None:
    agree_on(desk, "spring", ["teapot"], "post", "2026-03-10", now=NOW)
    path = write_sheets(tmp_path / "desk.xlsx", desk_sheets(desk_of(desk, "spring", DAY)))
    book = openpyxl.load_workbook(path)
    people, due = book["Desk"], book["Deliverables"]
    heads = [cell.value for cell in people[1]]

    def put(line: int, field: str, value: object) -> None:
        people.cell(line, heads.index(field) + 1).value = value

    put(2, "price", 300)
    put(2, "status", "agreed")
    put(3, "usage_rights", "one year, web")
    put(4, "price", "a lot")
    due.cell(2, 3).value = "2026-03-15"
    due.append(["web:leafy", "video", "2026-04-01"])
    due.append(["web:nobody", "video", "2026-04-01"])
    book.save(path)
    set_terms(desk, "spring", ["teapot"], {"price": "280"}, now=NOW)
    merged = merge_desk(desk, "spring", path, DAY, now=NOW)
    assert [(one.account_id, one.field, one.ours, one.theirs) for one in merged.conflicts] == [
        ("web:teapot", "price", "280.0", "300.0")
    ]
    assert {(one.account_id, one.field) for one in merged.changes} == {
        ("web:teapot", "status"), ("web:leafy", "usage_rights"), ("web:teapot", "due"), ("web:leafy", "due"),
    }  # fmt: skip
    assert any("'a lot'" in problem for problem in merged.problems)
    assert any("web:nobody" in problem for problem in merged.problems)
    after = {one.account_id: one for one in read_records(desk.store, Terms, "spring")}
    assert (after["web:teapot"].price, after["web:leafy"].usage_rights, after["web:oolong"].price) == (
        280,
        "one year, web",
        250,
    )
    assert [(one.account_id, one.what, one.due) for one in read_records(desk.store, Deliverable, "spring")] == [
        ("web:leafy", "video", to_day("2026-04-01")), ("web:teapot", "post", to_day("2026-03-15")),
    ]  # fmt: skip
    assert merge_desk(desk, "spring", path, DAY, take="theirs", now=NOW).conflicts
    assert read_records(desk.store, Terms, "spring")[2].price == 300


def test_who_is_forgotten_is_off_the_desk_and_a_subject_report_tells_what_stands_there(
    desk: Workspace,
) -> None:
    agree_on(desk, "spring", ["leafy"], "post", now=NOW)
    sign_off(desk, "spring", ["leafy"], "client", "approved", now=NOW)
    write_records(desk.store, "spring", [Code("web:leafy", "post", "LEAFY10")], NOW)
    assert len(subject_data(desk, "leafy").desk) == 4
    forget(desk, "leafy", now=NOW)
    for table in ("desk_terms", "desk_deliverables", "desk_signoffs", "desk_codes"):
        assert not desk.store.query(f"select * from {table} where account_id like '%leafy%'").num_rows


def test_the_desk_follows_accounts_that_are_joined_and_lists_that_go(desk: Workspace) -> None:
    agree_on(desk, "spring", ["leafy"], "post", now=NOW)
    agree_on(desk, "spring", ["teapot"], "post", now=NOW)
    agree_on(desk, "spring", ["teapot"], "story", now=NOW)
    rekey(desk.store, {"web:teapot": "web:leafy"})
    assert [(one.account_id, one.what) for one in read_records(desk.store, Deliverable, "spring")] == [
        ("web:leafy", "post"), ("web:leafy", "story"),
    ]  # fmt: skip
    remove_picks(desk, "spring", ["web:leafy"])
    assert read_records(desk.store, Deliverable, "spring") == []
    delete_list(desk, "spring")
    assert read_records(desk.store, Terms, "spring") == []


def test_the_desk_in_the_terminal(
    desk: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.close()
    at = ["-w", str(desk.path)]
    assert run(["desk", "due", "spring", "leafy", "--by", "2026-02-20", *at]) == 0
    assert run(["desk", "find", "spring", "--tag", "#acmeoats", "--since", "2026-02-01", *at]) == 0
    assert "3 posts found" in capsys.readouterr().out
    assert run(["desk", "show", "spring", "--as-of", "2026-03-01", *at]) == 0
    shown = capsys.readouterr().out
    assert "possible missing label" in shown
    assert "spring, 1 March 2026: 3 accounts" in shown
    assert max(map(len, shown.splitlines()[:8])) <= 80
    assert run(["desk", "show", "spring", "-o", str(tmp_path / "desk.xlsx"), *at]) == 0
    assert run(["desk", "merge", "spring", str(tmp_path / "desk.xlsx"), *at]) == 0
    assert "0 changes taken" in capsys.readouterr().out
