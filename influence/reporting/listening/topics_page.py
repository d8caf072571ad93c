"""The topic map as a page and tables: what to do, themes and trends, owners, the brand, offers, the calendar, posts."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from influence.listening.offers import languages_read
from influence.listening.topics import Season, Topic, TopicMap
from influence.listening.trends import Trend
from influence.reporting.listening.charts import ROW
from influence.reporting.listening.listen_page import days_words, ranged
from influence.reporting.parts import Chart, Page, Part, drawn, made_page
from influence.writing.book import Sheet, documents_of, filled_sheets, sheet_of
from influence.writing.data_text import json_text, named
from influence.writing.plain import as_date, counted, listed, long_day, percent, shorten, whole
from influence.writing.svg import Scale, picture, tag

LITTLE_HEARD = 0.05
"""Upper end of the interval of a brand's share of a theme below which the brand is hardly heard there."""
FEW_OWNERS = 2
N_DO = 3
LARGEST_SHOWN = 2.0


def topics_page(found: TopicMap) -> Page:
    """What to do first, then what it rests on."""
    told = todo(found)
    tiles = [
        (whole(len(found.topics)), "themes"),
        (whole(found.n_voices), "voices of the niche"),
        (whole(found.n_posts), "posts of theirs"),
        (percent(found.n_themed / found.n_posts), "of them have a theme"),
    ]
    parts = [
        Part("What to do", (), ("do", "because"), told) if told else None,
        _themes(found), _owners(found), _heard(found), _offers(found), _calendar(found), _said(found),
    ]  # fmt: skip
    whose = f", and where {found.brand} is heard" if found.brand else ""
    return made_page(f"What {found.niche} talks about{whose}", days_words(found.period), tiles, parts)


def todo(found: TopicMap) -> list[list[str]]:
    """Action and reason: what is asked for, what returns next, where a rising theme has no brand and no owner."""
    asked = [(offer, listed(list(offer.post_ids))) for one in found.topics for offer in one.offers[:1]][:N_DO]
    returning = (found.calendar or ())[:N_DO]
    open_ones = [
        one for one in found.topics
        if one.trend.word == "rising" and one.n_for_half > FEW_OWNERS and hardly_heard(one)
    ]  # fmt: skip
    rows = [
        [f"Give {offer.gives}", f"{counted(offer.n_accounts, 'account')} asked: {ids}"]
        for offer, ids in asked
    ]
    rows += [[f"Be ready with {one.theme} by {long_day(one.next_day)}", _came(one)] for one in returning]
    rows += [[f"Speak about {one.name}", f"rising ({changed(one.trend)}), no owner, hardly a word of {found.brand}"]
             for one in open_ones[:N_DO]]  # fmt: skip
    return rows


def hardly_heard(topic: Topic) -> bool:
    """Whether the brand surely has less than `LITTLE_HEARD` of a theme and says nothing of it itself."""
    return bool(topic.heard) and (topic.heard[0].share.high or 0.0) < LITTLE_HEARD and not topic.n_own


def changed(trend: Trend) -> str:
    """A change with its interval: ``+12% (+3 to +22)``."""
    if trend.change is None or trend.low is None or trend.high is None:
        return trend.word
    at, low, high = (round(100 * value) for value in (trend.change, trend.low, trend.high))
    return f"{at:+d}% ({low:+d} to {high:+d})"


def _themes(found: TopicMap) -> Part:
    if not found.topics and found.n_themed:
        words = "Themes of other times came up, none by three voices: try more days with --from."
        return Part("No theme in this period", (words,))
    if not found.topics:
        words = "No words of three voices stand together often enough: more posts, or another niche."
        return Part("No theme was found", (words,))
    rising = [one.name for one in found.topics if one.trend.word == "rising"]
    title = (
        f"Rising: {listed([shorten(name, 40) for name in rising])}" if rising else "No theme is surely rising"
    )
    rows = [[one.name, whole(one.n_voices), whole(one.n_posts), changed(one.trend), one.trend.word]
            for one in found.topics]  # fmt: skip
    words = (
        "A theme is words of the niche that stand together in posts. Change in four weeks of its share of the niche's "
        "talk, an account counting once in a whole week; in brackets where it lies with 90% certainty."
    )
    told = [one for one in found.topics if one.trend.change is not None]
    charts = (_trends(told),) if told else ()
    return Part(title, (words,), ("theme", "voices", "posts", "change (90%)", "trend"), rows, charts)


def _trends(topics: Sequence[Topic]) -> Chart:
    title = "Change of each theme in four weeks"
    return drawn(
        title, lambda width: _drawn(topics, title, width), "Left of the line: losing; right: gaining."
    )


def _drawn(topics: Sequence[Topic], title: str, width: float) -> Markup:
    left = 190.0 if width >= 500 else 120.0
    ends = [
        min(abs(value or 0.0), LARGEST_SHOWN) for one in topics for value in (one.trend.low, one.trend.high)
    ]
    most = max([0.1, *ends])
    x = Scale(-most, most, left, width - 58)
    bottom = ROW * len(topics)
    parts = [tag("line", x1=x(0), x2=x(0), y1=0.0, y2=bottom, class_="here")]
    for row, one in enumerate(topics):
        y, trend = 12 + ROW * row, one.trend
        low, at, high = (
            x(max(-most, min(value or 0.0, most))) for value in (trend.low, trend.change, trend.high)
        )
        parts.append(tag("text", shorten(one.name, 28 if width >= 500 else 17), x=0, y=y + 4))
        parts.append(tag("rect", x=low, y=y - 2, width=max(high - low, 2.0), height=4, class_="interval"))
        parts.append(tag("circle", cx=at, cy=y, r=4.5, class_="dot"))
        parts.append(
            tag("text", f"{round(100 * (trend.change or 0.0)):+d}%", x=width, y=y + 4, text_anchor="end")
        )
    return picture(width, bottom + 4, title, *parts, class_="chart")


