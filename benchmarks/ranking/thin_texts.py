"""Where texts say next to nothing: one word of genre per account, one paper per author and few reactions, or friends.

    python -m benchmarks.ranking.thin_texts

*Genres*: an account's bio is one word, one in five is another genre's; who follows whom follows genre and fame. Asked
for a genre, marked by later followers of that genre; *genres, counted*: the same with numbers of followers in place of
who follows. *Citations*: authors write a paper or two, cited now and then,
and link to each other; no niche, marked by later citations. *Friends*: streamers with a bio in their language, mutual
friendship mostly within it, no posts, no niche; marked by views, which grow with the number of friends and (*well
connected*) with the friends' own, or (*devoted*) the fewer these have, and by who is a partner: AUC of the twentieth
with the most views, by and large. Beside the ranking stand its reach alone, followers (links) so far, PageRank for
friends and, for citations, earlier citations. Spearman over all candidates, and nDCG@30. Worlds 1 and 2 are for
choosing.
"""

from __future__ import annotations

import json

import click
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from benchmarks.common import ndcg_at
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.baselines import followers_in_the_data
from influence.ranking.simpler_rules import pageranks
from influence.store.importing.transaction import import_tables
from influence.store.workspace import memory_workspace

GENRES = ("jazz", "metal", "techno", "folk", "opera", "punk", "soul", "blues")
START = pd.Timestamp("2022-01-01")
MISLABELLED = 0.2
BIOS = {
    "en": "games and music every night",
    "de": "ich spiele jeden Abend und rede dabei",
    "es": "juego y hablo con vosotros cada noche",
    "ko": "매일 밤 게임 방송",
}
FRIENDS = {"friends, well connected": 0.4, "friends": 0.0, "friends, devoted": -0.4}
"""What one standard deviation of how many friends the friends have does to the logarithm of views."""
PARTNERS = 0.05
Marks = list[dict[str, object]]


def names(numbers: np.ndarray) -> list[str]:
    """Ids of accounts by number."""
    return [f"web:u{number:05d}" for number in numbers]


def genre_world(seed: int, n: int = 2_000) -> Marks:
    """Marks of every genre of a world of bios and follows."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, len(GENRES), n)
    said = np.where(rng.random(n) < MISLABELLED, rng.integers(0, len(GENRES), n), true)
    fame = rng.pareto(1.3, n) + 0.2
    bios = pd.DataFrame({"account_id": names(np.arange(n)), "bio": [GENRES[k] for k in said]})
    earlier, later = (_follows(rng, true, fame, 25 * n) for _ in range(2))
    counted = bios.assign(followers=np.bincount(earlier[1], minlength=n))
    ties = {"accounts": bios, "follows": _table(rng, *earlier)}
    gains = [
        np.bincount(later[1][true[later[0]] == k], minlength=n).astype(float) for k in range(len(GENRES))
    ]
    return _by_genre("genres", ties, gains) + _by_genre("genres, counted", {"accounts": counted}, gains)


def _by_genre(kind: str, tables: dict[str, pd.DataFrame], gains: list[np.ndarray]) -> Marks:
    rows: Marks = []
    with memory_workspace() as workspace:
        import_tables(workspace, tables)
        for word, gain in zip(GENRES, gains, strict=True):
            rows += _marks(kind, assess(workspace, question_of(word, top=0)), gain)
    return rows


def _follows(
    rng: np.random.Generator, true: np.ndarray, fame: np.ndarray, n_ties: int
) -> tuple[np.ndarray, np.ndarray]:
    """Half of the follows stay in the genre; whom they follow goes by fame."""
    n = len(true)
    who = rng.integers(0, n, n_ties)
    whom = rng.choice(n, n_ties, p=fame / fame.sum())
    stays = rng.random(n_ties) < 0.5
    for genre in range(len(GENRES)):
        own = np.flatnonzero(true == genre)
        asked = stays & (true[who] == genre)
        whom[asked] = rng.choice(own, int(asked.sum()), p=fame[own] / fame[own].sum())
    return who[who != whom], whom[who != whom]


def _table(rng: np.random.Generator, who: np.ndarray, whom: np.ndarray) -> pd.DataFrame:
    since = START + pd.to_timedelta(rng.integers(0, 700, len(who)), unit="D")
    return pd.DataFrame({"follower_id": names(who), "followee_id": names(whom), "since": since})


def citation_world(seed: int, n: int = 1_500) -> Marks:
    """Marks of a world of papers with few citations, and links between their authors."""
    rng = np.random.default_rng(seed)
    merit = rng.lognormal(0.0, 1.0, n)
    n_papers = 1 + rng.poisson(0.4, n)
    author = np.repeat(np.arange(n), n_papers)
    posts = pd.DataFrame(
        {
            "post_id": [f"p{k}" for k in range(len(author))],
            "account_id": names(author),
            "created_at": START + pd.to_timedelta(rng.integers(0, 700, len(author)), unit="D"),
            "text": "a paper",
            "likes": rng.poisson(0.4 * merit[author]),
        }
    )
    links = 8 * n
    who, whom = rng.integers(0, n, links), rng.choice(n, links, p=merit / merit.sum())
    tables = {"posts": posts, "follows": _table(rng, who[who != whom], whom[who != whom])}
    gain = rng.poisson(3.0 * merit).astype(float)
    with memory_workspace() as workspace:
        import_tables(workspace, tables)
        found = assess(workspace, question_of("", top=0))
    cited = posts.groupby("account_id")["likes"].sum().reindex(found.evidence.candidates["account_id"])
    return _marks("citations", found, gain, {"earlier citations": cited.fillna(0).to_numpy(float)})


def friends_world(seed: int, n: int = 2_000) -> Marks:
    """Marks of worlds of mutual friends, alike but for what their friends' friends are worth."""
    rng = np.random.default_rng(seed)
    language = rng.choice(len(BIOS), n, p=(0.55, 0.2, 0.15, 0.1))
    links = _friendships(rng, language, rng.lognormal(0.0, 1.0, n))
    number = np.asarray(links.sum(axis=1)).ravel()
    theirs = (links @ np.log(number)) / number
    bios = pd.DataFrame({"account_id": names(np.arange(n)), "bio": np.array([*BIOS.values()])[language]})
    bios["language"] = np.array([*BIOS])[language]
    ties = links.tocoo()
    follows = pd.DataFrame({"follower_id": names(ties.row), "followee_id": names(ties.col)})
    luck = rng.normal(0.0, 1.0, n)
    with memory_workspace() as workspace:
        import_tables(workspace, {"accounts": bios, "follows": follows})
        found = assess(workspace, question_of("", top=0))
        plain, _ = pageranks(found.evidence)
    ranks = {} if plain is None else {"pagerank": plain}
    rows: Marks = []
    for kind, worth in FRIENDS.items():
        logs = 0.6 * np.log(number) + worth * (theirs - theirs.mean()) / theirs.std() + luck
        liked = logs + rng.normal(0.0, 0.7, n)
        rows += _marks(kind, found, np.exp(logs), ranks, liked >= np.quantile(liked, 1.0 - PARTNERS))
    return rows


