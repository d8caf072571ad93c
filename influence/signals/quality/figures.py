"""The figures of audience quality for the candidates of one question: growth, rates, commenters, followers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from influence.signals.engagement_rates import per_post, rate_by_followers, usual_rate
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.peers import compare_with_peers, size_of
from influence.signals.quality.commenters import (
    comment_text_counts,
    commenter_figures,
    queue_places,
    same_order,
    share_on,
)
from influence.signals.quality.humans import automated_accounts, follower_figures
from influence.signals.quality.profiles import chance_of_person, following_ratio, profile_evidence
from influence.signals.quality.suspicion import BASE_RATE
from influence.store.kept.spilling import blocks, by_row, stacked

if TYPE_CHECKING:
    import pandas as pd

MIN_FOLLOWERS = 100
"""Followers under which an engagement rate says nothing."""
MIN_COMMENTS = 10
MIN_POSTS = 3
MIN_FOLLOWING = 500
HIT = 5.0
"""A post with this many times its author's usual reactions explains a burst of followers."""
SAME_WEEK_EVERYWHERE = 0.3
"""Where half of the accounts got more than this of their followers in one week, the days are those of a crawl."""

BURST_WEEK = 7
"""Days within which bought followers arrive."""


@dataclass(frozen=True)
class Growth:
    """How the followers of each account came, shape (n_accounts,) each; NaN unknown.

    Attributes
    ----------
    burst_share : ndarray
        Followers that came in the one largest step beyond the usual step, as a share of all at its end (0-1).
    lost_share : ndarray
        Share of those that left again by the latest count; NaN without a later count.
    n_falls : ndarray
        Steps on which at least 1 % left: a sawtooth has many.
    n_steps : ndarray
        Steps seen.
    burst_from, burst_to : ndarray
        Days between which the largest step lies.
    """

    burst_share: np.ndarray
    lost_share: np.ndarray
    n_falls: np.ndarray
    n_steps: np.ndarray
    burst_from: np.ndarray
    burst_to: np.ndarray


def follower_growth(account: np.ndarray, day: np.ndarray, followers: np.ndarray, n_accounts: int) -> Growth:
    """Steps between counts of followers.

    Parameters
    ----------
    account, day, followers : ndarray, shape (n_rows,)
        Ordered by account, then day; unknown counts left out by the caller.
    n_accounts : int

    Notes
    -----
    A step is compared with the account's own usual (median) step, so that steady fast growth is no burst.
    """
    import pandas as pd

    names = ("burst_share", "lost_share", "n_falls", "n_steps", "burst_from", "burst_to")
    found = {name: np.full(n_accounts, np.nan) for name in names}
    same = account[1:] == account[:-1]
    if same.any():
        steps = pd.DataFrame(
            {
                "account": account[1:][same], "gain": np.diff(followers)[same], "to": day[1:][same],
                "from": day[:-1][same], "before": followers[:-1][same], "after": followers[1:][same],
            }
        )  # fmt: skip
        _fill(found, steps, pd.Series(followers).groupby(account).last())
    return Growth(**found)


def _fill(found: dict[str, np.ndarray], steps: pd.DataFrame, latest: pd.Series) -> None:
    grouped = steps.groupby("account")
    usual = grouped["gain"].median().clip(lower=0.0)
    excess = steps["gain"] - steps["account"].map(usual)
    top = steps.loc[excess.groupby(steps["account"]).idxmax()].set_index("account")
    at = top.index.to_numpy()
    burst = (top["gain"] - usual[at]).clip(lower=0.0)
    found["burst_share"][at] = burst / top["after"].clip(lower=1.0)
    later = latest[at].to_numpy() - top["after"].to_numpy()
    n_later = (steps["to"] > steps["account"].map(top["to"])).groupby(steps["account"]).sum()[at].to_numpy()
    lost = np.clip(-later / np.maximum(burst.to_numpy(), 1.0), 0.0, 1.0)
    found["lost_share"][at] = np.where(n_later > 0, lost, np.nan)
    found["n_falls"][at] = (steps["gain"] < -0.01 * steps["before"]).groupby(steps["account"]).sum()[at]
    found["n_steps"][at] = grouped.size()[at]
    found["burst_from"][at], found["burst_to"][at] = top["from"], top["to"]


def busiest_week(account: np.ndarray, day: np.ndarray, n_accounts: int) -> tuple[np.ndarray, np.ndarray]:
    """Share of an account's dated followers that came within the busiest week, and how many are dated.

    Parameters
    ----------
    account, day : ndarray, shape (n_follows,)
        Who is followed, and since when; ordered by account, then day.
    """
    n = np.bincount(account, minlength=n_accounts).astype(float)
    key = account.astype(np.int64) * (1 << 21) + (day - day.min(initial=0))
    most = np.zeros(n_accounts)
    if len(key):
        last = np.searchsorted(key, key + BURST_WEEK)
        np.maximum.at(most, account, last - np.arange(len(key)))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 0, most / n, np.nan), n


