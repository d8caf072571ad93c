"""Contributions add up, and ties have a declared order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.errors import UsageError
from influence.ranking.goals import GOALS, weights_for
from influence.ranking.score import (
    LEAST_SPAN,
    Gate,
    Scores,
    against_median,
    evidence_share,
    least_gate,
    logarithm_anchors,
    lowered,
    order_of,
    scale,
    weigh,
)
from influence.settings import parse_pairs
from influence.signals.base import Signal, SignalValues


def signal(name: str, **changes: Any) -> Signal:
    settings: dict[str, Any] = {
        "name": name, "question": "?", "unit": "", "needs": (), "scale": "percentile", "unknown": "neutral",
        "reference": "", "compute": lambda evidence: None,
    }  # fmt: skip
    return Signal(**(settings | changes))


def values(*numbers: float) -> SignalValues:
    array = np.array(numbers, dtype=float)
    return SignalValues(array, np.ones(len(array)))


def test_three_accounts_by_hand() -> None:
    signals = {
        "a": (signal("a", scale="share"), values(1.0, 0.5, 0.0)),
        "b": (signal("b"), values(10, 30, 20)),
    }
    scores = weigh(signals, {"a": 3, "b": 1}, 3)
    np.testing.assert_allclose(scores.score, [75, 37.5 + 25, 12.5])
    assert scores.weights == {"a": 0.75, "b": 0.25}


def test_unknown_is_the_median_when_neutral_and_nothing_when_worst() -> None:
    numbers = values(np.nan, 0.2, 0.6, 1.0)
    assert scale(signal("a", scale="share"), numbers)[0] == pytest.approx(0.6)
    assert scale(signal("a", scale="share", unknown="worst"), numbers)[0] == 0


def test_a_signal_that_nobody_has_gives_its_weight_to_the_others() -> None:
    signals = {"a": (signal("a"), values(1, 2)), "b": (signal("b"), values(np.nan, np.nan))}
    scores = weigh(signals, {"a": 1, "b": 9}, 2)
    assert scores.weights == {"a": 1.0}
    assert scores.score.tolist() == [0, 100]


@given(
    st.lists(st.tuples(*[st.one_of(st.just(np.nan), st.floats(0, 1e6))] * 3), min_size=1, max_size=20),
    st.tuples(*[st.floats(0.1, 10)] * 3),
)
def test_contributions_add_up_to_the_score(rows: list[tuple[float, ...]], weights: tuple[float, ...]) -> None:
    table = np.array(rows, dtype=float)
    kinds = ("share", "percentile", "saturating")
    signals = {
        kind: (signal(kind, scale=kind), SignalValues(table[:, i], np.ones(len(table))))
        for i, kind in enumerate(kinds)
    }
    scores = weigh(signals, dict(zip(kinds, weights, strict=True)), len(table))
    total = (
        np.sum(list(scores.contributions.values()), axis=0) if scores.contributions else np.zeros(len(table))
    )
    np.testing.assert_allclose(total, scores.score, atol=1e-9)
    assert np.all((scores.score >= -1e-9) & (scores.score <= 100 + 1e-9))


def test_equal_scores_are_ordered_by_the_tie_breaker_then_by_position() -> None:
    assert order_of(np.array([1.0, 2.0, 1.0, 1.0]), (np.array([0, 0, 5, np.nan]),)).tolist() == [1, 2, 0, 3]


def test_goals_weigh_the_same_signals_and_can_be_changed() -> None:
    assert all(set(goal) == set(GOALS["long-tail"]) for goal in GOALS.values())
    assert weights_for("awareness", parse_pairs("niche_fit=7, reach=0", "", numbers=True))["niche_fit"] == 7


@pytest.mark.parametrize(
    "text", ["nich_fit=2", "niche_fit=-1", "niche_fit=nan", "niche_fit", "niche_fit=two"]
)
def test_wrong_weights_are_refused_with_what_was_seen(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        weights_for("long-tail", parse_pairs(text, "", numbers=True))
    assert caught.value.exit_code == 2
    assert caught.value.seen is not None


def test_a_misspelt_goal_gets_a_suggestion() -> None:
    with pytest.raises(UsageError, match="did you mean 'awareness'"):
        weights_for("awarenes")


def test_what_is_not_about_the_niche_counts_in_full_from_a_fit_of_a_fifth_on_and_below_in_proportion() -> (
    None
):
    signals = {
        "niche_fit": (signal("niche_fit", scale="share", unknown="worst"), values(0.5, 0.1, 0.0, np.nan)),
        "reach": (signal("reach", scale="share"), values(1.0, 0.8, 1.0, 1.0)),
    }
    scores = weigh(signals, {"niche_fit": 1, "reach": 3}, 4)
    np.testing.assert_allclose(scores.gate.share, [1, 0.5, 0.05, 0.05])
    np.testing.assert_allclose(scores.score, [12.5 + 75, 2.5 + 75 * 0.8 * 0.5, 75 * 0.05, 75 * 0.05])
    np.testing.assert_allclose(scores.points_if("reach", 1, np.array([1.0])), 75 * 0.2 * 0.5)
    np.testing.assert_allclose(scores.points_if("niche_fit", 1, np.array([0.2])), 2.5 + 75 * 0.8 * 0.5)
    without_weight = weigh(signals, {"niche_fit": 0, "reach": 3}, 4)
    np.testing.assert_allclose(without_weight.score, [100, 40, 5, 5])  # the niche is asked for all the same


def test_a_signal_measured_in_the_niches_own_communities_is_not_moderated() -> None:
    reach = SignalValues(np.array([0.2, 0.6]), np.ones(2), of_niche=True)
    signals = {
        "niche_fit": (signal("niche_fit", scale="share"), values(0.0, 1.0)),
        "reach": (signal("reach", scale="share"), reach),
    }
    np.testing.assert_allclose(weigh(signals, {"niche_fit": 1, "reach": 1}, 2).score, [10, 50 + 30])


def test_no_evidence_no_weight() -> None:
    number = np.array([0.2, 0.8, np.nan])
    assert evidence_share(SignalValues(number, np.array([1.0, 1.0, 0.0]))) == pytest.approx(0.8)
    assert evidence_share(SignalValues(number, np.array([1.0, 0.0, 0.0]))) == pytest.approx(0.4)
    assert evidence_share(SignalValues(np.array([0.892, 0.892, np.nan]), np.full(3, 50.0))) == 0
    much, little = SignalValues(number, np.full(3, 1e9)), SignalValues(number, np.full(3, 0.25))
    weights = weigh({"a": (signal("a"), much), "b": (signal("b"), little)}, {"a": 1, "b": 1}, 3).weights
    assert weights == pytest.approx({"a": 2 / 3, "b": 1 / 3})


def test_one_known_value_that_all_others_are_given_tells_nobody_apart() -> None:
    lone = SignalValues(np.array([0.8, np.nan, np.nan]), np.array([9.0, 0, 0]))
    known = SignalValues(np.array([0.2, 0.8, 0.5]), np.ones(3))
    signals = {"a": (signal("a", scale="share"), lone), "b": (signal("b", scale="share"), known)}
    assert weigh(signals, {"a": 1, "b": 1}, 3).weights == {"a": 0, "b": 1}
    signals["a"] = (signal("a", scale="share", unknown="worst"), lone)
    assert weigh(signals, {"a": 1, "b": 1}, 3).weights["a"] > 0.5


def test_observations_that_differ_more_than_accounts_do_weigh_less() -> None:
    """Two posts where four tell half: 2 / (2 + 4)."""
    number = np.array([1.0, 2.0])
    assert evidence_share(SignalValues(number, np.full(2, 2.0), half=4.0)) == pytest.approx(1 / 3)


def test_an_unknown_value_counts_as_the_median_only_as_far_as_fit_goes() -> None:
    """Of no fit: the gate is a twentieth; what is known of the niche is not touched, what is unknown is."""
    fit, seen = SignalValues(np.array([0.4, 0.0, 0.0]), np.ones(3)), np.array([0.8, np.nan, 0.8])
    signals = {
        "niche_fit": (signal("niche_fit", scale="share"), fit),
        "a": (signal("a", scale="share"), SignalValues(seen, np.ones(3), of_niche=True)),
    }
    scores = weigh(signals, {"niche_fit": 1, "a": 1}, 3)
    np.testing.assert_allclose(scores.counted("a")[:2], [0.8, 0.8 * 0.05])
    assert scores.score[2] == pytest.approx(100 * lowered(0.8 * scores.weights["a"], np.array(0.2)))
    at_a_tenth = scores.weights["niche_fit"] * 0.1 + scores.weights["a"] * 0.8 * 0.5
    gained = 100 * lowered(at_a_tenth, np.array(0.5)) - scores.score[1]
    assert scores.points_if("niche_fit", 1, np.array([0.1])) == pytest.approx(gained)


def test_what_is_filled_in_counts_nothing_where_the_fit_is_unknown_too() -> None:
    """Of no fit that is known, and of one that is not: the same median, and the same value of its own."""
    fit, seen = (
        SignalValues(np.array([1.0, 0.0, np.nan, np.nan]), np.ones(4)),
        np.array([0.8, np.nan, np.nan, 0.8]),
    )
    signals = {
        "niche_fit": (signal("niche_fit", scale="share", unknown="worst"), fit),
        "a": (signal("a", scale="share"), SignalValues(seen, np.ones(4))),
        "b": (signal("b", scale="share"), SignalValues(np.array([0.2, 0.4, 0.6, 0.8]), np.ones(4))),
    }
    scores = weigh(signals, {"niche_fit": 1, "a": 1, "b": 1}, 4)
    np.testing.assert_allclose(scores.factors["a"], [1, 0.05, 0, 0.05])
    np.testing.assert_allclose(scores.factors["b"], [1, 0.05, 0.05, 0.05])


def test_the_gate_goes_by_the_fit_itself_whatever_its_scale_and_unknown() -> None:
    fit = SignalValues(np.array([0.5, 0.0, 0.0, np.nan]), np.ones(4))
    signals = {
        "niche_fit": (signal("niche_fit", scale="percentile", unknown="neutral"), fit),
        "a": (
            signal("a", scale="share"),
            SignalValues(np.array([0.5, 1.0, 0.9, 1.0]), np.ones(4), of_niche=True),
        ),
    }
    scores = weigh(signals, {"niche_fit": 9, "a": 1}, 4)
    np.testing.assert_allclose(scores.gate.share, [1, 0.05, 0.05, 0.05])
    assert scores.score[0] > 90
    assert (scores.score[1:] <= 20).all()
    assert scores.score[1] > scores.score[2]  # lowered, and still told apart


def test_the_fit_that_a_scale_stands_for_lies_between_its_neighbours() -> None:
    fit, at = np.array([0.1, 0.15, 0.3, np.nan]), np.array([0.2, 0.2, 0.6, 0.9])
    scores = Scores(at, {}, {"niche_fit": at}, {}, Gate(fit, fit, fit), {})
    found = [scores._fit_of(scaled) for scaled in (0.0, 0.1, 0.2, 0.4, 0.8, 1.0)]
    assert found == pytest.approx([0.0, 0.05, 0.15, 0.225, 0.65, 1.0])


def test_the_anchors_of_counts_by_hand() -> None:
    """Alike values lie in the middle of a factor of ten; one far below ninety-nine alike is an end of its own."""
    alike, (middle, half) = logarithm_anchors(np.array([9.0, 9.0]))[0], (np.log(10.0), LEAST_SPAN / 2)
    np.testing.assert_allclose(alike, [middle - half, middle - half, middle + half, middle + half])
    far, scaled = logarithm_anchors(np.array([-3.0, *[9.0] * 99]))
    np.testing.assert_allclose(far, [0.0, 0.99 * middle, middle, middle])
    assert scaled.tolist() == [0.0, 0.05, 0.95, 1.0]
    np.testing.assert_allclose(logarithm_anchors(np.zeros(0))[0], [-half, -half, half, half])


def test_a_value_against_the_median_by_hand() -> None:
    np.testing.assert_allclose(
        against_median(np.array([0.0, 0.5, 3.0, -1.0, np.nan]), 0.5), [0, 0.5, 6 / 7, 0, np.nan]
    )
    np.testing.assert_allclose(against_median(np.array([0.0, 2.0, np.nan]), 0.0), [0.5, 1.0, np.nan])


def test_one_candidate_of_a_gate_is_as_it_was_among_all() -> None:
    """Fits of 0, .1 and unknown, each opening at another fit; somebody's fit told anew is known, whatever it was."""
    fit, yes = np.array([0.0, 0.1, np.nan]), np.array([True, True, True])
    least, full, filled = np.array([0.05, 0.25, 0.1]), np.array([0.5, 0.25, 0.2]), np.isnan(fit)
    gate = Gate(fit, least, full, {"reach": yes}, {"reach": filled})
    whole = gate.factors({"reach": np.full(3, 0.4)})["reach"]
    np.testing.assert_allclose(whole, [0.05, 0.4, 0])
    alone = [gate.at(place).factors({"reach": np.array([0.4])})["reach"] for place in range(3)]
    np.testing.assert_allclose(np.concatenate(alone), whole)
    np.testing.assert_allclose(gate.at(2, 0.1).factors({"reach": np.array([0.4])})["reach"], [0.5])


def test_what_a_gate_is_at_least_by_what_was_told() -> None:
    """One word says a half, two say a quarter; nothing told or nothing known of the fit, a twentieth."""
    told = SignalValues(np.array([0.0, 0, 0, np.nan]), np.ones(4), told=np.array([0.0, 1, -1, 0]))
    assert least_gate(told).tolist() == [0.5, 0.25, 0.05, 0.05]
