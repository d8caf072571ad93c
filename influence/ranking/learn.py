"""Fit the weights from pairs of which one did better; say what that is worth on people never seen, if anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from influence.question import Question
from influence.ranking.comparisons import Comparisons, Features
from influence.ranking.marks import Mark, Wobble, gap_of, marks_of
from influence.ranking.records import Records, records_of

THIRDS = (1 / 3, 2 / 3)
STRETCHES = ("low", "middle", "high")


def bent(pairs: Comparisons) -> Comparisons:
    """The same pairs with every feature as three stretches, each with a weight of its own.

    ``x = min(x, a) + clip(x - a, 0, b - a) + max(x - b, 0)`` with ``a, b`` the thirds of the feature among all: equal
    weights are the straight line that the preset is, and weights of at least 0 keep the curve rising.
    """
    features = pairs.features
    thirds = np.quantile(features.values, THIRDS, axis=0)
    names = tuple(f"{name}, {stretch}" for name in features.names for stretch in STRETCHES)
    told = {
        name: np.repeat(getattr(features, name), len(STRETCHES)) for name in ("preset", "trust", "rising")
    }
    return replace(
        pairs,
        features=replace(
            features, names=names, values=stretches(features.values, thirds),
            n_signals=features.n_signals * len(STRETCHES), **told,
        ),
        winner=stretches(pairs.winner, thirds),
        loser=stretches(pairs.loser, thirds),
    )  # fmt: skip


def stretches(values: np.ndarray, thirds: np.ndarray) -> np.ndarray:
    """Rows of features cut at `thirds`, shape (2, n_features) -> (n_rows, 3 n_features); the three add up to the value.

    >>> stretches(np.array([[5.0]]), np.array([[1.0], [3.0]])).tolist()
    [[1.0, 2.0, 2.0]]
    """
    low, high = thirds
    cut = [np.minimum(values, low), np.clip(values - low, 0.0, high - low), np.maximum(values - high, 0.0)]
    return np.stack(cut, axis=-1).reshape(len(values), -1)


PENALTIES = (0.3, 3.0, 30.0, 300.0)
"""Strengths of the pull towards the preset, in pairs; chosen by cross-validation over people."""
N_FOLDS = 3
N_REPEATS = 6
OWN_SCALES = "learned, own scales"
METHODS = ("learned", OWN_SCALES, "learned, signals only", "preset", "followers")


@dataclass(frozen=True)
class Model:
    """Weights of features; the score of an account is their weighted sum.

    Attributes
    ----------
    names : tuple of str
    weights : ndarray, shape (n_features,)
        Per unit of the feature; at least 0 where more can only speak for an account.
    penalty : float
        The strength that was chosen.
    """

    names: tuple[str, ...]
    weights: np.ndarray
    penalty: float

    def score(self, values: np.ndarray) -> np.ndarray:
        """Scores of rows of features; the chance that a is preferred to b is ``1 / (1 + exp(score b - score a))``."""
        return np.asarray(values @ self.weights)


@dataclass(frozen=True)
class Learned:
    """What was learned, and what it is worth.

    Attributes
    ----------
    question : Question
        Whose preset it starts from.
    model : Model
        Signals and columns, in three stretches each where scales of its own are shown to be better.
    profile_weights : mapping of signal to weight
        From the fit on signals alone, in percent, ready for a profile; without it the score cannot use columns.
    auc : mapping of method to Mark
        On people never seen in training: chance that the better of two pairs is told apart, 0.5 is guessing.
    gain : mapping of method to Mark
        AUC of `learned` less that of each other method.
    profile_gain : Mark
        The same for the signals alone against the preset: what the profile is worth.
    records : Records or None
        What the own record of people who were compared before adds; used for chances where it is shown to tell more.
    n_pairs, n_tested, n_people : int
    source : str
    notes : tuple of str
    """

    question: Question
    model: Model
    profile_weights: Mapping[str, float]
    auc: Mapping[str, Mark]
    gain: Mapping[str, Mark]
    profile_gain: Mark
    records: Records | None
    n_pairs: int
    n_tested: int
    n_people: int
    source: str
    notes: tuple[str, ...]
    features: Features

    def chances(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Chance that account `a` is preferred to `b` (positions in ``features.ids``); NaN where one is -1."""
        score = self.model.score(self.features.values)
        if self.records:
            score = score + self.records.ahead_of(self.features.ids)
        with np.errstate(over="ignore"):
            chance = 1.0 / (1.0 + np.exp(score[b] - score[a]))
        return np.where((a >= 0) & (b >= 0), chance, np.nan)


