"""Foreign text made harmless for the medium that it goes to: one function a medium, and no other place does this.

Names, posts, file names and addresses come from other people's files. A terminal acts on control characters, a
spreadsheet on ``=``, a browser on ``<`` and ``javascript:``, XML forbids some characters, Markdown reads ``*``.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_BIDI = "\u202a-\u202e\u2066-\u2069"
_BIDI_CONTROLS = re.compile(f"[{_BIDI}]")
_STEERING = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_BIDI}]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TRIGGER = "(?:\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])"
_DANGEROUS = re.compile(f"'*{_TRIGGER}")
_DEFUSED = re.compile(f"'+{_TRIGGER}")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#&])")
_NOT_IN_LINKS = re.compile(r"[\s()<>|\"'\\`]")
MAX_ADDRESS = 2_079
"""Letters of the longest address that is made a link; Excel opens none that is longer."""


def one_line(text: str) -> str:
    """`text` on one line without what steers a terminal or flips its neighbours' reading direction.

    Control characters become spaces, overriding direction marks go; letters, emoji and joiners stay.

    >>> one_line("crumb" + chr(27) + "[31m" + chr(10) + "& co")
    'crumb [31m & co'
    """
    kept = (" " if _steers(ch) else ch for ch in _BIDI_CONTROLS.sub("", text))
    return " ".join("".join(kept).split())


def _steers(ch: str) -> bool:
    return unicodedata.category(ch) in ("Cc", "Cs", "Zl", "Zp")


def for_terminal(text: str) -> str:
    """`text` with its lines and tabs, each character that would steer a terminal (C0, C1, direction) shown as U+FFFD.

    >>> for_terminal("a" + chr(0x9b) + "2Jb" + chr(10))
    'a\ufffd2Jb\\n'
    """
    return _STEERING.sub("\ufffd", text.replace("\r\n", "\n"))


def in_lines(text: str) -> str:
    """`text` with its line breaks and tabs, without what steers a terminal or flips the reading direction."""
    return _STEERING.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def for_mail(text: str) -> str:
    """`text` for the body of a plain letter: `in_lines`, and no tag and no address that runs a script.

    Angle brackets become their single quotation marks, so that a mail program that reads HTML shows them; an address
    that does not lead to a page loses its colon.

    >>> for_mail("<b>hi</b> javascript:alert(1)")
    '‹b›hi‹/b› javascript alert(1)'
    """
    text = in_lines(text).translate({ord("<"): "‹", ord(">"): "›"})
    return re.sub(r"(?i)\b((?:java|vb)script|data)\s*:(?=\S)", r"\1 ", text)


def for_xml(text: str) -> str:
    r"""`text` as XML 1.0 may hold it: what it forbids (U+0000, U+FFFE, lone surrogates) is written out.

    Two texts that differ stay different, so that they can be keys.

    >>> for_xml("a" + chr(0xFFFE))
    'a\\ufffe'
    """
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def defuse(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula (``=``, ``+``, ``-``, ``@``).

    Text that has apostrophes before such a sign gets one more, so that `undefuse` gives back every text.
    """
    return f"'{text}" if _DANGEROUS.match(text) else text


def undefuse(text: str) -> str:
    """Undo `defuse`: drop one leading apostrophe where a formula sign follows."""
    return text[1:] if _DEFUSED.match(text) else text


def for_markdown(text: str) -> str:
    """`text` on one line, with every sign that Markdown (or HTML in it) would act on made literal."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def web_address(text: str | None) -> str | None:
    """`text` where it is an address that can be opened as it stands (http or https, with a host); else None.

    >>> web_address("https://crumb.example/"), web_address("javascript:alert(1)")
    ('https://crumb.example/', None)
    """
    text = (text or "").strip()
    if not text.isprintable() or len(text) > MAX_ADDRESS or _NOT_IN_LINKS.search(text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme.lower() in ("http", "https") and parts.netloc else None
