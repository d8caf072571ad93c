"""``influence advocates``."""

from __future__ import annotations

import click

from influence.cli.options import (
    READ_FILE,
    Number,
    alias_option,
    as_of_option,
    brand_option,
    engine_options,
    opened_session,
    workspace_option,
)
from influence.cli.output import deliver, output_options


@click.command(
    "advocates", epilog='Example: influence advocates --brand "Acme" --goal conversion -o advocates.csv'
)
@workspace_option
@engine_options
@brand_option
@alias_option
@click.option("--goal", default="conversion", show_default=True, help="conversion, awareness or loyalty.")
@click.option("--weights", help="Change single weights: feeling=5,tenure=0.")
@as_of_option
@click.option(
    "--top", type=click.IntRange(min=0), default=30, show_default=True, help="Rows of each list; 0 gives all."
)
@click.option(
    "--rest-days", type=click.IntRange(min=0), help="Leave people in peace for so long after asking."
)
@click.option(
    "--acquisition-cost",
    type=Number(min=0),
    default=0.0,
    help="What a new customer costs elsewhere.",
)
@click.option(
    "--customer-value",
    type=Number(min=0),
    help="Margin of a new customer; else from the customers.",
)
@click.option(
    "--labels",
    type=READ_FILE,
    help="Labels that `influence sentiment label` wrote: right the shares.",
)
@output_options("table", "md", "csv", "xlsx", "json")
def command(
    workspace: str, brand: str, aliases: tuple[str, ...], goal: str, weights: str | None, as_of: str | None, top: int,
    rest_days: int | None, acquisition_cost: float, customer_value: float | None, labels: str | None, format: str,
    output: str | None,
) -> None:  # fmt: skip
    """Score customers and fans as advocates, before a reward is offered.

    Points for feeling about the brand, reach among people like the customers, being acted upon, sharing,
    customer value, referrals and tenure add up to the score. Critics are listed apart and never invited.
    """
    from influence.planning.advocate_candidates import Economics
    from influence.reporting.plan.plan_advocates import advocates_text
    from influence.reporting.sheets import advocates_sheets
    from influence.text.sentiment.labelling import labels_from

    economics = Economics(customer_value, acquisition_cost)
    with opened_session(workspace) as session:
        found = session.advocates(brand, aliases=aliases, goal=goal, weights=_weights(weights), as_of=as_of,
                                  top=top, rest_days=rest_days, economics=economics,
                                  labels=labels_from(labels))  # fmt: skip
    texts = {one: lambda one=one: advocates_text(found, one) for one in ("table", "md", "json")}
    deliver(format, output, lambda: advocates_sheets(found), texts, f"As of {found.as_of}")


def _weights(text: str | None) -> dict[str, float] | None:
    from influence.settings import parse_pairs

    return parse_pairs(text, "--weights", numbers=True) if text else None
