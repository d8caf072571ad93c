"""Profiles: what a ranking is asked, kept in a file that people can read, change and hand on.

Order, the later wins: defaults < goal < profile file < environment (``INFLUENCE_*``) < command line. Weights are merged
signal by signal, everything else as a whole. What came out of it is hashed into every output.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from influence.errors import SourceError, UsageError, did_you_mean

SCALES = ("share", "percentile", "saturating", "median", "signed")
UNKNOWN = ("neutral", "worst", "excluded")
FILTERS: Mapping[str, type] = {
    "max_followers": int, "min_followers": int, "kind": list, "language": list, "platform": list, "country": list,
}  # fmt: skip
PREFIX = "INFLUENCE_"
OTHER_VARIABLES = ("WORKSPACE", "PROFILE", "DATA", "TOPIC_PRIOR")
"""Variables of ours that are no settings of a ranking."""
MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Profile:
    """Settings of a ranking; None or empty says nothing and leaves what was there before.

    Attributes
    ----------
    goal : str
        Preset of weights that this profile starts from.
    weights : mapping of signal to weight
        Changes of single weights; 0 leaves a signal out.
    scales : mapping of signal to {"share", "percentile", "saturating", "median", "signed"}
        How a value becomes 0-1.
    unknown : mapping of signal to {"neutral", "worst", "excluded"}
        What an account without a value counts as: the median, nothing, or left out of the list.
    filters : mapping
        ``max_followers``, ``min_followers``, ``kind``, ``language``, ``platform``, ``country``.
    niche, brief, brand : str
        `brief` is a file; a relative path starts at the profile.
    aliases, rivals : tuple of str
        Other names of the brand, and other brands.
    like : tuple of str
        Example accounts.
    as_of : str
        Day (ISO).
    seed : int
    embedding_model : str
        Folder of a sentence model (extra ``embeddings``); a relative path starts at the profile.
    source : str
        File it was read from; no part of the hash.
    """

    goal: str | None = None
    niche: str | None = None
    brief: str | None = None
    brand: str | None = None
    aliases: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    as_of: str | None = None
    seed: int | None = None
    embedding_model: str | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    scales: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""

    def over(self, below: Profile) -> Profile:
        """This profile on top of another: what it says wins; weights, scales, unknown and filters key by key."""
        merged: dict[str, Any] = {}
        for name in KEYS:
            mine, theirs = getattr(self, name), getattr(below, name)
            merged[name] = (
                {**theirs, **mine} if isinstance(mine, Mapping) else theirs if mine in (None, ()) else mine
            )
        return replace(self, **merged, source=self.source or below.source)

    def to_dict(self) -> dict[str, Any]:
        """What it says, without what it leaves open."""
        said = {name: getattr(self, name) for name in KEYS}
        return {
            name: list(value)
            if isinstance(value, tuple)
            else dict(value)
            if isinstance(value, Mapping)
            else value
            for name, value in said.items()
            if value is not None and value not in ((), {})
        }


KEYS = tuple(one.name for one in fields(Profile) if one.name != "source")
LISTS = ("aliases", "rivals", "like")
TABLES: Mapping[str, Sequence[str] | None] = {
    "weights": None, "scales": SCALES, "unknown": UNKNOWN, "filters": tuple(FILTERS),
}  # fmt: skip


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
    if file.stat().st_size > MAX_BYTES:
        raise SourceError("the profile is too large", where=str(file), expected="less than 1 MB")
    try:
        document = tomllib.loads(file.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(
            "the profile is not valid TOML", where=str(file), seen=str(error),
            hint="see `influence goals long-tail --format toml` for one that is",
        ) from error  # fmt: skip
    profile = profile_of(document, str(file), signals)
    told = {name: getattr(profile, name) for name in ("brief", "embedding_model")}
    beside: dict[str, Any] = {name: str(file.parent / path) for name, path in told.items() if path}
    return replace(profile, **beside)


def profile_of(document: Mapping[str, Any], where: str, signals: Sequence[str] | None = None) -> Profile:
    """Check a mapping key by key and make a profile of it; errors name `where`."""
    known = [*KEYS]
    for key in document:
        if key not in known:
            raise _unknown("unknown key in the profile", where, key, known)
    said: dict[str, Any] = {}
    for key, value in document.items():
        said[key] = _table(key, value, where, signals) if key in TABLES else _plain(key, value, where)
    return Profile(**said, source=where)


def _plain(key: str, value: Any, where: str) -> Any:
    if key in LISTS:
        return tuple(_texts(value, f"{where}, {key}"))
    if key == "seed":
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong(f"{where}, seed", value, "a whole number")
        return value
    if key == "as_of":
        value = value.isoformat() if hasattr(value, "isoformat") else value
    if not isinstance(value, str):
        raise _wrong(f"{where}, {key}", value, "text in quotes")
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
            raise _unknown(f"{what} in the profile", f"{where}, [{key}]", name, names)
        checked[name] = _item(key, name, item, place)
    return checked


def _item(key: str, name: str, item: Any, place: str) -> Any:
    if key == "weights":
        return _weight(item, place)
    if key == "filters":
        return _filter(name, item, place)
    allowed = TABLES[key] or ()
    if item not in allowed:
        raise _unknown("this means nothing here", place, str(item), allowed)
    return item


def _weight(item: Any, place: str) -> float:
    if isinstance(item, bool) or not isinstance(item, int | float) or not 0 <= item < float("inf"):
        raise _wrong(place, item, "a number of zero or more")
    return float(item)


def _filter(name: str, item: Any, place: str) -> Any:
    if FILTERS[name] is int:
        if isinstance(item, bool) or not isinstance(item, int) or item < 0:
            raise _wrong(place, item, "a whole number of zero or more")
        return item
    return tuple(_texts(item, place))


def _texts(value: Any, place: str) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise _wrong(place, value, 'text, or a list of texts, as in ["en", "de"]')
    return list(values)


def _wrong(where: str, seen: Any, expected: str) -> UsageError:
    return UsageError("this setting has the wrong kind of value", where=where, seen=seen, expected=expected)


def _unknown(what: str, where: str, seen: str, known: Sequence[str]) -> UsageError:
    hint = did_you_mean(seen, list(known))
    return UsageError(what, where=where, seen=seen, expected=", ".join(known), hint=hint)


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
    if key == "seed" or FILTERS.get(key) is int:
        try:
            return int(text)
        except ValueError as error:
            raise _wrong(variable, text, "a whole number") from error
    if key in LISTS or FILTERS.get(key) is list:
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
