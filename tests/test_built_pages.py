"""The pages that are made from the code are what the code says."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("builder", sorted(DOCS.glob("build_*.py")), ids=lambda path: path.stem)
def test_a_built_page_is_up_to_date(builder: Path) -> None:
    path, page = runpy.run_path(str(DOCS / "build.py"))["built"](builder)
    assert path.read_text("utf-8") == page, "run: python docs/build.py"
