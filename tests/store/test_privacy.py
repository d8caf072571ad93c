"""People's rights in the store: suppressed people do not come back, forgotten ones leave no byte behind."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from influence.errors import UnknownAccountError, UsageError, WorkspaceError
from influence.store.importing.transaction import import_files, import_tables
from influence.store.lists.saved import SavedList, SavedPick, load_list, log_export, save_list
from influence.store.people.handles import plain_domain
from influence.store.rights.privacy import back_from, forget, lift, purge, suppress, suppression_overview
from influence.store.rights.subject import OTHERS, subject_data
from influence.store.rights.suppression import read_suppressions, redact
from influence.store.workspace import Workspace, open_workspace
from influence.writing import atomic

NOW = datetime(2026, 1, 15, 12)
HER = (
    "quokka_zed",
    "Zelda Quokkafield",
    "zebrafish confessions",
    "zed@quokkamail.example",
    "quokka.example/zed",
)
"""Strings that occur nowhere else, however bytes are laid out."""


def tables() -> dict[str, pd.DataFrame]:
    return {
        "accounts": pd.DataFrame(
            [
                {
                    "handle": "quokka_zed",
                    "name": "Zelda Quokkafield",
                    "url": "https://quokka.example/zed",
                    "bio": "B",
                },
                {"handle": "other", "name": "Other Person", "url": None, "bio": "a fan of @quokka_zed"},
            ]
        ),
        "posts": pd.DataFrame(
            [
                {
                    "post_id": "p1",
                    "account_id": "quokka_zed",
                    "text": "my zebrafish confessions",
                    "reply_to": None,
                },
                {
                    "post_id": "p2",
                    "account_id": "other",
                    "text": "lovely words by @quokka_zed.",
                    "reply_to": "p1",
                },
                {
                    "post_id": "p3",
                    "account_id": "other",
                    "text": "ask ZELDA Quokkafield, zed@quokkamail.example",
                },
                {
                    "post_id": "p4",
                    "account_id": "other",
                    "text": "see https://quokka.example/zed",
                    "reply_to": "p2",
                },
            ]
        ),
        "contacts": pd.DataFrame(
            [{"account_id": "quokka_zed", "email": "zed@quokkamail.example", "name": "Zelda"}]
        ),
        "follows": pd.DataFrame(
            [
                {"follower_id": "other", "followee_id": "quokka_zed"},
                {"follower_id": "other", "followee_id": "third"},
            ]
        ),
        "interactions": pd.DataFrame(
            [
                {
                    "actor_id": "quokka_zed",
                    "target_id": "other",
                    "kind": "comment",
                    "text": "zebrafish confessions",
                }
            ]
        ),
        "customers": pd.DataFrame([{"customer_id": "c1", "account_id": "quokka_zed", "revenue": 5.0}]),
        "outcomes": pd.DataFrame(
            [{"campaign": "x", "account_id": "quokka_zed", "day": "2025-01-01", "clicks": 3}]
        ),
        "snapshots": pd.DataFrame([{"account_id": "quokka_zed", "day": "2025-01-01", "followers": 3}]),
        "metrics": pd.DataFrame([{"account_id": "quokka_zed", "day": "2025-01-01", "n_posts": 3}]),
    }


def found_in(folder: Path, words: tuple[str, ...] = HER) -> set[str]:
    """Which of the words stand in any file of the folder, byte by byte."""
    raw = b"\n".join(file.read_bytes() for file in folder.rglob("*") if file.is_file()).lower()
    return {word for word in words if word.lower().encode() in raw}


def rows(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in workspace.store.query(sql).to_pylist()]


@pytest.fixture
def uncompressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is written without compression, so that looking for bytes can find them."""
    connect = duckdb.connect

    def plain(*args: Any, **kwargs: Any) -> duckdb.DuckDBPyConnection:
        return connect(
            *args, **{**kwargs, "config": {**kwargs.get("config", {}), "force_compression": "uncompressed"}}
        )

    monkeypatch.setattr("duckdb.connect", plain)


