"""Explanations: the points, the evidence and the doubts, in three formats."""

import json
from dataclasses import replace

import pytest
from rich.cells import cell_len

from influence.errors import UsageError
from influence.ranking.explain import EvidencePost, Explanation, SignalLine
from influence.ranking.moves import Move
from influence.reporting.explain.explain_text import render_explanation
from influence.reporting.explain.explain_words import weight_sentence
from influence.writing.plain import above


def line(name: str, points: float, most: float, value: float | None, **parts: float) -> SignalLine:
    return SignalLine(
        name, f"What of {name}?", points, most, value, "share 0-1", 4.0, points / most if most else 0.0,
        None if value is None else 0.999, None if value is None else 0.5, parts,
    )  # fmt: skip


@pytest.fixture
def explanation(make_account, make_ranking) -> Explanation:
    row = make_account(1, "veganfood.example")
    lines = (
        line("niche_fit", 29.0, 40.0, 0.7, text_fit=0.71),
        line("peer_engagement", 20.25, 25.0, 1.25, applause_rate=1.04, never_heard_of=3.5),
        line("reach", 15.5, 25.0, None),
        line("momentum", 5.0, 10.0, 0.5),
        line("advocacy", 0.0, 0.0, None),
    )
    post = EvidencePost(
        "p1", "2012-06-28", "Cake | with\n\x1b[31m*icing*", "https://a.example/p1", 21, None, 0, 0.9
    )
    return Explanation(
        row,
        make_ranking(row, switched_off={"advocacy": "no brand was named"}),
        lines,
        (post,),
        (("vegan", 1.0, "asked"), ("recip", 0.8, "in the brief")),
        ("Reach is unknown and counted as the median candidate's.",),
        {"n": 100, "by": "followers", "score_percentile": 0.996},
        123,
    )


def test_the_text_says_place_reason_points_evidence_and_doubts(explanation: Explanation) -> None:
    text = render_explanation(explanation)
    assert text.startswith("veganfood.example: 1st of 123 accounts for vegan recipes, as of 1 July 2012")
    assert "A ranking by followers would put it 99th of 123; this one puts it 1st." in text
    assert "It scores above 99% of the 100 accounts nearest to it in followers." in text
    assert "Niche fit            29.0 of  40.0" in text
    assert "28 June 2012: 21 likes, 0 shares" in text
    assert "Reach is unknown and counted" in text
    assert "Advocacy is not in the score: no brand was named." in text
    assert text.count("no brand was named") == 1


def test_the_text_fits_the_terminal_and_cannot_steer_it(explanation: Explanation) -> None:
    text = render_explanation(explanation, width=80)
    assert max(cell_len(row) for row in text.splitlines()) <= 80
    assert "\x1b" not in text


def test_an_unknown_signal_is_called_unknown(explanation: Explanation) -> None:
    assert "Unknown: the data do not say." in render_explanation(explanation)
    assert json.loads(render_explanation(explanation, "json"))["signals"][2]["value"] is None


def test_json_points_add_up_and_the_row_is_the_ranking_row(explanation: Explanation) -> None:
    document = json.loads(render_explanation(explanation, "json"), parse_constant=pytest.fail)
    assert sum(one["points"] for one in document["signals"]) == pytest.approx(
        document["row"]["score"], abs=1e-9
    )
    assert document["evidence"][0]["text"] == "Cake | with\n\x1b[31m*icing*"
    assert document["provenance"]["settings_hash"] == "0123456789ab"


def test_markdown_makes_foreign_text_literal(explanation: Explanation) -> None:
    text = render_explanation(explanation, "md")
    assert "Cake \\| with \\[31m\\*icing\\*](https://a.example/p1)" in text
    assert "| Niche fit | 29.0 | 40.0 |" in text


def test_an_account_without_posts_or_doubts_is_explained_too(explanation: Explanation) -> None:
    bare = replace(explanation, evidence=(), against=(), terms=(), peers={"n": 0, "score_percentile": None})
    for format in ("text", "md", "json"):
        assert render_explanation(bare, format)
    assert "No posts were seen." in render_explanation(bare)
    assert "Nothing was found in the data" in render_explanation(bare)


def test_an_unknown_format_is_refused(explanation: Explanation) -> None:
    with pytest.raises(UsageError, match="text, md, json"):
        render_explanation(explanation, "html")


def test_standing_above_others_is_never_rounded_up() -> None:
    assert above(0.999, "all accounts") == "above 99% of all accounts"
    assert above(1.0, "all accounts") == "above all accounts"
    assert above(1.0, "those of its size") == "above all of those of its size"
    assert above(0.001, "those of its size") == "above less than 1% of those of its size"


@pytest.mark.parametrize(("points", "told"), [(0.0, False), (0.04, False), (0.06, True)])
def test_a_gain_that_rounds_to_nothing_is_not_told(points: float, told: bool) -> None:
    asked = replace(line("reach", 25.0, 25.0, 0.9), next=Move("reach", "next", points, 0.9, 0.95, 1))
    assert ("would gain" in weight_sentence(asked)) is told
