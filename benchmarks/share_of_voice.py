"""`listen` over a million posts in an open session, and its share of voice counted again without the package.

    python -m benchmarks.share_of_voice --posts 1000000
    python -m benchmarks.share_of_voice --blogs

Invented posts: one in two hundred names a brand, one in four hundred its rival. CPU-seconds are of the process, for the
first question and for another period after it; memory is its peak. With ``--blogs`` the titles of the public data.
"""

from __future__ import annotations

import re
import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

import influence
from benchmarks.common import shared_data
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace

WORDS = (
    "bread",
    "oven",
    "walk",
    "rain",
    "tea",
    "garden",
    "window",
    "river",
    "song",
    "paper",
    "light",
    "bike",
)
SAID = (
    "I love {} so much",
    "{} lost my parcel again",
    "has anyone tried {}",
    "{} opens on Monday",
    "{} is fine",
)


def invented(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Posts of a year by a tenth as many authors."""
    words = rng.choice(WORDS, (n, 12))
    texts = [" ".join(row) for row in words.tolist()]
    for name, share in (("Acme", 1 / 200), ("Nordly", 1 / 400)):
        for at in np.flatnonzero(rng.random(n) < share).tolist():
            texts[at] = f"{SAID[at % len(SAID)].format(name)}. {texts[at]}"
    days = rng.integers(0, 365, n)
    start = date(2024, 1, 1)
    return pd.DataFrame(
        {
            "post_id": [f"p{k}" for k in range(n)],
            "account_id": [f"forum:a{k}" for k in rng.integers(0, max(n // 10, 1), n).tolist()],
            "created_at": [(start + timedelta(days=int(day))).isoformat() for day in days],
            "text": texts,
        }
    )


def blogs() -> pd.DataFrame:
    """Titles of the public data."""
    rows = pd.read_csv(shared_data() / "blogs" / "blogs.csv.gz")
    when = pd.to_datetime(rows["created_utc"], unit="s").dt.strftime("%Y-%m-%dT%H:%M:%S")
    return pd.DataFrame(
        {
            "post_id": rows["id"],
            "account_id": "web:" + rows["domain"],
            "created_at": when,
            "text": rows["title"],
        }
    )


def counted(posts: pd.DataFrame, names: tuple[str, str], first: str, last: str) -> dict[str, float]:
    """Share of voice by posts and by authors with a regular expression and a dictionary."""
    day = posts["created_at"].str[:10]
    said = posts[(day >= first) & (day <= last) & posts["text"].notna()]
    blog = said["account_id"].str.lower().str.replace(r"\.blogspot\.[a-z.]+$", ".blogspot.com", regex=True)
    said = said.assign(account_id=blog.str.replace(":www.", ":"))
    found = {}
    for name in names:
        pattern = re.compile(rf"(?<!\w)[@#]?{name}(?:['’]s)?(?!\w)", re.IGNORECASE)
        hits = said[[bool(pattern.search(text)) for text in said["text"]]]
        own = hits["account_id"].str.split(":").str[1].str.lower() == name.lower()
        found[name] = (len(hits[~own]), hits.loc[~own, "account_id"].nunique())
    posts_of, authors_of = ([found[name][at] for name in names] for at in (0, 1))
    return {"by posts": posts_of[0] / sum(posts_of), "by authors": authors_of[0] / sum(authors_of)}


@click.command()
@click.option("--posts", "n", default=1_000_000, show_default=True)
@click.option("--blogs", "real", is_flag=True, help="The titles of the public data.")
def main(n: int, real: bool) -> None:
    """Print CPU-seconds, memory, and both counts of share of voice."""
    rows = blogs() if real else invented(n, np.random.default_rng(0))
    names = ("Google", "Apple") if real else ("Acme", "Nordly")
    first, last = ("2012-01-01", "2012-12-31") if real else ("2024-10-01", "2024-12-30")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.duckdb"
        with open_workspace(path) as workspace:
            import_tables(workspace, {"posts": rows})
        with influence.Session(path) as session:
            found = _timed(session, names, "first question", first=first, last=last)
            _timed(session, names, "another period", first="2012-06-01" if real else "2024-11-01", last=last)
    click.echo(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    again = counted(rows, names, first, last)
    for what, share in (("by posts", found.voices[0].by_posts), ("by authors", found.voices[0].by_authors)):
        click.echo(f"share of voice {what}: {share.share:.6f}, counted again {again[what]:.6f}")


def _timed(session: influence.Session, names: tuple[str, str], what: str, **asked: Any) -> Any:
    start = time.process_time()
    found = session.listen(names[0], rivals=(names[1],), **asked)
    click.echo(f"{what}: {time.process_time() - start:.2f} CPU-s, {found.voices[0].n_posts:,} mentions")
    return found


if __name__ == "__main__":
    main()
