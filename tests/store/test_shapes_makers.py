"""Shapes met in public repositories, with invented contents: each with the rows known by construction."""

from __future__ import annotations

from typing import Any

import pytest

REFUSED = "refused"
SHAPES: dict[str, tuple[dict[str, Any], str | None, str, Any]] = {
    "posts-without-author": (
        {
            "r.csv": (
                "title,score,url,created,body,subreddit\n"
                "Oat loaf,5,https://r.example/1,1602846302.0,Which flour do you take for it,Baking\n"
                "Rye loaf,7,https://r.example/2,1602846402.0,How long do you let it rise,Baking\n"
            ),
        },
        "reddit",
        "select account_id, followers from accounts order by 1",
        REFUSED,
    ),
    "a-name-in-some-rows-is-no-author": (
        {
            "t.csv": (
                "tweet_id,timestamp,text,name\n"
                "1,2017-08-01 16:23:56 +0000,This is Tilly and she is a good dog,Tilly\n"
                "2,2017-08-02 16:23:56 +0000,Here we have a happy dog on a chair,None\n"
                "3,2017-08-03 16:23:56 +0000,Nothing to see here but a dog,None\n"
            ),
        },
        "twitter",
        "select account_id, followers from accounts order by 1",
        REFUSED,
    ),
    "videos-with-flags": (
        {
            "v.csv": (
                "id,channel_id,title,description,published_at,caption,license\n"
                "--CLJrG-Y7E,UCIyz3ta44lc0qP5boasZ7yw,Oat loaf,How to bake it with seeds,2015-05-11 15:13:5"
                "5,false,youtube\n"
                "-1Ry0XeuCQo,UCzmqmhq7Id0Y_wsda_CJDgg,Rye loaf,How to bake it with nuts,2015-05-12 15:13:55"
                ",true,youtube\n"
            ),
        },
        "youtube",
        (
            "select account_id, text, (select count(*) from accounts where bio is not null) from posts "
            "order by created_at"
        ),
        [
            ("youtube:uciyz3ta44lc0qp5boasz7yw", "Oat loaf\nHow to bake it with seeds", 0),
            ("youtube:uczmqmhq7id0y_wsda_cjdgg", "Rye loaf\nHow to bake it with nuts", 0),
        ],
    ),
    "channels-by-their-own-id": (
        {
            "c.csv": (
                "id,owner_type,owner_id,title,description\n"
                "UC-Cs55IKt_UoYTMyioTSPww,Person,1,Amy Bakes,Bread with oats\n"
                "UC4vrtT6rYwuocyUAqzw7ERA,Person,2,Ben Bakes,Bread with rye\n"
            ),
        },
        "youtube",
        "select account_id, name from accounts order by 2",
        [
            ("youtube:uc-cs55ikt_uoytmyiotspww", "Amy Bakes"),
            ("youtube:uc4vrtt6rywuocyuaqzw7era", "Ben Bakes"),
        ],
    ),
    "ties-by-usernames": (
        {
            "m.csv": "source_username,target_username\nanna,ben\ncleo,ben\nanna,cleo\n",
        },
        "twitter",
        "select follower_id, followee_id from follows order by 1, 2",
        [("twitter:anna", "twitter:ben"), ("twitter:anna", "twitter:cleo"), ("twitter:cleo", "twitter:ben")],
    ),
    "nodes-by-id-and-label": (
        {
            "nodes.csv": "Id,Label\nAmy-Oven,Amy Oven\nBen-Crust,Ben Crust\n",
            "edges.csv": "Source,Target,Type,id,weight\nAmy-Oven,Ben-Crust,Undirected,0,3\n",
        },
        None,
        (
            "select (select count(*) from follows f join accounts a on a.account_id = f.follower_id), ("
            "select max(weight) from follows), (select min(name) from accounts)"
        ),
        [(2, 3.0, "Amy Oven")],
    ),
    "categories-as-arrays": (
        {
            "u.json": (
                '[{"username": "anna", "followers": 10, "categories": ["Vegan", "Baking"], "more": {"biogra'
                'phy": "I bake with oats", "followings": "5"}}, {"username": "ben", "followers": 20, "categ'
                'ories": ["Cars"], "more": {"biography": "I drive", "followings": "6"}}]'
            ),
        },
        "instagram",
        "select account_id, category, bio, following from accounts order by 1",
        [
            ("instagram:anna", "Vegan, Baking", "I bake with oats\nVegan, Baking", 5),
            ("instagram:ben", "Cars", "I drive\nCars", 6),
        ],
    ),
    "rows-joined-by-the-list-number": (
        {
            "influencers.csv": (
                "ID,name,category,follower_count,platform\n"
                "1,Alice,Fitness,500,Instagram\n"
                "2,Bob,Wellness,300,YouTube\n"
            ),
            "posts.csv": (
                "influencer_id,platform,date,URL,caption,likes\n"
                "1,Instagram,2025-07-01,https://i.example/1,Great gains,15\n"
                "2,YouTube,2025-07-02,https://y.example/2,Health tips,10\n"
            ),
        },
        None,
        "select account_id from posts order by 1",
        [("instagram:alice",), ("youtube:bob",)],
    ),
    "servers-without-header": (
        {
            "following.csv": "amy@bread.example\nben@rye.example\ncleo@oats.example\n",
        },
        None,
        "select account_id from accounts order by 1",
        [("mastodon:amy@bread.example",), ("mastodon:ben@rye.example",), ("mastodon:cleo@oats.example",)],
    ),
    "short-addresses-name-nobody": (
        {
            "u.csv": (
                "user_id,user_name,user_followers_count,user_url\n"
                "4196983835,Amy Bakes,10,https://t.co/abc\n"
                "4196983836,Ben Bakes,20,https://t.co/def\n"
            ),
        },
        "twitter",
        ("select count(*), count(distinct account_id), max(followers) from accounts"),
        [(2, 2, 20)],
    ),
    "places-that-are-countries": (
        {
            "l.csv": "username,followers,location\nanna,10,Spain\nben,20,France\n",
        },
        "instagram",
        "select country, city from accounts order by account_id",
        [("ES", None), ("FR", None)],
    ),
    "people-with-descriptions-are-no-posts": (
        {
            "p.json": (
                '[{"id": "c45f67d3-bf0f-449d-a459-7d855dced015", "firstName": "Amy", "lastName": "Oven", "a'
                'ccountName": "Amy_Oven", "description": "The best loaf with many seeds in town"}, {"id": "'
                '4bba1c14-4072-4e68-86e0-4ad9165a7d8b", "firstName": "Ben", "lastName": "Crust", "accountNa'
                'me": "Ben.Crust", "description": "Rye and nothing but rye since years"}]'
            ),
        },
        "instagram",
        ("select account_id, name, (select count(*) from posts) from accounts order by 1"),
        [("instagram:amy_oven", "Amy Oven", 0), ("instagram:ben.crust", "Ben Crust", 0)],
    ),
    "linkedin-notes-above": (
        {
            "Connections.csv": (
                "Notes:\n"
                '"When exporting your connection data, you may notice that some of the email addresses are '
                'missing."\n'
                "\n"
                "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
                "Amy,Oven,https://www.linkedin.com/in/amy-oven,,Crumb,Baker,10 Jun 2022\n"
                "Ben,Crust,https://www.linkedin.com/in/ben-crust,,Rye,Chef,11 Jun 2022\n"
            ),
        },
        None,
        "select account_id, name from accounts order by 1",
        [("linkedin:amy-oven", "Amy Oven"), ("linkedin:ben-crust", "Ben Crust")],
    ),
    "an-empty-file-among-others": (
        {
            "accounts.csv": "username,followers\nanna,10\n",
            "posts.csv": "",
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10)],
    ),
    "twitter-archive-of-2013": (
        {
            "2013_01.js": (
                "Grailbird.data.tweets_2013_01 = \n"
                " [ {\n"
                ' "text" : "oat loaf", "id_str" : "9", "created_at" : "2013-01-03 08:50:26 +0000", "user" :'
                ' { "name" : "Amy", "screen_name" : "oven_amy", "id_str" : "501" }, "entities" : { "user_me'
                'ntions" : [ ] }, "geo" : { } } ]\n'
            ),
        },
        None,
        "select account_id, text from posts",
        [("twitter:oven_amy", "oat loaf")],
    ),
    "followers-and-links-by-platform-in-objects": (
        {
            "i.json": (
                '[{"country": "UK", "name": "Amy Oven", "followers": {"YouTube": 3000, "Instagram": 5840}, '
                '"segment": "Baking", "socialLinks": {"YouTube": "https://youtube.com/@amyoven", '
                '"Instagram": "https://instagram.com/oven_amy"}}, {"country": "US", "name": "Ben Rye", '
                '"followers": {"Instagram": 2920}, "segment": "Baking", '
                '"socialLinks": {"Instagram": "https://instagram.com/benrye"}}]'
            ),
        },
        None,
        "select account_id, followers, name from accounts order by 1",
        [
            ("instagram:benrye", 2920, "Ben Rye"),
            ("instagram:oven_amy", 5840, "Amy Oven"),
            ("youtube:amyoven", 3000, "Amy Oven"),
        ],
    ),
    "the-address-of-a-page-is-not-that-of-its-post": (
        {
            "f.json": (
                '[{"facebookUrl": "https://www.facebook.com/ovenamy", "pageName": "ovenamy", "postId": "9001", '
                '"url": "https://www.facebook.com/ovenamy/posts/9001", "time": "2023-04-06T09:00:00.000Z", '
                '"text": "Hot buns today", "likes": 12}, {"facebookUrl": "https://www.facebook.com/ryeben", '
                '"pageName": "ryeben", "postId": "9002", "url": "https://www.facebook.com/ryeben/posts/9002", '
                '"time": "2023-04-07T09:00:00.000Z", "text": "Rye again and again", "likes": 5}]'
            ),
        },
        None,
        "select account_id, url from posts order by 1",
        [
            ("facebook:ovenamy", "https://www.facebook.com/ovenamy/posts/9001"),
            ("facebook:ryeben", "https://www.facebook.com/ryeben/posts/9002"),
        ],
    ),
    "what-a-post-links-to-is-not-its-author": (
        {
            "p.csv": (
                "post_id,text,time,likes,post_url,user_id,link\n"
                "1,We bake today with oats,2021-05-01 10:00:00,12,https://facebook.com/oven/posts/1,555001,\n"
                "2,New rye in the shop,2021-05-02 10:00:00,22,https://facebook.com/oven/posts/2,555001,"
                "https://rye.example/shop\n"
            ),
        },
        None,
        "select count(*), (select count(*) from accounts where url is not null) from posts",
        [(2, 0)],
    ),
    "youtubers-and-codes-of-countries-as-regions": (
        {
            "y.csv": "Rank,Youtuber,Subscribers,Region\n1,Oven Amy,2450,GB\n2,Rye Ben,1700,DE\n",
        },
        None,
        "select platform, name, followers, country from accounts order by 3",
        [("youtube", "Rye Ben", 1700, "DE"), ("youtube", "Oven Amy", 2450, "GB")],
    ),
    "turkish-thousands": (
        {
            "t.csv": (
                'Kullanıcı Adı,Takipçi,Etkileşim Oranı\n@ayse,"12,3 B","%4,2"\n'
                '@can,"1,2 Mn","%2,1"\n@eda,8 B,"%5,0"\n'
            ),
        },
        "instagram",
        "select handle, followers, round(engagement_rate, 3) from accounts join metrics using (account_id) order by 1",
        [("ayse", 12_300, 0.042), ("can", 1_200_000, 0.021), ("eda", 8000, 0.05)],
    ),
    "romanian-millions": (
        {
            "r.csv": "Cont;Urmăritori\n@ana;12,4 mii\n@ion;1,2 mil.\n",
        },
        "instagram",
        "select handle, followers from accounts order by 1",
        [("ana", 12_400), ("ion", 1_200_000)],
    ),
    "a-thousand-in-spanish": (
        {
            "s.csv": "Cuenta;Seguidores\n@ana;12,4 mil\n@ion;1,2 mil\n",
        },
        "instagram",
        "select handle, followers from accounts order by 1",
        [("ana", 12_400), ("ion", 1200)],
    ),
    "hashtags-that-stand-together-are-nobody": (
        {
            "h.csv": "source,target,weight\n#bread,#rye,12\n#rye,#oats,4\n",
        },
        None,
        "select * from follows",
        REFUSED,
    ),
    "messages-in-their-groups-by-those-who-wrote-them": (
        {
            "g.json": (
                '[{"username": "bakers", "followers": 90, "messages": [{"id": "1", "author": "oven_amy", '
                '"created_at": "2024-01-01T10:00:00", "text": "hello to all bakers here"}, {"id": "2", '
                '"author": "rye_ben", "created_at": "2024-01-02T10:00:00", "text": "hello to you from rye"}]}]'
            ),
        },
        "telegram",
        "select account_id from posts order by 1",
        [("telegram:oven_amy",), ("telegram:rye_ben",)],
    ),
    "first-names-beside-the-addresses-of-profiles": (
        {
            "l.csv": (
                "Influencer,Link,Subs\nAmy,https://www.instagram.com/oven_amy,12k\n"
                "Ben,https://www.youtube.com/@ryeben,3k\n"
            ),
        },
        None,
        "select account_id, name, followers from accounts order by 1",
        [("instagram:oven_amy", "Amy", 12_000), ("youtube:ryeben", "Ben", 3000)],
    ),
    "two-columns-of-addresses": (
        {
            "l.csv": (
                "Influencer,Channel 1,Channel 2\nAmy,https://www.instagram.com/oven_amy,"
                "https://www.tiktok.com/@ovenamy\nBen,https://www.youtube.com/@ryeben,\n"
            ),
        },
        None,
        "select account_id, name from accounts order by 1",
        [("instagram:oven_amy", "Amy"), ("tiktok:ovenamy", "Amy"), ("youtube:ryeben", "Ben")],
    ),
    "ticks-are-no-platform": (
        {
            "l.csv": "handle,followers,sent\nanna,1200,x\nben,300,x\n",
        },
        "instagram",
        "select account_id from accounts order by 1",
        [("instagram:anna",), ("instagram:ben",)],
    ),
    "retweets-are-told-of-one-platform": (
        {
            "t.csv": (
                "username,author_followers,text,created_at,retweets,likes\n"
                "oven_amy,1200,My loaf is ready,2022-01-01 10:00:00+00:00,1,3\n"
                "rye_ben,300,My rye is ready,2022-01-02 10:00:00+00:00,0,1\n"
            ),
        },
        None,
        "select account_id, followers from accounts order by 1",
        [("twitter:oven_amy", 1200), ("twitter:rye_ben", 300)],
    ),
    "sheets-named-after-platforms": (
        {
            "l.xlsx": {
                "Instagram": [["Handle", "Followers"], ["anna", 10], ["ben", 20]],
                "TikTok": [["Handle", "Followers"], ["cleo", 30], ["anna", 40]],
            },
        },
        None,
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20), ("tiktok:anna", 40), ("tiktok:cleo", 30)],
    ),
    "a-file-named-after-its-platform": (
        {
            "tiktok_creators.csv": "username,followers\nanna,10\nben,20\n",
        },
        None,
        "select account_id, followers from accounts order by 1",
        [("tiktok:anna", 10), ("tiktok:ben", 20)],
    ),
}
"""Name: files, the platform that the user tells, a question, and its answer."""


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_file_of_this_shape_is_read_as_it_is_meant(shape: str, answer_of: Any) -> None:
    files, platform, question, right = SHAPES[shape]
    assert answer_of(files, platform, question) == right
