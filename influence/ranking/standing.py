"""How we stand with accounts, for filters: since when they are silent, whether they can be written to, and were.

What one channel of a person tells holds for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.store.base import has_table
from influence.store.lists.saved import contacted_since, last_contacts
from influence.store.people.persons import persons_behind
from influence.store.visibility import visible
from influence.text.niche import Niche

ADDRESS = r"[\w.+-]+@[\w-]+\.[\w.-]+"


def days_silent(material: Material) -> np.ndarray:
    """Days since the last dated post of every account, shape (n_accounts,); NaN where none is seen."""
    return Evidence(material, Niche(), np.arange(len(material.account_ids))).days_silent


def address_known(material: Material) -> np.ndarray:
    """Whom an address is known of, by `contacts` or by a bio, shape (n_accounts,), bool."""

    def known() -> np.ndarray:
        sql = (
            f"select account_id from contacts where email is not null and {visible('contacts', material.cut)} union "
            f"select account_id from accounts where regexp_matches(bio, ?) and {visible('accounts', material.cut)} "
            "order by account_id"
        )
        return _marked(material, _ids(material, sql, [ADDRESS]))

    return material.once("address known", known)


def talks_began(material: Material) -> np.ndarray:
    """With whom talks began, by any saved list, shape (n_accounts,), bool; looked up anew with every question."""
    if not has_table(material.store, "saved_picks"):
        return np.zeros(len(material.account_ids), dtype=bool)
    before = "" if material.cut is None else f" and coalesce(last_contact, 0) < {int(material.cut)}"
    sql = (
        "select distinct account_id from saved_picks "
        f"where (status <> 'idea' or last_contact is not null){before} order by account_id"
    )
    return _marked(material, _ids(material, sql))


def contacted_within(material: Material, days: int) -> np.ndarray:
    """Who was contacted in so many days, by any saved list, shape (n_accounts,), bool; 0 days mark nobody.

    They count back from the day that the ranking is asked as of; where none is told, from the latest that is known: of
    the data or of a contact, which may be noted long after the data were brought.
    """
    known = last_contacts(material.store, material.cut)
    today = material.reference_day if material.explicit else max([material.reference_day, *known.values()])
    return _marked(material, sorted(contacted_since(known, today, days)))


def _ids(material: Material, sql: str, values: list[str] | None = None) -> list[str]:
    return [str(one) for one in material.store.query(sql, values or [])["account_id"].to_pylist()]


def _marked(material: Material, ids: list[str]) -> np.ndarray:
    """These accounts and the other channels of whom they belong to."""
    persons = persons_behind(material.store, ids) if ids else None
    everyone: Iterable[str] = (
        {*ids, *(other for group in persons.groups for other in group)} if persons else ()
    )
    marked = np.zeros(len(material.account_ids), dtype=bool)
    at = material.positions(everyone)
    marked[at[at >= 0]] = True
    return marked
