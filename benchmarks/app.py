"""Seconds and memory of the app as a user starts it: first page, first niche, and every step after it.

    python -m benchmarks.app                        the sample world
    python -m benchmarks.app --accounts 100000      a simulated world of that size
    python -m benchmarks.app --workspace FILE       a copy of a workspace that is there

Wall seconds, and CPU-seconds of the server, which a busy machine does not stretch. Each step is asked for anew every
time (other pages, weights, filters, accounts), so that nothing but what the session keeps makes it quick. Needs Linux.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import click
import numpy as np

from influence.demonstration import samples_folder
from influence.store.importing.transaction import import_files
from influence.store.workspace import open_workspace

NICHE = "niche=vegan+baking"
SIGNALS = ("niche_fit", "peer_engagement", "reach", "momentum", "independence")
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of(pid: int) -> float:
    """CPU-seconds of a process so far, and of those it started that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def memory_of(pid: int, what: str) -> int:
    """``VmRSS`` or ``VmHWM`` (the most so far) of a process, MB."""
    told = re.search(rf"{what}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert told
    return int(told[1]) // 1024


def took(ask: Callable[[], object], pid: int) -> tuple[float, float]:
    """Wall and CPU-seconds of an answer."""
    wall, cpu = time.perf_counter(), cpu_of(pid)
    ask()
    return time.perf_counter() - wall, cpu_of(pid) - cpu


def read(client: OpenerDirector, address: str) -> str:
    """A page; while a job runs, the page that it leads to."""
    while True:
        answer = client.open(address, timeout=600)
        page, address = answer.read().decode(), answer.geturl()
        if "data-poll" not in page:
            return page
        time.sleep(0.2)


def steps(accounts: Sequence[str], rounds: int) -> dict[str, list[str]]:
    """What is asked for, by name; every address another one."""
    at = range(rounds)
    return {
        "sort": [
            f"/?{NICHE}&sort={'-' * (k % 2)}{SIGNALS[k // 2 % len(SIGNALS)]}&page={k // 10 + 1}" for k in at
        ],
        "slider": [f"/?{NICHE}&w.{SIGNALS[k % len(SIGNALS)]}={0.5 + k / 4}" for k in at],
        "filter": [f"/?{NICHE}&max_followers={5000 + 500 * k}" for k in at],
        "account": [f"/account/{accounts[k % len(accounts)]}?{NICHE}" for k in at],
        "people": [f"/people?q={'aeioubcdfg'[k % 10]}{'rnl'[k % 3]}" for k in at],
    }


@click.command()
@click.option("--accounts", type=int, help="Simulate so many; without it the sample world.")
@click.option("--workspace", type=click.Path(exists=True, dir_okay=False), help="Of a copy of this file.")
@click.option("--rounds", default=20, show_default=True, help="Times each step is asked for.")
def main(accounts: int | None, workspace: str | None, rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "w.duckdb"
        if workspace:
            shutil.copy(workspace, file)
        else:
            _import(accounts, file)
        print(f"workspace: {file.stat().st_size / 1e6:.0f} MB")
        _measure(file, rounds)


def _import(accounts: int | None, file: Path) -> None:
    """The sample world, or one of so many accounts, as a workspace."""
    with tempfile.TemporaryDirectory() as folder:
        world = samples_folder("world")
        if accounts:
            world = Path(folder) / "world"
            call = [
                sys.executable,
                "-m",
                "influence",
                "simulate",
                "-o",
                str(world),
                "--accounts",
                str(accounts),
            ]
            subprocess.run([*call, "--seed", "1"], check=True, capture_output=True)
        with open_workspace(file) as opened:
            import_files(opened, [world])


def _measure(file: Path, rounds: int) -> None:
    command = [sys.executable, "-m", "influence", "app", "-w", str(file), "--no-browser"]
    start = time.perf_counter()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            _ask(server, start, rounds)
        finally:
            server.send_signal(2)


def _ask(server: subprocess.Popen[str], start: float, rounds: int) -> None:
    assert server.stderr is not None
    found = re.search(r"(http://[^/]+)/\S+", server.stderr.readline())
    assert found
    client, root = build_opener(HTTPCookieProcessor(CookieJar())), found[1]
    read(client, found[0])
    print(f"start to first page: {time.perf_counter() - start:.2f} s, {cpu_of(server.pid):.2f} CPU-s")
    wall, cpu = took(lambda: read(client, f"{root}/?{NICHE}"), server.pid)
    print(f"first niche: {wall:.2f} s, {cpu:.2f} CPU-s", flush=True)
    best = re.findall(r'name="a" value="([^"]+)"', read(client, f"{root}/?{NICHE}"))
    print(f"{'step':<10}{'median s':>10}{'p95 s':>10}{'median CPU':>12}{'p95 CPU':>10}")
    for step, addresses in steps(best, rounds).items():
        _tell(step, [took(lambda one=one: read(client, root + one), server.pid) for one in addresses])
    most = memory_of(server.pid, "VmHWM")
    print(f"memory: {memory_of(server.pid, 'VmRSS')} MB, at most {most} MB")


def _tell(step: str, figures: list[tuple[float, float]]) -> None:
    figures_of = np.array(figures).T
    cells = [np.quantile(row, q) for row in figures_of for q in (0.5, 0.95)]
    print(f"{step:<10}{cells[0]:>10.3f}{cells[1]:>10.3f}{cells[2]:>12.3f}{cells[3]:>10.3f}", flush=True)


if __name__ == "__main__":
    main()
