"""May one write to these people, as of a day, over a channel, and what must be disclosed? Not legal advice."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from influence.findings import Finding, Severity, about_people
from influence.outreach.addressees import Addressee
from influence.outreach.country_rules import (
    ANSWERS,
    ASK,
    BASES,
    CHANNELS,
    KINDS,
    MAY_NOT,
    MAY_WITH_TEXT,
    Duty,
    MailRule,
    rules_of,
)
from influence.toml_files import shipped

_BASES = (
    (r"soft.?opt|customer|client|kund|existing", "customer"),
    (r"consent|opt.?(?:ed.?)?in|einwilligung|agreed|consentement|consentimiento|consenso", "consent"),
    (r"legitimate|berechtigt|légitime|legítimo|legittimo", "legitimate interest"),
)
ASSUMED: Mapping[str, str] = {
    "country": "country", "subscriber_type": "kind of subscriber", "lawful_basis": "lawful basis",
}  # fmt: skip
"""Fields that may be told for everybody of whom the data do not say them, in words."""
_ALIASES = {"uk": "gb", "usa": "us"}


@dataclass(frozen=True)
class OutreachJudgement:
    """What the rules say of one person.

    Attributes
    ----------
    answer : str
        One of `ANSWERS`: the strictest of all rules that hold.
    country, kind, basis : str
        As they were read; empty where they are not known.
    why : str
        In a sentence.
    rules : tuple of MailRule
        Those that gave the answer; none where nothing covers the case.
    texts : tuple of str
        Keys of ``notices.toml`` that the mail must carry.
    duties : tuple of Duty
        What must be disclosed where something is given.
    """

    answer: str
    country: str
    kind: str
    basis: str
    why: str
    rules: tuple[MailRule, ...] = ()
    texts: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = ()

    @property
    def words(self) -> str:
        """Country, kind, basis and the rules that decided, on one line."""
        ids = ", ".join(rule.id for rule in self.rules)
        told = ", ".join(filter(None, (self.country.upper(), self.why)))
        return f"{told} ({ids})" if ids else told


def judge(
    country: str,
    kind: str,
    basis: str,
    day: date,
    channel: str = "email",
    *,
    followers: int = 0,
    occasions: Collection[str] = (),
) -> OutreachJudgement:
    """May somebody of this kind be written to on this basis?

    Where the kind is not known, the stricter of both answers counts.

    Parameters
    ----------
    country : str
        ISO 3166-1 code.
    kind : str
        individual, corporate, or anything else for unknown.
    basis : str
        As somebody wrote it down; see `basis_of`.
    day : date
    channel : str
        One of `CHANNELS`.
    followers : int
    occasions : collection of str
        Of `OCCASIONS`: what is given; decides the duties.

    Examples
    --------
    >>> judge("GB", "individual", "legitimate interest", date(2026, 11, 27)).answer
    'may not'
    >>> judge("JP", "individual", "consent", date(2026, 11, 27)).why
    'no rule covers this country'
    """
    code, kind, basis = country_of(country), kind if kind in KINDS else "", basis_of(basis)
    found = rules_of(code)
    if found is None:
        why = "no rule covers this country" if code else "the country is not known"
        return OutreachJudgement(ASK, code, kind, basis, why)
    duties = tuple(one for one in found.duties if one.holds_on(day) and followers >= one.min_followers
                   and set(one.when) & set(occasions))  # fmt: skip
    holding = [one for one in found.mail if one.holds_on(day) and channel in one.channels]
    # data protection law, which holds on every channel, alone allows none
    allowing = [one for one in found.mail if channel in one.channels and set(one.channels) != set(CHANNELS)]
    if not allowing or not holding:
        return OutreachJudgement(
            ASK, code, kind, basis, "no rule covers this channel or day there", duties=duties
        )
    answer = max((_answer(one, kind, basis) for one in holding), key=ANSWERS.index)
    deciding = tuple(one for one in holding if _answer(one, kind, basis) == answer)
    asking = [one for one in holding if _answer(one, kind, basis) == MAY_WITH_TEXT]
    texts = () if answer == MAY_NOT else tuple(dict.fromkeys(text for one in asking for text in one.texts))
    return OutreachJudgement(answer, code, kind, basis, _why(answer, kind, basis), deciding, texts, duties)


def judge_people(
    people: Sequence[Addressee], day: date, channel: str = "email", occasions: Collection[str] = ()
) -> dict[str, OutreachJudgement]:
    """A judgement for everybody, by account."""
    return {
        person.account_id: judge(
            person.get("country"), person.get("subscriber_type"), person.get("lawful_basis"), day, channel,
            followers=int(person.get("followers") or 0), occasions=occasions,
        )
        for person in people
    }  # fmt: skip


def with_assumed(
    people: Sequence[Addressee], assumed: Mapping[str, str]
) -> tuple[list[Addressee], list[Finding]]:
    """Everybody with what is assumed where the data do not say it, and a note for each thing that was.

    Parameters
    ----------
    people : sequence of Addressee
    assumed : mapping
        Of `ASSUMED`: country, subscriber_type, lawful_basis.
    """
    filled, notes = list(people), []
    for name, told in assumed.items():
        value = country_of(told).upper() if name == "country" else told
        if not value:
            continue
        missing = {one.account_id for one in filled if one.get(name) in ("", "unknown")}
        filled = [
            replace(one, values={**one.values, name: value}) if one.account_id in missing else one
            for one in filled
        ]
        if missing:
            have = "has" if len(missing) == 1 else "have"
            told = f"{{n}} {have} no {ASSUMED[name]} in the data; taken as {value!r}, as told"
            hint = "keep it in contacts or accounts"
            notes.append(about_people(Severity.NOTE, "assumed", told, sorted(missing), hint))
    return filled, notes


def basis_of(told: str) -> str:
    """What somebody wrote down as a lawful basis, as one of `BASES`; words that are none of them are no basis.

    >>> [basis_of(text) for text in ("Consent (form)", "soft opt-in", "legitimate interests", "", "has a blog")]
    ['consent', 'customer', 'legitimate interest', 'none', 'none']
    """
    return next((basis for pattern, basis in _BASES if re.search(pattern, told, re.IGNORECASE)), BASES[-1])


def country_of(told: str) -> str:
    """An ISO code in lower case."""
    code = told.strip().lower()
    return _ALIASES.get(code, code)


def notice_text(texts: Sequence[str], language: str, values: Mapping[str, str]) -> str:
    """The foot of a mail: the texts that rules ask for, in a language, English where it is not there.

    Raises
    ------
    KeyError
        A setting that a text needs was not told.
    """
    told = shipped("influence.outreach", "notices.toml")
    known = told.get(language, told["en"])
    wanted = [one for one in texts if one != "opt-out" or "notice" not in texts]
    return "\n".join(str(known[one]).format_map(values) for one in wanted)


def _answer(rule: MailRule, kind: str, basis: str) -> str:
    kinds = (kind,) if kind else KINDS
    return max((str(rule.answers[one][basis]) for one in kinds), key=ANSWERS.index)


def _why(answer: str, kind: str, basis: str) -> str:
    who = f"{kind} subscriber" if kind else "kind of subscriber not known, so judged as the stricter one"
    return f"{who}, {'no basis' if basis == 'none' else f'basis: {basis}'}"
