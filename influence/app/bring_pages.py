"""Bring files in: what each column was taken for, changed by a menu, what is refused and why, and then one button."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from influence.app.brought import Told, looked_at, planned_of
from influence.app.site import Page, Site, text_in
from influence.clock import now

if TYPE_CHECKING:
    from influence.app.jobs import Watch
    from influence.store.importing.reports import ImportReport

LARGE_BYTES = 5_000_000
"""Files of more than this, together, are read by a job that tells how far it is."""


def bring(site: Site, _: Request, __: FormData) -> Response:
    """Where files are brought in, and which exports are recognised."""
    from influence.store.importing.recognised import known_exports

    waiting = [(key, [file.name for file in files]) for key, files in site.desk.waiting.items()]
    return site.show("bring.html", waiting=waiting, exports=known_exports())


async def receive(site: Site, request: Request) -> Response:
    """Files that a form brings, laid down under a key of this run."""
    form = await request.form(max_files=200)
    key = secrets.token_urlsafe(9)
    brought = [one for one in form.getlist("files") if not isinstance(one, str) and one.filename]
    for one in brought:
        assert not isinstance(one, str)
        await run_in_threadpool(_lay_down, site, key, one.filename or "", one.file)
    await form.close()
    return RedirectResponse(f"/bring/{key}" if brought else "/bring", 303)


def _lay_down(site: Site, key: str, name: str, file: Any) -> None:
    site.desk.keep(key, name, iter(lambda: file.read(1 << 20), b""))


def look(site: Site, request: Request, form: FormData) -> Response:
    """How files that were brought would be read, column by column."""
    key = request.path_params["key"]
    files = site.desk.waiting.get(key)
    if not files:
        return RedirectResponse("/bring", 303)
    return _looked(site, key, files, told_in(form), None)


def take(site: Site, request: Request, form: FormData) -> Response:
    """Look again with what the menus say, count, import, save the mapping, or throw the files away."""
    key, do = request.path_params["key"], form.get("do")
    files = site.desk.waiting.get(key)
    if not files or do == "drop":
        site.desk.drop(key)
        return RedirectResponse("/bring", 303)
    told = told_in(form)
    if do == "map":
        return _mapping(files, told)
    if do not in ("try", "import"):
        return _looked(site, key, files, told, None)
    rehearsal = do == "try"

    def done(report: ImportReport) -> Response:
        return _looked(site, key, files, told, report) if rehearsal else _imported(site, key, report)

    names = ", ".join(file.name for file in files[:3]) + (" ..." if len(files) > 3 else "")
    return site.run(
        f"Reading {names}",
        lambda watch: _read(site, files, told, rehearsal, watch),
        done,
        long=sum(file.stat().st_size for file in files) > LARGE_BYTES,
        back=f"/bring/{key}",
    )


def told_in(form: FormData) -> Told:
    """What a person said about the files: the platform, whose they are, and columns by file and place."""
    columns: dict[tuple[int, int], str] = {}
    for name, value in form.multi_items():
        parts = name.split(".")
        if parts[0] == "c" and len(parts) == 3 and parts[1].isdigit() and parts[2].isdigit() and value:
            columns[int(parts[1]), int(parts[2])] = str(value)
    return Told(columns, text_in(form, "platform"), text_in(form, "owner"))


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
    from influence.store.workspace import Workspace, memory_workspace

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
    head = {"Content-Disposition": 'attachment; filename="mapping.toml"'}
    return Response(text, media_type="application/toml", headers=head)


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/bring", "GET", bring), ("/bring/{key}", "GET", look), ("/bring/{key}", "POST", take),
)  # fmt: skip
