"""The graph of a workspace, or straight from a file of follows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
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


NUMBERED = "numbered_accounts"
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
    """Number the accounts in SQL, and read ties as pairs of numbers."""
    day, sql = settings.as_of_day, ties.ids_sql(settings.as_of_day, settings.all_accounts)
    told = (day, settings.half_life_days, settings.kind_weights, NUMBERED)
    return _parts(store, sql, [ties.COMMUNITY_PREFIX], lambda: ties.numbered_ties(store, *told))


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
        store.execute("set preserve_insertion_order = false")
        # Read twice rather than kept: text pairs in memory are several times the graph.
        sql = FILE_TIES_SQL.format(**names, weight=value)
        return _parts(store, FILE_IDS_SQL.format(**names), [str(file)], lambda: store.query(sql, [str(file)]))
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise GraphError("this file cannot be read as ties", where=str(file), seen=first) from error
    finally:
        store.close()


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


def _parts(store: Store, ids_sql: str, values: list[Any], read: Callable[[], pa.Table]) -> Parts:
    """Number the ids; then the matrix of the ties that `read` gives, as pairs of numbers.

    Ids are sorted again where the engine did not keep the order it was asked for.
    """
    import pyarrow as pa

    ids, _ = build.sorted_ids(store.query(ids_sql, values)["id"])
    numbered = pa.table({"id": ids, "position": pa.array(np.arange(len(ids), dtype=np.int32))})
    with store.register(NUMBERED, numbered):
        table = read()
    del numbered
    source, target, weight = (table[name].to_numpy() for name in ("source", "target", "weight"))
    del table
    weights = build.check_weights(weight, len(source))
    return ids, build.audience_matrix(source, target, weights, len(ids))
