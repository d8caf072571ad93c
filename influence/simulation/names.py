"""Made-up handles: none belongs to anybody, blogs live under the reserved ending `.example`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from influence.simulation.niches import SyntheticNiche, phrases
from influence.simulation.people import Cast
from influence.simulation.roles import CODE
from influence.simulation.texts import dice

PLATFORM = "synthetic"
BLOG_PLATFORM = "synthetic_blog"


def name_accounts(
    cast: Cast, niches: Sequence[SyntheticNiche], rng: np.random.Generator
) -> tuple[list[str], list[str]]:
    """Return unique handles and the names shown to people; every name ends in ``(synthetic)``."""
    words = phrases()["handles"]
    draws = dice(len(cast), 4, rng)
    taken: dict[str, int] = {}
    handles, names = [], []
    rows = zip(draws, cast.role.tolist(), cast.first.tolist(), cast.is_blog.tolist(), strict=True)
    for draw, role, niche, is_blog in rows:
        first = words["first"][draw[0] % len(words["first"])]
        second = _second(words["plain"], niches, role, niche, draw)
        stem = f"{first}{second}" if is_blog or draw[2] % 3 == 0 else f"{first}_{second}"
        if role == CODE["bot"] or draw[3] % 40 == 0:
            stem += str(draw[3] % 100_000)
        again = taken[stem] = taken.get(stem, 0) + 1
        handle = (stem if again == 1 else f"{stem}.{again}") + (".example" if is_blog else "")
        handles.append(handle)
        names.append(f"{first.title()} {second.title()} (synthetic)")
    return handles, names


def _second(
    plain: Sequence[str], niches: Sequence[SyntheticNiche], role: int, niche: int, draw: list[int]
) -> str:
    personal = role in (CODE["person"], CODE["bot"], CODE["celebrity"])
    if niche < 0 or draw[1] % 10 < (9 if personal else 4):
        return plain[draw[1] % len(plain)]
    things = niches[niche].things
    word = things[draw[1] // 10 % len(things)].split()[-1]
    return "".join(ch for ch in word if ch.isalpha())


def account_ids(cast: Cast, handles: Sequence[str]) -> list[str]:
    """Return `platform:handle` for every account."""
    return [
        f"{BLOG_PLATFORM if is_blog else PLATFORM}:{handle}"
        for is_blog, handle in zip(cast.is_blog.tolist(), handles, strict=True)
    ]
