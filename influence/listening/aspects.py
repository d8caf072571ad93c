"""What praise and complaint are about: aspects found in the clauses, each judged in its own clause, with quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.errors import SourceError, check_keys
from influence.listening.gathering import FEELINGS, felt
from influence.listening.reputation import reputation_of
from influence.listening.voice_share import Share
from influence.toml_files import read_toml, shipped

if TYPE_CHECKING:
    from influence.store.kept.keeper import Keeper
    from influence.text.sentiment.passages import Passage
    from influence.text.sentiment.score import Sentiment

Aspects = Mapping[str, re.Pattern[str]]
N_QUOTES = 3
LEAST_AUTHORS = 3
"""Authors who must use a word before it is called one of praise or complaint."""
PRIOR_AUTHORS = 10.0
N_WORDS = 8


@dataclass(frozen=True)
class Quote:
    """What somebody wrote, and where."""

    said: str
    account_id: str
    url: str | None


@dataclass(frozen=True)
class Aspect:
    """What is said about one side of the brand; `negative` is a share with the honest interval."""

    name: str
    n_posts: int
    n_authors: int
    n_negative: int
    n_positive: int
    negative: Share
    complaints: tuple[Quote, ...]
    praise: tuple[Quote, ...]


@dataclass(frozen=True)
class Word:
    """A word that those who complain (or praise) use and others do not; `surprise` in standard deviations."""

    word: str
    feeling: str
    n_authors: int
    surprise: float


def aspects_from(path: str | Path | None = None) -> Aspects:
    """The aspects of a file, or those that ship.

    Raises
    ------
    SourceError
        A section without a list of words.
    """
    data = (
        read_toml(path, "list of aspects", SourceError)
        if path
        else shipped("influence.listening", "aspects.toml")
    )
    for name, told in data.items():
        words = told.get("words") if isinstance(told, Mapping) else None
        listed = words if isinstance(words, list) else []
        if not listed or not all(isinstance(word, str) and word.strip() for word in listed):
            raise SourceError("an aspect needs its words", where=f"{path}, [{name}]", seen=told,
                             expected='words = ["delivery", "parcel"]')  # fmt: skip
        check_keys(told, ("words",), f"{path}, [{name}]", "list of aspects", SourceError)
    return {name: words_pattern(told["words"]) for name, told in data.items()}


def words_pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Where any of these words stands, or its plural; in any case, never inside another word."""
    listed = sorted((r"\s+".join(map(re.escape, word.split())) for word in words), key=lambda w: (-len(w), w))
    return re.compile(rf"(?<!\w)(?:{'|'.join(listed)})(?:e?s)?(?!\w)", re.IGNORECASE)


def aspect_rows(
    rows: pd.DataFrame, aspects: Aspects, model: Sentiment, keeper: Keeper | None = None
) -> pd.DataFrame:
    """One row a mention and aspect: `rows` with ``aspect``, ``clause`` and how that clause feels about it."""
    from influence.text.sentiment.remembered import kept_scores

    at, names, passages = [], [], []
    for row, said in enumerate(rows["said"].tolist()):
        for name, passage in _found(said, aspects):
            at.append(row)
            names.append(name)
            passages.append(passage)
    found = rows.iloc[at].reset_index(drop=True)
    scores = kept_scores(keeper, model, passages, [None] * len(passages))
    unread = found["p_negative"].isna().to_numpy()
    chance = np.where(unread[:, None], np.nan, scores.probabilities)
    clauses = [p.text[slice(*p.clause)].strip() if p.clause else p.text for p in passages]
    return found.assign(aspect=names, clause=clauses, **felt(chance))


def _found(said: str, aspects: Aspects) -> list[tuple[str, Passage]]:
    """The aspects of a text, each with its passage: where several are named, the clause of each decides."""
    from influence.text.sentiment.clauses import clause_span
    from influence.text.sentiment.passages import Passage

    spans = {name: hit.span() for name, pattern in aspects.items() if (hit := pattern.search(said))}
    shared = len(spans) > 1
    found = []
    for name, span in spans.items():
        others = tuple(other for key, other in spans.items() if key != name and other != span)
        clause = clause_span(said, span, others)
        found.append((name, Passage(said, span, (), clause, (span,), shared)))
    return found


