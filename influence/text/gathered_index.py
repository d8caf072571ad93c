"""A text index put together where the texts are: pieces of them become terms there, and only terms come home."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.store.base import Store
from influence.store.kept.spilling import spilled
from influence.text.documents import profiles_sql, texts_sql
from influence.text.index import TextIndex
from influence.text.term_rows import TermNumbers, TermRows, rows_of_profiles, rows_of_texts
from influence.text.tokens import Tokenizer

_SAID = {"terms": pa.list_(pa.string()), "columns": pa.list_(pa.int32())}
"""Places of each document's terms in those of its piece, which stand in the piece's first row."""
_POSTS = pa.schema({"post_id": pa.string(), "account_id": pa.string(), "day": pa.int32(), **_SAID})
_ACCOUNTS = pa.schema({"account_id": pa.string(), "bio": pa.string(), **_SAID})
_SPOKEN = "+"
"""Stands for a bio that says something."""


def gather_index(store: Store, as_of_day: int | None = None) -> TextIndex:
    """The index of all texts of a store as of a day, built anew."""
    gathered = _Gathered()
    columns = spilled(gathered.of(store, as_of_day), {"columns": np.int32})["columns"]
    posts, by_post = _ordered(gathered.posts, "post_id", "account_id")
    accounts, by_account = _ordered(gathered.accounts, "account_id")
    lengths = np.concatenate(gathered.lengths)
    speaks = np.flatnonzero(lengths[len(posts) + by_account])
    rows = np.concatenate([by_post, len(posts) + by_account[speaks]])
    return TextIndex.from_rows(accounts, posts, speaks, gathered.terms.rows(columns, lengths, rows))


def _ordered(pieces: list[pa.Table], *names: str) -> tuple[pa.Table, np.ndarray]:
    """The rows of all pieces by some columns, and where each was; the pieces are given up."""
    table = pa.concat_tables(pieces)
    pieces.clear()
    by = pc.sort_indices(table, [(name, "ascending") for name in names])
    return table.take(by), by.to_numpy().astype(np.int64)


class _Gathered:
    """What comes home: documents without their terms, and how many terms each has; the terms go to the disk."""

    def __init__(self) -> None:
        self.posts = [_without_terms(_POSTS)]
        self.accounts = [_without_terms(_ACCOUNTS)]
        self.lengths = [np.zeros(0, np.int32)]
        self.terms = TermNumbers()

    def of(self, store: Store, as_of_day: int | None) -> Iterator[dict[str, np.ndarray]]:
        """Numbers of the terms of all documents, piece by piece: of the posts, then of the profiles."""
        for sql, function, schema, tables in (
            (texts_sql(as_of_day), _texts, _POSTS, self.posts),
            (profiles_sql(as_of_day), _profiles, _ACCOUNTS, self.accounts),
        ):
            for piece in store.mapped(sql, (), function, schema):
                tables.append(_copied(piece.drop_columns(list(_SAID))))
                columns = piece["columns"].combine_chunks()
                self.lengths.append(np.asarray(pc.list_value_length(columns).to_numpy(), np.int32))
                numbers = self.terms.of(piece["terms"][0].as_py() if len(piece) else [])
                yield {"columns": numbers[columns.flatten().to_numpy()]}


def _copied(piece: pa.Table) -> pa.Table:
    """What comes over a wire is one stretch of memory: some columns alone would hold all of it."""
    return piece.take(pa.array(np.arange(len(piece))))


def _without_terms(schema: pa.Schema) -> pa.Table:
    return schema.empty_table().drop_columns(list(_SAID))


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
