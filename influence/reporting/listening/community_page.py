"""A community, or all of them, as a page and tables."""

from __future__ import annotations

from collections.abc import Sequence

from influence.listening.community import Community, Overview
from influence.listening.membership import Health
from influence.listening.periods import Period
from influence.reporting.listening.listen_page import days_words, felt, ranged
from influence.reporting.parts import Page, Part, made_page
from influence.writing.book import Sheet, filled_sheets, sheet_of
from influence.writing.data_text import json_text
from influence.writing.plain import as_date, counted, decimal, listed, long_day, percent, whole

WORDS = {
    "growing": "is livelier than it was", "steady": "is as lively as it was", "fading": "is fading",
    "silent": "is silent", "new": "is too new for a past to compare with",
}  # fmt: skip
SHOWN = 40


def community_page(found: Community) -> Page:
    """How the community fares, then growth, activity, experience, ties and people."""
    parts = [
        _growth(found),
        _activity(found),
        _experience(found),
        _ties(found),
        _people(found),
        _moves(found),
    ]
    tiles = [
        (whole(found.growth.n_active), "active members"),
        (f"+{found.growth.n_joined} / -{found.growth.n_lost}", "joined and lost"),
        (whole(found.activity.n_posts + found.activity.n_replies), "posts and replies"),
        (decimal(found.health.vitality), "vitality"),
    ]  # fmt: skip
    title = f"{found.name} {WORDS[found.health.word]}"
    return made_page(title, f"{days_words(found.period)}. {_against(found.health)}", tiles, parts)


def _against(health: Health) -> str:
    if health.ratio is None or health.low is None or health.high is None:
        is_new = health.word == "new"
        return "No past of its own to compare with" if is_new else "Nothing was done in this period"
    told = f"{decimal(health.low, 2)} to {decimal(health.high, 2)}"
    return f"Vitality {decimal(health.ratio, 2)} times its own past ({told} with 90% certainty)"


def _growth(found: Community) -> Part:
    told = found.growth
    title = f"{counted(told.n_active, 'member')} active, {whole(told.n_active_before)} in the period before"
    rows = [[long_day(day), whole(n), percent(share)] for day, n, share in told.cohorts]
    return Part(title, (), ("joined from", "joined", "of them active now"), rows)


def _activity(found: Community) -> Part:
    told = found.activity
    done = (counted(told.n_posts, "post"), counted(told.n_replies, "reply", "replies"))
    words = [
        f"{', '.join(done)}, {counted(told.n_reactions, 'other reaction')}; {whole(told.n_conversations)} answered."
    ]
    words.append(f"{percent(told.share_speaking)} of the active members speak; the busiest tenth says "
                 f"{percent(told.top_tenth)} of it.")  # fmt: skip
    if told.depth is not None:
        words.append(f"The longest thread is {counted(told.depth, 'reply', 'replies')} deep.")
    return Part("What is done", tuple(words))


def _experience(found: Community) -> Part:
    told = found.experience
    words = [
        f"Praise {felt(told.feeling, 'positive')}, complaint {felt(told.feeling, 'negative')} of what is said."
    ]
    if told.to_newcomers.share is not None:
        words.append(
            f"Complaint in replies to newcomers: {ranged(told.to_newcomers)}; to others {ranged(told.to_others)}."
        )
    if told.n_questions:
        words.append(f"{whole(told.n_answered)} of {counted(told.n_questions, 'question')} got an answer.")
    return Part("How it feels inside", tuple(words))


def _ties(found: Community) -> Part:
    told = found.social
    if not told.n_ties:
        return Part("How members are tied", ("No follows or reactions among the active members are known.",))
    words = [
        f"{whole(told.n_ties)} ties of {whole(told.n_members * (told.n_members - 1))} possible: density "
        f"{percent(told.density)}; {percent(told.reciprocity)} are returned; two who know the same member know each "
        f"other in {percent(told.clustering)} of cases; {percent(told.largest_part)} hang together.",
        *(f"Without {who} {counted(n, 'member')} would lose touch with the largest part." for who, n in found.holders),
    ]  # fmt: skip
    return Part("How members are tied", tuple(words))


