"""CSV and TSV: layout and encoding recognised, lines counted, nothing lost silently."""

from __future__ import annotations

import codecs
import gzip
from itertools import islice
from pathlib import Path

import pytest

from influence.errors import SourceError
from influence.sources import delimited
from influence.sources.base import ReadOptions
from influence.sources.opening import find_files, open_sources


def _write(folder: Path, data: bytes | str, name: str = "posts.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def _read(path: Path, **told):
    (source,) = open_sources(path, ReadOptions(**told))
    rows, lines, rejects = [], [], []
    for batch in source.batches():
        rows += [tuple(row.values()) for row in batch.rows.to_pylist()]
        lines += batch.lines.tolist()
        rejects += list(batch.rejects)
    return source, rows, lines, rejects


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognised(tmp_path, sign):
    path = _write(tmp_path, f"a{sign}b\n1{sign}x y\n2{sign}z\n")
    _, rows, lines, _ = _read(path)
    assert rows == [("1", "x y"), ("2", "z")]
    assert lines == [2, 3]


def test_commas_inside_text_do_not_win_over_the_tab(tmp_path):
    path = _write(tmp_path, "a\tb\n1\tone, two, three\n2\tfour, five, six\n")
    assert _read(path)[1] == [("1", "one, two, three"), ("2", "four, five, six")]


@pytest.mark.parametrize(
    ("codec", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("cp1252", b""),
    ],
)
def test_the_encoding_is_recognised(tmp_path, codec, mark):
    path = _write(tmp_path, mark + "handle,text\nzoë,café au lait\nanna,plain old words\n".encode(codec))
    source, rows, _, _ = _read(path)
    assert source.headers == ("handle", "text")
    assert rows[0] == ("zoë", "café au lait")


def test_a_told_encoding_is_believed(tmp_path):
    path = _write(tmp_path, "handle\nжуравль\n".encode("cp1251"))
    assert _read(path, encoding="cp1251")[1] == [("журавль",)]


def test_an_unknown_encoding_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no such encoding"):
        _read(_write(tmp_path, "a\n1\n"), encoding="klingon")


def test_lines_count_quoted_line_breaks_and_blank_lines(tmp_path):
    path = _write(tmp_path, '\n\na,b\n1,"x\ny\nz"\n\n2,w\n3\n4,"p\nq",extra\n5,v\n6\n')
    _, rows, lines, rejects = _read(path)
    named = {row[0]: line for row, line in zip(rows, lines, strict=True) if row[0]}
    assert named == {"1": 4, "2": 8, "5": 12}
    assert [(reject.line, reject.reason) for reject in rejects] == [
        (9, "1 values where the header has 2"),
        (10, "3 values where the header has 2"),
        (13, "1 values where the header has 2"),
    ]


def test_lines_are_right_far_into_a_file_of_many_blocks(tmp_path):
    filler = "x" * 900
    body = [
        f'{k},"{filler}\n"' if k % 7 == 0 else (f"{k}" if k % 11 == 0 else f"{k},{filler}")
        for k in range(1, 30_001)
    ]
    path = _write(tmp_path, "a,b\n" + "\n".join(body) + "\n")
    expected, line = {}, 2
    for k in range(1, 30_001):
        expected[str(k)] = line
        line += 2 if k % 7 == 0 else 1
    _, rows, lines, rejects = _read(path)
    assert path.stat().st_size > 2 * (8 << 20)
    assert {row[0]: at for row, at in zip(rows, lines, strict=True)} == {
        k: at for k, at in expected.items() if int(k) % 11 or int(k) % 7 == 0
    }
    assert {r.value: r.line for r in rejects} == {
        k: expected[k] for k in expected if int(k) % 11 == 0 and int(k) % 7
    }


def test_a_row_larger_than_a_block_is_read_once_and_whole(tmp_path):
    rows_before = "".join(f"{k},small\n" for k in range(700_000))
    path = _write(tmp_path, "a,b\n" + rows_before + '9,"' + "z" * (10 << 20) + '"\n8,last\n')
    _, rows, lines, rejects = _read(path)
    assert len(rows) == 700_002
    assert len(rows[-2][1]) == 10 << 20
    assert lines == list(range(2, 700_004))
    assert not rejects


def test_a_quote_that_is_never_closed_names_its_line(tmp_path):
    path = _write(tmp_path, 'a,b\n1,x\n2,"y\n3,z\n4,w\n')
    with pytest.raises(SourceError, match=r"never closed[\s\S]*line 3"):
        _read(path)


def test_a_stray_quote_inside_a_value_is_only_a_character(tmp_path):
    assert _read(_write(tmp_path, 'a,b\n1,5" pipe\n2,x\n'))[1] == [("1", '5" pipe'), ("2", "x")]


def test_rows_with_bytes_of_another_encoding_are_refused_alone(tmp_path):
    good = "".join(f"{k},café\n" for k in range(50)).encode()
    path = _write(tmp_path, b"a,b\n" + good + b"x,caf\xe9\n" + good)
    _, rows, _, rejects = _read(path)
    assert len(rows) == 100
    assert [(reject.line, reject.column) for reject in rejects] == [(52, "b")]


def test_repeated_and_missing_headers_get_names(tmp_path):
    source, rows, _, _ = _read(_write(tmp_path, "a,,a\n1,2,3\n"))
    assert source.headers == ("a", "column_2", "a_2")
    assert len(source.notes) == 2
    assert rows == [("1", "2", "3")]


def test_excels_sep_line_is_no_header(tmp_path):
    source, rows, lines, _ = _read(_write(tmp_path, "sep=;\r\na;b\r\n1;2\r\n"))
    assert (source.headers, rows, lines) == (("a", "b"), [("1", "2")], [3])


def test_packed_files_are_unpacked(tmp_path):
    path = _write(tmp_path, gzip.compress(b"a,b\n1,2\n"), "posts.csv.gz")
    assert _read(path)[1] == [("1", "2")]


def test_a_truncated_packed_file_breaks_off_with_a_message(tmp_path):
    import random

    rng = random.Random(1)
    packed = gzip.compress("".join(f"{rng.random()},{rng.random()}\n" for _ in range(50_000)).encode())
    path = _write(tmp_path, packed[: len(packed) // 2], "posts.csv.gz")
    with pytest.raises(SourceError, match="breaks off"):
        _read(path)


@pytest.mark.parametrize("data", [b"", b"\n\n\n", codecs.BOM_UTF8])
def test_an_empty_file_is_said_to_be_empty(tmp_path, data):
    with pytest.raises(SourceError, match="empty"):
        _read(_write(tmp_path, data))


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_header_alone_gives_no_rows(tmp_path, end):
    source, rows, _, rejects = _read(_write(tmp_path, "a,b" + end))
    assert (source.headers, rows, rejects) == (("a", "b"), [], [])


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04rest", b"PAR1" + bytes(50), bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n"]
)
def test_a_binary_file_called_csv_is_refused(tmp_path, data):
    with pytest.raises(SourceError, match="not a text file"):
        _read(_write(tmp_path, data))


def test_old_mac_and_windows_line_ends_are_read(tmp_path):
    assert _read(_write(tmp_path, b"a,b\r1,2\r3,4\r"))[1] == [("1", "2"), ("3", "4")]
    assert _read(_write(tmp_path, b"a,b\r\n1,2\r\n3,4"))[1] == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("h;n\na;1,5\nb;2,25\n", True),
        ("h;n\na;1.5\nb;2.25\n", False),
        ("h;n\na;1.234.567\n", True),
        ("h;n\na;7\n", False),
    ],
)
def test_the_decimal_comma_is_recognised(tmp_path, text, expected):
    assert _read(_write(tmp_path, text))[0].decimal_comma is expected


