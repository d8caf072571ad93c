# %% [markdown]
# # From people who like the brand to a business case
#
# The world is synthetic, and so is the brand, Tavilo.

# %%
import tempfile
from importlib import resources
from pathlib import Path

import influence
from influence.demonstration import samples_folder
from influence.planning.incentives import Assumptions, Reward

folder = Path(tempfile.mkdtemp())
with influence.open_workspace(folder / "world.duckdb") as workspace:
    influence.import_files(workspace, [samples_folder("world")])
session = influence.Session(folder / "world.duckdb")

# %% [markdown]
# ## How do people feel about it, and how sure is that?

# %%
mentions = session.mentions("Tavilo")
known = mentions.probabilities[~(mentions.probabilities != mentions.probabilities).any(axis=1)]
print(
    f"{len(mentions)} mentions; mean chance of praise {known[:, 2].mean():.0%}, of a complaint {known[:, 0].mean():.0%}"
)
mentions

# %% [markdown]
# ## Whom to invite, whom to listen to and never invite

# %%
advocates = session.advocates("Tavilo", top=10)
print(
    f"never to be invited: {len(advocates.detractors)}; asked lately and left in peace: {len(advocates.resting)}"
)
assert not {one.account_id for one in advocates} & {
    one.account_id for one in advocates.detractors if one.account_id
}
advocates

# %% [markdown]
# ## To whom should the reward go?
# The same money to the advocate, to the friend, or to both. It may never depend on what is said.

# %%
assumed = Assumptions(advocates=100, customer_margin=60.0)  # every other rate has a default with its source
programmes = influence.incentives(Reward(advocate=5.0, friend=5.0), assumed)
for one in programmes:
    print(f"{one.name:20} {one.new_customers:6.1f} new customers, profit {one.profit:8,.0f}")

# %% [markdown]
# ## What may the campaign bring?

# %%
brief = resources.files("influence.planning").joinpath("brief_example.toml").read_text("utf-8")
file = folder / "brief.toml"
audience = "\n[audience]\nvoices = 10\nfollowers = 50000\nunique_audience = 30000\n"
file.write_text(brief.replace('list = "LIST"', "").replace("\n[audience]", audience), "utf-8")
plan = influence.plan(file)
low, middle, high = plan.simulation.quantiles["profit"]
print(f"profit {middle:,.0f} (80 % of simulations: {low:,.0f} to {high:,.0f}), "
      f"chance of a loss {plan.simulation.loss_probability:.0%}")  # fmt: skip
for swing in plan.tornado[:5]:
    print(f"{swing.label:45} {swing.at_low:12,.0f} to {swing.at_high:12,.0f}")

# %%
session.close()
