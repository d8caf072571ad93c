"""Files of a world: CSV (gzipped where large) or Parquet, the same bytes for the same tables."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from influence.errors import OutputError
from influence.simulation.tables import World
from influence.writing.atomic import atomic_path

GZIP_FROM_ROWS = 3_000
TRUTH_FOLDER = "truth"
README = "README.txt"


def write_world(
    world: World, folder: Path, file_format: Literal["csv", "parquet"], about: str
) -> dict[str, int]:
    """Write every table, the truth apart, and a README; return rows per file (relative to `folder`)."""
    try:
        (folder / TRUTH_FOLDER).mkdir(parents=True, exist_ok=True)
        rows = _write_tables(world.tables, folder, file_format)
        truth = _write_tables(world.truth, folder / TRUTH_FOLDER, file_format)
        (folder / README).write_text(about, encoding="utf-8")
    except OSError as error:
        raise OutputError("the world cannot be written", where=str(folder), seen=error.strerror) from error
    return rows | {f"{TRUTH_FOLDER}/{name}": count for name, count in truth.items()}


def _write_tables(made: Mapping[str, pa.Table], folder: Path, file_format: str) -> dict[str, int]:
    rows = {}
    for name, table in made.items():
        for old in (f"{name}.csv", f"{name}.csv.gz", f"{name}.parquet"):
            (folder / old).unlink(missing_ok=True)
        ending = _ending(table, file_format)
        _write(table, folder / f"{name}{ending}", ending)
        rows[f"{name}{ending}"] = len(table)
    return rows


def _ending(table: pa.Table, file_format: str) -> str:
    if file_format == "parquet":
        return ".parquet"
    return ".csv.gz" if len(table) >= GZIP_FROM_ROWS else ".csv"


def _write(table: pa.Table, path: Path, ending: str) -> None:
    with atomic_path(path) as part:
        _fill(table, part, ending)


def _fill(table: pa.Table, part: Path, ending: str) -> None:
    if ending == ".parquet":
        pyarrow.parquet.write_table(table, part, compression="zstd")
    elif ending == ".csv":
        pyarrow.csv.write_csv(table, part)
    else:
        with (
            open(part, "wb") as raw,
            gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as stream,
        ):
            pyarrow.csv.write_csv(table, stream)
