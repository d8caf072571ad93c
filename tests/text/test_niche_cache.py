"""The index beside the workspace: the same as building anew, whatever happened in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from influence.store.privacy import forget, purge
from influence.store.workspace import Workspace, open_workspace
from influence.text import cache
from influence.text.documents import read_accounts, read_posts
from influence.text.index import TextIndex
from influence.text.niche import Niche
from influence.text.relevance import niche_relevance

POSTS = [
    ("p1", "web:baker", "Vegan baking: the best vegan brownies", 100),
    ("p2", "web:both", "Vegan baking without eggs", 100),
    ("p3", "web:both", "My chess openings", 100),
    ("p4", "web:chess", "Endgame study", 150),
]
MORE = [("p0", "web:late", "Sourdough starters for chess players", 200), ("p9", "web:baker", "Flour", 201)]


def add_posts(workspace: Workspace, rows: list[tuple[str, str, str, int]]) -> None:
    columns = ("post_id", "account_id", "text", "created_day")
    table = pa.table(dict(zip(columns, zip(*rows, strict=True), strict=True)))
    with workspace.store.register("fresh", table):
        workspace.store.execute("insert into posts by name select * from fresh")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "influence.duckdb"
    with open_workspace(path) as workspace:
        add_posts(workspace, POSTS)
    return path


def both_ways(workspace: Workspace) -> tuple[TextIndex, TextIndex]:
    store = workspace.store
    return TextIndex.build(store), TextIndex.from_tables(read_accounts(store), read_posts(store))


def assert_same(one: TextIndex, other: TextIndex) -> None:
    for name in ("account_ids", "post_ids", "account_codes", "created_day", "is_bio", "is_spoken", "terms"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.presence.shape == other.presence.shape
    assert (one.presence != other.presence).nnz == 0
    assert np.allclose(one.meaning_length, other.meaning_length)


def texts_cut(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many texts each later call had to cut into terms."""
    seen: list[int] = []
    inner = cache.rows_of_texts
    monkeypatch.setattr(
        cache, "rows_of_texts", lambda texts, tok: (seen.append(len(texts)), inner(texts, tok))[1]
    )
    return seen


def test_the_second_time_no_text_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = texts_cut(monkeypatch)
    for _ in range(2):
        with open_workspace(file, read_only=True) as workspace:
            assert_same(*both_ways(workspace))
    assert seen == [len(POSTS)]
    assert cache.cache_file(file).is_file()


def test_new_posts_alone_are_read_and_the_index_is_as_if_built_anew(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = texts_cut(monkeypatch)
    with open_workspace(file) as workspace:
        TextIndex.build(workspace.store)
        add_posts(workspace, MORE)
        assert_same(*both_ways(workspace))
    assert seen == [len(POSTS), len(MORE)]


def test_words_of_deleted_posts_leave_the_file(file: Path) -> None:
    with open_workspace(file) as workspace:
        assert "browni" in list(TextIndex.build(workspace.store).terms)
        workspace.store.execute("delete from posts where post_id = ?", ["p1"])
        assert_same(*both_ways(workspace))
    assert b"browni" not in cache.cache_file(file).read_bytes()


def test_a_changed_text_is_read_again(file: Path) -> None:
    with open_workspace(file) as workspace:
        TextIndex.build(workspace.store)
        workspace.store.execute("update posts set text = ? where post_id = ?", ["Kayak tours", "p4"])
        assert_same(*both_ways(workspace))


def test_a_changed_bio_is_read_again(file: Path) -> None:
    with open_workspace(file) as workspace:
        TextIndex.build(workspace.store)
        workspace.store.execute("insert into accounts (account_id, bio) values (?, ?)", ["web:new", "Kayaks"])
        assert_same(*both_ways(workspace))


@pytest.mark.parametrize("damage", [b"", b"not an index", b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_replaced(file: Path, damage: bytes) -> None:
    place = cache.cache_file(file)
    place.parent.mkdir()
    place.write_bytes(damage)
    with open_workspace(file, read_only=True) as workspace:
        assert_same(*both_ways(workspace))
    assert len(place.read_bytes()) > 1000


def test_a_folder_that_cannot_be_written_is_no_error(file: Path) -> None:
    cache.cache_file(file).parent.write_text("a file stands where the folder should be")
    with open_workspace(file, read_only=True) as workspace:
        assert_same(*both_ways(workspace))


def test_the_kept_index_gives_the_same_answer_as_the_fresh_one(file: Path) -> None:
    fits = []
    for _ in range(2):
        with open_workspace(file, read_only=True) as workspace:
            fits.append(niche_relevance(TextIndex.build(workspace.store), Niche("vegan baking")).account_fit)
    assert np.array_equal(fits[0], fits[1], equal_nan=True)


@pytest.mark.parametrize(
    "erase",
    [
        lambda workspace: forget(workspace, "web:baker", now=datetime(2026, 1, 1)),
        lambda workspace: purge(workspace, "30d", today=date(1970, 5, 20)),
    ],
    ids=["forget", "purge"],
)
def test_who_erases_erases_the_file_too(file: Path, erase: Callable[[Workspace], object]) -> None:
    with open_workspace(file) as workspace:
        assert "browni" in list(TextIndex.build(workspace.store).terms)
        erase(workspace)
        assert not cache.cache_file(file).exists()
        assert "browni" not in list(TextIndex.build(workspace.store).terms)
        assert_same(*both_ways(workspace))
