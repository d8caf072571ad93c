"""Customers joined to the accounts they speak from, with the confidence of each link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from influence.planning.defaults import default
from influence.store.visibility import visible

if TYPE_CHECKING:
    from influence.store.base import Store

METHODS = ("verified", "email", "stated", "handle")
"""From sure to unsure; a customer is joined by the surest that fits."""


@dataclass(frozen=True)
class Links:
    """Who speaks from where.

    Attributes
    ----------
    frame : DataFrame
        One row a joined customer: ``customer_id``, ``account_id``, ``method``, ``confidence`` (0-1).
    n_customers : int
    without_voice : tuple of str
        Customers of whom no account is known; they are kept, without a voice.
    ambiguous : tuple of str
        Customers whose handle or e-mail fits several accounts; not joined.
    shared : tuple of str
        Accounts from which several customers are said to speak.
    """

    frame: pd.DataFrame
    n_customers: int
    without_voice: tuple[str, ...]
    ambiguous: tuple[str, ...]
    shared: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Joined customers by method."""
        found = self.frame["method"].value_counts()
        return {method: int(found.get(method, 0)) for method in METHODS}


def join_customers(store: Store, *, as_of_day: int | None = None) -> Links:
    """From which account does each customer speak?

    A link is ``verified`` (the customer proved it), by ``email`` (the same SHA-256 of the address in customers and
    contacts), ``stated`` (the shop's file names an account that the data know, platform and handle), or by
    ``handle`` (the file names a handle without its platform, and exactly one account has it). The confidences are
    in `defaults.toml`. What fits several accounts is joined to none.
    """
    n = int(
        store.query(f"select count(*) as n from customers where {visible('customers', as_of_day)}")["n"][
            0
        ].as_py()
    )
    found = store.query(_links_sql(as_of_day)).to_pandas()
    found["order"] = found["method"].map({method: place for place, method in enumerate(METHODS)})
    best = found[found["order"] == found.groupby("customer_id")["order"].transform("min")]
    several = best.groupby("customer_id")["account_id"].transform("nunique") > 1
    ambiguous = tuple(sorted(best.loc[several, "customer_id"].unique()))
    frame = best[~several].drop_duplicates("customer_id").sort_values("customer_id")
    frame["confidence"] = [default(f"link_{method}").value for method in frame["method"]]
    everybody = store.query(
        f"select customer_id from customers where {visible('customers', as_of_day)} order by customer_id"
    )["customer_id"].to_pylist()
    joined = set(frame["customer_id"])
    voices = frame["account_id"].value_counts()
    return Links(
        frame[["customer_id", "account_id", "method", "confidence"]].reset_index(drop=True),
        n,
        tuple(key for key in everybody if key not in joined),
        ambiguous,
        tuple(sorted(voices.index[voices > 1])),
    )


def _links_sql(cut: int | None) -> str:
    """Every possible link; an account is known when any table names it."""
    return (
        f"with buyers as (select * from customers where {visible('customers', cut)}), "
        "known as (select account_id from accounts union select account_id from posts union "
        "select actor_id from interactions union select target_id from interactions union "
        "select follower_id from follows union select followee_id from follows), "
        "handles as (select account_id, lower(split_part(account_id, ':', 2)) as handle from known) "
        "select customer_id, account_id, 'verified' as method from buyers "
        "where account_verified and account_id is not null "
        "union all select buyers.customer_id, contacts.account_id, 'email' from buyers "
        "join contacts on lower(buyers.email_hash) = sha256(lower(trim(contacts.email))) "
        "union all select buyers.customer_id, known.account_id, 'stated' from buyers "
        "join known on known.account_id = buyers.account_id "
        "union all select buyers.customer_id, handles.account_id, 'handle' from buyers "
        "join handles on handles.handle = case when contains(buyers.account_id, ':') then "
        "split_part(buyers.account_id, ':', 2) else ltrim(lower(buyers.account_id), '@') end "
        "where buyers.account_id not in (select account_id from known) "
        "order by customer_id, account_id, method"
    )
