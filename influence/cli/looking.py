"""``influence describe``, ``check``, ``columns``, ``doctor``: what there is, and whether it is well."""

from __future__ import annotations

import importlib.util
import platform
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence._version import __version__
from influence.cli.import_files import column_option, in_width
from influence.cli.options import command, opened_session, opened_workspace, workspace_option
from influence.cli.output import Out, output_options, terminal_width
from influence.errors import InfluenceError
from influence.writing.book import sheet_of

if TYPE_CHECKING:
    from influence.store.importing.deciding import SourcePlan
    from influence.store.importing.guessing import SourceColumn


@command("describe", "--format json -o what-we-have.json")
@workspace_option
@output_options("table", "csv", "xlsx", "json")
def describe_command(workspace: str, out: Out) -> None:
    """Say what is in the workspace: rows, dates, what is known, and which signals can be computed."""
    from influence.reporting.overview import description_json, description_sheets, description_text

    with opened_session(workspace) as session:
        found = session.describe()
    table = partial(description_text, width=terminal_width())
    out.deliver(found, description_sheets, table=table, json=description_json)


@command("check", "--strict && influence rank --niche emacs")
@workspace_option
@click.option("--as-of", metavar="DATE", help="Dates may reach up to this day; default: the day of fetching.")
@click.option("--strict", is_flag=True, help="Leave with exit code 1 when there are errors or warnings.")
@output_options("table", "csv", "xlsx", "json")
def check_command(workspace: str, as_of: str | None, strict: bool, out: Out) -> int:
    """List what is wrong or odd in the data; nothing is changed.

    An ERROR spoils results, a WARNING may, a note explains. The exit code is 0 whatever is found, so
    that it can be read in peace; with --strict it is 1 when there are errors or warnings.
    """
    from influence.reporting.overview import findings_json, findings_sheets, findings_text
    from influence.store.checks import check_workspace, is_clean

    with opened_workspace(workspace, read_only=True) as opened:
        findings = check_workspace(opened, as_of=as_of)
    table = partial(findings_text, width=terminal_width())
    out.deliver(findings, findings_sheets, table=table, json=findings_json)
    return 1 if strict and not is_clean(findings, strict=True) else 0


@click.command("columns")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@column_option
@click.option("--delimiter", help="Between values: ',' ';' tab '|'. Recognised if not told.")
@click.option("--encoding", help="utf-8, utf-16, cp1252 ... Recognised if not told.")
@click.option("--sheet", help="Only this sheet of a workbook.")
@output_options("table", "json")
def columns_command(paths: tuple[str, ...], out: Out, **read: Any) -> None:
    """Show what a file holds: for each column what it is taken for and why, and how sure the whole is.

    Nothing is imported. --column corrects one; the same works for `influence import`.

    \b
    influence columns list.xlsx
    influence columns export.csv --column text=caption
    """
    from influence.sources.base import ReadOptions
    from influence.store.importing.deciding import plan_files

    options = ReadOptions(**read)
    plans, findings = plan_files([Path(path) for path in paths], None, options, least_sure=0.0)
    told = [one for one in findings if one.code != "unused-columns"]
    files = [_read_so(plan) for plan in plans]
    words = [f"{one.severity}: {one.message}" for one in told]
    out.answer(lambda: "\n".join([*map(_words, files), *words]), {"files": files, "findings": told})


def _read_so(plan: SourcePlan) -> dict[str, Any]:
    """How one file is read: what it fills, how sure that is, and each of its columns."""
    guess = plan.guess
    columns = plan.source.headers if guess is None else [column.header for column in guess.columns]
    reasons = {} if guess is None else {column.header: _why(column) for column in guess.columns}
    return {
        "file": plan.file,
        "about": plan.source.about,
        "tables": list(dict.fromkeys(rule.table for rule in plan.rules)),
        "sure": None if guess is None else guess.sureness,
        "why": "a known export, read as its maker writes it" if guess is None else guess.reason,
        "columns": [{"column": one, "fills": _filled(plan, one), "why": reasons.get(one)} for one in columns],
    }


def _words(read: dict[str, Any]) -> str:
    """The same for people, a line a column."""
    tables = ", ".join(read["tables"])
    sure = f": {read['why']}" if read["sure"] is None else f"; {read['sure']:.0%} sure: {read['why']}"
    lines = [f"{read['file']} ({read['about']})", f"  fills {tables}{sure}"]
    for one in read["columns"]:
        fills = (
            one["fills"]
            if one["why"] is None
            else f"{in_width(one['fills'], 30):<30} {in_width(one['why'], 22)}"
        )
        lines.append(f"  {in_width(one['column'], 24):<24} {fills}")
    return "\n".join(lines)


