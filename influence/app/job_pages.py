"""How far a piece of work is, the button that stops it, and what it gave."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from influence.app.jobs import StoppedError
from influence.app.site import Page, Visit


def look(visit: Visit) -> Response:
    """The stages of a job that runs; what it gave when it is done."""
    job = visit.site.jobs.get(visit.at["key"])
    if job is None:
        return RedirectResponse("/", 303)
    if isinstance(job.error, StoppedError):
        return visit.show("job.html", job=job, stopped=True)
    if job.error is not None:
        raise job.error
    return job.shown(job.result) if job.done.is_set() else visit.show("job.html", job=job, stopped=False)


def stop(visit: Visit) -> Response:
    """Let a job end before its next stage."""
    job = visit.site.jobs.get(visit.at["key"])
    if job is not None:
        job.stop.set()
    return RedirectResponse(f"/jobs/{visit.at['key']}", 303)


PAGES: tuple[tuple[str, str, Page], ...] = (("/jobs/{key}", "GET", look), ("/jobs/{key}/stop", "POST", stop))
