"""Real blogs at three cuts: the default ranking against the rule that is told the community, niche by niche.

    python -m benchmarks.ranking.blogs_cuts --split test

At each cut blogs are ranked with what was known by then and marked by the score of later posts in the niche's
community (nDCG@10). Three questions: plain words only; words and three example blogs; beside them the rule that is
told the community and counts with a half-life of 180 days. The examples are the three blogs with most posts in the
community before the cut, as somebody who knows the niche would name them; in that comparison nobody is marked for
finding them. Differences are paired by niche, mean over the cuts, with a 95 % bootstrap interval over niches.

``--why`` tells where the rest is lost, by telling more than any user could: our ranking for the same words, told whose
audience it is (the community's alone); and the best count of 19 that were tried on the half for tuning, told the
community: posts halved after 365 days, times the chance that the blog posts again.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import pandas as pd

from benchmarks.blogs import MIN_LATER_BLOGS, TOLD, Later, load, niches, score_of
from benchmarks.common import bootstrap_mean, ndcg_at
from influence.graph.ties import HALF_LIFE_DAYS
from influence.ranking.asking import question_of
from influence.ranking.assess import assess, compute_signals
from influence.ranking.score import weigh
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.shrinkage import decay
from influence.store.workspace import Workspace

CUTS = ("2012-01-01", "2012-07-01", "2012-10-01")
N_EXAMPLES = 3
TOLD_AUDIENCE = "words, told the audience"
TOLD_BEST = "told: best count"


def measure_cut(
    workspace: Workspace, split: str, cut: str, with_examples: bool = True, why: bool = False
) -> pd.DataFrame:
    """nDCG@10 of each niche at one cut; columns are methods, those of the second comparison end in ``*``."""
    material = Material(workspace.store, cut)
    later, rng = Later(workspace, material, cut), np.random.default_rng(0)
    rows = []
    for niche in niches(split):
        community = f"r/{niche['community']}"
        gains = later.gains(community)
        if (gains > 0).sum() < MIN_LATER_BLOGS:
            continue
        scores = later.rules(community, niche["words"], rng)
        words = score_of(workspace, material, question_of(niche["words"], as_of=cut, top=0))
        row = {name: ndcg_at(score, gains) for name, score in scores.items()} | {
            "words": ndcg_at(words, gains)
        }
        if with_examples:
            row |= _with_examples(workspace, material, niche["words"], cut, gains, scores | {"words": words})
        if why:
            row |= {
                name: ndcg_at(score, gains)
                for name, score in _told_more(workspace, material, community, niche["words"], cut).items()
            }
        rows.append({"niche": niche["words"], "cut": cut} | row)
    return pd.DataFrame(rows)


def _told_more(
    workspace: Workspace, material: Material, community: str, words: str, cut: str
) -> dict[str, np.ndarray]:
    """Scores of every account by rankings that are told the community."""
    posts = material.posts
    inside = np.append(material.community_names == community, False)[posts.community]
    found = assess(workspace, question_of(words, as_of=cut, top=0), material)
    told = Evidence(material, found.evidence.niche, found.evidence.pool)
    told.__dict__["relevance"] = found.evidence.relevance
    told.__dict__["audience"] = replace(
        found.evidence.audience, community=(material.community_names == community).astype(float)
    )
    signals = compute_signals(told, found.question)
    count = told.per_account(inside * decay(posts.age_days, 2 * HALF_LIFE_DAYS)) * told.alive
    scores = {
        TOLD_AUDIENCE: weigh(signals, found.question.weights, told.n_candidates).score,
        TOLD_BEST: count,
    }
    return {name: _everyone(material, told.pool, score) for name, score in scores.items()}


def _everyone(material: Material, pool: np.ndarray, score: np.ndarray) -> np.ndarray:
    scores = np.full(len(material.account_ids), -np.inf)
    scores[pool] = score
    return scores


def _with_examples(
    workspace: Workspace,
    material: Material,
    words: str,
    cut: str,
    gains: np.ndarray,
    scores: dict[str, np.ndarray],
) -> dict[str, float]:
    examples = np.lexsort((np.arange(len(gains)), -scores[TOLD[0]]))[:N_EXAMPLES]
    examples = examples[scores[TOLD[0]][examples] > 0]
    left = gains.copy()
    left[examples] = 0.0
    if len(examples) == 0 or not (left > 0).any():
        return {}
    question = question_of(
        words, like=[str(name) for name in material.account_ids[examples]], as_of=cut, top=0
    )

    def without(score: np.ndarray) -> np.ndarray:
        rest = score.copy()
        rest[examples] = -np.inf
        return rest

    kept = {f"{name}*": ndcg_at(without(scores[name]), left) for name in (TOLD[1], "words")}
    return kept | {"words and examples*": ndcg_at(without(score_of(workspace, material, question)), left)}


@click.command()
@click.option("--split", type=click.Choice(["tune", "test", "all"]), default="test", show_default=True)
@click.option("--cut", "cuts", multiple=True, default=CUTS, show_default=True)
@click.option("--examples/--no-examples", default=True, show_default=True)
@click.option("--why", is_flag=True, help="Also rankings that are told more, to see where the rest is lost.")
@click.option("--file", default="blogs.csv.gz", show_default=True)
@click.option("--json", "as_json", is_flag=True)
def main(split: str, cuts: tuple[str, ...], examples: bool, why: bool, file: str, as_json: bool) -> None:
    """Print nDCG@10 by method and cut, and the paired differences to the rule that is told the community."""
    with tempfile.TemporaryDirectory() as folder, load(Path(folder), file) as workspace:
        table = pd.concat(
            [measure_cut(workspace, split, cut, examples, why) for cut in cuts], ignore_index=True
        )
    by_niche = table.drop(columns="cut").groupby("niche").mean()
    pairs = [("words", TOLD[1])]
    if examples:
        pairs += [
            ("words*", f"{TOLD[1]}*"),
            ("words and examples*", f"{TOLD[1]}*"),
            ("words and examples*", "words*"),
        ]
    if why:
        pairs += [(TOLD_AUDIENCE, TOLD[1]), (TOLD_BEST, TOLD[1])]
    gaps = [
        {
            "method": one,
            "against": other,
            **bootstrap_mean((by_niche[one] - by_niche[other]).dropna().to_numpy()),
        }
        for one, other in pairs
    ]
    if as_json:
        means = table.drop(columns="niche").groupby("cut").mean().to_dict("index")
        click.echo(json.dumps({"n_niches": len(by_niche), "mean": means, "differences": gaps}, indent=2))
        return
    click.echo(f"nDCG@10, {len(by_niche)} niches of split {split!r}")
    click.echo(table.drop(columns="niche").groupby("cut").mean().T.round(3).to_string())
    for gap in gaps:
        click.echo(
            f"{gap['method']} - {gap['against']}: {gap['mean']:+.3f} [{gap['low']:+.3f}, {gap['high']:+.3f}]"
        )


if __name__ == "__main__":
    main()
