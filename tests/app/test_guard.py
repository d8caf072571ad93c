"""Who may ask the app: hosts, the key, origins, sizes; and what its pages may do."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from influence.app.guard import MAX_FORM_BYTES
from influence.app.serving import make_app

PORT, TOKEN = 8123, "a-key-for-tests"

ADDRESS = f"http://127.0.0.1:{PORT}"


@pytest.fixture
def stranger(tmp_path: Path) -> TestClient:
    return TestClient(make_app(tmp_path / "w.duckdb", TOKEN, PORT), base_url=ADDRESS)  # type: ignore[arg-type]


def test_without_the_key_nothing_is_shown_not_even_a_style(stranger: TestClient) -> None:
    for path in ("/", "/bring", "/static/app.css", "/?token=wrong", "/?token="):
        assert stranger.get(path).status_code == 403


def test_the_key_is_exchanged_for_a_cookie_that_no_script_reads(stranger: TestClient) -> None:
    reply = stranger.get(f"/?token={TOKEN}", follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/")
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith(f"influence_{PORT}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert stranger.get("/bring").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", f"127.0.0.1.evil.example:{PORT}", "127.0.0.1:1", ""]
)
def test_another_host_is_refused_so_that_no_name_can_be_bound_to_this_machine(
    stranger: TestClient, host: str
) -> None:
    stranger.get(f"/?token={TOKEN}")
    assert stranger.get("/bring", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ADDRESS, "Sec-Fetch-Site": "cross-site"},
     {"Origin": "http://127.0.0.1:1"}],
)  # fmt: skip
def test_a_change_from_elsewhere_is_refused(browser: TestClient, headers: dict[str, str]) -> None:
    asked = browser.build_request("POST", "/suppress", data={"account": "web:x"})
    for name in ("origin", "sec-fetch-site"):
        del asked.headers[name]
    asked.headers.update(headers)
    assert browser.send(asked).status_code == 403


def test_another_site_may_link_to_a_page_but_not_read_it(browser: TestClient) -> None:
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert browser.get("/bring", headers=followed).status_code == 200
    assert (
        browser.get("/bring", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}).status_code
        == 403
    )


def test_a_form_is_bounded_whether_it_says_its_size_or_not(browser: TestClient) -> None:
    body = b"account=" + b"x" * MAX_FORM_BYTES
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.post("/suppress", content=body, headers=kind).status_code == 413
    assert browser.post("/suppress", content=iter([body]), headers=kind).status_code == 413


def test_every_reply_says_what_a_page_may_do(browser: TestClient) -> None:
    for path in ("/", "/static/app.js", "/nowhere", "/account/nobody"):
        headers = browser.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


def test_pages_ask_nobody_else_and_carry_no_style_or_script_of_their_own(browser: TestClient) -> None:
    for path in ("/", "/?niche=vegan+baking", "/bring", "/lists", "/people?q=a", "/mentions"):
        reply = browser.get(path)
        page = reply.text
        assert reply.status_code == 200, path
        assert 'src="http' not in page
        assert "style=" not in page
        assert "<style" not in page
        assert page.count("<script") == 1


def test_a_browser_quicker_than_the_server_waits_and_is_not_refused() -> None:
    import socket

    from influence.app.running import HOST, _listening

    with _listening(0) as place, socket.create_connection((HOST, place.getsockname()[1]), timeout=10):
        pass
