"""The accounts that the columns of a batch name, in the one normal form; whole columns at once where they are plain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.schema import ID_COLUMNS
from influence.store.importing.contents import among, bytes_of, plain_form
from influence.store.importing.mapping import ColumnRule
from influence.store.people.handles import (
    EMPTY,
    HOSTED,
    WEB,
    account_of,
    is_deleted,
    platform_of,
    split_address,
)

_ODD = r"[^a-z0-9_.\-]|^www\d?\.|^\.|\.$|xn--|^\d+\.0$|\.blogspot\.|\.medium\.com$|^[._\-]*$"
"""Lower-case names that are not their own normal form without a closer look."""
_PREFIXED = r"^(?P<platform>[A-Za-z_][A-Za-z0-9_]*):(?P<name>[A-Za-z0-9_.@\-]+)$"
"""Names that tell their platform and hold nothing that would have to be made readable first."""
_NOBODY = r"(?:[._\-]*|null|none|nan|na|undefined|nil)$"
_ODD_ID = rf":(?:www\d?\.|\.|\d+\.0$|{_NOBODY})|\.$|xn--|\.blogspot\.|\.medium\.com$"
"""Of ids in small letters those that are not their own normal form without a closer look."""
_ID = r"^[a-z_][a-z0-9_]*:[a-z0-9_.\-]+$"
_SCHEMES = ("http", "https", "mailto", "did")
MOST_PLATFORMS = 16
"""Platforms of one batch whose ids are known at a glance."""
_NUMBER = r"^\s*(\d+(\.0)?|UC[\w-]{22}|MS4wLjABAAAA[\w-]+|did:.*|[0-9a-f]{24,}|[0-9a-f]{8}-[0-9a-f-]{27})\s*$"
"""Ids that a platform gives and nobody writes by hand."""
_EMPTY = pa.array(sorted(EMPTY), pa.string())
PLATFORM_OF = "platform_of_"
"""Before the name of an id column: what the file says of that account's platform."""


@dataclass
class Aliases:
    """Other ids of accounts: a platform's number, the accounts that were merged into one.

    Attributes
    ----------
    known : dict
        Another id -> the `account_id` that stands for it.
    learned : dict
        Those that this import told; None where one id was told of two accounts, so that it is an id of neither.
    """

    known: dict[str, str] = field(default_factory=dict)
    learned: dict[str, str | None] = field(default_factory=dict)
    _arrays: tuple[pa.Array, pa.Array] | None = None

    def learn(self, others: Iterable[str], account_ids: Iterable[str]) -> None:
        """Remember other ids of accounts."""
        for other, account in zip(others, account_ids, strict=True):
            if self.learned.setdefault(other, account) != account:
                self.learned[other] = None
            self.known[other] = account
        for other in [other for other, account in self.learned.items() if account is None]:
            self.known.pop(other, None)
        self._arrays = None

    def translated(self, ids: pa.Array) -> pa.Array:
        """`ids` with every other id of a known account replaced by the account's."""
        if not self.known:
            return ids
        if self._arrays is None:
            self._arrays = pa.array(list(self.known), pa.string()), pa.array(self.known.values(), pa.string())
        at = pc.index_in(ids, value_set=self._arrays[0])
        return ids if at.null_count == len(at) else pc.coalesce(self._arrays[1].take(at), ids)

    def lasting(self) -> dict[str, str]:
        """What was learned and holds beyond the files of this import; ids that merely count rows don't."""
        told = {other: account for other, account in self.learned.items() if account}
        numbers = [other.partition(":")[2] for other in told]
        if numbers and all(text.isdigit() for text in numbers) and max(map(int, numbers)) <= 2 * len(numbers):
            return {}
        return told


def name_accounts(
    columns: Mapping[str, pa.Array],
    table: str,
    rules: tuple[ColumnRule, ...],
    platform: str,
    aliases: Aliases,
) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
    """Bring the id columns of a batch into normal form.

    Parameters
    ----------
    columns : mapping of str to pyarrow.Array of string
        The raw columns that name accounts, with what is said of their platforms under `PLATFORM_OF`.
    table : str
    rules : tuple of ColumnRule
    platform : str
        Of names that tell none.
    aliases : Aliases

    Returns
    -------
    named : dict
        The same columns; of ``accounts`` always account_id, platform and handle.
    nobody : dict
        Column -> values that name nobody, null elsewhere; only where there are any.
    """
    domains = {rule.target for rule in rules if rule.parse == "domain"}
    named: dict[str, pa.Array] = {}
    shown: pa.Array | None = None
    naming = {*ID_COLUMNS, *(["handle"] if table == "accounts" else [])}
    for name in [name for name in columns if name in naming]:
        raw = _mapped(columns[name], _host) if name in domains else columns[name]
        told = columns.get("platform" if table == "accounts" else PLATFORM_OF + name)
        named[name] = _named(raw, told, platform, aliases)
        if name == "handle":
            shown = _named(raw, told, platform, None)
    nobody = {
        name: lost
        for name, ids in named.items()
        if ids.null_count and (lost := _lost(columns[name], ids)).null_count < len(lost)
    }
    if table == "accounts" and named:
        named = _identified(columns, named, shown, aliases)
    return named, nobody


