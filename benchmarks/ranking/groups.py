"""Hobby groups among friends: from a few members, are the others found? Friendships only, no text.

    python -m benchmarks.ranking.groups

Graphs with known groups: Zachary's karate club, political blogs with links taken both ways, eight planted groups,
communities of Lancichinetti, Fortunato and Radicchi (LFR), and bloggers with one to three overlapping interests each
and heavy-tailed numbers of friends. Five members (three in the club) are shown, all others with a tie are ranked:
AUC of membership, and the share of members among the first twenty. Beside `influence rank --like` and its niche_fit
stand common neighbours, Adamic-Adar, personalised PageRank (networkx), the same over the number of friends, and the
number of friends alone. Graphs of seeds 0, 1, 11 and 12 chose how shared ties enter; these here are others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click
import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from benchmarks.graph.polblogs import auc
from benchmarks.graph.polblogs import load as load_polblogs
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.signals.material import Material
from influence.store.importing.transaction import import_tables
from influence.store.workspace import Workspace, memory_workspace

SEEDS = (101, 102, 103)
MOST_GROUPS = 6
LEAST_MEMBERS = 12
N_FIRST = 20
Groups = list[np.ndarray]


def hobby_world(
    seed: int, n: int = 2_000, n_groups: int = 20, assortativity: float = 6.0
) -> tuple[nx.Graph, Groups]:
    """Bloggers with one to three interests of very different size; who shares one is friends more often.

    Chance of a tie: ``t_i t_j (1 + assortativity x shared interests / their mean share)``, ``t`` Pareto-distributed.
    """
    rng = np.random.default_rng(seed)
    popular = 1.0 / np.arange(1, n_groups + 1) ** 0.7
    interest = np.zeros((n, n_groups))
    for row in interest:
        k = 1 + min(2, rng.poisson(0.4))
        row[rng.choice(n_groups, k, replace=False, p=popular / popular.sum())] = 1.0
    outgoing = rng.pareto(1.3, n) + 1.0
    chance = np.outer(outgoing, outgoing) * (
        1.0 + assortativity * interest @ interest.T / interest.mean() / n_groups
    )
    np.fill_diagonal(chance, 0.0)
    chance = 1.0 - np.exp(-chance * 30.0 * n / chance.sum())
    graph = nx.from_numpy_array(np.triu(rng.random((n, n)) < chance, 1))
    return graph, [np.flatnonzero(interest[:, k]) for k in range(n_groups)]


def lfr_world(seed: int, mixing: float) -> tuple[nx.Graph, Groups]:
    """A graph of networkx with power laws of friends and of group sizes; `mixing` is the share of ties that leave."""
    graph = nx.LFR_benchmark_graph(
        1_000, 3, 1.5, mixing, average_degree=12, max_degree=60, min_community=60, max_community=250, seed=seed,
        max_iters=5_000,
    )  # fmt: skip
    groups = {frozenset(graph.nodes[node]["community"]) for node in graph}
    graph = nx.Graph(graph)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph, [np.array(sorted(group)) for group in sorted(groups, key=lambda one: (-len(one), min(one)))]


def planted_world(seed: int) -> tuple[nx.Graph, Groups]:
    """Eight groups of a hundred."""
    return nx.planted_partition_graph(8, 100, 0.08, 0.015, seed=seed), list(np.arange(800).reshape(8, 100))


def karate_world() -> tuple[nx.Graph, Groups]:
    """The club that split in two (Zachary 1977), without weights."""
    club = nx.karate_club_graph()
    sides = np.array([club.nodes[node]["club"] for node in club])
    return nx.Graph(club.edges()), [np.flatnonzero(sides == side) for side in np.unique(sides)]


def blogs_world() -> tuple[nx.Graph, Groups]:
    """Political blogs, links taken both ways."""
    links, sides = load_polblogs(Path(__file__).parents[2] / "data/samples/polblogs")
    both = sparse.csr_array((links.audience + links.audience.T) > 0)
    graph = nx.from_scipy_sparse_array(both)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph, [np.flatnonzero(sides == side) for side in (0, 1)]


WORLDS: dict[str, Callable[[int], tuple[nx.Graph, Groups]]] = {
    "karate club": lambda _: karate_world(),
    "political blogs": lambda _: blogs_world(),
    "planted groups": planted_world,
    "LFR, 40 % leave": lambda seed: lfr_world(seed, 0.4),
    "LFR, 60 % leave": lambda seed: lfr_world(seed, 0.6),
    "hobbies, tight": hobby_world,
    "hobbies, loose": lambda seed: hobby_world(seed, assortativity=1.5),
}
REAL = ("karate club", "political blogs")


class Friends:
    """A graph as the rules read it, and as a workspace of follows both ways."""

    def __init__(self, graph: nx.Graph, workspace: Workspace) -> None:
        self.graph, self.n = graph, graph.number_of_nodes()
        self.ties = sparse.csr_array(
            nx.to_scipy_sparse_array(graph, nodelist=range(self.n), weight=None, dtype=float)
        )
        self.degree = np.diff(self.ties.indptr).astype(float)
        ends = np.array(graph.edges())
        one, other = (np.concatenate([ends[:, k], ends[:, 1 - k]]) for k in (0, 1))
        follows = {"follower_id": [_name(k) for k in one], "followee_id": [_name(k) for k in other]}
        import_tables(workspace, {"follows": pd.DataFrame(follows)})
        self.workspace, self.material = workspace, Material(workspace.store, None)

    def scores(self, examples: np.ndarray) -> dict[str, np.ndarray]:
        """Score of every account by method, shape (n,)."""
        shown = np.zeros(self.n)
        shown[examples] = 1.0
        direct = self.ties @ shown
        walks = nx.pagerank(self.graph, personalization=dict.fromkeys(examples.tolist(), 1.0))
        walked = np.array([walks[node] for node in range(self.n)])
        return self.ours(examples) | {
            "friends": self.degree,
            "common neighbours": self.ties @ direct,
            "Adamic-Adar": self.ties @ (direct / np.log(np.maximum(self.degree, 2.0))),
            "personalised PageRank": walked,
            "personalised PageRank / friends": walked / np.maximum(self.degree, 1.0),
        }

    def ours(self, examples: np.ndarray) -> dict[str, np.ndarray]:
        """Score of every account by the ranking and by its niche fit, shape (n,)."""
        found = assess(
            self.workspace, question_of("", like=[_name(k) for k in examples], top=0), self.material
        )
        at = np.array([int(name[-5:]) for name in found.evidence.candidates["account_id"]])
        scores = {}
        for name, value in (
            ("influence rank", found.scores.score),
            ("niche_fit", found.signals["niche_fit"][1].value),
        ):
            scores[name] = np.full(self.n, -1.0)
            scores[name][at] = np.nan_to_num(value, nan=-1.0)
        return scores


def _name(number: int) -> str:
    return f"web:u{number:05d}"


def draws(
    friends: Friends, groups: Groups, seed: int, n_draws: int, n_shown: int
) -> Iterator[tuple[np.ndarray, ...]]:
    """(members, examples) of the largest groups, the examples anew each time."""
    rng = np.random.default_rng(seed)
    for group in groups[:MOST_GROUPS]:
        members = group[friends.degree[group] > 0]
        if len(members) >= LEAST_MEMBERS:
            for _ in range(n_draws):
                yield members, rng.choice(members, n_shown, replace=False)


def measure(name: str, seed: int, n_draws: int) -> list[dict[str, object]]:
    """One row per draw and method."""
    graph, groups = WORLDS[name](seed)
    rows = []
    with memory_workspace() as workspace:
        friends = Friends(graph, workspace)
        for members, examples in draws(friends, groups, seed, n_draws, 3 if name == "karate club" else 5):
            asked = friends.degree > 0
            asked[examples] = False
            member = np.isin(np.arange(friends.n), members)[asked]
            rows += marks(name, friends.scores(examples), asked, member, N_FIRST)
    return rows


def marks(
    graph: str, scores: Mapping[str, np.ndarray], asked: np.ndarray, member: np.ndarray, n_first: int
) -> list[dict[str, object]]:
    """AUC of each method, and the share of members among its first, of the accounts that are asked about."""
    first = {method: np.argsort(-score[asked], kind="stable")[:n_first] for method, score in scores.items()}
    return [
        {
            "graph": graph,
            "method": method,
            "auc": auc(score[asked], member),
            "first": member[first[method]].mean(),
        }
        for method, score in scores.items()
    ]


@click.command()
@click.option("--draws", "n_draws", default=2, show_default=True, help="Draws of examples per group.")
@click.option("--json", "as_json", is_flag=True)
def main(n_draws: int, as_json: bool) -> None:
    """Print the AUC of membership and the share of members among the first twenty, by graph and method."""
    rows = [
        row
        for name in WORLDS
        for seed in (SEEDS[:1] if name in REAL else SEEDS)
        for row in measure(name, seed, 10 if name in REAL else n_draws)
    ]
    table = pd.DataFrame(rows)
    if as_json:
        means = table.groupby(["graph", "method"], sort=False).mean().reset_index()
        click.echo(json.dumps(means.to_dict("records"), indent=2))
        return
    for measured, words in (("auc", "AUC of membership"), ("first", f"members among the first {N_FIRST}")):
        shown = table.pivot_table(index="method", columns="graph", values=measured, sort=False)
        click.echo(f"{words}\n{shown.assign(mean=shown.mean(axis=1)).round(3).to_string()}\n")


if __name__ == "__main__":
    main()
