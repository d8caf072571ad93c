"""The parts that accounts play in the synthetic world, one row of numbers each.

The numbers are chosen so that no single column tells the roles apart: an influencer of a niche has an ordinary number
of followers and posts, and is only seen in who reacts. They are not estimates of any real platform.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AccountRole:
    """One role.

    Attributes
    ----------
    name : str
    share : float
        Of all accounts.
    attraction, attraction_spread : float
        Median and log standard deviation of how likely a person of the niche is to follow it.
    persuasion, persuasion_spread : float
        Median and log standard deviation of the chance that a niche person whom it reaches acts on it.
    posts, posts_spread : float
        Median and log standard deviation of posts a year.
    focus : float
        Share of its posts in its own niche.
    named : float
        Share of its niche posts that say the niche's name.
    outside : float
        Median number of followers outside the crawled world for each one inside.
    sponsored : float
        Share of posts that are paid for.
    """

    name: str
    share: float
    attraction: float = 0.0
    attraction_spread: float = 0.5
    persuasion: float = 0.0
    persuasion_spread: float = 0.3
    posts: float = 0.0
    posts_spread: float = 0.6
    focus: float = 0.0
    named: float = 0.25
    outside: float = 1.0
    sponsored: float = 0.0


ROLES: tuple[AccountRole, ...] = (
    AccountRole("person", 0.0, 0.02, 0.8, 0.04, 0.5, 3, 1.0, 0.3, 0.25, 1.5, 0.0),
    AccountRole("influencer", 0.024, 10, 0.45, 0.25, 0.25, 26, 0.7, 0.62, 0.25, 3, 0.03),
    AccountRole("regular", 0.025, 5, 0.8, 0.05, 0.4, 26, 0.7, 0.6, 0.3, 4, 0.05),
    AccountRole("talker", 0.03, 0.3, 0.6, 0.04, 0.5, 60, 0.6, 0.85, 0.5, 2, 0.01),
    AccountRole("bought", 0.007, 1.5, 0.6, 0.02, 0.3, 45, 0.5, 0.8, 0.6, 3, 0.10),
    AccountRole("pod", 0.008, 2, 0.5, 0.035, 0.3, 40, 0.5, 0.75, 0.5, 3, 0.08),
    AccountRole("paid", 0.006, 9, 0.5, 0.05, 0.3, 45, 0.4, 0.65, 0.45, 6, 0.45),
    AccountRole("dormant", 0.006, 10, 0.5, 0.2, 0.3, 30, 0.5, 0.65, 0.3, 3, 0.02),
    AccountRole("lucky", 0.005, 0.8, 0.5, 0.05, 0.3, 18, 0.5, 0.65, 0.3, 3, 0.0),
    AccountRole("magazine", 0.003, 25, 0.5, 0.02, 0.3, 150, 0.4, 0.3, 0.3, 30, 0.12),
    AccountRole("celebrity", 0.01, 0.0, 1.1, 0.006, 0.3, 70, 0.5, 0.04, 1.0, 150, 0.10),
    AccountRole("bot", 0.04),
)
ROLE_NAMES = tuple(role.name for role in ROLES)
CODE = {role.name: code for code, role in enumerate(ROLES)}
"""Role name to the number used in arrays."""

AUTHORS = ("influencer", "regular", "talker", "bought", "pod", "paid", "dormant", "lucky", "magazine")
"""Roles that write in a niche of their own, equally many in each."""


def column(name: str) -> list[float]:
    """One attribute of every role, in the order of `ROLES`."""
    return [float(getattr(role, name)) for role in ROLES]
