"""Can fake followers be told from real ones by their profiles? AUC against accounts judged by hand.

    python benchmarks/ranking/followers.py -o followers.json

The data (SRF Data 2017, 975 Instagram followers of which 98 are fake) are share-alike and stay outside the project,
and so does every fitted number: the model is trained here, cross-validated, reported and thrown away. Its features are
those of `influence.signals.quality.profiles`. Beside it: the shipped rules, the bare ratio, a forest on raw columns.
"""

from __future__ import annotations

import csv
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.common import shared_data
from influence.signals.quality.profiles import (
    following_ratio,
    looks_automated,
    profile_evidence,
)
from influence.signals.quality.suspicion import weigh_suspicions

N_FOLDS = 10
REPEATS = 5
N_INNER = 3
NESTED_REPEATS = 2


def read_judged(file: Path) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Columns as numbers, and who is fake."""
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    truth = {"TRUE": 1.0, "FALSE": 0.0}
    columns = {name: np.array([_number(row[name], truth) for row in rows]) for name in rows[0]}
    return columns, columns.pop("rating").astype(int)


def _number(text: str, truth: dict[str, float]) -> float:
    return truth[text.upper()] if text.upper() in truth else float(text)


def toolkit_features(columns: dict[str, np.ndarray]) -> np.ndarray:
    """Logs of the three counts of a profile, those of the ratios of every two, and what the name and picture show.

    Shape (n, n_features); ratios carry most (AUC .87 for one alone).
    """
    followers, following, posts = (
        columns[f"Number.of.{name}"] for name in ("followers", "people.they.follow", "posts")
    )
    logs = [np.log1p(counts) for counts in (followers, following, posts)]
    pairs = ((following, followers), (following, posts), (followers, posts))
    shown = ("has_profile_picture", "Private.account", "has_number", "username_len")
    return np.column_stack(
        [*logs, *(following_ratio(*pair) for pair in pairs), *(columns[name] for name in shown)]
    )


def models() -> dict[str, tuple[str, Any]]:
    """Model by name, with which features it sees."""
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier, VotingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import SplineTransformer, StandardScaler

    spline = make_pipeline(
        StandardScaler(), SplineTransformer(5, knots="quantile"), LogisticRegression(C=0.3, max_iter=2000)
    )
    forest = RandomForestClassifier(300, min_samples_leaf=2, random_state=0)
    trees = ExtraTreesClassifier(300, min_samples_leaf=2, random_state=0)
    return {
        "random forest on raw columns": ("raw", forest),
        "spline logistic on toolkit features": ("toolkit", spline),
        "toolkit features, vote of three": (
            "toolkit",
            VotingClassifier([("spline", spline), ("forest", forest), ("trees", trees)], voting="soft"),
        ),
    }


def cross_validated(model: Any, features: np.ndarray, fake: np.ndarray) -> list[float]:
    """AUC over all folds together, once a repeat."""
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    found = []
    for repeat in range(REPEATS):
        folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=repeat)
        chance = cross_val_predict(model, features, fake, cv=folds, method="predict_proba")[:, 1]
        found.append(float(roc_auc_score(fake, chance)))
    return found


def nested(seen: dict[str, np.ndarray], fake: np.ndarray, repeat: int) -> float:
    """AUC where the model, too, is chosen without the rows that it is marked on.

    In every outer fold the model with the best AUC of an inner cross-validation, over the other rows alone, is fitted
    to them and asked about the rows left out; AUC over all outer folds together.
    """
    from sklearn.base import clone
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    chance = np.zeros(len(fake))
    inner = StratifiedKFold(N_INNER, shuffle=True, random_state=100 + repeat)
    for train, test in StratifiedKFold(N_FOLDS, shuffle=True, random_state=repeat).split(seen["raw"], fake):
        marks = {
            name: cross_val_score(model, seen[which][train], fake[train], cv=inner, scoring="roc_auc").mean()
            for name, (which, model) in models().items()
        }
        which, model = models()[max(marks, key=lambda name: (marks[name], name))]
        fitted = clone(model).fit(seen[which][train], fake[train])
        chance[test] = fitted.predict_proba(seen[which][test])[:, 1]
    return float(roc_auc_score(fake, chance))


def fixed_rules(columns: dict[str, np.ndarray], fake: np.ndarray) -> dict[str, float]:
    """AUC of what ships: curves that were never fitted to these data; and how good the hard rule is."""
    from sklearn.metrics import roc_auc_score

    following, followers = columns["Number.of.people.they.follow"], columns["Number.of.followers"]
    ratio = following_ratio(following, followers)
    nats = profile_evidence(following, followers, columns["Number.of.posts"])
    chance = weigh_suspicions({"profile_counts": nats})["follows_to_be_followed"].chance
    rule = looks_automated(following, followers)
    return {
        "following/followers ratio": float(roc_auc_score(fake, ratio)),
        "shipped curve": float(roc_auc_score(fake, chance)),
        "shipped rule, precision": float(fake[rule == 1].mean()),
        "shipped rule, recall": float(rule[fake == 1].mean()),
    }


@click.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write JSON here.")
def main(output: str | None) -> None:
    """Print the table."""
    columns, fake = read_judged(shared_data() / "followers" / "labelled_975_anon.csv")
    seen = {"raw": np.column_stack(list(columns.values())), "toolkit": toolkit_features(columns)}
    rules = fixed_rules(columns, fake)
    results: dict[str, Any] = {"n": len(fake), "n_fake": int(fake.sum()), "rules": rules, "auc": {}}
    for name, value in rules.items():
        click.echo(f"{name:<38} {value:.3f}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, (which, model) in models().items():
            auc = cross_validated(model, seen[which], fake)
            results["auc"][name] = {"mean": float(np.mean(auc)), "least": min(auc), "repeats": auc}
            click.echo(f"{name:<38} {np.mean(auc):.4f}  least of {REPEATS} repeats {min(auc):.4f}")
        found = [nested(seen, fake, repeat) for repeat in range(NESTED_REPEATS)]
    results["auc"]["chosen within the folds (nested)"] = {"mean": float(np.mean(found)), "repeats": found}
    click.echo(f"{'chosen within the folds (nested)':<38} {np.mean(found):.4f}")
    if output:
        Path(output).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
