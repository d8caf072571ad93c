"""CSV, JSON and Markdown: what goes in comes out again, and unknown is unknown."""

import csv
import io
import json
import math
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.reporting.ranking.files import render_ranking, write_ranking
from influence.writing.data_text import json_text
from influence.writing.safe import defuse, for_markdown, undefuse

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_defused_text_comes_back_and_starts_no_formula(text: str) -> None:
    assert undefuse(defuse(text)) == text
    assert not defuse(text).startswith(FORMULA_SIGNS)


@given(st.sampled_from(["'=x", "''=x", "' @", "=x", "'x", "'", "-"]))
def test_text_that_already_looks_defused_comes_back_too(text: str) -> None:
    assert undefuse(defuse(text)) == text


@pytest.mark.parametrize("for_excel", [True, False])
def test_a_strict_reader_gets_the_same_rows_back(nasty_ranking, for_excel: bool) -> None:
    rows = read_csv(render_ranking(nasty_ranking, "csv", for_excel=for_excel))
    assert len(rows) == len(nasty_ranking.rows)
    for got, meant in zip(rows, nasty_ranking.rows, strict=True):
        assert undefuse(got["handle"]) == meant.handle
        assert undefuse(got["name"]) == meant.name
        assert undefuse(got["reason"]) == meant.reason
        assert float(got["score"]) == meant.score
        assert float(got["points_niche_fit"]) == meant.contributions["niche_fit"]


def test_no_cell_of_csv_starts_a_formula(nasty_ranking) -> None:
    for row in read_csv(render_ranking(nasty_ranking, "csv")):
        assert not any(value.startswith(FORMULA_SIGNS) for value in row.values())


def test_csv_files_are_marked_for_excel_and_pipes_are_not(tmp_path: Path, ranking) -> None:
    data = write_ranking(ranking, tmp_path / "list.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfrank,account_id,handle,name,score,points_niche_fit")
    assert b"\r\n" in data
    piped = render_ranking(ranking, "csv")
    assert piped.startswith("rank,")
    assert "\r" not in piped
    frame = pd.read_csv(tmp_path / "list.csv")
    assert list(frame["rank"]) == [1, 2, 3, 4]
    assert frame["name"][1] == "Blätterwerk"


def test_unknown_is_empty_in_csv_and_null_in_json_and_zero_is_zero(ranking) -> None:
    row = read_csv(render_ranking(ranking, "csv"))[3]
    assert (row["followers"], row["name"], row["value_reach"], row["baseline_rank"]) == ("", "", "", "")
    assert read_csv(render_ranking(ranking, "csv"))[2]["followers"] == "0"
    document = json.loads(render_ranking(ranking, "json"))
    assert document["rows"][3]["followers"] is None
    assert document["rows"][3]["values"]["reach"] is None
    assert document["rows"][2]["followers"] == 0
    assert document["rows"][2]["values"]["momentum"] == 0.0


def test_json_rows_carry_the_contract_first_and_in_order(ranking) -> None:
    document = json.loads(render_ranking(ranking, "json"))
    first = ["rank", "account_id", "handle", "name", "score", "contributions", "values", "support"]
    for row in document["rows"]:
        assert list(row)[:10] == [*first, "followers", "posts"]
        assert math.isclose(sum(row["contributions"].values()), row["score"], abs_tol=1e-9)
    assert document["provenance"]["settings_hash"] == "0123456789ab"


def test_json_has_no_nan_even_where_the_result_has(make_account, make_ranking) -> None:
    row = make_account(1, "a", values={"niche_fit": float("nan")}, support={"niche_fit": float("inf")})
    document = json.loads(render_ranking(make_ranking(row), "json"), parse_constant=pytest.fail)
    assert document["rows"][0]["values"] == {"niche_fit": None}


def test_json_takes_numpy_and_dates() -> None:
    import datetime

    import numpy as np

    value = {
        "a": np.float64(1.5),
        "b": np.array([1, np.nan]),
        "c": datetime.date(2012, 7, 1),
        "d": {1: (True,)},
    }
    assert json.loads(json_text(value)) == {"a": 1.5, "b": [1.0, None], "c": "2012-07-01", "d": {"1": [True]}}


def test_json_keeps_every_letter(nasty_ranking) -> None:
    text = render_ranking(nasty_ranking, "json")
    assert "素食食谱" in text
    assert [row["handle"] for row in json.loads(text)["rows"]] == [row.handle for row in nasty_ranking.rows]


def test_markdown_rows_have_as_many_cells_as_the_header(nasty_ranking) -> None:
    lines = [line for line in render_ranking(nasty_ranking, "md").splitlines() if line.startswith("|")]
    assert len(lines) == len(nasty_ranking.rows) + 2
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in lines]
    assert set(cells) == {cells[0]}


def test_markdown_makes_signs_literal_and_links_only_web_addresses(nasty_ranking) -> None:
    text = render_ranking(nasty_ranking, "md")
    assert "](javascript:" not in text.replace("\\]", "")
    assert "<b>" not in text.replace("\\<b\\>", "")
    assert for_markdown("a|b\n*c*") == "a\\|b \\*c\\*"


def test_markdown_says_unknown(ranking) -> None:
    assert "| 4 | somebody-with-a-rather-long-handle.example.org | 66.8 | unknown | unknown | unknown |" in (
        render_ranking(ranking, "md")
    )


def test_the_frame_has_numbers_that_add_up_and_unknowns_that_stay(ranking) -> None:
    frame = ranking.to_pandas()
    points = frame.filter(like="points_").sum(axis=1)
    assert (points - frame["score"]).abs().max() < 1e-9
    assert frame["followers"].dtype == "Int64"
    assert frame["followers"].isna().tolist() == [False, False, False, True]
    assert frame["value_reach"].isna().all()
    assert list(frame.columns[:5]) == ["rank", "account_id", "handle", "name", "score"]


def test_an_empty_ranking_is_a_file_with_a_header(make_ranking) -> None:
    assert render_ranking(make_ranking(), "csv").count("\n") == 1
    assert json.loads(render_ranking(make_ranking(), "json"))["rows"] == []
    assert len(make_ranking().to_pandas()) == 0


@pytest.mark.parametrize("format", ["xlsx", "csv", "json", "md"])
def test_the_same_ranking_gives_the_same_bytes(tmp_path: Path, ranking, format: str) -> None:
    first = write_ranking(ranking, tmp_path / f"a.{format}").read_bytes()
    assert write_ranking(ranking, tmp_path / f"b.{format}").read_bytes() == first
