"""What is put together on disk, piece by piece, is what would be put together in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from influence.signals.engagement_rates import reactions_given
from influence.signals.material import Material
from influence.signals.momentum import recent_ties
from influence.signals.quality import figures
from influence.signals.reach import chance_to_see, people_who_reacted
from influence.store.kept import spilling
from influence.text.gathered_index import gather_index

Make = Callable[..., Any]


def found(material: Material) -> dict[str, Any]:
    """Everything of a workspace that is made block by block."""
    index = gather_index(material.store)
    recent = recent_ties(material)
    assert recent is not None
    comments, posts_of = figures._comments(material)
    return {
        "to posts": material.reaction_matrices[0], "to accounts": material.reaction_matrices[1],
        **material.reactors, "ties": material.tie_matrix, "sees": chance_to_see(material), "recent": recent["ties"],
        "many": recent["many"], "first": recent["first"], "given": reactions_given(material),
        "people": people_who_reacted(material), "comments": comments, "posts of": posts_of,
        **{name: getattr(index, name)(index.everything)
           for name in ("account_terms", "account_lengths", "account_meanings")},
        "presence": index.presence,
    }  # fmt: skip


def day(number: int) -> str:
    return str(np.datetime64("2026-01-01") + int(number))


def world(rng: np.random.Generator) -> dict[str, list[dict[str, Any]]]:
    """Forty accounts who follow, post and react to one another, some to no post, some on no day."""

    def who() -> str:
        return f"web:a{int(40 * rng.random() ** 2)}"

    posts = [
        {"post_id": f"p{at}", "account_id": who(), "text": " ".join(rng.choice(["bread", "oven", "rye", "tea"], 3)),
         "created_at": day(at % 60)} for at in range(120)
    ]  # fmt: skip
    reactions = [
        {"actor_id": who(), "target_id": one["account_id"], "post_id": one["post_id"] if rng.random() < 0.8 else None,
         "kind": str(rng.choice(["like", "comment", "reply", "share", "link"])),
         "created_at": day(rng.integers(80)) if rng.random() < 0.9 else None}
        for one in rng.choice(posts, 900)
    ]  # fmt: skip
    follows = {(who(), who()): day(rng.integers(80)) for _ in range(200)}
    return {
        "posts": posts, "interactions": reactions,
        "follows": [{"follower_id": a, "followee_id": b, "since": since} for (a, b), since in follows.items()],
    }  # fmt: skip


@pytest.mark.parametrize("at_once", [1, 7, 100])
def test_blocks_of_any_size_give_the_same(
    at_once: int, workspace_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = workspace_of(**world(np.random.default_rng(3))).store
    whole = found(Material(store))
    monkeypatch.setattr(spilling, "AT_ONCE", at_once)
    for name, one in found(Material(store)).items():
        told, expected = (each.toarray() if sparse.issparse(each) else each for each in (one, whole[name]))
        np.testing.assert_array_equal(told, expected, err_msg=name)
        assert np.any(expected), name
