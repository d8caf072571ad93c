"""A sentence model that the user names (extra ``embeddings``): it reads the best candidates again and reorders them.

The model is a folder with ``tokenizer.json`` and an ONNX file, as exporters write them; nothing is downloaded. It
reads the best texts of the best accounts only, so that a million posts cost no more than ten thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from influence.errors import MissingDataError, SourceError
from influence.store.kept.keeper import keeper_of
from influence.text.briefs import sought_in
from influence.text.niche import Niche
from influence.text.relevance import Relevance
from influence.text.remembering import kept_by_hash
from influence.text.vectors import unit

if TYPE_CHECKING:
    from influence.store.base import Store
    from influence.store.kept.keeper import Keeper

DEPTH, TEXTS_EACH, MAX_TOKENS, BATCH = 500, 8, 128, 32
RANK_CONSTANT, MODEL_WEIGHT, BRIEF_WEIGHT = 30.0, 1.0, 0.5
"""Weights of the model's order beside ours; of a brief it gets the gist, and we the words."""


class Encoder(Protocol):
    """Anything that turns texts into vectors."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, shape (n_texts, n_dims)."""


class OnnxEncoder:
    """A sentence model from a folder: mean of the token vectors, length one.

    Raises
    ------
    MissingDataError
        The extra is not installed.
    SourceError
        The folder holds no model, or one that cannot be used.
    """

    def __init__(self, folder: str | Path, file: str = "*.onnx") -> None:
        self.folder = Path(folder)
        runtime, tokenizers = _libraries()
        self._tokenizer = tokenizers.Tokenizer.from_file(str(_one(self.folder, "tokenizer.json")))
        if self._tokenizer.truncation is None:
            self._tokenizer.enable_truncation(MAX_TOKENS)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = runtime.InferenceSession(
                str(_one(self.folder, file)), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises its own classes, without a common base
            raise SourceError(
                "this ONNX file cannot be used", where=str(self.folder), seen=str(error).splitlines()[0]
            ) from error
        self._inputs = {value.name for value in self._session.get_inputs()}
        self._output = _best_output(self._session.get_outputs(), self.folder)
        self._batch_size = BATCH if "attention_mask" in self._inputs else 1
        if self._batch_size > 1:
            self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, shape (n_texts, n_dims), float32."""
        return unit(self.read(texts))

    def read(self, texts: Sequence[str]) -> np.ndarray:
        """What the model makes of texts, shape (n_texts, n_dims), float32."""
        size = self._batch_size
        parts = [self._batch(list(texts[start : start + size])) for start in range(0, len(texts), size)]
        return np.concatenate(parts) if parts else np.zeros((0, 1), dtype=np.float32)

    def _batch(self, texts: list[str]) -> np.ndarray:
        found = self._tokenizer.encode_batch(texts)
        mask = np.array([text.attention_mask for text in found], dtype=np.int64)
        feed = {
            "input_ids": np.array([text.ids for text in found], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        given = {name: feed[name] for name in self._inputs if name in feed}
        output = self._session.run([self._output], given)[0]
        if output.ndim == 3:
            output = (output * mask[:, :, None]).sum(axis=1) / np.maximum(mask.sum(axis=1, keepdims=True), 1)
        return np.asarray(output, dtype=np.float32)


class RememberingEncoder:
    """An encoder that reads a text once for a workspace; vectors are kept, and used, with three digits.

    Parameters
    ----------
    folder : str
        The model's.
    keeper : Keeper or None
    """

    NAME = "sentence-vectors"

    def __init__(self, folder: str, keeper: Keeper | None) -> None:
        self._folder, self._keeper = folder, keeper
        self._mark = _mark_of(Path(folder))

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, shape (n_texts, n_dims)."""

        def read(places: list[int]) -> dict[str, np.ndarray]:
            vectors = loaded(self._folder).encode([texts[at] for at in places])
            return {"vectors": vectors.astype(np.float16)}

        kept = kept_by_hash(self._keeper, self.NAME, self._mark, list(texts), read)
        return np.asarray(kept["vectors"], dtype=np.float32)


@lru_cache(maxsize=2)
def _mark_of(folder: Path) -> str:
    """A few letters that change when a model does."""
    digest = blake2b(digest_size=8)
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def reread(relevance: Relevance, niche: Niche, store: Store) -> Relevance:
    """Let the model that the niche names read the best candidates' texts in the workspace, and `reorder` them."""
    sql = "select post_id, text from posts where post_id in (select unnest(?))"

    def texts_of(posts: list[str]) -> dict[str, str]:
        return {row["post_id"]: row["text"] for row in store.query(sql, [posts]).to_pylist()}

    loaded(niche.model)
    return reorder(relevance, niche, RememberingEncoder(niche.model, keeper_of(store)), texts_of)


@lru_cache(maxsize=2)
def loaded(folder: str, file: str = "*.onnx") -> OnnxEncoder:
    """The model in a folder, read once."""
    return OnnxEncoder(folder, file)


def reorder(
    relevance: Relevance, niche: Niche, encoder: Encoder, texts_of: Callable[[list[str]], Mapping[str, str]]
) -> Relevance:
    """Let `encoder` read the best texts of the best `DEPTH` accounts, and fuse its order with ours.

    The fits keep their values and change places by weighted reciprocal rank, so that a fit still means what it did.

    Parameters
    ----------
    texts_of : callable
        Post ids -> post id and text.
    """
    fit = relevance.account_fit
    best = np.lexsort((np.arange(len(fit)), -np.nan_to_num(fit)))[:DEPTH]
    best = best[np.nan_to_num(fit[best]) > 0]
    posts = [relevance.evidence(str(relevance.index.account_ids[code]), TEXTS_EACH) for code in best]
    texts = texts_of(sorted({post for some in posts for post in some}))
    asked = niche.keywords or sought_in(niche.brief) or _example_words(relevance, niche, texts_of)
    if not asked or not texts:
        return relevance
    names = sorted(texts)
    *read, sought = encoder.encode([*(texts[n] for n in names), asked])
    nearness = dict(zip(names, np.array(read) @ sought, strict=True))
    model = np.array([_mean_of_best([float(nearness[p]) for p in some if p in nearness]) for some in posts])
    weight = BRIEF_WEIGHT if niche.brief and not niche.keywords else MODEL_WEIGHT
    fused = _reciprocal(-np.arange(len(best), dtype=float)) + weight * _reciprocal(model)
    changed = fit.copy()
    changed[best[np.lexsort((best, -fused))]] = fit[best]
    return replace(relevance, account_fit=changed)


def _mean_of_best(values: list[float], n: int = 3) -> float:
    return float(np.mean(sorted(values, reverse=True)[:n])) if values else -1.0


def _reciprocal(score: np.ndarray) -> np.ndarray:
    falling = -score
    return np.asarray(1.0 / (RANK_CONSTANT + np.searchsorted(np.sort(falling), falling)))


def _example_words(
    relevance: Relevance, niche: Niche, texts_of: Callable[[list[str]], Mapping[str, str]]
) -> str:
    posts = [post for name in niche.like for post in relevance.evidence(name, 2)]
    return ". ".join(texts_of(sorted(posts)).values())


def _best_output(outputs: Sequence[Any], folder: Path) -> str:
    """Name of the output with sentence vectors, else of the one with token vectors."""
    real = [value for value in outputs if "float" in value.type and len(value.shape) in (2, 3)]
    if not real:
        raise SourceError(
            "this model gives no vectors", where=str(folder), expected="an output of 2 or 3 axes"
        )
    return str(min(real, key=lambda value: len(value.shape)).name)


def _one(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern)) if folder.is_dir() else []
    if not found:
        raise SourceError(
            "this folder holds no sentence model",
            where=str(folder),
            seen=f"no {pattern}",
            expected="tokenizer.json and an .onnx file",
        )
    return found[0]


def _libraries() -> tuple[Any, Any]:
    try:
        import onnxruntime
        import tokenizers
    except ImportError as error:
        raise MissingDataError.no_package("a sentence model", "embeddings", error) from error
    return onnxruntime, tokenizers
