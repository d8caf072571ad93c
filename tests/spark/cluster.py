"""A standalone cluster of Spark on the loopback address, of the package's own scripts, as docs/spark.md shows it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
PATIENCE = 600.0


@dataclass
class Cluster:
    """A master, and workers of one core each."""

    master: str
    workers: list[subprocess.Popen[bytes]]
    env: dict[str, str]


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def wait_for(log: Path, word: str) -> None:
    """Until a log says it."""
    until = time.monotonic() + PATIENCE
    while word not in (log.read_text("utf-8", errors="replace") if log.exists() else ""):
        assert time.monotonic() < until, log.read_text("utf-8", errors="replace")[-2000:]
        time.sleep(0.2)


@contextmanager
def standalone(folder: Path, n_workers: int = 2, memory: str = "900m") -> Iterator[Cluster]:
    """Start it, and end every process of it, by its id."""
    import pyspark

    home = Path(pyspark.__file__).parent
    env = {
        **os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": HOST, "PYSPARK_PYTHON": sys.executable,
        "SPARK_DAEMON_MEMORY": "256m", "SPARK_WORKER_DIR": str(folder / "work"),
        "PYSPARK_SUBMIT_ARGS": f"--conf spark.executor.memory={memory} --conf spark.driver.host={HOST} "
        "--conf spark.driver.memory=900m --conf spark.sql.shuffle.partitions=4 pyspark-shell",
    }  # fmt: skip
    port = free_port()
    running: list[subprocess.Popen[bytes]] = []

    def start(name: str, *told: str) -> Path:
        log = folder / f"{name.rpartition('.')[2]}-{len(running)}.log"
        command = [
            str(home / "bin" / "spark-class"),
            f"org.apache.spark.deploy.{name}",
            "--host",
            HOST,
            *told,
        ]
        with log.open("wb") as file:
            running.append(subprocess.Popen(command, env=env, stdout=file, stderr=subprocess.STDOUT))
        return log

    try:
        master = f"spark://{HOST}:{port}"
        wait_for(
            start("master.Master", "--port", str(port), "--webui-port", str(free_port())),
            "I have been elected",
        )
        for _ in range(n_workers):
            told = ("--cores", "1", "--memory", "1g", "--webui-port", str(free_port()), master)
            wait_for(start("worker.Worker", *told), "Successfully registered")
        yield Cluster(master, running[1:], env)
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()
