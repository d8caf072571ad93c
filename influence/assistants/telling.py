"""Results of the toolkit as answers to an assistant: short, with the same words as the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from influence.assistants.answers import (
    Advocate,
    Advocates,
    Compared,
    Explained,
    Fit,
    Fits,
    Judged,
    Judgements,
    Mentioned,
    Mentions,
    Picked,
    Picks,
    Planned,
    Quote,
    Ranked,
    Row,
    Seeded,
    Signal,
    Told,
    Voice,
    Voices,
)
from influence.reporting.explain.compare_text import difference_sentences
from influence.reporting.explain.compare_text import title as title_of_comparison
from influence.reporting.explain.explain_words import (
    doubts,
    post_head,
    signal_heading,
    signal_sentence,
    standing,
    summary,
)
from influence.reporting.explain.move_words import move_sentences, uncertainty_sentence
from influence.reporting.mentions_text import feeling, mentions_summary
from influence.reporting.ranking.words import notes_of, title_of
from influence.writing.plain import long_day, shorten

if TYPE_CHECKING:
    from datetime import date

    from influence.listening.listen import Listening
    from influence.outreach.judging import Judgement
    from influence.planning.advocates import Advocate as FoundAdvocate
    from influence.planning.advocates import Advocates as FoundAdvocates
    from influence.planning.business_case import Plan
    from influence.ranking.checklist import Grade
    from influence.ranking.compare import Comparison
    from influence.ranking.explain import Explanation
    from influence.ranking.results import RankedAccount, Ranking
    from influence.selection.shortlist import Shortlist
    from influence.selection.spread import Seeding
    from influence.text.conditions import Condition
    from influence.text.mentions import Mention
    from influence.text.mentions import Mentions as FoundMentions

QUOTED = 160
"""Letters of a post that are quoted."""
N_NOTES, N_POSTS, N_MOVES = 6, 3, 4


def row_of(row: RankedAccount) -> Row:
    """One place of a ranking."""
    low, high = row.rank_low, row.rank_high
    return Row(
        rank=row.rank, account_id=row.account_id, name=row.name, score=row.score, followers=row.followers,
        rank_range=None if low is None or high is None else [low, high], by_followers=row.baseline_rank,
        reason=row.reason,
    )  # fmt: skip


def ranked(ranking: Ranking, offset: int, question: str) -> Ranked:
    """The rows of a ranking from `offset` on; `question` is the address of what was asked."""
    end, is_first = len(ranking.rows), offset == 0
    return Ranked(
        n_all=ranking.n_candidates, next_offset=end if offset < end < ranking.n_candidates else None,
        title=title_of(ranking, end) if is_first else None, rows=[row_of(row) for row in ranking.rows[offset:]],
        notes=_notes(ranking) if is_first else [], question=question if is_first else None,
    )  # fmt: skip


def _notes(ranking: Ranking) -> list[str]:
    """What to know before trusting a list; how to read a range is told to assistants once, by the server."""
    return [note for note in notes_of(ranking) if not note.startswith("Rank range: ")][:N_NOTES]


def explained(told: Explanation, more: str) -> Explained:
    """An explanation in under 4 kB; `more` is the address of the whole."""
    sure = uncertainty_sentence(told)
    return Explained(
        account_id=told.row.account_id,
        standing=standing(told),
        summary=[*summary(told), *([sure] if sure else [])],
        score=told.row.score,
        signals=[
            Signal(signal=signal_heading(line), points=line.points, at_most=line.max_points,
                   seen=shorten(signal_sentence(line, told), 200))
            for line in told.signals
            if line.max_points > 0
        ],
        counts_against=[shorten(words, 200) for words in doubts(told)[:N_NOTES]],
        would_move_it=move_sentences(told)[:N_MOVES],
        evidence=[
            Quote(quote=shorten(post.text or "", QUOTED), post_id=post.post_id, day=post.day, about=post_head(post),
                  url=post.url)
            for post in told.evidence[:N_POSTS]
        ],
        more=more,
    )  # fmt: skip


def compared(found: Comparison) -> Compared:
    """Points by signal and account, and what makes the difference between neighbours."""
    points: dict[str, dict[str, float | None]] = {
        one.row.account_id: {line.name: line.points for line in one.signals if line.max_points > 0}
        for one in found.accounts
    }
    pairs = range(len(found.accounts) - 1)
    words = [line for at in pairs for line in difference_sentences(found, at, at + 1)]
    return Compared(title=title_of_comparison(found), points=points, differences=words)


def fits(ranking: Ranking, grades: Mapping[str, Sequence[Grade]], conditions: Sequence[Condition]) -> Fits:
    """Accounts graded by the conditions of a brief, best place first; whom a condition rules out has no place.

    `ranking` has the rows of these accounts alone, and is told as a whole of its own.
    """
    rows = {row.account_id: row for row in ranking.rows}
    found = [_fit(account, rows.get(account), graded) for account, graded in grades.items()]
    return Fits(
        conditions=[f"{one.said} (from {one.words!r})" for one in conditions],
        fits=sorted(found, key=lambda one: (one.rank is None, one.rank)),
        notes=_notes(replace(ranking, n_candidates=len(ranking.rows))),
    )


def _fit(account: str, row: RankedAccount | None, grades: Sequence[Grade]) -> Fit:
    return Fit(
        account_id=account, rank=row.rank if row else None, score=row.score if row else None,
        conditions={one.condition.said: one.state for one in grades},
        evidence={one.condition.said: one.evidence for one in grades},
        reason=row.reason if row else "not ranked: a condition is not met, or the account is no candidate",
    )  # fmt: skip


def picks_of(found: Shortlist, offset: int, limit: int) -> Picks:
    """Picks from `offset` on."""
    shown = found.picks[offset : offset + limit]
    end = offset + len(shown)
    return Picks(
        rule=found.rule, picks=[Picked(row=row_of(one.account), adds=dict(one.added)) for one in shown],
        n_all=len(found.picks), next_offset=end if end < len(found.picks) else None,
        notes=_notes(found.ranking) if offset == 0 else [],
    )  # fmt: skip


def mentions_of(found: FoundMentions, brand: str, offset: int, limit: int) -> Mentions:
    """Mentions from `offset` on."""
    shown = found.rows[offset : offset + limit]
    end = offset + len(shown)
    return Mentions(
        summary=mentions_summary(found, brand), mentions=[_mentioned(row) for row in shown],
        n_all=len(found), next_offset=end if end < len(found) else None,
    )  # fmt: skip


def _mentioned(row: Mention) -> Mentioned:
    text = Quote(quote=shorten(row.clause, QUOTED), post_id=row.post_id, about=row.reason)
    return Mentioned(account_id=row.account_id, feeling=feeling(row), text=text)


def advocates_of(found: FoundAdvocates, offset: int, limit: int) -> Advocates:
    """Advocates from `offset` on."""
    shown = found.rows[offset : offset + limit]
    end = offset + len(shown)
    return Advocates(
        advocates=[_advocate(one) for one in shown], detractors=[_who(one) for one in found.detractors[:limit]],
        n_all=len(found.rows), next_offset=end if end < len(found.rows) else None, notes=list(found.notes),
    )  # fmt: skip


def _advocate(one: FoundAdvocate) -> Advocate:
    return Advocate(who=_who(one), score=one.score, feeling=one.feeling, n_mentions=one.n_mentions, offer=one.offer,
                    notes=list(one.notes))  # fmt: skip


def _who(one: FoundAdvocate) -> str:
    return one.account_id or one.customer_id or "unknown"


def planned(plan: Plan) -> Planned:
    """A plan's figures, without its workbook."""
    from influence.reporting.plan.plan_words import headline

    return Planned(
        headline=headline(plan), decides=list(plan.deciding), expected=dict(plan.expected),
        scenarios={name: dict(values) for name, values in plan.scenarios.items()}, warnings=list(plan.warnings),
    )  # fmt: skip


def voices(found: Listening) -> Voices:
    """Share of voice of a period."""
    return Voices(
        first_day=long_day(found.period.first), last_day=long_day(found.period.end - 1),
        voices=[Voice.model_validate(asdict(one)) for one in found.voices], notes=list(found.notes),
    )  # fmt: skip


def seeded(found: Seeding) -> Seeded:
    """Whom to tell first."""
    told = [Told(account_id=one.account_id, adds=one.adds, alone=one.alone, rank=one.rank) for one in found]
    expected = {one.choice: one.reached for one in found.choices}
    return Seeded(tell_first=told, expected=expected, at_least_of_best=found.guarantee)


def judgements(judged: Mapping[str, Judgement], day: date, offset: int, limit: int) -> Judgements:
    """Judgements from `offset` on."""
    pairs = list(judged.items())[offset : offset + limit]
    end = offset + len(pairs)
    return Judgements(
        as_of=day.isoformat(), n_all=len(judged), next_offset=end if end < len(judged) else None,
        judged=[
            Judged(account_id=account, answer=one.answer, why=one.why,
                   sources=[rule.source for rule in one.rules])
            for account, one in pairs
        ],
    )  # fmt: skip
