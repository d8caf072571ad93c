"""The options of a shortlist that is chosen as a set, and the shortlist they ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import READ_FILE, Number, stacked
from influence.cli.rank_options import question_from
from influence.errors import UsageError
from influence.selection.wishes import Wishes, parse_quotas

if TYPE_CHECKING:
    from influence.question import Question
    from influence.selection.costs import RateCard
    from influence.text.conditions import Condition

set_options = stacked(
    click.option("--set/--no-set", "as_set", default=None,
                 help="The set that reaches most of the niche together, or the best by score. Not told: the set where "
                 "it reaches at least 15 % more people known by name."),
    click.option("--budget", type=Number(), help="At most so much in all."),
    click.option("--rate-card", type=READ_FILE,
                 help="Prices: TOML by tier, or CSV with account and cost."),
    click.option("--currency", metavar="CODE",
                 help="Of all costs: EUR, GBP ... Not told: the rate card's, else the brief's."),
    click.option("--quota", multiple=True, metavar="A:V=N..M",
                 help="tier:nano=5.., language:de=..10; tier, platform, language, country, kind, community."),
    click.option("--must", multiple=True, metavar="HANDLE", help="An account that must be on the list."),
    click.option("--never", multiple=True, metavar="HANDLE", help="An account that must not."),
    click.option("--max-overlap", type=Number(), help="No two share more of the smaller audience (0 to 1)."),
    click.option("--min-score", type=Number(), default=0.0, help="Nobody with fewer points (0 to 100)."),
    click.option("--min-support", type=Number(), default=0.0, help="Nobody with fewer observations."),
    click.option("--quality", type=Number(), default=1.0, show_default=True,
                 help="How much scores count beside reach; below 1 lower scores are let in, 0 is reach alone."),
    click.option("--alternatives", is_flag=True, help="Name replacements for every pick, were it to decline."),
    click.option("--size", type=click.IntRange(min=1), default=30, show_default=True,
                 help="How many accounts to pick."),
)  # fmt: skip


def with_conditions(wishes: Wishes, conditions: Sequence[Condition]) -> Wishes:
    """The wishes with the size and the budget that a brief names, where no option did."""
    from click.core import ParameterSource

    told = {one.name: float(one.value) for one in conditions if not isinstance(one.value, tuple)}
    sized = click.get_current_context().get_parameter_source("size") is not ParameterSource.DEFAULT
    size = wishes.size if sized else int(told.get("size", wishes.size))
    return replace(wishes, size=size, budget=told.get("budget") if wishes.budget is None else wishes.budget)


def asked_set(options: dict[str, Any], size: int) -> tuple[Question, Wishes, dict[str, Any]]:
    """What is asked for, what is wished of it, and how to pick: a set where one is wished or worth it."""
    from influence.selection.costs import default_card, in_currency, read_card
    from influence.selection.sets import N_ALTERNATIVES

    question = question_from(options, top=size)  # p_top is about as many places as the list has
    plain = ("budget", "must", "never", "max_overlap", "min_score", "min_support", "quality")
    told = {name: options[name] for name in plain}
    wishes = Wishes(size=size, quotas=parse_quotas(options["quota"]), **told)  # a wrong quota costs no work
    named = read_card(options["rate_card"]) if options["rate_card"] else default_card()
    card = in_currency(named, currency_of(question, named, options))
    if options["budget"] is None:
        _same_money(question.conditions, card)
    choice = {
        "card": card,
        "n_alternatives": N_ALTERNATIVES if options["alternatives"] else 0,
        "by_score": options["as_set"] is False,
        "least_gain": 0.0 if options["as_set"] or options["rate_card"] else wishes.least_gain,
    }
    return question, with_conditions(wishes, question.conditions), choice


def currency_of(question: Question, card: RateCard, options: dict[str, Any]) -> str | None:
    """The one currency of a list: what was told, else the rate card's own, else the one that the brief speaks of."""
    from influence.selection.costs import currency_in

    if options.get("currency"):
        return str(options["currency"]).strip().upper()
    own = card.currency if options["rate_card"] else None
    return own or currency_in(question.brief)


def _same_money(conditions: Sequence[Condition], card: RateCard) -> None:
    """The budget of a brief is not measured against prices in another currency."""
    for one in conditions:
        if one.name == "budget" and one.unit and card.currency and one.unit != card.currency:
            raise UsageError(
                "the brief's budget is in another currency than the costs", where="--brief", seen=one.words,
                expected=card.currency, hint=f"tell it in {card.currency}: --budget N",
            )  # fmt: skip
