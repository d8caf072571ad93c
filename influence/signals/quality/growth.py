"""Did followers come at once, and leave again? From counts on days, and from the days of single follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

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
