"""Files into the workspace: what is read, what is refused, and that repeating changes nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from influence.errors import MappingError, SourceError, UsageError
from influence.store.importing.transaction import import_files, import_tables
from influence.store.workspace import to_day

NOW = datetime(2024, 5, 6, 7, 8, 9)
ROOT = Path(__file__).parents[2]


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _rows(workspace, sql: str) -> list[tuple]:
    return [tuple(row.values()) for row in workspace.store.query(sql).to_pylist()]


def _dump(workspace) -> dict[str, list[tuple]]:
    return {
        name: _rows(workspace, f"select * from {name} order by all")
        for name, n in workspace.counts().items()
        if n
    }


def test_a_folder_named_after_the_tables_needs_no_mapping(workspace, tmp_path):
    _file(
        tmp_path,
        "accounts.csv",
        'platform,handle,followers,kind\ninstagram,@Anna,"12,345",Person\ninstagram,bob,12.3K,\n',
    )
    pq.write_table(pa.table({"follower_id": ["Bob"], "followee_id": ["@anna"]}), tmp_path / "follows.parquet")
    _file(
        tmp_path,
        "posts.jsonl",
        '{"post_id": 1, "account_id": "anna", "likes": 3, "created_at": "2024-01-02T03:04:05+02:00"}\n',
    )
    report = import_files(workspace, tmp_path, now=NOW)
    assert [(c.file, c.table, c.n_new) for c in report.counts] == [
        ("accounts.csv", "accounts", 2), ("follows.parquet", "follows", 1), ("posts.jsonl", "posts", 1),
    ]  # fmt: skip
    assert _rows(workspace, "select account_id, handle, followers, kind from accounts order by 1") == [
        ("instagram:anna", "Anna", 12345, "person"), ("instagram:bob", "bob", 12300, None),
    ]  # fmt: skip
    assert _rows(workspace, "select follower_id, followee_id from follows") == [
        ("instagram:bob", "instagram:anna")
    ]
    assert _rows(workspace, "select account_id, created_at, created_day, source, fetched_at from posts") == [
        ("instagram:anna", datetime(2024, 1, 2, 1, 4, 5), to_day("2024-01-02"), "posts.jsonl", NOW)
    ]


def test_importing_twice_changes_nothing(workspace, tmp_path):
    _file(tmp_path, "accounts.csv", "handle,followers\na,1\nb,x\nc,3\na,5\n,9\n")
    first = import_files(workspace, tmp_path, now=NOW)
    before = _dump(workspace), _rows(workspace, "select file, line, column_name, value, reason from rejects")
    second = import_files(workspace, tmp_path, now=datetime(2025, 1, 1))
    after = _dump(workspace), _rows(workspace, "select file, line, column_name, value, reason from rejects")
    assert (first.n_new, second.n_new, second.n_changed, second.n_unchanged) == (3, 0, 0, 3)
    assert before == after


def test_the_last_row_of_a_key_counts_and_a_later_null_erases_nothing(workspace, tmp_path):
    path = _file(tmp_path, "accounts.csv", "handle,followers,bio\na,1,old\na,2,new\nb,7,kept\n")
    report = import_files(workspace, path, now=NOW)
    assert report.counts[0].n_repeated == 1
    _file(tmp_path, "accounts.csv", "handle,followers,bio\nb,8,\nc,1,\n")
    report = import_files(workspace, path, now=NOW)
    assert (report.n_new, report.n_changed, report.n_unchanged) == (1, 1, 0)
    assert _rows(workspace, "select handle, followers, bio from accounts order by 1") == [
        ("a", 2, "new"), ("b", 8, "kept"), ("c", 1, None),
    ]  # fmt: skip


def test_null_parts_of_a_key_are_equal(workspace, tmp_path):
    path = _file(
        tmp_path, "interactions.csv", "actor_id,target_id,kind,text\na,b,link,x\na,b,link,y\na,b,mention,z\n"
    )
    for _ in range(2):
        report = import_files(workspace, path, now=NOW)
    assert (report.n_new, report.n_unchanged) == (0, 2)
    assert _rows(workspace, "select kind, text from interactions order by 1") == [
        ("link", "y"),
        ("mention", "z"),
    ]


def test_bad_values_become_unknown_and_bad_keys_refuse_the_row(workspace, tmp_path):
    path = _file(
        tmp_path,
        "posts.csv",
        "post_id,account_id,created_at,likes,is_sponsored\n"
        "1,a,2024-01-02,-5,yes\n2,a,0000-01-01,3.5,maybe\n,a,2024-01-02,1,no\n4,,2024-01-02,1,no\n5,a,2024-01-02,7,0\n",
    )
    report = import_files(workspace, path, now=NOW)
    count = report.counts[0]
    assert (count.n_read, count.n_new, count.n_rejected, count.n_unknown) == (5, 3, 2, 4)
    rejects = {(r["line"], r["column_name"]): (r["value"], r["reason"]) for r in report.rejects.to_pylist()}
    assert rejects[2, "likes"] == ("-5", "below the least value allowed, 0")
    assert rejects[3, "likes"] == ("3.5", "not a whole number of at least 0")
    assert rejects[3, "created_at"][0] == "0000-01-01"
    assert rejects[3, "is_sponsored"][1] == "neither yes nor no"
    assert rejects[4, "post_id"] == (None, "this value is required")
    assert rejects[5, "account_id"] == (None, "this value is required")
    assert _rows(workspace, "select post_id, likes, is_sponsored from posts order by 1") == [
        ("1", None, True), ("2", None, None), ("5", 7, False),
    ]  # fmt: skip
    assert workspace.store.query("select count(*) as n from rejects")["n"][0].as_py() == 6


@pytest.mark.parametrize(
    ("handle", "account_id"),
    [
        ("Anna", "web:anna"), ("@Anna", "web:anna"), ("instagram:@Anna", "instagram:anna"), (" anna ", "web:anna"),
        ("https://www.Example.com/", "web:example.com"), ("example.com/blog", "web:example.com"),
        ("\u00a0anna", "web:anna"), ("ÉLODIE", "web:élodie"), ("=cmd|' /c calc'!A0", "web:=cmd|' /c calc'!a0"),
        ("@user@mastodon.social", "mastodon:user@mastodon.social"),
    ],
)  # fmt: skip
def test_ids_are_one_spelling_everywhere(workspace, tmp_path, handle, account_id):
    path = _file(tmp_path, "posts.csv", f'post_id,account_id\n1,"{handle}"\n2,plain\n')
    import_files(workspace, path, now=NOW)
    assert _rows(workspace, "select account_id from posts where post_id = '1'") == [(account_id,)]


@pytest.mark.parametrize("handle", ["@", "", "a\x00b", "a\tb", "x" * 600, '"a\nb"'])
def test_impossible_ids_are_refused(workspace, tmp_path, handle):
    path = _file(tmp_path, "posts.csv", f"post_id,account_id\n1,{handle}\n2,fine\n")
    report = import_files(workspace, path, now=NOW)
    assert (report.n_new, report.n_rejected, report.rejects.num_rows) == (1, 1, 1)
    assert report.rejects["line"].to_pylist() == [2]


def test_an_account_is_made_from_whatever_part_is_there(workspace, tmp_path):
    path = _file(
        tmp_path,
        "accounts.csv",
        "account_id,platform,handle\nforum:one,,\n,youtube,@Two\n,,three\nfour,tiktok,Four!\n",
    )
    import_files(workspace, path, now=NOW, platform="Blog")
    assert _rows(workspace, "select account_id, platform, handle from accounts order by 1") == [
        ("forum:one", "forum", "one"),
        ("tiktok:four", "tiktok", "Four!"),
        ("web:three", "web", "three"),
        ("youtube:two", "youtube", "Two"),
    ]


def test_control_characters_leave_texts_and_huge_texts_leave_the_row(workspace, tmp_path):
    path = _file(
        tmp_path, "posts.csv", 'post_id,account_id,text\n1,a,"x\x00y\nz"\n2,a,' + "w" * 2_000_000 + "\n"
    )
    report = import_files(workspace, path, now=NOW)
    assert _rows(workspace, "select post_id, text from posts order by 1") == [("1", "xy\nz"), ("2", None)]
    assert len(report.rejects["value"][0].as_py()) <= 500


def test_guessed_columns_and_unused_ones_are_reported(workspace, tmp_path):
    path = _file(tmp_path, "export.csv", "Screen Name,followersCount,favourite colour\nanna,5,blue\n")
    report = import_files(workspace, path, now=NOW)
    (preview,) = report.previews
    assert (preview.table, preview.how) == ("accounts", "guess")
    assert dict(preview.columns) == {"handle": "Screen Name", "followers": "followersCount"}
    assert preview.unused == ("favourite colour",)


def test_special_categories_stay_out_unless_a_mapping_names_them(workspace, tmp_path):
    path = _file(tmp_path, "accounts.csv", "handle,Religion,political_party\nanna,none,green\n")
    report = import_files(workspace, path, now=NOW)
    told = [f.message for f in report.findings if f.code == "special-category"]
    assert ["stays out" in message for message in told] == [True, True]
    mapping = _file(
        tmp_path,
        "m.toml",
        '[[table]]\nname = "accounts"\n[table.columns]\nhandle = "handle"\nbio = "Religion"\n',
    )
    report = import_files(workspace, path, mapping=mapping, now=NOW)
    assert sum("is imported because" in f.message for f in report.findings) == 1


def test_one_broken_file_of_a_folder_leaves_the_workspace_as_it_was(workspace, tmp_path):
    _file(tmp_path, "accounts.csv", "handle\nanna\n")
    (tmp_path / "posts.csv").write_bytes(b"post_id,account_id\n1,anna\n" + b'2,"open\n')
    with pytest.raises(SourceError):
        import_files(workspace, tmp_path, now=NOW)
    assert sum(workspace.counts().values()) == 0
    assert _rows(workspace, "select * from imports") == []


def test_a_rehearsal_counts_like_the_real_thing_and_writes_nothing(workspace, tmp_path):
    path = _file(tmp_path, "accounts.csv", "handle,followers\na,1\nb,x\na,2\n")
    rehearsal = import_files(workspace, path, now=NOW, dry_run=True)
    assert sum(workspace.counts().values()) == 0
    assert _rows(workspace, "select * from rejects") == []
    real = import_files(workspace, path, now=NOW)
    assert rehearsal.counts == real.counts
    assert rehearsal.previews[0].first_rows.num_rows == 3
    again = import_files(workspace, path, now=NOW, dry_run=True)
    assert (again.n_new, again.n_unchanged) == (0, 2)


def test_files_that_are_no_table_are_left_out_of_a_folder_and_named(workspace, tmp_path):
    _file(tmp_path, "accounts.csv", "handle\nanna\n")
    _file(tmp_path, "colours.csv", "colour,shade\nred,dark\n")
    _file(tmp_path, "README.md", "hello")
    report = import_files(workspace, tmp_path, now=NOW)
    left_out = [f.message for f in report.findings if f.code == "file-left-out"]
    assert {message.split()[0] for message in left_out} == {"README.md", "colours.csv"}
    with pytest.raises(MappingError, match="--map"):
        import_files(workspace, tmp_path / "colours.csv", now=NOW)


def test_tables_in_memory_pass_the_same_checks(workspace):
    accounts = pd.DataFrame(
        {
            "handle": ["Anna", None],
            "followers": [5.0, 3.0],
            "created_at": pd.to_datetime(["2024-01-02", None]),
        }
    )
    follows = pa.table(
        {"follower_id": ["a", "b"], "followee_id": ["c", "c"], "since": [None, datetime(2020, 1, 1)]}
    )
    snapshots = pd.DataFrame({"account_id": ["a"], "day": [19753], "followers": [7]})
    report = import_tables(
        workspace, {"follows": follows, "accounts": accounts, "snapshots": snapshots}, now=NOW
    )
    assert [(c.table, c.n_new, c.n_rejected) for c in report.counts] == [
        ("accounts", 1, 1), ("follows", 2, 0), ("snapshots", 1, 0),
    ]  # fmt: skip
    assert _rows(workspace, "select followers, created_day, source from accounts") == [
        (5, to_day("2024-01-02"), "memory")
    ]
    assert _rows(workspace, "select day from snapshots") == [(19753,)]
    with pytest.raises(UsageError):
        import_tables(workspace, {"people": accounts})


def test_numeric_ids_of_a_data_frame_with_gaps_stay_whole(workspace):
    import_tables(
        workspace, {"posts": pd.DataFrame({"post_id": [1.0, 2.0, None], "account_id": ["a", "b", "c"]})}
    )
    assert _rows(workspace, "select post_id from posts order by 1") == [("1",), ("2",)]


def test_order_of_files_and_rows_does_not_matter_for_the_default_platform(workspace, tmp_path):
    _file(tmp_path, "zz_accounts.csv", "platform,handle\nmastodon,anna\n")
    _file(tmp_path, "aa_follows.csv", "follower_id,followee_id\nbob,anna\n")
    import_files(workspace, tmp_path, now=NOW)
    assert _rows(workspace, "select followee_id from follows") == [("mastodon:anna",)]


@pytest.mark.parametrize("n", [1, 5000, 400_000])
def test_many_repeated_keys_keep_the_last_row_in_file_order(workspace, n):
    handles = [f"h{k % max(n // 3, 1)}" for k in range(n)]
    report = import_tables(workspace, {"accounts": {"handle": handles, "followers": list(range(n))}}, now=NOW)
    kept = dict(_rows(workspace, "select handle, followers from accounts"))
    assert kept == {handle: k for k, handle in enumerate(handles)}
    assert report.counts[0].n_repeated == n - len(kept)


@pytest.mark.shared
def test_community_votes_import_as_the_issue_says(workspace, shared_data):
    mapping = ROOT / "data/samples/mappings/community-votes.toml"
    report = import_files(workspace, shared_data / "blogs/blogs.csv.gz", mapping=mapping, now=NOW)
    assert [(c.table, c.n_new, c.n_rejected) for c in report.counts] == [
        ("accounts", 13054, 0),
        ("posts", 31482, 0),
    ]
    assert _rows(workspace, "select account_id, kind, posts.created_day, likes, comments, community from posts "
                            "join accounts using (account_id) where post_id = '4fgo'") == [
        ("web:justelite.blogspot.com", "blog", to_day("2006-04-15"), 7, 3, "r/freeculture")
    ]  # fmt: skip


@pytest.mark.shared
def test_blog_links_import_without_the_political_leaning(workspace, shared_data):
    mapping = ROOT / "data/samples/mappings/blog-links.toml"
    for _ in range(2):
        report = import_files(workspace, shared_data / "polblogs", mapping=mapping, now=NOW)
    assert [(c.table, c.n_new, c.n_unchanged) for c in report.counts] == [
        ("accounts", 0, 1478),
        ("follows", 0, 18855),
    ]
    orphans = "select count(*) from follows anti join accounts on account_id in (follower_id)"
    assert _rows(workspace, orphans) == [(0,)]
    assert _rows(workspace, "select distinct kind, platform, bio from accounts") == [("blog", "web", None)]
