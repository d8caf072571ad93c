"""The text index: which terms each post and profile holds, built once, asked many times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import scipy.sparse as sp

from influence.store.kept.packing import Strings
from influence.store.kept.spilling import blocks, spilled, stacked, starts_of
from influence.text.literals import StoredTexts
from influence.text.term_rows import TermRows
from influence.text.vectors import shipped_vectors, spread_of, unit

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 50_000
_UNDATED = np.iinfo(np.int32).min
_SHORT, _LONG, _LENGTH_POWER = 4, 60, 0.25
"""Terms of a text that counts in full, of one that is as good as any longer one, and how fast it falls between."""


T = TypeVar("T")


def _of_visible(work_out: Callable[[Any, np.ndarray], T]) -> Callable[[Any, np.ndarray], T]:
    """What depends on the visible documents: remembered where these are all."""

    @wraps(work_out)
    def told(index: TextIndex, visible: np.ndarray) -> T:
        if not visible.all():
            return work_out(index, visible)
        if work_out.__name__ not in index.worked_out:
            index.worked_out[work_out.__name__] = work_out(index, visible)
        found: T = index.worked_out[work_out.__name__]
        return found

    return told


@dataclass(frozen=True)
class TextIndex:
    """Documents as rows, terms as columns.

    A document is a post with text, or a profile (bio, name and handle of an account); profiles come last.

    Attributes
    ----------
    account_ids : Strings, shape (n_accounts,)
        Every account of the workspace and every author, sorted.
    post_ids : Strings, shape (n_docs,)
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
    texts : StoredTexts or None
        Where the texts themselves can be asked, for phrases and for words that are no terms.
    worked_out : dict of name to value
        What is known already of what is worked out below, of all documents.
    """

    account_ids: Strings
    post_ids: Strings
    account_codes: np.ndarray
    created_day: np.ndarray
    is_bio: np.ndarray
    is_spoken: np.ndarray
    terms: np.ndarray
    presence: sp.csr_array
    texts: StoredTexts | None = field(default=None, compare=False, repr=False)
    worked_out: dict[str, Any] = field(default_factory=dict)

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

    @property
    def everything(self) -> np.ndarray:
        """All documents, as a mask."""
        return np.ones(self.n_docs, dtype=bool)

    @cached_property
    def meaning_length(self) -> np.ndarray:
        """Length of each document's vector before it is brought to one; see `WordVectors.document_lengths`."""
        known: np.ndarray | None = self.worked_out.get("meaning_length")
        return shipped_vectors().document_lengths(self.presence, self.terms) if known is None else known

    @cached_property
    def aligned_terms(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the terms whose meaning is known, and their weighted vectors."""
        return shipped_vectors().aligned(self.terms)

    @cached_property
    def length_factor(self) -> np.ndarray:
        """Up to 1, shape (n_docs,), float32; longer texts mention more by chance."""
        length = np.clip(self.n_terms_of, _SHORT, _LONG) / _SHORT
        return np.asarray(length.astype(np.float32) ** -_LENGTH_POWER)

    @_of_visible
    def account_meanings(self, visible: np.ndarray) -> np.ndarray:
        """Mean direction of each account's documents at length one, shape (n_accounts, n_dims), float32.

        Rounded to what is kept on disk, so that the first answer is also the second.
        """
        return self.meanings_of(np.flatnonzero(visible))

    def meanings_of(self, rows: np.ndarray) -> np.ndarray:
        """`account_meanings` of the documents at these rows; zeros for accounts that wrote none of them.

        An account's meaning depends on nothing but its own documents, to the last digit.
        """
        known, table = self.aligned_terms
        share = (1 / np.maximum(self.meaning_length[rows], 1e-9)).astype(np.float32)

        def parts() -> Iterator[dict[str, np.ndarray]]:
            for used in self._by_account(rows, share):
                for start in range(0, used.shape[0], _BATCH):
                    some = unit(used[start : start + _BATCH][:, known] @ table)
                    yield {"meanings": some.astype(np.float16).astype(np.float32).ravel()}

        found = spilled(parts(), {"meanings": np.float32})["meanings"]
        return found.reshape(self.n_accounts, table.shape[1])

    @_of_visible
    def meaning_spread(self, visible: np.ndarray) -> dict[str, Any]:
        """How `account_meanings` lie about their centre; see `influence.text.vectors.spread_of`."""
        return spread_of(self.account_meanings(visible))

    @_of_visible
    def account_lengths(self, visible: np.ndarray) -> np.ndarray:
        """Length of each account's terms, ln-damped counts times idf, shape (n_accounts,), float32."""
        used, idf = self.account_terms(visible), self.idf(visible)
        lengths = np.zeros(self.n_accounts, dtype=np.float32)
        for first, stop, part in blocks(used.indptr):
            squares = (used.data[part] * idf[used.indices[part]]) ** 2
            places = (squares, used.indices[part], used.indptr[first : stop + 1] - used.indptr[first])
            here = sp.csr_array(places, shape=(stop - first, used.shape[1]))
            lengths[first:stop] = np.sqrt(np.asarray(here.sum(axis=1)).ravel())
        return lengths

    @_of_visible
    def texts_of_accounts(self, visible: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Documents of each account, and those in which it speaks, shape (n_accounts,) each."""
        texts, spoken = (
            np.bincount(self.account_codes, some, minlength=self.n_accounts)
            for some in (visible, visible & self.is_spoken)
        )
        return texts, spoken

    @_of_visible
    def account_terms(self, visible: np.ndarray) -> sp.csr_array:
        """How often each account uses each term, ``1 + ln(documents)``, float32, shape (n_accounts, n_terms)."""

        def damped(used: sp.csr_array) -> sp.csr_array:
            used.data = (1 + np.log(used.data)).astype(np.float32)
            return used

        return self._stacked(visible, damped)

    def account_counts(self, visible: np.ndarray) -> sp.csr_array:
        """In how many of its documents each account uses each term, shape (n_accounts, n_terms)."""
        return self._stacked(visible, sp.csr_matrix)

    def _stacked(self, visible: np.ndarray, made: Callable[[sp.csr_array], sp.csr_matrix]) -> sp.csr_array:
        rows = np.flatnonzero(visible)
        parts = self._by_account(rows, np.ones(len(rows), dtype=np.float32))
        return sp.csr_array(stacked(map(made, parts), len(self.terms), np.float32))

    @_of_visible
    def idf(self, visible: np.ndarray) -> np.ndarray:
        """Weight of each term, ln(1 + (n - df + 0.5) / (df + 0.5)) over the documents, shape (n_terms,)."""
        df = self.presence.T @ visible.astype(np.float32)
        n_docs = float(visible.sum())
        idf = np.log1p((np.maximum(n_docs - df, 0.0) + 0.5) / (df + 0.5))
        return np.asarray(idf, dtype=np.float32)

    def _by_account(self, rows: np.ndarray, weights: np.ndarray) -> Iterator[sp.csr_array]:
        """Documents, each times its weight, summed by author: blocks of accounts, by terms."""
        by = np.argsort(self.account_codes[rows], kind="stable")
        rows, weights = rows[by], weights[by]
        n_terms = np.append(0, np.cumsum(self.n_terms_of[rows], dtype=np.int64))
        starts = starts_of(self.account_codes[rows], self.n_accounts)
        for first, stop, _ in blocks(n_terms[starts]):
            part = slice(int(starts[first]), int(starts[stop]))
            members = (
                weights[part],
                np.arange(part.stop - part.start),
                starts[first : stop + 1] - part.start,
            )
            shape = (stop - first, part.stop - part.start)
            yield (sp.csr_array(members, shape=shape) @ self.presence[rows[part]]).tocsr()

    def holding(self, pattern: str) -> np.ndarray:
        """Documents whose text matches an expression (`influence.text.literals`), shape (n_docs,), bool."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = np.zeros(self.n_docs, dtype=bool)
        if self.texts is not None:
            posts, accounts = self.texts.holding(pattern)
            for ids, part in ((posts, ~self.is_bio), (accounts, self.is_bio)):
                rows = np.flatnonzero(part)
                known = pa.array(self.post_ids[rows], pa.large_string())
                at = pc.index_in(pa.array(ids, pa.large_string()), value_set=known).drop_null().to_numpy()
                found[rows[at]] = True
        return found

    def code_of(self, account_id: str) -> int:
        """Position of an account in `account_ids`, -1 where there is none of that id."""
        return self.account_ids.find(account_id)

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

    def reading(self, texts: StoredTexts) -> TextIndex:
        """This index, with the texts at hand."""
        return replace(self, texts=texts)

    @classmethod
    def from_rows(
        cls, accounts: pa.Table, posts: pa.Table, profiles: np.ndarray, said: TermRows
    ) -> TextIndex:
        """Build from accounts, posts (post_id, account_id, day), and the terms of all documents.

        Documents are all posts, and then the profiles of the accounts at `profiles`: those that say anything.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        ids = accounts["account_id"].cast(pa.large_string())
        named = pa.chunked_array(
            [*posts["post_id"].cast(ids.type).chunks, *ids.take(pa.array(profiles)).chunks], ids.type
        )
        has_bio = pc.not_equal(pc.utf8_trim_whitespace(accounts["bio"]), "").fill_null(False)
        authors = posts["account_id"].cast(accounts.schema.field("account_id").type)
        codes = pc.index_in(authors, value_set=accounts["account_id"]).to_numpy()
        days = posts["day"].fill_null(_UNDATED).to_numpy().astype(np.int32)
        return cls(
            account_ids=Strings.of_column(ids),
            post_ids=Strings.of_column(named),
            account_codes=np.concatenate([codes, profiles]).astype(np.int32),
            created_day=np.concatenate([days, np.full(len(profiles), _UNDATED, dtype=np.int32)]),
            is_bio=np.repeat([False, True], [len(posts), len(profiles)]),
            is_spoken=np.concatenate([np.ones(len(posts), dtype=bool), has_bio.to_numpy()[profiles]]),
            terms=said.terms,
            presence=said.presence,
        )
