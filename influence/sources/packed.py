"""Bytes of a file whatever it is packed in: gzip, zstd, bzip2, xz, or a member of a zip or tar archive.

A member of an archive has a path of its own, ``export.zip/data/tweets.js``, and is read where it lies: nothing of
what people exported is unpacked on disk. How a file is packed is told by its first bytes, not by its name.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

from influence.errors import SourceError
from influence.sources.base import Span

ENDINGS = (".gz", ".zst", ".bz2", ".xz")
TARS = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
MAX_MEMBERS = 200_000
MAX_WHOLE_BYTES = 1 << 30
MAX_RATIO, MAX_BYTES = 1000, 1 << 30
ZSTD_PIECE = 1 << 13
"""Bytes unpacked at a time: at worst a few hundred megabytes come of them."""

PART_PIECE = 1 << 20
MAX_WINDOW = 1 << 31
"""What dumps packed with ``zstd --ultra --long=31`` need."""


class Flow(io.RawIOBase):
    """Bytes that come piece by piece as a stream, which closes what they are read from."""

    def __init__(self, pieces: Iterator[bytes], source: IO[bytes]) -> None:
        self._pieces, self._source = pieces, source
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count

    def close(self) -> None:
        self._source.close()
        super().close()


def flowing(pieces: Iterator[bytes], source: IO[bytes]) -> IO[bytes]:
    """`Flow`, read ahead."""
    return io.BufferedReader(Flow(pieces, source), 1 << 20)


def _unzstd(file: IO[bytes]) -> Iterator[bytes]:
    """Unpacks zstd frame by frame. The library's own stream reader takes a frame that breaks off for a whole one."""
    import zstandard

    begin = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).decompressobj
    frame = begin()
    while piece := (frame.unused_data if frame.eof else b"") or file.read(ZSTD_PIECE):
        frame = begin() if frame.eof else frame
        try:
            yield frame.decompress(piece)
        except zstandard.ZstdError as error:
            raise EOFError(str(error)) from error
    if not frame.eof:
        raise EOFError("the last frame is not whole")


UNPACKERS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"\x28\xb5\x2f\xfd": lambda file: flowing(_unzstd(file), file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
}
"""First bytes -> what unpacks them."""

TRUNCATED = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError)


def open_binary(path: Path) -> IO[bytes]:
    """Open `path` for reading bytes, unpacked."""
    raw = open_raw(path)
    try:
        with unbroken(path):
            magic = raw.peek(6)[:6]
    except SourceError:
        raw.close()
        raise
    unpack = next((unpack for mark, unpack in UNPACKERS.items() if magic.startswith(mark)), None)
    return raw if unpack is None else _owning(unpack(raw), raw)


def open_part(path: Path, span: Span) -> IO[bytes]:
    """Open a part of a file that is not packed (`is_plain`)."""
    file = open_raw(path)
    file.seek(span.start)
    ends = [*range(span.start, span.stop, PART_PIECE), span.stop]
    return flowing((file.read(stop - start) for start, stop in pairwise(ends)), file)


