"""Does the ranking find the planted influencers of a simulated world, and keep out those who only look large?

    python benchmarks/planted.py --accounts 20000 --seeds 1,2,3 -o planted.json

For every seed a world is simulated, imported and ranked for every niche, told the niche's plain words only. Beside the
ranking stand followers (of all candidates, and of those who truly write in the niche, which no user knows), total
likes and comments of the same insiders, and a ceiling: what somebody could see in the same tables who knew every word
of the niche's vocabulary. The world is never tuned to the ranking; what is missed is listed by role.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import pandas as pd

import influence
from influence.ranking.results import RankedAccount
from influence.signals.material import Material
from influence.simulation.niches import choose_niches
from influence.simulation.world import WorldReport
from influence.store.workspace import Workspace

TOP = 30
WRITES_IN_IT = 0.3
"""Share of posts from which an account truly writes in a niche."""


@dataclass(frozen=True)
class Truth:
    """What is planted, for the marking only."""

    niches: pd.DataFrame
    role: pd.Series
    shown: pd.DataFrame
    """Followers, likes and comments per account as the tables show them."""

    @classmethod
    def read(cls, report: WorldReport) -> Truth:
        """Read the truth and the visible totals of a world."""
        folder = report.folder
        niches, accounts = (
            pd.read_parquet(folder / "truth" / f"{name}_truth.parquet") for name in ("niche", "account")
        )
        posts = pd.read_parquet(folder / "posts.parquet", columns=["account_id", "likes", "comments"])
        totals = posts.groupby("account_id").sum()
        followers = pd.read_parquet(folder / "accounts.parquet", columns=["account_id", "followers"])
        return cls(
            niches, accounts.set_index("account_id")["role"], followers.set_index("account_id").join(totals)
        )

    def planted(self, niche: str) -> set[str]:
        """Ids of the niche's planted influencers."""
        return set(self.niches.query("niche == @niche and is_planted_top")["account_id"])

    def insiders(self, niche: str) -> pd.DataFrame:
        """Visible totals of the accounts that truly write in the niche."""
        ids = self.niches.query("niche == @niche and share_of_posts >= @WRITES_IN_IT")["account_id"]
        return self.shown.loc[ids]


@click.command()
@click.option("--accounts", default=20_000, show_default=True)
@click.option("--seeds", default="1,2,3", show_default=True)
@click.option("--niches", default=None, help="Names, separated by commas; all if not told.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write JSON here.")
def main(accounts: int, seeds: str, niches: str | None, output: str | None) -> None:
    """Precision of the top 30 against the planted truth."""
    wanted = niches.split(",") if niches else None
    results = [result for seed in seeds.split(",") for result in run_world(accounts, int(seed), wanted)]
    click.echo(as_text(results))
    if output:
        Path(output).write_text(
            json.dumps({"accounts": accounts, "results": results}, indent=1) + "\n", encoding="utf-8"
        )


def run_world(n_accounts: int, seed: int, wanted: Sequence[str] | None) -> list[dict[str, object]]:
    """Simulate, import, rank and mark one world."""
    with tempfile.TemporaryDirectory() as folder:
        report = influence.simulate_world(
            Path(folder) / "world", n_accounts=n_accounts, seed=seed, niches=wanted, file_format="parquet"
        )
        with influence.open_workspace(Path(folder) / "influence.duckdb") as workspace:
            influence.import_files(workspace, [report.folder])
            return rank_world(workspace, report, wanted or report.niches)


def rank_world(workspace: Workspace, report: WorldReport, niches: Sequence[str]) -> list[dict[str, object]]:
    """Rank and mark every niche of a world that has been imported."""
    truth, material = Truth.read(report), Material(workspace.store, None)
    marks = []
    for niche in niches:
        best = precision(ceiling(report.folder, niche), truth.planted(niche))
        marks.append(mark(workspace, material, truth, niche, report.seed) | {"ceiling": best})
    return marks


