"""From a saved shortlist to a checked file for an outreach tool; nothing is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import InfluenceError, UsageError
from influence.findings import Finding, Severity, worst_first
from influence.outreach.addressees import Addressee, addressees
from influence.outreach.backing import FIELDS_OF_EVIDENCE, Backing, backing_of, old_posts, with_backing
from influence.outreach.drafts import HOUSE_LANGUAGE, template_names
from influence.outreach.judging import OutreachJudgement, judge_people, with_assumed
from influence.outreach.letters import FOLLOW_UP, Letters, read_letters, with_letters
from influence.outreach.lint import LintRules, lint, text_of
from influence.outreach.presets import Preset, PresetColumn, format_for, read_preset
from influence.ranking.naming import filter_words, holds_of_list
from influence.store.beyond import told_beyond
from influence.store.lists.saved import (
    SavedList,
    check_status,
    contacted_since,
    exported,
    last_contacts,
    load_list,
    log_export,
    without_suppressed_picks,
)
from influence.store.people.persons import everybody
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import EPOCH
from influence.writing.atomic import write_text
from influence.writing.book import Field, Sheet, new_book
from influence.writing.data_text import csv_text, json_text, named
from influence.writing.grid import markdown_table
from influence.writing.safe import for_markdown

if TYPE_CHECKING:
    from influence.store.workspace import Workspace


NUMBERS = ("place", "score", "followers")
"""Fields that are numbers where a workbook or JSON holds them."""
WIDE = ("reason", "notes", "body", "post", "disclosure")


def write_file(
    people: Sequence[Addressee], preset: Preset, saved: SavedList, path: str | Path, format: str
) -> Path:
    """Write the rows in `format`; atomic.

    Raises
    ------
    OutputError
        The file cannot be written there.
    """
    rows = [[value_of(person, column, preset) for column in preset.columns] for person in people]
    if format == "xlsx":
        return _write_xlsx(rows, preset, saved, Path(path))
    text = {"json": _json, "md": _markdown, "csv": _csv}[format](rows, preset, saved)
    return write_text(path, text, bom=preset.bom and format == "csv")


def value_of(person: Addressee, column: PresetColumn, preset: Preset) -> str:
    """What is written under a header: on one line where the tool needs it, and no longer than it takes."""
    text = text_of(person, column)
    if preset.one_line:
        text = " ".join(text.split())
    return cut(text, column.max_bytes)


def cut(text: str, max_bytes: int | None) -> str:
    """`text` in at most `max_bytes` of UTF-8, with a sign where something is missing; no letter is cut in two.

    >>> cut("naïve", 5)
    'na…'
    """
    if max_bytes is None or len(text.encode()) <= max_bytes:
        return text
    room = max_bytes - len("…".encode())
    kept = text.encode()[: max(room, 0)].decode("utf-8", "ignore").rstrip("\u200d\ufe0f ")
    return f"{kept}…" if room >= 0 else text.encode()[:max_bytes].decode("utf-8", "ignore")


Texts = Sequence[Sequence[str]]
"""What stands under each header, row by row."""


def _csv(rows: Texts, preset: Preset, saved: SavedList) -> str:
    """The list and the mails say what holds; a tool's import takes its own headers alone."""
    head = [column.header for column in preset.columns]
    return csv_text(head, rows, about=[holds_of_list(saved)] if preset.extra or preset.draft else ())


def _json(rows: Texts, preset: Preset, saved: SavedList) -> str:
    told = [{c.header: _typed(text, c) for c, text in zip(preset.columns, row, strict=True)} for row in rows]
    filters = filter_words(saved.settings)
    held = {"list": saved.name, **named(saved, "niche", "as_of", "rule"), "filters": filters}
    return json_text({**held, "rows": told})


def _markdown(rows: Texts, preset: Preset, saved: SavedList) -> str:
    head = [column.header for column in preset.columns]
    right = [at for at, column in enumerate(preset.columns) if set(column.fields) & set(NUMBERS)]
    lines = markdown_table(head, rows, right)
    title = f"# {for_markdown(saved.name)}" + (f": {for_markdown(saved.niche)}" if saved.niche else "")
    return "\n".join([title, "", *lines, "", for_markdown(holds_of_list(saved))]).rstrip() + "\n"


def _typed(text: str, column: PresetColumn) -> Any:
    if not text:
        return None
    if len(column.fields) == 1 and column.fields[0] in NUMBERS:
        return float(text) if "." in text else int(text)
    return text


