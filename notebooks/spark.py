# %% [markdown]
# # Past one machine: tables on Spark, asked through Spark Connect
#
# Needs the extra `spark` and, for the server that this notebook starts, Java 17. With a server of your own, put its
# address into `REMOTE` and leave out the cell that starts one. What a cluster costs, when it pays: docs/spark.md.

# %%
import importlib.util
import shutil
import sys

if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
    print("This notebook needs PySpark (pip install 'influence-toolkit[spark]') and Java 17.")
    sys.exit()

# %% [markdown]
# ## A server on this machine
# On loopback only; in earnest it stands on the cluster, and this notebook anywhere.

# %%
import os
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pyspark

import influence
from influence.demonstration import samples_folder
from influence.store.importing.transaction import plan_import

folder = Path(tempfile.mkdtemp())
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
REMOTE = f"sc://127.0.0.1:{port}"
home = Path(pyspark.__file__).parent
log = (folder / "server.log").open("wb")
server = subprocess.Popen(
    [
        str(home / "bin" / "spark-submit"), "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
        "--master", "local[2]", "--driver-memory", "1g", "--conf", f"spark.connect.grpc.binding.port={port}",
        "--conf", "spark.connect.grpc.binding.address=127.0.0.1", "--conf", "spark.ui.enabled=false",
        "--conf", "spark.sql.shuffle.partitions=2", "spark-internal",
    ],
    env={**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable},
    stdout=log,
    stderr=subprocess.STDOUT,
)  # fmt: skip
while "Spark Connect server started" not in (folder / "server.log").read_text(errors="replace"):
    assert server.poll() is None, (folder / "server.log").read_text(errors="replace")[-2000:]
    time.sleep(0.5)

# %% [markdown]
# ## Raw files into tables
# By the rules of `influence import`; the workers read, and the tables change in one moment.

# %%
from influence.spark.connect import connect
from influence.spark.importing import import_into

tables = str(folder / "tables")
spark = connect(remote=REMOTE)
report = import_into(spark, tables, plan_import([samples_folder("world")]))
print(*(f"{one.file} -> {one.table}: {one.n_new:,} rows" for one in report.counts), sep="\n")

# %% [markdown]
# ## The same session as on one machine

# %%
session = influence.Session(engine="spark", tables=tables, spark_remote=REMOTE)
ranking = session.rank("vegan baking", max_followers=20_000, top=10)
print(*(f"{row.rank:>2} {row.account_id:<32} {row.score:.1f}" for row in ranking), sep="\n")

# %% [markdown]
# ## A slice for the desk
# The ten and their audience, in a workspace: from here all goes on without Spark.

# %%
from influence.spark.slicing import bring_home
from influence.spark.store import SparkStore

with influence.open_workspace(folder / "desk.duckdb") as desk:
    found = bring_home(SparkStore(tables, lambda: spark), [row.account_id for row in ranking], desk)
print(found)

# %%
session.close()
spark.stop()
server.terminate()
server.wait()
log.close()
