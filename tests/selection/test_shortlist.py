"""From a ranking to the few accounts to write to."""

import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import openpyxl
import pytest

from influence.errors import UsageError
from influence.ranking.results import Provenance, RankedAccount, Ranking
from influence.reporting.ranking.files import write
from influence.selection.shortlist import Figure, Pick, shortlist, shortlist_of
from influence.text.niche import Niche


def ranking_of(n: int) -> Ranking:
    rows = tuple(
        RankedAccount(k, f"web:{k}", f"{k}.example", None, 100.0 - k, {"reach": 100.0 - k}, {}, {}, None, 9)
        for k in range(1, n + 1)
    )
    made = Provenance("0.1.0", "w.duckdb", {}, "0" * 12, "2012-07-01", 0, {})
    facts = {"web:1": {"posts": 9, "niche_posts": 5}}
    return Ranking(
        Niche("tea"), rows, 50, {"reach": 1.0}, {}, {}, "total likes", (), made, extra={"facts": facts}
    )


def test_the_best_are_picked_in_their_order() -> None:
    picks = shortlist(ranking_of(5), size=3)
    assert [pick.account.rank for pick in picks.picks] == [1, 2, 3]
    assert len(picks) == 3


def test_fewer_candidates_than_places_is_no_error() -> None:
    assert len(shortlist(ranking_of(2), size=30)) == 2
    assert len(shortlist(ranking_of(0), size=30)) == 0


def test_every_pick_has_a_reason_in_one_line() -> None:
    picks = shortlist(ranking_of(3), size=3).picks
    assert picks[0].reason.startswith("Writes about tea in 5 of 9 posts")
    assert picks[1].reason == "Stands 2nd of 50 accounts."
    assert all("\n" not in pick.reason for pick in picks)


def test_no_place_is_refused() -> None:
    with pytest.raises(UsageError, match="at least one place"):
        shortlist(ranking_of(3), size=0)


def test_a_shortlist_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        shortlist(ranking_of(3)).size = 5  # type: ignore[misc]


def test_what_picks_added_is_in_every_output(tmp_path: Path) -> None:
    ranking, passed = ranking_of(6), Figure("passed_over", "Passed over", "Accounts passed over before it.")
    chosen = [Pick(row, {"passed_over": float(at)}) for at, row in enumerate(ranking.rows[1:4:2])]
    picks = shortlist_of(ranking, chosen, 2, "Every other account.", (passed,))
    assert [pick.account.rank for pick in picks.picks] == [2, 4]
    assert picks.to_pandas()["passed_over"].tolist() == [0.0, 1.0]
    rows = json.loads(write(picks, tmp_path / "a.json").read_text("utf-8"))["rows"]
    assert [row["added"] for row in rows] == [{"passed_over": 0.0}, {"passed_over": 1.0}]
    assert (
        write(picks, tmp_path / "a.csv")
        .read_text("utf-8-sig")
        .splitlines()[0]
        .endswith(",passed_over,what_holds")
    )
    assert "| Passed over |" in write(picks, tmp_path / "a.md").read_text("utf-8")
    book = openpyxl.load_workbook(write(picks, tmp_path / "a.xlsx"))
    assert "Passed over" in [cell.value for cell in book["Details"][1]]
    assert ("Details", "Passed over") in [(a.value, b.value) for a, b, _ in book["Columns"].iter_rows()]


def test_a_shortlist_does_not_change_the_ranking_it_came_from() -> None:
    ranking = ranking_of(5)
    shortlist(ranking, size=2)
    assert len(ranking.rows) == 5
    assert ranking.rows[0].reason == ""
