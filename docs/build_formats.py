"""Write docs/formats.md from the declared exports: ``python docs/build.py``."""

from __future__ import annotations

from pathlib import Path

from influence.store.importing.mapping import ColumnRule, TableRule
from influence.store.importing.recognised import KnownExport, known_exports

PAGE = Path(__file__).with_name("formats.md")
INTRODUCTION = """<!-- Made by docs/build_formats.py from influence/store/importing/exports/; change it there. -->
# Exports that are recognised

Each is declared in one file of the [mapping language](mapping.md), shipped with the package; a file is recognised by
columns that only this export has, and then nothing is guessed. `influence import --formats` lists them. The columns
kept are below; an export may lack some. What is marked *not tried on a real file* follows what its makers document or
what others report of its columns. Folders and `.zip` files of a download come in whole: where the download itself says
whose it is, its posts and ties bear that name, and what else lies in it stays out.

Contacts of a Mailchimp audience are customers, known by a digest of their address; those with a website are accounts
and contacts too; members of Ghost and subscribers of beehiiv and Substack are customers, of whom only that digest
stays, so that a sign-up joins the person's orders and codes and mails nobody. Other lists of subscribers (Kit ...)
have no columns of their own: map them to `customers` with `customer_id = { digest = ["email"] }`. What you export of
your own channel (YouTube Studio, a LinkedIn page) does not say whose it is: `--owner HANDLE` does. There is no table
for these, so they are not declared: channels of Google Analytics (`influence channels` reads them), LinkedIn's
Comments.csv (it does not say whose post is commented on). Recordings of a server's answers (vcr, HAR) are refused:
import the answers themselves.

"""


def build_page() -> str:
    """The page as Markdown."""
    exports = known_exports()
    index = "\n".join(f"- [{export.name}](#{export.key})" for export in exports)
    return f"{INTRODUCTION}{index}\n\n" + "\n".join(_section(export) for export in exports)


def _section(export: KnownExport) -> str:
    tried = "" if export.tried else " *Not tried on a real file.*"
    rows = "\n".join(_row(rule) for rule in export.mapping.tables)
    return (
        f"## {export.key}\n{export.name}. Seen: {export.seen}.{tried} Found: {export.found}.\n\n"
        f"| table | file or part | columns kept |\n|---|---|---|\n{rows}\n"
    )


def _row(rule: TableRule) -> str:
    parts = [f"`{pattern}`" for pattern in rule.patterns if pattern != "*"] + (
        [f"`{rule.sheet}`"] if rule.sheet else []
    )
    columns = "; ".join(f"{column.target}: {_from(column)}" for column in rule.columns)
    return f"| {rule.table} | {', '.join(parts)} | {columns} |".replace("\n", " ")


def _from(column: ColumnRule) -> str:
    if column.once:
        return f"`{column.once[0]}`" + (f" of {column.inside}" if column.inside else ", said once")
    if column.constant is not None:
        return f"always {column.constant}"
    between = " + " if column.join is not None else " or "
    return between.join(f"`{header}`".replace("|", "\\|") for header in column.columns)
