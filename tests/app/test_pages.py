"""The job in pages: bring files in, rank, ask why, compare, keep a list, work on it, write the file."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import influence
from influence.app.asked import asked_of
from influence.store.lists.saved import load_list
from influence.store.workspace import open_workspace

BrowserOf = Callable[[Path], Any]
NICHE = "/?niche=vegan+baking&max_followers=20000"


def accounts_in(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'name="a" value="([^"]+)"', page)]


def test_the_page_ranks_as_the_library_does(browser: Any, sample: Path) -> None:
    with open_workspace(sample, read_only=True) as workspace:
        right = influence.rank(workspace, "vegan baking", max_followers=20_000, top=50)
    page = browser.get(NICHE).text
    assert accounts_in(page) == [row.account_id for row in right.rows]
    assert f"<b>{right.rows[0].score:.1f}</b>" in page


def test_a_slider_changes_the_weights_and_the_address_holds_it(browser: Any, sample: Path) -> None:
    with open_workspace(sample, read_only=True) as workspace:
        right = influence.rank(workspace, "vegan baking", weights={"reach": 10.0, "niche_fit": 0.0}, top=50)
    page = browser.get("/?niche=vegan+baking&w.reach=10&w.niche_fit=0").text
    assert accounts_in(page) == [row.account_id for row in right.rows]
    assert 'name="w.reach" type="range" min="0" max="10" step="0.5" value="10.0"' in page


def test_unknown_values_stand_last_whichever_way_a_column_is_sorted(browser: Any) -> None:
    def column(sort: str, page: int) -> list[str]:
        text = browser.get(f"/?niche=vegan+baking&sort={sort}&page={page}").text
        return re.findall(r'<td class="number">([\d,]+|unknown)</td>', text)

    down, up = (column(sort, 1) for sort in ("followers", "-followers"))
    assert down[0] != "unknown"
    assert up[0] != "unknown"
    assert int(down[0].replace(",", "")) > int(up[0].replace(",", ""))


def test_pages_follow_each_other_without_a_gap(browser: Any) -> None:
    first, second = (accounts_in(browser.get(f"{NICHE}&page={n}").text) for n in (1, 2))
    assert len(first) == len(second) == 50
    assert not set(first) & set(second)


def test_an_account_says_why_and_the_points_are_those_of_the_table(browser: Any) -> None:
    best = accounts_in(browser.get(NICHE).text)[0]
    page = browser.get(f"/account/{best}?niche=vegan+baking&max_followers=20000").text
    assert "1st of" in page
    assert "What counts against it" in page
    assert "Posts that speak for it" in page


def test_accounts_are_compared_side_by_side(browser: Any) -> None:
    two = accounts_in(browser.get(NICHE).text)[:2]
    page = browser.get("/compare", params={"niche": "vegan baking", "max_followers": "20000", "a": two}).text
    assert all(one.partition(":")[2] in page for one in two)
    assert "points above" in page
    assert "Tick two to five" in browser.get("/compare?a=x").text


def test_a_wrong_question_is_told_and_nobody_sees_a_trace(browser: Any) -> None:
    for query, words in (
        ("max_followers=many", "this is no number"),
        ("goal=fame", "unknown goal"),
        ("as_of=soon", "not a date"),
    ):
        reply = browser.get(f"/?niche=baking&{query}")
        assert reply.status_code == 400
        assert words in reply.text.lower()
        assert "Traceback" not in reply.text
        assert 'value="baking"' in reply.text  # the question stands there to be put right
    nobody = browser.get("/?niche=baking&country=XX")
    assert "the filters leave nobody" in nobody.text.lower()
    assert 'value="XX"' in nobody.text
    assert browser.get("/account/nobody-at-all").status_code == 404
    assert browser.get("/nowhere").status_code == 404


def test_hostile_names_are_text(browser_of: BrowserOf, tmp_path: Path) -> None:
    client = browser_of(tmp_path / "w.duckdb")
    bad = "<img src=x onerror=alert(1)>"
    body = f'username,name,followers,bio\n"anna","{bad}",100,baking bread\nben,"{bad}",50,baking\n'
    reply = client.post("/files", files={"files": (f"../../{bad}.csv", body.encode())})
    assert bad not in reply.text
    key = re.search(r'action="/bring/([^"]+)"', reply.text)
    assert key
    client.post(f"/bring/{key[1]}", data={"do": "import", "platform": "instagram"})
    for path in ("/?niche=baking", "/people?q=anna", "/account/instagram:anna?niche=baking"):
        page = client.get(path).text
        assert "anna" in page
        assert bad not in page


def test_files_are_looked_at_before_they_are_kept(browser_of: BrowserOf, tmp_path: Path) -> None:
    file = tmp_path / "w.duckdb"
    client = browser_of(file)
    assert client.get("/", follow_redirects=False).headers["location"] == "/bring"
    body = b"username,followers,biography\nanna,100,vegan baking\nben,x,meat pies\n"
    looked = client.post("/files", files={"files": ("list.csv", body)})
    assert "This is how they would be read" in looked.text
    assert "biography" in looked.text
    assert not file.exists()
    key = re.search(r'action="/bring/([^"]+)"', looked.text)
    assert key
    done = client.post(f"/bring/{key[1]}", data={"do": "import", "platform": "instagram"})
    assert "Imported" in done.text
    with open_workspace(file, read_only=True) as workspace:
        assert workspace.count("accounts") == 2
    assert "anna" in client.get("/?niche=vegan+baking").text


def test_a_list_is_kept_worked_on_and_written(browser_of: BrowserOf, sample: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(sample, tmp_path / "w.duckdb"))
    client = browser_of(file)
    board = client.post(
        "/lists", data={"niche": "vegan baking", "max_followers": "20000", "size": "5", "name": "spring"}
    )
    assert "5 accounts for vegan baking" in board.text
    with open_workspace(file, read_only=True) as workspace:
        first, other = (pick.account_id for pick in load_list(workspace, "spring").picks[:2])
    client.post(
        "/lists/spring",
        data={"account": first, "status": "contacted", "notes": "wrote <b>Monday</b>", "owner": "Kim"},
    )
    client.post("/lists/spring", data={"account": other, "do": "remove"})
    with open_workspace(file, read_only=True) as workspace:
        saved = load_list(workspace, "spring")
    pick = saved.pick(first)
    assert pick is not None
    assert (pick.status, pick.notes, pick.owner, len(saved.picks)) == (
        "contacted",
        "wrote <b>Monday</b>",
        "Kim",
        4,
    )
    assert "wrote &lt;b&gt;Monday&lt;/b&gt;" in client.get("/lists/spring").text
    written = client.post("/lists/spring/export", data={"preset": "csv", "force": "1"})
    assert "attachment" in written.headers.get("content-disposition", "")
    assert first.partition(":")[2] in written.text


def test_a_suppressed_account_is_never_shown_again(
    browser_of: BrowserOf, sample: Path, tmp_path: Path
) -> None:
    client = browser_of(Path(shutil.copy(sample, tmp_path / "w.duckdb")))
    best = accounts_in(client.get(NICHE).text)[0]
    client.post("/suppress", data={"account": best, "reason": "asked"})
    assert best not in accounts_in(client.get(NICHE).text)


def test_an_import_beside_the_open_app_is_seen(browser_of: BrowserOf, sample: Path, tmp_path: Path) -> None:
    from influence.store.importing.transaction import import_files

    file = Path(shutil.copy(sample, tmp_path / "w.duckdb"))
    client = browser_of(file)
    client.get(NICHE)
    more = tmp_path / "more.csv"
    more.write_text("username,followers,bio\nzz_new_baker,10,vegan baking every day\n", "utf-8")
    with open_workspace(file) as workspace:
        import_files(workspace, [more], platform="instagram")
    assert "zz_new_baker" in client.get("/people?q=zz_new").text


def test_what_an_address_asks_survives_being_written_and_read() -> None:
    asked = asked_of(
        [("niche", " oat milk "), ("like", "a, b\nc"), ("w.reach", "3"), ("page", "x"), ("other", "1")]
    )
    assert asked.values == {"niche": ("oat milk",), "like": ("a", "b", "c"), "w.reach": ("3",)}
    assert asked.page == 1
    again = asked_of([tuple(pair.split("=")) for pair in asked.query.replace("+", " ").split("&")])  # type: ignore[misc]
    assert again.values == asked.values
