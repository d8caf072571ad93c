"""Who may ask the app: hosts, the key, origins, sizes; and what its pages may do."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from starlette.testclient import TestClient

from influence.app import account_pages
from influence.app.guard import MAX_FILES_BYTES, MAX_FORM_BYTES
from influence.app.running import HOST, _listening, make_app, run_app
from influence.app.shared_session import AppDesk
from tests.app.windows import started

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
    for path in ("/bring", "/static/app.css", "/version"):
        assert stranger.get(path, headers={"Host": host}).status_code == 421


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
    read = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    assert browser.get("/bring", headers=followed).status_code == 200
    for path in ("/bring", "/static/app.js"):
        assert browser.get(path, headers=read).status_code == 403


def test_a_form_is_bounded_whether_it_says_its_size_or_not(browser: TestClient) -> None:
    body = b"account=" + b"x" * MAX_FORM_BYTES
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.post("/suppress", content=body, headers=kind).status_code == 413
    assert browser.post("/suppress", content=iter([body]), headers=kind).status_code == 413
    whole = {**kind, "Content-Length": str(MAX_FILES_BYTES + 1)}
    assert browser.post("/files", content=b"", headers=whole).status_code == 413


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


def test_a_name_from_the_browser_is_never_a_path(tmp_path: Path) -> None:
    desk = AppDesk(tmp_path / "w.duckdb")
    for name in ("../../evil.csv", "..\\..\\evil.csv", "/etc/passwd", "C:\\evil.csv", "..", "", "a\0b.csv"):
        desk.keep("key", name, [b"x"])
    kept = desk.waiting["key"]
    home = kept[0].parents[1]
    assert len({file.parent for file in kept}) == len(kept)
    assert all(file.resolve().parents[1] == home.resolve() and file.read_bytes() == b"x" for file in kept)
    assert home.stat().st_mode & 0o077 == 0
    desk.close()
    assert not home.exists()


def test_a_bug_shows_no_trace_in_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret of the code")

    monkeypatch.setattr(account_pages, "PAGES", [("/broken", "GET", broken)])
    app = make_app(tmp_path / "w.duckdb", TOKEN, PORT)
    client = TestClient(app, base_url=ADDRESS, raise_server_exceptions=False)  # type: ignore[arg-type]
    client.get(f"/?token={TOKEN}", follow_redirects=False)
    reply = client.get("/broken")
    assert reply.status_code == 500
    assert "this page could not be made" in reply.text.lower()
    assert not any(word in reply.text for word in ("Traceback", "secret", "ZeroDivision", ".py"))
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_key_is_in_a_file_of_the_owners_own_and_not_in_the_list_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, int, str]] = []

    def browser(address: str) -> None:
        file = Path(url2pathname(urlsplit(address).path))
        opened.append((address, file.stat().st_mode & 0o777, file.read_text()))

    said: list[str] = []
    monkeypatch.setattr("webbrowser.open", browser)
    monkeypatch.setattr("uvicorn.Server.run", lambda _, sockets: said.append(sockets[0].getsockname()[0]))
    run_app(tmp_path / "w.duckdb", say=said.append)
    ((address, mode, page),) = opened
    key = said[0].partition("token=")[2].split()[0]
    assert key in page
    assert key not in address
    assert mode == 0o600
    assert said[1] == "127.0.0.1"
    assert not Path(url2pathname(urlsplit(address).path)).exists()


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_whoever_presses_ctrl_c_again_while_the_app_ends_does_not_break_the_end(tmp_path: Path) -> None:
    with started(tmp_path / "w.duckdb") as (_, server):
        for _ in range(3):
            server.send_signal(2)
            time.sleep(0.2)
        server.wait(60)
        assert server.stderr is not None
        assert "Traceback" not in server.stderr.read()


def test_a_browser_quicker_than_the_server_waits_and_is_not_refused() -> None:
    with _listening(0) as place, socket.create_connection((HOST, place.getsockname()[1]), timeout=10):
        pass
