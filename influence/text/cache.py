"""The text index kept beside the workspace: built once, extended when posts come, dropped when it does not fit.

It holds terms, never texts. Where the kept index is of other data it is brought up to date
(`influence.text.extending`): only new texts are cut into terms, and the terms of deleted posts go. The result is the
same as building anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from influence.store.kept.keeper import keeper_of
from influence.store.kept.packing import Strings
from influence.text.extending import bring_up_to_date, nothing_indexed
from influence.text.index import TextIndex
from influence.text.literals import StoredTexts
from influence.text.rows import presence_of

if TYPE_CHECKING:
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


def read_index(store: Store, *, as_of_day: int | None = None) -> TextIndex:
    """Read all texts of a workspace; the same data give the same index whatever their order.

    The index of a workspace in a file is kept beside it and only extended. With `as_of_day` a profile fetched on that
    day or later says nothing (it has no other day); the handle of those who had posted by then counts, because it is
    part of the account's id.
    """
    from influence.text.gathering import gather_index

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
