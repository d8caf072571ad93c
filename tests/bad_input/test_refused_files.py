"""Files that cannot be read at all: a clear message, exit code 1, and the workspace as it was."""

from __future__ import annotations

import gzip
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

Attempt = Callable[..., Any]
GOOD = b"handle,followers\nanna,12\nbob,7\n"
GEXF = '<gexf><graph defaultedgetype="directed"><nodes><node id="a"/><node id="b"/></nodes></graph></gexf>'
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE gexf [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><gexf><graph><nodes><node id="&c;"/></nodes></graph></gexf>'
)
EXTERNAL = (
    '<?xml version="1.0"?>\n<!DOCTYPE graphml [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
    '<graphml><graph><node id="&x;"/></graph></graphml>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
NOT_UTF8_TOML = b'about = "caf\xe9"\n[[table]]\nname = "accounts"\n'


def parquet_bytes(folder: Path) -> bytes:
    path = folder / "whole.parquet"
    pq.write_table(pa.table({"handle": ["anna"], "followers": [1]}), path)
    return path.read_bytes()


def workbook_bytes(folder: Path, rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    path = folder / "whole.xlsx"
    book.save(path)
    return path.read_bytes()


FILES: dict[str, tuple[str, bytes | Callable[[Path], bytes], str]] = {
    # kind: (file name, content, a part of the message)
    "an empty file": ("accounts.csv", b"", "empty"),
    "a file of blank lines": ("accounts.csv", b"\n\n  \n", "empty"),
    "a truncated gzip": ("accounts.csv.gz", gzip.compress(GOOD * 1000)[:-30], "breaks off"),
    "a gzip cut in its header": ("accounts.csv.gz", gzip.compress(GOOD)[:6], "breaks off"),
    "a gzip with damaged content": (
        "accounts.csv.gz",
        gzip.compress(GOOD * 50)[:20] + b"\xff" * 12 + gzip.compress(GOOD * 50)[32:],
        "damaged",
    ),
    "a picture called CSV": ("accounts.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a text file"),
    "a workbook called CSV": ("accounts.csv", lambda d: workbook_bytes(d, [["handle"], ["a"]]), "Office"),
    "zeros called CSV": ("accounts.csv", b"\0" * 5000, "not a text file"),
    "missing required headers": ("accounts.csv", b"shade,fans\nred,12\n", "accounts: account_id"),
    "no header at all": ("accounts.csv", b"14,12\n3,7\n8,9\n", "do not make a table"),
    "headers that make no table": ("stuff.csv", b"x,y,z\n1,2,3\n", "do not make a table"),
    "a quote that is never closed": (
        "accounts.csv",
        b'handle,bio\nanna,ok\nbob,"never\nends\nhere\n',
        "line 3",
    ),
    "an unknown ending": ("accounts.docx", GOOD, ".docx"),
    "a GEXF with an entity bomb": ("graph.gexf", BOMB.encode(), "never expanded"),
    "a GraphML with an external entity": ("graph.graphml", EXTERNAL.encode(), "line 2"),
    "a truncated GEXF": ("graph.gexf", GEXF.encode()[:70], "line 1, column"),
    "a truncated packed GEXF": ("graph.gexf.gz", gzip.compress(GEXF.encode())[:-12], "breaks off"),
    "HTML called GraphML": ("graph.graphml", b"<html><body>Not found</body></html>", "<html>"),
    "text called XLSX": ("accounts.xlsx", GOOD, "not a readable Excel workbook"),
    "a truncated XLSX": (
        "accounts.xlsx",
        lambda d: workbook_bytes(d, [["handle"], ["a"]])[:-40],
        "not a readable",
    ),
    "an XLSX with a password": (
        "accounts.xlsx",
        OLE + "EncryptedPackage".encode("utf-16-le") + OLE,
        "protected by a password",
    ),
    "an empty XLSX": ("accounts.xlsx", lambda d: workbook_bytes(d, []), "empty"),
    "a truncated Parquet": ("accounts.parquet", lambda d: parquet_bytes(d)[:-20], "damaged"),
    "text called Parquet": ("accounts.parquet", GOOD, "no Parquet file"),
    "JSON that is one scalar": ("accounts.json", b"42\n", "JSON object"),
    "a JSON array that breaks off": ("accounts.json", b'[{"handle": "anna"}, {"handle": "b', "JSON"),
    "JSON Lines of numbers": ("accounts.jsonl", b"1\n2\n3\n", "JSON object"),
    "an empty JSON file": ("accounts.jsonl", b"", "empty"),
    "a JSON array of nothing": ("accounts.json", b"[]", "JSON object"),
    "deeply nested JSON": ("accounts.json", b"[" * 100_000, "JSON"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_read_is_refused_by_name(kind: str, tmp_path: Path, attempt: Attempt) -> None:
    name, content, words = FILES[kind]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content(tmp_path))
    attempt(path).assert_refused(name, words)


@pytest.mark.parametrize("kind", ["a truncated gzip", "a truncated Parquet", "a quote that is never closed"])
def test_a_broken_file_takes_the_good_ones_beside_it_back(
    kind: str, tmp_path: Path, attempt: Attempt
) -> None:
    name, content, words = FILES[kind]
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "posts.csv").write_bytes(b"post_id,account_id,text\np1,anna,hi\n")
    (folder / name).write_bytes(content if isinstance(content, bytes) else content(tmp_path))
    attempt(folder).assert_refused(name, words)


def test_rows_before_the_break_of_a_long_gzip_are_not_kept(tmp_path: Path, attempt: Attempt) -> None:
    rows = "".join(f"handle{n},{n}\n" for n in range(400_000))
    path = tmp_path / "accounts.csv.gz"
    path.write_bytes(gzip.compress(b"handle,followers\n" + rows.encode(), 1)[:-1000])
    attempt(path).assert_refused("accounts.csv.gz", "breaks off")


def test_a_missing_path_is_named(tmp_path: Path, attempt: Attempt) -> None:
    attempt(tmp_path / "nowhere.csv").assert_refused("nowhere.csv")


def test_an_empty_folder_is_refused(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "empty").mkdir()
    attempt(tmp_path / "empty").assert_refused("empty")


def test_a_folder_called_like_a_file_is_refused(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "accounts.csv").mkdir()
    attempt(tmp_path / "accounts.csv").assert_refused("accounts.csv")


def test_a_folder_without_anything_readable_is_refused(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/notes.docx").write_bytes(b"x")
    attempt(tmp_path / "docs").assert_refused("docs")


def test_a_dangling_link_is_refused(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "accounts.csv").symlink_to(tmp_path / "gone.csv")
    attempt(tmp_path / "accounts.csv").assert_refused("accounts.csv")


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, attempt: Attempt) -> None:
    path = tmp_path / "accounts.csv"
    path.write_bytes(GOOD)
    path.chmod(0)
    attempt(path).assert_refused("accounts.csv")


def test_an_unknown_sheet_is_refused_with_those_there_are(tmp_path: Path, attempt: Attempt) -> None:
    path = tmp_path / "accounts.xlsx"
    path.write_bytes(workbook_bytes(tmp_path, [["handle", "followers"], ["anna", 1]]))
    attempt(path, "--sheet", "Bloggers").assert_refused("accounts.xlsx", "Bloggers", "one of: Sheet")


def test_a_zip_bomb_in_a_workbook_is_refused_unread(tmp_path: Path, attempt: Attempt) -> None:
    path = tmp_path / "accounts.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(5):
            with archive.open(f"xl/media/{n}.bin", "w", force_zip64=True) as file:
                for _ in range(16):
                    file.write(b"\0" * (1 << 20))
    data = path.read_bytes().replace((16 << 20).to_bytes(4, "little"), (0xF0000000).to_bytes(4, "little"))
    path.write_bytes(data)
    attempt(path).assert_refused("accounts.xlsx", "too large")


MAPPINGS: dict[str, tuple[bytes, str]] = {
    "not TOML": (b"[[table]\nname = accounts", "not valid TOML"),
    "not UTF-8": (NOT_UTF8_TOML, "not valid TOML"),
    "empty": (b"", "fills no table"),
    "an unknown key": (b'[[tables]]\nname = "accounts"\n', "did you mean 'table'?"),
    "an unknown table": (
        b'[[table]]\nname = "acounts"\ncolumns = {handle = "handle"}\n',
        "did you mean 'accounts'?",
    ),
    "an unknown target": (
        b'[[table]]\nname = "accounts"\ncolumns = {handle = "handle", folowers = "followers"}\n',
        "did you mean 'followers'?",
    ),
    "a column that the file lacks": (
        b'[[table]]\nname = "accounts"\ncolumns = {handle = "handel"}\n',
        "did you mean 'handle'?",
    ),
    "an unknown parser": (
        b'[[table]]\nname = "accounts"\n[table.columns]\nhandle = "handle"\n'
        b'followers = {column = "followers", parse = "x"}\n',
        "cannot be parsed so",
    ),
    "a required column unfilled": (b'[[table]]\nname = "posts"\ncolumns = {text = "handle"}\n', "post_id"),
    "a value of the wrong type": (
        b'platform = 3\n[[table]]\nname = "accounts"\ncolumns = {handle = "handle"}\n',
        "str",
    ),
    "from of the wrong type": (
        b'[[table]]\nname = "accounts"\nfrom = 3\ncolumns = {handle = "handle"}\n',
        "from",
    ),
    "a lookup in a file that is not there": (
        b'[[table]]\nname = "accounts"\n[table.columns]\n'
        b'handle = {column = "handle", lookup = {file = "names.csv", key = "id", value = "name"}}\n',
        "names.csv",
    ),
}


@pytest.mark.parametrize("kind", MAPPINGS)
def test_a_wrong_mapping_is_refused(kind: str, tmp_path: Path, attempt: Attempt) -> None:
    content, words = MAPPINGS[kind]
    (tmp_path / "accounts.csv").write_bytes(GOOD)
    (tmp_path / "map.toml").write_bytes(content)
    attempt(tmp_path / "accounts.csv", "--map", tmp_path / "map.toml").assert_refused(words)


def test_a_missing_mapping_is_refused(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "accounts.csv").write_bytes(GOOD)
    attempt(tmp_path / "accounts.csv", "--map", tmp_path / "no.toml").assert_refused("no.toml")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--encoding", "klingon"),
        ("--encoding", "base64"),
        ("--encoding", "rot13"),
        ("--delimiter", "ab"),
        ("--delimiter", '"'),
        ("--date-format", "yesterday"),
        ("--date-format", "%Q"),
    ],
)
def test_options_that_mean_nothing_are_refused(
    option: str, value: str, tmp_path: Path, attempt: Attempt
) -> None:
    (tmp_path / "accounts.csv").write_bytes(b"handle,followers,created_at\nanna,12,1.2.2020\n")
    attempt(tmp_path / "accounts.csv", option, value).assert_refused(value)
