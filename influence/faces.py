"""What people get from a result (a file, a table, a reason in words), by name.

Data flows one way: a result does not know who writes it. It asks here, where the names stand that it may ask for, and
`reporting` is loaded when somebody asks.
"""

from __future__ import annotations

import importlib
from typing import Any

FACES = {
    "Column": "influence.reporting.columns",
    "ranking_frame": "influence.reporting.frames",
    "with_reasons": "influence.reporting.reasons",
    "write_ranking": "influence.reporting.files",
}
"""Name -> module that answers to it."""


def face(name: str) -> Any:
    """The function or class of this name, one of `FACES`."""
    return getattr(importlib.import_module(FACES[name]), name)