@dataclass
class Figures:
    """Figures per candidate (NaN unknown), those that only explain, and the number of observations."""

    judged: dict[str, np.ndarray] = field(default_factory=dict)
    shown: dict[str, np.ndarray] = field(default_factory=dict)
    support: np.ndarray = field(default_factory=lambda: np.zeros(0))


def gather(evidence: Evidence) -> Figures:
    """All figures that the data allow."""
    figures = Figures(support=np.zeros(evidence.n_candidates))
    for name, part in (
        ("profile-figures", _profiles),
        ("growth-figures", _growth),
        ("", _engagement),
        ("follower-figures", _followers),
        ("", _vendors),
        ("commenter-figures", _commenters),
        ("", _comment_texts),
    ):
        if not name:
            part(evidence, figures)
            continue
        found = evidence.of_all(name, partial(_gathered, part))
        figures.judged |= found["judged"]
        figures.shown |= found["shown"]
        figures.support += found["support"]
    return figures


def _gathered(part: Callable[[Evidence, Figures], None], evidence: Evidence) -> dict[str, Any]:
    figures = Figures(support=np.zeros(evidence.n_candidates))
    part(evidence, figures)
    return vars(figures)


def _profiles(evidence: Evidence, figures: Figures) -> None:
    following = evidence.column("following")
    followers = evidence.column("followers")
    ratio = following_ratio(following, followers)
    own = profile_evidence(following, followers, evidence.column("posts_total"))
    # who follows few is followed by fewer still, and nothing is odd about that where nobody knows how much it posts
    alone = np.where((following < MIN_FOLLOWING) & (ratio > 0), 0.0, ratio)
    figures.judged["following_ratio"] = np.where(np.isfinite(own), np.nan, alone)
    figures.judged["profile_counts"] = own
    figures.shown["real_profile"] = chance_of_person(own, BASE_RATE)
    figures.support += np.isfinite(ratio)


def _growth(evidence: Evidence, figures: Figures) -> None:
    rows = evidence.material.snapshots
    known = np.isfinite(rows["followers"]) & (rows["account"] >= 0)
    if not known.any():
        return
    n = len(evidence.material.account_ids)
    account, day, followers = (rows[name][known] for name in ("account", "day", "followers"))
    growth = follower_growth(account, day, followers, n)
    pool = evidence.pool
    burst, steps = growth.burst_share[pool], growth.n_steps[pool]
    hit = explained_by_hit(evidence, growth.burst_from[pool], growth.burst_to[pool])
    usable = steps >= 3
    figures.shown["follower_burst_seen"] = np.where(usable, burst, np.nan)
    figures.shown["hit_at_the_burst"] = np.where(usable & (burst >= 0.15), hit, np.nan)
    figures.judged["follower_burst"] = np.where(
        usable, np.where(hit > 0, np.minimum(burst, 0.15), burst), np.nan
    )
    figures.judged["lost_after_burst"] = np.where(usable & (burst >= 0.15), growth.lost_share[pool], np.nan)
    figures.judged["sawtooth"] = np.where(usable & (burst >= 0.15), growth.n_falls[pool] / steps, np.nan)
    figures.support += np.where(usable, steps, 0.0)


