"""How the linear model and the network speak together, chosen on domains that neither saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from influence.text.sentiment.calibration import fit_temperature, macro_f1
from influence.text.sentiment.linear import LinearModel

SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
NEUTRALS = (0.0, -0.1, -0.2, -0.3, -0.4, -0.5, -0.6)


@dataclass(frozen=True)
class Blend:
    """The network's share of the log-odds (0-1), what is added to those of neutral, and the temperature.

    Learned on other domains, both models call too much neutral: what is plain praise to one crowd is new to them.
    """

    share: float
    neutral: float
    temperature: float

    def of(self, linear: LinearModel) -> LinearModel:
        """The linear model, joined by the network and calibrated."""
        return linear.with_network(self.share, self.neutral).at_temperature(self.temperature)


SHIPPED = Blend(share=0.7, neutral=-0.3, temperature=0.8)
"""As `build_sentiment.py --networks` found it."""


@dataclass(frozen=True)
class Said:
    """Log-odds of both models, shape (n_texts, 3), on a domain that neither saw, and the labels."""

    linear: np.ndarray
    network: np.ndarray
    labels: np.ndarray

    def blended(self, share: float, neutral: float) -> np.ndarray:
        """Log-odds together, before calibration."""
        return (1 - share) * self.linear + share * self.network + np.array([0.0, neutral, 0.0])


def choose(domains: Sequence[Said]) -> Blend:
    """The blend with the best mean macro-F1, calibrated with every domain counting the same."""
    share, neutral = max(product(SHARES, NEUTRALS), key=lambda blend: _mean_f1(domains, *blend))
    logits = np.vstack([said.blended(share, neutral) for said in domains])
    weight = np.concatenate([np.full(len(said.labels), 1 / len(said.labels)) for said in domains])
    temperature = fit_temperature(logits, np.concatenate([said.labels for said in domains]), weight)
    return Blend(share, neutral, round(float(temperature), 3))


def _mean_f1(domains: Sequence[Said], share: float, neutral: float) -> float:
    return float(
        np.mean([macro_f1(said.labels, said.blended(share, neutral).argmax(axis=1)) for said in domains])
    )
