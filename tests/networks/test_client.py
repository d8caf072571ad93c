"""The polite reader: robots, turns, budgets, caps, redirects, private networks, and nothing asked twice."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from influence.networks.client import Budget, BudgetSpentError, Manners, PoliteClient

Make = Callable[..., PoliteClient]


def test_what_robots_txt_closes_is_not_asked_for(site: Any, client: Make) -> None:
    site.pages = {"/robots.txt": "User-agent: *\nDisallow: /private/*\nAllow: /private/open$", "/private/a": "a",
                  "/private/open": "b", "/c": "c"}  # fmt: skip
    ours = client()
    assert ours.get(f"{site.address}/private/a").problem == "robots.txt asks programs to stay away"
    assert ours.get(f"{site.address}/private/open").body == b"b"
    assert ours.get(f"{site.address}/c").good
    assert site.asked == ["/robots.txt", "/private/open", "/c"]


def test_a_host_whose_rules_cannot_be_read_is_left_alone(site: Any, client: Make) -> None:
    site.pages = {"/robots.txt": lambda _: (503, {}, b""), "/a": "a"}
    assert not client().get(f"{site.address}/a").good
    assert "/a" not in site.asked


def test_one_request_at_a_time_per_host(site: Any, client: Make) -> None:
    site.pages = {f"/{n}": f"{n}" for n in range(12)}
    ours = client(robots=False)
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(ours.get, [f"{site.address}/{n}" for n in range(12)]))
    assert [reply.body for reply in replies] == [str(n).encode() for n in range(12)]
    assert site.most_busy == 1


def test_a_crawl_delay_and_our_own_are_kept_and_the_longer_wins(site: Any) -> None:
    site.pages = {"/robots.txt": "User-agent: *\nCrawl-delay: 7", "/a": "a", "/b": "b"}
    now, slept = [1000.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    ours = PoliteClient(None, Manners(private=True, delay_seconds=2.0), clock=lambda: now[0], sleep=sleep)
    ours.get(f"{site.address}/a")
    ours.get(f"{site.address}/b")
    ours.close()
    assert slept == [2.0, 7.0]


def test_retry_after_is_waited_for_and_too_much_patience_is_not_given(site: Any) -> None:
    calls = []

    def busy(_: object) -> tuple[int, dict[str, str], bytes]:
        calls.append(1)
        return (429, {"Retry-After": "30"}, b"") if len(calls) == 1 else (200, {}, b"now")

    site.pages = {"/a": busy, "/b": lambda _: (429, {"Retry-After": "86400"}, b"")}
    slept: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    ours = PoliteClient(
        None, Manners(private=True, robots=False, delay_seconds=0.0), clock=lambda: now[0], sleep=sleep
    )
    assert ours.get(f"{site.address}/a").body == b"now"
    assert slept == [30.0]
    assert "86400 seconds" in ours.get(f"{site.address}/b").problem
    ours.close()


@pytest.mark.parametrize("headers", [
    {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-11-28T08:04:10.019685Z"},
    {"RateLimit-Remaining": "0", "RateLimit-Reset": "1795853050"},
    {"RateLimit-Remaining": "0", "RateLimit-Reset": "250"},
    {"Retry-After": "Sat, 28 Nov 2026 08:04:10 GMT"},
])  # fmt: skip
@pytest.mark.parametrize("status", [200, 429])
def test_a_spent_limit_is_waited_for_until_it_begins_anew(
    site: Any, headers: dict[str, str], status: int
) -> None:
    """At 08:00:00; the window of the server ends at 08:04:10. Mastodon's dates are ISO, Bluesky's numbers."""
    now, slept = [1795852800.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    answers = [(status, headers, b"1"), (200, {"X-RateLimit-Remaining": "299"}, b"2"), (200, {}, b"3")]
    site.answer = lambda *_: answers.pop(0)
    manners = Manners(private=True, robots=False, delay_seconds=0.0)
    ours = PoliteClient(None, manners, clock=lambda: now[0], sleep=sleep)
    assert ours.get(f"{site.address}/a").body == (b"1" if status == 200 else b"2")
    ours.get(f"{site.address}/b")
    ours.close()
    waits = not (status == 200 and "Retry-After" in headers)
    assert slept == pytest.approx([250.0] if waits else [], abs=0.1)


def test_who_must_wait_for_longer_than_a_window_is_not_asked(site: Any) -> None:
    site.answer = lambda *_: (200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "86400"}, b"1")
    ours = PoliteClient(None, Manners(private=True, robots=False, delay_seconds=0.0), clock=lambda: 0.0)
    assert ours.get(f"{site.address}/a").body == b"1"
    assert ours.get(f"{site.address}/b").problem == "the server asks to wait 86400 seconds"
    assert len(site.asked) == 1
    ours.close()


def test_the_budget_of_requests_ends_the_run_and_what_is_kept_costs_nothing(
    site: Any, client: Make, tmp_path: Path
) -> None:
    site.pages = {f"/{n}": f"{n}" for n in range(5)}
    first = client(tmp_path, Budget(requests=2), robots=False)
    first.get(f"{site.address}/0")
    first.get(f"{site.address}/1")
    with pytest.raises(BudgetSpentError):
        first.get(f"{site.address}/2")
    second = client(tmp_path, Budget(requests=1), robots=False)
    assert [second.get(f"{site.address}/{n}").body for n in range(3)] == [b"0", b"1", b"2"]
    assert site.asked == ["/0", "/1", "/2"]
    assert second.asked.kept == 2


def test_a_damaged_kept_reply_is_asked_for_again(site: Any, client: Make, tmp_path: Path) -> None:
    site.pages = {"/a": "whole"}
    client(tmp_path, robots=False).get(f"{site.address}/a")
    (file,) = tmp_path.glob("*.reply")
    assert file.stat().st_mode & 0o077 == 0
    file.write_bytes(file.read_bytes()[:-3])
    assert client(tmp_path, robots=False).get(f"{site.address}/a").body == b"whole"
    assert site.asked == ["/a", "/a"]


def test_an_old_reply_is_asked_for_with_its_mark_and_holds_when_nothing_changed(
    site: Any, tmp_path: Path
) -> None:
    seen: list[str] = []

    def page(headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        seen.append(headers.get("If-None-Match", ""))
        return (304, {}, b"") if seen[-1] == '"v1"' else (200, {"ETag": '"v1"'}, b"text")

    site.pages = {"/a": page}
    now = [0.0]
    manners = Manners(private=True, robots=False, delay_seconds=0.0, fresh_hours=1.0)
    for hours in (0, 2):
        now[0] = hours * 3600.0
        ours = PoliteClient(tmp_path, manners, clock=lambda: now[0])
        assert ours.get(f"{site.address}/a").body == b"text"
        ours.close()
    assert seen == ["", '"v1"']


def test_a_body_over_the_cap_is_refused_also_when_it_is_packed_small(site: Any, client: Make) -> None:
    bomb = gzip.compress(b"0" * 3_000_000)
    site.pages = {
        "/big": lambda _: (200, {}, b"0" * 2_000_000),
        "/bomb": lambda _: (200, {"Content-Encoding": "gzip"}, bomb),
    }
    ours = client(robots=False, max_bytes=1_000_000)
    assert ours.get(f"{site.address}/big").problem == "larger than 1,000,000 bytes"
    assert ours.get(f"{site.address}/bomb").problem == "larger than 1,000,000 bytes"


def test_private_hosts_are_refused_also_behind_a_redirect(site: Any) -> None:
    ours = PoliteClient(None, Manners(robots=False))
    for address in (
        site.address,
        "http://localhost/",
        "http://[::1]/",
        "http://10.1.2.3/",
        "http://169.254.169.254/meta",
    ):
        assert "this host lies inside a private network" in ours.get(address).problem, address
    assert site.asked == []
    assert ours.get("file:///etc/hostname").problem == "only http and https are read"
    ours.close()


def test_redirects_are_followed_a_few_times_and_circles_end(site: Any, client: Make) -> None:
    site.pages = {"/old": lambda _: (301, {"Location": "/new"}, b""), "/new": "new",
                  "/a": lambda _: (302, {"Location": "/b"}, b""), "/b": lambda _: (302, {"Location": "/a"}, b""),
                  "/out": lambda _: (302, {"Location": "ftp://elsewhere.example/"}, b"")}  # fmt: skip
    ours = client(robots=False)
    found = ours.get(f"{site.address}/old")
    assert (found.body, found.final) == (b"new", f"{site.address}/new")
    assert ours.get(f"{site.address}/a").problem == "more than 5 redirects"
    assert ours.get(f"{site.address}/out").problem == "only http and https are read"


def test_a_server_that_breaks_off_is_a_problem_in_words(site: Any, client: Make) -> None:
    site.pages = {"/cut": lambda _: (200, {"Content-Length": "1000"}, b"only this"),
                  "/zip": lambda _: (200, {"Content-Encoding": "gzip"}, b"no gzip")}  # fmt: skip
    ours = client(robots=False, timeout_seconds=1.0)
    assert ours.get(f"{site.address}/cut").problem
    assert ours.get(f"{site.address}/zip").problem == "the reply is packed wrongly"
    assert ours.get("http://nobody.invalid/").problem


def test_the_server_is_told_who_asks(site: Any, client: Make) -> None:
    site.pages = {"/a": "a"}
    client(robots=False, contact="https://agency.example/bot").get(f"{site.address}/a")
    (agent,) = site.agents
    assert agent.startswith("influence-toolkit/")
    assert "https://agency.example/bot" in agent


def test_rules_that_could_not_be_read_are_tried_again_after_an_hour(site: Any, tmp_path: Path) -> None:
    site.pages = {"/robots.txt": lambda _: (503, {}, b""), "/a": "a"}
    now = [1000.0]
    for wait, problem in (
        (0, "its robots.txt could not be read: the server answered 503"),
        (600, ""),
        (3600, None),
    ):
        now[0] += wait
        ours = PoliteClient(
            tmp_path, Manners(private=True, delay_seconds=0.0), clock=lambda: now[0], sleep=lambda _: None
        )
        reply = ours.get(f"{site.address}/a")
        assert reply.good if problem is None else problem in reply.problem
        ours.close()
        asked = list(site.asked)
        site.pages["/robots.txt"] = "User-agent: *"
        assert ("/a" in asked) == (problem is None)


def test_what_was_refused_before_it_was_asked_is_not_kept(site: Any, tmp_path: Path) -> None:
    """Whoever then allows it is not told the old refusal, and the refusal counts as no request."""
    site.pages = {"/a": "a"}
    shy = PoliteClient(tmp_path, Manners(delay_seconds=0.0))
    assert "--allow-private" in shy.get(f"{site.address}/a").problem
    assert shy.asked.requests == 0
    shy.close()
    bold = PoliteClient(tmp_path, Manners(private=True, delay_seconds=0.0))
    assert bold.get(f"{site.address}/a").body == b"a"
    bold.close()
