"""The page of commands is what the commands say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_of_commands_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "docs/build_cli.py"), "--check"], cwd=ROOT)
    assert done.returncode == 0, "run `make docs`"
