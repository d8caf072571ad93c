"""What every page is made with: the desk, the jobs that run, and the templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from influence.app.asked import Asked, asked_of
from influence.app.jobs import Jobs
from influence.errors import UsageError
from influence.writing.plain import decimal, whole
from influence.writing.safe import one_line, web_address

if TYPE_CHECKING:
    from influence.app.desk import Desk
    from influence.app.jobs import Work


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("influence.app"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(decimal=decimal, whole=whole, line=one_line, web=web_address)
    return made


@dataclass(frozen=True)
class Site:
    """One run of the app."""

    desk: Desk
    jobs: Jobs = field(default_factory=Jobs)
    templates: Environment = field(default_factory=_environment)

    def show(self, template: str, /, status: int = 200, **told: Any) -> HTMLResponse:
        """A page made of a template."""
        common = {
            "asked": asked_of([]),
            "path": self.desk.path.name,
            "is_new": self.desk.is_new,
            "jobs": self.jobs.running,
        }
        return HTMLResponse(self.templates.get_template(template).render({**common, **told}), status)

    def run(
        self, title: str, work: Work, shown: Callable[[Any], Response], *, long: bool, back: str = "/"
    ) -> Response:
        """What `shown` makes of the result of `work`: at once, or by a page that tells how far it is."""
        if not long:
            return shown(work(lambda *_: None))
        job = self.jobs.start(title, work, shown, back)
        return RedirectResponse(f"/jobs/{job.key}", 303)


Page = Callable[[Site, Request, FormData], Response]


def question_in(request: Request) -> Asked:
    """What the address of a page asks for."""
    return asked_of(list(request.query_params.multi_items()))


def text_in(form: FormData, name: str, usual: str = "") -> str:
    """A field of a form, without space around it."""
    value = form.get(name)
    return (value.strip() if isinstance(value, str) else "") or usual


def number_in(form: FormData, name: str) -> float | None:
    """A number of a form, None where nothing stands there; UsageError where something else does."""
    text = text_in(form, name)
    try:
        return float(text.replace(",", "").replace(" ", "")) if text else None
    except ValueError as error:
        raise UsageError("this is no number", where=name, seen=text) from error
