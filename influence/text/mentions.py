"""Mentions of a brand: who names it, what the clause about it says, how it feels, and why we think so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from influence.errors import MissingDataError
from influence.store.kept.keeper import keeper_of
from influence.store.visibility import visible
from influence.text.sentiment.clauses import cut_passage, name_pattern
from influence.text.sentiment.languages import LANGUAGES, OTHER, ROUGH_MARK
from influence.text.sentiment.modelfile import MODEL_PATH, model_mark
from influence.text.sentiment.sentences import READ, sentences_mark
from influence.writing.rows import Rows

if TYPE_CHECKING:
    from influence.store.base import Store
    from influence.text.sentiment.passages import Passage
    from influence.text.sentiment.score import Sentiment

NOT_TOLD = frozenset({"und", "qme", "zxx", "mul", ""})
"""Language codes by which a platform says that it could not tell."""
LONG_CODES = {
    "eng": "en", "english": "en", "deu": "de", "ger": "de", "german": "de", "spa": "es", "spanish": "es",
    "fra": "fr", "fre": "fr", "french": "fr", "ita": "it", "italian": "it", "por": "pt", "portuguese": "pt",
    "nld": "nl", "dut": "nl", "dutch": "nl", "pol": "pl", "polish": "pl", "ron": "ro", "rum": "ro", "romanian": "ro",
    "ara": "ar", "arabic": "ar",
}  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """One text that names the brand; the order of the fields is the order of JSON and CSV.

    Probabilities are None where the language is not known to the model: unknown, not neutral.
    """

    account_id: str | None
    post_id: str | None
    clause: str
    p_negative: float | None
    p_neutral: float | None
    p_positive: float | None
    reason: str
    language: str | None

    @property
    def is_rough(self) -> bool:
        """Read in another language than English, by a model that is right less often."""
        return self.reason.startswith(ROUGH_MARK)

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON, in field order."""
        return dict(vars(self))


_TEXTS = ("account_id", "post_id", "clause", "reason", "language")


@dataclass(frozen=True)
class Mentions(Rows[Mention]):
    """Mentions in order of account and post, and what the search saw.

    Attributes
    ----------
    rows : tuple of Mention
    days : ndarray of float64, shape (n_mentions,)
        Days since 1970-01-01, NaN where unknown.
    n_texts : int
        Texts looked at.
    n_unknown_language : int
        Mentions that the model cannot read.
    """

    shown = ("account_id", "clause", "p_negative", "p_neutral", "p_positive")

    rows: tuple[Mention, ...]
    days: np.ndarray
    n_texts: int
    n_unknown_language: int
    is_own_post: np.ndarray
    """Shape (n_mentions,): a post of its own, not a comment or reply; in order of `rows`."""

    @property
    def n_rough(self) -> int:
        """Mentions read roughly, in another language than English."""
        return sum(row.is_rough for row in self.rows)

    @property
    def probabilities(self) -> np.ndarray:
        """Shape (n_mentions, 3): negative, neutral, positive; NaN where unknown."""
        rows = [(m.p_negative, m.p_neutral, m.p_positive) for m in self.rows]
        return np.array(rows, dtype=np.float64).reshape(len(rows), 3)

    def parts(self) -> dict[str, Any]:
        """Plain arrays and numbers, to be kept in a file."""
        texts = {name: np.array([getattr(row, name) for row in self.rows], dtype=object) for name in _TEXTS}
        return {**{name: value for name, value in vars(self).items() if name != "rows"},
                "texts": texts, "probabilities": self.probabilities}  # fmt: skip

    @classmethod
    def of(cls, parts: Mapping[str, Any]) -> Mentions:
        """Read back what `parts` gave."""
        texts = [parts["texts"][name].tolist() for name in _TEXTS]
        chances = [[None] * 3 if isnan(p[0]) else p for p in parts["probabilities"].tolist()]
        rows = (
            Mention(account, post, clause, p[0], p[1], p[2], reason, language)
            for account, post, clause, reason, language, p in zip(*texts, chances, strict=True)
        )
        rest = {name: value for name, value in parts.items() if name not in ("texts", "probabilities")}
        return cls(rows=tuple(rows), **rest)


class _Text(NamedTuple):
    account_id: str | None
    post_id: str | None
    day: float
    language: str | None
    text: str
    own: bool = True


