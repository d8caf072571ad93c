"""The topic map: themes of a niche, their trends and owners, whether a brand is heard, what to give and when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.errors import MissingDataError, UsageError
from influence.listening.drivers import LEAST_MEMBER, n_for_half
from influence.listening.gathering import between, hidden_among
from influence.listening.listen import named_brands
from influence.listening.offers import Offer, offers_of
from influence.listening.periods import Period, period_of
from influence.listening.questions import own_accounts
from influence.listening.themes import N_NAMED, Themes, enough_voices, rows_of_posts, spoken, themes_of
from influence.listening.trends import WEEKS, Return, Trend, next_day_of, returns_of, trend_of, week_of_year
from influence.listening.voice_share import Share, share_over_authors
from influence.text.language import spoken_languages

if TYPE_CHECKING:
    import re

    from influence.signals.material import Material
    from influence.store.base import Store

USUAL_DAYS = 26 * 7
"""Days of a period that nobody told: half a year, of which a trend can be told."""
CALENDAR_DAYS = 2 * 364
N_THEMES, N_WORDS, N_OWNERS, N_EVIDENCE = 12, 8, 5, 3


@dataclass(frozen=True)
class Owner:
    """An account's part of a theme: its posts, its shares of the theme's posts and of the reactions to them.

    `post_id` is its post with the most reactions; `of_reactions` is None where none is known.
    """

    account_id: str
    n_posts: int
    of_posts: float
    of_reactions: float | None
    post_id: str


@dataclass(frozen=True)
class Heard:
    """How many posts of a theme name a brand, and their share."""

    brand: str
    n_posts: int
    share: Share


@dataclass(frozen=True)
class ThemePost:
    """A post of a theme."""

    said: str
    account_id: str
    post_id: str
    url: str | None


@dataclass(frozen=True)
class Topic:
    """A theme of the niche in the period.

    Attributes
    ----------
    name : str
        Its words that tell most.
    words : tuple of str
        As they are mostly written.
    n_posts, n_voices : int
    trend : Trend
    n_for_half : int
        Accounts that have half of its reactions (of its posts where none is known).
    owners : tuple of Owner
        Largest share of reactions first.
    heard : tuple of Heard
        The brand first, then rivals; empty where no brand was named.
    n_own : int
        Posts of the brand's own accounts about it.
    offers : tuple of Offer
    evidence : tuple of ThemePost
        Posts with most reactions, one an account.
    """

    name: str
    words: tuple[str, ...]
    n_posts: int
    n_voices: int
    trend: Trend
    n_for_half: int
    owners: tuple[Owner, ...]
    heard: tuple[Heard, ...]
    n_own: int
    offers: tuple[Offer, ...]
    evidence: tuple[ThemePost, ...]


@dataclass(frozen=True)
class Season:
    """A theme's yearly return: `next_day` begins it the next time; a post of each year in which it came."""

    theme: str
    back: Return
    next_day: int
    post_ids: tuple[str, ...]


@dataclass(frozen=True)
class TopicMap:
    """Themes, most voices first; accounts that are private or ask not to be listed are counted, not named.

    `calendar` is None where the data hold less than two years (`n_days_known`).
    """

    niche: str
    brand: str
    rivals: tuple[str, ...]
    period: Period
    n_posts: int
    n_voices: int
    n_themed: int
    n_hidden: int
    topics: tuple[Topic, ...]
    calendar: tuple[Season, ...] | None
    n_days_known: int


