"""What was read, as rows of the contract's tables; and how much of each list was read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

State = Literal["whole", "part", "unread"]
FIRST_YEAR = 1990
"""What is dated before the web has no date: ``0000-00-00`` is a blank form field."""


GONE = ("suspended", "moved away")
"""Why nothing is kept of an account that asked for nothing."""
STATED = {"followers": "followers", "follows": "following", "posts": "posts_total"}
"""List -> the count by which an account states its length."""
ENDS = ("account_id", "actor_id", "target_id", "follower_id", "followee_id")
"""Columns that name somebody."""


@dataclass
class Harvest:
    """Rows by table, people left out by their own wish, and what went wrong.

    Attributes
    ----------
    tables : dict of table to dict of key to row
        A later row with the same key completes the earlier one.
    hidden : dict of account_id to reason
        People who asked not to be indexed, or are private: counted, not kept.
    problems : list of (address, words)
    moved : dict of account_id to account_id
        Who says to stand elsewhere now.
    """

    tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)

    def account(self, account_id: str, source: str, at: float, **said: Any) -> None:
        """What an account says about itself; that it is shown, too, for it may have been hidden before."""
        open_to_all = {"is_private": False, "noindex": False}
        self._add("accounts", (account_id,), {"account_id": account_id, **open_to_all, **said}, source, at)

    def post(self, post_id: str, account_id: str, source: str, at: float, *,
             created_at: datetime | None = None, **said: Any) -> None:  # fmt: skip
        """Something it published; a day after it was read is none, for it stood there already."""
        said["created_at"] = created_at if created_at and created_at <= utc(at) + timedelta(days=1) else None
        self._add("posts", (post_id,), {"post_id": post_id, "account_id": account_id, **said}, source, at)

    def follow(self, follower: str, followee: str, source: str, at: float) -> None:
        """Who follows whom."""
        row = {"follower_id": follower, "followee_id": followee}
        self._add("follows", (follower, followee), row, source, at)

    def interaction(self, actor: str, target: str, kind: str, source: str, at: float, *, post: str | None = None,
                    when: datetime | None = None, text: str | None = None) -> None:  # fmt: skip
        """Who reacted to whom; nothing where somebody reacts to themselves."""
        if actor != target:
            row = {
                "actor_id": actor,
                "target_id": target,
                "post_id": post,
                "kind": kind,
                "created_at": when,
                "text": text,
            }
            self._add("interactions", (actor, target, post, kind, when), row, source, at)

    def snapshot(self, account_id: str, source: str, at: float, **counts: int | None) -> None:
        """Counts of an account on the day they were read."""
        day = utc(at).date()
        if any(value is not None for value in counts.values()):
            self._add(
                "snapshots", (account_id, day), {"account_id": account_id, "day": day, **counts}, source, at
            )

    def coverage(self, account_id: str, what: str, state: State, read: int, stated: int | None, source: str,
                 at: float, terms: str = "") -> None:  # fmt: skip
        """How much of one of its lists (posts, followers, follows, comments ...) was read, of how many it states, and
        by which licence or terms."""
        row = {"account_id": account_id, "list": what, "day": utc(at).date(), "state": state, "n_read": read,
               "n_stated": stated, "terms": terms}  # fmt: skip
        self._add("coverage", (account_id, what), row, source, at)

    def listed(
        self, account_id: str, what: str, state: State, read: int, source: str, at: float, terms: str
    ) -> None:
        """`coverage` of a list whose length the account states itself."""
        self.coverage(account_id, what, state, read, self.stated(account_id, what), source, at, terms)

    def stated(self, account_id: str, what: str) -> int | None:
        """How long an account says that a list of it is, as far as it was told."""
        row = self.tables.get("accounts", {}).get((account_id,), {})
        count: int | None = row.get(STATED[what])
        return count

    def leave_out(self, known: Collection[str]) -> None:
        """Drop every row that names one of the hidden; who of them is `known` from before is listed no more."""
        for rows in self.tables.values():
            named = [key for key, row in rows.items() if any(row.get(end) in self.hidden for end in ENDS)]
            for key in named:
                del rows[key]
        for account_id in known:
            if (why := self.hidden[account_id]) not in GONE:
                flag = {"is_private" if why == "private" else "noindex": True}
                row = {"account_id": account_id, **flag}
                self.tables.setdefault("accounts", {})[(account_id,)] = row

    def join(self, other: Harvest) -> None:
        """Take over what another reader found."""
        for table, rows in other.tables.items():
            mine = self.tables.setdefault(table, {})
            for key, row in rows.items():
                mine.setdefault(key, {}).update(row)
        self.hidden.update(other.hidden)
        self.problems.extend(other.problems)
        self.moved.update(other.moved)

    def _add(self, table: str, key: tuple[Any, ...], row: Mapping[str, Any], source: str, at: float) -> None:
        known = self.tables.setdefault(table, {}).setdefault(key, {})
        known.update({name: value for name, value in row.items() if value not in (None, "")})
        known.update(source=source, fetched_at=utc(at))


def utc(at: float) -> datetime:
    """A moment in seconds since 1970 as UTC without its zone."""
    return datetime.fromtimestamp(int(at), UTC).replace(tzinfo=None)


def moment(text: object) -> datetime | None:
    """An ISO date as UTC without its zone; None where the text is none or lies before the web."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    plain = found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    return plain if plain.year >= FIRST_YEAR else None
