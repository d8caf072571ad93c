"""What a message names that a terminal has (options, commands), said by what the browser has in its place.

Messages are the same for every face and tell what to do next by the command line. Here one table tells the field or
page instead. Only our own sentences go through it (the filter ``here`` of the templates), never what people wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from influence.app.asked import FILTERS

WHOLE: tuple[tuple[str, str], ...] = (
    (r"say --delimiter and --encoding, or save it as CSV \(UTF-8\)", "save it as CSV (UTF-8) and bring it again"),
    (r"not UTF-8 text; say --encoding \([^)]*\) if the file has another encoding",
     "not UTF-8 text; save it as CSV (UTF-8) and bring it again"),
    (r"\(say --encoding if that is wrong\)", "(if that is wrong, save it as UTF-8 and bring it again)"),
    (r"\(for local forms say --date-format dmy or mdy\)", "(write days as 2024-12-31)"),
    (r"say whose they are: --owner HANDLE, or which column tells it: --column \S+",
     "say below whose they are, or in the table which column tells it"),
    (r"say what (a column is|they are)(?: with|:) --column .*", r"say in the table what \1"),
    (r"say whose it is with --owner HANDLE", "say below whose it is"),
    (r", or (?:name another file with|choose another) --workspace|, or name another with --workspace", ""),
    (r"name (?:another|the right) (?:file )?with --workspace", "start the app with another file"),
    (r"and name that with --workspace", "and start the app with that"),
    (r"say --workspace FILE", "start the app with its file"),
    (r"bring (\w+) in with `influence import[^`]*`(?: or `influence import[^`]*`)?",
     r"bring \1 in under “Bring files in”"),
    (r"run forget again with --also \S+", "erase again and name it there"),
    (r"tell it with --set, or leave these people out; see `[^`]*`", "fill it in above, or leave these people out"),
    (r"a field of the list, or --set NAME=TEXT", "a field of the list, or a line NAME=TEXT"),
    (r"--set (\w+)=", r"\1="),
    (r"mend the list; or --force, which writes the ", "mend the list; the button below writes the "),
    (r",? or leave them out with --force", ", or write the others by the button below"),
    (r"settle them with --take ours or --take theirs", "say above which side is right"),
    (r"keep it: what comes back by --feedback is found by it", "what was decided is found by it"),
    (r"change it and give the file back with --feedback", "changed by the buttons"),
    (r"Correct kind and desk in the sheet and give it back with --feedback", "Put kind and desk right there"),
    (r": (?:`)?influence sentiment label --brand .*?-o labels\.csv`?(?:, then --labels)?", ": “Judge a hundred”"),
    (r"`influence listen --brand .*? --watch`", "“What has left the usual”"),
    (r"; --format csv gives them all", "; the workbook gives them all"),
)  # fmt: skip
"""Pattern -> what is said of whole phrases, before options and commands alone."""

PAGES: Mapping[str, str] = {
    "import": "“Bring files in”", "columns": "“Bring files in”", "check": "“Bring files in”",
    "describe": "the start page", "rank": "“Rank”", "goals": "the list of goals", "accounts": "“People”",
    "shortlist": "“Lists”", "export": "“File for” on the list", "outreach": "“May they be written to?” on the list",
    "desk": "“Desk” on the list", "mentions": "“Mentions”", "sentiment": "“Judge a hundred”",
    "listen": "“What is said, and what changed”", "advocates": "“Advocates”", "plan": "“Plan”",
    "suppress": "“Rights”", "forget": "“Rights”", "community": "“Communities”", "track": "“Results”",
    "channels": "“Channels”",
}  # fmt: skip
"""Command -> where the same is done here; of any other the terminal is named."""

FIELDS: Mapping[str, str] = {
    **{name.replace("_", "-"): one.label for name, one in FILTERS.items()},
    "niche": "Niche", "brand": "Brand", "alias": "Other names", "rival": "Rivals", "like": "Accounts like these",
    "sense": "Of a word with two meanings", "as-of": "As known on", "size": "Shortlist of", "owner": "Whose posts",
    "site": "The brand’s domain", "set": "What it asks for", "template": "Template", "for": "File for",
    "add": "Put on the list", "remove": "Take off", "list": "Saved list", "url": "Link", "until": "Ends on",
}  # fmt: skip
"""Option -> label of its field; any other is named by its own words."""

_COMMAND = re.compile(r"`influence ([a-z-]+)[^`]*`")
_OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]*)(?:[ =](?:[A-Z]{2,}(?:[.=][A-Za-z]+)?|\.\.\.)(?![a-z]))?")
_PHRASES = tuple((re.compile(pattern), said) for pattern, said in WHOLE)


def here(text: object) -> str:
    """A sentence of ours without an option or a command of the command line.

    >>> here("choose a later --as-of, or see `influence describe`")
    'choose a later “As known on”, or see the start page'
    """
    said = "" if text is None else str(text)
    if "--" not in said and "influence " not in said:
        return said
    for pattern, instead in _PHRASES:
        said = pattern.sub(instead, said)
    said = _COMMAND.sub(lambda found: PAGES.get(found[1], f"{found[1]} in the terminal"), said)
    return _OPTION.sub(lambda found: f"“{_label(found[1])}”", said)


def _label(option: str) -> str:
    return FIELDS.get(option) or option.replace("-", " ").strip().capitalize()
