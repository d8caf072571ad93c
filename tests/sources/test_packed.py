"""Files inside zip archives and packed files, read where they lie."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import zstandard

from influence.errors import SourceError
from influence.sources import packed
from influence.sources.opening import find_files, open_sources

LINES = b'{"username": "anna"}\n{"username": "ben"}\n'


def rows(path: Path) -> list[dict[str, Any]]:
    return [
        row for source in open_sources(path) for batch in source.batches() for row in batch.rows.to_pylist()
    ]


def zipped(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def workbook() -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held)
    book.add_worksheet().write_column(0, 0, ["username", "anna", "ben"])
    book.close()
    return held.getvalue()


def parquet() -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.table({"username": ["anna", "ben"]}), held)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"username\nanna\nben\n"), ("b.jsonl", LINES), ("c.xlsx", workbook()), ("d.parquet", parquet()),
        ("deep/in/e.json", b'[{"username": "anna"},\n {"username": "ben"}]'), ("f.jsonl.gz", b""),
    ],
)  # fmt: skip
def test_members_of_an_archive_are_read_where_they_lie(tmp_path: Path, name: str, data: bytes) -> None:
    import gzip

    path = zipped(tmp_path, {name: data or gzip.compress(LINES), "media/picture.jpg": b"\xff\xd8\xff"})
    files, left_out = find_files([path])
    assert [file.relative_to(path).as_posix() for file in files] == [name]
    assert [file.name for file in left_out] == ["picture.jpg"]
    assert [row["username"] for row in rows(files[0])] == ["anna", "ben"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["export.zip"]


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress, zstandard.compress])
@pytest.mark.parametrize("name", ["a.jsonl.zst", "RC_2021-05"])
def test_a_packed_file_is_known_by_its_first_bytes(tmp_path: Path, pack: Any, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(pack(LINES))
    assert rows(path) == [{"username": "anna"}, {"username": "ben"}]


def test_a_dump_with_a_long_window_is_read(tmp_path: Path) -> None:
    options = zstandard.ZstdCompressionParameters.from_level(1, window_log=27, enable_ldm=True)
    path = tmp_path / "RC_2021-05.zst"
    path.write_bytes(zstandard.ZstdCompressor(compression_params=options).compress(LINES))
    assert len(rows(path)) == 2


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress, zstandard.compress])
def test_a_packed_file_that_breaks_off_is_refused(tmp_path: Path, pack: Any) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(pack(b"".join(b'{"a": %d}\n' % (n * n) for n in range(20_000)))[:-40])
    with pytest.raises(SourceError, match="breaks off"):
        rows(path)


@pytest.mark.parametrize("ending", packed.TARS)
def test_members_of_a_tar_are_read_where_they_lie(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"archive{ending}"
    with tarfile.open(
        path, "w:" + {".tgz": "gz"}.get(ending, ending.removeprefix(".tar").lstrip("."))
    ) as archive:
        for name, data in (("./a.jsonl", LINES), ("deep/b.csv", b"username\ncleo\n"), ("media/c.png", b"x")):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    files, left = find_files([path])
    assert [file.name for file in files] == ["a.jsonl", "b.csv"]
    assert [file.name for file in left] == ["c.png"]
    assert [row["username"] for file in files for row in rows(file)] == ["anna", "ben", "cleo"]


def test_a_tar_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(gzip.compress(b"no tar at all " * 100)[:-20])
    with pytest.raises(SourceError, match="tar archive"):
        find_files([path])
    path.write_bytes(b"no tar at all")  # the library has a line for each way of packing it tried
    with pytest.raises(SourceError, match="tar archive") as refused:
        find_files([path])
    assert refused.value.seen == "file could not be opened successfully"


def test_no_zip_and_an_archive_of_pictures_are_refused(tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"PK nonsense")
    with pytest.raises(SourceError, match="no zip archive"):
        find_files([tmp_path / "no.zip"])
    with pytest.raises(SourceError, match="archive holds no file"):
        find_files([zipped(tmp_path, {"a.jpg": b"x"})])


def test_what_unpacks_to_a_thousand_times_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "MAX_BYTES", 1000)
    path = zipped(tmp_path, {"a.csv": b"0" * 10_000_000})
    with pytest.raises(SourceError, match="cannot be read"):
        open_sources(path / "a.csv")


def test_folders_in_a_folder_are_looked_into_where_it_holds_no_file_itself(tmp_path: Path) -> None:
    (tmp_path / "export" / "data").mkdir(parents=True)
    (tmp_path / "export" / "data" / "a.csv").write_text("username\nanna\n")
    (tmp_path / "export" / "index.html").write_text("")
    assert [file.name for file in find_files([tmp_path / "export"])[0]] == ["a.csv"]


def test_what_arrow_reads_is_no_object_of_pythons() -> None:
    data = b"a,b\n" * 3
    held = sys.getrefcount(data)
    reader = packed.lent(data)
    assert sys.getrefcount(data) == held
    assert reader.read() == data
