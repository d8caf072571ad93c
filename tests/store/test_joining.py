"""Two accounts become one, and two again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from influence.errors import SourceError, UnknownAccountError, UsageError
from influence.store.importing.transaction import import_tables
from influence.store.lists.desk_records import Deliverable, read_records, write_records
from influence.store.lists.saved import SavedList, SavedPick, exported, load_list, log_export, save_list
from influence.store.lists.triage_steps import Step, add_steps, all_steps
from influence.store.people.joining import (
    Joined,
    merge_accounts,
    merged_accounts,
    read_pairs,
    search_accounts,
    split_account,
)
from influence.store.rights.privacy import forget
from influence.store.workspace import Workspace, memory_workspace, open_workspace

ROWS = {"accounts": 1, "follows": 2, "posts": 1, "interactions": 1, "snapshots": 1}
NOW = datetime(2026, 1, 15, 12)
TABLES: dict[str, list[dict[str, Any]]] = {
    "accounts": [
        {"handle": "amy", "followers": 12, "bio": None, "name": "Amy", "is_bot": False},
        {"handle": "oven", "followers": 90, "bio": "oat", "name": "Oven", "is_bot": None},
        {"handle": "fan", "followers": 1, "bio": None, "name": None, "is_bot": None},
    ],
    "posts": [
        {"post_id": "1", "account_id": "amy", "text": "rye"},
        {"post_id": "2", "account_id": "oven", "text": "oat"},
    ],
    "follows": [
        {"follower_id": "fan", "followee_id": "amy", "since": "2024-01-01"},
        {"follower_id": "fan", "followee_id": "oven", "since": None},
        {"follower_id": "oven", "followee_id": "fan", "since": None},
    ],
    "interactions": [
        {"actor_id": "fan", "target_id": "oven", "post_id": None, "kind": "like", "created_at": None},
        {"actor_id": "fan", "target_id": "amy", "post_id": None, "kind": "like", "created_at": None},
    ],
    "snapshots": [{"account_id": "oven", "day": "2024-01-02", "followers": 80}],
}  # fmt: skip


@pytest.fixture
def workspace(workspace_of: Any) -> Workspace:
    made: Workspace = workspace_of(**TABLES)
    return made


def everything(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    return {
        name: workspace.store.query(f"select * from {name} order by all").to_pylist()
        for name in workspace.counts()
    }


def test_a_join_gives_all_rows_to_one_account_and_loses_no_value(workspace: Workspace) -> None:
    joined = merge_accounts(workspace, "web:amy", ["web:oven"])
    assert joined == Joined("web:amy", ("web:oven",), ROWS)
    query = workspace.store.query
    assert query("select account_id, followers, bio, name from accounts order by 1").to_pylist() == [
        {"account_id": "web:amy", "followers": 12, "bio": "oat", "name": "Amy"},
        {"account_id": "web:fan", "followers": 1, "bio": None, "name": None},
    ]
    assert query("select distinct account_id from posts").num_rows == 1
    assert query("select since_day from follows where followee_id = 'web:amy'")["since_day"].to_pylist() == [
        19723
    ]
    assert workspace.count("interactions") == 1


def test_a_join_takes_what_was_worked_on_along(workspace: Workspace) -> None:
    """A saved list, the desk and the queue of mentions; where both are on it, the account's own stays."""
    store = workspace.store
    save_list(workspace, SavedList("l", picks=(SavedPick("web:oven", 1), SavedPick("web:fan", 2))))
    log_export(workspace, "l", "csv", "l.csv", ["web:oven"], now=NOW)
    write_records(
        store,
        "l",
        [Deliverable("web:amy", "post"), Deliverable("web:oven", "post"), Deliverable("web:oven", "video")],
        NOW,
    )
    add_steps(store, [Step("m", "web:oven", "taken", None, NOW)])
    merge_accounts(workspace, "web:amy", ["web:oven"])
    assert [pick.account_id for pick in load_list(workspace, "l").picks] == ["web:amy", "web:fan"]
    assert [(one.account_id, one.what) for one in read_records(store, Deliverable, "l")] == [
        ("web:amy", "post"),
        ("web:amy", "video"),
    ]
    assert exported(store, "l", "csv") == {"web:amy"}
    assert [step.account_id for step in all_steps(store)] == ["web:amy"]


