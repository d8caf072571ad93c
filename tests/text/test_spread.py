"""How meanings lie about their centre, of few accounts and of very many."""

from __future__ import annotations

import numpy as np
import pytest

from influence.text import vectors


def test_very_many_meanings_are_added_up_in_parts_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    meanings = vectors.unit(np.random.default_rng(1).standard_normal((500, 8)))
    meanings[::7] = 0.0
    whole = vectors.spread_of(meanings)
    monkeypatch.setattr(vectors, "_AT_ONCE", 10)
    monkeypatch.setattr(vectors, "_CHUNK", 64)
    parts = vectors.spread_of(meanings)
    np.testing.assert_allclose(parts["spread"], whole["spread"], atol=1e-7)
    assert all(np.array_equal(parts[name], whole[name]) for name in ("known", "centre", "square", "range"))
    assert whole["known"].sum() == 500 - len(meanings[::7])
