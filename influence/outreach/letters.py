"""A draft for everybody, in a language of theirs, with what each of its sentences rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from influence.disclosure import disclosure_for
from influence.findings import Finding, Severity, about_people
from influence.outreach.addressees import Addressee
from influence.outreach.claims import LAW, Sentence, marked, plain, sentences_of
from influence.outreach.drafts import (
    HOUSE_LANGUAGE,
    WHO_WE_ARE,
    Draft,
    DraftError,
    read_draft,
    template_languages,
    template_names,
)
from influence.outreach.judging import notice_text
from influence.text.language import identify_one

FOLLOW_UP = "follow-up"
LAW_ASKS = "the law asks for a notice here"
SAME_EVERYWHERE = ("brand", "sender", "address_source", "postal_address", "privacy_url")
"""Settings that are names and addresses; every other one is text in a language."""


@dataclass(frozen=True)
class Letters:
    """How a campaign writes: its template, its settings, and the language of what was not told in another.

    ``offer.de`` in `settings` is the offer for drafts in German. A language is written where the template comes in it
    and every text of the campaign was told in it.
    """

    template: str
    settings: Mapping[str, str]
    language: str = HOUSE_LANGUAGE
    drafts: Mapping[str, Draft] = field(default_factory=dict)

    @property
    def variables(self) -> frozenset[str]:
        """What the drafts ask for."""
        return frozenset().union(*(draft.variables for draft in self.drafts.values()))

    @property
    def texts(self) -> frozenset[str]:
        """Settings that the drafts hold and that each language needs in its own words."""
        told = {name for name in self.settings if "." not in name} - set(SAME_EVERYWHERE)
        return self.variables & told

    @property
    def is_follow_up(self) -> bool:
        """Whether it reminds of an earlier mail: one such mail, then no more."""
        return self.template == FOLLOW_UP


def read_letters(template: str, settings: Mapping[str, str], language: str = HOUSE_LANGUAGE) -> Letters:
    """The drafts of a template in every language that the campaign can write.

    Raises
    ------
    DraftError
        No such template, a mistake in it, or variables that nobody has told.
    """
    if template not in template_names():
        return Letters(template, settings, language, {language: read_draft(template, _told(settings, ""))})
    if language not in template_languages():
        raise DraftError("no template comes in this language", seen=language,
                         expected=", ".join(template_languages()), hint="--template FILE: one of your own")  # fmt: skip
    home = read_draft(template, _told(settings, language), language)
    letters = Letters(template, settings, language, {language: home})
    others = [one for one in template_languages()
              if one != language and all(f"{name}.{one}" in settings for name in letters.texts)]  # fmt: skip
    drafts = {one: read_draft(template, _told(settings, one), one) for one in others}
    return replace(letters, drafts={language: home, **drafts})


def with_letters(
    people: Sequence[Addressee], letters: Letters, texts: Mapping[str, Sequence[str]] | None = None
) -> tuple[list[Addressee], list[Finding]]:
    """Everybody with a draft; those whose draft would have a gap, or claim what nothing shows, go without.

    `texts` says by account which texts of ``notices.toml`` the mail must carry.
    """
    made, failed, unfounded = [], dict[str, list[str]](), dict[str, list[str]]()
    for person in people:
        try:
            person = _written(person, letters, (texts or {}).get(person.account_id, ()))
        except DraftError as error:
            failed.setdefault(str(error.seen), []).append(person.account_id)
        for claim in {one.unfounded for one in person.sentences if one.unfounded}:
            unfounded.setdefault(claim, []).append(person.account_id)
        made.append(person)
    bad = {account for ids in unfounded.values() for account in ids}
    made = [_without_draft(one) if one.account_id in bad else one for one in made]
    return made, [*_leftovers(letters), *_gaps(failed), *_claims(unfounded), *_other_languages(people, letters),
                  *_nobody(people, letters)]  # fmt: skip


def language_of(person: Addressee) -> str | None:
    """The language somebody writes: as the account says, else as the post shows; None where neither is sure."""
    told = person.get("language").lower()[:2]
    return told or (identify_one(person.source.quote) if person.source else None)


def _written(person: Addressee, letters: Letters, texts: Sequence[str]) -> Addressee:
    theirs = language_of(person)
    language = theirs if theirs and theirs in letters.drafts else letters.language
    values = {**_told(letters.settings, language), **_in_language(person, language, theirs)}
    notice = _notice(texts, language, values)
    subject, body = letters.drafts[language].write(marked(values))
    sentences = [*sentences_of(subject, language), *sentences_of(body, language)]
    if notice:
        body, sentences = f"{body}\n{notice}\n", [*sentences, Sentence(notice, LAW)]
    finished = {
        "disclosure": values["disclosure"],
        "subject": plain(subject),
        "body": plain(body),
        "draft_language": language,
    }
    return replace(person, values={**person.values, **finished}, sentences=tuple(sentences))


def _in_language(person: Addressee, language: str, theirs: str | None) -> dict[str, str]:
    """The values of a person as a mail in `language` shows them: days, lists of words, disclosure."""
    values = dict(person.values)
    values["disclosure"] = disclosure_for(person.get("country"), language)
    for name in ("post_day", "last_contact"):
        if values.get(name):
            values[name] = day_in(values[name], language)
    if theirs not in (None, language):
        values.pop("angle", None)
    return values


def _notice(texts: Sequence[str], language: str, values: Mapping[str, str]) -> str:
    try:
        return notice_text(texts, language, values)
    except KeyError as error:
        why = f"{LAW_ASKS}: --set {error.args[0]}=..."
        raise DraftError("the notice has a gap", seen=why) from error


def day_in(iso: str, language: str) -> str:
    """A day (ISO) in the words of a language.

    >>> day_in("2025-05-01", "de"), day_in("2025-05-01", "fr")
    ('1. Mai 2025', '1er mai 2025')
    """
    from datetime import date

    from babel.dates import format_date

    day = date.fromisoformat(iso)
    if language == "en":
        return format_date(day, "d MMMM y", locale="en")
    text = format_date(day, "long", locale=language)
    return "1er" + text[1:] if language == "fr" and day.day == 1 else text


def _told(settings: Mapping[str, str], language: str) -> dict[str, str]:
    """The settings for drafts in a language."""
    plain_ones = {name: text for name, text in settings.items() if "." not in name}
    own = {name.removesuffix(f".{language}"): text for name, text in settings.items()
           if language and name.endswith(f".{language}")}  # fmt: skip
    return plain_ones | own


def _without_draft(person: Addressee) -> Addressee:
    return replace(person, values={k: v for k, v in person.values.items() if k not in ("subject", "body")})


def _leftovers(letters: Letters) -> list[Finding]:
    return [
        Finding(Severity.ERROR, "brackets", f"the template {draft.name} has leftover brackets",
                examples=draft.leftovers[:5])
        for draft in letters.drafts.values() if draft.leftovers
    ]  # fmt: skip


def _gaps(failed: Mapping[str, Sequence[str]]) -> list[Finding]:
    default = 'give a default in the template, {{ company | default("you") }}, or fill it in'
    law = "tell it with --set, or leave these people out; see `influence outreach check`"
    return [
        about_people(Severity.ERROR, "empty-variable", f"the draft has an empty variable for {{n}}: {why}", ids,
               law if why.startswith(LAW_ASKS) else default)
        for why, ids in failed.items()
    ]  # fmt: skip


def _claims(unfounded: Mapping[str, Sequence[str]]) -> list[Finding]:
    hint = "say what the post shows ({{ post }}), or leave the sentence out"
    words = "the draft to {{n}} says {!r} and names no post that shows it"
    return [
        about_people(Severity.ERROR, "unfounded", words.format(claim), ids, hint)
        for claim, ids in unfounded.items()
    ]


def _nobody(people: Sequence[Addressee], letters: Letters) -> list[Finding]:
    """A reader's first question is who writes; a name at the foot is no answer."""
    if not people or WHO_WE_ARE not in letters.variables or WHO_WE_ARE in letters.settings:
        return []
    words = f"no draft says who {letters.settings.get('brand', 'the sender')} is"
    hint = f'--set {WHO_WE_ARE}="We are a mill in Leeds." and {WHO_WE_ARE}.de=... for other languages'
    return [Finding(Severity.NOTE, "who-writes", words, hint=hint)]


def _other_languages(people: Sequence[Addressee], letters: Letters) -> list[Finding]:
    """Whoever writes a language in which a template comes, and is written to in another for want of a text."""
    missed: dict[str, list[str]] = {}
    for person in people:
        theirs = language_of(person)
        if theirs and theirs not in letters.drafts and letters.template in template_names():
            missed.setdefault(theirs, []).append(person.account_id)
    notes = []
    for language, ids in missed.items():
        known = language in template_languages()
        lacking = sorted(one for one in letters.texts if f"{one}.{language}" not in letters.settings)
        tell = " ".join(f'--set {one}.{language}="..."' for one in lacking)
        hint = tell if known else "no template comes in this language"
        words = f"{{n}} write in {language!r} and get a draft in {letters.language!r}"
        severity = Severity.NOTE if known else Severity.WARNING
        notes.append(about_people(severity, "other-language", words, ids, hint))
    return notes