def test_an_empty_folder_and_a_missing_file_are_named(tmp_path):
    with pytest.raises(SourceError, match="no file that can be read"):
        find_files([tmp_path])
    _write(tmp_path, "a\n1\n", "posts.csv")
    with pytest.raises(SourceError, match=r"did you mean 'posts.csv'"):
        find_files([tmp_path / "post.csv"])
    with pytest.raises(SourceError, match="this ending"):
        find_files([_write(tmp_path, "x", "notes.docx")])


@pytest.mark.parametrize("wanted", [1, None])
def test_no_thread_holds_a_file_that_is_read_or_left(tmp_path, monkeypatch, wanted):
    path = tmp_path / "accounts.csv"
    path.write_text("handle,bio\n" + "anna,bakes\n" * 20, "utf-8")
    held = []
    for kind in (delimited._Lent, delimited._Piece):
        monkeypatch.setattr(kind, "__del__", lambda one, gone=kind.__del__: (held.append(-1), gone(one)))
    made = delimited._Loans.add
    monkeypatch.setattr(
        delimited._Loans, "add", lambda loans, n: (held.append(n) if n > 0 else None, made(loans, n))
    )
    for _ in range(300):
        batches = open_sources(path)[0].batches()
        list(islice(batches, wanted))
        batches.close()
        assert sum(held) == 0
    assert len(held) >= 300 * 6
