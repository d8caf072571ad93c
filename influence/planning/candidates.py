"""Who could speak for the brand: customers with and without a known account, and accounts without purchases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.planning.advocate_score import CRITIC_NPS
from influence.planning.customers import Links
from influence.planning.defaults import default
from influence.planning.segments import involvement_of, referral_value, segment_of
from influence.planning.value import CustomerValues
from influence.planning.voices import voice_figures
from influence.signals.material import Material
from influence.store.base import has_table

if TYPE_CHECKING:
    from influence.store.workspace import Workspace

SURELY_CRITIC = 0.7
"""Chance that more ill than good is said, from which somebody counts as a critic."""


@dataclass(frozen=True)
class Economics:
    """What a new customer brings and costs; the user's numbers, or from the data (None)."""

    new_customer_value: float | None = None
    acquisition_cost: float = 0.0
    anyway_share: float = field(default_factory=lambda: default("anyway_share").value)


def assemble_candidates(
    material: Material,
    values: CustomerValues,
    links: Links,
    feelings: pd.DataFrame,
    brand: str,
    economics: Economics,
) -> pd.DataFrame:
    """One row a candidate: joined customers, customers without a voice, voices without purchases."""
    buyers = values.frame.drop(columns=["account_id", "account_verified", "email_hash"])
    buyers = buyers.join(links.frame.set_index("customer_id"))
    buyers.index.name = "customer_id"
    buyers = buyers.reset_index()
    spoken = feelings.index.difference(buyers["account_id"].dropna())
    own = material.accounts["handle"].str.lower().isin([brand.lower().lstrip("@")]) | (
        material.accounts["kind"] == "brand"
    )
    shut = own | _flag(material, "is_private") | _flag(material, "noindex") | _flag(material, "is_bot")
    hidden = set(material.account_ids[shut.to_numpy(dtype=bool)])
    fans = pd.DataFrame({"account_id": [account for account in spoken if account not in hidden]})
    table = pd.concat([buyers, fans], ignore_index=True) if len(fans) else buyers
    table.loc[table["account_id"].isin(hidden), ["account_id", "method", "confidence"]] = None
    voices = sorted(table["account_id"].dropna().unique())
    customers = sorted(buyers["account_id"].dropna().unique())
    table = table.merge(voice_figures(material, voices, customers), on="account_id", how="left")
    table = table.merge(feelings, left_on="account_id", right_index=True, how="left")
    table["referral_value"] = referral_value(table, economics.new_customer_value, economics.acquisition_cost,
                                             economics.anyway_share)  # fmt: skip
    table["segment"] = segment_of(table)
    table["heard"] = table["account_id"].isin(_heard(material))
    table["involvement"] = involvement_of(table)
    table["detractor"] = is_detractor(table)
    return table


def _heard(material: Material) -> set[str]:
    """Accounts that said or did anything here: only of them can it be told that they do not name the brand."""
    posted = set(material.account_ids[np.unique(material.posts.account[material.posts.account >= 0])])
    return posted | set(material.account_ids[np.unique(material.reacted.actor)])


def is_detractor(table: pd.DataFrame) -> pd.Series:
    """Very likely more ill than good is said, or the customer would not recommend (0-6) and says nothing good.

    One lukewarm mention condemns nobody: it is a doubt, and the words are to be read before inviting.
    """
    feeling = table["feeling"].astype(float)
    ill = table["p_critic"].astype(float) >= SURELY_CRITIC
    unwilling = (table["nps"].astype(float) <= CRITIC_NPS) & ~(feeling > 0.05)
    return (ill | unwilling).fillna(False).astype(bool)


def asked_lately(workspace: Workspace, table: pd.DataFrame, today: int, rest_days: int | None) -> pd.Series:
    """Asked (a saved list says so) or busy in a campaign within the days of rest."""
    days = default("rest_days").value if rest_days is None else rest_days
    sql = "select account_id, max(day) as day from outcomes group by account_id"
    if has_table(workspace.store, "saved_picks"):
        sql += " union all select account_id, max(last_contact) from saved_picks group by account_id"
    last = workspace.store.query(
        f"select account_id, max(day) as day from ({sql}) as asked where day is not null and day <= ? "
        "group by account_id", [today]
    ).to_pandas().set_index("account_id")["day"]  # fmt: skip
    return (today - table["account_id"].map(last).astype(float) < days).fillna(False)


def _flag(material: Material, name: str) -> pd.Series:
    return material.accounts[name].astype("boolean").fillna(False)
