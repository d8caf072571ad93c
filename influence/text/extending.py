"""A text index brought up to date: what is new is cut into terms, what is known is carried over.

Every post and every profile is known by a hash of its row. What depends on a document alone (its terms, the length of
its meaning) and on an account's documents alone (their mean meaning) is carried over where nothing changed; what
depends on everything (how rare a term is) is worked out anew. The result is the same as building anew, to the last
digit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from influence.store.kept.packing import Strings
from influence.text.documents import read_account_hashes, read_post_hashes, read_texts
from influence.text.index import TextIndex
from influence.text.rows import TermRows, no_rows, rows_of_profiles, rows_of_texts, stack
from influence.text.tokens import Tokenizer
from influence.text.vectors import shipped_vectors

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.store.base import Store

_TEXTS = 1 << 20
"""New texts that are read and cut at once: ten million of them would take more than 8 GB."""


HashedIndex = tuple[TextIndex, np.ndarray]
"""An index, and the hash of the row of every post and then of every account (uint64)."""


def nothing_indexed() -> HashedIndex:
    """The index of an empty workspace."""
    said, none = no_rows(), Strings.of(())
    codes, flags = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=bool)
    index = TextIndex(none, none, codes, codes, flags, flags, said.terms, said.presence)
    return index, np.zeros(0, dtype=np.uint64)


def bring_up_to_date(store: Store, known: HashedIndex) -> HashedIndex:
    """The index of what the workspace holds now; rows that are known are not read again."""
    import pyarrow as pa

    old, old_hashes = known
    posts, accounts = read_post_hashes(store), read_account_hashes(store)
    hashes = np.concatenate([table["row_hash"].to_numpy() for table in (posts, accounts)])
    source = _rows_known(old, old_hashes, hashes)
    fresh = np.split(source < 0, [len(posts)])
    texts, rows = _fresh_rows(store, hashes[: len(posts)][fresh[0]], accounts.filter(pa.array(fresh[1])))
    stacked = stack([TermRows(old.terms, old.presence), no_rows(1), *rows])
    first = old.n_docs + 1
    source[: len(posts)][fresh[0]] = first + np.searchsorted(texts, hashes[: len(posts)][fresh[0]])
    source[len(posts) :][fresh[1]] = first + len(texts) + np.arange(fresh[1].sum())
    speaks = np.diff(stacked.presence.indptr)[source] > 0
    profiles = np.flatnonzero(speaks[len(posts) :])
    source = np.append(source[: len(posts)], source[len(posts) :][profiles])
    index = TextIndex.from_rows(accounts, posts, profiles, stacked.take(source))
    return replace(index, worked_out=_carried_over(old, stacked, source, index)), hashes


def _rows_known(index: TextIndex, before: np.ndarray, hashes: np.ndarray) -> np.ndarray:
    """Row of the old index for each hash: one past the last for accounts without a profile, -1 for what is new."""
    import pyarrow as pa
    import pyarrow.compute as pc

    n_posts = index.n_docs - int(index.is_bio.sum())
    rows = np.full(len(before), index.n_docs, dtype=np.int64)
    rows[:n_posts] = np.arange(n_posts)
    rows[n_posts + index.account_codes[n_posts:]] = np.arange(n_posts, index.n_docs)
    at = pc.index_in(pa.array(hashes), value_set=pa.array(before)).fill_null(-1).to_numpy()
    return np.asarray(np.append(rows, -1)[at])


def _fresh_rows(
    store: Store, post_hashes: np.ndarray, accounts: pa.Table
) -> tuple[np.ndarray, list[TermRows]]:
    """Hashes of the new texts, ascending; the terms of these texts, piece by piece, and of the new profiles."""
    tokenizer, wanted = Tokenizer(), _each_once(post_hashes)
    hashes, rows = [np.zeros(0, dtype=np.uint64)], []
    for start in range(0, len(wanted), _TEXTS):
        texts = read_texts(store, wanted.slice(start, _TEXTS))
        hashes.append(texts["row_hash"].to_numpy())
        rows.append(rows_of_texts(texts["text"], tokenizer))
    return np.concatenate(hashes), [*rows, rows_of_profiles(accounts, tokenizer)]


def _each_once(hashes: np.ndarray) -> pa.Array:
    """Ascending; `np.unique` takes ten times as long for a million."""
    import pyarrow as pa

    ordered = np.sort(hashes)
    return pa.array(ordered[np.flatnonzero(np.diff(ordered, prepend=~ordered[:1]))])


def _carried_over(
    old: TextIndex, stacked: TermRows, source: np.ndarray, index: TextIndex
) -> dict[str, np.ndarray]:
    """What need not be worked out again for `index`; `source` is the row of `stacked` of each of its documents."""
    fresh = shipped_vectors().document_lengths(stacked.presence[old.n_docs :], stacked.terms)
    length = np.concatenate([old.meaning_length, fresh])[source]
    was, same = _unchanged(old, index, source)
    known = replace(index, worked_out={"meaning_length": length})
    meanings = known.meanings_of(np.flatnonzero(~same[index.account_codes])).copy()
    meanings[same] = old.account_meanings(old.everything)[was[same]]
    return {"meaning_length": length, "account_meanings": meanings}


def _unchanged(old: TextIndex, index: TextIndex, source: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each account was in the old index (-1: nowhere), and whether it says exactly what it said then."""
    was = old.account_ids.places(index.account_ids)
    n_now = np.bincount(index.account_codes, minlength=index.n_accounts)
    n_known = np.bincount(index.account_codes[source < old.n_docs], minlength=index.n_accounts)
    n_then = np.append(np.bincount(old.account_codes, minlength=old.n_accounts), 0)[was]
    return was, (was >= 0) & (n_now == n_known) & (n_now == n_then)
