"""The text index kept beside the workspace: built once, extended when posts come, dropped when it does not fit.

It holds terms, never texts. Where the kept index is of other data it is brought up to date: every post and every
profile is known by a hash of its row, only new texts are cut into terms, and the terms of deleted posts go. What
depends on a document alone (its terms, the length of its meaning) and on an account's documents alone (their mean
meaning) is carried over where nothing changed; what depends on everything (how rare a term is) is worked out anew. The
result is the same as building anew, to the last digit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.store.kept.keeper import keeper_of
from influence.store.kept.packing import Strings
from influence.text.documents import read_account_hashes, read_post_hashes, read_texts
from influence.text.index import TextIndex
from influence.text.literals import StoredTexts
from influence.text.term_rows import TermRows, no_rows, presence_of, rows_of_profiles, rows_of_texts, stack
from influence.text.tokens import Tokenizer
from influence.text.vectors import shipped_vectors

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.store.base import Store

NAME = "text-index"
_ARRAYS = ("account_codes", "created_day", "is_bio", "is_spoken")
_WORKED_OUT = (
    "account_terms",
    "account_lengths",
    "account_meanings",
    "meaning_spread",
    "idf",
    "texts_of_accounts",
)

_TEXTS = 1 << 20
"""New texts that are read and cut at once: ten million of them would take more than 8 GB."""


HashedIndex = tuple[TextIndex, np.ndarray]
"""An index, and the hash of the row of every post and then of every account (uint64)."""


def read_index(store: Store, *, as_of_day: int | None = None) -> TextIndex:
    """Read all texts of a workspace; the same data give the same index whatever their order.

    The index of a workspace in a file is kept beside it and only extended. With `as_of_day` a profile fetched on that
    day or later says nothing (it has no other day); the handle of those who had posted by then counts, because it is
    part of the account's id.
    """
    from influence.text.gathered_index import gather_index

    texts, keeper = StoredTexts(store, as_of_day), keeper_of(store) if as_of_day is None else None
    if keeper is None:
        return gather_index(store, as_of_day).reading(texts)
    if getattr(store, "path", None) is not None:
        return cached_index(store).reading(texts)
    return _restored(keeper.once(NAME, lambda: _parts(gather_index(store)))).reading(texts)


def cached_index(store: Store) -> TextIndex:
    """The index of a workspace in a file: read, extended or built, and kept."""
    keeper = keeper_of(store)
    assert keeper is not None
    kept = keeper.read(NAME)
    if kept is not None:
        return _restored(kept)
    old = keeper.before(NAME)
    known = (_restored(old), old["hashes"]) if old else nothing_indexed()
    made, hashes = bring_up_to_date(store, known)
    del old, known
    mapped = keeper.read(NAME) if keeper.write(NAME, {**_parts(made), "hashes": hashes}) else None
    return made if mapped is None else _restored(mapped)


def _parts(index: TextIndex) -> dict[str, Any]:
    """What is kept; meanings are worked out first, so that the next process need not."""
    return {
        **{name: getattr(index, name) for name in _ARRAYS},
        "account_ids": index.account_ids,
        "post_ids": index.post_ids,
        "terms": Strings.of(index.terms),
        "indices": index.presence.indices,
        "starts": index.presence.indptr,
        "worked_out": {
            "meaning_length": index.meaning_length,
            **{name: getattr(index, name)(index.everything) for name in _WORKED_OUT},
        },
    }


def _restored(parts: dict[str, Any]) -> TextIndex:
    return TextIndex(
        **{name: parts[name] for name in _ARRAYS},
        account_ids=parts["account_ids"],
        post_ids=parts["post_ids"],
        terms=np.asarray(parts["terms"]),
        presence=presence_of(parts["indices"], parts["starts"], len(parts["terms"])),
        worked_out=parts["worked_out"],
    )


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
