"""Drafts before they go out: every sentence beside what it rests on, as text and as a page."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from influence.outreach.addressees import Addressee
from influence.outreach.claims import LAW, LIST, POST, Sentence
from influence.reporting.parts import html_shell
from influence.writing.grid import draw, empty_table
from influence.writing.plain import counted, long_day
from influence.writing.safe import one_line
from influence.writing.svg import tag

STYLE = """
.drafts td { vertical-align: top; width: 50%; padding: 0.35rem 0.6rem; }
.drafts td.rests { border-left: 3px solid #6aa84f; } .drafts td.unfounded { border-left: 3px solid #cc0000; }
"""


def letters_text(people: Sequence[Addressee], about: str, width: int) -> str:
    """The drafts one below another: what is said to the left, what it rests on to the right."""
    parts = [about, ""]
    for person in people:
        table = empty_table()
        for name in ("What the draft says", "What it rests on"):
            table.add_column(name, ratio=1, overflow="fold")
        for sentence in person.sentences:
            table.add_row(one_line(sentence.text), source_words(person, sentence))
        parts += [f"{_who(person)}", draw(table, width)]
    return "\n".join(parts)


def letters_page(people: Sequence[Addressee], about: str) -> str:
    """The same as a page that opens offline."""
    sections = []
    for person in people:
        rows = [tag("tr", tag("td", one.text), _source_cell(person, one)) for one in person.sentences]
        sections.append(
            tag("section", tag("h2", _who(person)), tag("div", tag("table", *rows), class_="scroll"))
        )
    title = "Drafts and what they rest on"
    head = tag("header", tag("h1", title), tag("p", about, class_="subtitle"))
    return html_shell(title, Markup("\n").join([head, tag("main", *sections, class_="drafts")]), STYLE)


def letters_about(people: Sequence[Addressee], name: str, day: str) -> str:
    """What the drafts are of and how many of their sentences are personal, with list and day."""
    sentences = [one for person in people for one in person.sentences]
    personal = sum(one.rests_on in (POST, LIST) for one in sentences)
    return (
        f"List {one_line(name)}, {long_day(day)}: {counted(len(people), 'draft')}, "
        f"{counted(personal, 'personal sentence')} of {counted(len(sentences), 'sentence')}. Nothing was sent."
    )


def source_words(person: Addressee, sentence: Sentence) -> str:
    """What a sentence rests on, in words; empty where it says nothing personal."""
    if sentence.unfounded:
        return f"NOTHING shows {sentence.unfounded!r}"
    if sentence.rests_on == POST and person.source:
        source = person.source
        day = f", {long_day(source.day)}" if source.day else ""
        return one_line(f'Post {source.post_id}{day}: "{source.quote}" {source.url}')
    if sentence.rests_on == LAW:
        return f"The rules for {person.get('country').upper()}; see influence outreach check"
    return f"The list: last contact {person.get('last_contact')}" if sentence.rests_on == LIST else ""


def _source_cell(person: Addressee, sentence: Sentence) -> Markup:
    words = source_words(person, sentence)
    kind = "unfounded" if sentence.unfounded else "rests" if words else None
    url = person.source.url if person.source and sentence.rests_on == POST else ""
    inside = tag("a", words.removesuffix(url).strip(), href=url) if url else words
    return tag("td", inside, class_=kind)


def _who(person: Addressee) -> str:
    language = person.get("draft_language")
    to = f" <{person.get('email')}>" if person.get("email") else ", no address"
    return one_line(
        f"{person.get('full_name') or person.get('called')}{to}, draft in {language or 'no language'}"
    )