def _filled(plan: SourcePlan, header: str) -> str:
    """The columns of the tables that a header fills."""
    fills = [
        f"{rule.table}.{column.target}"
        for rule in plan.rules
        for column in rule.columns
        if header in column.headers and not (column.target == "extra" or header in column.digest)
    ]
    if fills:
        return fills[0] + (f" (+{len(fills) - 1})" if len(fills) > 1 else "")
    kept = any(header in rule.headers for rule in plan.rules)
    return "kept beside (extra)" if kept else "not used"


def _why(column: SourceColumn) -> str:
    named = column.words.readings[0].meaning.replace("_", " ") if column.words.readings else "no known name"
    return f"{named}; {column.profile.in_words()}"


NAME = "influence-toolkit"
CORE = ("duckdb", "numpy", "pandas", "scipy", "scikit-learn", "pyarrow")
NOT_FOR_USERS = ("dev", "bench", "browser", "docs")
"""Extras of those who work on the toolkit."""
LITTLE_ROOM = 1_000_000_000


@dataclass(frozen=True)
class Checkup:
    """One thing that was looked at: well or not, what was seen, what to do."""

    what: str
    well: bool
    seen: str
    next: str = ""


@click.command("doctor", epilog="Example: influence doctor, or influence doctor -w campaign.duckdb --json")
@workspace_option
@output_options("table", "csv", "xlsx", "json")
def doctor_command(workspace: str, out: Out) -> int:
    """Say what is installed, which extras are missing and what they would give, and whether the workspace is well.

    Exit code 1 where something is wrong.
    """
    from influence.writing.grid import grid

    found = [*_versions(), *_extras(), _sentence_model(), *_workspace(Path(workspace))]
    rows = [["" if one.well else "!", one.what, one.seen, one.next] for one in found]
    table = partial(grid, ["", "what", "seen", "next"], width=out.width)
    out.deliver(rows, lambda _: [sheet_of("Checkup", [asdict(one) for one in found])], table=table)
    return 0 if all(one.well for one in found) else 1


def _versions() -> Iterator[Checkup]:
    yield Checkup("influence", True, f"{__version__} on Python {platform.python_version()}")
    yield Checkup("libraries", True, ", ".join(f"{name} {version(name)}" for name in CORE))


def _extras() -> Iterator[Checkup]:
    """Each extra with what of it is missing; one that is not installed is no fault."""
    needed: dict[str, list[str]] = {}
    for line in requires(NAME) or []:
        package, _, marker = line.partition(";")
        extra = re.search(r"extra == ['\"](.+?)['\"]", marker)
        if extra and extra[1] not in NOT_FOR_USERS:
            needed.setdefault(extra[1], []).append(re.split(r"[\s\[<>=!~(]", package.strip())[0])
    for name, packages in sorted(needed.items()):
        missing = [one for one in packages if not _is_installed(one)]
        install = f'pip install "{NAME}[{name}]"' if missing else ""
        yield Checkup(
            f"extra {name}", True, f"not here: {', '.join(missing)}" if missing else "installed", install
        )


def _sentence_model() -> Checkup:
    from influence.text.sentence.building import built_folder

    folder = built_folder()
    build = "" if folder else "influence models build, with the extra languages"
    return Checkup("sentence model", True, str(folder) if folder else "not built", build)


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return importlib.util.find_spec(package) is not None
    return True


def _workspace(path: Path) -> Iterator[Checkup]:
    from influence.reporting.overview import tally
    from influence.store.checks import check_workspace

    if not path.exists():
        yield Checkup(
            "workspace", True, f"{path}: there is none yet", "influence import PATH, or influence demo"
        )
        return
    try:
        with opened_workspace(path, read_only=True) as workspace:
            findings = check_workspace(workspace)
    except InfluenceError as error:
        yield Checkup("workspace", False, f"{path}: {error.what}", error.hint or "")
        return
    size = path.stat().st_size
    yield Checkup("workspace", True, f"{path}, {size / 1e6:,.1f} MB; {tally(findings)}", "influence check")
    yield _access(path)
    cache = Path(f"{path}.cache")
    kept = [file for file in cache.rglob("*") if file.is_file()] if cache.is_dir() else []
    yield Checkup(
        "kept answers", True, f"{len(kept):,} files, {sum(one.stat().st_size for one in kept) / 1e6:,.1f} MB"
    )
    free = shutil.disk_usage(path.resolve().parent).free
    wanted = max(3 * size, LITTLE_ROOM)
    yield Checkup("free disk", free >= wanted, f"{free / 1e9:,.1f} GB", "" if free >= wanted else "make room")


def _access(path: Path) -> Checkup:
    """Nobody else should write to a file full of people, nor need to read it."""
    mode = stat.S_IMODE(path.stat().st_mode)
    remedy = f"chmod 600 {path}"
    if mode & stat.S_IWOTH:
        return Checkup("permissions", False, "others on this machine can change it", remedy)
    if mode & stat.S_IROTH:
        return Checkup("permissions", True, "others on this machine can read it", remedy)
    return Checkup("permissions", True, "for you and your group alone")
