"""The text of a document as a reader sees it: plain text, Markdown, Word or PDF, told by its first bytes."""

from __future__ import annotations

import io
import logging
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

from influence.errors import SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

KINDS = ".txt, .md, .docx or .pdf"
MAX_BYTES = 20_000_000
_SAVE_AGAIN = "save or export it as .docx or as plain text"
_UNSEEN = frozenset({"pPr", "del", "moveFrom", "Fallback"})
"""Settings, what was struck out or moved away, the second form of a text box."""
_SIGNS = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}


def read_document(path: str | Path) -> str:
    """Return the text of a document, at most 20 MB; rows of a table are lines of their own.

    Raises
    ------
    SourceError
        The file is missing, empty, too large, damaged, locked by a password, or neither text, Word nor PDF.
    UsageError
        A PDF, and the extra `pdf` is not installed.
    """
    file = Path(path)
    if not file.is_file():
        raise SourceError("there is no such file", where=str(file), expected=KINDS)
    if file.stat().st_size > MAX_BYTES:
        raise SourceError("the document is too large", where=str(file), expected="less than 20 MB")
    data = file.read_bytes()
    read = next((read for start, read in _READERS.items() if data.startswith(start)), _plain_text)
    try:
        text = read(data)
    except SourceError as error:
        error.where = str(file)
        raise
    if not text.strip():
        hint = (
            "a scan holds pictures of letters only: copy its text into a file" if read is _pdf_text else None
        )
        raise SourceError("the document has no text in it", where=str(file), hint=hint)
    return text


def _plain_text(data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if data.startswith(b"{\\rtf") or (b"\0" in data and not wide):
        raise SourceError("this is no text", expected=KINDS, hint=_SAVE_AGAIN)
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _word_text(data: bytes) -> str:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            info = archive.getinfo("word/document.xml")
            if info.file_size > 10 * MAX_BYTES:
                raise SourceError("the document is too large once unpacked", expected="less than 200 MB")
            return _seen(fromstring(archive.read(info))).strip("\n")
    except (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException, RecursionError) as error:
        raise SourceError("this is not a Word file that can be read", hint=_SAVE_AGAIN) from error


def _seen(element: Element) -> str:
    """What a reader sees of a part of a document: a line a paragraph, a line a row of a table (*Followers: 5,000*)."""
    name = element.tag.rpartition("}")[2]
    if name in _UNSEEN:
        return ""
    if name in _SIGNS:
        return _SIGNS[name]
    parts = [_seen(child) for child in element]
    if name == "tr":
        first, *others = [" ".join(part.split()) for part in parts if part.strip()] or [""]
        return ": ".join([first.rstrip(" :"), ", ".join(others)] if others else [first]) + "\n"
    text = (element.text or "") if name == "t" else "".join(parts)
    return {"p": f"{text}\n", "txbxContent": f"\n{text}"}.get(name, text)


def _pdf_text(data: bytes) -> str:
    try:
        from pypdf import PdfReader
    except ImportError as error:
        raise UsageError.no_package("a brief in PDF", "pdf", error, f"; or {_SAVE_AGAIN}") from error
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
        return normalize("NFKC", "\n".join(pages))  # letters that are set as one sign (fl) are letters
    except Exception as error:  # pypdf lets errors of many kinds through where a file is damaged
        raise SourceError("this PDF cannot be read", seen=str(error), hint=_SAVE_AGAIN) from error


_READERS: dict[bytes, Callable[[bytes], str]] = {b"PK\x03\x04": _word_text, b"%PDF": _pdf_text}
