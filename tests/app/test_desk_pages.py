"""The desk of a list in the app: what its commands write, what two people change, and whom the rules let be written."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from influence.outreach.campaign_desk import desk_of
from influence.reporting.outreach.desk_text import headline
from influence.store.lists.desk_records import Code, read_records
from influence.store.lists.saved import edit_pick, load_list
from influence.store.workspace import open_workspace, to_day

BrowserOf = Callable[[Path], Any]
DESK = "/lists/spring/desk"


@pytest.fixture
def desk(browser_of: BrowserOf, sample: Path, tmp_path: Path) -> tuple[Any, Path, str]:
    """A browser over a copy of the sample with a list of three, the file, and the first on the list."""
    file = Path(shutil.copy(sample, tmp_path / "w.duckdb"))
    client = browser_of(file)
    client.post("/lists", data={"niche": "vegan baking", "size": "3", "name": "spring"})
    with open_workspace(file, read_only=True) as workspace:
        return client, file, load_list(workspace, "spring").picks[0].account_id


def row_of(file: Path, account: str) -> Any:
    with open_workspace(file, read_only=True) as workspace:
        rows = desk_of(workspace, "spring", to_day("2026-01-01") or 0).rows
    return next(row for row in rows if row.pick.account_id == account)


def test_the_first_line_is_that_of_the_command(desk: tuple[Any, Path, str]) -> None:
    from influence.clock import now

    client, file, _ = desk
    with open_workspace(file, read_only=True) as workspace:
        told = headline(desk_of(workspace, "spring", to_day(now().date().isoformat()) or 0))
    assert html.escape(told) in client.get(DESK).text


def test_terms_due_and_sign_off_are_kept_as_by_the_commands(desk: tuple[Any, Path, str]) -> None:
    client, file, account = desk
    base = {"account": account}
    client.post(DESK, data={**base, "do": "terms", "price": "250", "was.price": "", "currency": "EUR"})
    client.post(DESK, data={**base, "do": "due", "what": "reel", "due": "2025-12-01"})
    client.post(DESK, data={**base, "do": "sign", "party": "client", "verdict": "refused", "reason": "rival"})
    row = row_of(file, account)
    assert (row.terms.price, row.terms.currency) == (250.0, "EUR")
    assert [(one.what, one.due) for one in row.deliverables] == [("reel", to_day("2025-12-01"))]
    assert [(one.party, one.verdict, one.reason) for one in row.signoffs] == [("client", "refused", "rival")]
    page = html.unescape(client.get(DESK).text)
    assert "reel is" in page
    assert "refused by client, rival" in page


def test_a_term_that_somebody_else_changed_is_told_and_others_are_kept(desk: tuple[Any, Path, str]) -> None:
    client, file, account = desk
    mine = {"account": account, "do": "terms", "price": "300", "was.price": "", "product": "oats"}
    client.post(DESK, data={"account": account, "do": "terms", "price": "250", "was.price": ""})
    torn = client.post(DESK, data=mine)
    assert torn.status_code == 400
    assert "Somebody else changed this meanwhile" in torn.text
    assert (row_of(file, account).terms.price, row_of(file, account).terms.product) == (250.0, "")
    client.post(
        DESK, data={"account": account, "do": "terms", "product": "oats", "price": "", "was.price": ""}
    )
    assert (row_of(file, account).terms.price, row_of(file, account).terms.product) == (250.0, "oats")


def test_what_is_refused_by_the_command_is_refused_here(desk: tuple[Any, Path, str]) -> None:
    client, _, account = desk
    for told, words in (
        ({"do": "sign", "party": "client", "verdict": "refused"}, "A refusal needs its reason"),
        ({"do": "sign", "party": ""}, "Say who said it"),
        ({"do": "terms", "price": "cheap", "was.price": ""}, "This is no price"),
        ({"do": "due", "due": "soon"}, "This is no day"),
        ({"do": "burn"}, "The desk has no such task"),
        ({"do": "codes", "url": "https://shop.example/oats"}, "Nobody has agreed yet"),
    ):
        reply = client.post(DESK, data={"account": account, **told})
        assert (reply.status_code, words in reply.text) == (400, True), (told, words)


def test_codes_and_posts_are_made_and_found(desk: tuple[Any, Path, str]) -> None:
    client, file, account = desk
    with open_workspace(file) as workspace:
        edit_pick(workspace, "spring", account, {"status": "agreed"})
    made = client.post(DESK, data={"do": "codes", "url": "https://shop.example/oats"}).text
    with open_workspace(file, read_only=True) as workspace:
        (code,) = read_records(workspace.store, Code, "spring")
    assert code.code in made
    assert "found" in client.post(DESK, data={"do": "find", "tags": "#nobodysaysthis"}).text
    assert "No order bears a code" in client.post(DESK, data={"do": "results"}).text


def test_the_workbook_comes_back_edited(desk: tuple[Any, Path, str], tmp_path: Path) -> None:
    from openpyxl import load_workbook

    client, file, account = desk
    (tmp_path / "desk.xlsx").write_bytes(client.get("/lists/spring/desk.xlsx").content)
    book = load_workbook(tmp_path / "desk.xlsx")
    sheet = book["Desk"]
    heads = {
        str(cell.value).lower(): cell.column
        for row in sheet.iter_rows(max_row=3)
        for cell in row
        if cell.value
    }
    at = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == account)
    sheet.cell(at, heads["price"]).value = 120
    book.save(tmp_path / "edited.xlsx")
    sent = {"file": ("mine.xlsx", (tmp_path / "edited.xlsx").read_bytes())}
    assert "What came back" in client.post(f"{DESK}/merge", files=sent).text
    assert row_of(file, account).terms.price == 120.0


def test_the_rules_answer_as_the_command_does(desk: tuple[Any, Path, str]) -> None:
    client, _, account = desk
    page = html.unescape(client.get("/lists/spring/check?country=GB&day=2026-02-05&giving=gift").text)
    assert "rules as of 5 February 2026, by email: 3 accounts" in page
    assert account in page
    assert "The rules, in our words" in page
    assert re.search(r"not legal advice", page)
    assert client.get("/lists/spring/check?as=xlsx").content.startswith(b"PK")
    assert client.get("/lists/spring/check?day=soon").status_code == 400


def test_a_suppressed_account_is_on_no_page_of_the_list(desk: tuple[Any, Path, str]) -> None:
    client, _, account = desk
    client.post("/suppress", data={"account": account, "reason": "asked"})
    for path in (
        "/lists/spring",
        DESK,
        "/lists/spring/check",
        "/lists/spring/letters",
        "/map?niche=vegan+baking",
    ):
        assert account not in client.get(path).text, path
    assert "asked not to be contacted" in client.get(DESK).text
