"""Whom assistants cite for the niche's questions: files of open trackers, addresses mapped to people."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from influence.errors import SourceError
from influence.listening.findable import URL, name_of
from influence.sources.opening import open_sources

COLUMNS = {
    "prompt": ("prompt", "query", "question", "prompt_id"),
    "engine": ("engine", "model", "provider", "platform", "assistant"),
    "url": (
        "cited_urls",
        "cited_url",
        "citations",
        "citation",
        "url",
        "urls",
        "domain",
        "source_url",
        "top_sources",
    ),
}
"""Role -> headers of trackers, lower case. A cell may hold several addresses."""


@dataclass(frozen=True)
class Cited:
    """Who is cited: on how many prompts of all, by which engines; `account_id` where the workspace knows the place."""

    name: str
    account_id: str | None
    n_prompts: int
    engines: tuple[str, ...]
    contacted: bool


@dataclass(frozen=True)
class Citations:
    """What the trackers tell, most prompts first."""

    cited: tuple[Cited, ...]
    n_prompts: int
    engines: tuple[str, ...]


def read_citations(path: str | Path) -> list[tuple[str, str, str]]:
    """Prompt, engine and address (empty where nothing was cited), one a citation.

    A table with columns of `COLUMNS`, or the JSON of `citation_check.py` of ai-visibility-monitor
    (``queries``: ``query``, ``citations_union``: ``url``).

    Raises
    ------
    SourceError
        There is no column of prompts or of addresses.
    """
    file = Path(path)
    if file.suffix.lower() == ".json" and (told := _monitor(file)) is not None:
        return told
    source = open_sources(file)[0]
    by_name = {header.strip().lower().replace(" ", "_"): header for header in source.headers}
    heads = {
        role: next((by_name[name] for name in names if name in by_name), "")
        for role, names in COLUMNS.items()
    }
    if not heads["prompt"] or not heads["url"]:
        raise SourceError("no column says what was asked, or what was cited", where=str(path),
                          seen=", ".join(source.headers), expected="prompt, engine and cited_urls")  # fmt: skip
    return [
        found for batch in source.batches() for row in batch.rows.to_pylist() for found in _row(row, heads)
    ]


def _row(row: Mapping[str, object], heads: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    prompt, engine, cell = (
        str(row[heads[role]] or "").strip() if heads[role] else "" for role in ("prompt", "engine", "url")
    )
    if prompt:
        for one in re.split(r"[\s,;|\[\]\"']+", cell) if cell else [""]:
            if not cell or "." in one:
                yield prompt, engine or "not told", one


def _monitor(file: Path) -> list[tuple[str, str, str]] | None:
    """The JSON of ai-visibility-monitor; None where it is another."""
    try:
        data = json.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError) as fault:
        raise SourceError("this is no JSON", where=str(file), seen=str(fault)) from fault
    if not isinstance(data, dict) or not isinstance(data.get("queries"), list):
        return None
    engine = str(data.get("model") or "not told")
    return [
        (str(query.get("query", "")), engine, str(one.get("url", "")))
        for query in data["queries"]
        for one in (query.get("citations_union") or [{}])
    ]


def citations_of(
    rows: Collection[tuple[str, str, str]],
    known: Mapping[str, str],
    contacted: Collection[str],
    hidden: Callable[[str], bool],
) -> Citations:
    """Who is cited, on how many prompts, by whom?

    Parameters
    ----------
    rows : collection of (prompt, engine, address)
    known : mapping
        Name of a place (`influence.listening.findable.name_of`) -> account.
    contacted : collection of str
        Accounts.
    hidden : callable
        Whether a place or account must not be named.
    """
    prompts: dict[str, set[str]] = {}
    engines: dict[str, set[str]] = {}
    for prompt, engine, url in rows:
        name = name_of(url if URL.match(url) else f"https://{url}") if url else None
        if name and not hidden(name):
            prompts.setdefault(name, set()).add(prompt)
            engines.setdefault(name, set()).add(engine)
    cited = [
        Cited(name, known.get(name), len(asked), tuple(sorted(engines[name])), known.get(name) in contacted)
        for name, asked in prompts.items()
    ]
    ordered = sorted(cited, key=lambda one: (-one.n_prompts, -len(one.engines), one.name))
    return Citations(tuple(ordered), len({row[0] for row in rows}), tuple(sorted({row[1] for row in rows})))
