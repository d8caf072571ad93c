"""Readers of the cases that were written by hand for this project, and the split into two halves by hash."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

CASES = Path(__file__).resolve().parent / "cases"
LABELS = {"-": 0, "0": 1, "+": 2, "negative": 0, "neutral": 1, "positive": 2}


class Case(NamedTuple):
    """A text, what it is about, the other names in it, and the right label."""

    text: str
    target: str
    rivals: tuple[str, ...]
    label: int
    kind: str


def two_brand_cases() -> list[Case]:
    """One case a brand and sentence."""
    found = []
    for line in (CASES / "two_brands.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        marks = re.findall(r"\{([-+0])(\w+)\}", line)
        text = re.sub(r"\{[-+0](\w+)\}", r"\1", line)
        for feeling, name in marks:
            rivals = tuple(other for _, other in marks if other != name)
            found.append(Case(text, name, rivals, LABELS[feeling], "two brands"))
    return found


def behaviour_cases() -> list[Case]:
    """Emoji, idiom, negation, comparison, question and quotation."""
    lines = (CASES / "behaviour.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [Case(text, "acme", (), LABELS[feeling], kind) for feeling, kind, text in rows]


def kind_cases(name: str, brand: str = "Tavilo") -> list[Case]:
    """Posts of one of the files whose brand is written B, with this brand in its place."""
    lines = (CASES / name).read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [
        Case(re.sub(r"\bB\b", brand, text), brand, (), LABELS[feeling], kind) for feeling, kind, text in rows
    ]


def brand_tweets() -> list[Case]:
    """Posts to and about one brand, in the manner of airline, phone and shop customers; written before tuning.

    None of them was looked at, or learnt from, while the model was made: all are held out.
    """
    lines = (CASES / "brand_tweets.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [Case(text, "acme", (), LABELS[feeling], "brand tweet") for feeling, text in rows]


def in_half(text: str, half: str) -> bool:
    """Whether a text is in the ``tuned`` or the ``held-out`` half; its SHA-256 decides."""
    tuned = hashlib.sha256(text.encode()).digest()[0] % 2 == 0
    return tuned == (half == "tuned")