def learn(pairs: Comparisons, question: Question) -> Learned:
    """Which weights would have preferred whom people (or campaigns) preferred, and are they worth more than the preset?

    Pairwise logistic regression: ``P(a over b) = 1 / (1 + exp(-(x_a - x_b) w))`` (Bradley and Terry 1952,
    doi:10.2307/2334029), weights of what can only speak for an account at least 0, pulled towards a multiple of the
    preset. Scales may be learned, too (`influence.ranking.learn`): they are used where they are shown to be better.
    It is marked on pairs of people of whom none was in training, and of later groups than those it trained on. What the
    own record of people adds who were compared before is marked apart (`influence.ranking.records`).

    Parameters
    ----------
    pairs : Comparisons
    question : Question
        Its weights are the preset, its seed splits the people.

    Returns
    -------
    Learned
        Weights, and how well they do on pairs never seen, beside the preset's.

    Raises
    ------
    MissingDataError
        Too few pairs to learn from and to mark.

    Examples
    --------
    >>> import influence
    >>> learned = influence.learn(pairs, question)  # doctest: +SKIP
    >>> learned.weights  # doctest: +SKIP
    """
    features, rng = pairs.features, np.random.default_rng(question.seed)
    curved = bent(pairs)
    own_scales = _out_of_sample(curved, np.random.default_rng(question.seed))["learned"]
    margins = _out_of_sample(pairs, rng) | {OWN_SCALES: own_scales}
    tested = np.isfinite(margins["learned"])
    wobble = Wobble.of(pairs.people[tested], rng)
    told = {name: margins[name][tested] for name in METHODS if name in margins}
    auc, draws = marks_of(told, wobble)
    gain = {name: gap_of(auc, draws, "learned", name) for name in auc if name != "learned"}
    used = curved if gain[OWN_SCALES].high < 0 else pairs

    def by_figures(rows: np.ndarray) -> np.ndarray:
        model = fit(used.difference[rows], used.features, pairs.people[rows], np.random.default_rng(0))
        return model.score(used.difference)

    signals = slice(0, features.n_signals)
    alone = fit(pairs.difference[:, signals], _part(features, signals), pairs.people, rng)
    return Learned(
        question=question,
        model=fit(used.difference, used.features, pairs.people, rng),
        profile_weights=_as_profile(alone, features),
        auc=auc,
        gain=gain,
        profile_gain=gap_of(auc, draws, "learned, signals only", "preset"),
        records=records_of(pairs, by_figures, np.random.default_rng(question.seed)),
        n_pairs=len(pairs),
        n_tested=int(tested.sum()),
        n_people=len(np.unique(pairs.people)),
        source=pairs.source,
        notes=pairs.notes,
        features=used.features,
    )


def fit(difference: np.ndarray, features: Features, people: np.ndarray, rng: np.random.Generator) -> Model:
    """Fit weights to winner-less-loser `difference`, the pull towards the preset chosen by people left out."""
    losses = dict.fromkeys(PENALTIES, 0.0)
    for train, test in people_splits(people, rng, n_repeats=1):
        for penalty in PENALTIES:
            losses[penalty] += _loss(difference[test] @ _solve(difference[train], features, penalty))
    best = min(PENALTIES, key=lambda penalty: (round(losses[penalty], 6), -penalty))
    return Model(features.names, _solve(difference, features, best), best)


def _solve(difference: np.ndarray, features: Features, penalty: float) -> np.ndarray:
    """Penalised maximum likelihood under bounds: what lies along the preset is free, what departs from it costs."""
    from scipy.optimize import minimize

    spread = np.maximum(features.values.std(axis=0), 1e-6)
    x, centre = difference / spread, features.preset * spread
    centre = centre / max(float(np.linalg.norm(centre)), 1e-12)

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        margin = x @ beta
        pull = beta - max(float(beta @ centre), 0.0) * centre
        value = np.logaddexp(0.0, -margin).sum() + 0.5 * penalty * float(pull @ pull)
        return value, x.T @ -_logistic(-margin) + penalty * pull

    bounds = [(0.0, None) if up else (None, None) for up in features.rising]
    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 200})
    return np.asarray(found.x / spread)


