"""The report in other forms: slides, and a PDF that a browser prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from influence.errors import OutputError
from influence.reporting.ranking.columns import signals_of
from influence.reporting.ranking.set_words import audience_words, miss_words, set_lines
from influence.reporting.ranking.words import heading, holds_words, notes_of, provenance_pairs
from influence.reporting.report import bars, curve, overlap_charts, report_words
from influence.reporting.report.campaign import Campaign
from influence.writing.atomic import atomic_path
from influence.writing.deck import Deck, Series, new_deck
from influence.writing.plain import as_date, counted, decimal, percent, whole

ON_A_SLIDE = 12
MOST_PICK_SLIDES = 3
OURS = ("Workspace",)


def write_slides(campaign: Campaign, path: str | Path) -> Path:
    """Write the report as slides; whole or not at all."""
    ranking, title = campaign.ranking, report_words.title(campaign)
    day = as_date(ranking.provenance.as_of)
    with new_deck(path, title=title, foot=holds_words(ranking), day=day) as deck:
        notes = _sources(campaign)
        deck.title(title, report_words.subtitle(campaign), notes=notes)
        summary = set_lines(campaign.plan, options=False)[:3]
        deck.figures("What this list brings", report_words.tiles(campaign), summary, notes)
        _picks(deck, campaign, notes)
        _scores(deck, campaign, notes)
        _together(deck, campaign, notes)
        _misses(deck, campaign, notes)
        unknown = [*notes_of(ranking), *report_words.unknown_lines(campaign)]
        deck.words("What is not known", unknown[:8], "\n".join([*unknown, "", notes]))
        deck.words("How it was done", report_words.method(campaign), notes)
    return Path(path)


def _picks(deck: Deck, campaign: Campaign, notes: str) -> None:
    rows = list(zip(campaign.rows, campaign.plan.picks, strict=True))[: ON_A_SLIDE * MOST_PICK_SLIDES]
    known = campaign.plan.unit in ("people", "readers")
    new = "New readers" if campaign.plan.unit == "readers" else "New people"
    head = ["#", "Account", "Score", "Followers", *([new] if known else []), "Why"]
    widths = [0.5, 2.6, 0.8, 1.3, *([1.4] if known else []), 6.6]
    for start in range(0, len(rows), ON_A_SLIDE):
        part = rows[start : start + ON_A_SLIDE]
        cells = [
            [str(start + at), row.handle, decimal(row.score), whole(row.followers),
             *([whole(added.new_people)] if known else []), row.reason]
            for at, (row, added) in enumerate(part, 1)
        ]  # fmt: skip
        ends = f"Picks {start + 1} to {start + len(part)} of {len(campaign.rows)}"
        title = ends if len(rows) > ON_A_SLIDE else "The picks"
        told = "\n\n".join(_in_full(campaign, row.account_id, row.handle, row.reason) for row, _ in part)
        deck.table(title, head, cells, widths, f"{told}\n\n{notes}", numbers=range(2, len(head) - 1))


def _in_full(campaign: Campaign, account_id: str, handle: str, reason: str) -> str:
    """A pick's reason and the posts it rests on, for the notes."""
    posts = [post for post in campaign.evidence.get(account_id, ()) if post.text][:1]
    quotes = [f'"{post.text}" {report_words.quote_source(post.day, post.likes, post.comments)} {post.url or ""}'.strip()
              for post in posts]  # fmt: skip
    return "\n".join([f"{handle}: {reason}", *quotes])


def _scores(deck: Deck, campaign: Campaign, notes: str) -> None:
    rows, signals = list(campaign.rows)[:ON_A_SLIDE], signals_of(campaign.ranking)
    if not rows or not signals:
        return
    told = [Series(heading(name), [round(max(row.contributions.get(name) or 0.0, 0.0), 1) for row in rows])
            for name in signals]  # fmt: skip
    title = bars.bars_title(campaign.rows, campaign.ranking.weights)
    deck.bars(title, [row.handle for row in rows], told, f"Points of 100 by part.\n\n{notes}")


def _together(deck: Deck, campaign: Campaign, notes: str) -> None:
    plan, words = campaign.plan, audience_words(campaign.plan)
    if plan.unit == "nothing" or not campaign.rows:
        return
    if plan.reached > 0:
        told = [
            Series(one.name, [p.reached for p in one.points], [float(p.n) for p in one.points])
            for one in curve.drawn_apart(plan)
        ]
        deck.lines(curve.curve_title(plan), told, "accounts on the list", words.what, notes)
    if len(campaign.rows) > 1:
        shared = (plan.overlaps, campaign.handles, words)
        head, rows = overlap_charts.heat_table(*shared)
        deck.table(overlap_charts.heat_title(*shared), head, rows, [4, 4, 4], notes, numbers=[2])


def _misses(deck: Deck, campaign: Campaign, notes: str) -> None:
    misses = campaign.plan.misses[:ON_A_SLIDE]
    if misses and deck.n < 8:
        rows = [[miss.handle, str(miss.rank), decimal(miss.score), miss_words(miss)] for miss in misses]
        title = f"{counted(len(misses), 'account')} nearly made it"
        deck.table(
            title, ["Account", "Rank", "Score", "Why not"], rows, [3, 0.8, 0.8, 8], notes, numbers=[1, 2]
        )


def _sources(campaign: Campaign) -> str:
    """Where it comes from, for the notes of every slide."""
    ranking = campaign.ranking
    pairs: Sequence[tuple[str, object]] = provenance_pairs(ranking.provenance)
    lines = [f"{label}: {value}" for label, value in pairs if value not in (None, "") and label not in OURS]
    weights = [
        f"Weight of {heading(name).lower()}: {percent(share)}" for name, share in ranking.weights.items()
    ]
    return "\n".join(["Sources", holds_words(ranking), *lines, *weights])


BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "brave-browser",
)  # fmt: skip
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
