"""What the user wishes of a set: size, budget, quotas, must-haves, whom never, how much overlap, what quality."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from influence.errors import UsageError

WORTH_IT = 0.15
"""A set that nobody asked for is taken where it reaches at least this share more than the best by score. In simulated
worlds where sets gain 0 to 11 % the picks given up for them were worth as much (`benchmarks.selection.sets`)."""
ATTRIBUTES = ("tier", "platform", "language", "country", "kind", "community")
_QUOTA = re.compile(r"^\s*([A-Za-z]+)\s*[:=]\s*(.+?)\s*(>=|<=|==|=|≥|≤)\s*(\d+)\s*$")
_RANGE = re.compile(r"^\s*([A-Za-z]+)\s*[:=]\s*(.+?)\s*=\s*(\d*)\s*\.\.\s*(\d*)\s*$")


@dataclass(frozen=True)
class Quota:
    """At least or at most `n` picks whose `attribute` is `value`."""

    attribute: str
    value: str
    at_least: bool
    n: int

    def __str__(self) -> str:
        return f"{self.attribute}:{self.value}{'>=' if self.at_least else '<='}{self.n}"


def parse_quotas(texts: Sequence[str]) -> tuple[Quota, ...]:
    """Read ``tier:nano=5..``, ``language:de=..10``, ``country:GB=3``; several by comma or repetition.

    ``tier:nano>=5`` and ``<=`` do as well, where quotation marks keep the shell from writing a file.

    Raises
    ------
    UsageError
        Not of this form, or an attribute that accounts do not have.
    """
    quotas: list[Quota] = []
    for text in (part for given in texts for part in given.split(",") if part.strip()):
        name, value, bounds = _parts(text)
        if name not in ATTRIBUTES:
            raise UsageError.unknown(
                "accounts have no such attribute for a quota", name, ATTRIBUTES, where="--quota"
            )
        quotas += [Quota(name, value, least, n) for least, n in bounds]
    return tuple(quotas)


def _parts(text: str) -> tuple[str, str, list[tuple[bool, int]]]:
    """Attribute, value and the bounds, each as (at least, n)."""
    between, signed = _RANGE.match(text), _QUOTA.match(text)
    if between and (between[3] or between[4]):
        bounds = [(True, int(between[3]))] if between[3] else []
        bounds += [(False, int(between[4]))] if between[4] else []
        return between[1].lower(), between[2].strip().lower(), bounds
    if signed is None:
        cut = re.fullmatch(r"\s*\w+\s*[:=]\s*\w+\s*", text) is not None
        raise UsageError(
            "this is not a quota",
            where="--quota",
            seen=text,
            expected="ATTRIBUTE:VALUE=N..M, as in tier:nano=5.. (at least five) or language:de=..10",
            hint="without quotation marks the shell takes > for a file: look for one whose name starts with ="
            if cut
            else None,
        )
    sign, n = signed[3], int(signed[4])
    bounds = [(True, n)] if sign in (">=", "≥", "=", "==") else []
    bounds += [(False, n)] if sign in ("<=", "≤", "=", "==") else []
    return signed[1].lower(), signed[2].strip().lower(), bounds


@dataclass(frozen=True)
class Wishes:
    """Everything that decides a set.

    Attributes
    ----------
    size : int
        At most so many picks.
    budget : float or None
        At most so much cost, in the currency of the rate card.
    quotas : tuple of Quota
    must, never : tuple of str
        Ids, handles or addresses.
    max_overlap : float or None
        At most this share (0-1) of the smaller niche audience of any two picks may be common.
    min_score : float
        Points (0-100).
    min_support : float
        Observations behind the score: posts, texts, reactions, whatever the best supported signal counts.
    quality : float
        How much the score counts beside reach: 0 reach alone, 1 both alike.
    """

    size: int = 30
    budget: float | None = None
    quotas: tuple[Quota, ...] = ()
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    max_overlap: float | None = None
    min_score: float = 0.0
    min_support: float = 0.0
    quality: float = 1.0

    def __post_init__(self) -> None:
        if self.size < 1:
            raise UsageError(
                "a shortlist needs at least one place", where="size", seen=self.size, expected="1 or more"
            )
        if self.budget is not None and not (0 <= self.budget < float("inf")):
            raise UsageError("a budget cannot be negative", where="--budget", seen=self.budget)
        if self.max_overlap is not None and not 0 <= self.max_overlap <= 1:
            raise UsageError(
                "overlap is a share", where="--max-overlap", seen=self.max_overlap, expected="0 to 1"
            )
        if self.quality < 0:
            raise UsageError("quality cannot weigh less than nothing", where="quality", seen=self.quality)

    @property
    def least_gain(self) -> float:
        """How much more a set must reach to be taken; 0 where more than a size, so a set, was asked for."""
        return WORTH_IT if self == Wishes(size=self.size) else 0.0

    @property
    def only_size(self) -> bool:
        """Nothing but a size was asked for."""
        return self == Wishes(size=self.size, quality=self.quality)
