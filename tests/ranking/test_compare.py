"""Accounts side by side, what would move them, and profiles that change the ranking."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import influence
from influence.errors import UnknownAccountError, UsageError
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.ranking.compare import compare
from influence.ranking.explain import explain
from influence.ranking.moves import value_for
from influence.ranking.score import scale
from influence.reporting.explain.compare_text import render_comparison
from influence.reporting.explain.explain_text import render_explanation
from influence.signals.base import Signal, SignalValues

Make = Callable[..., Any]


@pytest.fixture
def world(workspace_of: Make) -> Any:
    """Five authors who differ in likes and size; `e` has no reactions known."""
    posts = [
        {"post_id": f"{who}{n}", "account_id": f"p:{who}", "text": "vegan cake", "created_at": f"2024-03-{n + 1:02d}",
         "likes": None if who == "e" else (5 - at) * 10, "comments": None if who == "e" else 5 - at}
        for at, who in enumerate("abcde") for n in range(4)
    ]  # fmt: skip
    accounts = [
        {"account_id": f"p:{who}", "followers": 100 * (at + 1), "following": 50}
        for at, who in enumerate("abcde")
    ]
    return workspace_of(posts=posts, accounts=accounts)


def test_differences_add_up_and_the_better_one_comes_first(world: Any) -> None:
    found = compare(world, ["p:c", "p:a", "b"], "vegan")
    assert [one.row.rank for one in found.accounts] == sorted(one.row.rank for one in found.accounts)
    assert {one.row.account_id for one in found.accounts} == {"p:a", "p:b", "p:c"}
    total = sum(change.points for change in found.differences(0, 2))
    assert total == pytest.approx(found.accounts[0].row.score - found.accounts[2].row.score)
    sizes = [abs(change.points) for change in found.differences(0, 2)]
    assert sizes == sorted(sizes, reverse=True)


def test_the_peers_of_an_explanation_are_of_its_platform(workspace_of: Make) -> None:
    accounts = [
        {"account_id": f"{platform}:a{at}", "followers": 100 + at, "following": 50 + at * (platform == "p")}
        for platform in ("p", "y")
        for at in range(40)
    ]
    posts = [
        {"post_id": row["account_id"], "account_id": row["account_id"], "text": "vegan cake", "likes": at,
         "created_at": "2024-03-01"}
        for at, row in enumerate(accounts)
    ]  # fmt: skip
    explained = explain(workspace_of(posts=posts, accounts=accounts), "p:a0", "vegan")
    assert (explained.peers["n"], explained.peers["platform"]) == (39, "p")
    assert "the 39 accounts on p nearest to it in followers" in " ".join(
        render_explanation(explained).split()
    )


def test_a_comparison_says_the_same_in_text_markdown_and_json(world: Any) -> None:
    found = compare(world, ["p:a", "p:e"], "vegan")
    text, page = render_comparison(found), render_comparison(found, "md")
    document = json.loads(render_comparison(found, "json"))
    assert "What makes the difference" in text
    assert "unknown" in text
    assert "and guessed: reactions" in text
    assert document["pairs"][0]["summary"][0] in " ".join(text.split())
    assert page.count("\n| ") > 10
    assert document["provenance"]["settings_hash"] in text
    with pytest.raises(UsageError, match="text, md, json"):
        render_comparison(found, "html")


@pytest.mark.parametrize(
    ("names", "error"),
    [(["p:a"], UsageError), (["p:a", "@a"], UsageError), (["p:a", "p:nobody"], UnknownAccountError)],
)
def test_fewer_than_two_accounts_are_no_comparison(
    world: Any, names: list[str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        compare(world, names, "vegan")


@pytest.mark.parametrize("kind", ["share", "saturating", "percentile"])
def test_the_value_that_a_scaled_one_takes_is_found_again(kind: Any) -> None:
    signal = Signal("a", "?", "", (), kind, "neutral", "", lambda evidence: None)  # type: ignore[arg-type, return-value]
    values = SignalValues(np.array([0.1, 0.3, 0.9, 0.5, np.nan]), np.ones(5))
    scaled = scale(signal, values)
    for at in range(4):
        assert value_for(signal, values, float(scaled[at])) == pytest.approx(values.value[at])


def test_moves_are_points_and_ranks_that_a_rescoring_confirms(world: Any) -> None:
    rows = influence.rank(world, "vegan", top=0).rows
    score = {one.account_id: one.score for one in rows}
    best, middle = rows[0].account_id, rows[2].account_id
    found = explain(world, middle, "vegan")
    assert found.moves
    for move in found.moves:
        line = next(line for line in found.signals if line.name == move.signal)
        assert 0 <= line.points + move.points <= line.max_points + 1e-9
        stands = 1 + sum(
            other > score[middle] + move.points + 1e-9 for name, other in score.items() if name != middle
        )
        assert move.rank == stands
    assert found.target is not None
    assert found.target.rank == 1
    assert found.target.points == pytest.approx(score[best] - score[middle])
    assert explain(world, best, "vegan").target is None


def test_the_explanation_says_what_would_move_it(world: Any) -> None:
    third = influence.rank(world, "vegan", top=0).rows[2].account_id
    text = " ".join(render_explanation(explain(world, third, "vegan")).split())
    assert "points short of 1st place" in text
    assert "Up: with " in text
    assert "Down: with " in text


def test_the_waterfall_is_one_accessible_picture_without_foreign_addresses(world: Any) -> None:
    found = explain(world, "p:b", "vegan")
    found = replace(found, row=replace(found.row, handle='<b onload="x">&'))
    drawing = render_explanation(found, "svg")
    root = ElementTree.fromstring(drawing)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert '<b onload="x">&' in str(root.findtext(f"{space}title"))
    assert "Together" in str(root.findtext(f"{space}desc"))
    assert drawing.count("http") == 1  # the name space
    assert not root.findall(f".//{space}script")
    bars = [rect for rect in root.findall(f"{space}rect") if rect.get("height") == "24"]
    widths = [float(rect.get("width", 0)) for rect in bars]
    assert sum(widths[:-1]) == pytest.approx(widths[-1], abs=0.5 * len(bars))


def test_excluded_leaves_out_who_is_unknown_and_says_how_many(world: Any) -> None:
    everyone = influence.rank(world, "vegan", top=0)
    fewer = influence.rank(world, "vegan", top=0, unknown={"peer_engagement": "excluded"})
    assert {row.account_id for row in everyone.rows} - {row.account_id for row in fewer.rows} == {"p:e"}
    assert fewer.left_out == {**everyone.left_out, "reactions are unknown": 1}
    assert sum(fewer.rows[0].contributions.values()) == pytest.approx(fewer.rows[0].score)


def test_worst_counts_unknown_as_nothing_and_another_scale_changes_the_points(world: Any) -> None:
    worst = assess(world, question_of("vegan", unknown={"peer_engagement": "worst"}))
    assert worst.scores.contributions["peer_engagement"][4] == 0
    ranked = assess(world, question_of("vegan", scales={"peer_engagement": "percentile"}))
    np.testing.assert_allclose(ranked.scores.scaled["peer_engagement"][:4], [1, 2 / 3, 1 / 3, 0], atol=1e-9)


def test_a_scale_that_means_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="did you mean 'percentile'"):
        question_of("vegan", scales={"reach": "percentil"})


def test_explain_tells_the_evidence_of_a_weight_and_what_the_next_better_value_brings(world: Any) -> None:
    """Likes 50, 40, 30, 20 are known: the middle of those better than the third's is the second's."""
    found = explain(world, "p:c", "vegan")
    line = next(line for line in found.signals if line.name == "peer_engagement")
    second = next(line for line in explain(world, "p:b", "vegan").signals if line.name == "peer_engagement")
    assert line.next.value == pytest.approx(second.value)
    assert line.next.points == pytest.approx(second.points - line.points)
    assert sum(one.asked_points for one in found.signals) == pytest.approx(100.0)
    assert 0.0 < line.evidence <= 1.0
    words = " ".join(render_explanation(found).split())
    assert "by the goal alone" in words
    assert "the middle of those who have more" in words
    first = next(line for line in explain(world, "p:a", "vegan").signals if line.name == "peer_engagement")
    assert first.next is None
