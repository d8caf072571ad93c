"""The brief of a plan: a TOML file, checked key by key, turned into inputs; and whom the list it names reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import MissingDataError, SourceError, UsageError, check_keys
from influence.planning.inputs import INPUTS, Input, factor_of
from influence.planning.model import LINE_KEYS
from influence.ranking.naming import holds_of_list
from influence.sources.opening import READERS
from influence.sources.small import read_rows, read_table
from influence.store.base import values_of
from influence.store.lists.saved import load_list
from influence.store.people.persons import find_persons
from influence.store.people.resolving import resolve_account
from influence.store.visibility import latest_day, visible
from influence.store.workspace import to_day
from influence.toml_files import read_toml, shipped
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


SECTIONS = {
    section: tuple(entry.name for entry in INPUTS if entry.section == section)
    for section in dict.fromkeys(entry.section for entry in INPUTS)
}
"""Section of the brief -> its keys: ``[budget] concept`` is the input ``budget_concept``."""
OTHER = {
    "source": ("list", "as_of"),
    "pilot": ("by", "share", "failure", "success", "alpha", "power", "days", "communities"),
    "reward": ("advocate", "friend", "condition", "country"),
    "goal_seek": ("inputs", "target", "wanted"),
}
WORDS = ("by", "list", "as_of", "condition", "country", "inputs", "target")
"""Keys of those sections that hold words; all others hold numbers."""
TOP = ("name", "brand", "currency", "about", "seed", "targets", "what_if", *SECTIONS, *OTHER)
RANGE_KEYS = ("value", "low", "high", "source", "of")
NEEDED = ("order_value", "voices", "followers", "unique_audience")


@dataclass(frozen=True)
class Brief:
    """A brief, read and checked.

    Attributes
    ----------
    inputs : mapping of key to Input
        Every input of the plan, in order.
    targets : mapping of line to float
        What a KPI should be.
    what_if : mapping of name to changes
    pilot, reward, goal_seek : mapping
        As written.
    list_audience : ListAudience or None
        What the list brought.
    """

    name: str
    inputs: Mapping[str, Input]
    brand: str = ""
    currency: str = "EUR"
    about: str = ""
    seed: int = 0
    targets: Mapping[str, float] = field(default_factory=dict)
    what_if: Mapping[str, Mapping[str, float | str]] = field(default_factory=dict)
    pilot: Mapping[str, Any] = field(default_factory=dict)
    reward: Mapping[str, Any] = field(default_factory=dict)
    goal_seek: Mapping[str, Any] = field(default_factory=dict)
    list_audience: ListAudience | None = None


def read_brief(
    path: str | Path, workspace: Workspace | None = None, *, accounts: Sequence[str] | None = None
) -> Brief:
    """Read a brief; the list it names is looked up in the workspace. `accounts` is the list where it names none.

    Raises
    ------
    SourceError, UsageError, MissingDataError
        It is missing, no TOML, holds an unknown key, a number out of range, or leaves out what a plan needs.
    """
    file = Path(path)
    if not file.exists():
        hint = f"`influence plan --new {file.name}` writes one to fill in"
        raise SourceError("there is no such brief", where=str(file), hint=hint)
    return parse_brief(
        read_toml(file, "brief"), workspace, folder=file.parent, label=file.name, accounts=accounts
    )


def parse_brief(
    data: Mapping[str, Any],
    workspace: Workspace | None = None,
    *,
    folder: Path | None = None,
    label: str = "brief",
    accounts: Sequence[str] | None = None,
) -> Brief:
    """Check a brief given as nested dicts (what a TOML file holds)."""
    _known(data, TOP, label)
    told = {name: _section(data, name, label) for name in (*SECTIONS, *OTHER, "targets", "what_if")}
    for section, keys in {**SECTIONS, **OTHER, "targets": LINE_KEYS}.items():
        _known(told[section], keys, f"{label}, [{section}]")
    for section in OTHER:
        for key in told[section]:
            if key not in WORDS:
                _number(told[section][key], f"{label}, [{section}] {key}")
    inputs = {entry.key: _input(entry, told[entry.section], label) for entry in INPUTS}
    inputs = _with_reward(inputs, told["reward"])
    found = _list_audience(told["source"], workspace, folder or Path(), inputs, accounts)
    if found is not None:
        inputs = _with_audience(inputs, found)
    _complete(inputs, label)
    return Brief(
        name=str(data.get("name", "Plan")),
        inputs=inputs,
        brand=str(data.get("brand", "")),
        currency=str(data.get("currency", "EUR")),
        about=str(data.get("about", "")),
        seed=int(_number(data.get("seed", 0), f"{label}, seed")),
        targets={key: _number(value, f"{label}, [targets] {key}") for key, value in told["targets"].items()},
        what_if=_what_ifs(told["what_if"], f"{label}, [what_if]"),
        pilot=told["pilot"],
        reward=told["reward"],
        goal_seek=told["goal_seek"],
        list_audience=found,
    )


def _input(entry: Input, section: Mapping[str, Any], label: str) -> Input:
    given = section.get(entry.name)
    if given is None:
        return entry
    where = f"{label}, [{entry.section}] {entry.name}"
    if not isinstance(given, Mapping):
        return entry.with_value(_number(given, where))
    _known(given, RANGE_KEYS, where)
    if given.get("of", entry.of) != entry.of:
        raise SourceError(
            "this rate has another denominator than the plan multiplies it with",
            where=where,
            seen=f"a share of {given['of']}",
            expected=f"a share of {entry.of or 'nothing'}",
            hint="convert it first: rates that share a denominator are not successive stages",
        )
    if "value" not in given:
        raise SourceError(
            "a range needs its expected value", where=where, expected="value, and low and high if uncertain"
        )
    low, high = (None if given.get(end) is None else _number(given[end], where) for end in ("low", "high"))
    return entry.with_value(_number(given["value"], where), low, high, str(given.get("source", "brief")))


def _list_audience(
    source: Mapping[str, Any], workspace: Workspace | None, folder: Path, inputs: Mapping[str, Input],
    accounts: Sequence[str] | None,
) -> ListAudience | None:  # fmt: skip
    if "list" not in source and not accounts:
        return None
    ids = read_list(str(source["list"]), workspace, folder) if "list" in source else list(accounts or ())
    if inputs["unique_audience"].value > 0 and inputs["followers"].value > 0:
        n, followers, unique = len(set(ids)), inputs["followers"].value, inputs["unique_audience"].value
        return ListAudience(n, n, followers, unique, 0, 0, "brief")
    if workspace is None:
        raise UsageError("the audience of a list is looked up in a workspace", hint="say --workspace FILE")
    found = audience_of(workspace.store, ids, as_of_day=to_day(source.get("as_of")))
    return replace(
        found, source="; ".join(filter(None, (found.source, list_holds(source.get("list"), workspace))))
    )


def _with_audience(inputs: Mapping[str, Input], found: ListAudience) -> dict[str, Input]:
    told = {"voices": found.n_accounts, "followers": found.followers, "unique_audience": found.unique}
    return {
        key: entry.with_value(told[key], source=found.source) if key in told and entry.value == 0 else entry
        for key, entry in inputs.items()
    }


def _with_reward(inputs: Mapping[str, Input], reward: Mapping[str, Any]) -> dict[str, Input]:
    """Rewards of both sides are what an order costs, where [budget] does not say otherwise."""
    told, both = inputs["reward_per_order"], reward.get("advocate", 0) + reward.get("friend", 0)
    if told.source.startswith("brief") or not both:
        return dict(inputs)
    return {**inputs, "reward_per_order": told.with_value(float(both), source="brief: [reward], both sides")}


def _complete(inputs: Mapping[str, Input], label: str) -> None:
    missing = [key for key in NEEDED if inputs[key].value <= 0]
    if missing:
        raise SourceError(
            "the brief leaves out what no plan can do without",
            where=label,
            expected=", ".join(f"[{inputs[key].section}] {key}" for key in missing),
            hint='voices, followers and unique_audience come from a list: [source] list = "NAME or FILE"',
        )
    if inputs["unique_audience"].value > inputs["followers"].value:
        raise SourceError(
            "there cannot be more different people than followers",
            where=label,
            seen=f"unique_audience {inputs['unique_audience'].value:,.0f}",
            expected=f"at most {inputs['followers'].value:,.0f}",
        )


def _what_ifs(given: Mapping[str, Any], where: str) -> dict[str, dict[str, float | str]]:
    keys = tuple(entry.key for entry in INPUTS)
    found = {}
    for name, changes in given.items():
        if not isinstance(changes, Mapping):
            raise SourceError("a what-if is a section", where=where, seen=name, expected="[what_if.NAME]")
        _known(changes, keys, f"{where} {name}")
        found[name] = {key: _change(value, f"{where} {name}, {key}") for key, value in changes.items()}
    return found


def _change(value: Any, where: str) -> float | str:
    """A number, or a factor such as ``"x2"``."""
    if not isinstance(value, str):
        return _number(value, where)
    factor_of(value, where)
    return value


def _section(data: Mapping[str, Any], name: str, label: str) -> Mapping[str, Any]:
    section = data.get(name, {})
    if not isinstance(section, Mapping):
        raise SourceError(
            "this must be a section", where=f"{label}, {name}", seen=section, expected=f"[{name}]"
        )
    return section


def _known(data: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    check_keys(data, known, where, "brief", SourceError)


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise SourceError(
            "this must be a number", where=where, seen=value, expected="less than 1e15, no nan or inf"
        )
    return float(value)


def template_inputs(brief: Brief) -> list[str]:
    """Labels of the numbers that a brief has as the template has them."""
    example = shipped("influence.planning", "brief_example.toml")
    mine = {entry: brief.inputs[entry.key] for entry in INPUTS}
    return [
        entry.label for entry, told in mine.items()
        if told.source.startswith("brief") and told.value == example.get(entry.section, {}).get(entry.name)
    ]  # fmt: skip


def with_learned(brief: Brief, learned: Mapping[str, Input]) -> Brief:
    """The brief with rates learned from an earlier campaign in place of defaults; what the brief says stays."""
    taken = {
        key: learned[key] if key in learned and not entry.source.startswith("brief") else entry
        for key, entry in brief.inputs.items()
    }
    return replace(brief, inputs=taken)
