"""Who is ranked: everyone who speaks, less those that the user filters out or that must not be listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence.errors import UsageError, did_you_mean
from influence.schema import KINDS
from influence.signals.material import Material
from influence.store.suppression import read_suppressions
from influence.text.language import spoken_languages


@dataclass(frozen=True)
class Filters:
    """What the user asked the pool to be; None filters nothing, several values of one filter are alternatives."""

    max_followers: int | None = None
    min_followers: int | None = None
    kind: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    country: tuple[str, ...] = ()


def pool_of(
    material: Material, filters: Filters, examples: Sequence[int] = ()
) -> tuple[np.ndarray, dict[str, int]]:
    """Positions of the candidates, ascending, and how many accounts were left out for which reason.

    Each account counts once, under the first reason that applies. Unknown followers pass `max_followers` (the long
    tail is mostly uncounted) but not `min_followers`; an unknown kind, language or country passes no filter on it. A
    language that the profile does not tell is told by the account's posts where they can (`spoken_languages`).
    """
    frame = material.accounts
    left = material.speaks.copy()
    gone: dict[str, int] = {}
    for reason, drop in [*_suppressed(material), *_reasons(frame, filters, examples)]:
        n = int((left & drop).sum())
        if n:
            gone[reason] = n
        left &= ~drop
    if filters.language:
        left, by_language = _of_language(material, filters.language, left)
        gone |= by_language
    return np.flatnonzero(left).astype(np.int32), gone


def _of_language(
    material: Material, wanted: Sequence[str], left: np.ndarray
) -> tuple[np.ndarray, dict[str, int]]:
    """Who of those left writes in a wanted language, and how many don't, or can't be told. The last of the filters,
    because a language that has to be identified costs time."""
    known = languages_of(material, np.flatnonzero(left))
    unknown = left & known.isna().to_numpy()
    fits = known.map(
        lambda code: any(_same_language(code, value.lower()) for value in wanted), na_action="ignore"
    )
    fits = fits.fillna(False).to_numpy(dtype=bool)
    other = left & ~fits & ~unknown
    counts = {f"language is not {' or '.join(wanted).lower()}": other, "language is unknown": unknown}
    return left & fits, {reason: int(out.sum()) for reason, out in counts.items() if out.any()}


def _same_language(code: str, wanted: str) -> bool:
    """Whether two codes can mean one language; a region counts only where both name one: ``en-us`` takes ``en``."""
    (one, _, here), (other, _, there) = (
        code.replace("_", "-").partition("-"),
        wanted.replace("_", "-").partition("-"),
    )
    return one == other and (not here or not there or here == there)


def languages_of(material: Material, rows: np.ndarray) -> pd.Series:
    """Language of every account: its profile's, else for those at `rows` that of its posts; NA where unknown."""
    said = material.accounts["language"].astype("string").str.lower()
    told = material.once("languages told by posts", dict[str, str | None])
    silent = material.account_ids[rows[said.iloc[rows].isna().to_numpy()]]
    fresh = [account for account in silent if account not in told]
    if fresh:
        found = spoken_languages(material.store, fresh, material.cut)
        told.update({account: found.get(account) for account in fresh})
    heard = pd.Series([told.get(account) for account in material.account_ids], dtype="string")
    return said.reset_index(drop=True).fillna(heard)


def language_note(material: Material, filters: Filters, pool: np.ndarray) -> str | None:
    """How many candidates passed the language filter by what their posts are written in; None where nobody did."""
    n = int(material.accounts["language"].iloc[pool].isna().sum()) if filters.language else 0
    if not n:
        return None
    return f"{n:,} of {len(pool):,} candidates name no language; their posts told it."


def _suppressed(material: Material) -> list[tuple[str, np.ndarray]]:
    gone = material.kept("suppressed", lambda: suppressed_accounts(material))
    return [("suppressed", gone)] if len(gone) else []


def suppressed_accounts(material: Material) -> np.ndarray:
    """Which accounts are suppressed, shape (n_accounts,); empty where nobody is."""
    known = read_suppressions(material.store)
    if not known:
        return np.zeros(0, dtype=bool)
    return np.array([known.account(str(account)) for account in material.account_ids], dtype=bool)


def _reasons(frame: pd.DataFrame, filters: Filters, examples: Sequence[int]) -> list[tuple[str, np.ndarray]]:
    true = np.ones(len(frame), dtype=bool)
    given = np.zeros(len(frame), dtype=bool)
    given[list(examples)] = True
    rules = [
        ("given as examples", given),
        ("private", _flag(frame, "is_private")),
        ("asked not to be indexed", _flag(frame, "noindex")),
        ("known bots", _flag(frame, "is_bot")),
    ]
    followers = frame["followers"].to_numpy(dtype=float)
    if filters.max_followers is not None:
        rules.append((f"more than {filters.max_followers:,} followers", followers > filters.max_followers))
    if filters.min_followers is not None:
        rules.append(
            (
                f"fewer than {filters.min_followers:,} followers or unknown",
                ~(followers >= filters.min_followers),
            )
        )
    for name in ("kind", "platform", "country"):
        wanted = [value.lower() for value in getattr(filters, name)]
        if wanted:
            column = (
                frame[name].astype("string").str.lower().isin(wanted).to_numpy(dtype=bool, na_value=False)
            )
            rules.append((f"{name} is not {' or '.join(wanted)}", true & ~column))
    return rules


def _flag(frame: pd.DataFrame, name: str) -> np.ndarray:
    return frame[name].astype("boolean").fillna(False).to_numpy(dtype=bool)


def check_filters(filters: Filters) -> None:
    """Raise UsageError for filters that cannot mean anything."""
    for name in ("max_followers", "min_followers"):
        value = getattr(filters, name)
        if value is not None and value < 0:
            raise UsageError(
                "a number of followers cannot be negative", where=name, seen=value, expected=">= 0"
            )
    for kind in filters.kind:
        if kind not in KINDS:
            raise UsageError(
                "unknown kind of account",
                where="kind",
                seen=kind,
                expected=", ".join(KINDS),
                hint=did_you_mean(kind, list(KINDS)),
            )
