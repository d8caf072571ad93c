"""Findability: what a niche's voices ask, whom they link to, whom assistants cite, what words a brand's pages lack."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.errors import SourceError
from influence.listening.aspects import authors_by_word
from influence.listening.themes import telling
from influence.sources.small import read_table
from influence.store.people.handles import account_of, own_domain
from influence.text.sentiment.asides import without_questions
from influence.toml_files import shipped

if TYPE_CHECKING:
    from influence.listening.periods import Period
    from influence.store.base import Store

COLUMNS: Mapping[str, Sequence[str]] = shipped("influence.listening", "citations.toml")
"""Role -> headers of trackers, lower case. A cell may hold several addresses."""


@dataclass(frozen=True)
class Cited:
    """Who is cited: on how many prompts of all, by which engines; `account_id` where the workspace knows the place."""

    name: str
    account_id: str | None
    n_prompts: int
    engines: tuple[str, ...]
    contacted: bool


@dataclass(frozen=True)
class Citations:
    """What the trackers tell, most prompts first."""

    cited: tuple[Cited, ...]
    n_prompts: int
    engines: tuple[str, ...]


def read_citations(path: str | Path) -> list[tuple[str, str, str]]:
    """Prompt, engine and address (empty where nothing was cited), one a citation.

    A table with columns of `COLUMNS`, or the JSON of `citation_check.py` of ai-visibility-monitor
    (``queries``: ``query``, ``citations_union``: ``url``).

    Raises
    ------
    SourceError
        There is no column of prompts or of addresses.
    """
    file = Path(path)
    if file.suffix.lower() == ".json" and (told := _monitor(file)) is not None:
        return told
    table = read_table(file)
    by_name = {header.strip().lower().replace(" ", "_"): header for header in table.headers}
    heads = {
        role: next((by_name[name] for name in names if name in by_name), "")
        for role, names in COLUMNS.items()
    }
    if not heads["prompt"] or not heads["url"]:
        raise SourceError("no column says what was asked, or what was cited", where=str(path),
                          seen=", ".join(table.headers), expected="prompt, engine and cited_urls")  # fmt: skip
    return [found for _, row in table.rows for found in _row(row, heads)]


def _row(row: Mapping[str, str], heads: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    prompt, engine, cell = (row.get(heads[role], "") for role in ("prompt", "engine", "url"))
    if prompt:
        for one in re.split(r"[\s,;|\[\]\"']+", cell) if cell else [""]:
            if not cell or "." in one:
                yield prompt, engine or "not told", one


def _monitor(file: Path) -> list[tuple[str, str, str]] | None:
    """The JSON of ai-visibility-monitor; None where it is another."""
    try:
        data = json.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError) as fault:
        raise SourceError("this is no JSON", where=str(file), seen=str(fault)) from fault
    if not isinstance(data, dict) or not isinstance(data.get("queries"), list):
        return None
    engine = str(data.get("model") or "not told")
    return [
        (str(query.get("query", "")), engine, str(one.get("url", "")))
        for query in data["queries"]
        for one in (query.get("citations_union") or [{}])
    ]


def citations_of(
    rows: Collection[tuple[str, str, str]],
    known: Mapping[str, str],
    contacted: Collection[str],
    hidden: Callable[[str], bool],
) -> Citations:
    """Who is cited, on how many prompts, by whom?

    Parameters
    ----------
    rows : collection of (prompt, engine, address)
    known : mapping
        Name of a place (`influence.listening.findable.name_of`) -> account.
    contacted : collection of str
        Accounts.
    hidden : callable
        Whether a place or account must not be named.
    """
    prompts: dict[str, set[str]] = {}
    engines: dict[str, set[str]] = {}
    for prompt, engine, url in rows:
        name = name_of(url if URL.match(url) else f"https://{url}") if url else None
        if name and not hidden(name):
            prompts.setdefault(name, set()).add(prompt)
            engines.setdefault(name, set()).add(engine)
    cited = [
        Cited(name, known.get(name), len(asked), tuple(sorted(engines[name])), known.get(name) in contacted)
        for name, asked in prompts.items()
    ]
    ordered = sorted(cited, key=lambda one: (-one.n_prompts, -len(one.engines), one.name))
    return Citations(tuple(ordered), len({row[0] for row in rows}), tuple(sorted({row[1] for row in rows})))


URL = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+")
TAG = re.compile(r"<[^>]*>")
N_ASKED = 8
MOST_TEXTS = 5_000
"""Latest texts read of a side; more would not change which words tell it apart."""
MAX_BYTES = 64_000_000


@dataclass(frozen=True)
class Linked:
    """A domain (or the account of a profile) that voices link to; each voice votes once."""

    name: str
    n_voices: int
    n_links: int


@dataclass(frozen=True)
class MarketQuestion:
    """A question, how many answered it, and the domains that answers link to."""

    said: str
    account_id: str
    n_answers: int
    linked: tuple[str, ...]


@dataclass(frozen=True)
class BrandPages:
    """A brand's pages: their addresses, the domain of most, and the words in addresses and titles."""

    addresses: tuple[str, ...]
    domain: str | None
    terms: frozenset[str]


