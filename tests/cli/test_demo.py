"""``influence demo``: the whole job on the sample data."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from influence.cli.starting import demo_command
from influence.demonstration import samples_folder


@pytest.mark.parametrize("name", ["world", "polblogs", "mappings"])
def test_the_samples_are_found(name: str) -> None:
    assert any(samples_folder(name).iterdir())


def test_the_demo_leaves_its_lists_and_says_what_to_try_next(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    result = CliRunner().invoke(demo_command, ["-o", str(folder)], catch_exceptions=False)
    assert result.exit_code == 0
    left = {path.name for path in folder.iterdir()}
    kept = {"influence.duckdb.cache", "polblogs.duckdb.cache"}
    assert left - kept == {"influence.duckdb", "polblogs.duckdb", "list.xlsx", "list.csv", "polblogs.csv"}
    lines = result.stdout.splitlines()
    assert "SYNTHETIC" in lines[0]
    assert lines[lines.index("Try next:") + 1].startswith("  influence rank -w ")
    notes = [row[1].value for row in openpyxl.load_workbook(folder / "list.xlsx")["Provenance"].iter_rows()]
    assert "Synthetic data: these accounts do not exist." in notes
    assert "the side of the 5 examples" in result.stdout
    assert result.stdout.count("Rank range: between which places") == 2


def test_a_file_where_the_folder_should_be_is_a_clear_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from influence.cli.app import run

    (tmp_path / "taken").write_text("x")
    assert run(["demo", "-o", str(tmp_path / "taken" / "inside")]) == 1
    assert "the folder cannot be made" in capsys.readouterr().err
