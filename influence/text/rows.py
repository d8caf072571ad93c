"""Rows of terms: texts as a sparse matrix of which terms they hold, put together piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from influence.text.tokens import Tokenizer

MAX_TERMS = 400
"""A longer text counts its first terms only: what it is about is said early, and length must not win."""
_BATCH = 50_000
_FLUSH = 1_000_000


@dataclass(frozen=True)
class TermRows:
    """Texts as rows, terms as columns.

    Attributes
    ----------
    terms : ndarray of object, shape (n_terms,)
        Sorted; each occurs in some row.
    presence : csr_array of float32, shape (n_rows, n_terms)
        1 where the text holds the term.
    """

    terms: np.ndarray
    presence: sp.csr_array

    def take(self, rows: np.ndarray) -> TermRows:
        """Some of the rows, in the order given."""
        return TermRows(self.terms, self.presence[rows])


class TermWriter:
    """Collects texts, one at a time."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._columns: list[np.ndarray] = []
        self._pending: list[int] = []
        self._lengths: list[int] = []

    def add(self, terms: list[str]) -> None:
        """Add a text."""
        ids = self._ids
        terms = terms[:MAX_TERMS]
        self._pending.extend([ids.setdefault(term, len(ids)) for term in terms])
        self._lengths.append(len(terms))
        if len(self._pending) > _FLUSH:
            self._flush()

    def _flush(self) -> None:
        self._columns.append(np.array(self._pending, dtype=np.int32))
        self._pending.clear()

    def finish(self) -> TermRows:
        """All texts added so far."""
        self._flush()
        columns = np.concatenate(self._columns)
        starts = np.zeros(len(self._lengths) + 1, dtype=np.int64)
        np.cumsum(self._lengths, out=starts[1:])
        return _tidy(np.array(list(self._ids), dtype=object), columns, starts)


def rows_of_texts(texts: pa.ChunkedArray, tokenizer: Tokenizer) -> TermRows:
    """Cut every text into terms."""
    writer = TermWriter()
    for start in range(0, len(texts), _BATCH):
        for text in texts.slice(start, _BATCH).to_pylist():
            writer.add(tokenizer.terms(text))
    return writer.finish()


def stack(parts: Sequence[TermRows]) -> TermRows:
    """Rows of all parts, one after the other, over the terms that any of them uses."""
    names = [name for part in parts for name in part.terms]
    place = {name: i for i, name in enumerate(dict.fromkeys(names))}
    columns = [
        np.array([place[name] for name in part.terms], dtype=np.int32)[part.presence.indices]
        if part.presence.nnz
        else np.zeros(0, dtype=np.int32)
        for part in parts
    ]
    lengths = np.concatenate([np.diff(part.presence.indptr) for part in parts])
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return _tidy(np.array(list(place), dtype=object), np.concatenate(columns), starts)


def _tidy(names: np.ndarray, columns: np.ndarray, starts: np.ndarray) -> TermRows:
    """Sort the terms, drop those that no row uses, and keep each once a row."""
    used = np.bincount(columns, minlength=len(names)) > 0
    order = np.flatnonzero(used)
    if len(order):
        order = order[np.argsort(names[order])]
    place = np.zeros(len(names), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    data = np.ones(len(columns), dtype=np.float32)
    index_type = np.int32 if len(columns) < np.iinfo(np.int32).max else np.int64
    presence = sp.csr_array(
        (data, place[columns].astype(index_type), starts.astype(index_type)),
        shape=(len(starts) - 1, len(order)),
    )
    presence.sum_duplicates()
    presence.data[:] = 1.0
    return TermRows(names[order], presence)
