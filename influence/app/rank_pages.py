"""The start, the table of a niche, and its map: who is listened to by whom, drawn and as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from influence.app.asked import FILTERS, PAGE, SORTS, Asked, asked_of
from influence.app.jobs import Watch
from influence.app.shared_session import AppDesk
from influence.app.site import Page, Visit, laid_down
from influence.errors import InfluenceError, UsageError
from influence.ranking.assess import Assessment
from influence.ranking.goals import GOAL_MEANING, GOALS, weights_for
from influence.ranking.rank import write_out
from influence.ranking.reasons import with_reasons
from influence.ranking.results import Ranking
from influence.ranking.standing import address_known, days_silent, talks_began
from influence.reporting.ranking.words import conditions_words, heading, notes_of, rank_range, title_of
from influence.signals.material import Material
from influence.sources.document import KINDS, read_document
from influence.store.workspace import Workspace, from_day
from influence.writing.plain import shorten, whole
from influence.writing.svg import tag

Column = Callable[[Material, np.ndarray], list[str]]

SIZES = (20, 40, 80)
WIDTH, HEIGHT, EDGE = 900.0, 620.0, 60.0
MOST_LABELS = 40


def _said(name: str) -> Column:
    return lambda material, at: [str(value or "") for value in np.asarray(material.column(name))[at]]


def _last_post(material: Material, at: np.ndarray) -> list[str]:
    silent = days_silent(material)[at]
    return [
        from_day(material.reference_day - int(days)).isoformat() if np.isfinite(days) else ""
        for days in silent
    ]


def _yes(holds: np.ndarray) -> list[str]:
    return ["yes" if one else "no" for one in holds]


COLUMNS: Mapping[str, tuple[str, Column]] = {
    "language": ("Language", _said("language")),
    "country": ("Country", _said("country")),
    "kind": ("Kind", _said("kind")),
    "last_post": ("Last post", _last_post),
    "email": ("E-mail known", lambda material, at: _yes(address_known(material)[at])),
    "contacted": ("Contacted", lambda material, at: _yes(talks_began(material)[at])),
}
"""Key -> heading, and the texts of the accounts at some positions; empty where nothing is known."""


def ranking_page(desk: AppDesk, asked: Asked) -> dict[str, Any]:
    """What the template shows of a question: the rows of one page, notes, filters and sliders."""
    usual = asked.unweighted()

    def made(found: Assessment, workspace: Workspace) -> dict[str, Any]:
        before = places_of(desk.session.assess(usual)) if usual is not None else {}
        order, start = ordered(found, asked.sort), (asked.page - 1) * PAGE
        chosen = order[start : start + PAGE]
        ranking, at = with_reasons(write_out(workspace, found, chosen)), found.evidence.pool[chosen]
        more = [COLUMNS[name] for name in COLUMNS if name in asked.many("show")]
        texts = [texts_of(found.evidence.material, at) for _, texts_of in more]
        weights = {name: share for name, share in ranking.weights.items() if name not in asked.many("hide")}
        senses = _senses(found, asked)
        return {
            "ranking": ranking,
            "rows": [
                _row(ranking, row, asked, weights, before) | {"more": [column[k] for column in texts]}
                for k, row in enumerate(ranking.rows)
            ],
            "n": len(order),
            "told": title_of(ranking) if asked.page == 1 and asked.sort == "rank" else "",
            "graded": bool(asked.many("use")),
            "moved": usual is not None,
            "pages": max(-(-len(order) // PAGE), 1),
            "first": start + 1,
            "notes": _notes(ranking, bool(senses)),
            "senses": senses,
            "more": [label for label, _ in more],
            "columns": [(name, heading(name, narrow=True), heading(name)) for name in weights],
        }

    return desk.ask(made, asked.question()) | form_of(asked)


def _notes(ranking: Ranking, has_senses: bool) -> list[str]:
    """What to know; which sense is meant is asked by links."""
    notes = dict.fromkeys([*ranking.notes, *notes_of(ranking)])
    return [one for one in notes if not (has_senses and "--sense" in one)]


def _senses(found: Assessment, asked: Asked) -> list[dict[str, Any]]:
    """The senses of a word that has two, by how many accounts each is said, and the address that takes it."""
    told = found.evidence.relevance
    return [
        {"words": one.words, "n": one.n_accounts, "taken": at == told.sense,
         "address": asked.with_value("sense", one.words[0]).address("/") if one.words else ""}
        for at, one in enumerate(told.senses)
    ] if told else []  # fmt: skip


def places_of(found: Assessment) -> dict[str, int]:
    """Account -> place."""
    ids = found.evidence.material.account_ids[found.evidence.pool[found.order]]
    return {str(account): place for place, account in enumerate(ids, 1)}


def form_of(asked: Asked) -> dict[str, Any]:
    """The form as it stands: goals, filters and sliders."""
    goal = asked.one("goal") if asked.one("goal") in GOALS else "long-tail"
    usual = weights_for(goal)
    return {
        "asked": asked,
        "goals": [(name, GOAL_MEANING[name]) for name in GOALS],
        "goal": goal,
        "filters": list(FILTERS.values()),
        "checklist": asked.checklist(),
        "further": [(name, label) for name, (label, _) in COLUMNS.items()],
        "sliders": [
            {"name": name, "label": heading(name), "value": _told(asked, name, value), "usual": value}
            for name, value in usual.items()
        ],
    }


def _told(asked: Asked, name: str, usual: float) -> float:
    try:
        return float(asked.one(f"w.{name}") or usual)
    except ValueError:
        return usual


def ordered(found: Assessment, sort: str) -> np.ndarray:
    """Positions of all candidates by a column; unknown values last whichever way it runs, ties as ranked."""
    name = sort.removeprefix("-")
    down = not sort.startswith("-")
    if name in SORTS[:1] or (name not in SORTS and name not in found.signals):
        return found.order if down else found.order[::-1]
    if name == "name":
        handles = np.array([str(handle).lower() for handle in found.evidence.column("handle")[found.order]])
        by_name = found.order[np.argsort(handles, kind="stable")]
        return by_name if down else by_name[::-1]
    told = found.evidence.column(name) if name == "followers" else found.signals[name][1].value
    values = np.asarray(told, dtype=float)[found.order]
    known = np.isfinite(values)
    inside = np.argsort(-values[known] if down else values[known], kind="stable")
    return np.concatenate([found.order[known][inside], found.order[~known]])


def _row(
    ranking: Ranking, row: Any, asked: Asked, weights: Mapping[str, float], before: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "moved": before.get(row.account_id, row.rank) - row.rank,
        "conditions": conditions_words(ranking, row.account_id),
        "row": row,
        "range": rank_range(row),
        "address": asked.address(f"/account/{row.account_id}"),
        "bars": [
            (heading(name), row.contributions.get(name, 0.0), 100.0 * share, row.values.get(name) is not None)
            for name, share in weights.items()
        ],
    }


MAX_BRIEF = 8_000
"""Characters of a brief that an address can hold."""


def rank(visit: Visit) -> Response:
    """The table of a niche; the form alone before anything was asked, or beside what is wrong with the question."""
    asked = visit.asked
    if visit.desk.is_new:
        return RedirectResponse("/bring", 303)
    if not asked.asks:
        return visit.show("start.html", **form_of(asked), described=visit.desk.described(), error=None)
    try:
        question = asked.question()
        if not visit.desk.is_slow:
            return visit.show("rank.html", undo=_before(visit.request), **ranking_page(visit.desk, asked))
    except InfluenceError as error:  # beside the question, so that it can be put right
        return visit.show("start.html", 400, **form_of(asked), error=error)

    def work(watch: Watch) -> None:
        visit.desk.read_ahead(question, watch)
        visit.desk.ask(lambda *_: None, question, watch)

    here = asked.address("/", sort=asked.sort, page=asked.page)
    return visit.site.run(
        "Reading your data and ranking", work, lambda _: RedirectResponse(here, 303), long=True, about=here
    )


def _before(request: Request) -> str:
    """The question that stood here before, where the browser tells it: the way back from a slider or filter."""
    told = urlsplit(request.headers.get("referer", ""))
    same = told.netloc == request.headers.get("host") and told.path == "/" and told.query
    return f"/?{told.query}" if same and told.query != request.url.query else ""


def brief(visit: Visit) -> Response:
    """The text of a brief's file, put into the question that stands in the form."""
    file = visit.file("file", KINDS)
    with laid_down(file, "brief") as place:
        text = read_document(place).strip()
    if len(text) > MAX_BRIEF:
        raise UsageError(
            "this brief is too long for the address of a page", seen=f"{len(text):,} characters",
            expected=f"at most {MAX_BRIEF:,}", hint="leave out what is not about whom you look for",
        )  # fmt: skip
    kept = [(name, str(value)) for name, value in visit.form.multi_items() if name not in ("file", "brief")]
    return RedirectResponse(asked_of([*kept, ("brief", text)]).address("/"), 303)


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


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/", "GET", rank), ("/brief", "POST", brief), ("/map", "GET", niche_map),
)  # fmt: skip
