"""Does a niche in French find the accounts that write about it?

    python -m benchmarks.text.languages FILE.tsv

FILE is a part of MasakhaNEWS, `data/fra/test.tsv` of the repository masakhane-io/masakhane-news (columns category, headline,
text; not shipped, get it yourself). Three articles of one topic, headline and first sentence, make an account. Five
words and a brief for each topic were written before anything was measured; parameters were chosen on `dev.tsv`. Beside it
BM25 with the French stemmer and stop words. Mean P@10 of three draws.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import bm25s
import numpy as np
import pandas as pd
import pyarrow as pa
import snowballstemmer
from stopwordsiso import stopwords

from benchmarks.text.blogs import best_first
from influence.text.index import TextIndex
from influence.text.niche import Niche
from influence.text.relevance import niche_relevance

# fmt: off
# ruff: noqa: E501
WORDS = {
    "business": "économie entreprise marché argent commerce",
    "health": "santé maladie médecin hôpital vaccin",
    "politics": "politique président élection gouvernement parti",
    "sports": "sport football équipe match joueur",
    "technology": "technologie internet téléphone numérique réseaux sociaux",
}
BRIEFS = {
    "business": "Notre cliente, une banque en ligne, cherche des blogueurs qui parlent d'économie, d'entreprises, de prix, "
    "d'emploi et de commerce, sans parler de sport.",
    "health": "Campagne pour une mutuelle : des auteurs qui écrivent sur la santé, les maladies, les hôpitaux, la grossesse, "
    "les médicaments et le bien-être. Budget 3000 euros.",
    "politics": "Un journal lance une application ; nous cherchons des voix qui commentent la politique, les élections, les "
    "présidents, les ministres et les partis d'opposition.",
    "sports": "Pour une marque de chaussures : des passionnés de sport, de football, de la Coupe d'Afrique, de joueurs et "
    "d'entraîneurs, qui commentent les matchs et les victoires.",
    "technology": "Lancement d'un smartphone : créateurs qui expliquent les technologies, internet, les applications, les "
    "téléphones portables, les réseaux sociaux et le numérique.",
}
# fmt: on
EACH, DRAWS, FIRST = 3, 3, 10


def main() -> None:
    articles = pd.read_csv(sys.argv[1], sep="\t").dropna(subset=["headline"])
    rows = [row for draw in range(DRAWS) for row in judge(*accounts_of(articles, draw))]
    print(pd.DataFrame(rows).groupby("method", sort=False)["P@10"].mean().round(3).to_string())


def accounts_of(articles: pd.DataFrame, seed: int) -> tuple[TextIndex, pd.Series, pd.Series]:
    """Index, topic and all texts of accounts of `EACH` articles."""
    shuffled = articles.sample(frac=1.0, random_state=seed)
    shuffled["text"] = shuffled["headline"] + ". " + shuffled["text"].fillna("").str.split(".").str[0]
    nth = shuffled.groupby("category").cumcount()
    shuffled["account_id"] = [
        f"web:{abs(hash_of(c, n // EACH, seed)):012d}" for c, n in zip(shuffled["category"], nth, strict=True)
    ]
    posts = shuffled[shuffled.groupby("account_id")["text"].transform("size") == EACH].sort_values(
        "account_id"
    )
    ids = sorted(posts["account_id"].unique())
    blank = pa.nulls(len(ids), pa.string())
    accounts = pa.table({"account_id": ids, "handle": blank, "name": blank, "bio": blank})
    names = [f"p{n:06d}" for n in range(len(posts))]
    table = pa.table(
        {
            "post_id": names,
            "account_id": list(posts["account_id"]),
            "text": list(posts["text"]),
            "day": [1] * len(posts),
        }
    )
    by_account = posts.groupby("account_id")
    return (
        TextIndex.from_tables(accounts, table),
        by_account["category"].first(),
        by_account["text"].agg(" ".join),
    )


def hash_of(topic: str, group: int, seed: int) -> int:
    """A number that says nothing about the topic, the same every time."""
    return int(np.random.default_rng([seed, group, *topic.encode()]).integers(10**12))


def judge(index: TextIndex, topics: pd.Series, texts: pd.Series) -> list[dict[str, object]]:
    """P@10 of each topic by each method."""
    bm25 = bm25_of(texts)
    methods: dict[str, Callable[[str], np.ndarray]] = {
        "words: BM25, French stemmer": lambda topic: bm25(WORDS[topic]),
        "words: influence": lambda topic: niche_relevance(index, Niche(WORDS[topic])).account_fit,
        "briefs: BM25, French stemmer": lambda topic: bm25(BRIEFS[topic]),
        "briefs: influence": lambda topic: niche_relevance(index, Niche(brief=BRIEFS[topic])).account_fit,
    }
    own = {topic: (topics == topic).to_numpy() for topic in WORDS}
    return [
        {"method": name, "P@10": own[topic][best_first(score(topic))[: min(FIRST, own[topic].sum())]].mean()}
        for name, score in methods.items()
        for topic in WORDS
    ]


def bm25_of(texts: pd.Series) -> Callable[[str], np.ndarray]:
    stem, stops = snowballstemmer.stemmer("french").stemWord, stopwords("fr")

    def terms(text: str) -> list[str]:
        return [stem(word) for word in re.findall(r"\w+", text.lower()) if word not in stops]

    model = bm25s.BM25()
    model.index([terms(text) for text in texts], show_progress=False)
    return lambda query: np.asarray(model.get_scores(terms(query)))


if __name__ == "__main__":
    main()
