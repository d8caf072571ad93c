"""``influence import``: bring files into the workspace."""

from __future__ import annotations

import sys
from contextlib import closing, nullcontext
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import FILE, opened_workspace, pairs_of, workspace_option
from influence.cli.output import json_flag, say, say_either, say_json, tell
from influence.cli.waiting import quiet
from influence.clock import now
from influence.errors import UsageError
from influence.writing.atomic import atomic_path
from influence.writing.plain import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from influence.store.importing.deciding import SourcePlan
    from influence.store.importing.reports import ImportReport, Preview


column_option = click.option(
    "--column", "columns", multiple=True, metavar="WHAT=HEADER",
    callback=lambda _, option, texts: pairs_of(
        option, texts, "a column is told as WHAT=HEADER", "text=caption"
    ),
    help="What a column is, where the guess is wrong: text=caption; ignore=HEADER leaves one out.",
)  # fmt: skip


def _show_formats(context: click.Context, _: click.Parameter, asked: bool) -> None:
    """Print the exports that are recognised, and leave."""
    if not asked:
        return
    from influence.store.importing.recognised import known_exports

    lines, document = list[str](), []
    for one in known_exports():
        seen = one.seen + ("" if one.tried else "; not tried on a real file")
        lines += [one.name, f"  seen: {seen}", f"  found: {one.found}"]
        document.append({"name": one.name, "seen": one.seen, "tried": one.tried, "found": one.found})
    say_either(bool(context.params.get("as_json")), document, lines)
    context.exit()


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@workspace_option
@click.option("--map", "mapping", type=FILE, help="Mapping file (TOML): what the columns mean.")
@column_option
@click.option("--save-map", type=FILE, help="Write how the files are read as a mapping file.")
@click.option("--dry-run", is_flag=True, help="Show what would be imported; write nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask when columns were guessed.")
@click.option("--platform", help="Platform of handles that name none: instagram, web ...")
@click.option("--delimiter", help="Between values: ',' ';' tab '|'. Recognised if not told.")
@click.option("--encoding", help="utf-8, utf-16, cp1252 ... Recognised if not told.")
@click.option("--decimal-comma", is_flag=True, help="Numbers are written 1.234,5.")
@click.option("--date-format", help="Local dates: dmy, mdy, ymd, unix, unix_ms, or a pattern (%d.%m.%Y).")
@click.option("--sheet", help="Only this sheet of a workbook.")
@click.option("--owner", help="Whose download the files are, where they do not say it themselves.")
@click.option("--rejects", "rejects_file", type=FILE, help="Write refused rows to this CSV.")
@json_flag
@click.option(
    "--formats",
    is_flag=True,
    expose_value=False,
    callback=_show_formats,
    help="List the exports that are recognised, and where they are found.",
)
def import_command(
    paths: tuple[str, ...], workspace: str, mapping: str | None, save_map: str | None,
    dry_run: bool, yes: bool, platform: str | None, date_format: str | None, rejects_file: str | None,
    as_json: bool, **read: Any,
) -> int:  # fmt: skip
    """Bring files or folders into the workspace, all or nothing.

    Files are recognised by the names and values of their columns; what is not sure is shown and asked for once.
    `influence columns FILE` shows it before. Importing a file twice changes nothing.

    \b
    influence import exports/
    influence import posts.csv --platform instagram --dry-run
    influence import votes.csv.gz --map data/samples/mappings/community-votes.toml
    """
    _spare_pandas()
    from influence.sources.base import ReadOptions
    from influence.store.importing.transaction import import_files, plan_import

    options = ReadOptions(**read)
    planned = plan_import(paths, mapping, options)
    if not (dry_run or yes or mapping):
        confirm_guesses(planned.plans)
    if save_map:
        _save_map(save_map, planned.plans, platform)
    with (
        atomic_path(rejects_file) if rejects_file else nullcontext() as target, _open(workspace, dry_run) as opened,
        closing(_Progress()) as progress,
    ):  # fmt: skip
        report = import_files(
            opened, paths, mapping=mapping, dry_run=dry_run, platform=platform, date_format=date_format,
            options=options, now=now(), progress=progress.show, planned=planned,
        )  # fmt: skip
        if target:
            _write_rejects(report, target)
    print_report(report, workspace, "Next: `influence describe`, `influence check`.", as_json)
    return 0 if report.n_accepted or report.n_left_out else 1


class _Unfound:
    """A finder of modules by which pandas is not there."""

    @staticmethod
    def find_spec(name: str, *_: Any) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def _spare_pandas() -> None:
    """Let pyarrow ask for pandas in vain: at the first list that it turns to an array it would import all of it.

    It asks again where pandas is needed (``to_pandas``).
    """
    if "pandas" not in sys.modules:
        import pyarrow as pa

        sys.meta_path.insert(0, _Unfound)
        try:
            pa.array([])
        finally:
            sys.meta_path.remove(_Unfound)


def _open(path: str, dry_run: bool) -> Any:
    """A rehearsal opens the file for reading, or a workspace in memory when there is none: it leaves no trace."""
    if not dry_run:
        return opened_workspace(path)
    return opened_workspace(path, read_only=True) if Path(path).exists() else opened_workspace(":memory:")


def _save_map(path: str, plans: Sequence[SourcePlan], platform: str | None) -> None:
    from influence.store.importing.mapping_text import mapping_text

    with atomic_path(path) as target:
        target.write_text(
            mapping_text(plans, platform, "Written by influence import --save-map"), encoding="utf-8"
        )
    tell(f"Wrote {path}: next time `influence import FILE --map {path}`.")


