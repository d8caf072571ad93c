"""Feelings told without a word of feeling: "third day without internet", "back for my third pair".

Where no word of feeling speaks of a brand, the lexicon is deaf and the network was taught on texts that mostly have
some. A small layer on what the network holds of such a text corrects the odds. It learnt from
`tools/sentiment_sources/quiet_lines.txt` beside labelled texts without a word of feeling (`tools/build_quiet.py`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from influence.text.sentiment.features import LOUD, Valences
from influence.text.sentiment.linear import Material
from influence.text.sentiment.modelfile import read_arrays
from influence.text.sentiment.tokens import Encoded

QUIET_PATH = Path(__file__).resolve().parent / "model" / "quiet.npz"


def speaks(encoded: Encoded, valences: Valences) -> np.ndarray:
    """Whether any word or turn of phrase of each text has a feeling of its own, or is known to have none (*thank you
    all*), shape (n_texts,)."""
    loud = (np.abs(valences.read) > LOUD) | (valences.idiom_end > 0)
    return np.bincount(encoded.document, loud, encoded.n_texts) > 0


def hear_quiet(chance: np.ndarray, material: Material, which: np.ndarray) -> None:
    """Correct the probabilities, shape (n_texts, 3), of texts without a word of feeling, in place.

    Parameters
    ----------
    chance : ndarray, shape (n_texts, 3)
    material : Material
    which : ndarray of bool, shape (n_texts,)
    """
    if material.gist is None or not which.any():
        return
    weights, bias = load_quiet()
    turned = chance[which] * np.exp(material.gist[which] @ weights + bias)
    chance[which] = turned / turned.sum(axis=1, keepdims=True)


@cache
def load_quiet() -> tuple[np.ndarray, np.ndarray]:
    """Log-odds that each cell of the network's last layer adds, shape (width, 3), and those of all texts, (3,)."""
    arrays = read_arrays(QUIET_PATH)
    return arrays["weights"].astype(np.float32), arrays["bias"].astype(np.float32)
