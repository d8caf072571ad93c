"""Reach against size: where more accounts stop bringing more people."""

from __future__ import annotations

from math import ceil

from markupsafe import Markup

from influence.reporting.ranking.set_words import audience_words
from influence.selection.explaining import BY_CHOICE, BY_FOLLOWERS, BY_SCORE
from influence.selection.set_plan import ReachCurve, SetPlan
from influence.writing.plain import compact, counted, percent, whole
from influence.writing.svg import Scale, axis_x, axis_y, picture, tag

MOST_OF_IT = 0.8
NAMES_WIDTH, LINE_HEIGHT = 104, 14.0


def curve_title(plan: SetPlan) -> str:
    """The finding: how many picks bring most of the reach."""
    points = next(curve.points for curve in plan.by_size if curve.name == BY_CHOICE)
    n = len(plan.picks)
    target = MOST_OF_IT * plan.reached
    enough = next((point.n for point in points if point.reached >= target), n)
    if n < 2 or plan.reached <= 0:
        return f"{counted(n, 'account')}: {audience_words(plan).counted(plan.reached)}"
    first = f"The first {enough} picks bring" if enough > 1 else "The first pick brings"
    of = "the reach" if audience_words(plan).does == "reach" else "the topics"
    return f"{first} {percent(MOST_OF_IT)} of {of} of all {n}"


def curve_chart(plan: SetPlan, width: int) -> Markup:
    """Lines of reach against the number of accounts; the shortlist ends at the mark."""
    height, left, bottom = 300, 52, 250
    right = width - (NAMES_WIDTH if width >= 500 else 14)
    most = max((point.reached for curve in plan.by_size for point in curve.points), default=1.0) or 1.0
    longest = max((point.n for curve in plan.by_size for point in curve.points), default=1) or 1
    x, y = Scale(0, longest, left, right), Scale(0, most * 1.05, bottom, 34)
    here = x(len(plan.picks))
    parts = [
        *axis_x(x, bottom, 34, "accounts on the list", whole, 5 if width < 500 else 8),
        *axis_y(y, left, right, audience_words(plan).what, compact, few_steps(most)),
        tag("line", x1=here, x2=here, y1=34, y2=bottom, class_="here"),
        tag("text", "this list", x=here + 5, y=bottom - 6, class_="note"),
        *(_line(curve, x, y) for curve in reversed(plan.by_size)),
        *(_names(plan, right + 6, y) if width >= 500 else []),
        tag("circle", cx=here, cy=y(plan.reached), r=4.5, class_="dot"),
    ]
    return picture(width, height, curve_title(plan), *parts, class_="chart")


def few_steps(most: float) -> int:
    """Steps of an axis of whole things: no half ones between a few."""
    return min(5, max(1, ceil(most)))


CLASSES = {BY_CHOICE: "line choice", BY_SCORE: "line score", BY_FOLLOWERS: "line followers"}


KEYS = {
    BY_CHOICE: "Solid: this choice",
    BY_SCORE: "dashed: the best by score",
    BY_FOLLOWERS: "dotted: those with most followers",
}


def curve_key(plan: SetPlan) -> str:
    """Which line is which, of those that are drawn apart."""
    return "; ".join(KEYS[curve.name] for curve in drawn_apart(plan))


def drawn_apart(plan: SetPlan) -> list[ReachCurve]:
    """The curves without those that lie on an earlier one."""
    points = [curve.points for curve in plan.by_size]
    return [curve for at, curve in enumerate(plan.by_size) if curve.points not in points[:at]]


def _names(plan: SetPlan, x: float, y: Scale) -> list[Markup]:
    """The name of each line at its end, moved apart where two lines end together; one name for the same line."""
    ends = sorted(
        (y(curve.points[-1].reached), curve.name, CLASSES[curve.name].replace("line ", "of-"))
        for curve in drawn_apart(plan)
    )
    parts, last = [], -LINE_HEIGHT
    for at, name, kind in ends:
        last = max(at, last + LINE_HEIGHT)
        parts.append(tag("text", name, x=x, y=last + 4, class_=f"label {kind}"))
    return parts


def _line(curve: ReachCurve, x: Scale, y: Scale) -> Markup:
    places = " ".join(f"{x(point.n):.1f},{y(point.reached):.1f}" for point in curve.points)
    return tag("polyline", points=places, class_=CLASSES[curve.name])


def curve_table(plan: SetPlan) -> tuple[list[str], list[list[str]]]:
    """The same as a table: head and rows, at most ten sizes."""
    longest = max((len(curve.points) for curve in plan.by_size), default=1) - 1
    sizes = sorted({max(1, round(longest * k / 10)) for k in range(1, 11)} | {len(plan.picks)})
    money = f"cost ({plan.currency})" if plan.currency else "cost"
    priced = [f"{money} of this choice"] if plan.tells_money else []
    head = ["accounts", *(curve.name for curve in plan.by_size), *priced]
    rows = []
    for n in sizes:
        cells = [curve.points[n].reached if n < len(curve.points) else None for curve in plan.by_size]
        own = plan.by_size[0].points
        cost = own[n].cost if n < len(own) else None
        rows.append([whole(n), *map(_count, cells), *([_count(cost)] if priced else [])])
    return head, rows


def _count(value: float | None) -> str:
    return "" if value is None else whole(value)
