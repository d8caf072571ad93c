"""The inputs of a plan: every number it rests on, its range, its unit and where it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from influence.errors import SourceError
from influence.planning.defaults import default


@dataclass(frozen=True)
class Input:
    """One number of the plan that can be changed.

    Attributes
    ----------
    key, label, section : str
    value, low, high : float
        Expected, and the range that simulations draw from (a PERT distribution); equal where nothing is uncertain.
    unit : str
        As in `influence.planning.formulas.Line`.
    source : str
        Where it comes from: the brief, the shortlist, or a default with its citation.
    of : str
        For a rate: what it is a share of.
    better : {"high", "low"}
        Which end is good for the result; decides what pessimistic means.
    minimum, maximum : float
        What it can be at all.
    """

    key: str
    label: str
    section: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    of: str = ""
    better: str = "high"
    minimum: float = 0.0
    maximum: float = float("inf")

    def at(self, scenario: str) -> float:
        """Value in a scenario: ``pessimistic``, ``expected`` or ``optimistic``."""
        if scenario == "expected":
            return self.value
        return self.low if (scenario == "pessimistic") == (self.better == "high") else self.high

    def changed(self, change: float | str) -> Input:
        """The same input set to a number, or multiplied: ``"x2"``, ``"+20%"``; the range goes along."""
        if not isinstance(change, str):
            return self.with_value(float(change), source="what if")
        times = factor_of(change, self.key)
        low, value, high = (min(end * times, self.maximum) for end in (self.low, self.value, self.high))
        return self.with_value(value, low, high, "what if")

    def with_value(
        self, value: float, low: float | None = None, high: float | None = None, source: str = "brief"
    ) -> Input:
        """The same input with other numbers, checked; a single value has no range.

        Raises
        ------
        SourceError
            Out of bounds, or low, value and high are not in order.
        """
        new = replace(
            self, value=value, low=value if low is None else low, high=value if high is None else high,
            source=source,
        )  # fmt: skip
        if not self.minimum <= new.low <= new.value <= new.high <= self.maximum:
            raise SourceError(
                "this input is out of its range",
                where=self.key,
                seen=f"low {new.low:g}, value {new.value:g}, high {new.high:g}",
                expected=f"{self.minimum:g} <= low <= value <= high <= {self.maximum:g}",
            )
        return new


_FACTOR = re.compile(r"^\s*(?:[x*×]\s*(\d+(?:\.\d+)?)|([+-]\d+(?:\.\d+)?)\s*%)\s*$")


def factor_of(text: str, where: str) -> float:
    """What ``"x2"`` or ``"-20%"`` multiplies with.

    Raises
    ------
    SourceError
        It is neither.
    """
    found = _FACTOR.match(text)
    factor = -1.0 if found is None else float(found[1]) if found[1] else 1 + float(found[2]) / 100
    if factor < 0:
        raise SourceError("this is no change", where=where, seen=text, expected='a number, "x2" or "-20%"')
    return factor


def _given(key: str, label: str, section: str, unit: str, value: float = 0.0, better: str = "high") -> Input:
    return Input(key, label, section, value, value, value, unit, "not given: 0" if value == 0 else "convention",
                 better=better)  # fmt: skip


def _rate(
    key: str, label: str, section: str, better: str = "high", unit: str = "share", name: str = ""
) -> Input:
    told = default(name or key)
    maximum = 1.0 if unit == "share" else float("inf")
    return Input(key, label, section, told.value, told.low, told.high, unit, told.source, told.of, better,
                 maximum=maximum)  # fmt: skip


INPUTS: tuple[Input, ...] = (
    _given("market_size", "People in the target market", "market", "people"),
    _given("market_orders", "Orders in the whole market in the period", "market", "count"),
    _given("voices", "Creators or advocates on the list", "audience", "count"),
    _given("followers", "Followers of all of them, overlaps counted each time", "audience", "people"),
    _given("unique_audience", "Different people among them", "audience", "people"),
    _given("niche_share", "Share of them in the target market", "audience", "share", 1.0),
    _rate("real_share", "Share of followers who are people", "audience"),
    _rate("posts_each", "Posts per creator", "activity", unit="number", name="frequency_of_posts"),
    _rate("view_share", "Share of followers who see one post", "activity"),
    _rate("engagement_rate", "Reactions per post and follower", "activity"),
    _rate("click_rate", "Clicks per impression", "response"),
    _rate("lead_rate", "Sign-ups per visit", "response"),
    _rate("purchase_rate", "Orders per visit", "response"),
    _rate("anyway_share", "Buyers who would have come anyway", "response", better="low"),
    _given("order_value", "Money per order", "money", "money"),
    _given("margin_share", "Contribution margin", "money", "share", 1.0),
    _rate("repeat_orders", "Further orders of a new customer, long term", "money", unit="number"),
    _given("saved_per_customer", "Acquisition cost saved per new customer", "money", "money"),
    _given("budget_concept", "Budget: empowering concept", "budget", "money", better="low"),
    _given("budget_technology", "Budget: technology", "budget", "money", better="low"),
    _given("budget_staff", "Budget: staff", "budget", "money", better="low"),
    _given("budget_programme", "Budget: marketing programme (fees, products)", "budget", "money"),
    _given("cost_per_voice", "Fee and product per creator", "budget", "money", better="low"),
    _given("reward_per_order", "Rewards paid per order, both sides", "budget", "money", better="low"),
    _rate("emv_cpm", "Price of 1,000 impressions (convention)", "convention", unit="money"),
)
