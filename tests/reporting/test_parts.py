"""A table of a page: what fits a phone stays a table there, the rest become cards of names and values."""

from __future__ import annotations

import pytest

from influence.reporting.parts import Page, Part, page_html

LONG = "a text to read, " * 5


def html_of(head: tuple[str, ...], *rows: list[str]) -> str:
    return page_html(Page("T", "", (), (Part("P", (), head, list(rows)),)))


@pytest.mark.parametrize(
    ("row", "cards"),
    [(["a", "1", "2"], False), (["a", "1", "2", "3"], True), (["1", LONG, "x"], False), (["1", LONG, LONG], True)],
)  # fmt: skip
def test_more_than_three_columns_or_two_texts_are_cards_on_a_phone(row: list[str], cards: bool) -> None:
    assert ('class="scroll cards"' in html_of(tuple("abcd"[: len(row)]), row)) == cards


def test_a_cell_names_its_column_and_an_unknown_one_is_empty() -> None:
    page = html_of(("desk", "late", "said"), ["care", "7", "<b>"], ["pr", "8", ""])
    assert '<td class="number" data-head="late"><bdi>7</bdi></td>' in page
    assert '<td class="short" data-head="said"><bdi>&lt;b&gt;</bdi></td>' in page
    assert '<td class="short" data-head="said"></td>' in page
    assert '<th scope="row"><bdi>care</bdi></th>' in page
