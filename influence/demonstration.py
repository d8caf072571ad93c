"""The whole job on the sample data: import, rank, explain, shortlist; then real blogs by example."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from influence.errors import OutputError, SourceError
from influence.ranking.explain import explain
from influence.ranking.rank import rank
from influence.ranking.results import Ranking
from influence.reporting.explain.explain_text import render_explanation
from influence.reporting.ranking.files import write
from influence.selection.shortlist import Shortlist, shortlist
from influence.store.importing.transaction import import_files
from influence.store.workspace import open_workspace


def samples_folder(name: str = "") -> Path:
    """Folder of the sample data, or of one of its parts (``world``, ``polblogs``, ``mappings``).

    Raises
    ------
    SourceError
        They were not installed with the package.
    """
    package = Path(str(files("influence")))
    for folder in (package / "samples", package.parent / "data" / "samples"):
        if (folder / name).is_dir():
            return folder / name
    raise SourceError(
        "the sample data are not here",
        where=str(package / "samples" / name),
        hint="install the package again, or make a world with `influence simulate -o world`",
    )


NICHE = "vegan baking"
SIZE = 30
LIKE = (
    "dailykos.com",
    "atrios.blogspot.com",
    "talkingpointsmemo.com",
    "washingtonmonthly.com",
    "prospect.org/weblog",
)
"""Five well-linked blogs of one side of polblogs."""


@dataclass(frozen=True)
class Demonstration:
    """What the demo found and where it left it.

    Attributes
    ----------
    folder, workspace : Path
    picks : Shortlist
        Thirty accounts of the synthetic world for `NICHE`.
    explanation : str
        Why the first of them stands first, as text.
    n_planted : int
        Accounts that the world planted as influencers of the niche.
    planted, planted_by_followers : int
        How many of these are among the thirty; the same for the first thirty by followers.
    blogs : Ranking
        Real political blogs like those of `LIKE`.
    same_side : int
        How many of these were labelled as of the examples' side.
    files : tuple of Path
    """

    folder: Path
    workspace: Path
    picks: Shortlist
    explanation: str
    n_planted: int
    planted: int
    planted_by_followers: int
    blogs: Ranking
    same_side: int
    files: tuple[Path, ...]


def run_demo(folder: str | Path, progress: Callable[[str], None] = lambda words: None) -> Demonstration:
    """Run the whole job on the sample data and leave its files in `folder`; running it again changes nothing.

    Raises
    ------
    OutputError
        The folder cannot be made.
    SourceError
        The sample data were not installed.
    """
    home = Path(folder)
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "the folder cannot be made", where=str(home), seen=error.strerror, hint="choose another with -o"
        ) from error
    workspace = home / "influence.duckdb"
    picks, explanation, by_followers = _synthetic(workspace, progress)
    files = (write(picks, home / "list.xlsx"), write(picks, home / "list.csv"))
    blogs = _real(home / "polblogs.duckdb", progress)
    truth = _planted(samples_folder("world") / "truth" / "niche_truth.csv")
    return Demonstration(
        home,
        workspace,
        picks,
        explanation,
        len(truth),
        sum(pick.account.account_id in truth for pick in picks.picks),
        len(truth & by_followers),
        blogs,
        _same_side(blogs),
        (*files, write(blogs, home / "polblogs.csv")),
    )


def _synthetic(path: Path, progress: Callable[[str], None]) -> tuple[Shortlist, str, set[str]]:
    with open_workspace(path) as workspace:
        progress("Importing the synthetic world")
        import_files(workspace, [samples_folder("world")])
        progress(f"Ranking for {NICHE!r}")
        ranking = rank(workspace, NICHE, top=0)
        picks = shortlist(ranking, size=SIZE)
        why = render_explanation(explain(workspace, picks.picks[0].account.account_id, NICHE))
    by_followers = {row.account_id for row in ranking.rows if (row.baseline_rank or SIZE + 1) <= SIZE}
    return picks, why, by_followers


def _real(path: Path, progress: Callable[[str], None]) -> Ranking:
    with open_workspace(path) as workspace:
        progress("Importing 1,490 political blogs and their links")
        mapping = samples_folder("mappings") / "blog-links.toml"
        import_files(workspace, [samples_folder("polblogs")], mapping=mapping)
        progress("Ranking them by five examples")
        return rank(workspace, like=LIKE, top=SIZE)


def _planted(path: Path) -> set[str]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["niche"] == NICHE]
    return {row["account_id"] for row in rows if row["is_planted_top"] == "true"}


def _same_side(blogs: Ranking) -> int:
    with (samples_folder("polblogs") / "nodes.csv").open(encoding="utf-8", newline="") as file:
        side = {row["label"].strip(): row["value"] for row in csv.DictReader(file)}
    return sum(side.get(row.handle) == side[LIKE[0]] for row in blogs.rows)
