"""Mapping files: someone else's columns become the tables of the contract."""

from __future__ import annotations

from datetime import datetime

import pytest

from influence.errors import MappingError
from influence.store.importing.mapping import parse_mapping, read_mapping
from influence.store.importing.transaction import import_files

NOW = datetime(2024, 5, 6)
ACCOUNTS = {"name": "accounts", "columns": {"handle": "user"}}


def _rows(workspace, sql: str) -> list[tuple]:
    return [tuple(row.values()) for row in workspace.store.query(sql).to_pylist()]


def test_rename_prefix_constant_parse_and_two_tables_from_one_file(workspace, tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("user,wann,txt,quote,forum\n@Anna,03.04.2024,hi,5,baking\n@Anna,04.04.2024,ho,7,\n")
    mapping = parse_mapping(
        {
            "platform": "instagram",
            "table": [
                {
                    "name": "accounts",
                    "distinct": True,
                    "columns": {"handle": "user", "kind": {"constant": "person"}},
                },
                {
                    "name": "posts",
                    "columns": {
                        "post_id": {"column": "txt", "prefix": "p-"},
                        "account_id": "user",
                        "created_at": {"column": "wann", "parse": "dmy"},
                        "community": {"column": "forum", "prefix": "f/"},
                        "is_sponsored": {"constant": False},
                    },
                },
            ],
        }
    )
    report = import_files(workspace, path, mapping=mapping, now=NOW)
    assert [(c.table, c.n_new) for c in report.counts] == [("accounts", 1), ("posts", 2)]
    assert _rows(workspace, "select account_id, kind from accounts") == [("instagram:anna", "person")]
    assert _rows(
        workspace, "select post_id, account_id, created_at, community, is_sponsored from posts order by 1"
    ) == [
        ("p-hi", "instagram:anna", datetime(2024, 4, 3), "f/baking", False),
        ("p-ho", "instagram:anna", datetime(2024, 4, 4), None, False),
    ]


def test_lookups_go_through_another_file_and_misses_are_refused(workspace, tmp_path):
    (tmp_path / "nodes.csv").write_text("id,label\n1,Anna\n2,bob\n")
    (tmp_path / "edges.csv").write_text("source,target\n1,2\n2,9\n")
    look = {"file": "nodes.csv", "key": "id", "value": "label"}
    columns = {
        "follower_id": {"column": "source", "lookup": look},
        "followee_id": {"column": "target", "lookup": look},
    }
    mapping = parse_mapping({"table": [{"name": "follows", "from": "edges.csv", "columns": columns}]})
    report = import_files(workspace, tmp_path / "edges.csv", mapping=mapping, now=NOW)
    assert _rows(workspace, "select follower_id, followee_id from follows") == [("web:anna", "web:bob")]
    (reject,) = report.rejects.to_pylist()
    assert (reject["line"], reject["column_name"], reject["value"]) == (3, "target", "9")
    assert "nodes.csv" in reject["reason"]


def test_percentages_and_decimal_commas_can_be_told_by_column(workspace, tmp_path):
    path = tmp_path / "c.csv"
    path.write_text('customer_id,m,r\n1,35,"1.234,5"\n2,35%,"7"\n')
    columns = {
        "customer_id": "customer_id",
        "margin_share": {"column": "m", "parse": "percent"},
        "revenue": {"column": "r", "parse": "decimal_comma"},
    }
    import_files(
        workspace,
        path,
        mapping=parse_mapping({"table": [{"name": "customers", "columns": columns}]}),
        now=NOW,
    )
    assert _rows(workspace, "select margin_share, revenue from customers order by customer_id") == [
        (pytest.approx(0.35), 1234.5),
        (pytest.approx(0.35), 7.0),
    ]


def test_domains_are_cut_out_of_addresses(workspace, tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text("id,link\n1,https://www.Example.com/a?b\n2,http://blog.example.org:8080\n")
    columns = {"post_id": "id", "account_id": {"column": "link", "parse": "domain"}, "url": "link"}
    import_files(
        workspace, path, mapping=parse_mapping({"table": [{"name": "posts", "columns": columns}]}), now=NOW
    )
    assert _rows(workspace, "select account_id from posts order by post_id") == [
        ("web:example.com",),
        ("web:blog.example.org",),
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "fills no table"),
        ({"tables": []}, "did you mean 'table'"),
        ({"table": [{**ACCOUNTS, "name": "acounts"}]}, "did you mean 'accounts'"),
        ({"table": [{**ACCOUNTS, "colums": {}}]}, "did you mean 'columns'"),
        ({"table": [{**ACCOUNTS, "columns": {"handel": "x"}}]}, "did you mean 'handle'"),
        ({"table": [{**ACCOUNTS, "columns": {"handle": {"colum": "x"}}}]}, "did you mean 'column'"),
        ({"table": [{**ACCOUNTS, "columns": {"handle": {"column": "x", "constant": "y"}}}]}, "say either column, constant, digest or once"),  # noqa: E501
        ({"table": [{**ACCOUNTS, "columns": {"name": "x"}}]}, "not filled"),
        ({"table": [{**ACCOUNTS, "columns": {"handle": {"column": "x", "lookup": {"file": "y"}}}}]}, "names file, key"),
        ({"table": [{**ACCOUNTS, "columns": {"handle": "x", "created_at": {"column": "y", "parse": "dym"}}}]}, "did you mean"),  # noqa: E501
        ({"table": [{**ACCOUNTS, "columns": {"handle": {"column": "x", "parse": "percent"}}}]}, "cannot be parsed so"),
        ({"table": [{**ACCOUNTS, "distinct": "yes"}]}, "must be of type bool"),
        ({"table": [{**ACCOUNTS, "from": 5}]}, "from must be a name or a list"),
        ({"table": ["accounts"]}, "must be a section"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_says_what_is_wrong(data, message):
    with pytest.raises(MappingError, match=message):
        parse_mapping(data)


def test_a_missing_or_broken_mapping_file_is_named(tmp_path):
    with pytest.raises(MappingError, match="cannot be read"):
        read_mapping(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("= = =")
    with pytest.raises(MappingError, match="not valid TOML"):
        read_mapping(tmp_path / "bad.toml")


def test_a_header_that_the_file_lacks_gets_the_nearest_one(workspace, tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("username\nanna\n")
    mapping = parse_mapping({"table": [{"name": "accounts", "columns": {"handle": "usrname"}}]})
    with pytest.raises(MappingError, match="did you mean 'username'"):
        import_files(workspace, path, mapping=mapping, now=NOW)


def test_a_file_that_the_mapping_does_not_know_is_an_error_alone_and_a_note_in_a_folder(workspace, tmp_path):
    (tmp_path / "a.csv").write_text("user\nanna\n")
    (tmp_path / "b.csv").write_text("user\nbob\n")
    mapping = parse_mapping({"table": [{**ACCOUNTS, "from": ["a*.csv"]}]})
    with pytest.raises(MappingError, match="says nothing about this file"):
        import_files(workspace, tmp_path / "b.csv", mapping=mapping, now=NOW)
    report = import_files(workspace, tmp_path, mapping=mapping, now=NOW)
    assert report.n_new == 1
    assert [f.code for f in report.findings] == ["file-left-out"]


def test_joined_columns_that_are_all_empty_leave_their_row_in_place(workspace, tmp_path):
    (tmp_path / "p.csv").write_text("id,who,title,body\n1,anna,,\n2,anna,Rye,loaf\n3,anna,,oats\n")
    columns = {"post_id": "id", "account_id": "who", "text": {"column": ["title", "body"], "join": ": "}}
    import_files(
        workspace,
        [tmp_path / "p.csv"],
        mapping=parse_mapping({"table": [{"name": "posts", "columns": columns}]}),
    )
    assert _rows(workspace, "select post_id, text from posts order by 1") == [
        ("1", None),
        ("2", "Rye: loaf"),
        ("3", "oats"),
    ]
