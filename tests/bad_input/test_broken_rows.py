"""Files with some bad rows or values: the good ones come in, the bad ones wait in rejects with their lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

Attempt = Callable[..., Any]
LONG = "x" * (10 << 20)

# kind: (content of accounts.csv, handles that come in, rejects as (line, column, part of the reason))
CASES: dict[str, tuple[bytes, list[str], list[tuple[int | None, str | None, str]]]] = {
    "bytes that are no UTF-8": (
        "handle,name\nanna,Ännä\nbob,Bøb\n".encode() + b"carl,C\xe4rl\ndora,D\n",
        ["anna", "bob", "dora"],
        [(4, "name", "UTF-8")],
    ),
    "rows with too few and too many values": (
        b"handle,followers\nanna,1\nbob\ncarl,3,4\ndora,5\n",
        ["anna", "dora"],
        [(3, None, "1 values where the header has 2"), (4, None, "3 values where the header has 2")],
    ),
    "a ragged last row without a line end": (
        b"handle,followers\nanna,1\nbob,2,3",
        ["anna"],
        [(3, None, "3 values")],
    ),
    "a negative count": (
        b"handle,followers\nanna,-5\nbob,7\n",
        ["anna", "bob"],
        [(2, "followers", "below the least value")],
    ),
    "a date of zeros": (
        b"handle,created_at\nanna,0000-00-00\nbob,2020-01-02\n",
        ["anna", "bob"],
        [(2, "created_at", "not a date")],
    ),
    "dates beyond every calendar": (
        b"handle,created_at\nanna,9999-12-31\nbob,99999999-01-01\ncarl,1e300\ndora,-5000\n",
        ["anna", "bob", "carl", "dora"],
        [(line, "created_at", "not a date") for line in (2, 3, 4, 5)],
    ),
    "dates that no month has": (
        b"handle,created_at\nanna,2021-02-30\nbob,2021-13-01\n",
        ["anna", "bob"],
        [(2, "created_at", "not a date"), (3, "created_at", "not a date")],
    ),
    "a local date that nobody told": (
        b"handle,created_at\nanna,03/04/2012\n",
        ["anna"],
        [(2, "created_at", "--date-format")],
    ),
    "numbers too large to be": (
        b"handle,followers\nanna,1e400\nbob,99999999999999999999999\ncarl,9223372036854775808\n",
        ["anna", "bob", "carl"],
        [(line, "followers", "not a whole number") for line in (2, 3, 4)],
    ),
    "infinite and fractional counts": (
        b"handle,followers,following\nanna,inf,1.5\nbob,-Infinity,2\n",
        ["anna", "bob"],
        [
            (2, "followers", "not a whole number"),
            (2, "following", "not a whole number"),
            (3, "followers", "below the least value"),
        ],
    ),
    "words where numbers should be": (
        b"handle,followers\nanna,many\nbob,=1+1\ncarl,12 or so\ndora,4\n",
        ["anna", "bob", "carl", "dora"],
        [(line, "followers", "not a whole number") for line in (2, 3, 4)],
    ),
    "ten megabytes in one field": (
        b"handle,bio\nanna,short\nbob," + LONG.encode() + b"\ncarl,short\n",
        ["anna", "bob", "carl"],
        [(3, "bio", "over 1,000,000")],
    ),
    "ten megabytes in one handle": (
        b"handle,bio\nanna,short\n" + LONG.encode() + b",x\ncarl,short\n",
        ["anna", "carl"],
        [(3, "handle", "512")],
    ),
    "control characters in a handle": (
        b"handle,followers\nan\x07na,1\nbob,2\n",
        ["bob"],
        [(2, "handle", "control characters")],
    ),
    "a handle of blanks": (
        b"handle,followers\n   ,1\nbob,2\n\xc2\xa0,3\n@,4\n",
        ["bob"],
        [(2, "handle", "figures without a name"), (4, "handle", "required"), (5, "handle", "")],
    ),
    "kinds and truths that are none": (
        b"handle,kind,is_private\nanna,wizard,maybe\nbob,blog,yes\n",
        ["anna", "bob"],
        [(2, "is_private", "neither yes nor no"), (2, "kind", "not one of")],
    ),
    "line breaks inside quotes before a bad row": (
        b'handle,bio,followers\nanna,"one\ntwo\n\nthree",1\nbob,"x\ny",-1\ncarl,z,-2\n',
        ["anna", "bob", "carl"],
        [(6, "followers", "least"), (8, "followers", "least")],
    ),
    "blank lines between the rows": (
        b"handle,followers\n\nanna,1\n\n\nbob,-2\n",
        ["anna", "bob"],
        [(6, "followers", "least")],
    ),
    "old Macintosh line ends": (
        b"handle,followers\ranna,1\rbob,-2\rcarl,3\r",
        ["anna", "bob", "carl"],
        [(3, "followers", "least")],
    ),
    "Windows line ends": (
        b"handle,followers\r\nanna,1\r\nbob,-2\r\n",
        ["anna", "bob"],
        [(3, "followers", "least")],
    ),
    "mixed delimiters": (
        b"handle,followers\nanna,1\nbob;2\ncarl,3\ndora\t4\n",
        ["anna", "carl"],
        [(3, None, "1 values"), (5, None, "1 values")],
    ),
    "a byte order mark in the middle of joined files": (
        b"\xef\xbb\xbfhandle,followers\nanna,1\n\xef\xbb\xbfbob,2\n",
        ["anna", "bob"],
        [],
    ),
    "a NUL byte in a text": (b"handle,bio\nanna,a\0b\nbob,c\n", ["anna", "bob"], []),
    "a NUL byte in a handle": (
        b"handle,bio\nan\0na,a\nbob,c\n",
        ["bob"],
        [(2, "handle", "control characters")],
    ),
    "UTF-16 without a byte order mark": (
        "handle,followers\nanna,1\nbob,-2\n".encode("utf-16-le"),
        ["anna", "bob"],
        [(3, "followers", "least")],
    ),
    "UTF-16 that ends in half a character": (
        "handle,followers\nanna,1\nbob,2\n".encode("utf-16")[:-1],
        ["anna", "bob"],
        [(3, "followers", "not a whole number")],
    ),
    "Latin-1": ("handle,name\nanna,Ännä\nbob,Größe\n".encode("latin-1"), ["anna", "bob"], []),
    "an Excel delimiter line": (
        b"sep=;\nhandle;followers\nanna;1\nbob;-2\n",
        ["anna", "bob"],
        [(4, "followers", "")],
    ),
    "formulas, emoji, scripts and direction marks as handles": (
        "handle,followers\n=cmd|' /C calc'!A0,1\n+1,2\n🥕,3\nيلى,4\nab\u202ecd,5\nanna lee,6\n".encode(),
        ["+1", "=cmd|' /C calc'!A0", "abcd", "anna lee", "يلى"],
        [(4, "handle", "names no account")],
    ),
    "the same account twice": (b"handle,followers\nanna,1\nANNA,2\n@anna,3\n", ["anna"], []),
}


@pytest.mark.parametrize("kind", CASES)
def test_good_rows_come_in_and_bad_ones_are_kept_with_their_line(
    kind: str, tmp_path: Path, attempt: Attempt
) -> None:
    content, handles, rejects = CASES[kind]
    (tmp_path / "accounts.csv").write_bytes(content)
    outcome = attempt(tmp_path / "accounts.csv")
    assert outcome.code == 0
    assert outcome.handles == handles
    outcome.assert_rejects(*rejects)
    assert len(outcome.after["posts"]) == 1, "what was there before is still there"


@pytest.mark.parametrize("kind", ["a negative count", "rows with too few and too many values"])
def test_the_message_names_file_line_and_reason(kind: str, tmp_path: Path, attempt: Attempt) -> None:
    content, _, rejects = CASES[kind]
    (tmp_path / "accounts.csv").write_bytes(content)
    said = attempt(tmp_path / "accounts.csv").said
    for line, column, reason in rejects:
        assert f"accounts.csv, line {line}" in said
        assert (column or "") in said
        assert reason in said


def test_importing_a_bad_file_again_does_not_double_its_rejects(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "accounts.csv").write_bytes(CASES["rows with too few and too many values"][0])
    first, second = attempt(tmp_path / "accounts.csv"), attempt(tmp_path / "accounts.csv")
    assert second.rejects == first.rejects
    assert second.after["accounts"] == first.after["accounts"]


def test_a_corrected_file_clears_its_rejects(tmp_path: Path, attempt: Attempt) -> None:
    path = tmp_path / "accounts.csv"
    path.write_bytes(b"handle,followers\nanna,-1\n")
    assert len(attempt(path).rejects) == 1
    path.write_bytes(b"handle,followers\nanna,1\n")
    outcome = attempt(path)
    assert outcome.rejects == []
    assert outcome.after["accounts"][0]["followers"] == 1


def test_duplicate_headers_keep_the_first_and_say_so(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "accounts.csv").write_bytes(b"handle,followers,followers\nanna,1,2\n")
    outcome = attempt(tmp_path / "accounts.csv")
    assert outcome.code == 0
    assert outcome.account("anna")["followers"] == 1
    assert "two columns are called 'followers'" in outcome.err


def test_a_header_without_rows_is_no_success(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "accounts.csv").write_bytes(b"handle,followers\n")
    outcome = attempt(tmp_path / "accounts.csv")
    assert outcome.code == 1
    assert "accounts.csv holds no rows" in outcome.err
    assert outcome.after["accounts"] == outcome.before["accounts"]


def test_a_file_of_nothing_but_bad_rows_is_no_success_and_its_rows_are_kept(
    tmp_path: Path, attempt: Attempt
) -> None:
    (tmp_path / "accounts.csv").write_bytes(b"handle,followers\nanna\nbob\n")
    outcome = attempt(tmp_path / "accounts.csv")
    assert outcome.code == 1
    assert outcome.after["accounts"] == outcome.before["accounts"]
    outcome.assert_rejects((2, None, "1 values"), (3, None, "1 values"))


def test_thousands_of_columns_are_read_and_the_known_ones_kept(tmp_path: Path, attempt: Attempt) -> None:
    extra = [f"extra {n}" for n in range(5000)]
    rows = [["handle", *extra, "followers"], ["anna", *extra, "3"]]
    (tmp_path / "accounts.csv").write_text("\n".join(",".join(row) for row in rows) + "\n")
    outcome = attempt(tmp_path / "accounts.csv")
    assert outcome.account("anna")["followers"] == 3
    assert len(outcome.said) < 5000, "the list of unused columns is cut"


def test_a_plain_file_that_calls_itself_packed_is_read(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "accounts.csv.gz").write_bytes(b"handle,followers\nanna,1\n")
    assert attempt(tmp_path / "accounts.csv.gz").handles == ["anna"]


def test_broken_json_lines_are_rejects_with_their_line(tmp_path: Path, attempt: Attempt) -> None:
    lines = [
        '{"handle": "anna", "followers": 1}',
        '{"handle": "bob", ',
        "[1, 2]",
        "null",
        "",
        '{"handle": "carl"}',
    ]
    (tmp_path / "accounts.jsonl").write_text("\n".join(lines))
    outcome = attempt(tmp_path / "accounts.jsonl")
    assert outcome.handles == ["anna", "carl"]
    outcome.assert_rejects(*((line, None, "not a JSON object") for line in (2, 3, 4)))


def test_odd_json_values_are_read_or_refused_one_by_one(tmp_path: Path, attempt: Attempt) -> None:
    values = [1e400, 12.5, True, None, [1], {"a": 1}, "7", 2**70]
    rows = [json.dumps({"handle": f"h{n}", "followers": value}) for n, value in enumerate(values)]
    (tmp_path / "accounts.jsonl").write_text("\n".join(rows) + '\n{"handle": "h\\ud800", "followers": 1}\n')
    outcome = attempt(tmp_path / "accounts.jsonl")
    assert outcome.code == 0
    assert outcome.account("h6")["followers"] == 7
    assert {line for line, column, _ in outcome.rejects if column == "followers"} >= {1, 2, 3, 5, 8}
    assert len(outcome.handles) == 9


def test_json_whose_keys_repeat_or_nest_deeply_is_read(tmp_path: Path, attempt: Attempt) -> None:
    deep = '{"handle": "deep", "x": ' + "[" * 5000 + "]" * 5000 + "}"
    twice = '{"handle": "first", "handle": "second"}'
    (tmp_path / "accounts.jsonl").write_text(f"{deep}\n{twice}\n" + '{"handle": "anna"}\n')
    outcome = attempt(tmp_path / "accounts.jsonl")
    assert "anna" in outcome.handles
    assert "second" in outcome.handles


def test_nested_parquet_columns_do_not_stop_the_others(tmp_path: Path, attempt: Attempt) -> None:
    table = pa.table(
        {
            "handle": ["anna", "bob"],
            "followers": pa.array([[1, 2], [3]], pa.list_(pa.int64())),
            "bio": pa.array([{"a": 1}, None], pa.struct([("a", pa.int64())])),
            "following": pa.array([3, 4], pa.uint64()),
        }
    )
    pq.write_table(table, tmp_path / "accounts.parquet")
    outcome = attempt(tmp_path / "accounts.parquet")
    assert outcome.handles == ["anna", "bob"]
    assert outcome.account("anna")["following"] == 3
    assert [(line, column) for line, column, _ in outcome.rejects] == [(1, "followers"), (2, "followers")]


def test_parquet_values_beyond_the_contract_are_rejects(tmp_path: Path, attempt: Attempt) -> None:
    table = pa.table(
        {
            "handle": ["anna", "bob", None],
            "followers": pa.array([float("nan"), float("inf"), 3.0]),
            "following": pa.array([2**64 - 1, 5, 6], pa.uint64()),
            "created_at": pa.array([-(10**18), 0, 10**18], pa.timestamp("us")),
        }
    )
    pq.write_table(table, tmp_path / "accounts.parquet")
    outcome = attempt(tmp_path / "accounts.parquet")
    assert outcome.handles == ["anna", "bob"]
    assert outcome.account("anna")["followers"] is None
    assert (1, "following") in [row[:2] for row in outcome.rejects]
    assert (1, "created_at") in [row[:2] for row in outcome.rejects]
    assert (3, "handle") in [row[:2] for row in outcome.rejects]


def test_merged_cells_stand_for_every_row_they_cover(tmp_path: Path, attempt: Attempt) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "posts"
    for row in [
        ["Spring export", None, None],
        ["post_id", "account_id", "likes"],
        ["a", "anna", 1],
        ["b", None, -2],
    ]:
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("B3:B4")
    book.save(tmp_path / "export.xlsx")
    outcome = attempt(tmp_path / "export.xlsx")
    assert {(row["post_id"], row["account_id"]) for row in outcome.after["posts"]} >= {
        ("a", "web:anna"),
        ("b", "web:anna"),
    }
    outcome.assert_rejects((4, "likes", "least"))


def test_a_graph_edge_without_an_end_is_a_reject_with_its_line(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "graph.gexf").write_text(
        '<gexf><graph defaultedgetype="directed">\n<nodes><node id="anna"/><node id="bob"/></nodes>\n<edges>\n'
        '<edge source="anna" target="bob"/>\n<edge source="anna"/>\n</edges></graph></gexf>\n'
    )
    outcome = attempt(tmp_path / "graph.gexf")
    ties = {(row["follower_id"], row["followee_id"]) for row in outcome.after["follows"]}
    assert ties == {("web:anna", "web:bob")}
    outcome.assert_rejects((5, None, "without a source or a target"))


def test_a_told_date_format_reads_what_was_refused_without_it(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "accounts.csv").write_bytes(b"handle,created_at\nanna,03/04/2012\nbob,31/12/2012\n")
    outcome = attempt(tmp_path / "accounts.csv", "--date-format", "dmy")
    assert outcome.rejects == []
    assert str(outcome.account("anna")["created_at"]).startswith("2012-04-03")
