"""Spreadsheets as people type and keep them, with dates, ids and totals: the rows known by construction."""

from __future__ import annotations

from typing import Any

import pytest

SHAPES: dict[str, tuple[dict[str, Any], str | None, str, Any]] = {
    "two-tables-csv": (
        {
            "x.csv": (
                "Username,Followers\n"
                "anna,100\n"
                "ben,90\n"
                "\n"
                "Post ID,Author,Caption,Date\n"
                "p1,anna,oat loaf with seeds,2024-05-01\n"
                "p2,ben,rye loaf with caraway,2024-05-02\n"
            ),
        },
        "instagram",
        ("select (select count(*) from accounts where followers is not null),(select count(*) from posts)"),
        [(2, 2)],
    ),
    "two-same-tables-csv": (
        {
            "x.csv": (
                "Instagram,\nUsername,Followers\nanna,100\nben,90\n,\nTikTok,\nUsername,Followers\ncleo,80\n"
            ),
        },
        "instagram",
        "select handle, followers from accounts order by 1",
        [("anna", 100), ("ben", 90), ("cleo", 80)],
    ),
    "numbered-name-handle": (
        {
            "l.csv": (
                "Influencer,Followers\n"
                "1. Amy Oven (@oven_amy),1200\n"
                "2. Ben Crust (@crust_ben),900\n"
                "3. Cleo (@cleo.bakes),80\n"
            ),
        },
        "instagram",
        "select account_id,name,followers from accounts order by 1",
        [
            ("instagram:cleo.bakes", "Cleo", 80),
            ("instagram:crust_ben", "Ben Crust", 900),
            ("instagram:oven_amy", "Amy Oven", 1200),
        ],
    ),
    "name-handle": (
        {
            "l.csv": "Name,Followers\nAmy Oven (@oven_amy),1200\nBen Crust (@crust_ben),900\n",
        },
        "instagram",
        "select account_id,name,followers from accounts order by 1",
        [("instagram:crust_ben", "Ben Crust", 900), ("instagram:oven_amy", "Amy Oven", 1200)],
    ),
    "name-and-handle-swapped": (
        {
            "l.csv": (
                "Username,Name,Followers\n"
                "Amy Oven,oven_amy,1200\n"
                "Ben Crust,crust_ben,900\n"
                "Cleo Rye,cleo.bakes,80\n"
            ),
        },
        "instagram",
        "select account_id,name from accounts order by 1",
        [
            ("instagram:cleo.bakes", "Cleo Rye"),
            ("instagram:crust_ben", "Ben Crust"),
            ("instagram:oven_amy", "Amy Oven"),
        ],
    ),
    "half-filled-handles": (
        {
            "l.csv": (
                "Name,Handle,URL,Followers\n"
                "Amy Oven,oven_amy,,1200\n"
                "Ben Crust,,https://www.instagram.com/crust_ben/,900\n"
                "Cleo Rye,cleo,,80\n"
                "Dan Oat,,,70\n"
            ),
        },
        "instagram",
        "select account_id,name,followers from accounts order by followers",
        [
            ("instagram:dan oat", "Dan Oat", 70),
            ("instagram:cleo", "Cleo Rye", 80),
            ("instagram:crust_ben", "Ben Crust", 900),
            ("instagram:oven_amy", "Amy Oven", 1200),
        ],
    ),
    "xlsx-serial-dates": (
        {
            "p.csv": (
                "Post ID,Username,Caption,Date,Likes\n"
                "1,anna,oat loaf with seeds,45413,10\n"
                "2,ben,rye loaf with nuts,45414.5,20\n"
                "3,ben,rye,45420,5\n"
            ),
        },
        "instagram",
        "select created_at::varchar from posts order by post_id",
        [("2024-05-01 00:00:00",), ("2024-05-02 12:00:00",), ("2024-05-08 00:00:00",)],
    ),
    "total-blank-name": (
        {
            "l.csv": "Username,Followers,Likes avg\nanna,100,5\nben,90,4\n,190,9\n",
        },
        "instagram",
        "select count(*), (select count(*) from rejects) from accounts",
        [(2, 1)],
    ),
    "three-date-forms": (
        {
            "p.csv": (
                "post_id,username,caption,date\n"
                "1,anna,oat loaf with seeds,2024-05-03\n"
                "2,anna,rye loaf with seeds,04/05/2024\n"
                "3,ben,more bread and butter,5 May 2024\n"
                "4,ben,even more bread here,23/05/2024\n"
            ),
        },
        "instagram",
        "select created_at::date::varchar from posts order by post_id",
        [("2024-05-03",), ("2024-05-04",), ("2024-05-05",), ("2024-05-23",)],
    ),
    "three-date-forms-joined": (
        {
            "l.csv": (
                "Username,Followers,Last contacted\n"
                "anna,10,3.5.2024\n"
                "ben,20,2024-05-14\n"
                "cleo,30,May 20 2024\n"
            ),
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20), ("instagram:cleo", 30)],
    ),
    "utf16-tsv": (
        {
            "l.csv": "\ufeffUsername\tFollowers\nänna\t1,200\n".encode("utf-16-le"),
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:änna", 1200)],
    ),
    "cp1252": (
        {
            "l.csv": b"Nom d'utilisateur;Abonn\xe9s;Ville\nanna;1200;Orl\xe9ans\nben;900;S\xe8te\n",
        },
        "instagram",
        "select account_id,followers,city from accounts order by 1",
        [("instagram:anna", 1200, "Orléans"), ("instagram:ben", 900, "Sète")],
    ),
    "sep-line": (
        {
            "l.csv": "sep=;\r\nUsername;Followers\r\nanna;1.200\r\nben;2.400\r\n",
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 1200), ("instagram:ben", 2400)],
    ),
    "title-and-note-above": (
        {
            "l.csv": (
                "Spring shortlist 2024,,,\n"
                "prepared by Jo; do not forward,,,\n"
                ",,,\n"
                "Instagram handle,Name,Followers,Engagement rate (%)\n"
                "@anna,Anna A,12.4k,3.2\n"
                "@ben,Ben B,900,5.1\n"
            ),
        },
        None,
        (
            "select a.account_id,a.followers,round(m.engagement_rate,4) from accounts a join metrics m "
            "using(account_id) order by 1"
        ),
        [("instagram:anna", 12400, 0.032), ("instagram:ben", 900, 0.051)],
    ),
    "repeated-header": (
        {
            "l.csv": "username,followers\nanna,10\nusername,followers\nben,20\n",
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20)],
    ),
    "section-rows": (
        {
            "l.csv": ("username,followers,city\nMACRO,,\nanna,1000000,Leeds\nMICRO,,\nben,20000,York\n"),
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 1000000), ("instagram:ben", 20000)],
    ),
    "index-column": (
        {
            "l.csv": ",username,followers\n0,anna,10\n1,ben,20\n",
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20)],
    ),
    "pipe": (
        {
            "l.txt": "username|followers|bio\nanna|10|bread, butter\nben|20|rye; caraway\n",
        },
        "instagram",
        "select account_id,bio from accounts order by 1",
        [("instagram:anna", "bread, butter"), ("instagram:ben", "rye; caraway")],
    ),
    "plain-list-of-handles": (
        {
            "l.txt": "@anna\n@ben\n@cleo.bakes\n",
        },
        "instagram",
        "select account_id from accounts order by 1",
        [("instagram:anna",), ("instagram:ben",), ("instagram:cleo.bakes",)],
    ),
    "plain-list-of-links": (
        {
            "l.txt": (
                "https://www.instagram.com/anna/\nhttps://www.tiktok.com/@ben\nhttps://crumb.example/\n"
            ),
        },
        None,
        "select account_id from accounts order by 1",
        [("instagram:anna",), ("tiktok:ben",), ("web:crumb.example",)],
    ),
    "md-table": (
        {
            "l.csv": "| Handle | Followers |\n|---|---|\n| anna | 10 |\n| ben | 20 |\n",
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20)],
    ),
    "us-dates-by-column": (
        {
            "p.csv": (
                "id,user,text,date\n"
                "1,anna,oat loaf with seeds today,5/3/2024\n"
                "2,ben,rye loaf with nuts today,5/23/2024\n"
            ),
        },
        "twitter",
        "select created_at::date::varchar from posts order by post_id",
        [("2024-05-03",), ("2024-05-23",)],
    ),
    "ambiguous-dates": (
        {
            "p.csv": (
                "id,user,text,date\n"
                "1,anna,oat loaf with seeds today,5/3/2024\n"
                "2,ben,rye loaf with nuts today,5/2/2024\n"
            ),
        },
        "twitter",
        "select count(*) from posts where created_at is not null",
        [(0,)],
    ),
    "german-months": (
        {
            "p.csv": (
                "id;benutzer;text;datum\n"
                "1;anna;Haferbrot mit Kernen heute;3. Mai 2024\n"
                "2;ben;Roggenbrot mit Nüssen heute;12. Dezember 2023\n"
            ),
        },
        "twitter",
        "select created_at::date::varchar from posts order by post_id",
        [("2024-05-03",), ("2023-12-12",)],
    ),
    "unix-ms": (
        {
            "p.csv": (
                "id,user,text,timestamp\n"
                "1,anna,oat loaf with seeds today,1714557600000\n"
                "2,ben,rye loaf with nuts today,1714644000000\n"
            ),
        },
        "twitter",
        "select created_at::varchar from posts order by post_id",
        [("2024-05-01 10:00:00",), ("2024-05-02 10:00:00",)],
    ),
    "compact-and-zone": (
        {
            "p.csv": (
                "id,user,text,created_at\n"
                "1,anna,oat loaf with seeds today,20240501T100532Z\n"
                '2,ben,rye loaf with nuts today,"May 1, 2024, 10:05:32 AM UTC"\n'
                "3,ben,rye loaf with nuts today too,2024-05-01T12:05:32+02:00\n"
            ),
        },
        "twitter",
        "select distinct created_at::varchar from posts",
        [("2024-05-01 10:05:32",)],
    ),
    "date-and-time-columns": (
        {
            "p.csv": (
                "id,user,text,date,time\n"
                "1,anna,oat loaf with seeds today,2024-05-01,10:05:32\n"
                "2,ben,rye loaf with nuts today,2024-05-02,23:00:00\n"
            ),
        },
        "twitter",
        "select created_at::varchar from posts order by post_id",
        [("2024-05-01 10:05:32",), ("2024-05-02 23:00:00",)],
    ),
    "year-month-day-columns": (
        {
            "p.csv": (
                "post_id,username,caption,year,month,day\n"
                "1,anna,oat loaf with seeds today,2024,5,1\n"
                "2,ben,rye loaf with nuts today,2024,5,2\n"
            ),
        },
        "instagram",
        "select count(*) from posts",
        [(2,)],
    ),
    "quoted-ids": (
        {
            "p.csv": (
                "tweet_id,author,text,created_at\n"
                '"=""1588093847561234567""",anna,oat loaf with seeds today,2024-05-01\n'
                '"=""1588093847561234568""",ben,rye loaf with nuts today,2024-05-01\n'
            ),
        },
        "twitter",
        "select post_id from posts order by 1",
        [("1588093847561234567",), ("1588093847561234568",)],
    ),
    "apostrophe-ids": (
        {
            "p.csv": (
                "tweet_id,author,text,created_at\n"
                "'1588093847561234567,anna,oat loaf with seeds today,2024-05-01\n"
                "'1588093847561234568,ben,rye loaf with nuts today,2024-05-01\n"
            ),
        },
        "twitter",
        "select post_id from posts order by 1",
        [("1588093847561234567",), ("1588093847561234568",)],
    ),
    "cut-ids-xlsx": (
        {
            "p.xlsx": {
                "S": [
                    ["id", "username", "text", "created_at"],
                    [1588093847561234567, "anna", "oat loaf with seeds today", "2024-05-01"],
                    [1588093847561234599, "ben", "rye loaf with nuts today", "2024-05-01"],
                ]
            },
        },
        "twitter",
        "select count(distinct text) from posts",
        [(2,)],
    ),
    "posts-by-id-accounts-by-name": (
        {
            "accounts.csv": "id,username,followers\n501,anna,10\n777777777,ben,20\n",
            "posts.csv": (
                "id,author_id,text,created_at\n"
                "9,501,oat loaf with seeds,2024-05-01\n"
                "8,777777777,rye loaf with nuts,2024-05-01\n"
            ),
        },
        "twitter",
        "select account_id from posts order by 1",
        [("twitter:anna",), ("twitter:ben",)],
    ),
}
"""Name: files, the platform that the user tells, a question, and its answer."""


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_file_of_this_shape_is_read_as_it_is_meant(shape: str, answer_of: Any) -> None:
    files, platform, question, right = SHAPES[shape]
    assert answer_of(files, platform, question) == right
