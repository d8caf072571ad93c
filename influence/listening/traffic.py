"""Files of web analytics as rows: visits, conversions and money, by channel, source, campaign and code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from influence.errors import SourceError
from influence.sources.opening import open_sources
from influence.toml_files import shipped

FIGURES = ("visits", "visitors", "conversions", "rate", "revenue", "assisted")
WORDS = ("channel", "source_medium", "source", "medium", "campaign", "content", "label")
UNTOLD = ("", "(not set)")
TOTALS = ("total", "totals", "grand total")
CREATOR = "creator"
"""Medium of the links that `influence desk codes` makes."""
PAID = re.compile(r".*cp.*|ppc|retargeting|paid.*")
"""Mediums of advertising, as Google Analytics' default group has them; the source says which."""
_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")
NO_CHANNEL = "Unassigned"
CATCH_ALL = ("Referral", NO_CHANNEL, "Campaigns", "")


@dataclass(frozen=True)
class Traffic:
    """One row of a file; a figure that the file does not tell is None."""

    channel: str
    source: str
    campaign: str
    content: str
    visits: float | None
    conversions: float | None
    revenue: float | None
    assisted: float | None
    moved: bool = False
    """The file has it under another channel."""


@dataclass(frozen=True)
class TrafficFile:
    """What a file tells.

    Attributes
    ----------
    name : str
    touch : {"last", "first"}
        Whom it credits: the touch before the visit, or that by which a visitor first came (headers ``First user ...``).
    headers : tuple of str
    people : bool
        `visits` are visitors.
    rows : tuple of Traffic
    unnamed : bool
        Its labels are no channels or sources (pages, countries, browsers, contents): looked at for codes only.
    """

    name: str
    touch: str
    headers: tuple[str, ...]
    people: bool
    rows: tuple[Traffic, ...]
    unnamed: bool = False


def read_traffic(path: str | Path) -> TrafficFile:
    """Read one export; comment lines, encodings and delimiters as in any import.

    Raises
    ------
    SourceError
        No column says where visits came from, or none counts anything, or a figure is none.
    """
    found = [(source, heads) for source in open_sources(Path(path)) if (heads := _heads(source.headers))]
    if not found:
        raise SourceError(
            "no column tells where visits came from, or none counts them", where=str(path),
            seen=", ".join(open_sources(Path(path))[0].headers),
            expected="channel, source or campaign, and visits or conversions (docs/listening.md has the headers)",
        )  # fmt: skip
    source, heads = found[0]
    rows, comma = [], source.decimal_comma
    for batch in source.batches():
        for line, row in zip(batch.lines.tolist(), batch.rows.to_pylist(), strict=True):
            told = {role: str(row[header] or "").strip() for role, header in heads.items()}
            labels = {told.get(role, "").lower() for role in WORDS}
            if labels.difference(UNTOLD) and labels.isdisjoint(TOTALS):
                rows.append(_traffic(told, f"{path}, line {line}", comma))
    first = any(header.lower().startswith("first user") for header in heads.values())
    unnamed = set(heads) & set(WORDS) == {"label"} and all(row.channel == NO_CHANNEL for row in rows)
    return TrafficFile(Path(path).name, "first" if first else "last", tuple(source.headers),
                       "visits" not in heads, tuple(rows), unnamed)  # fmt: skip


def _heads(headers: Sequence[str]) -> dict[str, str]:
    """Role -> header of this file; empty where it is no table of traffic."""
    by_name = {header.strip().lower(): header for header in headers}
    columns: Mapping[str, Sequence[str]] = shipped("influence.listening", "channels.toml")["columns"]
    heads = {
        role: by_name[name] for role, names in columns.items() for name in reversed(names) if name in by_name
    }
    told = set(heads)
    return heads if told & set(WORDS) and told & {"visits", "visitors", "conversions"} else {}


