"""Does the niche find a community's own blogs, asked in plain words, by five examples or by a brief?

    python -m benchmarks.text.niche [--words | --examples | --briefs] [--split test]

Blogs of `../shared/data/blogs` (titles and the blog's address; communities hidden), beside BM25 (bm25s) and TF-IDF
cosine over the same words of the same blogs. The topic prior is built without the judged communities and without any
post of a judged blog. Parameters were chosen on `tune`; read `test`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp

from benchmarks.text.blogs import (
    ROOT,
    JudgedNiche,
    best_first,
    build_index,
    data_folder,
    measures,
    read_blogs,
    read_niches,
)
from influence.text.index import TextIndex
from influence.text.interests import ENVIRONMENT
from influence.text.niche import Niche
from influence.text.relevance import niche_relevance
from influence.text.tokens import Tokenizer

Scorer = Callable[[JudgedNiche, np.ndarray], np.ndarray]
N_EXAMPLES, DRAWS, SEED = 5, 3, 4


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", choices=["tune", "test"], help="only this half")
    parser.add_argument("--words", action="store_true", help="only plain words")
    parser.add_argument("--examples", action="store_true", help="only five examples")
    parser.add_argument("--briefs", action="store_true", help="only briefs")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[ENVIRONMENT] = str(held_out_prior(Path(folder)))
        for min_posts, min_own in ((1, 10), (2, 5)):
            posts = read_blogs(min_posts)
            niches = [n for n in read_niches(posts, min_own) if asked.split in (None, n.split)]
            index = build_index(posts)
            print(f"\nblogs with {min_posts}+ posts: {index.n_accounts:,}; niches: {len(niches)}")
            if not (asked.examples or asked.briefs):
                report("plain words", words_scorers(index), index, niches, n_examples=0)
                best = [niche_relevance(index, Niche(niche.words)).post_score.max() for niche in niches]
                print(f"  best text of a niche, least of all niches: {min(best):.2f}")
            if not (asked.words or asked.briefs):
                report("five example blogs", example_scorers(index), index, niches, n_examples=N_EXAMPLES)
            if not (asked.words or asked.examples):
                told = [niche for niche in niches if niche.brief]
                report(f"briefs ({len(told)})", brief_scorers(index), index, told, n_examples=0)


def held_out_prior(folder: Path) -> Path:
    """The topic prior without anything that is judged here."""
    blogs, out = data_folder() / "blogs", folder / "held_out.npz"
    command = [
        sys.executable,
        str(ROOT / "tools" / "build_topic_prior.py"),
        "--posts",
        str(blogs / "sites.parquet"),
    ]
    command += ["--without", str(ROOT / "benchmarks" / "niches.toml"), "--out", str(out)]
    subprocess.run([*command, "--without-posts", str(blogs / "blogs.csv.gz")], check=True)
    return out


def report(
    title: str, scorers: dict[str, Scorer], index: TextIndex, niches: list[JudgedNiche], n_examples: int
) -> None:
    """Mean P@10, nDCG@10 and MAP by split, one line a method."""
    print(f"  {title:20s} " + "".join(f"{split:>30s}" for split in ("tune", "test")))
    for name, scorer in scorers.items():
        rows = [row for niche in niches for row in judge(scorer, index, niche, n_examples)]
        means = pd.DataFrame(rows).groupby("split").mean()
        cells = (
            "   ".join(f"{key} {means.loc[split, key]:.3f}" for key in means.columns)
            for split in ("tune", "test")
            if split in means.index
        )
        print(f"  {name:20s} " + "   |   ".join(cells), flush=True)


def judge(scorer: Scorer, index: TextIndex, niche: JudgedNiche, n_examples: int) -> list[dict[str, object]]:
    """Measures of one niche: once for words, for `DRAWS` draws of examples otherwise (examples not judged)."""
    own = np.isin(index.account_ids, list(niche.own))
    rows: list[dict[str, object]] = []
    for draw in range(DRAWS if n_examples else 1):
        rng = np.random.default_rng([SEED, draw, *niche.community.encode()])
        examples = np.sort(rng.choice(np.flatnonzero(own), n_examples, replace=False))
        keep = np.ones(len(own), dtype=bool)
        keep[examples] = False
        if own[keep].sum() >= 5:
            found = measures(best_first(scorer(niche, examples)[keep]), own[keep])
            rows.append({"split": niche.split, **found})
    return rows


def words_scorers(index: TextIndex) -> dict[str, Scorer]:
    """Methods that are told plain words."""
    counts = account_counts(index)
    bm25, cosine, tokenizer = _bm25(index, counts), _cosine(counts), Tokenizer()
    return {
        "BM25 (bm25s)": lambda niche, _: bm25(dict.fromkeys(tokenizer.terms(niche.words), 1.0)),
        "TF-IDF cosine": lambda niche, _: cosine(
            index.vector(dict.fromkeys(tokenizer.terms(niche.words), 1.0))
        ),
        "influence": lambda niche, _: niche_relevance(index, Niche(niche.words)).account_fit,
    }


def example_scorers(index: TextIndex) -> dict[str, Scorer]:
    """Methods that are told five blogs."""
    counts = account_counts(index)
    bm25, cosine = _bm25(index, counts), _cosine(counts)

    def terms_of(examples: np.ndarray) -> dict[str, float]:
        sums = np.asarray(counts[examples].sum(axis=0)).ravel()
        return {str(index.terms[i]): float(sums[i]) for i in np.flatnonzero(sums)}

    return {
        "BM25 (bm25s)": lambda _, examples: bm25(terms_of(examples)),
        "TF-IDF centroid": lambda _, examples: cosine(np.asarray(counts[examples].sum(axis=0)).ravel()),
        "influence": lambda _, examples: (
            niche_relevance(index, Niche(like=tuple(index.account_ids[examples]))).account_fit
        ),
    }


def brief_scorers(index: TextIndex) -> dict[str, Scorer]:
    """Methods that are told a brief (`benchmarks/briefs.toml`)."""
    counts = account_counts(index)
    bm25, cosine, tokenizer = _bm25(index, counts), _cosine(counts), Tokenizer()

    def terms_of(niche: JudgedNiche) -> dict[str, float]:
        return dict(Counter(tokenizer.terms(niche.brief)))

    return {
        "BM25 (bm25s)": lambda niche, _: bm25(terms_of(niche)),
        "TF-IDF cosine": lambda niche, _: cosine(index.vector(terms_of(niche))),
        "influence": lambda niche, _: niche_relevance(index, Niche(brief=niche.brief)).account_fit,
    }


def account_counts(index: TextIndex) -> sp.csr_array:
    """In how many of its texts each account uses each term."""
    rows = (np.ones(index.n_docs), (index.account_codes, np.arange(index.n_docs)))
    return (sp.csr_array(rows, shape=(index.n_accounts, index.n_docs)) @ index.presence).tocsr()


def _bm25(index: TextIndex, counts: sp.csr_array) -> Callable[[dict[str, float]], np.ndarray]:
    import bm25s

    texts = []
    for row in range(counts.shape[0]):
        part = slice(counts.indptr[row], counts.indptr[row + 1])
        texts.append(np.repeat(index.terms[counts.indices[part]], counts.data[part].astype(int)).tolist())
    model = bm25s.BM25()
    model.index(texts, show_progress=False)

    def score(query: dict[str, float]) -> np.ndarray:
        known = [term for term, n in query.items() if index.column(term) >= 0 for _ in range(int(n))]
        return np.asarray(model.get_scores(known)) if known else np.zeros(index.n_accounts)

    return score


def _cosine(counts: sp.csr_array) -> Callable[[np.ndarray], np.ndarray]:
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((1 + counts.shape[0]) / (1 + df)) + 1
    table = counts.copy()
    table.data = (1 + np.log(table.data)) * idf[table.indices]
    length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    table = (sp.diags_array(1 / np.maximum(length, 1e-9)) @ table).tocsr()
    return lambda query: np.asarray(table @ (np.log1p(query) * idf))


if __name__ == "__main__":
    main()
