"""An account's page: what is known beside the score, and judgements that `learn` reads and `forget` erases."""

from __future__ import annotations

import html
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from influence.cli.app import run
from influence.store.lists.judgements import judged_rows, judgements
from influence.store.rights.privacy import forget
from influence.store.workspace import open_workspace

BrowserOf = Callable[[Path], Any]


def a_world(client: Any) -> None:
    """Two bakers, one with counts of two days and a brand in her posts."""
    accounts = b"username,followers,bio\nanna,120,vegan baking\nben,50,vegan baking too\n"
    snapshots = b"account_id,day,followers\ninstagram:anna,2026-01-01,100\ninstagram:anna,2026-02-01,120\n"
    posts = (
        b"post_id,account_id,created_at,text\n1,instagram:anna,2026-01-05,I love my Tavilo oven for vegan baking\n"
        b"2,instagram:ben,2026-01-06,vegan baking day\n"
    )
    files = [
        ("files", ("accounts.csv", accounts)),
        ("files", ("snapshots.csv", snapshots)),
        ("files", ("posts.csv", posts)),
    ]
    key = client.post("/files", files=files, follow_redirects=False).headers["location"]
    assert "Imported" in client.post(key, data={"do": "import", "platform": "instagram"}).text


def test_growth_and_what_is_said_of_the_brand_stand_on_the_page(
    browser_of: BrowserOf, tmp_path: Path
) -> None:
    client = browser_of(tmp_path / "w.duckdb")
    a_world(client)
    page = html.unescape(client.get("/account/instagram:anna?niche=vegan+baking&brand=Tavilo").text)
    assert "From 100 followers on 2026-01-01 to 120 on 2026-02-01" in page
    assert "I love my Tavilo oven" in page.partition("What it says of Tavilo")[2]
    other = html.unescape(client.get("/account/instagram:ben?niche=vegan+baking&brand=Tavilo").text)
    assert "Growth is unknown" in other
    assert "does not name the brand" in other


def test_a_judgement_is_kept_shown_taken_back_and_erased_with_the_person(
    browser_of: BrowserOf, tmp_path: Path
) -> None:
    file = tmp_path / "w.duckdb"
    client = browser_of(file)
    a_world(client)
    told = {"niche": "vegan baking", "other": "instagram:ben", "reason": "films <b>without</b> subtitles"}
    page = client.post("/account/instagram:anna", data=told).text
    assert "films &lt;b&gt;without&lt;/b&gt; subtitles" in page
    assert client.get("/judgements.csv").text.splitlines()[1] == "instagram:ben,instagram:anna,a"
    client.post("/account/instagram:anna", data={**told, "do": "undo"})
    assert len(client.get("/judgements.csv").text.splitlines()) == 1
    client.post("/account/instagram:anna", data=told)
    with open_workspace(file) as workspace:
        assert len(judgements(workspace.store, "instagram:anna")) == 1
        forget(workspace, "instagram:anna")
        assert judgements(workspace.store) == []


def test_a_judgement_turned_round_replaces_the_earlier_one(browser_of: BrowserOf, tmp_path: Path) -> None:
    file = tmp_path / "w.duckdb"
    client = browser_of(file)
    a_world(client)
    client.post("/account/instagram:anna", data={"niche": "vegan baking", "other": "instagram:ben"})
    client.post("/account/instagram:ben", data={"niche": "vegan baking", "other": "instagram:anna"})
    with open_workspace(file, read_only=True) as workspace:
        assert [(one.account_id, one.other_id) for one in judgements(workspace.store)] == [
            ("instagram:anna", "instagram:ben")
        ]


def test_learn_reads_the_judgements_that_were_kept(
    browser_of: BrowserOf, sample: Path, tmp_path: Path, capsys: Any
) -> None:
    file = Path(shutil.copy(sample, tmp_path / "w.duckdb"))
    client = browser_of(file)
    page = client.get("/?niche=vegan+baking").text
    names = [part.partition('"')[0] for part in page.split('name="a" value="')[1:]]
    for preferred, other in zip(names[:12], names[12:24], strict=True):
        client.post(f"/account/{other}", data={"niche": "vegan baking", "other": preferred})
    assert run(["learn", "--judged", "--niche", "vegan baking", "-w", str(file)]) == 0
    assert "These pairs" in capsys.readouterr().out
    with open_workspace(file, read_only=True) as workspace:
        kept = {(preferred, other, "a") for preferred, other in zip(names[:12], names[12:24], strict=True)}
        assert set(judged_rows(workspace.store)) == kept


def test_overlap_with_a_list_is_shown_when_asked(browser_of: BrowserOf, sample: Path, tmp_path: Path) -> None:
    client = browser_of(Path(shutil.copy(sample, tmp_path / "w.duckdb")))
    client.post("/lists", data={"niche": "vegan baking", "size": "3", "name": "spring"})
    page = client.get("/?niche=vegan+baking").text
    tenth = page.split('name="a" value="')[10].partition('"')[0]
    shown = client.get(f"/account/{tenth}?niche=vegan+baking&list=spring").text
    assert "known readers" in shown
    assert shown.partition("Readers in common")[2].count("<tr><th") == 3
