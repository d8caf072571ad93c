"""Which language a text is in: by its script where that decides, else by py3langid among common languages.

Unsure is None, never a guess: short texts, names and mixed texts stay unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from influence.store.visibility import row_day, visible

if TYPE_CHECKING:
    from influence.store.base import Store

CANDIDATES = (
    "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it",
    "ja", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "sw", "ta", "th", "tr", "uk", "ur",
    "vi", "zh",
)  # fmt: skip
"""Languages that are told apart (ISO 639-1); rarer ones would only be guessed for names and slang."""
SURE = 0.8
MIN_LETTERS, MAX_LETTERS = 12, 600
_SCRIPTS = {
    "ja": (re.compile(r"[\u3040-\u30ff]"), 0.1),
    "ko": (re.compile(r"[\uac00-\ud7af\u1100-\u11ff]"), 0.3),
    "zh": (re.compile(r"[\u3400-\u9fff]"), 0.3),
    "th": (re.compile(r"[\u0e00-\u0e7f]"), 0.3),
    "he": (re.compile(r"[\u0590-\u05ff]"), 0.3),
    "el": (re.compile(r"[\u0370-\u03ff]"), 0.3),
    "bn": (re.compile(r"[\u0980-\u09ff]"), 0.3),
    "ta": (re.compile(r"[\u0b80-\u0bff]"), 0.3),
}
"""Scripts that one language of the candidates uses, and the share of letters that decides (Japanese mixes)."""
NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|[\d_]+")
"""What tells no language: addresses, handles, tags, numbers."""
_LETTER = re.compile(r"[^\W\d_]")


def identify_one(text: str) -> str | None:
    """ISO 639-1 code of one text, None where nothing is sure."""
    plain = NOT_WORDS.sub(" ", text)[:MAX_LETTERS]
    letters = len(_LETTER.findall(plain))
    for language, (script, share) in _SCRIPTS.items():
        if len(script.findall(plain)) > share * letters:
            return language
    if letters < MIN_LETTERS:
        return None
    language, probability = _identifier().classify(plain)
    return str(language) if probability >= SURE else None


FOREIGN, NAMED, FEWEST_LETTERS = 0.2, 0.25, 8
"""Probability of English below which a text is foreign, that of another language from which it is (of slang, none has
so much), and letters that such a text has at least."""


def clearly_foreign(text: str) -> str | None:
    """The likeliest language of a text that is hardly English, None for one that may be.

    Examples
    --------
    >>> clearly_foreign("nu mai cumpar niciodata de la ei"), clearly_foreign("never buying from them again")
    ('ro', None)
    """
    plain = NOT_WORDS.sub(" ", text)[:MAX_LETTERS]
    if len(_LETTER.findall(plain)) < FEWEST_LETTERS:
        return None
    ranked = _identifier().rank(plain)
    language, probability = ranked[0]
    return str(language) if probability >= NAMED and dict(ranked)["en"] < FOREIGN else None


_SMALL = frozenset(
    ("the", "and", "with", "who", "our", "are", "from", "not", "that", "should", "which", "for")
)
_LEAST_SMALL = 0.08


def asked_language(text: str) -> str | None:
    """Language of a brief; plain English is told by its small words, so that most briefs load no model."""
    words = re.findall(r"[a-z]+", text.lower())
    if words and sum(word in _SMALL for word in words) >= max(2.0, _LEAST_SMALL * len(words)):
        return "en"
    return identify_one(text)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """py3langid, told to choose among `CANDIDATES` and to give probabilities."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages(list(CANDIDATES))
    return found


LATEST = 5
"""Posts by which an account's language is told, where nothing says it."""
_SPOKEN_SQL = """
with said as (
    select account_id, language, text, row_number() over (
        partition by account_id order by {day} desc nulls last, post_id
    ) as nth
    from posts where account_id in (select account_id from wanted_accounts) and {posts_known}
)
select account_id, language, text, nth from said where nth <= {latest}
union all
select account_id, null, bio, {latest} + 1 from accounts
where bio is not null and account_id in (select account_id from wanted_accounts) and {known}
order by account_id, nth
"""


def spoken_languages(
    store: Store, account_ids: Sequence[str], as_of_day: int | None = None
) -> dict[str, str]:
    """The language in which accounts write, for those where it can be told.

    What most of an account's `LATEST` posts are marked with; where none is marked, what these posts and the bio are
    identified as, read as one text. An account that cannot be told is not in the answer.

    Parameters
    ----------
    store : Store
    account_ids : sequence of str
    as_of_day : int, optional
        Only what was visible before this day.
    """
    import pyarrow as pa

    sql = _SPOKEN_SQL.format(
        day=row_day("posts"),
        latest=LATEST,
        posts_known=visible("posts", as_of_day),
        known=visible("accounts", as_of_day),
    )
    with store.register("wanted_accounts", pa.table({"account_id": pa.array(account_ids, pa.string())})):
        rows = store.query(sql).to_pylist()
    found: dict[str, str] = {}
    for account, said in groupby(rows, key=itemgetter("account_id")):
        language = _language_of(list(said))
        if language:
            found[account] = language
    return found


def _language_of(rows: Sequence[Mapping[str, Any]]) -> str | None:
    marked = Counter[str](sorted(row["language"] for row in rows if row["language"]))
    if marked:
        return marked.most_common(1)[0][0]
    return identify_one(". ".join(row["text"] for row in rows if row["text"]))
