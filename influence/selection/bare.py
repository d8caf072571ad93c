"""Ranked accounts with no more than a choice looks at: a row in full costs a hundred times as much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from influence.ranking.results import RankedAccount


@dataclass(frozen=True)
class BareRows:
    """Parallel arrays of shape (n_candidates,), best first; a row is made when somebody looks at it.

    Attributes
    ----------
    account_ids, handles : ndarray of object
    ranks : ndarray of int
        Places by score, 1 is best.
    scores : ndarray of float64
        Points, 0-100.
    followers : ndarray of float64
        Whole numbers; -1 where unknown.
    """

    account_ids: np.ndarray
    handles: np.ndarray
    ranks: np.ndarray
    scores: np.ndarray
    followers: np.ndarray

    @classmethod
    def of(cls, rows: Sequence[RankedAccount]) -> BareRows:
        """The same of rows in full."""
        return cls(
            np.array([row.account_id for row in rows], dtype=object),
            np.array([row.handle for row in rows], dtype=object),
            np.array([row.rank for row in rows], dtype=np.int64),
            np.array([row.score for row in rows], dtype=np.float64),
            np.array([-1.0 if row.followers is None else row.followers for row in rows]),
        )

    def __len__(self) -> int:
        return len(self.account_ids)

    def __getitem__(self, row: int) -> RankedAccount:
        followers = int(self.followers[row])
        return RankedAccount(
            int(self.ranks[row]), str(self.account_ids[row]), str(self.handles[row]), None, float(self.scores[row]),
            {}, {}, {}, None if followers < 0 else followers, None,
        )  # fmt: skip

    def subset(self, rows: np.ndarray) -> BareRows:
        """Those at `rows`, in that order."""
        return BareRows(**{name: values[rows] for name, values in vars(self).items()})
