"""What `influence listen` says: findings in words, tables and pictures; the same as sheets and JSON."""

from __future__ import annotations

from influence.listening.aspects import Aspect
from influence.listening.drivers import Driver
from influence.listening.listen import Listening
from influence.listening.periods import Period
from influence.listening.reputation import Reputation, ReputationChange
from influence.listening.voice_share import Share, Voice
from influence.reporting.listening.charts import aspect_chart, day_label, share_chart, volume_chart
from influence.reporting.parts import Page, Part, made_page
from influence.writing.book import Sheet, filled_sheets
from influence.writing.data_text import json_text, named, plain_values
from influence.writing.plain import UNKNOWN, as_date, counted, decimal, listed, long_day, percent, whole

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOTICED = 0.15
"""How far from 1 a weekday must be to be worth a word."""
N_ASPECTS = 10
LEAST_READ = 10
"""Posts below which a share of feeling says nothing."""
TOO_FEW = "too few"


def listen_page(found: Listening) -> Page:
    """Everything that was heard, most wanted first."""
    mine = found.voices[0]
    niche = f", niche {found.niche}" if found.niche else ""
    parts = [_volume(found), _share_of_voice(found), _reputation(found), _aspects(found), _changes(found),
             _who(found), *_slices(found),
             Part("What is not known", found.notes) if found.notes else None]  # fmt: skip
    title = f"What is said about {found.brand}"
    return made_page(title, f"{days_words(found.period)}{niche}", _tiles(found, mine), parts)


def days_words(period: Period) -> str:
    """First and last day of a period."""
    return f"{long_day(period.first)} to {long_day(period.end - 1)}"


def _tiles(found: Listening, mine: Voice) -> list[tuple[str, str]]:
    told = found.reputations[found.brand]
    tiles = [(whole(mine.n_posts), "mentions"), (whole(mine.n_authors), "people and accounts who made them")]
    if mine.n_people is not None:
        tiles.append((whole(mine.n_people), "people who could have seen them"))
    if found.rivals and mine.by_posts.share is not None:
        tiles.append((percent(mine.by_posts.share), "share of voice"))
    if told.net.share is not None:
        tiles.append((signed(told.net.share), "net sentiment, points of 100"))
    return tiles


def signed(share: float | None) -> str:
    """A difference of shares in points: ``+4``, ``-12``, ``0``."""
    text = UNKNOWN if share is None else f"{100 * share:+.0f}"
    return "0" if text in ("+0", "-0") else text


def ranged(share: Share) -> str:
    """A share with its interval: ``63% (55-70%)``."""
    if share.share is None or share.low is None or share.high is None:
        return UNKNOWN
    return f"{percent(share.share)} ({100 * share.low:.0f}-{100 * share.high:.0f}%)"


def felt(told: Reputation, feeling: str) -> str:
    """The share of a feeling with its interval; of few posts none is told."""
    return ranged(getattr(told, feeling)) if told.n_read >= LEAST_READ else TOO_FEW


def _volume(found: Listening) -> Part:
    mine = [one for one in found.series if one.brand == found.brand]
    here = [one for one in mine if one.start >= found.period.first and one.n_posts]
    words = []
    if here:
        top = max(here, key=lambda one: (one.n_posts, -one.start))
        words.append(f"Most on {_when(top.start, top.n_days)}: {counted(top.n_posts, 'mention')} by "
                     f"{counted(top.n_authors, 'account')}.")  # fmt: skip
    words += _week(found.weekday)
    if found.n_own:
        words.append(
            f"{counted(found.n_own, 'post')} of the brands' own accounts about themselves are not counted."
        )
    change = next(iter(found.changes.get(found.brand, ())), None)
    title = f"{counted(found.voices[0].n_posts, 'mention')} of {found.brand}" + (
        f", {_moved(change)}" if change else ""
    )
    return Part(
        title, tuple(words), charts=(volume_chart(mine, found.period, f"Mentions by {found.period.by}"),)
    )


def _when(start: int, n_days: int) -> str:
    return long_day(start) if n_days == 1 else f"{long_day(start)} to {long_day(start + n_days - 1)}"


def _week(weekday: tuple[float, ...]) -> list[str]:
    loud = [f"{name}s bring {percent(factor - 1)} more" for name, factor in zip(DAYS, weekday, strict=True)
            if factor >= 1 + NOTICED]  # fmt: skip
    quiet = [f"{name}s {percent(1 - factor)} less" for name, factor in zip(DAYS, weekday, strict=True)
             if factor <= 1 - NOTICED]  # fmt: skip
    if not loud and not quiet:
        return []
    return [
        f"The week has a rhythm: {listed([*loud, *quiet])} than the average day; it is taken out of every change."
    ]


