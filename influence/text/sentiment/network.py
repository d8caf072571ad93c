"""A small convolutional network over words: what words say together, where a bag of them is deaf.

Every word has a vector. Two layers look at five words at a time, a pool keeps of every text what
attention and the maximum find; lexicon figures join it there (after Kim 2014; blocks after Liu et al. 2022). It was
taught by a large sentence model (`tools/build_sentiment_network.py`) and runs in numpy.

Where no word of feeling speaks of a brand ("third day without internet", "back for my third pair"), the lexicon is deaf
and the network was taught on texts that mostly have some: a small layer on what it holds of such a text corrects the
odds. That learnt from `tools/sentiment_sources/quiet_lines.txt` beside labelled texts without a word of feeling
(`tools/build_quiet.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from influence.text.sentiment.features import LOUD, Valences
from influence.text.sentiment.linear import TextNumbers
from influence.text.sentiment.modelfile import read_arrays
from influence.text.sentiment.tokens import Encoded

NETWORK_PATH = Path(__file__).resolve().parent / "model" / "network.npz"
PAD_ROW, UNKNOWN_ROW = 0, 1
LOOKS = (-2, -1, 0, 1, 2)
"""Where both layers look, in tokens from a token."""
BLOCK = 1_200
"""Tokens worked on at a time, so that they stay near the processor."""
MOST = 5.0
"""Lexicon figures further than this many spreads from their mean count as this."""

QUIET_PATH = Path(__file__).resolve().parent / "model" / "quiet.npz"


@dataclass(frozen=True)
class WordNetwork:
    """The network's weights.

    Attributes
    ----------
    rows : mapping of str to int
        Row of each word; 0 is the pad, 1 an unknown word.
    vectors : ndarray of float32, shape (n_rows, n_dims)
    weights : mapping of str to ndarray
        By the names that `arrays` uses.
    """

    rows: Mapping[str, int]
    vectors: np.ndarray
    weights: Mapping[str, np.ndarray]

    def logits(self, gist: np.ndarray) -> np.ndarray:
        """Log-odds of negative, neutral, positive, shape (n_texts, 3); 0 for a text without tokens."""
        said = gist @ self.weights["out"] + self.weights["out_bias"]
        said[~gist.any(axis=1)] = 0
        return np.asarray(said)

    def gist(
        self, encoded: Encoded, rows: np.ndarray, valences: tuple[Valences, Valences], dense: np.ndarray
    ) -> np.ndarray:
        """What the last layer before the feelings holds of each text, shape (n_texts, width); 0 without tokens.

        Parameters
        ----------
        encoded : Encoded
        rows : ndarray of int, shape (n_tokens,)
            Row of each token.
        valences : Valences, Valences
            By the lexicon, and by the lexicon with guessed words.
        dense : ndarray, shape (n_texts, n_features)
            Lexicon figures.
        """
        found = np.zeros((encoded.n_texts, len(self.weights["join_bias"])), dtype=np.float32)
        used, place = np.unique(rows, return_inverse=True)
        vectors = self.vectors[used]
        tables = [vectors @ part for part in np.split(self.weights["first"], len(LOOKS), axis=1)]
        felt = _with_neighbours(token_features(encoded, valences))
        scaled = (dense - self.weights["dense_mean"]) / self.weights["dense_spread"]
        scaled = np.clip(scaled, -MOST, MOST).astype(np.float32)
        starts, full = encoded.starts, encoded.lengths > 0
        step = max(1, int(BLOCK * encoded.n_texts / max(len(rows), 1)))
        for first in range(0, encoded.n_texts, step):
            texts = slice(first, min(first + step, encoded.n_texts))
            tokens = slice(starts[texts.start], starts[texts.stop])
            mine = np.flatnonzero(full[texts]) + first
            if len(mine):
                hidden = self._hidden(tables, place[tokens], felt[tokens], encoded.ids[tokens] > 0)
                pooled = self._pool(hidden, encoded.lengths[mine])
                joined = np.hstack([pooled, scaled[mine]]) @ self.weights["join"] + self.weights["join_bias"]
                found[mine] = np.maximum(joined, 0)
        return found

    def _hidden(
        self, tables: list[np.ndarray], place: np.ndarray, felt: np.ndarray, real: np.ndarray
    ) -> np.ndarray:
        """What the two layers make of every real token, shape (n_real, width)."""
        w = self.weights
        first = felt @ w["first_felt"]
        first += w["first_bias"]
        for look, table in zip(LOOKS, tables, strict=True):
            _add_shifted(first, table.take(place, axis=0), look)
        np.maximum(first, 0, out=first)
        _norm(first, w["norm1"], w["norm1_bias"])
        first[~real] = 0
        around = np.zeros_like(first)
        part = np.empty_like(first)
        for look, weight in zip(LOOKS, w["around"], strict=True):
            _add_shifted(around, np.multiply(first, weight, out=part), look)
        inner = around[real] @ w["inner"]
        inner += w["around_bias"] @ w["inner"] + w["inner_bias"]
        np.maximum(inner, 0, out=inner)
        hidden = inner @ w["outer"]
        hidden += w["outer_bias"]
        hidden += first[real]
        _norm(hidden, w["norm2"], w["norm2_bias"])
        return np.asarray(hidden)

    def _pool(self, hidden: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Of every text what attention and the maximum keep, shape (n_texts, (n_heads + 1) * width)."""
        from scipy import sparse

        begin = np.concatenate([[0], np.cumsum(lengths)])
        score = hidden @ self.weights["attention"] + self.weights["attention_bias"]
        grown = np.exp(score - np.repeat(np.maximum.reduceat(score, begin[:-1]), lengths, axis=0))
        share = grown / np.repeat(np.add.reduceat(grown, begin[:-1]), lengths, axis=0)
        column = np.arange(len(hidden))
        kept = [sparse.csr_matrix((share[:, head], column, begin)) @ hidden for head in range(share.shape[1])]
        return np.hstack([*kept, np.maximum.reduceat(hidden, begin[:-1])])


