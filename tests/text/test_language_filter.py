"""--language where the profile says nothing: the posts tell it, or it stays unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

import influence
from influence.text.language import spoken_languages

POSTS = {
    "web:german": ["Heute backen wir ein veganes Brot mit Nüssen", "Vegan kochen für die ganze Familie"],
    "web:english": ["Today we bake a vegan bread with nuts", "Vegan dinners for the whole family"],
    "web:marked": ["Vegan 2024", "vegan"],
    "web:short": ["vegan!"],
}
PROFILES = (
    "account_id,language,bio\nweb:said,de,Vegan baking\nweb:bio,,Vegane Rezepte und Brote aus meiner Küche\n"
)


@pytest.fixture
def workspace(tmp_path: Path) -> influence.Workspace:
    rows = [
        f'{who}-{n},{who},"{text}",2024-01-0{n + 1},{"de" if who == "web:marked" else ""}'
        for who, texts in POSTS.items()
        for n, text in enumerate(texts)
    ]
    (tmp_path / "posts.csv").write_text("post_id,account_id,text,created_at,language\n" + "\n".join(rows))
    (tmp_path / "accounts.csv").write_text(PROFILES)
    opened = influence.open_workspace(tmp_path / "w.duckdb")
    influence.import_files(opened, [tmp_path / "posts.csv", tmp_path / "accounts.csv"])
    return opened


def test_posts_and_bio_tell_the_language_that_the_profile_does_not(workspace: influence.Workspace) -> None:
    with workspace:
        ranking = influence.rank(workspace, "vegan", language="de", top=0)
    assert {row.account_id for row in ranking.rows} == {"web:german", "web:marked", "web:said", "web:bio"}
    assert ranking.left_out == {"language is not de": 1, "language is unknown": 1}
    assert "3 of 4 candidates name no language; their posts told it." in ranking.notes


def test_without_the_filter_no_text_is_identified(
    workspace: influence.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("influence.ranking.pool.spoken_languages", lambda *_: pytest.fail("not asked"))
    with workspace:
        assert len(influence.rank(workspace, "vegan", top=0).rows) == 6


def test_later_posts_tell_nothing_of_the_past(workspace: influence.Workspace) -> None:
    day = 19_723  # 2024-01-01
    with workspace:
        assert spoken_languages(workspace.store, ["web:german"], day) == {}
        assert spoken_languages(workspace.store, ["web:german"], day + 1) == {"web:german": "de"}
