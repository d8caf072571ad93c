# %% [markdown]
# # The graph engine: from arrays of edges to who is listened to
#
# No workspace is needed: any table of ties will do. Row v of `graph.attention` holds to whom v pays attention.

# %%
import networkx as nx
import numpy as np
import pandas as pd

import influence
from influence.demonstration import samples_folder
from influence.graph.stats import communities, core_numbers, reciprocity
from influence.selection.spread import maximise_spread

edges = pd.read_csv(samples_folder("polblogs") / "edges.csv").drop_duplicates()
edges = edges[edges.source != edges.target]
graph = influence.AudienceGraph.from_edges(edges.source, edges.target)
graph

# %% [markdown]
# ## Personalised PageRank, beside networkx
# Five blogs of one side are the niche. Both agree to the bound that was asked.

# %%
names = pd.read_csv(samples_folder("polblogs") / "nodes.csv").set_index("id")
niche = {int(name): 1.0 for name in graph.ids if names.value[name] == 1}
niche = dict(list(niche.items())[:5])
ours = graph.pagerank(teleport=niche, tol=1e-10)
peer = nx.pagerank(nx.from_pandas_edgelist(edges, create_using=nx.DiGraph), personalization=niche, dangling=niche,
                   alpha=0.85, tol=1e-12, max_iter=500)  # fmt: skip
theirs = np.array([peer[name] for name in graph.ids])
print(f"largest difference {abs(ours - theirs).max():.1e}")
assert abs(ours - theirs).max() < 1e-8
pd.Series(ours, index=names.label[graph.ids]).nlargest(10)

# %% [markdown]
# ## Circles, cores, what is returned

# %%
circle = communities(graph.attention)
sides = pd.crosstab(circle, names.value[graph.ids].to_numpy())
print(f"{circle.max() + 1} circles, deepest core {core_numbers(graph.attention).max()}, "
      f"{reciprocity(graph.attention):.0%} of ties are returned")  # fmt: skip
pure = sides.max(axis=1).sum() / sides.to_numpy().sum()
assert pure > 0.9, "circles follow the two sides"
sides.head()

# %% [markdown]
# ## Seeding a message
# From which ten blogs does a message reach most others, if a tie passes by its share of the reader's attention?

# %%
seeded = maximise_spread(graph.attention, 10, np.random.default_rng(0))
linked = np.argsort(-graph.in_degree)[:10]
print(f"these ten reach {seeded.spread:.0f} ± {seeded.standard_error:.0f} of {graph.n_accounts}")
print(
    f"at least {seeded.guarantee:.0%} of the best possible; the ten most linked reach {seeded.of(linked)[0]:.0f}"
)
assert seeded.spread > seeded.of(linked)[0]
names.label[graph.ids[seeded.chosen]]
