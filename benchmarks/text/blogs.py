"""The public blogs as a judged collection: which blogs belong to the community behind a niche in plain words."""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.text.indexing import index_from
from influence.text.index import TextIndex

ROOT = Path(__file__).resolve().parents[2]
OWN_SHARE, OWN_POSTS = 0.25, 3
"""A blog is a community's own with a quarter of its posts there, or three posts."""


@dataclass(frozen=True)
class JudgedNiche:
    """A community, the words a person would use for it, its split, its own blogs and, for some, a brief."""

    community: str
    words: str
    split: str
    own: frozenset[str]
    brief: str = ""


def data_folder() -> Path:
    """Where the public data lie: INFLUENCE_DATA, else `../shared/data` beside the project."""
    return Path(os.environ.get("INFLUENCE_DATA", ROOT.parent / "shared" / "data"))


def read_blogs(min_posts: int = 1) -> pd.DataFrame:
    """Posts of blogs with at least `min_posts`; account_id, id, day, title, community."""
    posts = pd.read_csv(data_folder() / "blogs" / "blogs.csv.gz")
    posts["account_id"] = "web:" + posts["domain"].str.lower()
    posts["day"] = (posts["created_utc"] // 86_400).astype("int32")
    posts = posts[posts.groupby("account_id")["id"].transform("size") >= min_posts]
    return posts.rename(columns={"subreddit": "community"}).sort_values("id", ignore_index=True)


def read_niches(posts: pd.DataFrame, min_own: int = 10) -> list[JudgedNiche]:
    """Niches of `benchmarks/niches.toml` with at least `min_own` blogs of their own in `posts`."""
    listed = tomllib.loads((ROOT / "benchmarks" / "niches.toml").read_text(encoding="utf-8"))["niche"]
    told = tomllib.loads((ROOT / "benchmarks" / "briefs.toml").read_text(encoding="utf-8"))["brief"]
    briefs = {row["community"]: row["text"].strip() for row in told}
    found = []
    own = _own_blogs(posts)
    for row in listed:
        if row["split"] != split_of(row["community"]):
            raise ValueError(f"{row['community']}: the split is decided by the hash, not by hand")
        blogs = own.get(row["community"], frozenset())
        if len(blogs) >= min_own:
            brief = briefs.get(row["community"], "")
            found.append(JudgedNiche(row["community"], row["words"], row["split"], blogs, brief))
    return found


def split_of(community: str) -> str:
    """`tune` or `test`, by the parity of the SHA-256 of the community's name."""
    return "tune" if int(hashlib.sha256(community.encode()).hexdigest(), 16) % 2 == 0 else "test"


def _own_blogs(posts: pd.DataFrame) -> dict[str, frozenset[str]]:
    there = posts.groupby(["account_id", "community"]).size().rename("there").reset_index()
    there["all"] = there["account_id"].map(posts.groupby("account_id").size())
    own = there[(there["there"] >= OWN_POSTS) | (there["there"] / there["all"] >= OWN_SHARE)]
    return {name: frozenset(group["account_id"]) for name, group in own.groupby("community")}


def build_index(posts: pd.DataFrame, handles: bool = True) -> TextIndex:
    """Index the titles (and, with `handles`, the blog's own name); communities are not told."""
    ids = sorted(posts["account_id"].unique())
    names = [name.removeprefix("web:") for name in ids] if handles else [None] * len(ids)
    blank = pa.nulls(len(ids), pa.string())
    accounts = pa.table(
        {"account_id": ids, "handle": pa.array(names, pa.string()), "name": blank, "bio": blank}
    )
    table = pa.table(
        {
            "post_id": posts["id"],
            "account_id": posts["account_id"],
            "text": posts["title"],
            "day": posts["day"],
        }
    )
    return index_from(accounts, table)


def measures(order: np.ndarray, own: np.ndarray, k: int = 10) -> dict[str, float]:
    """P@k, nDCG@k (binary gain) and average precision of a ranking.

    Parameters
    ----------
    order : ndarray of int, positions best first
    own : ndarray of bool, shape (n_accounts,)
    """
    hits = own[order]
    discount = 1 / np.log2(np.arange(2, k + 2))
    ideal = discount[: min(k, int(own.sum()))].sum()
    ranks = np.flatnonzero(hits) + 1
    precision = np.arange(1, len(ranks) + 1) / ranks
    return {
        "P@10": float(hits[:k].mean()),
        "nDCG@10": float((hits[:k] * discount[: len(hits[:k])]).sum() / ideal),
        "MAP": float(precision.sum() / own.sum()),
    }


def best_first(score: np.ndarray) -> np.ndarray:
    """Positions by falling score; unknown last; ties by position (that is, by id)."""
    return np.lexsort((np.arange(len(score)), -np.nan_to_num(score, nan=-1.0)))
