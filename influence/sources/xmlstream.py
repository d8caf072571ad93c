"""XML chunk by chunk, as rows: which reader fits the root element, where a row stood, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html.entities import html5
from pathlib import Path
from typing import IO, Any

from influence.errors import SourceError
from influence.sources.base import Entry
from influence.sources.packed import open_binary, unbroken

CHUNK_BYTES = 1 << 18
MAX_HELD = 1 << 24
BARE = re.compile(rb"<!\[CDATA\[.*?\]\]>|&(?:#\w{1,8}|(?P<name>[A-Za-z]\w{1,30}));|&", re.S)
"""CDATA, an entity, or a bare ``&``."""
OUTLINE = re.compile(rb"<outline\s(?:[\w:]+\s*=\s*\".*?\"(?=\s+[\w:]+\s*=|\s*/?>)\s*)+/?>", re.S)
VALUE = re.compile(rb"([\w:]+\s*=\s*\")(.*?)\"(?=\s+[\w:]+\s*=\s*\"|\s*/?>)", re.S)
"""An attribute: its value ends with the quote after which another attribute, or the end of the tag, follows."""

Emit = Callable[[Entry], None]


def local_name(tag: str) -> str:
    """The name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]


class XmlReader:
    """A target for the parser that turns events into rows; subclasses know one kind of file each."""

    dialect = ""

    def __init__(self, emit: Emit) -> None:
        self.emit = emit
        self.line: Callable[[], int] = lambda: 0
        self.text: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def take_text(self) -> str:
        """The text gathered since `text` was made a list; gathering ends."""
        text, self.text = "".join(self.text or ()).strip(), None
        return text


def xml_entries(
    path: Path, readers: Mapping[str, type[XmlReader]], seen: list[Any], repair: bool = False
) -> Iterator[Entry]:
    """Stream the rows of an XML file; the reader that fits its root element is appended to `seen`.

    With `repair`, an ``&`` that begins no entity and quotes within the values of an outline stand for themselves, and
    the entities of HTML are known.

    Raises
    ------
    SourceError
        Not XML, broken off, with entities of its own (never expanded), or with a root that no reader knows.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    held: list[Entry] = []

    root = _Root(path, readers, held.append, seen)
    parser = DefusedXMLParser(target=root)
    root.line = lambda: int(parser.parser.CurrentLineNumber)
    try:
        with unbroken(path), open_binary(path) as file:
            for chunk in _repaired(file) if repair else iter(partial(file.read, CHUNK_BYTES), b""):
                parser.feed(chunk)
                yield from held
                held.clear()
        parser.close()
    except DefusedXmlException as error:
        raise _forbidden(path, root.line(), error) from error
    except ParseError as error:
        raise _not_xml(path, error) from error
    except (OSError, LookupError, ValueError) as error:
        raise SourceError("this file cannot be read", where=str(path), seen=str(error)) from error
    yield from held


def _repaired(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes with bare ``&`` and the entities of HTML written as XML; what CDATA holds stays."""
    held = b""
    while chunk := file.read(CHUNK_BYTES):
        held += chunk
        whole = held.rfind(b">") + 1
        if whole or len(held) > MAX_HELD:
            piece, held = (held[:whole], held[whole:]) if whole else (held, b"")
            yield BARE.sub(_as_xml, OUTLINE.sub(_quoted, piece))
    yield BARE.sub(_as_xml, OUTLINE.sub(_quoted, held))


def _quoted(tag: re.Match[bytes]) -> bytes:
    """A tag whose values hold quotes and angles that are not marked as such, with them marked."""
    return VALUE.sub(
        lambda m: m[1] + m[2].replace(b'"', b"&quot;").replace(b"<", b"&lt;") + b'"', tag.group()
    )


def _as_xml(match: re.Match[bytes]) -> bytes:
    name = match.group("name")
    if match.group() == b"&":
        return b"&amp;"
    if name is None or name in (b"amp", b"lt", b"gt", b"quot", b"apos"):
        return match.group()
    shown = html5.get(f"{name.decode()};")
    return "".join(f"&#{ord(letter)};" for letter in shown).encode() if shown else b"&amp;" + name + b";"


class _Root:
    """First target: looks at the root element, then hands every event to the reader that knows it."""

    def __init__(
        self, path: Path, readers: Mapping[str, type[XmlReader]], emit: Emit, seen: list[Any]
    ) -> None:
        self.path, self.readers, self.emit, self.seen = path, readers, emit, seen
        self.reader: XmlReader | None = None
        self.line: Callable[[], int] = lambda: 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.reader is None:
            self.reader = self._reader(local_name(tag))
        self.reader.start(tag, attributes)

    def _reader(self, name: str) -> XmlReader:
        if name not in self.readers:
            expected = ", ".join(f"<{known}>" for known in self.readers)
            raise SourceError(
                "nothing is known about this kind of XML",
                where=str(self.path),
                seen=f"<{name}>",
                expected=expected,
            )
        reader = self.readers[name](self.emit)
        reader.line = self.line
        self.seen.append(reader)
        return reader

    def end(self, tag: str) -> None:
        if self.reader is not None:
            self.reader.end(tag)

    def data(self, text: str) -> None:
        if self.reader is not None:
            self.reader.data(text)

    def close(self) -> None:
        """Nothing is kept."""


def _not_xml(path: Path, error: Any) -> SourceError:
    line, column = error.position
    return SourceError(
        "this file breaks off or is not valid XML",
        where=f"{path}, line {line}, column {column + 1}",
        seen=str(error).split(":")[0],
        expected="a complete file",
        hint="export it again",
    )


def _forbidden(path: Path, line: int, error: Exception) -> SourceError:
    return SourceError(
        "this file declares entities of its own, which are never expanded",
        where=f"{path}, line {line}",
        seen=type(error).__name__,
        expected="plain XML",
        hint="delete the <!DOCTYPE ...> part, if you trust who made the file",
    )
