"""Why an account stands where it stands: points, evidence, what counts against it, and its peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from influence.errors import UnknownAccountError
from influence.question import Question, QuestionWords
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.moves import Move, Target, moves_of, next_of, target_of
from influence.ranking.naming import says, signal_words
from influence.ranking.rank import write_out
from influence.ranking.reasons import audience_doubts
from influence.ranking.results import Provenance, RankedAccount, Ranking
from influence.ranking.score import POINTS
from influence.signals.peers import peers_of
from influence.store.beyond import figures_of, told_beyond
from influence.store.people.resolving import resolve_account
from influence.store.workspace import from_day

if TYPE_CHECKING:
    from influence.store.workspace import Workspace


@dataclass(frozen=True)
class SignalLine:
    """One signal of one account.

    `points` of at most `max_points`; `value` in `unit` (None unknown) on `support` observations; `percentile` (0-1)
    among all candidates and `peer_percentile` among accounts of its size; `parts` are the figures behind it.
    `asked_points` is what it could bring by the goal alone, `evidence` (0-1) how full the evidence is by which its
    weight is multiplied; `next` is what the next better value would bring.
    """

    name: str
    question: str
    points: float
    max_points: float
    value: float | None
    unit: str
    support: float
    scaled: float
    percentile: float | None
    peer_percentile: float | None
    parts: Mapping[str, float]
    asked_points: float = 0.0
    evidence: float = 0.0
    next: Move | None = None


@dataclass(frozen=True)
class EvidencePost:
    """A post that speaks for (or about) the account: what it says, when, and how it was received."""

    post_id: str
    day: str | None
    text: str | None
    url: str | None
    likes: int | None
    comments: int | None
    shares: int | None
    relevance: float


@dataclass(frozen=True)
class Explanation:
    """Everything behind one row of a ranking.

    Attributes
    ----------
    row : RankedAccount
    ranking : Ranking
        The ranking it belongs to, with this row alone.
    signals : tuple of SignalLine
        Points add up to ``row.score``.
    evidence : tuple of EvidencePost
        Best posts for the niche first.
    terms : tuple of (str, float, str)
        Words that the niche was read as, with their weight and why they count.
    against : tuple of str
        What counts against the account, or is not known of it.
    peers : mapping
        ``n``, ``by`` (followers or posts), ``platform`` (None where they are of several, or all have the same),
        ``score_percentile`` among accounts of its size.
    n_candidates : int
    moves : tuple of Move
        What single signals would bring or cost if they were others.
    target : Target or None
        The next place that people ask about, and what it would take; None for the first.
    vendor : tuple of (str, str)
        A vendor's own figures, as its file has them; only fake followers can be part of the score.
    """

    row: RankedAccount
    ranking: Ranking
    signals: tuple[SignalLine, ...]
    evidence: tuple[EvidencePost, ...]
    terms: tuple[tuple[str, float, str], ...]
    against: tuple[str, ...]
    peers: Mapping[str, Any]
    n_candidates: int
    moves: tuple[Move, ...] = ()
    target: Target | None = None
    vendor: tuple[tuple[str, str], ...] = ()

    @property
    def provenance(self) -> Provenance:
        """Where it comes from."""
        return self.ranking.provenance


def explain(
    workspace: Workspace, handle: str, niche: str = "", **asked: Unpack[QuestionWords]
) -> Explanation:
    """Why does this account stand where it stands?

    Parameters
    ----------
    workspace : Workspace
    handle : str
        Id, handle or address.
    niche : str
    **asked
        As for `influence.rank`.

    Raises
    ------
    UnknownAccountError
        Nobody of that name, or the filters leave the account out.

    Returns
    -------
    Explanation
        Its row, and each signal with what it says, rests on and adds.

    Examples
    --------
    >>> import influence
    >>> found = influence.explain(workspace, "ben.example", "sourdough bread")
    >>> found.row.rank
    2
    """
    return explain_question(workspace, handle, question_of(niche, **asked))


def explain_question(workspace: Workspace, handle: str, question: Question) -> Explanation:
    """`explain` for a question that is already put together."""
    return explain_several(workspace, assess(workspace, question), [handle])[0]


def explain_several(
    workspace: Workspace, found: Assessment, handles: Sequence[str]
) -> tuple[Explanation, ...]:
    """An explanation of each of `handles`, from one assessment."""
    places = [_place_in_pool(found, handle) for handle in handles]
    ranking = write_out(workspace, found, chosen=np.array(places))
    return tuple(
        _explained(found, at, replace(ranking, rows=(row,)))
        for at, row in zip(places, ranking.rows, strict=True)
    )


def _explained(found: Assessment, at: int, ranking: Ranking) -> Explanation:
    peers, platform = _peers(found, at)
    return Explanation(
        row=ranking.rows[0],
        ranking=ranking,
        signals=tuple(_line(found, name, at, peers) for name in found.signals),
        evidence=_evidence(found, [at])[0],
        terms=_terms(found),
        against=tuple(_against(found, at)),
        peers={
            "n": len(peers),
            "by": _size(found)[0],
            "platform": platform,
            "score_percentile": _percentile(found.scores.score, at, peers),
        },
        n_candidates=len(found.order),
        moves=moves_of(found, at, peers),
        target=target_of(found, at),
        vendor=_vendor(found, ranking.rows[0].account_id),
    )


def _vendor(found: Assessment, account: str) -> tuple[tuple[str, str], ...]:
    material = found.evidence.material
    return figures_of(told_beyond(material.store, [account], material.cut).get(account, {}))


def _place_in_pool(found: Assessment, handle: str) -> int:
    material = found.evidence.material
    account = resolve_account(material.store, handle, material.account_ids)
    where = np.flatnonzero(found.evidence.pool == material.positions([account])[0])
    if len(where) == 0:
        raise UnknownAccountError(
            "this account is not among the candidates",
            seen=account,
            expected="an account that no filter leaves out",
            hint="drop a filter; private accounts, bots and the examples themselves are never ranked",
        )
    return int(where[0])


def _line(found: Assessment, name: str, at: int, peers: np.ndarray) -> SignalLine:
    signal, values = found.signals[name]
    value = values.value
    in_score = name in found.scores.weights
    parts = {key: float(part[at]) for key, part in values.parts.items() if np.isfinite(part[at])}
    known = bool(np.isfinite(value[at]))
    everyone = np.arange(len(value))
    return SignalLine(
        name=name,
        question=signal.question,
        points=float(found.scores.contributions[name][at]) if in_score else 0.0,
        max_points=POINTS * found.scores.weights.get(name, 0.0),
        value=float(value[at]) if known else None,
        unit=signal.unit,
        support=float(values.support[at]),
        scaled=float(found.scores.scaled[name][at]) if in_score else 0.0,
        percentile=_percentile(value, at, everyone) if known else None,
        peer_percentile=_percentile(value, at, peers) if known else None,
        parts=parts,
        asked_points=_asked_points(found, name) if in_score else 0.0,
        evidence=found.scores.evidence[name] * values.reliability if in_score else 0.0,
        next=next_of(found, name, at) if in_score else None,
    )


def _asked_points(found: Assessment, name: str) -> float:
    """What a signal could bring by the goal alone, were the evidence of all in the score full."""
    asked = found.question.weights
    return POINTS * asked[name] / sum(asked[other] for other in found.scores.weights)


def _size(found: Assessment) -> tuple[str, np.ndarray]:
    """What accounts are compared by: log followers where they are known, else log posts."""
    followers = found.evidence.column("followers")
    if np.isfinite(followers).mean() > 0.5:
        return "followers", np.log1p(followers)
    posts = found.evidence.n_posts
    return "posts", np.log1p(posts)


def _peers(found: Assessment, at: int) -> tuple[np.ndarray, str | None]:
    """The candidates nearest in size, on its platform where there are enough; and the platform if that was a choice."""
    _, size = _size(found)
    if not np.isfinite(size[at]):
        return np.delete(np.arange(len(size)), at), None
    peers, own_platform = peers_of(at, size, found.evidence.platform)
    return peers, str(found.evidence.column("platform")[at]) if own_platform else None


def _percentile(value: np.ndarray, at: int, among: np.ndarray) -> float | None:
    others = value[among[among != at]]
    others = others[np.isfinite(others)]
    if len(others) == 0 or not np.isfinite(value[at]):
        return None
    return float(((others < value[at]).sum() + 0.5 * (others == value[at]).sum()) / len(others))


def _evidence(found: Assessment, places: Sequence[int], k: int = 5) -> list[tuple[EvidencePost, ...]]:
    """The posts of each account of the pool that fit the niche best; one look into the workspace serves all."""
    best = [_best_posts(found, at, k) for at in places]
    posts = found.evidence.posts
    texts = _texts(found, [str(posts.post_id[row]) for rows in best for row in rows])
    return [tuple(_post(found, int(row), texts) for row in rows) for rows in best]


def _best_posts(found: Assessment, at: int, k: int) -> np.ndarray:
    """Rows of an account's posts that fit the niche best; recent and well received ones first among equals."""
    evidence = found.evidence
    posts = evidence.posts
    rows = np.flatnonzero(posts.account == evidence.pool[at])
    relevance = evidence.post_relevance[rows]
    keys = (np.arange(len(rows)), -np.nan_to_num(posts.likes[rows]), -np.round(relevance, 2))
    best = rows[np.lexsort(keys)][:k]
    if evidence.niche:
        best = (
            best[evidence.post_relevance[best] > 0] if (evidence.post_relevance[best] > 0).any() else best[:2]
        )
    return best