def explained_by_hit(evidence: Evidence, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """1 where a post did `HIT` times as well as the author's usual within a week before the burst or in it, else 0."""
    import pandas as pd

    posts = evidence.posts
    day = evidence.reference_day - posts.age_days
    reactions = np.nan_to_num(posts.reactions)
    place = np.full(len(evidence.material.account_ids), -1)
    place[evidence.pool] = np.arange(evidence.n_candidates)
    at = place[posts.account]
    here = np.flatnonzero(at >= 0)
    usual = pd.Series(reactions[here]).groupby(at[here]).quantile(0.5, interpolation="lower")
    big = reactions[here] >= HIT * np.maximum(usual.reindex(at[here]).to_numpy(), 1.0)
    near = (day[here] >= start[at[here]] - 7) & (day[here] <= end[at[here]])
    return np.bincount(at[here], big & near, evidence.n_candidates).clip(0, 1)


def _engagement(evidence: Evidence, figures: Figures) -> None:
    """Reactions per post by followers, and likes to a comment, against accounts of the same size."""
    rate, n_posts = rate_by_followers(evidence)
    followers = evidence.column("followers")
    rate = np.where((n_posts >= MIN_POSTS) & (followers >= MIN_FOLLOWERS), rate, np.nan)
    typical, n_peers = usual_rate(evidence, rate)
    figures.judged["engagement_to_peers"] = rate / typical
    figures.shown["peers_seen"] = np.where(np.isfinite(rate / typical), n_peers, np.nan)
    figures.support += np.where(np.isfinite(rate / typical), n_posts, 0.0)
    if np.isfinite(rate).any():
        likes, comments = (per_post(evidence, name) for name in ("likes", "comments"))
        per_comment = np.where(n_posts >= MIN_POSTS, (likes + 0.1) / (comments + 0.1), np.nan)
        usual = np.exp(compare_with_peers(np.log(per_comment), size_of(evidence), evidence.platform).typical)
        figures.judged["likes_per_comment"] = per_comment / usual


def _followers(evidence: Evidence, figures: Figures) -> None:
    """What the followers look like, and whether they came in one week."""
    pool = evidence.pool
    if evidence.material.follow_matrix.nnz == 0:
        return
    found = follower_figures(evidence.material)
    figures.judged["automated_followers"] = found["automated"][pool]
    figures.shown["followers_that_never_post"] = found["silent"][pool]
    figures.support += found["seen"][pool]
    week = evidence.material.kept("busiest-week", lambda: _weeks(evidence))
    if np.isfinite(week).any() and np.nanmedian(week) <= SAME_WEEK_EVERYWHERE:
        figures.judged["arrived_in_one_week"] = week[pool]


def _vendors(evidence: Evidence, figures: Figures) -> None:
    """The share of the followers that a vendor calls fake, where the followers themselves are not known by name."""
    told = evidence.material.metrics["fake_followers"][evidence.pool]
    own = figures.judged.get("automated_followers")
    said = told if own is None else np.where(np.isfinite(own), np.nan, told)
    if np.isfinite(said).any():
        figures.judged["fake_by_vendor"] = said
        figures.support += np.isfinite(said)


def _weeks(evidence: Evidence) -> np.ndarray:
    """Share of the dated followers of each account that came in its busiest week; NaN with fewer than 20."""
    _, account, since, _ = evidence.material.follows
    dated = np.isfinite(since)
    week, n_dated = busiest_week(
        account[dated], since[dated].astype(np.int64), len(evidence.material.account_ids)
    )
    return np.where(n_dated >= 20, week, np.nan)


def _commenters(evidence: Evidence, figures: Figures) -> None:
    """Who comments, how often, in which order and what."""
    material, pool = evidence.material, evidence.pool
    counts, posts_of = _comments(material)
    if not counts.nnz:
        return
    automated = automated_accounts(evidence.material)
    found = commenter_figures(counts, posts_of)
    n_comments, circle = found["n_comments"], found["mutual_circle"]
    enough = n_comments[pool] >= MIN_COMMENTS
    bots = counts.T @ np.nan_to_num(automated) / np.maximum(n_comments, 1.0)
    values = {
        "mutual_comments": found["mutual_comments"], "regular_commenters": found["regular_commenters"],
        "closed_circle": np.where(circle >= 3, found["closed_circle"], 0.0),
        "automated_commenters": np.where(np.isfinite(automated).any(), bots, np.nan),
        "same_order": material.kept("same-order", lambda: _order(material)),
    }  # fmt: skip
    for name, value in values.items():
        figures.judged[name] = np.where(enough, value[pool], np.nan)
    figures.shown["mutual_circle"] = np.where(enough, circle[pool], np.nan)
    figures.support += np.where(enough, n_comments[pool], 0.0)


def _comments(material: Material) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Comments of each account (row) on others, and how many posts of each were commented on."""
    rows, n = material.reacted, len(material.account_ids)
    width = int(rows.named.max(initial=0)) + 1
    posts = [np.zeros(0, dtype=np.int64)]

    def parts() -> Iterator[sparse.csr_matrix]:
        for first, stop, part in blocks(rows.starts(n)):
            said = rows.is_of(("comment", "reply"), part)
            actor, target, named, times = (
                one[part][said] for one in (rows.actor, rows.target, rows.named, rows.n)
            )
            posts.append((target.astype(np.int64) * width + named)[named >= 0])
            yield by_row(actor - first, target, times.astype(float), (stop - first, n))

    counts = stacked(parts(), n)
    return counts, np.bincount(np.unique(np.concatenate(posts)) // width, minlength=n)


def _order(material: Material) -> np.ndarray:
    rows = queue_places(material)
    return same_order(rows["target"], rows["n"], rows["spread"], len(material.account_ids))


def _comment_texts(evidence: Evidence, figures: Figures) -> None:
    """Generic comments as a difference from the median candidate, repeated ones as a share."""
    material = evidence.material
    if not material.once("comments", lambda: material.reacted.is_of(("comment", "reply")).any()):
        return
    rows = material.kept("comment-texts", lambda: comment_text_counts(material))
    if not len(rows["target"]):
        return
    n = len(evidence.material.account_ids)
    said = np.zeros(n)
    said[rows["target"]] = rows["n"]
    enough = (said >= MIN_COMMENTS)[evidence.pool]
    generic = np.where(enough, share_on(rows, "n_generic", n)[evidence.pool], np.nan)
    figures.shown["generic_comments_share"] = generic
    if enough.any():
        figures.judged["generic_comments"] = generic - np.nanmedian(generic)
    figures.judged["repeated_comments"] = np.where(
        enough, share_on(rows, "n_repeated", n)[evidence.pool], np.nan
    )
