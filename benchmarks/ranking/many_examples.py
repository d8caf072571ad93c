"""Half of a group as examples: is the other half found? Ties only, no text.

    python -m benchmarks.ranking.many_examples

Graphs of `benchmarks.ranking.groups` with groups large enough; half of each of the largest groups is given, the other
half is to be found: share among the first fifty, and AUC. Beside `influence rank --like` and its niche_fit stand walks
(`AudienceGraph.proximity`, two settings) and the number of friends.
"""

from __future__ import annotations

import json

import click
import numpy as np
import pandas as pd

from benchmarks.ranking.groups import MOST_GROUPS, SEEDS, WORLDS, Friends, marks
from influence.store.workspace import memory_workspace

GRAPHS = ("political blogs", "LFR, 60 % leave", "hobbies, tight", "hobbies, loose")
N_FIRST = 50


def measure(name: str, seed: int, most: int = MOST_GROUPS, wrong: float = 0.0) -> list[dict[str, object]]:
    """One row per group and method."""
    graph, groups = WORLDS[name](seed)
    rng = np.random.default_rng(seed)
    rows = []
    with memory_workspace() as workspace:
        friends = Friends(graph, workspace)
        for group in groups[:most]:
            members = group[friends.degree[group] > 0]
            examples = rng.choice(members, len(members) // 2, replace=False)
            others = np.setdiff1d(np.flatnonzero(friends.degree > 0), group)
            n_wrong = int(wrong * len(examples))
            examples[:n_wrong] = rng.choice(others, n_wrong, replace=False)
            asked = friends.degree > 0
            asked[examples] = False
            member = np.isin(np.arange(friends.n), members)[asked]
            rows += marks(name, scores_of(friends, examples), asked, member, N_FIRST)
    return rows


def scores_of(friends: Friends, examples: np.ndarray) -> dict[str, np.ndarray]:
    """Score of every account by method, shape (n,)."""
    graph = friends.material.graph
    place = {str(name): at for at, name in enumerate(graph.ids)}
    at = np.array([place.get(f"web:u{k:05d}", -1) for k in range(friends.n)])
    seeds = np.zeros(graph.n_accounts)
    seeds[at[examples]] = 1.0

    def walked(**options: object) -> np.ndarray:
        return np.where(at >= 0, graph.proximity(seeds, **options)[at], -1.0)

    return friends.ours(examples) | {
        "proximity": walked(),
        "proximity, damping 0.85, over global": walked(damping=0.85, normalise="global"),
        "friends": friends.degree,
    }


@click.command()
@click.option(
    "--wrong", default=0.0, show_default=True, help="Share of the examples that are of another group."
)
@click.option("--json", "as_json", is_flag=True)
def main(wrong: float, as_json: bool) -> None:
    """Print the share of members among the first fifty, and the AUC, by graph and method."""
    table = pd.DataFrame([row for name in GRAPHS for row in measure(name, SEEDS[0], wrong=wrong)])
    means = table.groupby(["graph", "method"], sort=False).mean()
    click.echo(
        json.dumps(means.reset_index().to_dict("records"), indent=2)
        if as_json
        else means.unstack(0).round(3).to_string()
    )


if __name__ == "__main__":
    main()