def _owners(found: TopicMap) -> Part | None:
    rows = [
        [one.name if k == 0 else "", owner.account_id, whole(owner.n_posts), percent(owner.of_posts),
         percent(owner.of_reactions), owner.post_id]
        for one in found.topics for k, owner in enumerate(one.owners[:N_DO])
    ]  # fmt: skip
    if not rows:
        return None
    few = [one for one in found.topics if one.n_for_half <= FEW_OWNERS]
    title = f"Of one or two accounts: {counted(len(few), 'theme')} of {len(found.topics)}"
    words = ["Reactions are likes + 2 comments + 3 shares; a theme belongs to those who have half of them. The post is "
             "each one's with the most."]  # fmt: skip
    if found.n_hidden:
        words.append(f"{found.n_hidden} who are private or asked not to be listed are counted, not named.")
    return Part(title, tuple(words), ("theme", "account", "posts", "of posts", "of reactions", "post"), rows)


def _heard(found: TopicMap) -> Part | None:
    if not found.brand or not found.topics:
        return None
    deaf = [one for one in found.topics if one.heard[0].n_posts == 0]
    title = (
        f"{found.brand} is named in {len(found.topics) - len(deaf)} of {counted(len(found.topics), 'theme')}"
    )
    rows = [
        [one.name, *(ranged(heard.share) for heard in one.heard), whole(one.n_own)] for one in found.topics
    ]
    words = "Posts of the niche's voices about the theme that name it (90% interval); own: posts of its own accounts."
    return Part(title, (words,), ("theme", found.brand, *found.rivals, "own"), rows)


def _offers(found: TopicMap) -> Part | None:
    rows = [[offer.gives, whole(offer.n_posts), whole(offer.n_accounts), ", ".join(offer.post_ids)]
            for one in found.topics for offer in one.offers]  # fmt: skip
    if not rows:
        return None
    read = listed(list(languages_read().values()))
    words = (
        f"By what posts ask, by the words of offers.toml in {read}, each language for itself; two accounts at least. "
        "An account whose language cannot be told is read as English."
    )
    return Part("What to give first", (words,), ("give", "posts ask", "accounts", "posts"), rows)


def _calendar(found: TopicMap) -> Part:
    if found.calendar is None:
        span = counted(found.n_days_known, "day")
        words = f"The niche's posts span {span}; what returns every year can be told from two years on."
        return Part("No calendar yet", (words,))
    rows = [[long_day(one.next_day), one.theme, counted(one.back.n_weeks, "week"), f"{one.back.ratio:.1f}", _years(one),
             ", ".join(one.post_ids)] for one in found.calendar]  # fmt: skip
    if not rows:
        return Part(
            "No theme returns in the same weeks of every year", ("Feasts that move by weeks are not seen.",)
        )
    words = ("Weeks of the year, counted from 1 January, in which a theme came back; times: its share then over its "
             "usual one. Feasts that move by weeks are not seen.")  # fmt: skip
    head = ("from", "theme", "for", "times", "came in", "posts")
    return Part("What returns every year, the next first", (words,), head, rows)


def _years(one: Season) -> str:
    return f"{len(one.back.years)} of {one.back.n_years_seen} years"


def _came(one: Season) -> str:
    return f"it came back in {_years(one)}, {one.back.ratio:.1f} times as much as usual"


def _said(found: TopicMap) -> Part | None:
    quotes = [(shorten(post.said, 160), f"{one.name}: {post.account_id}, {post.post_id}")
              for one in found.topics for post in one.evidence]  # fmt: skip
    words = "Those with the most reactions, one an account."
    return Part("Posts of each theme", (words,), quotes=quotes) if quotes else None


def topics_sheets(found: TopicMap) -> list[Sheet]:
    """To do, themes, owners, brands, offers, calendar, posts."""
    themes = found.topics
    tables: dict[str, Sequence[object]] = {
        "To do": [{"do": do, "because": because} for do, because in todo(found)],
        "Themes": [_flat(one) for one in themes],
        "Owners": [{"theme": one.name, **vars(owner)} for one in themes for owner in one.owners],
        "Brands": [{"theme": one.name, **named(told, "brand", "n_posts"), **vars(told.share)}
                   for one in themes for told in one.heard],
        "Offers": [{"theme": one.name, **vars(offer)} for one in themes for offer in one.offers],
        "Calendar": [{"theme": one.theme, "next_day": as_date(one.next_day),
                      **named(one.back, "n_weeks", "ratio", "years", "n_years_seen"), "post_ids": one.post_ids}
                     for one in found.calendar or ()],
        "Posts": [{"theme": one.name, **vars(post)} for one in themes for post in one.evidence],
    }  # fmt: skip
    return filled_sheets(tables) or [sheet_of("Themes", [{"theme": "none"}])]


def _flat(one: Topic) -> dict[str, object]:
    return {"theme": one.name, **named(one, "words", "n_voices", "n_posts"), "trend": one.trend.word,
            "change": one.trend.change, "change_low": one.trend.low, "change_high": one.trend.high,
            **named(one, "n_for_half", "n_own")}  # fmt: skip


def topics_json(found: TopicMap) -> str:
    """Everything that was found."""
    days = {"from": as_date(found.period.first), "to": as_date(found.period.end - 1)}
    counts = named(found, "n_posts", "n_voices", "n_themed", "n_hidden", "n_days_known")
    return json_text(
        {**named(found, "niche", "brand"), **days, **counts, **documents_of(topics_sheets(found))}
    )
