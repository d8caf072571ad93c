"""What an assistant may ask: questions over one open session, each read-only."""

from __future__ import annotations

import functools
import inspect
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import Field

from influence.assistants import answers, telling
from influence.clock import now
from influence.errors import UnknownAccountError, UsageError
from influence.question import Ask, Question, all_asks
from influence.ranking.asking import question_of
from influence.session import Session
from influence.toml_files import parse_toml
from influence.writing.plain import as_date

if TYPE_CHECKING:
    from influence.store.workspace import Workspace

Limit = Annotated[int, Field(ge=1, le=50, description="Rows, at most 50.")]
Offset = Annotated[int, Field(ge=0, description="Where the page begins; next_offset of the page before.")]
Handles = Annotated[
    list[str], Field(min_length=1, max_length=50, description="Handles, ids or profile addresses.")
]
REMEMBERED = 50
"""Questions whose evidence can be read again by its address."""
TYPES: dict[str, tuple[Any, Any]] = {
    "text": (str, ""), "texts": (list[str], []), "whole": (int | None, None), "day": (str, ""), "file": (str, ""),
    "table": (dict[str, float], {}),
}  # fmt: skip
"""Kind of a field -> its type and what stands for *not asked*."""
LEFT_OUT = ("embedding_model", "seed", "scales", "unknown", "top")
"""Of machines and of people who tune; an assistant gets the defaults."""
HELP = {
    "brief": "The text of a brief; its hard conditions (followers, place ...) are kept to, and told in the notes."
}


