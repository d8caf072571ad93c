"""What the comments under an account's posts say: short phrases that fit anything, and the same words again and again.

SQL counts; one row an account comes home, and one a regular commenter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from influence.signals.reading import numbers
from influence.store.visibility import visible

if TYPE_CHECKING:
    from influence.signals.material import Material

GENERIC_CHARACTERS = 25
GENERIC_WORDS = 3
"""A comment this short that asks nothing fits under any post: "so good", "love this", three hearts."""

_COMMENTS = "kind in ('comment', 'reply') and actor_id <> target_id"


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
