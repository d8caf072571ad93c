"""Files written whole or not at all, in the format that their ending asks for."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from influence.errors import OutputError, UsageError, did_you_mean

if TYPE_CHECKING:
    from influence.ranking.results import Ranking
    from influence.reporting.columns import Column

FORMATS = ("xlsx", "csv", "json", "md")
_ENDINGS = {".xlsx": "xlsx", ".csv": "csv", ".json": "json", ".md": "md", ".markdown": "md"}


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Lend a temporary file beside `path`; put it in place if the block ends well, else throw it away.

    Parameters
    ----------
    path : str or Path
        Where the file shall be. A link is followed; a device or pipe is written to, not replaced.

    Yields
    ------
    Path
        An empty file to write to, in the same folder.

    Raises
    ------
    OutputError
        The folder is missing, the path is a folder, or writing is not allowed or not possible. The file
        that was there before is then as it was.
    """
    target = Path(path)
    try:
        target = Path(os.path.realpath(path)) if target.is_symlink() else target
        _check_target(target)
        device = target.exists() and not target.is_file()
        temporary = _temporary(None if device else target.parent, target.suffix)
    except OSError as error:
        raise _refused(target, error) from error
    try:
        yield temporary
        _copy_into(temporary, target) if device else _put_in_place(temporary, target)
    except OSError as error:
        raise _refused(target, error) from error
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def write_text(path: str | Path, text: str, *, bom: bool = False) -> Path:
    """Write `text` as UTF-8, line ends untouched; atomic. ``bom=True`` marks it for Excel."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(text.encode("utf-8-sig" if bom else "utf-8", errors="replace"))
    return Path(path)


def format_of(path: str | Path, told: str | None = None) -> str:
    """The format of an output file: what was told, else what its ending says.

    Raises
    ------
    UsageError
        The ending means nothing to us.
    """
    if told is not None and told != "table":
        return told
    ending = Path(path).suffix.lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    raise UsageError(
        "the ending of the output file does not say its format",
        where=str(path),
        seen=ending or "no ending",
        expected=", ".join(_ENDINGS),
        hint=did_you_mean(ending, tuple(_ENDINGS)) if ending else None,
    )


def write_ranking(
    ranking: Ranking,
    path: str | Path,
    format: str | None = None,
    *,
    added: tuple[Column, ...] = (),
    sheet: str = "Ranking",
) -> Path:
    """Write a ranking to a file; atomic.

    Parameters
    ----------
    ranking : Ranking
    path : str or Path
    format : {"xlsx", "csv", "json", "md"}, optional
        Without it the ending decides.
    added : tuple of Column
        Columns beyond a ranking's own: what a pick added to a shortlist.
    sheet : str
        Name of the first sheet of a workbook.

    Raises
    ------
    OutputError
        The file cannot be written there.
    """
    from influence.reporting.reasons import with_reasons

    chosen = format_of(path, format)
    if chosen == "xlsx":
        from influence.reporting.workbook import write_workbook

        return write_workbook(with_reasons(ranking), path, added=added, sheet=sheet)
    text = render_ranking(ranking, chosen, added=added, for_excel=True)
    return write_text(path, text, bom=chosen == "csv")


def render_ranking(
    ranking: Ranking, format: str, *, added: tuple[Column, ...] = (), for_excel: bool = False
) -> str:
    """A ranking as CSV, JSON or Markdown text.

    ``for_excel`` gives CSV the line ends of RFC 4180; without it plain newlines, for pipes.
    """
    from influence.reporting.reasons import with_reasons

    ranking = with_reasons(ranking)
    if format == "csv":
        from influence.reporting.delimited import ranking_csv

        return ranking_csv(ranking, added, newline="\r\n" if for_excel else "\n")
    if format == "json":
        from influence.reporting.documents import ranking_json

        return ranking_json(ranking, added)
    if format == "md":
        from influence.reporting.markdown import ranking_markdown

        return ranking_markdown(ranking, added)
    raise UsageError(f"no such format: {format}", expected=", ".join(FORMATS))


def _check_target(target: Path) -> None:
    if target.is_dir():
        raise OutputError(
            "the output is a folder", where=str(target), hint="add a file name, such as list.xlsx"
        )
    if target.parent.exists() and not target.parent.is_dir():
        raise OutputError("the folder for the output is a file", where=str(target.parent))
    if not target.parent.exists():
        raise OutputError(
            "the folder for the output does not exist", where=str(target.parent), hint="make it first"
        )


def _temporary(folder: Path | None, suffix: str) -> Path:
    handle, name = tempfile.mkstemp(prefix=".influence-", suffix=suffix or ".tmp", dir=folder)
    os.close(handle)
    return Path(name)


def _put_in_place(temporary: Path, target: Path) -> None:
    # mkstemp makes files that only their owner can read; a result is an ordinary file, or what it was before
    os.chmod(temporary, stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask())
    with open(temporary, "rb+") as handle:
        os.fsync(handle.fileno())
    os.replace(temporary, target)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _copy_into(temporary: Path, device: Path) -> None:
    with open(temporary, "rb") as source, open(device, "wb") as sink:
        shutil.copyfileobj(source, sink)


def _refused(target: Path, error: OSError) -> OutputError:
    hint = None
    if isinstance(error, PermissionError):
        hint = "choose a folder you may write to; if the file is open in another program, close it there"
    return OutputError(
        "the file cannot be written", where=str(target), seen=error.strerror or str(error), hint=hint
    )