def find_mentions(
    source: Store | Iterable[str],
    brand: str,
    aliases: Sequence[str] = (),
    rivals: Sequence[str] = (),
    as_of_day: int | None = None,
    *,
    model: Sentiment | None = None,
) -> Mentions:
    """Who mentions this brand, and how do they feel about it?

    Parameters
    ----------
    source : Store or iterable of str
        A workspace's store (posts and the texts of interactions), or plain texts.
    brand : str
        Found as a word, a possessive, a #hashtag and an @handle in any case; never inside another word.
    aliases : sequence of str
        Other names of the brand.
    rivals : sequence of str
        Names that mark where the talk is about somebody else.
    as_of_day : int, optional
        Only texts known before this day (days since 1970-01-01), as in `influence.store.visibility`.
    model : Sentiment, optional
        Default: the one that comes with the package.

    Returns
    -------
    Mentions

    Examples
    --------
    >>> found = find_mentions(["I love Acme!", "Macmeals are fine"], "acme")
    >>> [(m.clause, m.p_positive > 0.5) for m in found]
    [('I love Acme!', True)]
    """
    return mentions_of_each(source, {brand: aliases}, as_of_day, others=rivals, model=model)[brand]


def mentions_of_each(
    source: Store | Iterable[str],
    brands: Mapping[str, Sequence[str]],
    as_of_day: int | None = None,
    *,
    others: Sequence[str] = (),
    model: Sentiment | None = None,
) -> dict[str, Mentions]:
    """Mentions of several brands from one reading of the texts; for each the rest are its rivals.

    Parameters
    ----------
    source : Store or iterable of str
        As in `find_mentions`.
    brands : mapping of brand to its other names
    as_of_day : int, optional
    others : sequence of str
        Rivals of all of them, whose own mentions are not asked for.
    model : Sentiment, optional
    """
    store = cast("Store", source) if hasattr(source, "query") else None
    keeper = keeper_of(store) if store else None

    def found() -> dict[str, Mentions]:
        return _found_of_each(source, store, brands, as_of_day, others, model)

    if keeper is None:
        return found()
    of_brands = [(brand, tuple(more)) for brand, more in brands.items()]
    asked = repr((of_brands, tuple(others), as_of_day, model.mark if model else _default_mark()))
    digest = blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
    kept = keeper.once(f"mentions@{digest}", lambda: {brand: one.parts() for brand, one in found().items()})
    return {brand: Mentions.of(parts) for brand, parts in kept.items()}


def _found_of_each(
    source: Store | Iterable[str],
    store: Store | None,
    brands: Mapping[str, Sequence[str]],
    as_of_day: int | None,
    others: Sequence[str],
    model: Sentiment | None,
) -> dict[str, Mentions]:
    from influence.text.sentiment.score import load_sentiment

    seekers = {brand: _Seeker.of(brand, brands, others) for brand in brands}
    names = [name for brand, more in brands.items() for name in (brand, *more)]
    n_read = 0
    for row in _store_texts(store, names, as_of_day) if store else _plain(source):
        n_read += 1
        for seeker in seekers.values():
            seeker.look(row)
    n_texts = count_texts(store, as_of_day) if store else n_read
    judge = model or load_sentiment()
    return {brand: _scored(seeker.found, n_texts, judge, store) for brand, seeker in seekers.items()}


@dataclass(frozen=True)
class _Seeker:
    """What one brand is found by, what it is set against, and what was found."""

    names: re.Pattern[str]
    rivals: re.Pattern[str] | None
    found: list[tuple[_Text, Passage]]

    @classmethod
    def of(cls, brand: str, brands: Mapping[str, Sequence[str]], others: Sequence[str]) -> _Seeker:
        rest = [name for one, more in brands.items() if one != brand for name in (one, *more)]
        rivals = [name for name in (*rest, *others) if name.strip(" @#")]
        return cls(name_pattern([brand, *brands[brand]]), name_pattern(rivals) if rivals else None, [])

    def look(self, row: _Text) -> None:
        hit = self.names.search(row.text)
        if hit:
            self.found.append((row, cut_passage(row.text, hit.span(), self.rivals, self.names)))


