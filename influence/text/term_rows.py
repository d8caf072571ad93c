"""Rows of terms: texts as a sparse matrix of which terms they hold, put together piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from html import unescape
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from influence.store.kept.spilling import blocks, ones, spilled
from influence.text.tokens import Tokenizer

if TYPE_CHECKING:
    import pyarrow as pa

MAX_TERMS = 400
"""A longer text counts its first terms only: what it is about is said early, and length must not win."""
_BATCH = 50_000


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


class TermNumbers(dict[str, int]):
    """A number for each term, in the order in which they are first met."""

    def __missing__(self, term: str) -> int:
        found = self[term] = len(self)
        return found

    def of(self, terms: Iterable[str]) -> np.ndarray:
        """Their numbers, int32."""
        return np.array([self[term] for term in terms], dtype=np.int32)

    def rows(self, numbers: np.ndarray, lengths: np.ndarray, order: np.ndarray) -> TermRows:
        """The rows `order` of those that have so many of `numbers` each, one after the other, put together on disk.

        Terms come once a row, in the order of their spelling; none is left that no row holds.
        """
        names = np.array(list(self), dtype=object)
        spelt = np.argsort(names) if len(names) else np.zeros(0, dtype=np.int64)
        place = np.empty(len(names), dtype=np.int32)
        place[spelt] = np.arange(len(names), dtype=np.int32)
        begins, chosen = _starts(lengths), lengths[order]
        starts = _starts(chosen)

        def pieces() -> Iterator[dict[str, np.ndarray]]:
            for first, stop, part in blocks(starts):
                shift = np.repeat(begins[order[first:stop]] - starts[first:stop], chosen[first:stop])
                yield {"columns": place[numbers[shift + np.arange(part.start, part.stop)]]}

        columns = spilled(pieces(), {"columns": np.int32})["columns"]
        return TermRows(names[spelt], presence_of(columns, starts, len(names)))


@dataclass(frozen=True)
class _NumberLists:
    """Lists of numbers, one after the other, and how long each is."""

    numbers: np.ndarray
    lengths: np.ndarray

    def take(self, which: np.ndarray) -> np.ndarray:
        """The numbers of some of the lists, in the order given."""
        starts = np.append(0, np.cumsum(self.lengths))[which]
        lengths = self.lengths[which]
        shift = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        return self.numbers[shift + np.arange(len(shift))]

    def first(self, most: int) -> _NumberLists:
        """The lists, none longer than `most`."""
        if not len(self.lengths) or self.lengths.max() <= most:
            return self
        place = np.arange(len(self.numbers)) - np.repeat(np.cumsum(self.lengths) - self.lengths, self.lengths)
        return _NumberLists(self.numbers[place < most], np.minimum(self.lengths, most))


def rows_of_texts(texts: pa.ChunkedArray, tokenizer: Tokenizer) -> TermRows:
    """Cut every text into terms."""
    numbers = TermNumbers()
    return _tidy(numbers, _cut(texts, tokenizer, numbers).first(MAX_TERMS))


def rows_of_profiles(accounts: pa.Table, tokenizer: Tokenizer) -> TermRows:
    """Cut name, bio and handle of every account into terms; an empty row where it says nothing about itself.

    A handle tells what name and bio have not told.
    """
    import pyarrow.compute as pc

    numbers = TermNumbers()
    name, bio = (pc.fill_null(accounts[part], "") for part in ("name", "bio"))
    said = _cut(pc.binary_join_element_wise(name, bio, " . "), tokenizer, numbers)
    handles = [tokenizer.handle_terms(handle or "") for handle in accounts["handle"].to_pylist()]
    told = _listed(handles, numbers)
    for row in np.flatnonzero(said.lengths + told.lengths > MAX_TERMS).tolist():
        known = set(said.take(np.array([row])).tolist())
        handles[row] = [term for term in handles[row] if numbers[term] not in known]
    told = _listed(handles, numbers)
    of_row = np.tile(np.arange(len(handles)), 2)
    order = np.argsort(np.repeat(of_row, np.concatenate([said.lengths, told.lengths])), kind="stable")
    both = _NumberLists(np.concatenate([said.numbers, told.numbers])[order], said.lengths + told.lengths)
    return _tidy(numbers, both.first(MAX_TERMS))


def _listed(terms: Sequence[Sequence[str]], numbers: TermNumbers) -> _NumberLists:
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    flat = map(numbers.__getitem__, chain.from_iterable(terms))
    return _NumberLists(np.fromiter(flat, np.int32, int(lengths.sum())), lengths)


def _cut(texts: pa.ChunkedArray, tokenizer: Tokenizer, numbers: TermNumbers) -> _NumberLists:
    """The numbers of the terms of each text."""
    parts = [
        _cut_batch(texts.slice(start, _BATCH), tokenizer, numbers) for start in range(0, len(texts), _BATCH)
    ]
    if not parts:
        return _listed((), numbers)
    return _NumberLists(*(np.concatenate(column) for column in zip(*map(astuple, parts), strict=True)))


def _cut_batch(texts: pa.ChunkedArray, tokenizer: Tokenizer, numbers: TermNumbers) -> _NumberLists:
    """Each distinct stretch between blanks is looked up once; what repeats is copied number by number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = _unescaped(texts.cast(pa.large_string()).combine_chunks())
    stretches = pc.utf8_split_whitespace(whole)
    coded = stretches.flatten().dictionary_encode()
    known = _listed([tokenizer.terms_of_stretch(text) for text in coded.dictionary.to_pylist()], numbers)
    which = coded.indices.to_numpy()
    ends = np.append(0, np.cumsum(known.lengths[which]))[stretches.offsets.to_numpy()]
    return _NumberLists(known.take(which), np.diff(ends))


