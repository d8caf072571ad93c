"""What a vendor's list says beyond the tables is shown apart from the score, and comes out again."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from influence.outreach.export import export_list
from influence.outreach.merging import merge_file
from influence.ranking.explain import explain
from influence.reporting.explain.explain_text import render_explanation
from influence.store.importing.transaction import import_files
from influence.store.lists.saved import SavedList, SavedPick, load_list, save_list
from influence.store.workspace import Workspace, open_workspace
from tests.outreach.conftest import NOW

LIST = """Username,Platform,Followers,Quality Score,Audience UK,Phone,Agent,Fake followers
mia,instagram,5400,81,45%,0113 496 0000,Bo Ltd,12%
tom,instagram,3100,64,,,,30%
"""


@pytest.fixture
def vendor(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    with open_workspace(tmp_path / "w.duckdb") as opened:
        import_files(opened, [tmp_path / "list.csv"], now=NOW)
        picks = tuple(
            SavedPick(f"instagram:{name}", n, 50.0, "fits") for n, name in enumerate(("mia", "tom"), 1)
        )
        save_list(opened, SavedList("spring", "tea", "long-tail", "", {}, "2026-02-01", picks), now=NOW)
        yield opened


def test_a_vendors_figures_are_shown_apart_from_the_score_and_no_telephone(vendor: Workspace) -> None:
    told = explain(vendor, "mia")
    assert dict(told.vendor) == {"Quality Score": "81", "Audience UK": "45%", "fake_followers": "0.12"}
    assert sum(line.points for line in told.signals) == pytest.approx(told.row.score)
    for format in ("text", "md"):
        shown = render_explanation(told, format)
        assert "The vendor's own figures, no part of the score unless it is said" in shown
        assert "Audience UK: 45%" in shown
        assert "0113" not in shown
    assert json.loads(render_explanation(told, "json"))["vendor_figures"]["Quality Score"] == "81"


def test_what_a_list_says_is_exported_again_and_merged_back(vendor: Workspace, tmp_path: Path) -> None:
    for ending in ("csv", "json", "xlsx"):
        export_list(vendor, "spring", ending, tmp_path / f"out.{ending}", now=NOW, force=True)
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()))
    said = [{name: row[name] for name in ("Quality Score", "Audience UK", "Phone", "Agent")} for row in rows]
    assert said[0] == {
        "Quality Score": "81",
        "Audience UK": "45%",
        "Phone": "0113 496 0000",
        "Agent": "Bo Ltd",
    }
    assert said[1] == {"Quality Score": "64", "Audience UK": "", "Phone": "", "Agent": ""}
    assert [row["fake_followers"] for row in rows] == ["0.12", "0.3"]
    document: Any = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert document["rows"][0]["Agent"] == "Bo Ltd"
    edited = (tmp_path / "out.csv").read_text("utf-8-sig").replace(",fits,idea,", ",fits,agreed,")
    (tmp_path / "out.csv").write_text(edited, "utf-8")
    merge_file(vendor, "spring", tmp_path / "out.csv", now=NOW)
    assert [pick.status for pick in load_list(vendor, "spring").picks] == ["agreed", "agreed"]
