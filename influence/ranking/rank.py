"""Rank the accounts of a workspace for a niche."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal, Unpack

import numpy as np

from influence._version import __version__
from influence.question import Filters, Question
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.baselines import total_likes
from influence.ranking.checklist import unread_notes
from influence.ranking.facts import account_facts
from influence.ranking.naming import says, signal_words
from influence.ranking.pool import language_note
from influence.ranking.reasons import with_reasons
from influence.ranking.results import Provenance, RankedAccount, Ranking
from influence.ranking.uncertainty import RankIntervals, rank_intervals
from influence.signals.breaks import breaks_crossed
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.momentum import GROWTH_WINDOW_DAYS
from influence.signals.reach import share_read
from influence.store.visibility import undated_later
from influence.store.workspace import from_day
from influence.text.conditions import Condition
from influence.text.niche import Niche
from influence.writing.plain import counted, listed

if TYPE_CHECKING:
    from influence.store.workspace import Workspace


def rank(
    workspace: Workspace,
    niche: str | Niche = "",
    *,
    sense: str = "",
    brief: str = "",
    like: Sequence[str] = (),
    goal: str = "long-tail",
    weights: Mapping[str, float] | None = None,
    as_of: date | str | None = None,
    top: int = 30,
    seed: int = 0,
    brand: str = "",
    aliases: Sequence[str] = (),
    rivals: Sequence[str] = (),
    scales: Mapping[str, str] | None = None,
    unknown: Mapping[str, str] | None = None,
    embedding_model: str = "",
    conditions: Sequence[Condition] | Literal["brief"] = (),
    material: Material | None = None,
    **filters: Unpack[Filters],
) -> Ranking:
    """Who truly reaches and moves this niche?

    Parameters
    ----------
    workspace : Workspace
    niche : str or Niche
        Plain words, ``"vegan baking, oat milk"`` (see `influence.text.grammar`), or a whole `Niche`. Niche, brief and
        examples may be combined; with none of them accounts are ranked for everyone.
    sense : str
        Of a niche's word with two meanings in the data, what the right one is said with (a note names both).
    brief : str
        Text of a brief.
    like : sequence of str
        Example accounts: ids, handles or addresses.
    goal : str
        A preset of weights, see `influence.ranking.goals`.
    weights : mapping of signal to weight, optional
        Replaces single weights of the goal; 0 leaves a signal out.
    as_of : date or ISO text, optional
        Rank with what was known at the start of that day (UTC); nothing later is visible.
    top : int
        How many rows to give; 0 gives all.
    seed : int
        Of the random draws that later signals may need; kept in the provenance.
    brand : str
        For the signals about a brand.
    aliases, rivals : sequence of str
        Other names of the brand, and other brands that posts may name beside it.
    scales, unknown : mapping of signal to text, optional
        Another scale than the signal's own (``share``, ``percentile``, ``saturating``), and what an unknown value
        counts as (``neutral``, ``worst``, ``excluded``: the account is left out). See `influence.settings`.
    embedding_model : str
        Folder of an ONNX sentence model that reads the best candidates again, see `influence.text.encoder`.
    conditions : sequence of Condition, or "brief"
        What accounts must meet (`influence.text.conditions.read_conditions`); ``"brief"`` takes what the brief names.
        Each row is graded by them in ``extra["conditions"]``.
    material : Material, optional
        The workspace as of the same day, already read, for many niches in a row.
    **filters
        Who may be a candidate: ``max_followers=20000``, ``language=["en", "de"]`` and all else that
        `influence.question.Filters` declares.

    Returns
    -------
    Ranking
        Best first. ``sum(contributions) == score`` for every row; ties are ordered by niche fit, then by id.

    Raises
    ------
    NicheError
        No text knows the words of the niche, or an example is not in the data.
    MissingDataError
        The workspace has no accounts as of that day, or the filters leave none.
    UsageError
        Unknown goal, weight or filter.

    Examples
    --------
    >>> import influence
    >>> ranking = influence.rank(workspace, "sourdough bread", top=2)
    >>> [row.handle for row in ranking]
    ['amy.example', 'ben.example']
    """
    question = question_of(
        niche, sense=sense, brief=brief, like=like, goal=goal, weights=weights, as_of=as_of, top=top, seed=seed,
        brand=brand, aliases=aliases, rivals=rivals, scales=scales, unknown=unknown, embedding_model=embedding_model,
        conditions=conditions, **filters,
    )  # fmt: skip
    return answer(workspace, question, material)


def answer(workspace: Workspace, question: Question, material: Material | None = None) -> Ranking:
    """Rank as a question asks; `rank` spells the question out."""
    found = assess(workspace, question, material)
    ranking = write_out(workspace, found, found.order if question.top == 0 else found.order[: question.top])
    return with_reasons(ranking)


def write_out(
    workspace: Workspace, found: Assessment, chosen: np.ndarray, sure: RankIntervals | None = None
) -> Ranking:
    """Make rows of the candidates at positions `chosen` of the pool; `sure` are their intervals where known already."""
    evidence, scores = found.evidence, found.scores
    likes = total_likes(evidence)
    sure = rank_intervals(found, chosen) if sure is None else sure
    rows = tuple(
        replace(
            _row(found, int(at), likes[at]),
            rank_low=int(sure.low[k]),
            rank_high=int(sure.high[k]),
            p_top=float(sure.p_top[k]),
        )
        for k, at in enumerate(chosen)
    )
    return Ranking(
        niche=evidence.niche,
        rows=rows,
        n_candidates=evidence.n_candidates,
        weights=scores.weights,
        switched_off=found.switched_off,
        left_out=found.left_out,
        baseline=found.baseline,
        notes=tuple(_notes(found)),
        provenance=_provenance(workspace, found),
        goal=found.question.goal,
        extra={
            "facts": account_facts(evidence, chosen[:FACTS_FOR]),
            "conditions": _grades(found, chosen),
            "uncertainty": {"top": sure.top, "level": sure.level, "n_draws": sure.n_draws},
        },
    )


def _grades(found: Assessment, chosen: np.ndarray) -> dict[str, list[dict[str, str]]]:
    """How each row stands to each condition: met, not met or unknown, and what shows it."""
    if found.narrowed is None:
        return {}
    graded, pool = found.narrowed.graded, found.evidence.pool[chosen]
    ids = found.evidence.material.account_ids
    return {str(ids[at]): [grade.to_dict() for grade in graded.of(int(at))] for at in pool}


FACTS_FOR = 1000
"""Rows for which sentences are prepared; nobody reads reasons beyond."""


PROFILE = ("account_id", "handle", "name", "followers", "posts_total", "kind", "platform", "url")
"""Columns of an account that its row shows."""


def _row(found: Assessment, at: int, likes: float) -> RankedAccount:
    account = {name: found.evidence.material.column(name)[found.evidence.pool[at]] for name in PROFILE}
    contributions = {name: float(points[at]) for name, points in found.scores.contributions.items()}
    return RankedAccount(
        rank=int(found.place[at]),
        account_id=str(account["account_id"]),
        handle=str(account["handle"]),
        name=_text(account["name"]),
        score=sum(contributions.values()),
        contributions=contributions,
        values={name: _number(values.value[at]) for name, (_, values) in found.signals.items()},
        support={name: float(values.support[at]) for name, (_, values) in found.signals.items()},
        followers=_whole(account["followers"]),
        posts=_whole(found.evidence.n_posts[at] if len(found.evidence.posts) else account["posts_total"]),
        kind=str(account["kind"]),
        platform=_text(account["platform"]),
        url=_text(account["url"]),
        likes=_whole(likes),
        baseline_rank=_whole(found.baseline_rank[at]),
    )


def _notes(found: Assessment) -> list[str]:
    notes = []
    evidence = found.evidence
    if not evidence.niche:
        notes.append(_without_niche(found.question))
    elif evidence.relevance is None and evidence.niche.keywords:
        notes.append("There are no texts to find the niche in, so its words had no effect.")
    notes += [*found.narrowed.notes, *unread_notes(found.question.brief)] if found.narrowed else []
    told = language_note(evidence.material, found.question.filters, evidence.pool)
    notes += [told] if told else []
    if evidence.relevance is not None:
        notes.extend(evidence.relevance.notes)
    notes += [*_partial_notes(found), *_weight_notes(found)]
    undated = int((~np.isfinite(evidence.posts.age_days)).sum())
    if undated:
        have = "has no date and counts" if undated == 1 else "have no date and count"
        notes.append(f"{counted(undated, 'post')} {have} as one half-life old.")
    return notes + _later_notes(evidence) + _growth_notes(evidence)


def _partial_notes(found: Assessment) -> list[str]:
    """What a crawl read in part: who was not read is not known to follow nobody."""
    if found.evidence.material.n_following is None:
        return []
    close = " and those who were not count against closeness" if found.evidence.niche.like else ""
    return [
        f"The graph was read in part: {share_read(found.evidence):.0%} of the followers that candidates state were "
        f"seen; reach weighs less by that{close}."
    ]


def _later_notes(evidence: Evidence) -> list[str]:
    """What bears no date and was not seen before the day asked: nobody knows whether it was there."""
    cut = evidence.material.cut
    later = undated_later(evidence.store, cut) if cut is not None else {}
    if not later:
        return []
    said = listed([counted(n, name) for name, n in later.items()])
    return [f"{said} without a date, not seen before that day, are not used; without --as-of they are."]


def _growth_notes(evidence: Evidence) -> list[str]:
    """What platforms count otherwise since a day within those over which growth is told."""
    if not len(evidence.material.snapshots["day"]):
        return []
    last = evidence.reference_day
    return [
        str(one) for one in breaks_crossed(evidence.store, last - GROWTH_WINDOW_DAYS, last, ("snapshots",))
    ]


LITTLE = 0.5
"""Share of a goal's weight under which a reader is told that the evidence is little."""


