"""Followers against score: the point of the whole tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from influence.writing.plain import compact, counted, shorten, whole
from influence.writing.svg import Scale, axis_x, axis_y, picture, tag

MOST_DOTS = 900
"""Others shown at most; a thousand dots hide each other."""
MOST_LABELS = 8


@dataclass(frozen=True)
class Crowd:
    """Everyone who was ranked.

    Attributes
    ----------
    size : ndarray of float64, shape (n_candidates,)
        Followers (or what `measure` says); NaN unknown.
    score : ndarray of float64
        Points, 0-100.
    picked : ndarray of bool
    handles : sequence of str
    measure : str
        ``followers`` or ``total likes``.
    """

    size: np.ndarray
    score: np.ndarray
    picked: np.ndarray
    handles: Sequence[str]
    measure: str

    @property
    def known(self) -> np.ndarray:
        """Whose size is known."""
        return np.isfinite(self.size)


def scatter_title(crowd: Crowd) -> str:
    """The finding: how many of the largest are among the best."""
    n = int(crowd.picked.sum())
    if not crowd.known.any() or n == 0:
        return f"No {crowd.measure} are known, so there is nothing to compare with"
    largest = set(np.argsort(-np.where(crowd.known, crowd.size, -np.inf), kind="stable")[:n].tolist())
    best = set(np.argsort(-crowd.score, kind="stable")[:n].tolist())
    same = len(largest & best)
    told = "None" if same == 0 else f"Only {same}" if same < n / 2 else str(same)
    verb = "is" if same <= 1 else "are"
    return f"{told} of the {counted(n, 'account')} with most {crowd.measure} {verb} among the {n} best for this niche"


def scatter_chart(crowd: Crowd, width: int) -> Markup:
    """A dot an account: size to the right on a log scale, score upwards; the picks stand out."""
    height, left, bottom = 360, 40, 310
    known = np.flatnonzero(crowd.known)
    sizes = np.maximum(crowd.size[known], 1.0) if len(known) else np.ones(1)
    x = Scale(float(max(sizes.min(), 1)), float(max(sizes.max(), 10)), left + 8, width - 14, log=True)
    y = Scale(0, max(float(crowd.score.max(initial=1.0)) * 1.05, 10), bottom, 30)
    others = _thinned(crowd, known[~crowd.picked[known]])
    parts = [
        *axis_x(x, bottom, 30, f"{crowd.measure}, logarithmic", compact, 5 if width < 500 else 8),
        *axis_y(y, left, width - 14, "score", whole),
        *_largest(crowd, known, x, bottom, width),
        *(_dot(crowd, row, x, y, "other", 2.2) for row in others),
        *(_dot(crowd, row, x, y, "pick", 4.5) for row in known[crowd.picked[known]]),
        *_labels(crowd, known, x, y, width),
    ]
    return picture(width, height, scatter_title(crowd), *parts, class_="chart")


def _largest(crowd: Crowd, known: np.ndarray, x: Scale, bottom: float, width: int) -> list[Markup]:
    """Where the accounts begin that followers alone would have picked: as many as there are picks."""
    n = int(crowd.picked[known].sum())
    if not 1 < n < len(known):
        return []
    at = x(float(max(np.sort(crowd.size[known])[-n], 1.0)))
    words = f"the {n} with most {crowd.measure}"
    left = at + 5 + 6.2 * len(words) > width
    mark = tag("line", x1=at, x2=at, y1=30, y2=bottom, class_="here")
    note = tag("text", f"{words} \N{RIGHTWARDS ARROW}", x=at - 5 if left else at + 5, y=bottom - 6, class_="note label",
               text_anchor="end" if left else "start")  # fmt: skip
    return [mark, note]


def _dot(crowd: Crowd, row: int, x: Scale, y: Scale, kind: str, r: float) -> Markup:
    tip = [
        tag(
            "title",
            f"{crowd.handles[row]}: {whole(crowd.size[row])} {crowd.measure}, score {crowd.score[row]:.0f}",
        )
    ]
    return tag(
        "circle", *(tip if kind == "pick" else []), class_=kind, r=r,
        cx=float(x(max(crowd.size[row], 1.0))), cy=float(y(crowd.score[row])),
    )  # fmt: skip


def _thinned(crowd: Crowd, rows: np.ndarray) -> np.ndarray:
    """The best, the largest, and every so many of the rest in the order of score."""
    if len(rows) <= MOST_DOTS:
        return rows
    by_score = rows[np.argsort(-crowd.score[rows], kind="stable")]
    by_size = rows[np.argsort(-crowd.size[rows], kind="stable")]
    rest = by_score[:: int(np.ceil(len(rows) / (MOST_DOTS / 3)))]
    return np.unique(np.concatenate([by_score[: MOST_DOTS // 3], by_size[: MOST_DOTS // 3], rest]))


def _labels(crowd: Crowd, known: np.ndarray, x: Scale, y: Scale, width: int) -> list[Markup]:
    """Names of the best picks and of the largest others, where there is room."""
    picks = known[crowd.picked[known]]
    others = known[~crowd.picked[known]]
    named = [
        *picks[np.argsort(-crowd.score[picks], kind="stable")][:MOST_LABELS],
        *others[np.argsort(-crowd.size[others], kind="stable")][:3],
    ]
    at = {
        int(row): (float(x(max(crowd.size[row], 1.0))), float(y(crowd.score[row])))
        for row in {*picks, *named}
    }
    taken = {row: (a - 5, b, 10.0) for row, (a, b) in at.items()}
    parts: list[Markup] = []
    for row in map(int, named):
        name = shorten(crowd.handles[row], 18)
        (a, b), long = at[row], 6.4 * len(name)
        blocked = [box for other, box in taken.items() if other != row]
        for start, anchor, place in ((a + 8, "start", a + 8), (a - 8 - long, "end", a - 8)):
            free = all(abs(b - v) > 11 or start > u + w or u > start + long for u, v, w in blocked)
            if free and start >= 40 and start + long <= width:
                taken[-row - 1] = (start, b, long)
                kind = "label" if crowd.picked[row] else "label faint"
                parts.append(tag("text", name, x=place, y=b + 4, class_=kind, text_anchor=anchor))
                break
    return parts
