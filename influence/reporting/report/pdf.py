"""The report on paper, through a browser of the Chromium family if one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from influence.errors import OutputError
from influence.writing.atomic import atomic_path

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "brave-browser",
)
QUIET = (
    "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-default-apps",
)  # fmt: skip
TIMEOUT_SECONDS = 120


def find_browser() -> str | None:
    """Path of a browser that can print; ``INFLUENCE_BROWSER`` first; None where there is none."""
    named = os.environ.get("INFLUENCE_BROWSER")
    return next((path for name in (named, *BROWSERS) if name and (path := shutil.which(name))), None)


def browser_command(browser: str, profile: str | Path) -> list[str]:
    """Start of a command line that keeps the browser quiet, with a profile of its own.

    A superuser (a container, most often) cannot have Chromium's sandbox.
    """
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [browser, *QUIET, f"--user-data-dir={profile}", *(["--no-sandbox"] if root else [])]


def print_pdf(page: str | Path, path: str | Path) -> Path:
    """Print an HTML file as PDF (A4, as the page's style says).

    Raises
    ------
    OutputError
        No browser is installed, or it did not print.
    """
    browser = find_browser()
    if browser is None:
        raise OutputError(
            "a PDF needs a browser of the Chromium family, and none is installed",
            where=str(path),
            hint="write .html and print it from any browser, or name one in INFLUENCE_BROWSER",
        )
    with tempfile.TemporaryDirectory() as profile, atomic_path(path) as target:
        command = [*browser_command(browser, profile), "--no-pdf-header-footer", f"--print-to-pdf={target}"]
        address = Path(page).resolve().as_uri()
        try:
            done = subprocess.run(
                [*command, address], capture_output=True, timeout=TIMEOUT_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OutputError("the browser did not print", where=browser, seen=str(error)) from error
        if target.stat().st_size == 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise OutputError("the browser did not print", where=browser, seen=said[-1] if said else None)
    return Path(path)
