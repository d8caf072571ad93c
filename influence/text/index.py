"""The text index: every post and profile as a row of term counts, built once, asked many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from influence.text.tokens import Tokenizer

if TYPE_CHECKING:
    from influence.store.base import Store

MAX_TERMS_PER_DOC = 400
"""A longer text counts its first terms only: what a post is about is said early, and length must not win."""
_BATCH = 50_000
_UNDATED = np.iinfo(np.int32).min

_ACCOUNTS_SQL = """
select account_id, handle, name, bio from accounts
union all by name
select distinct account_id from posts
where account_id not in (select account_id from accounts)
order by account_id
"""
_POSTS_SQL = """
select post_id, account_id, text, coalesce(created_day, fetched_day) as day
from posts where text is not null and account_id is not null
order by post_id, account_id
"""


@dataclass(frozen=True)
class TextIndex:
    """Documents as rows of term counts.

    A document is a post with text, or a profile (bio, name and handle of an account); profiles come last.

    Attributes
    ----------
    account_ids : ndarray of object, shape (n_accounts,)
        Every account of the workspace and every author, sorted.
    post_ids : ndarray of object, shape (n_docs,)
        Id of the post; for a profile the `account_id`.
    account_codes : ndarray of int32, shape (n_docs,)
        Position of the author in `account_ids`.
    created_day : ndarray of int32, shape (n_docs,)
        Day of the post, else the day it was fetched; profiles are visible at any time.
    is_bio : ndarray of bool, shape (n_docs,)
    terms : ndarray of object, shape (n_terms,)
        Sorted.
    counts : csr_array of float32, shape (n_docs, n_terms)
    """

    account_ids: np.ndarray
    post_ids: np.ndarray
    account_codes: np.ndarray
    created_day: np.ndarray
    is_bio: np.ndarray
    terms: np.ndarray
    counts: sp.csr_array

    @property
    def n_docs(self) -> int:
        """Posts and profiles."""
        return len(self.post_ids)

    @classmethod
    def build(cls, store: Store, *, tokenizer: Tokenizer | None = None) -> TextIndex:
        """Read all texts of a workspace; the same data give the same index whatever their order."""
        tokenizer = tokenizer or Tokenizer()
        accounts = store.query(_ACCOUNTS_SQL)
        posts = store.query(_POSTS_SQL)
        return cls.from_tables(accounts, posts, tokenizer=tokenizer)

    @classmethod
    def from_tables(
        cls, accounts: pa.Table, posts: pa.Table, *, tokenizer: Tokenizer | None = None
    ) -> TextIndex:
        """Build from `accounts` (account_id, handle, name, bio), `posts` (post_id, account_id, text, day)."""
        tokenizer = tokenizer or Tokenizer()
        ids = np.array(accounts["account_id"].to_pylist(), dtype=object)
        code_of = {account: code for code, account in enumerate(ids)}
        writer = _Writer()
        codes = np.array([code_of[name] for name in posts["account_id"].to_pylist()], dtype=np.int32)
        for batch in posts.select(["text"]).to_batches(max_chunksize=_BATCH):
            for text in batch["text"].to_pylist():
                writer.add(tokenizer.terms(text))
        profile_codes = _add_profiles(writer, accounts, tokenizer)
        days = posts["day"].fill_null(_UNDATED).to_numpy().astype(np.int32)
        n_posts, n_profiles = len(codes), len(profile_codes)
        post_ids = posts["post_id"].to_numpy(zero_copy_only=False).astype(object)
        terms, counts = writer.finish()
        return cls(
            account_ids=ids,
            post_ids=np.concatenate([post_ids, ids[profile_codes]]),
            account_codes=np.concatenate([codes, profile_codes]),
            created_day=np.concatenate([days, np.full(n_profiles, _UNDATED, dtype=np.int32)]),
            is_bio=np.repeat([False, True], [n_posts, n_profiles]),
            terms=terms,
            counts=counts,
        )


class _Writer:
    """Collects documents into one sparse matrix."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._columns: list[np.ndarray] = []
        self._pending: list[int] = []
        self._lengths: list[int] = []

    def add(self, terms: list[str]) -> None:
        ids = self._ids
        terms = terms[:MAX_TERMS_PER_DOC]
        self._pending.extend([ids.setdefault(term, len(ids)) for term in terms])
        self._lengths.append(len(terms))
        if len(self._pending) > 1_000_000:
            self._flush()

    def _flush(self) -> None:
        self._columns.append(np.array(self._pending, dtype=np.int32))
        self._pending.clear()

    def finish(self) -> tuple[np.ndarray, sp.csr_array]:
        """Sorted terms and the counts, columns in the order of the terms."""
        self._flush()
        terms = np.array(list(self._ids), dtype=object)
        order = np.argsort(terms) if len(terms) else np.zeros(0, dtype=np.int64)
        place = np.empty(len(terms), dtype=np.int32)
        place[order] = np.arange(len(terms), dtype=np.int32)
        columns = place[np.concatenate(self._columns)] if len(terms) else np.zeros(0, dtype=np.int32)
        starts = np.concatenate([[0], np.cumsum(self._lengths, dtype=np.int64)]).astype(np.int64)
        data = np.ones(len(columns), dtype=np.float32)
        counts = sp.csr_array((data, columns, starts), shape=(len(self._lengths), len(terms)))
        counts.sum_duplicates()
        return terms[order], counts


def _add_profiles(writer: _Writer, accounts: pa.Table, tokenizer: Tokenizer) -> np.ndarray:
    """Add a document for every account that says anything about itself; return their codes."""
    codes = []
    columns = [accounts[name].to_pylist() for name in ("handle", "name", "bio")]
    for code, (handle, name, bio) in enumerate(zip(*columns, strict=True)):
        terms = tokenizer.terms(f"{name or ''} . {bio or ''}")
        terms += [term for term in tokenizer.handle_terms(handle or "") if term not in terms]
        if terms:
            writer.add(terms)
            codes.append(code)
    return np.array(codes, dtype=np.int32)