def _logistic(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(-np.logaddexp(0.0, -x)))


def _loss(margin: np.ndarray) -> float:
    return float(np.logaddexp(0.0, -margin).sum())


def people_splits(
    people: np.ndarray, rng: np.random.Generator, n_repeats: int = N_REPEATS
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Train and test rows of `people` (n_pairs, 2) that share nobody; pairs with one foot on each side are in neither.

    Where the pairs fall into many islands of people who never meet, whole islands are split and no pair is lost.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    _, rows = np.unique(people, return_inverse=True)
    rows = rows.reshape(people.shape)
    n = int(rows.max(initial=-1)) + 1
    _, island = connected_components(coo_matrix((np.ones(len(rows)), rows.T), shape=(n, n)), directed=False)
    whole = np.bincount(island).max(initial=0) <= n / (2 * N_FOLDS)
    unit = island if whole else np.arange(n)
    for _ in range(n_repeats):
        fold = (rng.permutation(int(unit.max(initial=-1)) + 1) % N_FOLDS)[unit][rows]
        for k in range(N_FOLDS):
            inside = (fold == k).sum(axis=1)
            train, test = np.flatnonzero(inside == 0), np.flatnonzero(inside == 2)
            if len(train) and len(test):
                yield train, test


def _out_of_sample(pairs: Comparisons, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Margins of the winner per method and pair, mean over the splits in which neither was seen; NaN if untested."""
    features, difference = pairs.features, pairs.difference
    signals = slice(0, features.n_signals)
    kinds = {"learned": slice(None), "learned, signals only": signals}
    total = {name: np.zeros(len(pairs)) for name in kinds}
    times = np.zeros(len(pairs))
    for train, test in _timed_splits(pairs, rng):
        times[test] += 1
        for name, part in kinds.items():
            model = fit(difference[train][:, part], _part(features, part), pairs.people[train], rng)
            total[name][test] += model.score(difference[test][:, part])
    with np.errstate(invalid="ignore"):
        margins = {name: np.where(times > 0, total[name] / times, np.nan) for name in kinds}
    margins["preset"] = difference @ features.preset
    ahead = np.log1p(pairs.followers)
    if np.isfinite(ahead).any():
        margins["followers"] = np.nan_to_num(ahead[:, 0] - ahead[:, 1])
    return margins


def _timed_splits(pairs: Comparisons, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """`people_splits`, of which the test is later than the training where there is a time."""
    groups = np.unique(pairs.group)
    for train, test in people_splits(pairs.people, rng):
        for group in groups[1:] if len(groups) > 1 else groups:
            earlier = train[pairs.group[train] < group] if len(groups) > 1 else train
            later = test[pairs.group[test] == group]
            if len(earlier) and len(later):
                yield earlier, later


def _part(features: Features, part: slice) -> Features:
    return replace(
        features, names=features.names[part], values=features.values[:, part], preset=features.preset[part],
        trust=features.trust[part], rising=features.rising[part],
    )  # fmt: skip


def _as_profile(model: Model, features: Features) -> dict[str, float]:
    """Weights for a profile, in percent: what the score multiplies by reliability is divided by it here."""
    raw = np.maximum(model.weights, 0.0) / features.trust[: len(model.weights)]
    total = float(raw.sum())
    if total <= 0:
        raw = features.preset[: len(raw)] / features.trust[: len(raw)]
        total = float(raw.sum())
    shares = raw / total if total > 0 else np.full(len(raw), 1.0 / max(len(raw), 1))
    return {name: round(100.0 * float(share), 2) for name, share in zip(model.names, shares, strict=True)}


def column_shares(model: Model, features: Features) -> Sequence[tuple[str, float]]:
    """Features by how much they move the score: weight times spread, as a share of all (signs kept), largest first."""
    moved = model.weights * features.values.std(axis=0)
    total = float(np.abs(moved).sum()) or 1.0
    rows = [(name, float(size) / total) for name, size in zip(model.names, moved, strict=True)]
    return sorted(rows, key=lambda row: (-abs(row[1]), row[0]))
