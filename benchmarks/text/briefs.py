"""Is one setting of how a brief is read better than another, or is it chance?

    python -m benchmarks.text.briefs NAME VALUE      # a constant of influence.text.query: NEAR_POWER 1.0

All briefs of `benchmarks/briefs.toml` over the public blogs (see `benchmarks.text.niche`), once as it is and once with
the constant at VALUE: mean difference of P@10 and average precision, the range of 90 % of the means of 2,000 random
halves, and the 90 % bootstrap interval. Nineteen briefs are too few to tell .36 from .33.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.text.blogs import JudgedNiche, best_first, build_index, measures, read_blogs, read_niches
from benchmarks.text.niche import held_out_prior
from influence.text import query
from influence.text.index import TextIndex
from influence.text.interests import ENVIRONMENT
from influence.text.niche import Niche
from influence.text.relevance import niche_relevance

DRAWS, SEED = 2_000, 1


def main() -> None:
    name, value = sys.argv[1], float(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        os.environ[ENVIRONMENT] = str(held_out_prior(Path(folder)))
        for min_posts, min_own in ((1, 10), (2, 5)):
            posts = read_blogs(min_posts)
            index, told = build_index(posts), [n for n in read_niches(posts, min_own) if n.brief]
            ours = read(index, told)
            kept = getattr(query, name)
            setattr(query, name, value)
            other = read(index, told)
            setattr(query, name, kept)
            print(f"blogs with {min_posts}+ posts, {len(told)} briefs; {name} {kept} against {value}")
            for measure in ("P@10", "MAP"):
                print(f"  {measure:5s} {compared(ours[measure].to_numpy(), other[measure].to_numpy())}")


def read(index: TextIndex, niches: list[JudgedNiche]) -> pd.DataFrame:
    """Measures of every brief."""
    return pd.DataFrame(
        measures(
            best_first(niche_relevance(index, Niche(brief=niche.brief)).account_fit),
            np.isin(index.account_ids, list(niche.own)),
        )
        for niche in niches
    )


def compared(ours: np.ndarray, other: np.ndarray) -> str:
    """Both means, their difference, and how far it goes by chance."""
    rng, gain = np.random.default_rng(SEED), ours - other
    halves = [rng.permutation(gain)[: len(gain) // 2].mean() for _ in range(DRAWS)]
    again = [rng.choice(gain, len(gain)).mean() for _ in range(DRAWS)]
    (low, high), (least, most) = (np.quantile(some, [0.05, 0.95]) for some in (halves, again))
    return (
        f"{ours.mean():.3f} against {other.mean():.3f}: {gain.mean():+.3f}, halves {low:+.3f} to {high:+.3f}, "
        f"bootstrap {least:+.3f} to {most:+.3f}"
    )


if __name__ == "__main__":
    main()
