"""The market as one page: people, competition, findability, and the plan for a crisis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from influence.listening.discovery import Brand, Discovery, NicheVoice
from influence.reporting.listening.charts import share_chart
from influence.reporting.listening.listen_page import days_words, felt, intervals, ranged
from influence.reporting.parts import Page, Part, made_page
from influence.toml_files import shipped
from influence.writing.book import Sheet, filled_sheets
from influence.writing.data_text import named
from influence.writing.plain import counted, listed, percent, shorten, whole

N_SHOWN = 10
VOICES = ("account", "niche people", "posts", "names", "contacted")


def discovery_page(found: Discovery) -> Page:
    """What to do first, then what it rests on, then the plan for a crisis."""
    told = [[str(n), *row] for n, row in enumerate(todo(found), 1)]
    tiles = [
        (whole(found.n_voices), "voices of the niche"),
        (whole(found.n_gaps), "of them name none of these brands"),
        (percent(found.brands[0].voice.by_posts.share), f"of mentions name {found.brand}"),
        (whole(found.n_questions), "posts of the niche ask something"),
    ]
    parts = [
        Part("What to do", (), ("", "do", "because"), told) if told else None,
        _people(found), _competition(found), *_brand_voices(found), _gaps(found), _linked(found), _asked(found),
        _pages(found), _words(found), _cited(found), *crisis_parts(found),
    ]  # fmt: skip
    beside = f"Beside {listed(list(found.rivals))}" if found.rivals else "No rival was named"
    when = days_words(found.period) if found.period else "all of the data"
    return made_page(f"The market of {found.niche}: {found.brand}", f"{beside}; {when}", tiles, parts)


def todo(found: Discovery) -> list[list[str]]:
    """Action and reason, each from a finding; nothing where nothing was found."""
    rows = [
        [f"Look at {one.account_id}", f"{_heard(one)}; names none of these brands"] for one in found.gaps[:3]
    ]
    rows += [
        [f"Read why {listed(list(one.its_voices[:3]))} speak of {one.voice.brand}",
         f"voices of the niche that never name {found.brand}"] for one in found.brands[1:] if one.its_voices
    ]  # fmt: skip
    rows += [
        [f"Answer: {shorten(asked.said, 90)}", f"{counted(asked.n_answers, 'account')} answered"]
        for asked in found.questions[:3]
    ]
    if found.our_pages is not None and not found.our_pages:
        rows.append([f"Give the niche a page worth a link on {found.domain}", "no voice of it links there"])
    if found.words:
        words = [word for word, _ in found.words[:5]]
        rows.append([f"Write about: {', '.join(words)}", "the niche's words, on none of your pages"])
    cited = found.citations.cited if found.citations else ()
    for one_cited in [one for one in cited if one.account_id and not one.contacted][:3]:
        often = _often(found, one_cited.n_prompts, one_cited.engines)
        rows.append([f"Get to know {one_cited.account_id}", f"{often}, never contacted"])
    return rows


def _heard(one: NicheVoice) -> str:
    people = one.n_niche_people
    return counted(one.n_posts, "post") if people is None else f"{whole(people)} of the niche listen"


def _voice_rows(voices: Sequence[NicheVoice]) -> list[list[str]]:
    return [[one.account_id, whole(one.n_niche_people), whole(one.n_posts), ", ".join(one.brands) or "none",
             "yes" if one.contacted else "no"] for one in voices]  # fmt: skip


def _people(found: Discovery) -> Part:
    words = ["Niche people: those known to pay attention, each weighed by how far they belong to the niche."]
    if found.n_hidden:
        words.append(f"{found.n_hidden} who are private or asked not to be listed are counted, not named.")
    return Part("Who talks", tuple(words), VOICES, _voice_rows(found.voices))


def _competition(found: Discovery) -> Part:
    head = ("brand", "mentions", "share (90%)", "authors", "niche voices", "also ours", "paid")
    names, shares = [one.voice.brand for one in found.brands], [one.voice.by_posts for one in found.brands]
    chart = share_chart(
        names, shares, "Share of voice by posts", "With 90% certainty each lies within its line."
    )
    words = (
        f"Also ours: its authors who name {found.brand} too. Paid: marked so by the platform; most is not."
    )
    feel = [f"{one.voice.brand}: praise {felt(one.reputation, 'positive')}, complaint "
            f"{felt(one.reputation, 'negative')}." for one in found.brands]  # fmt: skip
    return Part("What is said of you and rivals", (*feel, words), head, [_brand_row(one) for one in found.brands],
                (chart,) if found.rivals else ())  # fmt: skip


def _brand_row(one: Brand) -> list[str]:
    ours = "" if one.n_ours is None else whole(one.n_ours)
    return [one.voice.brand, whole(one.voice.n_posts), ranged(one.voice.by_posts), whole(one.voice.n_authors),
            whole(one.n_niche_voices), ours, whole(one.n_paid)]  # fmt: skip


def _brand_voices(found: Discovery) -> list[Part]:
    told = [
        (one, found.brand if one.n_ours is not None else "a rival") for one in found.brands if one.its_voices
    ]
    return [Part(f"Voices of the niche that name {one.voice.brand} and never {lacks}",
                 (", ".join(one.its_voices) + ".",)) for one, lacks in told]  # fmt: skip


def _gaps(found: Discovery) -> Part | None:
    if not found.gaps:
        return None
    title = f"{counted(found.n_gaps, 'voice')} of the niche that no brand here has"
    above = {one.account_id for one in found.voices}
    more = [one for one in found.gaps if one.account_id not in above]
    known = len(found.gaps) - len(more)
    words = f"They name none of them. {counted(known, 'stands', 'stand')} above, under names: none"
    return Part(
        title, (f"{words}{'; the next:' if more else '.'}",), VOICES if more else (), _voice_rows(more)
    )


def _linked(found: Discovery) -> Part | None:
    rows = [[one.name, whole(one.n_voices), whole(one.n_links)] for one in found.linked]
    words = "A voice is one vote, however often it links; links to one's own place are none."
    return Part("Whom the niche links to", (words,), ("place", "voices", "links"), rows) if rows else None


def _asked(found: Discovery) -> Part | None:
    if not found.questions:
        return None
    rows = [[shorten(one.said, 120), one.account_id, whole(one.n_answers), ", ".join(one.linked) or "none"]
            for one in found.questions]  # fmt: skip
    words = ["Found by their form, in English only, in posts that are about the niche."]
    if found.helpers:
        told = [f"{one.name} ({one.n_voices})" for one in found.helpers[:5]]
        words.append(f"Who answers most of them: {listed(told)}.")
    head = ("question", "by", "answered by", "links to")
    return Part("What the niche asks, and who is found", tuple(words), head, rows)


def _pages(found: Discovery) -> Part | None:
    if found.our_pages is None:
        return None
    rows = [[one.name, whole(one.n_voices), whole(one.n_links)] for one in found.our_pages[:N_SHOWN]]
    of = f" of {whole(found.n_pages)}" if found.n_pages else ""
    title = f"{len(found.our_pages)}{of} pages of {found.domain} are linked to by the niche"
    return Part(title, (), ("page", "voices", "links"), rows)


def _words(found: Discovery) -> Part | None:
    rows = [[word, whole(n)] for word, n in found.words or ()]
    note = (
        "Stems that tell the niche's voices from other accounts. Of your pages only what the list holds was read: "
        "addresses, and titles where it has them."
    )
    return Part("The niche's words that your pages lack", (note,), ("word", "voices"), rows) if rows else None


def _cited(found: Discovery) -> Part | None:
    if found.citations is None:
        return None
    cited = found.citations.cited[: 2 * N_SHOWN]
    rows = [[one.account_id or one.name, _often(found, one.n_prompts, one.engines), "yes" if one.contacted else "no"]
            for one in cited]  # fmt: skip
    note = (
        "Assistants answer otherwise each time: one prompt may be chance. Names with a colon are in the data."
    )
    return Part("Whom assistants cite", (note,), ("who", "how often", "contacted"), rows)


def _often(found: Discovery, n: int, engines: Sequence[str]) -> str:
    of = found.citations.n_prompts if found.citations else 0
    return f"cited on {n} of {counted(of, 'prompt')} by {counted(len(engines), 'engine')}"


def crisis_parts(found: Discovery) -> list[Part]:
    """The plan of `crisis.toml`, with what the data know filled in; brackets are left for people."""
    plan = shipped("influence.listening", "crisis.toml")
    filled = {"brand": found.brand, "watch": f'`influence listen --brand "{found.brand}" --watch`'}
    places = [f"{name} ({n})" for name, n in found.communities] or ["[no community names you yet]"]
    first = list(found.speakers[:5]) or ["[nobody yet]"]
    words = (
        f"Where it would be heard: {listed(places)}.",
        f"Whose word counts in the niche, of those who speak of you: {listed(first)}.",
        f"Complaint is {felt(found.brands[0].reputation, 'negative')} of what is said today.",
    )
    hour = [[when, _filled(what, filled)] for when, what in plan["first_hour"]]
    drafts = [[one["kind"], _filled(one["words"], filled)] for one in plan["drafts"]]
    return [
        Part("If it goes wrong: who does what", words, ("role", "does", "who"), plan["roles"]),
        Part("The first hour", (), ("when", "what"), hour),
        Part("First words by kind", ("Drafts; legal reads them first.",), ("kind", "words"), drafts),
        Part("Settled beforehand", tuple(f"[ ] {line}" for line in plan["checklist"])),
    ]


def _filled(text: str, by: Mapping[str, str]) -> str:
    for key, value in by.items():
        text = text.replace(f"{{{key}}}", value)
    return text


def discovery_sheets(found: Discovery) -> list[Sheet]:
    """To do, voices, brands, links, questions, pages, words, citations, crisis plan."""
    brands = [
        {**named(one.voice, "brand", "n_posts", "n_authors"), **intervals(share=one.voice.by_posts),
         **named(one, "n_niche_voices", "n_ours", "n_paid", "its_voices")}
        for one in found.brands
    ]  # fmt: skip
    return filled_sheets({
        "To do": [{"do": do, "because": because} for do, because in todo(found)],
        "Voices": found.voices,
        "Brands": brands,
        "Gaps": found.gaps,
        "Links": found.linked,
        "Questions": found.questions,
        "Pages": found.our_pages or (),
        "Words": [{"word": word, "n_voices": n} for word, n in found.words or ()],
        "Cited": found.citations.cited if found.citations else (),
        "Crisis": [{"part": part.title, "text": " | ".join(row)} for part in crisis_parts(found)
                   for row in (*((word,) for word in part.words), *part.rows)],
    })  # fmt: skip
