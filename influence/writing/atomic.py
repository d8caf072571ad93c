"""Files written whole or not at all, with the permissions they had, through links; the only place that does it."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from platform import node

from influence.errors import OutputError, UsageError, did_you_mean

ENDINGS = {
    ".xlsx": "xlsx", ".csv": "csv", ".json": "json", ".md": "md", ".markdown": "md", ".txt": "table",
    ".html": "html", ".htm": "html", ".pdf": "pdf", ".gexf": "gexf", ".graphml": "graphml",
    ".svg": "svg", ".toml": "toml", ".pptx": "pptx",
}  # fmt: skip
"""Ending of an output file -> its format; ``table`` is plain text."""
FORMATS = ("xlsx", "csv", "json", "md")
"""What a list can be written as."""
PREFIX = ".influence-"
_WRITTEN: list[Path] = []
_LEFTOVER = re.compile(rf"{re.escape(PREFIX)}(?P<host>[0-9a-f]{{8}})-(?P<pid>\d+)-")


@contextmanager
def atomic_path(path: str | Path, mode: int | None = None) -> Iterator[Path]:
    """Lend a temporary file beside `path`; put it in place if the block ends well, else throw it away.

    The file keeps the permissions it had; a new one has those that the umask leaves. What a killed run left in the
    folder goes on the way.

    Parameters
    ----------
    path : str or Path
        Where the file shall be. A link is followed; a device or pipe is written to, not replaced.
    mode : int, optional
        Permissions, whatever they were.

    Yields
    ------
    Path
        An empty file to write to, in the same folder.

    Raises
    ------
    OutputError
        The folder is missing, the path is a folder, or writing is not allowed or not possible; it names `path`. The
        file that was there before is then as it was.
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
        _copy_into(temporary, target) if device else _put_in_place(temporary, target, mode)
        if mode is None:  # what is kept beside the workspace is nobody's list
            _WRITTEN.append(target)
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


def written() -> list[Path]:
    """Files that this process has put in place since it was last asked."""
    files = [path.absolute() for path in dict.fromkeys(_WRITTEN)]
    _WRITTEN.clear()
    return files


def format_of(path: str | Path, told: str | None = None, formats: tuple[str, ...] = FORMATS) -> str:
    """The format of an output file: what was told, else what its ending says.

    Parameters
    ----------
    path : str or Path
    told : str, optional
        What ``--format`` says; ``table`` says nothing about a file.
    formats : tuple of str
        What the caller can write.

    Raises
    ------
    UsageError
        The ending means nothing to us, or nothing that can be written, or something else than what was told.
    """
    ending = Path(path).suffix.lower()
    meant = ENDINGS.get(ending)
    told = None if told in ("table", "text") else told
    if told and meant in (told, None, "table"):
        return told
    if told is None and meant in formats:
        return str(meant)
    known = [end for end, format in ENDINGS.items() if format in ((told,) if told else formats)]
    raise UsageError(
        "the ending of the output file does not fit its format"
        if told
        else "the ending of the output file does not say its format"
        if meant is None
        else f"this cannot be written as {ending}",
        where=str(path),
        seen=ending or "no ending",
        expected=" or ".join(filter(None, [", ".join(known[:-1]), known[-1]])),
        hint=did_you_mean(ending, tuple(known)) if ending else None,
    )


def leftovers(folder: str | Path) -> list[Path]:
    """Temporary files in `folder` whose process no longer runs on this machine (it was killed)."""
    found = []
    for path in Path(folder).glob(f"{PREFIX}*"):
        match = _LEFTOVER.match(path.name)
        if match and match["host"] == _host() and not _runs(int(match["pid"])):
            found.append(path)
    return found


def clear_leftovers(folder: str | Path) -> None:
    """Remove `leftovers`, where that is allowed."""
    with suppress(OSError):
        for path in leftovers(folder):
            path.unlink(missing_ok=True)


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
    if folder is not None:
        clear_leftovers(folder)
    prefix = f"{PREFIX}{_host()}-{os.getpid()}-"
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=suffix or ".tmp", dir=folder)
    os.close(handle)
    return Path(name)


def _host() -> str:
    return f"{zlib.crc32(node().encode()):08x}"


def _runs(pid: int) -> bool:
    if os.name == "nt":  # there, asking with os.kill ends the process
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _put_in_place(temporary: Path, target: Path, mode: int | None) -> None:
    # mkstemp makes files that only their owner can read; a result is an ordinary file, or what it was before
    if mode is None:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    os.chmod(temporary, mode)
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
    elif error.errno in (errno.ENOSPC, errno.EDQUOT):
        hint = "make room there, or write to another disk"
    elif error.errno == errno.EROFS:
        hint = "choose a folder you may write to"
    return OutputError(
        "the file cannot be written", where=str(target), seen=error.strerror or str(error), hint=hint
    )
