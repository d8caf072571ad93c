"""Why an account is on the list, and what speaks against it: one line each, from the same figures.

A reason states figures in natural units or says nothing: what is unknown is left out, what is poor is a doubt. No
sentence judges or promises. What makes an audience look doubtful is a *possible*, with what speaks against it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from influence.ranking.naming import niche_words
from influence.ranking.results import RankedAccount, Ranking
from influence.signals.audience_quality import POSSIBLE
from influence.text.niche import Niche
from influence.writing.plain import (
    as_date,
    counted,
    figure,
    known,
    listed,
    long_day,
    ordinal,
    shorten,
    times,
    whole,
)
from influence.writing.safe import one_line

HEADS: Mapping[str, str] = {
    "bought_followers": "Possible bought followers",
    "pod": "Possible engagement pod",
    "bought_reactions": "Possible bought reactions",
    "follows_to_be_followed": "Possible fake profile, or mass follower who follows to be followed back",
}


def reason_line(
    row: RankedAccount,
    facts: Mapping[str, object] | None = None,
    *,
    niche: Niche | None = None,
    as_of: date | str | int | None = None,
    baseline: str = "followers",
    n_candidates: int | None = None,
) -> str:
    """One line about an account that a PR person could paste into a message to a client.

    Parameters
    ----------
    row : RankedAccount
    facts : mapping, optional
        Figures in natural units by the names of `influence.ranking.facts.account_facts`; what is missing, None or
        NaN is not mentioned.
    niche : Niche, optional
    as_of : date, ISO text or day number, optional
        The day of the ranking, for how long ago the last post was.
    baseline : str
        What ``row.baseline_rank`` ranks by.
    n_candidates : int, optional
        How many accounts were ranked.

    Returns
    -------
    str
        Clauses joined by semicolons and closed by a full stop, on one line.

    Examples
    --------
    >>> row = RankedAccount(1, "web:a.example", "a.example", None, 80.0, {}, {}, {}, None, 20, kind="blog")
    >>> facts = {"posts": 20, "niche_posts": 14, "likes_per_niche_post": 21}
    >>> reason_line(row, facts, niche=Niche("vegan recipes"))
    'Writes about vegan recipes in 14 of 20 posts; its posts there drew a median of 21 likes.'
    """
    facts = {name: value for name, value in (facts or {}).items() if known(value)}
    clauses = [
        _about(facts, niche),
        _of_itself(facts),
        _linked(row, facts),
        _reactions(facts),
        _reach(facts, niche),
        _communities(facts),
        _recency(facts, as_of),
    ]
    said = [clause for clause in clauses if clause]
    if len(said) < 2:
        said.append(_standing(row, baseline, n_candidates))
    line = "; ".join(said)
    return f"{line[0].upper()}{line[1:]}."


def _number(facts: Mapping[str, object], name: str) -> float | None:
    value = facts.get(name)
    return float(value) if isinstance(value, (int, float)) or hasattr(value, "__float__") else None


def _about(facts: Mapping[str, object], niche: Niche | None) -> str | None:
    n_niche, n = _number(facts, "niche_posts"), _number(facts, "posts")
    if not n_niche or niche is None or not (niche.keywords or niche.brief):
        return None
    subject = niche_words(niche) if niche.keywords else "the subject of the brief"
    if n is None or n < n_niche:
        return f"wrote {counted(n_niche, 'post')} about {subject}"
    if n == 1:
        return f"wrote about {subject} in the only post seen"
    where = f"all {whole(n)} posts" if n_niche == n else f"{whole(n_niche)} of {whole(n)} posts"
    return f"writes about {subject} in {where}"


def _of_itself(facts: Mapping[str, object]) -> str | None:
    bio = one_line(str(facts.get("bio") or ""))
    return f"says of itself: “{shorten(bio, 80)}”" if bio else None


def _linked(row: RankedAccount, facts: Mapping[str, object]) -> str | None:
    n, near, total = (_number(facts, f"like_{name}") for name in ("ties", "links", "total"))
    if not near or not total:
        return None
    if not n:
        return f"shares readers with {_of_examples(near, total)}"
    followed = "is followed or reacted to by" if facts.get("like_reactions") else "is followed by"
    tie = "is linked from" if row.kind == "blog" else followed
    more = f" and shares readers with {whole(near - n)} more" if near > n else ""
    return f"{tie} {_of_examples(n, total)}{more}"


def _of_examples(n: float, total: float) -> str:
    if n < total:
        return f"{whole(n)} of the {whole(total)} example accounts"
    return "the example account" if total == 1 else f"all {whole(total)} example accounts"


def _reactions(facts: Mapping[str, object]) -> str | None:
    for name, of, where in _LIKES:
        likes, n_posts = _number(facts, name), _number(facts, of)
        if likes is None:
            continue
        if n_posts == 1:
            return f"{'that' if where else 'its only'} post drew {_rounded(likes, 'like')}"
        return f"its posts {where}drew a median of {_rounded(likes, 'like')}{_compared(facts, likes)}"
    comments = _number(facts, "comments_per_post")
    return f"its posts drew {_rounded(comments, 'comment')} on average" if comments else None


def doubts_of(facts: Mapping[str, object] | None, as_of: date | str | int | None = None) -> tuple[str, ...]:
    """What the same facts say against the account: few reactions beside its peers, silence, few posts."""
    facts = {name: value for name, value in (facts or {}).items() if known(value)}
    ratio, n_posts = _number(facts, "peer_ratio"), _number(facts, "posts")
    doubts = []
    if ratio is not None and ratio < FAIR:
        compared = times(ratio) or "less than a tenth of"
        doubts.append(
            f"Its likes are {compared} the median of {facts.get('peers') or 'all posts in the data'}."
        )
    last, today = _last_post(facts), as_date(as_of)
    if last and today and (today - last).days > SILENT_DAYS:
        doubts.append(f"No post seen since {long_day(last)}.")
    if n_posts is not None and n_posts < FEW_POSTS:
        doubts.append(f"Only {counted(n_posts, 'post')} seen.")
    return tuple(doubts)


FAIR = 0.9
"""Ratio to the peers below which likes are named as a doubt and not in the reason."""
SILENT_DAYS = 60
FEW_POSTS = 3


def _last_post(facts: Mapping[str, object]) -> date | None:
    return as_date(facts.get("last_post_day"))  # type: ignore[arg-type]


_LIKES = (("likes_per_niche_post", "niche_posts", "there "), ("likes_per_post", "posts", ""))


def _rounded(value: float, noun: str) -> str:
    return f"{figure(value)} {noun if figure(value) == '1' else noun + 's'}"


def _compared(facts: Mapping[str, object], likes: float) -> str:
    ratio = _number(facts, "peer_ratio")
    compared = times(ratio) if ratio is not None and ratio >= FAIR and likes > 0 else None
    if compared is None:
        return ""
    return f", {compared} the median of {facts.get('peers') or 'all posts in the data'}"


def _reach(facts: Mapping[str, object], niche: Niche | None) -> str | None:
    n, total, audience = (_number(facts, name) for name in ("niche_audience", "niche_total", "audience"))
    if not n and audience:
        return f"gets attention from {counted(audience, 'account')} seen"
    if not n or not niche:
        return None
    unit = str(facts.get("audience_unit") or "people")
    if total is not None and total > n:
        return f"reaches {whole(n)} of the {whole(total)} {unit} seen around the niche"
    share = f"{whole(n)} of its {whole(audience)} {unit}" if audience and audience > n else None
    if share is None:
        share = f"all {whole(n)} {unit}" if n > 1 else f"the one of its {unit}"
    verb = "gives" if n == 1 else "give"
    return f"{share} seen {verb} the niche more of their attention than the average reader"


def _communities(facts: Mapping[str, object]) -> str | None:
    found = facts.get("communities")
    if not isinstance(found, (list, tuple)) or not found:
        return None
    (first, n), *more = found
    said = [f"{shorten(str(first), 40)} with {counted(n, 'post')}"]
    return f"reached {listed(said + [f'{shorten(str(name), 40)} with {whole(k)}' for name, k in more])}"


def _recency(facts: Mapping[str, object], as_of: date | str | int | None) -> str | None:
    last, today = _last_post(facts), as_date(as_of)
    if last is None:
        return None
    if today is None or last > today:
        return f"last post on {long_day(last)}"
    days = (today - last).days
    if days > SILENT_DAYS:
        return None
    ago = f"on {long_day(today)} itself" if days == 0 else f"{counted(days, 'day')} before {long_day(today)}"
    pace = _number(facts, "posts_per_month") or 0.0
    return f"{figure(round(pace))} posts a month, the last {ago}" if pace >= 1.5 else f"last post {ago}"


def _standing(row: RankedAccount, baseline: str, n_candidates: int | None) -> str:
    of = f" of {counted(n_candidates, 'account')}" if n_candidates else ""
    parts = [f"stands {ordinal(row.rank)}{of}"]
    if row.followers is not None:
        parts.append(f"has {counted(row.followers, 'follower')}")
    if row.baseline_rank is not None:
        parts.append(f"would stand {ordinal(row.baseline_rank)} by {baseline} alone")
    return listed(parts)


def with_reasons(ranking: Ranking) -> Ranking:
    """The same ranking with a reason, and the doubts, in every row; rows that have a reason stay as they are."""

    def worded(row: RankedAccount) -> RankedAccount:
        doubts = doubts_of(_facts(row, ranking), ranking.provenance.as_of)
        return replace(row, reason=reason_of(row, ranking), notes=(*row.notes, *doubts))

    return replace(ranking, rows=tuple(row if row.reason else worded(row) for row in ranking.rows))


def reason_of(row: RankedAccount, ranking: Ranking) -> str:
    """`reason_line` for a row of `ranking`, from the facts that the ranking left."""
    return reason_line(
        row,
        _facts(row, ranking),
        niche=ranking.niche,
        as_of=ranking.provenance.as_of,
        baseline=ranking.baseline,
        n_candidates=ranking.n_candidates,
    )


def _facts(row: RankedAccount, ranking: Ranking) -> Mapping[str, object] | None:
    facts = ranking.extra.get("facts")
    own = facts.get(row.account_id) if isinstance(facts, Mapping) else None
    return own if isinstance(own, Mapping) else None


def _against_peers(value: float) -> str:
    if value < 0.95:
        return f"reactions by followers are {value * 100:.0f}% of what is usual for its size"
    return f"reactions by followers are {value:.1f} times what is usual for its size"


WORDS: Mapping[str, Callable[[float], str]] = {
    "fake_by_vendor": "{:.0%} of the followers are fake, as a vendor says".format,
    "automated_followers": "{:.0%} of the followers seen look automated".format,
    "follower_burst": "{:.0%} of its followers came at once beyond the usual".format,
    "lost_after_burst": "{:.0%} of those have left again".format,
    "sawtooth": "followers fell on {:.0%} of the counts".format,
    "arrived_in_one_week": "{:.0%} of the dated followers came in one week".format,
    "engagement_to_peers": _against_peers,
    "mutual_comments": "{:.0%} of the comments are returned in kind".format,
    "closed_circle": "{:.0%} of the pairs it trades comments with trade them too".format,
    "regular_commenters": "{:.0%} of the comments are by the same few under nearly every post".format,
    "same_order": "commenters come in the same order ({:.0%} of the way from chance to always)".format,
    "generic_comments": lambda value: (
        f"short comments that fit anything: {value * 100:+.0f} points to the median"
    ),
    "repeated_comments": "{:.0%} of the comments repeat the same words".format,
    "likes_per_comment": lambda value: f"likes to a comment are {value:.1f} times what is usual for its size",
    "automated_commenters": "{:.0%} of the comments are by accounts that look automated".format,
    "profile_counts": lambda value: (
        f"following, followers and posts are {np.exp(value):.1f} times as usual of a fake profile as of a real one"
    ),
    "following_ratio": lambda value: f"it follows {np.exp(value):.1f} accounts for each that follows it",
}


def audience_doubts(parts: Mapping[str, float]) -> list[str]:
    """A sentence for each suspicion of at least `POSSIBLE`: evidence first, then counter-evidence.

    Parameters
    ----------
    parts : mapping of str to float
        The parts of audience_quality of one account; NaN or missing is unknown.
    """
    found = []
    for name, head in HEADS.items():
        chance = parts.get(f"possible_{name}", np.nan)
        if np.isfinite(chance) and chance >= POSSIBLE:
            found.append(_sentence(name, head, float(chance), parts))
    return found


def _sentence(name: str, head: str, chance: float, parts: Mapping[str, float]) -> str:
    speaks: list[tuple[float, str]] = []
    against: list[tuple[float, str]] = []
    prefix = f"nats_{name}_"
    weighed = sorted(((nats, key) for key, nats in parts.items() if key.startswith(prefix)), reverse=True)
    for nats, key in weighed:
        figure = key.removeprefix(prefix)
        if np.isfinite(nats) and figure in WORDS and np.isfinite(parts.get(figure, np.nan)):
            (speaks if nats > 0 else against).append((abs(nats), WORDS[figure](parts[figure])))
    words = "; ".join(text for _, text in speaks[:3])
    sentence = f"{head} ({min(chance, 0.99) * 100:.0f} of 100): {words}."
    counter = [text for weight, text in sorted(against, reverse=True) if weight >= 0.3][:2]
    if parts.get("hit_at_the_burst") == 1 and name == "bought_followers":
        counter.insert(0, "a post did unusually well when the followers came")
    return sentence + (f" Against it: {'; '.join(counter)}." if counter else "")
