"""Which pages the app has, grouped by what people are about."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar

SECTIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Find": (("/", "Rank"), ("/people", "People"), ("/map", "Map"), ("/spread", "Tell first"), ("/market", "Market")),
    "Listen": (("/mentions", "Mentions"), ("/queue", "Who must answer"), ("/channels", "Channels")),
    "Campaign": (("/lists", "Lists"), ("/advocates", "Advocates"), ("/incentives", "Rewards"), ("/plan", "Plan"),
                 ("/results", "Results")),
    "Data": (("/bring", "Bring files in"), ("/rights", "Rights")),
}  # fmt: skip
"""Section -> addresses and names of its pages."""
ASKED = ("/", "/mentions", "/map", "/spread", "/advocates", "/market", "/queue")
"""Pages that take the question along."""
BELONG = {
    "/account": "/",
    "/compare": "/",
    "/heard": "/mentions",
    "/labels": "/mentions",
    "/suppress": "/rights",
    "/jobs": "",
}
"""Addresses of no page in the menu -> the page under which they stand."""
HERE: ContextVar[str] = ContextVar("path of the page that is made", default="")


def page_of(path: str) -> str:
    """The page of the menu that an address belongs to; empty for none."""
    head = "/" + path.strip("/").partition("/")[0]
    known = [address for pages in SECTIONS.values() for address, _ in pages]
    return BELONG.get(head, head if head in known else "")


def section_of(page: str) -> str:
    """The section of a page of the menu; the first for none."""
    found = (name for name, pages in SECTIONS.items() if page in dict(pages))
    return next(found, next(iter(SECTIONS)))