def _write_xlsx(texts: Texts, preset: Preset, saved: SavedList, path: Path) -> Path:
    fields = tuple(_field(column, [row[at] for row in texts]) for at, column in enumerate(preset.columns))
    rows = [[_typed(text, c) for text, c in zip(row, preset.columns, strict=True)] for row in texts]
    about = [("List", saved.name), ("Niche", saved.niche), ("As of", saved.as_of),
             ("Filters", filter_words(saved.settings)), ("How", saved.rule)]  # fmt: skip
    what = (Field("name", "What", width=24), Field("meaning", "What it means", kind="long", width=90))
    with new_book(path, title=saved.name) as book:
        book.table(Sheet("Outreach", fields, rows), frozen=0, title=holds_of_list(saved))
        lines = [*about, *((column.header, column.meaning) for column in preset.columns)]
        book.table(Sheet("Columns", what, lines), frozen=0)
    return path


def _field(column: PresetColumn, texts: Sequence[str]) -> Field:
    """As wide as its longest value, within reason; what is long by nature wraps."""
    longest = max([len(column.header) + 3, *(len(text) + 2 for text in texts)])
    width = min(longest, 56 if set(column.fields) & set(WIDE) else 30)
    number = {"place": "count", "followers": "count", "score": "score"}
    kind = number.get(column.fields[0], "long") if len(column.fields) == 1 else "long"
    return Field(column.header, column.header, column.meaning, kind, width)


FOLLOW_UP_AFTER = 5
"""Days after which a mail may be followed up."""


class LintError(InfluenceError):
    """The list has what must not leave the house; `findings` has all of it."""

    def __init__(self, findings: tuple[Finding, ...], n_writable: int) -> None:
        self.findings = findings
        n = sum(finding.severity is Severity.ERROR for finding in findings)
        super().__init__(
            f"{n} {'finding' if n == 1 else 'findings'} must be cleared before this list is exported",
            hint=f"mend the list; or --force, which writes the {n_writable:,} that can be written",
        )


@dataclass(frozen=True)
class Export:
    """A file that was written.

    Attributes
    ----------
    path : Path or None
        None after a look only.
    preset : Preset
    n_rows : int
    findings : tuple of Finding
        What was seen and did not block.
    """

    path: Path | None
    preset: Preset
    n_rows: int
    findings: tuple[Finding, ...]


def export_list(
    workspace: Workspace,
    name: str,
    preset: str,
    path: str | Path,
    *,
    now: datetime,
    template: str | None = None,
    settings: Mapping[str, str] | None = None,
    language: str = HOUSE_LANGUAGE,
    statuses: Sequence[str] = (),
    assumed: Mapping[str, str] | None = None,
    not_contacted_within: int = 30,
    force: bool = False,
    dry_run: bool = False,
) -> Export:
    """Write a saved shortlist for an outreach tool.

    Parameters
    ----------
    workspace : Workspace
        Open for writing: who went into which file is remembered.
    name : str
        Of the saved list.
    preset : str
        Name of a preset, or a ``.toml`` file.
    path : str or Path
    now : datetime
        Contacts count back from this day.
    template : str, optional
        Of the mail draft, where the preset has one.
    settings : mapping, optional
        Variables of the template that are the same for everybody; ``offer.de`` is the offer in German.
    language : str
        Of the settings without one, and of drafts to people whose own language is not written.
    statuses : sequence of str
        Only picks of these.
    assumed : mapping, optional
        Country, subscriber_type and lawful_basis of those of whom the data do not say them.
    not_contacted_within : int
        Days in which no person is written to twice, on whatever channel.
    force : bool
        Write those that can be written although there are errors; never the suppressed.
    dry_run : bool
        Only look; write nothing.

    Raises
    ------
    LintError
        Errors were found; nothing was written.
    UnknownListError, PresetError, DraftError, OutputError
    """
    chosen = read_preset(preset)
    format = "" if dry_run else format_for(chosen, str(path))
    letters = _letters(chosen, template, settings or {}, language)
    saved = load_list(workspace, name)
    wanted = {check_status(status) for status in statuses}
    saved = replace(saved, picks=tuple(p for p in saved.picks if not wanted or p.status in wanted))
    occasions = ("gift",) if letters and letters.template == "sample" else ()
    people, notes = prepared(workspace, saved, chosen.fields, letters, now.date(), assumed)
    judged = judge_people(people, now.date(), occasions=occasions)
    if chosen.extra:
        chosen, people = _with_extra(workspace, chosen, people)
    linted = lint(people, chosen, _rules(workspace, saved, letters, now, not_contacted_within, judged))
    findings = [*notes, *linted.findings]
    if not linted.writable:
        findings.append(Finding(Severity.ERROR, "nobody", "nobody on the list can be written"))
    ordered = worst_first(findings)
    if not linted.writable or (not force and any(f.severity is Severity.ERROR for f in ordered)):
        raise LintError(ordered, len(linted.writable))
    if not dry_run:
        write_file(linted.writable, chosen, saved, path, format)
        ids = [person.account_id for person in linted.writable]
        log_export(workspace, saved.name, _logged(chosen, letters), str(Path(path).absolute()), ids, now)
    return Export(None if dry_run else Path(path), chosen, len(linted.writable), ordered)


