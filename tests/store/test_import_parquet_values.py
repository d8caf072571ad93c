"""Values that carry a type but fit no calendar and no count."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from influence.store.importing.transaction import import_files


@pytest.mark.parametrize("ticks", [2**63 - 1, 2**62, -(2**62), -(2**63) + 1])
@pytest.mark.parametrize("unit", ["ms", "us"])
def test_a_moment_beyond_every_calendar_is_refused_and_not_wrapped_around(workspace, tmp_path, ticks, unit):
    moments = pa.array([ticks, 0], pa.timestamp(unit))
    table = pa.table({"post_id": ["1", "2"], "account_id": ["a", "b"], "created_at": moments})
    pq.write_table(table, tmp_path / "posts.parquet")
    report = import_files(workspace, tmp_path / "posts.parquet")
    found = workspace.store.query("select created_at from posts order by post_id")["created_at"].to_pylist()
    assert found[0] is None
    assert str(found[1]) == "1970-01-01 00:00:00"
    assert report.rejects["column_name"].to_pylist() == ["created_at"]


def test_a_far_day_is_refused_and_no_traceback(workspace, tmp_path):
    days = pa.array([2**31 - 1, 19000], pa.date32())
    pq.write_table(
        pa.table({"account_id": ["a", "b"], "day": days, "followers": [1, 2]}), tmp_path / "snapshots.parquet"
    )
    report = import_files(workspace, tmp_path / "snapshots.parquet")
    assert [(c.n_new, c.n_rejected) for c in report.counts] == [(1, 1)]


def test_infinite_likes_are_refused_and_said(workspace, tmp_path):
    likes = pa.array([float("inf"), float("nan"), 3.0])
    pq.write_table(
        pa.table({"post_id": ["1", "2", "3"], "account_id": ["a"] * 3, "likes": likes}),
        tmp_path / "posts.parquet",
    )
    report = import_files(workspace, tmp_path / "posts.parquet")
    assert workspace.store.query("select likes from posts order by post_id")["likes"].to_pylist() == [
        None,
        None,
        3,
    ]
    assert report.rejects["line"].to_pylist() == [1]


def test_a_column_mostly_beyond_every_calendar_stays_a_date_and_its_good_values_come_in(workspace, tmp_path):
    moments = pa.array([2**63 - 1, 2**62, -(2**62), 1_700_000_000_000], pa.timestamp("ms"))
    table = pa.table(
        {"post_id": ["1", "2", "3", "4"], "account_id": ["a"] * 4, "text": ["x"] * 4, "created_at": moments}
    )
    pq.write_table(table, tmp_path / "downloaded.parquet")
    report = import_files(workspace, tmp_path / "downloaded.parquet")
    found = workspace.store.query("select created_at from posts order by post_id")["created_at"].to_pylist()
    assert found[:3] == [None, None, None]
    assert str(found[3]) == "2023-11-14 22:13:20"
    assert report.rejects["column_name"].to_pylist() == ["created_at"] * 3
