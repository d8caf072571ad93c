"""Drafts before they go out: every sentence beside what it rests on, as text and as a page."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from influence.outreach.addressees import Addressee
from influence.outreach.claims import LAW, LIST, POST, Sentence
from influence.writing.grid import draw, empty_table
from influence.writing.plain import counted, long_day
from influence.writing.safe import one_line
from influence.writing.svg import tag

STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;
background:#fff}
h1{font-size:1.5rem}h2{font-size:1.05rem;margin:2rem 0 .3rem}table{border-collapse:collapse;width:100%}
td{vertical-align:top;padding:.35rem .6rem;border-top:1px solid #ddd;width:50%}td.rests{background:#eef5ee}
td.unfounded{background:#fbe9e7}p.note{color:#555}@media(prefers-color-scheme:dark){body{color:#eee;background:#16181a}
td{border-color:#444}td.rests{background:#20301f}td.unfounded{background:#42201c}p.note{color:#bbb}}
@media print{h2{break-after:avoid}tr{break-inside:avoid}}"""


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
    body = [tag("h1", "Drafts and what they rest on"), tag("p", about, class_="note")]
    for person in people:
        rows = [tag("tr", tag("td", one.text), _source_cell(person, one)) for one in person.sentences]
        body += [tag("h2", _who(person)), tag("table", *rows)]
    head = tag("head", Markup('<meta charset="utf-8">'), tag("title", "Drafts"), tag("style", Markup(STYLE)))
    return f"<!doctype html>\n{tag('html', head, tag('body', *body), lang='en')}\n"


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