def token_features(encoded: Encoded, valences: tuple[Valences, Valences]) -> np.ndarray:
    """Valence, guessed valence, negated, in capitals, idiom: shape (n_tokens, 5)."""
    own, wide = valences
    columns = [own.read / 3, wide.read / 3, own.negated, encoded.capital, own.idiom / 3]
    return np.column_stack(columns).astype(np.float32) * (encoded.ids > 0)[:, None]


def _add_shifted(total: np.ndarray, values: np.ndarray, look: int) -> None:
    """Add to every token what stands `look` tokens from it."""
    if look < 0:
        total[-look:] += values[:look]
    elif look > 0:
        total[:-look] += values[look:]
    else:
        total += values


def _with_neighbours(values: np.ndarray) -> np.ndarray:
    """Values of the tokens around each token, side by side."""
    n, width = values.shape
    found = np.zeros((n, len(LOOKS) * width), dtype=values.dtype)
    for at, look in enumerate(LOOKS):
        _add_shifted(found[:, at * width : (at + 1) * width], values, look)
    return found


def _norm(values: np.ndarray, scale: np.ndarray, shift: np.ndarray) -> None:
    """Layer normalisation in place."""
    values -= values.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", values, values) / np.float32(values.shape[1])
    values *= (1 / np.sqrt(spread + np.float32(1e-5)))[:, None]
    values *= scale
    values += shift


def pack(words: list[str], vectors: np.ndarray, weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What goes into the file: vectors in 8 bits with a scale a row, weights in half precision."""
    scale = np.abs(vectors).max(axis=1) / 127 + 1e-12
    kept = {f"w_{name}": np.asarray(array, dtype=np.float16) for name, array in weights.items()}
    return kept | {
        "words": np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
        "vectors": np.round(vectors / scale[:, None]).astype(np.int8),
        "scale": scale.astype(np.float32),
    }


def unpack(arrays: Mapping[str, np.ndarray]) -> WordNetwork:
    """Read back what `pack` wrote."""
    words = arrays["words"].tobytes().decode().split("\n")
    return WordNetwork(
        {word: row for row, word in enumerate(words, UNKNOWN_ROW + 1)},
        arrays["vectors"].astype(np.float32) * arrays["scale"][:, None],
        {name[2:]: array.astype(np.float32) for name, array in arrays.items() if name.startswith("w_")},
    )


@cache
def load_network(path: Path = NETWORK_PATH) -> WordNetwork:
    """The network at `path`, read once."""
    return unpack(read_arrays(path))


def speaks(encoded: Encoded, valences: Valences) -> np.ndarray:
    """Whether any word or turn of phrase of each text has a feeling of its own, or is known to have none (*thank you
    all*), shape (n_texts,)."""
    loud = (np.abs(valences.read) > LOUD) | (valences.idiom_end > 0)
    return np.bincount(encoded.document, loud, encoded.n_texts) > 0


def hear_quiet(chance: np.ndarray, material: TextNumbers, which: np.ndarray) -> None:
    """Correct the probabilities, shape (n_texts, 3), of texts without a word of feeling, in place.

    Parameters
    ----------
    chance : ndarray, shape (n_texts, 3)
    material : TextNumbers
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
