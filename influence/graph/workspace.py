"""The graph of a workspace, or straight from a file of follows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import scipy.sparse as sp

from influence.errors import GraphError
from influence.graph import build, ties
from influence.store.kept.keeper import keeper_of
from influence.store.kept.packing import Strings

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.store.base import Store


@dataclass(frozen=True)
class GraphSettings:
    """What a graph of a workspace depends on besides the data."""

    as_of_day: int | None = None
    half_life_days: float = ties.HALF_LIFE_DAYS
    kind_weights: Mapping[str, float] | None = None
    all_accounts: bool = True

    @property
    def name(self) -> str:
        """Of the kept graph: everything, resolved."""
        weights = ties.resolve_kind_weights(self.kind_weights)
        told = [self.as_of_day, self.half_life_days, sorted(weights.items()), self.all_accounts]
        return f"graph@{hashlib.sha256(repr(told).encode()).hexdigest()[:16]}"


Parts: TypeAlias = "tuple[pa.Array, sp.csr_array]"
"""Ids, sorted, and the audience matrix: what an `AudienceGraph` is made of."""


def store_parts(store: Store, settings: GraphSettings, keep: bool = True) -> Parts:
    """Build the graph of a workspace, or take the one kept beside it; see `AudienceGraph.from_workspace`."""
    import pyarrow as pa

    keeper = keeper_of(store) if keep else None
    if keeper is None:
        return build_parts(store, settings)

    def packed() -> dict[str, Any]:
        ids, audience = build_parts(store, settings)
        return {"ids": Strings.of(ids.to_numpy(zero_copy_only=False)), "ties": audience}

    kept = keeper.once(settings.name, packed)
    return pa.array(kept["ids"].to_list(), pa.string()), sp.csr_array(kept["ties"])


def build_parts(store: Store, settings: GraphSettings) -> Parts:
    """Number the accounts in SQL, read ties as pairs of numbers, sort them by counting."""
    import pyarrow as pa

    ids = _sorted_ids(
        store.query(ties.ids_sql(settings.as_of_day, settings.all_accounts), [ties.COMMUNITY_PREFIX])
    )
    numbered = pa.table({"id": ids, "position": pa.array(np.arange(len(ids), dtype=np.int32))})
    with store.register("numbered_accounts", numbered):
        table = ties.numbered_ties(
            store, settings.as_of_day, settings.half_life_days, settings.kind_weights, "numbered_accounts"
        )
    del numbered
    return _from_numbered(ids, table)


def file_parts(path: str | Path, follower: str, followee: str, weight: str | None) -> Parts:
    """Build the graph from one CSV or Parquet file of ties, without a workspace, streamed.

    Parameters
    ----------
    path : path
        ``.parquet``, or CSV (also ``.csv.gz``) with a header.
    follower, followee : str
        Columns with the handles of who pays attention, and of who receives it.
    weight : str, optional
        Column with weights; 1 each when not given. Repeated ties add up.
    """
    import duckdb
    import pyarrow as pa

    from influence.store.duckdb_store import DuckDBStore

    file = Path(path)
    if not file.is_file():
        raise GraphError("there is no such file", where=str(file))
    reader = "read_parquet" if file.suffix == ".parquet" else "read_csv"
    options = "" if reader == "read_parquet" else ", header = true, all_varchar = true"
    value = "1" if weight is None else _quoted(weight)
    names = {"file": f"{reader}($1{options})", "source": _quoted(follower), "target": _quoted(followee)}
    store = DuckDBStore()
    try:
        # Read twice rather than kept: text pairs in memory are several times the graph.
        ids = _sorted_ids(store.query(FILE_IDS_SQL.format(**names), [str(file)]))
        numbered = pa.table({"id": ids, "position": pa.array(np.arange(len(ids), dtype=np.int32))})
        store.execute("set preserve_insertion_order = false")
        with store.register("numbered_accounts", numbered):
            table = store.query(FILE_TIES_SQL.format(**names, weight=value), [str(file)])
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise GraphError("this file cannot be read as ties", where=str(file), seen=first) from error
    finally:
        store.close()
    return _from_numbered(ids, table)


FILE_IDS_SQL = """
select distinct id from (select unnest([{source}, {target}]) as id from {file}) as ends
where id is not null order by id
"""

FILE_TIES_SQL = """
select a.position as source, b.position as target, cast({weight} as float) as weight
from {file} as pairs
join numbered_accounts a on a.id = pairs.{source} join numbered_accounts b on b.id = pairs.{target}
"""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sorted_ids(table: pa.Table) -> pa.Array:
    """Ids as one sorted array; sorted again where the engine did not keep the order it was asked for."""
    ids, _ = build.sorted_ids(table["id"])
    return ids


def _from_numbered(ids: pa.Array, table: pa.Table) -> Parts:
    source, target, weight = (table[name].to_numpy() for name in ("source", "target", "weight"))
    del table
    weights = build.check_weights(weight, len(source))
    return ids, build.audience_matrix(source, target, weights, len(ids))
