"""A code and a tagged link for every person and thing agreed, by which orders are known later."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from influence.errors import MissingDataError, UsageError
from influence.outreach.lists import on_list
from influence.store.base import values_of
from influence.store.lists.desk_records import Code, Deliverable, read_records, write_records
from influence.store.lists.saved import load_list
from influence.store.workspace import Workspace
from influence.toml_files import shipped
from influence.writing.book import Sheet, declared

CLEAR = "ABCDEFGHJKMNPQRTUVWXY346789"
"""Letters and digits that nobody mixes up when a code is read aloud or typed."""
CODES = declared(shipped("influence.outreach", "sheets.toml")["codes"])


def make_codes(
    workspace: Workspace, name: str, url: str, handles: Sequence[str] = (), *, now: datetime | None = None
) -> list[Code]:
    """Make what is missing: one code and link for everything that people of a list agreed on; gives all of the list.

    Parameters
    ----------
    workspace : Workspace
    name : str
        Of the saved list; it is the campaign of the links.
    url : str
        Page of the shop that the links lead to.
    handles : sequence of str
        For whom, also where nothing is agreed yet (then for a ``post``); else whoever agreed.
    now : datetime, optional

    Raises
    ------
    UsageError
        The address is none, or nobody agreed and nobody is named.
    """
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise UsageError("this is no address", where="--url", seen=url, expected="https://shop.example/oats")
    saved, store = load_list(workspace, name), workspace.store
    agreed = [(one.account_id, one.what) for one in read_records(store, Deliverable, saved.name)]
    named = [on_list(workspace, saved, handle) for handle in handles]
    ids = named or [pick.account_id for pick in saved.picks if pick.status == "agreed"]
    wanted = [
        pair
        for account in ids
        for pair in ([one for one in agreed if one[0] == account] or [(account, "post")])
    ]
    if not wanted:
        raise MissingDataError(
            "nobody has agreed yet", where=saved.name, hint="name them, or set their status to agreed"
        )
    known = {(one.account_id, one.what) for one in read_records(store, Code, saved.name)}
    taken = set(values_of(store, "select code from desk_codes"))
    made = []
    for account, what in dict.fromkeys(wanted):
        if (account, what) not in known:
            code = code_for(account, what, saved.name, taken)
            taken.add(code)
            made.append(Code(account, what, code, tagged(url, account, what, saved.name, code)))
    write_records(store, saved.name, made, now)
    return read_records(store, Code, saved.name)


def code_for(account_id: str, what: str, campaign: str, taken: Collection[str]) -> str:
    """A short code that begins as the handle does and that nobody else has; the same each time.

    >>> code_for("web:zoe-bakes.example", "post", "spring", ())
    'ZOEBAKES-T9WN'
    """
    handle = account_id.partition(":")[2].split(".")[0]
    plain = unicodedata.normalize("NFKD", handle).encode("ascii", "ignore").decode().upper()
    start = re.sub(r"[^A-Z0-9]", "", plain)[:10] or "CODE"
    digest = hashlib.sha256(f"{campaign}|{account_id}|{what}".encode()).digest()
    letters = [CLEAR[byte % len(CLEAR)] for byte in digest]
    tries = (f"{start}-{''.join(letters[at : at + 4])}" for at in range(len(letters) - 4))
    return next(code for code in tries if code not in taken)


def tagged(url: str, account_id: str, what: str, campaign: str, code: str) -> str:
    """The address with what tells where a buyer came from; tags that it bears already are replaced.

    >>> tagged("https://shop.example/oats?x=1", "web:zoe", "post", "spring", "ZOE-1").split("?")[1]
    'x=1&utm_source=zoe&utm_medium=creator&utm_campaign=spring&utm_content=ZOE-1'
    """
    parts = urlsplit(url)
    told = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, value) for key, value in told if not key.startswith("utm_")]
    tags = [("utm_source", account_id.partition(":")[2]), ("utm_medium", "creator"), ("utm_campaign", campaign),
            ("utm_content", code)]  # fmt: skip
    return urlunsplit(parts._replace(query=urlencode([*kept, *tags])))


def codes_sheet(codes: Sequence[Code]) -> Sheet:
    """Codes and links as a table."""
    return Sheet("Codes", CODES, [[one.account_id, one.what, one.code, one.link] for one in codes])
