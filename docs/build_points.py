"""Write docs/points.md from the sample world: ``python docs/build.py``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

import influence
from influence.demonstration import samples_folder
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.score import scale
from influence.writing.plain import figure, percent

PAGE = Path(__file__).with_name("points.md")
FACTORS = (2, 10, 100)
PLACES = (30, 300)
WORLDS = {
    "Everything known, a niche": ((), "vegan baking"),
    "Posts with counts only, no niche": (("follows", "interactions", "snapshots"), ""),
}
"""What is left out of the sample world, and the niche."""
SCALES = {
    "share": "as it is",
    "signed": "from -1 to 1",
    "saturating": "its logarithm against the largest",
    "logarithm": "its logarithm, the middle 98 % of accounts between 0.05 and 0.95, a factor of ten spanned at least",
    "median": "`v / (v + median)`",
    "percentile": "mid-rank among the known",
}
SHRUNK = {
    "niche_fit": "audience share towards none by 3 readers; members by 5 reactions",
    "peer_engagement": "towards the average by a prior fitted from the data",
    "reach": "small audiences towards accounts of like fit; each once, follows half after a year or as data say",
    "momentum": "posts towards the average as far as luck explains them, newcomers as reach; half after 180 days",
    "advocacy": "two neutral mentions; times `n / (n + 3)`",
    "audience_quality": "evidence on a base rate of 5 %; shares towards 5 %",
    "independence": "towards the pool's share",
}
INTRODUCTION = """<!-- Made by docs/build_points.py from the sample world; change it there. -->
# How a value becomes points

Points of a signal = 100 x share of the score x scaled value x gate. The *scaled value* (0-1) comes from the value in
its natural unit by the signal's scale. The *share of the score* is what the goal says, times how far this kind of
evidence is trusted, times how full the evidence is, over the sum of the same of all signals. The *gate* is 1 but for
what is not about the niche on accounts whose niche fit is below 0.2 (below 0.5 where one word is all that is said);
without fit all parts are lessened alike where they would add up to more than 20 points.
What counts are worth is logarithmic once, nowhere twice: from one reaction or reader on, a factor is worth about the
same wherever an account stands (scales `saturating` and `logarithm`; below one it is worth less, because the
logarithm is of one and the value); a `share` is taken as it is; `median` saturates, because more activity than most
is of little use. `influence explain HANDLE` shows all of it for one account, with what the next better value would
bring. The scales were chosen on data: see the page on signals.

Goal `long-tail` on the sample world (`data/samples/world`). The columns with a factor tell how many points more the
account at that place would have with so many times the value, all else as it is; shares end at 1. More niche fit
below 0.2 opens the gate for other signals, too.
"""


def build_page() -> str:
    """The page as Markdown."""
    return INTRODUCTION + "\n".join(_section(name, *told) for name, told in WORLDS.items())


def _section(name: str, without: tuple[str, ...], niche: str) -> str:
    with influence.open_workspace(":memory:") as workspace:
        files = [
            file
            for file in sorted(samples_folder("world").glob("*.csv*"))
            if file.name.split(".")[0] not in without
        ]
        influence.import_files(workspace, files)
        found = assess(workspace, question_of(niche, top=0))
    return f"\n## {name}\n\n{_how(found)}{''.join(_worth(found, place) for place in PLACES)}"


def _how(found: Assessment) -> str:
    head = "| signal | scale | shrunk | goal | trust | evidence | share of the score |\n|---|---|---|--:|--:|--:|--:|\n"
    asked = found.question.weights
    total = sum(asked[name] for name in found.scores.weights)
    rows = [
        f"| {name} | `{signal.scale}`: {SCALES[signal.scale]} | {SHRUNK[name]} | {percent(asked[name] / total)} "
        f"| {percent(values.reliability)} | {percent(found.scores.evidence[name])} "
        f"| {percent(found.scores.weights[name])} |\n"
        for name, (signal, values) in found.signals.items()
        if name in found.scores.weights
    ]
    return head + "".join(rows)


def _worth(found: Assessment, place: int) -> str:
    at = int(found.order[place - 1])
    title = f"\n**The account at place {place} of {len(found.order):,}** ({found.scores.score[at]:.1f} points)\n\n"
    head = f"| signal | value | unit | points | {' | '.join(f'x {factor}' for factor in FACTORS)} |\n"
    line = "|---|--:|---|--:|" + "--:|" * len(FACTORS) + "\n"
    return title + head + line + "".join(_row(found, name, at) for name in found.scores.weights)


def _row(found: Assessment, name: str, at: int) -> str:
    signal, values = found.signals[name]
    value = float(values.value[at])
    seen = figure(value) if np.isfinite(value) else "unknown"
    more = " | ".join(_gain(found, name, at, factor) for factor in FACTORS)
    return f"| {name} | {seen} | {signal.unit} | {found.scores.contributions[name][at]:.1f} | {more} |\n"


def _gain(found: Assessment, name: str, at: int, factor: float) -> str:
    """Points that so many times the value would bring; empty where it is unknown."""
    signal, values = found.signals[name]
    if not np.isfinite(values.value[at]):
        return ""
    changed = values.value.copy()
    changed[at] *= factor
    scaled = scale(signal, replace(values, value=changed))[[at]]
    return f"{found.scores.points_if(name, at, scaled)[0]:+.1f}"
