"""A community: who comes and goes, what they do, how it feels inside, how it is tied, and how it fares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.errors import MissingDataError, did_you_mean
from influence.listening.gathering import between, felt, hidden_among
from influence.listening.membership import (
    Health,
    MemberGrowth,
    Social,
    acts_of,
    growth_of,
    healths_of,
    holders,
    share_of_top_tenth,
    social_of,
)
from influence.listening.periods import Period, period_of
from influence.listening.reputation import Reputation, reputation_of
from influence.listening.voice_share import Share, share_over_authors
from influence.store.kept.keeper import keeper_of

if TYPE_CHECKING:
    from scipy import sparse

    from influence.signals.material import Material
    from influence.store.base import Store
    from influence.text.sentiment.score import Sentiment

MOST_READ = 2_000
"""Latest texts of a period whose feeling is read."""
N_NAMED = 8
SPOKEN = ("post", "reply")


@dataclass(frozen=True)
class Activity:
    """What was done in the period; `depth` is the longest chain of replies, None where replies name no post."""

    n_posts: int
    n_replies: int
    n_reactions: int
    n_conversations: int
    share_speaking: float | None
    top_tenth: float | None
    depth: int | None


@dataclass(frozen=True)
class Experience:
    """How it feels inside; complaint in replies to newcomers and to the others; questions that got an answer."""

    feeling: Reputation
    to_newcomers: Share
    to_others: Share
    n_questions: int
    n_answered: int


@dataclass(frozen=True)
class Member:
    """What an account did in the period and the one before; `n_received` are replies and reactions to it."""

    account_id: str
    n_acts: int
    n_before: int
    n_received: int


@dataclass(frozen=True)
class Carrier:
    """A member of before to whom `n_brought` newcomers pay attention who were active elsewhere before they came."""

    account_id: str
    n_brought: int
    elsewhere: tuple[str, ...]


@dataclass(frozen=True)
class Community:
    """What is known of a community; lists leave out accounts that are private or ask not to be listed."""

    name: str
    period: Period
    growth: MemberGrowth
    activity: Activity
    experience: Experience
    social: Social
    health: Health
    holders: tuple[tuple[str, int], ...]
    hosts: tuple[Member, ...]
    rising: tuple[Member, ...]
    newcomers: tuple[Member, ...]
    carriers: tuple[Carrier, ...]
    came_from: tuple[tuple[str, int], ...]
    went_to: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Overview:
    """One line of all communities."""

    name: str
    n_active: int
    n_joined: int
    n_lost: int
    n_posts: int
    n_replies: int
    health: Health


def communities(
    store: Store, material: Material, first: str | None = None, last: str | None = None
) -> tuple[Period, tuple[Overview, ...]]:
    """All communities, the most alive first."""
    period = period_of(material.reference_day, first, last)
    acts = _acts(store, (), period)
    health = healths_of(acts, period.first, period.end)
    found = []
    for name, part in acts.groupby("community"):
        growth, now = growth_of(part, period.first, period.end), between(part, period.first, period.end)
        n_posts, n_replies = (int((now["kind"] == kind).sum()) for kind in SPOKEN)
        found.append(Overview(str(name), growth.n_active, growth.n_joined, growth.n_lost, n_posts, n_replies,
                              health[str(name)]))  # fmt: skip
    return period, tuple(sorted(found, key=lambda one: (-one.health.vitality, one.name)))


def community_of(
    store: Store,
    material: Material,
    name: str,
    first: str | None = None,
    last: str | None = None,
    model: Sentiment | None = None,
) -> Community:
    """How does this community fare?

    Parameters
    ----------
    store, material
        Of the same workspace.
    name : str
        As `posts` name it; in any case.
    first, last : ISO text, optional
        The period; the latest 28 days in the data if not told.

    Raises
    ------
    MissingDataError
        No post names a community, or none this one.
    """
    period = period_of(material.reference_day, first, last)
    name = _known(store, name)
    acts = _acts(store, (name,), period)
    now = between(acts, period.first, period.end)
    members = sorted(now["account_id"].unique())
    joined = acts.groupby("account_id")["day"].min()
    newcomers = set(joined[joined >= period.first].index)
    ties, hidden = _ties(material, members), hidden_among(store, material, members)
    table = _members(acts, now, period)
    named = table[~table["account_id"].isin(hidden)]
    lost = sorted(set(between(acts, period.before, period.first)["account_id"]) - set(members))
    places = _places(store, [*members, *lost], name, period.end)
    left = places[places["account_id"].isin(lost)]
    return Community(
        name=name,
        period=period,
        growth=growth_of(acts, period.first, period.end),
        activity=_activity(acts, now, table),
        experience=_experience(store, acts, now, newcomers, model),
        social=social_of(ties),
        health=healths_of(acts, period.first, period.end)[name],
        holders=tuple((members[at], n) for at, n in holders(ties) if members[at] not in hidden),
        hosts=_top(named[~named["account_id"].isin(newcomers)], ["n_received", "n_acts"]),
        rising=_top(named[(named["n_before"] > 0) & (named["n_acts"] > named["n_before"])].assign(
            more=lambda rows: rows["n_acts"] - rows["n_before"]), ["more", "n_received"]),
        newcomers=_top(named[named["account_id"].isin(newcomers)], ["n_acts", "n_received"]),
        carriers=_carriers(members, ties, joined, places, newcomers, hidden),
        came_from=_moves(places[places["account_id"].isin(newcomers)], joined, before=True),
        went_to=_moves(left[left["last"] >= period.first], joined, before=False),
    )  # fmt: skip


def _acts(store: Store, names: Sequence[str], period: Period) -> pd.DataFrame:
    acts = acts_of(store, names)
    acts = acts[acts["day"] < period.end].reset_index(drop=True)
    if acts.empty:
        raise MissingDataError(
            "nothing dated was done in a community by then",
            expected="posts with the columns community and created_at",
            hint="import posts that name their forum, group or list",
        )
    return acts


def _known(store: Store, name: str) -> str:
    sql = "select distinct community as name from posts where community is not null order by name"
    names = [str(one) for one in store.query(sql)["name"].to_pylist()]
    if not names:
        raise MissingDataError("no post names a community", hint="import posts with a column community")
    found = [one for one in names if one.lower() == name.strip().lower()]
    if not found:
        raise MissingDataError("there is no such community", seen=name, hint=did_you_mean(name, names),
                               expected="one of `influence community --all`")  # fmt: skip
    return name if name in found else found[0]


def _ties(material: Material, members: Sequence[str]) -> sparse.csr_matrix:
    """Who of the members pays attention to whom of them, wherever that is."""
    at = material.positions(members)
    if (at < 0).any():  # an author who is in no list of accounts has no ties
        at = np.where(at < 0, 0, at)
    return material.tie_matrix[at][:, at].tocsr()


def _members(acts: pd.DataFrame, now: pd.DataFrame, period: Period) -> pd.DataFrame:
    before = between(acts, period.before, period.first)
    table = now.groupby("account_id").size().rename("n_acts").to_frame()
    table["n_before"] = before.groupby("account_id").size().reindex(table.index, fill_value=0)
    table["n_received"] = _targets(acts, now).value_counts().reindex(table.index, fill_value=0)
    return table.reset_index()


def _targets(acts: pd.DataFrame, now: pd.DataFrame) -> pd.Series:
    """Whom each act is to, others' only: the target, or the author of the post that is answered."""
    authors = acts.loc[acts["target_id"].isna()].drop_duplicates("post_id").set_index("post_id")["account_id"]
    target = now["target_id"].where(now["target_id"].notna(), now["reply_to"].map(authors))
    return target[target != now["account_id"]]


