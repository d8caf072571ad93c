"""Channels and conversions as a page and tables."""

from __future__ import annotations

from collections import Counter

from influence.listening.channels import SOCIAL, Channel, Channels
from influence.reporting.listening.charts import share_chart
from influence.reporting.listening.listen_page import intervals
from influence.reporting.parts import Page, Part, made_page
from influence.writing.book import Sheet, documents_of, filled_sheets
from influence.writing.data_text import json_text, named
from influence.writing.plain import decimal, listed, percent, whole

LAST = (
    "Last touch: the whole conversion goes to the click before it. Who made people aware earlier gets nothing, and "
    "what is bought later on another device, or from an app without a referrer, stands under Direct."
)
FIRST = (
    "First touch: the whole conversion goes to how the visitor first came, as far back as the cookie remembers; "
    "what brought them back gets nothing. These are the same conversions as above, so do not add them."
)
ASSISTED = (
    "Assisted: everyone with a hand in it gets the whole, so that the sum is more than there was, and none of it "
    "shows that it would not have come anyway."
)
ASSISTANTS = (
    "AI Assistant: Google Analytics has this channel since May 2026; before, and in other tools, such visits stood "
    "under Referral and are put here by their source. Answers read without a click are in no file."
)


def channels_page(found: Channels) -> Page:
    """Traffic by channel, first touch and assists apart, then people."""
    social, total = found.social, found.total
    of = percent(social.visits / total.visits) if social.visits is not None and total.visits else "unknown"
    tiles = [
        (whole(social.visits), f"{_visits(found)} from social, {of} of all"),
        (whole(social.conversions), "conversions from social, last touch"),
        (_rate(social), "conversions per visit from social"),
        (whole(social.revenue), "revenue from social"),
    ]
    parts = [_last(found), _first(found), _assisted(found), _people(found), _codes(found)]
    return made_page("Channels and conversions", f"From {listed(list(found.files))}", tiles, parts)


def _visits(found: Channels) -> str:
    return "visitors" if found.counts_people else "visits"


def _rate(one: Channel) -> str:
    told = one.rate
    if told.low is None or told.high is None:
        return "unknown" if told.share is None else f"{decimal(told.share, 2)} a visit"
    return f"{percent(told.share)} ({percent(told.low)} to {percent(told.high)})"


def _last(found: Channels) -> Part | None:
    rows = [[one.name, whole(one.visits), whole(one.conversions), _rate(one), whole(one.revenue)]
            for one in found.channels if one.visits is not None or one.conversions is not None]  # fmt: skip
    if not rows:
        return None
    words = [
        LAST,
        f"Social is {listed(list(SOCIAL))}. Conversions are what the site calls so: not always purchases.",
    ]
    if any(one.name == "AI Assistant" for one in found.channels):
        words.append(ASSISTANTS)
    if found.moved:
        words.append(f"{whole(found.moved)} {_visits(found)} stand under another channel in the file: links of your "
                     "creators, assistants and networks were taken out of Referral and Unassigned.")  # fmt: skip
    if found.set_aside:
        words.append(
            f"Not added up, since they break the same visits down once more, or by no channel: "
            f"{listed(list(found.set_aside))}."
        )
    rated = [one for one in found.channels if one.rate.low is not None]
    top = max((one.rate.high or 0.0 for one in rated), default=1.0)
    caption = f"With 90% certainty each lies within its line; the track ends at {percent(top)}."
    charts = [share_chart([one.name for one in rated], [one.rate for one in rated], "Conversions per visit", caption,
                          top)] if rated else []  # fmt: skip
    head = ("channel", _visits(found), "conversions", "per visit (90%)", "revenue")
    return Part("By the last touch", tuple(words), head, rows, tuple(charts))


def _first(found: Channels) -> Part | None:
    rows = [[one.name, whole(one.first_visits), whole(one.first_conversions), whole(one.first_revenue)]
            for one in found.channels if one.first_visits is not None or one.first_conversions is not None]  # fmt: skip
    head = ("channel", "visitors", "conversions", "revenue")
    return Part("By the first touch", (FIRST,), head, rows) if rows else None


def _assisted(found: Channels) -> Part | None:
    rows = [[one.name, whole(one.assisted), whole(one.conversions)] for one in found.channels
            if one.assisted is not None]  # fmt: skip
    return Part("Assisted", (ASSISTED,), ("channel", "assisted", "last touch"), rows) if rows else None


def _people(found: Channels) -> Part | None:
    if not found.people:
        return None
    rows = [
        [one.account_id, one.campaign, whole(one.visits), whole(one.conversions), whole(one.last_orders),
         whole(one.last_revenue), whole(one.assisted_orders)]
        for one in found.people
    ]  # fmt: skip
    words = [
        "Visits and conversions are those of analytics, orders those of the shop: the same sales seen twice, which "
        "seldom agree (consent, blockers, codes passed on). `influence desk results` writes orders by the first touch.",
        ASSISTED,
    ]
    if found.n_hidden:
        words.append(f"{found.n_hidden} who asked not to be listed are left out here.")
    head = ("account", "campaign", _visits(found), "conversions", "orders", "revenue", "orders assisted")
    return Part("By people's codes and links", tuple(words), head, rows)


def _codes(found: Channels) -> Part | None:
    """One by one what the codes of people with several brought; who has one stands above."""
    n_codes = Counter((one.campaign, one.account_id) for one in found.codes)
    if not any(n > 1 for n in n_codes.values()):
        return None
    rows = [
        [one.code, one.account_id, one.what, one.campaign, whole(one.visits), whole(one.conversions),
         whole(one.last_orders), whole(one.last_revenue)]
        for one in found.codes
    ]  # fmt: skip
    words = (
        "Each code and its link for itself: which of the things that were agreed brought visits and orders.",
    )
    head = ("code", "account", "for", "campaign", _visits(found), "conversions", "orders", "revenue")
    return Part("By code", words, head, rows)


def channels_sheets(found: Channels) -> list[Sheet]:
    """Channels, with social and all together last; people and their codes where there are any."""
    rows = [
        {**{key: value for key, value in vars(one).items() if key != "rate"}, **intervals(rate=one.rate)}
        for one in (*found.channels, found.social, found.total)
    ]
    return filled_sheets({"Channels": rows, "People": found.people, "Codes": found.codes})


def channels_json(found: Channels) -> str:
    """Everything that the files tell."""
    told = {**named(found, "files", "set_aside"), "visits_moved": found.moved, "n_hidden": found.n_hidden}
    return json_text({**documents_of(channels_sheets(found)), **told})