def _unescaped(texts: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    escaped = pc.and_(pc.match_substring(texts, "&"), pc.match_substring(texts, ";"))
    if not pc.any(escaped).as_py():
        return texts
    plain = [unescape(text) for text in texts.filter(escaped).to_pylist()]
    return pc.replace_with_mask(texts, escaped, pa.array(plain, pa.large_string()))


def no_rows(n: int = 0) -> TermRows:
    """`n` rows that hold no term."""
    return TermRows(np.zeros(0, dtype=object), sp.csr_array((n, 0), dtype=np.float32))


def stack(parts: Sequence[TermRows]) -> TermRows:
    """Rows of all parts, one after the other, over the terms of all: nothing is sorted again but the terms."""
    terms = sorted({term for part in parts for term in part.terms})
    place = {term: i for i, term in enumerate(terms)}
    columns = [
        np.array([place[term] for term in part.terms], dtype=np.int32)[part.presence.indices]
        for part in parts
    ]
    lengths = np.concatenate([np.diff(part.presence.indptr) for part in parts])
    presence = presence_of(np.concatenate(columns), _starts(lengths), len(terms))
    return TermRows(np.array(terms, dtype=object), presence)


def presence_of(columns: np.ndarray, starts: np.ndarray, n_terms: int) -> sp.csr_array:
    """Rows from the columns of their terms (each once a row, ascending) and where each row starts."""
    index_type = np.int32 if len(columns) < np.iinfo(np.int32).max else np.int64
    return sp.csr_array(
        (ones(len(columns)), columns.astype(index_type, copy=False), starts.astype(index_type, copy=False)),
        shape=(len(starts) - 1, n_terms),
    )


def _starts(lengths: Sequence[int] | np.ndarray) -> np.ndarray:
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _tidy(numbers: TermNumbers, rows: _NumberLists) -> TermRows:
    """Sort the terms, and keep each once a row, those that no row holds not at all."""
    used = np.bincount(rows.numbers, minlength=len(numbers)) > 0
    names = np.array(list(numbers), dtype=object)[used]
    order = np.argsort(names) if len(names) else np.zeros(0, dtype=np.int64)
    place = np.zeros(len(names), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    place = place[np.cumsum(used) - 1] if len(names) else place
    shape = (len(rows.lengths), len(names))
    held = sp.csr_array(
        (np.ones(len(rows.numbers), np.int8), place[rows.numbers], _starts(rows.lengths)), shape=shape
    )
    held.sum_duplicates()
    return TermRows(names[order], presence_of(held.indices, held.indptr, len(names)))