def aspects_of(rows: pd.DataFrame) -> tuple[Aspect, ...]:
    """What `aspect_rows` say of each aspect, most named first."""
    told = [_aspect(str(name), part) for name, part in rows.groupby("aspect")]
    return tuple(sorted(told, key=lambda one: (-one.n_authors, one.name)))


def _aspect(name: str, rows: pd.DataFrame) -> Aspect:
    return Aspect(
        name, len(rows), rows["account_id"].nunique(),
        int((rows["feeling"] == "negative").sum()), int((rows["feeling"] == "positive").sum()),
        reputation_of(rows).negative, quotes_of(rows, "negative"), quotes_of(rows, "positive"),
    )  # fmt: skip


def quotes_of(rows: pd.DataFrame, feeling: str) -> tuple[Quote, ...]:
    """The surest texts of a feeling, one an author, none of accounts that are hidden, none twice."""
    felt = rows[(rows["feeling"] == feeling) & ~rows["is_hidden"]]
    felt = felt.sort_values([f"p_{feeling}", "account_id", "said"], ascending=[False, True, True])
    said = "clause" if "clause" in rows else "said"
    felt = felt.drop_duplicates("account_id").drop_duplicates(said).head(N_QUOTES)
    return tuple(Quote(*told) for told in zip(felt[said], felt["account_id"], felt["url"], strict=True))


def telling_words(rows: pd.DataFrame, names: Sequence[str]) -> tuple[Word, ...]:
    """Words of complaint and of praise that no list of aspects need know.

    Log-odds of a word among authors of one feeling against those of the other, with an informative Dirichlet prior of
    all authors, over its standard deviation; words of feeling itself ("bad") and the brand's names say nothing.

    References
    ----------
    Monroe, Colaresi and Quinn 2008, doi:10.1093/pan/mpn018.
    """
    from influence.text.sentiment.lexicon import word_valence
    from influence.text.tokens import Tokenizer, stem_word

    tokenizer = Tokenizer()
    barred = {stem_word(word) for word in word_valence()}.union(*map(tokenizer.terms, names))
    uses = {feeling: authors_by_word(rows[rows["feeling"] == feeling], tokenizer) for feeling in FEELINGS}
    negative, positive = uses["negative"], uses["positive"]
    words = sorted((set(negative) | set(positive)) - barred)
    return telling(words, negative, positive, "negative") + telling(words, positive, negative, "positive")


def authors_by_word(rows: pd.DataFrame, tokenizer: object) -> dict[str, int]:
    """Word -> how many accounts (``account_id``) use it in what they ``said``."""
    seen: dict[str, set[str]] = {}
    for account, said in zip(rows["account_id"], rows["said"], strict=True):
        for term in set(tokenizer.terms(said)):  # type: ignore[attr-defined]
            seen.setdefault(term, set()).add(account)
    return {term: len(authors) for term, authors in seen.items()}


def telling(
    words: list[str], here: dict[str, int], there: dict[str, int], feeling: str, n: int = N_WORDS
) -> tuple[Word, ...]:
    """The `n` words that most tell the authors `here` from those `there`; see `telling_words`."""
    a, b = (np.array([uses.get(word, 0) for word in words], dtype=float) for uses in (here, there))
    if not len(words) or a.sum() == 0:
        return ()
    prior = PRIOR_AUTHORS * (a + b) / max((a + b).sum(), 1)
    odds = [np.log((x + prior) / np.maximum(x.sum() + PRIOR_AUTHORS - x - prior, 1e-9)) for x in (a, b)]
    surprise = (odds[0] - odds[1]) / np.sqrt(1 / (a + prior) + 1 / (b + prior))
    best = np.flatnonzero((a >= LEAST_AUTHORS) & (surprise > 1.645))
    best = best[np.lexsort((best, -surprise[best]))][:n]
    return tuple(Word(words[k], feeling, int(a[k]), float(surprise[k])) for k in best)
