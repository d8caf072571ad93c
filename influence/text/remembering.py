"""What was worked out once is not worked out again: in one process by its key, for a workspace by its hash."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from influence.store.kept.packing import Strings

if TYPE_CHECKING:
    from influence.store.kept.keeper import Keeper

Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(dict[Key, Value]):
    """Values that are worked out when they are first asked for; when there are `most` of them all are forgotten."""

    def __init__(self, work_out: Callable[[Key], Value], most: int) -> None:
        super().__init__()
        self._work_out, self.most = work_out, most

    def __missing__(self, key: Key) -> Value:
        if len(self) >= self.most:
            self.clear()
        found = self[key] = self._work_out(key)
        return found


def hash_of(text: str) -> int:
    """Eight bytes of a text's hash as a number."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def kept_by_hash(
    keeper: Keeper | None,
    name: str,
    stamp: str,
    texts: list[str],
    make: Callable[[list[int]], dict[str, np.ndarray]],
) -> dict[str, Any]:
    """What was made of texts, a row each; what is kept of before under `name` is not made again.

    Parameters
    ----------
    keeper : Keeper or None
    name, stamp : str
        See `Keeper.read`.
    texts : list of str
        At least one; what a row depends on, all of it.
    make : callable
        Places of some of the texts -> columns, a row each.
    """
    hashes = np.array([hash_of(text) for text in texts], dtype=np.uint64)
    kept = (keeper.read(name, stamp=stamp) if keeper else None) or {}
    before = kept.get("hashes", hashes[:0])
    first, where = np.unique(hashes, return_index=True)
    new = where[~np.isin(first, before)]
    if len(new):
        made = make(new.tolist())
        every = np.concatenate([before, hashes[new]])
        order = np.argsort(every)
        both = {one: np.concatenate([kept[one], more]) if kept else more for one, more in made.items()}
        kept = {"hashes": every[order], **{one: rows[order] for one, rows in both.items()}}
        packed = {one: Strings.of(rows) if rows.dtype == object else rows for one, rows in kept.items()}
        if keeper:
            keeper.write(name, packed, stamp=stamp)
    place = np.searchsorted(kept["hashes"], hashes)
    return {one: rows[place] for one, rows in kept.items()}
