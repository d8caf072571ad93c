"""The drawn world as Arrow tables named and typed as in the data contract, and its truth as tables apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute

from influence.simulation.account_profiles import Profiles
from influence.simulation.attention import Follows
from influence.simulation.commerce import CAMPAIGNS
from influence.simulation.names import BLOG_PLATFORM, PLATFORM
from influence.simulation.niches import SyntheticNiche
from influence.simulation.people import LANGUAGES, Cast
from influence.simulation.posting import SECONDS_A_DAY, SPONSORED, DrawnPosts
from influence.simulation.reactions import KINDS, MENTION, DrawnReactions
from influence.simulation.roles import ROLE_NAMES
from influence.simulation.truth import NicheTruth

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class World:
    """The tables of a world and the tables of its truth, in memory."""

    tables: Mapping[str, pa.Table]
    truth: Mapping[str, pa.Table]


@dataclass(frozen=True)
class WorldNames:
    """What turns array positions into the words of files: ids, handles, the first day and the source."""

    ids: pa.Array
    handles: Sequence[str]
    names: Sequence[str]
    first_day: int
    source: str

    def times(self, seconds: np.ndarray) -> pa.Array:
        """Seconds since the start of the world as UTC timestamps."""
        return pa.array(seconds + self.first_day * SECONDS_A_DAY).cast(pa.timestamp("s"))

    def days(self, days: np.ndarray) -> pa.Array:
        """Days since the start of the world as dates."""
        return pa.array((days + self.first_day).astype(np.int32)).cast(pa.date32())

    def accounts(self, positions: np.ndarray) -> pa.Array:
        """Ids of accounts; null for -1."""
        return self.ids.take(pa.array(positions, mask=positions < 0))

    def table(self, **columns: pa.Array | np.ndarray | Sequence[object]) -> pa.Table:
        """A table with its source."""
        made = pa.table(columns)
        return made.append_column("source", pa.array([self.source] * len(made)))


def accounts_table(
    labels: WorldNames, cast: Cast, profiles: Profiles, bios: Sequence[str | None], rng: np.random.Generator
) -> pa.Table:
    """`accounts`; one in thirty follower counts is not known, and most bots are not known to be bots."""
    unknown = rng.random(len(cast)) < 0.03
    known_bot = cast.plays("bot") & (rng.random(len(cast)) < 0.05)
    human = cast.plays("person") & (rng.random(len(cast)) < 0.1)
    kind = np.select(
        [cast.is_blog, cast.plays("magazine"), cast.plays("person", "celebrity", "influencer", "talker")],
        ["blog", "media", "person"],
        "unknown",
    )
    blogs = cast.is_blog.tolist()
    return labels.table(
        account_id=labels.ids,
        platform=pa.array([BLOG_PLATFORM if blog else PLATFORM for blog in blogs]),
        handle=pa.array(labels.handles),
        name=pa.array(labels.names),
        url=pa.array(_url(handle, blog) for handle, blog in zip(labels.handles, blogs, strict=True)),
        bio=pa.array(bios, pa.string()),
        language=pa.array(np.array(LANGUAGES)[cast.language]),
        kind=pa.array(kind),
        followers=pa.array(profiles.followers, mask=unknown),
        following=pa.array(profiles.following, mask=unknown),
        posts_total=pa.array(profiles.posts_total),
        created_at=labels.days(profiles.opened_day),
        is_bot=pa.array(known_bot, mask=~(known_bot | human)),
        is_private=pa.array(cast.plays("person") & (rng.random(len(cast)) < 0.04)),
        noindex=pa.array(rng.random(len(cast)) < 0.002),
    )


def _url(handle: str, is_blog: bool) -> str:
    return f"https://{handle}/" if is_blog else f"https://synthetic.example/{handle}"


def follows_table(labels: WorldNames, follows: Follows) -> pa.Table:
    """`follows`."""
    return labels.table(
        follower_id=labels.accounts(follows.follower),
        followee_id=labels.accounts(follows.followee),
        since=labels.days(follows.day),
    )


def posts_table(
    labels: WorldNames,
    cast: Cast,
    posts: DrawnPosts,
    reactions: DrawnReactions,
    texts: Sequence[str],
    rng: np.random.Generator,
) -> pa.Table:
    """`posts`; views are known for a third of the accounts, one paid post in four is not marked as paid."""
    n = len(posts)
    views = (reactions.likes * rng.uniform(8, 30, n)).astype(np.int64) + rng.poisson(20, n)
    hidden = (posts.author % 3 != 0) | cast.is_blog[posts.author]
    paid = (posts.what == SPONSORED) & (rng.random(n) < 0.75)
    return labels.table(
        post_id=pa.array([f"s{number}" for number in range(n)]),
        account_id=labels.accounts(posts.author),
        created_at=labels.times(posts.second),
        text=pa.array(texts, pa.string()),
        language=pa.array(np.array(LANGUAGES)[cast.language[posts.author]]),
        likes=pa.array(reactions.likes),
        comments=pa.array(reactions.comments),
        shares=pa.array(reactions.shares),
        views=pa.array(views, mask=hidden),
        is_sponsored=pa.array(paid),
    )


def interactions_table(
    labels: WorldNames, posts: DrawnPosts, reactions: DrawnReactions, texts: Sequence[str | None]
) -> pa.Table:
    """`interactions`; in a mention or link the post's author acts and the account named receives."""
    naming = reactions.kind >= MENTION
    author = posts.author[reactions.post]
    post_ids = pa.array([f"s{number}" for number in reactions.post.tolist()])
    return labels.table(
        actor_id=labels.accounts(np.where(naming, author, reactions.actor)),
        target_id=labels.accounts(np.where(naming, reactions.actor, author)),
        post_id=pa.compute.if_else(pa.array(naming), pa.scalar(None, pa.string()), post_ids),
        kind=pa.array(np.array(KINDS)[reactions.kind]),
        created_at=labels.times(reactions.second),
        text=pa.array(texts, pa.string()),
    )


