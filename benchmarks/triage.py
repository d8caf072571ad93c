"""Triage of 400 posts written for this project: macro-F1 on the half kept apart, and where urgent posts stand.

    python -m benchmarks.triage

By the rules that ship, and after learning from the other half. The rules were tuned on the half ``tuning`` only; the
same hand wrote posts and rules, so that another brand's posts will be sorted less well.
"""

from __future__ import annotations

import csv
from pathlib import Path

import click
import numpy as np

from influence.listening.queue import priority_of
from influence.listening.sorting import Sorted, Sorter, triage_rules
from influence.text.sentiment.score import score_texts

POSTS = Path(__file__).parents[1] / "tests" / "listening" / "triage_posts.csv"
BRAND = "Velora"


def posts_of(half: str) -> list[dict[str, str]]:
    """The posts of ``tuning`` or ``unseen``."""
    with POSTS.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["half"] == half]


def sorted_half(half: str, learn_from: str = "") -> tuple[list[dict[str, str]], list[Sorted], np.ndarray]:
    """The posts of a half, how they are sorted, and how they feel."""
    sorter, rows = Sorter(triage_rules(), [BRAND]), posts_of(half)
    if learn_from:
        known = posts_of(learn_from)
        sorter.learn(*_read(known), [row["kind"] for row in known], [row["desk"] for row in known])
    texts, chances = _read(rows)
    return rows, sorter.sort(texts, chances), chances


def _read(rows: list[dict[str, str]]) -> tuple[list[str], np.ndarray]:
    texts = [row["text"] for row in rows]
    return texts, score_texts(texts, [BRAND] * len(texts))


def figures(rows: list[dict[str, str]], found: list[Sorted], chances: np.ndarray) -> dict[str, float]:
    """Macro-F1 of kind and desk, and the share of urgent posts in the lower half of the queue."""
    from sklearn.metrics import f1_score

    rules = triage_rules()
    priority = np.array(
        [priority_of(one, chance, rules).total for one, chance in zip(found, chances, strict=True)]
    )
    lower = np.argsort(np.argsort(-priority, kind="stable")) >= len(rows) / 2
    urgent = np.array([row["urgent"] == "1" for row in rows])
    return {
        "kind": f1_score([row["kind"] for row in rows], [one.kind for one in found], average="macro"),
        "desk": f1_score([row["desk"] for row in rows], [one.desk for one in found], average="macro"),
        "urgent in the lower half": float(lower[urgent].sum()),
        "urgent": float(urgent.sum()),
    }


@click.command()
@click.option("--errors", is_flag=True, help="Show what goes wrong, in the half that was tuned on.")
def main(errors: bool) -> None:
    """Print the figures of both halves."""
    for half, learn_from in (("tuning", ""), ("unseen", ""), ("unseen", "tuning")):
        rows, found, chances = sorted_half(half, learn_from)
        told = ", ".join(f"{name} {value:.3g}" for name, value in figures(rows, found, chances).items())
        click.echo(f"{half} half, {'rules and labels of the other' if learn_from else 'rules'}: {told}")
        if errors and half == "tuning":
            for row, one, chance in zip(rows, found, chances, strict=True):
                if (row["kind"], row["desk"]) != (one.kind, one.desk):
                    wrong = f"{row['kind']}/{row['desk']} -> {one.kind}/{one.desk}"
                    click.echo(f"  {wrong} {chance.round(2)} {one.because} {row['text']}")


if __name__ == "__main__":
    main()
