"""Who could speak for the brand: customers, joined to accounts as surely as can be, and accounts without purchases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from influence.graph.ties import HALF_LIFE_DAYS
from influence.planning.advocate_score import CRITIC_NPS, involvement_of, referral_value, segment_of
from influence.planning.inputs import default
from influence.planning.value import CustomerValues
from influence.signals.material import Material
from influence.signals.shrinkage import decay
from influence.store.base import has_table
from influence.store.visibility import visible

if TYPE_CHECKING:
    from influence.store.base import Store
    from influence.store.workspace import Workspace

METHODS = ("verified", "email", "stated", "handle")
"""From sure to unsure; a customer is joined by the surest that fits."""


@dataclass(frozen=True)
class Links:
    """Who speaks from where.

    Attributes
    ----------
    frame : DataFrame
        One row a joined customer: ``customer_id``, ``account_id``, ``method``, ``confidence`` (0-1).
    ambiguous : tuple of str
        Customers whose handle or e-mail fits several accounts; not joined.
    shared : tuple of str
        Accounts from which several customers are said to speak.
    """

    frame: pd.DataFrame
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
    found = store.query(_links_sql(as_of_day)).to_pandas()
    found["order"] = found["method"].map({method: place for place, method in enumerate(METHODS)})
    best = found[found["order"] == found.groupby("customer_id")["order"].transform("min")]
    several = best.groupby("customer_id")["account_id"].transform("nunique") > 1
    ambiguous = tuple(sorted(best.loc[several, "customer_id"].unique()))
    frame = best[~several].drop_duplicates("customer_id").sort_values("customer_id")
    frame["confidence"] = [default(f"link_{method}").value for method in frame["method"]]
    voices = frame["account_id"].value_counts()
    return Links(
        frame[["customer_id", "account_id", "method", "confidence"]].reset_index(drop=True),
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


PRIOR_PEOPLE = 30.0
"""Reached people of average responsiveness that every account is given before its own count."""
COLUMNS = ("reach_like", "audience", "sharing", "persuasion")


def voice_figures(material: Material, account_ids: list[str], customers: list[str]) -> pd.DataFrame:
    """Figures of the accounts in `account_ids`.

    Returns
    -------
    DataFrame
        Indexed by account_id. ``reach_like``: people reached, each counted by how like the customers its attention
        is (0-1). ``audience``: people known to pay attention. ``sharing``: posts, shares and mentions of others in
        the last half year, aged (exceptional sharers). ``persuasion``: people who commented on or passed on what it
        said, per person reached, shrunk towards everybody's (the persuasive, who may be quiet). NaN where the data
        hold nothing to count: no ties, no posts, no reactions.
    """
    at = material.positions(account_ids)
    known = at >= 0
    frame = pd.DataFrame(np.nan, index=pd.Index(account_ids, name="account_id"), columns=list(COLUMNS))
    ties = material.tie_matrix.astype(bool).astype(np.float64).tocsc()
    if ties.nnz == 0:
        return frame
    alike = likeness(ties.tocsr(), material.positions(customers))
    audience = ties[:, at[known]]
    frame.loc[known, "audience"] = np.asarray(audience.sum(axis=0)).ravel()
    frame.loc[known, "reach_like"] = np.asarray(audience.T @ alike).ravel()
    if len(material.posts) or len(material.reacted):
        frame.loc[known, "sharing"] = _sharing(material)[at[known]]
    if len(material.reacted):
        frame.loc[known, "persuasion"] = _persuasion(material, ties)[at[known]]
    return frame


def likeness(ties: sparse.csr_matrix, customers: np.ndarray) -> np.ndarray:
    """How like the customers' everybody's attention is: cosine with their mean row, rare targets weigh more; 0-1."""
    buyers = np.unique(customers[customers >= 0])
    n = ties.shape[0]
    heard = np.asarray(ties.sum(axis=0)).ravel()
    rare = sparse.diags_array(np.log((n + 1.0) / (heard + 1.0)))
    weighted = (ties @ rare).tocsr()
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    if len(buyers) == 0:
        return np.ones(n)
    unit = sparse.diags_array(1 / np.where(length > 0, length, 1.0)) @ weighted
    profile = np.asarray(unit[buyers].mean(axis=0)).ravel()
    cosine = np.asarray(unit @ profile).ravel()
    top = np.quantile(cosine[buyers], 0.9) if len(buyers) else 1.0
    return np.clip(cosine / top, 0.0, 1.0) if top > 0 else np.ones(n)


def _sharing(material: Material) -> np.ndarray:
    """Aged count of own posts and of things passed on or pointed at."""
    rows = material.reacted
    spread = rows.is_of(("share", "mention", "link"))
    age = np.maximum(material.reference_day - rows.last_day[spread].astype(float), 0.0)
    weight = rows.n[spread] * decay(age, HALF_LIFE_DAYS)
    passed = np.bincount(rows.actor[spread], weight, minlength=len(material.account_ids))
    return np.asarray(passed + _recent_posts(material))


def _recent_posts(material: Material) -> np.ndarray:
    posts = material.posts
    weight = decay(posts.age_days, HALF_LIFE_DAYS)
    mine = posts.account >= 0
    return np.bincount(posts.account[mine], weight[mine], minlength=len(material.account_ids))


def _persuasion(material: Material, ties: sparse.csc_matrix) -> np.ndarray:
    """People who acted upon an account, per person it reaches: gamma-Poisson, prior from everybody."""
    rows, n = material.reacted, len(material.account_ids)
    acted = rows.is_of(("comment", "reply", "share", "link"))
    ends = (rows.actor[acted], rows.target[acted])
    pairs = sparse.coo_matrix((np.ones(int(acted.sum())), ends), shape=(n, n)).tocsc()
    actors = np.diff(pairs.indptr).astype(float)
    reached = np.asarray(ties.sum(axis=0)).ravel()
    total = reached.sum()
    mean = actors.sum() / total if total > 0 else 0.0
    return np.asarray((actors + mean * PRIOR_PEOPLE) / (reached + PRIOR_PEOPLE))
