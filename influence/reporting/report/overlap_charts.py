"""How far audiences are the same people: the picks pair by pair, and a map on which who shares readers is near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from markupsafe import Markup

from influence.reporting.ranking.set_words import AudienceWords
from influence.writing.plain import percent, shorten, whole
from influence.writing.svg import Scale, picture, tag

MOST_CELLS = 40
"""Picks shown at most: more cannot be read."""
MOST_CELLS_NARROW = 18
MOST_PAIRS = 12
"""Rows of a table of pairs."""
WITH_NUMBERS = 22
"""Width of a cell from which the share is written into it."""


def heat_title(overlaps: np.ndarray, handles: Sequence[str], words: AudienceWords) -> str:
    """The finding: how much on average, and which two share most."""
    n = len(overlaps)
    if n < 2:
        return "A single pick overlaps with nobody"
    pairs = np.triu_indices(n, 1)
    shared = overlaps[pairs]
    most = int(shared.argmax())
    one, other = (shorten(handles[pairs[side][most]], 24) for side in (0, 1))
    return (
        f"Two picks share {percent(float(shared.mean()))} {words.smaller} on average; "
        f"{one} and {other} share most, {percent(float(shared[most]))}"
    )


def heat_chart(overlaps: np.ndarray, handles: Sequence[str], words: AudienceWords, width: int) -> Markup:
    """A cell a pair, the darker the more they share; the lower half alone, since the upper is the same."""
    narrow = width < 500
    n = min(len(overlaps), MOST_CELLS_NARROW if narrow else MOST_CELLS)
    label = 90 if narrow else 170
    cell = min((width - label) / max(n, 1), 34.0)
    size = 10 if narrow else 11
    parts = []
    for row in range(n):
        y = row * cell + 4
        name, middle = shorten(handles[row], 10 if narrow else 21), y + cell / 2 + 4
        parts.append(
            tag("text", f"{row + 1}. {name}", x=label - 6, y=middle, text_anchor="end", font_size=size)
        )
        parts += [
            _cell(overlaps[row, column], label + column * cell, y, cell, handles[row], handles[column])
            for column in range(row)
        ]
        parts.append(
            tag("text", row + 1, x=label + row * cell + cell / 2, y=middle, text_anchor="middle",
                class_="note", font_size=min(size, cell * 0.8))
        )  # fmt: skip
    parts += _key(width, label, cell)
    height = n * cell + 12
    return picture(width, height, heat_title(overlaps, handles, words), *parts, class_="chart")


def _key(width: int, label: float, cell: float) -> list[Markup]:
    """What the colours mean, in the empty half; where cells hold numbers they say it themselves."""
    if cell >= WITH_NUMBERS:
        return []
    side, top = 16.0, 10.0
    left = width - 5 * side - 4
    shares = (0.1, 0.3, 0.5, 0.7, 0.9)
    squares = [_square(share, left + k * side, top, side, 10) for k, share in enumerate(shares)]
    ends = [
        tag("text", words, x=x, y=top + 24, text_anchor=anchor, class_="note", font_size=10)
        for words, x, anchor in (("10 %", left, "start"), ("90 %", left + 5 * side, "end"))
    ]
    return [*squares, *ends]


def _square(share: float, x: float, y: float, width: float, height: float, *inside: Markup) -> Markup:
    """The darker, the more is shared."""
    opacity = f"{0.04 + 0.96 * min(float(share), 1.0):.2f}"
    return tag("rect", *inside, x=x, y=y, width=width, height=height, class_="heat", fill_opacity=opacity)


def _cell(share: float, x: float, y: float, cell: float, one: str, other: str) -> Markup:
    tip = tag("title", f"{one} and {other}: {percent(float(share))}")
    square = _square(share, x, y, cell - 1, cell - 1, tip)
    if cell < WITH_NUMBERS:
        return square
    dark = " inverse" if share > 0.55 else ""
    middle, base = x + cell / 2 - 0.5, y + cell / 2 + 4
    number = tag("text", f"{share * 100:.0f}", x=middle, y=base, text_anchor="middle", class_=f"cell{dark}")
    return square + number


def heat_table(
    overlaps: np.ndarray, handles: Sequence[str], words: AudienceWords
) -> tuple[list[str], list[list[str]]]:
    """The pairs that share most."""
    firsts, seconds = np.triu_indices(len(overlaps), 1)
    shares = overlaps[firsts, seconds].tolist()
    return _pairs_table(list(zip(firsts.tolist(), seconds.tolist(), shares, strict=True)), handles, words)


def _pairs_table(
    pairs: Sequence[tuple[int, int, float]], handles: Sequence[str], words: AudienceWords
) -> tuple[list[str], list[list[str]]]:
    """Those that share most, in the order of their places where they share alike."""
    best = sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:MOST_PAIRS]
    rows = [[handles[a], handles[b], percent(share)] for a, b, share in best]
    return ["account", "account", f"share {words.smaller}"], rows


LEAST_SHARE = 0.05
"""Share of the smaller audience from which two accounts are joined."""
MOST_TIES = 3
"""Ties drawn per account, the strongest; all of them would be a ball of wool."""
MOST_LABELS = 14
OUTSIDE, EDGE = 0.1, 0.3
"""Share of the accounts at each side that must not decide the scale, and how far beyond the others they may stand: a
few that share readers with nobody would press all others into a knot."""


@dataclass(frozen=True)
class Map:
    """Accounts with their places.

    Attributes
    ----------
    handles : sequence of str
    picked : ndarray of bool, shape (n,)
    reach : ndarray of float64, shape (n,)
    places : ndarray, shape (n, 2)
        0-1.
    ties : tuple of (int, int, float)
        Pairs and the share they have in common.
    groups : ndarray of int, shape (n,)
        Group of accounts that share readers; 0 is the largest.
    """

    handles: Sequence[str]
    picked: np.ndarray
    reach: np.ndarray
    places: np.ndarray
    ties: tuple[tuple[int, int, float], ...]
    groups: np.ndarray


def map_of(
    overlaps: np.ndarray, handles: Sequence[str], picked: np.ndarray, reach: np.ndarray, seed: int = 0
) -> Map:
    """Lay accounts out by what their audiences share; the same seed gives the same map."""
    n = len(overlaps)
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    for row in range(n):
        shared = overlaps[row].copy()
        shared[row] = 0.0
        for other in np.argsort(-shared, kind="stable")[:MOST_TIES].tolist():
            if shared[other] >= LEAST_SHARE:
                graph.add_edge(row, other, weight=float(shared[other]))
    ties = tuple((min(a, b), max(a, b), float(w)) for a, b, w in sorted(graph.edges(data="weight")))
    return Map(handles, picked, reach, _layout(graph, seed), ties, _groups(graph, seed))


def _layout(graph: nx.Graph, seed: int) -> np.ndarray:
    n = len(graph)
    if n == 0:
        return np.zeros((0, 2))
    found = nx.spring_layout(graph, weight="weight", seed=seed, k=1.6 / np.sqrt(n), iterations=120)
    places = np.array([found[node] for node in range(n)], dtype=float)
    low, high = np.quantile(places, [OUTSIDE, 1 - OUTSIDE], axis=0)
    places -= low
    places /= np.where(high > low, high - low, 1.0)
    places.clip(-EDGE, 1 + EDGE, out=places)
    low, span = places.min(axis=0), np.ptp(places, axis=0)
    places -= low
    places /= np.where(span > 0, span, 1.0)
    return places


def _groups(graph: nx.Graph, seed: int) -> np.ndarray:
    groups = np.zeros(len(graph), dtype=int)
    if graph.number_of_edges() == 0:
        return np.arange(len(graph))
    found = nx.community.louvain_communities(graph, weight="weight", seed=seed)
    for number, members in enumerate(sorted(found, key=lambda part: (-len(part), min(part)))):
        groups[list(members)] = number
    return groups


def map_title(niche_map: Map, words: AudienceWords) -> str:
    """The finding: how many groups there are and how many of them the picks are in."""
    sizes = np.bincount(niche_map.groups) if len(niche_map.groups) else np.zeros(0, dtype=int)
    real = set(np.flatnonzero(sizes > 1).tolist())
    if not real:
        return words.nothing_shared
    touched = len(real & set(niche_map.groups[niche_map.picked].tolist()))
    if len(real) == 1:
        return f"The niche is one group: these accounts {words.group} all round"
    all_of = f"all {len(real)}" if touched == len(real) else f"{touched} of the {len(real)}"
    return f"The picks are in {all_of} groups of accounts that {words.group}"


def map_chart(niche_map: Map, words: AudienceWords, width: int) -> Markup:
    """Circles as large as the reach; filled ones are picks, joined where audiences overlap."""
    height = 420 if width > 500 else 360
    x, y = Scale(0, 1, 26, width - 26), Scale(0, 1, height - 26, 20)
    at = [(x(float(a)), y(float(b))) for a, b in niche_map.places]
    most = float(niche_map.reach.max(initial=0.0)) or 1.0
    radius = 4 + 11 * np.sqrt(np.maximum(niche_map.reach, 0.0) / most)
    lines = [
        tag("line", x1=at[a][0], y1=at[a][1], x2=at[b][0], y2=at[b][1], class_="tie",
            stroke_opacity=f"{0.06 + 0.4 * min(share, 1.0):.2f}")
        for a, b, share in niche_map.ties
    ]  # fmt: skip
    dots = [
        tag(
            "circle", tag("title", f"{niche_map.handles[k]}: {words.what}, {whole(niche_map.reach[k])}"),
            cx=at[k][0], cy=at[k][1], r=float(radius[k]),
            class_=f"node s{niche_map.groups[k] % 7 + 1}{'' if niche_map.picked[k] else ' hollow'}",
        )
        for k in np.argsort(niche_map.picked, kind="stable").tolist()
    ]  # fmt: skip
    labels = _labels(niche_map, at, radius, width)
    return picture(width, height, map_title(niche_map, words), *lines, *dots, *labels, class_="chart")


def _labels(niche_map: Map, at: list[tuple[float, float]], radius: np.ndarray, width: int) -> list[Markup]:
    """Names of the picks that reach most, where they do not cover another name."""
    order = [k for k in np.argsort(-niche_map.reach, kind="stable").tolist() if niche_map.picked[k]]
    circles = [(x - float(r), y + 4, 2 * float(r)) for (x, y), r in zip(at, radius, strict=True)]
    taken: list[tuple[float, float, float]] = []
    parts: list[Markup] = []
    for k in order[: MOST_LABELS if width > 500 else 7]:
        name = shorten(niche_map.handles[k], 20)
        long = 6.2 * len(name)
        (x, y), r = at[k], float(radius[k])
        for start, line in (
            (x + r + 3, y + 4),
            (x - r - 3 - long, y + 4),
            (x - long / 2, y - r - 4),
            (x - long / 2, y + r + 12),
        ):
            blocked = [*taken, *circles[:k], *circles[k + 1 :]]
            free = all(abs(line - b) > 12 or start > a + w or a > start + long for a, b, w in blocked)
            if free and start >= 0 and start + long <= width:
                taken.append((start, line, long))
                parts.append(tag("text", name, x=start, y=line, class_="label"))
                break
    return parts


def map_table(niche_map: Map, words: AudienceWords) -> tuple[list[str], list[list[str]]]:
    """The strongest ties as a table."""
    return _pairs_table(niche_map.ties, niche_map.handles, words)
