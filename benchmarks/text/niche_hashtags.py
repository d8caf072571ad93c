"""Are hashtags cut where a person reads a blank, and how quickly?

    python -m benchmarks.text.niche_hashtags

Hashtags written for the project (`tests/text/hashtags.txt`), and titles of two to five plain words of the public blogs
written together; none of those titles is among the texts the word list was counted on. Tuned on one half by hash.
"""

from __future__ import annotations

import hashlib
import re
import time

import pandas as pd

from benchmarks.text.blogs import ROOT, data_folder
from influence.text.splitting import WordSplitter, shipped_splitter


def main() -> None:
    splitter = shipped_splitter()
    lines = (ROOT / "tests" / "text" / "hashtags.txt").read_text(encoding="utf-8").splitlines()
    read = [line.split() for line in lines if line and not line.startswith("#")]
    sets = {
        "hashtags of two to five words": [words for words in read if len(words) > 1],
        "plain words and brands": [words for words in read if len(words) == 1],
        "titles written together": short_titles(),
    }
    for name, texts in sets.items():
        for part in ("tune", "test"):
            those = [words for words in texts if half("".join(words)) == part]
            right = sum(cut(splitter, "".join(words)) == words for words in those)
            print(
                f"{name:32s} {part}: {right:,} of {len(those):,} as a person reads them ({right / len(those):.3f})"
            )
    tags = ["".join(words) for words in read] * 20
    start = time.process_time()
    for tag in tags:
        splitter(tag)
    print(f"{len(tags) / (time.process_time() - start):,.0f} a CPU-second")


def half(hashtag: str) -> str:
    """`tune` or `test`, by the parity of the SHA-256 of the hashtag."""
    return "test" if int(hashlib.sha256(hashtag.encode()).hexdigest(), 16) % 2 else "tune"


def cut(splitter: WordSplitter, hashtag: str) -> list[str]:
    """Words of a hashtag, numbers apart."""
    return [word for part in re.findall(r"\d+|\D+", hashtag) for word in splitter(part)]


def short_titles() -> list[list[str]]:
    """Titles of two to five words of plain letters, lower case."""
    titles = pd.read_csv(data_folder() / "blogs" / "blogs.csv.gz", usecols=["title"])["title"].astype(str)
    plain = (title.lower().split() for title in titles.drop_duplicates() if re.fullmatch("[A-Za-z ]+", title))
    return [words for words in plain if 2 <= len(words) <= 5]


if __name__ == "__main__":
    main()
