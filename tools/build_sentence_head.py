"""Fit the layer by which the built sentence model hears feelings: `influence/text/sentiment/model/sentences.npz`.

    influence models build
    OMP_NUM_THREADS=1 python tools/build_sentence_head.py --data FOLDER --cache FOLDER

FOLDER as for `build_sentiment.py`, with `umsab`. One layer for all languages learns from UMSAB's training part; what
each language adds from its own texts, English also from the other English corpora. What the model made of a text is
kept in the cache. `--report` also fits English without each domain in turn and says how it reads it. Only weights leave
this script, never a text.
"""

from __future__ import annotations

import argparse
import sys
from hashlib import blake2b
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from build_quiet import fit
from build_sentiment import balanced
from sentiment_sources.corpora import DOMAINS, Example, sentence_corpora, umsab

from influence.text.sentiment.modelfile import write_arrays
from influence.text.sentiment.sentences import HEAD_PATH, LEARNT, Head, sentences_mark, states
from influence.text.sentiment.training import macro_f1

SHARED_STRENGTH, OWN_STRENGTH = 0.15, 0.9
"""Of the penalty on squared weights."""
N_PER_CORPUS = 1_200
Read = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Numbers of texts, labels, and the corpus of each."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--report", action="store_true", help="also English without each domain")
    parser.add_argument("--out", type=Path, default=HEAD_PATH)
    args = parser.parse_args()
    tongues = {code: read(args.cache, {"topics": umsab(args.data, "train", code)}) for code in LEARNT}
    english = {n: part for n, part in sentence_corpora(args.data).items() if n != "topics"}
    shared = fit_on(joined(list(tongues.values())), None, SHARED_STRENGTH)
    tongues["en"] = joined([tongues["en"], read(args.cache, english)])
    own = [fit_on(tongues[code], shared, OWN_STRENGTH) for code in LEARNT]
    head = Head(np.stack([shared, *own]), 1.0)
    write_arrays(args.out, {"weights": head.weights, "temperature": np.array(1.0)})
    print(args.out.name, args.out.stat().st_size, "bytes")
    for code in LEARNT:
        numbers, labels, _ = read(args.cache, {"val": umsab(args.data, "val", code)})
        print(code, round(macro_f1(labels, head.probabilities(numbers, [code] * len(labels)).argmax(1)), 3))
    if args.report:
        for held in DOMAINS:
            numbers, labels, corpus = tongues["en"]
            layer = shared + fit_on(
                tuple(part[corpus != held] for part in tongues["en"]), shared, OWN_STRENGTH
            )
            mine = corpus == held
            print(held, round(macro_f1(labels[mine], _odds(numbers[mine], layer).argmax(1)), 3))


def read(cache: Path, corpora: dict[str, list[Example]]) -> Read:
    """What the sentence model holds of texts; a corpus of more than `N_PER_CORPUS` by its first in random order."""
    parts = []
    for name, examples in corpora.items():
        order = np.random.default_rng(0).permutation(len(examples))[:N_PER_CORPUS]
        texts, labels = zip(*[examples[at] for at in order], strict=True)
        digest = blake2b(
            "\0".join(texts).encode("utf-8", "replace") + sentences_mark().encode(), digest_size=8
        )
        file = cache / f"states-{digest.hexdigest()}.npy"
        if not file.exists():
            cache.mkdir(parents=True, exist_ok=True)
            np.save(file, states(texts).astype(np.float16))
        parts.append(
            (np.load(file).astype(np.float32), np.array(labels), np.full(len(labels), name, dtype=object))
        )
    return joined(parts)


def joined(parts: list[Read]) -> Read:
    """Texts of several corpora."""
    numbers, labels, corpus = (np.concatenate(part) for part in zip(*parts, strict=True))
    return numbers, labels, corpus


def fit_on(texts: Read, below: np.ndarray | None, strength: float) -> np.ndarray:
    """A layer, shape (width + 1, 3), beside the one that is there."""
    numbers, labels, corpus = texts
    weights = balanced(labels, corpus)
    odds = np.zeros((len(labels), 3)) if below is None else _odds(numbers, below)
    layer, bias = fit(numbers, odds, np.eye(3)[labels], weights / weights.sum(), strength)
    return np.vstack([layer, bias])


def _odds(numbers: np.ndarray, layer: np.ndarray) -> np.ndarray:
    return numbers @ layer[:-1] + layer[-1]


if __name__ == "__main__":
    main()
