"""One word of bio is a membership that many share: who listens decides among its members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from benchmarks.ranking.thin_texts import genre_world
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.ranking.score import Gate, evidence_share, full_fit, least_gate, lowered
from influence.signals.base import SignalValues
from influence.signals.reach import pulled_by_fit

Make = Callable[..., Any]


def follows_of(n_fans: dict[str, int]) -> list[dict[str, str]]:
    return [
        {"follower_id": f"web:{who}", "followee_id": f"web:{who}fan{k}"} for who in n_fans for k in range(2)
    ] + [
        {"follower_id": f"web:{who}fan{k}", "followee_id": f"web:{who}"}
        for who, n in n_fans.items()
        for k in range(n)
    ]


def test_fit_weighs_by_the_words_it_rests_on(workspace_of: Make) -> None:
    bios = ("jazz", "jazz music every friday night in leeds", "trains")
    accounts = [{"account_id": f"web:a{k}", "bio": bio} for k, bio in enumerate(bios)]
    found = assess(workspace_of(accounts=accounts), question_of("jazz", top=0))
    fit = found.signals["niche_fit"][1]
    assert fit.support.tolist() == [1, 1, 1]
    assert fit.told is not None
    assert fit.told[[0, 2]].tolist() == [0, 0]  # words beyond the first
    assert fit.told[1] >= 4
    words = fit.told
    assert found.scores.evidence["niche_fit"] == pytest.approx((words / (words + 5)).mean())


def test_a_label_that_is_repeated_says_no_more_than_once(workspace_of: Make) -> None:
    """By posts of one word, of two words of which one is said again, and of sentences."""
    said = {
        "once": ["jazz"],
        "often": ["jazz"] * 5,
        "both": ["jazz club", "jazz night"],
        "long": ["jazz music every friday night in leeds"] * 2,
    }
    posts = [
        {"post_id": f"{who}{k}", "account_id": f"web:{who}", "text": text}
        for who, texts in said.items()
        for k, text in enumerate(texts)
    ]
    found = assess(workspace_of(posts=posts), question_of("jazz", top=0))
    words = dict(zip(found.evidence.candidates["account_id"], found.evidence.text_words, strict=True))
    assert (words["web:once"], words["web:often"], words["web:both"]) == (1, 1, 3)
    assert words["web:long"] >= 10


def test_what_a_weight_goes_by_may_be_other_than_the_support() -> None:
    value = np.array([0.1, 0.9])
    assert evidence_share(SignalValues(value, np.ones(2))) == pytest.approx(0.8)
    assert evidence_share(SignalValues(value, np.ones(2), half=5, told=np.array([5.0, 15.0]))) == 0.625


def test_among_those_of_one_label_the_most_followed_stands_first(workspace_of: Make) -> None:
    fans = {"small": 2, "large": 9, "other": 9}
    accounts = [
        {"account_id": f"web:{who}{fan}", "bio": "trains" if who == "other" else "jazz"}
        for who, n in fans.items()
        for fan in ["", *(f"fan{k}" for k in range(n))]
    ]
    found = assess(workspace_of(accounts=accounts, follows=follows_of(fans)), question_of("jazz", top=0))
    ids = found.evidence.candidates["account_id"][found.order].tolist()
    assert ids[0] == "web:large"
    assert ids.index("web:small") < ids.index("web:other")


def test_genres_in_one_word_do_not_drag_the_ranking_below_followers() -> None:
    rows = genre_world(7, 600)
    mean = {
        name: np.mean([row["spearman"] for row in rows if (row["kind"], row["method"]) == ("genres", name)])
        for name in ("influence", "its reach alone", "followers")
    }
    assert mean["influence"] > mean["followers"] - 0.01
    assert mean["influence"] > mean["its reach alone"] - 0.02


def test_each_word_that_says_nothing_of_the_niche_halves_the_rest_down_to_a_twentieth() -> None:
    fit = SignalValues(np.array([0.0, 0.0, 0.1, 0.0, np.nan]), np.ones(5), told=np.array([0.0, 2, 0, 8, -1]))
    np.testing.assert_allclose(least_gate(fit), [0.5, 0.125, 0.5, 0.05, 0.05])
    fits = np.array([0, 0, 0.15, 0, np.nan])
    gate = Gate(fits, least_gate(fit), np.full(5, 0.2))
    np.testing.assert_allclose(gate.share, [0.5, 0.125, 0.75, 0.05, 0.05])
    assert least_gate(SignalValues(np.zeros(1), np.ones(1))) == 0.05  # examples: no words behind it


def test_nobody_without_fit_has_more_than_twenty_points_however_little_it_says(workspace_of: Make) -> None:
    accounts = [{"account_id": f"web:j{k}", "bio": "jazz", "followers": 10 * k} for k in range(1, 9)]
    accounts += [{"account_id": f"web:t{k}", "bio": "trains", "followers": 10**k} for k in range(1, 9)]
    found = assess(workspace_of(accounts=accounts), question_of("jazz", top=0))
    ids, score = found.evidence.candidates["account_id"], found.scores.score
    # the largest of all: half of 100 for one word that says nothing, lowered beyond 18 to less than 20
    assert score[ids == "web:t8"] == pytest.approx(18 + 2 * (50 - 18) / (100 - 18))
    assert score.max() == score[ids == "web:j8"] > 25


def test_a_small_audience_is_pulled_towards_those_of_accounts_of_like_fit() -> None:
    """Four audiences of two: all, half; none, half of the niche. Within 1/4, about the line (3/4 and 1/4) only luck."""
    people, n, fit = np.array([2.0, 1, 0, 1]), np.full(4, 2.0), np.array([1.0, 1, 0, np.nan])
    pulled = pulled_by_fit(people, people, n, fit)
    line, weighs = np.array([0.75, 0.75, 0.25, 0.25]), 100
    np.testing.assert_allclose(pulled, 2 * (people + weighs * line) / (2 + weighs))
    many = pulled_by_fit(100 * people, 100 * people, 100 * n, fit)  # now they differ by more than luck
    within, about = 100 / 796, 1 / 16 - 100 / 796 * 4 / 800
    weighs = within / about
    np.testing.assert_allclose(many, 200 * (100 * people + weighs * line) / (200 + weighs))
    assert pulled_by_fit(people, people, n, np.full(4, np.nan)) is people


def test_followers_order_those_whose_texts_say_nothing_of_the_niche_far_below_its_members(
    workspace_of: Make,
) -> None:
    followers = {"jazz": (100, 4_000), "trains and engines of old branch lines": (90, 50_000)}
    accounts = [
        {"account_id": f"web:{bio.split()[0]}{n}", "bio": bio, "followers": n}
        for bio, both in followers.items()
        for n in both
    ]
    found = assess(workspace_of(accounts=accounts), question_of("jazz", top=0))
    ids = found.evidence.candidates["account_id"].to_numpy()
    assert ids[found.order].tolist() == ["web:jazz4000", "web:jazz100", "web:trains50000", "web:trains90"]
    reach = dict(zip(ids, found.signals["reach"][1].value, strict=True))
    assert reach["web:trains90"] == pytest.approx(np.expm1(np.log10(1 + 0.05 * 90)))
    assert found.scores.score[ids == "web:trains50000"] < 10


def test_a_word_a_little_like_the_niche_opens_no_gate_where_it_is_all_that_is_said() -> None:
    fit = SignalValues(
        np.array([0.1, 0.1, 0.1, 0.1, np.nan, 0.6]), np.ones(6), told=np.array([0.0, 1, 2, 8, -1, 0])
    )
    full = full_fit(fit)
    np.testing.assert_allclose(full, [0.5, 0.25, 0.2, 0.2, 0.5, 0.5])
    np.testing.assert_allclose(Gate(fit.value, np.full(6, 0.2), full).share[:4], [0.2, 0.4, 0.5, 0.5])
    assert full_fit(SignalValues(np.zeros(1), np.ones(1))) == 0.2  # examples: no words behind it


def test_what_a_fit_would_bring_goes_by_the_words_it_rests_on(workspace_of: Make) -> None:
    accounts = [{"account_id": f"web:j{k}", "bio": "jazz", "followers": 10 * k} for k in range(1, 9)]
    accounts += [{"account_id": "web:t", "bio": "trains", "followers": 1_000}]
    scores = assess(workspace_of(accounts=accounts), question_of("jazz", top=0)).scores
    at = 8
    assert scores.gate.full[at] == 0.5
    assert scores.weights["niche_fit"] == 0  # no evidence: one word each
    reach = scores.weights["reach"] * scores.scaled["reach"][at]
    for fit, share in ((0.3, 0.6), (0.5, 1.0), (0.8, 1.0)):
        gained = 100 * lowered(reach * share, np.array(share)) - scores.score[at]
        assert scores.points_if("niche_fit", at, np.array([fit])) == pytest.approx(gained)