def of_deleted(nobody: Mapping[str, pa.Array], n_rows: int) -> np.ndarray:
    """Mask of the rows of somebody who has gone (``[deleted]``): left out without being a mistake."""
    gone = np.zeros(n_rows, dtype=bool)
    for values in nobody.values():
        gone |= np.array(
            [value is not None and is_deleted(value) for value in values.to_pylist()], dtype=bool
        )
    return gone


def _lost(raw: pa.Array, named: pa.Array) -> pa.Array:
    """The values (not blank ones) that turned out to name nobody."""
    gone = pc.and_(named.is_null(), pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(raw), ""), False))
    return pc.if_else(gone, raw, pa.scalar(None, pa.string()))


def _identified(
    columns: Mapping[str, pa.Array], named: Mapping[str, pa.Array], shown: pa.Array | None, aliases: Aliases
) -> dict[str, pa.Array]:
    """Of a row with a handle and a number for an id the handle is the key, and the number an alias of it."""
    given, by_handle = named.get("account_id"), named.get("handle")
    if given is not None and by_handle is not None:
        number = pc.match_substring_regex(pc.fill_null(columns["account_id"], ""), _NUMBER)
        told = pc.and_(pc.fill_null(pc.not_equal(given, by_handle), False), number)
        aliases.learn(given.filter(told).to_pylist(), by_handle.filter(told).to_pylist())
        ids = pc.if_else(number, pc.coalesce(by_handle, given), pc.coalesce(given, by_handle))
    else:
        ids = given if by_handle is None else by_handle
    handles = _part(ids, 1) if shown is None else pc.coalesce(_part(shown, 1), _part(ids, 1))
    return {"account_id": ids, "platform": _part(ids, 0), "handle": handles}


def _part(ids: pa.Array, at: int) -> pa.Array:
    return pc.list_element(pc.split_pattern(ids, ":", max_splits=1), at) if len(ids) else ids


def _named(raw: pa.Array, told: pa.Array | None, platform: str, aliases: Aliases | None) -> pa.Array:
    """Ids of one column; without `aliases` ``platform:Handle``, as it is shown."""
    if told is None:
        return _of_platform(raw, platform, aliases)
    known = told.dictionary_encode()
    platforms = [platform_of(text or "") or platform for text in known.dictionary.to_pylist()] + [platform]
    codes = known.indices.fill_null(len(platforms) - 1).to_numpy(zero_copy_only=False)
    whole = pa.nulls(len(raw), pa.string())
    for name in dict.fromkeys(platforms):
        here = np.isin(codes, [at for at, other in enumerate(platforms) if other == name])
        if here.any():
            mask = pa.array(here)
            whole = pc.replace_with_mask(whole, mask, _of_platform(raw.filter(mask), name, aliases))
    return whole


def _of_platform(raw: pa.Array, platform: str, aliases: Aliases | None) -> pa.Array:
    platform = platform_of(platform) or WEB
    if raw.null_count == len(raw):
        return raw
    plain, form = _takes_plain(platform), plain_form(raw)
    if plain and form == "name" and not pc.any(pc.match_substring_regex(raw, f"^{_NOBODY}")).as_py():
        made = pc.binary_replace_slice(raw, 0, 0, f"{platform}:")
    elif (odd := pc.invert(_are_ids(raw, form == "id"))).true_count:
        coded = raw.filter(odd).dictionary_encode()
        looked = _looked_up(coded.dictionary, platform, plain, show=aliases is None).take(coded.indices)
        made = looked if odd.true_count == len(raw) else pc.replace_with_mask(raw, odd, looked)
    else:
        made = raw
    return aliases.translated(made) if aliases else made


def _takes_plain(platform: str) -> bool:
    """Whether a plain name is its own handle there."""
    return platform != "bluesky" and platform not in HOSTED


