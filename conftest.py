"""What examples of docstrings may take as given: three blogs on sourdough with readers and a brand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _given(request: pytest.FixtureRequest) -> Iterator[None]:
    """`workspace`, and a folder of its own to write to, where an example asks for them."""
    item = request.node
    if not isinstance(item, pytest.DoctestItem) or "(workspace" not in "".join(
        one.source for one in item.dtest.examples
    ):
        yield
        return
    from influence.store.importing.transaction import import_tables
    from influence.store.workspace import open_workspace

    before = Path.cwd()
    os.chdir(request.getfixturevalue("tmp_path"))
    with open_workspace(":memory:") as workspace:
        import_tables(workspace, _world())
        item.dtest.globs["workspace"] = workspace
        yield
    os.chdir(before)


def _world() -> dict[str, Any]:
    import pandas as pd

    said = {"amy": "my sourdough bread, with flour of Acme which I love", "ben": "sourdough bread again",
            "cat": "engines and gearboxes"}  # fmt: skip
    posts = [
        {"post_id": f"{who}{k}", "account_id": f"web:{who}.example", "created_at": f"2024-05-0{k + 1}", "text": text,
         "likes": likes}
        for (who, text), likes in zip(said.items(), (40, 20, 30), strict=True) for k in range(3)
    ]  # fmt: skip
    follows = [
        {"follower_id": f"web:reader{k}.example", "followee_id": f"web:{who}.example"}
        for who, n in (("amy", 12), ("ben", 8), ("cat", 10)) for k in range(n)
    ]  # fmt: skip
    buyers = [{"customer_id": "1", "account_id": "web:amy.example", "nps": 10}]
    brought = [
        {"campaign": "spring", "account_id": "web:amy.example", "day": "2024-05-02", "orders": 3, "cost": 60}
    ]
    tables = {"posts": posts, "follows": follows, "customers": buyers, "outcomes": brought}
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}
