"""The data contract: every table, column, type, key, unit and meaning, defined once.

DDL, import, checks, ``influence describe`` and the docs page are generated from `TABLES`. Unknown is null, never 0.
A column of type ``time`` (UTC) is stored beside a derived integer column (``created_at`` -> ``created_day``: days
since 1970-01-01), so that every question about the past is one integer comparison in any SQL engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SCHEMA_VERSION = 4


class Type(StrEnum):
    """Logical column types; `SQL_TYPES` has their storage."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    TIME = "time"
    DAY = "day"


SQL_TYPES = {
    Type.TEXT: "varchar",
    Type.INTEGER: "bigint",
    Type.REAL: "double",
    Type.BOOLEAN: "boolean",
    Type.TIME: "timestamp",
    Type.DAY: "integer",
}


@dataclass(frozen=True)
class Column:
    """One column: `name`, `type`, `meaning`, its `unit`, the least and greatest value and the values allowed."""

    name: str
    type: Type
    meaning: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    required: bool = False
    aliases: tuple[str, ...] = ()
    """Headers under which other tools export this column, lower case, words joined by ``_``."""

    @property
    def day_column(self) -> str | None:
        """Name of the derived integer day column of a ``time`` column, else None."""
        if self.type is not Type.TIME:
            return None
        return f"{self.name.removesuffix('_at')}_day"


@dataclass(frozen=True)
class Table:
    """One table: its key (unique; null counts as a value), and its columns in order."""

    name: str
    key: tuple[str, ...]
    meaning: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return the column called `name`; KeyError when there is none."""
        for column in self.all_columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns a file may fill, with provenance (``source``, ``fetched_at``) last."""
        return self.columns + PROVENANCE

    @property
    def stored_columns(self) -> tuple[tuple[str, str], ...]:
        """(name, SQL type) of every column on disk, derived day columns included."""
        stored: list[tuple[str, str]] = []
        for column in self.all_columns:
            stored.append((column.name, SQL_TYPES[column.type]))
            if column.day_column:
                stored.append((column.day_column, "integer"))
        return tuple(stored)


PROVENANCE = (
    Column("source", Type.TEXT, "file or address the row came from"),
    Column("fetched_at", Type.TIME, "when the source said so; the time of import if not told"),
)

EXTRA = Column(
    "extra", Type.TEXT, "what the file says beyond this table, as a JSON object of header and value"
)
"""Columns that no other takes: nothing that somebody wrote down is lost."""

# the columns that name an account
ID_COLUMNS = ("account_id", "follower_id", "followee_id", "actor_id", "target_id")
KINDS = ("person", "blog", "podcast", "brand", "media", "community", "unknown")
INTERACTION_KINDS = ("like", "comment", "share", "reply", "mention", "link", "list")


def _text(
    name: str, meaning: str, aliases: str = "", *, required: bool = False, choices: tuple[str, ...] = ()
) -> Column:
    return Column(
        name, Type.TEXT, meaning, required=required, choices=choices, aliases=tuple(aliases.split())
    )


def _count(name: str, meaning: str, aliases: str = "", *, unit: str = "count") -> Column:
    return Column(name, Type.INTEGER, meaning, unit=unit, minimum=0, aliases=tuple(aliases.split()))


def _real(
    name: str, meaning: str, aliases: str = "", *, unit: str = "", minimum: float | None = 0.0
) -> Column:
    return Column(name, Type.REAL, meaning, unit=unit, minimum=minimum, aliases=tuple(aliases.split()))


def _flag(name: str, meaning: str, aliases: str = "") -> Column:
    return Column(name, Type.BOOLEAN, meaning, aliases=tuple(aliases.split()))


def _time(name: str, meaning: str, aliases: str = "") -> Column:
    return Column(name, Type.TIME, meaning, unit="UTC", aliases=tuple(aliases.split()))


def _day(name: str, meaning: str, aliases: str = "", *, required: bool = False) -> Column:
    return Column(
        name,
        Type.DAY,
        meaning,
        unit="days since 1970-01-01",
        required=required,
        aliases=tuple(aliases.split()),
    )


