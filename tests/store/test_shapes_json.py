"""JSON in the shapes that services and scrapers write it: each with the rows known by construction."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

SHAPES: dict[str, tuple[dict[str, Any], str | None, str, Any]] = {
    "telegram-old": (
        {
            "result.json": (
                '{"name": "Bread", "type": "private_supergroup", "id": 1, "messages": [{"id": 1, "type": "m'
                'essage", "date": "2019-05-01T10:00:00", "from": "Amy", "from_id": 4511, "text": ["oat ", {'
                '"type": "bold", "text": "loaf"}]}, {"id": 2, "type": "message", "date": "2019-05-01T11:00:'
                '00", "from": "Ben", "from_id": 4512, "text": "nice"}]}'
            ),
        },
        None,
        "select text, created_at::varchar from posts order by created_at",
        [("oat loaf", "2019-05-01 10:00:00"), ("nice", "2019-05-01 11:00:00")],
    ),
    "tiktok-likes-only": (
        {
            "user_data.json": (
                '{"Profile": {"Profile Information": {"ProfileMap": {"userName": "oven_eve", "likesReceived'
                '": "22"}}}, "Activity": {"Like List": {"ItemFavoriteList": [{"Date": "2023-05-01 10:00:00"'
                ', "Link": "https://www.tiktokv.com/share/video/71/"}, {"date": "2023-05-02 10:00:00", "lin'
                'k": "https://www.tiktok.com/@ben/video/72"}]}}}'
            ),
        },
        None,
        "select actor_id,target_id,kind from interactions order by 2",
        [("tiktok:oven_eve", "tiktok:ben", "like")],
    ),
    "apollo-state-map": (
        {
            "u.json": (
                '{"users": {"501": {"username": "anna", "followers": 10}, "502": {"username": "ben", "follo'
                'wers": 20}}}'
            ),
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20)],
    ),
    "deep-envelope": (
        {
            "u.json": (
                '{"status": "ok", "result": {"page": 1, "data": {"items": [{"user": {"username": "anna", "e'
                'dge_followed_by": {"count": 10}}}, {"user": {"username": "ben", "edge_followed_by": {"coun'
                't": 20}}}]}}}'
            ),
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20)],
    ),
    "posts-with-nested-author": (
        {
            "p.json": (
                '[{"id": "11", "caption": {"text": "oat loaf with seeds"}, "taken_at": 1714557600, "like_co'
                'unt": 5, "owner": {"username": "anna", "full_name": "Anna A"}}, {"id": "12", "caption": {"'
                'text": "rye loaf with nuts"}, "taken_at": 1714644000, "like_count": 6, "owner": {"username'
                '": "ben", "full_name": "Ben B"}}]'
            ),
        },
        "instagram",
        (
            "select p.account_id,text,likes,p.created_at::varchar,name from posts p join accounts a usi"
            "ng(account_id) order by post_id"
        ),
        [
            ("instagram:anna", "oat loaf with seeds", 5, "2024-05-01 10:00:00", "Anna A"),
            ("instagram:ben", "rye loaf with nuts", 6, "2024-05-02 10:00:00", "Ben B"),
        ],
    ),
    "accounts-with-posts-inside": (
        {
            "u.json": (
                '[{"username": "anna", "followersCount": 10, "latestPosts": [{"id": "1", "caption": "oat lo'
                'af with seeds", "likesCount": 3, "timestamp": "2024-05-01T10:00:00.000Z"}]}, {"username": '
                '"ben", "followersCount": 20, "latestPosts": []}]'
            ),
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20)],
    ),
    "ndjson-gz": (
        {
            "u.jsonl.gz": gzip.compress(
                b'{"username":"anna","followers":10}\n{"username":"ben","followers":20}\n'
            ),
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20)],
    ),
    "json-lines-concatenated": (
        {
            "u.json": '{"username":"anna","followers":10}{"username":"ben","followers":20}',
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20)],
    ),
    "json-bom": (
        {
            "u.json": '\ufeff[{"username": "anna", "followers": 10}]',
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10)],
    ),
    "column-oriented-json": (
        {
            "u.json": ('{"username": {"0": "anna", "1": "ben"}, "followers": {"0": 10, "1": 20}}'),
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20)],
    ),
    "pandas-split": (
        {
            "u.json": (
                '{"columns": ["username", "followers"], "index": [0, 1], "data": [["anna", 10], ["ben", 20]]}'
            ),
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20)],
    ),
    "array-of-arrays": (
        {
            "u.json": '[["username", "followers"], ["anna", 10], ["ben", 20]]',
        },
        "instagram",
        "select account_id, followers from accounts order by 1",
        [("instagram:anna", 10), ("instagram:ben", 20)],
    ),
    "activitypub-outbox": (
        {
            "outbox.json": (
                '{"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection", "ordere'
                'dItems": [{"id": "https://s.example/users/amy/statuses/1/activity", "type": "Create", "act'
                'or": "https://s.example/users/amy", "published": "2024-05-01T10:00:00Z", "object": {"id": '
                '"https://s.example/users/amy/statuses/1", "type": "Note", "content": "<p>oat <b>loaf</b></'
                'p>", "attributedTo": "https://s.example/users/amy", "published": "2024-05-01T10:00:00Z"}}]'
                "}"
            ),
        },
        None,
        "select account_id,text from posts",
        [("mastodon:amy@s.example", "oat loaf")],
    ),
    "reddit-listing": (
        {
            "l.json": (
                '{"kind": "Listing", "data": {"children": [{"kind": "t3", "data": {"id": "abc", "author": "'
                'anna", "subreddit": "Baking", "title": "Oat loaf", "selftext": "with seeds", "score": 5, "'
                'num_comments": 2, "created_utc": 1714557600.0, "permalink": "/r/Baking/comments/abc/"}}], '
                '"after": null}}'
            ),
        },
        None,
        "select account_id,text,likes,comments,community from posts",
        [("reddit:anna", "Oat loaf\nwith seeds", 5, 2, "r/Baking")],
    ),
    "bluesky-search": (
        {
            "b.json": (
                '{"posts": [{"uri": "at://did:plc:abc/app.bsky.feed.post/3k", "cid": "x", "author": {"did":'
                ' "did:plc:abc", "handle": "amy.bsky.social", "displayName": "Amy"}, "record": {"$type": "a'
                'pp.bsky.feed.post", "text": "oat loaf with seeds", "createdAt": "2024-05-01T10:00:00.000Z"'
                '}, "replyCount": 1, "repostCount": 2, "likeCount": 3, "indexedAt": "2024-05-01T10:00:01.00'
                '0Z"}]}'
            ),
        },
        None,
        "select account_id,text,likes,shares,comments from posts",
        [("bluesky:amy.bsky.social", "oat loaf with seeds", 3, 2, 1)],
    ),
    "youtube-search-api": (
        {
            "y.json": (
                '{"kind": "youtube#searchListResponse", "items": [{"kind": "youtube#searchResult", "id": {"'
                'kind": "youtube#video", "videoId": "dQw4w9WgXcQ"}, "snippet": {"publishedAt": "2024-05-01T'
                '10:00:00Z", "channelId": "UCabcdefghijklmnopqrstuv", "title": "Oat loaf", "description": "'
                'with seeds", "channelTitle": "Amy Bakes"}}]}'
            ),
        },
        None,
        "select account_id,text from posts",
        [("youtube:ucabcdefghijklmnopqrstuv", "Oat loaf\nwith seeds")],
    ),
    "snscrape-x": (
        {
            "s.jsonl": (
                '{"_type": "snscrape.modules.twitter.Tweet", "url": "https://twitter.com/anna/status/9", "d'
                'ate": "2022-05-01T10:00:00+00:00", "rawContent": "oat loaf", "id": 9, "user": {"_type": "s'
                'nscrape.modules.twitter.User", "username": "anna", "id": 501, "followersCount": 10}, "repl'
                'yCount": 1, "retweetCount": 2, "likeCount": 3, "quoteCount": 0, "mentionedUsers": [{"usern'
                'ame": "ben", "id": 502}]}\n'
            ),
        },
        None,
        "select account_id,text,likes from posts",
        [("twitter:anna", "oat loaf", 3)],
    ),
    "instagram-graphql": (
        {
            "g.json": (
                '{"data": {"user": {"id": "501", "edge_owner_to_timeline_media": {"count": 1, "edges": [{"n'
                'ode": {"id": "9", "shortcode": "Cx", "edge_media_to_caption": {"edges": [{"node": {"text":'
                ' "oat loaf with seeds"}}]}, "taken_at_timestamp": 1714557600, "edge_media_preview_like": {'
                '"count": 5}, "edge_media_to_comment": {"count": 2}, "owner": {"id": "501", "username": "an'
                'na"}}}]}}}}'
            ),
        },
        None,
        "select account_id,text,likes,comments from posts",
        [("instagram:anna", "oat loaf with seeds", 5, 2)],
    ),
    "mentions-array": (
        {
            "t.jsonl": (
                '{"id": "1", "username": "anna", "text": "oat loaf with @ben and @cleo", "created_at": "202'
                '4-05-01", "mentions": ["ben", "cleo"]}\n'
                '{"id": "2", "username": "ben", "text": "rye loaf alone today", "created_at": "2024-05-02",'
                ' "mentions": []}\n'
            ),
        },
        "twitter",
        "select (select count(*) from posts)",
        [(2,)],
    ),
}
"""Name: files, the platform that the user tells, a question, and its answer."""


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_file_of_this_shape_is_read_as_it_is_meant(shape: str, answer_of: Any) -> None:
    files, platform, question, right = SHAPES[shape]
    assert answer_of(files, platform, question) == right