def previewed(
    workspace: Workspace, name: str, letters: Letters, day: date, assumed: Mapping[str, str] | None = None
) -> tuple[list[Addressee], list[Finding]]:
    """The drafts of a list as they would be written, without those who asked to be left alone."""
    saved, _ = without_suppressed_picks(workspace, load_list(workspace, name))
    return prepared(workspace, saved, (), letters, day, assumed)


def _with_extra(
    workspace: Workspace, preset: Preset, people: list[Addressee]
) -> tuple[Preset, list[Addressee]]:
    """Columns for what files said of these people beyond the tables; a header that is taken gets a word more."""
    told = told_beyond(workspace.store, [person.account_id for person in people])
    headers = dict.fromkeys(header for said in told.values() for header in said)
    taken = {column.header.lower() for column in preset.columns}
    shown = {one: f"{one} (imported)" if one.lower() in taken else one for one in headers}
    columns = tuple(PresetColumn(shown[one], (f"extra:{one}",), meaning="As imported.") for one in headers)
    known = [
        {**person.values, **{f"extra:{k}": v for k, v in told.get(person.account_id, {}).items()}}
        for person in people
    ]
    full = [replace(person, values=values) for person, values in zip(people, known, strict=True)]
    return replace(preset, columns=(*preset.columns, *columns)), full


def _rules(
    workspace: Workspace,
    saved: SavedList,
    letters: Letters | None,
    now: datetime,
    not_contacted_within: int,
    judged: Mapping[str, OutreachJudgement],
) -> LintRules:
    store = workspace.store
    followed = None
    if letters and letters.is_follow_up:
        not_contacted_within = min(not_contacted_within, FOLLOW_UP_AFTER)
        followed = exported(store, saved.name, f"mailmerge:{FOLLOW_UP}")
    today = (now.date() - EPOCH).days
    recent = everybody(store, sorted(contacted_since(last_contacts(store), today, not_contacted_within)))
    return LintRules(read_suppressions(store), set(recent), not_contacted_within, followed, judged)


def _logged(preset: Preset, letters: Letters | None) -> str:
    """What is remembered of a file: the preset, and the template where that is one of ours."""
    return (
        f"{preset.name}:{letters.template}"
        if letters and letters.template in template_names()
        else preset.name
    )


def _letters(
    preset: Preset, template: str | None, settings: Mapping[str, str], language: str
) -> Letters | None:
    if preset.draft is None:
        if template or settings:
            raise UsageError(
                "this preset has no draft",
                where="--for",
                seen=preset.name,
                hint="templates go with --for mailmerge",
            )
        return None
    return read_letters(template or preset.draft, settings, language)


def prepared(
    workspace: Workspace, saved: SavedList, fields: Collection[str], letters: Letters | None, day: date,
    assumed: Mapping[str, str] | None = None,
) -> tuple[list[Addressee], list[Finding]]:  # fmt: skip
    """People with everything that `fields` and the drafts show, and what is to be said about that."""
    people, notes = with_assumed(addressees(workspace, saved), assumed or {})
    backing = Backing({}, {})
    asked = {*fields, *(letters.variables if letters else ())}
    if asked & FIELDS_OF_EVIDENCE:
        backing = backing_of(workspace, saved, [person.account_id for person in people])
        if backing.note:
            notes.append(Finding(Severity.WARNING, "no-evidence", backing.note))
    people = with_backing(people, backing)
    if letters is not None:
        texts = {account: one.texts for account, one in judge_people(people, day).items()}
        people, found = with_letters(people, letters, texts)
        notes += [*found, *(old_posts(people, day) if "post" in letters.variables else ())]
    return people, notes