def _account_id(meaning: str = "the account, `platform:handle`, lower case", aliases: str = "") -> Column:
    return _text("account_id", meaning, aliases, required=True)


ACCOUNTS = Table(
    "accounts",
    ("account_id",),
    "people, blogs, media and communities that may be ranked or that pay attention",
    (
        _account_id("`platform:handle`, lower case", "id user_id uid"),
        _text("platform", "where the account lives: web, instagram, youtube ...", "network channel"),
        _text(
            "handle",
            "name on the platform, without @; a blog's domain",
            "username screen_name user domain user_name account profile",
        ),
        _text("name", "name shown to people", "full_name display_name label title"),
        _text("url", "address of the profile or blog", "link profile_url website homepage"),
        _text("bio", "what the account says about itself", "description about biography"),
        _text("language", "ISO 639-1 code", "lang"),
        _text("country", "ISO 3166-1 alpha-2 code", "location country_code"),
        _text("city", "where it is at home, in its own words"),
        _text("region", "state, province or county"),
        _text("category", "what it is about, in the word of a list or vendor; also part of `bio`"),
        _text("kind", "what it is; `unknown` when nobody said", "type account_type", choices=KINDS),
        _count(
            "followers",
            "accounts that follow it",
            "followers_count follower_count subscribers fans subscriber_count number_of_followers",
        ),
        _count(
            "following",
            "accounts it follows",
            "following_count followings friends_count follows number_of_people_they_follow",
        ),
        _count(
            "posts_total",
            "posts it ever made",
            "posts_count media_count statuses_count number_of_posts post_count posts",
        ),
        _count("listed", "lists that contain it", "listed_count"),
        _time("created_at", "when the account was opened", "created joined date_joined"),
        _flag("is_bot", "known to be automated", "bot"),
        _flag("is_private", "not public: left out of every list", "private private_account protected"),
        _flag("noindex", "asked not to be indexed: left out of every list", "no_index"),
        _flag("is_verified", "the platform vouches for who it is"),
        EXTRA,
    ),
)

FOLLOWS = Table(
    "follows",
    ("follower_id", "followee_id"),
    "who pays attention to whom",
    (
        _text(
            "follower_id",
            "the account that pays attention",
            "follower source from src source_id",
            required=True,
        ),
        _text(
            "followee_id",
            "the account that receives it",
            "followee target to dst target_id followed",
            required=True,
        ),
        _time("since", "when it began", "followed_at created_at date"),
        _real("weight", "strength of the tie, 1 if not told"),
    ),
)

POSTS = Table(
    "posts",
    ("post_id",),
    "what the accounts published, with the reactions counted by the platform",
    (
        _text("post_id", "unique id of the post", "id tweet_id media_id status_id shortcode", required=True),
        _account_id("its author", "author author_id user_id user username handle domain blog account"),
        _time(
            "created_at",
            "when it was published",
            "date time timestamp published_at created_utc created posted_at published",
        ),
        _text(
            "text",
            "what it says (title, caption, body)",
            "title caption message body content full_text tweet",
        ),
        _text("url", "its address", "link permalink post_url"),
        _text("language", "ISO 639-1 code", "lang"),
        _count(
            "likes",
            "likes, favourites, up-votes",
            "like_count likes_count favorites favourites favorite_count score reactions hearts",
        ),
        _count(
            "comments",
            "comments and replies",
            "comment_count comments_count num_comments replies reply_count",
        ),
        _count(
            "shares", "shares, reposts, retweets", "share_count retweets retweet_count reposts repost_count"
        ),
        _count("clicks", "clicks on its link", "link_clicks"),
        _count("views", "times shown (impressions)", "view_count impressions plays play_count"),
        _flag("is_sponsored", "marked as paid by platform or author", "sponsored paid_partnership is_ad"),
        _text("reply_to", "post_id it answers", "in_reply_to parent_id in_reply_to_status_id"),
        _text("community", "the audience segment it reached: forum, group, list", "subreddit group forum"),
        EXTRA,
    ),
)

