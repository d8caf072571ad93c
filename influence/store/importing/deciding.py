"""Decide what each file is before anything is read in full: its sources, its tables, its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import MappingError, OwnerError, did_you_mean
from influence.findings import Finding, Severity
from influence.sources.arrays import outer
from influence.sources.base import ReadOptions, Source
from influence.sources.opening import find_files, open_sources
from influence.sources.packed import is_archive
from influence.store.importing.downloads import (
    Place,
    left_out,
    opened,
    place_of,
    siblings_of,
    with_onces,
    without_reader,
)
from influence.store.importing.guessing import LEAST_SURE, Guess, guess_tables, special_category, what_next
from influence.store.importing.mapping import ColumnRule, Lookup, Mapping, TableRule, is_named, with_extra
from influence.store.importing.recognised import KnownExport, recognise
from influence.store.importing.reports import Preview
from influence.store.importing.shaping import as_text, plain

SAMPLE_ROWS = 5_000
"""Rows looked at to recognise what a file holds."""


@dataclass(frozen=True)
class SourcePlan:
    """One source and the tables it fills.

    `how` is ``mapping``, ``names`` (nothing was guessed), ``export`` (a declared one was recognised) or ``guess``.
    """

    source: Source
    rules: tuple[TableRule, ...]
    how: str
    siblings: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    guess: Guess | None = None
    export: KnownExport | None = None

    @property
    def file(self) -> str:
        """What provenance and messages call it."""
        return self.source.path.name

    @property
    def decimal_comma(self) -> bool:
        """The source writes ``1.234,5``."""
        return self.source.decimal_comma

    @property
    def certain(self) -> bool:
        """Nothing about it was guessed."""
        return self.how != "guess"

    def reader(self) -> Source:
        """The source, reading no columns that no table needs (where it can)."""
        return self.source.only(tuple(sorted({outer(header) for header in self.used})))

    @property
    def used(self) -> set[str]:
        """Headers that fill something."""
        return {header for rule in self.rules for header in rule.headers}

    @property
    def unused(self) -> tuple[str, ...]:
        """Headers that fill no column; they are kept in `extra` where the table has one."""
        filling = {
            outer(h) for rule in self.rules for c in rule.columns if c.target != "extra" for h in c.headers
        }
        return tuple(h for h in self.source.headers if h not in filling and not special_category(h))

    def preview(self, rule: TableRule, first_rows: pa.Table | None = None) -> Preview:
        """How this file fills a table, for people."""
        columns = tuple((c.target, _made_of(c)) for c in rule.columns if c.target != "extra")
        return Preview(self.file, rule.table, self.source.about, self.how, columns, self.unused, first_rows)


def _made_of(rule: ColumnRule) -> str:
    """What fills a column, for people."""
    if rule.digest:
        return "made of " + ", ".join(rule.digest)
    return " + ".join(rule.columns) if rule.columns else f"always {rule.constant!r}"


def plan_files(
    paths: Sequence[Path], mapping: Mapping | None, options: ReadOptions, *, least_sure: float = LEAST_SURE
) -> tuple[list[SourcePlan], list[Finding]]:
    """Open every file far enough to know what it holds.

    Returns
    -------
    plans : list of SourcePlan
    findings : list of Finding
        Files and columns that are left out, and why.
    """
    files, unread = find_files(list(paths))
    findings = without_reader(unread)
    if mapping:
        options = _with_mapping(options, mapping)
    plans: list[SourcePlan] = []
    siblings = siblings_of(files)
    for file in files:
        place = place_of(file, files, paths, siblings)
        plans += _plan_file(file, mapping, options, place, findings, least_sure)
    plans = _without_fragments(_without_strangers(plans, paths, findings))
    plans = [replace(plan, siblings=siblings if mapping and mapping.lookups else ()) for plan in plans]
    if not plans:
        raise MappingError(
            "none of these files fills a table",
            where=", ".join(file.name for file in files[:5]),
            seen="; ".join(finding.message for finding in findings[:4]) or None,
            expected=_patterns(mapping) or "accounts, posts, ties, an export of `influence import --formats`",
            hint=next((finding.hint for finding in findings if finding.hint), None),
        )
    findings += [finding for plan in plans for finding in plan.findings]
    return plans, findings


def plan_source(
    source: Source,
    mapping: Mapping | None,
    options: ReadOptions | None = None,
    *,
    siblings: Sequence[Path] = (),
    least_sure: float = LEAST_SURE,
) -> SourcePlan:
    """Decide which tables one source fills: by the mapping, as a known export, else by what it holds.

    Raises
    ------
    MappingError
        The mapping does not fit, nothing fits, or the best guess is less sure than `least_sure`.
    """
    options = options or ReadOptions()
    if mapping:
        plan = _mapped(source, mapping, siblings, options.owner)
    elif known := [] if source.role or options.columns else recognise(source):
        plan = _as_export(known, source, siblings, options.owner)
    else:
        plan = _guessed(source, options, least_sure)
    return replace(plan, findings=(*_header_findings(plan), *plan.findings))


def _mapped(source: Source, mapping: Mapping, siblings: Sequence[Path], owner: str | None) -> SourcePlan:
    given = mapping.rules_for(source.path.name, source.name)
    rules = tuple(with_onces(rule, source, siblings, owner) for rule in given)
    for rule in rules:
        _check_headers(rule, source, mapping.label)
    return SourcePlan(source, rules, "mapping")


def _as_export(
    known: Sequence[tuple[KnownExport, tuple[TableRule, ...]]],
    source: Source,
    siblings: Sequence[Path],
    owner: str | None,
) -> SourcePlan:
    """By the first export of which all that a table needs is said; a table that stays out is told, posts never do."""
    lost = None
    for export, given in known:
        rules: tuple[TableRule, ...] = ()
        findings: tuple[Finding, ...] = ()
        for rule in given:
            try:
                rules = (*rules, with_onces(rule, source, siblings, owner))
            except MappingError as error:
                lost, told = error, f"{source.path.name}: {error.what}"
                findings = (Finding(Severity.WARNING, "owner-unknown", told, hint=error.hint),)
        tables = {rule.table for rule in rules}
        if rules and ("posts" in tables or "posts" not in {rule.table for rule in given}):
            if "customers" not in tables:  # known by a digest: nothing else of them stays
                rules = with_extra(rules, _left_of(source, rules))
            return SourcePlan(source, rules, "export", findings=findings, export=export)
    raise lost or MappingError("nothing in this file fills a table", where=source.path.name)


def _left_of(source: Source, rules: Sequence[TableRule]) -> list[str]:
    """Columns that a declared export does not read: all of a flat table; of JSON what records say of accounts."""
    used = {outer(header) for rule in rules for header in rule.headers}
    left = [header for header in source.headers if header not in used and not special_category(header)]
    arrays = source.arrays
    if arrays is None:
        return left
    lists_people = all(rule.table in ("accounts", "contacts", "metrics") for rule in rules)
    return [header for header in left if "." not in header and header not in arrays] if lists_people else []


def _guessed(source: Source, options: ReadOptions, least_sure: float) -> SourcePlan:
    role, semicolons = source.role, "semicolon" in source.about
    where, told = source.path.name, options.columns
    guess = guess_tables(source.name, sample_of(source), where, role, comma_hint=semicolons, told=told)
    if _lacks_authors(guess) and options.owner:
        guess = _by_owner(guess, options.owner)
    if guess.sureness < least_sure:
        raise _nobodys(guess, where) if _lacks_authors(guess) else _unsure(guess, where, source.headers)
    return SourcePlan(source, guess.rules, "names" if guess.exact else "guess", guess=guess)


def _lacks_authors(guess: Guess) -> bool:
    first = guess.rules[0]
    return first.table == "posts" and not any(column.target == "account_id" for column in first.columns)


def _by_owner(guess: Guess, owner: str) -> Guess:
    """Posts of which nothing tells the author are those of the owner that the user named."""
    first = guess.rules[0]
    mine = replace(first, columns=(*first.columns, ColumnRule("account_id", constant=owner)))
    return replace(guess, rules=(mine, *guess.rules[1:]), sureness=0.9, reason=f"{guess.reason}, by {owner}")


def _nobodys(guess: Guess, where: str) -> MappingError:
    filled = [f"{c.target} <- {_made_of(c)}" for c in guess.rules[0].columns if c.target != "extra"]
    return MappingError(
        "these are posts, and nothing tells who wrote them",
        where=where,
        seen=", ".join(filled[:6]),
        expected="a column with the author of each row",
        hint="say whose they are: --owner HANDLE, or which column tells it: --column handle=HEADER",
    )


def _unsure(guess: Guess, where: str, headers: Sequence[str]) -> MappingError:
    filled = [f"{rule.table}.{c.target} <- {_made_of(c)}" for rule in guess.rules for c in rule.columns]
    return MappingError(
        f"it is not sure what this file holds ({guess.sureness:.0%}, and {LEAST_SURE:.0%} are needed)",
        where=where,
        seen=f"at best {guess.reason}: " + ", ".join(filled[:4]),
        expected="columns that tell a post by its author, text and date, or an account by its handle and followers",
        hint=what_next(headers),
    )


def sample_of(source: Source, n_rows: int = SAMPLE_ROWS) -> dict[str, list[str | None]]:
    """The first rows of a source as text, by header: what recognition looks at."""
    found: dict[str, list[str | None]] = {header: [] for header in source.headers}
    left = n_rows
    for batch in source.sample().batches():
        rows = batch.rows.slice(0, left)
        for header in source.headers:
            found[header] += as_text(plain(rows.column(header))).to_pylist()
        left -= rows.num_rows
        if left <= 0:
            break
    return found


def load_lookups(rule: TableRule, siblings: Sequence[Path]) -> dict[str, tuple[pa.Array, pa.Array]]:
    """Read the two columns of every file that `rule` looks values up in."""
    return {c.target: _lookup_table(c.lookup, siblings) for c in rule.columns if c.lookup}


def _plan_file(
    file: Path,
    mapping: Mapping | None,
    options: ReadOptions,
    place: Place,
    findings: list[Finding],
    least_sure: float,
) -> list[SourcePlan]:
    if mapping and not any(is_named(file.name, rule.patterns) for rule in mapping.tables):
        if place.alone and not is_named(file.name, mapping.lookups):
            raise MappingError(
                "the mapping says nothing about this file", where=str(file), expected=_patterns(mapping)
            )
        findings.append(left_out(file.name, "the mapping says nothing about it"))
        return []
    plans = []
    sources = opened(file, options, place, findings)
    for source in sources:
        try:
            plan = plan_source(source, mapping, options, siblings=place.siblings, least_sure=least_sure)
        except MappingError as error:
            if mapping or (place.alone and len(sources) == 1):
                raise
            name = f"{file.name} ({source.name})" if len(sources) > 1 else file.name
            hint = error.hint if isinstance(error, OwnerError) else None
            findings.append(replace(left_out(name, error.what), hint=hint))
            continue
        if plan.rules:
            plans.append(plan)
    return plans


def _without_strangers(
    plans: list[SourcePlan], paths: Sequence[Path], findings: list[Finding]
) -> list[SourcePlan]:
    """Of a download that is recognised, no file whose columns were merely guessed: the rest of it is no such data."""
    for root in [path for path in paths if not path.is_file() or is_archive(path)]:
        inside = [plan for plan in plans if root in plan.source.path.parents]
        if any(plan.export and plan.export.archive for plan in inside):
            strangers = [plan for plan in inside if plan.export is None and not plan.certain]
            plans = [plan for plan in plans if plan not in strangers]
            if strangers:
                parts = {
                    f"{one.file} ({one.source.part})" if one.source.part else one.file for one in strangers
                }
                named = ", ".join(sorted(parts)[:8])
                findings.append(left_out(named, "not declared as a part of this export"))
    return plans


def _without_fragments(plans: list[SourcePlan]) -> list[SourcePlan]:
    """Of a JSON document that is recognised no part that was merely guessed: its thumbnails are no people."""
    known = {plan.source.path for plan in plans if plan.export}
    documents = {path for path in known if path.suffix.lower() == ".json"}
    return [plan for plan in plans if plan.export or plan.certain or plan.source.path not in documents]


def _with_mapping(options: ReadOptions, mapping: Mapping) -> ReadOptions:
    return replace(
        options,
        delimiter=options.delimiter or mapping.delimiter,
        encoding=options.encoding or mapping.encoding,
        decimal_comma=options.decimal_comma or mapping.decimal_comma,
    )


def _patterns(mapping: Mapping | None) -> str:
    rules = mapping.tables if mapping else ()
    return ", ".join(dict.fromkeys(pattern for rule in rules for pattern in rule.patterns))


def _check_headers(rule: TableRule, source: Source, label: str) -> None:
    fills = {header: column.target for column in rule.columns for header in column.headers}
    for header in rule.headers:
        if outer(header) not in source.headers:
            target = f"{rule.table}.{fills[header]}" if header in fills else rule.table
            raise MappingError(
                f"the file has no column {header!r}, which the mapping uses for {target}",
                where=f"{label}, {source.path.name}",
                seen=", ".join(source.headers),
                hint=did_you_mean(header, list(source.headers)),
            )


def _header_findings(plan: SourcePlan) -> list[Finding]:
    findings = [Finding(Severity.WARNING, "odd-header", f"{plan.file}: {note}") for note in plan.source.notes]
    cut = plan.guess.notes if plan.guess else ()
    findings += [Finding(Severity.WARNING, "cut-ids", f"{plan.file}: {note}") for note in cut]
    handles = [column for rule in plan.rules for column in rule.columns if column.target == "handle"]
    findings += [_instead(plan, column) for column in handles if column.others and not plan.certain]
    for header in plan.source.headers:
        category = special_category(header)
        if category is None:
            continue
        if header in plan.used:
            becomes = "is imported because the mapping names it"
            hint = "make sure that you have a lawful basis (GDPR Art. 9)"
        else:
            becomes = "is a special category of data and stays out"
            hint = "only a mapping that names the column brings it in (GDPR Art. 9)"
        message = f"{plan.file}: the column {header!r} ({category}) {becomes}"
        findings.append(Finding(Severity.WARNING, "special-category", message, hint=hint))
    unused = plan.unused
    if unused:
        kept = set(unused) & plan.used
        said = "columns kept beside the table (extra)" if kept else "columns not used"
        message = f"{plan.file}: {said}: {', '.join(unused[:12])}" + (" ..." if len(unused) > 12 else "")
        findings.append(Finding(Severity.NOTE, "unused-columns", message))
    return findings


def _instead(plan: SourcePlan, rule: ColumnRule) -> Finding:
    message = f"{plan.file}: where {rule.column} is empty, {' or else '.join(rule.others)} tells the account"
    return Finding(Severity.NOTE, "handles-missing", message)


def _lookup_table(lookup: Lookup, siblings: Sequence[Path]) -> tuple[pa.Array, pa.Array]:
    files = [path for path in sorted(siblings) if is_named(path.name, (lookup.file,))]
    if not files:
        what = "the file to look values up in is not there"
        raise MappingError(what, where=lookup.file, expected="a file beside the others")
    found: dict[str, list[Any]] = {name: [pa.array([], pa.string())] for name in (lookup.key, lookup.value)}
    for path in files:
        for source in open_sources(path):
            for name in found:
                if name not in source.headers:
                    what = "the file to look values up in has no such column"
                    raise MappingError.unknown(what, name, source.headers, where=path.name)
            for batch in source.batches():
                for name, parts in found.items():
                    parts.append(as_text(plain(batch.rows.column(name))))
    keys, values = (pa.concat_arrays(found[name]) for name in (lookup.key, lookup.value))
    return pc.utf8_trim_whitespace(keys), values
