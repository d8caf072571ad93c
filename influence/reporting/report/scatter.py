"""Followers against score: the point of the whole tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from influence.writing.plain import compact, counted, shorten, whole
from influence.writing.svg import Scale, axis_x, axis_y, picture, tag

MOST_DOTS = 900
"""Others shown at most; a thousand dots hide each other."""
MOST_LABELS = 8
LETTER, LINE = 7.0, 14.0
"""Room that a letter and a line of words take in the widest of the fonts."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


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

    size: NDArray[np.float64]
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
    picks, others = known[crowd.picked[known]], _thinned(crowd, known[~crowd.picked[known]])
    begins = _begins(crowd, known, x)
    taken = [_around(crowd, row, x, y, r) for rows, r in ((others, 2.2), (picks, 5.0)) for row in rows]
    taken += [] if begins is None else [(begins - 1, 30, begins + 1, bottom)]
    parts = [
        *axis_x(x, bottom, 30, f"{crowd.measure}, logarithmic", compact, 5 if width < 500 else 8),
        *axis_y(y, left, width - 14, "score", whole),
        *([] if begins is None else _largest(crowd, begins, bottom, width)),
        *(_dot(crowd, row, x, y, "other", 2.2) for row in others),
        *(_dot(crowd, row, x, y, "pick", 4.5) for row in picks),
        *_labels(crowd, picks, known[~crowd.picked[known]], x, y, taken, (left, 30, width, bottom)),
    ]
    return picture(width, height, scatter_title(crowd), *parts, class_="chart")


def _begins(crowd: Crowd, known: np.ndarray, x: Scale) -> float | None:
    """Where the accounts begin that followers alone would have picked: as many as there are picks."""
    n = int(crowd.picked[known].sum())
    return x(float(max(np.sort(crowd.size[known])[-n], 1.0))) if 1 < n < len(known) else None


def _largest(crowd: Crowd, at: float, bottom: float, width: int) -> list[Markup]:
    """The line, and above the dots what it says."""
    n = int((crowd.picked & crowd.known).sum())
    words = f"the {n} with most {crowd.measure} \N{RIGHTWARDS ARROW}"
    mark = tag("line", x1=at, x2=at, y1=26, y2=bottom, class_="here")
    note = tag("text", words, x=min(at - 2, width - LETTER * len(words)), y=18.0, class_="note label")
    return [mark, note]


def _around(crowd: Crowd, row: int, x: Scale, y: Scale, r: float) -> Box:
    a, b = x(max(float(crowd.size[row]), 1.0)), y(float(crowd.score[row]))
    return a - r, b - r, a + r, b + r


def _dot(crowd: Crowd, row: int, x: Scale, y: Scale, kind: str, r: float) -> Markup:
    words = f"{crowd.handles[row]}: {whole(crowd.size[row])} {crowd.measure}, score {crowd.score[row]:.0f}"
    tip = [tag("title", words)] if kind == "pick" else []
    return tag(
        "circle", *tip, class_=kind, r=r,
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


def _labels(
    crowd: Crowd, picks: np.ndarray, others: np.ndarray, x: Scale, y: Scale, taken: list[Box], room: Box
) -> list[Markup]:
    """Names of the best picks and of the largest others, where nothing else stands."""
    named = [
        *picks[np.argsort(-crowd.score[picks], kind="stable")][:MOST_LABELS],
        *others[np.argsort(-crowd.size[others], kind="stable")][:3],
    ]
    full = np.array(taken, dtype=float).reshape(-1, 4)
    parts: list[Markup] = []
    for row in map(int, named):
        name = shorten(crowd.handles[row], 18)
        places = _places(_around(crowd, row, x, y, 0.0), LETTER * len(name))
        free = next((one for one in places if _is_free(one[0], full, room)), None)
        if free is not None:
            box, at, anchor = free
            full = np.vstack([full, box])
            kind = "label" if crowd.picked[row] else "label faint"
            parts.append(tag("text", name, x=at, y=box[3] - 3.5, class_=kind, text_anchor=anchor))
    return parts


def _places(dot: Box, long: float) -> list[tuple[Box, float, str]]:
    """Right of a dot, left of it, above and below: the room that words take there, where they begin, and how."""
    (a, b), half = dot[:2], LINE / 2
    return [
        ((a + 7, b - half, a + 7 + long, b + half), a + 8, "start"),
        ((a - 7 - long, b - half, a - 7, b + half), a - 8, "end"),
        ((a - long / 2, b - 6 - LINE, a + long / 2, b - 6), a, "middle"),
        ((a - long / 2, b + 6, a + long / 2, b + 6 + LINE), a, "middle"),
    ]


def _is_free(box: Box, full: np.ndarray, room: Box) -> bool:
    inside = box[0] >= room[0] and box[1] >= room[1] and box[2] <= room[2] and box[3] <= room[3]
    hit = (full[:, 0] < box[2]) & (full[:, 2] > box[0]) & (full[:, 1] < box[3]) & (full[:, 3] > box[1])
    return inside and not hit.any()