def _friendships(rng: np.random.Generator, language: np.ndarray, charm: np.ndarray) -> sparse.csr_matrix:
    """Who is whose friend, shape (n, n): about a dozen each, at least one, one in ten of other languages."""
    n = len(charm)
    one, other = (rng.choice(n, 8 * n, p=charm / charm.sum()) for _ in range(2))
    befriended = (language[one] == language[other]) | (rng.random(8 * n) < 0.1)
    one = np.append(one[befriended], np.arange(n))
    other = np.append(other[befriended], (np.arange(n) + 1) % n)
    links = sparse.coo_matrix((np.ones(len(one)), (one, other)), shape=(n, n)).tocsr()
    links.setdiag(0.0)
    links.eliminate_zeros()
    return ((links + links.T) > 0).astype(float)


def _marks(
    kind: str,
    found: Assessment,
    gain: np.ndarray,
    more: dict[str, np.ndarray] | None = None,
    partner: np.ndarray | None = None,
) -> Marks:
    at = np.array([int(name[-5:]) for name in found.evidence.candidates["account_id"]])
    stated = found.evidence.column("followers")
    scores = {
        "influence": found.scores.score,
        "its reach alone": np.nan_to_num(found.signals["reach"][1].value),
        "followers": stated if np.isfinite(stated).all() else followers_in_the_data(found.evidence),
        **(more or {}),
    }
    return [
        {
            "kind": kind,
            "method": name,
            "spearman": float(spearmanr(score, gain[at]).statistic),
            "ndcg_at_30": ndcg_at(score, gain[at], 30),
            "partner_auc": np.nan if partner is None else float(roc_auc_score(partner[at], score)),
        }
        for name, score in scores.items()
    ]


def measured(seeds: list[int]) -> pd.DataFrame:
    """Means over worlds, by kind and method."""
    rows = [
        row for seed in seeds for make in (genre_world, citation_world, friends_world) for row in make(seed)
    ]
    return pd.DataFrame(rows).groupby(["kind", "method"], sort=False).mean()


@click.command()
@click.option("--seeds", default="101,102", show_default=True)
@click.option("--json", "as_json", is_flag=True)
def main(seeds: str, as_json: bool) -> None:
    """Print Spearman and nDCG@30 by kind of data and method."""
    table = measured([int(seed) for seed in seeds.split(",")])
    click.echo(json.dumps(table.reset_index().to_dict("records")) if as_json else table.round(3).to_string())


if __name__ == "__main__":
    main()