class Questions:
    """Tools that only read.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._asked: OrderedDict[str, Question] = OrderedDict()

    def tools(self) -> list[Any]:
        """Every tool, by its name."""
        return [self.describe_data, self.find_accounts, takes_question(self.rank), takes_question(self.explain),
                takes_question(self.compare), self.lookalikes, self.match_brief, takes_question(self.shortlist),
                self.stand_ins, takes_question(self.tell_first), self.mentions, self.share_of_voice, self.advocates,
                self.plan, self.check_outreach]  # fmt: skip

    def describe_data(self) -> answers.Described:
        """What is in the workspace: rows by table, platforms, languages, which signals can be computed and why not,
        saved lists. Ask this first."""
        from influence.store.lists.saved import saved_lists

        told = self.session.describe()
        return answers.Described.of(
            told,
            tables={table.name: table.n_rows for table in told.tables},
            signals={one.name: "computable" if one.available else one.reason for one in told.signals},
            lists=[one.name for one in self.session.ask(saved_lists)],
        )

    def find_accounts(self, words: str, limit: Limit = 20) -> answers.FoundAccounts:
        """Accounts whose id, handle or name holds the words, most followers first."""
        found = self.session.accounts(words, limit)
        return answers.FoundAccounts(accounts=[answers.Found.of(one) for one in found])

    def rank(self, niche: str = "", limit: Limit = 10, offset: Offset = 0, **asked: Any) -> answers.Ranked:
        """Who truly reaches and moves a niche? Best first, each with score, rank range and a reason.

        A niche is plain words: "vegan baking"; commas mean any of, "quotes" a phrase, -word leaves out."""
        question = question_of(niche, **asked, top=offset + limit)
        return telling.ranked(self.session.rank(question), offset, self.address(question))

    def explain(self, account: str, niche: str = "", **asked: Any) -> answers.Explained:
        """Why does an account stand where it stands: points by signal, evidence, what counts against it."""
        question = question_of(niche, **asked, top=0)
        told = self.session.explain(account, question)
        return telling.explained(told, f"{self.address(question)}/{told.row.account_id}")

    def compare(self, accounts: Handles, niche: str = "", **asked: Any) -> answers.Compared:
        """Two to five accounts side by side, and what makes the difference between them."""
        if not 2 <= len(accounts) <= 5:
            raise UsageError("a comparison needs two to five accounts", seen=len(accounts))
        return telling.compared(self.session.compare(accounts, niche, **asked))

    def lookalikes(self, account: str, by_text: bool = False, limit: Limit = 10) -> answers.Alike:
        """Accounts that share an audience with one, or write like it."""
        found = self.session.lookalikes(account, by="text" if by_text else "audience", k=limit)
        return answers.Alike(accounts={one.account_id: one.similarity for one in found})

    def match_brief(self, brief: str, accounts: Handles) -> answers.Fits:
        """Who of these accounts fits a brief? Its conditions (followers, place, language, platform, conflicts ...) are
        read from its text, and each account is graded: met, not met, unknown, with evidence."""
        question = question_of("", brief=brief, conditions="brief", top=0)
        return self.session.ask(lambda workspace: self._fits(workspace, question, accounts))

    def shortlist(
        self, niche: str = "", size: Limit = 10, offset: Offset = 0, limit: Limit = 10, **asked: Any
    ) -> answers.Picks:
        """Whom to write to: a set that reaches most different people where that is worth it, else the best by score.
        Nothing is saved; see save_shortlist."""
        from influence.selection.wishes import Wishes

        found = self.session.shortlist(niche, wishes=Wishes(size=size), **asked)
        return telling.picks_of(found, offset, limit)

    def stand_ins(self, list_name: str, limit: Limit = 10) -> answers.Picks:
        """Who could take the places of those on a saved list who declined?"""
        found = self.session.stand_ins(list_name)
        rule = f"for {', '.join(found.declined)}" if found.declined else "nobody on the list has declined"
        missing = [f"no candidate any more: {name}" for name in found.missing]
        shown = telling.picked(found.picks[:limit])
        return answers.Picks(rule=rule, picks=shown, n_all=len(found.picks), next_offset=None, notes=missing)

    def mentions(
        self, brand: str, aliases: list[str] | None = None, rivals: list[str] | None = None, limit: Limit = 10,
        offset: Offset = 0,
    ) -> answers.Mentions:  # fmt: skip
        """Who names a brand, and how do they feel about it: shares with intervals, then single texts."""
        found = self.session.mentions(brand, tuple(aliases or ()), tuple(rivals or ()))
        return telling.mentions_of(found, brand, offset, limit)

    def tell_first(self, niche: str = "", size: Limit = 5, **asked: Any) -> answers.Seeded:
        """Who should be told first, so that most of a niche hears of it by word of mouth? A simulation: how readily
        people pass things on is a guess, so compare the choices and not the counts."""
        return telling.seeded(self.session.spread(niche, size, **asked))

    def share_of_voice(
        self, brand: str, rivals: list[str], first_day: str = "", last_day: str = ""
    ) -> answers.Voices:
        """How much of what is said about a brand and its rivals is about each, by posts, authors and reach, with
        intervals; the last 28 days of the data if no days (ISO) are told."""
        days = {name: day for name, day in (("first", first_day), ("last", last_day)) if day}
        return telling.voices(self.session.listen(brand, rivals=tuple(rivals), **days))

    def check_outreach(
        self, list_name: str, as_of: str = "", country: str = "", limit: Limit = 20, offset: Offset = 0
    ) -> answers.Judgements:
        """Who of a saved list may be written to by e-mail, by the rules of their countries as of a day (ISO; today if
        not told); `country` stands for accounts of unknown country. Not legal advice."""
        from influence.outreach.addressees import addressees
        from influence.outreach.judging import judge_people, with_assumed
        from influence.store.lists.saved import load_list, without_suppressed_picks

        day = as_date(as_of) or now().date()
        people = self.session.ask(
            lambda at: addressees(at, without_suppressed_picks(at, load_list(at, list_name))[0])
        )
        judged = judge_people(with_assumed(people, {"country": country})[0], day)
        return telling.judgements(judged, day, offset, limit)

    def advocates(
        self, brand: str, aliases: list[str] | None = None, limit: Limit = 10, offset: Offset = 0
    ) -> answers.Advocates:
        """Who speaks for a brand already and is listened to; detractors apart, never to be invited."""
        found = self.session.advocates(brand, aliases=tuple(aliases or ()), top=0)
        return telling.advocates_of(found, offset, limit)

    def plan(self, brief_toml: str) -> answers.Planned:
        """Budget, funnel, break-even and return by scenario, from a campaign brief as `influence plan --new` writes it
        (TOML text). A list it names must be one that is saved in the workspace."""
        from influence.planning.brief import parse_brief
        from influence.planning.business_case import make_plan

        told = parse_toml(brief_toml, "brief", hint="`influence plan --new` writes one")
        self._only_saved(told.get("source", {}))
        return telling.planned(self.session.ask(lambda workspace: make_plan(parse_brief(told, workspace))))

    def address(self, question: Question) -> str:
        """Where what was asked can be read again, while this server runs."""
        self._asked[question.hash()] = question
        while len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        return f"influence://questions/{question.hash()}"

    def asked(self, key: str) -> Question:
        """The question of an address.

        Raises
        ------
        UsageError
            It was not asked here, or too long ago.
        """
        if key not in self._asked:
            raise UsageError(
                "this question was not asked lately", seen=key, hint="ask `rank` or `explain` again"
            )
        return self._asked[key]

    def _only_saved(self, source: Any) -> None:
        """An assistant names lists of the workspace, never files of the machine."""
        from influence.store.lists.saved import saved_lists

        known = [one.name for one in self.session.ask(saved_lists)]
        named = source.get("list") if isinstance(source, dict) else None
        if named is not None and named not in known:
            raise UsageError(
                "there is no saved list of this name", seen=named, expected=", ".join(known) or "none yet"
            )

    def _fits(self, workspace: Workspace, question: Question, names: list[str]) -> answers.Fits:
        """Rows are written for the accounts asked about alone, not for all that are ranked."""
        from influence.ranking.checklist import grade
        from influence.ranking.rank import write_out
        from influence.ranking.reasons import with_reasons

        found, material = self.session.assess(question), self.session.material()
        ids, lost = _resolved(workspace, names, material.account_ids)
        rows = material.positions(ids)
        graded = grade(material, question.conditions, rows)
        grades = {name: graded.of(int(at)) for name, at in zip(ids, rows, strict=True)}
        asked = np.flatnonzero(np.isin(found.evidence.pool, rows))
        ranking = with_reasons(write_out(workspace, found, asked))
        return telling.fits(ranking, grades, question.conditions, lost)


def _resolved(workspace: Workspace, names: list[str], among: np.ndarray) -> tuple[list[str], list[str]]:
    """Ids of the accounts that are known, and why each of the others is not.

    Raises
    ------
    UnknownAccountError
        None of them is known.
    """
    from influence.store.people.resolving import resolve_account

    ids, lost = dict[str, None](), []
    for name in names:
        try:
            ids[resolve_account(workspace.store, name, among)] = None
        except UnknownAccountError as error:
            lost.append(error)
    if not ids:
        raise lost[0]
    return list(ids), [" ".join(str(error).split()) for error in lost]


def takes_question(tool: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function that ends in ``**asked`` one argument for each field of the question."""
    own = inspect.signature(tool, eval_str=True)
    named = [one for one in own.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
    offered = [ask for ask in all_asks().values() if ask.name not in LEFT_OUT and ask.kind in TYPES]
    more = [_argument(ask) for ask in offered if ask.name not in own.parameters]

    @functools.wraps(tool)
    def told(*given: Any, **asked: Any) -> Any:
        question = {name: value for name, value in asked.items() if value not in (None, "", [], {})}
        kept_to = {"conditions": "brief"} if "brief" in question else {}
        return tool(*given, **question, **kept_to)

    told.__signature__ = own.replace(parameters=[*named, *more])  # type: ignore[attr-defined]
    return told


def _argument(ask: Ask) -> inspect.Parameter:
    help = HELP.get(ask.name, ask.help)
    offered, untold = TYPES[ask.kind]
    default = Field(untold, description=help)
    return inspect.Parameter(ask.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=offered)
