"""Every declared export, from a small invented file in its shape: what comes in, and that nothing was guessed."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import influence
from influence.errors import MappingError
from influence.sources.base import ReadOptions
from influence.store.importing.deciding import plan_files
from influence.store.importing.recognised import known_exports

Rows = list[tuple[Any, ...]]

QUESTIONS = {
    "accounts": "select account_id, name, followers from accounts order by 1",
    "posts": "select post_id, account_id, text, likes from posts order by 1",
    "follows": "select follower_id, followee_id from follows order by 1, 2",
    "interactions": "select actor_id, target_id, kind from interactions order by 1, 2, 3",
    "contacts": "select account_id, email from contacts order by 1",
    "metrics": "select account_id, likes_per_post, engagement_rate from metrics order by 1",
}


FILES = Path(__file__).with_name("exports")
"""One folder for each export, with small invented files in its exact shape."""

OWNERS = {
    "linkedin-page-posts": "company/crumbco",
    "spotify-creators": "crumb",
    "substack": "oatloaf.substack.com",
}
"""Whose an export is that does not say it."""

WORKBOOKS = {
    "nodexl": {
        "Edges": [
            ["Vertex 1", "Vertex 2", "Relationship"],
            ["anna", "ben", "Mentions"],
            ["cleo", "ben", "Followed"],
            ["ben", "anna", "Replies to"],
        ],
        "Vertices": [
            ["Vertex", "Color", "Followers", "Name"],
            ["anna", "red", 10, "Anna"],
            ["ben", "red", 20, "Ben"],
        ],
    }
}

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Crumb</title>
<link rel="self" href="https://crumb.example/feed.atom"/><link href="https://crumb.example/"/><id>urn:1</id>
<entry><title>Rye</title><id>urn:2</id><link rel="alternate" href="https://crumb.example/rye"/>
<published>2021-04-06T10:00:00Z</published><author><name>Anna</name><email>a@crumb.example</email></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Long</p><p>and sour</p></div></content></entry>
</feed>"""


@dataclass(frozen=True)
class Case:
    """The rows that an export's files fill tables with."""

    accounts: Rows = field(default_factory=list)
    posts: Rows = field(default_factory=list)
    follows: Rows = field(default_factory=list)
    interactions: Rows = field(default_factory=list)
    contacts: Rows = field(default_factory=list)
    metrics: Rows = field(default_factory=list)


