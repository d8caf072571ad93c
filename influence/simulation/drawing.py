"""The steps by which a world is drawn, in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pyarrow as pa

from influence.simulation import commerce, world_tables
from influence.simulation.account_profiles import Profiles, draw_profiles, draw_snapshots
from influence.simulation.attention import Follows, draw_follows
from influence.simulation.names import account_ids, name_accounts
from influence.simulation.niches import SyntheticNiche
from influence.simulation.people import Cast, cast_people
from influence.simulation.posting import Posts, draw_posts
from influence.simulation.reactions import draw_reactions
from influence.simulation.texts import write_bios, write_comments, write_posts
from influence.simulation.truth import NicheTruth, is_active, niche_truth, sponsored_share
from influence.simulation.world_tables import World


def draw(
    niches: tuple[SyntheticNiche, ...],
    n_accounts: int,
    days: int,
    until: date,
    seed: int,
    rngs: list[np.random.Generator],
    progress: Callable[[str], None] | None = None,
) -> World:
    """Draw people, then who follows whom, what they post, who reacts, and what follows for business."""
    say(progress, "casting people")
    cast = cast_people(n_accounts, niches, rngs[0])
    handles, names = name_accounts(cast, niches, rngs[1])
    first_day = (until - world_tables.EPOCH).days - days + 1
    labels = world_tables.Labels(
        pa.array(account_ids(cast, handles)),
        handles,
        names,
        first_day,
        f"synthetic (influence simulate, seed {seed})",
    )
    say(progress, "drawing follows and posts")
    follows = draw_follows(cast, len(niches), days, rngs[2])
    posts = draw_posts(cast, len(niches), days, rngs[3])
    profiles = draw_profiles(cast, follows, posts, rngs[4])
    say(progress, "drawing reactions")
    made = _voices(labels, cast, follows, posts, niches, days, rngs[5:8])
    made |= _counts(labels, cast, follows, posts, profiles, niches, days, rngs[8:10])
    truth = niche_truth(cast, follows, posts, len(niches), days)
    customers = commerce.draw_customers(cast, truth, days, rngs[10])
    made |= _business(labels, cast, profiles, truth, customers, days, rngs[11])
    planted = _truth(labels, cast, profiles, posts, truth, niches, days)
    planted["customer_truth"] = world_tables.customer_truth_table(labels, customers)
    return World(made, planted, niches)


def _voices(
    labels: world_tables.Labels,
    cast: Cast,
    follows: Follows,
    posts: Posts,
    niches: tuple[SyntheticNiche, ...],
    days: int,
    rngs: list[np.random.Generator],
) -> dict[str, pa.Table]:
    reactions = draw_reactions(cast, follows, posts, len(niches), days, rngs[0])
    texts = write_posts(cast, posts, niches, labels.handles, rngs[1])
    comments = write_comments(posts, reactions, niches, rngs[1])
    return {
        "posts": world_tables.posts_table(labels, cast, posts, reactions, texts, rngs[2]),
        "interactions": world_tables.interactions_table(labels, posts, reactions, comments),
    }


def _counts(
    labels: world_tables.Labels,
    cast: Cast,
    follows: Follows,
    posts: Posts,
    profiles: Profiles,
    niches: tuple[SyntheticNiche, ...],
    days: int,
    rngs: list[np.random.Generator],
) -> dict[str, pa.Table]:
    bios = write_bios(cast, niches, rngs[0])
    seen = draw_snapshots(cast, follows, posts, profiles, days, rngs[1])
    return {
        "accounts": world_tables.accounts_table(labels, cast, profiles, bios, rngs[0]),
        "follows": world_tables.follows_table(labels, follows),
        "snapshots": world_tables.snapshots_table(labels, seen),
    }


def _business(
    labels: world_tables.Labels,
    cast: Cast,
    profiles: Profiles,
    truth: NicheTruth,
    customers: dict[str, np.ndarray],
    days: int,
    rng: np.random.Generator,
) -> dict[str, pa.Table]:
    return {
        "customers": world_tables.customers_table(labels, customers),
        "contacts": world_tables.contacts_table(labels, commerce.draw_contacts(cast, rng)),
        "outcomes": world_tables.outcomes_table(
            labels, commerce.draw_outcomes(cast, profiles, truth, days, rng)
        ),
    }


def _truth(
    labels: world_tables.Labels,
    cast: Cast,
    profiles: Profiles,
    posts: Posts,
    truth: NicheTruth,
    niches: tuple[SyntheticNiche, ...],
    days: int,
) -> dict[str, pa.Table]:
    power = commerce.acting_power(cast, truth)
    active = is_active(cast, posts, days)
    paid = sponsored_share(cast, posts)
    return {
        "niche_truth": world_tables.niche_truth_table(labels, cast, truth, niches),
        "account_truth": world_tables.account_truth_table(labels, cast, profiles, power, paid, active),
    }


def say(progress: Callable[[str], None] | None, words: str) -> None:
    """Report a step, if anybody listens."""
    if progress is not None:
        progress(words)
