"""niche_fit: does this account speak about the niche, to people who care about it?"""

from __future__ import annotations

import numpy as np

from influence.signals.base import Signal, SignalValues
from influence.signals.evidence import Evidence
from influence.signals.shrinkage import shrunk_share

AUDIENCE_STRENGTH = 3.0
"""Readers (or posts seen by a community) who are taken to be there beside those known, none of them of the niche."""


WORDS_THAT_TELL_HALF = 5.0
"""Words beyond the first with which fit tells half where no examples are given: one word is a label that many share, it
opens the gate and tells no member from another. Chosen on worlds 1 and 2 and the niches for choosing."""


def combine_fit(text: np.ndarray, audience: np.ndarray, examples: np.ndarray) -> np.ndarray:
    """Join what an account says, who listens and whom it is close to; NaN only where all three are unknown.

    Formula: root mean square of the known ones, so that one strong witness is heard beside a silent one and two
    agreeing beat one alone.
    """
    parts = np.vstack([text, audience, examples])
    known = np.isfinite(parts)
    n_known = known.sum(axis=0)
    squares = np.where(known, np.nan_to_num(parts) ** 2, 0.0).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.where(n_known > 0, np.sqrt(squares / np.maximum(n_known, 1)), np.nan)


def attention_received(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Attention that members of the niche give each account, and all that it gets, shape (n_accounts,)."""
    ties = evidence.material.tie_matrix_by_target
    weight = evidence.material.kept("attention-received", lambda: np.asarray(ties.sum(axis=0)).ravel())
    return evidence.once("attention of members", lambda: ties.T @ evidence.audience.person), weight


def audience_share(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Mean membership of each candidate's audience, shrunk to none; and the attention it rests on.

    Not towards the average one: of whom nobody of the niche is known to listen has no fit, as who is unknown.
    """
    hits, weight = (each[evidence.pool] for each in attention_received(evidence))
    weight = weight + evidence.n_in_communities
    if len(evidence.audience.community):
        segment = np.append(evidence.audience.community, 0.0)[evidence.posts.community]
        hits = hits + evidence.per_account(segment * (evidence.posts.community >= 0))
    share = shrunk_share(hits, weight, 0.0, AUDIENCE_STRENGTH)
    known = (weight > 0) & evidence.audience_differs
    return np.where(known, share, np.nan), weight * evidence.audience_differs


def compute(evidence: Evidence) -> SignalValues:
    """Values 0-1; support is texts plus attention events."""
    if not evidence.niche:
        return SignalValues(evidence.unknown(), np.zeros(evidence.n_candidates))
    text = evidence.text_fit[evidence.pool]
    audience, attention = audience_share(evidence)
    examples = evidence.example_fit[evidence.pool]
    if evidence.niche.like:
        audience = np.where(np.isfinite(examples), np.nan, audience)
    value = combine_fit(text, audience, examples)
    support = evidence.text_support[evidence.pool] + attention
    parts = {"text_fit": text, "audience_share": audience, "closeness_to_examples": examples}
    support = np.where(np.isfinite(value), support, 0.0)
    if evidence.niche.like:
        return SignalValues(value, support, parts)
    beyond = evidence.text_words[evidence.pool] - 1.0
    return SignalValues(value, support, parts, half=WORDS_THAT_TELL_HALF, told=beyond)


NICHE_FIT = Signal(
    name="niche_fit",
    question="Does it speak about the niche, to people who care about it?",
    unit="share 0-1",
    needs=("texts (posts or bios)", "example accounts (--like) and follows, interactions or communities"),
    scale="share",
    unknown="worst",
    reference="Haveliwala 2003, doi:10.1109/TKDE.2003.1208999; Andersen, Chung and Lang 2006",
    compute=compute,
)