def is_plain(path: Path) -> bool:
    """Whether a file lies on a disk as it is read, so that it can be read from its middle."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        magic = file.read(6)
    return not any(magic.startswith(mark) for mark in UNPACKERS)


@contextmanager
def unbroken(path: Path) -> Iterator[None]:
    """What is read of a file here; SourceError where it is packed, and ends too early or is damaged."""
    try:
        yield
    except TRUNCATED as error:
        raise SourceError(
            "the packed file breaks off or is damaged",
            where=str(path),
            seen=str(error) or type(error).__name__,
            hint="copy or download it again; nothing of it was imported",
        ) from error


def members(archive: Path) -> list[Path]:
    """Paths of the files in an archive, by name."""
    names = list(_sizes(archive, archive.stat().st_mtime_ns))
    if len(names) > MAX_MEMBERS:
        raise SourceError(
            "this archive holds too many files",
            where=str(archive),
            seen=len(names),
            expected=f"{MAX_MEMBERS:,}",
        )
    return [archive / name for name in sorted(names) if not set(name.split("/")) & {"..", "", "__MACOSX"}]


def is_archive(path: Path) -> bool:
    """Whether a path bears the ending of an archive."""
    return path.name.lower().endswith((".zip", *TARS))


@lru_cache(maxsize=8)
def _sizes(archive: Path, changed: int) -> dict[str, int]:
    """Name and bytes of each file in an archive (as it was when `changed`); a tar is read through for that."""
    if archive.name.lower().endswith(".zip"):
        with _zip(archive) as opened:
            return {item.filename: item.file_size for item in opened.infolist() if not item.is_dir()}
    try:
        with tarfile.open(archive) as tar:
            return {item.name.removeprefix("./"): item.size for item in tar if item.isfile()}
    except (OSError, *TRUNCATED) as error:
        raise SourceError(
            "this is no tar archive that can be read",
            where=str(archive),
            seen=str(error).partition(":\n")[0],
            hint="fetch it again",
        ) from error


def exists(path: Path) -> bool:
    """Whether there is a file of this path, on disk or in an archive."""
    return path.is_file() or _archive_of(path) is not None


def size(path: Path) -> int:
    """Bytes of the file as it lies."""
    archive = None if path.is_file() else _archive_of(path)
    if archive is None:
        return path.stat().st_size
    return _sizes(archive, archive.stat().st_mtime_ns)[path.relative_to(archive).as_posix()]


def position(file: IO[bytes]) -> float:
    """How many bytes of a file, as it lies there, were read; 0 where that is not known."""
    inner = getattr(file, "raw", file)
    inner = getattr(inner, "_source", inner)
    inner = getattr(inner, "fileobj", None) or inner
    try:
        return float(inner.tell())
    except (OSError, ValueError, AttributeError):
        return 0.0


def seekable(path: Path) -> Any:
    """What readers of whole files take: the path itself, or the bytes of a member of an archive."""
    if path.is_file():
        return path
    if size(path) > MAX_WHOLE_BYTES:
        raise SourceError(
            "this file is too large to be read inside its archive", where=str(path), hint="unpack it"
        )
    with open_binary(path) as file:
        return io.BytesIO(file.read())


def lent(data: bytes) -> Any:
    """`data` in Arrow's own memory: were a thread of Arrow to let go of it as Python ends, the process would abort."""
    import pyarrow as pa

    return pa.BufferReader(pa.array([data], pa.large_binary()).buffers()[2])


def _archive_of(path: Path) -> Path | None:
    return next((parent for parent in path.parents if is_archive(parent) and parent.is_file()), None)


def open_raw(path: Path) -> Any:
    """Open `path` for reading its bytes as they lie, packed or not."""
    archive = None if path.is_file() else _archive_of(path)
    try:
        return path.open("rb") if archive is None else _open_member(archive, path)
    except OSError as error:
        raise SourceError("the file cannot be opened", where=str(path), seen=error.strerror) from error


def _open_member(archive: Path, path: Path) -> Any:
    if not archive.name.lower().endswith(".zip"):
        return _open_in_tar(archive, path)
    opened = _zip(archive)
    try:
        item = opened.getinfo(path.relative_to(archive).as_posix())
        if item.file_size > MAX_BYTES and item.file_size > MAX_RATIO * max(item.compress_size, 1):
            raise ValueError(f"{item.file_size:,} bytes packed into {item.compress_size:,}")
        return _owning(io.BufferedReader(opened.open(item), 1 << 20), opened)  # type: ignore[type-var]
    except (KeyError, ValueError, RuntimeError, NotImplementedError, *TRUNCATED) as error:
        opened.close()
        raise SourceError(
            "this file of the archive cannot be read",
            where=str(path),
            seen=str(error),
            hint="unpack the archive, and import its folder",
        ) from error


def _open_in_tar(archive: Path, path: Path) -> Any:
    """A member of a tar, read whole: what is packed as one stream cannot be read twice from its middle."""
    name, n_bytes = path.relative_to(archive).as_posix(), size(path)
    if n_bytes > MAX_WHOLE_BYTES or n_bytes > MAX_RATIO * max(
        archive.stat().st_size, MAX_WHOLE_BYTES // MAX_RATIO
    ):
        raise SourceError(
            "this file is too large to be read inside its archive", where=str(path), hint="unpack it"
        )
    with tarfile.open(archive) as tar:
        found = next(item for item in tar if item.isfile() and item.name.removeprefix("./") == name)
        held = tar.extractfile(found)
        return io.BufferedReader(io.BytesIO(held.read() if held else b""), 1 << 20)


def _zip(archive: Path) -> zipfile.ZipFile:
    try:
        with archive.open("rb") as file:
            zipfile.ZipFile(file).close()  # of a damaged directory the library leaves the file open
        return zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError(
            "this is no zip archive that can be read",
            where=str(archive),
            seen=str(error),
            hint="fetch it again",
        ) from error


def _owning(stream: IO[bytes], inner: Any) -> IO[bytes]:
    """`stream`, closing `inner` with itself."""
    close = stream.close

    def close_both() -> None:
        close()
        inner.close()

    stream.close = close_both  # type: ignore[method-assign]
    return stream
