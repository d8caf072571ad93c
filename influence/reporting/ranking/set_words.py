"""What a set says for itself, in words: reach, cost, comparison, near misses, replacements; and by what audience.

Topics are words of posts. They have no readers, no audience and nobody who is reached; whatever is said of people would
be false of them, so that every sentence about reach and overlap takes its words from `audience_words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from influence.reporting.ranking.words import heading
from influence.selection.explaining import BY_FOLLOWERS, BY_SCORE
from influence.selection.set_plan import NearMiss, SetPlan
from influence.toml_files import shipped
from influence.writing.plain import counted, decimal, listed, percent, whole
from influence.writing.safe import one_line


@dataclass(frozen=True)
class AudienceWords:
    """The words for one kind of audience.

    Attributes
    ----------
    what : str
        What is counted: ``niche people seen in your data``.
    one : str
        What one of them is called.
    does : str
        What accounts do with it: ``reach`` or ``cover``.
    out_of : str
        Of what the share is.
    smaller : str
        Of what a shared part is a share: the smaller audience, or the topics of the one that has fewer.
    group : str
        What accounts of one group do: ``share readers``.
    nothing_shared : str
        Title of a map in which nobody shares anything.
    new : str
        What a pick adds; gets how many it has in all.
    new_one : str
        The same of a pick that has one.
    """

    what: str
    one: str
    does: str
    out_of: str
    smaller: str
    group: str
    nothing_shared: str
    new: str
    new_one: str

    def counted(self, n: float) -> str:
        """How many: ``1 niche person seen in your data``."""
        few = n < 5 and abs(n - round(n)) > 0.05
        return f"{n:.1f} {self.what}" if few else counted(n, self.one, self.what)


WORDS: Mapping[str, AudienceWords] = {
    unit: AudienceWords(**told)
    for unit, told in shipped("influence.reporting.ranking", "audience_words.toml").items()
}


def audience_words(plan: SetPlan) -> AudienceWords:
    """The words for the audience that a plan counts."""
    return WORDS[plan.unit]


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
    words = audience_words(plan)
    price = " for the same money" if plan.tells_money else ""
    said = f"a set picked for what it adds up to would {words.does} {more} of the {words.what}{price}"
    return f"Chosen by score, each for itself: {said}{' (--set takes it all the same)' if options else ''}."


def reach_sentence(plan: SetPlan) -> str:
    """How much of the niche the set reaches, and what for."""
    n, words, one = counted(len(plan.picks), "account"), audience_words(plan), len(plan.picks) == 1
    price = f", for about {money_words(plan)}" if plan.tells_money else ""
    if plan.unit == "nothing":
        return f"{n}{price}; whom {'it reaches' if one else 'they reach'} is not known."
    does = f"{words.does}{'es' if words.does == 'reach' else 's'}" if one else words.does
    if plan.unit == "topics":
        found = f"about {words.counted(plan.reached)}, {percent(share_reached(plan))} {words.out_of}"
        return f"{n} {does} {found}{price}. No audience is known."
    return f"{n} {does} about {words.counted(plan.reached)}, {percent(share_reached(plan))} {words.out_of}{price}."


def money_words(plan: SetPlan) -> str:
    """What the list costs, and how much of that nobody told."""
    total = f"{whole(plan.cost)} {plan.currency}".strip()
    if not plan.n_guessed:
        return total
    if plan.n_guessed == len(plan.picks):
        return f"{total} (guessed from list prices by tier)"
    return f"{total} ({whole(plan.n_guessed)} of {whole(len(plan.picks))} prices guessed by tier)"


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
    price = " for no more money" if plan.tells_money else ""
    reach = f"{counted(point.n, 'account')}{price}" if point.n else "nobody for that money"
    words = audience_words(plan)
    return f"{rule} ({reach}) would {words.does} {words.counted(point.reached)}, {more}."


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
        f"{one_line(miss.handle)} (rank {miss.rank}, {miss.score:.1f}): {miss_words(miss)}."
        for miss in plan.misses[:n]
    ]


def miss_words(miss: NearMiss) -> str:
    """Why an account is not on the list."""
    if miss.behind is None:
        return one_line(miss.why)
    by = listed([f"{heading(name).lower()} ({decimal(points)})" for name, points in miss.by])
    gap = "less than a tenth of a point" if miss.behind < 0.05 else f"{decimal(miss.behind)} points"
    return f"{gap} below the last pick" + (f", most by {by}" if by else "")


def alternatives_lines(plan: SetPlan, handles: Mapping[str, str]) -> list[str]:
    """Whom to ask should a pick decline, a line each pick, with what the set then reaches in brackets."""
    lines = []
    for account, others in plan.alternatives.items():
        told = [f"{one_line(other.handle)} ({whole(other.reached)})" for other in others]
        lines.append(
            f"{one_line(handles.get(account, account))}: {listed(told) or 'nobody within the wishes'}"
        )
    return lines
