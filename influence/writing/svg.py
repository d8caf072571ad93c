"""Drawing by hand: elements with everything escaped, scales and round ticks.

Drawn here and not by Altair: its picture needs a browser's worth of JavaScript in the file or a 33 MB converter, and
either way knows one colour scheme; these follow the reader's (light, dark, paper) through the page's own style.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDE, NARROW = 720, 340
"""Every chart is drawn twice, so that its letters are as large on a telephone as on paper."""


def tag(element: str, *children: object, **attributes: object) -> Markup:
    """An element; ``class_`` is ``class``, ``stroke_width`` is ``stroke-width``; None leaves an attribute out."""
    told = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(child if isinstance(child, Markup) else escape(child) for child in children)
    return Markup(f"<{element}{told}>{inside}</{element}>")


def _plain(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def picture(width: float, height: float, title: str, *children: object, **attributes: object) -> Markup:
    """An SVG image that a screen reader announces by its title and reads no further."""
    box = f"0 0 {_plain(float(width))} {_plain(float(height))}"
    return tag("svg", *children, viewBox=box, role="img", aria_label=title, **attributes)


def group(parts: Sequence[object], **attributes: object) -> Markup:
    """Several elements as one."""
    return tag("g", *parts, **attributes)


@dataclass(frozen=True)
class Scale:
    """From values to places, linear or logarithmic (base 10)."""

    low: float
    high: float
    start: float
    stop: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Place of a value."""
        low, high, at = (self._of(x) for x in (self.low, self.high, value))
        share = (at - low) / (high - low) if high > low else 0.5
        return self.start + (self.stop - self.start) * share

    def _of(self, value: float) -> float:
        return math.log10(max(value, 1e-12)) if self.log else value

    def ticks(self, n: int = 5) -> list[float]:
        """Round values within the range."""
        if self.log:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            step = max(1, math.ceil(len(powers) / (n + 1)))
            return [10.0**power for power in powers[::step] if self.low <= 10.0**power <= self.high]
        return round_steps(self.low, self.high, n)


def round_steps(low: float, high: float, n: int = 5) -> list[float]:
    """At most about `n` values 1, 2 or 5 times a power of ten apart."""
    if high <= low:
        return [low]
    rough = (high - low) / n
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, math.floor(high / step + 1e-9) + 1)]


def axis_x(scale: Scale, y: float, top: float, title: str, label: object, n: int = 5) -> list[Markup]:
    """Grid lines, tick labels and the title of a horizontal axis; `label` writes a value."""
    parts = []
    for value in scale.ticks(n):
        x = scale(value)
        parts.append(tag("line", x1=x, x2=x, y1=top, y2=y, class_="grid"))
        parts.append(tag("text", label(value), x=x, y=y + 16, text_anchor="middle"))  # type: ignore[operator]
    middle = (scale.start + scale.stop) / 2
    return [*parts, tag("text", title, x=middle, y=y + 34, text_anchor="middle", class_="axis")]


def axis_y(scale: Scale, x: float, right: float, title: str, label: object, n: int = 5) -> list[Markup]:
    """The same of a vertical axis; its title stands above it, where it need not be turned."""
    parts = []
    for value in scale.ticks(n):
        y = scale(value)
        parts.append(tag("line", x1=x, x2=right, y1=y, y2=y, class_="grid"))
        parts.append(tag("text", label(value), x=x - 6, y=y + 4, text_anchor="end"))  # type: ignore[operator]
    return [*parts, tag("text", title, x=0, y=scale.stop - 12, class_="axis")]
