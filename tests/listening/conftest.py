"""A small town that talks about a bakery: posts by day, whose answers are known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

START = date(2024, 1, 1)  # a Monday


def post(n: int, who: str, day: int, text: str, **more: Any) -> dict[str, Any]:
    """A post on the `day`-th day after `START`."""
    at = (START + timedelta(days=day)).isoformat()
    return {"post_id": f"p{n}", "account_id": f"forum:{who}", "created_at": at, "text": text, **more}


@pytest.fixture
def heard_of(workspace_of: Callable[..., Any]) -> Callable[..., Any]:
    """`listen` over a workspace made of these rows."""

    def hear(brand: str = "Acme", *, asked: dict[str, Any] | None = None, **tables: Any) -> Any:
        from influence.listening.listen import listen
        from influence.signals.material import Material

        store = workspace_of(**tables).store
        return listen(store, Material(store), brand, **(asked or {}))

    return hear
