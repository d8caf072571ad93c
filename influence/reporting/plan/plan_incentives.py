"""Incentives as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from influence.findings import Finding
from influence.planning.incentives import Assumptions, Programme
from influence.planning.inputs import default
from influence.reporting.plan.plan_page import page_text, rounded, table_lines
from influence.reporting.plan.plan_words import WORDS, count, money, share
from influence.writing.book import Sheet, filled_sheets, pairs_of, sheet_of
from influence.writing.data_text import json_text
from influence.writing.plain import counted, decimal, figure, whole
from influence.writing.safe import one_line

SHARES = ("share_rate", "conversion_rate", "share_without_reward", "conversion_without_reward", "anyway_share",
          "fraud_share")  # fmt: skip
LEGEND = (
    "New: genuine customers who would not have come anyway. Paid: rewarded referrals, also those that are not new or "
    "not genuine. Break even: advocates from which fixed cost is earned back."
)
ON_WORDS = "A reward depends on what is done, never on what is said (16 CFR 465.4)."
ENOUGH = 10
"""New customers from which a programme says something."""


def incentives_text(
    programmes: Sequence[Programme], told: Assumptions, texts: Mapping[str, str], checks: Sequence[Finding] | None,
    currency: str, format: str,
) -> str:  # fmt: skip
    """Sides compared, what they rest on, what must be disclosed, what looks wrong; `checks` None: nothing to check."""
    if format == "json":
        return json_text(
            {"deciding": deciding(programmes, told, currency), "programmes": programmes, "assumptions": told,
             "disclosure": texts, "checks": checks}
        )  # fmt: skip
    decides = [f"\t{words}" for words in deciding(programmes, told, currency)]
    parts = [
        *(["What decides", *decides, ""] if decides else []),
        f"Rewards compared at the same money, {currency}", *table_lines(sides_table(programmes), format),
        f"\t{LEGEND}",
        "", "Rests on",
        *(f"\t{words}" for words in assumption_lines(told, currency)),
        "", "To be disclosed", f"\t{texts['name']}, {texts['cite']}: \"{texts['quote']}\"",
        f"\tadvocate: {one_line(texts['advocate'])}", f"\tfriend: {one_line(texts['friend'])}",
        f"\t{ON_WORDS}",
        "", "Checks of past referrals", *(f"\t{words}" for words in checked_lines(checks)),
    ]  # fmt: skip
    return page_text(parts, format)


def sides_table(programmes: Sequence[Programme]) -> tuple[list[str], list[list[str]]]:
    """Heading and rows: what each way to share the money between the sides brings."""
    heads = ["Advocate + friend", "New", "Paid", "Cost", "Cost each", "Profit", "Break even"]
    rows = [
        [f"{one.name}: {figure(one.reward.advocate)} + {figure(one.reward.friend)}", count(one.new_customers),
         count(one.rewarded), money(one.cost), "no one new" if one.new_customers == 0 else money(one.cost_per_acquired),
         money(one.profit), _even(one)]
        for one in programmes
    ]  # fmt: skip
    return heads, rows


def assumption_lines(told: Assumptions, currency: str) -> list[str]:
    """What the programmes rest on, each with its source."""
    return [_assumption(entry.name, getattr(told, entry.name), currency) for entry in fields(told)]


def _even(one: Programme) -> str:
    if one.break_even_advocates > 1e12:
        return "never"
    return whole(one.break_even_advocates) if one.break_even_advocates > 0 else "at once"


def deciding(programmes: Sequence[Programme], told: Assumptions, currency: str) -> list[str]:
    """What must be read before any figure: that rewards lose money, or that too few come to learn from."""
    return [
        *_losing([one for one in programmes if one.reward_cost > 0], told, currency),
        *_few(programmes[0], told),
    ]


def _losing(paid: Sequence[Programme], told: Assumptions, currency: str) -> list[str]:
    if not paid or max(one.profit for one in paid) >= 0:
        return []
    enough = min(one.break_even_advocates for one in paid)
    if enough < float("inf"):
        return [
            f"Every reward loses money with {counted(told.advocates, 'advocate')}: it takes {whole(enough)} or more to "
            "earn the fixed cost back."
        ]
    needed = min((one.reward_cost - one.saved) / (one.new_customers * told.value_lift) for one in paid)
    return [
        f"Every reward loses money, however many advocates there are: a new customer would have to bring "
        f"{money(needed)} {currency} and not {money(told.customer_margin)}."
    ]


def _few(best: Programme, told: Assumptions) -> list[str]:
    if not 0 < best.new_customers < ENOUGH or not told.advocates:
        return []
    needed = ENOUGH * told.advocates / best.new_customers
    return [
        f"Too few to learn from: to expect {ENOUGH} new customers, about {whole(needed)} advocates would have to "
        "open the offer."
    ]


def checked_lines(checks: Sequence[Finding] | None) -> list[str]:
    """What looks wrong among past referrals; None: nothing could be checked."""
    if checks is None:
        return ["no order says who referred it (orders.csv, column referred_by): nothing could be checked"]
    found = [f"{check.message}: {', '.join(map(one_line, check.examples))}; {check.hint}" for check in checks]
    return found or ["nothing looks wrong"]


def _assumption(name: str, value: float, currency: str) -> str:
    shown = share(value) if name in SHARES else counted(value, "person", "people") if name == "advocates" else (
        f"{money(value)} {currency}" if name in ("customer_margin", "acquisition_cost", "fixed_cost")
        else decimal(value, 2).removesuffix(".00"))  # fmt: skip
    told = default(WORDS["sources"][name]) if name in WORDS["sources"] else None
    source = f" ({told.source})" if told is not None and told.value == value else ""
    return f"{name.replace('_', ' ')}: {shown}{source}"


def incentives_sheets(
    programmes: Sequence[Programme], told: Assumptions, texts: Mapping[str, str], decides: Sequence[str] = ()
) -> list[Sheet]:
    """Programmes side by side, what they rest on, what must be disclosed."""
    rows = []
    for one in programmes:
        plain = {name: value for name, value in vars(one).items() if name != "reward"}
        sides = {"advocate": one.reward.advocate, "friend": one.reward.friend}
        rows.append(rounded({"name": one.name, **sides, **plain}))
    return [
        sheet_of("Programmes", rows, ["name"]),
        sheet_of("Assumptions", pairs_of(vars(told), "assumption"), ["assumption", "value"]),
        sheet_of("Disclosure", pairs_of(texts, "what", "words"), ["what", "words"]),
        *filled_sheets({"What decides": [{"words": one} for one in decides]}),
    ]
