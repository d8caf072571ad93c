# %% [markdown]
# # An analyst's question: who reaches vegan bakers, why, and how sure is that?
#
# Cells are marked by `# %%`: VS Code and PyCharm open them, jupytext makes an .ipynb. It also runs as it is.

# %%
import tempfile
from pathlib import Path

import influence
from influence.demonstration import samples_folder

folder = Path(tempfile.mkdtemp())
with influence.open_workspace(folder / "world.duckdb") as workspace:
    report = influence.import_files(workspace, [samples_folder("world")])
session = influence.Session(folder / "world.duckdb")

# %% [markdown]
# ## The ranking
# A `Ranking` is a sequence of rows; in a notebook it shows itself. The world is synthetic.

# %%
ranking = session.rank("vegan baking", max_followers=20_000, top=15)
ranking

# %%
frame = ranking.to_pandas()
points = frame.filter(like="points_")
assert abs(points.sum(axis=1) - frame["score"]).max() < 1e-6, "a score is the sum of its points"
frame[["rank", "handle", "score", "rank_low", "rank_high", "baseline_rank", "followers"]]

# %% [markdown]
# ## Why
# Points by signal, what counts against the account, and what would move it.

# %%
first = ranking[0].account_id
why = session.explain(first, "vegan baking", max_followers=20_000)
for line in why.signals:
    print(f"{line.name:20} {line.points:5.1f} of {line.max_points:4.1f}")
print(*why.against, sep="\n")

# %% [markdown]
# ## Does it depend on a choice of weight?

# %%
stable = session.ask(lambda one: influence.stability(one, "vegan baking", top=10, n_draws=50))
stable

# %% [markdown]
# ## Would it have worked?
# Ranked with what was known when a past day began, marked by the reactions of the niche that came later, beside simpler
# rules. One cut of a small world tells little apart; `docs/quality.md` has the figures on real blogs.

# %%
with influence.open_workspace(folder / "world.duckdb", read_only=True) as workspace:
    backtest = influence.backtest(workspace, "vegan baking", cuts=["2025-03-01"], outcome="niche-engagement")
ahead = [one.method for one in backtest.comparisons if one.verdict == "better"]
print(f"told apart from {', '.join(ahead)}; not from the rest")
backtest

# %% [markdown]
# ## A graph without texts: political blogs by example
# Five blogs of one side are shown; the rest of that side should come first.

# %%
import pandas as pd

nodes = pd.read_csv(samples_folder("polblogs") / "nodes.csv")
edges = pd.read_csv(samples_folder("polblogs") / "edges.csv")
graph = influence.AudienceGraph.from_edges(edges.iloc[:, 0], edges.iloc[:, 1])
side = dict(zip(nodes.iloc[:, 0], nodes["value"] if "value" in nodes else nodes.iloc[:, -1], strict=True))
members = [name for name in graph.ids if side.get(name) == 0]
closeness = pd.Series(graph.proximity(members[:5]), index=graph.ids).drop(members[:5])
found = [side.get(name) == 0 for name in closeness.nlargest(100).index]
print(f"of the first hundred {sum(found)} are of that side")
assert sum(found) > 80

# %%
session.close()