def _are_ids(raw: pa.Array, plain_id: bool) -> pa.Array:
    """Mask of the values that are ids in normal form already, as most are that come from another table."""
    left = np.ones(len(raw), dtype=bool) if plain_id else _mask(pc.match_substring_regex(raw, _ID))
    suspects = _suspects(raw) if plain_id else left.copy()
    left[suspects] = ~_mask(pc.match_substring_regex(raw.filter(pa.array(suspects)), _ODD_ID))
    done = np.zeros(len(raw), dtype=bool)
    for _ in range(MOST_PLATFORMS):
        if not left.any():
            break
        platform = raw[int(left.argmax())].as_py().partition(":")[0]
        here = left & _mask(pc.starts_with(raw, f"{platform}:"))
        if platform_of(platform) == platform and platform.isidentifier() and platform not in _SCHEMES:
            done |= here & _takes_plain(platform)
        left &= ~here
    return pa.array(done)


def _suspects(raw: pa.Array) -> np.ndarray:
    """Mask of the plain ids that `_ODD_ID` may fit: a regular expression a row costs several times more."""
    data, starts, lengths = bytes_of(raw)
    if ((data[:-1] == 45) & (data[1:] == 45)).any():  # xn--
        return np.ones(len(raw), dtype=bool)
    ends, colons, dots = starts + lengths, np.flatnonzero(data == 58), np.flatnonzero(data == 46)
    first, second, after = (data[np.minimum(at, ends[-1] - 1)] for at in (colons + 1, colons + 2, dots + 1))
    names = ends - colons
    suspects: np.ndarray = (names <= len(":null")) | ((names == len(":undefined")) & (first == ord("u")))
    suspects |= among(first, b"._-") | ((first == ord("w")) & (second == ord("w")))
    dots = dots[among(after, b"bm0")]
    suspects[np.searchsorted(ends, dots, side="right")] = True
    suspects |= data[ends - 1] == 46
    return suspects


def _mask(found: pa.Array) -> np.ndarray:
    return np.array(pc.fill_null(found, False))


def _looked_up(names: pa.Array, platform: str, plain: bool, show: bool) -> pa.Array:
    """Ids of distinct names: plain ones all at once, odd ones one by one."""
    bare = pc.ascii_ltrim(names, "@")
    low = pc.ascii_lower(bare)
    odd = pc.or_(pc.match_substring_regex(low, _ODD), pc.is_in(pc.ascii_lower(names), value_set=_EMPTY))
    if not plain:
        odd = pa.array(np.ones(len(names), dtype=bool))
    made = pc.binary_join_element_wise(platform, bare if show else low, ":")
    if not odd.true_count:
        return made
    return pc.replace_with_mask(made, odd, _prefixed(names.filter(odd), platform, show))


def _prefixed(names: pa.Array, platform: str, show: bool) -> pa.Array:
    """Ids of odd names: those that are odd by ``platform:`` alone are plain names of that platform."""
    parts = pc.extract_regex(names, _PREFIXED)
    prefixes = pc.struct_field(parts, "platform").dictionary_encode()
    scheme = [text.lower() in _SCHEMES for text in prefixes.dictionary.to_pylist()]
    told = [platform_of(text) or WEB for text in prefixes.dictionary.to_pylist()]
    ids = pa.nulls(len(names), pa.string())
    rest = pa.array(np.ones(len(names), dtype=bool))
    for name in dict.fromkeys(told):
        codes = [at for at, other in enumerate(told) if other == name and not scheme[at]]
        here = pc.is_in(prefixes.indices, value_set=pa.array(codes, pa.int32()))
        plain = _takes_plain(name) and not (name == WEB and show)
        found = pc.struct_field(parts, "name").filter(here)
        ids = pc.replace_with_mask(ids, here, _looked_up(found, name, plain, show))
        rest = pc.and_not(rest, here)
    looked = [_written(text, platform, show) for text in names.filter(rest).to_pylist()]
    return pc.replace_with_mask(ids, rest, pa.array(looked, pa.string()))


@lru_cache(1 << 17)
def _written(text: str, platform: str, show: bool) -> str | None:
    """The id of one odd name; the same ones come again in batch after batch."""
    account = account_of(text, platform)
    if account is None:
        return None
    return f"{account.platform}:{account.handle}" if show else account.account_id


def _host(text: str) -> str | None:
    return split_address(text)[0] or None


def _mapped(raw: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    coded = raw.dictionary_encode()
    changed = pa.array(
        [None if text is None else change(text) for text in coded.dictionary.to_pylist()], pa.string()
    )
    return changed.take(coded.indices)
