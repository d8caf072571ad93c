"""Who must not be listed, contacted or imported: known by salted hashes only, recognised wherever they turn up.

A hash is SHA-256 of the workspace's salt, the kind of thing and the thing itself: an account, an e-mail address, a
domain, or a mention (how others write of somebody who was forgotten). Whoever has the file has the salt and can test
a name he already knows, but cannot read the names out: this is pseudonymous, not anonymous (GDPR recital 26).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from influence.schema import ID_COLUMNS, Table, Type
from influence.store.base import Store, rows_of, values_of
from influence.store.people.handles import WEB, account_of, plain_domain, plain_email

if TYPE_CHECKING:
    import pyarrow as pa

REMOVED = "[removed]"
SALT = "salt"
_EDGE = r"\s,;:!?()<>\"'\[\]{}|/\\"
_TOKENS = (f"[^{_EDGE}@]*@[^{_EDGE}@]+", f"[^{_EDGE}@.]+(?:\\.[^{_EDGE}@.]+)+")
"""Mentions and e-mail addresses; names with a dot (domains, also inside addresses of pages)."""
BATCH = "influence_suppressed_batch"
MAX_WORDS = 5
"""Words of the longest name that is recognised in the texts of others."""


@dataclass(frozen=True)
class Suppressions:
    """The hashes of one workspace, and its salt.

    Attributes
    ----------
    salt : str
        Empty when nobody was ever suppressed.
    hashes : frozenset of str
    mentions : bool
        Somebody was forgotten, so that texts of others are looked through too.
    owners : frozenset of str
        Accounts whose own e-mail address is suppressed.
    """

    salt: str = ""
    hashes: frozenset[str] = frozenset()
    mentions: bool = False
    owners: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def digest(self, kind: str, value: str) -> str:
        """The hash of one thing."""
        return hashlib.sha256(f"{self.salt}:{kind}:{value}".encode()).hexdigest()

    def holds(self, kind: str, value: str) -> bool:
        """Whether exactly this was suppressed."""
        return self.digest(kind, value) in self.hashes

    def account(self, account_id: str) -> bool:
        """Whether an account is suppressed: itself, its own e-mail address, or the domain that is its handle."""
        if not self:
            return False
        platform, _, handle = account_id.partition(":")
        on_domain = platform == WEB and "." in handle and self._domain(handle)
        return account_id in self.owners or on_domain or self.holds("account", account_id)

    def email(self, address: str) -> bool:
        """Whether an address is suppressed: itself, or its domain."""
        plain = plain_email(address)
        return bool(self) and (self.holds("email", plain) or self._domain(plain.rpartition("@")[2]))

    def customer(self, customer_id: str) -> bool:
        """Whether a customer is suppressed: the id, or the e-mail address that it is."""
        return self.holds("customer", customer_id) or ("@" in customer_id and self.email(customer_id))

    def _domain(self, host: str) -> bool:
        labels = plain_domain(host).split(".")
        return any(self.holds("domain", ".".join(labels[at:])) for at in range(len(labels) - 1))


def read_suppressions(store: Store) -> Suppressions:
    """The suppressions of a workspace; empty ones cost nothing."""
    rows = rows_of(store, "select hash, reason from suppressions")
    salt = values_of(store, "select value from meta where name = ?", [SALT])
    mentions = any(row["reason"] == MENTION for row in rows)
    known = Suppressions(salt[0] if salt else "", frozenset(row["hash"] for row in rows), mentions)
    return replace(known, owners=_owners(store, known)) if known else known


def _owners(store: Store, known: Suppressions) -> frozenset[str]:
    """Accounts with a suppressed e-mail address that is theirs alone (an agency's hides none of its clients)."""
    sql = (
        "select min(account_id) as account_id, lower(trim(email)) as email from contacts "
        "group by lower(trim(email)) having count(distinct account_id) = 1"
    )
    rows = rows_of(store, sql)
    return frozenset(row["account_id"] for row in rows if known.holds("email", plain_email(row["email"])))


MENTION = "mention of somebody forgotten"


def add_suppressions(
    store: Store, things: Iterable[tuple[str, str]], reason: str, now: datetime | None
) -> list[str]:
    """Remember (kind, value) pairs as salted hashes; gives the hashes, also of those known before."""
    known = replace(read_suppressions(store), salt=_salt(store))
    hashes = []
    for kind, value in things:
        digest = known.digest(kind, value)
        hashes.append(digest)
        if digest not in known.hashes:
            day = None if now is None else (now.date() - datetime(1970, 1, 1).date()).days
            store.execute(
                "insert into suppressions (hash, reason, since, since_day, source, fetched_at, fetched_day) "
                "values (?, ?, ?, ?, 'influence suppress', ?, ?)",
                [digest, MENTION if kind in ("mention", "start") else reason, now, day, now, day],
            )
    return hashes


def remove_suppressions(store: Store, things: Iterable[tuple[str, str]]) -> int:
    """Forget the hashes of (kind, value) pairs; gives how many were known."""
    known = read_suppressions(store)
    hashes = sorted({known.digest(kind, value) for kind, value in things} & known.hashes)
    store.execute("delete from suppressions where hash in (select unnest(?))", [hashes])
    return len(hashes)


def carry_over(store: Store, renamed: Mapping[str, str]) -> None:
    """Suppress the new ids of accounts whose old ones are suppressed."""
    known = read_suppressions(store)
    for old, new in renamed.items():
        if known.holds("account", old) and not known.holds("account", new):
            store.execute(
                "insert into suppressions select ? as hash, * exclude (hash) from suppressions where hash = ?",
                [known.digest("account", new), known.digest("account", old)],
            )


def without_suppressed(
    store: Store, table: Table, rows: pa.Table, known: Suppressions
) -> tuple[pa.Table, int]:
    """Leave out the rows about suppressed people, and blot out mentions of forgotten ones in the others.

    Returns
    -------
    rows : pyarrow.Table
    n_left_out : int
    """
    import pyarrow as pa

    if not known or not rows.num_rows:
        return rows, 0
    gone = np.zeros(rows.num_rows, dtype=bool)
    tests = {**dict.fromkeys(ID_COLUMNS, known.account), "email": known.email, "customer_id": known.customer}
    for name in tests.keys() & {*rows.column_names}:
        gone |= _mask(rows[name], tests[name])
    kept = rows.filter(pa.array(~gone)) if gone.any() else rows
    if known.mentions:
        texts = {column.name for column in table.all_columns if column.type is Type.TEXT}
        texts -= {*table.key, *ID_COLUMNS, "handle", "platform"}
        kept = _blotted(store, kept, [name for name in kept.column_names if name in texts], known)
    return kept, int(gone.sum())


def without_suppressed_rejects(store: Store, rejects: pa.Table, known: Suppressions) -> pa.Table:
    """Rejects whose value names nobody suppressed; mentions of forgotten people in the others are blotted out."""
    import pyarrow as pa

    if not known or not rejects.num_rows:
        return rejects

    def names_suppressed(value: str) -> bool:
        account = account_of(value)
        of_account = account is not None and known.account(account.account_id)
        return of_account or ("@" in value and known.email(value))

    gone = _mask(rejects["value"], names_suppressed)
    kept = rejects.filter(pa.array(~gone))
    return _blotted(store, kept, ["value"], known) if known.mentions else kept


def redact(text: str, needles: Sequence[str]) -> str:
    """`text` with every needle (whole, whatever its case, with or without ``@``) replaced by ``[removed]``."""
    if not needles:
        return text
    longest_first = "|".join(map(re.escape, sorted(needles, key=lambda needle: (-len(needle), needle))))
    return re.sub(rf"(?<!\w)@?(?:{longest_first})(?!\w)", REMOVED, text, flags=re.IGNORECASE)


def is_own_address(url: str, account_id: str) -> bool:
    """Whether an address is that of the account's own profile."""
    account = account_of(url)
    return account is not None and account.account_id == account_id


def _salt(store: Store) -> str:
    found = values_of(store, "select value from meta where name = ?", [SALT])
    if found:
        return str(found[0])
    made = secrets.token_hex(16)
    store.execute("insert into meta values (?, ?)", [SALT, made])
    return made


def _mask(column: pa.ChunkedArray, test: Callable[[str], bool]) -> np.ndarray:
    """Where `test` holds; asked once for every distinct value."""
    import pyarrow.compute as pc

    coded = pc.dictionary_encode(column.combine_chunks())
    bad = np.array([bool(value) and test(value) for value in coded.dictionary.to_pylist()], dtype=np.bool_)
    codes = coded.indices.fill_null(len(bad)).to_numpy(zero_copy_only=False)
    told: np.ndarray = np.append(bad, False)[codes]
    return told


def _blotted(store: Store, rows: pa.Table, names: list[str], known: Suppressions) -> pa.Table:
    """`rows` without what names forgotten people in these columns; only texts that hold such a word are touched."""
    import pyarrow as pa

    for name in names:
        column = rows.select([name])
        needles, starts = _mentioned(store, column, name, known), _starts(store, column, name, known)
        if needles or starts:
            texts = rows[name].to_pylist()
            mended = [None if text is None else _blot(redact(text, needles), starts, known) for text in texts]
            if name == "url" and "handle" in rows.column_names:
                owners = rows["account_id"].to_pylist()
                mended = [
                    old if old and is_own_address(old, owner) else new
                    for old, new, owner in zip(texts, mended, owners, strict=True)
                ]
            at = rows.column_names.index(name)
            rows = rows.set_column(at, rows.schema.field(at), pa.array(mended, rows.schema.field(at).type))
    return rows


def _blot(text: str, starts: Sequence[str], known: Suppressions) -> str:
    """`text` without the names that begin with one of the words `starts`."""
    lower = text.lower()
    if len(lower) != len(text) or not any(start in lower for start in starts):
        return text
    words = [(found.group(), found.start(), found.end()) for found in re.finditer(r"\w+", lower)]
    spans = []
    for at, (word, begin, _) in enumerate(words):
        if word in starts:
            for n in range(min(MAX_WORDS, len(words) - at), 0, -1):
                if known.holds("mention", " ".join(part[0] for part in words[at : at + n])):
                    spans.append((begin, words[at + n - 1][2]))
                    break
    for begin, end in reversed(spans):
        text = text[:begin] + REMOVED + text[end:]
    return text


def _starts(store: Store, column: pa.Table, name: str, known: Suppressions) -> list[str]:
    """Words of this column with which the name of a forgotten person begins."""
    with store.register(BATCH, column):
        sql = (
            f"select distinct unnest(regexp_extract_all(lower({name}), '[\\pL\\pN_]+')) as word from {BATCH}"
        )
        words = values_of(store, sql)
    return sorted(word for word in words if known.holds("start", word))


def _mentioned(store: Store, column: pa.Table, name: str, known: Suppressions) -> list[str]:
    """How forgotten people are named in this column: ``@anna``, an address, a domain; never a bare word."""
    found: set[str] = set()
    with store.register(BATCH, column):
        for pattern, sign in zip(_TOKENS, "@.", strict=True):
            tokens = f"select distinct unnest(regexp_extract_all({name}, ?)) from {BATCH} where contains({name}, ?)"
            found.update(
                token.rstrip("@.").removeprefix("www.") for token in values_of(store, tokens, [pattern, sign])
            )
    return sorted(
        token for token in found if token and known.holds("mention", token.removeprefix("@").lower())
    )