CASES: dict[str, Case] = {
    "x-archive": Case(
        accounts=[
            ("twitter:ben", None, None),
            ("twitter:oven_amy", "Amy", None),
        ],
        posts=[
            ("9", "twitter:oven_amy", "oat loaf @ben", 3),
        ],
        follows=[
            ("twitter:88", "twitter:oven_amy"),
            ("twitter:oven_amy", "twitter:77"),
            ("twitter:oven_amy", "twitter:ben"),
        ],
        interactions=[
            ("twitter:oven_amy", "twitter:ben", "mention"),
        ],
    ),
    "twarc-v1": Case(
        accounts=[
            ("twitter:oven_amy", "Amy", 1200),
        ],
        posts=[
            ("9", "twitter:oven_amy", "oat loaf @ben", 3),
        ],
        interactions=[
            ("twitter:oven_amy", "twitter:ben", "mention"),
            ("twitter:oven_amy", "twitter:cleo", "share"),
        ],
    ),
    "twarc-v2": Case(
        accounts=[
            ("twitter:oven_amy", "Amy", 1200),
        ],
        posts=[
            ("9", "twitter:oven_amy", "oat loaf", 12),
        ],
        interactions=[
            ("twitter:oven_amy", "twitter:ben", "mention"),
        ],
    ),
    "twarc-v2-flat": Case(
        accounts=[
            ("twitter:oven_amy", "Amy", 1200),
        ],
        posts=[
            ("9", "twitter:oven_amy", "oat loaf", 12),
        ],
        interactions=[
            ("twitter:oven_amy", "twitter:ben", "mention"),
        ],
    ),
    "snscrape": Case(
        accounts=[
            ("twitter:oven_amy", "Amy", 1200),
        ],
        posts=[
            ("9", "twitter:oven_amy", "oat loaf", 12),
        ],
        interactions=[
            ("twitter:oven_amy", "twitter:ben", "mention"),
        ],
    ),
    "twint": Case(
        accounts=[
            ("twitter:oven_amy", "Amy", None),
        ],
        posts=[
            ("9", "twitter:oven_amy", "oat loaf", 12),
        ],
    ),
    "apify-instagram-posts": Case(
        accounts=[
            ("instagram:oven_amy", "Amy", None),
        ],
        posts=[
            ("Cx1", "instagram:oven_amy", "oat loaf", 30),
        ],
        interactions=[
            ("instagram:cleo", "instagram:oven_amy", "comment"),
            ("instagram:dan", "instagram:oven_amy", "like"),
            ("instagram:oven_amy", "instagram:ben", "mention"),
        ],
    ),
    "apify-instagram-profiles": Case(
        accounts=[
            ("instagram:oven_amy", "Amy", 1200),
        ],
        posts=[
            ("Cx1", "instagram:oven_amy", "oat loaf", 30),
        ],
    ),
    "instaloader": Case(
        accounts=[
            ("instagram:oven_amy", "Amy", 1200),
        ],
        posts=[
            ("Cx1", "instagram:oven_amy", "oat loaf", 30),
        ],
        interactions=[
            ("instagram:ben", "instagram:oven_amy", "like"),
            ("instagram:cleo", "instagram:oven_amy", "comment"),
        ],
    ),
    "instagram-graph-api": Case(
        accounts=[
            ("instagram:oven_eve", "Eve", 1200),
        ],
        posts=[
            ("17895", "instagram:oven_amy", "oat loaf", 30),
            ("17896", "instagram:oven_eve", "rye loaf", 7),
        ],
    ),
    "apify-tiktok": Case(
        accounts=[
            ("tiktok:oven_eve", "Eve", 1200),
        ],
        posts=[
            ("73", "tiktok:oven_eve", "oat loaf", 30),
        ],
        interactions=[
            ("tiktok:oven_eve", "tiktok:ben", "mention"),
        ],
    ),
    "tiktok-raw": Case(
        accounts=[
            ("tiktok:oven_eve", "Eve", 1200),
        ],
        posts=[
            ("73", "tiktok:oven_eve", "oat loaf", 30),
        ],
    ),
    "tiktok-research-api": Case(
        posts=[
            ("73", "tiktok:oven_eve", "oat loaf", 30),
        ],
    ),
    "tiktok-download": Case(
        accounts=[("tiktok:ben", None, None), ("tiktok:cleo", None, None)],
        posts=[
            ("https://www.tiktok.com/@oven_eve/video/73", "tiktok:oven_eve", None, 30),
        ],
        follows=[
            ("tiktok:ben", "tiktok:oven_eve"),
            ("tiktok:oven_eve", "tiktok:cleo"),
        ],
        interactions=[("tiktok:oven_eve", "tiktok:ben", "like")],
    ),
    "instagram-download": Case(
        accounts=[
            ("instagram:ben", None, None),
            ("instagram:cleo", None, None),
            ("instagram:oven_amy", "Amélie", None),
        ],
        posts=[
            ("media/posts/202405/31.jpg", "instagram:oven_amy", "café 😊", None),
        ],
        follows=[
            ("instagram:ben", "instagram:oven_amy"),
            ("instagram:oven_amy", "instagram:cleo"),
        ],
        interactions=[
            ("instagram:oven_amy", "instagram:ben", "like"),
            ("instagram:oven_amy", "instagram:cleo", "comment"),
        ],
    ),
    "facebook-download": Case(
        posts=[
            ("1714554000", "facebook:amyoven", "café", None),
        ],
    ),
    "takeout-youtube": Case(
        accounts=[
            ("youtube:uc1111111111111111111111", "Amy", None),
            ("youtube:uc2222222222222222222222", "Ben", None),
        ],
        posts=[
            ("v1", "youtube:uc1111111111111111111111", "Oat loaf", None),
        ],
        follows=[
            ("youtube:uc1111111111111111111111", "youtube:uc2222222222222222222222"),
        ],
    ),
    "youtube-api-channels": Case(
        accounts=[
            ("youtube:oven_amy", "Amy", 1200),
        ],
    ),
    "youtube-api-videos": Case(
        accounts=[
            ("youtube:uc1111111111111111111111", "Amy", None),
        ],
        posts=[
            ("v1", "youtube:uc1111111111111111111111", "Oat loaf\nso good", 30),
        ],
    ),
    "youtube-api-comments": Case(
        accounts=[
            ("youtube:uc3333333333333333333333", "@ben", None),
        ],
        interactions=[
            ("youtube:uc3333333333333333333333", "youtube:uc1111111111111111111111", "comment"),
        ],
    ),
    "youtube-api-subscriptions": Case(
        accounts=[
            ("youtube:uc2222222222222222222222", "Ben", None),
        ],
        follows=[
            ("youtube:uc1111111111111111111111", "youtube:uc2222222222222222222222"),
        ],
    ),
    "youtube-data-tools-videos": Case(
        accounts=[
            ("youtube:uc1111111111111111111111", "Amy", None),
        ],
        posts=[
            ("v1", "youtube:uc1111111111111111111111", "Oat loaf\nso good", 30),
        ],
    ),
    "youtube-data-tools-channels": Case(
        accounts=[
            ("youtube:uc1111111111111111111111", "Amy", 1200),
        ],
    ),
    "youtube-data-tools-comments": Case(
        accounts=[
            ("youtube:uc3333333333333333333333", "Ben", None),
        ],
        posts=[
            ("k1", "youtube:uc3333333333333333333333", "yum", 4),
        ],
    ),
    "crowdtangle-facebook": Case(
        accounts=[
            ("facebook:crumbco", "Crumb & Co", 5400),
        ],
        posts=[
            ("https://www.facebook.com/100/posts/1", "facebook:crumbco", "Oat loaf", 1000),
        ],
    ),
    "crowdtangle-instagram": Case(
        accounts=[
            ("instagram:oven_amy", "Amy", 1200),
        ],
        posts=[
            ("https://www.instagram.com/p/Cx1/", "instagram:oven_amy", "Oat loaf", 30),
        ],
    ),
    "meta-business-facebook": Case(
        accounts=[
            ("facebook:100", "Crumb & Co", None),
        ],
        posts=[
            ("1122", "facebook:100", "Oat loaf", 30),
        ],
    ),
    "meta-business-instagram": Case(
        accounts=[
            ("instagram:oven_amy", "Amy", None),
        ],
        posts=[
            ("1122", "instagram:oven_amy", "Oat loaf", 30),
        ],
    ),
    "meta-content-library": Case(
        accounts=[
            ("facebook:crumbco", "Crumb & Co", None),
        ],
        posts=[
            ("55", "facebook:crumbco", "Oat loaf", 30),
        ],
    ),
    "netvizz-posts": Case(
        posts=[
            ("100_1", "facebook:crumbco", "Oat loaf", 30),
        ],
    ),
    "reddit-submissions": Case(
        posts=[
            ("t3_n1", "reddit:oven_amy", "Oat loaf\nso good", 30),
        ],
    ),
    "reddit-comments": Case(
        posts=[
            ("t1_c1", "reddit:ben", "yum", 4),
        ],
    ),
    "mastodon-archive": Case(
        accounts=[
            ("mastodon:amy@bread.example", "Amy", None),
        ],
        posts=[
            (
                "https://bread.example/users/amy/statuses/1",
                "mastodon:amy@bread.example",
                "Oat loaf\nso good",
                None,
            ),
        ],
        follows=[
            ("mastodon:amy@bread.example", "mastodon:cleo@rye.example"),
        ],
        interactions=[
            ("mastodon:amy@bread.example", "mastodon:ben@rye.example", "share"),
            ("mastodon:amy@bread.example", "mastodon:cleo@rye.example", "mention"),
        ],
    ),
    "mastodon-follows": Case(
        accounts=[
            ("mastodon:cleo@rye.example", None, None),
        ],
    ),
    "mastodon-api-statuses": Case(
        accounts=[
            ("mastodon:amy@bread.example", "Amy", 1200),
        ],
        posts=[
            ("https://bread.example/users/amy/statuses/1", "mastodon:amy@bread.example", "Oat loaf", 30),
        ],
    ),
    "mastodon-api-accounts": Case(
        accounts=[
            ("mastodon:amy@bread.example", "Amy", 1200),
        ],
    ),
    "bluesky-feed": Case(
        accounts=[
            ("bluesky:amy.bread.example", "Amy", None),
        ],
        posts=[
            ("at://did:plc:a/app.bsky.feed.post/1", "bluesky:amy.bread.example", "Oat loaf", 30),
        ],
    ),
    "bluesky-followers": Case(
        accounts=[
            ("bluesky:ben.bsky.social", "Ben", None),
        ],
        follows=[
            ("bluesky:ben.bsky.social", "bluesky:amy.bread.example"),
        ],
    ),
    "bluesky-follows": Case(
        accounts=[
            ("bluesky:ben.bsky.social", "Ben", None),
        ],
        follows=[
            ("bluesky:amy.bread.example", "bluesky:ben.bsky.social"),
        ],
    ),
    "bluesky-profiles": Case(
        accounts=[
            ("bluesky:amy.bread.example", "Amy", 1200),
        ],
    ),
    "telethon": Case(
        accounts=[
            ("telegram:1746", None, None),
            ("telegram:501", None, None),
        ],
        posts=[
            ("1746-7", "telegram:1746", "Oat loaf", None),
            ("1747-8", "telegram:501", "Rye", None),
        ],
    ),
    "mailchimp-contacts": Case(
        accounts=[
            ("web:oats.example", "Amy Oven", None),
        ],
        contacts=[
            ("web:oats.example", "amy@oats.example"),
        ],
    ),
    "telegram": Case(
        accounts=[
            ("telegram:user501", "Amy", None),
        ],
        posts=[
            ("m2", "telegram:user501", "Oat loaf", None),
        ],
    ),
    "telegram-all": Case(
        accounts=[
            ("telegram:user501", "Amy", None),
            ("telegram:user502", "Ben", None),
        ],
        posts=[
            ("98-2", "telegram:user501", "Cake", None),
            ("99-2", "telegram:user501", "Oat loaf", None),
            ("99-3", "telegram:user502", "Rye", None),
        ],
    ),
    "bluesky-jetstream": Case(
        posts=[
            ("bafy1", f"bluesky:did:plc:{'a' * 24}", "Oat loaf", None),
        ],
        follows=[
            (f"bluesky:did:plc:{'b' * 24}", f"bluesky:did:plc:{'a' * 24}"),
        ],
    ),
    "linkedin-connections": Case(
        accounts=[
            ("linkedin:amy-oven", "Amy Oven", None),
            ("linkedin:ben-rye", "Ben Rye", None),
        ],
        contacts=[
            ("linkedin:amy-oven", "amy@crumb.example"),
        ],
    ),
    "linkedin-connections-2018": Case(
        accounts=[
            ("linkedin:amy oven", "Amy Oven", None),
            ("linkedin:ben crust", "Ben Crust", None),
        ],
        contacts=[
            ("linkedin:amy oven", "amy@crumb.example"),
        ],
    ),
    "instagram-web": Case(
        posts=[
            ("Cx", "instagram:oven_amy", "oat loaf with seeds", 5),
        ],
    ),
    "linkedin-shares": Case(
        posts=[
            ("https://www.linkedin.com/feed/update/1", "linkedin:amy", "Oat loaf", None),
        ],
    ),
    "pinterest": Case(
        posts=[
            ("813", "pinterest:oven_amy", "Oat loaf\nso good", None),
        ],
    ),
    "feed": Case(
        accounts=[
            ("web:crumb.example", "Crumb & Co", None),
        ],
        posts=[
            ("1", "web:crumb.example", "Rye\nLong & sour", None),
        ],
    ),
    "json-feed": Case(
        posts=[
            ("1", "web:crumb.example", "Rye\nsour", None),
        ],
    ),
    "wordpress": Case(
        accounts=[
            ("web:crumb.example", "Crumb", None),
        ],
        posts=[
            ("https://crumb.example/rye", "web:crumb.example", "Rye\nSour", None),
        ],
        interactions=[
            ("web:ben.example", "web:crumb.example", "comment"),
        ],
    ),
    "opml": Case(
        accounts=[
            ("web:ben.example", "Ben", None),
            ("web:crumb.example", "Crumb", None),
        ],
    ),
    "nodexl": Case(
        accounts=[
            ("twitter:anna", "Anna", 10),
            ("twitter:ben", "Ben", 20),
        ],
        follows=[
            ("twitter:cleo", "twitter:ben"),
        ],
        interactions=[
            ("twitter:anna", "twitter:ben", "mention"),
            ("twitter:ben", "twitter:anna", "reply"),
        ],
    ),
    "gephi-edges": Case(
        follows=[
            ("web:anna", "web:ben"),
            ("web:ben", "web:cleo"),
            ("web:cleo", "web:ben"),
        ],
    ),
    "gephi-nodes": Case(
        accounts=[
            ("web:anna", "Anna", None),
        ],
    ),
    "4cat-tiktok": Case(
        accounts=[
            ("tiktok:oven_eve", "Eve", 1200),
        ],
        posts=[
            ("73", "tiktok:oven_eve", "oat loaf", 30),
        ],
    ),
    "4cat-instagram": Case(
        accounts=[
            ("instagram:oven_amy", "Amy", None),
        ],
        posts=[
            ("Cx1", "instagram:oven_amy", "oat loaf", 30),
        ],
    ),
    "4cat-twitter": Case(
        accounts=[
            ("twitter:oven_amy", "Amy", None),
        ],
        posts=[
            ("9", "twitter:oven_amy", "oat loaf", 12),
        ],
    ),
    "brandwatch": Case(
        accounts=[
            ("twitter:oven_amy", "oven_amy (Amy)", 1200),
        ],
        posts=[
            ("https://twitter.com/oven_amy/statuses/9", "twitter:oven_amy", "oat loaf", 12),
        ],
    ),
    "meltwater": Case(
        accounts=[
            ("twitter:oven_amy", None, 1200),
        ],
        posts=[
            ("d1", "twitter:oven_amy", "oat loaf", None),
            ("d2", "web:crumb.example", "Oats\nOpening\nHit", None),
        ],
    ),
    "talkwalker": Case(
        accounts=[
            ("twitter:oven_amy", "Amy", None),
        ],
        posts=[
            ("https://twitter.com/oven_amy/status/9", "twitter:oven_amy", "oat loaf", 12),
        ],
    ),
    "sprout-social": Case(
        posts=[
            ("9", "twitter:oven_amy", "oat loaf", 12),
        ],
    ),
    "social-blade": Case(
        accounts=[
            ("youtube:ovenamy", None, 12300000),
        ],
    ),
    "hypeauditor": Case(
        accounts=[
            ("instagram:oven_amy", "Amy", 1200),
        ],
        metrics=[
            ("instagram:oven_amy", None, 0.042),
        ],
    ),
    "modash": Case(
        accounts=[
            ("instagram:oven_amy", "Amy", 1200),
        ],
        metrics=[
            ("instagram:oven_amy", 50.0, 0.042),
        ],
    ),
    "upfluence": Case(
        accounts=[
            ("instagram:oven_amy", "Amy", 1200),
        ],
        contacts=[
            ("instagram:oven_amy", "amy@crumb.example"),
        ],
    ),
    "buzzsumo": Case(
        accounts=[
            ("twitter:oven_amy", "Amy", 1200),
        ],
        metrics=[
            ("twitter:oven_amy", None, None),
        ],
    ),
    "kaggle-instagram-top": Case(
        accounts=[
            ("instagram:oven_amy", None, 475800000),
        ],
        metrics=[
            ("instagram:oven_amy", 8700000.0, 0.0139),
        ],
    ),
    "kaggle-instagram-hypeauditor": Case(
        accounts=[
            ("instagram:oven_amy", "Amy", 12300000),
        ],
    ),
    "kaggle-tiktok": Case(
        accounts=[
            ("tiktok:oven_eve", "Eve", 12300000),
        ],
        metrics=[
            ("tiktok:oven_eve", 100000.0, None),
        ],
    ),
    "kaggle-youtube": Case(
        accounts=[
            ("youtube:ovenamy", "Amy", 12300000),
        ],
        metrics=[
            ("youtube:ovenamy", 100000.0, None),
        ],
    ),
    "hubspot-contacts": Case(
        accounts=[
            ("web:crumb.example", "Amy Oven", None),
        ],
        contacts=[
            ("web:crumb.example", "amy@crumb.example"),
        ],
    ),
    "4cat-telegram": Case(
        accounts=[
            ("telegram:benrye", "Ben Rye", None),
            ("telegram:cleo", "Cleo", None),
            ("telegram:ovenamy", "Amy Oven", None),
        ],
        posts=[
            ("oatbakers/11", "telegram:ovenamy", "Oat loaf today", None),
            ("oatbakers/12", "telegram:benrye", "How long did you let it rise?", None),
            ("ryeclub/11", "telegram:cleo", "Rye is better", None),
            ("ryeclub/12", "telegram:ovenamy", "Is it?", None),
        ],
    ),
    "ahrefs-backlinks": Case(
        accounts=[
            ("web:elieggs.example", None, None),
            ("web:ryeben.example", None, None),
        ],
        interactions=[
            ("web:elieggs.example", "web:tavilo.example", "link"),
            ("web:ryeben.example", "web:tavilo.example", "link"),
        ],
    ),
    "brightdata-instagram-posts": Case(
        accounts=[
            ("instagram:oven_amy", None, 1200),
        ],
        posts=[
            ("C6abc", "instagram:oven_amy", "Oat loaf", 120),
        ],
    ),
    "tcat": Case(
        accounts=[
            ("twitter:ben_rye", "Ben Rye", 800),
            ("twitter:oven_amy", "Amy Oven", 1200),
        ],
        posts=[
            ("1783000000000000001", "twitter:oven_amy", "Oat loaf today", 12),
            ("1783000000000000002", "twitter:ben_rye", "@oven_amy lovely", 2),
        ],
        interactions=[
            ("twitter:ben_rye", "twitter:oven_amy", "reply"),
        ],
    ),
    "gallery-dl-instagram": Case(
        accounts=[
            ("instagram:oven_amy", "Amy Oven", None),
        ],
        posts=[
            ("C6abc", "instagram:oven_amy", "Oat loaf @ben_rye", 120),
        ],
    ),
    "gallery-dl-twitter": Case(
        accounts=[
            ("twitter:oven_amy", "Amy Oven", 1200),
        ],
        posts=[
            ("1783000000000000000", "twitter:oven_amy", "Oat loaf", 12),
        ],
        interactions=[
            ("twitter:oven_amy", "twitter:ben_rye", "mention"),
        ],
    ),
    "ghost-members": Case(),
    "linkedin-page-posts": Case(
        posts=[
            ("row-b8b2570bbe6713f3", "linkedin:company/crumbco", "Oat loaf today", 30),
            ("row-c04ab81e48d01d0b", "linkedin:company/crumbco", "Rye loaf today", 10),
        ],
    ),
    "phantombuster-instagram-posts": Case(
        accounts=[
            ("instagram:oven_amy", "Amy Oven", None),
        ],
        posts=[
            ("3351", "instagram:oven_amy", "Oat loaf @ben_rye", 120),
            ("3352", "instagram:oven_amy", "Rye loaf", 80),
        ],
    ),
    "substack": Case(
        posts=[
            ("101.oat-loaf", "web:oatloaf.substack.com", "Oat loaf\nHow to bake it", None),
        ],
    ),
    "sullygnome": Case(
        accounts=[
            ("twitch:benrye", None, 5310163),
            ("twitch:ovenamy", None, 3246298),
        ],
    ),
    "tags": Case(
        accounts=[
            ("twitter:ben_rye", None, 800),
            ("twitter:oven_amy", None, 1200),
        ],
        posts=[
            ("1783000000000000001", "twitter:oven_amy", "Oat loaf today", None),
            ("1783000000000000002", "twitter:ben_rye", "@oven_amy lovely", None),
        ],
        interactions=[
            ("twitter:ben_rye", "twitter:oven_amy", "reply"),
        ],
    ),
    "threads-download": Case(
        accounts=[
            ("instagram:oven_amy", "Amélie", None),
        ],
        posts=[
            ("row-81d01ee011742082", "threads:oven_amy", "rye loaf", None),
            ("row-85693a8043ff820e", "threads:oven_amy", "oat loaf with @pine.marten", None),
        ],
        follows=[
            ("threads:ben", "threads:oven_amy"),
            ("threads:oven_amy", "threads:cleo"),
        ],
    ),
    "tiktok-studio": Case(
        posts=[
            ("row-45908eb338696eb9", "tiktok:oven_amy", "Oat loaf", 1200),
            ("row-85e96e000bc0d888", "tiktok:oven_amy", "Rye loaf", 640),
        ],
    ),
    "twitter-analytics": Case(
        posts=[
            ("1300000000000000001", "twitter:oven_amy", "Oat loaf today", 30),
            ("1300000000000000002", "twitter:oven_amy", "Rye loaf today", 10),
        ],
    ),
    "x-analytics": Case(
        posts=[
            ("1881000000000000001", "twitter:oven_amy", "Oat loaf today", 30),
            ("1881000000000000002", "twitter:oven_amy", "Rye loaf today", 10),
        ],
    ),
    "youtube-studio": Case(
        posts=[
            ("dQw4w9WgXc1", "youtube:ovenamy", "Oat loaf", None),
            ("dQw4w9WgXc2", "youtube:ovenamy", "Rye loaf", None),
        ],
    ),
    "beehiiv-subscribers": Case(),
    "spotify-creators": Case(
        posts=[
            ("row-80efd8ef3cd5064e", "spotify:crumb", "Ep 12: Sourdough at altitude", None),
            ("row-88370e2b8fe57ac2", "spotify:crumb", "Ep 11: Rye starters", None),
        ],
    ),
    "yt-dlp": Case(
        accounts=[
            ("tiktok:oven_amy", "Amy Oven", None),
            ("youtube:ovenamy", "Amy Oven", 1250),
        ],
        posts=[
            ("7412345678901234567", "tiktok:oven_amy", "Oat loaf\nOat loaf #oats", 1200),
            ("dQw4w9WgXc1", "youtube:ovenamy", "Oat loaf\nHow to bake it", 50),
            ("dQw4w9WgXc2", "youtube:ovenamy", "Rye loaf", None),
        ],
        interactions=[
            ("youtube:ovenamy", "youtube:ovenamy", "comment"),
            ("youtube:ucvm1", "youtube:ovenamy", "comment"),
        ],
    ),
}


