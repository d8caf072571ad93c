"""Who wants no more mail: from the files of mail and outreach tools, and from replies; taken over for good.

An address that is refused holds for the address, for the person who alone has it (all their accounts) and, where a tool
names a domain, for all of that domain. Only salted hashes are kept (`influence.store.rights.suppression`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from influence.errors import SourceError, UsageError
from influence.recognition.headers import plain_header
from influence.sources.small import read_tables
from influence.store.base import has_table
from influence.store.people.resolving import domain_of, is_email
from influence.store.rights.privacy import suppress
from influence.store.workspace import Workspace
from influence.toml_files import shipped
from influence.writing.safe import one_line

_IN_BRACKETS = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
REASON = "refused"


@dataclass(frozen=True)
class Refusal:
    """Who refused, by address or domain, and what says so."""

    target: str
    why: str


@dataclass(frozen=True)
class Taken:
    """What was taken over.

    Attributes
    ----------
    refusals : tuple of Refusal
    accounts : tuple of str
        Accounts of the workspace that they hold for.
    n_silent : int
        Rows that say nothing of a refusal: bounces, other replies.
    n_known : int
        Things that were suppressed before.
    """

    refusals: tuple[Refusal, ...]
    accounts: tuple[str, ...]
    n_silent: int
    n_known: int = 0


def read_refusals(path: str | Path) -> tuple[list[Refusal], int]:
    """The refusals of a file (.csv, .xlsx, .zip of them), and how many rows say nothing of one.

    A single column holds addresses or domains, whatever its name.

    Raises
    ------
    SourceError
        It cannot be read, or has no column of addresses or domains.
    """
    file = Path(path)
    found: dict[str, Refusal] = {}
    silent = 0
    for name, table in read_tables(file):
        heads = {header: plain_header(header) for header in table.headers}
        alone = " ".join(heads.values()) if len(heads) == 1 else ""
        names = f"{file.name} {name} {alone}"
        named = re.search(str(_words()["file_names"]), names, re.IGNORECASE) is not None
        if alone and alone not in _words()["addresses"]:
            heads = dict.fromkeys(heads, str(_words()["domains"][0]))
        _check_heads(heads.values(), file)
        for _, row in table.rows:
            refusal = refusal_of({heads[key]: text for key, text in row.items()}, is_list_of_them=named)
            silent += refusal is None
            if refusal:
                found.setdefault(refusal.target, refusal)
    return list(found.values()), silent


def refusal_of(row: Mapping[str, str], *, is_list_of_them: bool = False) -> Refusal | None:
    """What a row says, its headers in plain form; None where it says nothing of a refusal.

    Examples
    --------
    >>> refusal_of({"from": "Anna <anna@a.example>", "body": "No, thanks."}).target
    'anna@a.example'
    >>> refusal_of({"email": "anna@a.example", "portal_bounce": "TRUE", "portal_unsubscribe": "FALSE"}) is None
    True
    """
    target = _target(row)
    if not target:
        return None
    why = _why(row) or ("the file is a list of refusals" if is_list_of_them and not _is_flagged(row) else "")
    return Refusal(target, why) if why else None


def take_refusals(
    workspace: Workspace, refusals: Sequence[Refusal], n_silent: int = 0, *, now: datetime | None = None,
    dry_run: bool = False,
) -> Taken:  # fmt: skip
    """Suppress whoever refused, for good, and mark them as declined on every saved list."""
    accounts = _accounts(workspace, [one.target for one in refusals])
    if dry_run or not refusals:
        return Taken(tuple(refusals), accounts, n_silent)
    done = suppress(workspace, [*(one.target for one in refusals), *accounts], reason=REASON, now=now)
    if has_table(workspace.store, "saved_picks"):
        workspace.store.execute(
            "update saved_picks set status = 'declined', changed_at = ? where account_id in (select unnest(?))",
            [now, list(accounts)],
        )
    return Taken(tuple(refusals), accounts, n_silent, done.n_known)


def own_words(reply: str) -> str:
    """A reply without what it quotes."""
    lines = []
    for line in reply.splitlines():
        if re.match(str(_words()["reply"]["quoted"]), line, re.IGNORECASE):
            break
        lines.append(line)
    return "\n".join(lines).strip()


def _accounts(workspace: Workspace, targets: Sequence[str]) -> tuple[str, ...]:
    """Accounts whose address was refused and is theirs alone."""
    rows = workspace.store.query(
        "select min(account_id) as account_id from contacts group by lower(trim(email)) "
        "having count(distinct account_id) = 1 and lower(trim(email)) in (select unnest(?)) order by 1",
        [[target for target in targets if is_email(target)]],
    )
    return tuple(dict.fromkeys(rows["account_id"].to_pylist()))


def _target(row: Mapping[str, str]) -> str:
    for name in (*_words()["addresses"], *_words()["domains"]):
        text = row.get(name, "")
        text = (found[1] if (found := _IN_BRACKETS.search(text)) else text).lower()
        if is_email(text):
            return text
    texts = (row.get(name, "") for name in (*_words()["domains"], *_words()["addresses"]))
    return next(filter(None, map(_domain, texts)), "")


def _domain(text: str) -> str:
    """The domain that a text names; nothing where many share it (gmail.com): one refusal is not everybody's."""
    try:
        return domain_of(text.removeprefix("@")) or ""
    except UsageError:
        return ""


def _why(row: Mapping[str, str]) -> str:
    words = _words()
    for name in words["flags"]:
        if row.get(name, "").lower() in words["yes"]:
            return f"{name}: {row[name]}"
    for name in words["times"]:
        if row.get(name):
            return f"{name}: {row[name]}"
    for name in words["states"]:
        if re.search(str(words["said"]), row.get(name, ""), re.IGNORECASE):
            return f"{name}: {one_line(row[name])[:60]}"
    return next((why for name in words["texts"] if (why := _said(row.get(name, "")))), "")


def _said(reply: str) -> str:
    """The words of a reply that refuse; empty where none do."""
    own = own_words(reply)
    told = _words()["reply"]
    tries = (re.search(str(told[kind]), own, re.IGNORECASE) for kind in ("explicit", "short", "polite"))
    found = next(filter(None, tries), None)
    return f"wrote {one_line(found[0])[:60]!r}" if found else ""


def _is_flagged(row: Mapping[str, str]) -> bool:
    """Whether a row has a column of its own that says whether somebody refused."""
    return any(row.get(name, "").lower() in ("false", "no", "0", "n") for name in _words()["flags"])


def _check_heads(heads: Iterable[str], file: Path) -> None:
    known = {*_words()["addresses"], *_words()["domains"]}
    if not known & set(heads):
        raise SourceError(
            "the file does not say who refused", where=str(file), seen=", ".join(heads),
            expected="a column of addresses or domains: Email, From, Domain ...",
        )  # fmt: skip


@cache
def _words() -> Mapping[str, Any]:
    return shipped("influence.outreach", "refusals.toml")
