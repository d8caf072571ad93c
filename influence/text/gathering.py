"""A text index put together where the texts are: pieces of them become terms there, and only terms come home."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.store.base import Store
from influence.text.documents import profiles_sql, texts_sql
from influence.text.index import TextIndex
from influence.text.rows import TermRows, presence_of, rows_of_profiles, rows_of_texts, stack
from influence.text.tokens import Tokenizer

_SAID = {"terms": pa.list_(pa.string()), "columns": pa.list_(pa.int32())}
"""Places of each document's terms in those of its piece, which stand in the piece's first row."""
_POSTS = pa.schema({"post_id": pa.string(), "account_id": pa.string(), "day": pa.int32(), **_SAID})
_ACCOUNTS = pa.schema({"account_id": pa.string(), "bio": pa.string(), **_SAID})
_SPOKEN = "+"
"""Stands for a bio that says something."""


def gather_index(store: Store, as_of_day: int | None = None) -> TextIndex:
    """The index of all texts of a store, the same as `TextIndex.from_tables` gives of them."""
    posts, said = _by(store.mapped(texts_sql(as_of_day), (), _texts, _POSTS), ["post_id", "account_id"])
    accounts, told = _by(store.mapped(profiles_sql(as_of_day), (), _profiles, _ACCOUNTS), ["account_id"])
    speaks = np.flatnonzero(np.diff(told.presence.indptr))
    return TextIndex.from_rows(accounts, posts, speaks, stack([said, told.take(speaks)]))


def _texts(rows: pa.Table) -> pa.Table:
    return _with_terms(rows.drop_columns("text"), rows_of_texts(rows["text"], _tokenizer()))


def _profiles(rows: pa.Table) -> pa.Table:
    bios = [_SPOKEN if bio and bio.strip() else None for bio in rows["bio"].to_pylist()]
    spoken = rows.select(["account_id"]).append_column("bio", pa.array(bios, pa.string()))
    return _with_terms(spoken, rows_of_profiles(rows, _tokenizer()))


@lru_cache(maxsize=1)
def _tokenizer() -> Tokenizer:
    """One a process: it remembers what it worked out."""
    return Tokenizer()


def _with_terms(rows: pa.Table, said: TermRows) -> pa.Table:
    starts = pa.array(said.presence.indptr.astype(np.int32))
    columns = pa.ListArray.from_arrays(starts, pa.array(said.presence.indices.astype(np.int32)))
    terms = pa.array([said.terms.tolist(), *[None] * (len(rows) - 1)], _SAID["terms"])
    return rows.append_column("terms", terms).append_column("columns", columns)


def _by(pieces: pa.Table, order: list[str]) -> tuple[pa.Table, TermRows]:
    """All documents by `order`, and their terms."""
    by = pc.sort_indices(pieces, [(name, "ascending") for name in order])
    return pieces.drop_columns(list(_SAID)).take(by), _joined(pieces).take(by.to_numpy())


def _joined(pieces: pa.Table) -> TermRows:
    """The terms of all pieces as one: places in a piece's terms become places in those of all."""
    first = np.flatnonzero(pieces["terms"].is_valid().to_numpy())
    told = pieces["terms"].take(pa.array(first)).combine_chunks()
    spelt, columns = told.flatten(), pieces["columns"].combine_chunks()
    terms = pc.unique(spelt).sort()
    place = pc.index_in(spelt, value_set=terms).to_numpy()
    lengths = np.asarray(pc.list_value_length(columns).to_numpy())
    begins = np.cumsum(np.append(0, pc.list_value_length(told).to_numpy()))[:-1]
    begin_of_row = np.repeat(begins, np.diff(np.append(first, len(pieces))))
    local = np.asarray(columns.flatten().to_numpy())
    starts = np.cumsum(np.append(0, lengths))
    found = presence_of(place[local + np.repeat(begin_of_row, lengths)], starts, len(terms))
    return TermRows(np.array(terms.to_pylist(), dtype=object), found)
