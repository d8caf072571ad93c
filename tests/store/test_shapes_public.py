"""Shapes met in public repositories, with invented people: each with the rows known by construction."""

from __future__ import annotations

from typing import Any

import pytest

SHAPES: dict[str, tuple[dict[str, Any], str | None, str, Any]] = {
    "japanese-list": (
        {
            "list.csv": (
                "名前,ユーザー名,フォロワー数,自己紹介,国\n山田太郎,@yamada_taro,1.2万人,料理とパンのブログ,日本\n"
                '佐藤花子,@hanako.bakes,"5,400人",毎日パンを焼いています,日本\n鈴木一郎,@ichi_vegan,880人,ヴィーガン料理,日本\n'
            ),
        },
        "instagram",
        "select account_id, name, followers, bio, country from accounts order by followers",
        [
            ("instagram:ichi_vegan", "鈴木一郎", 880, "ヴィーガン料理", "JP"),
            ("instagram:hanako.bakes", "佐藤花子", 5400, "毎日パンを焼いています", "JP"),
            ("instagram:yamada_taro", "山田太郎", 12000, "料理とパンのブログ", "JP"),
        ],
    ),
    "japanese-posts": (
        {
            "posts.csv": (
                "投稿ID,ユーザー名,投稿日時,本文,いいね数,再生回数\n"
                "a1,yamada_taro,2025年3月1日 10:00,今日のパンはライ麦です,120,2200\n"
                "a2,hanako.bakes,2025年3月2日 11:30,ヴィーガンのレシピを載せました,80,1800\n"
            ),
        },
        "instagram",
        "select post_id, account_id, cast(created_at as varchar), text, likes, views from posts order by post_id",
        [
            ("a1", "instagram:yamada_taro", "2025-03-01 10:00:00", "今日のパンはライ麦です", 120, 2200),
            (
                "a2",
                "instagram:hanako.bakes",
                "2025-03-02 11:30:00",
                "ヴィーガンのレシピを載せました",
                80,
                1800,
            ),
        ],
    ),
    "comments-of-a-reddit-script": (
        {
            "posts.csv": (
                "id,title,author,subreddit,score,num_comments,created_utc,selftext\n"
                "abc1,Rye today,oven_amy,Baking,120,2,1735700000,My first rye\n"
            ),
            "comments.csv": (
                "comment_id,link_id,author,body,score,created_utc\n"
                'k1,t3_abc1,cat_rye,"Looks great, which flour?",5,1735710000\n'
                "t1_k2,t3_abc1,ben_crumb,Nice crumb,3,1735720000\n"
            ),
        },
        None,
        "select c.post_id, c.account_id, p.account_id as answered from posts c join posts p on p.post_id = c.reply_to "
        "order by 1",
        [
            ("t1_k1", "reddit:cat_rye", "reddit:oven_amy"),
            ("t1_k2", "reddit:ben_crumb", "reddit:oven_amy"),
        ],
    ),
    "mentions-by-ids": (
        {
            "mentions.csv": (
                "author;mentioned;tweet_id\n23337157;455722842;152860974821548033\n292969669;74395797;1"
                "49506870669869059\n23337157;74395797;152860974821548034\n"
            ),
        },
        "twitter",
        "select actor_id, target_id, kind from interactions order by post_id",
        [
            ("twitter:292969669", "twitter:74395797", "mention"),
            ("twitter:23337157", "twitter:455722842", "mention"),
            ("twitter:23337157", "twitter:74395797", "mention"),
        ],
    ),
    "bare-ids-by-author": (
        {
            "tweets.csv": (
                "author;tweet_id\n23337150;152860974821548030\n23337151;152860974821548031\n23337152;152"
                "860974821548032\n23337150;152860974821548033\n23337151;152860974821548034\n23337152;152"
                "860974821548035\n23337150;152860974821548036\n23337151;152860974821548037\n23337152;152"
                "860974821548038\n"
            ),
        },
        None,
        "select count(*), count(distinct account_id), min(account_id) from posts",
        [(9, 3, "twitter:23337150")],
    ),
    "blogs-with-descriptions-and-dates": (
        {
            "blogs.csv": "oeid,blog,name,desc,date\n"
            + "".join(
                f'{n},http://b{n}.example.org/,Blog {n},"What blog {n} says about the bread it bakes",'
                f"2015-06-{n + 1:02}\n"
                for n in range(25)
            ),
        },
        None,
        "select (select count(*) from posts), count(*), count(bio) from accounts",
        [(0, 25, 25)],
    ),
    "users-as-seen-on-days": (
        {
            "tweet_users.csv": (
                "X,user_id,name,screen_name,location,description,followers_count,friends_count,update"
                'd\n1,373526339,Rye Habitat,ryehabitat,"Austin, TX",We bake rye bread for everybody in'
                ' town,13907,349,2018-02-05 14:00:00\n2,281530541,Oat House,oathouse,"Boston, MA",Oats'
                " and nothing but oats since long,200,3,2018-02-05 14:00:00\n3,373526339,Rye Habitat,r"
                'yehabitat,"Austin, TX",We bake rye bread for everybody in town,13950,349,2018-02-09 '
                "14:00:00\n"
            ),
        },
        None,
        ("select account_id, country, followers, (select count(*) from posts) from accounts order by 1"),
        [("twitter:oathouse", None, 200, 0), ("twitter:ryehabitat", "US", 13950, 0)],
    ),
    "answers-by-name-and-id": (
        {
            "tweets.csv": (
                '"text","favoriteCount","replyToSN","created","replyToSID","id","screenName","retweet'
                'Count"\n"oat loaf with seeds",8,NA,2017-08-31 23:59:46,NA,903406993045676032,amy,1\n"s'
                'o good to see",1,amy,2017-08-31 23:59:50,903406993045676032,903406993045676099,ben,0'
                "\n"
            ),
        },
        None,
        "select account_id, reply_to from posts order by 1",
        [("twitter:amy", None), ("twitter:ben", "903406993045676032")],
    ),
    "sizes-of-nodes-are-no-followers": (
        {
            "nodes.csv": (
                "nodes,group,size\nanna,en,0.488126649076517\nben,en,20\ncleo,de,0.512126649076517\n"
            ),
        },
        None,
        "select count(*), count(followers) from accounts",
        [(3, 0)],
    ),
    "numbered-names-under-no-header": (
        {
            "influencers.csv": (
                ",0\n0,1. Amy Oven (@ovenamy)\n1,2. Ben Rye (@benrye)\n2,3. Cleo Crust (@cleo)\n"
            ),
        },
        "twitter",
        "select account_id, name from accounts order by 1",
        [("twitter:benrye", "Ben Rye"), ("twitter:cleo", "Cleo Crust"), ("twitter:ovenamy", "Amy Oven")],
    ),
    "latest-posts-of-blogs": (
        {
            "latest.json": (
                '{"generated_at": "2026-08-22T18:48:21Z", "posts": [{"blog_title": "What the Oven", "'
                'blog_url": "https://oven.example.org/", "post_title": "Overlooked loaves", "post_url'
                '": "https://oven.example.org/loaves/", "published": "2026-08-22T18:00:00Z"}, {"blog_'
                'title": "Rye", "blog_url": "https://rye.example.net/", "post_title": "Rye again", "p'
                'ost_url": "https://rye.example.net/again/", "published": "2026-08-22T17:00:00Z"}]}'
            ),
        },
        None,
        "select account_id, text from posts order by 1",
        [("web:oven.example.org", "Overlooked loaves"), ("web:rye.example.net", "Rye again")],
    ),
    "a-language-nobody-told": (
        {
            "blogs.csv": (
                "name,site_url,feed_url,language\nOven,https://oven.example.org/,https://oven.example."
                "org/feed/,Unspecified\nRye,https://rye.example.net/,https://rye.example.net/feed/,en-"
                "GB\n"
            ),
        },
        None,
        "select account_id, language from accounts order by 1",
        [("web:oven.example.org", None), ("web:rye.example.net", "en")],
    ),
    "channels-with-a-day-they-were-looked-at": (
        {
            "channels.csv": "카테고리,슬러그,채널명,핸들,URL,설명,확인일자,참가자수\n"
            + "".join(
                f"Tech,tech,Kanal {n},@kanal_{n},https://t.me/kanal_{n},Worte über das Brot des Kanals {n} und mehr,"
                f"2026-08-21,{13000 + n}\n"
                for n in range(24)
            ),
        },
        None,
        "select (select count(*) from posts), count(*), min(account_id) from accounts",
        [(0, 24, "telegram:kanal_0")],
    ),
    "channels-under-headings": (
        {
            "channels.json": (
                '{"updated_at": "2026-08-21", "categories": [{"slug": "bread", "name": "Bread", "desc'
                'ription": "All about bread", "entries": [{"name": "Rye Radio", "handle": "rye_radio"'
                ', "url": "https://t.me/rye_radio", "description": "rye and more rye", "checked_at": '
                '"2026-08-21"}, {"name": "Oat TV", "handle": "oat_tv", "url": "https://t.me/oat_tv", '
                '"description": "oats at noon", "checked_at": "2026-08-21"}]}, {"slug": "cake", "name'
                '": "Cake", "description": "All about cake", "entries": [{"name": "Crumb", "handle": '
                '"crumb", "url": "https://t.me/crumb", "description": "crumbs", "checked_at": "2026-0'
                '8-21"}]}]}'
            ),
        },
        None,
        "select account_id, name from accounts order by 1",
        [("telegram:crumb", "Crumb"), ("telegram:oat_tv", "Oat TV"), ("telegram:rye_radio", "Rye Radio")],
    ),
    "channels-by-their-numbers": (
        {
            "list.csv": (
                "channel_id,channel_name,channel_view_count,channel_sub_count,channel_video_count\nUCv"
                "y1Mv8nsSohI2rMH7kK4ow,The Rye Society,820334,8120,170\nUC0iMjvN9QJUhNK5Ti6_FAjw,Oat E"
                "thics,34557,576,37\n"
            ),
        },
        None,
        "select platform, followers, posts_total from accounts order by 2",
        [("youtube", 576, 37), ("youtube", 8120, 170)],
    ),
    "titles-of-channels": (
        {
            "channels.csv": (
                "youtube_channel_id,youtube_channel_handle,title,company_id,source_url,added_at\nUCODH"
                "rzPMGbNv67e84WDZhQQ,rye-tv,Rye,bakers,https://news.example.org/rye,2025-07-25\nUCKGMH"
                "VipEvuZudhHD05FOYA,oathouse,Oat House,bakers,https://news.example.org/oat,2025-07-25"
                "\n"
            ),
        },
        None,
        "select (select count(*) from posts), count(*), max(name) from accounts",
        [(0, 2, "Rye")],
    ),
    "people-by-first-and-last-name": (
        {
            "members.csv": (
                "ID,GEBURTSDATUM,BERUF,VITA_KURZ,NACHNAME,VORNAME,HISTORIE_VON,WAHLKREIS_NAME\n1100075"
                "6,16.01.1948,Bäcker,1954 bis 1966 Schule und dann eine Lehre im Ofenbau und viel Bro"
                "t,Korn,Anna,03.10.1990,Berlin-Ost\n11002718,18.02.1961,Müllerin,1981 bis 1987 Studium"
                " der Mühlen und danach viele Jahre am Ofen,Mehl,Ben,10.11.1994,Aachen I\n11002719,18."
                "02.1962,Müllerin,1982 bis 1988 Studium der Öfen und danach viele Jahre in der Mühle,"
                "Roggen,Cleo,10.11.1994,Aachen I\n"
            ),
        },
        None,
        "select (select count(*) from posts), name from accounts order by 2",
        [(0, "Anna Korn"), (0, "Ben Mehl"), (0, "Cleo Roggen")],
    ),
    "rows-without-names-of-columns": (
        {
            "ranks.csv": "".join(
                f"{n}\t{1700 + n}\tPat Leahy{n}\t{('Red', 'Blue')[n % 2]}\tVermont\tJanuary {n % 28 + 1}, 1975\t"
                f"Former baker of the town for many years {n}\n"
                for n in range(30)
            ),
        },
        None,
        "select 1",
        "refused",
    ),
    "comments-under-posts-by-their-own-ids": (
        {
            "comments.csv": "id,parent_comment_id,shortcode,text,created_at,username\n"
            "17882645440503653,,B8etH5dnXnO,Pure class,1581538347,anna\n"
            "17911556482115340,17882645440503653,B8etH5dnXnO,@anna so it is,1581538400,ben\n"
            "17911556482115341,,B8etH5dnXnP,What a loaf,1581538500,anna\n"
        },
        "instagram",
        "select post_id, account_id, reply_to, (select count(*) from aliases) from posts order by 1",
        [
            ("17882645440503653", "instagram:anna", "B8etH5dnXnO", 0),
            ("17911556482115340", "instagram:ben", "17882645440503653", 0),
            ("17911556482115341", "instagram:anna", "B8etH5dnXnP", 0),
        ],
    ),
    "answers-by-bare-ids": (
        {
            "reddit_comments.csv": "id,post_id,author,body,score,created_utc,parent_id,subreddit\n"
            "oaj1,1ru8,anna,Rye needs a day of rest,4,1773561820,1ru8,Baking\n"
            "oaj2,1ru8,ben,Two days I would say,2,1773561920,oaj1,Baking\n"
            "oaj3,1ru8,cleo,Mine took three days to rise,1,1773562920,oaj2,Baking\n"
        },
        "reddit",
        "select post_id, account_id, reply_to from posts order by 1",
        [
            ("oaj1", "reddit:anna", "1ru8"),
            ("oaj2", "reddit:ben", "oaj1"),
            ("oaj3", "reddit:cleo", "oaj2"),
        ],
    ),
    "kinds-of-channels-are-no-platforms": (
        {
            "Global YouTube Statistics.csv": "rank,Youtuber,subscribers,category,uploads,Country,channel_type\n"
            + "".join(
                f"{n},Oven {n},{9000 - n},Food,{n + 3},{('India', 'nan')[n % 2]},{kinds[n % 3]}\n"
                for kinds in [("Games", "People", "Howto")]
                for n in range(1, 9)
            )
        },
        None,
        "select count(*), count(distinct platform), min(platform), count(country) from accounts",
        [(8, 1, "youtube", 4)],
    ),
    "rates-as-shares-with-one-beyond": (
        {
            "list.json": str(
                [
                    {
                        "handle": f"oven_{n}",
                        "platform": "Instagram",
                        "followerCount": 9000 + n,
                        "engagementRate": rate,
                    }
                    for n, rate in enumerate([*[0.0142] * 29, 1.4])
                ]
            ).replace("'", '"')
        },
        None,
        "select count(*), min(engagement_rate), max(engagement_rate) from metrics",
        [(30, 0.0142, 0.0142)],
    ),
    "a-person-called-like-a-total": (
        {
            "Connections.csv": "First Name,Last Name,Email Address,Company,Position,Connected On\n"
            "Anna,Korn,,Mill,Miller,13-Sep-22\nSuma,Mehl,,Oven,Baker,14-Sep-22\n,,,,,15-Sep-22\n"
        },
        None,
        "select name from accounts order by 1",
        [("Anna Korn",), ("Suma Mehl",)],
    ),
    "names-as-a-script-prints-them": (
        {"edges.csv": "Source,Target\nu'Anna', u'ben'\nu'cleo', u'ben'\n"},
        "twitter",
        "select follower_id, followee_id from follows order by 1",
        [("twitter:anna", "twitter:ben"), ("twitter:cleo", "twitter:ben")],
    ),
    "blogs-beside-a-told-platform": (
        {"list.csv": "Blog,Followers\nrye.example.com,100\noats.example.org,200\n"},
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("web:oats.example.org", 200), ("web:rye.example.com", 100)],
    ),
    "sites-under-numbers": (
        {
            "web.gexf": '<gexf xmlns="http://www.gexf.net/1.2draft"><graph defaultedgetype="directed"><attributes '
            'class="node"><attribute id="h" title="homepage" type="string"/></attributes><nodes>'
            '<node id="5514" label="Rye"><attvalues><attvalue for="h" value="https://www.rye.example/"/></attvalues>'
            '</node><node id="36111" label="Oats"><attvalues><attvalue for="h" value="https://oats.example/"/>'
            '</attvalues></node></nodes><edges><edge id="0" source="36111" target="5514" weight="2"/></edges>'
            "</graph></gexf>"
        },
        None,
        "select follower_id, followee_id, weight from follows",
        [("web:oats.example", "web:rye.example", 2.0)],
    ),
    "posts-with-those-who-liked-them": (
        {
            "posts.json": '[{"id": "p1", "author": "amy", "text": "Oat loaf today with honey", "date": "2024-05-01", '
            '"likes": [{"username": "ben"}, {"username": "cleo"}], "comments": [{"username": "dan", "text": '
            '"Looks so good to me", "created_at": "2024-05-02"}]}, {"id": "p2", "author": "ben", "text": '
            '"Rye loaf today with seeds", "date": "2024-05-02", "likes": [{"username": "amy"}], "comments": []}]'
        },
        "instagram",
        "select actor_id, target_id, post_id, kind, text from interactions order by 3, 1",
        [
            ("instagram:ben", "instagram:amy", "p1", "like", None),
            ("instagram:cleo", "instagram:amy", "p1", "like", None),
            ("instagram:dan", "instagram:amy", "p1", "comment", "Looks so good to me"),
            ("instagram:amy", "instagram:ben", "p2", "like", None),
        ],
    ),
    "posts-with-the-names-of-those-who-liked-them": (
        {
            "posts.json": '[{"id": "p1", "author": "amy", "text": "Oat loaf today with honey", "date": "2024-05-01", '
            '"likers": ["ben", "cleo"]}, {"id": "p2", "author": "ben", "text": "Rye loaf today with seeds", '
            '"date": "2024-05-02", "likers": ["amy"]}]'
        },
        "instagram",
        "select count(*), count(distinct actor_id), min(kind) from interactions",
        [(3, 3, "like")],
    ),
    "tweets-in-a-table-whose-cells-hold-objects": (
        {
            "tweets.csv": "url,date,content,id,user,replyCount,retweetCount,likeCount,lang,mentionedUsers\n"
            "https://twitter.com/oven_amy/status/9,2022-05-01 10:00:00+00:00,Oat loaf &amp; butter,9,"
            "\"{'username': 'oven_amy', 'id': 5, 'displayname': \"\"Amy O'Oven\"\", 'followersCount': 12}\",1,2,3,en,"
            "\"[{'username': 'ben', 'id': 7}]\"\n"
            "https://twitter.com/cleo/status/10,2022-05-02 10:00:00+00:00,Rye &gt; wheat,10,"
            "\"{'username': 'cleo', 'id': 6, 'displayname': 'Cleo', 'followersCount': None}\",1,2,3,en,\n"
        },
        None,
        "select p.text, a.name, a.followers, i.target_id from posts p join accounts a using (account_id) "
        "left join interactions i using (post_id) order by p.post_id desc",
        [("Oat loaf & butter", "Amy O'Oven", 12, "twitter:ben"), ("Rye > wheat", "Cleo", None, None)],
    ),
    "posts-that-tell-whom-they-answer": (
        {
            "posts.csv": "Handle,CreatedAt,Text,LikeCount,Parent Handle\n"
            "amy.bsky.social,2024-11-07T23:59:12Z,The oat loaf of today is good,2,ben.bsky.social\n"
            "ben.bsky.social,2024-11-08T23:59:12Z,The rye loaf of today is good,3,\n"
            "cleo.bsky.social,2024-11-09T23:59:12Z,What a loaf you have there,3,amy.bsky.social\n"
        },
        "bluesky",
        "select actor_id, target_id, kind from interactions order by 1",
        [
            ("bluesky:amy.bsky.social", "bluesky:ben.bsky.social", "reply"),
            ("bluesky:cleo.bsky.social", "bluesky:amy.bsky.social", "reply"),
        ],
    ),
    "two-numbers-in-a-cell": (
        {"list.csv": "handle,followers\namy,12k / 5k\nben,8k\ncleo,9k\n"},
        "instagram",
        "select value, contains(reason, 'two numbers in one cell') from rejects",
        [("12k / 5k", True)],
    ),
    "days-without-a-year": (
        {
            "posts.csv": "id,author,Date,text\n1,amy,Mar 5,The oat loaf of today is good\n"
            "2,amy,5 Mrz,The rye loaf of today is good\n3,ben,12. Mai,What a day for a loaf\n"
            "4,ben,₁₃₇ Mai,Signs that are no figures\n"
        },
        "instagram",
        "select count(*), count(created_at), min(extra) from posts",
        [(4, 0, '{"Date": "12. Mai"}')],
    ),
    "comments-under-the-address-of-a-post": (
        {
            "export.csv": "ExportComments.com,,,\nSource URL,https://www.facebook.com/2555_1015,,\n,,,\n"
            "Name,Date,Likes,Comment\nAnna Korn,2021-01-01 03:07:45,0,What a loaf you have there\n"
            "Ben Mehl,2021-01-02 03:07:45,1,Mine was as hard as a stone\n"
        },
        None,
        "select account_id from posts order by 1",
        [("facebook:anna korn",), ("facebook:ben mehl",)],
    ),
    "pages-about-html": (
        {
            "feed.xml": '<rss version="2.0"><channel><title>Rye</title><link>https://rye.example/</link><item><title>Tags'
            "</title><link>https://rye.example/1</link><description>&lt;p&gt;Write &amp;amp;lt; for a tag&lt;/p&gt;"
            "</description></item></channel></rss>"
        },
        None,
        "select text from posts",
        [("Tags\nWrite &lt; for a tag",)],
    ),
    "texts-that-mean-their-ampersands": (
        {
            "posts.csv": "id,author,date,text\n1,amy,2024-05-01,How to write &amp; in a page\n"
            "2,amy,2024-05-02,Salt & pepper for the loaf\n"
        },
        "instagram",
        "select text from posts order by post_id",
        [("How to write &amp; in a page",), ("Salt & pepper for the loaf",)],
    ),
}
"""Name: files, the platform that the user tells, a question, and its answer."""


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_file_of_this_shape_is_read_as_it_is_meant(shape: str, answer_of: Any) -> None:
    files, platform, question, right = SHAPES[shape]
    assert answer_of(files, platform, question) == right
