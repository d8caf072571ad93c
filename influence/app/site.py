"""What every page is made with: the desk, the jobs that run, and the templates."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from influence.app.asked import Asked, asked_of, number_of
from influence.app.instead import here
from influence.app.jobs import Jobs, Work
from influence.app.sections import ASKED, HERE, SECTIONS, page_of, section_of
from influence.app.shared_session import AppDesk
from influence.errors import InfluenceError, UsageError
from influence.ranking.naming import signal_words
from influence.session import Session
from influence.writing.book import Sheet, write_sheets
from influence.writing.plain import decimal, whole
from influence.writing.safe import one_line, web_address


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("influence.app"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        decimal=decimal, whole=whole, line=one_line, web=web_address, signal=signal_words, here=here
    )
    return made


@dataclass(frozen=True)
class Site:
    """One run of the app."""

    desk: AppDesk
    jobs: Jobs = field(default_factory=Jobs)
    templates: Environment = field(default_factory=_environment)

    def show(self, template: str, /, status: int = 200, **told: Any) -> HTMLResponse:
        """A page made of a template."""
        return HTMLResponse(self.rendered(template, **told), status)

    def rendered(self, template: str, /, **told: Any) -> str:
        """A template with what every page shows: the menu, the file, what runs, whether another program wrote."""
        page = page_of(HERE.get())
        common = {
            "asked": asked_of([]), "path": self.desk.path.name, "is_new": self.desk.is_new, "jobs": self.jobs.running,
            "menu": SECTIONS, "menu_asked": ASKED, "menu_page": page, "menu_section": section_of(page),
            "version": self.desk.version, "changed": self.desk.was_changed(),
        }  # fmt: skip
        return self.templates.get_template(template).render({**common, **told})

    def run(
        self,
        title: str,
        work: Work,
        shown: Callable[[Any], Response],
        *,
        long: bool,
        back: str = "/",
        about: str = "",
    ) -> Response:
        """What `shown` makes of the result of `work`: at once, or by a page that tells how far it is."""
        if not long:
            return shown(work(lambda *_: None))
        job = self.jobs.start(title, work, shown, back, about)
        return RedirectResponse(f"/jobs/{job.key}", 303)


@dataclass(frozen=True)
class Visit:
    """What somebody asks of a page: the address, what the form says, and the run of the app that answers."""

    site: Site
    request: Request
    form: FormData

    @property
    def desk(self) -> AppDesk:
        """What the pages stand on."""
        return self.site.desk

    @property
    def session(self) -> Session:
        """The open workspace."""
        return self.site.desk.session

    @property
    def at(self) -> Mapping[str, str]:
        """The parts of the address that its pattern names."""
        return self.request.path_params

    @property
    def told(self) -> QueryParams:
        """What follows the question mark of the address."""
        return self.request.query_params

    @property
    def filled(self) -> dict[str, str]:
        """Of these what is not empty."""
        return {name: value for name, value in self.told.items() if value.strip()}

    @property
    def asked(self) -> Asked:
        """What the address asks for."""
        return asked_of(self.told.multi_items())

    @property
    def form_asked(self) -> Asked:
        """What the fields of the form ask for."""
        return asked_of([(name, value) for name, value in self.form.multi_items() if isinstance(value, str)])

    def show(self, template: str, /, status: int = 200, **told: Any) -> HTMLResponse:
        """A page made of a template."""
        return self.site.show(template, status, **told)

    def text(self, name: str, usual: str = "") -> str:
        """A field of the form, without space around it."""
        value = self.form.get(name)
        return (value.strip() if isinstance(value, str) else "") or usual

    def number(self, name: str) -> float | None:
        """A number of the form, None where nothing stands there; UsageError where something else does."""
        text = self.text(name)
        return number_of(name, text) if text else None

    def file(self, name: str, expected: str) -> UploadFile:
        """A file of the form; UsageError where none was chosen."""
        file = self.form.get(name)
        if file is None or isinstance(file, str) or not file.filename:
            raise UsageError("no file was chosen", expected=expected)
        return file


Page = Callable[[Visit], Response]


@contextmanager
def laid_down(file: UploadFile, name: str) -> Iterator[Path]:
    """A file of a form on disk for a while, under a name of ours; an error tells it by its own."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / name
        with place.open("wb") as out:
            shutil.copyfileobj(file.file, out)
        try:
            yield place
        except InfluenceError as error:
            error.where = (error.where or "").replace(str(place), one_line(file.filename or name)) or None
            raise


def download(body: bytes | str, name: str, kind: str = "application/octet-stream") -> Response:
    """A file for the browser to keep."""
    head = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=kind, headers=head)


def made_file(name: str, write: Callable[[Path], object]) -> Response:
    """What `write` lays down, for the browser to keep."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / name
        write(place)
        return download(place.read_bytes(), name)


def workbook(sheets: Sequence[Sheet], name: str, *about: str) -> Response:
    """Tables as a workbook to keep; `about` says what holds for them."""
    return made_file(name, lambda place: write_sheets(str(place), sheets, about=about))
