"""The plan as formulas: from market to purchase, what it costs, when it pays. One definition for Python and workbook.

A rate is applied to what it is a share of, never to the stage that happens to stand before it: engagement is a share
of followers, clicks of impressions, sign-ups and orders both of visits. Reach follows from independent exposures
(Sainsbury's formula): with view share v, n posts each and o followed creators per person, ``1 - (1 - v) ** (n * o)``
of the audience see something at least once. Only people see posts: where a share r of the followers are people, each
of them sees a post with a chance of ``v / r``. The view share and the share of people are both shares of followers and
are not multiplied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from influence.planning.formulas import Line, compute
from influence.planning.inputs import Input

FUNNEL: tuple[Line, ...] = (
    Line("voices_paid", "Creators the programme budget pays for", "paid_for(voices, budget_programme, cost_per_voice)",
         "count", "of those on the list", "reach"),
    Line("paid_share", "Share of the list that is paid for", "ratio(voices_paid, voices)", "share",
         "reach is taken in proportion: cautious, the first picks add more than the last", "reach"),
    Line("followers_each", "Creators followed per person", "max(ratio(followers, unique_audience), 1)", "number",
         "overlap of audiences, from the shortlist", "reach"),
    Line("audience", "People who follow at least one", "unique_audience * real_share * paid_share", "people",
         "each once, without bots", "reach"),
    Line("impressions", "Impressions", "followers * paid_share * min(view_share, real_share) * posts_each", "count",
         "times a post is seen", "reach"),
    Line("reach", "Social reach",
         "audience * (1 - (1 - min(ratio(view_share, real_share), 1)) ** (posts_each * followers_each))", "people",
         "people who see at least one post", "reach"),
    Line("frequency", "Frequency", "ratio(impressions, reach)", "number", "impressions per person reached", "reach"),
    Line("market_reach", "Reach in the target market", "min(reach * niche_share, market_size)", "people",
         "people of the market who see at least one post", "reach"),
    Line("market_reach_share", "Share of the market reached", "ratio(market_reach, market_size)", "share", "", "reach"),
    Line("engagements", "Engagements", "followers * paid_share * posts_each * engagement_rate", "count",
         "reactions; a share of followers, not a step on the way to a visit", "response"),
    Line("visits", "Visits", "impressions * click_rate", "count", "clicks to the site", "response"),
    Line("leads", "Leads", "visits * lead_rate", "count", "sign-ups", "response"),
    Line("orders", "Purchases", "visits * purchase_rate", "count", "orders through the campaign", "response"),
    Line("new_orders", "Purchases that would not have come", "orders * (1 - anyway_share)", "count",
         "the campaign's own", "response"),
)  # fmt: skip
MONEY: tuple[Line, ...] = (
    Line("fixed_cost", "Fixed cost", "budget_concept + budget_technology + budget_staff + voices_paid * cost_per_voice",
         "money", "concept, technology, staff, and the creators", "cost", "efficiency"),
    Line("reward_cost", "Rewards", "orders * reward_per_order", "money", "also to those who would have come", "cost",
         "efficiency"),
    Line("cost", "Cost of the programme", "fixed_cost + reward_cost", "money", "", "cost", "efficiency"),
    Line("order_revenue", "Sales through the campaign", "orders * order_value", "money",
         "of all its orders, also of those who would have come: what a shop's list of orders shows", "case"),
    Line("revenue", "Revenue, short term", "new_orders * order_value", "money", "of the campaign's own orders", "case"),
    Line("long_revenue", "Revenue, long term", "new_orders * order_value * (1 + repeat_orders)", "money",
         "with the further orders of new customers", "case"),
    Line("savings", "Acquisition cost saved", "new_orders * saved_per_customer", "money",
         "what winning them elsewhere would have cost", "case"),
    Line("margin", "Margin, short term", "revenue * margin_share", "money", "", "case"),
    Line("profit", "Profit, short term", "margin - cost", "money", "margin less cost", "case"),
    Line("long_profit", "Profit, long term", "long_revenue * margin_share + savings - cost", "money",
         "economic value: margin of all orders and savings, less cost", "case"),
    Line("roi", "Marketing ROI", "ratio(profit, cost)", "share", "profit per money spent", "case", "efficiency"),
    Line("long_roi", "Marketing ROI, long term", "ratio(long_profit, cost)", "share", "", "case", "efficiency"),
    Line("revenue_roi", "Revenue per money spent", "ratio(revenue, cost)", "ratio", "return on ad spend", "case",
         "efficiency"),
    Line("response_share", "Response", "ratio(orders, reach)", "share", "orders per person reached", "programme"),
    Line("cost_per_acquisition", "Cost per acquisition", "ratio(cost, new_orders)", "money",
         "per order that would not have come", "programme", "efficiency"),
    Line("cost_per_order", "Cost per order", "ratio(cost, orders)", "money", "of all its orders", "programme",
         "efficiency"),
    Line("sales_per_cost", "Sales per money spent", "ratio(order_revenue, cost)", "ratio", "of all its orders",
         "programme", "efficiency"),
    Line("cost_per_thousand", "Cost per 1,000 impressions", "ratio(1000 * cost, impressions)", "money", "", "programme",
         "efficiency"),
    Line("cost_per_engagement", "Cost per engagement", "ratio(cost, engagements)", "money", "", "programme",
         "efficiency"),
    Line("cost_per_visit", "Cost per visit", "ratio(cost, visits)", "money", "", "programme", "efficiency"),
    Line("cost_per_lead", "Cost per lead", "ratio(cost, leads)", "money", "", "programme", "efficiency"),
    Line("market_share", "Market share of the campaign's orders", "ratio(new_orders, market_orders)", "share", "",
         "programme"),
    Line("gain_per_order", "What an order leaves for fixed cost",
         "order_value * margin_share * (1 - anyway_share) - reward_per_order", "money",
         "margin of the share that is new, less rewards", "programme", "efficiency"),
    Line("break_even_orders", "Orders needed to break even", "if_above_zero(fixed_cost, gain_per_order)", "count",
         "fixed cost over what an order leaves; never: an order loses money, no number of them helps", "programme",
         "efficiency"),
    Line("break_even_purchase_rate", "Orders per visit needed to break even", "ratio(break_even_orders, visits)",
         "share", "", "programme", "efficiency"),
    Line("emv", "Earned media value (a convention, not money)", "impressions * emv_cpm / 1000", "money",
         "what the impressions would cost as ads; enters no result", "convention", "convention"),
)  # fmt: skip
LINES = FUNNEL + MONEY
LINE_KEYS = tuple(line.key for line in LINES)
STAGES = ("market_size", "reach", "engagements", "visits", "leads", "orders")
"""The stages people see, from total market to purchase."""


def evaluate(values: Mapping[str, Any]) -> dict[str, Any]:
    """Compute every line; `values` holds a number (or equally long arrays) for every input."""
    known: dict[str, Any] = dict(values)
    for line in LINES:
        known[line.key] = compute(line.formula, known)
    return known


def evaluate_at(
    inputs: Mapping[str, Input], scenario: str = "expected", changes: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Every input and line in a scenario, single inputs changed."""
    values = {key: entry.at(scenario) for key, entry in inputs.items()} | dict(changes or {})
    return {key: float(np.asarray(value)) for key, value in evaluate(values).items()}
