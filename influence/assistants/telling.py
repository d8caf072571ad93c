"""Results of the toolkit as answers to an assistant: short, with the same words as the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from math import isnan
from typing import TYPE_CHECKING, Any, TypeVar

from influence.assistants import answers
from influence.reporting.explain.compare_text import neighbour_sentences
from influence.reporting.explain.compare_text import title as title_of_comparison
from influence.reporting.explain.explain_words import (
    doubts,
    move_sentences,
    post_head,
    signal_sentence,
    standing,
    summary,
)
from influence.reporting.mentions_text import feeling, mentions_summary
from influence.reporting.ranking.words import heading, notes_of, title_of
from influence.writing.plain import as_date, long_day, shorten

if TYPE_CHECKING:
    from datetime import date

    from influence.listening.listen import Listening
    from influence.outreach.judging import OutreachJudgement
    from influence.planning.advocates import Advocate, Advocates
    from influence.planning.business_case import Plan
    from influence.ranking.checklist import Grade
    from influence.ranking.compare import Comparison
    from influence.ranking.explain import Explanation
    from influence.ranking.results import RankedAccount, Ranking
    from influence.selection.seeding import Seeding
    from influence.selection.shortlist import Pick, Shortlist
    from influence.text.conditions import Condition
    from influence.text.mentions import Mention, Mentions

QUOTED = 160
"""Letters of a post that are quoted."""
N_NOTES, N_POSTS, N_MOVES = 6, 3, 4


def row_of(row: RankedAccount) -> answers.Row:
    """One place of a ranking."""
    low, high = row.rank_low, row.rank_high
    between = None if low is None or high is None else [low, high]
    return answers.Row.of(row, rank_range=between, by_followers=row.baseline_rank)


def ranked(ranking: Ranking, offset: int, question: str) -> answers.Ranked:
    """The rows of a ranking from `offset` on; `question` is the address of what was asked."""
    end, is_first = len(ranking.rows), offset == 0
    return answers.Ranked(
        n_all=ranking.n_candidates, next_offset=end if offset < end < ranking.n_candidates else None,
        title=title_of(ranking, end) if is_first else None, rows=[row_of(row) for row in ranking.rows[offset:]],
        notes=_notes(ranking) if is_first else [], question=question if is_first else None,
    )  # fmt: skip


def _notes(ranking: Ranking) -> list[str]:
    """What to know before trusting a list; how to read a range is told to assistants once, by the server."""
    return [note for note in notes_of(ranking) if not note.startswith("Rank range: ")][:N_NOTES]


def explained(told: Explanation, more: str) -> answers.Explained:
    """An explanation in under 4 kB; `more` is the address of the whole."""
    return answers.Explained(
        account_id=told.row.account_id,
        standing=standing(told),
        summary=summary(told),
        score=told.row.score,
        signals=[
            answers.Signal(signal=heading(line.name), points=line.points, at_most=line.max_points,
                   seen=shorten(signal_sentence(line, told), 200))
            for line in told.signals
            if line.max_points > 0
        ],
        counts_against=[shorten(words, 200) for words in doubts(told)[:N_NOTES]],
        would_move_it=move_sentences(told)[:N_MOVES],
        evidence=[
            answers.Quote.of(post, quote=shorten(post.text or "", QUOTED), about=post_head(post))
            for post in told.evidence[:N_POSTS]
        ],
        more=more,
    )  # fmt: skip


def compared(found: Comparison) -> answers.Compared:
    """Points by signal and account, and what makes the difference between neighbours."""
    points: dict[str, dict[str, float | None]] = {
        one.row.account_id: {line.name: line.points for line in one.signals if line.max_points > 0}
        for one in found.accounts
    }
    words = neighbour_sentences(found)
    return answers.Compared(title=title_of_comparison(found), points=points, differences=words)


def fits(
    ranking: Ranking,
    grades: Mapping[str, Sequence[Grade]],
    conditions: Sequence[Condition],
    lost: Sequence[str],
) -> answers.Fits:
    """Accounts graded by the conditions of a brief, best place first; whom a condition rules out has no place.

    `ranking` has the rows of these accounts alone, and is told as a whole of its own; `lost` says who is unknown.
    """
    rows = {row.account_id: row for row in ranking.rows}
    found = [_fit(account, rows.get(account), graded) for account, graded in grades.items()]
    return answers.Fits(
        conditions=[f"{one.said} (from {one.words!r})" for one in conditions],
        fits=sorted(found, key=lambda one: (one.rank is None, one.rank)),
        unknown=list(lost), notes=_notes(replace(ranking, n_candidates=len(ranking.rows))),
    )  # fmt: skip


def _fit(account: str, row: RankedAccount | None, grades: Sequence[Grade]) -> answers.Fit:
    graded = {"conditions": {one.condition.said: one.state for one in grades},
              "evidence": {one.condition.said: one.evidence for one in grades}}  # fmt: skip
    if row:
        return answers.Fit.of(row, **graded)
    why = "not ranked: a condition is not met, or the account is no candidate"
    return answers.Fit(account_id=account, rank=None, score=None, reason=why, **graded)


T = TypeVar("T")


def _page(rows: Sequence[T], offset: int, limit: int) -> tuple[Sequence[T], dict[str, Any]]:
    """The rows of a page that begins at `offset`, and what the page says of where it stands."""
    end = offset + limit
    return rows[offset:end], {"n_all": len(rows), "next_offset": end if end < len(rows) else None}


def picked(picks: Sequence[Pick]) -> list[answers.Picked]:
    """Picks with what each adds."""
    return [answers.Picked(row=row_of(one.account), adds=dict(one.added)) for one in picks]


def picks_of(found: Shortlist, offset: int, limit: int) -> answers.Picks:
    """Picks from `offset` on."""
    shown, page = _page(found.picks, offset, limit)
    return answers.Picks(
        rule=found.rule, picks=picked(shown), notes=_notes(found.ranking) if offset == 0 else [], **page,
    )  # fmt: skip


def mentions_of(found: Mentions, brand: str, offset: int, limit: int) -> answers.Mentions:
    """Mentions from `offset` on."""
    shown, page = _page(list(zip(found.rows, found.days.tolist(), strict=True)), offset, limit)
    return answers.Mentions(
        summary=mentions_summary(found, brand), mentions=[_mentioned(row, day) for row, day in shown],
        **page,
    )  # fmt: skip


def _mentioned(row: Mention, day: float) -> answers.Mentioned:
    on = None if isnan(day) else str(as_date(int(day)))
    text = answers.Quote.of(row, quote=shorten(row.clause, QUOTED), day=on, about=row.reason)
    return answers.Mentioned.of(row, feeling=feeling(row), text=text)


def advocates_of(found: Advocates, offset: int, limit: int) -> answers.Advocates:
    """Advocates from `offset` on."""
    shown, page = _page(found.rows, offset, limit)
    return answers.Advocates(
        advocates=[answers.Advocate.of(one, who=_who(one)) for one in shown],
        detractors=[_who(one) for one in found.detractors[:limit]], notes=list(found.notes), **page,
    )  # fmt: skip


def _who(one: Advocate) -> str:
    return one.account_id or one.customer_id or "unknown"


def planned(plan: Plan) -> answers.Planned:
    """A plan's figures, without its workbook."""
    from influence.reporting.plan.plan_words import headline

    return answers.Planned.of(plan, headline=headline(plan), decides=plan.deciding)


def voices(found: Listening) -> answers.Voices:
    """Share of voice of a period."""
    return answers.Voices(
        first_day=long_day(found.period.first), last_day=long_day(found.period.end - 1),
        voices=[answers.Voice.model_validate(asdict(one)) for one in found.voices], notes=list(found.notes),
    )  # fmt: skip


def seeded(found: Seeding) -> answers.Seeded:
    """Whom to tell first."""
    told = [answers.Told.of(one) for one in found]
    expected = {one.choice: one.reached for one in found.choices}
    return answers.Seeded(tell_first=told, expected=expected, at_least_of_best=found.guarantee)


def judgements(
    judged: Mapping[str, OutreachJudgement], day: date, offset: int, limit: int
) -> answers.Judgements:
    """Judgements from `offset` on."""
    pairs, page = _page(list(judged.items()), offset, limit)
    return answers.Judgements(
        as_of=day.isoformat(), **page,
        judged=[answers.Judged.of(one, account_id=account, sources=[rule.source for rule in one.rules])
                for account, one in pairs],
    )  # fmt: skip
