"""What a niche, its filters and the signals are called where people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from influence.text.niche import Niche
from influence.writing.plain import listed, shorten
from influence.writing.safe import one_line

if TYPE_CHECKING:
    from influence.store.lists.saved import SavedList

SIGNAL_WORDS: Mapping[str, str] = {
    "niche_fit": "Niche fit", "peer_engagement": "Reactions", "reach": "Reach in the niche", "momentum": "Activity",
    "advocacy": "Advocacy", "audience_quality": "Audience quality", "independence": "Independence",
}  # fmt: skip
"""Signal -> its one name for people; ids stand in options, settings, JSON and the keys of files."""


def signal_words(signal: str) -> str:
    """What a signal is called wherever people read of it."""
    return SIGNAL_WORDS.get(signal) or signal.replace("_", " ").capitalize()


def says(name: str, one: str, several: str) -> str:
    """The name with the verb that fits it: ``Reach in the niche is``, ``Reactions are``."""
    return f"{name} {several if name.endswith('s') else one}"


def niche_words(niche: Niche) -> str:
    """The niche in the user's own words, short enough for a sentence."""
    if niche.brief and not niche.keywords:
        return shorten(brief_title(niche.brief) or niche.label, 60)
    if niche.keywords or not niche.like:
        return shorten(niche.label, 60)
    names = [one_line(account.partition(":")[2] or account) for account in niche.like]
    more = [f"{len(names) - 2} more"] if len(names) > 3 else []
    return f"accounts like {listed([*(names[:2] if more else names), *more])}"


def brief_title(brief: str) -> str:
    """The first line of a brief, where it is short enough to be its title; else nothing."""
    first = next((line for line in map(str.strip, brief.splitlines()) if line), "")
    words = one_line(first.lstrip("#*-= ").rstrip("*=: ")).removeprefix("Brief:").strip()
    return words if 0 < len(words) <= 80 and not words.endswith((".", "!", "?")) else ""


def filter_words(settings: Mapping[str, object]) -> str:
    """Which accounts a question left in: ``filters: language en, max followers 20,000``, or ``no filters``."""
    filters = settings.get("filters")
    pairs = filters.items() if isinstance(filters, Mapping) else ()
    told = [
        f"{name.replace('_', ' ')} {_filter_value(value)}"
        for name, value in pairs
        if value not in (None, (), [], "")
    ]
    return f"filters: {', '.join(told)}" if told else "no filters"


def _filter_value(value: object) -> str:
    if isinstance(value, list | tuple):
        return " or ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def holds_of_list(saved: SavedList) -> str:
    """What holds for a file of a list: its niche, day, filters and rule."""
    told = (
        f"List {saved.name}",
        f"niche: {saved.niche}" if saved.niche else "no niche",
        f"picked as of {saved.as_of}" if saved.as_of else "day not known",
        filter_words(saved.settings),
    )
    return f"{'; '.join(told)}. {saved.rule}".strip()
