"""Write the pages that are made from the code: each `build_*.py` beside this file names its PAGE and builds it."""

from __future__ import annotations

import runpy
from pathlib import Path

BUILDERS = sorted(Path(__file__).parent.glob("build_*.py"))


def built(builder: Path) -> tuple[Path, str]:
    """Where the page of `builder` stands, and what has to stand there."""
    names = runpy.run_path(str(builder))
    return names["PAGE"], names["build_page"]()


if __name__ == "__main__":
    for each in BUILDERS:
        path, page = built(each)
        path.write_text(page, "utf-8")
