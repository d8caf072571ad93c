"""Files of other makers, without a mapping: which tables they fill, and with what."""

from __future__ import annotations

import pytest

from influence.errors import InfluenceError
from influence.sources.base import ReadOptions
from influence.store.importing.guessing import special_category
from influence.store.importing.transaction import import_files


def _rows(workspace, sql: str) -> list[tuple]:
    return [tuple(row.values()) for row in workspace.store.query(sql).to_pylist()]


CASES = {
    "an edge list with row numbers": (
        "ties.csv", "id,source,target,weight\n1,bob,mary,0.93\n",
        "select follower_id, followee_id from follows", [("web:bob", "web:mary")],
    ),
    "posts with columns of their authors": (
        "tweets.csv",
        "id,user_name,user_description,user_followers,date,text,source,retweets,favorites\n"
        "9001,oven_amy,bakes with oats,1200,2024-05-01 09:00:00,Oat loaf,Twitter for iPhone,3,12\n"
        "9002,oven_amy,bakes with oats,1250,2024-05-02 09:00:00,Rye loaf,Twitter for iPhone,1,7\n",
        "select p.post_id, p.likes, p.shares, a.followers, a.bio from posts p join accounts a "
        "using (account_id) order by 1",
        [("9001", 12, 3, 1250, "bakes with oats"), ("9002", 7, 1, 1250, "bakes with oats")],
    ),
    "episodes of podcasts, downloads and nothing else": (
        "episodes.csv", "podcast,published,title,downloads\nloaftalk,2024-05-01,Rye,900\ncrumbs,2024-05-02,Oats,80\n",
        "select account_id, views from posts order by 2", [("web:crumbs", 80), ("web:loaftalk", 900)],
    ),
    "results of a campaign": (
        "tracking_data.csv",
        "source,campaign,influencer_id,user_id,product,date,orders,revenue\n"
        "Instagram,Spring,1,101,Oats,2025-07-01,20,2000\n",
        "select (select count(*) from accounts), account_id, orders from outcomes", [(0, "instagram:1", 20)],
    ),
    "ids that only number the rows": (
        "influencers.csv", "id,name,platform,followers\n4,oven_amy,Instagram,190\n4,crust_ben,Instagram,260\n",
        "select handle, followers from accounts order by 1", [("crust_ben", 260), ("oven_amy", 190)],
    ),
    "a platform a row among posts": (
        "posts.csv", "post_id,platform,username,text\n1,Instagram,ben,rye loaf\n2,YouTube,cleo,oat loaf\n",
        "select account_id from posts order by 1", [("instagram:ben",), ("youtube:cleo",)],
    ),
    "German headers and grouped thousands": (
        "liste.csv", "Benutzername,Abonnenten,Beiträge,Beschreibung\nanna,12.345,210,Backen\nben,9.100,80,Brot\n",
        "select handle, followers, posts_total, bio from accounts order by 1",
        [("anna", 12345, 210, "Backen"), ("ben", 9100, 80, "Brot")],
    ),
    "a person a row, a platform a column": (
        "list.csv",
        "Name,Instagram,IG followers,TikTok,TikTok followers,Email\n"
        "Anna Meyer,@anna_bakes,1200,@annatok,300,anna@x.org\nBen Katz,@benbread,80,,,DM only\n",
        "select account_id, followers, name from accounts order by 1",
        [("instagram:anna_bakes", 1200, "Anna Meyer"), ("instagram:benbread", 80, "Ben Katz"),
         ("tiktok:annatok", 300, "Anna Meyer")],
    ),
    "posts that bring no id": (
        "captions.csv", "username,date,caption\nanna,2024-05-01,Oat loaf today\nanna,2024-05-02,Rye loaf today\n",
        "select count(distinct post_id), count(*) from posts", [(2, 2)],
    ),
    "ids that a spreadsheet cut": (
        "posts.csv", "post_id,account_id,text\n1.58809E+18,anna,first\n1.58809E+18,anna,second\n",
        "select count(*) from posts where post_id like 'row-%'", [(2,)],
    ),
    "rates that are percentages without saying so": (
        "er.csv", "username,followers,engagement_rate\nanna,12000,4.2\nben,9000,3.1\ncleo,80000,0.8\n",
        "select round(engagement_rate, 4) from metrics order by account_id", [(0.042,), (0.031,), (0.008,)],
    ),
    "decimal commas inside quotes": (
        "m.csv", 'username,followers,avg_likes\nanna,12000,"1.234,5"\nben,9000,"2.100"\ncleo,8000,"980,2"\n',
        "select likes_per_post from metrics order by account_id", [(1234.5,), (2100.0,), (980.2,)],
    ),
    "likes of minus one": (
        "posts.csv", "post_id,account_id,likes\n1,a,-1\n2,a,5\n",
        "select likes from posts order by post_id", [(None,), (5,)],
    ),
    "countries by name and code": (
        "accounts.csv", "username,country\nanna,United Kingdom\nben,GB\ncleo,Deutschland\ndan,ESP\n",
        "select country from accounts order by handle", [("GB",), ("GB",), ("DE",), ("ES",)],
    ),
    "counts in thousands by their header": (
        "list.csv", "username,Followers (k)\nanna,12.5\nben,3\n",
        "select followers from accounts order by 1", [(3000,), (12500,)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
def test_a_file_is_recognised_by_what_it_holds(workspace, tmp_path, kind):
    name, content, sql, expected = CASES[kind]
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    import_files(workspace, path)
    assert _rows(workspace, sql) == expected


def test_a_column_called_source_is_no_provenance(workspace, tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text("username,followers,source\nanna,10,agency list\nben,20,fair 2024\n")
    import_files(workspace, path)
    assert _rows(workspace, "select distinct source from accounts") == [("accounts.csv",)]


@pytest.mark.parametrize("told", [False, True])
def test_labels_of_things_are_no_accounts_unless_told(workspace, tmp_path, told: bool) -> None:
    path = tmp_path / "chart.csv"
    path.write_text('label,size\n"Oat loaf",300\n"Seed cake",200\n"Rye bread",120\n', "utf-8")
    if told:
        import_files(workspace, path, options=ReadOptions(columns=(("name", "label"),)))
        assert workspace.count("accounts") == 3
        return
    with pytest.raises(InfluenceError, match="not sure what this file holds"):
        import_files(workspace, path)


@pytest.mark.parametrize(
    ("header", "what"),
    [("PARTEI_KURZ", "politics"), ("Parti", "politics"), ("Konfession", "religion"), ("Krankheit", "health"),
     ("Username", None), ("Third party", None), ("Thema Politik", None)],
)  # fmt: skip
def test_what_is_special_about_people_is_told_in_other_languages_too(header: str, what: str | None) -> None:
    assert special_category(header) == what
