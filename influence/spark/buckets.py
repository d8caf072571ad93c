"""What a worker does with the rows of one bucket: those that are there and those of each file, merged by key.

The very merge of one machine runs here, on an empty table in memory: first the rows that are there, then file after
file, so that a later row wins, an empty value erases nothing, and a row without news stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.schema import Table
from influence.spark.types import marked, marked_schema, stored_schema
from influence.store.duckdb_store import DuckDBStore
from influence.store.importing.upsert import HASH, ROWS, Merged, Merger
from influence.store.migrations import create_sql
from influence.store.rights.suppression import Suppressions, without_suppressed

MOVED, THERE = -2, -1
"""Origins before those of files: rows of another id of an account, and the rows that are there."""
ROWS_KIND, COUNTS_KIND = "rows", "counts"
BUCKET = "bucket_"


@dataclass(frozen=True)
class Merging:
    """How the rows of a bucket are merged.

    Attributes
    ----------
    table : Table
    constants : mapping of int to mapping
        Origin -> stored columns that all rows of that file have the same.
    known : Suppressions
        People whose rows do not come in.
    """

    table: Table
    constants: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    known: Suppressions = field(default_factory=Suppressions)

    @property
    def schema(self) -> pa.Schema:
        """What `merge_bucket` gives: the stored columns, and of which kind and bucket a row is."""
        return marked_schema(stored_schema(self.table), BUCKET)


def merge_bucket(merging: Merging, rows: pa.Table) -> pa.Table:
    """The rows of a bucket after all files, and what became of each file's rows."""
    table, counts = merging.table, {}
    with closing(DuckDBStore()) as store, closing(DuckDBStore()) as scratch:
        store.execute(create_sql(table.name, table.stored_columns))
        for origin in sorted(rows["origin_"].unique().to_pylist()):
            part = rows.filter(pc.equal(rows["origin_"], origin)).sort_by("place_")
            counts[origin] = merge_rows(store, scratch, merging, origin, part)
        kept = store.query(f"select * from {table.name}")
    # counts stand as text in the column `source`, which all tables have
    told = pa.table({"source": [json.dumps({"origin": origin, **n}) for origin, n in counts.items()]})
    parts = {ROWS_KIND: kept, COUNTS_KIND: told}
    return marked(stored_schema(table), BUCKET, rows[BUCKET][0].as_py(), parts)


def merge_rows(
    store: DuckDBStore, scratch: DuckDBStore, merging: Merging, origin: int, rows: pa.Table
) -> dict[str, int]:
    """Bring rows of one file into the table, without those of suppressed people; gives what was counted."""
    constants = merging.constants.get(origin, {})
    names = [name for name, _ in merging.table.stored_columns if name not in constants]
    rows, n_suppressed = rows.select(names), 0
    if origin >= 0:
        rows, n_suppressed = without_suppressed(store, merging.table, rows, merging.known)
    with scratch.register(ROWS, rows):
        hashes = scratch.query(f"select hash({', '.join(merging.table.key)}) as {HASH} from {ROWS}")
    merger = Merger(store, merging.table, constants, scratch)
    merger.add(rows.append_column(HASH, hashes[HASH]))
    return {**asdict(merger.merge()), "n_suppressed": n_suppressed}


def read_counts(texts: list[str]) -> tuple[dict[int, Merged], dict[int, int]]:
    """Of several buckets: origin -> what became of its rows; origin -> rows of suppressed people left out."""
    merged: dict[int, Merged] = {}
    left_out: dict[int, int] = {}
    for told in map(json.loads, texts):
        origin, n_suppressed = told.pop("origin"), told.pop("n_suppressed")
        before = asdict(merged.get(origin, Merged()))
        merged[origin] = Merged(**{name: n + before[name] for name, n in told.items()})
        left_out[origin] = left_out.get(origin, 0) + n_suppressed
    return merged, left_out


def has_news(text: str) -> bool:
    """Whether the rows of a bucket are others than before."""
    told = json.loads(text)
    is_news = told["n_new"] + told["n_changed"] > 0
    return bool(told["origin"] == MOVED or (told["origin"] >= 0 and is_news))
