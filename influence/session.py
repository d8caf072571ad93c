"""An open session: the workspace is read once and asked many times, also while others write to it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

import numpy as np

from influence.errors import UsageError, WorkspaceBusyError
from influence.question import Filters, Question, QuestionWords
from influence.store.duckdb_store import FileChanged, fingerprint
from influence.store.kept.spilling import release
from influence.store.workspace import Workspace, open_workspace, resting_workspace

if TYPE_CHECKING:
    from influence.graph.overlap import Lookalike
    from influence.listening.channels import Channels
    from influence.listening.community import Community, Overview
    from influence.listening.discovery import Discovery
    from influence.listening.listen import Listening
    from influence.listening.periods import Period
    from influence.listening.queue import Queue
    from influence.listening.topics import TopicMap
    from influence.listening.watch import Watch
    from influence.outreach.lists import StandIns
    from influence.planning.advocates import Advocates
    from influence.ranking.assess import Assessment
    from influence.ranking.audiences import AudienceOverlap, TextLookalike
    from influence.ranking.changes import Changes
    from influence.ranking.compare import Comparison
    from influence.ranking.explain import Explanation
    from influence.ranking.results import Ranking
    from influence.ranking.sides import Told
    from influence.selection.costs import RateCard
    from influence.selection.seeding import Seeding
    from influence.selection.shortlist import Shortlist
    from influence.selection.wishes import Wishes
    from influence.signals.material import Material
    from influence.store.describe import Description
    from influence.text.mentions import Mentions

T = TypeVar("T")
Asked = str | Question
DAYS, QUESTIONS, CANDIDATES = 3, 6, 250_000
"""Days and questions that are remembered, and candidates of all of these; those asked longest ago go first."""
ENGINES = ("duckdb", "spark")
TRIES = 5
"""How often a question is asked again because somebody wrote to the workspace meanwhile."""


@dataclass(frozen=True)
class FoundAccount:
    """An account that a search found; counts are None where unknown."""

    account_id: str
    handle: str
    name: str | None
    platform: str | None
    followers: int | None


class Session:
    """A workspace that is open for questions; safe to be shared by threads, which take turns.

    What does not depend on the question is read when it is first needed, kept in memory, and beside the workspace
    (``<workspace>.cache/``) for the next process. Between questions the file is not held open, so that an import may
    run meanwhile: until it has ended answers are of before, afterwards of what is there then, never of between.

    Parameters
    ----------
    path : str or Path, optional
        The workspace file; as in `influence.open_workspace`. It is only read.
    engine : str
        ``duckdb``, or ``spark`` for Parquet tables of the contract that one machine cannot hold.
    tables : str, optional
        For Spark: their folder, as its workers see it; they are seen as they are when first asked.
    spark_remote, spark_master : str, optional
        For Spark: a Connect server (``sc://host:15002``) or a master (``spark://host:7077``); else this machine.

    Raises
    ------
    WorkspaceError
        There is no workspace; or, with the first question, it is damaged or foreign.
    UsageError
        An engine that is none, or options of the other one.
    WorkspaceBusyError
        Another process writes to the workspace for longer than `influence.store.duckdb_store.PATIENCE_SECONDS`, and
        nothing is kept from before.

    Examples
    --------
    >>> import influence
    >>> with influence.Session("influence.duckdb") as session:  # doctest: +SKIP
    ...     first = session.rank("vegan baking", max_followers=20_000)
    ...     why = session.explain(first.rows[0].account_id, "vegan baking", max_followers=20_000)
    ...     other = session.rank("sourdough bread")
    """

    def __init__(
        self,
        path: str | Path | None = None,
        *,
        engine: str = "duckdb",
        tables: str | None = None,
        spark_remote: str | None = None,
        spark_master: str | None = None,
    ) -> None:
        _check_engine(engine, path, tables, spark_remote or spark_master)
        self._workspace = _tables(tables, spark_remote, spark_master) if tables else resting_workspace(path)
        self._store = self._workspace.store
        self._file = self._store.path
        self._turn = threading.RLock()
        self._asking = False
        self._seen: list[list[int]] = []
        self._materials: OrderedDict[str | None, Material] = OrderedDict()
        self._assessed: OrderedDict[str, Assessment] = OrderedDict()
        self.stage: Callable[[str], None] = lambda words: None
        """Told what is worked on, for who waits: ``Reading texts for the niche``."""

    def close(self) -> None:
        """Forget everything; kept files stay."""
        with self._turn:
            self._forget()
            self._store.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, answer: Callable[[Workspace], T]) -> T:
        """What `answer` makes of the workspace as it is, all of it from before or all from after a change."""
        with self._turn:
            if self._asking:
                return answer(self._workspace)
            self._asking = True
            try:
                return self._ask(answer)
            finally:
                self._asking = False
                self._store.rest()
                release()

    def change(self, do: Callable[[Workspace], T]) -> T:
        """Change the workspace in a turn of its own, while no thread of this session reads.

        Raises
        ------
        WorkspaceBusyError
            Another process holds the file for too long.
        """
        with self._turn:
            self._store.rest()
            if self._file is None:
                self._store.execute("")
            with open_workspace(self._file, create=False) as workspace:
                return do(workspace)

    def _ask(self, answer: Callable[[Workspace], T], tries: int = TRIES) -> T:
        self._look()
        try:
            return answer(self._workspace)
        except FileChanged:
            if tries == 1:
                raise WorkspaceBusyError(
                    "the workspace changes all the time",
                    where=str(self._file),
                    hint="ask again a little later",
                ) from None
            self._forget()
            return self._ask(answer, tries - 1)

    def material(self, as_of: date | str | None = None) -> Material:
        """What is known as of a day, shared by all questions; only for use inside `ask`."""
        from influence.signals.material import Material

        day = None if as_of is None else str(as_of)
        return _remembered(self._materials, day, DAYS, lambda: Material(self._store, day))

    def assess(self, question: Question, watch: Callable[[str], None] | None = None) -> Assessment:
        """Signals and scores of all candidates; only for use inside `ask`. `watch` (`stage`) as in `ranking.assess`.

        A question that differs from a remembered one in goal and weights alone is weighed again, and no more; of one
        that differs in filters too, what they do not change is not worked out again.
        """
        from influence.ranking.assess import assess, reweighed

        whole = replace(question, top=0)

        def made() -> Assessment:
            material = self.material(question.as_of)
            before = [
                found for found in reversed(self._assessed.values()) if found.evidence.material is material
            ]
            for found in before:
                if _but_weights(found.question) == _but_weights(whole):
                    return reweighed(found, whole)
            alike = (found for found in before if _but_filters(found.question) == _but_filters(whole))
            return assess(
                self._workspace, whole, material, alike=next(alike, None), watch=watch or self.stage
            )

        found = _remembered(self._assessed, whole.hash(), QUESTIONS, made)
        while len(self._assessed) > 1 and sum(len(one.order) for one in self._assessed.values()) > CANDIDATES:
            self._assessed.popitem(last=False)
        (watch or self.stage)("Ranking")
        return replace(found, question=question)

    def describe(self) -> Description:
        """What is in the workspace, and which signals a ranking of everybody could use.

        What the tables hold is not enough: a signal that is the same for everybody tells nobody apart.
        """
        from influence.errors import MissingDataError
        from influence.ranking.assess import judged
        from influence.store.describe import describe_workspace

        def described(workspace: Workspace) -> Description:
            found = describe_workspace(workspace)
            try:
                return judged(found, self.assess(_question("")))
            except MissingDataError:
                return found

        return self.ask(described)

    @property
    def has_read(self) -> bool:
        """Whether a question was answered already, so that the next one is quick."""
        return bool(self._assessed)

    @property
    def is_kept(self) -> bool:
        """Whether the texts, the most of what a first question reads, are kept beside the workspace as it is."""
        from influence.store.kept.keeper import keeper_of
        from influence.text.cache import NAME

        def looked(workspace: Workspace) -> bool:
            keeper = keeper_of(workspace.store)
            return keeper is None or keeper.read(NAME) is not None

        return self.ask(looked)

    def rank(self, niche: Asked = "", *, top: int = 30, **asked: Unpack[QuestionWords]) -> Ranking:
        """Who truly reaches and moves this niche? Takes what `influence.rank` takes.

        Here and below a niche may be a `influence.question.Question` that says all that is asked; every row has its
        reason.
        """
        from influence.ranking.rank import write_out
        from influence.ranking.reasons import with_reasons

        question = _question(niche, top=top, **asked)

        def ranked(workspace: Workspace) -> Ranking:
            found = self.assess(question)
            chosen = found.order[: question.top] if question.top else found.order
            return with_reasons(write_out(workspace, found, chosen))

        return self.ask(ranked)

    def explain(self, handle: str, niche: Asked = "", **asked: Unpack[QuestionWords]) -> Explanation:
        """Why does this account stand where it stands? See `influence.explain`."""
        from influence.ranking.explain import explain_several

        question = _question(niche, **{"top": 0, **asked})
        return self.ask(lambda workspace: explain_several(workspace, self.assess(question), [handle])[0])

    def compare(
        self, handles: Sequence[str], niche: Asked = "", **asked: Unpack[QuestionWords]
    ) -> Comparison:
        """Which of these accounts, and why? See `influence.ranking.compare.compare`."""
        from influence.ranking.compare import compare_assessed

        question = _question(niche, **{"top": 0, **asked})
        return self.ask(lambda workspace: compare_assessed(workspace, self.assess(question), handles))

    def changes(
        self, before: Told, after: Told = "now", niche: Asked = "", *, top: int = 30, **asked: Unpack[QuestionWords]
    ) -> Changes:  # fmt: skip
        """Why do two rankings differ? See `influence.ranking.changes.changes`."""
        from influence.ranking.changes import changes_question

        question = _question(niche, **asked)
        return self.ask(lambda workspace: changes_question(workspace, before, after, question, top))

    def shortlist(
        self,
        niche: Asked = "",
        *,
        wishes: Wishes | None = None,
        card: RateCard | None = None,
        options: Mapping[str, Any] | None = None,
        **asked: Unpack[QuestionWords],
    ) -> Shortlist:
        """Whom to write to, as the command picks: a set where one is asked for or worth it, else the best by score.

        Parameters
        ----------
        niche : str or Question
        wishes : Wishes, optional
            Size (30), budget, quotas, must-haves and the rest.
        card : RateCard, optional
            Prices.
        options : mapping, optional
            Further arguments of `influence.selection.sets.shortlist_set`.
        **asked
            As for `influence.rank`.
        """
        from influence.selection.sets import shortlist_set
        from influence.selection.wishes import Wishes

        wished = wishes or Wishes()
        question = _question(niche, **{"top": wished.size, **asked})
        told = {"card": card, "least_gain": wished.least_gain, **(options or {})}

        def chosen(workspace: Workspace) -> Shortlist:
            assessed = self.assess(question)
            self.stage("Choosing the set")
            return shortlist_set(workspace, assessed, wished, **told)

        return self.ask(chosen)

    def stand_ins(self, name: str) -> StandIns:
        """Who could take the places of those on the saved list `name` who declined?"""
        from influence.outreach.lists import stand_ins

        return self.ask(lambda workspace: stand_ins(workspace, name, self.assess))

    def mentions(
        self,
        brand: str,
        aliases: Sequence[str] = (),
        rivals: Sequence[str] = (),
        as_of_day: int | None = None,
        **options: Any,
    ) -> Mentions:
        """Who mentions this brand, and how do they feel about it? See `influence.text.mentions.find_mentions`."""
        from influence.text.mentions import find_mentions, require_texts

        def found(workspace: Workspace) -> Mentions:
            require_texts(workspace.store)
            self.stage(f"Reading what is said of {brand}")
            return find_mentions(workspace.store, brand, aliases, rivals, as_of_day, **options)

        return self.ask(found)

    def listen(self, brand: str, *, niche: str = "", **options: Any) -> Listening:
        """What is said about this brand and its rivals, by whom, and what changed? See `influence.listening.listen`."""
        from influence.listening.listen import listen

        def heard(workspace: Workspace) -> Listening:
            members = self._members(niche)
            self.stage(f"Reading what is said of {brand}")
            return listen(workspace.store, self.material(), brand, niche=niche, members=members, **options)

        return self.ask(heard)

    def watch(self, brand: str, *, niche: str = "", **options: Any) -> Watch:
        """Is something happening around this brand? See `influence.listening.watch.watch`."""
        from influence.listening.watch import watch

        return self.ask(
            lambda workspace: watch(
                workspace.store, self.material(), brand, niche=niche, members=self._members(niche), **options
            )
        )

    def triage(self, brand: str, *, niche: str = "", **options: Any) -> Queue:
        """Which mentions need a person, whose, and in which order? See `influence.listening.queue.triage`."""
        from influence.listening.queue import triage

        return self.ask(
            lambda workspace: triage(
                workspace.store, self.material(), brand, members=self._members(niche), **options
            )
        )

    def community(self, name: str, **options: Any) -> Community:
        """How does this community fare? See `influence.listening.community.community_of`."""
        from influence.listening.community import community_of

        return self.ask(lambda workspace: community_of(workspace.store, self.material(), name, **options))

    def communities(self, **options: Any) -> tuple[Period, tuple[Overview, ...]]:
        """How do all communities fare? See `influence.listening.community.communities`."""
        from influence.listening.community import communities

        return self.ask(lambda workspace: communities(workspace.store, self.material(), **options))

    def discovery(self, brand: str, niche: str, **options: Any) -> Discovery:
        """Who talks, what rivals do, who is found? See `influence.listening.discovery.discover_market`."""
        from influence.listening.discovery import discover_market
        from influence.listening.drivers import posts_about

        def looked(workspace: Workspace) -> Discovery:
            members = self._members(niche)
            about = posts_about(self.assess(_question(niche))) if niche else None
            return discover_market(
                workspace.store, self.material(), brand, niche, members, about=about, **options
            )

        return self.ask(looked)

    def topics(self, niche: str, **options: Any) -> TopicMap:
        """What does this niche talk about, who owns it, what returns? See `influence.listening.topics.topic_map`."""
        from influence.listening.topics import topic_map

        def mapped(workspace: Workspace) -> TopicMap:
            members = self._members(niche)
            return topic_map(workspace.store, self.material(), niche, members, **options)

        return self.ask(mapped)

    def channels(self, files: Sequence[str | Path]) -> Channels:
        """By which channel did visits and conversions come? See `influence.listening.channels.channels_of`."""
        from influence.listening.channels import channels_of

        return self.ask(lambda workspace: channels_of(workspace.store, files))

    def _members(self, niche: str) -> np.ndarray | None:
        """How far each account belongs to a niche; None where none is named."""
        from influence.listening.drivers import membership_of

        return membership_of(self.assess(_question(niche))) if niche else None

    def advocates(self, brand: str, **options: Any) -> Advocates:
        """Who speaks for the brand already? See `influence.planning.advocates.find_advocates`."""
        from influence.planning.advocates import find_advocates

        return self.ask(
            lambda workspace: find_advocates(
                workspace, brand, **options, material=self.material(options.get("as_of"))
            )
        )

    def spread(
        self,
        niche: Asked = "",
        size: int = 10,
        *,
        chance: float | None = None,
        **asked: Unpack[QuestionWords],
    ) -> Seeding:
        """Who should be told first, so that most of the niche hears of it? See `influence.selection.seeding`."""
        from influence.selection.seeding import seed_message

        question = _question(niche, **{"top": 0, **asked})
        return self.ask(
            lambda _: seed_message(self.assess(question), size, chance=chance, seed=question.seed)
        )

    def overlap(self, handles: Sequence[str], as_of: date | str | None = None) -> AudienceOverlap:
        """How far do the audiences of these accounts overlap?"""
        from influence.ranking.audiences import audience_overlap

        return self.ask(lambda workspace: audience_overlap(workspace, handles, as_of))

    def lookalikes(
        self, handle: str, *, as_of: date | str | None = None, **options: Any
    ) -> tuple[Lookalike, ...] | tuple[TextLookalike, ...]:
        """Who is like this account? See `influence.ranking.audiences.find_lookalikes`."""
        from influence.ranking.audiences import find_lookalikes

        return self.ask(
            lambda workspace: find_lookalikes(
                workspace, handle, as_of=as_of, material=self.material(as_of), **options
            )
        )

    def accounts(self, search: str, top: int = 20) -> tuple[FoundAccount, ...]:
        """Accounts whose id, handle or name holds `search` in any case: most followers first, then by id."""
        return self.ask(lambda _: _search(self.material(), search, top))

    def _look(self) -> None:
        """Forget what was read where the file has changed; while somebody writes, what is known goes on serving."""
        if self._file is None:
            return
        now = fingerprint(self._file)
        if now == self._seen:
            return
        before, self._store.expected = self._store.expected, now
        if self._materials:
            try:
                self._store.open(patience=0.0)
            except WorkspaceBusyError:
                self._store.expected = before
                return
        self._forget()
        self._seen = now

    def _forget(self) -> None:
        self._materials.clear()
        self._assessed.clear()
        self._seen = []


def _check_engine(engine: str, path: object, tables: str | None, address: str | None) -> None:
    if engine not in ENGINES:
        raise UsageError.unknown("there is no such engine", engine, ENGINES, "engine")
    if (engine == "spark") != (tables is not None) or (tables is not None and path is not None):
        raise UsageError(
            "Spark reads a folder of tables, DuckDB a workspace",
            where="engine, tables",
            seen=f"{engine}, {tables or path}",
            expected="engine='spark' with tables=FOLDER, or a workspace alone",
        )
    if address and engine != "spark":
        raise UsageError(
            "an address of Spark without Spark", seen=address, hint="engine='spark', tables=FOLDER"
        )


def _tables(folder: str, remote: str | None, master: str | None) -> Workspace:
    from influence.spark.store import tables_workspace

    return tables_workspace(folder, remote, master)


def _question(niche: Asked, **asked: Any) -> Question:
    from influence.ranking.asking import question_of

    return niche if isinstance(niche, Question) else question_of(niche, **asked)


def _but_weights(question: Question) -> Question:
    return replace(question, goal="", weights={})


def _but_filters(question: Question) -> Question:
    return replace(_but_weights(question), filters=Filters())


def _remembered(memory: OrderedDict[Any, T], key: Any, most: int, make: Callable[[], T]) -> T:
    if key not in memory:
        memory[key] = make()
    memory.move_to_end(key)
    while len(memory) > most:
        memory.popitem(last=False)
    return memory[key]


def _search(material: Material, search: str, top: int) -> tuple[FoundAccount, ...]:
    wanted, followers = search.strip().lower().removeprefix("@"), material.columns["followers"]
    told = ("account_id", "handle", "name", "platform")
    ids, handles, names, platforms = (np.asarray(material.columns[name]) for name in told)
    rows = zip(ids, handles, names, strict=True)
    found = np.flatnonzero([any(text and wanted in text.lower() for text in row) for row in rows])
    best = found[np.lexsort((found, -np.nan_to_num(followers[found], nan=-1.0)))][:top]
    return tuple(
        FoundAccount(
            str(ids[at]), str(handles[at]), names[at], platforms[at], int(n) if np.isfinite(n) else None
        )
        for at, n in zip(best, followers[best], strict=True)
    )
