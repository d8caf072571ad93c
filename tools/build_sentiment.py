"""Rebuild the sentiment model that ships in `influence/text/sentiment/model/`, to the same bytes.

    python tools/build_sentiment.py --data FOLDER [--words MODEL_FOLDER] [--check]

FOLDER holds `ground_truth`, `goemotions`, `mams` and `newsmtsc` (sources and terms: docs/sentiment.md). With `--words`
the valence of words that the lexicon lacks is guessed anew with a sentence model (all-MiniLM-L6-v2, Apache-2.0;
needs torch and transformers); without, the guesses kept in `tables/guessed.tsv` are used. Only words and numbers leave
this script, never a text. Run with OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from sentiment_sources.corpora import Example, sentence_corpora, target_corpora

from influence.text.sentiment.calibration import fit_temperature
from influence.text.sentiment.linear import LinearModel, Recipe, fit_linear
from influence.text.sentiment.modelfile import MODEL_PATH, guessed_words, save_model
from influence.text.sentiment.reader import Reader
from influence.text.sentiment.targets import mask

SENTENCE = Recipe(min_count=3, words=0.3, dense=0.3, strength=0.1, by_length=True)
TARGET = Recipe(min_count=2, words=0.3, dense=0.1, strength=1.0)
DOMAIN_POWER = 0.5
"""A corpus of n texts counts as n ** power, so that the largest does not speak for all."""
CLASS_POWER = 0.5
"""Rare classes count more, half-way to equal."""
SHARE = {"brands": 0.5, "mams": 1.0, "newsmtsc": 0.3, "pairs": 1.2}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--words", type=Path, help="folder of the sentence model")
    parser.add_argument("--out", type=Path, default=MODEL_PATH)
    args = parser.parse_args()
    if args.words:
        from sentiment_sources.guess_words import guess

        guess(args.data, args.words)
    build(args.data, args.out)


def build(data: Path, out: Path) -> None:
    """Fit both models, calibrate them on texts they did not see, and write the file."""
    reader = Reader((), guessed_words())
    sentence = fit_sentences(sentence_corpora(data), reader)
    print("temperature of sentences", round(sentence.temperature, 3))
    target = fit_targets(target_corpora(data), reader)
    print("temperature of targets", round(target.temperature, 3))
    save_model(out, reader.vocabulary.words, sentence, target)
    print(out.name, out.stat().st_size, "bytes")


def balanced(labels: np.ndarray, domains: np.ndarray) -> np.ndarray:
    """Weight of every text: corpora by the root of their size, classes half-way to equal; mean 1."""
    weights = np.ones(len(labels))
    for domain in np.unique(domains):
        mine = domains == domain
        weights[mine] *= float(mine.sum()) ** (DOMAIN_POWER - 1) * SHARE.get(str(domain), 1.0)
    for label in range(3):
        mine = labels == label
        weights[mine] *= (weights.sum() / max(weights[mine].sum(), 1e-9)) ** CLASS_POWER
    return weights * len(weights) / weights.sum()


def fit_sentences(corpora: dict[str, list[Example]], reader: Reader, calibrate: bool = True) -> LinearModel:
    """The model of whole texts; its temperature from every public domain held out in turn."""
    rows = [(text, label, name) for name, examples in corpora.items() for text, label in examples]
    labels, domains = np.array([r[1] for r in rows]), np.array([r[2] for r in rows])
    _, _, material = reader.read([r[0] for r in rows])
    model = fit_linear(material, labels, balanced(labels, domains), SENTENCE)
    if not calibrate:
        return model
    logits, truth, weight = [], [], []
    for held in ("tweets", "reviews", "news", "newsmtsc"):
        inside = domains != held
        part = fit_linear(
            material.part(inside), labels[inside], balanced(labels[inside], domains[inside]), SENTENCE
        )
        logits.append(part.logits(material.part(~inside)))
        truth.append(labels[~inside])
        weight.append(np.full((~inside).sum(), 1 / (~inside).sum()))
    temperature = fit_temperature(np.vstack(logits), np.concatenate(truth), np.concatenate(weight))
    return model.at_temperature(temperature)


def fit_targets(
    corpora: dict[str, list[tuple[str, int, int, int]]], reader: Reader, calibrate: bool = True
) -> LinearModel:
    """The model of a target inside a text; its temperature from a tenth held out."""
    rows = [
        (mask(text, a, b), text[a:b], label, name)
        for name, part in corpora.items()
        for text, a, b, label in part
    ]
    labels, domains = np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
    _, _, material = reader.read_targets([r[0] for r in rows], [r[1] if r[3] == "mams" else "" for r in rows])
    weights = np.array([SHARE[name] for name in domains])
    model = fit_linear(material, labels, weights, TARGET)
    if not calibrate:
        return model
    texts = np.array([hash_of(text) for text in (re.sub("<target>", "", r[0]) for r in rows)])
    inside = texts % 10 != 0
    part = fit_linear(material.part(inside), labels[inside], weights[inside], TARGET)
    temperature = fit_temperature(part.logits(material.part(~inside)), labels[~inside], weights[~inside])
    return model.at_temperature(temperature)


def hash_of(text: str) -> int:
    """A number that depends on the letters alone."""
    import zlib

    return zlib.crc32(re.sub(r"\W+", "", text).encode())


if __name__ == "__main__":
    main()
