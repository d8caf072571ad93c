"""What holds for a result (what was asked, which day, which filters), said inside a file of any format."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence

from influence.writing.data_text import json_text
from influence.writing.grid import WIDTH
from influence.writing.safe import for_markdown
from influence.writing.svg import tag

ABOUT = "about"
"""The key in JSON, the last column of CSV."""


def with_about(text: str, format: str, lines: Sequence[str]) -> str:
    """`text`, which is of this format, with the lines that say what holds for it.

    JSON has them under ``about`` (a list becomes ``rows`` beside them), a page and Markdown at the end, plain text
    under a blank line. A drawing says it itself, where it has room.

    >>> with_about("who  n" + chr(10), "table", ["as of 1 July 2012"]).split(chr(10))
    ['who  n', '', 'as of 1 July 2012', '']
    """
    if format == "json":
        told = json.loads(text)
        document = told if isinstance(told, dict) else {"rows": told}
        return json_text({**document, ABOUT: [*lines]})
    if format == "html":
        before, end, after = text.rpartition("</main>" if "</main>" in text else "</body>")
        said = "\n".join(str(tag("p", line, class_="caption")) for line in lines)
        return f"{before}\n{said}\n{end}{after}"
    if format == "md":
        return "\n".join([text.rstrip("\n"), "", *(f"- {for_markdown(line)}" for line in lines)]) + "\n"
    if format in ("table", "text"):
        folded = [part for line in lines for part in textwrap.wrap(line, WIDTH - 1, break_on_hyphens=False)]
        return "\n".join([text.rstrip("\n"), "", *folded]) + "\n"
    return text
