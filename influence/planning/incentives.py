"""Rewards on one side or both: what a new customer costs, who would have come anyway, what is not genuine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from influence.disclosure import IN_OTHER_LANGUAGES, OTHER, RULE, disclosure_file
from influence.errors import InfluenceError, UsageError
from influence.findings import Finding, Severity
from influence.planning.inputs import default
from influence.store.base import count_in, values_of

if TYPE_CHECKING:
    from influence.store.base import Store

_SENTIMENT = re.compile(
    r"\b(positiv\w*|negativ\w*|good|great|glowing|favou?rabl\w*|flattering|nice|kind words|happy|excellent|best"
    r"|praise\w*|recommend\w*|love\w*|like\w* (it|us|the)|(4|5|four|five)[ -]?(or 5 )?stars?|star rating|top rating"
    r"|no (criticism|complaints?)|not criti\w*|without criti\w*|enthusias\w*|gut\w*|lob\w*)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(whether|regardless|whatever|independent|honest|either way|no matter|egal|unabhängig)\b",
    re.IGNORECASE,
)


class SentimentConditionError(InfluenceError):
    """A reward that depends on what is said; the law forbids it and the tool refuses it."""


@dataclass(frozen=True)
class Reward:
    """What each side gets when a friend buys, in money at cost; `condition` is what it depends on, in words."""

    advocate: float
    friend: float
    condition: str = ""
    cap_per_advocate: int | None = None


def _published(key: str) -> Any:
    return field(default_factory=lambda: default(key).value)


@dataclass(frozen=True)
class Assumptions:
    """What a programme rests on; the defaults are those of `defaults.toml`, each with its source.

    `acquisition_cost` is what a new customer costs elsewhere, `customer_margin` what one brings.
    """

    advocates: float
    customer_margin: float
    acquisition_cost: float = 0.0
    fixed_cost: float = 0.0
    share_rate: float = _published("referral_share_rate")
    clicks_per_share: float = _published("referral_clicks_per_share")
    conversion_rate: float = _published("referral_conversion_rate")
    share_without_reward: float = _published("share_without_reward")
    conversion_without_reward: float = _published("conversion_without_reward")
    anyway_share: float = _published("anyway_share")
    fraud_share: float = _published("fraud_share")
    value_lift: float = _published("referred_value_lift")
    shares_each: float = 1.0


@dataclass(frozen=True)
class Programme:
    """What a reward brings; counts are expectations.

    Attributes
    ----------
    rewarded : float
        Referrals that are paid for: genuine or not, new or not.
    new_customers : float
        Genuine ones who would not have come anyway.
    reward_cost, cost : float
        Rewards of both sides; with fixed cost.
    cost_per_acquired : float
        `cost` per new customer; NaN where there is none.
    margin, saved, profit : float
        Margin of new customers, acquisition cost saved by them, both less `cost`.
    break_even_advocates : float
        Advocates from which fixed cost is earned back; infinite where a referral loses money.
    """

    name: str
    reward: Reward
    sharers: float
    clicks: float
    rewarded: float
    new_customers: float
    reward_cost: float
    cost: float
    cost_per_acquired: float
    margin: float
    saved: float
    profit: float
    break_even_advocates: float


def check_condition(condition: str) -> None:
    """Refuse a reward that depends on positive (or negative) words.

    Raises
    ------
    SentimentConditionError
        With 16 CFR 465.4 quoted.
    """
    if not _SENTIMENT.search(condition) or _NEGATED.search(condition):
        return
    rule = disclosure_file()[RULE]
    raise SentimentConditionError(
        f'a reward must not depend on what people say\n  {rule["cite"]}: "{rule["quote"]}"',
        where="condition of the reward",
        seen=condition,
        expected="a condition on what is done (a friend buys, an honest post is published), whatever it says",
    )


def expected_programme(name: str, reward: Reward, told: Assumptions) -> Programme:
    """What a programme brings and costs.

    Shares follow from advocates, clicks from shares, orders from clicks: each rate is a share of the count before it
    (Extole's sign-up rate has the same denominator as its conversion rate and is not used). Rewards are paid for
    every referral that looks genuine, also to those who would have come anyway; margin counts only the others. The
    published rates come from programmes that reward both sides; without a reward on a side the loss assumed there
    decides the comparison, so it is printed with it.
    """
    check_condition(reward.condition)
    if min(reward.advocate, reward.friend, told.advocates) < 0:
        raise UsageError("rewards and numbers of advocates cannot be negative")
    sharers = told.advocates * told.share_rate * (1.0 if reward.advocate > 0 else told.share_without_reward)
    clicks = sharers * told.shares_each * told.clicks_per_share
    genuine = clicks * told.conversion_rate * (1.0 if reward.friend > 0 else told.conversion_without_reward)
    if reward.cap_per_advocate is not None:
        genuine = min(genuine, sharers * reward.cap_per_advocate)
    rewarded = genuine / (1 - told.fraud_share)
    new = genuine * (1 - told.anyway_share)
    reward_cost = rewarded * (reward.advocate + reward.friend)
    cost = reward_cost + told.fixed_cost
    margin, saved = new * told.customer_margin * told.value_lift, new * told.acquisition_cost
    gain = margin + saved - reward_cost
    per_advocate = gain / told.advocates if told.advocates else 0.0
    return Programme(
        name, reward, sharers, clicks, rewarded, new, reward_cost, cost,
        cost / new if new > 0 else float("nan"), margin, saved, gain - told.fixed_cost,
        told.fixed_cost / per_advocate if per_advocate > 0 else float("inf"),
    )  # fmt: skip


def compare_sides(reward: Reward, told: Assumptions) -> tuple[Programme, ...]:
    """The same money on the advocate's side, on the friend's, and as given on both; most profitable first."""
    total = reward.advocate + reward.friend
    sides = {
        "advocate only": replace(reward, advocate=total, friend=0.0),
        "friend only": replace(reward, advocate=0.0, friend=total),
        "both sides": reward,
        "no reward": replace(reward, advocate=0.0, friend=0.0),
    }
    found = [expected_programme(name, side, told) for name, side in sides.items()]
    return tuple(sorted(found, key=lambda programme: (-round(programme.profit, 9), programme.name)))


def disclosed_countries() -> list[str]:
    """Codes of the countries that have a disclosure text."""
    return [key for key in disclosure_file() if key not in (RULE, OTHER, IN_OTHER_LANGUAGES)]


def disclosure(country: str, brand: str, reward: Reward, currency: str = "EUR") -> Mapping[str, str]:
    """What advocates and friends must be told: ``cite``, ``quote``, ``label``, ``advocate``, ``friend``."""
    texts = {key: disclosure_file()[key] for key in disclosed_countries()}
    key = country.strip().lower().replace("uk", "gb")
    if key not in texts:
        raise UsageError(
            "there is no disclosure text for this country",
            seen=country,
            expected=", ".join(texts),
            hint="ask a lawyer there; add it to disclosure.toml",
        )
    money = {f"{side}_reward": f"{getattr(reward, side):g} {currency}" for side in ("advocate", "friend")}
    return {name: text.format(brand=brand, **money) if name in ("advocate", "friend") else text
            for name, text in texts[key].items() if name != "mail"}  # fmt: skip


MOST_A_DAY = 5
"""Friends that one customer may bring on a day before it looks like a machine."""


def count_referrals(store: Store) -> int:
    """Orders that say who referred the customer; 0 means that there is nothing to check."""
    return count_in(store, "orders where referred_by is not null")


def check_referrals(store: Store, cap: int | None = None) -> list[Finding]:
    """Referrals in `orders` that look wrong: to oneself, the same person twice, too many in a day, above the cap."""
    orders = "(select * from orders where referred_by is not null) as o"
    checks: list[tuple[str, str, str, Sequence[object]]] = [
        ("self-referral", "referred themselves",
         f"select distinct customer_id as who from {orders} where customer_id = referred_by", ()),
        ("shared-identity", "share an account or e-mail with the friend they referred",
         f"select distinct referred_by as who from {orders} join customers as a on a.customer_id = o.referred_by "
         "join customers as b on b.customer_id = o.customer_id where o.customer_id <> o.referred_by "
         "and (a.email_hash = b.email_hash or a.account_id = b.account_id)", ()),
        ("duplicate-referral", "were referred more than once",
         f"select customer_id as who from {orders} group by customer_id having count(distinct referred_by) > 1", ()),
        ("old-customer", "had bought before they were referred",
         f"select distinct o.customer_id as who from {orders} join orders as e on e.customer_id = o.customer_id "
         "and e.ordered_day < o.ordered_day", ()),
        ("velocity", f"brought more than {MOST_A_DAY} friends on one day",
         f"select distinct referred_by as who from (select referred_by, ordered_day from {orders} "
         "group by referred_by, ordered_day having count(distinct customer_id) > ?) as fast", (MOST_A_DAY,)),
    ]  # fmt: skip
    if cap is not None:
        checks.append(("above-cap", f"brought more than {cap} friends",
                       f"select referred_by as who from {orders} group by referred_by "
                       "having count(distinct customer_id) > ?", (cap,)))  # fmt: skip
    findings = []
    for code, words, sql, params in checks:
        who = values_of(store, f"select who from ({sql}) as found order by who", list(params))
        if who:
            examples = tuple(str(name) for name in who[:3])
            message, hint = f"{len(who):,} customers {words}", "hold the reward until someone looked"
            findings.append(Finding(Severity.WARNING, code, message, "orders", len(who), examples, hint))
    return findings
