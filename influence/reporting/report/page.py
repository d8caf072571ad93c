"""The report as one HTML page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from influence.ranking.results import RankedAccount
from influence.reporting.parts import Chart, drawn, page_style
from influence.reporting.plan.plan_page import STYLE, plan_body
from influence.reporting.ranking.columns import has_intervals, signals_of
from influence.reporting.ranking.set_words import alternatives_lines, audience_words, miss_words, set_lines
from influence.reporting.ranking.words import (
    baseline_sentence,
    conditions_words,
    counting,
    heading,
    holds_words,
    notes_of,
    provenance_pairs,
    rank_range,
)
from influence.reporting.report import bars, curve, overlap_charts, report_words, scatter
from influence.reporting.report.campaign import Campaign
from influence.selection.set_plan import Addition
from influence.writing.atomic import write_text
from influence.writing.plain import decimal, percent, shorten, whole
from influence.writing.safe import one_line, web_address

if TYPE_CHECKING:
    from jinja2 import Template

    from influence.planning.business_case import Plan

QUOTE_WIDTH = 240
BASES = {
    "quote": "its price",
    "paid before": "paid before",
    "rate card": "by your rate card",
    "guess": "a guess by tier",
}
OURS = ("Workspace", "Setting: niche", "Setting: brief", "Setting: set", "Setting: weights")
"""Not for the client: where the file lies, what stands on the page already, and weights that were asked, not used."""
QUOTES_IN_ALL = 90
"""Quotes on the page at most: three each for thirty picks, one each for a long list."""


def write_report(campaign: Campaign, path: str | Path) -> Path:
    """Write the report to `path`, whole or not at all."""
    return write_text(path, render_report(campaign))


def render_report(campaign: Campaign, plan: Plan | None = None) -> str:
    """The report as HTML text: no script, nothing loaded from anywhere, every foreign text escaped.

    With `plan` a section says what the campaign costs and what it may bring.
    """
    context = _context(campaign)
    style = context["style"] + Markup(STYLE) if plan else context["style"]
    body = Markup(plan_body(plan)) if plan else ""
    return _template().render(**{**context, "style": style}, campaign_plan=body)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    text = files("influence.reporting.report").joinpath("page.html.j2").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text)


def _context(campaign: Campaign) -> dict[str, Any]:
    ranking, plan = campaign.ranking, campaign.plan
    signals = signals_of(ranking)
    colours = bars.colour_of(signals)
    handles = {row.account_id: row.handle for row in campaign.rows}
    return {
        "style": Markup(page_style()),
        "title": one_line(report_words.title(campaign)),
        "subtitle": one_line(report_words.subtitle(campaign)),
        "tiles": report_words.tiles(campaign),
        "holds": holds_words(ranking),
        "summary": set_lines(plan, options=False)[:3],
        "brief": [(label, value.strip()) for label, value in report_words.brief_pairs(campaign)],
        "method": report_words.method(campaign),
        "legend": [(colours[name], heading(name)) for name in signals],
        "bars_title": bars.bars_title(campaign.rows, ranking.weights),
        "picks": _picks(campaign),
        "intervals": has_intervals(ranking),
        "charts": _charts(campaign),
        "counted": audience_words(plan).what,
        "curve_key": curve.curve_key(plan),
        "words": audience_words(plan),
        "misses": [(miss.handle, miss.rank, decimal(miss.score), miss_words(miss)) for miss in plan.misses],
        "alternatives": alternatives_lines(plan, handles),
        "unknown": [
            *notes_of(ranking),
            *(one_line(note) for note in plan.notes),
            *report_words.unknown_lines(campaign),
        ],
        "provenance": [
            (label, _shown(value))
            for label, value in provenance_pairs(ranking.provenance)
            if value not in (None, "") and label not in OURS
        ],
        "weights": [(heading(name), percent(share)) for name, share in counting(ranking.weights).items()],
    }


def _picks(campaign: Campaign) -> list[dict[str, Any]]:
    rows = enumerate(zip(campaign.rows, campaign.plan.picks, strict=True), 1)
    return [_pick(campaign, place, row, added) for place, (row, added) in rows]


def _pick(campaign: Campaign, place: int, row: RankedAccount, added: Addition) -> dict[str, Any]:
    ranking = campaign.ranking
    kind = row.kind if row.kind != "unknown" else ""
    return {
        "place": place,
        "handle": one_line(row.handle),
        "name": one_line(row.name) if row.name and row.name != row.handle else "",
        "url": web_address(row.url) or "",
        "about": ", ".join(filter(None, (kind, row.platform, f"{added.tier} tier"))),
        "score": decimal(row.score),
        "bar": bars.score_bar(row, signals_of(ranking)),
        "interval": bars.interval_bar(row, bars.worst_rank(campaign.rows)),
        "range": rank_range(row),
        "reason": row.reason,
        "conditions": conditions_words(ranking, row.account_id),
        "doubts": row.notes,
        "baseline": baseline_sentence(row, ranking.baseline, ranking.n_candidates),
        "figures": _figures(campaign, row, added),
        "quotes": _quotes(campaign, row),
    }


def _figures(campaign: Campaign, row: RankedAccount, added: Addition) -> list[tuple[str, str]]:
    plan, words = campaign.plan, audience_words(campaign.plan)
    told = [("followers", whole(row.followers))] if row.followers is not None else []
    if plan.unit in ("people", "readers"):
        alone = _people(added.alone)
        new = words.new_one if alone == "1.0" else words.new.format(alone=alone)
        told.append((new, _people(added.new_people)))
    if added.cost and plan.tells_money:
        told.append((f"{plan.currency} ({BASES[added.basis]})".strip(), whole(added.cost)))
    if added.overlap is not None and added.overlap_with is not None:
        other = next((r.handle for r in campaign.rows if r.account_id == added.overlap_with), "")
        told.append((f"{words.smaller} shared with {shorten(other, 28)}", percent(added.overlap)))
    return told


def _people(n: float) -> str:
    return whole(n) if n >= 10 else decimal(n)


def _quotes(campaign: Campaign, row: RankedAccount) -> list[dict[str, str]]:
    posts = [post for post in campaign.evidence.get(row.account_id, ()) if post.text]
    n = max(1, min(3, QUOTES_IN_ALL // max(len(campaign.rows), 1)))
    return [
        {
            "text": shorten(post.text or "", QUOTE_WIDTH),
            "source": report_words.quote_source(post.day, post.likes, post.comments),
            "url": web_address(post.url) or "",
        }
        for post in posts[:n]
    ]


def _charts(campaign: Campaign) -> Mapping[str, Chart | None]:
    plan, handles, crowd, niche = campaign.plan, campaign.handles, campaign.crowd, campaign.niche_map
    words, overlaps = audience_words(plan), plan.overlaps
    known = plan.unit != "nothing" and len(handles) > 0
    charts: dict[str, Chart | None] = dict.fromkeys(("scatter", "curve", "heat", "map"))
    if known and plan.reached > 0:
        charts["curve"] = drawn(curve.curve_title(plan), partial(curve.curve_chart, plan),
                                table=curve.curve_table(plan))  # fmt: skip
    if known and len(handles) > 1:
        shared = (overlaps, handles, words)
        charts["heat"] = drawn(overlap_charts.heat_title(*shared), partial(overlap_charts.heat_chart, *shared),
                               table=overlap_charts.heat_table(*shared))  # fmt: skip
        charts["map"] = drawn(overlap_charts.map_title(niche, words), partial(overlap_charts.map_chart, niche, words),
                              table=overlap_charts.map_table(niche, words))  # fmt: skip
    if crowd.known.any() and crowd.picked.any():
        charts["scatter"] = drawn(scatter.scatter_title(crowd), partial(scatter.scatter_chart, crowd))
    return charts


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else one_line(str(value))