def _traffic(told: Mapping[str, str], where: str, comma: bool) -> Traffic:
    figure = {role: _number(told.get(role, ""), where, comma) for role in FIGURES}
    visits = figure["visits"] if figure["visits"] is not None else figure["visitors"]
    if visits is None and figure["rate"] and figure["conversions"] is not None:
        visits = float(round(100 * figure["conversions"] / figure["rate"]))
    source, _, medium = told.get("source_medium", "").partition(" / ")
    source, medium = source or told.get("source", ""), medium or told.get("medium", "")
    label = told.get("label", "")
    names, said = _known("channels"), told.get("channel", "")
    as_told = names.get(said.lower(), said) or names.get(label.lower(), "")
    channel = channel_of(as_told, source or label, medium)
    campaign, content = (told.get(role, "") for role in ("campaign", "content"))
    return Traffic(
        channel, source or label, campaign or label, content or label, visits, figure["conversions"], figure["revenue"],
        figure["assisted"], moved=as_told not in ("", channel),
    )  # fmt: skip


def channel_of(told: str, source: str, medium: str) -> str:
    """The channel of a row: what the file says, but creators' links and assistants out of the catch-alls.

    >>> channel_of("Unassigned", "zoe", "creator"), channel_of("Referral", "www.perplexity.ai", "referral")
    ('Creators', 'AI Assistant')
    >>> channel_of("", "m.facebook.com", "cpc"), channel_of("", "zoe.blog", "cpc"), channel_of("", "zoe.blog", "cpm")
    ('Paid Social', 'Paid Other', 'Display')
    >>> channel_of("", "zoe.blog", ""), channel_of("", "(not set)", "(not set)")
    ('Referral', 'Unassigned')
    """
    if medium.lower() == CREATOR:
        return "Creators"
    if told not in CATCH_ALL:
        return told
    by_source, by_medium = _site(source), _known("mediums").get(medium.lower(), "")
    is_paid = bool(PAID.fullmatch(medium.lower()))
    if is_paid and by_source.startswith("Organic"):
        return by_source.replace("Organic", "Paid")
    if is_paid or by_medium in ("Display", "Affiliates", "Email"):
        return by_medium or "Paid Other"
    return by_source or told or by_medium or ("Referral" if _DOMAIN.fullmatch(source) else NO_CHANNEL)


def _site(source: str) -> str:
    """Channel of a source, or of the domain that it is a part of: ``l.instagram.com`` is Instagram."""
    known, name = _known("sources"), source.lower()
    while name not in known and _DOMAIN.fullmatch(name):
        name = name.partition(".")[2]
    return known.get(name, "")


@cache
def _known(table: str) -> Mapping[str, str]:
    groups: Mapping[str, Sequence[str]] = shipped("influence.listening", "channels.toml")[table]
    return {name: channel for channel, names in groups.items() for name in names}


def _number(text: str, where: str, comma: bool) -> float | None:
    """A figure as analytics write it: ``1,234.50``, ``12.5%``, ``€30``; None where none is told."""
    plain = re.sub(r"[\s%$€£]", "", text)
    plain = plain.replace(".", "").replace(",", ".") if comma else plain.replace(",", "")
    if plain in ("", "-", "(notset)"):
        return None
    try:
        return float(plain)
    except ValueError:
        raise SourceError("this is no figure", where=where, seen=text,
                          expected="a number") from None  # fmt: skip


def each_once(files: Sequence[TrafficFile]) -> list[tuple[TrafficFile, bool]]:
    """Each file, and whether its rows may be added up: of a touch only reports with the same columns are.

    Two reports break the same visits down twice; two months of one report do not. One without channels adds nothing.

    Raises
    ------
    SourceError
        Two files hold the same rows.
    """
    first: dict[str, TrafficFile] = {}
    told: list[tuple[TrafficFile, bool]] = []
    for file in files:
        same = next((one for one, _ in told if (one.touch, one.rows) == (file.touch, file.rows)), None)
        if same:
            raise SourceError("two files hold the same rows", where=file.name, seen=same.name,
                              hint="name each report once")  # fmt: skip
        adds = not file.unnamed and first.setdefault(file.touch, file).headers == file.headers
        told.append((file, adds))
    return told