def read_pages(path: str | Path) -> BrandPages:
    """Addresses and words of a sitemap or of a list of pages (an address a line, with a title if you like).

    Raises
    ------
    SourceError
        The file cannot be read, is larger than `MAX_BYTES`, or holds no address.
    """
    from influence.text.tokens import Tokenizer

    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise SourceError("the list of pages is too large", where=str(file), expected="less than 64 MB")
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise SourceError("the list of pages cannot be read", where=str(file), seen=str(fault)) from fault
    plain = TAG.sub(" ", text)
    found = tuple(dict.fromkeys(URL.findall(plain)))
    if not found:
        raise SourceError("no address is in the list of pages", where=str(file),
                          expected="a sitemap.xml, or an address a line")  # fmt: skip
    domains = Counter(domain for one in found if (domain := own_domain(one)))
    paths = " ".join(re.sub(r"[-_/.+]", " ", one.partition("://")[2].partition("/")[2]) for one in found)
    terms = frozenset(Tokenizer().terms(f"{paths} {URL.sub(' ', plain)}"))
    return BrandPages(found, domains.most_common(1)[0][0] if domains else None, terms)


def links_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Links in texts: ``account_id, said`` -> ``account_id, url, name``; links to one's own place are none."""
    found = [
        (account, url, name)
        for account, said in zip(rows["account_id"], rows["said"], strict=True)
        for url in map(_trimmed, URL.findall(said))
        if (name := name_of(url)) and name != account and f"web:{name}" != account
    ]
    return pd.DataFrame(found, columns=["account_id", "url", "name"]).drop_duplicates()


def _trimmed(url: str) -> str:
    return url.rstrip(".,;:!?…").rstrip("/")


def name_of(url: str) -> str | None:
    """Whom an address stands for: the account of a profile, else the domain that somebody owns.

    >>> name_of("https://shop.crumb.co.uk/x?y=1"), name_of("https://www.instagram.com/oven_amy/")
    ('crumb.co.uk', 'instagram:oven_amy')
    """
    found = account_of(url)
    if found is not None and found.platform != "web":
        return found.account_id
    return own_domain(url)


def votes(links: pd.DataFrame, column: str = "name") -> tuple[Linked, ...]:
    """What most accounts link to; one account is one vote."""
    by = links.groupby(column)
    table = pd.DataFrame({"voices": by["account_id"].nunique(), "links": by.size()}).reset_index()
    table = table.sort_values(["voices", "links", column], ascending=[False, False, True])
    return tuple(Linked(str(a), int(b), int(c)) for a, b, c in table.itertuples(index=False))


def questions_of(
    store: Store, rows: pd.DataFrame, words: Collection[str]
) -> tuple[tuple[MarketQuestion, ...], tuple[Linked, ...], int]:
    """Questions with the most answers, who answers most, and how many ask.

    Parameters
    ----------
    rows : DataFrame
        ``account_id, post_id, said`` of the niche's voices.
    words : collection of str
        `niche_words`: what asks without any of them ("New phone, who this?") is none of the niche's questions.
    """
    from influence.text.tokens import Tokenizer

    tokenizer, telling_ones = Tokenizer(), set(words)

    def asks(said: str) -> bool:
        return without_questions(said) is not None and not telling_ones.isdisjoint(tokenizer.terms(said))

    asking = rows[rows["said"].map(asks).astype(bool)]
    replies = store.query(_REPLIES, [asking["post_id"].tolist()] * 2).to_pandas()
    who = asking.set_index("post_id")["account_id"]
    replies = replies[replies["account_id"] != replies["asked"].map(who)]
    answers = replies.groupby("asked")["account_id"].nunique()
    told = asking.assign(n=asking["post_id"].map(answers).fillna(0).astype(int))
    told = told.sort_values(["n", "post_id"], ascending=[False, True]).drop_duplicates("said").head(N_ASKED)
    found = []
    for row in told.itertuples():
        links = links_of(replies[replies["asked"] == row.post_id])
        found.append(
            MarketQuestion(row.said, row.account_id, row.n, tuple(one.name for one in votes(links)[:3]))
        )
    by = replies.groupby("account_id")["asked"]
    helpers = sorted(((str(one), n, k) for (one, n), k in zip(by.nunique().items(), by.size(), strict=True)),
                     key=lambda told: (-told[1], told[0]))  # fmt: skip
    return tuple(found), tuple(Linked(*one) for one in helpers), len(asking)


_REPLIES = """
select reply_to as asked, account_id, coalesce(text, '') as said from posts where reply_to in (select unnest(?))
union all
select post_id, actor_id, coalesce(text, '') from interactions
where post_id in (select unnest(?)) and kind in ('comment', 'reply')
"""


def dated_in(period: Period | None) -> str:
    """The posts of a period as a condition of SQL; all of them where none is told."""
    return f"created_day >= {period.first:d} and created_day < {period.end:d}" if period else "true"


def texts_of(
    store: Store, accounts: Sequence[str], period: Period | None = None, *, others: bool = False
) -> pd.DataFrame:
    """The latest posts with words of these accounts, or of all others: ``account_id, post_id, said``."""
    sql = (
        "select account_id, post_id, text as said from posts where text is not null and "
        f"(account_id in (select unnest(?))) = {'false' if others else 'true'} and {dated_in(period)} "
        "order by created_day desc nulls last, post_id limit ?"
    )
    return store.query(sql, [list(accounts), MOST_TEXTS]).to_pandas()


def niche_words(niche: pd.DataFrame, others: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    """Words (stems) that tell the niche's voices from other accounts, with how many use them, the most telling first.

    By `influence.listening.themes.telling`, as the themes of a niche.
    """
    from influence.text.tokens import Tokenizer

    tokenizer = Tokenizer()
    uses = [authors_by_word(rows, tokenizer) for rows in (niche, others)]
    words = np.array(sorted(uses[0]), dtype=object)
    here, there = (np.array([one.get(word, 0) for word in words], dtype=float) for one in uses)
    n_here, n_there = (rows["account_id"].nunique() for rows in (niche, others))
    return tuple((str(words[at]), int(here[at])) for at in telling(words, here, n_here, there, n_there))
