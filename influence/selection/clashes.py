"""Wishes that cannot all be met, said so that the user knows which to loosen, and by how much."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from influence.errors import InfluenceError
from influence.selection.candidates import Candidates
from influence.selection.feasible import Clash, SetRules, find_clash
from influence.selection.limits import Overlaps, SetLimits
from influence.selection.wishes import Quota, Wishes


class InfeasibleError(InfluenceError):
    """Wishes that cannot all be met."""

    exit_code = 2


def check_must(candidates: Candidates, wishes: Wishes, must: Sequence[int], never: Sequence[int]) -> None:
    """Raise where the must-haves alone break a wish."""
    both = sorted(set(must) & set(never))
    if both:
        raise InfeasibleError(
            "an account is wanted and ruled out at once",
            where="--must and --never",
            seen=", ".join(candidates.rows[row].handle for row in both),
            hint="take it out of one of them",
        )
    if len(must) > wishes.size:
        raise InfeasibleError(
            "there are more must-haves than places",
            where="--must and --size",
            seen=f"{len(must)} must-haves, size {wishes.size}",
            hint=f"the nearest that works: --size {len(must)}",
        )
    spent = float(candidates.costs.cost[list(must)].sum())
    if wishes.budget is not None and spent > wishes.budget * (1 + 1e-12):
        raise InfeasibleError(
            "the must-haves cost more than the budget",
            where="--must and --budget",
            seen=f"{spent:,.0f} against {wishes.budget:,.0f}",
            hint=f"the nearest that works: --budget {np.ceil(spent):.0f}",
        )
    if wishes.max_overlap is not None and len(must) > 1:
        _check_overlap(candidates, wishes.max_overlap, must)


def _check_overlap(candidates: Candidates, most: float, must: Sequence[int]) -> None:
    shared = Overlaps(candidates.reach.audiences).matrix(must)
    np.fill_diagonal(shared, 0.0)
    if shared.max() <= most:
        return
    one, other = divmod(int(shared.argmax()), len(must))
    first, second = candidates.rows[must[one]].handle, candidates.rows[must[other]].handle
    raise InfeasibleError(
        "two must-haves overlap more than is allowed",
        where="--must and --max-overlap",
        seen=f"{first} and {second} share {shared.max():.0%} of what they reach",
        hint=f"the nearest that works: --max-overlap {np.ceil(shared.max() * 100) / 100:.2f}",
    )


def check_feasible(rules: SetRules, must: Sequence[int]) -> None:
    """Raise where size, budget, must-haves and quotas cannot all be met; names the clash and the nearest that works."""
    clash = find_clash(rules, must)
    if clash is None:
        return
    raise InfeasibleError(
        "these wishes clash: no set meets all of them",
        where=" and ".join(_option(name, rules) for name in clash.wishes),
        seen=_seen(clash, rules, len(must)) or None,
        hint=_nearest(clash, rules),
    )


def _option(name: str, rules: SetRules) -> str:
    if name == "size":
        return f"--size {rules.size}"
    return f"--budget {rules.budget:g}" if name == "budget" else f'--quota "{name}"'


def _seen(clash: Clash, rules: SetRules, n_must: int) -> str:
    known = [
        f"{int(members.sum()):,} candidates are {quota.attribute}:{quota.value}"
        for quota, members in zip(rules.quotas, rules.members, strict=True)
        if str(quota) in clash.wishes
    ]
    return "; ".join([*known, *([f"{n_must} must-haves"] if n_must else [])])


def _nearest(clash: Clash, rules: SetRules) -> str:
    ways = []
    for name, value in clash.nearest.items():
        if value is None:
            continue
        if name == "budget":
            ways.append(f"--budget {np.ceil(value - 1e-6):.0f}")
        elif name == "size":
            ways.append(f"--size {value:.0f}")
        else:
            quota = next(quota for quota in rules.quotas if str(quota) == name)
            ways.append(f'--quota "{Quota(quota.attribute, quota.value, quota.at_least, int(value))}"')
    return f"the nearest that works: {' or '.join(ways)}" if ways else "loosen several of them"


def overlap_clash(limits: SetLimits, chosen: Sequence[int]) -> InfeasibleError:
    """The error for quotas that could be met, but not without overlapping more than is allowed."""
    counts = limits.rules.members[:, list(chosen)].sum(axis=1)
    short = [
        f"{quota} (got {count})"
        for quota, count in zip(limits.rules.quotas, counts, strict=True)
        if quota.at_least and count < quota.n
    ]
    return InfeasibleError(
        "no set was found that meets the quotas without overlapping more than is allowed",
        where="--max-overlap and --quota",
        seen=", ".join(short) or None,
        hint=f"loosen --max-overlap {limits.max_overlap:g}, or the quota",
    )
