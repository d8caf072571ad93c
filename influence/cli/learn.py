"""``influence learn``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import FILE, command, opened_workspace
from influence.cli.output import emit_text, json_option, terminal_width
from influence.cli.rank_options import question_from, rank_options
from influence.errors import UsageError
from influence.writing.atomic import format_of

if TYPE_CHECKING:
    from influence.question import Question
    from influence.ranking.comparisons import Comparisons
    from influence.ranking.learn import Learned
    from influence.store.workspace import Workspace


@command("learn", "--pairs pairs.csv -o mine.toml")
@rank_options
@click.option(
    "--pairs",
    type=FILE,
    help="CSV: account_a, account_b, preferred (a, b or a name); or with figures, a_followers, b_followers ...",
)
@click.option("--judged", is_flag=True, help="Learn from the judgements that were kept in `influence app`.")
@click.option(
    "--outcomes",
    is_flag=False,
    flag_value="auto",
    metavar="[COLUMN]",
    help="Learn from the table of outcomes: revenue, orders, signups, clicks, engagements or impressions.",
)
@click.option(
    "--later",
    metavar="OUTCOME",
    help="Learn from what came after --cut: engagement, shares, new-audience ...",
)
@click.option("--cut", "cuts", multiple=True, metavar="DATE", help="For --later; may be repeated.")
@click.option(
    "--predict", type=(str, str), metavar="PAIRS OUT", help="Write chances for other pairs to a CSV file."
)
@json_option
@click.option("--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("-o", "--output", type=FILE, help="Write the weights as a profile (.toml).")
def learn_command(
    pairs: str | None, judged: bool, outcomes: str | None, later: str | None, cuts: tuple[str, ...],
    predict: tuple[str, str] | None, format: str, output: str | None, **options: Any,
) -> None:  # fmt: skip
    """Fit the weights from pairs that people judged, from campaigns, or from what came later.

    Says what the learned weights are worth on people never seen in training, beside the preset and followers. Nothing
    is changed; a profile is written only with -o, and used with --profile.
    """
    from influence.ranking.comparisons import read_pairs
    from influence.ranking.learn import learn
    from influence.ranking.pair_columns import brings_figures
    from influence.reporting.explain.measured_text import learned_json, learned_profile, learned_text

    if sum(map(bool, (pairs, judged, outcomes, later))) != 1 or bool(later) != bool(cuts):
        raise UsageError(
            "say what to learn from",
            expected="one of --pairs FILE, --judged, --outcomes [COLUMN], --later OUTCOME --cut DATE",
        )
    for path, ending in ((output, "toml"), (predict[1] if predict else None, "csv")):
        if path:
            format_of(path, formats=(ending,))
    question = question_from(options, top=0)
    if pairs and brings_figures(pairs):
        result, to_predict = _from_pairs_alone(pairs, predict[0] if predict else None, question)
    else:
        with opened_workspace(options["workspace"], read_only=True) as workspace:
            result = learn(_comparisons(workspace, question, pairs, judged, outcomes, later, cuts), question)
        to_predict = read_pairs(predict[0], judged=False) if predict else []
    width = terminal_width() if sys.stdout.isatty() else None
    emit_text(learned_json(result) if format == "json" else learned_text(result, width), None)
    if output:
        emit_text(learned_profile(result), output)
    if predict:
        emit_text(_predictions(result, to_predict), predict[1])


def _comparisons(
    workspace: Workspace, question: Question, pairs: str | None, judged: bool, outcomes: str | None,
    later: str | None, cuts: tuple[str, ...],
) -> Comparisons:  # fmt: skip
    import numpy as np

    from influence.ranking import comparisons

    if judged:
        from influence.store.lists.judgements import judged_rows

        return comparisons.judged_pairs(workspace, question, judged_rows(workspace.store))
    rng = np.random.default_rng(question.seed)
    if pairs:
        return comparisons.judged_pairs(workspace, question, comparisons.read_pairs(pairs))
    if later:
        return comparisons.later_pairs(workspace, question, cuts, later, rng)
    return comparisons.campaign_pairs(workspace, question, None if outcomes == "auto" else outcomes, rng)


def _from_pairs_alone(
    pairs: str, predict: str | None, question: Question
) -> tuple[Learned, list[tuple[str, str, str]]]:
    """Learn from pairs that bring their figures along; no workspace is read."""
    from influence.ranking.comparisons import judged_pairs
    from influence.ranking.learn import learn
    from influence.ranking.pair_columns import read_pair_file, workspace_of_pairs

    files = [read_pair_file(path) for path in (pairs, predict) if path]
    with workspace_of_pairs(files) as (workspace, figures):
        result = learn(judged_pairs(workspace, question, files[0].rows, figures), question)
    return result, files[-1].rows


def _predictions(result: Learned, rows: list[tuple[str, str, str]]) -> str:
    """CSV of the pairs with ``p_a``, the chance that the first is preferred; empty where one is unknown."""
    from influence.ranking.comparisons import places_of
    from influence.writing.data_text import csv_text

    a, b = (places_of(result.features, [row[k] for row in rows]) for k in (0, 1))
    told = zip(rows, result.chances(a, b), strict=True)
    return csv_text(
        ["account_a", "account_b", "p_a"],
        ([*row[:2], "" if chance != chance else f"{chance:.4f}"] for row, chance in told),
        newline="\n",
    )
