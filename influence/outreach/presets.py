"""Export presets: data files that say which headers a tool documents and what goes under them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from influence.errors import InfluenceError, UsageError, check_keys, did_you_mean
from influence.outreach.addressees import FIELDS
from influence.toml_files import read_toml, typed

FOLDER = Path(__file__).with_name("presets")
FORMATS = ("csv", "xlsx", "md", "json")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "format": FORMATS, "purpose": ("contacts", "list"), "headers": ("own", "verified", "partly", "unverified"),
}  # fmt: skip
"""Key of a preset -> what it may say, the first if it says nothing."""
TOLD: Mapping[str, type] = {
    "about": str, "source": str, "bom": bool, "one_line": bool, "draft": str, "extra": bool,
}  # fmt: skip
TOLD_OF_COLUMN: Mapping[str, type] = {"constant": str, "max_bytes": int, "required": bool, "meaning": str}
"""Key -> type of what may be told besides."""


class PresetError(InfluenceError):
    """A preset file is missing or says something that no preset can say."""


@dataclass(frozen=True)
class PresetColumn:
    """One column of an export.

    Attributes
    ----------
    header : str
        Exactly as the tool documents it.
    fields : tuple of str
        Names of `FIELDS`; the first that has a value is written.
    constant : str or None
        The same in every row, in place of fields.
    max_bytes : int or None
        What the tool takes, in bytes of UTF-8.
    required : bool
        A row without a value here cannot be imported.
    meaning : str
    """

    header: str
    fields: tuple[str, ...] = ()
    constant: str | None = None
    max_bytes: int | None = None
    required: bool = False
    meaning: str = ""


@dataclass(frozen=True)
class Preset:
    """How people are written for one tool.

    Attributes
    ----------
    name, about : str
    format : str
        csv, xlsx, md or json.
    purpose : str
        ``contacts`` (somebody will be written to: the strict rules) or ``list`` (colleagues work on it).
    columns : tuple of PresetColumn
    headers : str
        ``verified`` against the tool's documentation, ``partly`` (the file says what is and what is not),
        ``unverified``, or ``own``.
    source : str
        Address of that documentation.
    bom : bool
        Begin with a byte order mark, for Excel.
    one_line : bool
        Line breaks inside a value become spaces.
    draft : str or None
        Template of a mail that is written for every row.
    extra : bool
        What files said beyond the columns of the tables follows in columns of its own, under their headers.
    """

    name: str
    format: str
    purpose: str
    columns: tuple[PresetColumn, ...]
    about: str = ""
    headers: str = "own"
    source: str = ""
    bom: bool = False
    one_line: bool = True
    draft: str | None = None
    extra: bool = False

    @property
    def fields(self) -> set[str]:
        """Every field that some column may show."""
        return {field for column in self.columns for field in column.fields}


def preset_names() -> list[str]:
    """The presets that come with the package, by name."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_preset(name: str) -> Preset:
    """A preset by name, or a user's own from a ``.toml`` file.

    Raises
    ------
    PresetError
        No such preset or file, or the file says something that no preset can say.
    """
    file = Path(name) if name.lower().endswith(".toml") else FOLDER / f"{name.strip().lower()}.toml"
    if file.parent == FOLDER and file.stem not in preset_names():
        raise PresetError(
            "there is no such preset",
            seen=name,
            expected=", ".join(preset_names()) + ", or a .toml file of your own",
            hint=did_you_mean(name, preset_names()),
        )
    return parse_preset(read_toml(file, "preset", PresetError), file.stem, file.name)


def parse_preset(data: dict[str, Any], name: str, where: str) -> Preset:
    """Check a preset given as nested dicts (what a TOML file holds)."""
    check_keys(data, (*CHOICES, *TOLD, "column"), where, "preset", PresetError)
    columns = data.get("column")
    if not isinstance(columns, list) or not columns:
        raise PresetError("the preset has no columns", where=where, expected="at least one [[column]]")
    made = tuple(_column(entry, f"{where}, column {n}") for n, entry in enumerate(columns, 1))
    headers = [column.header for column in made]
    twice = sorted({header for header in headers if headers.count(header) > 1})
    if twice:
        raise PresetError("a header stands twice", where=where, seen=", ".join(twice))
    chosen: dict[str, Any] = {key: _choice(data, key, known, where) for key, known in CHOICES.items()}
    return Preset(name=name, columns=made, **chosen, **_told(data, TOLD, where))


def _column(entry: Any, where: str) -> PresetColumn:
    if not isinstance(entry, dict):
        raise PresetError("a column must be a section", where=where, expected="[[column]]")
    check_keys(entry, ("header", "field", *TOLD_OF_COLUMN), where, "preset", PresetError)
    header = typed(entry, "header", str, where, PresetError)
    if not header:
        raise PresetError("a column has no header", where=where)
    if ("field" in entry) == ("constant" in entry):
        raise PresetError("say either field or constant", where=where, seen=", ".join(entry))
    fields = entry.get("field", ())
    fields = (fields,) if isinstance(fields, str) else tuple(fields)
    for field in fields:
        if field not in FIELDS:
            raise PresetError.unknown("there is no such field", field, FIELDS, where=where)
    told = _told(entry, TOLD_OF_COLUMN, where)
    return PresetColumn(
        header, fields, **{"meaning": "; else ".join(FIELDS[field] for field in fields), **told}
    )


def format_for(preset: Preset, path: str) -> str:
    """The format of an export file; its ending may ask for another table format, never for a tool's.

    Raises
    ------
    UsageError
        The tool takes another kind of file.
    """
    ending = Path(path).suffix.lower().lstrip(".")
    if ending == preset.format or (preset.headers == "own" and ending in FORMATS):
        return ending
    if preset.headers != "own" or ending:
        expected = (
            f".{preset.format}" if preset.headers != "own" else ", ".join(f".{name}" for name in FORMATS)
        )
        raise UsageError(
            f"the preset {preset.name} writes another kind of file", where="-o", seen=path, expected=expected
        )
    return preset.format


def _choice(data: dict[str, Any], key: str, known: tuple[str, ...], where: str) -> str:
    value = typed(data, key, str, where, PresetError) or known[0]
    if value not in known:
        raise PresetError.unknown(f"there is no such {key}", value, known, where=where)
    return value


def _told(data: dict[str, Any], kinds: Mapping[str, type], where: str) -> dict[str, Any]:
    """What the preset says of these keys; what it does not say is as the class has it."""
    found = {key: typed(data, key, kind, where, PresetError) for key, kind in kinds.items()}
    return {key: value for key, value in found.items() if value is not None}
