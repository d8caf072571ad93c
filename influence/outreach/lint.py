"""What must not leave the house: looked for before a file is written, all of it reported together."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from influence.findings import N_EXAMPLES, Finding, Severity, about_people, worst_first
from influence.outreach.addressees import Addressee
from influence.outreach.country_rules import ASK, MAY_NOT
from influence.outreach.drafts import brackets_in
from influence.outreach.judging import OutreachJudgement
from influence.outreach.presets import Preset, PresetColumn
from influence.store.people.handles import MAIL_HOSTS
from influence.store.rights.suppression import Suppressions

_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+\.[^\s@.,;:<>()\[\]\"\\]{2,}")
_FORMULA = re.compile("\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]")


@dataclass(frozen=True)
class LintRules:
    """How strictly a list is looked at.

    Attributes
    ----------
    suppressed : Suppressions
    contacted : set of str
        Accounts that were contacted in the last `not_contacted_within` days, on any saved list.
    not_contacted_within : int
        Days in which nobody is written to twice; 0 does not look.
    followed_up : set of str, optional
        Who got a follow-up before, where this is one; None where it is none.
    judged : mapping of account to Judgement
        What the rules about mail to people say; an account without one is not judged.
    """

    suppressed: Suppressions
    contacted: Collection[str] = ()
    not_contacted_within: int = 30
    followed_up: Collection[str] | None = None
    judged: Mapping[str, OutreachJudgement] = field(default_factory=dict)


@dataclass(frozen=True)
class Linted:
    """What was found, and who can be written.

    Attributes
    ----------
    findings : tuple of Finding
        Errors first; an error blocks the file.
    writable : tuple of Addressee
        Whom ``--force`` would write: never the suppressed, whom a rule forbids to write to, nor rows that the tool
        could not import.
    """

    findings: tuple[Finding, ...]
    writable: tuple[Addressee, ...]


def lint(people: Sequence[Addressee], preset: Preset, rules: LintRules) -> Linted:
    """Look for everything that embarrasses: see `docs/outreach.md` for the table of findings."""
    findings: list[Finding] = []
    left = list(people)
    for code, message, hint, test in _never(rules):
        hit = [person for person in left if test(person)]
        findings += _found(Severity.ERROR, code, message, hit, hint)
        left = [person for person in left if not test(person)]
    if preset.purpose == "contacts":
        declined = [person for person in left if person.pick.status == "declined"]
        findings += _found(Severity.NOTE, "declined", "{n} declined and are left out", declined)
        left = [person for person in left if person.pick.status != "declined"]
    incomplete, complete = _required(left, preset)
    findings += incomplete + _contacts(complete, preset, rules) + _values(complete, preset)
    if preset.purpose == "contacts":
        complete = [person for person in complete if not _forbidden(person, rules)]
    return Linted(worst_first(findings), tuple(complete))


def text_of(person: Addressee, column: PresetColumn) -> str:
    """What stands under a header for one person, before limits and formulas are looked after."""
    if column.constant is not None:
        return column.constant
    return next((person.get(name) for name in column.fields if person.get(name)), "")


def is_address(text: str) -> bool:
    """Whether a text can be an e-mail address."""
    return _ADDRESS.fullmatch(text) is not None and not _FORMULA.match(text)


def _never(rules: LintRules) -> list[tuple[str, str, str, Callable[[Addressee], bool]]]:
    """What even ``--force`` does not write."""
    known = rules.suppressed

    def suppressed(person: Addressee) -> bool:
        address = person.get("email")
        return known.account(person.account_id) or (bool(address) and known.email(address))

    remove = "take them off the list with `influence shortlist edit NAME HANDLE --remove`"
    again = rules.followed_up or ()
    answered = ("replied", "agreed") if rules.followed_up is not None else ()
    return [
        ("suppressed", "{n} asked not to be contacted", remove, suppressed),
        ("private", "{n} are private or asked not to be indexed", remove,
         lambda person: bool({"private", "noindex"} & set(person.flags))),
        ("gone", "{n} are no longer in the workspace", remove, lambda person: "gone" in person.flags),
        ("followed-up", "{n} got a follow-up before; one, and no more", "leave them out with --status",
         lambda person: person.account_id in again),
        ("answered", "{n} answered already", "leave them out with --status contacted",
         lambda person: person.pick.status in answered),
    ]  # fmt: skip


def _required(people: list[Addressee], preset: Preset) -> tuple[list[Finding], list[Addressee]]:
    """Rows the tool could not import: a required value is missing, or the address is none."""
    findings: list[Finding] = []
    bad: set[str] = set()
    for column in preset.columns:
        if column.required:
            empty = [person for person in people if not text_of(person, column)]
            hint = "fill it in, take them off the list, or leave them out with --force"
            findings += _found(
                Severity.ERROR, "empty", f"{{n}} have nothing for {column.header!r}", empty, hint
            )
            bad |= {person.account_id for person in empty}
        if "email" in column.fields:
            wrong = [p for p in people if text_of(p, column) and not is_address(text_of(p, column))]
            message = "{n} have an address that cannot be one"
            findings += _found(Severity.ERROR, "bad-email", message, wrong, "correct it in contacts")
            bad |= {person.account_id for person in wrong}
    return findings, [person for person in people if person.account_id not in bad]


def _contacts(people: list[Addressee], preset: Preset, rules: LintRules) -> list[Finding]:
    """Rules about writing to people; for a list that goes to colleagues they are warnings."""
    hard = Severity.ERROR if preset.purpose == "contacts" else Severity.WARNING
    mailed = [person for person in people if person.get("email")]
    private = [p for p in mailed if p.get("subscriber_type") == "individual" and not p.get("lawful_basis")]
    unknown = [p for p in mailed if p.get("subscriber_type") in ("", "unknown") and not p.get("lawful_basis")]
    answers = {
        p.account_id: rules.judged[p.account_id].answer for p in mailed if p.account_id in rules.judged
    }
    forbidden = [p for p in mailed if _forbidden(p, rules) and p not in private]
    doubtful = [p for p in mailed if answers.get(p.account_id) == ASK]
    check = "see `influence outreach check NAME`; this is not legal advice"
    recent = [p for p in people if p.account_id in rules.contacted]
    basis = "fill lawful_basis in contacts (GDPR Art. 6, PECR reg. 22), or leave them out"
    findings = [
        *_found(hard, "no-lawful-basis", "{n} are private persons without a lawful basis", private, basis),
        *_found(Severity.WARNING, "basis-unknown", "{n} may be private persons without a lawful basis", unknown, basis),
        *_judged(hard, "may-not", "{n} may not be written to", forbidden, rules, check),
        *_judged(Severity.WARNING, "ask-a-lawyer", "for {n} ask a lawyer", doubtful, rules, check),
        *_grouped(hard, "duplicate-email", "{n} share an e-mail address", mailed, lambda p: p.get("email").lower(),
                  "write to one of them"),
        *_grouped(Severity.WARNING, "same-domain", "{n} are at a domain with others of the list", mailed, _office,
                  "agree who writes to whom there"),
        *_found(Severity.NOTE, "several-addresses", "{n} have several addresses; the first was taken",
                [p for p in mailed if p.n_addresses > 1]),
    ]  # fmt: skip
    message = f"{{n}} were contacted in the last {rules.not_contacted_within} days"
    findings += _found(hard, "contacted-recently", message, recent, "wait, or say --not-contacted-within 0")
    return findings


def _judged(
    severity: Severity, code: str, message: str, people: Sequence[Addressee], rules: LintRules, hint: str
) -> list[Finding]:
    """One finding for each answer, in the words of `influence outreach check`."""
    groups: dict[str, list[Addressee]] = {}
    for person in people:
        groups.setdefault(rules.judged[person.account_id].words, []).append(person)
    return [
        one
        for words, group in groups.items()
        for one in _found(severity, code, f"{message}: {words}", group, hint)
    ]


def _forbidden(person: Addressee, rules: LintRules) -> bool:
    """Whether the rules of the country forbid a mail to somebody."""
    judged = rules.judged.get(person.account_id)
    return judged is not None and judged.answer == MAY_NOT and bool(person.get("email"))


def _values(people: list[Addressee], preset: Preset) -> list[Finding]:
    findings: list[Finding] = []
    for column in preset.columns:
        texts = [(person, text_of(person, column)) for person in people]
        head = column.header
        brackets = [person for person, text in texts if column.constant is None and brackets_in(text)]
        severity = Severity.ERROR if set(column.fields) & {"subject", "body"} else Severity.WARNING
        findings += _found(severity, "brackets", f"{{n}} have leftover brackets in {head!r}", brackets)
        if preset.format in ("csv", "xlsx"):
            formulas = [person for person, text in texts if _FORMULA.match(text)]
            message = f"{{n}} have a text in {head!r} that a spreadsheet takes for a formula; it was defused"
            findings += _found(Severity.WARNING, "formula", message, formulas)
        if column.max_bytes is not None:
            long = [person for person, text in texts if len(text.encode()) > column.max_bytes]
            is_key = "email" in column.fields
            message = f"{{n}} have more than {column.max_bytes:,} bytes in {head!r}"
            message += "" if is_key else ", which were cut"
            findings += _found(Severity.ERROR if is_key else Severity.WARNING, "too-long", message, long)
    return findings


def _grouped(
    severity: Severity,
    code: str,
    message: str,
    people: list[Addressee],
    key: Callable[[Addressee], str],
    hint: str,
) -> list[Finding]:
    groups: dict[str, list[Addressee]] = {}
    for person in people:
        if key(person):
            groups.setdefault(key(person), []).append(person)
    shared = {name: group for name, group in groups.items() if len(group) > 1}
    hit = [person for group in shared.values() for person in group]
    found = _found(severity, code, message, hit, hint)
    names = [f"{name}: {', '.join(p.account_id for p in group[:3])}" for name, group in shared.items()]
    return [replace(one, examples=tuple(names[:N_EXAMPLES])) for one in found]


def _office(person: Addressee) -> str:
    domain = person.get("email").rpartition("@")[2].lower()
    return "" if domain in MAIL_HOSTS else domain


def _found(
    severity: Severity, code: str, message: str, people: Sequence[Addressee], hint: str | None = None
) -> list[Finding]:
    if not people:
        return []
    if len(people) == 1:
        message = re.sub(r" have ", " has ", re.sub(r" are ", " is ", message, count=1), count=1)
        message = message.replace(" were contacted", " was contacted").replace(" share ", " shares ", 1)
    return [about_people(severity, code, message, [person.account_id for person in people], hint)]
