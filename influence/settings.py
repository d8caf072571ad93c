"""Profiles: what a ranking is asked, kept in a file that people can read, change and hand on.

Order, the later wins: defaults < goal < profile file < environment (``INFLUENCE_*``) < command line. Weights are merged
signal by signal, everything else as a whole. What came out of it is hashed into every output.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from influence.errors import SourceError, UsageError, did_you_mean
from influence.question import Ask, Filters, all_asks, asks_of
from influence.toml_files import read_toml

SCALES = ("share", "percentile", "saturating", "logarithm", "median", "signed")
UNKNOWN = ("neutral", "worst", "excluded")
PREFIX = "INFLUENCE_"
OTHER_VARIABLES = ("WORKSPACE", "PROFILE", "DATA", "TOPIC_PRIOR", "MODELS")
"""Variables of ours that are no settings of a ranking."""


class Profile:
    """Settings of a ranking; what it does not say leaves what was there before.

    Parameters
    ----------
    source : str
        File it was read from; no part of the hash.
    **said
        What `influence.question` declares, by name; `filters` is a mapping of its own. `brief` is a file. What is None
        or empty is not said.

    Attributes
    ----------
    goal, niche, brief, brand, as_of, embedding_model : str or None
    aliases, rivals, like : tuple of str
    seed : int or None
    weights, scales, unknown, filters : mapping

    Examples
    --------
    >>> Profile(weights={"reach": 2.0}).over(Profile(goal="awareness", weights={"niche_fit": 1.0})).to_dict()
    {'goal': 'awareness', 'weights': {'niche_fit': 1.0, 'reach': 2.0}}
    """

    def __init__(self, source: str = "", **said: Any) -> None:
        for name in said:
            if name not in KEYS:
                raise UsageError.unknown("unknown key of a profile", name, KEYS)
        self.source = source
        self.said = {
            name: said[name] for name in KEYS if said.get(name) is not None and said[name] not in ((), {})
        }

    def __getattr__(self, name: str) -> Any:
        if name not in KEYS:
            raise AttributeError(name)
        return self.said.get(name, _nothing(name))

    def over(self, below: Profile) -> Profile:
        """This profile on top of another: what it says wins; weights, scales, unknown and filters key by key."""
        tables = {name: {**getattr(below, name), **getattr(self, name)} for name in KEYS if name in TABLES}
        return Profile(self.source or below.source, **{**below.said, **self.said, **tables})

    def to_dict(self) -> dict[str, Any]:
        """What it says, without what it leaves open."""
        return {
            name: list(value) if isinstance(value, tuple) else dict(value) if name in TABLES else value
            for name, value in self.said.items()
        }


FILTERS: Mapping[str, Ask] = asks_of(Filters)
ASKS: Mapping[str, Ask] = all_asks()
TABLES: Mapping[str, Sequence[str] | None] = {
    **{name: None for name, one in ASKS.items() if one.kind == "table"},
    "scales": SCALES, "unknown": UNKNOWN, "filters": tuple(FILTERS),
}  # fmt: skip
KEYS = (
    *(name for name, one in ASKS.items() if name not in FILTERS and one.kind not in ("given", "table")), *TABLES,
)  # fmt: skip


def _nothing(name: str) -> Any:
    return {} if name in TABLES else () if ASKS[name].kind == "texts" else None


def load_profile(path: str | Path, signals: Sequence[str] | None = None) -> Profile:
    """Read a profile from a TOML file.

    Parameters
    ----------
    path : str or Path
    signals : sequence of str, optional
        Names that weights, scales and unknown may speak of; unchecked when not told.

    Raises
    ------
    SourceError
        The file is missing, too large, or no TOML.
    UsageError
        A key or a value that means nothing; it says which, and what was probably meant.
    """
    file = Path(path)
    if not file.is_file():
        raise SourceError("there is no such profile", where=str(file), expected="a .toml file")
    hint = "see `influence goals long-tail --format toml` for one that is"
    profile = profile_of(read_toml(file, "profile", hint=hint), str(file), signals)
    beside = {
        name: str(file.parent / told)
        for name, told in profile.said.items()
        if name in ASKS and ASKS[name].kind in ("file", "folder")
    }
    return Profile(str(file), **{**profile.said, **beside})


def profile_of(document: Mapping[str, Any], where: str, signals: Sequence[str] | None = None) -> Profile:
    """Check a mapping key by key and make a profile of it; errors name `where`."""
    for key in document:
        if key not in KEYS:
            raise UsageError.unknown("unknown key in the profile", key, KEYS, where)
    said: dict[str, Any] = {}
    for key, value in document.items():
        said[key] = (
            _table(key, value, where, signals)
            if key in TABLES
            else _checked(ASKS[key], value, f"{where}, {key}")
        )
    return Profile(where, **said)


def _checked(one: Ask, value: Any, place: str) -> Any:
    """A value of the kind that was declared."""
    if one.kind == "texts":
        return tuple(_texts(value, place))
    if one.kind == "whole":
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise _wrong(place, value, "a whole number of zero or more")
        return value
    if one.kind == "day":
        value = value.isoformat() if hasattr(value, "isoformat") else value
    if not isinstance(value, str):
        raise _wrong(place, value, "text in quotes")
    return value


def _table(key: str, value: Any, where: str, signals: Sequence[str] | None) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(f"{where}, {key}", value, f"a table, as in [{key}]")
    names = tuple(FILTERS) if key == "filters" else signals
    checked = {}
    for name, item in value.items():
        place = f"{where}, [{key}] {name}"
        if names is not None and name not in names:
            what = "unknown filter" if key == "filters" else "unknown signal"
            raise UsageError.unknown(f"{what} in the profile", name, names, f"{where}, [{key}]")
        checked[name] = _item(key, name, item, place)
    return checked


def _item(key: str, name: str, item: Any, place: str) -> Any:
    if key == "weights":
        return _weight(item, place)
    if key == "filters":
        return _checked(FILTERS[name], item, place)
    allowed = TABLES[key] or ()
    if item not in allowed:
        raise UsageError.unknown("this means nothing here", str(item), allowed, place)
    return item


def _weight(item: Any, place: str) -> float:
    if isinstance(item, bool) or not isinstance(item, int | float) or not 0 <= item < float("inf"):
        raise _wrong(place, item, "a number of zero or more")
    return float(item)


def _texts(value: Any, place: str) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise _wrong(place, value, 'text, or a list of texts, as in ["en", "de"]')
    return list(values)


def _wrong(where: str, seen: Any, expected: str) -> UsageError:
    return UsageError("this setting has the wrong kind of value", where=where, seen=seen, expected=expected)


def dump_profile(profile: Profile, comments: Mapping[str, str] | None = None) -> str:
    """A profile as TOML that `load_profile` reads back; `comments` go after the key (``weights.reach``) they name."""
    notes = comments or {}
    said = profile.to_dict()
    plain = {key: value for key, value in said.items() if not isinstance(value, dict)}
    lines = [_line(key, value, notes.get(key)) for key, value in plain.items()]
    for key, table in said.items():
        if isinstance(table, dict):
            lines += ["", f"[{key}]"] + [
                _line(name, item, notes.get(f"{key}.{name}")) for name, item in table.items()
            ]
    return "\n".join(lines).lstrip("\n") + "\n"


def _line(key: str, value: Any, note: str | None) -> str:
    # text in JSON quotes is a TOML basic string, but for DEL, which must be escaped
    written = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False).replace(
        "\x7f", "\\u007f"
    )
    plain = "# " + " ".join(note.split()) if note else ""
    return f"{key} = {written}" + (f"  {plain}" if plain else "")


def environment_profile(
    environment: Mapping[str, str] | None = None, signals: Sequence[str] | None = None
) -> Profile:
    """Settings from ``INFLUENCE_GOAL``, ``INFLUENCE_MAX_FOLLOWERS``, ``INFLUENCE_WEIGHTS`` (``reach=0,...``) and so on.

    Lists are separated by commas. A variable that looks like a misspelt one of ours is an error; other variables that
    start alike are none of our business.
    """
    given = os.environ if environment is None else environment
    names = {PREFIX + key.upper(): key for key in (*KEYS, *FILTERS) if key != "filters"}
    document: dict[str, Any] = {}
    for variable in sorted(name for name in given if name.startswith(PREFIX)):
        text = given[variable].strip()
        if variable in names and text:
            key = names[variable]
            into = document.setdefault("filters", {}) if key in FILTERS else document
            into[key] = _from_text(key, text, variable)
        elif variable not in names and variable.removeprefix(PREFIX) not in OTHER_VARIABLES:
            meant = did_you_mean(variable.removeprefix(PREFIX), [name.removeprefix(PREFIX) for name in names])
            hint = meant and meant.replace("'", "'" + PREFIX, 1)
            if hint:
                raise UsageError("unknown setting in the environment", where=variable, seen=text, hint=hint)
    return profile_of(document, "the environment", signals)


def _from_text(key: str, text: str, variable: str) -> Any:
    if key in TABLES:
        return parse_pairs(text, variable, numbers=key == "weights")
    if ASKS[key].kind == "whole":
        try:
            return int(text)
        except ValueError as error:
            raise _wrong(variable, text, "a whole number") from error
    if ASKS[key].kind == "texts":
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def parse_pairs(text: str, where: str, *, numbers: bool) -> dict[str, Any]:
    """Read ``niche_fit=2,reach=0`` into a mapping."""
    pairs: dict[str, Any] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, equals, value = part.partition("=")
        try:
            pairs[name.strip()] = float(value) if numbers else value.strip()
        except ValueError:
            equals = ""
        if not equals:
            raise UsageError(
                "this is not a pair", where=where, seen=part, expected="signal=value, as in reach=0"
            )
    return pairs
