"""Write the pages that are made from the code; with `--check` only say which are not what the code says.

Each `build_*.py` beside this file names its PAGE and builds it.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path


def main() -> int:
    """The pages that had to change; with `--check` it is an error that there are any."""
    stale = 0
    for builder in sorted(Path(__file__).parent.glob("build_*.py")):
        names = runpy.run_path(str(builder))
        path, page = names["PAGE"], names["build_page"]()
        if path.read_text("utf-8") != page:
            stale += 1
            print(path.name)
            if "--check" not in sys.argv:
                path.write_text(page, "utf-8")
    return int(stale > 0 and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
