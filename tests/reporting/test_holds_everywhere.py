"""Rankings and saved lists say which day and filters hold; tests/cli/test_outputs.py walks the commands."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from influence.cli.app import run

ASKED = ("--niche", "vegan baking", "--language", "en")
RANKINGS = {
    "rank": ["rank", *ASKED, "--top", "5"],
    "shortlist": ["shortlist", *ASKED, "--size", "3"],
}
PRESETS = ("xlsx", "md", "json", "csv")


def holds_of_sheets(path: Path) -> dict[str, str]:
    """What the note of the first heading of each sheet says."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: next(
            (cell.comment.text for row in sheet.iter_rows(max_row=4) for cell in row if cell.comment), ""
        )
        for sheet in book
        if sheet.title not in ("Columns", "Provenance")
    }


@pytest.mark.parametrize("name", RANKINGS)
def test_a_ranking_says_day_and_filters_in_every_format_with_room(
    name: str, sample: Path, tmp_path: Path
) -> None:
    for ending in ("xlsx", "md", "json", "csv"):
        assert run([*RANKINGS[name], "-w", str(sample), "-o", str(tmp_path / f"out.{ending}")]) == 0
    sheets = holds_of_sheets(tmp_path / "out.xlsx")
    assert len(sheets) == 3
    assert all("as of" in told and "filters: language en" in told for told in sheets.values())
    page = (tmp_path / "out.md").read_text("utf-8")
    assert "filters: language en" in page
    assert "as of" in page
    made = json.loads((tmp_path / "out.json").read_text("utf-8"))["provenance"]
    assert made["as_of"]
    assert made["settings"]["filters"]["language"] == ["en"]
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()))
    assert next(iter(rows[0])) == "rank"
    assert all(
        "as of" in row["what_holds"].lower() and "filters: language en" in row["what_holds"] for row in rows
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_a_saved_list_says_day_and_filters(
    preset: str, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = tmp_path / "w.duckdb"
    at.write_bytes(sample.read_bytes())
    assert run(["shortlist", *ASKED, "--size", "3", "--save", "spring", "-w", str(at)]) == 0
    out = tmp_path / f"out.{preset}"
    assert run(["export", "spring", "--for", preset, "-w", str(at), "-o", str(out), "--force"]) == 0
    text = " ".join(holds_of_sheets(out).values()) if preset == "xlsx" else out.read_text("utf-8")
    assert "filters: language en" in text
    assert "2025" in text