INTERACTIONS = Table(
    "interactions",
    ("actor_id", "target_id", "post_id", "kind", "created_at"),
    "one account's reaction to another's post, or its mention of or link to the other",
    (
        _text("actor_id", "the account that reacts", "actor source from commenter user", required=True),
        _text("target_id", "the account reacted to", "target to author", required=True),
        _text("post_id", "the post reacted to", "post tweet_id media_id"),
        _text("kind", "what was done", "type action interaction", required=True, choices=INTERACTION_KINDS),
        _time("created_at", "when", "date time timestamp created_utc"),
        _text("text", "what the reaction says", "comment body message content"),
        _real("weight", "strength of the reaction, 1 if not told", "strength count"),
    ),
)

SNAPSHOTS = Table(
    "snapshots",
    ("account_id", "day"),
    "an account's counts as seen on a day",
    (
        _account_id(),
        _day("day", "the day of the count", "date", required=True),
        _count("followers", "followers on that day", "followers_count follower_count subscribers"),
        _count("following", "following on that day", "following_count friends_count"),
        _count("posts_total", "posts ever made by that day", "posts_count media_count statuses_count"),
    ),
)

CUSTOMERS = Table(
    "customers",
    ("customer_id",),
    "buyers, joined to the accounts they speak from where that is known",
    (
        _text("customer_id", "the shop's id", "customer client_id", required=True),
        _text("account_id", "the account they speak from", "account handle"),
        _flag(
            "account_verified",
            "the customer proved that the account is theirs (signed in, linked it)",
            "verified",
        ),
        _text(
            "email_hash",
            "SHA-256 of the trimmed lower-case e-mail, hex; never the address itself",
            "hashed_email email_sha_256 email_sha256",
        ),
        _count("orders", "orders ever", "order_count frequency"),
        _real("revenue", "money ever spent", "total_spent monetary sales", unit="currency"),
        _day("first_order", "day of the first order", "first_purchase"),
        _day("last_order", "day of the latest order", "last_purchase"),
        _count("tenure_days", "days since first becoming a customer", "tenure", unit="days"),
        Column("nps", Type.REAL, "would recommend, 0 to 10", unit="0-10", minimum=0, aliases=("nps_score",)),
        _count("referrals", "new customers they brought", "referral_count"),
        Column(
            "margin_share",
            Type.REAL,
            "contribution margin as a share of revenue",
            unit="share",
            aliases=("margin",),
        ),
        EXTRA,
    ),
)

ORDERS = Table(
    "orders",
    ("order_id",),
    "single purchases, from which recency, frequency, value and tenure of customers are computed",
    (
        _text(
            "order_id",
            "the shop's id of the order",
            "id transaction_id invoice invoice_no order_number",
            required=True,
        ),
        _text("customer_id", "who bought", "customer client_id user_id buyer_id", required=True),
        _time("ordered_at", "when", "date order_date created_at time timestamp purchased_at invoice_date"),
        _real(
            "revenue",
            "money taken; negative for a refund",
            "amount total value dollar_value order_value price sales",
            unit="currency",
            minimum=None,
        ),
        _count("items", "things in the order", "quantity number_of_cds units", unit="items"),
        _text(
            "referred_by", "customer_id of the advocate whose code or link was used", "referrer advocate_id"
        ),
        _text("code", "discount codes that were used", "discount_code coupon_code promo_code coupon"),
        _text("landing", "address by which the buyer came, with its tags", "landing_page landing_site"),
        _real(
            "refunded",
            "money of the order that was given back",
            "refunded_amount amount_refunded",
            unit="currency",
        ),
    ),
)

CONTACTS = Table(
    "contacts",
    ("account_id", "email"),
    "how to write to an account, and on what basis",
    (
        _account_id(),
        _text("email", "address", "e_mail mail email_address", required=True),
        _text("name", "whom to greet", "contact_name first_name"),
        _text("role", "editor, owner, agent ...", "position job_title"),
        _text(
            "subscriber_type",
            "private person or organisation (PECR)",
            choices=("individual", "corporate", "unknown"),
        ),
        _text("lawful_basis", "consent, legitimate interest ... (GDPR Art. 6)", "basis"),
        _time("obtained_at", "when the address was obtained", "obtained"),
    ),
)

