"""Who lives in the synthetic world: roles, niches, interests and the traits that nobody can see from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from influence.simulation.niches import SyntheticNiche
from influence.simulation.roles import AUTHORS, CODE, ROLES, column

LANGUAGES = ("en", "de", "es", "fr")
MAX_INTERESTS = 3
POD_SIZE = 8


@dataclass(frozen=True)
class Cast:
    """Arrays over accounts; -1 stands for none.

    Attributes
    ----------
    role : ndarray of int8
        Index into `ROLES`.
    interests : ndarray of int8, shape (n, 3)
        Niches the account cares about, most loved first, then -1.
    first, second : ndarray of int8
        Niches it writes about (for a person: cares most about).
    attraction : ndarray of float64
        How likely niche people are to follow it; a quarter of that in its second niche.
    persuasion : ndarray of float64, shape (n, 2)
        Chance that a niche person it reaches acts on it, in its first and second niche.
    appeal : ndarray of float64
        How easily it gets likes; nearly unrelated to persuasion.
    activity : ndarray of float64
        How much it reacts to others; mean about one.
    feeling : ndarray of int8
        About the brand: 1 loves, -1 dislikes, 0 neutral, -9 never thinks of it.
    pod : ndarray of int32
        Which pod it belongs to.
    language : ndarray of int8
        Index into `LANGUAGES`.
    is_blog : ndarray of bool
    """

    role: np.ndarray
    interests: np.ndarray
    first: np.ndarray
    second: np.ndarray
    attraction: np.ndarray
    persuasion: np.ndarray
    appeal: np.ndarray
    activity: np.ndarray
    feeling: np.ndarray
    pod: np.ndarray
    language: np.ndarray
    is_blog: np.ndarray

    def __len__(self) -> int:
        return len(self.role)

    def of(self, *names: str) -> np.ndarray:
        """Indices of the accounts that play one of these roles."""
        return np.flatnonzero(self.plays(*names))

    def plays(self, *names: str) -> np.ndarray:
        """Mask of the accounts that play one of these roles."""
        return np.isin(self.role, [CODE[name] for name in names])

    def cares(self, niche: int) -> np.ndarray:
        """Mask of the accounts that care about a niche."""
        return np.asarray((self.interests == niche).any(axis=1))


def cast_people(n_accounts: int, niches: Sequence[SyntheticNiche], rng: np.random.Generator) -> Cast:
    """Draw everybody; roles are shuffled over the ids, so that the order of rows says nothing."""
    role = _roles(n_accounts, len(niches), rng)
    first = _first_niches(role, niches, rng)
    second = _neighbours(first, niches, rng, chance=0.5)
    person = role == CODE["person"]
    stars = np.isin(role, [CODE["celebrity"], CODE["bot"]])
    third = _neighbours(first, niches, rng, chance=0.2)
    third = np.where((third == second) | (second < 0), -1, third)
    interests = np.column_stack([first, second, third]).astype(np.int8)
    interests[stars | (person & (rng.random(n_accounts) < 0.08))] = -1
    second = np.where(person | stars, -1, second)
    return Cast(
        role=role,
        interests=interests,
        first=np.where(role == CODE["bot"], -1, first).astype(np.int8),
        second=second.astype(np.int8),
        attraction=_lognormal(rng, role, "attraction"),
        persuasion=_persuasion(role, rng),
        appeal=rng.lognormal(0.0, 0.5, n_accounts),
        activity=_activity(role, rng),
        feeling=_feelings(role, rng),
        pod=_pods(role, first),
        language=np.where(
            stars, 0, rng.choice(len(LANGUAGES), n_accounts, p=[0.94, 0.02, 0.025, 0.015])
        ).astype(np.int8),
        is_blog=~stars & ~person & (rng.random(n_accounts) < 0.2),
    )


def _roles(n_accounts: int, n_niches: int, rng: np.random.Generator) -> np.ndarray:
    counts = {role.name: round(role.share * n_accounts) for role in ROLES[1:]}
    for name in AUTHORS:
        counts[name] = max(round(counts[name] / n_niches), 1) * n_niches
    drawn = np.repeat([CODE[name] for name in counts], list(counts.values()))
    role = np.zeros(n_accounts, dtype=np.int8)
    role[: len(drawn)] = drawn[:n_accounts]
    return rng.permutation(role)


def _first_niches(role: np.ndarray, niches: Sequence[SyntheticNiche], rng: np.random.Generator) -> np.ndarray:
    weight = np.array([niche.weight for niche in niches])
    first = rng.choice(len(niches), len(role), p=weight / weight.sum())
    for name in AUTHORS:
        mine = np.flatnonzero(role == CODE[name])
        first[mine] = np.arange(len(mine)) % len(niches)
    return first


def _neighbours(
    first: np.ndarray, niches: Sequence[SyntheticNiche], rng: np.random.Generator, chance: float
) -> np.ndarray:
    """Another niche for a share of the accounts, mostly one that is near; -1 for the others."""
    keys = [niche.key for niche in niches]
    near = np.full((len(niches), len(niches)), 0.3)
    for row, niche in enumerate(niches):
        near[row, [keys.index(key) for key in niche.neighbours if key in keys]] = 3.0
    np.fill_diagonal(near, 0.0)
    if len(niches) == 1:
        return np.full(len(first), -1)
    edges = np.cumsum(near / near.sum(axis=1, keepdims=True), axis=1)
    other = (rng.random(len(first))[:, None] > edges[first]).sum(axis=1).clip(0, len(niches) - 1)
    return np.where(rng.random(len(first)) < chance, other, -1)


def _lognormal(rng: np.random.Generator, role: np.ndarray, name: str) -> np.ndarray:
    median, spread = np.array(column(name)), np.array(column(f"{name}_spread"))
    noise = rng.standard_normal(len(role)).clip(-2.2, 2.2)
    return np.asarray(median[role] * np.exp(spread[role] * noise))


def _persuasion(role: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    own = _lognormal(rng, role, "persuasion")
    strong = np.isin(role, [CODE["influencer"], CODE["dormant"]])
    other = np.where(strong, 0.25, 0.8) * own * rng.lognormal(0.0, 0.3, len(role))
    return np.column_stack([own, other]).clip(0.0, 0.9)


def _activity(role: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    activity = rng.lognormal(-0.5, 1.0, len(role))
    activity[role == CODE["bot"]] = 0.0
    activity[np.isin(role, [CODE["celebrity"], CODE["magazine"]])] *= 0.05
    return activity


def _feelings(role: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    feeling = rng.choice(np.array([-9, 1, -1, 0]), len(role), p=[0.89, 0.05, 0.03, 0.03])
    return np.where(np.isin(role, [CODE["bot"], CODE["celebrity"]]), -9, feeling).astype(np.int8)


def _pods(role: np.ndarray, first: np.ndarray) -> np.ndarray:
    pod = np.full(len(role), -1, dtype=np.int32)
    members = np.flatnonzero(role == CODE["pod"])
    members = members[np.argsort(first[members], kind="stable")]
    if len(members):
        place = np.arange(len(members)) - np.searchsorted(first[members], first[members])
        key = first[members].astype(np.int64) * len(members) + place // POD_SIZE
        pod[members] = np.unique(key, return_inverse=True)[1]
    return pod
