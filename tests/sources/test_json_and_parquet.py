"""JSON Lines and Parquet."""

from __future__ import annotations

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from influence.errors import SourceError
from influence.sources.opening import open_sources


def _read(path):
    (source,) = open_sources(path)
    rows, lines, rejects = [], [], []
    for batch in source.batches():
        rows += batch.rows.to_pylist()
        lines += batch.lines.tolist()
        rejects += list(batch.rejects)
    return source, rows, lines, rejects


def test_objects_become_rows_and_broken_lines_rejects(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text(
        '{"id": 1, "ok": true}\n\n{broken\n[1]\n{"id": "x", "user": {"name": "anna"}, "tags": ["a", "ü"]}\n'
    )
    source, rows, lines, rejects = _read(path)
    assert source.headers == ("id", "ok", "user.name", "tags")
    assert rows == [
        {"id": "1", "ok": "true", "user.name": None, "tags": None},
        {"id": "x", "ok": None, "user.name": "anna", "tags": '["a", "ü"]'},
    ]
    assert lines == [1, 5]
    assert [reject.line for reject in rejects] == [3, 4]


def test_text_that_looks_like_a_date_or_number_stays_as_it_is(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text('{"id": "007", "text": "2012-01-01"}\n')
    assert _read(path)[1] == [{"id": "007", "text": "2012-01-01"}]


def test_an_array_of_objects_is_read(tmp_path):
    path = tmp_path / "posts.json"
    path.write_text(json.dumps([{"a": 1}, 5, {"a": None}]))
    _, rows, lines, rejects = _read(path)
    assert (rows, lines, [r.line for r in rejects]) == ([{"a": "1"}, {"a": None}], [1, 3], [2])


def test_packed_json_lines_are_read_and_truncated_ones_refused(tmp_path):
    packed = gzip.compress(b"".join(b'{"a": %d}\n' % (k * k) for k in range(20_000)))
    path = tmp_path / "posts.jsonl.gz"
    path.write_bytes(packed)
    assert len(_read(path)[1]) == 20_000
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(SourceError, match="breaks off"):
        _read(path)


@pytest.mark.parametrize("text", ["", "  \n", "[1, 2", "nonsense\n", "[]"])
def test_files_without_objects_are_refused(tmp_path, text):
    path = tmp_path / "posts.json"
    path.write_text(text)
    with pytest.raises(SourceError):
        _read(path)


def test_deep_nesting_and_lone_surrogates_do_no_harm(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text('{"a": "\\ud800x"}\n' + '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}\n")
    _, rows, _, rejects = _read(path)
    assert rows[0] == {"a": "?x"}
    assert len(rows) + len(rejects) == 2


def test_parquet_keeps_its_types_and_numbers_its_records(tmp_path):
    path = tmp_path / "posts.parquet"
    pq.write_table(pa.table({"a": [1, 2, 3], "b": ["x", None, "z"]}), path)
    source, rows, lines, _ = _read(path)
    assert source.only(("b",)).headers == ("a", "b")
    assert rows == [{"a": 1, "b": "x"}, {"a": 2, "b": None}, {"a": 3, "b": "z"}]
    assert lines == [1, 2, 3]
    assert [b.rows.schema.names for b in source.only(("b",)).batches()] == [["b"]]


def test_a_truncated_parquet_file_is_refused(tmp_path):
    path = tmp_path / "posts.parquet"
    pq.write_table(pa.table({"a": list(range(1000))}), path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(SourceError, match="damaged"):
        open_sources(path)


def test_damage_inside_a_parquet_file_is_refused(tmp_path):
    path = tmp_path / "posts.parquet"
    pq.write_table(pa.table({"a": [str(k) for k in range(5000)]}), path)
    data = bytearray(path.read_bytes())
    data[10:2000] = bytes(1990)
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match="damaged"):
        _read(path)


ALIKE = [{"id": f"x{n}", "text": 'über "q"\n', "n": n, "ok": n % 2 == 0} for n in range(6)]
ODD = (
    b'{"id": "a", "id": "b", "n": 1}', b'{"id": "NaN", "n": NaN}', b'{"id": "\xff", "n": 1}', b"[1]", b"", b"{broken",
    b'{"id": "c", "n": 1e3}', b'{"id": "d", "n": -0}', b'{"id": "e", "n": 1180591620717411303424}',
    b'{"id": "f", "n": "7"}', b'{"id": 8, "n": null}', b'{"id": "\\ud800", "late": 1}', b'{"id": "2024-01-01"},',
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_lines_decoded_at_once_are_as_those_read_one_by_one(tmp_path, monkeypatch, odd):
    from influence.sources import jsonfiles

    path = tmp_path / "posts.jsonl"
    alike = [json.dumps(record, ensure_ascii=False).encode() for record in ALIKE]
    path.write_bytes(b"\n".join([*alike, odd, *alike]) + b"\n")
    monkeypatch.setattr(jsonfiles, "BLOCK_BYTES", 1)
    monkeypatch.setattr(jsonfiles, "at_once", lambda lines, headers: None)
    _, rows, lines, rejects = _read(path)
    monkeypatch.undo()
    for size in (1, 120, 1 << 20):
        monkeypatch.setattr(jsonfiles, "BLOCK_BYTES", size)
        source, *others = _read(path)
        assert others[:2] == [rows, lines]
        assert sorted(map(repr, others[2])) == sorted(map(repr, rejects))
    assert jsonfiles.at_once([line + b"\n" for line in alike], source.headers[:4]) is not None
