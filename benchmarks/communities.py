"""Community health as of 2012-01-01 against what was posted there later, beside the plain count of posts.

    python -m benchmarks.communities --data blogs      # or: sites

Spearman over communities with ten posts or more before the day: vitality (`influence.listening.membership`), all posts
before, posts of the last 28, 90 and 180 days; against posts of the 180 days after.
"""

from __future__ import annotations

import click
import numpy as np
import pandas as pd

from benchmarks.common import shared_data
from influence.listening.membership import HALF_LIFE_DAYS, vitalities
from influence.store.workspace import to_day

CUT, AFTER_DAYS, LEAST_POSTS = "2012-01-01", 180, 10


def acts_of_data(name: str) -> pd.DataFrame:
    """One row a post: community, account, day."""
    folder = shared_data() / "blogs"
    rows = (
        pd.read_csv(folder / "blogs.csv.gz") if name == "blogs" else pd.read_parquet(folder / "sites.parquet")
    )
    day = pd.to_numeric(rows["created_utc"]) // 86_400
    return pd.DataFrame(
        {"community": rows["subreddit"], "account_id": rows["domain"], "day": day.astype(int)}
    )


@click.command()
@click.option("--data", "name", type=click.Choice(["blogs", "sites"]), default="blogs", show_default=True)
def main(name: str) -> None:
    """Print Spearman's correlation of each foresight with later posts, and bootstrap intervals of the gain."""
    acts, cut = acts_of_data(name), to_day(CUT)
    assert cut is not None
    before, after = acts[acts["day"] < cut], acts[(acts["day"] >= cut) & (acts["day"] < cut + AFTER_DAYS)]
    sizes = before["community"].value_counts()
    names = sorted(sizes[sizes >= LEAST_POSTS].index)
    later = after["community"].value_counts().reindex(names, fill_value=0).to_numpy(float)
    told = {
        f"vitality, half-life {HALF_LIFE_DAYS:.0f} days": vitalities(before, cut)
        .reindex(names)
        .to_numpy(float)
    }
    told["all posts"] = sizes.reindex(names).to_numpy(float)
    for days in (28, 90, 180):
        recent = before[before["day"] >= cut - days]["community"].value_counts()
        told[f"posts of {days} days"] = recent.reindex(names, fill_value=0).to_numpy(float)
    _report(name, told, later)


def _report(name: str, told: dict[str, np.ndarray], later: np.ndarray) -> None:
    from scipy.stats import rankdata

    click.echo(f"{name}: {len(later):,} communities, posts of {AFTER_DAYS} days after {CUT}")
    rng, ranks = np.random.default_rng(0), rankdata(later)
    draws = [rng.integers(0, len(later), len(later)) for _ in range(1_000)]
    base = np.array([np.corrcoef(rankdata(told["all posts"])[at], ranks[at])[0, 1] for at in draws])
    for what, values in told.items():
        own = rankdata(values)
        ahead = np.array([np.corrcoef(own[at], ranks[at])[0, 1] for at in draws]) - base
        low, high = np.quantile(ahead, [0.025, 0.975])
        share = np.corrcoef(own, ranks)[0, 1]
        click.echo(
            f"  {what:28} {share:.3f}   over all posts {ahead.mean():+.3f} ({low:+.3f} to {high:+.3f})"
        )


if __name__ == "__main__":
    main()
