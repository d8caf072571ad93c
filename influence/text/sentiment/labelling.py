"""A hundred mentions chosen to teach most, a sheet to label them on, and the sheet read back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from influence.errors import MissingDataError, SourceError, did_you_mean
from influence.recognition.headers import plain_header
from influence.sources.small import read_table
from influence.text.sentiment.linear import CLASSES
from influence.text.sentiment.shares import Label
from influence.writing.atomic import write_text
from influence.writing.data_text import csv_text
from influence.writing.safe import undefuse

if TYPE_CHECKING:
    from influence.text.mentions import Mentions

N_LABELS = 100
LEAST_DOUBT = 0.15
"""What the model is sure of is asked about as well, as often as what it doubts so much: it may be surely wrong."""
WORDS = {
    "negative": 0, "neg": 0, "-1": 0, "-": 0, "bad": 0,
    "neutral": 1, "neu": 1, "0": 1, "none": 1, "mixed": 1,
    "positive": 2, "pos": 2, "1": 2, "+1": 2, "+": 2, "good": 2,
}  # fmt: skip
COLUMNS = ("text", "label", "chosen", "account_id", "post_id")


@dataclass(frozen=True)
class ToLabel:
    """A mention to judge; `chosen` is the chance with which it came onto the sheet (0-1), `label` a word or empty."""

    text: str
    label: str
    chosen: float | None = None
    account_id: str | None = None
    post_id: str | None = None

    def judged(self, label: str) -> ToLabel:
        """The same with a label."""
        return replace(self, label=label)


def choose(mentions: Mentions, n: int = N_LABELS, seed: int = 0) -> tuple[ToLabel, ...]:
    """Which mentions teach most? Those in doubt more often, every one with a known chance.

    Systematic sampling with probability proportional to doubt, in order of the feeling guessed, so that all parts of
    the scale occur. A text that many repeat is asked about once and counts for all.

    Parameters
    ----------
    mentions : Mentions
    n : int
        How many; all where there are fewer.
    seed : int

    Raises
    ------
    MissingDataError
        No mention can be read.
    """
    chance = mentions.probabilities
    readable = [row for row, flag in zip(mentions.rows, np.isfinite(chance[:, 0]), strict=True) if flag]
    if not readable:
        raise MissingDataError(
            "there is nothing to label: no mention is in a language that can be read",
            seen=f"{len(mentions)} mentions",
            hint="`influence mentions` shows what was found",
        )
    times = Counter(row.clause for row in readable)
    rows = list({row.clause: row for row in readable}.values())
    rows.sort(key=lambda row: ((row.p_positive or 0) - (row.p_negative or 0), row.clause))
    told = np.array([(row.p_negative, row.p_neutral, row.p_positive) for row in rows], dtype=float)
    size = np.array([times[row.clause] for row in rows]) * (LEAST_DOUBT + 1 - (told**2).sum(axis=1))
    chosen = _inclusion(size, min(n, len(rows)))
    start = np.random.default_rng(seed).random()
    ends = np.floor(np.cumsum(chosen) + start + 1e-9)
    at = np.flatnonzero(np.diff(ends, prepend=np.floor(start)) > 0)
    picked = [
        ToLabel(rows[i].clause, "", round(float(chosen[i]), 6), rows[i].account_id, rows[i].post_id)
        for i in at
    ]
    order = np.random.default_rng(seed).permutation(len(picked))
    return tuple(picked[i] for i in order)


def _inclusion(size: np.ndarray, n: int) -> np.ndarray:
    """Chances proportional to size that add up to n, none above one."""
    chosen = np.zeros(len(size))
    sure = np.zeros(len(size), dtype=bool)
    while True:
        left = n - int(sure.sum())
        chosen[~sure] = size[~sure] * left / max(size[~sure].sum(), 1e-12)
        chosen[sure] = 1.0
        if not (chosen > 1 + 1e-9).any():
            return np.minimum(chosen, 1.0)
        sure |= chosen > 1


def sheet_text(rows: tuple[ToLabel, ...]) -> str:
    """The sheet as CSV, to fill in the column `label`: negative, neutral or positive."""
    return csv_text(COLUMNS, [(row.text, row.label, row.chosen, row.account_id, row.post_id) for row in rows])


def write_sheet(path: str | Path, rows: tuple[ToLabel, ...]) -> None:
    """The sheet as a file that `read_sheet` reads."""
    write_text(path, sheet_text(rows), bom=True)


def read_sheet(path: str | Path) -> tuple[ToLabel, ...]:
    """Rows of a small file with the columns ``text`` and ``label`` (negative, neutral, positive; -1, 0, 1; or empty).

    Raises
    ------
    SourceError
        Missing file or columns, or a label that is none.
    """
    file, table = Path(path), read_table(path)
    _require([plain_header(header) for header in table.headers], file)
    rows = [
        (line, {plain_header(header): value for header, value in row.items()}) for line, row in table.rows
    ]
    return tuple(_row(row, f"{file}, line {line}") for line, row in rows)


def _require(headers: list[str], file: Path) -> None:
    for wanted in ("text", "label"):
        if wanted not in headers:
            raise SourceError(
                f"there is no column {wanted!r}",
                where=str(file),
                seen=", ".join(headers) or "no header",
                expected="columns text and label",
                hint=did_you_mean(wanted, headers),
            )


def _row(row: dict[str, str], where: str) -> ToLabel:
    return ToLabel(
        row["text"],
        _label(row["label"], where),
        _chance(row.get("chosen") or "", where),
        row.get("account_id") or None,
        row.get("post_id") or None,
    )


def _label(word: str, where: str) -> str:
    said = undefuse(word.strip().lower()).removesuffix(".0")
    if said and said not in WORDS:
        raise SourceError(
            "this label is none of the three",
            where=f"{where}, column label",
            seen=word,
            expected="negative, neutral or positive (or -1, 0, 1)",
        )
    return CLASSES[WORDS[said]] if said else ""


def _chance(word: str, where: str) -> float | None:
    try:
        found = float(word) if word.strip() else None
    except ValueError:
        found = -1.0
    if found is not None and not 0 < found <= 1:
        raise SourceError(
            "this is no chance with which a row was chosen",
            where=f"{where}, column chosen",
            seen=word,
            expected="above 0, at most 1, as `influence sentiment label` wrote it; or empty",
        )
    return found


def labels_from(path: str | Path | None) -> tuple[Label, ...]:
    """What a sheet says that was labelled; nothing where there is none."""
    return labels_of(read_sheet(path)) if path else ()


def labels_of(rows: tuple[ToLabel, ...]) -> tuple[Label, ...]:
    """What the labelled rows say, for `shares.brand_shares`."""
    return tuple(Label(row.text, CLASSES.index(row.label), row.chosen) for row in rows if row.label)
