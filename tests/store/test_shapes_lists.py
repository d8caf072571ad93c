"""Lists of vendors and people, in ten languages: each with the rows known by construction."""

from __future__ import annotations

from typing import Any

import pytest

REFUSED = "refused"
SHAPES: dict[str, tuple[dict[str, Any], str | None, str, Any]] = {
    "comments-table": (
        {
            "comments.csv": (
                "comment_id,post_id,post_owner,commenter,comment_text,created_at\n"
                "c1,p1,anna,ben,lovely crumb,2024-05-01\n"
                "c2,p1,anna,cleo,which flour,2024-05-02\n"
                "c3,p2,ben,anna,nice rye,2024-05-03\n"
            ),
        },
        "instagram",
        ("select actor_id,target_id,post_id,kind,text from interactions order by 1,2"),
        [
            ("instagram:anna", "instagram:ben", "p2", "comment", "nice rye"),
            ("instagram:ben", "instagram:anna", "p1", "comment", "lovely crumb"),
            ("instagram:cleo", "instagram:anna", "p1", "comment", "which flour"),
        ],
    ),
    "results-without-campaign": (
        {
            "results.csv": (
                "Date,Influencer,Clicks,Orders,Revenue,Cost\n"
                "2024-05-01,anna,120,5,250.00,100\n"
                "2024-05-02,anna,90,3,150.00,100\n"
                "2024-05-02,ben,30,1,50.00,80\n"
            ),
        },
        "instagram",
        ("select account_id, sum(orders)::int from outcomes group by 1 order by 1"),
        [("instagram:anna", 8), ("instagram:ben", 1)],
    ),
    "locationCountry": (
        {
            "l.csv": (
                "username,followersCount,locationCountry,locationCity,avg_recent_views\n"
                "anna,100,Germany,Leipzig,55\n"
                "ben,90,France,Lyon,44\n"
            ),
        },
        "tiktok",
        (
            "select a.country,a.city,m.views_per_post from accounts a join metrics m using(account_id) "
            "order by account_id"
        ),
        [("DE", "Leipzig", 55.0), ("FR", "Lyon", 44.0)],
    ),
    "opml-bare-quotes": (
        {
            "b.opml": (
                '<?xml version="1.0"?><opml version="2.0"><head><title>My "best" blogs</title></head><body>'
                '<outline text="Amy "the oven" Bakes" title="Amy "the oven" Bakes" type="rss" xmlUrl="https'
                '://crumb.example/feed" htmlUrl="https://crumb.example/"/><outline text="Rye & Co" xmlUrl="'
                'https://rye.example/rss" htmlUrl="https://rye.example/"/></body></opml>'
            ),
        },
        None,
        "select account_id,name from accounts order by 1",
        [("web:crumb.example", 'Amy "the oven" Bakes'), ("web:rye.example", "Rye & Co")],
    ),
    "linkedin-2018": (
        {
            "Connections.csv": (
                "First Name,Last Name,Email Address,Company,Position,Connected On\n"
                'Amy,Oven,amy@crumb.example,Crumb Ltd,Baker,"5/14/18, 9:03 AM"\n'
                'Ben,Crust,,Rye GmbH,Chef,"11/28/17, 10:13 PM"\n'
            ),
        },
        None,
        "select name,bio from accounts order by 1",
        [("Amy Oven", "Baker, Crumb Ltd"), ("Ben Crust", "Chef, Rye GmbH")],
    ),
    "total-in-other-column": (
        {
            "l.csv": "No,Username,Followers\n1,anna,100\n2,ben,90\nTotal,,190\n",
        },
        "instagram",
        "select account_id,followers from accounts order by 1",
        [("instagram:anna", 100), ("instagram:ben", 90)],
    ),
    "export-extra-kept": (
        {
            "l.csv": "Username,AQS,Followers,ER,Favourite bread\nanna,77,1200,4.2,rye\n",
        },
        None,
        "select extra like '%rye%' and extra like '%77%' from accounts",
        [(True,)],
    ),
    "header-row-12": (
        {
            "l.csv": (
                "note 0,,\n"
                "note 1,,\n"
                "note 2,,\n"
                "note 3,,\n"
                "note 4,,\n"
                "note 5,,\n"
                "note 6,,\n"
                "note 7,,\n"
                "note 8,,\n"
                "note 9,,\n"
                "note 10,,\n"
                "Handle,Followers,City\n"
                "anna,10,Leeds\n"
                "ben,20,York\n"
            ),
        },
        "instagram",
        "select account_id,followers,city from accounts order by 1",
        [("instagram:anna", 10, "Leeds"), ("instagram:ben", 20, "York")],
    ),
    "group-header-row": (
        {
            "l.xlsx": {
                "S": [
                    ["Profile", None, "Instagram", None],
                    ["Name", "Handle", "Followers", "ER %"],
                    ["Anna", "anna", 100, 3.5],
                    ["Ben", "ben", 200, 2.5],
                ]
            },
        },
        "instagram",
        (
            "select a.account_id,name,followers,round(engagement_rate,4) from accounts a join metrics u"
            "sing(account_id) order by 1"
        ),
        [("instagram:anna", "Anna", 100, 0.035), ("instagram:ben", "Ben", 200, 0.025)],
    ),
    "footer-note": (
        {
            "l.csv": "username,followers\nanna,10\nben,20\n\nSource: agency list May 2024,\n",
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20)],
    ),
    "units": (
        {
            "l.csv": (
                "username,followers\n"
                "a1,10.4M+\n"
                "b1,~3k\n"
                "c1,14.3k followers\n"
                'd1,"1,2 Mio."\n'
                "e1,3.4万\n"
                'f1,"12,345"\n'
                "g1,N/A\n"
                "h1,-1\n"
            ),
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [
            ("instagram:a1", 10400000),
            ("instagram:b1", 3000),
            ("instagram:c1", 14300),
            ("instagram:d1", 1200000),
            ("instagram:e1", 34000),
            ("instagram:f1", 12345),
            ("instagram:g1", None),
            ("instagram:h1", None),
        ],
    ),
    "swiss": (
        {
            "l.csv": "username;followers;avg likes\na1;12'400;1'234.5\nb1;900;88.0\n",
        },
        "instagram",
        ("select followers,likes_per_post from accounts join metrics using(account_id) order by account_id"),
        [(12400, 1234.5), (900, 88.0)],
    ),
    "nbsp-thousands": (
        {
            "l.csv": "username;abonnés\na1;12\u202f400\nb1;1\xa0200\n",
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:a1", 12400), ("instagram:b1", 1200)],
    ),
    "er-as-share": (
        {
            "l.csv": "username,followers,er\na1,1000,0.042\nb1,2000,0.031\n",
        },
        "instagram",
        "select round(engagement_rate,4) from metrics order by account_id",
        [(0.042,), (0.031,)],
    ),
    "er-less-than-one-percent-by-averages": (
        {
            "l.csv": (
                "username,followers,er,avg likes\n"
                "a1,100000,0.42,420\n"
                "b1,200000,0.31,620\n"
                "c1,300000,0.9,2700\n"
            ),
        },
        "instagram",
        "select round(engagement_rate,5) from metrics order by account_id",
        [(0.0042,), (0.0031,), (0.009,)],
    ),
    "price-and-number": (
        {
            "l.csv": 'username,followers,price per post\na1,1000,$450\nb1,2000,"$1,200"\n',
        },
        "instagram",
        "select extra from accounts order by 1",
        [('{"price per post": "$1,200"}',), ('{"price per post": "$450"}',)],
    ),
    "followers-k-header": (
        {
            "l.csv": "username,Followers (in thousands),Avg. views (k)\na1,12.5,3\nb1,9,2.5\n",
        },
        "tiktok",
        ("select followers,views_per_post from accounts join metrics using(account_id) order by account_id"),
        [(12500, 3000.0), (9000, 2500.0)],
    ),
    "lang-de": (
        {
            "l.csv": (
                "Nutzername;Vor- und Nachname;Follower;Land;Interaktionsrate;Ø Likes pro Beitrag\n"
                "@anna;Anna A;12.345;Deutschland;4,2%;520,5\n"
                "@ben;Ben B;9.000;Deutschland;0,9%;81\n"
            ),
        },
        "instagram",
        (
            "select a.account_id,a.name,a.followers,a.country,round(m.engagement_rate,4),m.likes_per_po"
            "st from accounts a join metrics m using(account_id) order by 1"
        ),
        [
            ("instagram:anna", "Anna A", 12345, "DE", 0.042, 520.5),
            ("instagram:ben", "Ben B", 9000, "DE", 0.009, 81.0),
        ],
    ),
    "lang-fr": (
        {
            "l.csv": (
                "Nom d'utilisateur;Nom complet;Abonnés;Pays;Taux d'engagement;J'aime moyens\n"
                "@anna;Anna A;12.345;France;4,2%;520,5\n"
                "@ben;Ben B;9.000;France;0,9%;81\n"
            ),
        },
        "instagram",
        (
            "select a.account_id,a.name,a.followers,a.country,round(m.engagement_rate,4),m.likes_per_po"
            "st from accounts a join metrics m using(account_id) order by 1"
        ),
        [
            ("instagram:anna", "Anna A", 12345, "FR", 0.042, 520.5),
            ("instagram:ben", "Ben B", 9000, "FR", 0.009, 81.0),
        ],
    ),
    "lang-es": (
        {
            "l.csv": (
                "Nombre de usuario;Nombre completo;Seguidores;País;Tasa de interacción;Me gusta promedio\n"
                "@anna;Anna A;12.345;España;4,2%;520,5\n"
                "@ben;Ben B;9.000;España;0,9%;81\n"
            ),
        },
        "instagram",
        (
            "select a.account_id,a.name,a.followers,a.country,round(m.engagement_rate,4),m.likes_per_po"
            "st from accounts a join metrics m using(account_id) order by 1"
        ),
        [
            ("instagram:anna", "Anna A", 12345, "ES", 0.042, 520.5),
            ("instagram:ben", "Ben B", 9000, "ES", 0.009, 81.0),
        ],
    ),
    "lang-pt": (
        {
            "l.csv": (
                "Nome de usuário;Nome completo;Seguidores;País;Taxa de engajamento;Média de curtidas\n"
                "@anna;Anna A;12.345;Brasil;4,2%;520,5\n"
                "@ben;Ben B;9.000;Brasil;0,9%;81\n"
            ),
        },
        "instagram",
        (
            "select a.account_id,a.name,a.followers,a.country,round(m.engagement_rate,4),m.likes_per_po"
            "st from accounts a join metrics m using(account_id) order by 1"
        ),
        [
            ("instagram:anna", "Anna A", 12345, "BR", 0.042, 520.5),
            ("instagram:ben", "Ben B", 9000, "BR", 0.009, 81.0),
        ],
    ),
    "lang-it": (
        {
            "l.csv": (
                "Nome utente;Nome e cognome;Follower;Paese;Tasso di coinvolgimento;Media mi piace\n"
                "@anna;Anna A;12.345;Italia;4,2%;520,5\n"
                "@ben;Ben B;9.000;Italia;0,9%;81\n"
            ),
        },
        "instagram",
        (
            "select a.account_id,a.name,a.followers,a.country,round(m.engagement_rate,4),m.likes_per_po"
            "st from accounts a join metrics m using(account_id) order by 1"
        ),
        [
            ("instagram:anna", "Anna A", 12345, "IT", 0.042, 520.5),
            ("instagram:ben", "Ben B", 9000, "IT", 0.009, 81.0),
        ],
    ),
    "lang-nl": (
        {
            "l.csv": (
                "Gebruikersnaam;Volledige naam;Volgers;Land;Betrokkenheid;Gemiddelde likes\n"
                "@anna;Anna A;12.345;Nederland;4,2%;520,5\n"
                "@ben;Ben B;9.000;Nederland;0,9%;81\n"
            ),
        },
        "instagram",
        (
            "select a.account_id,a.name,a.followers,a.country,round(m.engagement_rate,4),m.likes_per_po"
            "st from accounts a join metrics m using(account_id) order by 1"
        ),
        [
            ("instagram:anna", "Anna A", 12345, "NL", 0.042, 520.5),
            ("instagram:ben", "Ben B", 9000, "NL", 0.009, 81.0),
        ],
    ),
    "lang-pl": (
        {
            "l.csv": (
                "Nazwa użytkownika;Imię i nazwisko;Obserwujący;Kraj;Wskaźnik zaangażowania;Średnia liczba p"
                "olubień\n"
                "@anna;Anna A;12.345;Polska;4,2%;520,5\n"
                "@ben;Ben B;9.000;Polska;0,9%;81\n"
            ),
        },
        "instagram",
        (
            "select a.account_id,a.name,a.followers,a.country,round(m.engagement_rate,4),m.likes_per_po"
            "st from accounts a join metrics m using(account_id) order by 1"
        ),
        [
            ("instagram:anna", "Anna A", 12345, "PL", 0.042, 520.5),
            ("instagram:ben", "Ben B", 9000, "PL", 0.009, 81.0),
        ],
    ),
    "lang-ro": (
        {
            "l.csv": (
                "Nume de utilizator;Nume complet;Urmăritori;Țară;Rata de engagement;Aprecieri medii\n"
                "@anna;Anna A;12.345;România;4,2%;520,5\n"
                "@ben;Ben B;9.000;România;0,9%;81\n"
            ),
        },
        "instagram",
        (
            "select a.account_id,a.name,a.followers,a.country,round(m.engagement_rate,4),m.likes_per_po"
            "st from accounts a join metrics m using(account_id) order by 1"
        ),
        [
            ("instagram:anna", "Anna A", 12345, "RO", 0.042, 520.5),
            ("instagram:ben", "Ben B", 9000, "RO", 0.009, 81.0),
        ],
    ),
    "lang-tr": (
        {
            "l.csv": (
                "Kullanıcı adı;Ad Soyad;Takipçi sayısı;Ülke;Etkileşim oranı;Ortalama beğeni\n"
                "@anna;Anna A;12.345;Türkiye;4,2%;520,5\n"
                "@ben;Ben B;9.000;Türkiye;0,9%;81\n"
            ),
        },
        "instagram",
        (
            "select a.account_id,a.name,a.followers,a.country,round(m.engagement_rate,4),m.likes_per_po"
            "st from accounts a join metrics m using(account_id) order by 1"
        ),
        [
            ("instagram:anna", "Anna A", 12345, "TR", 0.042, 520.5),
            ("instagram:ben", "Ben B", 9000, "TR", 0.009, 81.0),
        ],
    ),
    "lang-en": (
        {
            "l.csv": (
                "Handle;Full name;Follower count;Country;Eng. rate;Avg. likes\n"
                "@anna;Anna A;12.345;UK;4,2%;520,5\n"
                "@ben;Ben B;9.000;UK;0,9%;81\n"
            ),
        },
        "instagram",
        (
            "select a.account_id,a.name,a.followers,a.country,round(m.engagement_rate,4),m.likes_per_po"
            "st from accounts a join metrics m using(account_id) order by 1"
        ),
        [
            ("instagram:anna", "Anna A", 12345, "GB", 0.042, 520.5),
            ("instagram:ben", "Ben B", 9000, "GB", 0.009, 81.0),
        ],
    ),
    "blog-spellings": (
        {
            "b.csv": (
                "Blog,Readers\n"
                "https://www.crumb.example/,10\n"
                "http://crumb.example,10\n"
                "crumb.example,10\n"
                "CRUMB.example/about,10\n"
                "https://crumb.example:443/,10\n"
                "https://crumb.example./,10\n"
                "//crumb.example/,10\n"
                "https://crumb.example/?utm_source=x&fbclid=1,10\n"
                "https://anna.blogspot.com/2020/01/x.html,10\n"
                "anna.blogspot.de,10\n"
                "https://anna.substack.com/p/oat-loaf,10\n"
                "https://xn--bckerei-5wa.example/,10\n"
                "bäckerei.example,10\n"
                "https://uni.example/%7Eben/,10\n"
                "uni.example/~ben,10\n"
            ),
        },
        None,
        "select account_id from accounts order by 1",
        [
            ("web:anna.blogspot.com",),
            ("web:anna.substack.com",),
            ("web:bäckerei.example",),
            ("web:crumb.example",),
            ("web:uni.example/~ben",),
        ],
    ),
    "blog-platform-word": (
        {
            "b.csv": (
                "Platform,Link / handle,Followers\n"
                "Blog,https://www.crumb.example/about,100\n"
                "Instagram,@crumb,200\n"
                "YouTube,https://youtube.com/@crumb?si=abc,300\n"
                "Newsletter,https://anna.substack.com,50\n"
            ),
        },
        None,
        "select account_id, followers from accounts order by 1",
        [
            ("instagram:crumb", 200),
            ("web:anna.substack.com", 50),
            ("web:crumb.example", 100),
            ("youtube:crumb", 300),
        ],
    ),
    "per-platform-columns": (
        {
            "l.csv": (
                "Name,Instagram,Instagram followers,TikTok,TikTok followers,Blog\n"
                "Amy Oven,@oven_amy,1200,@amy,300,https://crumb.example\n"
                "Ben,https://instagram.com/ben/,900,,,\n"
            ),
        },
        None,
        "select account_id, followers from accounts order by 1",
        [
            ("instagram:ben", 900),
            ("instagram:oven_amy", 1200),
            ("tiktok:amy", 300),
            ("web:crumb.example", None),
        ],
    ),
    "city-state": (
        {
            "l.csv": ('username,followers,Location\nanna,10,"Leeds, UK"\nben,20,"Austin, TX, USA"\n'),
        },
        "instagram",
        "select city,country from accounts order by account_id",
        [("Leeds, UK", "GB"), ("Austin, TX, USA", "US")],
    ),
    "hubspot-2": (
        {
            "hubspot-crm-exports-contacts.csv": (
                "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Instagram hand"
                "le,Follower count\n"
                "1,Amy,Oven,amy@crumb.example,1,Jo,Open,oven_amy,1200\n"
                "2,Ben,Crust,ben@rye.example,2,Jo,New,crust_ben,900\n"
            ),
        },
        None,
        (
            "select a.account_id,a.followers,c.email from accounts a join contacts c using(account_id) "
            "order by 1"
        ),
        [("instagram:crust_ben", 900, "ben@rye.example"), ("instagram:oven_amy", 1200, "amy@crumb.example")],
    ),
    "mailchimp": (
        {
            "subscribed_members.csv": (
                "Email Address,First Name,Last Name,Website,MEMBER_RATING,OPTIN_TIME,TAGS\n"
                'amy@crumb.example,Amy,Oven,https://crumb.example,4,2023-05-01 10:00:00,"baker"\n'
                'ben@rye.example,Ben,Crust,https://rye.example,3,2023-05-02 10:00:00,"chef"\n'
            ),
        },
        None,
        "select account_id,email from contacts order by 1",
        [("web:crumb.example", "amy@crumb.example"), ("web:rye.example", "ben@rye.example")],
    ),
    "zip-of-csvs": (
        {
            "all.zip": b"ZIP",
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10)],
    ),
    "zst": (
        {
            "l.csv.zst": b"ZST",
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10)],
    ),
    "dm-only-email": (
        {
            "l.csv": (
                "username,followers,email\nanna,10,DM only\nben,20,ben@rye.example\ncleo,30,via agent\n"
            ),
        },
        "instagram",
        "select account_id,email from contacts",
        [("instagram:ben", "ben@rye.example")],
    ),
    "two-emails-in-a-cell": (
        {
            "l.csv": (
                'username,followers,email\nanna,10,"anna@a.example; info@a.example"\nben,20,ben@rye.example\n'
            ),
        },
        "instagram",
        "select account_id,email from contacts order by 1,2",
        [("instagram:anna", "anna@a.example"), ("instagram:ben", "ben@rye.example")],
    ),
    "tiktok-scraper-flat": (
        {
            "t.csv": (
                "id,text,createTimeISO,authorMeta.name,authorMeta.fans,diggCount,shareCount,playCount,comme"
                "ntCount,webVideoUrl\n"
                "71,oat loaf,2024-05-01T10:00:00.000Z,anna,1200,5,1,100,2,https://www.tiktok.com/@anna/vide"
                "o/71\n"
                "72,rye,2024-05-02T10:00:00.000Z,ben,900,6,2,200,3,https://www.tiktok.com/@ben/video/72\n"
            ),
        },
        None,
        ("select account_id,likes,shares,views,comments from posts order by post_id"),
        [("tiktok:anna", 5, 1, 100, 2), ("tiktok:ben", 6, 2, 200, 3)],
    ),
    "yt-trending-kaggle": (
        {
            "USvideos.csv": (
                "video_id,trending_date,title,channel_title,category_id,publish_time,tags,views,likes,disli"
                "kes,comment_count,thumbnail_link,comments_disabled,description\n"
                "dQw4w9WgXcQ,17.14.11,Oat loaf,Amy Bakes,22,2017-11-13T17:13:01.000Z,oats,100,5,1,2,https:/"
                "/i.ytimg.com/1.jpg,False,with seeds\n"
                "dQw4w9WgXcR,17.14.11,Rye loaf,Ben Bakes,22,2017-11-13T18:13:01.000Z,rye,200,6,1,3,https://"
                "i.ytimg.com/2.jpg,False,with nuts\n"
            ),
        },
        "youtube",
        ("select account_id,likes,views,created_at::varchar from posts order by post_id"),
        [
            ("youtube:amy bakes", 5, 100, "2017-11-13 17:13:01"),
            ("youtube:ben bakes", 6, 200, "2017-11-13 18:13:01"),
        ],
    ),
    "sentiment140": (
        {
            "t.csv": (
                '"0","1467810369","Mon Apr 06 22:19:45 PDT 2009","NO_QUERY","anna","oat loaf with many seed'
                's today"\n'
                '"4","1467810672","Mon Apr 06 22:19:49 PDT 2009","NO_QUERY","ben","rye loaf with many nuts '
                'today"\n'
                '"0","1467810673","Mon Apr 06 22:19:53 PDT 2009","NO_QUERY","cleo","spelt loaf with nothing'
                ' else in it"\n'
            ),
        },
        "twitter",
        ("select post_id,account_id,text,created_at::varchar from posts where account_id='twitter:anna'"),
        [("1467810369", "twitter:anna", "oat loaf with many seeds today", "2009-04-07 05:19:45")],
    ),
    "reviews-are-not-accounts": (
        {
            "r.csv": "product,price,stock\nOats,2.50,10\nRye,3.10,5\nSpelt,2.20,7\n",
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        REFUSED,
    ),
    "weather": (
        {
            "w.csv": "date,temp,rain\n2024-05-01,12.5,0\n2024-05-02,13.1,2\n",
        },
        None,
        "select account_id, followers from accounts order by 1",
        REFUSED,
    ),
}
"""Name: files, the platform that the user tells, a question, and its answer."""


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_file_of_this_shape_is_read_as_it_is_meant(shape: str, answer_of: Any) -> None:
    files, platform, question, right = SHAPES[shape]
    assert answer_of(files, platform, question) == right
