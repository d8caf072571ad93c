"""One file of a vendor fills accounts, averages and addresses."""

from __future__ import annotations

import pytest

import influence
from influence.errors import MappingError
from influence.store.importing.mapping import parse_mapping
from influence.store.importing.transaction import import_files

LIST = (
    "Username,Platform,Followers,Engagement Rate,Avg. Likes,Email\n"
    "@crumb,Instagram,12.5K,4.3%,520,crumb@example.org\n"
    "oven,TikTok,3400,11%,,\n"
    "quiet,TikTok,90,,,\n"
)


def _rows(workspace, sql: str) -> list[tuple]:
    return [tuple(row.values()) for row in workspace.store.query(sql).to_pylist()]


def test_one_list_fills_accounts_averages_and_addresses(workspace, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    report = import_files(workspace, path)
    assert [(c.table, c.n_new, c.n_rejected) for c in report.counts] == [
        ("accounts", 3, 0),
        ("metrics", 2, 0),
        ("contacts", 1, 0),
    ]
    assert _rows(
        workspace, "select account_id, likes_per_post, round(engagement_rate, 6) from metrics order by 1"
    ) == [("instagram:crumb", 520.0, 0.043), ("tiktok:oven", None, 0.11)]
    assert _rows(workspace, "select account_id, email from contacts") == [
        ("instagram:crumb", "crumb@example.org")
    ]
    assert not [f for f in report.findings if f.code == "unused-columns"]


def test_accounts_alone_stay_one_table(workspace, tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text("handle,platform,followers\ncrumb,web,5\n")
    report = import_files(workspace, path)
    assert [(c.table, c.n_new) for c in report.counts] == [("accounts", 1)]
    assert report.previews[0].how == "names"


@pytest.mark.parametrize(
    ("header", "cell", "stored"),
    [
        ("Engagement Rate", "4.3%", 0.043),
        ("Engagement Rate", "0.043", 0.043),
        ("Engagement Rate (%)", "4.3", 0.043),
        ("ER", "4.3", 0.043),
    ],
)
def test_a_rate_is_a_share_and_never_a_guess(workspace, tmp_path, header, cell, stored):
    path = tmp_path / "list.csv"
    path.write_text(f"username,platform,{header}\ncrumb,web,{cell}\n")
    report = import_files(workspace, path)
    (found,) = _rows(workspace, "select engagement_rate from metrics")
    assert found[0] == (None if stored is None else pytest.approx(stored))
    reasons = report.rejects["reason"].to_pylist()
    assert len(reasons) == (stored is None)
    assert all("write 4.3% or 0.043" in reason for reason in reasons)


def test_a_mapping_takes_the_platform_of_an_id_from_a_column(workspace, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("who,where,likes\ncrumb,Instagram,5\noven,,6\ntiktok:pan,,7\n")
    columns = {"account_id": {"column": "who", "platform": "where"}, "likes_per_post": "likes"}
    mapping = parse_mapping({"platform": "web", "table": [{"name": "metrics", "columns": columns}]})
    import_files(workspace, path, mapping=mapping)
    assert _rows(workspace, "select account_id from metrics order by 1") == [
        ("instagram:crumb",),
        ("tiktok:pan",),
        ("web:oven",),
    ]


def test_only_with_leaves_rows_of_another_table_alone(workspace, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("who,mail\ncrumb,crumb@example.org\noven,\n")
    table = {"name": "contacts", "only_with": "mail", "columns": {"account_id": "who", "email": "mail"}}
    report = import_files(workspace, path, mapping=parse_mapping({"table": [table]}))
    assert [(c.n_read, c.n_new, c.n_rejected) for c in report.counts] == [(1, 1, 0)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"columns": {"handle": {"column": "who", "platform": "where"}}}, "only an account id takes"),
        ({"columns": {"account_id": {"column": "who", "platform": 3}}}, "platform must be of type str"),
        ({"only_with": 3}, "only_with must be a name"),
    ],
)
def test_wrong_platforms_and_only_with_are_named(changes, message):
    with pytest.raises(MappingError, match=message):
        parse_mapping({"table": [{"name": "accounts", "columns": {"account_id": "who"}, **changes}]})


def test_a_column_that_only_with_names_must_be_there(workspace, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("who,mail\ncrumb,crumb@example.org\n")
    table = {"name": "contacts", "only_with": "mial", "columns": {"account_id": "who", "email": "mail"}}
    with pytest.raises(MappingError, match="no column 'mial'") as error:
        import_files(workspace, path, mapping=parse_mapping({"table": [table]}))
    assert "mail" in str(error.value.hint)


def test_reactions_counted_under_the_name_of_a_rate_are_no_rate_and_are_kept(workspace, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "Nick,Followers,Eng (Avg.)\ncrumb,253.7M,233.4K\noven,102.7M,1.3M\nquiet,9M,530\nsalt,8M,2.1K\n"
    )
    report = import_files(workspace, path)
    assert [(c.table, c.n_new, c.n_rejected) for c in report.counts] == [("accounts", 4, 0)]
    assert _rows(workspace, "select count(*) from rejects") == [(0,)]
    assert "233.4K" in _rows(workspace, "select extra from accounts where handle = 'crumb'")[0][0]


def test_first_names_that_many_rows_share_make_no_accounts(workspace, tmp_path):
    names = ["Anna", "Olga", "Ivan", "Vera"] * 6
    path = tmp_path / "list.csv"
    path.write_text(
        "Name;Location;Audience;Price\n"
        + "".join(f"{name};Leeds, UK;{1000 + at};{at + 20}\n" for at, name in enumerate(names)),
        "utf-8",
    )
    with pytest.raises(MappingError) as error:
        import_files(workspace, path)
    assert "which many rows share" in str(error.value.seen)
    assert _rows(workspace, "select count(*) from accounts") == [(0,)]


def test_a_rate_alone_lets_reactions_be_ranked(workspace, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "username,platform,followers,bio,Engagement Rate\n"
        "crumb,web,1000,vegan baking,9%\noven,web,1000,vegan baking,1%\nunknown,web,1000,vegan baking,\n"
    )
    import_files(workspace, path)
    ranking = influence.rank(workspace, "vegan baking", top=0)
    assert [row.handle for row in ranking.rows if row.handle != "unknown"] == ["crumb", "oven"]
    assert "peer_engagement" in ranking.weights
    likes = {row.handle: row.values["peer_engagement"] for row in ranking.rows}
    assert likes["crumb"] > likes["oven"]
