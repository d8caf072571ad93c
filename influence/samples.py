"""Where the sample data are: inside the installed package, or in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from influence.errors import SourceError


def samples_folder(name: str = "") -> Path:
    """Folder of the sample data, or of one of its parts (``world``, ``polblogs``, ``mappings``).

    Raises
    ------
    SourceError
        They were not installed with the package.
    """
    package = Path(str(files("influence")))
    for folder in (package / "samples", package.parent / "data" / "samples"):
        if (folder / name).is_dir():
            return folder / name
    raise SourceError(
        "the sample data are not here",
        where=str(package / "samples" / name),
        hint="install the package again, or make a world with `influence simulate -o world`",
    )
