"""Recognise how a text file is encoded, and stream it as UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from influence.errors import SourceError
from influence.sources.base import Span
from influence.sources.packed import flowing, open_binary, open_part, unbroken

SNIFFED_BYTES = 4 << 20
"""How much of a file is looked at to recognise its encoding, where nothing in it is odd."""

HEAD_BYTES = 1 << 18
CHUNK = 1 << 20
BROKEN_UTF8 = "utf8"
"""UTF-8 in which some bytes are wrong: they become U+FFFD on the way, and rows that hold one can be told."""

NO_FILE_CODECS = (
    "idna",
    "punycode",
    "undefined",
    "unicode_escape",
    "raw_unicode_escape",
    "mbcs",
    "oem",
    "utf-7",
)
"""Codecs of Python in which nobody writes files."""

CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1a")) + b"\x7f"
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ODD_BYTES = 1 << 15
"""Of lines with letters beyond ASCII: enough to tell a language."""

CZECH = r"[a-zí][øìù][a-zíák]\w*.*[šžŠŽýì]|[šž]\w*[øìù]|[øìù]\w*[šž]"
HUNGARIAN = frozenset("õûÕÛ")
"""What of Czech (``øíká``) and Hungarian (``õ``) is seen where cp1250 is read as cp1252."""

LEAST_ODD = 8
"""Bytes beyond ASCII below which a text is taken to be Western: too few to tell an alphabet."""

WESTERN = ("cp1252", "iso8859-1", "latin-1", "iso8859-15", "ascii", "mac-roman", "cp850", "cp437", "cp858", "hp-roman8",
           "iso8859-9", "cp1254", "cp037", "cp500", "cp1140", "iso8859-14", "iso8859-10", "iso8859-4")  # fmt: skip
"""Codecs whose letters are read as cp1252."""
OTHERS = ("cp1250", "cp1251", "cp1253", "cp1255", "cp1256", "cp1257", "cp1258", "iso8859-2", "iso8859-5", "iso8859-6",
          "iso8859-7", "iso8859-8", "iso8859-13", "iso8859-16", "koi8-r", "koi8-u", "cp866", "cp874", "tis-620",
          "mac-cyrillic", "cp932", "shift_jis", "euc_jp", "iso2022_jp", "gb18030", "gb2312", "gbk", "big5", "cp950",
          "cp949", "euc_kr", "johab")  # fmt: skip
"""Codecs in which people write lists today; a text that is like one of an old computer's is in none of those."""
NEARLY = 0.83
"""Of the best guess: a Western one as likely as that is taken, since most lists are Western."""

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


def recognise_encoding(path: Path, told: str | None = None, *, whole: bool = True) -> str:
    """Name the codec of a text file.

    Parameters
    ----------
    path : Path
    told : str, optional
        What the user said; checked, and believed.
    whole : bool
        False: one who reads it will see bytes that do not fit; the first `SNIFFED_BYTES` suffice.

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
        return _utf8_or_western(file, head, path, whole)


def open_text(path: Path, encoding: str, span: Span | None = None) -> IO[bytes]:
    """Open a text file (or a part of it) as a stream of UTF-8 bytes without a byte order mark."""
    raw = open_binary(path) if span is None else open_part(path, span)
    if encoding == "utf-8":
        return raw
    return flowing(_transcoded(raw, encoding), raw)


def read_head(path: Path, encoding: str) -> tuple[str, bool]:
    """The first whole lines of a text, and whether they are all of it."""
    with unbroken(path), open_text(path, "utf-8" if encoding == BROKEN_UTF8 else encoding) as file:
        data = file.read(HEAD_BYTES)
        whole = len(data) < HEAD_BYTES
    if not whole:
        data = data[: data.rfind(b"\n") + 1] or data
    return data.decode("utf-8", "surrogateescape"), whole


def _transcoded(raw: IO[bytes], encoding: str) -> Iterator[bytes]:
    """The bytes of a stream as UTF-8. What does not fit a told encoding shows: that beats losing the file."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while piece := raw.read(CHUNK):
        yield decoder.decode(piece).encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")


def _read(file: IO[bytes], size: int, path: Path) -> bytes:
    try:
        with unbroken(path):
            return file.read(size)
    except OSError as error:
        raise SourceError("the file cannot be read", where=str(path), seen=error.strerror) from error


