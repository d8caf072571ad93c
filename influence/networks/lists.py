"""Names and addresses from a user's file: one a line, the first address of a table's row, or a blogroll (OPML)."""

from __future__ import annotations

from pathlib import Path

from influence.errors import SourceError
from influence.networks.pages import parse_html

MAX_BYTES = 20_000_000


def read_names(path: str | Path) -> list[str]:
    """Addresses or account names in a file, each once, in its order.

    Parameters
    ----------
    path : path
        Lines (``#`` begins a remark), a table whose first column they are, or OPML.

    Raises
    ------
    SourceError
        The file is missing, too large, or holds nothing.
    """
    file = Path(path)
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise SourceError("the list cannot be read", where=str(file), seen=error.strerror) from error
    if len(raw) > MAX_BYTES:
        raise SourceError("the list is too large", where=str(file), expected="less than 20 MB")
    names = _of_opml(raw) if raw.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else _of_lines(raw)
    if not names:
        raise SourceError(
            "the list names nobody", where=str(file), expected="one address or name a line, or OPML"
        )
    return list(dict.fromkeys(names))


def _of_lines(raw: bytes) -> list[str]:
    lines = raw.decode("utf-8-sig", "replace").splitlines()
    firsts = (
        line.replace(";", ",").replace("\t", ",").partition(",")[0].strip().strip('"') for line in lines
    )
    return [name for name in firsts if name and not name.startswith("#")]


def _of_opml(raw: bytes) -> list[str]:
    tree = parse_html(raw)
    found = tree.iter("outline") if tree is not None else ()
    return [address for one in found if (address := one.get("htmlurl") or one.get("xmlurl"))]
