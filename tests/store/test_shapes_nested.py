"""Graphs, and JSON with rows inside rows: each with the rows written down before it was read."""

from __future__ import annotations

from typing import Any

import pytest

SHAPES: dict[str, tuple[dict[str, Any], str | None, str, Any]] = {
    "edges-dup-rows": (
        {
            "edges.csv": "source,target\nanna,ben\nanna,ben\nanna,ben\ncleo,ben\n",
        },
        "twitter",
        "select follower_id, followee_id, weight from follows order by 1",
        [("twitter:anna", "twitter:ben", 3.0), ("twitter:cleo", "twitter:ben", None)],
    ),
    "edges-dup-weights": (
        {
            "edges.csv": "Source,Target,Weight\nanna,ben,2\nanna,ben,3.5\ncleo,ben,1\n",
        },
        "twitter",
        "select follower_id, followee_id, weight from follows order by 1",
        [("twitter:anna", "twitter:ben", 5.5), ("twitter:cleo", "twitter:ben", 1.0)],
    ),
    "gexf-parallel": (
        {
            "g.gexf": (
                '<gexf version="1.2"><graph defaultedgetype="directed"><nodes><node id="a" label="ann'
                'a"/><node id="b" label="ben"/></nodes><edges><edge id="0" source="a" target="b"/><ed'
                'ge id="1" source="a" target="b"/></edges></graph></gexf>'
            ),
        },
        "twitter",
        "select count(*), sum(weight) from follows",
        [(1, 2.0)],
    ),
    "edges-with-type-text": (
        {
            "mentions.csv": (
                "source_username,target_username,tweet_id,created_at,type\nanna,ben,1,2024-05-01 09:00"
                ":00,mention\nanna,ben,2,2024-05-02 09:00:00,retweet\ncleo,ben,3,2024-05-02 10:00:00,qu"
                "ote\n"
            ),
        },
        "twitter",
        "select kind, count(*) from interactions group by 1 order by 1",
        [("mention", 1), ("share", 2)],
    ),
    "graphml-networkx-names": (
        {
            "g.graphml": (
                '<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id='
                '"d1" for="edge" attr.name="relation" attr.type="string"/><key id="d0" for="node" att'
                'r.name="follower_count" attr.type="long"/><graph edgedefault="directed"><node id="ov'
                'en_amy"><data key="d0">1200</data></node><node id="ben_rye"/><edge source="ben_rye" '
                'target="oven_amy"><data key="d1">follows</data></edge></graph></graphml>'
            ),
        },
        "twitter",
        ("select (select max(followers) from accounts),(select follower_id||'>'||followee_id from follows)"),
        [(1200, "twitter:ben_rye>twitter:oven_amy")],
    ),
    "node-link-data": (
        {
            "g.json": (
                '{"directed": true, "multigraph": false, "graph": {}, "nodes": [{"id": "anna", "follo'
                'wers": 10}, {"id": "ben"}], "edges": [{"source": "anna", "target": "ben", "weight": '
                "2}]}"
            ),
        },
        "twitter",
        "select (select count(*) from accounts),(select weight from follows)",
        [(2, 2.0)],
    ),
    "envelope-data-user": (
        {
            "u.json": (
                '{"data": {"user": {"id": "17", "username": "oven_amy", "full_name": "Amy", "biograph'
                'y": "bakes", "edge_followed_by": {"count": 1200}, "edge_follow": {"count": 30}}}, "s'
                'tatus": "ok"}'
            ),
        },
        "instagram",
        "select handle,followers,following from accounts",
        [("oven_amy", 1200, 30)],
    ),
    "dict-by-username": (
        {
            "u.json": (
                '{"oven_amy": {"followers": 1200, "bio": "bakes", "country": "GB"}, "ben_rye": {"foll'
                'owers": 900, "bio": "rye", "country": "DE"}}'
            ),
        },
        "instagram",
        "select handle,followers from accounts order by 1",
        [("ben_rye", 900), ("oven_amy", 1200)],
    ),
    "jsonl-comments-no-post-owner": (
        {
            "c.jsonl": (
                '{"id": "c0", "text": "lovely", "ownerUsername": "ben", "timestamp": "2024-05-01T09:0'
                '0:00.000Z", "likesCount": 0, "postUrl": "https://www.instagram.com/p/C1/"}\n{"id": "c'
                '1", "text": "nice", "ownerUsername": "cleo", "timestamp": "2024-05-01T09:00:00.000Z"'
                ', "likesCount": 1, "postUrl": "https://www.instagram.com/p/C1/"}\n'
            ),
        },
        None,
        (
            "select (select count(*) from posts)+(select count(*) from interactions), (select cou"
            "nt(distinct account_id) from posts)"
        ),
        [(2, 2)],
    ),
    "jsonld-people": (
        {
            "p.json": (
                '{"@context": "https://schema.org", "@graph": [{"@type": "Person", "name": "Amy Oven"'
                ', "url": "https://crumbs.example.org/", "sameAs": ["https://www.instagram.com/oven_a'
                'my", "https://x.com/ovenamy"]}, {"@type": "Person", "name": "Ben Rye", "url": "https'
                '://rye.example.net", "sameAs": []}]}'
            ),
        },
        None,
        "select account_id from accounts where account_id like 'web:%' order by 1",
        [("web:crumbs.example.org",), ("web:rye.example.net",)],
    ),
    "posts-by-user-nested": (
        {
            "d.json": (
                '[{"username": "oven_amy", "followers": 1200, "posts": [{"id": "1", "caption": "oat",'
                ' "likes": 3, "timestamp": "2024-05-01T09:00:00Z"}, {"id": "2", "caption": "rye", "li'
                'kes": 4, "timestamp": "2024-05-02T09:00:00Z"}]}, {"username": "ben_rye", "followers"'
                ': 900, "posts": []}]'
            ),
        },
        "instagram",
        (
            "select (select count(*) from accounts),(select string_agg(account_id||likes, ',' ord"
            "er by likes) from posts)"
        ),
        [(2, "instagram:oven_amy3,instagram:oven_amy4")],
    ),
    "deputies-links": (
        {
            "deputies.json": (
                '[{"id": 1, "name": "Ana Silva", "party": "X", "links": [{"network": "twitter", "url"'
                ': "https://twitter.com/anasilva"}, {"network": "facebook", "url": "https://www.faceb'
                'ook.com/ana.silva"}]}, {"id": 2, "name": "Bo Dias", "party": "Y", "links": [{"networ'
                'k": "twitter", "url": "https://twitter.com/bodias"}]}]'
            ),
        },
        None,
        "select account_id, name from accounts order by 1",
        [
            ("facebook:ana.silva", "Ana Silva"),
            ("twitter:anasilva", "Ana Silva"),
            ("twitter:bodias", "Bo Dias"),
        ],
    ),
    "social-object": (
        {
            "people.json": (
                '[{"name": {"first": "Ana", "last": "Silva"}, "social": {"twitter": "anasilva", "face'
                'book": "ana.silva", "youtube": "AnaTV"}}, {"name": {"first": "Bo", "last": "Dias"}, '
                '"social": {"twitter": "bodias"}}]'
            ),
        },
        None,
        "select account_id from accounts order by 1",
        [("facebook:ana.silva",), ("twitter:anasilva",), ("twitter:bodias",), ("youtube:anatv",)],
    ),
    "takeout-subs-de": (
        {
            "Abos.csv": (
                "Kanal-ID,Kanal-URL,Kanaltitel\nUCaaaaaaaaaaaaaaaaaaaaaa,http://www.youtube.com/channe"
                "l/UCaaaaaaaaaaaaaaaaaaaaaa,Brot TV\n"
            ),
        },
        None,
        "select count(*) from accounts where name='Brot TV'",
        [(1,)],
    ),
    "mastodon-following-csv": (
        {
            "following_accounts.csv": (
                "Account address,Show boosts,Notify on new posts,Languages\namy@bread.example,true,fal"
                "se,\nben@rye.example,true,false,\n"
            ),
        },
        None,
        (
            "select account_id from accounts where handle in ('amy@bread.example','ben@rye.exampl"
            "e') order by 1"
        ),
        [("mastodon:amy@bread.example",), ("mastodon:ben@rye.example",)],
    ),
    "atom-feed": (
        {
            "feed.atom": (
                '<feed xmlns="http://www.w3.org/2005/Atom"><title>Crumbs</title><link href="https://c'
                'rumbs.example.org/"/><id>https://crumbs.example.org/</id><entry><id>https://crumbs.e'
                'xample.org/1</id><title>Oat</title><link href="https://crumbs.example.org/1"/><updat'
                "ed>2024-05-01T09:00:00Z</updated><content>Oat loaf</content></entry></feed>"
            ),
        },
        None,
        "select account_id, created_at::date::varchar from posts",
        [("web:crumbs.example.org", "2024-05-01")],
    ),
}
"""Name: files, the platform that the user tells, a question, and its answer."""


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_file_of_this_shape_is_read_as_it_is_meant(shape: str, answer_of: Any) -> None:
    files, platform, question, right = SHAPES[shape]
    assert answer_of(files, platform, question) == right
