"""How numbers and foreign text are written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.reporting.listening.listen_page import signed
from influence.writing.plain import (
    compact,
    decimal,
    figure,
    known,
    long_day,
    ordinal,
    percent,
    rounded_to_sum,
    shorten,
    times,
)
from influence.writing.safe import one_line


def test_zero_is_known_and_nothing_else_stands_for_unknown() -> None:
    assert known(0)
    assert known("")
    assert not known(None)
    assert not known(float("nan"))
    assert not known(float("inf"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "?"),
        (0, "0"),
        (987, "987"),
        (99_999, "99,999"),
        (123_456, "123K"),
        (999_600, "1.0M"),
        (2e9, "2.0B"),
    ],
)
def test_compact_counts_fit_six_characters(value: float | None, text: str) -> None:
    assert compact(value) == text
    assert len(text) <= 6


def test_a_small_negative_is_not_minus_zero() -> None:
    assert decimal(-0.04) == "0.0"
    assert decimal(-0.06) == "-0.1"
    assert [percent(x) for x in (-0.0, -0.0004, -0.004, -0.4)] == ["0%", "0%", "-0.4%", "-40%"]
    assert [signed(x) for x in (-0.004, 0.0, 0.04, -0.12)] == ["0", "0", "+4", "-12"]


def test_a_small_share_is_never_rounded_to_nothing() -> None:
    assert [percent(x) for x in (0, 0.0004, 0.004, 0.63, 1, None)] == [
        "0%",
        "under 0.1%",
        "0.4%",
        "63%",
        "100%",
        "unknown",
    ]


def test_figures_keep_the_digits_that_matter() -> None:
    assert [figure(x) for x in (0.03141, 2.44, 21.0, 12345.6)] == ["0.031", "2.4", "21", "12,346"]


@pytest.mark.parametrize(
    ("n", "text"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (112, "112th"), (1002, "1,002nd")]
)
def test_ordinals(n: int, text: str) -> None:
    assert ordinal(n) == text


def test_a_day_is_written_so_that_no_country_reads_it_another_way() -> None:
    assert long_day("2012-07-01") == "1 July 2012"
    assert long_day(0) == "1 January 1970"
    assert long_day("0000-13-45") == "unknown"


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (0.05, None),
        (0.5, "about half of"),
        (0.8, "a little less than"),
        (1.0, "about"),
        (1.4, "1.4 times"),
        (2.05, "about twice"),
        (2.5, "2.5 times"),
        (12.2, "about 12 times"),
        (400, None),
    ],
)
def test_a_ratio_is_said_as_people_say_it(ratio: float, words: str | None) -> None:
    assert times(ratio) == words


def test_text_cannot_steer_a_terminal_or_flip_its_neighbours() -> None:
    assert one_line("\x1b[31mred\x1b[0m\x07") == "[31mred [0m"
    assert one_line("a\u202eb\nc") == "ab c"
    assert one_line("وصفات 素食 👩‍🍳") == "وصفات 素食 👩‍🍳"


@given(st.text(max_size=60), st.integers(2, 30))
def test_shortened_text_fits(text: str, width: int) -> None:
    assert len(shorten(text, width)) <= width


@given(st.lists(st.floats(0, 40), min_size=1, max_size=8))
def test_shown_points_add_up_to_the_shown_score(points: list[float]) -> None:
    total = sum(points)
    shown = rounded_to_sum(points, total)
    assert math.isclose(sum(p for p in shown if p is not None), round(total, 1), abs_tol=1e-6)
    assert all(abs(a - b) <= 0.1 + 1e-6 for a, b in zip(points, shown, strict=True) if b is not None)


def test_an_unknown_part_stays_unknown() -> None:
    assert rounded_to_sum([None, 1.25], 1.25) == [None, 1.2]
