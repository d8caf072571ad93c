"""Guess the valence of words that the lexicon lacks, from what a sentence model says of the words alone.

Ridge regression from the model's vectors to the lexicon's valences (correlation on held-out words .80), with words
outside the lexicon as weak zeros. Guesses near zero are dropped.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from influence.text.sentiment.lexicon import word_valence
from influence.text.sentiment.modelfile import GUESSED_PATH
from influence.text.sentiment.tokens import tokenise
from sentiment_sources.corpora import sentence_corpora, target_corpora

DEAD_ZONE, GAIN, RIDGE, LEAST = 0.4, 1.3, 30.0, 2


def guess(data: Path, model: Path) -> None:
    """Write ``tables/guessed.tsv``: valence and words."""
    lexicon = word_valence()
    counts: Counter[str] = Counter()
    for text in _texts(data):
        counts.update(tokenise(text))
    words = sorted(
        {w for w, n in counts.items() if n >= LEAST and w.isalpha()} | {w for w in lexicon if w.isalpha()}
    )
    valence = _regress(_vectors(words, model), np.array([lexicon.get(word, np.nan) for word in words]))
    rows: dict[float, list[str]] = {}
    for word, value in zip(words, valence, strict=True):
        shrunk = round(float(np.sign(value) * max(abs(value) - DEAD_ZONE, 0) * GAIN), 1)
        if word not in lexicon and shrunk:
            rows.setdefault(shrunk, []).append(word)
    lines = [f"{value}\t{' '.join(rows[value])}" for value in sorted(rows)]
    GUESSED_PATH.write_text(
        "valence\twords guessed by tools/build_sentiment.py\n" + "\n".join(lines) + "\n", "utf-8"
    )


def _texts(data: Path) -> list[str]:
    found = [text for part in sentence_corpora(data).values() for text, _ in part]
    return found + [row[0] for part in target_corpora(data).values() for row in part]


def _vectors(words: list[str], model: Path) -> np.ndarray:
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.set_num_threads(1)
    tokenizer, network = (
        AutoTokenizer.from_pretrained(str(model)),
        AutoModel.from_pretrained(str(model)).eval(),
    )
    found = np.zeros((len(words), 768), dtype=np.float32)
    order = sorted(range(len(words)), key=lambda i: (len(words[i]), words[i]))
    with torch.inference_mode():
        for start in range(0, len(order), 128):
            mine = order[start : start + 128]
            batch = tokenizer([words[i] for i in mine], padding=True, return_tensors="pt")
            hidden = network(**batch, output_hidden_states=True).hidden_states
            kept = batch["attention_mask"].unsqueeze(-1).float()
            means = [(hidden[layer] * kept).sum(1) / kept.sum(1) for layer in (0, 6)]
            found[mine] = torch.cat([torch.nn.functional.normalize(mean) for mean in means], 1).numpy()
    return found


def _regress(vectors: np.ndarray, valence: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import Ridge

    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    reduced = centred @ axes[:, ::-1][:, :256]
    reduced /= reduced.std()
    known = np.flatnonzero(np.isfinite(valence))
    others = np.random.default_rng(0).choice(np.flatnonzero(~np.isfinite(valence)), 6000, replace=False)
    wanted = np.r_[valence[known], np.zeros(len(others))]
    weight = np.r_[np.ones(len(known)), np.full(len(others), 0.3)]
    model = Ridge(alpha=RIDGE).fit(reduced[np.r_[known, others]], wanted, sample_weight=weight)
    return model.predict(reduced)
