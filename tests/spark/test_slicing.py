"""A slice of the tables at the desk: the chosen accounts whole, their audience with its ties, nobody suppressed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from influence.session import Session
from influence.spark.rights import suppress_in
from influence.spark.slicing import bring_home
from influence.spark.store import SparkStore
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import open_workspace


@pytest.mark.slow
def test_the_best_of_a_niche_come_home_with_their_audience_and_without_whom_the_tables_keep_out(
    spark: Any, sample: Path, tmp_path: Path, tables_of: Callable[[Path], str]
) -> None:
    tables = tables_of(sample)
    with Session(sample) as session:
        best = [row.account_id for row in session.rank("vegan baking", top=21).rows]
    chosen, out = best[:-1], best[0]
    suppress_in(spark, tables, [out])
    with open_workspace(tmp_path / "desk.duckdb") as desk, open_workspace(sample, read_only=True) as whole:
        found = bring_home(SparkStore(tables, lambda: spark), chosen, desk)
        asked = [chosen, [out]]
        posts = "select post_id, account_id, text, created_at, created_day, likes from posts {} order by all"
        where = "where account_id in (select unnest(?)) and account_id not in (select unnest(?))"
        assert desk.store.query(posts.format("")) == whole.store.query(posts.format(where), asked)
        ties = "select * from interactions where target_id in (select unnest(?)) or actor_id in (select unnest(?))"
        ties = f"select * from ({ties}) as t where target_id <> ? and actor_id <> ? order by all"
        names = "actor_id, target_id, kind, post_id, created_at, created_day"
        ours = desk.store.query(f"select {names} from interactions order by all")
        assert ours == whole.store.query(
            ties.replace("select *", f"select {names}", 1), [chosen, chosen, out, out]
        )
        audience = desk.store.query(
            "select count(*) as n from interactions where actor_id not in (select account_id from accounts)"
        )
        assert audience["n"][0].as_py() == 0
        assert found.n_rows["accounts"] == desk.count("accounts") > len(chosen)
        assert found.keeps_out
        assert read_suppressions(desk.store).account(out)
        assert desk.count("posts") == found.n_rows["posts"] > 0
        again = bring_home(SparkStore(tables, lambda: spark), chosen, desk)
        assert again == found
    with Session(tmp_path / "desk.duckdb") as session:
        ranked = {row.account_id for row in session.rank("vegan baking", top=0).rows}
    assert out not in ranked
    assert len(ranked & set(chosen)) >= 15