def _moved(change: ReputationChange) -> str:
    """What the period before was like, in words that do not say more than is known."""
    if change.verdict == "no telling":
        return "no clear change from the period before"
    more = change.difference - 1
    times = f"{percent(more)} more" if more > 0 else f"{percent(-more)} less"
    return f"{times} a day than before ({decimal(change.low, 2)} to {decimal(change.high, 2)} times)"


def _share_of_voice(found: Listening) -> Part | None:
    if not found.rivals:
        return None
    mine, names = found.voices[0], [voice.brand for voice in found.voices]
    rows = [
        [measure, voice.brand, whole(getattr(voice, n)), ranged(getattr(voice, share))]
        for measure, n, share in _MEASURES
        for voice in found.voices
    ]
    title = f"{found.brand} has {ranged(mine.by_posts)} of the voice"
    words = (
        "In brackets where the share is with 90% certainty; authors, not posts, are counted as independent.",
    )
    chart = share_chart(names, [voice.by_posts for voice in found.voices], "Share of voice by posts",
                        "The bar: where the share is with 90% certainty.")  # fmt: skip
    return Part(title, words, ("by", "brand", "how many", "share"), rows, (chart,))


_MEASURES = (
    ("posts", "n_posts", "by_posts"),
    ("authors", "n_authors", "by_authors"),
    ("people reached", "n_people", "by_reach"),
)
"""What is counted, and the fields of a voice that hold the count and the share."""


def _reputation(found: Listening) -> Part:
    told = found.reputations[found.brand]
    rows = [
        [brand, ranged(one.positive), ranged(one.neutral), ranged(one.negative), _net(one), whole(one.n_read)]
        for brand, one in found.reputations.items()
    ]
    title = f"Praise {ranged(told.positive)}, complaint {ranged(told.negative)}"
    words = [
        f"The shares are righted by {told.n_labels} labels."
        if told.n_labels
        else "The intervals are wide because the model may err the same way about all posts of a brand; a hundred "
        f'labels narrow them: influence sentiment label --brand "{found.brand}" -o labels.csv, then --labels.'
    ]
    three = ("praise", "neither", "complaint"), (told.positive, told.neutral, told.negative)
    caption = "The bar: where the share is with 90% certainty."
    chart = share_chart(*three, f"How {found.brand} is spoken of", caption)
    return Part(
        title, tuple(words), ("brand", "praise", "neither", "complaint", "net", "read"), rows, (chart,)
    )


def _net(told: Reputation) -> str:
    net = told.net
    return UNKNOWN if net.share is None else f"{signed(net.share)} ({signed(net.low)} to {signed(net.high)})"


def _aspects(found: Listening) -> Part | None:
    told = found.aspects[:N_ASPECTS]
    if not told:
        return None
    worst = max(told, key=lambda one: (one.n_negative, -one.n_posts, one.name))
    best = max(told, key=lambda one: (one.n_positive, -one.n_posts, one.name))
    said = [f"complaint is most about {worst.name} ({worst.n_negative})"] if worst.n_negative else []
    said += [f"praise about {best.name} ({best.n_positive})"] if best.n_positive else []
    title = listed(said) or "What people name"
    rows = [[one.name, whole(one.n_posts), whole(one.n_authors), whole(one.n_negative), whole(one.n_positive),
             ranged(one.negative) if one.n_posts >= LEAST_READ else TOO_FEW] for one in told]  # fmt: skip
    head = ("about", "posts", "authors", "complain", "praise", "share of complaint")
    charts = (aspect_chart(told, "Complaint and praise"),)
    return Part(title[:1].upper() + title[1:], tuple(_telling(found)), head, rows, charts, _quotes(told))


def _telling(found: Listening) -> list[str]:
    lines = []
    for feeling, whose in (("negative", "complain"), ("positive", "praise")):
        words = [word.word for word in found.words if word.feeling == feeling]
        if words:
            lines.append(f"Words of those who {whose} and not of the others: {', '.join(words)}.")
    return lines


def _quotes(aspects: tuple[Aspect, ...]) -> list[tuple[str, str]]:
    worst = sorted(aspects, key=lambda one: (-one.n_negative, one.name))
    best = sorted(aspects, key=lambda one: (-one.n_positive, one.name))
    said = [(one.name, quote) for one in worst[:3] for quote in one.complaints[:2]]
    said += [(one.name, quote) for one in best[:3] for quote in one.praise[:1]]
    quotes = [(quote.said, f"{quote.account_id}, on {name}") for name, quote in said]
    return list({said: (said, who) for said, who in reversed(quotes)}.values())[::-1]


