"""A shortlist chosen as a set: whom it reaches together, what each pick adds, why the others lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from influence.errors import UnknownAccountError
from influence.ranking.assess import Assessment
from influence.ranking.rank import write_out
from influence.ranking.uncertainty import RankIntervals, rank_intervals
from influence.selection.bare import BareRows
from influence.selection.candidates import Candidates
from influence.selection.choosing import choose
from influence.selection.costs import RateCard, costs_of, default_card
from influence.selection.explaining import plan_of
from influence.selection.reached import niche_reach
from influence.selection.set_plan import Addition, NearMiss, SetPlan
from influence.selection.shortlist import BEST_FIRST, Figure, Pick, Shortlist, shortlist_of
from influence.selection.wishes import Wishes
from influence.store.people.persons import Persons, find_persons
from influence.store.people.resolving import resolve_account
from influence.store.visibility import visible

if TYPE_CHECKING:
    from influence.store.workspace import Workspace

N_ALTERNATIVES = 3
PERSONS_FOR = 2000
"""Ranks down to which it is asked whose further accounts they are."""
INTERVALS_FOR = 1000
"""Ranks down to which it is asked how sure they are."""


def shortlist_set(
    workspace: Workspace,
    found: Assessment,
    wishes: Wishes | None = None,
    *,
    card: RateCard | None = None,
    n_alternatives: int = 0,
    by_score: bool = False,
    least_gain: float = 0.0,
) -> Shortlist:
    """Which few accounts together reach most of the niche?

    Parameters
    ----------
    workspace : Workspace
        The one that was assessed; it may hold costs of earlier campaigns (``outcomes``).
    found : Assessment
        Every candidate with its score; see `influence.ranking.rank.assess`.
    wishes : Wishes, optional
        Size, budget, quotas, must-haves and the rest.
    card : RateCard, optional
        Prices; the shipped card when not given.
    n_alternatives : int
        Replacements to look for, for each pick.
    by_score : bool
        Take the best by score, each for itself, and say what they add up to.
    least_gain : float
        Take them too where a set reaches not at least this share more (`influence.selection.wishes.WORTH_IT` is
        what the command line takes where nobody asked for a set), or where no audience is known by name: a set that
        reached more readers of communities did not reach more of them afterwards (`benchmarks.selection.blogs`).

    Returns
    -------
    Shortlist
        Picks in the order of choice, with ``plan``: figures, near misses, curves, alternatives.

    Raises
    ------
    InfeasibleError
        The wishes clash; the error names them and the nearest that works.
    UnknownAccountError
        A must-have, or one never to be picked, is not in the data.
    """
    wishes = wishes or Wishes()
    rows = bare_rows(found)
    costs = costs_of(rows, card or default_card(), _paid(workspace, found))
    reach = niche_reach(found.evidence, found.order)
    by_score = by_score or (least_gain > 0 and reach.unit != "people")
    sure = None if by_score else near_intervals(found, wishes.size)
    best = None if sure is None else best_ranks(found, sure)
    candidates = Candidates(rows, reach, costs, _traits(found), _support(found), best)
    must = _places(candidates, found, wishes.must)
    never = _places(candidates, found, wishes.never, wanted=False)
    persons = find_persons(workspace.store, rows.account_ids[:PERSONS_FOR].tolist())
    doubles = _doubles(rows, persons, must)
    further = {one: first for one, first in doubles.items() if one not in must}
    candidates = replace(candidates, reach=reach.joined(further))
    made = choose(
        candidates, wishes, must, never, doubles=list(doubles), by_score=by_score, least_gain=least_gain
    )
    plan = plan_of(made, n_alternatives)
    plan = replace(plan, notes=(*plan.notes, *_channels(rows, persons, [pick.row for pick in plan.picks])))
    if plan.by_score:
        plan = replace(plan, misses=tuple(_behind(found, plan, miss) for miss in plan.misses))
    chosen = np.array([pick.row for pick in plan.picks], dtype=int)
    ranking = write_out(workspace, found, found.order[chosen], _of_rows(sure, chosen))
    picks = [Pick(row, _figures(pick)) for row, pick in zip(ranking.rows, plan.picks, strict=True)]
    asked = {**ranking.provenance.settings, "set": _asked(wishes, plan)}
    ranking = replace(ranking, provenance=replace(ranking.provenance, settings=asked))
    rule = BEST_FIRST if plan.by_score else _rule(plan)
    return shortlist_of(ranking, picks, wishes.size, rule, figures_of(plan), plan)


def _doubles(rows: BareRows, persons: Persons, must: Sequence[int]) -> dict[int, int]:
    """Places of accounts whose person stands higher, or is wanted, with another one -> the place of that."""
    order = [*must, *(place for place in range(min(len(rows), PERSONS_FOR)) if place not in must)]
    places = {rows[place].account_id: place for place in order}
    return {places[one]: places[first] for one, first in persons.first_of_each(places).items()}


def _channels(rows: BareRows, persons: Persons, chosen: Sequence[int]) -> list[str]:
    """Where else the picks are, as they say themselves."""
    found = {rows[row].account_id: persons.of(rows[row].account_id) for row in chosen}
    return [
        f"{account} is also {', '.join(other for other in group if other != account)}."
        for account, group in found.items()
        if len(group) > 1
    ]


def _behind(found: Assessment, plan: SetPlan, miss: NearMiss) -> NearMiss:
    """How far a miss stands below the last pick, and by which signals; as it is where something else barred it."""
    last = max((pick.row for pick in plan.picks), default=-1)
    if miss.why != "its score is lower" or last < 0:
        return miss
    ours, theirs = found.order[last], found.order[miss.rank - 1]
    gaps = {name: float(points[ours] - points[theirs]) for name, points in found.scores.contributions.items()}
    most = sorted(gaps, key=lambda name: (-gaps[name], name))[:2]
    return replace(
        miss, behind=sum(gaps.values()), by=tuple((name, gaps[name]) for name in most if gaps[name] >= 0.05)
    )


def bare_rows(found: Assessment) -> BareRows:
    """Everyone, best first."""
    columns = (found.evidence.column(name)[found.order] for name in ("account_id", "handle", "followers"))
    ids, handles, size = columns
    followers = np.trunc(np.where(np.isfinite(size), size, -1.0))
    return BareRows(ids, handles, np.arange(1, len(ids) + 1), found.scores.score[found.order], followers)


def _support(found: Assessment) -> np.ndarray:
    """Observations behind the best supported signal of each."""
    told = [np.nan_to_num(values.support) for _, values in found.signals.values()]
    return np.max(told, axis=0)[found.order] if told else np.zeros(len(found.order))


def near_intervals(found: Assessment, size: int) -> RankIntervals:
    """How sure the ranks are of those from whom a set of `size` may be chosen."""
    return rank_intervals(found, found.order[: max(INTERVALS_FOR, 10 * size)])


def best_ranks(found: Assessment, sure: RankIntervals) -> np.ndarray:
    """The best rank that each may truly have; far down the list its own."""
    ranks = np.arange(1, len(found.order) + 1)
    ranks[: len(sure.low)] = sure.low
    return ranks


def _of_rows(sure: RankIntervals | None, rows: np.ndarray) -> RankIntervals | None:
    """The same intervals of some rows; None where one of them stands too far down to have been asked."""
    if sure is None or (rows >= len(sure.low)).any():
        return None
    return replace(sure, low=sure.low[rows], high=sure.high[rows], p_top=sure.p_top[rows])


def figures_of(plan: SetPlan) -> tuple[Figure, ...]:
    """The figures each pick carries, worded for what is counted."""
    money = f" ({plan.currency})" if plan.currency else ""
    has, smaller = (
        ("covers", "topics of the one with fewer")
        if plan.unit == "topics"
        else ("reaches", "smaller audience")
    )
    told = (
        Figure("new_people", f"New {plan.counted}", f"How many it adds to those before it. {plan.unit_note}"),
        Figure("alone", f"Its {plan.counted}", f"How many it {has} for itself, whoever else is on the list."),
        Figure(
            "overlap", "Overlap", f"Largest share (0 to 1) of the {smaller} in common with an earlier pick."
        ),
    )
    guessed = " Partly guessed." if plan.n_guessed else ""
    basis = f"Prices told first, then what was paid before, then: {plan.cost_source}.{guessed}"
    costs = (
        Figure("cost", f"Cost{money}", basis),
        Figure("cost_per_new", f"Cost per new{money}", "Cost over what it adds; empty where it adds nobody."),
    )
    return (*told[:2], *costs, told[2]) if plan.tells_money else told


def _figures(pick: Addition) -> dict[str, float | None]:
    names = ("new_people", "alone", "cost", "cost_per_new", "overlap")
    return {name: getattr(pick, name) for name in names}


def _rule(plan: SetPlan) -> str:
    """One sentence: how the picks were chosen."""
    money = (
        f"for at most {plan.wishes.budget:,.0f} {plan.currency}".rstrip()
        if plan.wishes.budget is not None
        else "for no more than the best by score would cost"
        if plan.tells_money
        else ""
    )
    does = "covers" if plan.unit == "topics" else "reaches"
    said = f"The set that {does} most {plan.counted}, each once and a second time for a quarter, and has high scores"
    return f"{said}, {money}." if money else f"{said}."


def _asked(wishes: Wishes, plan: SetPlan) -> dict[str, object]:
    told = {key: value for key, value in asdict(wishes).items() if value not in (None, (), 0.0)}
    if wishes.quotas:
        told["quotas"] = tuple(str(quota) for quota in wishes.quotas)
    return told | {"counted": plan.counted, "chosen": "by score" if plan.by_score else "as a set"}


def _places(
    candidates: Candidates, found: Assessment, names: Sequence[str], *, wanted: bool = True
) -> list[int]:
    """Places of named accounts among the candidates; one that is `wanted` must be among them."""
    material = found.evidence.material
    at = {account: place for place, account in enumerate(candidates.rows.account_ids)} if names else {}
    places = []
    for name in names:
        account = resolve_account(material.store, name, material.account_ids)
        if account in at:
            places.append(at[account])
        elif wanted:
            raise UnknownAccountError(
                "this account was left out of the ranking, so that it cannot be a pick",
                seen=name,
                hint="it is suppressed, private, an example, or filtered out: see the notes of the ranking",
            )
    return list(dict.fromkeys(places))


def _traits(found: Assessment) -> dict[str, np.ndarray]:
    """Of each in lower case, nothing for None."""
    return {
        name: np.array(
            [(said or "").lower() for said in found.evidence.column(name)[found.order]], dtype=object
        )
        for name in ("platform", "language", "country", "kind")
    }


def _paid(workspace: Workspace, found: Assessment) -> dict[str, float]:
    """Mean cost of an account in earlier campaigns, as of the day."""
    sql = (
        "select account_id, sum(cost) / count(distinct campaign) as cost from outcomes "
        f"where cost is not null and {visible('outcomes', found.evidence.material.cut)} "
        "group by account_id order by account_id"
    )
    rows = workspace.store.query(sql).to_pylist()
    return {row["account_id"]: row["cost"] for row in rows if isfinite(row["cost"]) and row["cost"] >= 0}