def topic_map(
    store: Store,
    material: Material,
    niche: str,
    members: np.ndarray | None,
    *,
    brand: str = "",
    aliases: Sequence[str] = (),
    rivals: Sequence[str] = (),
    first: str | None = None,
    last: str | None = None,
) -> TopicMap:
    """What does this niche talk about, where is it heading, and what could a brand give?

    Parameters
    ----------
    members : ndarray of float64, shape (n_accounts,), or None
        `influence.listening.drivers.membership_of` the niche; None where none is named.
    brand : str, optional
        Whose voice is looked for; `aliases` and `rivals` as in `influence.listening.listen.listen`.
    first, last : ISO text, optional
        The period of trends and owners; the latest `USUAL_DAYS` if not told. Themes and the calendar rest on all
        days before its end.

    Raises
    ------
    MissingDataError
        No account belongs to the niche, or its accounts have no dated posts in the period.
    UsageError
        No niche, aliases or rivals of no brand, or a rival that is the brand.
    """
    if members is None:
        raise UsageError("say whose themes", where="--niche", expected="words such as vegan baking")
    if (aliases or rivals) and not brand:
        raise UsageError("say whose rivals or aliases these are", where="--brand", seen=[*aliases, *rivals])
    names = named_brands(brand, aliases, rivals) if brand else {}
    period = period_of(material.reference_day, first, last, usual_days=USUAL_DAYS)
    own = set(own_accounts(store, [brand, *aliases])) if brand else set()
    ours = {str(one) for one in material.account_ids[members >= LEAST_MEMBER]} - own
    if not ours:
        raise MissingDataError("no account belongs to this niche", seen=niche, hint="try other words")
    posts = _posts(store, [*ours, *own], period.end)
    mine = posts["account_id"].isin(ours)
    if between(posts[mine], period.first, period.end).empty:
        raise MissingDataError("the niche has no dated posts in this period", seen=niche,
                               hint="--from and --to name another")  # fmt: skip
    themes = _themes(material, posts, mine.to_numpy(), ours)
    posts["theme"] = themes.of_post
    posts["is_hidden"] = posts["account_id"].isin(hidden_among(store, material, sorted(ours)))
    niche_posts, own_posts = posts[mine], between(posts[~mine], period.first, period.end)
    now = between(niche_posts, period.first, period.end)
    now = now.assign(language=_languages_of_askers(store, now, period.end))
    names_it = _naming(store, names, period.end)
    order = _largest(now)
    topics = tuple(_topic(k, themes, now, own_posts, period, names_it) for k in order)
    known = int(niche_posts["day"].max() - niche_posts["day"].min()) + 1
    calendar = _calendar(niche_posts, dict(zip(order, topics, strict=True)), period.end)
    return TopicMap(
        niche, brand, tuple(rivals), period, len(now), now["account_id"].nunique(), int((now["theme"] >= 0).sum()),
        int(now.loc[now["is_hidden"], "account_id"].nunique()), topics,
        calendar if known >= CALENDAR_DAYS else None, known,
    )  # fmt: skip


def _posts(store: Store, accounts: Sequence[str], end: int) -> pd.DataFrame:
    rows = store.query(_SQL, [sorted(accounts), end]).to_pandas()
    return rows.astype({"post_id": object, "account_id": object})


_SQL = """
select post_id, account_id, created_day as day, text as said, url,
    coalesce(likes, 0) + 2 * coalesce(comments, 0) + 3 * coalesce(shares, 0) as reactions
from posts where text is not null and created_day is not null and account_id in (select unnest(?)) and created_day < ?
order by created_day, post_id
"""


def _languages_of_askers(store: Store, rows: pd.DataFrame, end: int) -> pd.Series:
    """The language of who wrote each row, of those who ever put a question mark; None for the others."""
    asking = rows.loc[rows["said"].str.contains("?", regex=False), "account_id"]
    return rows["account_id"].map(spoken_languages(store, sorted(set(asking)), end)).astype(object)


def _themes(material: Material, posts: pd.DataFrame, mine: np.ndarray, ours: set[str]) -> Themes:
    """Themes from the posts of the niche's voices; the brand's own posts are laid beside them."""
    index = material.text
    rows = rows_of_posts(index, posts["post_id"].tolist())
    voices = np.isin(np.asarray(index.account_ids).astype(str), sorted(ours))
    return themes_of(index, rows, voices, mine)


def _naming(store: Store, names: Mapping[str, Sequence[str]], end: int) -> dict[str, set[str]]:
    """Brand -> posts that name it."""
    from influence.text.mentions import mentions_of_each

    found = mentions_of_each(store, names, end) if names else {}
    return {
        brand: {str(one.post_id) for one, is_post in zip(rows, rows.is_own_post, strict=True) if is_post}
        for brand, rows in found.items()
    }


def _largest(now: pd.DataFrame) -> list[int]:
    """Themes of enough voices, most voices first."""
    by = now[now["theme"] >= 0].groupby("theme")["account_id"]
    kept = [(-part.nunique(), -len(part), int(str(theme))) for theme, part in by if enough_voices(part)]
    return [theme for *_, theme in sorted(kept)][:N_THEMES]


def _topic(
    theme: int, themes: Themes, now: pd.DataFrame, own: pd.DataFrame, period: Period, names_it: Mapping[str, set[str]]
) -> Topic:  # fmt: skip
    rows = now[now["theme"] == theme]
    written = spoken(themes.words[theme], rows["said"].tolist())
    words = tuple(dict.fromkeys(written[word] for word in themes.words[theme]))[:N_WORDS]
    name = ", ".join(words[:N_NAMED])
    weeks = period.n_days // 7
    counts, totals = (_by_week(part, period.end, weeks) for part in (rows, now))
    return Topic(
        name, words, len(rows), rows["account_id"].nunique(), trend_of(counts, totals), _n_for_half(rows),
        _owners(rows), tuple(_heard(rows, brand, ids) for brand, ids in names_it.items()),
        int((own["theme"] == theme).sum()), offers_of(rows, name), _evidence(rows, words[:N_NAMED]),
    )  # fmt: skip


