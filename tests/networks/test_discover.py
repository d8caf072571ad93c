"""The focused crawl on worlds whose truth is planted, and the command over a local server."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np

from influence.cli.app import run
from influence.networks.client import BudgetSpentError
from influence.networks.crawling import Crawl
from influence.store.workspace import open_workspace


class World:
    """Who follows whom, known whole; counts what it is asked."""

    def __init__(self, follows: Mapping[str, Sequence[str]]) -> None:
        self.out = {who: sorted(whom) for who, whom in follows.items()}
        self.into: dict[str, list[str]] = {}
        for who, whom in sorted(self.out.items()):
            for one in whom:
                self.into.setdefault(one, []).append(who)

    def followers(self, account_id: str) -> tuple[Sequence[str], int]:
        return self.into.get(account_id, []), 1

    def follows(self, account_id: str) -> tuple[Sequence[str], int]:
        return self.out.get(account_id, []), 1

    def stated(self, account_ids: Sequence[str]) -> tuple[Mapping[str, int], int]:
        return {one: len(self.into.get(one, ())) for one in account_ids}, 1


def bakers_and_others(seed: int = 1) -> World:
    """Ten bakers with 80 readers, ten gamers with 1,500, and a star whom nearly everybody follows."""
    rng = np.random.default_rng(seed)
    follows: dict[str, list[str]] = {}
    for kind, n in (("baker", 80), ("gamer", 1_500)):
        for reader in range(n):
            chosen = [f"{kind}{at}" for at in rng.choice(10, 4, replace=False)]
            follows[f"{kind}-reader{reader}"] = chosen + (["star"] if rng.random() < 0.9 else [])
    return World(follows)


def test_the_bakers_are_found_and_the_star_is_not_among_them() -> None:
    found = Crawl(("baker0", "baker1"), settle=False).run(bakers_and_others(), 60)
    assert {one.account_id for one in found[:8]} == {f"baker{n}" for n in range(2, 10)}


def test_more_budget_does_not_drift_away() -> None:
    few, many = (Crawl(("baker0", "baker1"), settle=False).run(bakers_and_others(), n) for n in (60, 2_000))
    assert {one.account_id for one in few[:8]} == {one.account_id for one in many[:8]}


def test_it_stops_when_the_first_places_settle_and_never_over_the_budget() -> None:
    calm = Crawl(("gamer0", "gamer1"), top=8)
    calm.run(bakers_and_others(), 10_000)
    assert calm.stopped == "the first places settled"
    small = Crawl(("gamer0", "gamer1"), settle=False)
    small.run(bakers_and_others(), 20)
    assert (small.stopped, small.requests <= 21) == ("the budget is spent", True)


def test_by_links_alone_the_blogs_of_one_circle_are_read_first() -> None:
    rng = np.random.default_rng(3)
    links = {
        f"{side}{n}": [f"{side}{at}" for at in rng.choice(30, 6, replace=False)]
        for side in "ab"
        for n in range(30)
    }
    for n in range(5):
        links[f"a{n}"].append(f"b{n}")
    crawl = Crawl(("a0", "a1", "a2"), by_links=True, settle=False)
    crawl.run(World(links), 25)
    assert sum(one.startswith("a") for one in crawl.read) >= 23


def test_the_same_crawl_gives_the_same_order() -> None:
    first, second = (Crawl(("baker0", "baker1")).run(bakers_and_others(), 60) for _ in range(2))
    assert first == second


def test_nobody_follows_the_seeds_and_it_says_so() -> None:
    crawl = Crawl(("nobody",))
    assert crawl.run(World({}), 10) == []
    assert crawl.stopped == "the examples lead to nobody"


def test_discover_reads_a_network_keeps_what_it_read_and_says_why(
    site: Any, tmp_path: Path, capsys: Any
) -> None:
    world = bakers_and_others()

    def answer(path: str, _: object) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(path)
        asked, method = parse_qs(parts.query), parts.path.rpartition(".")[2]
        if method == "getProfiles":
            told: Any = {"profiles": [profile(one) for one in asked["actors"]]}
        else:
            name = asked["actor"][0].removesuffix(".example")
            key, ties = ("followers", world.into) if method == "getFollowers" else ("follows", world.out)
            told = {key: [profile(f"{one}.example") for one in ties.get(name, [])]}
        return 200, {}, json.dumps(told).encode()

    def profile(handle: str) -> dict[str, Any]:
        return {
            "handle": handle,
            "labels": [],
            "followersCount": len(world.into.get(handle.removesuffix(".example"), ())),
        }

    site.answer = answer
    workspace = str(tmp_path / "w.duckdb")
    like = ["--like", "baker0.example", "--like", "baker1.example"]
    common = [
        "-w",
        workspace,
        "--host",
        f"bluesky={site.address}",
        "--allow-private",
        "--delay",
        "0",
        "--yes",
    ]
    assert run(["discover", "--on", "bluesky", *like, "--top", "8", "--budget", "80", *common]) == 0
    out = capsys.readouterr()
    named = [line.split()[1] for line in out.out.splitlines()]
    assert set(named) == {f"bluesky:baker{n}.example" for n in range(2, 10)}
    assert "readers follow it; states" in out.out
    assert "at most 80 requests" in out.err
    assert len(site.asked) <= 80
    with open_workspace(workspace, read_only=True) as opened:
        assert opened.count("follows") > 100
        states = opened.store.query("select distinct list, state from coverage order by list").to_pylist()
    assert {"list": "followers", "state": "whole"} in states


def test_a_blog_that_knows_http_only_is_found_from_its_bare_name(
    site: Any, tmp_path: Path, capsys: Any
) -> None:
    """Links name hosts; an address that was typed is asked as it was typed, with its port."""
    oven = (
        '<rss version="2.0"><channel><title>Oven</title><item><title>Rye</title><link>/rye</link>'
        '<description>&lt;a href="https://rye.example/"&gt;Rye&lt;/a&gt; {}</description></item></channel></rss>'
    )
    site.pages = {"/": oven.format("bread " * 200)}
    place = ["-w", str(tmp_path / "w.duckdb"), "--allow-private", "--delay", "0", "--yes", "--budget", "4"]
    assert run(["discover", "--on", "blogs", "--like", site.address, "--niche", "rye bread", *place]) == 0
    out = capsys.readouterr()
    assert out.out.split()[1] == "web:rye.example"
    assert (
        f"Will ask {site.address.removeprefix('http://').partition(':')[0]} and the blogs that are linked to"
        in out.err
    )
    assert 'Next: influence shortlist --niche "rye bread" --like web:127.0.0.1' in out.err


def test_the_map_names_who_was_read_who_waits_and_through_whom() -> None:
    """Ann and Ben follow the seed, Ann is read (the first by name): she follows the star."""
    crawl = Crawl(("seed",), settle=False)
    crawl.run(World({"ann": ["seed", "star"], "ben": ["seed", "moon"]}), 2)
    told = {one.account_id: (one.state, one.turn, one.readers, one.through) for one in crawl.frontier()}
    assert told == {
        "seed": ("example", None, 0, ("ann",)),
        "star": ("found", None, 1, ("ann",)),
        "ben": ("waiting", None, 0, ("seed",)),
        "ann": ("read", 1, 0, ("seed",)),
    }


def test_a_budget_of_the_client_ends_a_crawl_with_what_it_has() -> None:
    """Minutes or bytes are spent in the third list: two readers count, the third still waits."""

    class Spent(World):
        def follows(self, account_id: str) -> tuple[Sequence[str], int]:
            if account_id == "c":
                raise BudgetSpentError
            return super().follows(account_id)

    crawl = Crawl(("seed",), settle=False)
    found = crawl.run(Spent({who: ["seed", "star"] for who in "abcd"}), 100)
    assert [(one.account_id, one.readers) for one in found] == [("star", 2)]
    assert (crawl.stopped, crawl.read) == ("the budget is spent", ["a", "b"])
    assert [one.account_id for one in crawl.frontier() if one.state == "waiting"] == ["c", "d"]


def test_a_rehearsal_asks_nobody_and_a_map_is_a_table(site: Any, tmp_path: Path, capsys: Any) -> None:
    oven = (
        '<rss version="2.0"><channel><title>Oven</title><item><title>Rye</title><link>/rye</link>'
        '<description>&lt;a href="https://rye.example/"&gt;Rye&lt;/a&gt; {}</description></item></channel></rss>'
    )
    site.pages = {"/": oven.format("bread " * 200)}
    common = ["discover", "--on", "blogs", "--like", site.address, "-w", str(tmp_path / "w.duckdb"), "--delay", "0",
              "--allow-private", "--budget", "3", "--map", str(tmp_path / "map.csv")]  # fmt: skip
    assert run([*common, "--dry-run"]) == 0
    assert site.asked == []
    assert "at most 3 requests" in capsys.readouterr().err
    assert run([*common, "--yes"]) == 0
    with (tmp_path / "map.csv").open(encoding="utf-8-sig") as file:
        first, second = list(csv.DictReader(line for line in file if not line.startswith("#")))[:2]
    assert (first["account_id"], first["state"], first["turn"]) == ("web:127.0.0.1", "example", "1")
    assert (second["account_id"], second["readers"], second["through"]) == (
        "web:rye.example",
        "1",
        "web:127.0.0.1",
    )