def _changes(found: Listening) -> Part | None:
    rows = [
        [brand, _CHANGED.get(change.what, change.what), *_figures(change), change.verdict]
        for brand, changes in found.changes.items()
        for change in changes
    ]
    if not rows:
        return None
    mine = [change for change in found.changes[found.brand] if change.verdict != "no telling"]
    moved = [f"{change.verdict} {_CHANGED.get(change.what, change.what)}" for change in mine]
    told = f"Against the {found.period.n_days} days before: {listed(moved)}"
    title = told if moved else f"No change of {found.brand} can be told"
    words = (
        "A change is called one when its 90% interval leaves out none at all. The rhythm of the week is taken out, and "
        "what the model gets wrong alike in both periods falls away. Shares are counted here as each post was read; "
        "those above take out what the model is known to lean to, and may differ by a few points.",
    )
    return Part(title, words, ("brand", "what", "before", "now", "change", "verdict"), rows)


_CHANGED = {"negative": "complaint", "neutral": "neither", "positive": "praise"}


def _figures(change: ReputationChange) -> tuple[str, str, str]:
    if change.what == "mentions a day":
        told = f"× {decimal(change.difference, 2)} ({decimal(change.low, 2)} to {decimal(change.high, 2)})"
        return decimal(change.before), decimal(change.now), told
    told = f"{signed(change.difference)} ({signed(change.low)} to {signed(change.high)}) points"
    return percent(change.before), percent(change.now), told


def _who(found: Listening) -> Part | None:
    drive = found.drive
    if not drive.n_authors:
        return None
    title = f"{counted(drive.n_for_half, 'account')} of {whole(drive.n_authors)} wrote half of it"
    words = []
    if drive.share_of_members is not None:
        words.append(
            f"{percent(drive.share_of_members)} of the mentions are by members of the niche; the others pass by."
        )
    if drive.n_unnamed:
        words.append(f"Private, or asking not to be listed: {counted(drive.n_unnamed, 'account')}, counted and "
                     "not named.")  # fmt: skip
    kinds = (("busiest", drive.busiest), ("loudest", drive.loudest), ("first", drive.first))
    rows = [[kind, *_driver(one, bool(found.niche))] for kind, drivers in kinds for one in drivers[:5]]
    heard = "of niche" if found.niche else "people"
    return Part(title, tuple(words), ("", "account", "voice", "posts", "-/+", "since", heard), rows)


def _driver(one: Driver, in_niche: bool) -> list[str]:
    since = day_label(one.first_day) if one.first_day is not None else UNKNOWN
    member = " (member)" if one.is_member else ""
    heard = one.n_niche_people if in_niche else one.n_people
    return [one.account_id, one.voice + member, whole(one.n_posts), f"{one.n_negative}/{one.n_positive}", since,
            whole(heard)]  # fmt: skip


def _slices(found: Listening) -> list[Part]:
    parts = []
    for by in dict.fromkeys(one.by for one in found.slices):
        told = [one for one in found.slices if one.by == by]
        rows = [[one.value or UNKNOWN, whole(one.n_posts), whole(one.n_authors), felt(one.reputation, "positive"),
                 felt(one.reputation, "negative")] for one in told]  # fmt: skip
        top = next((one for one in told if one.value), None)
        share = top.n_posts / max(found.voices[0].n_posts, 1) if top else 0.0
        title = f"By {by}: {top.value} brings {percent(share)}" if top else f"By {by}"
        parts.append(Part(title, (), (by, "posts", "authors", "praise", "complaint"), rows))
    return parts


def listen_json(found: Listening) -> str:
    """Everything, with days as ISO text."""
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
    return filled_sheets({
        "Voice": [
            {**named(one, "brand", "n_posts", "n_authors", "n_people"),
             **intervals(**named(one, "by_posts", "by_authors", "by_reach"))}
            for one in found.voices
        ],
        "Reputation": [
            {"brand": brand, **intervals(**named(one, "positive", "neutral", "negative", "net")),
             **named(one, "n_read", "n_unread", "n_labels")}
            for brand, one in found.reputations.items()
        ],
        "Changes": [
            {"brand": brand, **vars(change)} for brand, changes in found.changes.items() for change in changes
        ],
        "Aspects": [
            {"about": one.name, **named(one, "n_posts", "n_authors", "n_negative", "n_positive"),
             **intervals(negative=one.negative)}
            for one in found.aspects
        ],
        "Quotes": [
            {"about": one.name, "feeling": feeling, **named(quote, "said", "account_id", "url")}
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
            {**named(one, "by", "value", "n_posts", "n_authors"),
             **intervals(**named(one.reputation, "positive", "negative"))}
            for one in found.slices
        ],
        "Series": [{**vars(one), "start": as_date(one.start)} for one in found.series],
    })  # fmt: skip


def intervals(**shares: Share) -> dict[str, object]:
    """Shares under their names, each with the ends of its interval."""
    told: dict[str, object] = {}
    for name, share in shares.items():
        told |= {name: share.share, f"{name}_low": share.low, f"{name}_high": share.high}
    return told
