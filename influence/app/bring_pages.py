"""Bring files in: what each column was taken for, changed by a menu, what is refused and why, and then one button."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from influence.app.jobs import Watch
from influence.app.site import Page, Site, Visit, download
from influence.clock import now
from influence.errors import InfluenceError
from influence.sources.base import ReadOptions, Source
from influence.sources.opening import open_sources
from influence.store.importing.recognised import known_exports
from influence.store.workspace import Workspace, memory_workspace

if TYPE_CHECKING:
    from influence.store.importing.deciding import SourcePlan
    from influence.store.importing.reports import ImportReport
    from influence.store.importing.transaction import Planned


SHOWN_ROWS = 200
"""Rows in which first values are looked for."""
SHOWN_VALUES = 3


@dataclass(frozen=True)
class Told:
    """What a person said about files: what columns are, by (file, column) counted from 0; empty texts say nothing."""

    columns: Mapping[tuple[int, int], str] = field(default_factory=dict)
    platform: str = ""
    owner: str = ""


@dataclass(frozen=True)
class SeenColumn:
    """A column of a file: its first values, the columns of tables that it fills, and what a person said it is."""

    at: int
    header: str
    values: tuple[str, ...]
    fills: str
    told: str


@dataclass(frozen=True)
class SeenFile:
    """One source of a file, as it would be read; `error` where it would not, `alone` where the file has no other.

    Columns can be told of files with one source: what is told counts for all of a file.
    """

    at: int
    name: str
    about: str
    tables: str
    why: str
    columns: tuple[SeenColumn, ...]
    error: InfluenceError | None = None
    alone: bool = True


def planned_of(files: Sequence[Path], told: Told) -> Planned:
    """How the files are read: those that nobody said anything about together, the others one by one.

    A mapping file (.toml) among them says how the rest is read.
    """
    from influence.store.importing.transaction import Planned, plan_import

    mapping = next((file for file in files if file.suffix == ".toml"), None)
    said = {at for at, _ in told.columns}
    data = [(at, file) for at, file in enumerate(files) if file != mapping]
    plain = [file for at, file in data if at not in said]
    made = [plan_import(plain, mapping, _options(told, None, ()))] if plain else []
    for at, file in data:
        if at in said:
            made.append(plan_import([file], mapping, _options(told, at, open_sources(file)[0].headers)))
    plans = tuple(plan for one in made for plan in one.plans)
    return Planned(plans, tuple(f for one in made for f in one.findings), made[0].label if made else None)


def looked_at(files: Sequence[Path], told: Told) -> list[SeenFile]:
    """Every source of the files, with its columns."""
    return [one for at, file in enumerate(files) if file.suffix != ".toml" for one in _seen(files, at, told)]


def _seen(files: Sequence[Path], at: int, told: Told) -> list[SeenFile]:
    mapping = tuple(file for file in files if file.suffix == ".toml")
    mine = Told({(0, c): what for (f, c), what in told.columns.items() if f == at}, told.platform, told.owner)
    try:
        plans = planned_of([files[at], *mapping], mine).plans
        return [_as_planned(at, plan, mine, len(plans) == 1) for plan in plans]
    except InfluenceError as error:
        try:
            sources = open_sources(files[at])
        except (InfluenceError, KeyError):
            return [SeenFile(at, files[at].name, "", "", "", (), error)]
        return [
            SeenFile(at, files[at].name, one.about, "", "", _columns(one, {}, mine), error, len(sources) == 1)
            for one in sources
        ]


def _as_planned(at: int, plan: SourcePlan, told: Told, alone: bool) -> SeenFile:
    tables = ", ".join(dict.fromkeys(rule.table for rule in plan.rules))
    columns = _columns(plan.source, _fills(plan), told)
    return SeenFile(at, plan.file, plan.source.about, tables, _why(plan), columns, None, alone)


def _why(plan: SourcePlan) -> str:
    if plan.guess is not None:
        return f"{plan.guess.sureness:.0%} sure: {plan.guess.reason}"
    return "by your mapping" if plan.export is None else f"recognised: {plan.export.name}"


def _fills(plan: SourcePlan) -> dict[str, str]:
    """Header -> columns of tables that it fills."""
    found: dict[str, list[str]] = {}
    for rule in plan.rules:
        for column in rule.columns:
            for header in column.headers:
                if header not in column.digest:
                    named = "kept beside" if column.target == "extra" else f"{rule.table}.{column.target}"
                    found.setdefault(header, []).append(named)
    return {header: ", ".join(dict.fromkeys(names)) for header, names in found.items()}


def _columns(source: Source, fills: Mapping[str, str], told: Told) -> tuple[SeenColumn, ...]:
    from influence.store.importing.deciding import sample_of

    sample = sample_of(source, SHOWN_ROWS)
    return tuple(
        SeenColumn(at, header, _first(sample[header]), fills.get(header, ""), told.columns.get((0, at), ""))
        for at, header in enumerate(source.headers)
    )


def _first(values: Sequence[str | None]) -> tuple[str, ...]:
    known = dict.fromkeys(value.strip() for value in values if value and value.strip())
    return tuple(list(known)[:SHOWN_VALUES])


def _options(told: Told, at: int | None, headers: Sequence[str]) -> ReadOptions:
    columns = tuple(
        (what, headers[column])
        for (file, column), what in told.columns.items()
        if file == at and column < len(headers)
    )
    return ReadOptions(columns=columns, owner=told.owner or None)


LARGE_BYTES = 5_000_000
"""Files of more than this, together, are read by a job that tells how far it is."""


def bring(visit: Visit) -> Response:
    """Where files are brought in, and which exports are recognised."""
    waiting = [(key, [file.name for file in files]) for key, files in visit.desk.waiting.items()]
    return visit.show("bring.html", waiting=waiting, exports=known_exports())


async def receive(site: Site, request: Request) -> Response:
    """Files that a form brings, laid down under a key of this run."""
    form = await request.form(max_files=200)
    key = secrets.token_urlsafe(9)
    brought = [one for one in form.getlist("files") if not isinstance(one, str) and one.filename]
    for one in brought:
        assert not isinstance(one, str)
        chunks = iter(partial(one.file.read, 1 << 20), b"")
        await run_in_threadpool(site.desk.keep, key, one.filename or "", chunks)
    await form.close()
    return RedirectResponse(f"/bring/{key}" if brought else "/bring", 303)


def look(visit: Visit) -> Response:
    """How files that were brought would be read, column by column."""
    key = visit.at["key"]
    files = visit.desk.waiting.get(key)
    if not files:
        return RedirectResponse("/bring", 303)
    return _looked(visit.site, key, files, told_in(visit), None)


def take(visit: Visit) -> Response:
    """Look again with what the menus say, count, import, save the mapping, or throw the files away."""
    key, do = visit.at["key"], visit.form.get("do")
    files = visit.desk.waiting.get(key)
    if not files or do == "drop":
        visit.desk.drop(key)
        return RedirectResponse("/bring", 303)
    told = told_in(visit)
    if do == "map":
        return _mapping(files, told)
    if do not in ("try", "import"):
        return _looked(visit.site, key, files, told, None)
    rehearsal = do == "try"

    def done(report: ImportReport) -> Response:
        return (
            _looked(visit.site, key, files, told, report) if rehearsal else _imported(visit.site, key, report)
        )

    names = ", ".join(file.name for file in files[:3]) + (" ..." if len(files) > 3 else "")
    return visit.site.run(
        f"Reading {names}",
        lambda watch: _read(visit.site, files, told, rehearsal, watch),
        done,
        long=sum(file.stat().st_size for file in files) > LARGE_BYTES,
        back=f"/bring/{key}",
    )


def told_in(visit: Visit) -> Told:
    """What a person said about the files: the platform, whose they are, and columns by file and place."""
    columns: dict[tuple[int, int], str] = {}
    for name, value in visit.form.multi_items():
        parts = name.split(".")
        if parts[0] == "c" and len(parts) == 3 and parts[1].isdigit() and parts[2].isdigit() and value:
            columns[int(parts[1]), int(parts[2])] = str(value)
    return Told(columns, visit.text("platform"), visit.text("owner"))


def _looked(site: Site, key: str, files: Sequence[Path], told: Told, report: ImportReport | None) -> Response:
    from influence.store.importing.guessing.tables import columns_to_tell

    return site.show(
        "looked.html", key=key, told=told, files=looked_at(files, told), targets=columns_to_tell(),
        report=report, rejects=_rejects(report),
    )  # fmt: skip


def _imported(site: Site, key: str, report: ImportReport) -> Response:
    site.desk.drop(key)
    missing = [one for one in site.desk.described().signals if not one.available]
    return site.show("imported.html", report=report, rejects=_rejects(report), missing=missing)


def _rejects(report: ImportReport | None) -> list[Mapping[str, Any]]:
    return report.rejects.slice(0, 50).to_pylist() if report else []


def _read(site: Site, files: Sequence[Path], told: Told, rehearsal: bool, watch: Watch) -> ImportReport:
    from influence.store.importing.transaction import import_files

    planned = planned_of(files, told)

    def read(workspace: Workspace) -> ImportReport:
        return import_files(
            workspace, list(files), platform=told.platform or None, now=now(), dry_run=rehearsal,
            planned=planned, progress=watch,
        )  # fmt: skip

    if not rehearsal:
        return site.desk.change(read)
    if not site.desk.is_new:
        return site.desk.session.ask(read)
    with memory_workspace() as empty:
        return read(empty)


def _mapping(files: Sequence[Path], told: Told) -> Response:
    from influence.store.importing.mapping_text import mapping_text

    text = mapping_text(planned_of(files, told).plans, told.platform or None, "Written by influence app")
    return download(text, "mapping.toml", "application/toml")


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/bring", "GET", bring), ("/bring/{key}", "GET", look), ("/bring/{key}", "POST", take),
)  # fmt: skip
