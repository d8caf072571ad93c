"""Write docs/tables.md from the data contract: ``python docs/build.py``."""

from __future__ import annotations

from pathlib import Path

from influence.schema import PROVENANCE, SCHEMA_VERSION, TABLES, Column, Table

PAGE = Path(__file__).with_name("tables.md")
INTRODUCTION = f"""<!-- Made by docs/build_tables.py from influence/schema.py; change it there. -->
# Tables

What `influence` knows is kept in {len(TABLES)} tables (schema version {SCHEMA_VERSION}). A file named after a table
(`posts.csv`, `accounts.xlsx`) with these headers needs no mapping; the other names under which tools export a column
are recognised too. Every table and every column that is not **required** may be missing: what cannot be computed
without it is said. Unknown is empty, never 0. An account may be given as `handle` and `platform` in place of
`account_id`.

Types: `text`; `integer` and `real` (thousands separators, `12.3K` and percentages are read); `boolean`; `time` (UTC;
ISO, Unix seconds or milliseconds); `day` (a date).

"""


def build_page() -> str:
    """The page as Markdown."""
    overview = "\n".join(f"- [{table.name}](#{table.name}): {table.meaning}" for table in TABLES)
    sections = "\n".join(_section(table) for table in TABLES)
    return f"{INTRODUCTION}{overview}\n\n{sections}\n{_provenance()}"


def _section(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    rows = "\n".join(_row(column) for column in table.columns)
    return (
        f"## {table.name}\n{table.meaning[0].upper()}{table.meaning[1:]}. One row for each {key}.\n\n"
        f"| column | type | meaning | also called |\n|---|---|---|---|\n{rows}\n"
    )


def _row(column: Column) -> str:
    name = f"**`{column.name}`** (required)" if column.required else f"`{column.name}`"
    aliases = ", ".join(f"`{alias}`" for alias in column.aliases)
    return f"| {name} | {column.type.value} | {_meaning(column)} | {aliases} |"


def _meaning(column: Column) -> str:
    words = column.meaning
    if column.choices:
        words += ": " + ", ".join(column.choices)
    if column.unit and column.unit not in ("count", "UTC"):
        words += f" ({column.unit})"
    if column.minimum is not None:
        words += f", at least {column.minimum:g}"
    if column.maximum is not None:
        words += f", at most {column.maximum:g}"
    return words.replace("|", "\\|")


def _provenance() -> str:
    rows = "\n".join(_row(column) for column in PROVENANCE)
    return (
        "## In every table\nWhere a row came from; filled on import when the file does not say.\n\n"
        f"| column | type | meaning | also called |\n|---|---|---|---|\n{rows}\n"
    )