def files_of(key: str, folder: Path) -> Path:
    """The folder of an export's files; workbooks are written into `folder`."""
    if key not in WORKBOOKS:
        return FILES / key
    with xlsxwriter.Workbook(folder / f"{key}.xlsx") as book:
        for sheet, rows in WORKBOOKS[key].items():
            page = book.add_worksheet(sheet)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return folder


def expected(key: str) -> dict[str, Rows]:
    return {table: getattr(CASES[key], table) for table in QUESTIONS}


def options_of(path: Path) -> ReadOptions:
    return ReadOptions(owner=OWNERS.get(path.name))


def tables_of(path: Path) -> dict[str, Rows]:
    with influence.open_workspace(":memory:") as workspace:
        influence.import_files(workspace, [path], options=options_of(path))
        return {
            table: [tuple(row.values()) for row in workspace.store.query(sql).to_pylist()]
            for table, sql in QUESTIONS.items()
        }


@pytest.mark.parametrize("key", sorted(CASES))
def test_what_an_export_says_comes_in(key: str, tmp_path: Path) -> None:
    assert tables_of(files_of(key, tmp_path)) == expected(key)


@pytest.mark.parametrize("key", sorted(CASES))
def test_an_export_is_recognised_as_what_it_is(key: str, tmp_path: Path) -> None:
    path = files_of(key, tmp_path)
    plans, _ = plan_files([path], None, options_of(path))
    assert key in {plan.export.key for plan in plans if plan.export}
    assert all(plan.certain for plan in plans)