def test_taking_apart_gives_back_what_was_there(workspace: Workspace) -> None:
    before = everything(workspace)
    merge_accounts(workspace, "web:amy", ["web:oven"])
    assert everything(workspace) != before
    assert split_account(workspace, "web:oven") == Joined("web:amy", ("web:oven",), ROWS)
    assert everything(workspace) == before
    assert merged_accounts(workspace.store) == []


def test_files_that_name_the_other_later_mean_the_joined_account(workspace: Workspace) -> None:
    merge_accounts(workspace, "web:amy", ["web:oven"])
    import_tables(
        workspace, {"posts": pd.DataFrame([{"post_id": "9", "account_id": "oven", "text": "spelt"}])}
    )
    found = workspace.store.query("select distinct account_id from posts")["account_id"].to_pylist()
    assert found == ["web:amy"]


def test_a_join_of_joined_accounts_is_one_account(workspace: Workspace) -> None:
    merge_accounts(workspace, "web:amy", ["web:oven"])
    merge_accounts(workspace, "web:fan", ["web:amy"])
    assert workspace.store.query("select account_id from accounts")["account_id"].to_pylist() == ["web:fan"]
    assert dict(merged_accounts(workspace.store)) == {"web:amy": "web:fan", "web:oven": "web:fan"}
    with pytest.raises(UsageError) as told:
        split_account(workspace, "web:oven")
    assert (told.value.what, told.value.seen, told.value.hint) == (
        "it was joined with an account that was itself joined later", "web:oven", "split web:amy first"
    )  # fmt: skip


def test_joins_are_taken_apart_in_turn(workspace: Workspace) -> None:
    before = everything(workspace)
    merge_accounts(workspace, "web:amy", ["web:oven"])
    between = everything(workspace)
    merge_accounts(workspace, "web:fan", ["web:amy"])
    split_account(workspace, "web:amy")
    assert everything(workspace) == between
    assert dict(merged_accounts(workspace.store)) == {"web:oven": "web:amy"}
    split_account(workspace, "web:oven")
    assert everything(workspace) == before


def test_forgetting_a_joined_account_leaves_nothing_to_take_apart(workspace: Workspace) -> None:
    merge_accounts(workspace, "web:amy", ["web:oven"])
    forget(workspace, "oven")
    assert workspace.store.query("select * from joined_rows").num_rows == 0
    assert workspace.store.query("select * from aliases").num_rows == 0
    report = import_tables(
        workspace, {"posts": pd.DataFrame([{"post_id": "9", "account_id": "oven", "text": "x"}])}
    )
    assert report.n_left_out == 1


def test_what_was_not_joined_cannot_be_taken_apart(workspace: Workspace) -> None:
    for known in ("none was", "web:oven"):
        with pytest.raises(UnknownAccountError) as told:
            split_account(workspace, "web:amy")
        assert str(told.value).split("\n") == [
            "this account was joined with no other", "  seen:     web:amy", f"  expected: {known}"
        ]  # fmt: skip
        merge_accounts(workspace, "web:amy", ["web:oven"])
    for others in (["web:amy"], []):
        with pytest.raises(UsageError) as itself:
            merge_accounts(workspace, "web:amy", others)
        assert str(itself.value).split("\n") == [
            "an account cannot be joined with itself", "  seen:     web:amy", "  expected: two accounts or more"
        ]  # fmt: skip


def test_what_was_computed_from_the_accounts_goes_when_they_are_joined_or_taken_apart(tmp_path: Path) -> None:
    computed = tmp_path / "w.duckdb.cache" / "figures"
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_tables(workspace, {"accounts": pd.DataFrame({"handle": ["amy", "oven"]})})
        for change in (
            lambda: merge_accounts(workspace, "web:amy", ["web:oven"]),
            lambda: split_account(workspace, "web:oven"),
        ):
            computed.parent.mkdir(exist_ok=True)
            computed.touch()
            change()
            assert not computed.exists()


