"""A part of the tables brought home: some accounts and their audience, in a workspace of one machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from influence.errors import UsageError
from influence.schema import TABLES, Table
from influence.spark.buckets import Merging, merge_rows
from influence.spark.types import fitted, stored_schema
from influence.store.duckdb_store import DuckDBStore
from influence.store.rights.suppression import SALT, Suppressions, read_suppressions
from influence.store.workspace import Workspace

if TYPE_CHECKING:
    from influence.spark.store import SparkStore

MOST_ROWS = 20_000_000
"""Rows of one table that are brought home: what one machine works on in comfort."""
CHOSEN, NEAR = "influence_chosen", "influence_near"
SLICES = {
    "accounts": f"account_id in (select account_id from {NEAR})",
    "posts": f"account_id in (select account_id from {CHOSEN})",
    "follows": f"followee_id in (select account_id from {CHOSEN}) "
    f"or follower_id in (select account_id from {CHOSEN})",
    "interactions": f"target_id in (select account_id from {CHOSEN}) "
    f"or actor_id in (select account_id from {CHOSEN})",
    "customers": f"account_id in (select account_id from {NEAR})",
    "orders": "customer_id in (select customer_id from customers "
    f"where account_id in (select account_id from {NEAR}))",
    "suppressions": "false",
}
"""Table -> which of its rows come along; of all others those about the accounts."""
AUDIENCE = (
    f"select account_id from {CHOSEN} "
    f"union select actor_id from interactions where target_id in (select account_id from {CHOSEN}) "
    f"union select follower_id from follows where followee_id in (select account_id from {CHOSEN})"
)


@dataclass(frozen=True)
class Slice:
    """What came home.

    Attributes
    ----------
    n_rows : dict of str to int
        Table -> rows that are in the workspace because of it.
    n_audience : int
        Accounts that react to the chosen ones or follow them, and are not chosen themselves.
    keeps_out : bool
        The workspace knows the suppressions of the tables too; else (it has its own) only their rows stayed there.
    """

    n_rows: dict[str, int]
    n_audience: int
    keeps_out: bool


def bring_home(store: SparkStore, account_ids: Sequence[str], workspace: Workspace) -> Slice:
    """Bring accounts, all that is known of them, and their audience into a workspace; known rows are completed.

    Of the audience come its accounts and its ties to the chosen, not its posts. Nobody who is suppressed comes along.

    Raises
    ------
    UsageError
        Nobody is chosen, or it is more than one machine works on in comfort.
    """
    if not account_ids:
        raise UsageError("no accounts are chosen", hint="another niche, or fewer conditions")
    known = read_suppressions(store)
    counts: dict[str, int] = {}
    with store.register(CHOSEN, pa.table({"account_id": list(account_ids)})):
        near = store.query(AUDIENCE)
        with store.register(NEAR, near), closing(DuckDBStore()) as scratch, workspace.store.transaction():
            for table, rows in _slices(store):
                told = merge_rows(workspace.store, scratch, Merging(table, {}, known), 0, rows)
                counts[table.name] = told["n_new"] + told["n_changed"] + told["n_unchanged"]
            keeps_out = _keep_out(store, workspace, known)
    n_audience = near.num_rows - len(set(account_ids) & set(near["account_id"].to_pylist()))
    return Slice({name: n for name, n in counts.items() if n}, n_audience, keeps_out)


def _slices(store: SparkStore) -> Iterator[tuple[Table, pa.Table]]:
    """The rows of each table that come along."""
    for table in TABLES:
        where = SLICES.get(table.name, f"account_id in (select account_id from {CHOSEN})")
        n = store.query(f"select count(*) as n from {table.name} where {where}")["n"][0].as_py()
        if n > MOST_ROWS:
            raise UsageError(
                f"this is more than one machine works on in comfort: {n:,} rows of {table.name}",
                expected=f"{MOST_ROWS:,} rows at most",
                hint="fewer --candidates",
            )
        if n:
            names = ", ".join(name for name, _ in table.stored_columns)
            rows = store.query(f"select {names} from {table.name} where {where}")
            yield table, fitted(rows, stored_schema(table))


def _keep_out(store: SparkStore, workspace: Workspace, known: Suppressions) -> bool:
    """Let the workspace keep out whom the tables keep out, unless it has hashes of another salt."""
    if not known:
        return True
    own = workspace.store.query("select value from meta where name = ?", [SALT])["value"].to_pylist()
    if own and own != [known.salt]:
        return False
    rows = fitted(store.query("select * from suppressions"), stored_schema(TABLES[-1]))
    with workspace.store.register("influence_rows", rows):
        workspace.store.execute(
            "insert into suppressions by name select * from influence_rows where hash not in "
            "(select hash from suppressions)"
        )
    if not own:
        workspace.store.execute("insert into meta values (?, ?)", [SALT, known.salt])
    return True