def _top(table: pd.DataFrame, by: list[str]) -> tuple[Member, ...]:
    order = table.sort_values([*by, "account_id"], ascending=[False] * len(by) + [True]).head(N_NAMED)
    columns = order[["account_id", "n_acts", "n_before", "n_received"]]
    return tuple(Member(*told) for told in columns.itertuples(index=False, name=None))


def _activity(acts: pd.DataFrame, now: pd.DataFrame, table: pd.DataFrame) -> Activity:
    kinds, spoken = now["kind"].value_counts(), now[now["kind"].isin(SPOKEN)]
    said = spoken.groupby("account_id").size().reindex(table["account_id"], fill_value=0).to_numpy(float)
    return Activity(
        int(kinds.get("post", 0)), int(kinds.get("reply", 0)), int(kinds.get("reaction", 0)),
        int((_answers(acts, now) > 0).sum()), float((said > 0).mean()) if len(said) else None,
        share_of_top_tenth(said), _depth(acts),
    )  # fmt: skip


def _answers(acts: pd.DataFrame, now: pd.DataFrame) -> pd.Series:
    """Replies by others to each post of the period, seen one by one or counted by the platform."""
    posts = now[now["kind"] == "post"].set_index("post_id")
    replies = acts[acts["kind"] == "reply"]
    to = replies["reply_to"].where(replies["reply_to"].notna(), replies["post_id"])
    others = replies[replies["account_id"] != to.map(posts["account_id"].to_dict())]
    seen = to[others.index].value_counts().reindex(posts.index, fill_value=0)
    return seen.clip(lower=posts["n_comments"])


