"""Words on stderr for whatever takes longer than two seconds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

PATIENCE_SECONDS = 2.0


@contextmanager
def telling(words: str) -> Iterator[None]:
    """Say `words` on stderr if the block is still running after two seconds; quick work stays silent."""
    timer = threading.Timer(PATIENCE_SECONDS, lambda: click.echo(f"{words} ...", err=True))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
