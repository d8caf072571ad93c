"""Numbers, shares and dates as people write them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from influence.sources.base import ReadOptions
from influence.store.importing.transaction import import_files
from influence.store.workspace import to_day

NOW = datetime(2024, 5, 6, 7, 8, 9)


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _rows(workspace, sql: str) -> list[tuple]:
    return [tuple(row.values()) for row in workspace.store.query(sql).to_pylist()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12345", 12345), ('"12,345"', 12345), ("12.3K", 12300), ("1.2M", 1_200_000), ("1.2m", 1_200_000), ("0", 0),
        ("1e3", 1000), ("12.0", 12), ('"1,234,567"', 1_234_567), ("1.234.567", 1_234_567), ("12 345", 12345),
        ("+7", 7), ("", None), ("n/a", None), ("NULL", None), ("-", None), ("2.1B", 2_100_000_000),
        ("12.345", "refused"), ("abc", "refused"), ("1_000", "refused"), ("0x10", "refused"), ('"1,2,3"', "refused"),
        ("inf", "refused"), ("99999999999999999999", "refused"), ("12 5", "refused"), ("٣", "refused"),
    ],
)  # fmt: skip
def test_whole_numbers_as_people_write_them(workspace, tmp_path, text, expected):
    path = _file(tmp_path, "accounts.csv", f"handle,followers\nz,q\na,{text}\n")
    report = import_files(workspace, path, now=NOW)
    (value,) = _rows(workspace, "select followers from accounts where handle = 'a'")[0]
    refused = 3 in report.rejects["line"].to_pylist()
    assert (value, refused) == ((None, True) if expected == "refused" else (expected, False))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5%", 0.05),
        ("12.5 %", 0.125),
        ("0.4", 0.4),
        (".5", 0.5),
        ("1e-3", 0.001),
        ("0,25", 0.25),
        ("nan", None),
        ("", None),
    ],
)
def test_shares_and_percentages(workspace, tmp_path, text, expected):
    path = _file(tmp_path, "customers.csv", f'customer_id,margin_share\n1,"{text}"\n')
    assert import_files(workspace, path, now=NOW).rejects.num_rows == 0
    assert _rows(workspace, "select margin_share from customers") == [
        (expected if expected is None else pytest.approx(expected),)
    ]


def test_decimal_commas_told_or_recognised(workspace, tmp_path):
    path = _file(tmp_path, "customers.csv", "customer_id;revenue;orders\n1;1.234,50;12.345\n2;7,25;3\n")
    import_files(workspace, path, now=NOW)
    assert _rows(workspace, "select revenue, orders from customers order by customer_id") == [
        (1234.5, 12345),
        (7.25, 3),
    ]
    path = _file(tmp_path, "accounts.csv", "handle,followers\na,12.345\n")
    import_files(workspace, path, now=NOW, options=ReadOptions(decimal_comma=True))
    assert _rows(workspace, "select followers from accounts") == [(12345,)]


@pytest.mark.parametrize(
    ("text", "told", "expected"),
    [
        ("2024-01-31", None, datetime(2024, 1, 31)),
        ("2024-01-31 10:20", None, datetime(2024, 1, 31, 10, 20)),
        ("2024-01-31T10:20:30Z", None, datetime(2024, 1, 31, 10, 20, 30)),
        ("2024-01-31T23:20:30.5-05:00", None, datetime(2024, 2, 1, 4, 20, 30, 500000)),
        ("2024-01-31T10:20:30+0530", None, datetime(2024, 1, 31, 4, 50, 30)),
        ("2024-01-31 10:20:30 UTC", None, datetime(2024, 1, 31, 10, 20, 30)),
        ("1706696430", None, datetime(2024, 1, 31, 10, 20, 30)),
        ("1706696430000", None, datetime(2024, 1, 31, 10, 20, 30)),
        ("1706696430.5", None, datetime(2024, 1, 31, 10, 20, 30, 500000)),
        ("20240131", None, datetime(2024, 1, 31)),
        ("31 Jan 2024", None, datetime(2024, 1, 31)),
        ("January 31, 2024", None, datetime(2024, 1, 31)),
        ("Wed Jan 31 10:20:30 +0000 2024", None, datetime(2024, 1, 31, 10, 20, 30)),
        ("31/01/2024", None, datetime(2024, 1, 31)),
        ("03/04/2024", None, None),
        ("22-Sep-21", None, datetime(2021, 9, 22)),
        ("Sep 22, 2021, 10:05:32 AM UTC", None, datetime(2021, 9, 22, 10, 5, 32)),
        ("20210922T100532Z", None, datetime(2021, 9, 22, 10, 5, 32)),
        ("2024-05-01 09:00:00 EDT", None, datetime(2024, 5, 1, 13)),
        ("2024-05-01 09:00:00 +99:99", None, None),
        ("03/04/2024", "dmy", datetime(2024, 4, 3)),
        ("03/04/2024", "mdy", datetime(2024, 3, 4)),
        ("3.4.2024 10:20", "dmy", datetime(2024, 4, 3, 10, 20)),
        ("2024-01-31", "dmy", datetime(2024, 1, 31)),
        ("31|01|24", "%d|%m|%y", datetime(2024, 1, 31)),
        ("86400", "unix", datetime(1970, 1, 2)),
        ("2024-02-30", None, None),
        ("2024-01-31T10:20:30 Europe/Paris", None, None),
        ("epoch", None, None),
        ("infinity", None, None),
        ("9999-01-01", None, None),
        ("12", None, None),
    ],
)
@pytest.mark.parametrize("neighbour", ["", "x,zzz\n"], ids=["alone", "beside rubbish"])
def test_moments(workspace, tmp_path, text, told, expected, neighbour):
    path = _file(
        tmp_path,
        "posts.csv",
        f'post_id,account_id,created_at\n1,a,"{text}"\n' + neighbour.replace(",", ",b,"),
    )
    report = import_files(workspace, path, now=NOW, date_format=told)
    assert _rows(workspace, "select created_at from posts where post_id = '1'") == [(expected,)]
    assert (2 in report.rejects["line"].to_pylist()) is (expected is None)


@pytest.mark.parametrize("text", ["2024-01-31", "19753", "1706696430", "2024-01-31T10:00:00Z"])
def test_days(workspace, tmp_path, text):
    path = _file(tmp_path, "snapshots.csv", f"account_id,day,followers\na,{text},5\n")
    import_files(workspace, path, now=NOW)
    assert _rows(workspace, "select day from snapshots") == [(to_day(date(2024, 1, 31)),)]
