"""Whom a list of accounts reaches together: every person once, whichever account she reads with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from influence.errors import MissingDataError, SourceError, UsageError
from influence.ranking.naming import holds_of_list
from influence.sources.opening import READERS
from influence.sources.small import read_rows, read_table
from influence.store.base import values_of
from influence.store.people.persons import find_persons
from influence.store.people.resolving import resolve_account
from influence.store.visibility import latest_day, visible
from influence.writing.plain import long_day

if TYPE_CHECKING:
    from influence.store.base import Store
    from influence.store.workspace import Workspace


@dataclass(frozen=True)
class ListAudience:
    """What is known of the audience of a list.

    Attributes
    ----------
    n_accounts : int
    followers : float
        Followers of all of them, overlaps counted each time; for accounts without a count, the people seen.
    unique : float
        Different people among them: `followers` over how many of the list a person seen follows on average.
    n_counted : int
        Accounts whose number of followers is known.
    n_seen, n_ties : int
        People, and their ties to the list, in the workspace.
    source : str
        In plain words.
    """

    n_accounts: int
    n_counted: int
    followers: float
    unique: float
    n_seen: int
    n_ties: int
    source: str


def audience_of(store: Store, account_ids: Sequence[str], *, as_of_day: int | None = None) -> ListAudience:
    """Audience of a list, from the people the workspace saw paying attention to it.

    Raises
    ------
    MissingDataError
        Nobody was seen paying attention: overlap is unknown, and followers are not added up in its place.
    """
    ids = sorted(set(account_ids))
    ties = (
        f"select follower_id as person, followee_id as account_id from follows where {visible('follows', as_of_day)} "
        f"union select actor_id, target_id from interactions where {visible('interactions', as_of_day)}"
    )
    pairs = store.query(
        f"select distinct person, account_id from ({ties}) as ties where account_id in (select unnest(?)) "
        "and person <> account_id order by 1, 2", [ids]
    ).to_pandas()  # fmt: skip
    groups = find_persons(store, pairs["person"].unique().tolist()).groups
    first = {account_id: group[0] for group in groups for account_id in group}
    pairs["person"] = [first.get(one, one) for one in pairs["person"]]
    pairs = pairs.drop_duplicates()
    seen = pairs.groupby("account_id").size()
    n_seen = int(pairs["person"].nunique())
    if n_seen == 0:
        raise MissingDataError(
            "it is not known who follows the accounts of this list, so their overlap is not known",
            expected="follows or interactions, or unique_audience in the brief",
            hint="followers of several accounts must not be added up; give [audience] unique_audience",
        )
    told = store.query(
        "select account_id, followers from accounts where followers is not null and account_id in (select unnest(?))",
        [ids],
    ).to_pandas().set_index("account_id")["followers"]  # fmt: skip
    counts = told.reindex(ids).astype(float)
    followers = float(counts.fillna(seen.reindex(ids).astype(float)).fillna(0.0).sum())
    n_ties = int(seen.sum())
    unique = followers * n_seen / n_ties
    source = (
        f"{len(ids)} accounts of the list; {n_seen:,} people seen follow {n_ties / n_seen:.2f} of them each"
    )
    n_counted = int(counts.notna().sum())
    if n_counted < len(ids):
        source += f"; followers are known of {n_counted}, of the others only the people seen"
    latest = latest_day(store) if as_of_day is None else as_of_day
    if latest is not None:
        source += f"; {'data until' if as_of_day is None else 'as of'} {long_day(latest)}"
    return ListAudience(len(ids), n_counted, followers, unique, n_seen, n_ties, source)


def read_list(source: str, workspace: Workspace | None, folder: Path) -> list[str]:
    """Account ids of a list: the name of a saved shortlist, or a small file of this tool or typed by hand.

    Raises
    ------
    SourceError
        The file has no accounts.
    UnknownListError
        No list of that name is saved.
    """
    path = folder / source
    if path.suffix.lower() not in READERS:
        if workspace is None:
            raise UsageError(
                "a saved shortlist lives in a workspace", seen=source, hint="say --workspace FILE"
            )
        from influence.store.lists.saved import load_list

        return [pick.account_id for pick in load_list(workspace, source).picks if pick.status != "declined"]
    ids = _invited(path, workspace)
    if not ids:
        raise SourceError(
            "the list names no accounts to invite",
            where=str(path),
            expected="a column account_id; in lists of advocates, rows to invite",
            hint="where everybody rests, ask again with `influence advocates --rest-days 0`",
        )
    return ids


def list_holds(source: object, workspace: Workspace) -> str:
    """Which day and filters a saved shortlist was picked with; nothing for a file."""
    from influence.store.lists.saved import load_list

    if source is None or Path(str(source)).suffix.lower() in READERS:
        return ""
    return holds_of_list(replace(load_list(workspace, str(source)), rule="")).rstrip(".")


def _invited(path: Path, workspace: Workspace | None) -> list[str]:
    """Whom a file names; of a list of advocates, the rows to invite."""
    told = [row.get("list") or "invite" for _, row in read_table(path).rows]
    named = [
        row["account_id"] for _, row in read_rows(path, {"account_id": ("handle", "account", "profile_url")})
    ]
    names = [name for name, kind in zip(named, told, strict=True) if name and kind == "invite"]
    if workspace is None:
        return names
    known = set(values_of(workspace.store, "select account_id from accounts"))
    return [name if name in known else resolve_account(workspace.store, name) for name in names]