def _post(found: Assessment, row: int, texts: Mapping[str, tuple[str | None, str | None]]) -> EvidencePost:
    posts, evidence = found.evidence.posts, found.evidence
    key = str(posts.post_id[row])
    text, url = texts.get(key, (None, None))
    age = posts.age_days[row]
    return EvidencePost(
        post_id=key,
        day=from_day(evidence.reference_day - int(age)).isoformat() if np.isfinite(age) else None,
        text=text,
        url=url,
        likes=_whole(posts.likes[row]),
        comments=_whole(posts.comments[row]),
        shares=_whole(posts.shares[row]),
        relevance=float(evidence.post_relevance[row]),
    )


TERMS = 16
"""Words of the niche that are named, each with its reason."""


def _texts(found: Assessment, keys: Sequence[str]) -> dict[str, tuple[str | None, str | None]]:
    rows = found.evidence.store.query(
        "select post_id, text, url from posts where post_id in (select unnest(?))", [list(keys)]
    ).to_pylist()
    return {row["post_id"]: (row["text"], row["url"]) for row in rows}


def _terms(found: Assessment) -> tuple[tuple[str, float, str], ...]:
    relevance = found.evidence.relevance
    if relevance is None:
        return ()
    return tuple((term.term, float(term.weight), term.why) for term in relevance.terms[:TERMS])