@pytest.fixture
def workspace(workspace_of: Any) -> Workspace:
    made: Workspace = workspace_of()
    import_tables(made, tables(), now=NOW)
    return made


def filled(folder: Path) -> Path:
    """A workspace file with everything in it: tables, saved list, export, reject, cache, and a log not yet merged."""
    path = folder / "w.duckdb"
    (folder / "bad.csv").write_text("handle,followers\nquokka_zed,zed@quokkamail.example\n")
    with open_workspace(path) as workspace:
        import_tables(workspace, tables(), now=NOW, label="quokka_zed.csv")
        import_files(workspace, folder / "bad.csv", now=NOW)
        (folder / "bad.csv").unlink()
        pick = SavedPick(
            "web:quokka_zed", 1, 80.0, "Zelda Quokkafield has zebrafish confessions", notes="zed"
        )
        save_list(workspace, SavedList("spring", picks=(pick, SavedPick("web:other", 2))), now=NOW)
        log_export(workspace, "spring", "csv", "out.csv", ["web:quokka_zed", "web:other"], NOW)
    cache = Path(f"{path}.cache")
    cache.mkdir()
    (cache / "score.npz").write_bytes(b"web:quokka_zed 0.8")
    connection = duckdb.connect(str(path))
    connection.execute("pragma disable_checkpoint_on_shutdown")
    connection.execute("update accounts set bio = 'zebrafish confessions' where handle = 'quokka_zed'")
    connection.close()
    assert Path(f"{path}.wal").exists()
    return path


@pytest.mark.usefixtures("uncompressed")
def test_no_byte_of_a_forgotten_person_stays_in_file_log_or_cache(tmp_path: Path) -> None:
    path = filled(tmp_path)
    assert found_in(tmp_path) == set(HER)  # or the test could not fail
    with open_workspace(path) as workspace:
        receipt = forget(workspace, "quokka_zed", now=NOW)
        assert rows(workspace, "select handle from accounts") == [("other",)]
    assert found_in(tmp_path) == set()
    assert not Path(f"{path}.wal").exists()
    assert found_in(tmp_path, ("lovely words by", "Other Person")) == {"lovely words by", "Other Person"}
    assert receipt.n_cache_files == 1
    assert receipt.deleted["accounts"] == receipt.deleted["posts"] == receipt.deleted["saved_picks"] == 1
    assert receipt.deleted["rejects"] == 1
    assert receipt.exports == ("out.csv (csv, 2026-01-15)",)


@pytest.mark.usefixtures("uncompressed")
def test_deleting_alone_would_leave_the_bytes_and_writing_anew_is_what_removes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path)
    monkeypatch.setattr(
        "influence.store.rights.privacy.rewrite_file", lambda store: store.execute("checkpoint")
    )
    with open_workspace(path) as workspace:
        forget(workspace, "quokka_zed", now=NOW)
    assert found_in(tmp_path)


