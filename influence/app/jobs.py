"""Work that takes longer than a page may: done beside the pages, in named stages, and stopped when asked to."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic
from typing import Any

from influence.errors import InfluenceError

Watch = Callable[..., None]
"""Told a stage, and of some how many rows are done and how much of it (0-1, None unknown), as an import's progress."""
Work = Callable[[Watch], Any]
KEPT = 20
"""Jobs whose pages can still be looked at."""


class StoppedError(InfluenceError):
    """Somebody pressed the button that stops a job."""


@dataclass
class Job:
    """One piece of work.

    Attributes
    ----------
    key, title : str
    back : str
        Address of the page from which it was started.
    shown : callable
        Makes the last page of what the work gave.
    about : str
        The same of work that is the same; empty for work that is like no other.
    stages : list of str
        Those that began, the present one last.
    rows : int
        Of the present stage.
    part : float or None
        Of the present stage; 0-1, None unknown.
    """

    key: str
    title: str
    back: str
    shown: Callable[[Any], Any]
    about: str = ""
    stages: list[str] = field(default_factory=list)
    rows: int = 0
    part: float | None = None
    result: Any = None
    error: Exception | None = None
    began: float = field(default_factory=monotonic)
    done: Event = field(default_factory=Event)
    stop: Event = field(default_factory=Event)

    @property
    def seconds(self) -> int:
        """How long it runs."""
        return int(monotonic() - self.began)

    def watch(self, stage: str, rows: int = 0, part: float | None = None) -> None:
        """Take down how far the work is; StoppedError where it is to go no further."""
        if self.stop.is_set():
            raise StoppedError(
                "this was stopped, and nothing was changed", hint="start it again when you like"
            )
        if not self.stages or self.stages[-1] != stage:
            self.stages.append(stage)
        self.rows, self.part = rows, part


class Jobs:
    """The work of one run of the app, by key."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}

    def start(self, title: str, work: Work, shown: Callable[[Any], Any], back: str, about: str = "") -> Job:
        """Begin in a thread of its own; what is `about` the same as what runs is not begun again."""
        for job in self.running:
            if about and job.about == about:
                return job
        job = Job(secrets.token_urlsafe(9), title, back, shown, about)
        for key in [key for key, old in self._jobs.items() if old.done.is_set()][
            : len(self._jobs) + 1 - KEPT
        ]:
            del self._jobs[key]
        self._jobs[job.key] = job
        Thread(target=_do, args=(job, work), name=f"job {title}", daemon=True).start()
        return job

    def get(self, key: str) -> Job | None:
        """The job of a key, while it is remembered."""
        return self._jobs.get(key)

    @property
    def running(self) -> list[Job]:
        """What goes on now."""
        return [job for job in self._jobs.values() if not job.done.is_set()]

    def close(self, patience: float = 10.0) -> None:
        """Stop everything and wait for it."""
        for job in self.running:
            job.stop.set()
            job.done.wait(patience)


def _do(job: Job, work: Work) -> None:
    try:
        job.result = work(job.watch)
    except InfluenceError as error:
        job.error = error
    except (
        Exception
    ) as error:  # a bug of ours: its trace goes to the terminal, its page says that there was one
        logging.getLogger("uvicorn.error").exception("the job %r failed", job.title)
        job.error = error
    finally:
        job.done.set()
