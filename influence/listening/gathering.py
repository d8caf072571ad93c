"""Every mention of a brand and its rivals, with what is known of the post and of who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.errors import MissingDataError
from influence.store.rights.suppression import read_suppressions
from influence.text.mentions import Mentions, mentions_of_each, require_texts
from influence.text.sentiment.clauses import name_pattern

if TYPE_CHECKING:
    from influence.signals.material import Material
    from influence.store.base import Store
    from influence.text.sentiment.score import Sentiment

ITSELF, EMPLOYEE, CUSTOMER, AUTOMATED = "the brand itself", "employee", "customer", "automated"
KINDS = {
    "media": "media", "blog": "blogger", "podcast": "blogger", "brand": "another brand",
    "community": "community", "person": "person",
}  # fmt: skip
"""Kind of an account -> kind of voice; what no account says is ``unknown``."""
FEELINGS = ("negative", "neutral", "positive")


def gather(
    store: Store,
    brands: Mapping[str, Sequence[str]],
    until_day: int | None = None,
    model: Sentiment | None = None,
) -> pd.DataFrame:
    """One row a mention, ordered by brand, account and post.

    Parameters
    ----------
    store : Store
    brands : mapping of brand to its other names
        The brand first, then its rivals; each is read with the others as rivals.
    until_day : int, optional
        Only what was known before this day (days since 1970-01-01).

    Returns
    -------
    DataFrame
        ``brand``, ``account_id``, ``post_id``, ``day`` (NaN unknown), ``said``, ``p_negative``,
        ``p_neutral``, ``p_positive`` (NaN where the language cannot be read), ``feeling``, ``language``, ``community``,
        ``url``, ``reactions``, ``platform``, ``country``, ``voice`` and ``is_hidden`` (private, suppressed, or
        asks not to be listed: counted, never named).

    Raises
    ------
    MissingDataError
        There is no text, or nobody names any of them.
    """
    require_texts(store)
    found = mentions_of_each(store, brands, until_day, model=model)
    if not any(len(mentions) for mentions in found.values()):
        raise MissingDataError(
            "nobody names the brand or a rival",
            seen=", ".join(brands),
            hint="try other spellings with --alias",
        )
    rows = pd.concat([_rows(brand, mentions) for brand, mentions in found.items()], ignore_index=True)
    rows = rows.merge(_told(store, _POSTS, rows["post_id"]), on="post_id", how="left")
    rows = rows.merge(_told(store, _ACCOUNTS, rows["account_id"]), on="account_id", how="left")
    rows["reactions"] = rows["reactions"].where(rows["author_id"] == rows["account_id"])
    hidden = rows["is_hidden"].eq(True)
    rows["is_hidden"] = hidden | rows["account_id"].isin(suppressed_among(store, rows["account_id"].dropna()))
    rows["url"] = rows["url"].astype(object).where(rows["url"].notna(), None)
    rows["voice"] = _voices(rows, brands)
    return rows.drop(columns=["author_id", "bio", "kind", "handle", "is_bot", "is_customer"])


def _rows(brand: str, mentions: Mentions) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "brand": brand,
            "account_id": [row.account_id for row in mentions],
            "post_id": [row.post_id for row in mentions],
            "day": mentions.days,
            "said": [row.clause for row in mentions],
            "language": [row.language for row in mentions],
            **felt(mentions.probabilities),
        }
    )
    return frame.astype({"account_id": object, "post_id": object})


def felt(chance: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of a mention: its probabilities, and the likeliest class, None where it could not be read."""
    likeliest = np.array(FEELINGS, dtype=object)[np.nan_to_num(chance, nan=-1.0).argmax(axis=1)]
    likeliest[~np.isfinite(chance[:, 0])] = None
    return {**{f"p_{name}": chance[:, at] for at, name in enumerate(FEELINGS)}, "feeling": likeliest}


def chances_of(rows: pd.DataFrame) -> np.ndarray:
    """Probabilities of negative, neutral and positive, shape (n_rows, 3)."""
    return np.asarray(rows[[f"p_{name}" for name in FEELINGS]].to_numpy(np.float64))


def suppressed_among(store: Store, accounts: Iterable[str]) -> set[str]:
    """Those of the accounts that must never be listed or contacted."""
    known = read_suppressions(store)
    return {one for one in set(accounts) if known.account(one)}


def hidden_among(store: Store, material: Material, accounts: Sequence[str]) -> set[str]:
    """Those who must not be named: suppressed ones of them, and all that are private or ask not to be listed."""
    return closed_accounts(material) | suppressed_among(store, accounts)


def closed_accounts(material: Material) -> set[str]:
    """All that are private or ask not to be listed."""
    flags = (np.asarray(material.columns["is_private"]) == 1) | (np.asarray(material.columns["noindex"]) == 1)
    return {str(one) for one in material.account_ids[flags]}


_POSTS = """
select post_id, account_id as author_id, community, url,
    coalesce(likes, 0) + 2 * coalesce(comments, 0) + 3 * coalesce(shares, 0) as reactions
from posts where post_id in (select unnest(?)) order by post_id
"""
_ACCOUNTS = """
select account_id, platform, handle, country, kind, bio, is_bot,
    coalesce(is_private, false) or coalesce(noindex, false) as is_hidden,
    account_id in (select account_id from customers where account_id is not null) as is_customer
from accounts where account_id in (select unnest(?)) order by account_id
"""


def _told(store: Store, sql: str, ids: pd.Series) -> pd.DataFrame:
    """What the store knows of these ids."""
    asked = sorted({str(one) for one in ids.dropna()})
    return store.query(sql, [asked]).to_pandas().astype({ids.name: object})


def _voices(rows: pd.DataFrame, brands: Mapping[str, Sequence[str]]) -> pd.Series:
    """Who speaks, most telling first: the brand, its staff, a bot, a buyer, else what kind of account it is."""
    voice = rows["kind"].map(KINDS).fillna("unknown")
    voice = voice.mask(rows["is_customer"].eq(True), CUSTOMER)
    voice = voice.mask(rows["is_bot"].eq(True), AUTOMATED)
    for brand, more in brands.items():
        here = rows["brand"] == brand
        names = name_pattern([brand, *more])
        works = re.compile(
            rf"(?i)\b(?:work(?:s|ing)? (?:at|for|with)|employee (?:at|of)|staff at|team) {names.pattern}"
        )
        says = rows["bio"].fillna("").map(lambda bio, works=works: bool(works.search(bio)))
        own = rows["handle"].fillna("").map(lambda handle, names=names: bool(names.fullmatch(handle)))
        voice = voice.mask(here & says, EMPLOYEE).mask(here & own, ITSELF)
    return voice


def between(rows: pd.DataFrame, first: int, end: int) -> pd.DataFrame:
    """Rows of days from `first` up to, not including, `end`."""
    return rows[(rows["day"] >= first) & (rows["day"] < end)]