def test_every_declared_export_has_a_case() -> None:
    assert {export.key for export in known_exports()} == set(CASES)


@pytest.mark.parametrize("key", ["x-archive", "instagram-download", "mastodon-archive", "takeout-youtube"])
def test_an_archive_as_a_zip_is_the_same_as_its_folder(key: str, tmp_path: Path) -> None:
    packed = tmp_path / "download.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in (FILES / key).rglob("*.*"):
            archive.write(path, path.relative_to(FILES / key))
    assert tables_of(packed) == expected(key)


def test_of_the_subscribers_of_a_newsletter_nothing_stays_but_a_digest() -> None:
    for key in ("ghost-members", "substack", "mailchimp-contacts"):
        with influence.open_workspace(":memory:") as workspace:
            influence.import_files(workspace, [FILES / key])
            kept = workspace.store.query("select customer_id, extra from customers").to_pylist()
        assert len(kept) == 2
        assert all(row["customer_id"].startswith("row-") and row["extra"] is None for row in kept)


KIT = """id,first_name,email,status,tags,created_at
1,Anna,anna@korn.example,active,bakers,2025-01-02T10:00:00Z
2,Ben,ben@mehl.example,cancelled,,2025-02-02T10:00:00Z
"""


def test_a_list_of_subscribers_without_handles_is_refused_with_the_way_to_bring_it_in(tmp_path: Path) -> None:
    (tmp_path / "kit.csv").write_text(KIT, "utf-8")
    rule = '[[table]]\nname = "customers"\n[table.columns]\ncustomer_id = { digest = ["email"] }\n'
    (tmp_path / "kit.toml").write_text(rule, "utf-8")
    with influence.open_workspace(":memory:") as workspace:
        with pytest.raises(MappingError, match=r'no accounts.*customer_id = \{ digest = \["email"\] \}'):
            influence.import_files(workspace, [tmp_path / "kit.csv"])
        influence.import_files(workspace, [tmp_path / "kit.csv"], mapping=tmp_path / "kit.toml")
        assert workspace.store.query("select count(*) as n from customers").to_pylist() == [{"n": 2}]