def snapshots_table(labels: WorldNames, rows: dict[str, np.ndarray]) -> pa.Table:
    """`snapshots`."""
    counts = {name: rows[name] for name in ("followers", "following", "posts_total")}
    return labels.table(account_id=labels.accounts(rows["account"]), day=labels.days(rows["day"]), **counts)


def _customer_ids(n: int) -> pa.Array:
    return pa.array([f"synthetic-c{number:05d}" for number in range(n)], pa.string())


def customers_table(labels: WorldNames, rows: dict[str, np.ndarray]) -> pa.Table:
    """`customers`."""
    return labels.table(
        customer_id=_customer_ids(len(rows["account"])),
        account_id=labels.accounts(rows["account"]),
        orders=rows["orders"],
        revenue=rows["revenue"],
        first_order=labels.days(rows["first_order"]),
        last_order=labels.days(rows["last_order"]),
        tenure_days=rows["tenure_days"],
        nps=pa.array(rows["nps"], mask=np.isnan(rows["nps"])),
        referrals=rows["referrals"],
        margin_share=rows["margin_share"],
    )


def customer_truth_table(labels: WorldNames, rows: dict[str, np.ndarray]) -> pa.Table:
    """Truth per customer: the account they speak from, also where the shop does not know it."""
    return labels.table(
        customer_id=_customer_ids(len(rows["person"])),
        true_account_id=labels.accounts(rows["person"]),
    )


def contacts_table(labels: WorldNames, rows: dict[str, np.ndarray]) -> pa.Table:
    """`contacts`, all under the reserved ending `.example`."""
    who, firms = rows["account"].tolist(), rows["is_corporate"]
    return labels.table(
        account_id=labels.accounts(rows["account"]),
        email=pa.array([_email(labels.handles[i]) for i in who], pa.string()),
        name=pa.array([labels.names[i] for i in who], pa.string()),
        role=pa.array(["editor" if firm else "owner" for firm in firms], pa.string()),
        subscriber_type=pa.array(["corporate" if firm else "individual" for firm in firms], pa.string()),
        lawful_basis=pa.array(
            ["legitimate interest" if ok else None for ok in rows["has_basis"]], pa.string()
        ),
        obtained_at=labels.days(rows["day"]),
    )


def _email(handle: str) -> str:
    return f"hello@{handle}" if handle.endswith(".example") else f"{handle}@mail.example"


def outcomes_table(labels: WorldNames, rows: dict[str, np.ndarray]) -> pa.Table:
    """`outcomes`."""
    counts = {name: values for name, values in rows.items() if name not in ("campaign", "account", "day")}
    return labels.table(
        campaign=pa.array(np.array(CAMPAIGNS)[rows["campaign"]]),
        account_id=labels.accounts(rows["account"]),
        day=labels.days(rows["day"]),
        **counts,
    )


def niche_truth_table(
    labels: WorldNames, cast: Cast, truth: NicheTruth, niches: Sequence[SyntheticNiche]
) -> pa.Table:
    """Truth per account and niche."""
    return labels.table(
        account_id=labels.accounts(truth.account),
        niche=pa.array([niches[k].name for k in truth.niche.tolist()], pa.string()),
        role=pa.array(np.array(ROLE_NAMES)[cast.role[truth.account]]),
        is_planted_top=pa.array(truth.is_top),
        true_niche_reach=truth.reach,
        persuasion=truth.persuasion.round(5),
        true_influence=truth.influence.round(4),
        share_of_posts=truth.share_of_posts.round(4),
    )


def account_truth_table(
    labels: WorldNames,
    cast: Cast,
    profiles: Profiles,
    power: np.ndarray,
    paid: np.ndarray,
    active: np.ndarray,
) -> pa.Table:
    """Truth per account."""
    return labels.table(
        account_id=labels.ids,
        role=pa.array(np.array(ROLE_NAMES)[cast.role]),
        is_bot=pa.array(cast.plays("bot")),
        bought_followers=profiles.fake,
        pod=pa.array(cast.pod, mask=cast.pod < 0),
        true_sponsored_share=paid.round(4),
        is_paid_voice=pa.array(cast.plays("paid")),
        is_active=pa.array(active),
        brand_feeling=pa.array(cast.feeling, mask=cast.feeling == -9),
        persuasive_power=power.round(4),
    )
