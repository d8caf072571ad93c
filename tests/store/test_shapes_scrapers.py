"""Scrapers' files, lists of vendors and small exports: each with the rows written down before it was read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import influence
from influence.errors import MappingError

SHAPES: dict[str, tuple[dict[str, Any], str | None, str, Any]] = {
    "tiktok-scraper-with-slashes": (
        {
            "tt.csv": (
                "authorMeta/name,authorMeta/nickName,authorMeta/fans,authorMeta/signature,text,diggCount,shareCount,"
                "playCount,commentCount,createTimeISO,webVideoUrl,id\n"
                "oven_amy,Amy,1200,bakes,Oat loaf,12,1,400,2,2024-05-01T09:00:00.000Z,"
                "https://www.tiktok.com/@oven_amy/video/7301,7301\n"
            ),
        },
        None,
        "select p.account_id, p.likes, p.views, a.name, a.bio from posts p join accounts a using(account_id)",
        [("tiktok:oven_amy", 12, 400, "Amy", "bakes")],
    ),
    "posts-of-a-publishing-tool": (
        {
            "posts.csv": (
                "Date (GMT),Post Permalink,Profile,Network,Post Message,Likes,Comments\n"
                "2025-01-01 10:00:00,https://www.instagram.com/p/C1/,oven_amy,INSTAGRAM_BUSINESS,Vegan rye,120,4\n"
                "2025-01-02 10:00:00,https://www.facebook.com/9/posts/1,ben.crumb,Facebook Page,Crumb,20,1\n"
            ),
        },
        None,
        "select account_id, likes from posts order by 2",
        [("facebook:ben.crumb", 20), ("instagram:oven_amy", 120)],
    ),
    "collected-followers-are-no-posts": (
        {
            "result.csv": (
                "profileUrl,username,fullName,imgUrl,id,isPrivate,isVerified,query,timestamp\n"
                + "".join(
                    f"https://www.instagram.com/fan{n},fan{n},Fan {n},https://i.example/{n}.jpg,50{n},false,false,"
                    "https://www.instagram.com/oven_amy/,2025-01-05T10:00:00.000Z\n"
                    for n in range(5)
                )
            ),
        },
        None,
        "select (select count(*) from posts), count(*), count(name), min(account_id) from accounts",
        [(0, 5, 5, "instagram:fan0")],
    ),
    "ig-scraper-posts-camel": (
        {
            "dataset.csv": (
                "ownerUsername,ownerFullName,caption,commentsCount,likesCount,timestamp,url,shortCode"
                ",videoViewCount,locationName\noven_amy,Amy,Oat loaf #oat,3,120,2024-05-01T09:00:00.00"
                "0Z,https://www.instagram.com/p/C1/,C1,,Leeds\noven_amy,Amy,Rye loaf,1,-1,2024-05-02T0"
                "9:00:00.000Z,https://www.instagram.com/p/C2/,C2,400,\n"
            ),
        },
        None,
        "select post_id, account_id, likes, comments, views from posts order by 1",
        [("C1", "instagram:oven_amy", 120, 3, None), ("C2", "instagram:oven_amy", None, 1, 400)],
    ),
    "tiktok-scraper-dotted": (
        {
            "tt.csv": (
                "id,text,createTimeISO,authorMeta.name,authorMeta.fans,authorMeta.signature,diggCount"
                ",shareCount,playCount,commentCount,webVideoUrl\n7301,Oat loaf,2024-05-01T09:00:00.000"
                "Z,oven_amy,1200,bakes,12,1,400,2,https://www.tiktok.com/@oven_amy/video/7301\n"
            ),
        },
        None,
        (
            "select p.account_id, p.likes, p.views, a.followers, a.bio from posts p join accounts"
            " a using(account_id)"
        ),
        [("tiktok:oven_amy", 12, 400, 1200, "bakes")],
    ),
    "x-scraper-flat": (
        {
            "tw.csv": (
                "Tweet Id,Name,Handle,Verified,Timestamp,Content,Comments,Retweets,Likes,Analytics,Ta"
                "gs,Mentions,Profile Image,Tweet Link\ntweet_id:1780,Amy Oven,@oven_amy,False,2024-05-"
                "01T09:00:00.000Z,Oat loaf,1,2,30,1.2K,[],[],https://pbs.example.com/x.jpg,https://tw"
                "itter.com/oven_amy/status/1780\n"
            ),
        },
        None,
        "select account_id, text, likes, shares, views from posts",
        [("twitter:oven_amy", "Oat loaf", 30, 2, 1200)],
    ),
    "yt-comments-scraper": (
        {
            "comments.csv": (
                "video_id,comment_id,author,author_channel_id,text,likes,published_at\nv1,c1,Ben Rye,U"
                "Caaaaaaaaaaaaaaaaaaaaaa,lovely,3,2024-05-01T09:00:00Z\nv1,c2,Cleo,UCbbbbbbbbbbbbbbbbb"
                "bbbbb,nice,1,2024-05-01T10:00:00Z\n"
            ),
        },
        "youtube",
        (
            "select (select count(*) from posts)+(select count(*) from interactions), (select cou"
            "nt(distinct account_id) from posts)"
        ),
        [(2, 2)],
    ),
    "li-posts": (
        {
            "posts.json": (
                '[{"urn": "urn:li:activity:71", "authorName": "Amy Oven", "authorProfileUrl": "https:'
                '//www.linkedin.com/in/amy-oven?miniProfileUrn=x", "postedAtISO": "2024-05-01T09:00:0'
                '0.000Z", "text": "Oat loaf", "numLikes": 12, "numComments": 3, "numShares": 1}]'
            ),
        },
        None,
        "select account_id,text,likes,comments,shares from posts",
        [("linkedin:amy-oven", "Oat loaf", 12, 3, 1)],
    ),
    "bsky-posts-csv": (
        {
            "bsky.csv": (
                "uri,cid,author_handle,author_did,text,created_at,like_count,repost_count,reply_count"
                "\nat://did:plc:aaa/app.bsky.feed.post/3k1,bafy1,amy.bsky.social,did:plc:aaa,Oat loaf,"
                "2024-05-01T09:00:00Z,4,1,0\n"
            ),
        },
        None,
        "select account_id,likes,shares,comments from posts",
        [("bluesky:amy.bsky.social", 4, 1, 0)],
    ),
    "reddit-praw-csv": (
        {
            "r.csv": (
                "title,score,id,subreddit,url,num_comments,body,created,author\nOat loaf,12,abc1,Bread"
                "it,https://www.reddit.com/r/Breadit/comments/abc1/,3,Made today,1714554000.0,oven_am"
                "y\nRye,3,abc2,Breadit,https://www.reddit.com/r/Breadit/comments/abc2/,0,,1714640400.0"
                ",[deleted]\n"
            ),
        },
        None,
        ("select account_id, text, likes, community, created_at::varchar from posts order by 1"),
        [("reddit:oven_amy", "Oat loaf\nMade today", 12, "r/Breadit", "2024-05-01 09:00:00")],
    ),
    "mastodon-statuses-json": (
        {
            "st.json": (
                '[{"id": "11", "created_at": "2024-05-01T09:00:00.000Z", "content": "<p>Oat loaf</p>"'
                ', "favourites_count": 3, "reblogs_count": 1, "replies_count": 0, "url": "https://bre'
                'ad.example/@amy/11", "account": {"id": "5", "username": "amy", "acct": "amy@bread.ex'
                'ample", "display_name": "Amy", "followers_count": 120, "note": "<p>bakes</p>"}, "reb'
                'log": null, "mentions": []}]'
            ),
        },
        None,
        ("select p.account_id,text,likes,shares,followers from posts p join accounts using(account_id)"),
        [("mastodon:amy@bread.example", "Oat loaf", 3, 1, 120)],
    ),
    "twitter-user-lookup": (
        {
            "u.json": (
                '{"data": [{"id": "501", "username": "oven_amy", "name": "Amy", "public_metrics": {"f'
                'ollowers_count": 1200, "following_count": 3, "tweet_count": 9, "listed_count": 2}, "'
                'created_at": "2012-01-01T00:00:00.000Z"}], "meta": {"result_count": 1}}'
            ),
        },
        "twitter",
        "select handle,followers,posts_total,listed from accounts",
        [("oven_amy", 1200, 9, 2)],
    ),
    "ig-business-discovery": (
        {
            "bd.json": (
                '{"business_discovery": {"username": "oven_amy", "followers_count": 1200, "media_coun'
                't": 44, "biography": "bakes", "media": {"data": [{"id": "m1", "caption": "Oat loaf",'
                ' "like_count": 12, "comments_count": 2, "timestamp": "2024-05-01T09:00:00+0000"}]}, '
                '"id": "178"}, "id": "900"}'
            ),
        },
        "instagram",
        (
            "select (select handle||followers from accounts where followers is not null), (select"
            " account_id||likes from posts)"
        ),
        [("oven_amy1200", "instagram:oven_amy12")],
    ),
    "followers-html-json-ig": (
        {
            "followers_1.json": (
                '[{"title": "", "media_list_data": [], "string_list_data": [{"href": "https://www.ins'
                'tagram.com/ben_rye", "value": "ben_rye", "timestamp": 1714554000}]}]'
            ),
        },
        None,
        "select count(*) from accounts where handle='ben_rye'",
        [(1,)],
    ),
    "snapshots": (
        {
            "history.csv": (
                "date,username,followers,following\n2024-05-01,oven_amy,1200,30\n2024-05-02,oven_amy,12"
                "10,30\n2024-05-03,oven_amy,1230,31\n"
            ),
        },
        "instagram",
        "select count(*), max(followers) from snapshots",
        [(3, 1230)],
    ),
    "vendor-urls-per-platform": (
        {
            "creators.csv": (
                "Creator,Instagram URL,TikTok URL,IG Followers,TT Followers,Email\nAmy Oven,https://in"
                "stagram.com/oven_amy,https://www.tiktok.com/@amyoven,1200,3400,amy@example.org\nBen R"
                "ye,,https://www.tiktok.com/@ben.rye,,88,\n"
            ),
        },
        None,
        "select account_id, followers from accounts order by 1",
        [("instagram:oven_amy", 1200), ("tiktok:amyoven", 3400), ("tiktok:ben.rye", 88)],
    ),
    "vendor-audience": (
        {
            "report.csv": (
                "Username,Followers,Engagement Rate %,Audience Credibility,Top Audience Country,Femal"
                'e Audience %,Estimated Cost Per Post\noven_amy,"12,400",3.41,0.87,GB,71.2,$120\nben_ry'
                'e,"8,900",2.10,0.64,US,40.0,$95\n'
            ),
        },
        "instagram",
        (
            "select a.handle, followers, round(engagement_rate,4), country from accounts a join m"
            "etrics using(account_id) order by 1"
        ),
        [("ben_rye", 8900, 0.021, None), ("oven_amy", 12400, 0.0341, None)],
    ),
    "vendor-reach-range": (
        {
            "list.csv": (
                "Handle,Followers,Status,Last contacted,Notes\n@oven_amy,10.4M+,contacted,12/03/2024,m"
                "et at fair\n@ben_rye,~3k,replied,28/02/2024,\n@cleo,14.3k followers,new,,sends samples"
                "\n"
            ),
        },
        "instagram",
        "select handle, followers from accounts order by 1",
        [("ben_rye", 3000), ("cleo", 14300), ("oven_amy", 10400000)],
    ),
    "vendor-xlsx-merged-group": (
        {
            "v.xlsx": {
                "Report": [
                    ["Profile", "", "", "Performance", ""],
                    ["Username", "Full name", "Country", "Followers", "ER"],
                    ["oven_amy", "Amy", "UK", 12400, 0.0341],
                    ["ben_rye", "Ben", "USA", 8900, 0.021],
                ],
            },
        },
        "instagram",
        (
            "select a.handle, followers, country, round(engagement_rate,4) from accounts a join m"
            "etrics using(account_id) order by 1"
        ),
        [("ben_rye", 8900, "US", 0.021), ("oven_amy", 12400, "GB", 0.0341)],
    ),
    "vendor-json-items": (
        {
            "res.json": (
                '{"error": false, "total": 2, "lookalikes": [], "accounts": [{"account": {"user_profi'
                'le": {"username": "oven_amy", "followers": 12400, "engagement_rate": 0.034, "user_id'
                '": "501"}}}, {"account": {"user_profile": {"username": "ben_rye", "followers": 8900,'
                ' "engagement_rate": 0.021, "user_id": "502"}}}]}'
            ),
        },
        "instagram",
        "select handle, followers from accounts order by 1",
        [("ben_rye", 8900), ("oven_amy", 12400)],
    ),
    "vendor-site-list": (
        {
            "sites.csv": (
                "Website,Domain Authority,Monthly Traffic,Contact Email,Niche\nhttps://www.crumbs.exam"
                "ple.org/about,34,12000,amy@crumbs.example.org,Baking\nrye.example.net,21,900,,Bread\n"
            ),
        },
        None,
        "select account_id from accounts order by 1",
        [("web:crumbs.example.org",), ("web:rye.example.net",)],
    ),
    "mentions-of-a-monitor-are-posts": (
        {
            "mention.csv": (
                "Date;Author;Author influence;Title;Description;URL;Source type;Tone;Cumulative reach;Language\n"
                "2024-05-01T09:00:00;oven_amy;34;Oat loaf;I love the Tavilo mixer;"
                "https://twitter.com/oven_amy/status/1783;twitter;positive;1200;en\n"
                "2024-05-02T09:00:00;ryeben.example;12;Rye review;The mixer broke;"
                "https://ryeben.example/review;blogs;negative;50;de\n"
            ),
        },
        None,
        "select account_id, text from posts order by 1",
        [
            ("twitter:oven_amy", "Oat loaf\nI love the Tavilo mixer"),
            ("web:ryeben.example", "Rye review\nThe mixer broke"),
        ],
    ),
    "the-address-of-a-post-tells-its-author-and-impressions-are-views": (
        {
            "own.csv": (
                "Link,Text,Date,Likes,Reach,Impressions,Profile visits\n"
                "https://www.tiktok.com/@oven_amy/video/7412,Oat loaf,2024-05-01,12,800,1500,5\n"
                "https://x.com/ben_rye/status/1783?s=20,Rye loaf,2024-05-02,7,300,900,2\n"
            ),
        },
        None,
        "select account_id, views from posts order by 1",
        [("tiktok:oven_amy", 1500), ("twitter:ben_rye", 900)],
    ),
    "the-address-of-a-post-tells-where-its-author-is": (
        {
            "found.csv": (
                "Permalink,Author,Content,Date,Likes\n"
                "https://x.com/oven_amy/status/1,oven_amy,Oat loaf with seeds and honey,2024-05-01,12\n"
                "https://www.instagram.com/p/C6abc/,ben_rye,Rye loaf with nuts and malt,2024-05-02,7\n"
                "https://rye.example/loaf,cleo,Rye loaf with nuts again,2024-05-03,1\n"
            ),
        },
        None,
        "select account_id from posts order by created_at",
        [("twitter:oven_amy",), ("instagram:ben_rye",), ("web:cleo",)],
    ),
    "json-in-quoted-cells": (
        {
            "p.csv": (
                'username,followers,posts,biography\noven_amy,1200,"[{""id"":""1"",""likes"":12}]",I bake\n'
                'ben_rye,800,"[{""id"":""2"",""likes"":3}]",Rye\n'
            ),
        },
        "instagram",
        "select handle, followers from accounts order by 1",
        [("ben_rye", 800), ("oven_amy", 1200)],
    ),
    "a-podcast-by-its-title-and-no-picture-by-its-link": (
        {
            "p.csv": (
                "podcast_title,publisher,website,profile_image_link,email\n"
                "Oat Radio,Amy Oven,https://oat.example,https://i.example/a.jpg,amy@oat.example\n"
                "Rye Radio,Ben Rye,https://rye.example,https://i.example/b.jpg,ben@rye.example\n"
            ),
        },
        None,
        "select account_id, name from accounts order by 1",
        [("web:oat.example", "Oat Radio"), ("web:rye.example", "Rye Radio")],
    ),
}
"""Name: files, the platform that the user tells, a question, and its answer."""


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_file_of_this_shape_is_read_as_it_is_meant(shape: str, answer_of: Any) -> None:
    files, platform, question, right = SHAPES[shape]
    assert answer_of(files, platform, question) == right


def test_a_report_on_visits_to_a_site_names_the_command_that_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "traffic.csv"
    file.write_text(
        "# ----\n# Traffic acquisition\n# Start date: 20260101\n"
        "Session source / medium,Users,Sessions,Engaged sessions,Key events,Total revenue\n"
        "elieggs.example / referral,120,150,90,4,80.5\ninstagram / spring,30,35,20,1,0\n",
        "utf-8",
    )
    with (
        influence.open_workspace(":memory:") as workspace,
        pytest.raises(MappingError, match="influence channels"),
    ):
        influence.import_files(workspace, [file])
