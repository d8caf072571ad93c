"""What the pages stand on: one open session, changes in short turns, and files on their way in."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from multiprocessing import get_context
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from influence.errors import InfluenceError
from influence.question import Question
from influence.ranking.assess import Assessment
from influence.session import Session
from influence.store.describe import Description, describe_workspace
from influence.store.duckdb_store import fingerprint
from influence.store.workspace import Workspace, open_workspace
from influence.text.sentiment.labelling import ToLabel, labels_of
from influence.text.sentiment.shares import Label

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")
LARGE_BYTES = 50_000_000
"""Of a workspace file; the sample has 5 MB, 100,000 accounts with their posts 300."""


@dataclass
class AppDesk:
    """The workspace of one run of the app.

    Attributes
    ----------
    path : Path
        The workspace file; it need not exist yet.
    waiting : dict of str to list of Path
        Files that were brought and are looked at before they are imported, by a key of their own.
    labels : dict of str to tuple of ToLabel
        Mentions that were judged in this run, by brand; a sheet keeps them longer.
    """

    path: Path
    waiting: dict[str, list[Path]] = field(default_factory=dict)
    labels: dict[str, tuple[ToLabel, ...]] = field(default_factory=dict)
    _session: Session | None = None
    _folder: Path | None = None
    _seen: str | None = None
    _reading: Lock = field(default_factory=Lock)

    @property
    def version(self) -> str:
        """What changes whenever the file is written to, by whomever."""
        return blake2b(str(fingerprint(self.path)).encode(), digest_size=8).hexdigest()

    def was_changed(self) -> bool:
        """Whether another program wrote to the file since this was asked last, or since our own last change."""
        before, self._seen = self._seen, self.version
        return before is not None and before != self._seen

    @property
    def session(self) -> Session:
        """The open session; made when the first page needs it."""
        if self._session is None:
            self._session = Session(self.path)
        return self._session

    @property
    def is_new(self) -> bool:
        """Whether there is no workspace yet."""
        return not self.path.exists()

    def judged(self, brand: str) -> tuple[Label, ...]:
        """What was judged of a brand's mentions in this run."""
        return labels_of(self.labels.get(brand.casefold(), ()))

    def change(self, do: Callable[[Workspace], T]) -> T:
        """Change the workspace in a turn of its own, while nobody reads."""
        known = self._seen == self.version
        try:
            if not self.is_new:
                return self.session.change(do)
            with open_workspace(self.path) as workspace:
                return do(workspace)
        finally:
            self._seen = self.version if known else self._seen

    @property
    def is_slow(self) -> bool:
        """Whether the next question is the first of a large workspace, for which people should see how far it is."""
        return self.path.stat().st_size > LARGE_BYTES and not self.session.has_read

    def described(self) -> Description:
        """What there is; of a large workspace that was not read yet, by its tables alone."""
        return self.session.ask(describe_workspace) if self.is_slow else self.session.describe()

    def ask(
        self,
        question: Callable[[Assessment, Workspace], T],
        asked: Question,
        watch: Callable[[str], None] = lambda _: None,
    ) -> T:
        """What a function makes of everybody's signals and scores."""
        return self.session.ask(lambda workspace: question(self.session.assess(asked, watch), workspace))

    def read_ahead(self, asked: Question, watch: Callable[[str], None]) -> None:
        """Ask once in a process of its own: what it reads is kept beside the workspace, and its memory is given back.

        Nothing is done where that is kept already, and one reads at a time; an error is left for the question itself to
        tell. What `watch` raises ends the process.
        """
        while not self._reading.acquire(timeout=0.2):
            watch("Waiting for another question")
        try:
            if not self.session.is_kept:
                self._read_ahead(asked, watch)
        finally:
            self._reading.release()

    def _read_ahead(self, asked: Question, watch: Callable[[str], None]) -> None:
        context = get_context("spawn")
        here, there = context.Pipe(duplex=False)
        reader = context.Process(target=_ask_once, args=(str(self.path), asked, there), daemon=True)
        reader.start()
        there.close()
        stage = "Reading accounts"
        try:
            while True:
                if here.poll(0.2):
                    stage = here.recv()
                watch(stage)
        except EOFError:
            reader.join()
        finally:
            reader.terminate()
            reader.join()

    def keep(self, key: str, name: str, chunks: Iterable[bytes]) -> None:
        """Lay a file that was brought beside the others of its key; its name is a label and never a path."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="influence-app-"))
        there = self.waiting.setdefault(key, [])
        place = self._folder / f"{key}-{len(there)}"
        place.mkdir(mode=0o700)
        file = place / plain_name(name)
        with file.open("wb") as out:
            out.writelines(chunks)
        there.append(file)

    def drop(self, key: str) -> None:
        """Throw away files that were brought."""
        for file in self.waiting.pop(key, []):
            shutil.rmtree(file.parent, ignore_errors=True)

    def close(self) -> None:
        """Close the session and throw away what was brought and not imported."""
        for key in list(self.waiting):
            self.drop(key)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._session is not None:
            self._session.close()


def _ask_once(path: str, asked: Question, out: Connection) -> None:
    os.dup2(
        os.open(os.devnull, os.O_WRONLY), 1
    )  # the engine takes the process for a terminal and draws a bar
    with suppress(InfluenceError), Session(path) as session:
        session.ask(lambda _: session.assess(asked, out.send))


def plain_name(name: str) -> str:
    """The last part of a client's file name, of letters that no file system minds; its ending says what it is."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign if sign.isalnum() or sign in "._- " else "_" for sign in last).strip(". ")
    return kept[-80:] or "file"
