"""What each table takes from a file: meanings of columns in the order of preference, and how much they tell.

A role is one way to read a whole file (its rows are accounts, posts, ties ...). Meanings are keys of
``recognition/vocabulary.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass

ANYONE = ("", "author")
COUNTS = frozenset(
    (
        "followers", "reach", "following", "posts_total", "listed", "likes", "comments", "shares", "quotes", "saves",
        "views", "clicks", "interactions", "items", "orders", "signups", "impressions", "window_days",
        "n_posts", "mentions_received", "shares_received", "tenure_days", "referrals"
    )
)  # fmt: skip
NUMBERS = COUNTS | frozenset(
    (
        "engagement_rate", "fake_followers", "audience_quality", "vendor_score", "price", "weight", "cost",
        "revenue", "nps", "margin_share", "refunded"
    )
)  # fmt: skip
MOMENTS = frozenset(
    (
        "date", "joined", "since", "last_contact", "obtained_at", "first_order", "last_order"
    )
)  # fmt: skip
FLAGS = frozenset(
    (
        "is_verified", "is_private", "is_bot", "noindex", "is_sponsored", "account_verified"
    )
)  # fmt: skip
ADDRESSES = frozenset(
    (
        "url", "profile_url", "permalink"
    )
)  # fmt: skip
PLACES = frozenset(("city", "region", "country", "location", "language"))
SHORT = frozenset(
    (
        "handle", "account", "account_id", "post_id", "id", "source", "target", "actor", "interacted_with",
        "platform", "category", "city", "region", "country", "language", "location", "kind", "type",
        "community", "campaign", "status", "tie_kind", "customer_id", "order_id", "reply_to", "phone",
        "owner_of_talks", "code"
    )
)  # fmt: skip


@dataclass(frozen=True)
class Slot:
    """One column of a table, the meanings that fill it (best first), and how much that speaks for its role.

    Attributes
    ----------
    target : str
        Column of the table.
    meanings : tuple of str
    weight : float
        Added to the role's evidence, times how sure the column is.
    scopes : tuple of str
        Whose column it may be.
    averaged : bool
        Means per post only; otherwise none of them.
    """

    target: str
    meanings: tuple[str, ...]
    weight: float = 0.3
    scopes: tuple[str, ...] = ("", "author", "post")
    averaged: bool = False


FACTS = (
    Slot("name", ("name", "title"), 0.5, ANYONE),
    Slot("url", ("profile_url", "url"), 0.3, ANYONE),
    Slot("bio", ("bio", "description"), 0.8, ANYONE),
    Slot("language", ("language",), 0.3, ANYONE),
    Slot("country", ("country",), 0.4, ANYONE),
    Slot("city", ("city", "location"), 0.4, ANYONE),
    Slot("region", ("region",), 0.2, ANYONE),
    Slot("category", ("category",), 0.5, ("", "author", "post")),
    Slot("is_verified", ("is_verified",), 0.3, ANYONE),
    Slot("kind", ("kind", "type"), 0.3, ANYONE),
    Slot("followers", ("followers", "reach"), 1.2, ANYONE),
    Slot("following", ("following",), 0.8, ANYONE),
    Slot("posts_total", ("posts_total",), 0.8),
    Slot("listed", ("listed",), 0.5, ANYONE),
    Slot("created_at", ("joined",), 0.3, ANYONE),
    Slot("is_bot", ("is_bot",), 0.3, ANYONE),
    Slot("is_private", ("is_private",), 0.3, ANYONE),
    Slot("noindex", ("noindex",), 0.3, ANYONE),
)
AVERAGES = (
    Slot("likes_per_post", ("likes",), 1.0, averaged=True),
    Slot("comments_per_post", ("comments",), 1.0, averaged=True),
    Slot("shares_per_post", ("shares",), 1.0, averaged=True),
    Slot("views_per_post", ("views",), 1.0, averaged=True),
    Slot("engagement_rate", ("engagement_rate",), 1.0),
    Slot("mentions_received", ("mentions_received",), 0.8),
    Slot("shares_received", ("shares_received",), 0.8),
    Slot("fake_followers", ("fake_followers",), 0.5),
    Slot("window_days", ("window_days",), 0.2),
    Slot("n_posts", ("n_posts",), 0.3),
)
CONTACT = (
    Slot("email", ("email",), 1.0, ("", "author", "post", "other")),
    Slot("name", ("contact_name", "first_name"), 0.2),
    Slot("role", ("role",), 0.2),
    Slot("subscriber_type", ("subscriber_type",), 0.2),
    Slot("lawful_basis", ("lawful_basis",), 0.2),
    Slot("obtained_at", ("obtained_at",), 0.2),
)
POST = (
    Slot("post_id", ("post_id", "id"), 0.8, ("", "post")),
    Slot("created_at", ("date",), 1.5, ("", "post")),
    Slot("text", ("text", "title", "description", "bio"), 2.0, ("", "post")),
    Slot("url", ("permalink", "url"), 0.5, ("", "post")),
    Slot("language", ("language",), 0.2, ("", "post")),
    Slot("likes", ("likes", "interactions"), 0.5, ("", "post")),
    Slot("comments", ("comments",), 0.5, ("", "post")),
    Slot("shares", ("shares",), 0.5, ("", "post")),
    Slot("clicks", ("clicks",), 0.3, ("", "post")),
    Slot("views", ("views",), 0.4, ("", "post")),
    Slot("is_sponsored", ("is_sponsored",), 0.4, ("", "post")),
    Slot("reply_to", ("reply_to",), 0.5, ("", "post", "other")),
    Slot("community", ("community",), 0.7, ("", "post")),
)
TIE = (
    Slot("source", ("source",), 1.2, ("", "author", "post", "other")),
    Slot("target", ("target",), 1.4, ("", "author", "post", "other")),
)
FOLLOW = (*TIE, Slot("since", ("since", "date"), 0.2), Slot("weight", ("weight",), 0.3))
INTERACTION = (
    Slot("actor_id", ("actor", "source", "handle", "account", "account_id", "name"), 1.2),
    Slot("target_id", ("interacted_with", "target"), 1.4, ("", "author", "post", "other")),
    Slot("post_id", ("post_id",), 0.3),
    Slot("kind", ("tie_kind", "type", "kind"), 1.5),
    Slot("created_at", ("date", "since"), 0.3),
    Slot("text", ("text",), 0.5),
    Slot("weight", ("weight",), 0.2),
)
DOINGS = {
    "comment": ("commenter", "comment", "commented"),
    "like": ("liker", "liked"),
    "share": ("retweeter", "retweeted", "reposter", "reposted", "sharer", "shared", "quoted", "reblogged"),
    "reply": ("replier", "replied", "reply", "parent"),
    "mention": ("mentioner", "mentioned"),
}
"""Words in the names of two columns that tell what the one did to the other."""

SNAPSHOT = (
    Slot("day", ("date",), 1.5),
    Slot("followers", ("followers",), 1.2),
    Slot("following", ("following",), 0.4),
    Slot("posts_total", ("posts_total",), 0.4),
)
OUTCOME = (
    Slot("campaign", ("campaign",), 2.0),
    Slot("day", ("date",), 1.0),
    Slot("cost", ("cost", "price"), 0.8),
    Slot("impressions", ("impressions", "views"), 0.5),
    Slot("engagements", ("interactions",), 0.5),
    Slot("clicks", ("clicks",), 0.5),
    Slot("signups", ("signups",), 0.7),
    Slot("orders", ("orders",), 0.8),
    Slot("revenue", ("revenue",), 0.8),
)
CUSTOMER = (
    Slot("customer_id", ("customer_id", "id"), 1.5),
    Slot("account_verified", ("account_verified",), 0.3),
    Slot("email_hash", ("email_hash",), 0.5),
    Slot("orders", ("orders",), 0.8),
    Slot("revenue", ("revenue",), 0.8),
    Slot("first_order", ("first_order",), 0.8),
    Slot("last_order", ("last_order",), 0.8),
    Slot("tenure_days", ("tenure_days",), 0.5),
    Slot("nps", ("nps",), 0.8),
    Slot("referrals", ("referrals",), 0.5),
    Slot("margin_share", ("margin_share",), 0.5),
)
ORDER = (
    Slot("order_id", ("order_id", "id"), 1.5),
    Slot("customer_id", ("customer_id", "account_id"), 1.5),
    Slot("ordered_at", ("date", "joined"), 0.8),
    Slot("revenue", ("revenue", "price", "cost"), 0.8),
    Slot("items", ("items",), 0.3),
    Slot("referred_by", ("referred_by",), 0.3),
    Slot("code", ("code",), 0.3),
    Slot("landing", ("landing",), 0.3),
    Slot("refunded", ("refunded",), 0.3),
)

WHO = (
    Slot("handle", ("handle",), 1.5),
    Slot("account_id", ("account_id",), 1.5),
    Slot("platform", ("platform",), 0.3),
    Slot("follower_id", ("source",), 1.2),
    Slot("followee_id", ("target",), 1.4),
    Slot("actor_id", ("actor",), 1.2),
)
"""Columns that tell the account of a row, by their names in the contract."""

ALL = (WHO, POST, FACTS, AVERAGES, CONTACT, FOLLOW, INTERACTION, SNAPSHOT, OUTCOME, CUSTOMER, ORDER)

FILE_WORDS = {
    "accounts": (
        "accounts", "account", "influencers", "influencer", "creators", "creator", "bloggers", "blogs", "blog",
        "profiles", "profile", "channels", "channel", "users", "user", "nodes", "list", "liste", "lista",
        "youtubers", "instagrammers", "vertices", "people", "contacts", "leads"
    ),
    "posts": (
        "posts", "post", "tweets", "tweet", "videos", "video", "media", "articles", "statuses", "comments",
        "submissions", "toots", "reels", "beitrage", "publications"
    ),
    "follows": (
        "follows", "edges", "edge", "ties", "links", "followers", "following", "friends", "relations",
        "network", "edgelist"
    ),
    "interactions": (
        "interactions", "mentions", "replies", "likes", "reactions", "retweets"
    ),
    "snapshots": (
        "snapshots", "history", "growth", "daily", "timeseries"
    ),
    "outcomes": (
        "outcomes", "results", "tracking", "campaign", "campaigns", "performance"
    ),
    "customers": (
        "customers", "customer", "kunden", "clients", "buyers"
    ),
    "orders": (
        "orders", "order", "transactions", "sales", "bestellungen", "purchases"
    ),
}  # fmt: skip
"""Words in a file's name that speak for a role."""
