"""audience_quality: are its followers and commenters real?

Nothing here proves anything: a value is the chance that the audience is what it seems, on the evidence at hand, and
every suspicion is a 'possible' that comes with what speaks for and against it.
"""

from __future__ import annotations

import numpy as np

from influence.signals.base import Signal, SignalValues
from influence.signals.evidence import Evidence
from influence.signals.quality.figures import gather
from influence.signals.quality.suspicion import SUSPICIONS, chance_real, weigh_suspicions

POSSIBLE = 0.5
"""Chance from which a suspicion is told."""


def compute(evidence: Evidence) -> SignalValues:
    """Values are probabilities (0-1); parts are ``possible_*`` chances, the figures, and ``nats_*`` of their evidence.

    A figure that several suspicions read has one ``nats`` for each: ``nats_pod_generic_comments``. Who is judged by one
    suspicion of four has a quarter of the evidence: the mean of that share is the reliability.
    """
    figures = gather(evidence)
    suspicions = weigh_suspicions(figures.judged)
    value = chance_real(suspicions, evidence.n_candidates)
    parts = {f"possible_{name}": one.chance for name, one in suspicions.items()}
    parts |= figures.judged | figures.shown
    for name, one in suspicions.items():
        parts |= {f"nats_{name}_{key}": nats for key, nats in one.nats.items()}
    judged = [np.isfinite(one.chance).sum() for one in suspicions.values()]
    reliability = sum(judged) / (len(SUSPICIONS) * max(int(np.isfinite(value).sum()), 1))
    return SignalValues(value, np.where(np.isfinite(value), figures.support, 0.0), parts, float(reliability))


AUDIENCE_QUALITY = Signal(
    name="audience_quality",
    question="Are its followers and commenters real?",
    unit="chance 0-1 that the audience is what it seems",
    needs=(
        "follower and following counts", "followers and reactions", "counts on several days (snapshots)", "follows",
        "comments by name (interactions)", "a vendor's share of fake followers (metrics)",
    ),
    scale="share",
    unknown="neutral",
    reference="rules compared by Cresci et al. 2015, doi:10.1016/j.dss.2015.09.003; thresholds in quality/suspicion.py",
    compute=compute,
    of_niche=False,
)  # fmt: skip
