"""The market before a campaign: who talks, what rivals do and with whom, and who is found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.errors import MissingDataError, UsageError
from influence.listening.drivers import LEAST_MEMBER
from influence.listening.findable import (
    Citations,
    Linked,
    MarketQuestion,
    citations_of,
    dated_in,
    links_of,
    name_of,
    niche_words,
    questions_of,
    read_citations,
    read_pages,
    texts_of,
    votes,
)
from influence.listening.gathering import ITSELF, between, closed_accounts, gather
from influence.listening.listen import named_brands
from influence.listening.periods import Period, period_of
from influence.listening.reputation import Reputation, reputation_of
from influence.listening.voice_share import Voice, audience_of, voices_of
from influence.store.lists.saved import last_contacts
from influence.store.rights.suppression import read_suppressions

if TYPE_CHECKING:
    from pathlib import Path

    from influence.signals.material import Material
    from influence.store.base import Store

N_VOICES, N_WORDS = 15, 20
N_LINKED = 12


@dataclass(frozen=True)
class NicheVoice:
    """A voice of the niche: how many of the niche are known to listen to it, its posts, brands that it names."""

    account_id: str
    n_niche_people: float | None
    n_posts: int
    brands: tuple[str, ...]
    contacted: bool


@dataclass(frozen=True)
class Brand:
    """What is said of a brand and with whom it works.

    Attributes
    ----------
    voice : Voice
    n_niche_voices : int
        Voices of the niche that name it.
    n_ours : int or None
        Of its authors, how many name our brand too; None for our own.
    n_paid : int
        Mentions that the platform marks as paid.
    reputation : Reputation
    its_voices : tuple of str
        Voices of the niche that name it and not our brand (of our own: that name no rival), loudest first.
    """

    voice: Voice
    n_niche_voices: int
    n_ours: int | None
    n_paid: int
    reputation: Reputation
    its_voices: tuple[str, ...]


@dataclass(frozen=True)
class Discovery:
    """Who talks, rivals, and findability; accounts that are private or ask not to be listed are counted, not named.

    Attributes
    ----------
    voices, gaps : tuple of NicheVoice
        The loudest of the niche; those of them who name no brand.
    speakers : tuple of str
        The loudest of all the niche's voices that name the brand.
    n_voices, n_gaps, n_hidden : int
    linked : tuple of Linked
        Whom the niche's voices link to, a voice a vote.
    questions, helpers : tuple
        Questions with the most answers; who answers most of them.
    our_pages : tuple of Linked or None
        The brand's pages that the voices link to; None where its domain is unknown.
    words : tuple of (str, int) or None
        The niche's words that no page of the brand has, with the voices that use them; None without pages.
    citations : Citations or None
    """

    brand: str
    rivals: tuple[str, ...]
    niche: str
    voices: tuple[NicheVoice, ...]
    n_voices: int
    brands: tuple[Brand, ...]
    gaps: tuple[NicheVoice, ...]
    speakers: tuple[str, ...]
    n_gaps: int
    n_hidden: int
    linked: tuple[Linked, ...]
    questions: tuple[MarketQuestion, ...]
    n_questions: int
    helpers: tuple[Linked, ...]
    domain: str | None
    n_pages: int | None
    our_pages: tuple[Linked, ...] | None
    words: tuple[tuple[str, int], ...] | None
    citations: Citations | None
    communities: tuple[tuple[str, int], ...]
    period: Period | None
    """None is all of the data."""


def discover_market(
    store: Store,
    material: Material,
    brand: str,
    niche: str,
    members: np.ndarray | None,
    *,
    aliases: Sequence[str] = (),
    rivals: Sequence[str] = (),
    about: Collection[str] | None = None,
    pages: str | Path | None = None,
    site: str = "",
    cited: str | Path | None = None,
    first: str | None = None,
    last: str | None = None,
) -> Discovery:
    """Who talks in this niche, what do rivals do and with whom, and who is found?

    Parameters
    ----------
    members : ndarray of float64, shape (n_accounts,), or None
        `influence.listening.drivers.membership_of` the niche; None where none is named.
    about : collection of str, optional
        Ids of the posts that are about the niche (`influence.listening.drivers.posts_about`): only their questions are
        its questions. Without it those that use one of its words.
    pages : path, optional
        A sitemap or list of the brand's pages; `site` names its domain where there is none.
    cited : path, optional
        What a tracker of assistants wrote; see `influence.listening.findable.read_citations`.
    first, last : ISO text, optional
        Only mentions and posts from one day to another; all of the data where neither is told.

    Raises
    ------
    MissingDataError
        No account belongs to the niche, or nobody names any of the brands (in the period).
    SourceError, UsageError
        A file that cannot be read; no niche, or a rival that is the brand.
    """
    if members is None:
        raise UsageError("say whose market it is", where="--niche", expected="words such as vegan baking")
    names = named_brands(brand, aliases, rivals)
    told = read_pages(pages) if pages else None
    domain = (name_of(f"https://{site}") if site else None) or (told.domain if told else None)
    if site and not domain:
        raise UsageError("this is no domain", where="--site", seen=site, expected="acme.example")
    tracked = read_citations(cited) if cited else None
    ours = [str(one) for one in material.account_ids[members >= LEAST_MEMBER]]
    if not ours:
        raise MissingDataError(
            "no account belongs to this niche", seen=niche, hint="try other words with --niche"
        )
    rows = gather(store, names)
    # from the beginning where only the last day is told
    period = period_of(material.reference_day, first or "1970-01-01", last) if first or last else None
    rows = rows[rows["voice"] != ITSELF]
    if period:
        rows = between(rows, period.first, period.end)
        if rows.empty:
            raise MissingDataError("nobody names the brand or a rival in this period", where="--from, --to",
                                   seen=", ".join(names))  # fmt: skip
    known = _places(store)
    hidden = _hidden(store, material, known)
    contacted = set(last_contacts(store))
    voices = _voices(material, ours, members, rows, contacted, period)
    shown = [one for one in voices if not hidden(one.account_id)]
    texts, others = texts_of(store, ours, period), texts_of(store, ours, period, others=True)
    links = links_of(texts)
    words = niche_words(texts, others)
    asked, helpers, n_questions = questions_of(
        store, texts if about is None else texts[texts["post_id"].isin(about)], [word for word, _ in words]
    )
    gaps = [one for one in shown if not one.brands]
    return Discovery(
        brand=brand, rivals=tuple(rivals), niche=niche, voices=tuple(shown[:N_VOICES]), n_voices=len(voices),
        brands=_brands(store, rows, list(names), material, shown, set(ours)),
        gaps=tuple(gaps[:N_VOICES]),
        speakers=tuple(one.account_id for one in shown if brand in one.brands)[:N_VOICES],
        n_gaps=len(gaps), n_hidden=len(voices) - len(shown),
        linked=tuple(one for one in votes(links) if not hidden(one.name))[:N_LINKED],
        questions=tuple(_without(one, hidden) for one in asked if not hidden(one.account_id)),
        n_questions=n_questions,
        helpers=tuple(one for one in helpers if not hidden(one.name))[:N_LINKED],
        domain=domain, n_pages=len(told.addresses) if told else None,
        our_pages=votes(links[links["name"] == domain], "url") if domain else None,
        words=tuple(one for one in words if one[0] not in told.terms)[:N_WORDS] if told else None,
        citations=citations_of(tracked, known, contacted, hidden) if tracked is not None else None,
        communities=_communities(rows[rows["brand"] == brand]), period=period,
    )  # fmt: skip


def _without(asked: MarketQuestion, hidden: Callable[[str], bool]) -> MarketQuestion:
    return replace(asked, linked=tuple(one for one in asked.linked if not hidden(one)))


def _hidden(store: Store, material: Material, known: Mapping[str, str]) -> Callable[[str], bool]:
    """Whether an account or place must not be named: private, asks not to be listed, or suppressed."""
    closed, suppressed = closed_accounts(material), read_suppressions(store)

    def is_hidden(name: str) -> bool:
        itself = name if ":" in name else f"web:{name}"
        return any(one in closed or suppressed.account(one) for one in {itself, known.get(name, itself)})

    return is_hidden


def _voices(
    material: Material,
    ours: Sequence[str],
    members: np.ndarray,
    rows: pd.DataFrame,
    contacted: set[str],
    period: Period | None,
) -> list[NicheVoice]:
    """All of the niche who say something or are listened to there, those to whom most of it listens first."""
    hears = audience_of(material, ours)
    people = [None] * len(ours) if hears is None else np.asarray(hears.T @ members).ravel().tolist()
    n_posts, ever = (_n_posts(material.store, ours, one) for one in (period, None))
    named = rows.groupby("account_id")["brand"].unique()
    voices = [
        NicheVoice(account, n, int(n_posts.get(account, 0)), tuple(sorted(named.get(account, ()))),
                   account in contacted)
        for account, n in zip(ours, people, strict=True)
    ]  # fmt: skip
    voices = [
        one
        for one in voices
        if one.account_id in ever or one.n_niche_people is None or one.n_niche_people >= 0.5
    ]
    return sorted(voices, key=lambda one: (-(one.n_niche_people or 0.0), -one.n_posts, one.account_id))


def _n_posts(store: Store, ours: Sequence[str], period: Period | None) -> pd.Series:
    return store.query(_POSTS.format(dated_in(period)), [list(ours)]).to_pandas().set_index("account_id")["n"]


_POSTS = """
select account_id, count(*) as n from posts where account_id in (select unnest(?)) and {} group by account_id
"""


def _brands(
    store: Store, rows: pd.DataFrame, names: list[str], material: Material, shown: Sequence[NicheVoice], ours: set[str]
) -> tuple[Brand, ...]:  # fmt: skip
    authors = {name: set(rows.loc[rows["brand"] == name, "account_id"]) for name in names}
    paid = store.query("select post_id from posts where is_sponsored")["post_id"].to_pylist()
    found = []
    for name, voice in zip(names, voices_of(rows, names, material), strict=True):
        mine, home = rows[rows["brand"] == name], name == names[0]
        others = set().union(*(authors[one] for one in (names[1:] if home else names[:1])))
        its = [one.account_id for one in shown if one.account_id in authors[name] - others]
        n_ours = None if home else len(authors[name] & authors[names[0]])
        found.append(Brand(voice, len(authors[name] & ours), n_ours, int(mine["post_id"].isin(paid).sum()),
                           reputation_of(mine), tuple(its[:N_VOICES])))  # fmt: skip
    return tuple(found)


def _places(store: Store) -> Mapping[str, str]:
    """Where somebody is found (domain, profile) -> account."""
    rows = store.query("select account_id, url from accounts order by account_id desc").to_pylist()
    known = {name: row["account_id"] for row in rows if row["url"] and (name := name_of(row["url"]))}
    known |= {row["account_id"].removeprefix("web:"): row["account_id"] for row in rows}
    return known


def _communities(rows: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    counts = rows["community"].dropna().value_counts()
    return tuple((str(name), int(n)) for name, n in counts.head(5).items())
