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
        """Some of the rows, in the order given, over the terms that they use."""
        some = self.presence[rows]
        left = np.ones(self.presence.shape[0], dtype=bool)
        left[rows] = False
        if not np.diff(self.presence.indptr)[left].any():
            return TermRows(self.terms, some)
        used = np.bincount(some.indices, minlength=len(self.terms)) > 0
        place = np.cumsum(used, dtype=some.indices.dtype) - 1
        shape = (len(rows), int(used.sum()))
        return TermRows(
            self.terms[used], sp.csr_array((some.data, place[some.indices], some.indptr), shape=shape)
        )


class _Numbers(dict[str, int]):
    """A number for each term, in the order in which they are first met."""

    def __missing__(self, term: str) -> int:
        found = self[term] = len(self)
        return found


class TermWriter:
    """Collects texts, one at a time."""

    def __init__(self) -> None:
        self._ids = _Numbers()
        self._columns: list[np.ndarray] = []
        self._pending: list[int] = []
        self._lengths: list[int] = []

    def add(self, terms: list[str]) -> None:
        """Add a text."""
        terms = terms[:MAX_TERMS]
        self._pending.extend(map(self._ids.__getitem__, terms))
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
        return _tidy(np.array(list(self._ids), dtype=object), columns, _starts(self._lengths))


def rows_of_texts(texts: pa.ChunkedArray, tokenizer: Tokenizer) -> TermRows:
    """Cut every text into terms."""
    writer = TermWriter()
    for start in range(0, len(texts), _BATCH):
        for text in texts.slice(start, _BATCH).to_pylist():
            writer.add(tokenizer.terms(text))
    return writer.finish()


def rows_of_profiles(accounts: pa.Table, tokenizer: Tokenizer) -> TermRows:
    """Cut name, bio and handle of every account into terms; an empty row where it says nothing about itself."""
    writer = TermWriter()
    columns = [accounts[name].to_pylist() for name in ("handle", "name", "bio")]
    for handle, name, bio in zip(*columns, strict=True):
        terms = tokenizer.terms(f"{name or ''} . {bio or ''}")
        writer.add(terms + [term for term in tokenizer.handle_terms(handle or "") if term not in terms])
    return writer.finish()


def no_rows(n: int = 0) -> TermRows:
    """`n` rows that hold no term."""
    return TermRows(np.zeros(0, dtype=object), sp.csr_array((n, 0), dtype=np.float32))


def stack(parts: Sequence[TermRows]) -> TermRows:
    """Rows of all parts, one after the other, over the terms of all: nothing is sorted again but the terms."""
    terms = sorted({term for part in parts for term in part.terms})
    place = {term: i for i, term in enumerate(terms)}
    columns = [
        np.array([place[term] for term in part.terms], dtype=np.int32)[part.presence.indices]
        if part.presence.nnz
        else np.zeros(0, dtype=np.int32)
        for part in parts
    ]
    lengths = np.concatenate([np.diff(part.presence.indptr) for part in parts])
    presence = presence_of(np.concatenate(columns), _starts(lengths), len(terms))
    return TermRows(np.array(terms, dtype=object), presence)


def presence_of(columns: np.ndarray, starts: np.ndarray, n_terms: int) -> sp.csr_array:
    """Rows from the columns of their terms (each once a row, ascending) and where each row starts."""
    index_type = np.int32 if len(columns) < np.iinfo(np.int32).max else np.int64
    data = np.ones(len(columns), dtype=np.float32)
    return sp.csr_array(
        (data, columns.astype(index_type, copy=False), starts.astype(index_type, copy=False)),
        shape=(len(starts) - 1, n_terms),
    )


def _starts(lengths: Sequence[int] | np.ndarray) -> np.ndarray:
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _tidy(names: np.ndarray, columns: np.ndarray, starts: np.ndarray) -> TermRows:
    """Sort the terms, and keep each once a row."""
    order = np.argsort(names) if len(names) else np.zeros(0, dtype=np.int64)
    place = np.zeros(len(names), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    presence = presence_of(place[columns], starts, len(names))
    presence.sum_duplicates()
    presence.data[:] = 1.0
    return TermRows(names[order], presence)
