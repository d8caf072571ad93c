"""Figures about single accounts, as a hand would count them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from influence.ranking.rank import rank

Make = Callable[..., Any]


def test_examples_that_link_to_an_account_or_share_a_reader_with_it_are_counted_once_each(
    workspace_of: Make,
) -> None:
    ties = ["r1>ann", "r1>cat", "r1>dan", "ann>dan", "r2>bob", "bob>eve", "r3>eve", "r3>fay"]
    follows = [
        dict(zip(("follower_id", "followee_id"), (f"web:{end}" for end in tie.split(">")), strict=True))
        for tie in ties
    ]
    found = rank(workspace_of(follows=follows), like=["web:ann", "web:bob"], top=0)
    facts: Any = found.extra["facts"]
    linked = {
        name: tuple(facts[f"web:{name}"][f"like_{what}"] for what in ("ties", "links", "total"))
        for name in ("cat", "dan", "eve", "fay")
    }
    # cat shares r1 with ann; dan does so too and ann reads it; bob reads eve; fay shares nobody with either
    assert linked == {"cat": (0, 1, 2), "dan": (1, 1, 2), "eve": (1, 1, 2), "fay": (0, 0, 2)}
