"""The public API: typed, whole, and each function answers as the command of its name."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

import influence
from influence.cli.app import run

SAMPLES = Path(__file__).parents[1] / "data/samples/world"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("api") / "w.duckdb"
    with influence.open_workspace(file) as workspace:
        influence.import_files(workspace, [SAMPLES])
    return file


def test_type_checkers_see_every_public_name() -> None:
    tree = ast.parse(Path(str(influence.__file__)).read_text("utf-8"))
    (typed,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {alias.name for node in typed.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen == set(influence.__all__) - {"__version__"}


def test_a_shortlist_is_the_same_from_python_and_from_the_command(sample: Path, capsys: Any) -> None:
    with influence.open_workspace(sample, read_only=True) as workspace:
        picks = influence.shortlist(workspace, "vegan baking", wishes=influence.Wishes(size=8))
    assert (
        run(["shortlist", "-w", str(sample), "--niche", "vegan baking", "--size", "8", "--format", "json"])
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert [pick.account.account_id for pick in picks.picks] == [row["account_id"] for row in told["rows"]]


def test_a_ranking_is_a_sequence_and_shows_itself_in_a_notebook(sample: Path) -> None:
    with influence.open_workspace(sample, read_only=True) as workspace:
        ranking = influence.rank(workspace, "vegan baking", top=3)
    assert len(ranking) == 3
    assert [row.rank for row in ranking] == [1, 2, 3]
    assert ranking[0] is ranking.rows[0]
    assert ranking._repr_html_().count("<tr>") == 4


def test_mentions_advocates_and_the_report_come_from_an_open_workspace(sample: Path, tmp_path: Path) -> None:
    with influence.open_workspace(sample, read_only=True) as workspace:
        assert len(influence.mentions(workspace, "Tavilo")) > 0
        assert influence.advocates(workspace, "Tavilo", top=5).rows
        page = influence.report(
            workspace, tmp_path / "r.html", "vegan baking", wishes=influence.Wishes(size=5)
        )
    assert "vegan baking" in page.read_text("utf-8")