def test_who_left_a_newsletter_is_no_customer_of_it() -> None:
    with influence.open_workspace(":memory:") as workspace:
        influence.import_files(workspace, [FILES / "beehiiv-subscribers"])
        (kept,) = workspace.store.query("select customer_id, extra from customers").to_pylist()
    assert "@" not in kept["customer_id"]
    assert "@" not in (kept["extra"] or "")


def test_a_list_of_a_channels_videos_does_not_shorten_the_text_of_one_that_is_known(tmp_path: Path) -> None:
    flat = json.loads((FILES / "yt-dlp" / "ytdlp-channel.info.json").read_text("utf-8"))
    whole = json.loads((FILES / "yt-dlp" / "Oat loaf [dQw4w9WgXc1].info.json").read_text("utf-8"))
    whole["description"] = "With rye and honey"
    for name, told in (("video.info.json", whole), ("channel.info.json", flat)):
        (tmp_path / name).write_text(json.dumps(told), "utf-8")
    with influence.open_workspace(":memory:") as workspace:
        texts = []
        for name in ("channel", "video", "channel"):
            influence.import_files(workspace, [tmp_path / f"{name}.info.json"])
            (row,) = workspace.store.query("select text from posts where post_id = 'dQw4w9WgXc1'").to_pylist()
            texts.append(row["text"])
    assert texts == ["Oat loaf", "Oat loaf\nWith rye and honey", "Oat loaf\nWith rye and honey"]


