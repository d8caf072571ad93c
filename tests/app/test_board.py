"""A list at work: edits that notice each other, keys, what the set reaches, stand-ins, drafts, downloads."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from influence.store.lists.saved import load_list
from influence.store.workspace import open_workspace

BrowserOf = Callable[[Path], Any]


@pytest.fixture
def listed(browser_of: BrowserOf, sample: Path, tmp_path: Path) -> tuple[Any, Path]:
    """A browser over a copy of the sample with a list of five, and the file."""
    file = Path(shutil.copy(sample, tmp_path / "w.duckdb"))
    client = browser_of(file)
    client.post(
        "/lists", data={"niche": "vegan baking", "max_followers": "20000", "size": "5", "name": "spring"}
    )
    return client, file


def picks_in(file: Path) -> list[Any]:
    with open_workspace(file, read_only=True) as workspace:
        return list(load_list(workspace, "spring").picks)


def card_of(page: str, account: str) -> dict[str, str]:
    """The fields of a card as its form holds them."""
    form = page.partition(f'name="account" value="{account}"')[2].partition("</form>")[0]
    version = re.search(r'name="version" value="([^"]+)"', form)
    assert version
    return {"account": account, "version": version[1]}


def test_what_two_people_change_is_told_and_nothing_is_lost(listed: tuple[Any, Path]) -> None:
    client, file = listed
    account = picks_in(file)[0].account_id
    card = card_of(client.get("/lists/spring").text, account)
    client.post("/lists/spring", data={**card, "status": "contacted", "notes": "Kim wrote"})
    torn = client.post("/lists/spring", data={**card, "status": "idea", "notes": "Lee wrote"})
    assert torn.status_code == 409
    assert all(words in torn.text for words in ("Kim wrote", "Lee wrote"))
    assert picks_in(file)[0].notes == "Kim wrote"
    client.post("/lists/spring", data={**card, "notes": "Lee wrote", "take": "theirs"})
    assert (picks_in(file)[0].notes, picks_in(file)[0].status) == ("Lee wrote", "contacted")


def test_edits_of_different_fields_are_both_kept(listed: tuple[Any, Path]) -> None:
    client, file = listed
    account = picks_in(file)[0].account_id
    card = card_of(client.get("/lists/spring").text, account)
    client.post("/lists/spring", data={**card, "status": "idea", "owner": "Kim", "notes": ""})
    client.post("/lists/spring", data={**card, "status": "idea", "owner": "", "notes": "has a new oven"})
    pick = picks_in(file)[0]
    assert (pick.owner, pick.notes) == ("Kim", "has a new oven")


def test_a_card_moves_one_column_on_and_back(listed: tuple[Any, Path]) -> None:
    client, file = listed
    account = picks_in(file)[0].account_id
    for do, right in (("later", "contacted"), ("later", "replied"), ("earlier", "contacted")):
        page = client.get("/lists/spring").text
        now = picks_in(file)[0].status
        client.post("/lists/spring", data={**card_of(page, account), "status": now, "do": do})
        assert picks_in(file)[0].status == right


def test_the_board_says_what_those_on_it_reach_and_who_nearly_made_it(listed: tuple[Any, Path]) -> None:
    client, file = listed
    page = html.unescape(client.get("/lists/spring").text)
    assert "5 accounts reach about" in page
    miss = re.search(r'name="do" value="add"', page)
    assert miss
    gone = picks_in(file)[0].account_id
    client.post(
        "/lists/spring", data={**card_of(client.get("/lists/spring").text, gone), "status": "declined"}
    )
    assert "4 accounts reach about" in client.get("/lists/spring").text


def test_stand_ins_are_named_and_taken_with_one_press(listed: tuple[Any, Path]) -> None:
    client, file = listed
    assert "nobody on this list has declined" in client.get("/lists/spring/stand-ins").text.lower()
    gone = picks_in(file)[0].account_id
    client.post(
        "/lists/spring", data={**card_of(client.get("/lists/spring").text, gone), "status": "declined"}
    )
    assert "Put them on the list" in client.get("/lists/spring/stand-ins").text
    client.post("/lists/spring/stand-ins", data={"do": "take"})
    assert len(picks_in(file)) == 6


def test_drafts_ask_for_what_is_missing_and_show_what_they_rest_on(listed: tuple[Any, Path]) -> None:
    client, _ = listed
    page = client.get("/lists/spring/letters?template=pitch").text
    asked = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)[1])  # type: ignore[index]
    assert "brand=" in asked
    told = "\n".join(f"{line}Acme" for line in asked.split())
    drafts = client.get("/lists/spring/letters", params={"template": "pitch", "settings": told}).text
    assert "Rests on" in drafts
    assert "Acme" in drafts.partition("Rests on")[2]


def test_the_clients_report_and_the_workbook_are_downloads(listed: tuple[Any, Path]) -> None:
    client, _ = listed
    report = client.get("/lists/spring/get/report.html")
    assert report.headers["content-disposition"] == 'attachment; filename="report.html"'
    assert "<!doctype html>" in report.text
    assert client.get("/lists/spring/get/list.xlsx").content.startswith(b"PK")


def test_a_list_edited_as_a_file_comes_back(listed: tuple[Any, Path]) -> None:
    client, file = listed
    written = client.post("/lists/spring/export", data={"preset": "csv", "force": "1"}).text
    head, *rows = written.splitlines()
    assert "notes" in head.split(",")
    assert "account_id" in head
    first = picks_in(file)[0].account_id
    edited = f"account_id,notes\n{first},rang twice\n".encode()
    page = client.post("/lists/spring/merge", files={"file": ("list.csv", edited)}).text
    assert "What came back" in page
    assert picks_in(file)[0].notes == "rang twice"
    assert rows
