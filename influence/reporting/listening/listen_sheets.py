"""What was heard as tables: a sheet each, and the JSON."""

from __future__ import annotations

from influence.listening.listen import Listening
from influence.listening.voice_share import Share
from influence.reporting.listening.listen_page import filled_sheets
from influence.writing.book import Sheet
from influence.writing.data_text import json_text
from influence.writing.plain import as_date


def listen_json(found: Listening) -> str:
    """Everything, with days as ISO text."""
    from influence.writing.data_text import plain_values

    told = plain_values(found)
    told["period"] = {
        "first": as_date(found.period.first), "last": as_date(found.period.end - 1), "by": found.period.by,
    }  # fmt: skip
    for one in told["series"]:
        one["start"] = as_date(one["start"])
    for drivers in ("busiest", "loudest", "first"):
        for one in told["drive"][drivers]:
            one["first_day"] = as_date(one["first_day"])
    return json_text(told)


def listen_sheets(found: Listening) -> list[Sheet]:
    """Voices, reputation, changes, aspects, drivers, slices, series and quotes."""
    return filled_sheets(_tables(found))


def _tables(found: Listening) -> dict[str, list[dict[str, object]]]:
    return {
        "Voice": [
            {"brand": one.brand, "n_posts": one.n_posts, "n_authors": one.n_authors, "n_people": one.n_people,
             **_share("by_posts", one.by_posts), **_share("by_authors", one.by_authors),
             **_share("by_reach", one.by_reach)}
            for one in found.voices
        ],
        "Reputation": [
            {"brand": brand, **_share("positive", one.positive), **_share("neutral", one.neutral),
             **_share("negative", one.negative), **_share("net", one.net), "n_read": one.n_read,
             "n_unread": one.n_unread, "n_labels": one.n_labels}
            for brand, one in found.reputations.items()
        ],
        "Changes": [
            {"brand": brand, **vars(change)} for brand, changes in found.changes.items() for change in changes
        ],
        "Aspects": [
            {"about": one.name, "n_posts": one.n_posts, "n_authors": one.n_authors, "n_negative": one.n_negative,
             "n_positive": one.n_positive, **_share("negative", one.negative)}
            for one in found.aspects
        ],
        "Quotes": [
            {"about": one.name, "feeling": feeling, "said": quote.said, "account_id": quote.account_id,
             "url": quote.url}
            for one in found.aspects
            for feeling, quotes in (("negative", one.complaints), ("positive", one.praise))
            for quote in quotes
        ],
        "Accounts": [
            {"list": kind, **vars(one), "first_day": as_date(one.first_day)}
            for kind in ("busiest", "loudest", "first")
            for one in getattr(found.drive, kind)
        ],
        "Slices": [
            {"by": one.by, "value": one.value, "n_posts": one.n_posts, "n_authors": one.n_authors,
             **_share("positive", one.reputation.positive), **_share("negative", one.reputation.negative)}
            for one in found.slices
        ],
        "Series": [{**vars(one), "start": as_date(one.start)} for one in found.series],
    }  # fmt: skip


def _share(name: str, share: Share) -> dict[str, object]:
    return {name: share.share, f"{name}_low": share.low, f"{name}_high": share.high}
