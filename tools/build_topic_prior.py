"""Rebuild the topic prior that ships in `influence/text/tables/`: which words which communities use.

    python tools/build_topic_prior.py --posts sites.parquet
    python tools/build_topic_prior.py --names    # the words of the names only, after a change of the tokenizer
    python tools/build_topic_prior.py --posts sites.parquet --without benchmarks/niches.toml \\
        --without-posts blogs.csv.gz --until 2012-07-01 --out held_out.npz

The posts are titles with the community that voted on them (PDDL). For each community the `N_TERMS` terms that set
it apart stay, with their weight; no text does. The second form leaves out everything that a benchmark judges.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from influence.text.interests import terms_of_names
from influence.text.tokens import Tokenizer

TABLE = Path(__file__).resolve().parents[1] / "influence" / "text" / "tables" / "topic_prior.npz"
MIN_POSTS, N_TERMS, MIN_TERM_POSTS, MIN_TERM_SITES = 20, 60, 2, 2
PSEUDO_POSTS = 20
"""Weight of the background: a term's rate in a community is shrunk towards its rate everywhere by so many posts."""


def main() -> None:
    args = _arguments()
    if args.names:
        with np.load(args.out) as table:
            write({**table}, args.out)
        return
    posts = read_posts(args.posts, args.without, args.without_posts, args.until)
    names, terms, counts, sizes, totals = count_terms(posts)
    table = distinctive_terms(counts, sizes, totals, len(posts))
    save(names, terms, table, args.out)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--posts",
        type=Path,
        help="Parquet: id, created_utc, subreddit, domain, title (needed without --names)",
    )
    parser.add_argument("--names", action="store_true", help="only cut the names of the communities again")
    parser.add_argument("--without", type=Path, help="TOML whose niches' communities are left out")
    parser.add_argument("--without-posts", type=Path, help="CSV whose ids are left out")
    parser.add_argument("--until", type=date.fromisoformat, help="only posts before this day")
    parser.add_argument("--out", type=Path, default=TABLE)
    return parser.parse_args()


def read_posts(
    path: Path, without: Path | None, without_posts: Path | None, until: date | None
) -> pd.DataFrame:
    """Titles with site and community, one row a title and community."""
    posts = pd.read_parquet(path, columns=["id", "created_utc", "subreddit", "domain", "title"])
    if without:
        judged = {row["community"].lower() for row in tomllib.loads(without.read_text("utf-8"))["niche"]}
        posts = posts[~posts["subreddit"].str.lower().isin(judged)]
    if without_posts:
        posts = posts[~posts["id"].isin(pd.read_csv(without_posts, usecols=["id"])["id"])]
    if until:
        posts = posts[posts["created_utc"] < (until - date(1970, 1, 1)).days * 86_400]
    posts = posts.sort_values("id").drop_duplicates(["subreddit", "title"])
    sizes = posts.groupby("subreddit")["id"].transform("size")
    return posts[sizes >= MIN_POSTS]


def count_terms(
    posts: pd.DataFrame,
) -> tuple[list[str], list[str], sp.csr_array, np.ndarray, np.ndarray]:
    """Posts of each community that hold each term; terms of one site only are dropped (often a person's name)."""
    tokenizer = Tokenizer()
    names = sorted(posts["subreddit"].unique())
    code = {name: i for i, name in enumerate(names)}
    found = [set(tokenizer.terms(title)) for title in posts["title"]]
    sites: dict[str, set[str]] = {}
    for terms, site in zip(found, posts["domain"], strict=True):
        for term in terms:
            sites.setdefault(term, set()).add(site)
    kept = sorted(term for term, where in sites.items() if len(where) >= MIN_TERM_SITES)
    place = {term: i for i, term in enumerate(kept)}
    cells: Counter[tuple[int, int]] = Counter()
    for terms, community in zip(found, posts["subreddit"], strict=True):
        cells.update((code[community], place[term]) for term in terms if term in place)
    rows, columns = np.array(list(cells)).T
    counts = sp.csr_array(
        (np.fromiter(cells.values(), float), (rows, columns)), shape=(len(names), len(kept))
    )
    counts.sort_indices()
    sizes = posts.groupby("subreddit").size().reindex(names).to_numpy()
    return names, kept, counts, sizes, np.asarray(counts.sum(axis=0)).ravel()


def distinctive_terms(
    counts: sp.csr_array, sizes: np.ndarray, totals: np.ndarray, n_posts: int
) -> sp.csr_array:
    """The `N_TERMS` terms of each community that set it apart most; rows have unit length.

    Chosen by posts times log lift; weighted by log lift times the square root of the rate, so that neither a word
    everybody uses nor one that a single post used leads.
    """
    everywhere = totals / n_posts
    rows, columns, weights = [], [], []
    for row in range(counts.shape[0]):
        part = slice(counts.indptr[row], counts.indptr[row + 1])
        seen, term = counts.data[part], counts.indices[part]
        rate = (seen + PSEUDO_POSTS * everywhere[term]) / (sizes[row] + PSEUDO_POSTS)
        lift = np.log(rate / everywhere[term])
        able = np.flatnonzero((seen >= MIN_TERM_POSTS) & (lift > 0))
        best = able[np.lexsort((term[able], -(seen * lift)[able]))[:N_TERMS]]
        weight = lift[best] * np.sqrt(rate[best])
        rows += [row] * len(best)
        columns += term[best].tolist()
        weights += (weight / max(np.linalg.norm(weight), 1e-9)).tolist()
    return sp.csr_array((weights, (rows, columns)), shape=counts.shape)


def save(names: list[str], terms: list[str], table: sp.csr_array, path: Path) -> None:
    """Names, the terms that are used, and one byte a weight."""
    used = np.unique(table.indices)
    table = table[:, used].tocsr()
    table.sort_indices()
    parts = {
        "communities": np.array("\n".join(names)),
        "terms": np.array("\n".join(terms[i] for i in used)),
        "starts": table.indptr.astype(np.int32),
        "columns": table.indices.astype(np.int32),
        "weights": np.maximum(1, np.round(table.data * 255)).astype(np.uint8),
    }
    write(parts, path)


def write(parts: dict[str, np.ndarray], path: Path) -> None:
    """Write the table, with the terms of the names."""
    cut = terms_of_names(str(parts["communities"]).split("\n"))
    np.savez_compressed(path, **{**parts, "name_terms": np.array("\n".join(map(" ".join, cut)))})


if __name__ == "__main__":
    main()
