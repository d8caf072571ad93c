"""Sheets typed by hand and lists in ten languages: each with the rows written down before it was read."""

from __future__ import annotations

from typing import Any

import pytest

SHAPES: dict[str, tuple[dict[str, Any], str | None, str, Any]] = {
    "de-title-mio": (
        {
            "Influencer Liste.csv": (
                "Influencer-Übersicht Q3;;;\nStand: 12.09.2024;;;\n;;;\nName;Instagram-Account;Reichweit"
                "e (Follower);Ø Likes\nAnna Brot;@anna.brot;1,2 Mio.;12.400\nBen Korn;@ben_korn;45,3 Ts"
                "d.;980\n"
            ),
        },
        None,
        "select account_id, name, followers from accounts order by 1",
        [("instagram:anna.brot", "Anna Brot", 1200000), ("instagram:ben_korn", "Ben Korn", 45300)],
    ),
    "es-mil": (
        {
            "lista.csv": (
                "Usuario;Seguidores;Tasa de interacción;Ciudad\n@ana_pan;12,3 mil;3,4 %;Sevilla\n@luz.h"
                "orno;1,1 M;0,9 %;Madrid\n"
            ),
        },
        "instagram",
        (
            "select a.handle, followers, round(engagement_rate,4), city from accounts a join metr"
            "ics m using(account_id) order by 1"
        ),
        [("ana_pan", 12300, 0.034, "Sevilla"), ("luz.horno", 1100000, 0.009, "Madrid")],
    ),
    "pt-mil": (
        {
            "perfis.csv": (
                'Nome do perfil,Nº de seguidores,Média de curtidas,Categoria\npao_caseiro,"88,5 mil","'
                '1,9 mil",Culinária\nbolo.da.ana,"1,3 mi","20,1 mil",Doces\n'
            ),
        },
        "instagram",
        (
            "select a.handle, followers, likes_per_post from accounts a join metrics m using(acco"
            "unt_id) order by 1"
        ),
        [("bolo.da.ana", 1300000, 20100.0), ("pao_caseiro", 88500, 1900.0)],
    ),
    "ja-man": (
        {
            "list.csv": "username,followers,following\nmochi_ko,3.4万,210\nanpan_ya,1.2億,3\n",
        },
        "twitter",
        "select handle, followers from accounts order by 1",
        [("anpan_ya", 120000000), ("mochi_ko", 34000)],
    ),
    "fr-sheet": (
        {
            "Influenceuses.xlsx": {
                "Feuil1": [
                    ["Liste influenceuses food - mise à jour le 03/04/2024"],
                    [],
                    ["Pseudo Instagram", "Nb d'abonnés", "Taux d'engagement", "Thématique", "Contact"],
                    ["@la.mie", "45K", "3,2%", "Boulangerie", "la.mie@exemple.fr"],
                    ["https://www.instagram.com/levain_fou/", "1,2M", "1,1%", "Pain", "en MP"],
                    ["Total", "", "", "", ""],
                ],
            },
        },
        None,
        ("select a.handle, followers, (select count(*) from contacts) from accounts a order by 1"),
        [("la.mie", 45000, 1), ("levain_fou", 1200000, 1)],
    ),
    "it-list": (
        {
            "lista.csv": (
                'Nome utente,Follower,Seguiti,Biografia,Post\nforno_anna,"12.300",310,Pane e olio,412\n'
                'grano_ben,"8.050",200,Grani antichi,98\n'
            ),
        },
        "instagram",
        "select handle, followers, following, posts_total from accounts order by 1",
        [("forno_anna", 12300, 310, 412), ("grano_ben", 8050, 200, 98)],
    ),
    "nl-list": (
        {
            "lijst.csv": (
                "Gebruikersnaam;Volgers;Berichten;Beschrijving;Land\nbrood_an;12.300;33;Bakt zuurdesem"
                ";Nederland\nkorst_b;900;12;Rogge;België\n"
            ),
        },
        "instagram",
        "select handle, followers, posts_total, country from accounts order by 1",
        [("brood_an", 12300, 33, "NL"), ("korst_b", 900, 12, "BE")],
    ),
    "pl-list": (
        {
            "lista.csv": (
                "Nazwa użytkownika;Liczba obserwujących;Średnia liczba polubień;Opis\nchleb_ania;12 30"
                "0;450,5;Piekę chleb\nzyto_b;900;30;Żytni\n"
            ),
        },
        "instagram",
        (
            "select a.handle, followers, likes_per_post from accounts a join metrics using(accoun"
            "t_id) order by 1"
        ),
        [("chleb_ania", 12300, 450.5), ("zyto_b", 900, 30.0)],
    ),
    "ro-list": (
        {
            "lista.csv": (
                "Nume utilizator,Urmăritori,Postări,Descriere,Oraș\npaine_ana,12300,33,Coc pâine,Cluj\n"
                ",,,,\nsecara_b,900,12,Secară,Iași\n"
            ),
        },
        "instagram",
        "select handle, followers, posts_total, city from accounts order by 1",
        [("paine_ana", 12300, 33, "Cluj"), ("secara_b", 900, 12, "Iași")],
    ),
    "kaggle-top-yt": (
        {
            "top.csv": (
                'Rank,Youtuber,subscribers,video views,category,Title,uploads,Country\n1,Bread TV,"112'
                ',000,000","94,000,000,000",Food,Bread TV,12000,India\n2,Crumbs,"96,700,000","77,000,0'
                '00,000",Food,Crumbs,966,United States\n'
            ),
        },
        "youtube",
        "select count(*), max(followers), max(posts_total), min(country) from accounts",
        [(2, 112000000, 12000, "IN")],
    ),
    "kaggle-fake-accounts": (
        {
            "train.csv": (
                "profile pic,nums/length username,fullname words,nums/length fullname,name==username,"
                "description length,external URL,private,#posts,#followers,#follows,fake\n1,0.27,0,0,0"
                ",53,0,0,32,1000,955,0\n1,0,2,0,0,44,0,0,286,2740,533,0\n"
            ),
        },
        "instagram",
        "select count(*) from accounts",
        "refused",
    ),
    "kaggle-podcasts": (
        {
            "podcasts.csv": (
                "title,rss,website,category,language\nRye Radio,https://ryeradio.example.org/feed.xml,"
                "https://ryeradio.example.org,Food,en\nCrumb Cast,https://crumbcast.example.net/rss,ht"
                "tps://crumbcast.example.net,Food,de\n"
            ),
        },
        None,
        "select account_id, name from accounts order by 1",
        [("web:crumbcast.example.net", "Crumb Cast"), ("web:ryeradio.example.org", "Rye Radio")],
    ),
    "hand-section-rows": (
        {
            "list.xlsx": {
                "Blogs": [
                    ["Our bloggers 2024"],
                    [],
                    ["Who", "Where", "Followers", "Comments"],
                    ["TIER 1"],
                    ["Amy Oven", "instagram.com/oven_amy", "12,5k", "nice, replies fast"],
                    ["Ben Rye", "@ben_rye", "about 3k", ""],
                    ["TIER 2"],
                    ["Cleo", "https://www.instagram.com/cleo.crust?igsh=1", 900, "asked for money"],
                    ["SUM", None, 16400],
                ],
            },
        },
        "instagram",
        "select handle, name, followers from accounts order by 1",
        [("ben_rye", "Ben Rye", 3000), ("cleo.crust", "Cleo", 900), ("oven_amy", "Amy Oven", 12500)],
    ),
    "hand-merged-blank": (
        {
            "list.xlsx": {
                "S": [
                    ["Platform", "Handle", "Followers"],
                    ["Instagram", "oven_amy", 1200],
                    [None, "ben_rye", 900],
                    ["TikTok", "cleo", 55],
                    [None, "dan.d", 44],
                ],
            },
        },
        None,
        "select account_id from accounts order by 1",
        [("instagram:ben_rye",), ("instagram:oven_amy",), ("tiktok:cleo",), ("tiktok:dan.d",)],
    ),
    "hand-two-tables-beside": (
        {
            "l.xlsx": {
                "S": [
                    ["Instagram", None, None, "TikTok", None],
                    ["Handle", "Followers", None, "Handle", "Followers"],
                    ["oven_amy", 1200, None, "cleo", 55],
                    ["ben_rye", 900, None, "dan.d", 44],
                ],
            },
        },
        None,
        "select account_id, followers from accounts order by 1",
        [("instagram:ben_rye", 900), ("instagram:oven_amy", 1200), ("tiktok:cleo", 55), ("tiktok:dan.d", 44)],
    ),
    "hand-notes-dates": (
        {
            "l.csv": (
                "Blogger,Link,Follower,Letzter Kontakt,Notiz\nAmy Oven,www.instagram.com/oven_amy,12.5"
                "00,03.04.2024,nett\nBen Rye,instagram.com/ben_rye,900,28.2.24,zu teuer\n"
            ),
        },
        None,
        "select handle,followers from accounts order by 1",
        [("ben_rye", 900), ("oven_amy", 12500)],
    ),
    "hand-footer": (
        {
            "l.csv": (
                "Handle,Followers,Email\n@oven_amy,1200,amy@example.org\n@ben_rye,900,DM only\n\nSource: "
                "own research\nLast update: May 2024\n"
            ),
        },
        "instagram",
        (
            "select (select string_agg(handle,',' order by handle) from accounts),(select count(*"
            ") from contacts)"
        ),
        [("ben_rye,oven_amy", 1)],
    ),
    "hand-transposed": (
        {
            "l.csv": (
                "Handle,oven_amy,ben_rye,cleo\nFollowers,1200,900,55\nEmail,amy@example.org,,\nCountry,U"
                "K,DE,FR\n"
            ),
        },
        "instagram",
        "select count(*) from accounts where followers in (1200,900,55)",
        "refused",
    ),
    "hand-handles-in-text": (
        {
            "l.csv": "Influencer,Reach\nAmy Oven (@oven_amy),12k\nBen Rye – @ben_rye,900\n",
        },
        "instagram",
        "select handle, name, followers from accounts order by 1",
        [("ben_rye", "Ben Rye", 900), ("oven_amy", "Amy Oven", 12000)],
    ),
    "er-comma-no-percent": (
        {
            "m.csv": "username;followers;er\nanna;12000;4,2\nben;9000;0,8\n",
        },
        "instagram",
        "select round(engagement_rate,4) from metrics order by account_id",
        [(0.042,), (0.008,)],
    ),
    "er-mixed-percent": (
        {
            "m.csv": "username,followers,engagement\nanna,12000,4.2%\nben,9000,0.8%\n",
        },
        "instagram",
        "select round(engagement_rate,4) from metrics order by account_id",
        [(0.042,), (0.008,)],
    ),
    "dates-mdy-am": (
        {
            "p.csv": (
                'post_id,username,text,posted\n1,amy,oat,"5/13/2024 9:05 AM"\n2,amy,rye,"5/2/2024 10:05 PM"\n'
            ),
        },
        "instagram",
        "select created_at::varchar from posts order by post_id",
        [("2024-05-13 09:05:00",), ("2024-05-02 22:05:00",)],
    ),
    "dates-words": (
        {
            "p.csv": (
                'post_id,username,text,date\n1,amy,oat,"Wed May 01 09:00:00 +0000 2024"\n2,amy,rye,"Thu'
                ' May 02 09:00:00 +0000 2024"\n'
            ),
        },
        "twitter",
        "select created_at::varchar from posts order by post_id",
        [("2024-05-01 09:00:00",), ("2024-05-02 09:00:00",)],
    ),
    "dates-pm-fr": (
        {
            "p.csv": "post_id,username,text,date\n1,amy,oat,1 mai 2024\n2,amy,rye,14 août 2024\n",
        },
        "instagram",
        "select created_at::date::varchar from posts order by post_id",
        [("2024-05-01",), ("2024-08-14",)],
    ),
    "dates-es": (
        {
            "p.csv": (
                "id,usuario,texto,fecha de publicación,me gusta\n1,amy,avena,1 de mayo de 2024,3\n2,amy"
                ",centeno,14 de agosto de 2024,4\n"
            ),
        },
        "instagram",
        "select created_at::date::varchar, likes from posts order by post_id",
        [("2024-05-01", 3), ("2024-08-14", 4)],
    ),
    "dates-pl-short": (
        {
            "p.csv": (
                "id,autor,tekst,data,polubienia\n1,amy,owies,2024.05.01 09:00,3\n2,amy,zyto,2024.05.14 "
                "10:00,4\n"
            ),
        },
        "instagram",
        "select created_at::varchar, likes from posts order by post_id",
        [("2024-05-01 09:00:00", 3), ("2024-05-14 10:00:00", 4)],
    ),
    "cut-ids": (
        {
            "p.csv": ("tweet_id,username,text\n1.78E+18,amy,oat\n1.78E+18,amy,rye\n1.78E+18,ben,spelt\n"),
        },
        "twitter",
        "select count(distinct text) from posts",
        [(3,)],
    ),
    "cut-author-ids": (
        {
            "p.csv": (
                "tweet_id,author_id,text\n11,1.23457E+17,oat\n12,1.23457E+17,rye\n13,1.23457E+17,spelt\n"
            ),
        },
        "twitter",
        "select count(*) from posts where account_id like '%e+%'",
        "refused",
    ),
    "no-year-dates": (
        {
            "p.csv": ('id,username,text,date\n1,amy,oat,May 1\n2,amy,rye,Apr 14\n3,amy,old,"Dec 3, 2022"\n'),
        },
        "twitter",
        "select count(*) from posts",
        [(3,)],
    ),
    "relative-dates": (
        {
            "p.csv": "id,username,text,posted\n1,amy,oat,3 days ago\n2,amy,rye,2 weeks ago\n",
        },
        "youtube",
        "select count(*), count(created_at) from posts",
        [(2, 0)],
    ),
    "url-list-txt": (
        {
            "blogs.txt": (
                "# blogs\nhttps://crumbs.example.org/about\nhttps://www.rye.example.net/?utm_source=x\n\n"
                "crumbs.example.org\n"
            ),
        },
        None,
        "select account_id from accounts order by 1",
        [("web:crumbs.example.org",), ("web:rye.example.net",)],
    ),
    "orders-shop": (
        {
            "orders_export.csv": (
                "Name,Email,Financial Status,Paid at,Total,Discount Code,Lineitem quantity\n#1001,amy@"
                "example.org,paid,2024-05-01 09:00:00 +0100,45.50,AMY10,2\n#1002,ben@example.org,paid,"
                "2024-05-02 09:00:00 +0100,12.00,,1\n"
            ),
        },
        None,
        "select count(*), sum(revenue) from orders",
        [(2, 57.5)],
    ),
    "not-social-prices": (
        {
            "prices.csv": "sku,name,price,stock\n1,Oat flour,2.50,40\n2,Rye flour,3.10,12\n",
        },
        "instagram",
        "select count(*) from accounts",
        "refused",
    ),
    "survey": (
        {
            "survey.csv": "respondent,age,gender,q1,q2,q3\n1,34,f,5,4,3\n2,41,m,2,2,1\n",
        },
        "instagram",
        "select count(*) from accounts",
        "refused",
    ),
}
"""Name: files, the platform that the user tells, a question, and its answer."""


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_file_of_this_shape_is_read_as_it_is_meant(shape: str, answer_of: Any) -> None:
    files, platform, question, right = SHAPES[shape]
    assert answer_of(files, platform, question) == right
