"""Make a synthetic campaign world of any size, with its truth planted and kept apart."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from influence.errors import OutputError, UsageError
from influence.simulation import world_tables as tables
from influence.simulation.account_profiles import draw_profiles, draw_snapshots
from influence.simulation.attention import draw_follows
from influence.simulation.commerce import acting_power, draw_contacts, draw_customers, draw_outcomes
from influence.simulation.names import account_ids, name_accounts
from influence.simulation.niches import SyntheticNiche, choose_niches
from influence.simulation.people import cast_people
from influence.simulation.posting import draw_posts
from influence.simulation.reactions import draw_reactions
from influence.simulation.texts import write_bios, write_comments, write_posts
from influence.simulation.truth import is_active, niche_truth, sponsored_share
from influence.simulation.world_tables import World
from influence.writing.atomic import atomic_path

UNTIL = date(2025, 6, 30)
"""Last day of the world, unless told otherwise; a constant, so that the same seed gives the same bytes."""
LEAST_ACCOUNTS = 500


@dataclass(frozen=True)
class WorldReport:
    """What was made.

    Attributes
    ----------
    folder : Path
        Files named after the tables, ready for ``influence import``, and ``truth/``, which is not imported.
    rows : mapping of file (relative to `folder`) to number of rows
    niches : tuple of str
        Names of the niches, as a person would type them.
    planted : mapping of niche to number of planted influencers
    roles : mapping of role to number of accounts
    seed, n_accounts, days : int
    until : date
        Last day of the world: pass it as ``as_of``.
    """

    folder: Path
    rows: Mapping[str, int]
    niches: tuple[str, ...]
    planted: Mapping[str, int]
    roles: Mapping[str, int]
    seed: int
    n_accounts: int
    days: int
    until: date


def simulate_world(
    folder: str | Path,
    *,
    n_accounts: int = 2_000,
    seed: int = 0,
    niches: Sequence[str] | int | None = None,
    days: int = 365,
    until: date = UNTIL,
    file_format: Literal["csv", "parquet"] = "csv",
    progress: Callable[[str], None] = lambda _: None,
) -> WorldReport:
    """Write a synthetic world: who really reaches a niche, who bought followers, who is paid, who loves the brand.

    Parameters
    ----------
    folder : path
        Made if missing; files of an earlier world in it are replaced.
    n_accounts : int
        Accounts, people and bots included; at least 500.
    seed : int
        The same seed and settings give the same bytes.
    niches : sequence of str, int or None
        Names or keys of niches, how many of them, or all.
    days : int
        Length of the world in days.
    until : date
        Its last day.
    file_format : {"csv", "parquet"}
        Large CSV files are gzipped.
    progress : callable, optional
        Called with a few words before every step.

    Returns
    -------
    WorldReport

    Notes
    -----
    Nothing in it is real: handles are made up, addresses end in ``.example``, and every row says ``synthetic``.
    It is a test of method, not evidence that a method works on any real platform.

    Examples
    --------
    >>> import tempfile
    >>> report = simulate_world(tempfile.mkdtemp(), n_accounts=500, seed=1, niches=["vegan baking"])
    >>> report.planted["vegan baking"]
    12
    """
    chosen = choose_niches(niches)
    if n_accounts < LEAST_ACCOUNTS:
        raise UsageError(
            "too few accounts for a world", seen=n_accounts, expected=f"at least {LEAST_ACCOUNTS}"
        )
    if days < 60:
        raise UsageError("too few days for a world", seen=days, expected="at least 60")
    if seed < 0:
        raise UsageError("a seed cannot be negative", seen=seed, expected="0 or more")
    world = _draw_world(chosen, n_accounts=n_accounts, seed=seed, days=days, until=until, progress=progress)
    progress("writing files")
    rows = write_world(world, Path(folder), file_format, about=_about(n_accounts, seed, days, until))
    tops = world.truth["niche_truth"].to_pandas().groupby("niche")["is_planted_top"].sum()
    roles = world.truth["account_truth"].column("role").to_pandas().value_counts().sort_index()
    return WorldReport(
        folder=Path(folder),
        rows=rows,
        niches=tuple(niche.name for niche in chosen),
        planted={niche.name: int(tops[niche.name]) for niche in chosen},
        roles={str(name): int(count) for name, count in roles.items()},
        seed=seed,
        n_accounts=n_accounts,
        days=days,
        until=until,
    )


def _about(n_accounts: int, seed: int, days: int, until: date) -> str:
    return (
        "SYNTHETIC DATA. Nobody in these files exists.\n\n"
        f"Made by `influence simulate --accounts {n_accounts} --seed {seed} --days {days}`; last day {until}.\n"
        "The files are named after the tables of the data contract: `influence import FOLDER` reads them as they are.\n"
        "`truth/` says what is really so (who is influential, who bought followers, who is paid, who loves the brand)\n"
        "and is not imported: it is there to judge a ranking by, not to feed it.\n"
        "Good results here show that a method works on worlds made like this one, and nothing about a real platform.\n"
    )


GZIP_FROM_ROWS = 3_000
TRUTH_FOLDER = "truth"
README = "README.txt"


def write_world(
    world: World, folder: Path, file_format: Literal["csv", "parquet"], about: str
) -> dict[str, int]:
    """Write every table, the truth apart, and a README; return rows per file (relative to `folder`)."""
    try:
        (folder / TRUTH_FOLDER).mkdir(parents=True, exist_ok=True)
        rows = _write_tables(world.tables, folder, file_format)
        truth = _write_tables(world.truth, folder / TRUTH_FOLDER, file_format)
        (folder / README).write_text(about, encoding="utf-8")
    except OSError as error:
        raise OutputError("the world cannot be written", where=str(folder), seen=error.strerror) from error
    return rows | {f"{TRUTH_FOLDER}/{name}": count for name, count in truth.items()}


def _write_tables(made: Mapping[str, pa.Table], folder: Path, file_format: str) -> dict[str, int]:
    rows = {}
    for name, table in made.items():
        for old in (f"{name}.csv", f"{name}.csv.gz", f"{name}.parquet"):
            (folder / old).unlink(missing_ok=True)
        ending = ".csv.gz" if len(table) >= GZIP_FROM_ROWS else ".csv"
        ending = ".parquet" if file_format == "parquet" else ending
        _write(table, folder / f"{name}{ending}", ending)
        rows[f"{name}{ending}"] = len(table)
    return rows


def _write(table: pa.Table, path: Path, ending: str) -> None:
    with atomic_path(path) as part:
        if ending == ".parquet":
            pyarrow.parquet.write_table(table, part, compression="zstd")
        elif ending == ".csv":
            pyarrow.csv.write_csv(table, part)
        else:
            with open(part, "wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as stream:
                pyarrow.csv.write_csv(table, stream)


def _draw_world(
    niches: Sequence[SyntheticNiche],
    *,
    n_accounts: int,
    seed: int,
    days: int,
    until: date,
    progress: Callable[[str], None] = lambda _: None,
) -> World:
    """Draw a world in memory: people, who follows whom, what they post, who reacts, and what follows for business.

    Each step has a random stream of its own, so that a change to one leaves the others.
    """
    steps = np.random.SeedSequence(seed).spawn(12)
    rngs = [np.random.default_rng(step) for step in steps]
    progress("casting people")
    cast, n = cast_people(n_accounts, niches, rngs[0]), len(niches)
    handles, names = name_accounts(cast, niches, rngs[1])
    first_day, source = (until - tables.EPOCH).days - days + 1, f"synthetic (influence simulate, seed {seed})"
    labels = tables.WorldNames(pa.array(account_ids(cast, handles)), handles, names, first_day, source)
    progress("drawing follows and posts")
    follows, posts = draw_follows(cast, n, days, rngs[2]), draw_posts(cast, n, days, rngs[3])
    profiles = draw_profiles(cast, follows, posts, rngs[4])
    progress("drawing reactions")
    reactions = draw_reactions(cast, follows, posts, n, days, rngs[5])
    texts = write_posts(cast, posts, niches, handles, rngs[6])
    comments = write_comments(posts, reactions, niches, rngs[6])
    bios = write_bios(cast, niches, rngs[8])
    truth = niche_truth(cast, follows, posts, n, days)
    power = acting_power(cast, truth)
    paid, active = sponsored_share(cast, posts), is_active(cast, posts, days)
    seen = draw_snapshots(cast, follows, posts, profiles, days, rngs[9])
    customers, contacts = draw_customers(cast, truth, days, rngs[10]), draw_contacts(cast, rngs[11])
    outcomes = draw_outcomes(cast, profiles, truth, days, rngs[11])
    made = {
        "posts": tables.posts_table(labels, cast, posts, reactions, texts, rngs[7]),
        "interactions": tables.interactions_table(labels, posts, reactions, comments),
        "accounts": tables.accounts_table(labels, cast, profiles, bios, rngs[8]),
        "follows": tables.follows_table(labels, follows),
        "snapshots": tables.snapshots_table(labels, seen),
        "customers": tables.customers_table(labels, customers),
        "contacts": tables.contacts_table(labels, contacts),
        "outcomes": tables.outcomes_table(labels, outcomes),
    }
    planted = {
        "niche_truth": tables.niche_truth_table(labels, cast, truth, niches),
        "account_truth": tables.account_truth_table(labels, cast, profiles, power, paid, active),
        "customer_truth": tables.customer_truth_table(labels, customers),
    }
    return World(made, planted)
