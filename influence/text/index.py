"""The text index: which terms each post and profile holds, built once, asked many times."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from influence.store.visibility import row_day, visible
from influence.text.tokens import Tokenizer
from influence.text.vectors import shipped_vectors, unit

if TYPE_CHECKING:
    from influence.store.base import Store

MAX_TERMS_PER_DOC = 400
"""A longer text counts its first terms only: what a post is about is said early, and length must not win."""
_BATCH = 50_000
_UNDATED = np.iinfo(np.int32).min

_ACCOUNTS_SQL = """
with profiles as (select account_id, handle, name, bio from accounts where {known}),
authors as (
    select distinct account_id from posts
    where {posts_known} and account_id not in (select account_id from profiles)
)
select account_id, coalesce(handle, substr(account_id, position(':' in account_id) + 1)) as handle, name, bio
from (select * from profiles union all select account_id, null, null, null from authors) as everybody
order by account_id
"""
_POSTS_SQL = """
select post_id, account_id, text, {day} as day
from posts where text is not null and account_id is not null and {posts_known}
order by post_id, account_id
"""


@dataclass(frozen=True)
class TextIndex:
    """Documents as rows, terms as columns.

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
        Day of the post, else the day it was fetched; profiles are always visible, `build` leaves out later ones.
    is_bio : ndarray of bool, shape (n_docs,)
    is_spoken : ndarray of bool, shape (n_docs,)
        A post, or a profile with a bio; a mere handle may speak for an account, but its silence says nothing.
    terms : ndarray of object, shape (n_terms,)
        Sorted.
    presence : csr_array of float32, shape (n_docs, n_terms)
        1 where the document holds the term.
    """

    account_ids: np.ndarray
    post_ids: np.ndarray
    account_codes: np.ndarray
    created_day: np.ndarray
    is_bio: np.ndarray
    is_spoken: np.ndarray
    terms: np.ndarray
    presence: sp.csr_array

    @property
    def n_docs(self) -> int:
        """Posts and profiles."""
        return len(self.post_ids)

    @property
    def n_accounts(self) -> int:
        """Accounts, those without text among them."""
        return len(self.account_ids)

    @cached_property
    def n_terms_of(self) -> np.ndarray:
        """Different terms of each document, shape (n_docs,)."""
        return np.diff(self.presence.indptr)

    @cached_property
    def meaning_length(self) -> np.ndarray:
        """Length of each document's vector before it is brought to one; see `WordVectors.document_lengths`."""
        return shipped_vectors().document_lengths(self.presence, self.terms)

    @cached_property
    def account_meanings(self) -> np.ndarray:
        """Mean direction of each account's documents at length one, shape (n_accounts, n_dims), float32."""
        return self.account_meanings_of(np.ones(self.n_docs, dtype=bool))

    def account_meanings_of(self, visible: np.ndarray) -> np.ndarray:
        """`account_meanings` of the visible documents only."""
        known, table = shipped_vectors().aligned(self.terms)
        sums = np.zeros((self.n_accounts, table.shape[1]), dtype=np.float32)
        share = np.where(visible, 1 / np.maximum(self.meaning_length, 1e-9), 0.0).astype(np.float32)
        for start in range(0, self.n_docs, _BATCH):
            part = slice(start, min(start + _BATCH, self.n_docs))
            codes, rows = self.account_codes[part], np.arange(part.stop - part.start)
            members = sp.csr_array((share[part], (codes, rows)), shape=(self.n_accounts, len(rows)))
            used = np.unique(codes)
            sums[used] += members[used] @ (self.presence[part][:, known] @ table)
        return unit(sums)

    def code_of(self, account_id: str) -> int:
        """Position of an account in `account_ids`, -1 where there is none of that id."""
        at = int(np.searchsorted(self.account_ids, account_id)) if self.n_accounts else 0
        return at if at < self.n_accounts and self.account_ids[at] == account_id else -1

    def column(self, term: str) -> int:
        """Column of `term`, -1 where nobody uses it."""
        at = int(np.searchsorted(self.terms, term)) if len(self.terms) else 0
        return at if at < len(self.terms) and self.terms[at] == term else -1

    def vector(self, weights: dict[str, float]) -> np.ndarray:
        """Weights as a float32 vector over the terms; terms that nobody uses are left out."""
        out = np.zeros(len(self.terms), dtype=np.float32)
        for term, weight in weights.items():
            column = self.column(term)
            if column >= 0:
                out[column] = weight
        return out

    @classmethod
    def build(
        cls, store: Store, *, tokenizer: Tokenizer | None = None, as_of_day: int | None = None
    ) -> TextIndex:
        """Read all texts of a workspace; the same data give the same index whatever their order.

        With `as_of_day` a profile fetched on that day or later says nothing (it has no other day); the handle of
        those who had posted by then counts, because it is part of the account's id.
        """
        tokenizer = tokenizer or Tokenizer()
        known, posts_known = visible("accounts", as_of_day), visible("posts", as_of_day)
        accounts = store.query(_ACCOUNTS_SQL.format(known=known, posts_known=posts_known))
        posts = store.query(_POSTS_SQL.format(day=row_day("posts"), posts_known=posts_known))
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
        profile_codes, has_bio = _add_profiles(writer, accounts, tokenizer)
        days = posts["day"].fill_null(_UNDATED).to_numpy().astype(np.int32)
        n_posts, n_profiles = len(codes), len(profile_codes)
        post_ids = posts["post_id"].to_numpy(zero_copy_only=False).astype(object)
        terms, presence = writer.finish()
        return cls(
            account_ids=ids,
            post_ids=np.concatenate([post_ids, ids[profile_codes]]),
            account_codes=np.concatenate([codes, profile_codes]),
            created_day=np.concatenate([days, np.full(n_profiles, _UNDATED, dtype=np.int32)]),
            is_bio=np.repeat([False, True], [n_posts, n_profiles]),
            is_spoken=np.concatenate([np.ones(n_posts, dtype=bool), has_bio]),
            terms=terms,
            presence=presence,
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
        """Sorted terms, and which document holds which; columns in the order of the terms."""
        self._flush()
        terms = np.array(list(self._ids), dtype=object)
        order = np.argsort(terms) if len(terms) else np.zeros(0, dtype=np.int64)
        place = np.empty(len(terms), dtype=np.int32)
        place[order] = np.arange(len(terms), dtype=np.int32)
        columns = place[np.concatenate(self._columns)] if len(terms) else np.zeros(0, dtype=np.int32)
        starts = np.concatenate([[0], np.cumsum(self._lengths, dtype=np.int64)]).astype(np.int64)
        data = np.ones(len(columns), dtype=np.float32)
        presence = sp.csr_array((data, columns, starts), shape=(len(self._lengths), len(terms)))
        presence.sum_duplicates()
        presence.data[:] = 1.0
        return terms[order], presence


def _add_profiles(writer: _Writer, accounts: pa.Table, tokenizer: Tokenizer) -> tuple[np.ndarray, np.ndarray]:
    """Add a document for every account that says anything about itself; their codes, and who has a bio."""
    codes: list[int] = []
    has_bio: list[bool] = []
    columns = [accounts[name].to_pylist() for name in ("handle", "name", "bio")]
    for code, (handle, name, bio) in enumerate(zip(*columns, strict=True)):
        terms = tokenizer.terms(f"{name or ''} . {bio or ''}")
        terms += [term for term in tokenizer.handle_terms(handle or "") if term not in terms]
        if terms:
            writer.add(terms)
            codes.append(code)
            has_bio.append(bool(bio and bio.strip()))
    return np.array(codes, dtype=np.int32), np.array(has_bio, dtype=bool)