def score_lines(texts: Iterable[str], model: Sentiment) -> Mentions:
    """How each of these texts feels as a whole, in the shape of mentions."""
    from influence.text.sentiment.clauses import passage_of

    rows = list(_plain(texts))
    return _scored([(row, passage_of(row.text, None)) for row in rows], len(rows), model)


def _scored(
    found: list[tuple[_Text, Passage]], n_texts: int, model: Sentiment, store: Store | None = None
) -> Mentions:
    """Mentions with their scores; what was judged before for this workspace is not judged again."""
    from influence.text.sentiment.remembered import kept_scores

    stated = [_stated(row.language) for row, _ in found]
    keeper = keeper_of(store) if store else None
    scores = kept_scores(keeper, model, [passage for _, passage in found], stated, store)
    chance = scores.probabilities
    rows = [
        _mention(row, passage, values, reason, read)
        for (row, passage), values, reason, read in zip(
            found, chance.round(4).tolist(), scores.reasons, scores.languages, strict=True
        )
    ]
    days = np.array([row.day for row, _ in found], dtype=np.float64)
    own = np.array([row.own for row, _ in found], dtype=bool)
    return Mentions(tuple(rows), days, n_texts, int(np.isnan(chance[:, 0]).sum()), own)


def _default_mark() -> str:
    """The mark of the default model, without reading it."""
    return model_mark(MODEL_PATH) + sentences_mark()


def _stated(language: str | None) -> str | None:
    """The code that a platform's says, if any model reads it, else `OTHER`; None where it says nothing."""
    code = re.split(r"[-_]", (language or "").strip().lower())[0]
    code = LONG_CODES.get(code, code)
    return None if code in NOT_TOLD else code if code in LANGUAGES or code in READ else OTHER


def _mention(row: _Text, passage: Passage, chance: list[float], reason: str, read: str | None) -> Mention:
    negative, neutral, positive = [None] * 3 if isnan(chance[0]) else chance
    language = row.language or read
    said = passage.read.strip()
    return Mention(row.account_id, row.post_id, said, negative, neutral, positive, reason, language)


def _plain(texts: object) -> Iterator[_Text]:
    for text in texts:  # type: ignore[attr-defined]
        yield _Text(None, None, float("nan"), None, str(text))


_SQL = """
with said as (
    select account_id, post_id, created_day, language, text, reply_to is null as own from posts where {posts}
    union all
    select actor_id, post_id, created_day, cast(null as varchar), text, false from interactions where {interactions}
)
select account_id, post_id, created_day, language, text, own from said
where text is not null and ({names})
order by account_id, post_id nulls last, created_day nulls last, text
"""


def _store_texts(store: Store, names: Sequence[str], as_of_day: int | None) -> Iterator[_Text]:
    """Texts that may name the brand: the engine drops the rest before Python sees them."""
    parts = [re.split(r"[\s_-]+", name.strip(" @#").lower()) for name in names if name.strip(" @#")]
    words = [max(words, key=len) for words in parts]
    sql = _SQL.format(
        names=" or ".join(["contains(lower(text), ?)"] * len(words)),
        posts=visible("posts", as_of_day),
        interactions=visible("interactions", as_of_day),
    )
    table = store.query(sql, words)
    for batch in table.to_batches(max_chunksize=10_000):
        columns = [column.to_pylist() for column in batch.columns]
        for account, post, day, language, text, own in zip(*columns, strict=True):
            yield _Text(account, post, float("nan") if day is None else float(day), language, text, own)


def count_texts(store: Store, as_of_day: int | None = None) -> int:
    """Texts in the workspace as of a day: posts and interactions that say something."""
    parts = [
        f"(select count(*) from {table} where text is not null and {visible(table, as_of_day)})"
        for table in ("posts", "interactions")
    ]
    return int(store.query(f"select {' + '.join(parts)} as n")["n"][0].as_py())


def require_texts(store: Store) -> None:
    """Raise `MissingDataError` when there is no text in the workspace."""
    told = (f"exists(select 1 from {table} where text is not null)" for table in ("posts", "interactions"))
    if not store.query(f"select {' or '.join(told)} as said")["said"][0].as_py():
        raise MissingDataError(
            "there is no text to look for mentions in",
            expected="posts, or interactions with their text",
            hint="import posts with a text column: `influence import posts.csv`",
        )
