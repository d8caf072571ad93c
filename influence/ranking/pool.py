"""Who is ranked: everyone who speaks, less those that the user filters out or that must not be listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.errors import UsageError
from influence.question import Filters, filters_told
from influence.ranking.standing import address_known, contacted_within, days_silent, talks_began
from influence.signals.listed import never_ranked
from influence.signals.material import Material
from influence.store.importing.named_codes import country_code
from influence.store.visibility import visible
from influence.text.language import spoken_languages
from influence.text.tokens import fold

if TYPE_CHECKING:
    import pandas as pd


Rule = Callable[[Material, str, Any], tuple[str, np.ndarray]]
"""Of a material, the column and what is wanted of it: the reason, and whom it leaves out."""
Told = tuple[str, str, str]
"""City and region, country code, bio: folded, empty where nobody said."""


def by_place(
    material: Material, wanted: Sequence[str], left: np.ndarray
) -> tuple[np.ndarray, dict[str, int]]:
    """Who of those left is at one of the wanted places, and how many aren't, or don't say.

    A place is a city, region or country (``Leeds``, ``Yorkshire``, ``UK``), or several by comma that must all fit
    (``Leeds, UK``). An account's own words (its bio) have a say only where no city, region or country of its own says
    otherwise: a fan of Leeds United in London is not in Leeds.

    Parameters
    ----------
    material : Material
    wanted : sequence of str
        Alternatives.
    left : ndarray of bool, shape (n_accounts,)

    Returns
    -------
    tuple of (ndarray of bool, dict of reason to number of accounts)
    """
    places = [[part.strip() for part in one.split(",") if part.strip()] for one in wanted]
    told, silent = _told(material), ("", "", "")
    here, unknown = np.zeros(len(left), dtype=bool), np.zeros(len(left), dtype=bool)
    for at in np.flatnonzero(left):
        said = told.get(str(material.account_ids[at]), silent)
        here[at] = any(parts and all(_fits(part, said) for part in parts) for parts in places)
        unknown[at] = not here[at] and said == silent
    counts = {f"place is not {' or '.join(wanted)}": left & ~here & ~unknown, "place is unknown": unknown}
    return left & here, {reason: int(out.sum()) for reason, out in counts.items() if out.any()}


def _fits(place: str, said: Told) -> bool:
    home, country, bio = said
    code, words = country_code(place), _words(place)
    if code and country:
        return code == country or words in home
    return words in home or (not home and words in bio)


def _words(text: str) -> str:
    """Its words folded, a space around each; none for no text."""
    words = [fold(word) for word in re.findall(r"\w+", text)]
    return f" {' '.join(words)} " if words else ""


def _told(material: Material) -> dict[str, Told]:
    own = f"case when {visible('accounts', material.cut)} then bio end"
    sql = (
        f"select account_id, city, region, country, {own} as bio from accounts "
        "where coalesce(city, region, country, bio) is not null"
    )

    def read() -> dict[str, Told]:
        found = {}
        for row in material.store.query(sql).to_pylist():
            home = "|".join(_words(row[name] or "") for name in ("city", "region")).strip("|")
            country = row["country"] or ("," in (row["city"] or "") and country_code(row["city"])) or ""
            found[row["account_id"]] = (home, country.upper(), _words(row["bio"] or ""))
        return found

    return material.once("homes of accounts", read)


def pool_of(
    material: Material, filters: Filters, examples: Sequence[int] = ()
) -> tuple[np.ndarray, dict[str, int]]:
    """Positions of the candidates, ascending, and how many accounts were left out for which reason.

    Each account counts once, under the first reason that applies. Unknown followers pass `max_followers` (the long
    tail is mostly uncounted) but not `min_followers`; an unknown kind, language, country or place passes no filter on
    it. A language that the profile does not tell is told by the account's posts where they can (`spoken_languages`).
    """
    left = material.speaks.copy()
    gone: dict[str, int] = {}
    for reason, drop in _reasons(material, filters, examples):
        n = int((left & drop).sum())
        if n:
            gone[reason] = n
        left &= ~drop
    told = {one.keeps: wanted for _, one, wanted in filters_told(filters)}
    for keeps, rule in _LAST.items():
        if keeps in told:
            left, others = rule(material, told[keeps], left)
            gone |= others
    return np.flatnonzero(left).astype(np.int32), gone


def _of_language(
    material: Material, wanted: Sequence[str], left: np.ndarray
) -> tuple[np.ndarray, dict[str, int]]:
    """Who of those left writes in a wanted language, and how many don't, or can't be told. The last of the filters,
    because a language that has to be identified costs time."""
    known = languages_of(material, np.flatnonzero(left))
    unknown = left & known.isna().to_numpy()
    codes = [value.lower() for value in wanted]
    fits = np.array(
        [isinstance(said, str) and any(_same_language(said, code) for code in codes) for said in known], dtype=bool
    )  # fmt: skip
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
    import pandas as pd

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
    if not filters.get("language"):
        return None
    n = sum(said is None for said in material.column("language")[pool])
    if not n:
        return None
    return f"{n:,} of {len(pool):,} candidates name no language; their posts told it."


def _reasons(material: Material, filters: Filters, examples: Sequence[int]) -> list[tuple[str, np.ndarray]]:
    given = np.zeros(len(material.account_ids), dtype=bool)
    given[list(examples)] = True
    rules = [("given as examples", given), *never_ranked(material)]
    for _, one, wanted in filters_told(filters):
        if one.keeps in _RULES:
            rules.append(_RULES[one.keeps](material, one.of, wanted))
    return rules


def _most(material: Material, of: str, wanted: int) -> tuple[str, np.ndarray]:
    return f"more than {wanted:,} {of.replace('_', ' ')}", material.column(of) > wanted


def _least(material: Material, of: str, wanted: int) -> tuple[str, np.ndarray]:
    return f"fewer than {wanted:,} {of.replace('_', ' ')} or unknown", ~(material.column(of) >= wanted)


def _any(material: Material, of: str, wanted: Sequence[str]) -> tuple[str, np.ndarray]:
    names = [value.lower() for value in wanted]
    there = np.array([said is not None and said.lower() in names for said in material.column(of)], dtype=bool)
    return f"{of.replace('_', ' ')} is not {' or '.join(names)}", ~there


def _recent(material: Material, of: str, wanted: int) -> tuple[str, np.ndarray]:
    words = f"no post within {wanted:,} {'day' if wanted == 1 else 'days'}"
    return words, ~(days_silent(material) <= wanted)


def _either(who: Callable[[Material], np.ndarray], lacking: str, having: str) -> Rule:
    """A rule by what holds of an account or not: ``yes``, ``no`` or both are wanted."""

    def rule(material: Material, of: str, wanted: Sequence[str]) -> tuple[str, np.ndarray]:
        holds = who(material)
        kept = (holds & ("yes" in wanted)) | (~holds & ("no" in wanted))
        return lacking if "yes" in wanted else having, ~kept

    return rule


def _rested(material: Material, of: str, wanted: int) -> tuple[str, np.ndarray]:
    words = f"contacted in the last {wanted:,} {'day' if wanted == 1 else 'days'}"
    return words, contacted_within(material, wanted)


_RULES: Mapping[str, Rule] = {
    "most": _most, "least": _least, "any": _any, "recent": _recent, "rested": _rested,
    "address": _either(address_known, "no e-mail address is known", "an e-mail address is known"),
    "talks": _either(talks_began, "not contacted before", "contacted before"),
}  # fmt: skip
_LAST: Mapping[str, Callable[[Material, Sequence[str], np.ndarray], tuple[np.ndarray, dict[str, int]]]] = {
    "at": by_place, "spoken": _of_language,
}  # fmt: skip


def check_filters(filters: Filters) -> None:
    """Raise UsageError for filters that cannot mean anything."""
    for name, one, wanted in filters_told(filters):
        for value in wanted if one.choices else ():
            if value not in one.choices:
                raise UsageError.unknown(f"unknown {name} of account", value, one.choices, name)