def confirm_guesses(plans: Sequence[SourcePlan]) -> None:
    """Show what was guessed and ask once.

    Raises
    ------
    UsageError
        Nobody is there to answer.
    """
    guessed = [plan for plan in plans if not plan.certain]
    if not guessed:
        return
    for plan in guessed:
        if plan.guess is not None:
            tell(f"{plan.file}: {plan.guess.reason}; {plan.guess.sureness:.0%} sure")
        for rule in plan.rules:
            _show_columns(plan.preview(rule), tell)
    if not sys.stdin.isatty():
        raise UsageError(
            "columns were guessed, and nobody is there to confirm them",
            where=", ".join(plan.file for plan in guessed),
            hint="look at the guesses above, then add --yes, or correct one with --column WHAT=HEADER",
        )
    quiet()
    click.confirm("Import these so?", default=True, abort=True, err=True)


HOW = {"guess": "guessed", "names": "by their names", "mapping": "by the mapping", "export": "as declared"}


def _show_columns(preview: Preview, write: Callable[[str], None] = say) -> None:
    write(f"{preview.file} ({preview.about}) -> {preview.table}, columns {HOW[preview.how]}:")
    for target, header in preview.columns:
        write(f"  {target:<16} <- {in_width(header, 58)}")
    if preview.unused:
        write(f"  kept beside (extra), or not used: {in_width(', '.join(preview.unused), 42)}")


def print_report(report: ImportReport, place: str, after: str, as_json: bool = False) -> None:
    """Say what an import did, and what may be done `after`."""
    if as_json:
        say_json(report)
    else:
        for preview in report.previews if report.dry_run else ():
            _show_columns(preview)
            _show_rows(preview)
        _print_counts(report)
    for finding in report.findings:
        tell(f"{finding.severity}: {finding.message}")
        if finding.hint:
            tell(f"  {finding.hint}")
    _print_rejects(report)
    if report.dry_run:
        tell("Nothing was written (--dry-run).")
    elif not report.n_accepted and not report.n_left_out:
        tell("Nothing could be imported.")
    else:
        tell(f"In {place}. {after}")


def _show_rows(preview: Preview) -> None:
    if preview.first_rows is None:
        return
    targets = [target for target, _ in preview.columns][:4]
    say("  first rows: " + ", ".join(targets))
    for row in preview.first_rows.select(targets).to_pylist():
        say("    " + in_width(" | ".join("" if v is None else str(v) for v in row.values()), 75))


def _print_counts(report: ImportReport) -> None:
    columns = ("read", "new", "changed", "same", "repeated", "refused")
    say(
        f"{'file':<17} {'table':<12}" + "".join(f" {name:>7}" for name in columns[:-2]) + "  repeated refused"
    )
    for c in report.counts:
        head = f"{in_width(c.file, 17):<17} {c.table:<12}"
        numbers = (c.n_read, c.n_new, c.n_changed, c.n_unchanged)
        tail = f" {_count(c.n_repeated):>9} {_count(c.n_rejected):>7}"
        say(head + "".join(f" {_count(n):>7}" for n in numbers) + tail)
    unknown = sum(count.n_unknown for count in report.counts)
    if unknown:
        say(f"{counted(unknown, 'value')} could not be read and left unknown; the rows were kept.")


def _print_rejects(report: ImportReport) -> None:
    rows = report.rejects.slice(0, 5).to_pylist()
    for row in rows:
        column = f", {row['column_name']}" if row["column_name"] else ""
        value = "" if row["value"] is None else f" {in_width(repr(row['value']), 40)}"
        tell(f"  {row['file']}, line {row['line']}{column}:{value} {row['reason']}")
    more = sum(c.n_rejected + c.n_unknown for c in report.counts) - len(rows)
    if rows and more > 0:
        where = "--rejects FILE.csv writes them" if report.dry_run else "all are in the table `rejects`"
        tell(f"  ... and {more:,} more; {where}")


def _count(n: int) -> str:
    return str(n) if n < 1_000_000 else f"{n / 1e6:.2f}M"


def in_width(text: str, width: int) -> str:
    """Foreign text on at most `width` columns of a line."""
    text = "".join(ch if ch.isprintable() else " " for ch in text)
    return text if len(text) <= width else text[: width - 1] + "…"


def _write_rejects(report: ImportReport, path: Path) -> None:
    import pyarrow.csv as pacsv

    pacsv.write_csv(report.rejects.combine_chunks(), str(path))


class _Progress:
    """A line on stderr, from two seconds on, where a person is looking."""

    def __init__(self) -> None:
        self._live: Any = None
        self._tasks: dict[str, Any] = {}
        self._start = monotonic()

    def close(self) -> None:
        """Take the line away."""
        if self._live is not None:
            self._live.stop()

    def show(self, file: str, n_rows: int, part: float | None) -> None:
        """Say how far the reading of `file` is."""
        quiet()
        if monotonic() - self._start < 1 or not sys.stderr.isatty():
            return
        if self._live is None:
            self._live = _bar()
            self._live.start()
        if file not in self._tasks:
            self._tasks[file] = self._live.add_task(file, total=1.0, rows="")
        self._live.update(self._tasks[file], completed=part or 0.0, rows=f"{n_rows:,} rows")


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]}"),
        console=Console(stderr=True),
    )
