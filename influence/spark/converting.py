"""What a worker does with a part of a file: the same steps as on one machine, up to typed rows and rejects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from influence.schema import Table
from influence.sources.base import Batch, Source
from influence.spark.types import fitted, stored_schema, with_fields
from influence.store.duckdb_store import DuckDBStore
from influence.store.importing.account_columns import Aliases
from influence.store.importing.conversion import convert, raw_reject_table
from influence.store.importing.reports import Tally
from influence.store.importing.shaping import Conversion
from influence.store.importing.upsert import HASH

ROW, REJECT, COUNT, ALIAS = "row", "reject", "count", "alias"
"""Kinds of rows that a part gives: one of the table, one refused, a total, another id of an account."""
MOST_ROWS = 1 << 40
"""More rows than one part has: the place of a row is that of its part times this, and its own in the part."""
BESIDE = {
    "kind_": pa.string(), "origin_": pa.int32(), "place_": pa.int64(), "line_": pa.int64(), "column_": pa.string(),
    "value_": pa.string(), "reason_": pa.string(), "number_": pa.int64(),
}  # fmt: skip
"""Columns beside those of the table."""
REFUSED = {"line": "line_", "column_name": "column_", "value": "value_", "reason": "reason_"}
"""Columns of a reject -> where they stand among these."""


@dataclass(frozen=True)
class Piece:
    """A part of a file, and how its rows become rows of one table.

    Attributes
    ----------
    source : Source
    conversion : Conversion
    origin : int
        Which of the files of this table it is, in the order in which they count.
    number : int
        Which part of the file.
    with_rejects : bool
        Rows that the reader refuses are told here (of several tables of a file only once).
    """

    source: Source
    conversion: Conversion
    origin: int
    number: int = 0
    with_rejects: bool = True


def converted_schema(table: Table) -> pa.Schema:
    """What `convert_piece` gives for a table."""
    return with_fields(stored_schema(table), BESIDE)


def convert_piece(piece: Piece) -> Iterator[pa.Table]:
    """Read a part of a file and give rows of `converted_schema`."""
    conversion = replace(piece.conversion, aliases=Aliases())
    schema, place = converted_schema(conversion.table), piece.number * MOST_ROWS
    tally = Tally(conversion.source, conversion.table.name)
    with closing(DuckDBStore()) as scratch:
        for batch in piece.source.batches():
            rows, rejects = _converted(scratch, piece, conversion, batch, tally)
            places = pa.array(np.arange(place, place + rows.num_rows))
            place += rows.num_rows
            yield _beside(rows.append_column("place_", places), schema, piece, ROW)
            if rejects.num_rows:
                yield _beside(
                    rejects.select([*REFUSED]).rename_columns([*REFUSED.values()]), schema, piece, REJECT
                )
    counts = {"reason_": list(tally.totals), "number_": list(tally.totals.values())}
    yield _beside(pa.table(counts), schema, piece, COUNT)
    learned = conversion.aliases.learned  # also of two accounts: null, ids of neither
    yield _beside(
        pa.table({"value_": list(learned), "reason_": list(learned.values())}), schema, piece, ALIAS
    )


def _converted(
    scratch: DuckDBStore, piece: Piece, conversion: Conversion, batch: Batch, tally: Tally
) -> tuple[pa.Table, pa.Table]:
    """Typed rows and rejects of one batch, counted."""
    converted = convert(scratch, conversion, batch)
    apart = batch.rejects if piece.with_rejects else ()
    tally.take(converted, len(apart))
    rejects = pa.concat_tables([raw_reject_table(apart), converted.rejects]) if apart else converted.rejects
    tally.totals["n_lines"] += batch.rows.num_rows
    return converted.rows.drop_columns(HASH), rejects


def _beside(rows: pa.Table, schema: pa.Schema, piece: Piece, kind: str) -> pa.Table:
    n = rows.num_rows
    rows = rows.append_column("kind_", pa.array([kind] * n, pa.string()))
    return fitted(rows.append_column("origin_", pa.array([piece.origin] * n, pa.int32())), schema)
