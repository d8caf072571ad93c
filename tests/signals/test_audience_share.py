"""The share of an account's audience that belongs to the niche: shrunk to none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from influence.signals.base import SignalValues
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.niche_fit import AUDIENCE_STRENGTH, audience_share, combine_fit
from influence.signals.niche_fit import compute as niche_fit
from influence.text.niche import Niche

Make = Callable[..., Any]


def evidence_of(workspace: Any, relevance: Mapping[str, float]) -> Evidence:
    """Evidence on everybody where what accounts and posts say of the niche is told by hand, not read from texts."""
    material = Material(workspace.store)
    evidence = Evidence(material, Niche("bread"), np.arange(len(material.account_ids)))
    accounts = [relevance.get(name, np.nan) for name in material.account_ids]
    posts = [relevance.get(name, 0.0) for name in material.posts.post_id]
    evidence.__dict__.update(account_relevance=np.array(accounts), post_relevance=np.array(posts))
    return evidence


def shares_of(evidence: Evidence) -> dict[str, tuple[float, float]]:
    """Share and the attention it rests on, by account."""
    share, weight = audience_share(evidence)
    ids = evidence.material.account_ids
    return {str(name): (float(s), float(w)) for name, s, w in zip(ids, share, weight, strict=True)}


def follows(*ties: str) -> list[dict[str, str]]:
    return [{"follower_id": f"web:{tie[:2]}", "followee_id": f"web:{tie[3:]}"} for tie in ties]


def test_the_share_of_readers_who_read_others_of_the_niche_is_what_a_hand_would_compute(
    workspace_of: Make,
) -> None:
    ties = follows("r1>a", "r1>n1", "r1>n2", "r2>a", "r2>o", "r3>o", "r4>n1")
    found = shares_of(evidence_of(workspace_of(follows=ties), {"web:n1": 1.0, "web:n2": 1.0, "web:o": 0.0}))
    # of five follows that say something (nothing is known of a) three go to the niche; a prior of five each:
    average = 3 / 5
    r1, r4 = (2 + 5 * average) / (2 + 5), (1 + 5 * average) / (1 + 5)
    half_in = (r4 - average) / (r1 - average)  # r1 is the most devoted: 1; r2 and r3 lie below the average: 0
    members = {"a": 1 + 0, "n1": 1 + half_in, "n2": 1.0, "o": 0 + 0}
    readers = {"a": 2, "n1": 2, "n2": 1, "o": 2}
    for name, n in readers.items():
        assert found[f"web:{name}"] == pytest.approx((members[name] / (n + 3), n)), name
    assert half_in == pytest.approx(7 / 12)
    assert np.isnan(found["web:r1"][0])
    assert found["web:r1"][1] == 0


def test_communities_that_saw_a_post_are_audience_too(workspace_of: Make) -> None:
    posts = [
        {"post_id": "p1", "account_id": "web:a", "community": "bakers", "text": "bread"},
        {"post_id": "p2", "account_id": "web:n", "community": "bakers", "text": "cake"},
        {"post_id": "p3", "account_id": "web:o", "community": "cars", "text": "cars"},
        {"post_id": "p4", "account_id": "web:a", "community": "cars", "text": "cars"},
    ]
    found = shares_of(evidence_of(workspace_of(posts=posts), {"p1": 1.0}))
    # bakers are the only community above the average, so their membership is 1 and that of cars 0
    assert found["web:a"] == pytest.approx((1 / (2 + 3), 2))
    assert found["web:n"] == pytest.approx((1 / (1 + 3), 1))
    assert found["web:o"] == (0, 1)  # no prior of others' audiences stands in for members


def test_one_devoted_reader_is_trusted_less_than_twenty(workspace_of: Make) -> None:
    devoted = [f"{10 + k}>{who}" for k in range(20) for who in ("many", "n1", "n2")]
    ties = follows(*devoted, "r1>one", "r1>n1", "r1>n2", *(f"{50 + k}>o" for k in range(20)))
    found = shares_of(evidence_of(workspace_of(follows=ties), {"web:n1": 1.0, "web:n2": 1.0, "web:o": 0.0}))
    assert found["web:many"][0] > 3 * found["web:one"][0] > 0 == found["web:o"][0]


def test_where_every_audience_is_alike_audiences_say_nothing(workspace_of: Make) -> None:
    ties = follows("r1>a", "r1>n1", "r2>b", "r2>n1")
    found = shares_of(evidence_of(workspace_of(follows=ties), {"web:n1": 1.0, "web:a": 0.0, "web:b": 0.0}))
    assert all(np.isnan(share) and weight == 0 for share, weight in found.values())


def test_without_attention_nothing_is_known(workspace_of: Make) -> None:
    found = shares_of(
        evidence_of(workspace_of(accounts=[{"account_id": "web:a", "bio": "bread"}]), {"web:a": 1.0})
    )
    assert np.isnan(found["web:a"][0])
    assert found["web:a"][1] == 0


def test_witnesses_join_by_their_root_mean_square() -> None:
    nan = np.nan
    told = np.array([[0.6, 0.5, nan, 0.3], [nan, nan, nan, 0.6], [0.8, nan, nan, 0.9]])
    np.testing.assert_allclose(combine_fit(*told), [np.sqrt(0.5), 0.5, nan, np.sqrt(1.26 / 3)])


def test_closeness_to_an_example_stands_for_the_audience_of_who_has_it() -> None:
    """Of three, each with a fit of text and one reader of the niche, one is close to the example and one unknown."""
    nan, share = np.nan, 1 / (1 + AUDIENCE_STRENGTH)
    evidence: Any = SimpleNamespace(
        niche=Niche("bread", like=("web:x",)), pool=np.arange(3), audience_differs=True, n_in_communities=np.zeros(3),
        text_fit=np.array([0.6, 0.5, nan]), text_support=np.array([2.0, 1.0, 4.0]), text_words=np.ones(3),
        example_fit=np.array([0.8, nan, nan]), once=lambda _, asked: asked(),
        audience=SimpleNamespace(person=np.ones(1), community=np.zeros(0)),
        material=SimpleNamespace(tie_matrix_by_target=np.array([[1.0, 1, 0]]), kept=lambda _, asked: asked()),
    )  # fmt: skip
    found = niche_fit(evidence)
    np.testing.assert_allclose(found.value, [np.sqrt(0.5), np.sqrt((0.25 + share**2) / 2), nan])
    np.testing.assert_allclose(found.parts["audience_share"], [nan, share, nan])
    assert list(found.parts) == ["text_fit", "audience_share", "closeness_to_examples"]
    assert found.support.tolist() == [3, 2, 0]
    assert (found.told, found.half) == (None, SignalValues(found.value, found.support).half)
    evidence.niche = Niche("bread")
    assert niche_fit(evidence).parts["audience_share"][0] == pytest.approx(share)