def _weight_notes(found: Assessment) -> list[str]:
    """Which signals weigh clearly less than the goal gives them, for lack of evidence."""
    shown = {
        name: found.scores.evidence[name] * found.signals[name][1].reliability
        for name in found.scores.weights
    }
    return [_little_note(name, share) for name, share in shown.items() if share < LITTLE]


def _little_note(name: str, share: float) -> str:
    called = signal_words(name)
    if share == 0:
        return (
            f"{says(called, 'tells', 'tell')} nobody apart, being the same for all: this part adds nothing."
        )
    less = "under 1%" if share < 0.005 else f"{share:.0%}"
    return (
        f"{says(called, 'rests', 'rest')} on little evidence: this part weighs {less} of what the goal says."
    )


def _without_niche(question: Question) -> str:
    """Why accounts are ranked for everyone: no niche was asked for, or nothing in the data speaks of it."""
    missing = [
        *(["no texts to find its words in"] if question.keywords or question.brief else []),
        *(["nothing to compare with the examples (no texts, no shared audience)"] if question.like else []),
    ]
    if not missing:
        return "No niche was given: accounts are ranked for everyone."
    day = f" as of {question.as_of}" if question.as_of else ""
    return f"The niche could not be read{day}: there is {' and '.join(missing)}. Accounts are ranked for everyone."


def _provenance(workspace: Workspace, found: Assessment) -> Provenance:
    material, question = found.evidence.material, found.question
    _, until = material.days
    return Provenance(
        version=__version__,
        workspace=workspace.place,
        settings=question.settings(),
        settings_hash=question.hash(),
        as_of=from_day(material.reference_day).isoformat(),
        seed=question.seed,
        rows_read=dict(material.rows_read),
        data_until=None if until is None else from_day(until).isoformat(),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _whole(value: float) -> int | None:
    return int(value) if value is not None and np.isfinite(value) else None
