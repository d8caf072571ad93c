"""The map of a niche: who is listened to by whom, drawn and as a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from starlette.responses import Response

from influence.app.asked import Asked
from influence.app.site import Page, Visit
from influence.ranking.assess import Assessment
from influence.writing.plain import shorten, whole
from influence.writing.svg import tag

SIZES = (20, 40, 80)
WIDTH, HEIGHT, EDGE = 900.0, 620.0, 60.0
MOST_LABELS = 40


@dataclass(frozen=True)
class Drawn:
    """One account of the map: its place by score, who of the others listens to it, and to whom it listens."""

    account_id: str
    handle: str
    rank: int
    heard_by: tuple[str, ...]
    hears: tuple[str, ...]
    group: int
    x: float
    y: float


def niche_map(visit: Visit) -> Response:
    """The best of a niche, joined where one listens to another."""
    asked, told = visit.asked, visit.told.get("top", "")
    top = int(told) if told.isdigit() and int(told) in SIZES else SIZES[1]
    if not asked.asks:
        return visit.show("map.html", asked=asked, drawn=[], picture="", top=top, sizes=SIZES)
    drawn, picture = visit.desk.ask(lambda found, _: map_drawn(found, top, asked), asked.question())
    return visit.show("map.html", asked=asked, drawn=drawn, picture=picture, top=top, sizes=SIZES)


def map_drawn(found: Assessment, top: int, asked: Asked) -> tuple[list[Drawn], Markup]:
    """The `top` accounts by score, laid out by who pays attention to whom."""
    from influence.reporting.report.overlap_charts import map_of

    at = found.evidence.pool[found.order[:top]]
    material = found.evidence.material
    ids, handles = (material.columns[name][at] for name in ("account_id", "handle"))
    ties = material.tie_matrix[at][:, at].toarray()
    np.fill_diagonal(ties, 0.0)
    both = ties + ties.T
    heard = (ties > 0).sum(axis=0)
    niche = map_of(
        both / (both.max(initial=0.0) or 1.0), [str(one) for one in handles], np.ones(len(at), bool), heard
    )
    x, y = (EDGE + niche.places[:, k] * (size - 2 * EDGE) for k, size in ((0, WIDTH), (1, HEIGHT)))
    drawn = [
        Drawn(
            str(ids[k]), str(handles[k]), k + 1,
            tuple(str(one) for one in handles[ties[:, k] > 0]), tuple(str(one) for one in handles[ties[k] > 0]),
            int(niche.groups[k]), float(x[k]), float(y[k]),
        )
        for k in range(len(at))
    ]  # fmt: skip
    lines = [
        tag("line", x1=drawn[a].x, y1=drawn[a].y, x2=drawn[b].x, y2=drawn[b].y, class_="tie")
        for a, b, _ in niche.ties
    ]
    return drawn, tag(
        "svg", tag("title", "Who is listened to by whom; every circle leads to the account"), *lines,
        *(_node(one, asked) for one in drawn), viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", class_="map", role="group",
        aria_label="Map of the niche",
    )  # fmt: skip


def _node(one: Drawn, asked: Asked) -> Markup:
    """A circle as large as the number of those who listen, that a keyboard can reach."""
    n = len(one.heard_by)
    words = f"{one.handle}, {one.rank}. by score, listened to by {whole(n)} of these"
    radius = 5.0 + 3.0 * n**0.5
    label = tag("text", shorten(one.handle, 18), x=one.x, y=one.y - radius - 4, text_anchor="middle")
    return tag(
        "a", tag("title", words), tag("circle", cx=one.x, cy=one.y, r=radius, class_=f"node g{one.group % 5}"),
        label if one.rank <= MOST_LABELS else "", href=asked.address(f"/account/{one.account_id}"), aria_label=words,
    )  # fmt: skip


PAGES: tuple[tuple[str, str, Page], ...] = (("/map", "GET", niche_map),)