@pytest.fixture(scope="module")
def listed() -> Iterator[Workspace]:
    accounts = [
        {"account_id": "web:crumb.example", "name": "Crumb", "language": "de"},
        {"account_id": "instagram:oven_amy", "name": "Amy Oven", "followers": 120, "bio": "Rye", "url": "https://A.example/X"},
        {"account_id": "youtube:amy_tv", "name": "Amy TV", "followers": 90, "bio": "see crumb.example"},
    ]  # fmt: skip
    posts = [{"post_id": str(k), "account_id": "tiktok:oven_amy", "text": "x"} for k in range(2)]
    with memory_workspace() as opened:
        import_tables(opened, {"accounts": pd.DataFrame(accounts), "posts": pd.DataFrame(posts)})
        yield opened


AMY, TV, TOK, CRUMB = "instagram:oven_amy", "youtube:amy_tv", "tiktok:oven_amy", "web:crumb.example"


@pytest.mark.parametrize(
    ("text", "platform", "found"),
    [
        ("", None, [AMY, TV, TOK, CRUMB]), (" ", None, [AMY, TV, TOK, CRUMB]), ("", "ig", [AMY]),
        ("amy", None, [AMY, TV, TOK]), ("AMY", "YouTube", [TV]), ("amy oven", None, [AMY]),
        ("@oven_amy", None, [AMY, TOK]),
        ("my TV", None, [TV]), ("rye", None, [AMY]), ("a.example/x", None, [AMY]), ("nobody", None, []),
        ("crumb.example", None, [CRUMB, TV]),  # whom the text names stands before those that mention it
    ],
)  # fmt: skip
def test_accounts_are_found_by_part_of_anything_the_most_followed_first(
    listed: Workspace, text: str, platform: str | None, found: list[str]
) -> None:
    rows, n = search_accounts(listed.store, text, platform=platform)
    assert [row["account_id"] for row in rows] == found
    assert n == len(found)
    assert search_accounts(listed.store, text, platform=platform, top=1) == (rows[:1], n)
    assert search_accounts(listed.store, text, platform=platform, top=None) == (rows, n)


def test_a_found_account_is_shown_with_its_posts_also_where_only_they_name_it(listed: Workspace) -> None:
    columns = ("account_id", "name", "followers", "posts", "language", "url")
    rows, _ = search_accounts(listed.store)
    assert [tuple(row.items()) for row in rows] == [
        tuple(zip(columns, row, strict=True))
        for row in (
            (AMY, "Amy Oven", 120, None, None, "https://A.example/X"), (TV, "Amy TV", 90, None, None, None),
            (TOK, None, None, 2, None, None), (CRUMB, "Crumb", None, None, "de", None),
        )
    ]  # fmt: skip
    assert len(search_accounts(listed.store, top=2)[0]) == 2


@pytest.mark.parametrize(
    ("told", "pairs"),
    [
        ("Account;Same as\namy;oven\n", [("amy", "oven")]),
        ("amy,oven\nfan,oat\n", [("amy", "oven"), ("fan", "oat")]),
        ("account,,other\namy,,oven\n", [("amy", "oven")]),
        ("account,other,why\namy,oven,\nfan,oat,known\n", "p.csv, row 2|fan, oat, known|a,b"),
        ('"",""\n', "p.csv, row 1||a,b"),
        ("amy,oven,rye\n", "p.csv, row 1|amy, oven, rye|a,b"),
    ],
)  # fmt: skip
def test_pairs_of_one_person_are_read_with_a_header_or_without(
    told: str, pairs: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.csv").write_text(told, "utf-8")
    if isinstance(pairs, list):
        assert read_pairs("p.csv") == pairs
        return
    with pytest.raises(SourceError, match="a line does not name two accounts") as wrong:
        read_pairs("p.csv")
    assert f"{wrong.value.where}|{wrong.value.seen}|{wrong.value.expected}" == pairs
