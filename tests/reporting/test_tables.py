"""Tables for a terminal."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from influence.reporting.ranking.files import render_ranking
from influence.reporting.ranking.terminal import ranking_table, reasons_list
from influence.writing.grid import grid

GOLDEN = Path(__file__).parent.parent / "golden"


def text_of(ranking, name: str) -> str:
    if name == "ranking-table-80.txt":
        return ranking_table(ranking, width=80)
    if name == "reasons-list-80.txt":
        return reasons_list(ranking, width=80)
    return render_ranking(ranking, name.rpartition(".")[2])


@pytest.mark.parametrize(
    "name", ["ranking-table-80.txt", "reasons-list-80.txt", "ranking.csv", "ranking.json", "ranking.md"]
)
def test_output_is_as_in_the_golden_file(ranking, name: str) -> None:
    assert text_of(ranking, name) == (GOLDEN / name).read_bytes().decode("utf-8")


@pytest.mark.parametrize("draw", [ranking_table, reasons_list])
def test_nothing_is_wider_than_the_terminal(nasty_ranking, draw) -> None:
    assert max(cell_len(line) for line in draw(nasty_ranking, width=80).splitlines()) <= 80


def test_a_pipe_gets_whole_handles_and_no_control_characters(make_account, make_ranking) -> None:
    handle = "a-very-long-handle-that-goes-on-and-on-for-ever.blogspot.example.org"
    for draw in (ranking_table, reasons_list):
        text = draw(make_ranking(make_account(1, handle), make_account(2, "\x1b[31mred\x1b[0m")))
        assert handle in text
        assert "\x1b" not in text


def test_color_is_only_used_when_asked_for(ranking) -> None:
    assert "\x1b[1m" in ranking_table(ranking, width=80, color=True)
    assert "\x1b" not in ranking_table(ranking, width=80)


def test_square_brackets_in_handles_are_not_markup(make_account, make_ranking) -> None:
    assert "[bold]x[/bold] :smile:" in ranking_table(make_ranking(make_account(1, "[bold]x[/bold] :smile:")))


def test_shown_points_add_up_to_the_shown_score(ranking) -> None:
    for line in ranking_table(ranking).splitlines()[6:9]:
        score, *points = (float(word) for word in line.split()[2:7])
        assert sum(points) == pytest.approx(score)


def test_likes_stand_where_followers_are_unknown(make_account, make_ranking) -> None:
    text = ranking_table(make_ranking(make_account(1, "a", likes=4321), baseline="total likes"), width=80)
    assert "4,321" in text
    assert "by likes" in text


def test_a_small_table_of_words_puts_numbers_to_the_right() -> None:
    first, second = grid(["Table", "Rows"], [["posts", "12"], ["follows", "1,234"]]).splitlines()[2:]
    assert (first.split(), second.split()) == (["posts", "12"], ["follows", "1,234"])
    assert len(first) == len(second)


@pytest.mark.parametrize("width", [60, 80, 100, 140, None])
def test_shown_points_add_up_to_the_shown_score_at_any_width(
    make_account, make_ranking, width: int | None
) -> None:
    points = {f"signal_{n}": 7.77 + n for n in range(7)}
    rows = [
        make_account(
            n,
            f"account_{n}",
            contributions=points,
            score=sum(points.values()),
            rank_low=1,
            rank_high=9,
            p_top=0.5,
        )
        for n in (1, 2)
    ]
    text = ranking_table(make_ranking(*rows, weights=dict.fromkeys(points, 1 / 7)), width=width)
    for line in text.splitlines():
        if line[:1] not in ("1", "2"):
            continue
        words = [
            word for word in line.split()[2:-2] if word[0] not in "~" and "-" not in word and "%" not in word
        ]
        score, *shown = map(float, words)
        assert sum(shown) == pytest.approx(score)
    assert ("Other: points from" in text) == (width is not None and width < 140)


def test_no_handle_is_broken_within_a_word_at_80_columns(make_account, make_ranking) -> None:
    handles = ["brand_ambassador_kim", "quinfermentation", "a-long-name.of.a.blog.blogspot.example.org"]
    text = ranking_table(make_ranking(*(make_account(n, h) for n, h in enumerate(handles, 1))), width=80)
    assert "brand_ambassador_kim" in text
    assert "quinfermentation" in text
    pieces = [line.split()[1 if line[0] == "3" else 0] for line in text.splitlines()[-2:]]
    assert "".join(pieces) == handles[2]


def test_words_of_a_small_table_are_not_broken_where_there_is_room() -> None:
    rows = [["brand", "the words of a long sentence " * 3, "another sentence of some length " * 2]]
    text = grid(["Account", "What it says", "Because of"], rows, width=80)
    assert "brand" in text
    assert {word for row in rows for cell in row for word in cell.split()} <= set(text.split())


def test_a_list_is_numbered_by_place_and_says_the_rank(make_account, make_ranking) -> None:
    text = reasons_list(make_ranking(make_account(5, "fifth"), make_account(2, "second")), width=80)
    heads = [line for line in text.splitlines() if line[:1].isdigit()]
    assert [line.split()[:2] for line in heads] == [["1", "fifth"], ["2", "second"]]
    assert "ranked 5th" in heads[0]


def test_a_signal_that_gives_nobody_points_has_no_column(make_account, make_ranking) -> None:
    points = {"niche_fit": 30.0, "momentum": 5.0, "independence": 0.0}
    rows = [make_account(1, "amy", contributions=points, score=35.0)]
    text = ranking_table(make_ranking(*rows, weights={**dict.fromkeys(points, 0.3)}))
    assert "Niche" in text
    assert "pendence" not in text
    assert "Other" not in ranking_table(make_ranking(*rows, weights=dict.fromkeys(points, 0.3)), width=80)