def _by_week(rows: pd.DataFrame, end: int, n_weeks: int) -> np.ndarray:
    """Voices of each whole week before `end`, oldest first; an account counts once a week."""
    back = (end - 1 - rows["day"]) // 7
    once = rows.assign(week=n_weeks - 1 - back)[["account_id", "week"]].drop_duplicates()
    return np.bincount(once.loc[once["week"] >= 0, "week"].astype(int), minlength=n_weeks)


def _worth(rows: pd.DataFrame) -> pd.DataFrame:
    by = rows.groupby("account_id")
    table = pd.DataFrame(
        {"posts": by.size(), "reactions": by["reactions"].sum(), "hidden": by["is_hidden"].first()}
    )
    return table.reset_index().sort_values(
        ["reactions", "posts", "account_id"], ascending=[False, False, True]
    )


def _n_for_half(rows: pd.DataFrame) -> int:
    table = _worth(rows)
    worth = table["reactions"] if table["reactions"].sum() > 0 else table["posts"]
    return n_for_half(worth.to_numpy(dtype=float))


def _owners(rows: pd.DataFrame) -> tuple[Owner, ...]:
    table = _worth(rows)
    n_posts, n_reactions = int(table["posts"].sum()), float(table["reactions"].sum())
    best = rows.sort_values(["reactions", "post_id"], ascending=[False, True]).drop_duplicates("account_id")
    post = best.set_index("account_id")["post_id"]
    return tuple(
        Owner(row.account_id, int(row.posts), row.posts / n_posts,
              row.reactions / n_reactions if n_reactions else None, str(post[row.account_id]))
        for row in table[~table["hidden"]].head(N_OWNERS).itertuples()
    )  # fmt: skip


def _heard(rows: pd.DataFrame, brand: str, ids: set[str]) -> Heard:
    names = rows["post_id"].isin(ids)
    return Heard(brand, int(names.sum()), share_over_authors(names, rows["account_id"]))


def _evidence(rows: pd.DataFrame, name: Sequence[str]) -> tuple[ThemePost, ...]:
    """Posts with the most reactions, one an account, that say a word by which the theme goes, where any does."""
    named = rows[~rows["is_hidden"]].sort_values(["reactions", "post_id"], ascending=[False, True])
    says = named["said"].str.contains(rf"(?i)\b(?:{'|'.join(map(re.escape, name))})")
    named = named[says] if says.any() else named
    shown = named.drop_duplicates("account_id").drop_duplicates("said").head(N_EVIDENCE)
    columns = shown[["said", "account_id", "post_id", "url"]]
    return tuple(ThemePost(*told) for told in columns.itertuples(index=False, name=None))


def _calendar(posts: pd.DataFrame, topics: Mapping[int, Topic], end: int) -> tuple[Season, ...]:
    """Yearly returns of the themes, the next first."""
    year, week = week_of_year(posts["day"].to_numpy(dtype=np.int64))
    posts = posts.assign(year=year, week=week)
    start, n_years = int(year.min()), int(year.max() - year.min()) + 1
    totals = _by_year(posts, start, n_years)
    found: list[Season] = []
    for theme, topic in topics.items():
        rows = posts[posts["theme"] == theme]
        backs = returns_of(_by_year(rows, start, n_years), totals, start, len(topics))
        found += [Season(topic.name, one, next_day_of(one.week, end), _posts_of(rows, one)) for one in backs]
    return tuple(sorted(found, key=lambda one: (one.next_day, one.theme)))


def _by_year(rows: pd.DataFrame, start: int, n_years: int) -> np.ndarray:
    """Voices by year and week of the year; an account counts once a week."""
    once = rows[["account_id", "year", "week"]].drop_duplicates()
    at = (once["year"] - start) * WEEKS + once["week"]
    return np.bincount(at.astype(int), minlength=n_years * WEEKS).reshape(n_years, WEEKS)


def _posts_of(rows: pd.DataFrame, back: Return) -> tuple[str, ...]:
    """The post with most reactions of each year in which the theme came back."""
    weeks = [(back.week + k) % WEEKS for k in range(back.n_weeks)]
    here = rows[rows["week"].isin(weeks) & rows["year"].isin(back.years) & ~rows["is_hidden"]]
    best = here.sort_values(["year", "reactions", "post_id"], ascending=[True, False, True])
    return tuple(best.drop_duplicates("year")["post_id"])
