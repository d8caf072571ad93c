"""Shapes met in public repositories, with invented people: each with the rows known by construction."""

from __future__ import annotations

from typing import Any

import pytest

SHAPES: dict[str, tuple[dict[str, Any], str | None, str, Any]] = {
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
            "blogs.csv": (
                'oeid,blog,name,desc,date\n0,http://b0.example.org/,Blog 0,"What blog 0 says about the'
                ' bread it bakes",2015-06-01\n1,http://b1.example.org/,Blog 1,"What blog 1 says about '
                'the bread it bakes",2015-06-02\n2,http://b2.example.org/,Blog 2,"What blog 2 says abo'
                'ut the bread it bakes",2015-06-03\n3,http://b3.example.org/,Blog 3,"What blog 3 says '
                'about the bread it bakes",2015-06-04\n4,http://b4.example.org/,Blog 4,"What blog 4 sa'
                'ys about the bread it bakes",2015-06-05\n5,http://b5.example.org/,Blog 5,"What blog 5'
                ' says about the bread it bakes",2015-06-06\n6,http://b6.example.org/,Blog 6,"What blo'
                'g 6 says about the bread it bakes",2015-06-07\n7,http://b7.example.org/,Blog 7,"What '
                'blog 7 says about the bread it bakes",2015-06-08\n8,http://b8.example.org/,Blog 8,"Wh'
                'at blog 8 says about the bread it bakes",2015-06-09\n9,http://b9.example.org/,Blog 9,'
                '"What blog 9 says about the bread it bakes",2015-06-10\n10,http://b10.example.org/,Bl'
                'og 10,"What blog 10 says about the bread it bakes",2015-06-11\n11,http://b11.example.'
                'org/,Blog 11,"What blog 11 says about the bread it bakes",2015-06-12\n12,http://b12.e'
                'xample.org/,Blog 12,"What blog 12 says about the bread it bakes",2015-06-13\n13,http:'
                '//b13.example.org/,Blog 13,"What blog 13 says about the bread it bakes",2015-06-14\n1'
                '4,http://b14.example.org/,Blog 14,"What blog 14 says about the bread it bakes",2015-'
                '06-15\n15,http://b15.example.org/,Blog 15,"What blog 15 says about the bread it bakes'
                '",2015-06-16\n16,http://b16.example.org/,Blog 16,"What blog 16 says about the bread i'
                't bakes",2015-06-17\n17,http://b17.example.org/,Blog 17,"What blog 17 says about the '
                'bread it bakes",2015-06-18\n18,http://b18.example.org/,Blog 18,"What blog 18 says abo'
                'ut the bread it bakes",2015-06-19\n19,http://b19.example.org/,Blog 19,"What blog 19 s'
                'ays about the bread it bakes",2015-06-20\n20,http://b20.example.org/,Blog 20,"What bl'
                'og 20 says about the bread it bakes",2015-06-21\n21,http://b21.example.org/,Blog 21,"'
                'What blog 21 says about the bread it bakes",2015-06-22\n22,http://b22.example.org/,Bl'
                'og 22,"What blog 22 says about the bread it bakes",2015-06-23\n23,http://b23.example.'
                'org/,Blog 23,"What blog 23 says about the bread it bakes",2015-06-24\n24,http://b24.e'
                'xample.org/,Blog 24,"What blog 24 says about the bread it bakes",2015-06-25\n'
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
}
"""Name: files, the platform that the user tells, a question, and its answer."""


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_file_of_this_shape_is_read_as_it_is_meant(shape: str, answer_of: Any) -> None:
    files, platform, question, right = SHAPES[shape]
    assert answer_of(files, platform, question) == right
