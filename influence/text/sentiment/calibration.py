"""Calibration: probabilities that mean what they say, and how far they are from it."""

from __future__ import annotations

import numpy as np

from influence.text.sentiment.linear import softmax


def fit_temperature(logits: np.ndarray, truth: np.ndarray, weights: np.ndarray | None = None) -> float:
    """The temperature (Guo et al. 2017) under which the truth is least surprising; between 0.3 and 5.

    Parameters
    ----------
    logits : ndarray, shape (n, 3)
        Of texts that the model did not learn from.
    truth : ndarray of int, shape (n,)
    weights : ndarray, shape (n,), optional
    """
    from scipy.optimize import minimize_scalar

    weights = np.ones(len(truth)) if weights is None else weights
    rows = np.arange(len(truth))

    def surprise(log_temperature: float) -> float:
        chance = softmax(logits / np.exp(log_temperature))[rows, truth]
        return float(-(weights * np.log(np.maximum(chance, 1e-12))).sum() / weights.sum())

    found = minimize_scalar(surprise, bounds=(np.log(0.3), np.log(5)), method="bounded")
    return round(float(np.exp(found.x)), 3)


def calibration_error(probabilities: np.ndarray, truth: np.ndarray, n_bins: int = 10) -> float:
    """Expected calibration error: |confidence - share right|, averaged over bins of confidence (0-1)."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    size = np.bincount(bins, minlength=n_bins)
    gap = np.bincount(bins, weights=confidence - right, minlength=n_bins)
    return float(np.abs(gap).sum() / max(size.sum(), 1))


def macro_f1(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Mean F1 over the classes that occur in either, each class counting the same."""
    scores = []
    for label in np.union1d(truth, predicted):
        hit = np.sum((truth == label) & (predicted == label))
        scores.append(2 * hit / max(np.sum(truth == label) + np.sum(predicted == label), 1))
    return float(np.mean(scores)) if scores else float("nan")
