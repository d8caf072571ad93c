"""Where accounts are at home: by their city, region and country, else by their own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from influence.signals.material import Material
from influence.store.importing.plain_values import country_code
from influence.store.visibility import visible
from influence.text.tokens import fold

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
    code = country_code(place)
    if code and country:
        return code == country or _names(place, home)
    return _names(place, home) or (not home and _names(place, bio))


def _names(place: str, text: str) -> bool:
    return _words(place) in text


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
