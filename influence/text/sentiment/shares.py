"""How many speak well of a brand: shares with honest intervals, and what a hundred labels make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from influence.text.sentiment.linear import CLASSES

if TYPE_CHECKING:
    from influence.text.mentions import Mentions

SHARED_ERROR = np.array([0.15, 0.14, 0.12])
"""What shares are off by (root mean square), all texts alike: negative, neutral, positive. Measured on domains never
seen, with their own shares and with five other mixes: `benchmarks/text/sentiment.py`, domains."""
SHARED_BALANCE = 0.3
"""The same of mean probabilities, positive less negative (-1 to 1): of what accounts are judged by."""
LEAN = np.exp([0.12, 0.0, -0.06])
"""Odds by which the model is too mild about a class: complaints told as facts pass for neutral. The models hold as much
again, the class bias of six domains never seen; both together were chosen on these over six mixes of feelings."""
Z90 = 1.645
LEAST_LABELS = 30
"""Labels from which they correct the shares; fewer would add more chance than they take error away."""


@dataclass(frozen=True)
class Label:
    """A judged mention: 0 negative, 1 neutral, 2 positive; and the chance with which it was chosen, None: at random."""

    text: str
    label: int
    chosen: float | None = None


@dataclass(frozen=True)
class Shares:
    """Shares of negative, neutral and positive mentions (0-1) with their 90 % intervals, shape (3,) each."""

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n_mentions: int
    n_labels: int


def brand_shares(mentions: Mentions, labels: tuple[Label, ...] = ()) -> Shares | None:
    """`shares_of` the mentions of a brand."""
    return shares_of(mentions.probabilities, [row.clause for row in mentions.rows], labels)


def shares_of(chance: np.ndarray, clauses: Sequence[str], labels: tuple[Label, ...] = ()) -> Shares | None:
    """Which shares of the mentions are negative, neutral and positive? None where none can be read.

    Without labels: see `likely_shares`. What the model gets wrong it gets wrong for all mentions alike, so the
    interval has this shared error in it, however many mentions there are. With `LEAST_LABELS` labels or more:
    the difference estimator (Särndal et al. 1992; Angelopoulos et al. 2023, doi:10.1126/science.adi6000), mean
    probability plus the mean of label minus probability over the labelled, each weighed by how rarely it was chosen.
    It is right on average whatever the model gets wrong.

    Parameters
    ----------
    chance : ndarray, shape (n_mentions, 3)
        Probabilities of the three; NaN where a mention cannot be read.
    clauses : sequence of str
        What each says.
    labels : tuple of Label
        Those whose text is the clause of a mention count.
    """
    known = np.isfinite(chance[:, 0])
    if not known.any():
        return None
    chance = chance[known]
    clauses = [clause for clause, flag in zip(clauses, known, strict=True) if flag]
    mean, n = likely_shares(chance), len(chance)
    even = smoothed(mean, n)
    spread = np.sqrt(even * (1 - even) / n + SHARED_ERROR**2)
    gap, weight = _differences(clauses, chance, labels)
    n_labels = len(gap) if len(gap) >= LEAST_LABELS else 0
    if n_labels:
        off = weight @ gap
        mean = chance.mean(axis=0) + off
        spread = np.sqrt(weight**2 @ (gap - off) ** 2 * n_labels / (n_labels - 1))
    share = np.clip(mean, 0, 1) / np.clip(mean, 0, 1).sum()
    low, high = np.clip(share - Z90 * spread, 0, 1), np.clip(share + Z90 * spread, 0, 1)
    return Shares(share, low, high, n, n_labels)


def smoothed(share: np.ndarray, n: int) -> np.ndarray:
    """Shares with one mention more, a third of each: one complaint alone is no proof that all complain."""
    return (share * n + 1 / 3) / (n + 1)


def likely_shares(chance: np.ndarray) -> np.ndarray:
    """Shares of the three classes, shape (3,), from probabilities of shape (n, 3) alone.

    Counted by the likeliest class after `LEAN` (mean probabilities lean to the middle where one feeling rules); then
    one step of prior shift (Saerens et al. 2002, doi:10.1162/089976602753284446) between negative and positive. Not
    for neutral, and no more steps: where neutral ends differs by domain, so that fitted shares run away.
    """
    told = chance * LEAN
    count = np.eye(3)[told.argmax(axis=1)].mean(axis=0)
    again = told * count
    felt = (again / again.sum(axis=1, keepdims=True)).mean(axis=0) * [1, 0, 1]
    return np.asarray(count * [0, 1, 0] + (1 - count[1]) * felt / max(felt.sum(), 1e-12))


def _differences(
    clauses: list[str], chance: np.ndarray, labels: tuple[Label, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Label minus probability of each labelled mention, and how much each stands for (adds up to one)."""
    place: dict[str, list[int]] = {}
    for row, clause in enumerate(clauses):
        place.setdefault(clause, []).append(row)
    met = [label for label in labels if label.text in place]
    if not met:
        return np.zeros((0, 3)), np.zeros(0)
    times = np.array([len(place[label.text]) for label in met], dtype=float)
    chosen = np.array([label.chosen or np.nan for label in met])
    weight = times / (1.0 if np.isnan(chosen).any() else chosen)
    told = chance[[place[label.text][0] for label in met]]
    return np.eye(3)[[label.label for label in met]] - told, weight / weight.sum()


def shares_words(shares: Shares) -> str:
    """The three shares and where they are with 90 % certainty, in words; positive first as people read them."""
    rows = list(zip(CLASSES, shares.share, shares.low, shares.high, strict=True))
    return ", ".join(
        f"{share:.0%} {name} ({100 * low:.0f}-{high:.0%})" for name, share, low, high in rows[::-1]
    )


def rests_on(shares: Shares, brand: str, n_told: int, how: str = "") -> str:
    """On what the shares rest, and what makes them surer: `how` to label, where that is not the command."""
    if shares.n_labels:
        return f"Shares righted by {shares.n_labels} labels; in brackets where they are with 90% certainty."
    few = f"{n_told} labels are too few to right them ({LEAST_LABELS} of these mentions needed). "
    return (
        (few if n_told else "")
        + "In brackets where the shares are with 90% certainty: the model may err the same way about all posts "
        "of a brand, most where complaints rule. A hundred labels mend it: "
        + (how or f'influence sentiment label --brand "{brand}" -o labels.csv')
    )
