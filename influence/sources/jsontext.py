"""JSON read piece by piece: the records of arrays wherever they lie, without holding the document."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow as pa

from influence.errors import SourceError
from influence.sources import packed

CHUNK_CHARS = 1 << 20
MAX_VALUE_CHARS = 256 << 20
SPACE = re.compile(r"[\s\ufeff\x00\x1e]*")
COMMA = re.compile(r"\s*,\s*(?=[^\s\]])")
ASSIGNMENT = re.compile(r"\s*(?:(?:var|let|const)\s+)?[A-Za-z_$][\w.$\[\]\"']{0,200}\s*=(?![=>])\s*")
DECODER = json.JSONDecoder()
MAX_FACT_CHARS = 2_000

Path_ = tuple[str, ...]
"""Keys from the root of a document down to a value."""


class Value(NamedTuple):
    """One value of a document: an element of an array of records (`number`, from 1) or a fact said once (0)."""

    path: Path_
    number: int
    value: Any


class JsonText:
    """A stream of JSON text that can be looked into and decoded value by value."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = io.TextIOWrapper(file, "utf-8", errors="replace", newline="")
        self._path = path
        self._buffer = ""
        self._at = 0
        self._ended = False
        self._line = 1

    def __enter__(self) -> JsonText:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def line(self) -> int:
        """1-based line of the place reached."""
        return self._line + self._buffer.count("\n", 0, self._at)

    def fill(self, size: int = CHUNK_CHARS) -> bool:
        """Read on; False at the end of the file."""
        if self._ended:
            return False
        self._line = self.line
        more = self._file.read(size)
        self._ended = not more
        self._buffer, self._at = self._buffer[self._at :] + more, 0
        return bool(more)

    def holds_all(self, limit: int) -> bool:
        """Read on until the end of the file or `limit` characters; whether the end was reached."""
        while len(self._buffer) - self._at <= limit:
            if not self.fill(max(CHUNK_CHARS, len(self._buffer))):
                return True
        return False

    def peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            self._at = SPACE.match(self._buffer, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self.fill():
                return ""

    def skip(self, expected: str) -> str:
        """Step over one character, one of `expected`."""
        found = self.peek()
        if not found or found not in expected:
            raise self.wrong(
                f"{found!r} where one of {' '.join(expected)} belongs" if found else "the end of the file"
            )
        self._at += 1
        return found

    def skip_assignment(self) -> None:
        """Step over the ``window.YTD.tweets.part0 =`` with which archives make a script of their JSON."""
        self.peek()
        if match := ASSIGNMENT.match(self._buffer, self._at):
            self._at = match.end()

    def value(self) -> Any:
        """Decode the value that begins here."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._buffer, self._at)
            except RecursionError as error:
                raise self.wrong("values nested too deep") from error
            except ValueError as error:
                self._read_on(error)
                continue
            if end < len(self._buffer):
                self._at = end
                return value
            if not self.fill(1):  # a number may go on behind the buffer
                self._at = len(self._buffer)
                return value

    def elements(self) -> Iterator[Any]:
        """Decode the elements of the array that begins here, one by one."""
        self.skip("[")
        while self.peek() != "]":
            yield from self._quick_elements()
            yield self.value()
            if self.peek() != "]":
                self.skip(",]")
        self.skip("]")

    def _quick_elements(self) -> Iterator[Any]:
        """Those that surely end in the buffer, since another begins behind them."""
        while True:
            try:
                value, end = DECODER.raw_decode(self._buffer, self._at)
            except (ValueError, RecursionError):
                return
            comma = COMMA.match(self._buffer, end)
            if comma is None or comma.end() >= len(self._buffer):
                return
            self._at = comma.end()
            yield value

    def _read_on(self, error: ValueError) -> None:
        """Fetch more for a value that did not end in the buffer; raise where more cannot mend it."""
        place, text = getattr(error, "pos", 0), str(error)
        broken_here = place < len(self._buffer) - 32 and not text.startswith("Unterminated")
        left = len(self._buffer) - self._at
        if broken_here or left > MAX_VALUE_CHARS or not self.fill(max(CHUNK_CHARS, left)):
            raise self.wrong(
                text.split(":")[0] if left <= MAX_VALUE_CHARS else "one value of 256 million characters"
            )

    def wrong(self, seen: str) -> SourceError:
        """The error for text that is no JSON here."""
        return SourceError(
            "this JSON cannot be read",
            where=f"{self._path}, line {self.line}",
            seen=seen,
            expected="complete JSON: an object a line, an array, or an object",
            hint="export or download it again",
        )


def walk(text: JsonText, wanted: Callable[[Path_], bool], depth: int) -> Iterator[Value]:
    """Elements of the arrays (and of the maps of objects) that are `wanted`, and the plain values beside them.

    Parameters
    ----------
    text : JsonText
    wanted : callable
        Whether the values at a path are records; a path ending in ``*`` asks for the values of the object itself.
    depth : int
        How many objects deep arrays are looked for.
    """
    text.skip_assignment()
    while text.peek():
        yield from _value(text, (), wanted, depth)
        if text.peek() in (",", ";"):
            text.skip(",;")


def _value(text: JsonText, path: Path_, wanted: Callable[[Path_], bool], depth: int) -> Iterator[Value]:
    kind = text.peek()
    if kind == "[" and wanted(path):
        yield from (Value(path, number, value) for number, value in enumerate(text.elements(), 1))
    elif kind == "{" and not wanted(path) and len(path) < depth:
        yield from _object(text, path, wanted, depth)
    else:
        value = text.value()
        if wanted(path) and isinstance(value, dict):
            yield Value(path, 1, value)
        elif isinstance(value, str | int | float) and len(str(value)) <= MAX_FACT_CHARS:
            yield Value(path, 0, value)


def _object(text: JsonText, path: Path_, wanted: Callable[[Path_], bool], depth: int) -> Iterator[Value]:
    text.skip("{")
    as_map = wanted((*path, "*"))
    number = 0
    while text.peek() != "}":
        if text.peek() != '"':
            raise text.wrong(f"{text.peek()!r} where a key belongs" if text.peek() else "the end of the file")
        key = text.value()
        text.skip(":")
        if as_map:
            number, value = number + 1, text.value()
            yield Value((*path, "*"), number, {"key": key, **value} if isinstance(value, dict) else value)
        else:
            yield from _value(text, (*path, key), wanted, depth)
        if text.peek() != "}":
            text.skip(",}")
    text.skip("}")


BLOCK_BYTES = 4 << 20
"""Bytes of lines that are tried at once."""

SHOWN = 500


def loads(line: bytes) -> Any:
    """The value of a line, with or without the comma of an array that lost its brackets; None: unreadable."""
    try:
        return json.loads(line.rstrip().removesuffix(b","))
    except (ValueError, RecursionError):
        return None


def numbered(lines: Iterable[bytes], first: int) -> Iterator[Value]:
    """The objects of lines that are not blank, and the text of those that are none, from line `first` on."""
    for number, line in enumerate(lines, first):
        value = loads(line)
        if isinstance(value, dict):
            yield Value((), number, value)
        elif line.strip():
            yield Value((), number, line[:SHOWN].decode("utf-8", "replace").strip())


def at_once(lines: list[bytes], headers: tuple[str, ...]) -> pa.RecordBatch | None:
    """Lines that are an object each, of texts, whole numbers and truths under these keys only; None: some are not."""
    from pyarrow import json as pajson

    first, block = loads(lines[0]), b"".join(lines)
    kinds = {str: pa.string(), int: pa.int64(), bool: pa.bool_(), type(None): pa.string()}
    if not isinstance(first, dict) or not {type(value) for value in first.values()} <= set(kinds):
        return None
    schema = pa.schema([(header, kinds[type(first.get(header))]) for header in headers])
    try:
        block.decode()
        table = pajson.read_json(
            packed.lent(block),
            read_options=pajson.ReadOptions(use_threads=False, block_size=len(block) + 1),
            parse_options=pajson.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
        )
    except (UnicodeDecodeError, pa.ArrowInvalid):
        return None
    if table.num_rows != len(lines):
        return None
    columns = [table[header].combine_chunks().cast(pa.string()) for header in headers]
    return pa.RecordBatch.from_arrays(columns, names=list(headers))
