"""What files say of accounts beyond what signals read: a vendor's own figures, and columns that no other takes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from influence.recognition.headers import read_header
from influence.store.base import Store
from influence.store.visibility import visible

_FIGURE = re.compile(r"[<>~≈]?\s*[€$£]?\s*\d[\d.,\s]*\s*(%|[KkMm]\+?|[€$£])?")


NUMBERS_OF_SOMEBODY = "phone telephone tel mobile whatsapp telefon fax zip postcode id no"
"""Words of headers whose figures tell nothing but whose they are."""


def told_beyond(
    store: Store, account_ids: Sequence[str], cut: int | None = None
) -> dict[str, dict[str, str]]:
    """Header and value of everything that files say of accounts beyond the tables, in the order of the file.

    Parameters
    ----------
    store : Store
    account_ids : sequence of str
    cut : int, optional
        Only what was known before this day.

    Returns
    -------
    dict of account to dict of header to text
        ``fake_followers`` (share, 0-1) is a vendor's, too. Nobody of whom nothing is said is in it.
    """
    ids, found = list(account_ids), dict[str, dict[str, str]]()
    extra = (
        "select account_id, extra from accounts where extra is not null "
        f"and account_id in (select unnest(?)) and {visible('accounts', cut)}"
    )
    for row in store.query(extra, [ids]).to_pylist():
        said = json.loads(row["extra"])
        found[row["account_id"]] = {str(k): str(v) for k, v in said.items() if v not in (None, "")}
    fake = (
        "select account_id, fake_followers from metrics where fake_followers is not null "
        f"and account_id in (select unnest(?)) and {visible('metrics', cut)} order by account_id, day, source"
    )
    for row in store.query(fake, [ids]).to_pylist():
        found.setdefault(row["account_id"], {})["fake_followers"] = f"{row['fake_followers']:g}"
    return {account: told for account, told in found.items() if told}


def figures_of(told: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Those that are figures (``12``, ``45 %``, ``1.2M``), without telephone numbers and ids.

    Examples
    --------
    >>> figures_of({"Audience US": "45%", "Phone": "0113 496 0000", "Owner": "Mia", "Quality score": "81"})
    (('Audience US', '45%'), ('Quality score', '81'))
    """
    return tuple(
        (header, value.strip())
        for header, value in told.items()
        if _FIGURE.fullmatch(value.strip()) and not _is_number_of_somebody(header)
    )


def _is_number_of_somebody(header: str) -> bool:
    words = set(re.findall(r"[a-z]+", header.lower()))
    named = words & set(NUMBERS_OF_SOMEBODY.split())
    return bool(named) or read_header(header).means("id") >= 0.8