def test_a_message_that_answers_none_has_no_half_an_id_to_answer() -> None:
    with influence.open_workspace(":memory:") as workspace:
        influence.import_files(workspace, [FILES / "4cat-telegram"])
        answered = workspace.store.query("select reply_to from posts order by post_id").to_pylist()
    assert [row["reply_to"] for row in answered] == [None, "oatbakers/11", None, "ryeclub/11"]


def test_an_export_of_ones_own_says_how_to_tell_whose_it_is(tmp_path: Path) -> None:
    shutil.copy(FILES / "linkedin-page-posts" / "linkedin-page-posts.csv", tmp_path)
    with (
        influence.open_workspace(":memory:") as workspace,
        pytest.raises(MappingError, match="--owner HANDLE"),
    ):
        influence.import_files(workspace, [tmp_path / "linkedin-page-posts.csv"])


def test_an_archive_without_its_owner_says_where_the_owner_is_named(tmp_path: Path) -> None:
    shutil.copy(FILES / "x-archive" / "data" / "tweets.js", tmp_path)
    with influence.open_workspace(":memory:") as workspace, pytest.raises(MappingError, match=r"account\.js"):
        influence.import_files(workspace, [tmp_path / "tweets.js"])


def test_a_list_of_followers_alone_gives_the_accounts_and_says_that_ties_lack_their_other_end(
    tmp_path: Path,
) -> None:
    source = FILES / "instagram-download" / "connections" / "followers_and_following" / "followers_1.json"
    shutil.copy(source, tmp_path)
    with influence.open_workspace(":memory:") as workspace:
        report = influence.import_files(workspace, [tmp_path / "followers_1.json"])
        assert workspace.store.query(QUESTIONS["accounts"])["account_id"].to_pylist() == ["instagram:ben"]
    assert any("personal_information.json" in finding.message for finding in report.findings)


