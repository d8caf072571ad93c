"""Who comments, on whom, how often, in which order and in which words: what an engagement pod looks like.

Of the words SQL counts short phrases that fit anything and the same ones again and again; one row an account comes
home, and one a regular commenter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from influence.signals.reading import numbers
from influence.store.kept.spilling import blocks, stacked
from influence.store.visibility import visible

if TYPE_CHECKING:
    from influence.signals.material import Material

REGULAR = 0.4
"""Share of an author's commented posts from which a commenter is a regular."""
MIN_POSTS = 5
"""Commented posts without which nobody is called a regular."""

GENERIC_CHARACTERS = 25
GENERIC_WORDS = 3
"""A comment this short that asks nothing fits under any post: "so good", "love this", three hearts."""

_COMMENTS = "kind in ('comment', 'reply') and actor_id <> target_id"


def commenter_figures(counts: sparse.csr_matrix, n_posts_commented: np.ndarray) -> dict[str, np.ndarray]:
    """Work out the figures from counts per pair.

    Parameters
    ----------
    counts : csr_matrix, shape (n_accounts, n_accounts)
        Comments of each account (row) on others; nobody comments on oneself.
    n_posts_commented : ndarray, shape (n_accounts,)
        Posts of each account with at least one comment.

    Returns
    -------
    dict of str to ndarray, shape (n_accounts,), NaN where nobody comments
        ``n_comments``; ``mutual_comments``, the share that is returned in kind (you comment on mine, I comment on
        yours); ``mutual_circle``, accounts with whom comments go both ways, and ``closed_circle``, the share of their
        pairs who do so too (clustering); ``regular_commenters``, the share by the same few under nearly every post.
    """
    size = len(n_posts_commented)
    total, mutual, regular = np.zeros((3, size))
    often = (n_posts_commented >= MIN_POSTS) * n_posts_commented
    for first, stop, part in blocks(counts.indptr):
        target, n = counts.indices[part], counts.data[part]
        actor = np.repeat(np.arange(first, stop, dtype=np.int32), np.diff(counts.indptr[first : stop + 1]))
        back = np.asarray(counts[target, actor]).ravel()
        total += np.bincount(target, n, size)
        mutual += np.bincount(target, np.minimum(n, back) / np.maximum(np.maximum(n, back), 1) * n, size)
        regular += np.bincount(target, n * ((often[target] > 0) & (n >= REGULAR * often[target])), size)
    circle, closed = _circles(counts)
    return {
        "n_comments": total,
        "mutual_comments": _share(mutual, total),
        "closed_circle": np.where(total > 0, closed, np.nan),
        "mutual_circle": np.where(total > 0, circle, np.nan),
        "regular_commenters": np.where(n_posts_commented >= MIN_POSTS, _share(regular, total), np.nan),
    }


def _share(part: np.ndarray, total: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, part / total, np.nan)


def _circles(counts: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Size of everybody's circle of mutual commenting (at least two comments each way), and how closed it is."""
    some = ((counts[first:stop] >= 2).astype(float).tocsr() for first, stop, _ in blocks(counts.indptr))
    often = stacked(some, counts.shape[1])
    both = often.multiply(often.T).tocsr()
    degree = np.asarray(both.sum(axis=1)).ravel()
    triangles = np.asarray((both @ both).multiply(both).sum(axis=1)).ravel()
    pairs = degree * (degree - 1)
    return degree, np.where(pairs > 0, triangles / np.maximum(pairs, 1), 0.0)


def same_order(target: np.ndarray, n: np.ndarray, spread: np.ndarray, n_accounts: int) -> np.ndarray:
    """How far commenters come in the same order post after post: 0 as by chance, 1 always; NaN with too few.

    Parameters
    ----------
    target, n, spread : ndarray, shape (n_pairs,)
        For commenters seen under at least three posts with three commenters or more: whom, how often, and the
        standard deviation of their place in the queue (0 first, 1 last).

    Notes
    -----
    Places drawn at random have a standard deviation of ``sqrt(1 / 12)``; the mean over commenters, weighted by n, is
    measured against it. Five such commenters are needed.
    """
    weight = np.bincount(target, n, n_accounts)
    mean = np.bincount(target, n * np.nan_to_num(spread), n_accounts)
    enough = np.bincount(target, minlength=n_accounts) >= 5
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(enough, np.clip(1.0 - mean / weight / np.sqrt(1 / 12), 0.0, 1.0), np.nan)


def comment_text_counts(material: Material) -> dict[str, np.ndarray]:
    """Per account commented on (`target`, its place): `n` comments with a text, `n_generic` of them, `n_repeated`.

    A text is repeated when the same words stand under at least three posts of the account and are longer than a
    generic one: people do not write the same sentence thrice, bought comments do.
    """
    sql = (
        "with said as (select target_id, post_id, lower(trim(text)) as words from interactions "
        f"where {_COMMENTS} and text is not null and {visible('interactions', material.cut)}), "
        "counted as (select target_id, words, count(*) as n, count(distinct post_id) as n_posts, "
        f"max(case when length(words) <= {GENERIC_CHARACTERS} and words not like '%?%' and "
        f"length(words) - length(replace(words, ' ', '')) < {GENERIC_WORDS} then 1 else 0 end) as generic "
        "from said group by target_id, words) "
        "select target_id, sum(n) as n, sum(n * generic) as n_generic, "
        "sum(case when generic = 0 and n_posts >= 3 then n else 0 end) as n_repeated "
        "from counted group by target_id order by target_id"
    )
    return _columns(material, sql, ("n", "n_generic", "n_repeated"))


def _columns(material: Material, sql: str, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    table = material.store.query(sql)
    target = material.positions(table["target_id"].to_pylist())
    return {"target": target, **{name: numbers(table[name]) for name in names}}


def queue_places(material: Material) -> dict[str, np.ndarray]:
    """Per pair seen under at least three posts: how often, and the spread of the commenter's place in the queue.

    Only posts with three or more comments, all at different times, are looked at: days without a time of day have no
    order. Place 0 is first, 1 last.
    """
    sql = (
        "with dated as (select target_id, actor_id, post_id, min(created_at) as moment from interactions "
        f"where {_COMMENTS} and post_id is not null and created_at is not null "
        f"and {visible('interactions', material.cut)} "
        "group by target_id, actor_id, post_id), "
        "queues as (select post_id, count(*) as n from dated group by post_id "
        "having count(*) >= 3 and count(distinct moment) = count(*)), "
        "placed as (select target_id, actor_id, "
        "(row_number() over (partition by dated.post_id order by moment) - 1) / (queues.n - 1.0) as place "
        "from dated join queues on dated.post_id = queues.post_id) "
        "select target_id, actor_id, count(*) as n, round(stddev_samp(place), 9) as spread from placed "
        "group by target_id, actor_id having count(*) >= 3 order by target_id, actor_id"
    )
    return _columns(material, sql, ("n", "spread"))


def share_on(rows: Mapping[str, np.ndarray], part: str, n_accounts: int) -> np.ndarray:
    """``part / n`` of `rows` laid out over all accounts; NaN where there are none."""
    share = np.full(n_accounts, np.nan)
    share[rows["target"]] = rows[part] / rows["n"]
    return share
