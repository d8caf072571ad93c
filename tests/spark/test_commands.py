"""Commands over tables on Spark, as people type them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from influence.cli.app import run
from influence.errors import UsageError
from influence.session import Session
from influence.spark.store import ONE_MACHINE, advice


@pytest.fixture(scope="module")
def tables(spark: Any, sample: Path, tables_of: Callable[[Path], str]) -> str:
    return tables_of(sample)


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))


@pytest.mark.slow
def test_a_ranking_by_either_engine_is_the_same_file(
    sample: Path, tables: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["rank", "--niche", "vegan baking", "--max-followers", "20000", "-o"]
    assert run([*asked, str(tmp_path / "one.csv"), "-w", str(sample)]) == 0
    assert run([*asked, str(tmp_path / "other.csv"), "--engine", "spark", "--tables", tables]) == 0
    assert "one machine answers sooner" in capsys.readouterr().err
    one, other = rows_of(tmp_path / "one.csv"), rows_of(tmp_path / "other.csv")
    assert len(one) == 30
    assert one == other


@pytest.mark.slow
def test_the_graph_is_described_the_same(
    sample: Path, tables: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["graph", "stats", "-w", str(sample)]) == 0
    one = capsys.readouterr().out
    assert run(["graph", "stats", "--engine", "spark", "--tables", tables]) == 0
    assert capsys.readouterr().out == one


@pytest.mark.slow
def test_a_second_question_is_answered_from_what_is_kept_beside_the_tables(
    tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session(engine="spark", tables=tables) as session:
        first = session.rank("vegan baking").rows
    asked = []
    monkeypatch.setattr("influence.spark.store.SparkStore.mapped", lambda *_: asked.append(1))
    with Session(engine="spark", tables=tables) as session:
        again = session.rank("vegan baking").rows
    assert [(row.account_id, row.score) for row in first] == [(row.account_id, row.score) for row in again]
    assert not asked


@pytest.mark.slow
def test_nothing_is_written_to_tables_by_a_command_that_ranks(
    tables: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["shortlist", "--engine", "spark", "--tables", tables, "--save", "spring"]) == 2
    assert "influence spark export" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_said_before_spark_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rank", "--engine", "spark", "--tables", str(tmp_path / "none")]) == 1
    assert "there is no such folder of tables" in capsys.readouterr().err


@pytest.mark.parametrize(
    "told", [{"engine": "flink"}, {"engine": "spark"}, {"tables": "t"}, {"spark_remote": "sc://h"}]
)
def test_options_that_do_not_go_together_are_refused(told: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        Session(**told)


def test_spark_is_advised_against_where_one_machine_is_quicker() -> None:
    assert "12 rows" in str(advice(12))
    assert advice(ONE_MACHINE) is None
