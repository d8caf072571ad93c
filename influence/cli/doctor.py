"""``influence doctor``."""

from __future__ import annotations

import importlib.util
import platform
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import click

from influence._version import __version__
from influence.cli.options import workspace_option
from influence.cli.output import deliver, output_options, table_width

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
def command(workspace: str, format: str, output: str | None) -> int:
    """Say what is installed, which extras are missing and what they would give, and whether the workspace is well.

    Exit code 1 where something is wrong.
    """
    from influence.writing.book import sheet_of
    from influence.writing.grid import grid

    found = [*_versions(), *_extras(), *_workspace(Path(workspace))]
    rows = [["" if one.well else "!", one.what, one.seen, one.next] for one in found]
    sheet = sheet_of("Checkup", [asdict(one) for one in found])
    width = None if output else table_width()
    texts = {"table": lambda: grid(["", "what", "seen", "next"], rows, width=width)}
    deliver(format, output, lambda: [sheet], texts)
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


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return importlib.util.find_spec(package) is not None
    return True


def _workspace(path: Path) -> Iterator[Checkup]:
    from influence.errors import InfluenceError
    from influence.reporting.overview import tally
    from influence.store.checks import check_workspace
    from influence.store.workspace import open_workspace

    if not path.exists():
        yield Checkup(
            "workspace", True, f"{path}: there is none yet", "influence import PATH, or influence demo"
        )
        return
    try:
        with open_workspace(path, read_only=True) as workspace:
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
