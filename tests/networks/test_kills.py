"""A run of `influence fetch` that is killed (SIGKILL) goes on where it was, asks nothing twice, brings the same."""

from __future__ import annotations

from pathlib import Path

from benchmarks.networks.harvest import HOSTS, Blogs, fetch, killed, tables
from influence.networks.fetching import WORKERS


def test_killed_runs_bring_the_same_tables_and_ask_only_what_was_in_flight_again(tmp_path: Path) -> None:
    """In the middle, near the end of what is asked, and after the last request, while rows are brought in."""
    server = Blogs(2 * HOSTS)
    names, calm, rough = (tmp_path / name for name in ("names.txt", "calm.duckdb", "rough.duckdb"))
    names.write_text("\n".join(map(server.home, range(server.n))), "utf-8")
    assert fetch(calm, names).wait() == 0
    n = server.asked.total()
    server.asked.clear()
    again = killed(server, rough, names, [n // 2, n - 5, n])
    server.shutdown()
    server.server_close()
    assert max(again) <= WORKERS
    assert tables(calm) == tables(rough)
    assert len(tables(rough)["posts"]) == 10 * server.n