def _depth(acts: pd.DataFrame) -> int | None:
    replies = acts[acts["reply_to"].notna()]
    if replies.empty:
        return None
    parent = dict(zip(replies["post_id"], replies["reply_to"], strict=True))
    depth: dict[str, int] = {}
    for post in parent:
        chain: list[str] = []
        at = post
        while at in parent and at not in depth and at not in chain:
            chain.append(at)
            at = parent[at]
        for step, one in enumerate(reversed(chain), start=1):
            depth[one] = depth.get(at, 0) + step
    return max(depth.values())


def _experience(
    store: Store, acts: pd.DataFrame, now: pd.DataFrame, newcomers: set[str], model: Sentiment | None
) -> Experience:
    read = _felt(store, now, model)
    replies = read[read["kind"] == "reply"]
    target = _targets(acts, replies)
    is_new = target.isin(newcomers)
    posts = now[(now["kind"] == "post") & now["text"].notna()].drop_duplicates("post_id")
    asked = posts.loc[posts["text"].map(_asks).astype(bool), "post_id"]
    answered = _answers(acts, now).groupby(level=0).max().reindex(asked, fill_value=0)
    to_new, to_others = (_complaint(replies.loc[target[flag].index]) for flag in (is_new, ~is_new))
    return Experience(reputation_of(read), to_new, to_others, len(asked), int((answered > 0).sum()))


def _asks(text: str) -> bool:
    from influence.text.sentiment.asides import without_questions

    return without_questions(text) is not None


def _complaint(replies: pd.DataFrame) -> Share:
    read = replies[replies["feeling"].notna()]
    return share_over_authors(read["feeling"] == "negative", read["account_id"])


def _felt(store: Store, now: pd.DataFrame, model: Sentiment | None) -> pd.DataFrame:
    """The latest texts of the period with how each feels as a whole, in the shape that `reputation_of` reads."""
    from influence.text.sentiment.clauses import passage_of
    from influence.text.sentiment.remembered import kept_scores
    from influence.text.sentiment.score import load_sentiment

    said = now[now["kind"].isin(SPOKEN) & now["text"].notna()].tail(MOST_READ)
    passages = [passage_of(text, None) for text in said["text"]]
    judge = model or load_sentiment()
    scores = kept_scores(keeper_of(store), judge, passages, [None] * len(passages))
    return said.assign(said=said["text"], **felt(scores.probabilities))


def _places(store: Store, accounts: Sequence[str], name: str, until: int) -> pd.DataFrame:
    """Other communities of these accounts: account_id, place, first and last day there."""
    sql = """
    select account_id, community as place, min(created_day) as first, max(created_day) as last from posts
    where community is not null and community <> ? and account_id in (select unnest(?)) and created_day < ?
    group by account_id, community order by account_id, place
    """
    return store.query(sql, [name, list(accounts), until]).to_pandas()


def _carriers(
    members: Sequence[str], ties: sparse.csr_matrix, joined: pd.Series, places: pd.DataFrame, newcomers: set[str],
    hidden: set[str],
) -> tuple[Carrier, ...]:  # fmt: skip
    """Members of before to whom those paid attention who joined now and were elsewhere before."""
    came = np.isin(members, sorted(newcomers & set(_there_before(places, joined)["account_id"])))
    if not came.any():
        return ()
    brought = np.asarray((ties[came] > 0).sum(axis=0)).ravel()
    found = []
    for at in np.flatnonzero(brought > 0).tolist():
        who = members[at]
        if who not in newcomers and who not in hidden:
            elsewhere = places.loc[places["account_id"] == who, "place"].tolist()
            found.append(Carrier(who, int(brought[at]), tuple(elsewhere[:3])))
    return tuple(sorted(found, key=lambda one: (-one.n_brought, one.account_id))[:N_NAMED])


def _there_before(places: pd.DataFrame, joined: pd.Series) -> pd.DataFrame:
    return places[places["first"].astype(float) < places["account_id"].map(joined).astype(float)]


def _moves(places: pd.DataFrame, joined: pd.Series, *, before: bool) -> tuple[tuple[str, int], ...]:
    """Communities by how many of these accounts were there before they joined here, or are there since."""
    told = _there_before(places, joined) if before else places
    counts = told["place"].value_counts()
    order = sorted(((str(place), int(n)) for place, n in counts.items()), key=lambda one: (-one[1], one[0]))
    return tuple(order[:5])
