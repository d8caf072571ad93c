"""Are the hard conditions of a brief read as a person reads them, and does a ranking by them hold?

    python -m benchmarks.text.conditions

Sixty briefs of our own in seven languages (`benchmarks/conditions.toml`); odd ones were used while the patterns were
written. Read right: of the conditions in the briefs, those read with their value; wrong ones that were read count
against it too. Then each brief is asked of a world of 3,000 invented accounts whose attributes are known.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from influence.text.conditions import read_conditions

BRIEFS = Path(__file__).parents[1] / "conditions.toml"


def main() -> None:
    briefs = tomllib.loads(BRIEFS.read_text("utf-8"))["brief"]
    for half, some in (("odd, used while writing", briefs[::2]), ("even, kept apart", briefs[1::2])):
        right, told, read = np.sum([counts(brief) for brief in some], axis=0)
        print(f"{half:26s} {right} of {told} conditions read right ({right / told:.3f}); "
              f"{read - right} of {read} read were wrong")  # fmt: skip


def counts(brief: dict[str, Any]) -> tuple[int, int, int]:
    """Conditions read right, told and read of one brief."""
    truth = expected(brief)
    read = {one.name: _plain(one.value) for one in read_conditions(brief["text"]).conditions}
    return sum(read.get(name) == value for name, value in truth.items()), len(truth), len(read)


def expected(brief: dict[str, Any]) -> dict[str, Any]:
    """The conditions of a brief of the file."""
    return {name: _plain(value) for name, value in brief.items() if name != "text"}


def _plain(value: object) -> object:
    return frozenset(value) if isinstance(value, (list, tuple)) else float(str(value))


if __name__ == "__main__":
    main()
