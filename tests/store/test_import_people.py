# ruff: noqa: E501
"""Forty files as people and tools write them, in ten languages and odd layouts: each comes in with one confirmation."""

from __future__ import annotations

import pytest
import xlsxwriter

from influence.sources.base import ReadOptions
from influence.store.importing.transaction import import_files

CASES = {
    "fr vendor": (
        "influenceurs.csv",
        "Nom d'utilisateur;Nom complet;Nombre d'abonnés;Taux d'engagement;Thématique;Ville;Adresse e-mail\n@lea;Léa B;12,5 k;3,2 %;Cuisine végétale;Lyon;lea@x.fr\nmarc;Marc;1 234;0,9 %;Voyage;Nantes;\n",
        "instagram",
        (),
        "select a.handle,followers,city,round(engagement_rate,4),category from accounts a left join metrics m using(account_id) order by 1",
        [("lea", 12500, "Lyon", 0.032, "Cuisine végétale"), ("marc", 1234, "Nantes", 0.009, "Voyage")],
    ),
    "es posts": (
        "publicaciones.csv",
        "Usuario,Fecha de publicación,Texto,Me gusta,Comentarios,Compartidos\nana,18/02/2025 10:30,Pan de avena,1.234,12,3\nana,03/04/2025 11:00,Pan de centeno,2.100,8,0\n",
        "instagram",
        (),
        "select created_at::varchar,likes,comments from posts order by created_at",
        [("2025-02-18 10:30:00", 1234, 12), ("2025-04-03 11:00:00", 2100, 8)],
    ),
    "pt list": (
        "lista.xlsx",
        {
            "Plan1": [
                ["Lista de influenciadores 2024"],
                [],
                ["Nome do usuário", "Seguidores", "Cidade", "Engajamento (%)"],
                ["@bia", "12,3 mil", "São Paulo", 3.4],
                ["@caio", "1,2 mi", "Rio", 1.1],
                ["Total", "1,21 mi", None, None],
            ]
        },
        "instagram",
        (),
        "select a.handle,followers,city,round(engagement_rate,4) from accounts a join metrics using(account_id) order by 1",
        [("bia", 12300, "São Paulo", 0.034), ("caio", 1200000, "Rio", 0.011)],
    ),
    "it": (
        "elenco.csv",
        'Nome utente,Iscritti,Descrizione,Sito web\nforno_anna,"10.200",Pane e pasta,https://fornoanna.it\nben_pane,"9.870",Pizza,\n',
        "youtube",
        (),
        "select handle,followers,bio from accounts order by 1",
        [("ben_pane", 9870, "Pizza"), ("forno_anna", 10200, "Pane e pasta")],
    ),
    "nl": (
        "lijst.csv",
        "Gebruikersnaam,Volgers,Aantal berichten,Woonplaats\nanna,1200,40,Utrecht\n",
        "instagram",
        (),
        "select handle,followers,posts_total,city from accounts",
        [("anna", 1200, 40, "Utrecht")],
    ),
    "pl": (
        "lista.csv",
        "Nazwa użytkownika,Liczba obserwujących,Miasto,Średnia polubień\nkasia,12 tys.,Łódź,340\n",
        "instagram",
        (),
        "select a.handle,followers,city,likes_per_post from accounts a join metrics using(account_id)",
        [("kasia", 12000, "Łódź", 340.0)],
    ),
    "ro": (
        "lista.csv",
        "Nume de utilizator,Urmăritori,Oraș\nioana,4500,Cluj\n",
        "instagram",
        (),
        "select handle,followers,city from accounts",
        [("ioana", 4500, "Cluj")],
    ),
    "tr": (
        "liste.csv",
        "Kullanıcı Adı,Takipçi Sayısı,Şehir,Etkileşim Oranı\nayse,12 bin,İzmir,%3\n",
        "instagram",
        (),
        "select handle,followers,city from accounts",
        [("ayse", 12000, "İzmir")],
    ),
    "channel subs": (
        "top.csv",
        "Rank,Channel Name,Subscribers (millions),Country,Category\n1,T-Series,249.5,India,Music\n2,MrBeast,210,United States,Entertainment\n",
        "youtube",
        (),
        "select name,followers,country from accounts order by 2",
        [("MrBeast", 210000000, "US"), ("T-Series", 249500000, "IN")],
    ),
    "apify ig": (
        "dataset.json",
        '[{"id": "31", "shortCode": "CxA", "caption": "Oat loaf #vegan", "commentsCount": 3, "likesCount": 120, "timestamp": "2024-05-01T09:00:00.000Z", "ownerUsername": "oven_amy", "ownerFullName": "Amy", "url": "https://www.instagram.com/p/CxA/", "hashtags": ["vegan"]}]',
        "instagram",
        (),
        "select account_id,likes,comments,text,url from posts",
        [("instagram:oven_amy", 120, 3, "Oat loaf #vegan", "https://www.instagram.com/p/CxA/")],
    ),
    "apify tt": (
        "tt.json",
        '[{"id": "73", "text": "rye", "createTimeISO": "2024-05-01T09:00:00.000Z", "authorMeta": {"name": "oven_eve", "fans": 900, "signature": "bakes"}, "diggCount": 12, "shareCount": 1, "playCount": 500, "commentCount": 2, "webVideoUrl": "https://www.tiktok.com/@oven_eve/video/73"}]',
        "tiktok",
        (),
        "select p.account_id,likes,shares,views,a.followers,a.bio from posts p join accounts a using(account_id)",
        [("tiktok:oven_eve", 12, 1, 500, 900, "bakes")],
    ),
    "yt data tools": (
        "videolist.csv",
        "position,channelId,channelTitle,videoId,publishedAt,videoTitle,videoDescription,viewCount,likeCount,commentCount\n1,UCaaaaaaaaaaaaaaaaaaaaaa,Crumb TV,vid00000001,2024-05-01 09:00:00,Oat loaf,How to bake it,1000,50,7\n",
        "youtube",
        (),
        "select views,likes,comments,text from posts",
        [(1000, 50, 7, "Oat loaf\nHow to bake it")],
    ),
    "snscrape": (
        "t.csv",
        "url,date,content,id,username,replyCount,retweetCount,likeCount,quoteCount,lang\nhttps://twitter.com/amy/status/9,2022-11-03 08:50:26+00:00,loaf,9,amy,1,2,3,0,en\n",
        "twitter",
        (),
        "select account_id,likes,shares,comments,text from posts",
        [("twitter:amy", 3, 2, 1, "loaf")],
    ),
    "handmade": (
        "Liste.xlsx",
        {
            "Tabelle1": [
                ["Bloggerliste Frühjahr", "", "", ""],
                ["Stand: März 2024"],
                [],
                [
                    "Name",
                    "Link / Handle",
                    "Follower",
                    "Kategorie",
                    "Ort",
                    "E-Mail",
                    "Letzter Kontakt",
                    "Notizen",
                ],
                [
                    "Anna M",
                    "https://www.instagram.com/anna_m/",
                    "12.5k",
                    "Backen",
                    "Köln",
                    "anna@x.de",
                    "18.02.2024",
                    "nett",
                ],
                ["Ben", "@benbread", "3400", "Brot", "Bonn", "DM only", "2024-03-01", ""],
                ["Cleo", "instagram.com/cleo.cooks?igsh=1", "~2k", "", "", ""],
            ]
        },
        "instagram",
        (),
        "select account_id,followers,city from accounts order by 1",
        [
            ("instagram:anna_m", 12500, "Köln"),
            ("instagram:benbread", 3400, "Bonn"),
            ("instagram:cleo.cooks", 2000, None),
        ],
    ),
    "blog list": (
        "blogs.csv",
        "Blog Name,Blog URL,Contact Email,Niche,DA\nCrumb & Co,https://www.crumbco.example/about,hi@crumbco.example,vegan baking,31\nOven,http://oven.example,,bread,22\n",
        None,
        (),
        "select account_id,name from accounts order by 1",
        [("web:crumbco.example", "Crumb & Co"), ("web:oven.example", "Oven")],
    ),
    "growth": (
        "history.csv",
        "date,username,followers,following\n2024-05-01,anna,10,5\n2024-05-02,anna,12,5\n2024-05-01,ben,20,5\n2024-05-02,ben,22,5\n",
        "instagram",
        (),
        "select count(*),max(followers) from snapshots",
        [(4, 22)],
    ),
    "comments file": (
        "comments.csv",
        "comment_id,video_id,author,text,like_count,published_at\nc1,v1,amy,nice loaf,3,2024-05-01T09:00:00Z\nc2,v1,ben,love it,1,2024-05-01T10:00:00Z\n",
        "youtube",
        (),
        "select count(*),count(distinct account_id) from posts",
        [(2, 2)],
    ),
    "headerless handles": (
        "list.csv",
        "@anna,12000\n@ben,9000\n@cleo,800\n",
        "instagram",
        (),
        "select account_id from accounts order by 1",
        [("instagram:anna",), ("instagram:ben",), ("instagram:cleo",)],
    ),
    "sep line": (
        "l.csv",
        "sep=;\nUsername;Followers\nanna;10\n",
        None,
        (),
        "select handle,followers from accounts",
        [("anna", 10)],
    ),
    "two tables": (
        "b.xlsx",
        {
            "S": [
                ["Username", "Followers"],
                ["anna", 10],
                ["ben", 20],
                [],
                ["Post ID", "Username", "Caption", "Likes", "Date"],
                ["p1", "anna", "oat", 3, "2024-05-01"],
                ["p2", "ben", "rye", 4, "2024-05-02"],
            ]
        },
        "instagram",
        (),
        "select (select count(*) from accounts),(select count(*) from posts)",
        [(2, 2)],
    ),
    "grouped": (
        "g.xlsx",
        {
            "S": [
                ["", "Instagram", "", "TikTok", ""],
                ["Name", "Handle", "Followers", "Handle", "Followers"],
                ["Anna", "anna", 10, "annat", 5],
                ["Ben", "ben", 20, "", ""],
            ]
        },
        None,
        (),
        "select account_id,followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20), ("tiktok:annat", 5)],
    ),
    "utf16 tab": (
        "u.txt",
        b"\xff\xfeU\x00s\x00e\x00r\x00n\x00a\x00m\x00e\x00\t\x00F\x00o\x00l\x00l\x00o\x00w\x00e\x00r\x00s\x00\n\x00a\x00n\x00n\x00a\x00\t\x001\x000\x00\n\x00",
        None,
        (),
        "select handle,followers from accounts",
        [("anna", 10)],
    ),
    "cp1251": (
        "c.csv",
        b"Username,Followers,Bio\nanna,10,\xcf\xe5\xea\xf3 \xf5\xeb\xe5\xe1 \xe8\xe7 \xee\xe2\xf1\xe0 \xea\xe0\xe6\xe4\xfb\xe9 \xe4\xe5\xed\xfc \xe8 \xef\xe8\xf8\xf3 \xee\xe1 \xfd\xf2\xee\xec\nben,5,\xd0\xe6\xe0\xed\xee\xe9 \xf5\xeb\xe5\xe1 \xe8 \xe1\xf3\xeb\xea\xe8 \xe4\xeb\xff \xe2\xf1\xe5\xe9 \xf1\xe5\xec\xfc\xe8\n",
        None,
        (),
        "select bio from accounts where handle='anna'",
        [("Пеку хлеб из овса каждый день и пишу об этом",)],
    ),
    "mastodon follows": (
        "following_accounts.csv",
        "Account address,Show boosts,Notify on new posts,Languages\nanna@mastodon.social,true,false,\n",
        "mastodon",
        (),
        "select count(*) from accounts where account_id='mastodon:anna@mastodon.social'",
        [(1,)],
    ),
    "linkedin conn": (
        "Connections.csv",
        'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing."\n\nFirst Name,Last Name,URL,Email Address,Company,Position,Connected On\nAnna,Meyer,https://www.linkedin.com/in/annameyer,,Crumb,Baker,22 Sep 2021\n',
        "linkedin",
        (),
        "select account_id,name from accounts",
        [("linkedin:annameyer", "Anna Meyer")],
    ),
    "percent averages": (
        "e.csv",
        "username,followers,avg_likes,avg_comments,er\nanna,1000,40,2,0.042\nben,2000,60,0,0.03\n",
        "instagram",
        (),
        "select round(engagement_rate,4) from metrics order by account_id",
        [(0.042,), (0.03,)],
    ),
    "small percent": (
        "e.csv",
        "username,followers,avg_likes,avg_comments,er\nanna,100000,400,20,0.42\nben,200000,600,0,0.3\n",
        "instagram",
        (),
        "select round(engagement_rate,5) from metrics order by account_id",
        [(0.0042,), (0.003,)],
    ),
    "mdy": (
        "posts.csv",
        "post_id,account_id,created_at\n1,a,02/18/2025 10:05 PM\n2,a,03/04/2025 1:00 AM\n",
        None,
        (),
        "select created_at::varchar from posts order by post_id",
        [("2025-02-18 22:05:00",), ("2025-03-04 01:00:00",)],
    ),
    "long id xlsx": (
        "p.xlsx",
        {
            "S": [
                ["Tweet Id", "Username", "Text", "Date"],
                [1.588090123456789e18, "anna", "first", "2022-11-01"],
                [1.588090123456789e18, "anna", "second", "2022-11-02"],
            ]
        },
        "twitter",
        (),
        "select count(*) from posts",
        [(2,)],
    ),
    "interactions": (
        "i.csv",
        "from,to,type,date\namy,ben,like,2024-05-01\ncleo,ben,comment,2024-05-02\n",
        None,
        (),
        "select actor_id,target_id,kind from interactions order by 1",
        [("web:amy", "web:ben", "like"), ("web:cleo", "web:ben", "comment")],
    ),
    "edges 2col": (
        "edges.csv",
        "node1,node2\namy,ben\ncleo,ben\n",
        None,
        (),
        "select count(*) from follows",
        [(2,)],
    ),
    "follower followee txt": (
        "net.txt",
        "# Directed graph\n# Nodes: 3 Edges: 2\n# FromNodeId\tToNodeId\n1\t2\n3\t2\n",
        None,
        (),
        "select follower_id,followee_id from follows order by 1",
        [("web:1", "web:2"), ("web:3", "web:2")],
    ),
    "verified flag": (
        "a.csv",
        "handle,followers,verified,private\nanna,10,TRUE,no\n",
        None,
        (),
        "select is_verified,is_private from accounts",
        [(True, False)],
    ),
    "cjk": (
        "a.csv",
        "用户名,粉丝数\nanna,3.4万\n",
        None,
        (("handle", "用户名"), ("followers", "粉丝数")),
        "select followers from accounts",
        [(34000,)],
    ),
    "quoted newline header": (
        "a.csv",
        'handle,"followers\n(total)",bio\nanna,5,x\n',
        None,
        (),
        "select followers from accounts",
        [(5,)],
    ),
    "outcomes": (
        "Ergebnisse.csv",
        "Kampagne;Influencer;Datum;Kosten;Klicks;Bestellungen;Umsatz\nFrühling;anna;18.02.2025;1.200,50;340;12;2.300,00\n",
        "instagram",
        (),
        "select campaign,account_id,cost,clicks,orders,revenue from outcomes",
        [("Frühling", "instagram:anna", 1200.5, 340, 12, 2300.0)],
    ),
    "customers": (
        "kunden.csv",
        "customer_id,email_hash,orders,total_spent\nk1,ab,3,120.5\nk2,cd,1,20\n",
        None,
        (),
        "select count(*),sum(orders) from customers",
        [(2, 4)],
    ),
    "orders shop": (
        "orders_export.csv",
        "Name,Email,Created at,Total,Customer ID,Order ID\n#1001,a@b.co,2024-05-01 09:00:00 +0200,55.50,77,901\n",
        None,
        (),
        "select order_id,customer_id,revenue from orders",
        [("901", "77", 55.5)],
    ),
}


def _write(path, body):
    if isinstance(body, bytes):
        path.write_bytes(body)
    elif isinstance(body, str):
        path.write_text(body, encoding="utf-8")
    else:
        with xlsxwriter.Workbook(str(path)) as book:
            for name, rows in body.items():
                sheet = book.add_worksheet(name)
                for at, row in enumerate(rows):
                    sheet.write_row(at, 0, ["" if value is None else value for value in row])


@pytest.mark.parametrize("kind", CASES)
def test_a_file_comes_in_right(workspace, tmp_path, kind):
    name, body, platform, told, sql, expected = CASES[kind]
    _write(tmp_path / name, body)
    import_files(workspace, tmp_path / name, platform=platform, options=ReadOptions(columns=told))
    assert [tuple(row.values()) for row in workspace.store.query(sql).to_pylist()] == expected
