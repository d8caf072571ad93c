"""Rebuild the layer for feelings told without a word of feeling: `influence/text/sentiment/model/quiet.npz`.

    OMP_NUM_THREADS=1 python tools/build_quiet.py --data FOLDER

FOLDER as for `build_sentiment.py`, whose models must be there. It learns from `sentiment_sources/quiet_lines.txt`, and
from those texts of the labelled corpora in which no word has a feeling, so that it leaves these as they are.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from sentiment_sources.corpora import HERE, Example, labelled_lines, sentence_corpora

from influence.text.sentiment.linear import softmax
from influence.text.sentiment.modelfile import write_arrays
from influence.text.sentiment.network import QUIET_PATH, speaks
from influence.text.sentiment.score import Sentiment
from influence.text.sentiment.tokens import NAME

STRENGTH = 0.005
"""Of the penalty on squared weights; chosen, as the weights below, on half of `tests/text/cases/untold.tsv`."""
WEIGHT = {"quiet": 2.5, "brands": 0.5, "topics": 1.0, "tweets": 0.3, "goemotions": 0.1, "newsmtsc": 0.3}
"""Of a text by where it is from; our lines count twice, with the brand as a name and as a handle."""

OURS = ("quiet", "brands")
NEUTRAL = 2.0
"""How much more our plain statements count: most of what is said of brands is one."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=QUIET_PATH)
    args = parser.parse_args()
    corpora = {"quiet": list(quiet_examples()), **sentence_corpora(args.data)}
    parts = [read(corpora[name], weight) for name, weight in WEIGHT.items()]
    parts += [read(named(corpora[name]), weight) for name, weight in WEIGHT.items() if name not in OURS]
    parts[0][3][parts[0][2] == 1] *= NEUTRAL
    gist, odds, labels, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    layer, bias = fit(gist, odds, np.eye(3)[labels], weights / weights.sum())
    write_arrays(args.out, {"weights": layer.astype(np.float16), "bias": bias.astype(np.float32)})
    print(args.out.name, args.out.stat().st_size, "bytes;", len(labels), "texts")


def quiet_examples() -> Iterator[Example]:
    """Every line of ours with the brand as a name and as a handle."""
    for line, label in labelled_lines(HERE / "quiet_lines.txt"):
        yield re.sub(r"@?\bB\b", NAME, line), label
        yield re.sub(r"@?\bB\b", f"@{NAME}", line), label


def named(examples: list[Example]) -> list[Example]:
    """The texts as if they spoke to the brand: that one is named must not tell a feeling."""
    return [(f"@{NAME} {text}", label) for text, label in examples]


def read(examples: list[Example], weight: float) -> tuple[np.ndarray, ...]:
    """What the network holds of texts without a word of feeling, the log-odds before, labels and weights."""
    model = Sentiment()
    texts, labels = zip(*examples, strict=True)
    encoded, valences, material = model.reader.read(texts)
    kept = ~speaks(encoded, valences)
    odds = np.log(model.sentence.probabilities(material) + 1e-9)
    assert material.gist is not None
    return material.gist[kept], odds[kept], np.array(labels)[kept], np.full(int(kept.sum()), weight)


def fit(
    gist: np.ndarray, odds: np.ndarray, truth: np.ndarray, weights: np.ndarray, strength: float = STRENGTH
) -> tuple[np.ndarray, np.ndarray]:
    """Multinomial logistic regression on the standardised cells, beside the log-odds that are there."""
    mean, spread = gist.mean(axis=0), gist.std(axis=0) + 1e-3
    cells = np.column_stack([(gist - mean) / spread, np.ones(len(gist))])

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        layer = flat.reshape(-1, 3)
        chance = softmax(odds + cells @ layer)
        free = layer * (np.arange(len(layer)) < len(layer) - 1)[:, None]
        error = -(weights[:, None] * truth * np.log(chance + 1e-12)).sum() + strength * float((free**2).sum())
        return error, (cells.T @ ((chance - truth) * weights[:, None]) + 2 * strength * free).ravel()

    found = minimize(loss, np.zeros(3 * cells.shape[1]), jac=True, method="L-BFGS-B").x.reshape(-1, 3)
    layer = found[:-1] / spread[:, None]
    return layer, found[-1] - mean @ layer


if __name__ == "__main__":
    main()
