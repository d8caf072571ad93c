"""The public API: typed, whole, and each function answers as the command of its name."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import influence
from influence.cli.app import run


def test_type_checkers_see_every_public_name() -> None:
    tree = ast.parse(Path(str(influence.__file__)).read_text("utf-8"))
    (typed,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {alias.name for node in typed.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen == set(influence.__all__) - {"__version__"}


@pytest.mark.parametrize("name", [name for name in influence.__all__ if callable(getattr(influence, name))])
def test_every_public_function_says_what_it_takes_gives_and_shows(name: str) -> None:
    function = getattr(influence, name)
    if inspect.isclass(function):
        return
    told = inspect.getdoc(function) or ""
    takes = told.partition("Parameters\n---")[2]
    unsaid = [one for one in inspect.signature(function).parameters if not re.search(rf"\b{one}\b", takes)]
    assert unsaid == []
    assert "Returns\n---" in told
    assert "Examples\n---" in told


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


@pytest.mark.parametrize("ask", [
    lambda one: one.rank("vegan baking", top=5),
    lambda one: one.shortlist("vegan baking", wishes=influence.Wishes(size=3)),
    lambda one: one.mentions("Tavilo"), lambda one: one.advocates("Tavilo"), lambda one: one.spread("vegan baking", 3),
    lambda one: one.ask(lambda workspace: influence.stability(workspace, "vegan baking", top=3, n_draws=10)),
    lambda one: one.ask(lambda workspace: influence.backtest(workspace, "vegan baking", cuts=["2025-03-01"])),
])  # fmt: skip
def test_results_that_are_lists_are_counted_indexed_framed_and_shown(
    ask: Callable[[Any], Any], sample: Path
) -> None:
    with influence.Session(sample) as session:
        found = ask(session)
    assert len(found) == len(list(found)) == len(found.to_pandas()) > 0
    assert found[0] == next(iter(found))
    shown = found._repr_html_()
    assert shown.count("<tr>") == 1 + min(len(found), 10)
    assert shown.count("<th") - shown.count("<thead") == len(found.shown) > 0
