"""Who starts spread later? The ranking from follows and earlier cascades, against other cascades held back.

    python -m benchmarks.ranking.cascades

Data: who follows whom, and timed adoptions of topics (Inf-VAE 2020, from Stack Exchange). The workspace holds the
follows, and a share for every adoption in the training cascades: the adopter shares the earlier adopters that it is
linked to, either way, one share divided among them. Nothing says what the topics are about, so accounts are ranked
without a niche. Later spread is the same credit in the cascades held back (validation and test). Everyone with a link
is marked, Spearman. Four in five have no later credit at all: a rule that orders those without a sign of being heard
loses against one that leaves them level, however good its head is; so the head is marked, too (nDCG@100).
"""

from __future__ import annotations

import json
from pathlib import Path

import click
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.stats import spearmanr

from benchmarks.common import ndcg_at, shared_data
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.simpler_rules import pageranks
from influence.store.importing.transaction import import_tables
from influence.store.workspace import memory_workspace

TOPICS = ("android", "christianity")


class Cascades:
    """Links and adoptions of one topic; accounts are numbers from 0."""

    def __init__(self, folder: Path) -> None:
        words = (folder / "graph.txt").read_text("utf-8").split()
        self.n = int(words[0])
        self.ties = np.array(words[2:], dtype=int).reshape(-1, 2)
        ones = np.ones(len(self.ties), dtype=np.float32)
        links = sparse.csr_matrix((ones, self.ties.T), shape=(self.n, self.n))
        self.links = ((links + links.T) > 0).astype(np.float32).tocsr()
        self.linked = np.asarray(self.links.sum(axis=1)).ravel()
        self.earlier = self._credits(folder / "train.txt")
        self.later = self._credits(folder / "val.txt", folder / "test.txt")

    def _credits(self, *files: Path) -> pd.DataFrame:
        """One row per cascade, adopter and earlier adopter linked to it, with its part of the credit."""
        rows = []
        for file in files:
            for number, line in enumerate(file.read_text("utf-8").splitlines()):
                seed, *rest = line.split()
                names = np.array(list(dict.fromkeys([int(seed), *map(int, rest[::2])])))
                linked = self.links[names][:, names].tocoo()
                passed = linked.row < linked.col
                source, adopter = linked.row[passed], linked.col[passed]
                part = 1.0 / np.bincount(adopter, minlength=len(names))[adopter]
                cascade = f"{file.stem}{number}"
                rows.append(
                    pd.DataFrame(
                        {"cascade": cascade, "source": names[source], "adopter": names[adopter], "part": part}
                    )
                )
        return pd.concat(rows, ignore_index=True)

    def credit(self, credits: pd.DataFrame) -> np.ndarray:
        """Credit of each account, shape (n,)."""
        return np.bincount(credits["source"], credits["part"], minlength=self.n)

    def tables(self) -> dict[str, pd.DataFrame]:
        """`follows` and `interactions` as a user would have them."""
        follows = pd.DataFrame({"follower_id": _ids(self.ties[:, 0]), "followee_id": _ids(self.ties[:, 1])})
        shares = pd.DataFrame(
            {
                "actor_id": _ids(self.earlier["adopter"]), "target_id": _ids(self.earlier["source"]),
                "post_id": self.earlier["cascade"], "kind": "share", "weight": self.earlier["part"],
            }
        )  # fmt: skip
        return {"follows": follows, "interactions": shares}


def _ids(numbers: object) -> list[str]:
    return [f"web:u{number:05d}" for number in np.asarray(numbers)]


def mark(score: np.ndarray, later: np.ndarray) -> dict[str, float]:
    """Spearman's correlation over everyone, and nDCG of the first hundred."""
    return {"spearman": float(spearmanr(score, later).statistic), "ndcg_at_100": ndcg_at(score, later, 100)}


def scores_of(topic: Cascades, found: Assessment) -> dict[str, np.ndarray]:
    """Scores of every account, shape (n,), by method: the ranking, its signals, and rules beside it."""
    at = np.array([int(name[-5:]) for name in found.evidence.candidates["account_id"]])

    def everyone(score: np.ndarray) -> np.ndarray:
        known = np.nan_to_num(score, nan=float(np.nanmin(score)))
        scores = np.full(topic.n, known.min())  # who is no candidate is level with the last
        scores[at] = known
        return scores

    plain, _ = pageranks(found.evidence)
    earlier = topic.credit(topic.earlier)
    shared = np.bincount(topic.earlier["adopter"], topic.earlier["part"], minlength=topic.n)
    signals = {f"signal: {name}": everyone(found.signals[name][1].value) for name in found.scores.weights}
    return {
        "influence": everyone(found.scores.score),
        **signals,
        "links": topic.linked,
        "earlier credit": earlier,
        "earlier credit, times links": np.log1p(earlier) * np.log1p(topic.linked),
        "earlier credit, then own shares": earlier + 1e-6 * shared,
        "earlier credit, then neighbours' credit": earlier + 1e-6 * (topic.links @ earlier),
        **({"pagerank": everyone(plain)} if plain is not None else {}),
    }


def measure(topic: Cascades) -> dict[str, dict[str, float]]:
    """Marks by method of one topic."""
    with memory_workspace() as workspace:
        import_tables(workspace, topic.tables())
        scores = scores_of(topic, assess(workspace, question_of("", top=0)))
    marked, later = topic.linked > 0, topic.credit(topic.later)
    return {name: mark(score[marked], later[marked]) for name, score in scores.items()}


@click.command()
@click.option("--json", "as_json", is_flag=True)
def main(as_json: bool) -> None:
    """Print Spearman's correlation with later spread, by topic and method."""
    found = {topic: measure(Cascades(shared_data() / "cascades" / topic)) for topic in TOPICS}
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for topic, marks in found.items():
        click.echo(f"{topic}\n{pd.DataFrame(marks).T.round(3).to_string()}\n")


if __name__ == "__main__":
    main()
