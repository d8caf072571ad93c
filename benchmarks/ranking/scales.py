"""Which scale for which signal? Each signal's scale changed alone, on every kind of data the benchmarks have.

    python -m benchmarks.ranking.scales --split test

Candidates are assessed once a question; the signals are then weighed with another scale for one of them, everything
else as it is. Figures: planted, share of the first 30; blogs, nDCG@10 of later votes (one cut); counts and heavy,
Spearman with later mean reactions, and nDCG@30 of them (head); followers (and with posts), Spearman with who is
followed later; cascades, Spearman with later spread; groups, share of members among the first 20 from five examples;
vendor, AUC of true merit on random pairs where only vendors' counts are known. ``declared`` is the ranking as it is.
Split tune: the seeds and niches that scales may be chosen on.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
import pandas as pd
from scipy.stats import spearmanr

import influence
from benchmarks import blogs, planted
from benchmarks.common import ndcg_at, shared_data
from benchmarks.ranking import cascades, counts, groups, later_followers
from benchmarks.ranking.pairs import JudgedWorld
from influence.errors import NicheError
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.score import weigh
from influence.signals.material import Material
from influence.store.importing.transaction import import_tables
from influence.store.workspace import memory_workspace

SCALES = ("share", "saturating", "logarithm", "median", "percentile")
SHARES = ("niche_fit", "audience_quality", "independence")
"""Signals whose values are 0-1: for others `share` would cut off at one reaction or reader."""
SEEDS = {"tune": (1, 2), "test": (101, 102)}
CUT = "2012-07-01"
Mark = Callable[[np.ndarray], float]


@dataclass(frozen=True)
class Case:
    """A question whose candidates are assessed, and what an order of them is worth."""

    kind: str
    found: Assessment
    mark: Mark

    def marks(self) -> Iterator[dict[str, object]]:
        """One row a signal and scale that can be tried, and one of the ranking as it is."""
        yield self._row("declared", "", self.found.scores.score)
        for name in self.found.scores.weights:
            for scale in SCALES if name in SHARES else SCALES[1:]:
                signal, values = self.found.signals[name]
                changed = {**self.found.signals, name: (replace(signal, scale=scale), values)}
                scores = weigh(changed, self.found.question.weights, len(self.found.order))
                yield self._row(name, scale, scores.score)

    def _row(self, signal: str, scale: str, score: np.ndarray) -> dict[str, object]:
        return {"kind": self.kind, "signal": signal, "scale": scale, "mark": self.mark(score)}


def spearman_with(later: np.ndarray) -> Mark:
    """Correlation of ranks with what came later."""
    return lambda score: float(spearmanr(score, later).statistic)


def count_cases(split: str) -> Iterator[Case]:
    """Posts with likes and comments alone."""
    for kind, make in (("counts", counts.world), ("heavy", counts.heavy_world)):
        for seed in SEEDS[split]:
            accounts, posts, later = make(seed)
            with memory_workspace() as workspace:
                import_tables(workspace, {"accounts": accounts, "posts": posts})
                found = assess(workspace, question_of("", top=0))
            yield Case(kind, found, spearman_with(later))
            yield Case(f"{kind}, head", found, lambda score, gain=later: ndcg_at(score, gain, 30))


def follower_cases(split: str) -> Iterator[Case]:
    """Dated follows, with and without posts."""
    cut = (later_followers.START + pd.Timedelta(days=later_followers.CUT)).date().isoformat()
    for seed in SEEDS[split]:
        follows, posts = later_followers.world(seed)
        for with_posts in (False, True):
            with memory_workspace() as workspace:
                import_tables(workspace, later_followers.tables_of(follows, posts, with_posts))
                found = assess(workspace, question_of("", as_of=cut, top=0))
                at = np.array([int(name[-5:]) for name in found.evidence.candidates["account_id"]])
                later = follows.loc[follows["day"] >= later_followers.CUT, "followee"]
                gain = np.bincount(later, minlength=at.max() + 1)[at].astype(float)
                yield Case("followers, posts" if with_posts else "followers", found, spearman_with(gain))


def cascade_cases(split: str) -> Iterator[Case]:
    """Shares by name along follows; one topic to choose on, one to report."""
    topic = cascades.Cascades(shared_data() / "cascades" / cascades.TOPICS[split == "test"])
    with memory_workspace() as workspace:
        import_tables(workspace, topic.tables())
        found = assess(workspace, question_of("", top=0))
        at = np.array([int(name[-5:]) for name in found.evidence.candidates["account_id"]])
        yield Case("cascades", found, spearman_with(topic.credit(topic.later)[at]))


def group_cases(split: str) -> Iterator[Case]:
    """Friendships and five examples."""
    for seed in SEEDS[split]:
        for name in ("planted groups", "LFR, 40 % leave", "hobbies, tight"):
            graph, members_of = groups.WORLDS[name](seed)
            with memory_workspace() as workspace:
                friends = groups.Friends(graph, workspace)
                for members, examples in groups.draws(friends, members_of, seed, 1, 5):
                    question = question_of("", like=[f"web:u{k:05d}" for k in examples], top=0)
                    found = assess(workspace, question, friends.material)
                    ids = found.evidence.candidates["account_id"]
                    yield Case(
                        "groups", found, _among_first(np.isin([int(n[-5:]) for n in ids], members), 20)
                    )


def _among_first(wanted: np.ndarray, n: int) -> Mark:
    return lambda score: float(wanted[np.argsort(-score, kind="stable")[:n]].mean())


def planted_cases(split: str) -> Iterator[Case]:
    """Everything known, and what a simulated world plants."""
    with tempfile.TemporaryDirectory() as folder:
        report = influence.simulate_world(
            Path(folder) / "world", n_accounts=10_000, seed=SEEDS[split][0], file_format="parquet"
        )
        with influence.open_workspace(Path(folder) / "influence.duckdb") as workspace:
            influence.import_files(workspace, [report.folder])
            truth, material = planted.Truth.read(report), Material(workspace.store, None)
            for niche in report.niches:
                found = assess(workspace, question_of(niche, top=0), material)
                wanted = found.evidence.candidates["account_id"].isin(truth.planted(niche)).to_numpy()
                yield Case("planted", found, _among_first(wanted, planted.TOP))


def blog_cases(split: str) -> Iterator[Case]:
    """Real blogs, later votes in the niche's community."""
    with tempfile.TemporaryDirectory() as folder, blogs.load(Path(folder), "blogs.csv.gz") as workspace:
        blogs.hold_out_prior(Path(folder), CUT)
        material = Material(workspace.store, CUT)
        later = blogs.Later(workspace, material, CUT)
        for niche in blogs.niches(split):
            gains = later.gains(f"r/{niche['community']}")
            if (gains > 0).sum() < blogs.MIN_LATER_BLOGS:
                continue
            try:
                found = assess(workspace, question_of(niche["words"], as_of=CUT, top=0), material)
            except NicheError:
                continue
            yield Case("blogs", found, lambda score, g=gains[found.evidence.pool]: ndcg_at(score, g))


