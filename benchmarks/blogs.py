"""Real blogs: does the ranking for a niche in plain words foretell which blogs its community likes later?

``python -m benchmarks.blogs --split test`` ranks as of 2012-07-01 and scores nDCG@10 against the total score of later
posts in the community. The ranking is told plain words, never the community's name; nothing after the cut is visible.
Beside it: random, all-time likes, likes of posts that hold a word of the niche, and two rules that are told the
community: its past counts, and the same with a half-life of 180 days. The topic prior is built anew without the
judged communities, their posts and everything after the cut.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

import click
import numpy as np
import pandas as pd

from benchmarks.common import bootstrap_mean, ndcg_at, shared_data
from influence.errors import NicheError
from influence.question import Question
from influence.ranking.assess import assess
from influence.signals.material import Material
from influence.store.workspace import Workspace, open_workspace, to_day
from influence.text.tokens import Tokenizer

NICHES = Path(__file__).with_name("niches.toml")
ROOT = Path(__file__).parents[1]
MAPPING = ROOT / "data/samples/mappings/community-votes.toml"
MIN_LATER_BLOGS = 3
HALF_LIFE_DAYS = 180.0
TOLD = ("told: counts", "told: counts, half-life 180 days")


def niches(split: str) -> list[dict[str, str]]:
    """The niches of a split (`tune`, `test` or `all`)."""
    rows = tomllib.loads(NICHES.read_text("utf-8"))["niche"]
    return [row for row in rows if split in ("all", row["split"])]


def load(folder: Path, file: str) -> Workspace:
    """Import the public data into a new workspace."""
    from influence.store.importing.transaction import import_files

    workspace = open_workspace(folder / "blogs.duckdb")
    import_files(workspace, [shared_data() / "blogs" / file], mapping=MAPPING)
    return workspace


def hold_out_prior(folder: Path, cut: str) -> None:
    """Let the text run on a topic prior that knows neither the judged communities nor anything after the cut."""
    tool, target, data = ROOT / "tools/build_topic_prior.py", folder / "held_out.npz", shared_data() / "blogs"
    said = ["--posts", data / "sites.parquet", "--without", NICHES, "--without-posts", data / "blogs.csv.gz"]
    command = [sys.executable, tool, *said, "--until", cut, "--out", target]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    os.environ["INFLUENCE_TOPIC_PRIOR"] = str(target)


class Later:
    """What happened after the cut, read apart from the ranking."""

    def __init__(self, workspace: Workspace, material: Material, cut: str) -> None:
        day = to_day(cut)
        columns = "account_id, community, created_day, coalesce(likes, 0) as likes, text"
        sql = f"select {columns} from posts where {{}} order by post_id"
        self.future = workspace.store.query(sql.format("created_day >= ?"), [day]).to_pandas()
        self.past = workspace.store.query(sql.format("created_day < ?"), [day]).to_pandas()
        self.past["age"] = day - self.past["created_day"]
        self.material = material
        tokenizer = Tokenizer()
        self.words = [set(tokenizer.terms(text or "")) for text in self.past["text"]]

    def gains(self, community: str) -> np.ndarray:
        """Total later score of each known account in `community`."""
        return self._sum(self.future[self.future["community"] == community])

    def rules(self, community: str, words: str, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Scores of the rules beside which the ranking is shown."""
        past = self.past
        inside = past[past["community"] == community]
        asked = set(Tokenizer().terms(words))
        said = past[[bool(asked & found) for found in self.words]]
        return {
            "random": rng.random(len(self.material.account_ids)),
            "all-time likes": self._sum(past),
            "likes in the niche by keyword": self._sum(said),
            TOLD[0]: self._sum(inside, np.ones(len(inside))),
            TOLD[1]: self._sum(inside, 0.5 ** (inside["age"].to_numpy() / HALF_LIFE_DAYS)),
        }

    def _sum(self, rows: pd.DataFrame, weight: np.ndarray | None = None) -> np.ndarray:
        at = self.material.positions(rows["account_id"])
        value = rows["likes"].to_numpy(float) if weight is None else weight
        return np.bincount(at[at >= 0], value[at >= 0], minlength=len(self.material.account_ids))


def score_of(workspace: Workspace, material: Material, question: Question) -> np.ndarray:
    """Score of every account (-inf for those not ranked)."""
    score = np.full(len(material.account_ids), -np.inf)
    try:
        found = assess(workspace, question, material)
    except NicheError:
        return score
    place = np.empty(len(found.order))
    place[found.order] = np.arange(len(found.order))
    score[found.evidence.pool] = -place
    return score


def measure(
    workspace: Workspace,
    split: str,
    cut: str,
    weights: Mapping[str, float] | None = None,
    goal: str = "long-tail",
) -> pd.DataFrame:
    """nDCG@10 per niche (rows) and method (columns)."""
    from influence.ranking.goals import weights_for

    material = Material(workspace.store, cut)
    later = Later(workspace, material, cut)
    rng = np.random.default_rng(0)
    rows = []
    for niche in niches(split):
        community = f"r/{niche['community']}"
        gains = later.gains(community)
        if (gains > 0).sum() < MIN_LATER_BLOGS:
            continue
        scores = later.rules(community, niche["words"], rng)
        question = Question(keywords=niche["words"], as_of=cut, weights=weights_for(goal, weights))
        scores["influence"] = score_of(workspace, material, question)
        rows.append(
            {"niche": niche["words"]} | {name: ndcg_at(score, gains) for name, score in scores.items()}
        )
    return pd.DataFrame(rows).set_index("niche")


@click.command()
@click.option("--split", type=click.Choice(["tune", "test", "all"]), default="test", show_default=True)
@click.option("--cut", default="2012-07-01", show_default=True)
@click.option("--file", default="blogs.csv.gz", show_default=True, help="blogs.csv.gz or sites.parquet")
@click.option("--each", is_flag=True, help="Print every niche.")
@click.option("--json", "as_json", is_flag=True)
def main(split: str, cut: str, file: str, each: bool, as_json: bool) -> None:
    """Print nDCG@10 per method with 95 % bootstrap intervals over niches."""
    with tempfile.TemporaryDirectory() as folder, load(Path(folder), file) as workspace:
        hold_out_prior(Path(folder), cut)
        table = measure(workspace, split, cut)
    if each:
        click.echo(table.round(2).to_string())
    rows = [{"method": name, **bootstrap_mean(table[name].to_numpy())} for name in table.columns]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    click.echo(f"nDCG@10, {len(table)} niches of split {split!r}, cut {cut}")
    for row in sorted(rows, key=lambda row: row["mean"]):
        click.echo(f"{row['method']:<36} {row['mean']:.3f}  [{row['low']:.3f}, {row['high']:.3f}]")


if __name__ == "__main__":
    main()