def _against(found: Assessment, at: int) -> list[str]:
    """Doubts, in plain words: unknown signals, thin evidence, silence, weak fit."""
    doubts = []
    for name, (signal, values) in found.signals.items():
        label = signal_words(name)
        if name in found.switched_off:
            continue
        if not np.isfinite(values.value[at]):
            counted = "counted as none" if signal.unknown == "worst" else "counted as the median candidate's"
            low = found.scores.factors[name][at] < 0.95 and signal.unknown != "worst"
            doubts.append(
                f"{says(label, 'is', 'are')} unknown and {counted}{', as far as it fits the niche' if low else ''}."
            )
        elif values.support[at] < 3:
            n = f"{values.support[at]:.0f}"
            doubts.append(f"{says(label, 'rests', 'rest')} on {n} observation{'' if n == '1' else 's'} only.")
    quality = found.signals["audience_quality"][1].parts
    doubts += audience_doubts({name: float(part[at]) for name, part in quality.items()})
    gate = float(found.scores.gate.share[at])
    if gate < 0.95:
        doubts.append(f"Its niche fit is low, so that what is not about the niche counts {gate:.0%} only.")
    ceiling = POINTS * float(found.scores.gate.ceiling[at])
    if found.scores.score[at] > 0.9 * ceiling and ceiling < POINTS:
        doubts.append(f"With so little niche fit no account has more than {ceiling:.0f} points.")
    silent = found.signals["momentum"][1].parts.get("days_since_last_post")
    if silent is not None and np.isfinite(silent[at]) and silent[at] > 180:
        doubts.append(f"No post seen for {silent[at]:.0f} days.")
    fit = found.signals["niche_fit"][1].parts.get("text_fit")
    if fit is not None and np.isfinite(fit[at]) and fit[at] < 0.1:
        doubts.append("Its own texts hardly speak of the niche; it stands here for its audience.")
    return doubts


def _whole(value: float) -> int | None:
    return int(value) if np.isfinite(value) else None


def evidence_posts(
    found: Assessment, account_ids: Sequence[str], k: int = 5
) -> dict[str, tuple[EvidencePost, ...]]:
    """The posts that fit the niche best, for each of these accounts that is a candidate; one assessment serves all."""
    at = {str(account): row for row, account in enumerate(found.evidence.column("account_id"))}
    known = [account for account in account_ids if account in at]
    return dict(zip(known, _evidence(found, [at[account] for account in known], k), strict=True))
