"""reach: how many people of *this* niche would it reach?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from influence.signals.audience import ELSEWHERE
from influence.signals.base import Signal, SignalValues
from influence.signals.engagement_rates import per_post
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.shrinkage import collected, decay
from influence.store.kept.spilling import blocks, stacked

FOLLOWS_RELIABILITY, DATED_RELIABILITY = 1 / 3, 2 / 3
"""Trust in reach that is read from follows: many follow and do not look (a community's votes are looks); twice that
where they have dates, which tell who has left, and nobody is known to react by name, which would tell who looks."""

FOLLOW_HALF_LIFE_DAYS = 365.0
"""Age at which a follow counts half, as far as the data allow it: it outlives a reaction, and doesn't last for ever."""
HALF_LIVES = (90.0, 180.0, FOLLOW_HALF_LIFE_DAYS, 730.0, 1_460.0, 36_500.0)
"""What is tried on the data; the last is no wear at all."""
LATEST = 0.2
"""Share of the dated follows, the latest, that the earlier ones must foretell."""
CLEARLY = 3.0
"""Nats by which one half-life must foretell better than another (20 to 1)."""
MOST_READ = 500_000
"""Dated follows that a half-life is read from; of more, one in so many."""

MOST_KNOWN = 0.5
"""Share of the candidates with a known audience from which on the ties are taken to be those of everybody in them."""
ALL_LISTED = 0.95
"""Share of those in ties who are in the list of accounts, from which on the ties are taken to be those of the list."""


def people_reached(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Expected members of the niche reached, each once: sum of membership x P(sees); and the people it rests on.

    P(sees) = 1 - exp(-attention), so that a follow reaches more than half, and a follow with reactions nearly all.
    Where follows have dates, old ones wear off: who came last month looks, who came years ago may have left.
    """
    material, pool = evidence.material, evidence.pool
    sees = material.kept("sees", lambda: chance_to_see(material))
    n_people = np.diff(material.tie_matrix_by_target.indptr)[pool].astype(float)
    people = evidence.of_niche("people reached", lambda: sees.T @ evidence.audience.person)
    if not evidence.niche:
        return people, n_people
    squares = evidence.of_niche(
        "people reached, squared", lambda: sees.multiply(sees).T @ np.square(evidence.audience.person)
    )
    return pulled_by_fit(people, squares, n_people, evidence.text_fit[pool]), n_people


def pulled_by_fit(
    people: np.ndarray, squares: np.ndarray, n_people: np.ndarray, fit: np.ndarray
) -> np.ndarray:
    """People reached, where few are known pulled towards what the audiences of accounts of like fit are.

    Formula: ``n (people + s p) / (n + s)`` with ``p`` the mean of a person, by a line over the fit, and ``s`` how many
    people that weighs: the variance of persons within audiences over that of audiences about the line (Fay and Herriot
    1979, doi:10.1080/01621459.1979.10482505).

    Parameters
    ----------
    people, squares, n_people : ndarray, shape (n_candidates,)
        Sum, and sum of squares, over the people of each audience, and how many they are.
    fit : ndarray, shape (n_candidates,)
        Fit of the account itself, 0-1; NaN counts as none.
    """
    several = n_people > 1
    if several.sum() < 3 or not people.any() or not np.isfinite(fit).any():
        return people
    n, x = n_people[several], np.nan_to_num(fit)
    mean = people[several] / n
    within = float((squares[several] - n * mean**2).sum() / (n - 1.0).sum())
    centre, middle = np.average(x[several], weights=n), np.average(mean, weights=n)
    spread = np.average((x[several] - centre) ** 2, weights=n)
    slope = np.average((x[several] - centre) * (mean - middle), weights=n) / spread if spread > 1e-12 else 0.0
    line = np.clip(middle + slope * (x - centre), 0.0, 1.0)
    about = float(np.average((mean - line[several]) ** 2, weights=n)) - within * len(n) / float(n.sum())
    strength = within / max(about, 0.01 * within, 1e-12)
    return np.asarray(n_people * (people + strength * line) / np.maximum(n_people + strength, 1e-12))


def chance_to_see(material: Material) -> sparse.csc_matrix:
    """Chance that each account (row) sees what another (column) says, from its attention as far as it is not worn."""
    by_target, worn = material.tie_matrix_by_target.T, worn_follows(material)

    def parts() -> Iterator[sparse.csr_matrix]:
        for first, stop, _ in blocks(by_target.indptr):
            ties = by_target[first:stop]
            if worn is not None:
                ties = (ties - worn[first:stop]).tocsr()
            ties.data = -np.expm1(-ties.data)
            yield ties

    return stacked(parts(), by_target.shape[1]).T


def worn_follows(material: Material) -> sparse.csr_matrix | None:
    """What follows have lost of their weight by age; None where none has a date. Unknown age is one half-life.

    Rows are followed, columns follow.
    """
    rows, columns, since, weight = material.follows
    if not np.isfinite(since).any():
        return None
    lost = 1.0 - decay(np.maximum(material.reference_day - since, 0.0), follow_half_life(material))
    n = len(material.account_ids)
    return sparse.csr_matrix(((weight * lost).astype(np.float32), (columns, rows)), shape=(n, n))


def follow_half_life(material: Material, usual: float = FOLLOW_HALF_LIFE_DAYS) -> float:
    """Days after which a follow counts half: the usual, within what the dated follows allow (`half_lives_told`)."""

    def told() -> dict[str, float]:
        _, whom, since, _ = material.follows
        dated = np.flatnonzero(np.isfinite(since))
        dated = dated[:: max(-(-len(dated) // MOST_READ), 1)]
        least, most = half_lives_told(since[dated], whom[dated])
        return {"least": least, "most": most}

    told_days = material.kept("half-lives of follows", told)
    return min(max(usual, told_days["least"]), told_days["most"])


def half_lives_told(day: np.ndarray, whom: np.ndarray) -> tuple[float, float]:
    """The least and the most half-life by which earlier follows foretell well whom the latest fifth followed.

    Where attention fades the recent ones tell, where it lasts all do alike. Whom a later one follows is foretold in
    proportion to the earlier follows, each by its age, and a tenth of the mean, among those who had some; well is
    within `CLEARLY` of the best (sum of logarithms).

    Parameters
    ----------
    day, whom : ndarray, shape (n,)
        Day of each follow, and who was followed.
    """
    _, whom = np.unique(whom, return_inverse=True)
    early = day < np.quantile(day, 1.0 - LATEST) if len(day) else np.zeros(0, dtype=bool)
    n = int(whom.max(initial=-1)) + 1
    known = np.bincount(whom[early], minlength=n) > 0
    came = np.bincount(whom[~early], minlength=n)[known]
    if not came.any():
        return HALF_LIVES[0], HALF_LIVES[-1]
    age = day[~early].min() - day[early]

    def foretold(half_life: float) -> float:
        weight = np.bincount(whom[early], decay(age, half_life), minlength=n)[known]
        weight = weight + 0.1 * weight.mean()
        return float(came @ np.log(weight / weight.sum()))

    marks = np.array([foretold(each) for each in HALF_LIVES])
    good = np.array(HALF_LIVES)[marks >= marks.max() - CLEARLY]
    return float(good[0]), float(good[-1])


def heard(evidence: Evidence) -> np.ndarray:
    """How far an account is seen to be listened to, 0-1: ``1 - w / (n + 1)`` with n people who ever reacted to it.

    Followers of whom nobody ever reacted are not reached, as far as reactions were collected for everybody: ``w`` is
    how sure that is. One account's reactions say nothing about the others (`collected`), and unknown is unknown.
    """
    people = evidence.material.kept("people-who-reacted", lambda: people_who_reacted(evidence.material))
    attended = np.diff(evidence.material.tie_matrix_by_target.indptr)
    sure = collected(int((people > 0).sum()), int((attended > 0).sum()))
    return np.asarray(1.0 - sure / (people[evidence.pool] + 1.0))


def share_read(evidence: Evidence) -> float:
    """Share of the candidates' followers that were read, 0-1: who was never looked at says nothing about reach."""
    following = evidence.material.n_following
    if following is None:
        return 1.0
    told = np.isfinite(following[evidence.pool])
    seen = np.diff(evidence.material.tie_matrix_by_target.indptr)[evidence.pool][told].sum()
    return float(seen / max(following[evidence.pool][told].sum(), 1.0))


def people_who_reacted(material: Material) -> np.ndarray:
    """How many people ever reacted to each account, shape (n_accounts,)."""
    rows, n = material.reacted, len(material.account_ids)
    found = np.zeros(n, dtype=np.int32)
    for _, _, part in blocks(rows.starts(n)):
        first = np.diff(rows.pairs(part), prepend=-1) > 0
        found += np.bincount(rows.target[part][first], minlength=n).astype(np.int32)
    return found


def attended_by_nobody(evidence: Evidence, attention: np.ndarray) -> np.ndarray:
    """Candidates whom nobody attends to, where the ties are those of everybody: no audience, and no gap.

    They are so where most candidates have an audience, for those who attend to others; and for all of the list of
    accounts where the ties lead to nobody beyond it: who was looked at is who is listed. Unknown remains who states
    followers, and everybody where a crawl read the ties in part.
    """
    n_known, n = int((attention > 0).sum()), evidence.n_candidates
    told = evidence.audience_tells and evidence.material.n_following is None
    if not told or n_known < MOST_KNOWN * n or collected(n_known, n) < MOST_KNOWN:
        return np.zeros(evidence.n_candidates, dtype=bool)
    material = evidence.material
    looked_at = np.diff(material.tie_matrix.indptr) > 0
    listed = material.column("listed_in_accounts") > 0
    tied = looked_at | (np.diff(material.tie_matrix_by_target.indptr) > 0)
    if tied.any() and listed[tied].mean() >= ALL_LISTED:
        looked_at = looked_at | listed
    return np.asarray(looked_at[evidence.pool] & (attention == 0) & ~(evidence.column("followers") > 0))


def community_reactions(evidence: Evidence) -> np.ndarray:
    """Reactions of the niche's communities, recent ones more: their readers leave no names, so reactions stand in."""
    if not evidence.audience.community.any():
        return np.zeros(evidence.n_candidates)
    member = np.append(evidence.audience.community, 0.0)[evidence.posts.community]
    reactions = 1.0 + np.log1p(np.nan_to_num(np.maximum(evidence.posts.reactions, 0.0)))
    return evidence.per_account(member * reactions * evidence.post_weight)


def compute(evidence: Evidence) -> SignalValues:
    """Values in niche people (individuals) or their reactions (communities); unknown audiences fall back.

    Times the chance that another post comes, but where follows have dates and nobody reacts by name: who still comes
    tells more of that than the last post.

    Without any known audience: followers times the text fit, saturating (log10), never linear; else what vendors count.
    """
    people, n_people = people_reached(evidence)
    people = people * heard(evidence)
    reactions = community_reactions(evidence)
    seen = evidence.n_in_communities
    known = (n_people + seen > 0) & evidence.audience_tells
    dated = np.isfinite(evidence.material.follows[2]).any() and not len(evidence.material.reacted)
    value = np.where(known, people * (1.0 if dated else evidence.alive) + reactions * evidence.alive, np.nan)
    value = np.where(attended_by_nobody(evidence, n_people + seen), 0.0, value)
    support = n_people + seen
    seen_by_name = np.where((n_people > 0) | (value == 0), n_people, np.nan)
    parts = {"niche_people": np.where(n_people > 0, people, np.nan), "audience_known": seen_by_name}
    trust = DATED_RELIABILITY if dated else FOLLOWS_RELIABILITY
    reliability = 1.0 if seen.any() else trust * share_read(evidence)
    scale, of_niche = "", evidence.spoken_of >= 1.0 or not n_people.any()
    if not np.isfinite(value).any():
        value, support = guess_without_audience(evidence)
        parts = {"counts_that_stand_in": np.where(support > 0, support, np.nan)}
        scale, of_niche = "logarithm", False
    return SignalValues(
        value, np.where(np.isfinite(value), support, 0.0), parts, reliability, of_niche, scale
    )


def guess_without_audience(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Geometric mean of what is counted about an account, and how many counts: all that is left without audience data.

    Mentions and shares received, lists that hold it and, as far as the texts fit, views of a post are things people
    did, and enter as natural logarithms; followers, as far as the texts fit, as ``log10``: less than half as much.
    """
    fit = evidence.text_fit[evidence.pool]
    fit = np.maximum(np.where(np.isfinite(fit), fit, 1.0), ELSEWHERE)
    metrics, pool = evidence.material.metrics, evidence.pool
    deeds = np.vstack(
        [
            evidence.column("listed"),
            metrics["mentions_received"][pool],
            metrics["shares_received"][pool],
            per_post(evidence, "views") * fit,
        ]
    )
    counts = np.vstack([np.log10(1.0 + evidence.column("followers") * fit), np.log1p(deeds)])
    return np.expm1(mean_of_kinds(counts)), np.isfinite(counts).sum(axis=0).astype(float)


def mean_of_kinds(counts: np.ndarray) -> np.ndarray:
    """Mean over kinds of counts, a kind that is unknown of an account being as far from its usual as the others are.

    So nobody gains by what is not told of others: where followers are known of all and mentions, which run lower, of
    some, these are not lower by it. Formula: ``a`` of ``count = a + kind``, fitted to what is known, kinds of mean 0.

    Parameters
    ----------
    counts : ndarray, shape (n_kinds, n)
        On a logarithmic scale; NaN is unknown.

    >>> mean_of_kinds(np.array([[2.0, 2.0, 4.0], [1.0, np.nan, np.nan]])).round(2).tolist()
    [1.5, 1.5, 3.5]
    """
    told = np.isfinite(counts).astype(float)
    value, n_known = np.nan_to_num(counts), np.maximum(told.sum(axis=0), 1.0)
    mean = value.sum(axis=0) / n_known
    beside = np.diag(told.sum(axis=1)) - (told / n_known) @ told.T
    kind = np.linalg.pinv(beside, hermitian=True) @ ((value - mean) * told).sum(axis=1)
    return np.where(told.any(axis=0), mean - kind @ told / n_known, np.nan)


REACH = Signal(
    name="reach",
    question="How many people of this niche would it reach?",
    unit="niche people (or their aged reactions)",
    needs=(
        "follows or interactions",
        "posts with a community",
        "views of posts",
        "followers",
        "lists",
        "vendor averages (metrics)",
    ),
    scale="saturating",
    unknown="neutral",
    reference="saturating exposure; many ordinary voices: Bakshy 2011, doi:10.1145/1935826.1935845",
    compute=compute,
)
