"""A start from words alone: seeds are proposed with why, shown before the crawl, and only the open is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from influence.cli.app import run
from influence.errors import UsageError
from influence.networks.client import Budget, Conduct, Manners
from influence.networks.proposing import REQUESTS, propose_seeds
from influence.store.workspace import open_workspace

EASY = Manners(private=True, delay_seconds=0.0, robots=False)


def how(hosts: dict[str, str], budget: Budget | None = None) -> Conduct:
    return Conduct(budget or Budget(requests=REQUESTS), EASY, hosts)


PACK = "at://did:plc:x/app.bsky.graph.list/1"
SEARCH = {
    "searchActors": {"actors": [{"handle": "oven.example"}, {"handle": "rye.example"}]},
    "searchStarterPacks": {
        "starterPacks": [
            {"uri": "at://p", "record": {"name": "Sourdough people", "list": PACK}},
            {"record": {}},
        ]
    },
    "getList": {"items": [{"subject": {"handle": "rye.example"}}, {"subject": {"handle": "oat.example"}}]},
}


def bluesky(path: str, _: object) -> tuple[int, dict[str, str], bytes]:
    method = urlsplit(path).path.rpartition(".")[2]
    asked = parse_qs(urlsplit(path).query)
    told: Any = SEARCH.get(method, {})
    if method == "getProfiles":
        told = {"profiles": [{"handle": one, "followersCount": 9} for one in asked["actors"]]}
    elif method == "getFollowers":
        told = {"followers": [{"handle": f"reader{n}.example"} for n in range(3)]}
    elif method == "getFollows":
        told = {"follows": [{"handle": one} for one in ("oven.example", "rye.example", "found.example")]}
    return 200, {}, json.dumps(told).encode()


def person(name: str, note: str = "", **said: Any) -> dict[str, Any]:
    return {"id": name, "acct": name, "display_name": name, "note": note, "discoverable": True, **said}


def mastodon(path: str, _: object) -> tuple[int, dict[str, str], bytes]:
    told: Any = []
    if "/tag/sourdoughbaking" in path:
        told = [{"id": "1", "account": person("ada")}, {"id": "2", "account": person("shy", noindex=True)}]
    elif "/tag/sourdough" in path:
        told = [{"id": "3", "account": person("ada")}, {"id": "4", "account": person("bob")}]
    elif "directory" in path and path.endswith("offset=0"):
        told = [person("bob", "<p>Sourdough baking</p>"), person("cat", "chess")]
    return 200, {}, json.dumps(told).encode()


def test_who_several_open_lists_name_comes_first_and_why_is_said(site: Any) -> None:
    site.answer = mastodon
    with open_workspace(":memory:") as workspace:
        start = propose_seeds(workspace, "mastodon", "Sourdough  baking", how({"my.server": site.address}),
                              "my.server")  # fmt: skip
    assert [(one.account_id, one.why) for one in start.seeds] == [
        ("mastodon:ada@my.server", ("posts under #sourdoughbaking", "posts under #sourdough")),
        ("mastodon:bob@my.server", ("posts under #sourdough", "its profile says 'sourdough baking'")),
    ]


def test_starter_packs_and_profiles_tell_seeds_on_bluesky_and_suppressed_people_are_none(
    site: Any, tmp_path: Path
) -> None:
    site.answer = bluesky
    file = tmp_path / "w.duckdb"
    with open_workspace(file):
        pass
    run(["suppress", "bluesky:oat.example", "-w", str(file)])
    with open_workspace(file) as workspace:
        start = propose_seeds(workspace, "bluesky", "sourdough", how({"bluesky": site.address}))
    assert [one.account_id for one in start.seeds] == ["bluesky:rye.example", "bluesky:oven.example"]
    assert start.seeds[0].why == (
        "its profile is found by 'sourdough'",
        "is in the starter pack 'Sourdough people'",
    )


def test_a_phrase_that_nobody_says_as_it_stands_is_searched_for_by_its_words(site: Any) -> None:
    """As Bluesky's own server answers: 'sourdough baking' stands in no name and no title, 'sourdough' does."""

    def answer(path: str, headers: object) -> tuple[int, dict[str, str], bytes]:
        return (
            (200, {}, b"{}") if "q=sourdough+baking" in path or "q=baking" in path else bluesky(path, headers)
        )

    site.answer = answer
    with open_workspace(":memory:") as workspace:
        start = propose_seeds(workspace, "bluesky", "sourdough baking", how({"bluesky": site.address}))
    assert start.seeds[0].account_id == "bluesky:rye.example"
    assert start.seeds[0].why[0] == "its profile is found by 'sourdough'"


def test_a_spent_budget_proposes_what_was_found_and_says_so(site: Any) -> None:
    site.answer = bluesky
    with open_workspace(":memory:") as workspace:
        start = propose_seeds(workspace, "bluesky", "sourdough",
                              how({"bluesky": site.address}, Budget(requests=1)))  # fmt: skip
    assert [one.account_id for one in start.seeds] == ["bluesky:oven.example", "bluesky:rye.example"]
    assert start.problems == (("bluesky", "the budget was spent before all was asked"),)


@pytest.mark.parametrize(("network", "words"), [("blogs", "bread"), ("bluesky", " , ")])
def test_networks_without_a_search_and_no_words_are_refused(network: str, words: str) -> None:
    with open_workspace(":memory:") as workspace, pytest.raises(UsageError):
        propose_seeds(workspace, network, words, how({}))


def test_discover_shows_the_seeds_before_it_goes_on_and_a_no_ends_it(
    site: Any, tmp_path: Path, capsys: Any, monkeypatch: Any
) -> None:
    site.answer = bluesky
    command = ["discover", "--on", "bluesky", "--niche", "sourdough", "-w", str(tmp_path / "w.duckdb"), "--delay", "0",
               "--host", f"bluesky={site.address}", "--allow-private", "--budget", "40"]  # fmt: skip
    answers = iter([True, False])
    monkeypatch.setattr("click.confirm", lambda *_, **__: next(answers))
    assert run(command) == 2
    said = capsys.readouterr().err
    assert "Example: bluesky:rye.example (its profile is found by 'sourdough'; is in the starter pack" in said
    assert not any("getFollowers" in path for path in site.asked)
    assert run([*command, "--yes"]) == 0
    assert "bluesky:found.example" in capsys.readouterr().out
    assert len(site.asked) <= 40
