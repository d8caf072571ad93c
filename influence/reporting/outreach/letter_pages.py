"""Drafts before they go out: every sentence beside what it rests on, as text and as a page."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from markupsafe import Markup

from influence.outreach.addressees import Addressee
from influence.outreach.claims import LAW, LIST, POST, Sentence
from influence.outreach.country_rules import ANSWERS, Rule, covered_countries
from influence.outreach.judging import OutreachJudgement
from influence.reporting.parts import html_shell
from influence.toml_files import shipped
from influence.writing.book import Sheet, declared
from influence.writing.grid import draw, empty_table, grid
from influence.writing.plain import counted, listed, long_day
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


About = tuple[str, date, str]
"""Name of the list, day, channel."""
NOT_ADVICE = "Our own summaries of dated rules, with their sources; not legal advice."
PEOPLE, RULES = (
    declared(shipped("influence.outreach", "sheets.toml")[name]) for name in ("answers", "rules")
)


def judgements_text(
    people: Sequence[Addressee], judged: Mapping[str, OutreachJudgement], about: About, width: int
) -> str:
    """The answers, then the rules behind them in our words."""
    rows = [[one.account_id, judged[one.account_id].answer, judged[one.account_id].country.upper() or "?",
             judged[one.account_id].why] for one in people]  # fmt: skip
    parts = [*textwrap.wrap(judged_words(judged, about), width - 1), ""]
    parts.append(grid(["Account", "Answer", "Country", "Why"], rows, width=width))
    for rule in _rules(judged):
        parts += [*_rule_lines(rule, width), ""]
    outside = sorted({one.country for one in judged.values() if not one.rules and one.country})
    if outside:
        covered = ", ".join(code.upper() for code in covered_countries())
        told = f"Not covered: {listed([code.upper() for code in outside])}. Covered: {covered}."
        parts += textwrap.wrap(told, width - 1)
    return "\n".join([*parts, NOT_ADVICE]) + "\n"


def judgement_sheets(people: Sequence[Addressee], judged: Mapping[str, OutreachJudgement]) -> list[Sheet]:
    """One row a person, and one a rule."""
    rows = [_row(person, judged[person.account_id]) for person in people]
    rules = [[getattr(rule, field.key) for field in RULES] for rule in _rules(judged)]
    return [Sheet("People", PEOPLE, rows), Sheet("Rules", RULES, rules)]


def judged_words(judged: Mapping[str, OutreachJudgement], about: About) -> str:
    """Whose list, rules as of which day, and how many of each answer."""
    name, day, channel = about
    counts = Counter(one.answer for one in judged.values())
    told = [f"{counts[answer]} {answer}" for answer in ANSWERS if counts[answer]]
    return f"{name}, rules as of {long_day(day)}, by {channel}: {counted(len(judged), 'account')}: {', '.join(told)}."


def _row(person: Addressee, one: OutreachJudgement) -> list[object]:
    told = [", ".join(rule.id for rule in rules) for rules in (one.rules, one.duties)]
    return [person.account_id, one.answer, one.country.upper(), one.kind, one.basis, one.why,
            ", ".join(one.texts), *told]  # fmt: skip


def _rules(judged: Mapping[str, OutreachJudgement]) -> list[Rule]:
    found: dict[str, Rule] = {}
    for one in judged.values():
        found |= {rule.id: rule for rule in (*one.rules, *one.duties)}
    return [found[name] for name in sorted(found)]


def _rule_lines(rule: Rule, width: int) -> list[str]:
    """A rule in our words with its source, folded."""
    until = f" until {long_day(rule.valid_until)}" if rule.valid_until else ""
    first = "" if rule.first_day_checked else " (first day not verified)"
    told = f"{rule.id}, from {long_day(rule.valid_from)}{first}{until}: {rule.summary}"
    source = f"Source: {rule.source} ({rule.checked}, {long_day(rule.last_checked)})."
    below = textwrap.wrap(source, width - 1, initial_indent="  ", subsequent_indent="  ")
    return [*textwrap.wrap(told, width - 1), *below]
