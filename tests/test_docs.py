"""The pages: they build without a warning, ask no other host, name all that is public, and lead nowhere in vain."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import influence
from influence.cli.app import COMMANDS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def test_the_site_builds_without_a_warning_and_asks_no_other_host(tmp_path: Path) -> None:
    _build("html", tmp_path)
    pages = [page.read_text("utf-8") for page in tmp_path.glob("*.html")]
    assert len(pages) > 20
    for page in pages:
        assert not re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=.https?:[^>]*>", page)
    assert "Search.setIndex" in (tmp_path / "searchindex.js").read_text("utf-8")


def test_the_manual_page_has_every_command(tmp_path: Path) -> None:
    _build("man", tmp_path)
    page = (tmp_path / "influence.1").read_text("utf-8").replace("\\-", "-")
    assert all(f"Usage: influence {name} " in page for name in COMMANDS)


def _build(form: str, folder: Path) -> None:
    pytest.importorskip("sphinx", reason="needs the extra docs")
    call = [sys.executable, "-m", "sphinx", "-b", form, "-W", "--keep-going", "-q", str(DOCS), str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_every_public_name_is_on_the_page() -> None:
    told = set(re.findall(r":: influence\.(\w+)", (DOCS / "api.md").read_text("utf-8")))
    assert told == set(influence.__all__) - {"__version__"}


def test_every_page_is_in_the_contents() -> None:
    contents = (DOCS / "index.md").read_text("utf-8").split()
    assert {page.stem for page in DOCS.glob("*.md")} - {"index"} <= set(contents)


def test_what_the_page_says_of_sql_and_arrays_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with influence.open_workspace(tmp_path / "influence.duckdb") as workspace:
        influence.import_tables(
            workspace, {"posts": pd.DataFrame({"post_id": ["1"], "account_id": ["web:a.example"]})}
        )
    monkeypatch.chdir(tmp_path)
    page = (DOCS / "api.md").read_text("utf-8")
    for heading in ("By SQL", "The graph alone"):
        code = page.partition(f"## {heading}")[2].partition("```python")[2].partition("```")[0]
        exec(code, {"influence": influence})
    told = capsys.readouterr().out
    assert "web:a.example" in told
    assert "'ann': " in told


@pytest.mark.parametrize("page", [*DOCS.glob("*.md"), *ROOT.glob("*.md")], ids=lambda page: page.name)
def test_links_lead_to_files_that_there_are(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


NOTEBOOKS = [
    pytest.param(file, marks=[pytest.mark.slow] if file.stem == "spark" else [], id=file.stem)
    for file in sorted((ROOT / "notebooks").glob("*.py"))
]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_notebooks_run_as_they_are(notebook: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(notebook)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout


MEASURED = re.compile(r"`python (?:-m (benchmarks[\w.]*)|((?:benchmarks|tools|docs)/\S+\.py))([^`]*)`")
"""A command that a page names beside its figures."""


@pytest.mark.parametrize("page", [*DOCS.glob("*.md"), *ROOT.glob("*.md")], ids=lambda page: page.name)
def test_the_command_beside_a_figure_is_there_with_its_options(page: Path) -> None:
    for module, script, rest in MEASURED.findall(page.read_text("utf-8")):
        at = ROOT / (script or module.replace(".", "/"))
        file = next(one for one in (at, at.with_suffix(".py"), at / "__main__.py") if one.is_file())
        code = file.read_text("utf-8")
        for option in re.findall(r"--([\w-]+)", rest):
            assert option in code or option.replace("-", "_") in code, (module or script, option)
