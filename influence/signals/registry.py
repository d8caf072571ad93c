"""The signals, in the order in which people see them."""

from __future__ import annotations

from influence.signals.advocacy import ADVOCACY
from influence.signals.audience_quality import AUDIENCE_QUALITY
from influence.signals.base import Signal
from influence.signals.independence import INDEPENDENCE
from influence.signals.momentum import MOMENTUM
from influence.signals.niche_fit import NICHE_FIT
from influence.signals.peer_engagement import PEER_ENGAGEMENT
from influence.signals.reach import REACH

SIGNALS: tuple[Signal, ...] = (
    NICHE_FIT,
    PEER_ENGAGEMENT,
    REACH,
    MOMENTUM,
    ADVOCACY,
    AUDIENCE_QUALITY,
    INDEPENDENCE,
)
SIGNAL_NAMES: tuple[str, ...] = tuple(signal.name for signal in SIGNALS)
