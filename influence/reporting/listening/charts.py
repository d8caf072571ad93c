"""Pictures of listening: mentions over time by feeling, shares with their intervals, praise against complaint."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from markupsafe import Markup

from influence.listening.aspects import Aspect
from influence.listening.listen import Bin
from influence.listening.periods import Period
from influence.listening.voice_share import Share
from influence.listening.watch import Alarm
from influence.reporting.parts import Chart, drawn
from influence.writing.plain import as_date, compact, percent, shorten, whole
from influence.writing.svg import Scale, axis_y, picture, tag

FELT = (("negative", "s5"), ("neutral", "track"), ("positive", "s3"))
ROW = 26.0


def day_label(day: int) -> str:
    """``3 Jun``."""
    told = as_date(day)
    return f"{told.day} {told:%b}" if told else ""


def volume_chart(series: Sequence[Bin], period: Period, title: str) -> Chart:
    """Mentions of the brand by day, week or month, the period and the one before."""
    caption = ("Red: complaint; grey: neither, or not read; green: praise. The line parts the period from the one "
               "before.")  # fmt: skip
    return drawn(title, lambda width: _volume(series, period, title, width), caption)


def _volume(series: Sequence[Bin], period: Period, title: str, width: float) -> Markup:
    height, left, bottom, top = 240.0, 40.0, 200.0, 34.0
    most = max((one.n_posts for one in series), default=0) or 1
    x = Scale(period.before, period.end, left, width - 6)
    y = Scale(0, most * 1.05, bottom, top)
    parts = axis_y(y, left, width - 6, "mentions", compact, 4)
    for one in series:
        parts += _stack(one, x, y)
    here = x(period.first)
    parts.append(tag("line", x1=here, x2=here, y1=top, y2=bottom, class_="here"))
    steps = 3 if width < 500 else 7
    for step in range(steps + 1):
        day = period.before + (period.end - 1 - period.before) * step // steps
        anchor = "end" if step == steps else "middle" if step else "start"
        parts.append(tag("text", day_label(day), x=x(day), y=bottom + 18, text_anchor=anchor))
    return picture(width, height, title, *parts, class_="chart")


def _stack(one: Bin, x: Scale, y: Scale) -> list[Markup]:
    start, stop = x(one.start), x(one.start + one.n_days)
    parts, at = [], 0
    neutral = one.n_posts - one.n_negative - one.n_positive
    for (_, colour), n in zip(FELT, (one.n_negative, neutral, one.n_positive), strict=True):
        if n:
            parts.append(tag("rect", x=start + 0.5, y=y(at + n), width=max(stop - start - 1, 0.8),
                             height=y(at) - y(at + n), class_=colour))  # fmt: skip
            at += n
    return parts


def alarm_chart(alarm: Alarm, today: int, title: str) -> Chart:
    """What was counted on each of the last days, red from the day on that something changed, beside the usual."""
    n_days = today - alarm.since + 1
    usual = alarm.usual if alarm.is_share else alarm.usual / n_days
    caption = "A bar a day, red since it changed; the line is what is usual, on average."
    return drawn(title, lambda width: _alarm(alarm, today, usual, title, width), caption)


def _alarm(alarm: Alarm, today: int, usual: float, title: str, width: float) -> Markup:
    height, left, bottom, top = 180.0, 44.0, 146.0, 30.0
    first = today + 1 - len(alarm.daily)
    known = [(first + at, value) for at, value in enumerate(alarm.daily) if isfinite(value)]
    x = Scale(first, today + 1, left, width - 6)
    y = Scale(0, max([usual, *(value for _, value in known)]) * 1.05 or 1, bottom, top)
    unit, label = ("share", percent) if alarm.is_share else ("a day", compact)
    parts = axis_y(y, left, width - 6, unit, label, 3)
    for day, value in known:
        if value > 0:
            parts.append(tag("rect", x=x(day) + 0.5, y=y(value), width=max(x(day + 1) - x(day) - 1, 0.8),
                             height=bottom - y(value), class_="s5" if day >= alarm.since else "interval"))  # fmt: skip
    parts.append(tag("line", x1=left, x2=width - 6, y1=y(usual), y2=y(usual), class_="here"))
    ends = [(first, "start")] + [(today, "end")] * (x(today) - x(alarm.since) > 90)
    for day, anchor in (*ends, (alarm.since, "middle")):
        parts.append(tag("text", day_label(day), x=x(day), y=bottom + 18, text_anchor=anchor))
    return picture(width, height, title, *parts, class_="chart")


def share_chart(
    names: Sequence[str], shares: Sequence[Share], title: str, caption: str = "", top: float = 1.0
) -> Chart:
    """A dot a name, with the interval in which the share is with 90 % certainty; the track ends at `top`."""
    return drawn(title, lambda width: _shares(names, shares, title, width, top), caption)


def _shares(names: Sequence[str], shares: Sequence[Share], title: str, width: float, top: float) -> Markup:
    left = 150.0 if width >= 500 else 104.0
    x = Scale(0, top, left, width - 58)
    parts = []
    for row, (name, share) in enumerate(zip(names, shares, strict=True)):
        y = 12 + ROW * row
        parts.append(tag("text", shorten(name, 22 if width >= 500 else 14), x=0, y=y + 4))
        parts.append(tag("rect", x=left, y=y - 5, width=x(top) - left, height=10, class_="track"))
        if share.share is not None and share.low is not None and share.high is not None:
            parts.append(tag("rect", x=x(share.low), y=y - 2, width=max(x(share.high) - x(share.low), 2.0),
                             height=4, class_="interval"))  # fmt: skip
            parts.append(tag("circle", cx=x(share.share), cy=y, r=4.5, class_="dot"))
        parts.append(tag("text", percent(share.share), x=width, y=y + 4, text_anchor="end"))
    return picture(width, 12 + ROW * len(names), title, *parts, class_="chart")


def aspect_chart(aspects: Sequence[Aspect], title: str) -> Chart:
    """Posts that complain to the left, posts that praise to the right, a row an aspect."""
    return drawn(title, lambda width: _aspects(aspects, title, width), "Posts: complaint left, praise right.")


def _aspects(aspects: Sequence[Aspect], title: str, width: float) -> Markup:
    left = 140.0 if width >= 500 else 104.0
    most = max((max(one.n_negative, one.n_positive) for one in aspects), default=1) or 1
    x = Scale(-most, most, left + 30, width - 30)
    parts = []
    for row, one in enumerate(aspects):
        y = 12 + ROW * row
        parts.append(tag("text", shorten(one.name, 20 if width >= 500 else 14), x=0, y=y + 4))
        for n, start, colour, anchor in (
            (one.n_negative, -1, "s5", "end"),
            (one.n_positive, 1, "s3", "start"),
        ):
            edge = x(start * n)
            parts.append(tag("rect", x=min(edge, x(0)), y=y - 7, width=max(abs(edge - x(0)), 0.5), height=14,
                             class_=colour))  # fmt: skip
            parts.append(tag("text", whole(n), x=edge + 5 * start, y=y + 4, text_anchor=anchor))
    return picture(width, 12 + ROW * len(aspects), title, *parts, class_="chart")