def mark(workspace: Workspace, material: Material, truth: Truth, niche: str, seed: int) -> dict[str, object]:
    """Rank one niche and compare with the truth."""
    began = time.process_time()
    rows = influence.rank(workspace, niche, top=0, material=material).rows
    seconds = time.process_time() - began
    planted, insiders = truth.planted(niche), truth.insiders(niche)
    by_followers = sorted((row for row in rows if row.baseline_rank), key=lambda row: row.baseline_rank or 0)
    roles = Counter(truth.role[row.account_id] for row in rows[:TOP])
    strangers = [row for row in rows[:TOP] if row.account_id not in planted]
    famous = next((row for row in rows if truth.role[row.account_id] == "celebrity"), None)
    return {
        "seed": seed,
        "niche": niche,
        "n_candidates": len(rows),
        "n_planted": len(planted),
        "precision_at_30": precision([row.account_id for row in rows], planted),
        "followers": precision([row.account_id for row in by_followers], planted),
        "followers_of_insiders": precision(list(insiders.nlargest(TOP, "followers").index), planted),
        "likes_of_insiders": precision(list(insiders.nlargest(TOP, "likes").index), planted),
        "comments_of_insiders": precision(list(insiders.nlargest(TOP, "comments").index), planted),
        "bought": roles["bought"],
        "celebrity": roles["celebrity"],
        "first_celebrity": famous and _short(famous, truth),
        "median_place_of_planted": float(np.median([row.rank for row in rows if row.account_id in planted])),
        "roles": dict(roles.most_common()),
        "wrong": [_short(row, truth) for row in strangers],
        "planted_points": _mean_points([row for row in rows if row.account_id in planted]),
        "wrong_points": _mean_points(strangers),
        "cpu_seconds": round(seconds, 2),
    }


def precision(ids: Sequence[str], planted: set[str]) -> float:
    """Share of the first thirty that are planted."""
    return len(planted & set(ids[:TOP])) / TOP


def _short(row: RankedAccount, truth: Truth) -> dict[str, object]:
    points = {name: round(value, 1) for name, value in row.contributions.items()}
    return {
        "rank": row.rank,
        "account_id": row.account_id,
        "role": str(truth.role[row.account_id]),
        "points": points,
    }


def _mean_points(rows: Sequence[RankedAccount]) -> dict[str, float]:
    return pd.DataFrame([row.contributions for row in rows]).mean().round(2).to_dict() if rows else {}


def ceiling(folder: Path, niche: str) -> list[str]:
    """Order of the accounts by what niche people pass on of their posts, telling niche posts by the vocabulary.

    Niche people are those of whose follows a good part goes to authors of the niche. Score: the square root (against
    one lucky post) of how many of them shared a post, half of it for comments, per unpaid niche post, shrunk; authors
    silent for 120 days are out.
    """
    posts, reactions, follows = (
        pd.read_parquet(folder / f"{name}.parquet") for name in ("posts", "interactions", "follows")
    )
    words = choose_niches([niche])[0]
    tags = [f"#{tag}" for tag in words.tags]
    known = "|".join(
        re.escape(word) for word in [words.name, *words.things, *words.doing, *words.trouble, *tags]
    )
    about = posts[posts["text"].str.lower().str.contains(known)]
    n_about, n_posts = about.groupby("account_id").size(), posts.groupby("account_id").size()
    share = n_about / n_posts[n_about.index]
    authors = set(share.index[(share > 0.25) & (n_about >= 3)])
    n_author_follows = follows[follows["followee_id"].isin(authors)].groupby("follower_id").size()
    n_follows = follows.groupby("follower_id").size()[n_author_follows.index]
    members = set(n_author_follows.index[(n_author_follows >= 3) & (n_author_follows / n_follows > 0.15)])
    heard = reactions[reactions["actor_id"].isin(members) & reactions["post_id"].isin(about["post_id"])]
    per_post = np.sqrt(heard.groupby(["kind", "target_id", "post_id"])["actor_id"].nunique())
    passed_on = per_post.groupby(["kind", "target_id"]).sum()
    unpaid = about[~about["is_sponsored"]].groupby("account_id").size()
    last = posts.groupby("account_id")["created_at"].max()
    active = authors & set(last.index[last > posts["created_at"].max() - pd.Timedelta(days=120)])
    table = pd.DataFrame(index=sorted(active))
    for kind, weight in (("share", 1.0), ("comment", 0.5)):
        table[kind] = weight * passed_on.loc[kind].reindex(table.index).fillna(0.0)
    score = (table.sum(axis=1) + 0.2) / (unpaid.reindex(table.index).fillna(0) + 2)
    return list(score.sort_values(ascending=False, kind="stable").index)


COLUMNS = (
    "precision_at_30",
    "followers",
    "followers_of_insiders",
    "likes_of_insiders",
    "comments_of_insiders",
    "ceiling",
)


def as_text(results: Sequence[dict[str, object]]) -> str:
    """A table a person can read, and the verdict."""
    frame = pd.DataFrame(results)
    shown = frame[
        [
            "seed",
            "niche",
            "n_planted",
            *COLUMNS,
            "bought",
            "celebrity",
            "median_place_of_planted",
            "cpu_seconds",
        ]
    ]
    lines = [shown.to_string(index=False, float_format="%.2f"), ""]
    lines += [f"{name:<24} mean {frame[name].mean():.3f}  least {frame[name].min():.2f}" for name in COLUMNS]
    roles: Counter[str] = Counter()
    for row in results:
        roles.update(row["roles"])
    lines.append(
        f"roles in the top {TOP}: " + ", ".join(f"{role} {count}" for role, count in roles.most_common())
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