def _known_codec(told: str, path: Path) -> str:
    aliases = {"latin1": "cp1252", "latin-1": "cp1252", "iso-8859-1": "cp1252", "windows-1252": "cp1252",
               "ansi": "cp1252", "utf8": "utf-8", "utf-8": "utf-8-sig", "utf16": "utf-16"}  # fmt: skip
    name = aliases.get(told.strip().lower(), told.strip().lower())
    try:
        info = codecs.lookup(name)
        if info.name.replace("-", "_") in NO_FILE_CODECS or not getattr(info, "_is_text_encoding", True):
            raise LookupError(name)
        codecs.getincrementaldecoder(name)(errors="replace").decode(b"")
        "".encode(name)
    except (LookupError, TypeError, UnicodeError) as error:
        raise SourceError(
            "there is no such encoding",
            where=str(path),
            seen=told,
            expected="utf-8, utf-16, latin-1 or cp1252",
        ) from error
    if name in ("utf-16", "utf-32"):
        with open_binary(path) as file:
            head = _read(file, 1 << 12, path)
        if not any(head.startswith(mark) for mark, _ in BOMS):  # without a mark Python's decoder refuses
            return (_utf16_without_mark(head) or "utf-16-le") if name == "utf-16" else "utf-32-le"
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


def _utf8_or_western(file: IO[bytes], head: bytes, path: Path, whole: bool) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    n_wrong = n_right = seen = 0
    western, odd = True, b""
    piece = head
    while piece and (whole or n_wrong or seen < SNIFFED_BYTES):
        seen += len(piece)
        if len(odd) < ODD_BYTES and not piece.isascii():
            odd += b"\n".join([b"", *(line for line in piece.splitlines() if not line.isascii())])[:ODD_BYTES]
        if not piece.isascii() or n_wrong or n_right:
            text = decoder.decode(piece)
            wrong = text.count("\ufffd")
            n_wrong += wrong
            if wrong:
                n_right += len(text) - len(text.encode("ascii", "ignore")) - wrong
            else:  # all of it is right: its characters begin with such bytes
                n_right += int(np.count_nonzero(np.frombuffer(piece, dtype=np.uint8) >= 0xC0))
            western = western and not any(byte in piece for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
        piece = _read(file, CHUNK, path)
    if n_wrong <= n_right:
        return BROKEN_UTF8 if n_wrong else "utf-8"
    odd = odd or head
    return _guessed(odd) or _by_letters(odd) or ("cp1252" if western else "latin-1")


def _by_letters(odd: bytes) -> str | None:
    """The codec of a few letters that stand in no Western word: ``K³os`` (Polish), ``Ýnci`` (Turkish), ``Dvoøák``."""
    text = odd.decode("cp1252", "replace")
    nordic = set("åæÅÆ") & set(text)
    if re.search(r"[^\W\d_][³¹¿º¾¼][^\W\d_]|[³¹][a-z]{2}|[a-zó]Ÿ", text):
        return "cp1250"
    if not nordic and re.search(CZECH, text):
        return "cp1250"
    if HUNGARIAN & set(text) and not set("ãçàèêäÃÇ") & set(text) and set("áéíÁÉ") & set(text):
        return "cp1250"
    icelandic = set("áéíóúæÁÉÍÓÚÆ") & set(text)
    return "cp1254" if set("ýþðÝÞÐ") & set(text) and not icelandic else None


def _guessed(odd: bytes) -> str | None:
    """The codec of lines that are neither Unicode nor Western, by their letters; None where they look Western."""
    from chardet import detect_all

    if sum(byte > 127 for byte in odd) < LEAST_ODD:
        return None
    likely = [(_codec(str(one["encoding"])), float(one["confidence"] or 0)) for one in detect_all(odd)]
    likely = [(name, sure) for name, sure in likely if name in WESTERN or name in OTHERS]
    western = max((sure for name, sure in likely if name in WESTERN), default=0.0)
    name, sure = likely[0] if likely else ("", 0.0)
    if name not in OTHERS or western >= NEARLY * sure:
        return None
    if name in ("cp949", "euc_kr", "johab") and _is_chinese(odd, name):
        name = "gb18030"
    text = odd.decode(name, "replace")
    return None if text.count("\ufffd") > 0.01 * len(text) else name


def _is_chinese(odd: bytes, korean: str) -> bool:
    """Whether what a Korean codec makes of some bytes is half Chinese signs, as no Korean writes: they are Chinese."""
    hanja, hangul = (
        len(re.findall(f"[{signs}]", odd.decode(korean, "replace"))) for signs in ("一-鿿", "가-힣")
    )
    return hanja > 0.25 * (hanja + hangul) and odd.decode("gb18030", "replace").count("\ufffd") == 0


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def is_guess(encoding: str) -> bool:
    """Whether such an encoding was told by the letters of a text only."""
    return encoding not in WESTERN and not encoding.startswith("utf")


def guess_note(encoding: str, text: str) -> str:
    """What to tell where an encoding was guessed: the first words of `text` that would be others in another one."""
    odd = re.search(r"[^\s,;\t\"]*[^\x00-\x7f].{0,60}", text)
    words = " ".join((odd[0] if odd else text[:60]).split())
    return f"read as {encoding}, which is a guess: {words[:60]!r} (say --encoding if that is wrong)"
