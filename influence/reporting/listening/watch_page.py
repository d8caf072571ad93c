"""What the watch found: each alarm with why, how sure, since when, who, and what to read first."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from influence.listening.watch import Alarm, ToRead, Watch
from influence.reporting.listening.charts import alarm_chart
from influence.reporting.parts import Page, Part, made_page
from influence.writing.book import Sheet, filled_sheets, sheet_of
from influence.writing.data_text import json_text, named
from influence.writing.plain import as_date, counted, decimal, listed, long_day, percent, whole

TITLES = {
    "volume": "More people speak of {brand} than usual",
    "silence": "{brand} is spoken of less than usual",
    "complaint": "Complaint takes a larger share of what is said",
    "praise": "Praise takes a smaller share of what is said",
    "topic": "Complaint about {about} rises",
    "loud": "Critics whom many listen to speak up",
    "spread": "Complaint turns up in more communities than usual",
    "newcomers": "Accounts that never named {brand} before do so now",
    "copies": "Different accounts write the same words",
    "unanswered": "Questions to {brand} wait for an answer",
}
WATCHED = {
    "volume": "how many speak of it",
    "loud": "critics whom many listen to",
    "spread": "complaint across communities",
    "copies": "copied words",
    "unanswered": "questions without an answer",
}
"""What is watched, in words, where its name alone does not say it."""
COUNTED = {
    "spread": "communities with complaint, summed over days", "newcomers": "new voices",
    "copies": "texts that repeat another account's words",
}  # fmt: skip


def watch_page(found: Watch) -> Page:
    """The alarms, the rarest by chance first; then what was watched and what could not be."""
    n = len(found.alarms)
    title = f"{counted(n, 'alarm')} about {found.brand}" if n else f"Nothing unusual about {found.brand}"
    shown: set[ToRead] = set()
    parts = [_part(found, alarm, shown) for alarm in found.alarms]
    niche = f", niche {found.niche}" if found.niche else ""
    return made_page(title, f"Watched on {long_day(found.day)}{niche}", (), [*parts, _watched(found)])


def _part(found: Watch, alarm: Alarm, shown: set[ToRead]) -> Part:
    """One alarm; texts that stand under an earlier one (`shown`) are not told again."""
    words = [f"Since {long_day(alarm.since)}: {_seen(alarm)}, by {counted(alarm.n_accounts, 'account')}."]
    if isfinite(alarm.once_in_days):
        words.append(f"Chance alone brings as much about once in {_rarely(alarm.once_in_days)}.")
    fresh = [one for one in alarm.read_first if one not in shown]
    if alarm.read_first:
        where = "is below" if fresh else "stands above"
        words.append(f"What to read first {where}.")
    shown.update(fresh)
    quotes = [(one.said, _who(one)) for one in fresh]
    title = TITLES[alarm.kind].format(brand=found.brand, about=alarm.about)
    charts = (alarm_chart(alarm, found.day, "By day"),) if alarm.daily else ()
    return Part(title, tuple(words), quotes=quotes, charts=charts)


def _seen(alarm: Alarm) -> str:
    if alarm.kind == "unanswered":
        return f"{whole(alarm.seen)} without an answer"
    if alarm.is_share:
        return f"{percent(alarm.seen)} of those who speak, usually {percent(alarm.usual)}"
    return f"{whole(alarm.seen)} {COUNTED.get(alarm.kind, 'voices')}, usually {decimal(alarm.usual)}"


def _rarely(days: float) -> str:
    """``40 days``, ``3 years``, ``more than a hundred years``."""
    if days >= 36_500:
        return "more than a hundred years"
    return counted(days / 365, "year") if days >= 730 else counted(days, "day")


def _who(one: ToRead) -> str:
    heard = f", {counted(one.n_niche_people, 'reader')} of the niche" if one.n_niche_people >= 0.5 else ""
    return f"{one.account_id}, {long_day(one.day)}{heard}" + (f", {one.url}" if one.url else "")


def _watched(found: Watch) -> Part:
    rules = found.rules
    words = [
        f"Watched: {listed(_gathered(found.watched))}." if found.watched else "Nothing could be watched.",
        f"On days when nothing happens all of it together raises about {decimal(rules.false_alarms_per_month)} false "
        "alarms a month or fewer.",
        *(f"Not watched: {WATCHED.get(name, name)} ({why})." for name, why in found.not_watched.items()),
    ]
    return Part("What was watched", tuple(words))


def _gathered(watched: Sequence[str]) -> list[str]:
    """The topics in one bracket: ``topics (delivery, price)``."""
    topics = [one.removeprefix("topic ") for one in watched if one.startswith("topic ")]
    others = [WATCHED.get(one, one) for one in watched if not one.startswith("topic ")]
    return [*others, *([f"topics ({', '.join(topics)})"] if topics else [])]


def watch_json(found: Watch) -> str:
    """For a webhook: the alarms with their titles; days as ISO text."""
    return json_text({
        "brand": found.brand, "niche": found.niche or None, "day": as_date(found.day), "n_alarms": len(found.alarms),
        "alarms": [_row(found.brand, one) | {"read_first": [_read(r) for r in one.read_first]} for one in found.alarms],
        "watched": found.watched, "not_watched": found.not_watched, "rules": found.rules,
    })  # fmt: skip


def _row(brand: str, alarm: Alarm) -> dict[str, object]:
    title = TITLES[alarm.kind].format(brand=brand, about=alarm.about)
    return {**named(alarm, "kind", "about"), "title": title, "since": as_date(alarm.since),
            **named(alarm, "seen", "usual", "is_share", "once_in_days", "n_accounts")}  # fmt: skip


def _read(one: ToRead) -> dict[str, object]:
    return {**vars(one), "day": as_date(one.day)}


def watch_sheets(found: Watch) -> list[Sheet]:
    """Alarms, and what to read first."""
    alarms = [_row(found.brand, one) for one in found.alarms]
    texts = [
        {"kind": one.kind, "about": one.about, **_read(read)}
        for one in found.alarms
        for read in one.read_first
    ]
    first = sheet_of("Alarms", alarms, ("kind", "about", "title", "since", "seen", "usual"))
    return [first, *filled_sheets({"Read first": texts})]
