"""Who is a person and who a program, from profiles and from who else follows the same accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from influence.signals.quality.profiles import (
    MOST_NATS,
    chance_of_person,
    fake_share,
    follower_shares,
    looks_automated,
    profile_evidence,
)
from influence.signals.shrinkage import shrunk_share

if TYPE_CHECKING:
    from influence.signals.material import Material

USUAL_BOT_SHARE = 0.05
MIN_FOLLOWERS_SEEN = 5


def automated_accounts(material: Material) -> np.ndarray:
    """Which accounts look automated (1, 0, NaN), shape (n_accounts,).

    Known bots are; following counts that no profile shows are read from the follows at hand, which is fewer than
    there are, so that it errs on the side of trust.
    """
    known = np.diff(material.follow_matrix.indptr).astype(float)
    shown = material.column("following")
    following = np.where(np.isfinite(shown), np.fmax(shown, known), np.where(known > 0, known, np.nan))
    automated = looks_automated(following, material.column("followers"))
    return np.where(material.column("is_bot") == 1, 1.0, automated)


def follower_figures(material: Material) -> dict[str, np.ndarray]:
    """Of the followers of every account, shape (n_accounts,): the share ``automated`` and ``silent``, and ``seen``.

    Unknown (NaN, and 0 seen) where fewer than `MIN_FOLLOWERS_SEEN` have a profile.
    """
    return material.kept("follower-shares", lambda: _follower_figures(material))


def _follower_figures(material: Material) -> dict[str, np.ndarray]:
    follows = material.follow_matrix.tocsc()
    automated = automated_accounts(material)
    total = material.column("posts_total")
    idle = np.where(np.isfinite(total), (total == 0).astype(float), np.nan)
    bots, silent, seen = follower_shares(follows, automated, idle)
    # follows at hand are fewer than there are: without profiles, that nobody looks automated says nothing
    told = np.isfinite(material.column("following")) | (automated == 1)
    enough = (seen >= MIN_FOLLOWERS_SEEN) & (follows.T @ told.astype(float) >= MIN_FOLLOWERS_SEEN)
    share = shrunk_share(np.nan_to_num(bots) * seen, seen, USUAL_BOT_SHARE, 10.0)
    nats = profile_evidence(*(material.column(name) for name in ("following", "followers", "posts_total")))
    fakes, n_judged = fake_share(follows, nats, USUAL_BOT_SHARE)
    share = np.where(n_judged >= MIN_FOLLOWERS_SEEN, np.fmax(share, fakes), share)
    unknown = {"automated": share, "silent": silent}
    return {name: np.where(enough, figure, np.nan) for name, figure in unknown.items()} | {
        "seen": np.where(enough, seen, 0.0)
    }


def real_people(material: Material) -> np.ndarray:
    """Chance that each account is a person and no program, shape (n_accounts,); 1 where no profile tells.

    Evidence of its counts (posts left out where unknown) on the share of automated followers of those it follows:
    among the followers of one account each alone proves little, three hundred of a kind prove much.
    """
    return material.kept("real-people", lambda: _real_people(material))


def _real_people(material: Material) -> np.ndarray:
    following, followers, posts = (
        material.column(name) for name in ("following", "followers", "posts_total")
    )
    nats = profile_evidence(following, followers, np.nan_to_num(posts))
    nats = np.where(np.isfinite(nats), nats, np.where(automated_accounts(material) == 1, MOST_NATS, -np.inf))
    if not np.isfinite(nats).any():
        return np.ones(len(nats))
    n, share = np.diff(material.follow_matrix.indptr), follower_figures(material)["automated"]
    share = np.where(np.isfinite(share), share, USUAL_BOT_SHARE)
    prior = np.where(n > 0, material.follow_matrix @ share / np.maximum(n, 1), USUAL_BOT_SHARE)
    real = chance_of_person(nats, np.clip(prior, 0.0, 0.99))
    return np.where(material.column("is_bot") == 1, 0.0, real)
