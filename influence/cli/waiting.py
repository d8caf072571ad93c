"""One line on stderr while something takes longer than a second; nothing where nobody looks."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

PATIENCE_SECONDS = 1.0
_lock = threading.Lock()
_words: list[str] = []
_since = 0.0
_shown = False


@contextmanager
def telling(words: str) -> Iterator[None]:
    """Say `words` and the seconds gone by while the block runs; quick work and pipes stay silent.

    Blocks may stand in blocks: the innermost is told. Without words nothing is, while somebody is asked or served.
    """
    done = threading.Event()
    _words.append(words)
    quiet()
    if len(_words) == 1 and sys.stderr.isatty():
        threading.Thread(target=_tick, args=(done, monotonic()), daemon=True).start()
    try:
        yield
    finally:
        done.set()
        quiet()
        _words.pop()


def stage(words: str) -> None:
    """Name what the innermost block does now: ``Reading accounts``; where nothing is told nothing changes."""
    if _words and _words[-1]:
        _words[-1] = words


def asked(prompt: str = "") -> str:
    """Read an answer as click does, and let the question stand until it comes."""
    with telling(""):
        return input(prompt)


def quiet() -> None:
    """Take the line away, so that something else can be written; it comes back after another second."""
    global _since, _shown
    with _lock:
        if _shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
        _since, _shown = monotonic(), False


def _tick(done: threading.Event, start: float) -> None:
    global _shown
    while not done.wait(0.25):
        with _lock:
            if not done.is_set() and _words and _words[-1] and monotonic() - _since >= PATIENCE_SECONDS:
                sys.stderr.write(f"\r\x1b[K{_words[-1]} ... {monotonic() - start:.0f} s")
                sys.stderr.flush()
                _shown = True
