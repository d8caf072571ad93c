"""The pilot: a smaller campaign, large enough to tell success from failure, with its rule written down before."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from influence.errors import SourceError, UsageError

CUTS = {
    "scope": "fewer creators, everything else as planned",
    "time": "the same creators for a shorter time",
    "breadth": "fewer communities, all creators of those",
}


@dataclass(frozen=True)
class Pilot:
    """A pilot and its rule.

    Attributes
    ----------
    by : {"scope", "time", "breadth"}
    share : float
        Of the full campaign that it takes to see `n_visits`; 1 or more: the whole campaign is too small to tell.
    failure, success : float
        Orders per visit: at or below the first the campaign is to be stopped, at the second it is to be found good.
    n_visits, least_orders : int
        Visits to wait for, and the orders among them from which it goes on.
    alpha, power : float
        Exact chances of the rule: of going on although the rate is `failure`, of going on when it is `success`.
    rule : str
        The sentence to agree on before it starts.
    amount : str
        What the share means in creators, days or communities.
    cost : float
        Fees, products and rewards of the pilot; concept, technology and staff come on top.
    """

    by: str
    share: float
    failure: float
    success: float
    n_visits: int
    least_orders: int
    alpha: float
    power: float
    rule: str
    amount: str = ""
    cost: float = math.nan


def sample_size(
    failure: float, success: float, *, alpha: float = 0.05, power: float = 0.8
) -> tuple[int, int]:
    """Least n, and least k of n, so that k or more happen with at most `alpha` at `failure` and `power` at `success`.

    Exact binomial (A'Hern 2001, doi:10.1002/sim.721), searched upwards from the normal approximation
    (Fleiss, Levin and Paik 2003, ch. 2). One-sided.

    Returns
    -------
    n, k : int
    """
    _check_rates(failure, success)
    if not (0 < alpha < 0.5 and 0.5 <= power < 1):
        raise UsageError("these error rates cannot be asked for", seen=f"alpha {alpha:g}, power {power:g}")
    n = max(1, int(0.85 * normal_sample_size(failure, success, alpha=alpha, power=power)) - 20)
    while True:
        k = _critical(n, failure, alpha)
        if _at_least(k, n, success) >= power:
            return n, k
        n += max(1, n // 2000)


def _check_rates(failure: float, success: float, where: str | None = None) -> None:
    if not 0 < failure < success < 1:
        seen = f"failure {failure:g}, success {success:g}"
        expected = "0 < failure < success < 1"
        kind = SourceError if where else UsageError  # a brief's, or an argument's
        raise kind("a pilot needs two rates to tell apart", where=where, seen=seen, expected=expected)


def normal_sample_size(failure: float, success: float, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """``((z_a sqrt(p0 q0) + z_b sqrt(p1 q1)) / (p1 - p0)) ** 2``."""
    from scipy.stats import norm

    top = norm.ppf(1 - alpha) * math.sqrt(failure * (1 - failure))
    top += norm.ppf(power) * math.sqrt(success * (1 - success))
    return float((top / (success - failure)) ** 2)


def plan_pilot(
    values: Mapping[str, float], told: Mapping[str, Any], *, plausible: float = 1.0
) -> Pilot | None:
    """A pilot for a plan whose lines are `values`; None where no rate can tell success from failure.

    Without numbers of the user, failure is half the rate expected and success the rate expected; where breaking
    even needs more than that, and no more than the `plausible` end of its range, the pilot must show the break-even
    rate. A break-even rate beyond it is no success to wait for; the rule then says that passing does not pay.
    """
    by = str(told.get("by", "scope"))
    if by not in CUTS:
        raise SourceError(
            "a pilot is cut by one of these", where="[pilot] by", seen=by, expected=", ".join(CUTS)
        )
    expected = values["purchase_rate"]
    needed = values["break_even_purchase_rate"]
    reachable = math.isfinite(needed) and 0 < needed < 1
    success = float(told.get("success", max(expected, needed if reachable and needed <= plausible else 0.0)))
    failure = float(told.get("failure", success / 2))
    if not 0 < failure < success < 1 and not {"failure", "success"} & set(told):
        return None
    _check_rates(failure, success, "[pilot]")
    alpha, power = float(told.get("alpha", 0.05)), float(told.get("power", 0.8))
    if "share" in told:
        n = max(1, round(float(told["share"]) * values["visits"]))
        k = _critical(n, failure, alpha)
    else:
        n, k = sample_size(failure, success, alpha=alpha, power=power)
    share = n / values["visits"] if values["visits"] > 0 else math.inf
    rule = (
        f"Go on if {k:,} or more of the first {n:,} visits end in an order; stop if fewer. "
        f"If the true rate is {failure:.2%} the pilot passes by luck with {_at_least(k, n, failure):.1%}; "
        f"if it is {success:.2%} it passes with {_at_least(k, n, success):.0%}."
    )
    if not reachable:
        rule += (
            " Passing does not make it pay: as planned it does not break even in the short term at any rate."
        )
    elif success < needed:
        rule += f" Passing does not make it pay: breaking even in the short term takes {needed:.2%}."
    fees = values.get("voices_paid", 0.0) * values.get("cost_per_voice", 0.0)
    cost = min(share, 1.0) * fees + n * expected * values.get("reward_per_order", 0.0)
    return Pilot(by, share, failure, success, n, k, _at_least(k, n, failure), _at_least(k, n, success), rule,
                 _amount(by, share, values, told), cost)  # fmt: skip


def _amount(by: str, share: float, values: Mapping[str, float], told: Mapping[str, Any]) -> str:
    """``12 of 30 creators``; empty where the whole campaign is too small."""
    wholes = {"scope": (values.get("voices_paid", 0.0), "creators"), "time": (told.get("days", 0), "days"),
              "breadth": (told.get("communities", 0), "communities")}  # fmt: skip
    whole, noun = wholes[by]
    return f"{math.ceil(share * whole):,} of {whole:,.0f} {noun}" if share <= 1 and whole else ""


def _critical(n: int, failure: float, alpha: float) -> int:
    from scipy.stats import binom

    return int(binom.isf(alpha, n, failure)) + 1


def _at_least(k: int, n: int, rate: float) -> float:
    from scipy.stats import binom

    return float(binom.sf(k - 1, n, rate))