def test_whose_a_download_is_can_be_told(tmp_path: Path) -> None:
    shutil.copy(FILES / "x-archive" / "data" / "following.js", tmp_path)
    with influence.open_workspace(":memory:") as workspace:
        influence.import_files(workspace, [tmp_path / "following.js"], options=ReadOptions(owner="@Oven_Amy"))
        ties = workspace.store.query(QUESTIONS["follows"]).to_pylist()
    assert [tuple(tie.values()) for tie in ties] == [
        ("twitter:oven_amy", "twitter:502"),
        ("twitter:oven_amy", "twitter:77"),
    ]


def test_scripts_that_are_no_data_and_parts_that_are_empty_do_not_stop_an_archive(tmp_path: Path) -> None:
    shutil.copytree(FILES / "x-archive" / "data", tmp_path / "data")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main.js").write_text("!function(e){var t={};return t}({});\n")
    (tmp_path / "data" / "mute.js").write_text("window.YTD.mute.part0 = [ ]")
    assert tables_of(tmp_path) == expected("x-archive")


def test_an_atom_feed_with_markup_is_read_as_its_text(tmp_path: Path) -> None:
    (tmp_path / "blog.atom").write_text(ATOM, "utf-8")
    found = tables_of(tmp_path / "blog.atom")
    assert found["accounts"] == [("web:crumb.example", "Crumb", None)]
    assert found["posts"] == [("urn:2", "web:crumb.example", "Rye\nLong\nand sour", None)]


def test_a_list_of_feeds_that_is_not_quite_xml_is_read_as_it_is_meant(tmp_path: Path) -> None:
    text = (FILES / "opml" / "mine.opml").read_text("utf-8")
    broken = text.replace('text="Crumb"', 'text="Crumb & Caf&eacute; &amp;"')
    (tmp_path / "mine.opml").write_text(broken.replace("/feed", "/feed?a=1&b=2"), "utf-8")
    assert tables_of(tmp_path / "mine.opml")["accounts"][1] == ("web:crumb.example", "Crumb & Café &", None)


def test_a_contact_bears_the_platform_that_its_column_names(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(
        "Record ID,First Name,Last Name,Email,Instagram,City\n1,Amy,Oven,amy@x.example,oven_amy,Leeds\n",
        "utf-8",
    )
    with influence.open_workspace(":memory:") as workspace:
        influence.import_files(workspace, [file])
        rows = workspace.store.query("select account_id, city from accounts").to_pylist()
    assert rows == [{"account_id": "instagram:oven_amy", "city": "Leeds"}]
