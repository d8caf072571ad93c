"""Does a niche in German, Spanish, French, Romanian or Japanese find the accounts that write about it?

    python -m benchmarks.text.languages FOLDER [--part train | test] [--model MODEL_FOLDER]

FOLDER is `data/annotated` of SIB-200, repository dadelani/sib-200 (sentences of FLORES-200 with a topic, the same in
every language; CC BY-SA 4.0, not shipped, get it yourself). Three sentences of one topic make an account. Five words
and a brief a topic (`benchmarks/topics.toml`) were written before anything was measured; parameters were chosen on
`train`. Beside it BM25 with the language's stemmer (Snowball) and stop words, for Japanese pairs of letters.
`English asks`: the English words and briefs over the texts of the other language. With the folder of a sentence model
(`influence models build`) both also as it reorders them. Mean P@10 of three draws.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import bm25s
import numpy as np
import pandas as pd
import pyarrow as pa
import snowballstemmer
from stopwordsiso import stopwords

from benchmarks.text.blogs import ROOT, best_first
from benchmarks.text.indexing import index_from
from influence.errors import NicheError
from influence.store.kept.keeper import Keeper
from influence.text.encoder import Encoder, RememberingEncoder, reorder
from influence.text.index import TextIndex
from influence.text.niche import Niche
from influence.text.relevance import niche_relevance

LANGUAGES = {
    "de": ("deu_Latn", "german"), "es": ("spa_Latn", "spanish"), "fr": ("fra_Latn", "french"),
    "ro": ("ron_Latn", "romanian"), "ja": ("jpn_Jpan", ""), "en": ("eng_Latn", "english"),
}  # fmt: skip
EACH, DRAWS, FIRST = 3, 3, 10


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", choices=["train", "test"], default="test")
    parser.add_argument("--model", help="folder of a sentence model")
    told = parser.parse_args()
    kept = Keeper(Path(tempfile.mkdtemp()), str)
    model = RememberingEncoder(told.model, kept) if told.model else None
    asked = tomllib.loads((ROOT / "benchmarks" / "topics.toml").read_text(encoding="utf-8"))
    rows = [
        row
        for language, (name, _) in LANGUAGES.items()
        for draw in range(DRAWS)
        for row in judge(
            language, pd.read_csv(told.folder / name / f"{told.part}.tsv", sep="\t"), asked, draw, model
        )
    ]
    table = pd.DataFrame(rows).pivot_table("P@10", ["how", "method"], "language", sort=False)
    print(table.round(3).to_string())


def judge(
    language: str, sentences: pd.DataFrame, asked: dict, draw: int, model: Encoder | None = None
) -> list[dict[str, object]]:
    """P@10 of each topic by each method, for words and for briefs."""
    index, topics, texts, said = accounts_of(sentences, draw)
    bm25 = bm25_of(texts, language)
    rows = []
    for how, as_niche in (("words", Niche), ("briefs", lambda text: Niche(brief=text))):
        own, english = asked[language][how], asked["en"][how]
        for topic in own:
            right = (topics == topic).to_numpy()
            methods = {
                "BM25, stemmer": bm25(own[topic]),
                "influence": fit_of(index, as_niche(own[topic])),
                "English asks": fit_of(index, as_niche(english[topic])),
            }
            if model:
                methods["influence, model"] = fit_of(index, as_niche(own[topic]), model, said)
                methods["English asks, model"] = fit_of(index, as_niche(english[topic]), model, said)
            first = min(FIRST, int(right.sum()))
            rows += [
                {
                    "language": language,
                    "how": how,
                    "method": name,
                    "P@10": right[best_first(score)[:first]].mean(),
                }
                for name, score in methods.items()
            ]
    return rows


def fit_of(
    index: TextIndex, niche: Niche, model: Encoder | None = None, said: Mapping[str, str] | None = None
) -> np.ndarray:
    """Fit of every account; nobody fits a niche of which no word is known. A model reads the posts again."""
    try:
        found = niche_relevance(index, niche)
        return (
            reorder(found, niche, model, lambda posts: said or {}).account_fit if model else found.account_fit
        )
    except NicheError:
        return np.zeros(index.n_accounts)


def accounts_of(sentences: pd.DataFrame, seed: int) -> tuple[TextIndex, pd.Series, pd.Series, dict[str, str]]:
    """Index, topic and all texts of accounts of `EACH` sentences, and the posts."""
    shuffled = sentences.sample(frac=1.0, random_state=seed)
    nth = shuffled.groupby("category").cumcount()
    codes, _ = pd.factorize(shuffled["category"] + (nth // EACH).astype(str))
    names = np.random.default_rng(seed).permutation(codes.max() + 1)[codes]
    shuffled["account_id"] = [f"web:{name:04d}" for name in names]
    posts = shuffled[shuffled.groupby("account_id")["text"].transform("size") == EACH]
    posts = posts.sort_values("account_id")
    ids = sorted(posts["account_id"].unique())
    blank = pa.nulls(len(ids), pa.string())
    accounts = pa.table({"account_id": ids, "handle": blank, "name": blank, "bio": blank})
    told = {
        "post_id": [f"p{n:06d}" for n in range(len(posts))],
        "account_id": list(posts["account_id"]),
        "text": list(posts["text"]),
        "day": [1] * len(posts),
    }
    by_account = posts.groupby("account_id")
    index = index_from(accounts, pa.table(told))
    said = dict(zip(told["post_id"], told["text"], strict=True))
    return index, by_account["category"].first(), by_account["text"].agg(" ".join), said


def bm25_of(texts: pd.Series, language: str) -> Callable[[str], np.ndarray]:
    """BM25 over the words of a language, or over pairs of letters."""
    rules = LANGUAGES[language][1]
    stem = snowballstemmer.stemmer(rules).stemWord if rules else str
    stops = stopwords(language)

    def terms(text: str) -> list[str]:
        words = [word for word in re.findall(r"\w+", text.lower()) if word not in stops]
        return (
            [stem(word) for word in words] if rules else [w[i : i + 2] for w in words for i in range(len(w))]
        )

    model = bm25s.BM25()
    model.index([terms(text) for text in texts], show_progress=False)
    return lambda query: np.asarray(model.get_scores(terms(query)))


if __name__ == "__main__":
    main()
