"""The pages that are made from the code are what the code says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def test_built_pages_are_up_to_date() -> None:
    done = subprocess.run([sys.executable, DOCS / "build.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, f"run python docs/build.py: {done.stdout}{done.stderr}"
