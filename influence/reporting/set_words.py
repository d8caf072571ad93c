"""What a set says for itself, in words: reach, cost, comparison, near misses, replacements."""

from __future__ import annotations

from collections.abc import Mapping

from influence.selection.explaining import BY_FOLLOWERS, BY_SCORE
from influence.selection.plan import SetPlan
from influence.writing.plain import counted, listed, percent, whole
from influence.writing.safe import one_line


def set_lines(plan: SetPlan, *, options: bool = True) -> list[str]:
    """A few sentences for the screen, the file and the report (which names no `options` of a command)."""
    told: list[str | None] = [chosen_sentence(plan, options=options), reach_sentence(plan)]
    if plan.by_score:
        told.append(against_sentence(plan, BY_FOLLOWERS))
    else:
        told += [against_sentence(plan, BY_SCORE), against_sentence(plan, BY_FOLLOWERS), bound_sentence(plan)]
    return [*filter(None, told), *(one_line(note) for note in plan.notes)]


def chosen_sentence(plan: SetPlan, *, options: bool = True) -> str:
    """Which rule made the list, and why."""
    if not plan.by_score:
        return "Chosen as a set: among accounts that may be the best, those that reach most together."
    if plan.set_gain is None:
        return "Chosen by score, each for itself."
    more = f"{percent(plan.set_gain)} more" if plan.set_gain >= 0.005 else "no more"
    said = f"a set picked for its reach would reach {more} of the {plan.counted} for the same money"
    return f"Chosen by score, each for itself: {said}{' (--set takes it all the same)' if options else ''}."


def reach_sentence(plan: SetPlan) -> str:
    """How much of the niche the set reaches, and what for."""
    n, money = counted(len(plan.picks), "account"), f" {plan.currency}" if plan.currency else ""
    if plan.unit == "nothing":
        return f"{n} for about {whole(plan.cost)}{money}; whom they reach is not known."
    if plan.unit == "topics":
        return (
            f"{n} cover {percent(share_reached(plan))} of the {plan.counted} that all candidates cover, "
            f"for about {whole(plan.cost)}{money}."
        )
    each = f", {plan.cost / plan.reached:,.2f}{money} each" if plan.reached > 0 and plan.cost > 0 else ""
    return (
        f"{n} reach about {whole(plan.reached)} {plan.counted}, {percent(share_reached(plan))} of all that anybody in "
        f"the data reaches, for about {whole(plan.cost)}{money}{each}."
    )


def share_reached(plan: SetPlan) -> float:
    """Share (0-1) of all who can be reached."""
    return plan.reached / plan.reachable if plan.reachable > 0 else 0.0


def against_sentence(plan: SetPlan, name: str) -> str | None:
    """How the set compares with a plain rule at equal cost; None where there is nothing to compare."""
    gain = plan.gain_over(name)
    if gain is None or plan.unit == "nothing":
        return None
    point = next(curve.points[-1] for curve in plan.against if curve.name == name)
    rule = {BY_SCORE: "The best by score", BY_FOLLOWERS: "Those with most followers"}[name]
    if abs(gain) < 0.005:
        more = "as many"
    else:
        more = f"{percent(gain / (1 + gain))} fewer" if gain > 0 else f"{percent(-gain / (1 + gain))} more"
    if gain < 0 and not plan.wishes.only_size:
        more += ", but it does not keep to your limits"
    reach = f"{counted(point.n, 'account')} for no more money" if point.n else "nobody for that money"
    return f"{rule} ({reach}) would reach {whole(point.reached)}, {more}."


def bound_sentence(plan: SetPlan) -> str | None:
    """How near the best possible set this one is, at least."""
    if not plan.picks:
        return None
    words = f"No set within size and budget is worth more than {1 / max(plan.share_of_bound, 1e-9):.2f} times this one"
    promise = (
        f" (the method promises {percent(plan.guarantee)} of the best on any data)" if plan.guarantee else ""
    )
    return f"{words}{promise}."


def misses_lines(plan: SetPlan, n: int = 5) -> list[str]:
    """The near misses, a line each."""
    return [
        f"{one_line(miss.handle)} (rank {miss.rank}, {miss.score:.1f}): {one_line(miss.why)}."
        for miss in plan.misses[:n]
    ]


def alternatives_lines(plan: SetPlan, handles: Mapping[str, str]) -> list[str]:
    """Whom to ask should a pick decline, a line each pick, with what the set then reaches in brackets."""
    lines = []
    for account, others in plan.alternatives.items():
        told = [f"{one_line(other.handle)} ({whole(other.reached)})" for other in others]
        lines.append(
            f"{one_line(handles.get(account, account))}: {listed(told) or 'nobody within the wishes'}"
        )
    return lines
