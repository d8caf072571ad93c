"""Bluesky's own servers on this machine (npm ``@atproto/dev-env`` on Node 22, Debian's PostgreSQL and Redis).

``INFLUENCE_BLUESKY`` names the folder in which docs/live.md says to install them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.networks.live.serving import free_port, running

POSTGRES = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Bluesky:
    """One that is running: its public interface, and its seeding script."""

    address: str
    script: subprocess.Popen[str]

    def tell(self, line: str) -> None:
        """Change it: ``OLD NEW`` gives an account another handle, ``gone NAME`` closes one."""
        assert self.script.stdin is not None
        self.script.stdin.write(f"{line}\n")
        self.script.stdin.flush()
        _said(self.script, "done")


def missing() -> str:
    """What there is to install, in words; empty where all is there."""
    folder = os.environ.get("INFLUENCE_BLUESKY", "")
    if not folder or not (Path(folder) / "node_modules/@atproto/dev-env").is_dir():
        return "needs INFLUENCE_BLUESKY, a folder with @atproto/dev-env (docs/live.md)"
    there = POSTGRES.is_dir() and shutil.which("redis-server") and shutil.which("runuser")
    return "" if there else "needs apt-get install postgresql redis-server"


@contextmanager
def bluesky(folder: Path) -> Iterator[Bluesky]:
    """A seeded network while it runs; its database lies in an empty folder."""
    here = Path(os.environ["INFLUENCE_BLUESKY"])
    redis, database = free_port(), free_port()
    env = {**os.environ, "REDIS_HOST": f"127.0.0.1:{redis}", "LOG_ENABLED": "false",
           "DB_POSTGRES_URL": f"postgresql://postgres@127.0.0.1:{database}/postgres"}  # fmt: skip
    command = [str(here / "node_modules/.bin/node"), "--input-type=module", "-e",
               Path(__file__).with_suffix(".mjs").read_text("utf-8")]  # fmt: skip
    at_redis = [
        "redis-server",
        "--bind",
        "127.0.0.1",
        "--port",
        str(redis),
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    with (
        running(at_redis), _database(folder / "db", database),
        subprocess.Popen(command, cwd=here, env=env, text=True, stdin=-1, stdout=-1, stderr=-3) as script,
    ):  # fmt: skip
        try:
            yield Bluesky(_said(script, "address"), script)
        finally:
            script.kill()


@contextmanager
def _database(folder: Path, port: int) -> Iterator[None]:
    """PostgreSQL, which does not run as root: it gets Debian's user."""
    programs = max(POSTGRES.iterdir()) / "bin"
    folder.mkdir()
    for one in (folder, *folder.parents[:3]):
        one.chmod(one.stat().st_mode | 0o011)
    shutil.chown(folder, "postgres", "postgres")
    ours = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    told = [
        *ours,
        str(programs / "initdb"),
        "--auth=trust",
        "--username=postgres",
        "--no-sync",
        "-D",
        str(folder),
    ]
    subprocess.run(told, check=True, stdout=subprocess.DEVNULL)
    listen = [
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        f"unix_socket_directories={folder}",
        "-c",
        "fsync=off",
    ]
    with running([*ours, str(programs / "postgres"), "-D", str(folder), "-p", str(port), *listen]):
        ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "60"]
        subprocess.run(ready, check=False)
        yield


def _said(script: subprocess.Popen[str], first: str) -> str:
    assert script.stdout is not None
    for line in script.stdout:
        word, _, rest = line.strip().partition(" ")
        if word == first:
            return rest
    raise RuntimeError("Bluesky's servers ended")