def _people(found: Community) -> Part | None:
    named = (("host", found.hosts), ("rising", found.rising), ("newcomer", found.newcomers))
    rows = [[kind, one.account_id, whole(one.n_acts), whole(one.n_before), whole(one.n_received)]
            for kind, members in named for one in members]  # fmt: skip
    return Part("Who to know", (), ("", "account", "did", "before", "received"), rows) if rows else None


def _moves(found: Community) -> Part | None:
    words = []
    for title, places in (
        ("Newcomers were before in", found.came_from),
        ("Who left is now in", found.went_to),
    ):
        if places:
            words.append(f"{title} {listed([f'{place} ({n})' for place, n in places])}.")
    rows = [[one.account_id, whole(one.n_brought), ", ".join(one.elsewhere)] for one in found.carriers]
    if not words and not rows:
        return None
    return Part(
        "Who moves between communities", tuple(words), ("carries", "newcomers who follow", "also in"), rows
    )


def overview_page(period: Period, rows: Sequence[Overview]) -> Page:
    """All communities, the most alive first."""
    by_word = [f"{sum(one.health.word == word for one in rows)} {word}" for word in WORDS]
    told = rows[:SHOWN]
    table = [
        [one.name, whole(one.n_active), f"+{one.n_joined}/-{one.n_lost}", whole(one.n_posts + one.n_replies),
         decimal(one.health.vitality), _ratio(one.health)]
        for one in told
    ]  # fmt: skip
    head = ("community", "active", "joined/lost", "said", "vitality", "against its past")
    more = (f"The first {SHOWN} of {whole(len(rows))}; -o all.xlsx holds all.",) if len(rows) > SHOWN else ()
    return made_page(counted(len(rows), "community", "communities"), f"{days_words(period)}: {', '.join(by_word)}", (),
                     [Part("The most alive first", more, head, table)])  # fmt: skip


def _ratio(health: Health) -> str:
    return health.word if health.ratio is None else f"{health.word}, × {decimal(health.ratio, 2)}"


def community_sheets(found: Community) -> list[Sheet]:
    """Figures, cohorts, people and moves."""
    figures = {k: v for k, v in vars(found.growth).items() if k != "cohorts"} | vars(found.activity)
    for name, told in (("social", found.social), ("health", found.health)):
        figures |= {f"{name}_{k}": v for k, v in vars(told).items()}
    figures |= {"n_questions": found.experience.n_questions, "n_answered": found.experience.n_answered}
    cohorts: list[dict[str, object]] = [
        {"joined_from": as_date(day), "n_joined": n, "share_active": share}
        for day, n, share in found.growth.cohorts
    ]
    named = (("host", found.hosts), ("rising", found.rising), ("newcomer", found.newcomers))
    people: list[dict[str, object]] = [
        *({"kind": kind, **vars(one)} for kind, members in named for one in members),
        *(
            {"kind": "carrier", "account_id": one.account_id, "n_brought": one.n_brought}
            for one in found.carriers
        ),
        *({"kind": "holds together", "account_id": who, "n_depending": n} for who, n in found.holders),
    ]
    rows: list[dict[str, object]] = [{"figure": k, "value": v} for k, v in figures.items()]
    return filled_sheets({"Figures": rows, "Cohorts": cohorts, "People": people})


def overview_sheets(rows: Sequence[Overview]) -> list[Sheet]:
    """One row a community."""
    return [sheet_of("Communities", [_line(one) for one in rows])]


def _line(one: Overview) -> dict[str, object]:
    return {**{k: v for k, v in vars(one).items() if k != "health"}, **vars(one.health)}


def overview_json(rows: Sequence[Overview]) -> str:
    """One object a community."""
    return json_text([_line(one) for one in rows])
