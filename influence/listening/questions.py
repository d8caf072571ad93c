"""Questions to the brand, and which of them its own accounts have not answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from influence.text.sentiment.asides import without_questions
from influence.text.sentiment.clauses import name_pattern
from influence.text.sentiment.tokens import NAME

if TYPE_CHECKING:
    import re

    from influence.store.base import Store


def asks(said: str, names: re.Pattern[str]) -> bool:
    """Whether a text asks something: a question or a request, of whoever it names.

    >>> from influence.text.sentiment.clauses import name_pattern
    >>> [asks(text, name_pattern(["Acme"])) for text in ("@Acme where is my parcel?", "Acme is good")]
    [True, False]
    """
    return without_questions(names.sub(NAME, said)) is not None


def own_accounts(store: Store, names: Sequence[str]) -> list[str]:
    """Accounts whose handle is the brand's name."""
    pattern = name_pattern(names)
    rows = store.query("select account_id, handle from accounts where handle is not null order by account_id")
    pairs = zip(rows["account_id"].to_pylist(), rows["handle"].to_pylist(), strict=True)
    return [account for account, handle in pairs if pattern.fullmatch(handle)]


def unanswered(store: Store, rows: pd.DataFrame, names: Sequence[str], until: int) -> pd.DataFrame | str:
    """Rows that ask something before a day and that no account of the brand has answered; words where none is known.

    An answer is a reply or a comment with words on the same post by an account whose handle is the brand's name.
    """
    own = own_accounts(store, names)
    if not own:
        return "no account of the brand is in the data, so answers cannot be seen"
    pattern = name_pattern(names)
    asked = rows[(rows["day"] < until) & rows["post_id"].notna()]
    asked = asked[asked["said"].map(lambda said: asks(said, pattern)).astype(bool)]
    answered = _answered(store, own, asked["post_id"].tolist())
    return asked[~asked["post_id"].isin(answered)]


_ANSWERS = """
select reply_to as post_id from posts where account_id in (select unnest(?)) and reply_to in (select unnest(?))
union
select post_id from interactions
where actor_id in (select unnest(?)) and post_id in (select unnest(?)) and text is not null
    and kind in ('comment', 'reply')
"""


def _answered(store: Store, own: Sequence[str], posts: Sequence[str]) -> set[str]:
    found = store.query(_ANSWERS, [list(own), list(posts), list(own), list(posts)])
    return set(found["post_id"].to_pylist())
