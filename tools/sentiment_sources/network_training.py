"""Teach the small network what the teacher reads in texts (distillation after Hinton et al. 2015). Needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from influence.text.sentiment.network import MOST, UNKNOWN_ROW, token_features
from influence.text.sentiment.targets import Reader

WIDTH, INNER, N_HEADS, JOINT, N_SEEN = 192, 384, 2, 256, 64
N_VECTOR = 128
LONGEST = 64
BATCH, SHELF = 128, 32
RATE, DECAY, WARM = 1.5e-3, 0.02, 0.05
DROP, DROP_WORD = 0.1, 0.05
VECTOR_RATE = 0.3
"""Rate of the word vectors, against that of the rest: they know much before they begin."""
SEEN_WEIGHT = 0.3
"""Weight of the second task: 64 main axes of the teacher's features."""


@dataclass(frozen=True)
class Prepared:
    """Texts as the network sees them; tokens of all texts in a row, `starts` where each begins."""

    rows: np.ndarray
    felt: np.ndarray
    starts: np.ndarray
    dense: np.ndarray

    def batch(self, texts: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Padded rows, token features and lexicon figures of some texts."""
        sizes = np.minimum(self.starts[texts + 1] - self.starts[texts], LONGEST)
        rows = np.zeros((len(texts), max(1, sizes.max())), dtype=np.int64)
        felt = np.zeros((*rows.shape, self.felt.shape[1]), dtype=np.float32)
        for line, (text, size) in enumerate(zip(texts, sizes, strict=True)):
            tokens = slice(self.starts[text], self.starts[text] + size)
            rows[line, :size], felt[line, :size] = self.rows[tokens], self.felt[tokens]
        return torch.from_numpy(rows), torch.from_numpy(felt), torch.from_numpy(self.dense[texts])


def prepare(texts: Sequence[str], reader: Reader, row_of: dict[str, int]) -> Prepared:
    """Read texts; lexicon figures are not scaled yet."""
    encoded, valences, material = reader.read_whole(texts)
    real = encoded.ids > 0
    words = reader.vocabulary.words
    rows = np.array([row_of.get(word, UNKNOWN_ROW) for word in words])[encoded.ids[real]]
    starts = np.concatenate([[0], np.cumsum(encoded.lengths)])
    return Prepared(rows, token_features(encoded, valences)[real], starts, material.dense.astype(np.float32))


class Student(nn.Module):
    """The network of `influence.text.sentiment.network`, to be trained."""

    def __init__(self, vectors: np.ndarray, n_felt: int, n_dense: int) -> None:
        super().__init__()
        self.vectors = nn.Embedding.from_pretrained(
            torch.from_numpy(vectors), freeze=False, padding_idx=0, sparse=True
        )
        self.first = nn.Conv1d(vectors.shape[1] + n_felt, WIDTH, 5, padding=2)
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.around = nn.Conv1d(WIDTH, WIDTH, 5, padding=2, groups=WIDTH)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.attention = nn.Linear(WIDTH, N_HEADS)
        self.join = nn.Linear(WIDTH * (N_HEADS + 1) + n_dense, JOINT)
        self.out, self.seen = nn.Linear(JOINT, 3), nn.Linear(JOINT, N_SEEN)
        self.drop = nn.Dropout(DROP)

    def forward(
        self, rows: torch.Tensor, felt: torch.Tensor, dense: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-odds, and the guess at the teacher's axes."""
        if self.training:
            lost = (torch.rand(rows.shape) < DROP_WORD) & (rows > 0)
            rows = torch.where(lost, torch.full_like(rows, UNKNOWN_ROW), rows)
        real = (rows > 0).float().unsqueeze(-1)
        seen = torch.cat([self.drop(self.vectors(rows)), felt], -1) * real
        first = self.norm1(functional.relu(_along(self.first, seen))) * real
        inner = self.drop(functional.relu(self.inner(_along(self.around, first))))
        hidden = self.norm2(first + self.outer(inner)) * real
        share = (self.attention(hidden) + (real - 1) * 1e4).softmax(1)
        kept = torch.einsum("bth,bta->bah", hidden, share).flatten(1)
        most = (hidden + (real - 1) * 1e4).max(1).values
        joined = self.drop(functional.relu(self.join(self.drop(torch.cat([kept, most, dense], 1)))))
        return self.out(joined), self.seen(joined)

    def weights(self, mean: np.ndarray, spread: np.ndarray) -> dict[str, np.ndarray]:
        """The weights by the names and in the shapes of `influence.text.sentiment.network`."""
        state = {name: value.numpy() for name, value in self.state_dict().items()}
        n_vector = self.vectors.weight.shape[1]
        first = state["first.weight"].transpose(1, 2, 0).reshape(state["first.weight"].shape[1], -1)
        found = {
            "first": first[:n_vector], "first_felt": _by_look(first[n_vector:]), "first_bias": state["first.bias"],
            "norm1": state["norm1.weight"], "norm1_bias": state["norm1.bias"],
            "norm2": state["norm2.weight"], "norm2_bias": state["norm2.bias"],
            "around": state["around.weight"][:, 0].T, "around_bias": state["around.bias"],
            "dense_mean": mean, "dense_spread": spread,
        }  # fmt: skip
        for name in ("inner", "outer", "attention", "join", "out"):
            found[name], found[f"{name}_bias"] = state[f"{name}.weight"].T, state[f"{name}.bias"]
        return found


def _by_look(rows: np.ndarray) -> np.ndarray:
    """From a row a feature, with the five looks side by side, to the looks one under the other."""
    return np.vstack(np.split(rows, 5, axis=1))


def _along(layer: nn.Module, values: torch.Tensor) -> torch.Tensor:
    return layer(values.transpose(1, 2)).transpose(1, 2)


def train(
    prepared: Prepared,
    taught: np.ndarray,
    axes: np.ndarray,
    weights: np.ndarray,
    vectors: np.ndarray,
    n_rounds: int,
) -> dict[str, np.ndarray]:
    """Train a network to say what the teacher says.

    Parameters
    ----------
    prepared : Prepared
    taught : ndarray, shape (n_texts, 3)
        The teacher's probabilities.
    axes : ndarray, shape (n_texts, `N_SEEN`)
        The teacher's features on their main axes, of spread one.
    weights : ndarray, shape (n_texts,)
    vectors : ndarray of float32, shape (n_rows, n_dims)
        Vectors of the words, where they begin.
    n_rounds : int

    Returns
    -------
    dict of str to ndarray
        Weights, see `Student.weights`, with the `vectors`.
    """
    torch.set_num_threads(1)
    torch.manual_seed(0)
    mean, spread = prepared.dense.mean(axis=0), prepared.dense.std(axis=0)
    spread[spread < 1e-6] = 1.0
    dense = np.clip((prepared.dense - mean) / spread, -MOST, MOST).astype(np.float32)
    prepared = Prepared(prepared.rows, prepared.felt, prepared.starts, dense)
    student = Student(vectors, prepared.felt.shape[1], dense.shape[1])
    learnt = [weight for name, weight in student.named_parameters() if name != "vectors.weight"]
    optimiser = torch.optim.AdamW(learnt, lr=RATE, weight_decay=DECAY)
    of_words = torch.optim.SparseAdam([student.vectors.weight], lr=RATE)
    wanted = [torch.from_numpy(array.astype(np.float32)) for array in (taught, axes, weights)]
    batches = _batches(np.diff(prepared.starts), n_rounds)
    student.train()
    for number, texts in enumerate(batches):
        done = number / len(batches)
        rate = RATE * min(1, done / WARM) * (1 - done) + 1e-6
        optimiser.param_groups[0]["lr"], of_words.param_groups[0]["lr"] = rate, rate * VECTOR_RATE
        said, guessed = student(*prepared.batch(texts))
        chance, axis, weight = (array[texts] for array in wanted)
        loss = -((chance * said.log_softmax(1)).sum(1) * weight).mean()
        loss = loss + SEEN_WEIGHT * ((guessed - axis) ** 2).mean()
        optimiser.zero_grad()
        of_words.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learnt, 2.0)
        optimiser.step()
        of_words.step()
        if number % 500 == 0:
            print(f"  batch {number} of {len(batches)}: loss {loss.item():.3f}", flush=True)
    vectors = student.vectors.weight.detach().numpy()
    return student.eval().weights(mean, spread) | {"vectors": vectors}


def _batches(lengths: np.ndarray, n_rounds: int) -> list[np.ndarray]:
    """Texts of like length together, in an order that chance made once and for all."""
    rng = np.random.default_rng(0)
    found: list[np.ndarray] = []
    for _ in range(n_rounds):
        order = rng.permutation(len(lengths))
        for start in range(0, len(order), BATCH * SHELF):
            shelf = order[start : start + BATCH * SHELF]
            shelf = shelf[np.argsort(lengths[shelf], kind="stable")]
            split = [shelf[at : at + BATCH] for at in range(0, len(shelf), BATCH)]
            found += [split[at] for at in rng.permutation(len(split))]
    return found