@pytest.mark.usefixtures("uncompressed")
def test_a_second_import_does_not_bring_the_forgotten_back(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with open_workspace(path) as workspace:
        forget(workspace, "web:quokka_zed", now=NOW)
        report = import_tables(workspace, tables(), now=NOW)
        texts = rows(workspace, "select text from posts where account_id = 'web:other' order by post_id")
    left_out = {f.table: f.n_rows for f in report.findings if f.code == "suppressed"}
    assert left_out == dict.fromkeys(
        (
            "accounts",
            "posts",
            "contacts",
            "follows",
            "interactions",
            "customers",
            "outcomes",
            "snapshots",
            "metrics",
        ),
        1,
    )
    assert texts[0] == ("lovely words by [removed].",)
    assert texts[1] == ("ask [removed], [removed]",)
    assert found_in(tmp_path, HER[:4]) == set()


def test_what_others_said_stays_without_the_name(workspace: Workspace) -> None:
    receipt = forget(workspace, "@quokka_zed", now=NOW)
    assert rows(workspace, "select post_id, text, reply_to from posts order by 1") == [
        ("p2", "lovely words by [removed].", None),
        ("p3", "ask [removed], [removed]", None),
        ("p4", "see https://[removed]", "p2"),
    ]
    assert rows(workspace, "select bio from accounts") == [("a fan of [removed]",)]
    assert receipt.redacted == {"accounts.bio": 1, "posts.text": 3}


def test_tables_that_the_contract_does_not_know_are_cleaned_too(workspace: Workspace) -> None:
    workspace.store.execute("create table later_idea (account_id varchar, remark varchar)")
    workspace.store.execute(
        "insert into later_idea values ('web:quokka_zed', 'x'), ('web:other', 'knows quokka_zed')"
    )
    forget(workspace, "quokka_zed")
    assert rows(workspace, "select * from later_idea") == [("web:other", "knows [removed]")]


def test_a_handle_that_is_a_word_is_taken_out_only_where_it_is_a_name(workspace_of: Any) -> None:
    texts = ["green tea and @tea", "teatime", "x.example/tea", "@teapot"]
    posts = [{"post_id": f"p{k}", "account_id": "o", "text": text} for k, text in enumerate(texts)]
    workspace = workspace_of(accounts=[{"handle": "tea"}, {"handle": "teapot"}, {"handle": "o"}], posts=posts)
    receipt = forget(workspace, "tea")
    kept = ["green tea and [removed]", "teatime", "x.example/[removed]", "@teapot"]
    assert rows(workspace, "select text from posts order by post_id") == [(text,) for text in kept]
    assert rows(workspace, "select account_id from accounts order by 1") == [("web:o",), ("web:teapot",)]
    assert "--also 'tea'" in receipt.notes[0]
    again = [{"post_id": "p9", "account_id": "o", "text": "tea of @tea"}]
    import_tables(workspace, {"posts": pd.DataFrame(again)})
    assert rows(workspace, "select text from posts where post_id = 'p9'") == [("tea of [removed]",)]


def test_an_agency_s_address_stays_with_its_other_clients(workspace_of: Any) -> None:
    contacts = [{"account_id": who, "email": "Agent@agency.example"} for who in ("anna", "berta")]
    workspace = workspace_of(accounts=[{"handle": "anna"}, {"handle": "berta"}], contacts=contacts)
    receipt = forget(workspace, "anna")
    assert rows(workspace, "select account_id from contacts") == [("web:berta",)]
    assert not read_suppressions(workspace.store).email("agent@agency.example")
    assert "other accounts too" in receipt.notes[0]


def test_an_address_of_one_account_means_the_person_and_of_several_only_itself(workspace_of: Any) -> None:
    contacts = [
        {"account_id": "anna", "email": "anna@x.example"},
        {"account_id": "anna", "email": "desk@x.example"},
        {"account_id": "berta", "email": "desk@x.example"},
    ]
    workspace = workspace_of(accounts=[{"handle": "anna"}, {"handle": "berta"}], contacts=contacts)
    assert "only the address" in forget(workspace, "desk@x.example").notes[-1]
    assert rows(workspace, "select account_id from accounts order by 1") == [("web:anna",), ("web:berta",)]
    forget(workspace, " ANNA@x.example")
    assert rows(workspace, "select account_id from accounts") == [("web:berta",)]


def test_nobody_and_several_are_clear_errors(workspace_of: Any) -> None:
    workspace = workspace_of(accounts=[{"account_id": "web:anna"}, {"account_id": "instagram:anna"}])
    with pytest.raises(UnknownAccountError, match="several accounts"):
        forget(workspace, "anna")
    with pytest.raises(UnknownAccountError, match="nobody of this name"):
        forget(workspace, "ann")
    with pytest.raises(UnknownAccountError, match="not in the workspace"):
        forget(workspace, "ann@x.example")
    assert workspace.counts()["suppressions"] == 0


def test_a_failed_rewrite_says_so_and_leaves_a_workspace_that_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.duckdb"
    with open_workspace(path) as workspace:
        import_tables(workspace, tables(), now=NOW)

        def full(*_: object) -> None:
            raise OSError("No space left on device")

        monkeypatch.setattr(atomic.os, "replace", full)
        with pytest.raises(WorkspaceError, match="still be readable"):
            forget(workspace, "quokka_zed")
        assert workspace.count("accounts") == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["w.duckdb"]


def test_only_hashes_are_kept_and_they_depend_on_the_workspace(workspace_of: Any) -> None:
    first, second = workspace_of(), workspace_of()
    for workspace in (first, second):
        suppress(
            workspace, ["Anna@X.example", "www.shop.example", "instagram:anna"], reason="complained", now=NOW
        )
    one, other = (
        rows(workspace, "select hash from suppressions order by 1") for workspace in (first, second)
    )
    assert len(one) == 3
    assert not set(one) & set(other)
    assert suppression_overview(first) == [("complained", "2026-01-15", 3)]
    known = read_suppressions(first.store)
    assert known.email("anna@x.example")
    assert known.email("boss@mail.shop.example")
    assert known.account("web:shop.example")
    assert known.account("web:blog.shop.example")
    assert known.account("instagram:anna")
    assert not known.account("web:anna")
    assert not known.email("anna@example")
    assert not known.account("web:notshop.example")


def test_suppressing_twice_changes_nothing_and_lifting_undoes_it(workspace_of: Any) -> None:
    workspace = workspace_of(accounts=[{"handle": "anna"}])
    assert suppress(workspace, ["anna"]).n_known == 0
    assert suppress(workspace, ["@ANNA", "web:anna"]).n_known == 2
    assert workspace.count("suppressions") == 1
    assert lift(workspace, ["anna"]) == 1
    assert workspace.count("suppressions") == 0
    with pytest.raises(UsageError):
        suppress(workspace, [])
    with pytest.raises(UnknownAccountError, match="name the platform"):
        suppress(workspace, ["nobody"])


def test_suppressed_accounts_are_left_out_of_a_ranking_and_counted(workspace_of: Any) -> None:
    from influence.ranking.rank import rank

    names = ["anna", "berta", "carla"]
    posts = [
        {"post_id": f"{n}{k}", "account_id": n, "text": "x", "likes": 1} for n in names for k in range(3)
    ]
    workspace = workspace_of(accounts=[{"handle": n, "is_private": n == "carla"} for n in names], posts=posts)
    suppress(workspace, ["berta"])
    ranking = rank(workspace)
    assert [row.account_id for row in ranking.rows] == ["web:anna"]
    assert ranking.left_out["suppressed"] == 1
    assert ranking.left_out["private"] == 1


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("24m", "2024-02-28"),
        ("1m", "2026-01-28"),
        ("2y", "2024-02-28"),
        ("90d", "2025-11-30"),
        ("2w", "2026-02-14"),
    ],
)
def test_a_period_counts_back_in_calendar_months(period: str, day: str) -> None:
    assert back_from(date(2026, 2, 28), period) == date.fromisoformat(day)
    assert back_from(date(2024, 3, 31), "1m") == date(2024, 2, 29)


