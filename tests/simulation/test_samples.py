"""The sample data that ship with the project, and the command that makes them."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from influence.cli.app import run

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


def _text(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(_text(path).decode("utf-8").splitlines()))


def test_samples_stay_under_five_megabytes() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 5_000_000


def test_the_sample_world_is_what_its_command_makes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["simulate", "-o", str(tmp_path), "--accounts", "2000", "--seed", "7", "--niches", "5"]) == 0
    capsys.readouterr()
    for path in sorted(SAMPLES.joinpath("world").rglob("*.csv*")):
        assert _text(path) == _text(tmp_path / path.relative_to(SAMPLES / "world")), path.name


def test_polblogs_is_whole() -> None:
    nodes, edges = (_rows(SAMPLES / "polblogs" / f"{name}.csv") for name in ("nodes", "edges"))
    assert (len(nodes), len(edges)) == (1490, 19090)
    assert {row[end] for row in edges for end in ("source", "target")} <= {row["id"] for row in nodes}


def test_simulate_prints_what_was_made_and_progress_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(
        [
            "simulate",
            "-o",
            str(tmp_path),
            "--accounts",
            "600",
            "--niches",
            "vegan baking,houseplants",
            "--json",
        ]
    )
    out, err = capsys.readouterr()
    made = json.loads(out)
    assert code == 0
    assert made["niches"] == ["vegan baking", "houseplants"]
    assert made["rows"]["accounts.csv"] == 600
    assert "drawing follows" in err


def test_simulate_suggests_the_niche_that_was_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["simulate", "-o", str(tmp_path / "world"), "--niches", "vegan bakin"]) == 2
    assert "did you mean 'vegan baking'?" in capsys.readouterr().err
