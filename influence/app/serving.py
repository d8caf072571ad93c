"""The addresses of the app and what each of them shows."""

from __future__ import annotations

import contextlib
import functools
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from influence.app.asked import Asked, asked_of
from influence.app.desk import Desk
from influence.app.guard import Application, Guard
from influence.app.ranking_page import form_of, ranking_page
from influence.clock import now
from influence.errors import InfluenceError, UnknownAccountError
from influence.writing.plain import decimal, whole
from influence.writing.safe import one_line, web_address

HERE = Path(__file__).parent
Page = Callable[[Request, FormData], Response]


def make_app(path: str | Path, token: str, port: int) -> Application:
    """The app over a workspace, guarded.

    Parameters
    ----------
    path : path
        The workspace; it need not exist yet.
    token : str
        The key of this run, see `influence.app.guard.Guard`.
    port : int
        Where it will listen.
    """
    desk = Desk(Path(path))
    pages = _Pages(desk)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(desk.close)

    inner = Starlette(
        routes=pages.routes(), lifespan=lifespan, exception_handlers={404: pages.missing, 500: pages.broken}
    )
    return Guard(inner, token, port)


class _Pages:
    """Every page, over one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.templates = Environment(
            loader=PackageLoader("influence.app"), autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self.templates.filters.update(decimal=decimal, whole=whole, line=one_line, web=web_address)

    def routes(self) -> list[Route | Mount]:
        """Addresses and their pages."""
        pages: list[tuple[str, str, Page]] = [
            ("/", "GET", self.rank), ("/account/{account_id:path}", "GET", self.account),
            ("/compare", "GET", self.compare), ("/people", "GET", self.people), ("/mentions", "GET", self.mentions),
            ("/bring", "GET", self.bring), ("/bring/{key}", "GET", self.look), ("/bring/{key}", "POST", self.take),
            ("/lists", "GET", self.lists), ("/lists", "POST", self.save), ("/lists/{name}", "GET", self.board),
            ("/lists/{name}", "POST", self.edit), ("/lists/{name}/export", "POST", self.export),
            ("/suppress", "POST", self.suppress),
        ]  # fmt: skip
        made: list[Route | Mount] = [
            Route(path, self._served(page), methods=[how]) for path, how, page in pages
        ]
        files = Route("/files", self.receive, methods=["POST"])
        return [*made, files, Mount("/static", StaticFiles(directory=HERE / "static"))]

    def _served(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """A page as an endpoint: made beside the loop; our own errors are told on a page, bugs without their trace."""

        @functools.wraps(page)
        async def endpoint(request: Request) -> Response:
            form = await request.form() if request.method == "POST" else FormData()
            try:
                return await run_in_threadpool(page, request, form)
            except InfluenceError as error:
                status = 404 if isinstance(error, UnknownAccountError) else 400
                return self.show("error.html", status, error=error, asked=asked_of([]))

        return endpoint

    def show(self, template: str, status: int = 200, **told: Any) -> HTMLResponse:
        """A page made of a template."""
        common = {"path": self.desk.path.name, "is_new": self.desk.is_new}
        return HTMLResponse(self.templates.get_template(template).render(**common, **told), status)

    def rank(self, request: Request, _: FormData) -> Response:
        """The table of a niche; the form alone before anything was asked."""
        asked = _asked(request)
        if self.desk.is_new:
            return RedirectResponse("/bring", 303)
        if not asked.asks:
            return self.show("start.html", **form_of(asked), **self._there())
        return self.show("rank.html", **ranking_page(self.desk, asked))

    def _there(self) -> dict[str, Any]:
        """What the workspace holds, and what would help."""
        from influence.store.describe import describe_workspace

        return {"described": self.desk.session.ask(describe_workspace)}

    def account(self, request: Request, _: FormData) -> Response:
        """Why an account stands where it stands."""
        from influence.reporting.explain.explain_text import explanation_document
        from influence.reporting.explain.explain_words import (
            doubts,
            post_head,
            signal_heading,
            signal_sentence,
            standing,
        )
        from influence.store.saved import saved_lists

        asked = _asked(request)
        told = self.desk.session.explain_question(request.path_params["account_id"], asked.question())
        lines = [
            (one, signal_heading(one), signal_sentence(one, told))
            for one in told.signals
            if one.max_points > 0
        ]
        return self.show(
            "account.html", asked=asked, told=told, row=told.row, standing=standing(told), lines=lines,
            document=explanation_document(told), doubts=doubts(told),
            posts=[(post, post_head(post)) for post in told.evidence],
            lists=[one.name for one in self.desk.session.ask(saved_lists)],
        )  # fmt: skip

    def compare(self, request: Request, _: FormData) -> Response:
        """Up to five accounts side by side."""
        from influence.reporting.explain.compare_text import difference_sentences, title

        asked = _asked(request)
        names = request.query_params.getlist("a")[:5]
        if len(names) < 2:
            return self.show("compare.html", asked=asked, made=None, title="Compare accounts", pairs=[])
        made = self.desk.session.compare_question(names, asked.question())
        pairs = [difference_sentences(made, at, at + 1) for at in range(len(made.accounts) - 1)]
        return self.show("compare.html", asked=asked, made=made, title=title(made), pairs=pairs)

    def people(self, request: Request, _: FormData) -> Response:
        """Search by name, handle or address."""
        words = request.query_params.get("q", "").strip()
        found = self.desk.session.accounts(words, 50) if words and not self.desk.is_new else ()
        return self.show("people.html", asked=_asked(request), words=words, found=found)

    def mentions(self, request: Request, _: FormData) -> Response:
        """Who names a brand, and how they feel about it."""
        from influence.reporting.mentions import feeling, mentions_summary

        asked = _asked(request)
        brand = asked.one("brand")
        found = self.desk.session.mentions(brand, asked.many("alias"), asked.many("rival")) if brand else None
        rows = [(row, feeling(row)) for row in (found.rows[:200] if found else ())]
        summary = mentions_summary(found, brand) if found else ""
        return self.show(
            "mentions.html", asked=asked, rows=rows, summary=summary, n=len(found) if found else 0
        )

    def bring(self, request: Request, _: FormData) -> Response:
        """Where files are brought in."""
        return self.show("bring.html", asked=_asked(request), key=secrets.token_urlsafe(9))

    async def receive(self, request: Request) -> Response:
        """Files that a form brings, laid down under a key of this run."""
        form = await request.form(max_files=200)
        key = secrets.token_urlsafe(9)
        brought = [one for one in form.getlist("files") if not isinstance(one, str) and one.filename]
        for one in brought:
            assert not isinstance(one, str)
            await run_in_threadpool(self._lay_down, key, one.filename or "", one.file)
        await form.close()
        return RedirectResponse(f"/bring/{key}" if brought else "/bring", 303)

    def _lay_down(self, key: str, name: str, file: Any) -> None:
        self.desk.keep(key, name, iter(lambda: file.read(1 << 20), b""))  # type: ignore[arg-type]

    def look(self, request: Request, _: FormData) -> Response:
        """How files that were brought would be read."""
        return self._looked(request.path_params["key"], dry_run=True, platform=None)

    def take(self, request: Request, form: FormData) -> Response:
        """Import them, look again with another platform, or throw them away."""
        key = request.path_params["key"]
        if form.get("do") == "drop":
            self.desk.drop(key)
            return RedirectResponse("/bring", 303)
        return self._looked(
            key, dry_run=form.get("do") != "import", platform=str(form.get("platform") or "") or None
        )

    def _looked(self, key: str, *, dry_run: bool, platform: str | None) -> Response:
        from influence.store.importing import import_files
        from influence.store.workspace import memory_workspace

        files = self.desk.waiting.get(key)
        if not files:
            return RedirectResponse("/bring", 303)
        told = {"platform": platform, "now": now(), "dry_run": dry_run}
        if dry_run and self.desk.is_new:
            with memory_workspace() as empty:
                report = import_files(empty, files, **told)  # type: ignore[arg-type]
        elif dry_run:
            report = self.desk.session.ask(lambda workspace: import_files(workspace, files, **told))  # type: ignore[arg-type]
        else:
            report = self.desk.change(lambda workspace: import_files(workspace, files, **told))  # type: ignore[arg-type]
            self.desk.drop(key)
        rejects = report.rejects.slice(0, 50).to_pylist()
        return self.show("looked.html", asked=asked_of([]), report=report, key=key, platform=platform or "",
                         rejects=rejects, names=[file.name for file in files])  # fmt: skip

    def lists(self, request: Request, _: FormData) -> Response:
        """The saved lists."""
        from influence.store.saved import saved_lists, status_counts

        found, counts = [], {}
        if not self.desk.is_new:
            found = self.desk.session.ask(saved_lists)
            counts = self.desk.session.ask(status_counts)
        return self.show("lists.html", asked=_asked(request), lists=found, counts=counts)

    def save(self, _: Request, form: FormData) -> Response:
        """Keep a shortlist of a question, or put one account on a list."""
        from influence.outreach.editing import Edit, apply_edit
        from influence.outreach.saving import save_shortlist
        from influence.selection.wishes import Wishes

        name = str(form.get("name") or "").strip()
        account = str(form.get("account") or "")
        if account:
            edit = Edit(add=True)
            self.desk.change(lambda workspace: apply_edit(workspace, name, [account], edit, now=now()))
            return RedirectResponse(f"/lists/{name}", 303)
        asked = asked_of([(key, str(value)) for key, value in form.multi_items()])
        size = int(str(form.get("size") or "30")) if str(form.get("size") or "30").isdigit() else 30
        picks = self.desk.session.shortlist_question(asked.question(top=size), Wishes(size=size))
        self.desk.change(lambda workspace: save_shortlist(workspace, name, picks, now=now()))
        return RedirectResponse(f"/lists/{name}", 303)

    def board(self, request: Request, _: FormData) -> Response:
        """One list, column by status."""
        from influence.outreach.addressees import addressees
        from influence.outreach.presets import preset_names
        from influence.store.saved import STATUSES, load_list

        name = request.path_params["name"]
        saved = self.desk.session.ask(lambda workspace: load_list(workspace, name))
        people = self.desk.session.ask(lambda workspace: addressees(workspace, saved))
        cards = {status: [one for one in zip(saved.picks, people, strict=False) if one[0].status == status]
                 for status in STATUSES}  # fmt: skip
        return self.show("board.html", asked=_asked(request), saved=saved, cards=cards, statuses=STATUSES,
                         presets=preset_names())  # fmt: skip

    def edit(self, request: Request, form: FormData) -> Response:
        """Change one pick of a list."""
        from influence.outreach.editing import Edit, apply_edit

        name, account = request.path_params["name"], str(form.get("account") or "")
        edit = Edit(remove=True) if form.get("do") == "remove" else Edit(
            status=str(form.get("status") or "idea"), notes=str(form.get("notes") or ""),
            owner=str(form.get("owner") or ""), last_contact=str(form.get("last_contact") or "") or None,
        )  # fmt: skip
        self.desk.change(lambda workspace: apply_edit(workspace, name, [account], edit, now=now()))
        return RedirectResponse(f"/lists/{name}", 303)

    def export(self, request: Request, form: FormData) -> Response:
        """The file for an outreach tool, or what must be mended first."""
        import tempfile

        from influence.outreach.export import LintError, export_list
        from influence.outreach.presets import read_preset

        name, preset = request.path_params["name"], str(form.get("preset") or "csv")
        ending = read_preset(preset).format
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / f"{preset}.{ending}"
            try:
                done = self.desk.change(
                    lambda workspace: export_list(
                        workspace, name, preset, target, now=now(), force=bool(form.get("force"))
                    )
                )
            except LintError as error:
                return self.show("lint.html", 400, asked=asked_of([]), name=name, preset=preset, error=error,
                                 findings=[asdict(one) for one in error.findings])  # fmt: skip
            assert done.path is not None
            body = done.path.read_bytes()
        return Response(body, media_type="application/octet-stream",
                        headers={"Content-Disposition": f'attachment; filename="{preset}.{ending}"'})  # fmt: skip

    def suppress(self, _: Request, form: FormData) -> Response:
        """Never list, contact or import somebody again."""
        from influence.store.privacy import suppress

        account = str(form.get("account") or "")
        reason = str(form.get("reason") or "asked")
        self.desk.change(lambda workspace: suppress(workspace, [account], reason=reason, now=now()))
        return RedirectResponse("/people", 303)

    async def missing(self, request: Request, error: Exception) -> Response:
        """There is no such page."""
        del request
        status = error.status_code if isinstance(error, HTTPException) else 404
        return self.show(
            "error.html", status, error=InfluenceError("there is no such page"), asked=asked_of([])
        )

    async def broken(self, request: Request, error: Exception) -> Response:
        """A bug: its trace goes to the terminal, not into the page."""
        del request, error
        told = InfluenceError(
            "this page could not be made", hint="the terminal says why; nothing was changed by half"
        )
        return self.show("error.html", 500, error=told, asked=asked_of([]))


def _asked(request: Request) -> Asked:
    return asked_of(list(request.query_params.multi_items()))
