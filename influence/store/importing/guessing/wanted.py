"""What each table takes from a file, as ``wanted.toml`` tells it: meanings of columns, and how much they tell.

A role is one way to read a whole file (its rows are accounts, posts, ties ...). Meanings are keys of
``recognition/vocabulary.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from influence.toml_files import shipped

_TOLD = shipped("influence.store.importing.guessing", "wanted.toml")
ANYONE = ("", "author")


@dataclass(frozen=True)
class Slot:
    """One column of a table, the meanings that fill it (best first), and how much that speaks for its role.

    Attributes
    ----------
    target : str
        Column of the table.
    meanings : sequence of str
    weight : float
        Added to the role's evidence, times how sure the column is.
    scopes : sequence of str
        Whose column it may be.
    averaged : bool
        Means per post only; otherwise none of them.
    """

    target: str
    meanings: Sequence[str]
    weight: float = 0.3
    scopes: Sequence[str] = ("", "author", "post")
    averaged: bool = False


def _kinds(*names: str) -> frozenset[str]:
    return frozenset(meaning for name in names for meaning in _TOLD["kinds"][name])


COUNTS, NUMBERS = _kinds("counts"), _kinds("counts", "numbers")
MOMENTS, FLAGS, ADDRESSES, PLACES, SHORT, OF_POSTS, LINKS = map(
    _kinds, ("moments", "flags", "addresses", "places", "short", "of_posts", "links")
)
SLOTS: Mapping[str, tuple[Slot, ...]] = {
    name: tuple(Slot(target, **told) for target, told in slots.items())
    for name, slots in _TOLD["slots"].items()
}
"""Name of what is looked for -> its columns; ``who`` are those that tell the account of a row."""
DOINGS: Mapping[str, Sequence[str]] = _TOLD["doings"]
FILE_WORDS: Mapping[str, Sequence[str]] = _TOLD["file_words"]
