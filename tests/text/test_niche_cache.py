"""The index beside the workspace: the same as building anew, whatever happened in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from influence.store.kept.keeper import Keeper, KeptFileWarning, cache_folder
from influence.store.rights.privacy import forget, purge
from influence.store.workspace import Workspace, open_workspace
from influence.text import cache
from influence.text.cache import read_index
from influence.text.gathered_index import gather_index
from influence.text.index import TextIndex
from influence.text.niche import Niche
from influence.text.relevance import niche_relevance
from influence.text.term_rows import TermRows
from influence.text.tokens import Tokenizer

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
    return read_index(store), gather_index(store)


def assert_same(one: TextIndex, other: TextIndex) -> None:
    for name in ("account_ids", "post_ids", "account_codes", "created_day", "is_bio", "is_spoken", "terms"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.presence.shape == other.presence.shape
    assert (one.presence != other.presence).nnz == 0
    assert np.array_equal(one.meaning_length, other.meaning_length)
    for name in ("account_meanings", "account_lengths"):
        same = (getattr(index, name)(index.everything) for index in (one, other))
        assert np.array_equal(*same), name


def index_file(workspace: Path) -> Path:
    return Keeper(cache_folder(workspace), str).file("text-index")


def cut_by(monkeypatch: pytest.MonkeyPatch, name: str) -> list[int]:
    """How many texts or profiles each later call had to cut into terms."""
    seen: list[int] = []
    inner = getattr(cache, name)

    def counting(rows: pa.ChunkedArray | pa.Table, tokenizer: Tokenizer) -> TermRows:
        seen.append(len(rows))
        return inner(rows, tokenizer)

    monkeypatch.setattr(cache, name, counting)
    return seen


def test_the_second_time_no_text_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = cut_by(monkeypatch, "rows_of_texts")
    for _ in range(2):
        with open_workspace(file, read_only=True) as workspace:
            assert_same(*both_ways(workspace))
    assert seen == [len(POSTS)]
    assert index_file(file).is_file()


def test_new_posts_alone_are_read_and_the_index_is_as_if_built_anew(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = cut_by(monkeypatch, "rows_of_texts")
    with open_workspace(file) as workspace:
        read_index(workspace.store)
        add_posts(workspace, MORE)
        assert_same(*both_ways(workspace))
    assert seen == [len(POSTS), len(MORE)]


def test_many_texts_are_read_in_pieces_and_make_the_same_index(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = cut_by(monkeypatch, "rows_of_texts")
    monkeypatch.setattr(cache, "_TEXTS", 3)
    with open_workspace(file) as workspace:
        assert_same(*both_ways(workspace))
    assert cut == [3, 1]


def test_words_of_deleted_posts_leave_the_file(file: Path) -> None:
    with open_workspace(file) as workspace:
        assert "browni" in list(read_index(workspace.store).terms)
        workspace.store.execute("delete from posts where post_id = ?", ["p1"])
        assert_same(*both_ways(workspace))
    assert b"browni" not in index_file(file).read_bytes()


def test_a_changed_text_is_read_again(file: Path) -> None:
    with open_workspace(file) as workspace:
        read_index(workspace.store)
        workspace.store.execute("update posts set text = ? where post_id = ?", ["Kayak tours", "p4"])
        assert_same(*both_ways(workspace))


def test_a_changed_bio_is_read_again(file: Path) -> None:
    with open_workspace(file) as workspace:
        read_index(workspace.store)
        workspace.store.execute("insert into accounts (account_id, bio) values (?, ?)", ["web:new", "Kayaks"])
        assert_same(*both_ways(workspace))


def test_only_new_and_changed_profiles_are_read_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = cut_by(monkeypatch, "rows_of_profiles")
    with open_workspace(file) as workspace:
        read_index(workspace.store)
        workspace.store.execute(
            "insert into accounts (account_id, bio) values (?, ?)", ["web:chess", "Rooks"]
        )
        add_posts(workspace, [("p7", "web:aaa", "Rye bread", 300)])
        assert_same(*both_ways(workspace))
    assert seen == [3, 2]


def change_something(workspace: Workspace, rng: np.random.Generator) -> None:
    """One of the things an import or a person does: posts come, go and change, so do accounts."""
    execute, step = workspace.store.execute, int(rng.integers(6))
    words = ["vegan", "cake", "Elo", "#opensource", "kayak", "", "@me", "rye", "the"]
    text = " ".join(rng.choice(words, int(rng.integers(1, 6))))
    post, account = f"p{rng.integers(12)}", f"web:{rng.choice(['ab', 'baker', 'the', 'zoe'])}"
    if step <= 2:
        execute("delete from posts where post_id = ?", [post])
        add_posts(workspace, [(post, account, text, int(rng.integers(100, 200)))])
    elif step == 3:
        execute("delete from posts where post_id = ?", [post])
    elif step == 4:
        execute("delete from accounts where account_id = ?", [account])
    else:
        execute("delete from accounts where account_id = ?", [account])
        execute("insert into accounts (account_id, bio) values (?, ?)", [account, text])


@pytest.mark.parametrize("seed", range(3))
def test_whatever_changes_the_index_is_as_if_built_anew(file: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    with open_workspace(file) as workspace:
        for _ in range(15):
            for _ in range(int(rng.integers(1, 4))):
                change_something(workspace, rng)
            assert_same(*both_ways(workspace))
        workspace.store.execute("delete from posts")
        workspace.store.execute("delete from accounts")
        assert_same(*both_ways(workspace))


@pytest.mark.parametrize("damage", [b"", b"not an index", b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_replaced(file: Path, damage: bytes) -> None:
    place = index_file(file)
    place.parent.mkdir()
    place.write_bytes(damage)
    with open_workspace(file, read_only=True) as workspace:
        with pytest.warns(KeptFileWarning, match="made anew"):
            found = both_ways(workspace)
        assert_same(*found)
    assert len(place.read_bytes()) > 1000


def test_a_folder_that_cannot_be_written_is_no_error(file: Path) -> None:
    index_file(file).parent.write_text("a file stands where the folder should be")
    with open_workspace(file, read_only=True) as workspace:
        with pytest.warns(KeptFileWarning):
            found = both_ways(workspace)
        assert_same(*found)


def test_the_kept_index_gives_the_same_answer_as_the_fresh_one(file: Path) -> None:
    fits = []
    for _ in range(2):
        with open_workspace(file, read_only=True) as workspace:
            fits.append(niche_relevance(read_index(workspace.store), Niche("vegan baking")).account_fit)
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
        assert "browni" in list(read_index(workspace.store).terms)
        erase(workspace)
        assert not index_file(file).exists()
        assert "browni" not in list(read_index(workspace.store).terms)
        assert_same(*both_ways(workspace))