@pytest.mark.parametrize("period", ["", "m", "24", "0m", "-3m", "24 parsecs"])
def test_what_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(UsageError):
        back_from(date(2026, 1, 1), period)


def test_purging_deletes_by_age_and_keeps_who_is_still_spoken_of(tmp_path: Path) -> None:
    old, new = datetime(2023, 1, 1), datetime(2025, 12, 1)
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_tables(workspace, {"accounts": pd.DataFrame({"handle": ["gone", "kept"]})}, now=old)
        import_tables(workspace, {"accounts": pd.DataFrame({"handle": ["fresh"]})}, now=new)
        import_tables(workspace, {"accounts": pd.DataFrame({"handle": ["ageless"]})})
        posts = [("a", "kept", "2025-11-01"), ("b", "kept", "2022-11-01"), ("c", "gone", "2022-11-01")]
        import_tables(
            workspace,
            {"posts": pd.DataFrame(posts, columns=["post_id", "account_id", "created_at"])},
            now=new,
        )
        suppress(workspace, ["x@y.example"], now=old)
        looked = purge(workspace, "24m", today=date(2026, 1, 1), dry_run=True)
        assert workspace.count("posts") == 3
        done = purge(workspace, "24m", today=date(2026, 1, 1))
        assert looked.deleted == done.deleted
        assert done.deleted["posts"] == 2
        assert done.deleted["accounts"] == 1
        assert done.undated["accounts"] == 1
        assert rows(workspace, "select handle from accounts order by 1") == [
            ("ageless",),
            ("fresh",),
            ("kept",),
        ]
        assert workspace.count("suppressions") == 1
        assert purge(workspace, "24m", today=date(2026, 1, 1)).n_rows == 0


