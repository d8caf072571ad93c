"""Customers of the fictional brand, contacts, and what two past campaigns brought."""

from __future__ import annotations

import numpy as np

from influence.simulation.account_profiles import Profiles
from influence.simulation.people import Cast
from influence.simulation.truth import NicheTruth

CAMPAIGNS = ("spring-kit", "autumn-box")
NO_VOICE = -1


def draw_customers(
    cast: Cast, truth: NicheTruth, days: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Buyers: a third have no known account; lovers of the brand buy and bring more, haters stop.

    ``account`` is `NO_VOICE` where the shop does not know from which account they speak.
    """
    chance = np.select([cast.feeling == 1, cast.feeling == -1, cast.feeling == 0], [0.7, 0.5, 0.3], 0.04)
    buyers = np.flatnonzero((rng.random(len(cast)) < chance) & ~cast.plays("bot", "celebrity", "magazine"))
    feeling = cast.feeling[buyers]
    n = len(buyers)
    love = np.where(feeling == -9, 0, feeling)
    orders = 1 + rng.poisson(rng.gamma(1.2, 1.4, n) * (1 + 0.6 * love))
    first = (days * (1 - 1.6 * rng.random(n))).astype(np.int64)
    last = first + ((days - 1 - first) * np.where(orders > 1, rng.beta(2, 1.5 - 0.6 * love, n), 0)).astype(
        np.int64
    )
    acts = acting_power(cast, truth)[buyers]
    return {
        "person": buyers,
        "account": np.where(rng.random(n) < 0.65, buyers, NO_VOICE),
        "orders": orders,
        "revenue": np.round(orders * rng.lognormal(3.4, 0.5, n), 2),
        "first_order": first,
        "last_order": last,
        "tenure_days": days - 1 - first,
        "nps": np.where(
            rng.random(n) < 0.55, (7 + 2.5 * love + rng.normal(0, 1.6, n)).round().clip(0, 10), np.nan
        ),
        "referrals": rng.poisson(
            np.where(love < 0, 0.02, (0.15 + 0.5 * (love > 0)) * (1 + 0.3 * np.sqrt(acts)))
        ),
        "margin_share": np.round(rng.beta(12, 20, n), 3),
    }


def acting_power(cast: Cast, truth: NicheTruth) -> np.ndarray:
    """True influence of every account over all its niches; ordinary people move about one friend."""
    power = np.where(cast.plays("person"), cast.persuasion[:, 0] * 10 * cast.activity.clip(0, 5), 0.0)
    np.add.at(power, truth.account, truth.influence)
    return power


def draw_contacts(cast: Cast, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Addresses of about half the authors."""
    authors = np.flatnonzero(~cast.plays("person", "bot", "celebrity"))
    known = authors[rng.random(len(authors)) < 0.5]
    firm = cast.plays("magazine")[known] | (rng.random(len(known)) < 0.2)
    return {
        "account": known,
        "is_corporate": firm,
        "has_basis": rng.random(len(known)) < np.where(firm, 0.9, 0.6),
        "day": -rng.integers(1, 400, len(known)),
    }


def draw_outcomes(
    cast: Cast, profiles: Profiles, truth: NicheTruth, days: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Two past campaigns with about fifty accounts each: paid by followers, bought by true influence."""
    power = acting_power(cast, truth)
    authors = np.flatnonzero(~cast.plays("person", "bot"))
    size = min(50, len(authors))
    account = np.concatenate([rng.choice(authors, size, replace=False) for _ in CAMPAIGNS])
    campaign = np.repeat(np.arange(len(CAMPAIGNS)), size)
    shown = rng.poisson(profiles.followers[account] * rng.uniform(0.05, 0.2, len(account)) + power[account])
    clicks = rng.poisson(power[account] * 1.5 + shown * 0.0002)
    orders = rng.poisson(power[account] * 0.15)
    return {
        "campaign": campaign,
        "account": account,
        "day": np.where(campaign == 0, days // 3, days * 4 // 5) + rng.integers(0, 20, len(account)),
        "cost": np.round(
            40 + profiles.followers[account] ** 0.75 * rng.lognormal(-1.0, 0.3, len(account)), 2
        ),
        "impressions": shown,
        "engagements": np.minimum(rng.poisson(shown * 0.01 + 4 * power[account]), shown),
        "clicks": clicks,
        "signups": rng.binomial(clicks, 0.12),
        "orders": orders,
        "revenue": np.round(orders * rng.lognormal(3.4, 0.3, len(account)), 2),
    }
