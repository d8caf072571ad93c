"""What is true of every account, and what no table of the world says outright.

True influence of an account in a niche is the number of people of that niche who follow it, times the chance that one
of them acts on what it says, or nothing at all once it has fallen silent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.simulation.attention import Follows
from influence.simulation.people import Cast
from influence.simulation.posting import SECONDS_A_DAY, SPONSORED, DrawnPosts
from influence.simulation.roles import AUTHORS

SILENT_DAYS = 150


@dataclass(frozen=True)
class NicheTruth:
    """One row for each account and niche it writes in (celebrities: the niche they sometimes mention).

    Attributes
    ----------
    account, niche : ndarray
    reach : ndarray of int64
        People who care about the niche and follow the account; bots are not people.
    persuasion : ndarray of float64
        Chance that one of them acts on what it says.
    influence : ndarray of float64
        ``reach * persuasion``, 0 for the silent.
    share_of_posts : ndarray of float64
    is_top : ndarray of bool
        Planted: the niche's influencers that have not fallen silent.
    """

    account: np.ndarray
    niche: np.ndarray
    reach: np.ndarray
    persuasion: np.ndarray
    influence: np.ndarray
    share_of_posts: np.ndarray
    is_top: np.ndarray


def niche_truth(cast: Cast, follows: Follows, posts: DrawnPosts, n_niches: int, days: int) -> NicheTruth:
    """Work out what is true of every author in each of its niches."""
    authors = cast.of(*AUTHORS, "celebrity")
    two = authors[(cast.second[authors] >= 0) & (cast.second[authors] != cast.first[authors])]
    account = np.concatenate([authors, two])
    niche = np.concatenate([cast.first[authors], cast.second[two]]).astype(np.int64)
    which = np.repeat([0, 1], [len(authors), len(two)])
    reach = _reach(cast, follows, n_niches)[account, niche]
    persuasion = cast.persuasion[account, which]
    n_posts = np.bincount(posts.author, minlength=len(cast))
    about = np.zeros((len(cast), n_niches))
    np.add.at(about, (posts.author[posts.niche >= 0], posts.niche[posts.niche >= 0]), 1)
    influence = reach * persuasion * is_active(cast, posts, days)[account]
    return NicheTruth(
        account=account,
        niche=niche,
        reach=reach,
        persuasion=persuasion,
        influence=influence,
        share_of_posts=about[account, niche] / np.maximum(n_posts[account], 1),
        is_top=cast.plays("influencer")[account] & (which == 0) & (influence > 0),
    )


def _reach(cast: Cast, follows: Follows, n_niches: int) -> np.ndarray:
    """Followers who care, shape (n_accounts, n_niches)."""
    human = ~cast.plays("bot")[follows.follower]
    reach = np.zeros((len(cast), n_niches), dtype=np.int64)
    for k in range(n_niches):
        cares = human & cast.cares(k)[follows.follower]
        reach[:, k] = np.bincount(follows.followee[cares], minlength=len(cast))
    return reach


def is_active(cast: Cast, posts: DrawnPosts, days: int) -> np.ndarray:
    """Mask of the accounts that posted in the last `SILENT_DAYS`."""
    last = np.zeros(len(cast), dtype=np.int64)
    np.maximum.at(last, posts.author, posts.second)
    return last >= (days - SILENT_DAYS) * SECONDS_A_DAY


def sponsored_share(cast: Cast, posts: DrawnPosts) -> np.ndarray:
    """Share of each account's posts that were paid for, whether or not they say so."""
    paid = np.bincount(posts.author[posts.what == SPONSORED], minlength=len(cast))
    return paid / np.maximum(np.bincount(posts.author, minlength=len(cast)), 1)