def test_the_subject_report_has_every_datum_with_its_source_and_names_nobody_else(
    workspace: Workspace,
) -> None:
    pick = SavedPick("web:quokka_zed", 3, 61.5, "because", notes="said hello", last_contact=20_000)
    save_list(workspace, SavedList("spring", picks=(pick,)), now=NOW)
    subject = subject_data(workspace, "zed@quokkamail.example")
    kept = {(part.table, part.part): part.rows for part in subject.kept}
    assert {table for table, _ in kept} == {*tables()}
    for part in kept.values():
        assert all(row["source"] == "memory" and row["fetched_at"].startswith("2026-01-15") for row in part)
    assert kept["follows", "followee_id"][0]["follower_id"] == OTHERS
    assert kept["interactions", "actor_id"][0]["target_id"] == OTHERS
    assert kept["outcomes", "account_id"][0]["day"] == "2025-01-01"
    assert "web:other" not in str(kept)
    assert len(subject.mentions) == 3
    assert subject.lists[0]["last_contact"] == "2024-10-04"
    assert subject.lists[0]["notes"] == "said hello"
    assert not subject.suppressed


def test_special_category_columns_stay_out_unless_renamed_on_purpose(workspace_of: Any) -> None:
    from influence.store.importing.guessing import special_category

    for header in (
        "Religion",
        "Sexual Orientation",
        "ethnicity",
        "Political Party",
        "Health_Status",
        "userReligion",
    ):
        assert special_category(header), header
    workspace = workspace_of()
    frame = pd.DataFrame({"handle": ["anna"], "bio": ["baker"], "religion": ["secret-faith"]})
    report = import_tables(workspace, {"accounts": frame})
    assert any(f.code == "special-category" for f in report.findings)
    assert "secret-faith" not in str(rows(workspace, "select * from accounts"))
    import_tables(workspace, {"accounts": pd.DataFrame({"handle": ["berta"], "bio": ["secret-faith"]})})
    assert "secret-faith" in str(rows(workspace, "select * from accounts"))


def test_a_name_is_redacted_whole_and_never_inside_another() -> None:
    assert (
        redact("@Anna_b, annab ANNA_B! anna_bc xanna_b", ["anna_b"])
        == "[removed], annab [removed]! anna_bc xanna_b"
    )
    assert redact("王小明 said", ["王小明"]) == "[removed] said"
    assert redact("a+b.c", ["b.c"]) == "a+[removed]"
    assert redact("nothing", []) == "nothing"


def test_a_domain_is_read_from_an_address() -> None:
    assert plain_domain("HTTPS://www.Shop.example:8080/x?y#z") == "shop.example"


def test_a_list_survives_the_one_who_was_forgotten(workspace: Workspace) -> None:
    save_list(workspace, SavedList("s", picks=(SavedPick("web:quokka_zed", 1), SavedPick("web:other", 2))))
    forget(workspace, "quokka_zed")
    assert [pick.account_id for pick in load_list(workspace, "s").picks] == ["web:other"]
