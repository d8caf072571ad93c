"""Recognise how a text file is encoded, and stream it as UTF-8."""

from __future__ import annotations

import codecs
import io
from pathlib import Path
from typing import IO, cast

from influence.errors import SourceError
from influence.sources.packed import TRUNCATED, broken_off, open_binary

SNIFFED_BYTES = 64 << 20
"""How much of a file is looked at to recognise its encoding: most files whole, the rest in constant memory."""

CHUNK = 1 << 20
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1a")) + b"\x7f"
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SIGNATURES = {
    b"PK\x03\x04": "a zip or Office file",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "an SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x7fELF": "a program",
}


def recognise_encoding(path: Path, told: str | None = None) -> str:
    """Name the codec of a text file.

    Parameters
    ----------
    path : Path
    told : str, optional
        What the user said; checked, and believed.

    Returns
    -------
    str
        A Python codec name: ``utf-8``, ``utf-8-sig``, ``utf-16`` (also ``-le``, ``-be``), ``cp1252`` or ``latin-1``.

    Raises
    ------
    SourceError
        The file is not text, or no such encoding exists.
    """
    if told:
        return _known_codec(told, path)
    with open_binary(path) as file:
        head = _read(file, 1 << 16, path)
        _refuse_binary(path, head)
        for mark, name in BOMS:
            if head.startswith(mark):
                return name
        wide = _utf16_without_mark(head)
        if wide:
            return wide
        if len(head.translate(None, CONTROLS)) < 0.95 * len(head):
            raise _not_text(path, "many control characters")
        return _utf8_or_western(file, head, path)


def open_text(path: Path, encoding: str) -> IO[bytes]:
    """Open a text file as a stream of UTF-8 bytes without a byte order mark."""
    raw = open_binary(path)
    if encoding == "utf-8":
        return raw
    return io.BufferedReader(cast(io.RawIOBase, _Transcoder(raw, encoding)), buffer_size=CHUNK)


class _Transcoder(io.RawIOBase):
    """Decodes a byte stream piece by piece and gives it back as UTF-8."""

    def __init__(self, raw: IO[bytes], encoding: str) -> None:
        self._raw = raw
        # A told encoding may not fit every byte; a visible replacement character beats losing the file.
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._left = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._left and not self._ended:
            piece = self._raw.read(CHUNK)
            self._ended = not piece
            self._left = self._decoder.decode(piece, final=self._ended).encode("utf-8")
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _read(file: IO[bytes], size: int, path: Path) -> bytes:
    try:
        return file.read(size)
    except TRUNCATED as error:
        raise broken_off(path, error) from error
    except OSError as error:
        raise SourceError("the file cannot be read", where=str(path), seen=error.strerror) from error


def _known_codec(told: str, path: Path) -> str:
    aliases = {"latin1": "cp1252", "latin-1": "cp1252", "iso-8859-1": "cp1252", "windows-1252": "cp1252",
               "ansi": "cp1252", "utf8": "utf-8", "utf-8": "utf-8-sig", "utf16": "utf-16"}  # fmt: skip
    name = aliases.get(told.strip().lower(), told.strip().lower())
    try:
        codecs.lookup(name)
        "".encode(name)
    except (LookupError, TypeError) as error:
        raise SourceError(
            "there is no such encoding",
            where=str(path),
            seen=told,
            expected="utf-8, utf-16, latin-1 or cp1252",
        ) from error
    return "utf-8-sig" if name == "utf-8" else name


def _refuse_binary(path: Path, head: bytes) -> None:
    for mark, what in SIGNATURES.items():
        if head.startswith(mark):
            raise _not_text(path, what)


def _not_text(path: Path, seen: str) -> SourceError:
    return SourceError(
        "this is not a text file",
        where=str(path),
        seen=seen,
        expected="CSV, TSV or JSON Lines",
        hint="give the file the ending that fits (.xlsx, .parquet), or save it as CSV",
    )


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(len(head) // 2, 1)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _utf8_or_western(file: IO[bytes], head: bytes, path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    n_wrong = n_right = seen = 0
    western = True
    piece = head
    while piece and seen < SNIFFED_BYTES:
        seen += len(piece)
        if not piece.isascii() or n_wrong or n_right:
            text = decoder.decode(piece)
            wrong = text.count("\ufffd")
            n_wrong += wrong
            n_right += len(text) - len(text.encode("ascii", "ignore")) - wrong
            western = western and not any(byte in piece for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
        piece = _read(file, CHUNK, path)
    if n_wrong <= n_right:
        return "utf-8"
    return "cp1252" if western else "latin-1"
