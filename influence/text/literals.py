"""Words that the index does not hold, and phrases: looked up in the texts themselves, as they are written.

The index leaves out what stop lists hold, and knows no order of words. *AI*, *R&B*, *make up*, *do it yourself* and
``"oat milk"`` are asked of the texts instead, in one pass by the engine that holds
them, by an expression that takes linear time (RE2).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from influence.store.kept.keeper import keeper_of
from influence.store.kept.packing import Strings
from influence.store.visibility import visible

if TYPE_CHECKING:
    from influence.store.base import Store

_ACCENTED = {
    "a": "aàáâãäåăā", "c": "cçćč", "e": "eèéêëěę", "i": "iìíîï", "n": "nñń", "o": "oòóôõöø", "s": "sșşš", "t": "tțţ",
    "u": "uùúûüů", "y": "yýÿ", "z": "zžźż",
}  # fmt: skip
_BASE = {letter: base for base, letters in _ACCENTED.items() for letter in letters}
_BEFORE, _AFTER = r"(?:^|[^\pL\pN_@&+'’])", r"(?:$|[^\pL\pN_&+'’]|['’]s\b)"
_LETTER_BEFORE, _LETTER_AFTER = r"(?:^|[^\pL\pN_@&+'’.-])", r"(?:$|[^\pL\pN_&+'’#.-]|\.\s|\.$)"
_JOINING = re.compile(r"[-_/]+")


class StoredTexts:
    """Texts in a workspace; what was found is kept (ids, never texts), so that it can be asked while others write."""

    def __init__(self, store: Store, as_of_day: int | None = None) -> None:
        self._store = store
        self._posts, self._accounts = visible("posts", as_of_day), visible("accounts", as_of_day)

    def holding(self, pattern: str) -> tuple[np.ndarray, np.ndarray]:
        """Ids of the posts whose text an expression matches, and of the accounts whose profile does."""
        posts = f"select post_id as id from posts where text is not null and regexp_matches(text, ?) and {self._posts}"
        accounts = (
            "select account_id as id from accounts where regexp_matches(concat_ws(' . ', name, bio), ?) "
            f"and {self._accounts}"
        )
        return self._ids(posts, pattern), self._ids(accounts, pattern)

    def among(self, post_ids: np.ndarray, pattern: str) -> np.ndarray:
        """Which of some posts match, as a mask over `post_ids`."""
        import pyarrow as pa

        sql = (
            "select post_id as id from posts semi join wanted_posts using (post_id) "
            f"where text is not null and regexp_matches(text, ?) and {self._posts}"
        )

        def asked() -> np.ndarray:
            with self._store.register("wanted_posts", pa.table({"post_id": pa.array(post_ids, pa.string())})):
                return np.array(self._store.query(sql, [pattern])["id"].to_pylist(), dtype=object)

        return _mask(post_ids, self._kept(f"{sql}{pattern}{'|'.join(post_ids)}", asked))

    def _ids(self, sql: str, pattern: str) -> np.ndarray:
        return self._kept(
            sql + pattern,
            lambda: np.array(self._store.query(sql, [pattern])["id"].to_pylist(), dtype=object),
        )

    def _kept(self, question: str, ask: Callable[[], np.ndarray]) -> np.ndarray:
        keeper = keeper_of(self._store)
        if keeper is None:
            return ask()
        name = f"texts@{hashlib.sha256(question.encode()).hexdigest()[:20]}"
        found = keeper.once(name, lambda: {"ids": Strings.of(ask())})
        return np.asarray(found["ids"], dtype=object)


def _mask(post_ids: np.ndarray, found: np.ndarray) -> np.ndarray:
    return (
        np.isin(np.asarray(post_ids, dtype=str), found.astype(str))
        if len(found)
        else np.zeros(len(post_ids), bool)
    )


def pattern_of(phrase: str) -> str:
    """An expression (RE2) for a word or phrase as people write it: apart, with hyphens, together, as a hashtag.

    Accents and capitals do not matter, but a word in capitals only (*AI*, *R*, *UK*) is not found in small letters
    other than in hashtags: *ai* is a word of six languages.
    """
    words = [word for word in phrase.split() if word]
    capital = len(words) == 1 and words[0].isupper()
    if not capital:
        return f"(?i){_BEFORE}{_spelt(words)}{_AFTER}"
    single = len(words[0]) == 1
    before, after = (_LETTER_BEFORE, _LETTER_AFTER) if single else (_BEFORE, _AFTER)
    return f"{before}(?:{_escaped(words[0])}|#(?i:{_escaped(words[0])})){after}"


def _spelt(words: list[str]) -> str:
    parts = (part for word in words for part in _JOINING.split(word) if part)
    return r"[\s_–-]*".join("".join(map(_letter, part)) for part in parts)


def _letter(sign: str) -> str:
    base = _BASE.get(sign.lower())
    return f"[{_ACCENTED[base]}]" if base else _escaped(sign)


def _escaped(text: str) -> str:
    return re.escape(text).replace(r"\&", "(?:&|&amp;)")


def written_pattern(word: str) -> str:
    """An expression for a word as it is written, in one or in many: *boxing*, not *box*, *boxed* or *unboxing*."""
    low = word.lower()
    many = low.endswith("s") and not low.endswith(("ss", "us", "is")) and len(low) > 3
    base = low[:-3] + "y" if many and low.endswith("ies") else low[:-1] if many else low
    ending = "(?:ies|y)" if base.endswith("y") else "(?:e?s)?"
    root = base[:-1] if base.endswith("y") else base
    return f"(?i)(?:(?:^|[^\\pL\\pN]){_spelt([root])}{ending}(?:$|[^\\pL\\pN])|#[\\pL\\pN_]*{_spelt([root])})"
