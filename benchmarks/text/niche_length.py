"""Should the meaning of all an account says weigh more where it says little?

    python -m benchmarks.text.niche_length [--split test]

First, the 4,439 public sites with ten posts or more, each cut to 1, 3 and 10 posts drawn by chance, so that everybody
says equally much: which weight is best there? Then all blogs as they are, most of one title: the weight in use, the
same for all, beside weights that rise as posts get fewer. Niches in plain words, P@10 / MAP; the topic prior knows
nothing of the judged communities. Only the words' side of `ACCOUNT` (`influence.text.relevance`) is asked.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.text.blogs import (
    JudgedNiche,
    best_first,
    build_index,
    data_folder,
    measures,
    read_blogs,
    read_niches,
)
from benchmarks.text.niche import held_out_prior
from influence.text import relevance
from influence.text.index import TextIndex
from influence.text.interests import ENVIRONMENT
from influence.text.niche import Niche

IN_USE = relevance.ACCOUNT
WEIGHTS = (0.3, IN_USE, 0.7, 0.9)
CUTS, LEAST_POSTS, MIN_OWN, SEED = (1, 3, 10), 10, 5, 3


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", choices=["tune", "test"], default="tune")
    split = parser.parse_args().split
    with tempfile.TemporaryDirectory() as folder:
        os.environ[ENVIRONMENT] = str(held_out_prior(Path(folder)))
        sites = read_sites()
        niches = [niche for niche in read_niches(sites, MIN_OWN) if niche.split == split]
        for cut in CUTS:
            index = build_index(sites[sites["nth"] < cut])
            cells = (f"{weight}: {score(index, niches, weight)}" for weight in WEIGHTS)
            print(f"{index.n_accounts:,} sites of {cut:2d} posts, weight ", "   ".join(cells), flush=True)
        compare_in_a_mixed_pool(split)


def compare_in_a_mixed_pool(split: str) -> None:
    """The weight in use beside weights that rise as posts get fewer."""
    posts = read_blogs()
    niches = [niche for niche in read_niches(posts) if niche.split == split]
    index = build_index(posts)
    n_posts = np.maximum(np.bincount(index.account_codes[~index.is_bio], minlength=index.n_accounts), 1)
    curves: dict[str, float | np.ndarray] = {
        "as in use": IN_USE,
        "0.5 + 0.4 / n": 0.5 + 0.4 / n_posts,
        "0.3 + 0.4 / sqrt(n)": 0.3 + 0.4 / np.sqrt(n_posts),
    }
    for name, weight in curves.items():
        print(
            f"{index.n_accounts:,} blogs as they are, weight {name:20s} {score(index, niches, weight)}",
            flush=True,
        )


def read_sites() -> pd.DataFrame:
    """Posts of sites with `LEAST_POSTS` or more, like `read_blogs`; `nth` is the place of each in a fixed shuffle."""
    posts = pd.read_parquet(data_folder() / "blogs" / "sites.parquet")
    posts = posts.rename(columns={"subreddit": "community"}).sort_values("id", ignore_index=True)
    posts["account_id"] = "web:" + posts["domain"].str.lower()
    posts["day"] = (posts["created_utc"] // 86_400).astype("int32")
    posts["nth"] = posts.sample(frac=1, random_state=SEED).groupby("account_id").cumcount()
    return posts[posts.groupby("account_id")["id"].transform("size") >= LEAST_POSTS].reset_index(drop=True)


def score(index: TextIndex, niches: list[JudgedNiche], weight: float | np.ndarray) -> str:
    """Mean P@10 / MAP of the niches with this weight of what an account means."""
    relevance.ACCOUNT = weight
    rows = []
    for niche in niches:
        fit = relevance.niche_relevance(index, Niche(niche.words)).account_fit
        rows.append(measures(best_first(fit), np.isin(index.account_ids, list(niche.own))))
    means = pd.DataFrame(rows).mean()
    return f"{means['P@10']:.3f} / {means['MAP']:.3f}"


if __name__ == "__main__":
    main()
