"""Contribution bars and rank intervals, one row a pick, as wide as the page lets them be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from influence.ranking.results import RankedAccount
from influence.reporting.ranking.words import heading
from influence.writing.plain import decimal, listed
from influence.writing.svg import Scale, picture, tag

COLOURS = 7


def colour_of(signals: Sequence[str]) -> dict[str, int]:
    """Number (1-7) of each signal's colour."""
    return {name: at % COLOURS + 1 for at, name in enumerate(signals)}


def score_bar(row: RankedAccount, signals: Sequence[str]) -> Markup:
    """The score as a bar of 0-100 whose parts are the contributions."""
    colours, at = colour_of(signals), 0.0
    parts = [tag("rect", x=0, y=0, width=100, height=10, class_="track")]
    for name in signals:
        points = max(row.contributions.get(name) or 0.0, 0.0)
        if points > 0:
            tip = tag("title", f"{heading(name)} {decimal(points)}")
            width = f"{points:.2f}"
            parts.append(
                tag("rect", tip, x=f"{at:.2f}", y=0, width=width, height=10, class_=f"s{colours[name]}")
            )
            at += points
    told = [f"{heading(name).lower()} {decimal(row.contributions.get(name))}" for name in signals]
    title = f"Score {decimal(row.score)}: {listed(told)}"
    return picture(100, 10, title, *parts, preserveAspectRatio="none", class_="bar")


def interval_bar(row: RankedAccount, worst: int) -> Markup | None:
    """Between which ranks it might stand, best to the left; None where no interval was drawn."""
    if row.rank_low is None or row.rank_high is None:
        return None
    scale = Scale(1, max(worst, 2), 2, 98, log=True)
    low, high, here = (scale(rank) for rank in (row.rank_low, row.rank_high, row.rank))
    title = f"Rank {row.rank}, between {row.rank_low} and {row.rank_high} with 90% certainty"
    line = tag("rect", x=f"{low:.2f}", y=4, width=f"{max(high - low, 1.5):.2f}", height=2, class_="interval")
    mark = tag("rect", x=f"{here - 0.75:.2f}", y=1, width=1.5, height=8, class_="mark")
    track = tag("rect", x=0, y=0, width=100, height=10, class_="track")
    return picture(100, 10, title, track, line, mark, preserveAspectRatio="none", class_="bar")


def worst_rank(rows: Sequence[RankedAccount]) -> int:
    """The lowest end of any interval: the right end of the scale."""
    return max((row.rank_high or row.rank for row in rows), default=1)


def bars_title(rows: Sequence[RankedAccount], weights: Mapping[str, float]) -> str:
    """What the bars show: which signals bring most of the points."""
    totals = {name: sum(row.contributions.get(name) or 0.0 for row in rows) for name in weights}
    everything = sum(totals.values())
    if not rows or everything <= 0:
        return "No signal brings points"
    best = sorted(totals, key=lambda name: (-totals[name], name))[:2]
    share = sum(totals[name] for name in best) / everything
    names = listed([heading(name).lower() for name in best])
    return (
        f"{names[:1].upper()}{names[1:]} {'bring' if len(best) > 1 else 'brings'} {share:.0%} of the points"
    )
