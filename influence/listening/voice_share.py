"""Share of voice: how much of what is said about the brand and its rivals is about each, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

if TYPE_CHECKING:
    from influence.signals.material import Material

Z90 = 1.645
GROUPS = 20
"""Groups of authors that are left out in turn for the interval of reach."""


@dataclass(frozen=True)
class Share:
    """A share (0-1) with its 90 % interval; None is unknown."""

    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Voice:
    """How loud a brand is: mentions, who makes them, people who could have heard it, and its share of each."""

    brand: str
    n_posts: int
    n_authors: int
    n_people: int | None
    by_posts: Share
    by_authors: Share
    by_reach: Share


def clustered_share(hits: np.ndarray, trials: np.ndarray) -> Share:
    """A share of counts that come in lots of one author, with its 90 % interval.

    Ten posts of one author are not ten voices. The share is ``sum(hits) / sum(trials)``; its variance that of a ratio
    over authors; the interval Wilson's at the number of independent posts that this variance is worth. Where all or
    none hit, that number is Kish's ``sum(trials) ** 2 / sum(trials ** 2)``.

    Parameters
    ----------
    hits, trials : ndarray, shape (n_authors,)

    References
    ----------
    Cochran, Sampling Techniques, 3rd ed. 1977, 6.3; Korn and Graubard, Survey Methodology 24 (1998) 193-201.
    """
    total = trials.sum()
    if total == 0:
        return Share(None, None, None)
    share, n = hits.sum() / total, len(trials)
    worth = total**2 / (trials**2).sum()
    variance = ((hits - share * trials) ** 2).sum() / total**2 * n / max(n - 1, 1)
    if 0 < share < 1 and n > 1 and variance > 0:
        worth = share * (1 - share) / variance
    return wilson(float(share), float(worth))


def share_over_authors(hits: pd.Series, authors: pd.Series) -> Share:
    """`clustered_share` of flags, one a post, by who wrote it."""
    by = hits.groupby(authors).agg(["sum", "size"]).to_numpy(np.float64)
    return clustered_share(by[:, 0], by[:, 1])


def wilson(share: float, n: float) -> Share:
    """Wilson's 90 % interval of a share of `n` independent trials.

    >>> round(float(wilson(0.5, 10).low), 3)
    0.269
    """
    middle = (share + Z90**2 / (2 * n)) / (1 + Z90**2 / n)
    half = Z90 * np.sqrt(share * (1 - share) / n + Z90**2 / (4 * n**2)) / (1 + Z90**2 / n)
    return Share(share, max(float(middle - half), 0.0), min(float(middle + half), 1.0))


def voices_of(rows: pd.DataFrame, brands: Sequence[str], material: Material) -> tuple[Voice, ...]:
    """How loud is each brand in these mentions? In the order of `brands`.

    Reach counts people who are known to pay attention to an author (follows, reactions), each once a brand; unknown
    where the data know no ties of the authors.
    """
    table = rows.pivot_table(index="account_id", columns="brand", values="said", aggfunc="size", fill_value=0)
    counts = table.reindex(columns=list(brands), fill_value=0).to_numpy(np.float64)
    authors = [str(one) for one in table.index]
    people, by_reach = _reach(material, authors, counts > 0)
    speaks = (counts > 0).astype(float)
    by_posts, by_authors = (
        [clustered_share(column, table.sum(axis=1)) for column in table.T] for table in (counts, speaks)
    )
    n_posts, n_authors = (table.sum(axis=0).astype(int).tolist() for table in (counts, speaks))
    columns = (brands, n_posts, n_authors, people, by_posts, by_authors, by_reach)
    return tuple(Voice(*told) for told in zip(*columns, strict=True))


def _reach(
    material: Material, authors: Sequence[str], speaks: np.ndarray
) -> tuple[list[int | None], list[Share]]:
    """People that each brand's authors reach, and shares whose interval is a jackknife over groups of authors.

    References
    ----------
    Kott, Journal of Official Statistics 17 (2001) 521-526.
    """
    n_brands = speaks.shape[1]
    hears = audience_of(material, authors)
    if hears is None:
        return [None] * n_brands, [Share(None, None, None)] * n_brands
    group = np.arange(len(authors)) % GROUPS
    whole = np.asarray(hears @ speaks.astype(np.float64))
    reached = (whole > 0).sum(axis=0)
    n_groups = min(GROUPS, len(authors))
    without = np.array(
        [(whole - hears @ (speaks * (group == g)[:, None]) > 0.5).sum(axis=0) for g in range(n_groups)]
    )
    return [int(n) for n in reached], [_jackknifed(reached, without, at) for at in range(n_brands)]


def _jackknifed(reached: np.ndarray, without: np.ndarray, at: int) -> Share:
    if reached.sum() == 0:
        return Share(None, None, None)
    share, n = float(reached[at] / reached.sum()), len(without)
    totals = without.sum(axis=1)
    left = without[totals > 0, at] / totals[totals > 0]
    variance = (n - 1) / n * ((left - share) ** 2).sum()
    worth = share * (1 - share) / variance if variance > 0 and 0 < share < 1 else float(n)
    return wilson(share, max(worth, 1.0))


def audience_of(material: Material, authors: Sequence[str]) -> sparse.csr_matrix | None:
    """Who pays attention to whom of these: people x authors, 1 a tie; None where no tie of theirs is known."""
    at = material.positions(authors)
    ties = material.tie_matrix_by_target
    hears = sparse.lil_matrix((ties.shape[0], len(authors))).tocsc() if not (at >= 0).any() else ties[:, at]
    if (at < 0).any() and (at >= 0).any():
        hears = hears @ sparse.diags_array((at >= 0).astype(np.float64))
    hears = (hears > 0).astype(np.float64).tocsr()
    return hears if hears.nnz else None