OUTCOMES = Table(
    "outcomes",
    ("campaign", "account_id", "day"),
    "what a campaign's activity with an account cost and brought",
    (
        _text("campaign", "name of the campaign", "campaign_name", required=True),
        _account_id(),
        _day("day", "day of the outcome", "date", required=True),
        _real("cost", "money paid", "spend fee", unit="currency"),
        _count("impressions", "times shown", "views"),
        _count("engagements", "reactions of every kind", "engagement"),
        _count("clicks", "clicks to the site", "link_clicks"),
        _count("signups", "leads", "leads sign_ups"),
        _count("orders", "purchases", "purchases conversions"),
        _real("revenue", "money taken", "sales", unit="currency", minimum=None),
        EXTRA,
    ),
)

METRICS = Table(
    "metrics",
    ("account_id", "day"),
    "vendor exports that give averages in place of posts",
    (
        _account_id(),
        _day("day", "last day of the window", "date"),
        _count("window_days", "length of the window the averages cover", "window", unit="days"),
        _real("n_posts", "posts in the window", "posts", unit="posts"),
        _real(
            "likes_per_post",
            "mean likes a post",
            "avg_likes average_likes likes_avg mean_likes",
            unit="likes per post",
        ),
        _real(
            "comments_per_post",
            "mean comments a post",
            "avg_comments average_comments comments_avg mean_comments",
            unit="comments per post",
        ),
        _real("shares_per_post", "mean shares a post", "avg_shares average_shares", unit="shares per post"),
        _real(
            "views_per_post",
            "mean views a post",
            "avg_views average_views views_avg mean_views",
            unit="views per post",
        ),
        Column(
            "engagement_rate",
            Type.REAL,
            "reactions a post over followers; used where no averages a post are given",
            unit="share",
            minimum=0,
            maximum=1,
            aliases=("er", "eng_rate", "avg_engagement_rate", "engagement_rate_percent"),
        ),
        _real("mentions_received", "times others named it in the window", "mentions", unit="count"),
        _real("shares_received", "times others shared it in the window", "retweets_received", unit="count"),
        Column(
            "fake_followers",
            Type.REAL,
            "followers that a vendor calls fake or suspicious",
            unit="share",
            minimum=0,
            maximum=1,
        ),
    ),
)

COVERAGE = Table(
    "coverage",
    ("account_id", "list"),
    "how much of an account's lists was read; what is not in it was given by whoever made the file",
    (
        _account_id(),
        _text(
            "list",
            "which list",
            required=True,
            choices=("posts", "followers", "follows", "comments", "reactions"),
        ),
        _day("day", "when it was read", required=True),
        _text(
            "state",
            "read to its end, in part, or not at all",
            required=True,
            choices=("whole", "part", "unread"),
        ),
        _count("n_read", "entries read"),
        _count("n_stated", "entries that the account states"),
        _text("terms", "licence that the source states, else where the terms stand under which it was read"),
    ),
)

SUPPRESSIONS = Table(
    "suppressions",
    ("hash",),
    "who must never be listed, contacted or imported again; salted hashes only",
    (
        _text("hash", "salted SHA-256 of an e-mail, domain or account_id", required=True),
        _text("reason", "why: asked, complained, legal"),
        _time("since", "when"),
    ),
)

TABLES: tuple[Table, ...] = (
    ACCOUNTS,
    FOLLOWS,
    POSTS,
    INTERACTIONS,
    SNAPSHOTS,
    CUSTOMERS,
    ORDERS,
    CONTACTS,
    OUTCOMES,
    METRICS,
    COVERAGE,
    SUPPRESSIONS,
)
TABLE_NAMES = tuple(table.name for table in TABLES)


def table_of(name: str) -> Table:
    """Return the table called `name`; KeyError when the contract has none."""
    for table in TABLES:
        if table.name == name:
            return table
    raise KeyError(name)