def vendor_cases(split: str) -> Iterator[Case]:
    """Vendors' counts of accounts; merit is known."""
    for seed in SEEDS[split]:
        world = JudgedWorld(600, np.random.default_rng(seed))
        with memory_workspace() as workspace:
            import_tables(workspace, world.tables())
            found = assess(workspace, question_of("", top=0))
            ids = pd.Index(found.evidence.candidates["account_id"])
            merit = world.merit[pd.Index(world.ids).get_indexer(ids)]
            yield Case("vendor", found, lambda score, m=merit: _pair_auc(score, m))


def _pair_auc(score: np.ndarray, merit: np.ndarray, n_pairs: int = 20_000) -> float:
    """Share of random pairs that the score puts in the order of merit."""
    a, b = np.random.default_rng(0).integers(0, len(score), (2, n_pairs))
    told = np.sign(score[a] - score[b]) * np.sign(merit[a] - merit[b])
    return float((told[merit[a] != merit[b]] / 2 + 0.5).mean())


MAKERS = {
    "planted": planted_cases,
    "blogs": blog_cases,
    "counts": count_cases,
    "followers": follower_cases,
    "cascades": cascade_cases,
    "groups": group_cases,
    "vendor": vendor_cases,
}


def measured(split: str, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """Mean mark by signal and scale (rows) and kind of data (columns)."""
    makers = [make for name, make in MAKERS.items() if not only or name in only]
    table = pd.DataFrame([row for make in makers for case in make(split) for row in case.marks()])
    return table.pivot_table(index=["signal", "scale"], columns="kind", values="mark", sort=False)


@click.command()
@click.option("--split", type=click.Choice(["tune", "test"]), default="test", show_default=True)
@click.option("--only", multiple=True, type=click.Choice(list(MAKERS)))
@click.option("--json", "as_json", is_flag=True)
def main(split: str, only: tuple[str, ...], as_json: bool) -> None:
    """Print the mean of each figure, by signal, scale and kind of data."""
    table = measured(split, only)
    click.echo(json.dumps(table.reset_index().to_dict("records")) if as_json else table.round(3).to_string())


if __name__ == "__main__":
    main()
