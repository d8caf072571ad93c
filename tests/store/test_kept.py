"""What is kept beside a workspace is taken only where it is whole and fits, and thrown away with the data."""

from __future__ import annotations

import stat
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from influence.store.kept import keeper as kept
from influence.store.kept.keeper import Keeper, KeptFileWarning
from influence.store.kept.packing import Strings, pack, unpack


def test_what_is_written_is_read_again_whatever_its_shape(tmp_path: Path) -> None:
    matrix = sparse.csr_matrix(np.array([[0.0, 2.0], [1.0, 0.0]]))
    value: dict[str, Any] = {
        "numbers": np.arange(6).reshape(2, 3), "text": np.array(["é", None, ""], dtype=object),
        "both": (matrix, matrix.tocsc()), "none": None, "share": 0.5, "names": Strings.of(["a", "b"]),
        "nothing": np.zeros(0, dtype=np.int32),
    }  # fmt: skip
    Keeper(tmp_path / "w.cache", lambda: "data").write("all", value)
    found = Keeper(tmp_path / "w.cache", lambda: "data").read("all")
    assert found["numbers"].tolist() == value["numbers"].tolist()
    assert found["text"].tolist() == ["é", None, ""]
    assert all((one.toarray() == matrix.toarray()).all() for one in found["both"])
    assert [one.format for one in found["both"]] == ["csr", "csc"]
    assert (found["none"], found["share"], list(found["names"])) == (None, 0.5, ["a", "b"])
    assert found["nothing"].dtype == np.int32


@given(st.lists(st.text(max_size=8), max_size=20), st.integers(0, 20))
def test_a_column_is_packed_as_its_strings_and_given_back(strings: list[str], cut: int) -> None:
    column = pa.chunked_array([pa.array(part, pa.string()) for part in (strings[:cut], strings[cut:])])
    packed, right = Strings.of_column(column), Strings.of(strings)
    assert packed.data.tolist() == right.data.tolist()
    assert packed.starts.tolist() == right.starts.tolist()
    assert packed.to_arrow().to_pylist() == strings


@given(st.lists(st.text(max_size=8), max_size=20))
def test_packed_strings_are_the_strings_and_are_found(strings: list[str]) -> None:
    arrays: list[np.ndarray] = []
    packed = unpack(pack(Strings.of(sorted(set(strings))), arrays), arrays)
    assert list(packed) == sorted(set(strings))
    assert all(packed[packed.find(one)] == one for one in strings)


def test_what_is_read_lies_in_the_file_and_is_not_copied(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path, lambda: "data")
    matrix = sparse.random(300, 200, density=0.2, format="csr", random_state=1)
    keeper.write("many", {"ties": matrix, "by_target": matrix.tocsc(), "more": np.arange(1_000)})
    found = keeper.read("many")
    parts = [found["more"], *(getattr(found[name], part) for name in ("ties", "by_target") for part in PARTS)]
    assert not any(part.flags.writeable for part in parts), "a copy could be written to"
    assert (found["ties"] != matrix).nnz == 0


def test_what_was_just_made_is_read_from_the_file_too(tmp_path: Path) -> None:
    made = Keeper(tmp_path, lambda: "data").once("numbers", lambda: {"a": np.arange(3)})
    assert made["a"].tolist() == [0, 1, 2]
    assert not made["a"].flags.writeable, "held in memory beside the file"


PARTS = ("data", "indices", "indptr")


def test_a_kept_file_is_its_owners_alone(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "w.cache", lambda: "data")
    keeper.write("one", {"a": np.arange(3)})
    assert stat.S_IMODE(keeper.file("one").stat().st_mode) == 0o600
    assert stat.S_IMODE(keeper.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", ["cut short", "foreign", "empty", "header"])
def test_a_damaged_file_is_made_anew_and_told_once(tmp_path: Path, damage: str) -> None:
    keeper = Keeper(tmp_path / "w.cache", lambda: "data")
    for name in ("one", "two"):
        keeper.write(name, {"a": np.arange(100)})
        whole = keeper.file(name).read_bytes()
        broken = {"cut short": whole[:-70], "foreign": b"PK\x03\x04" * 50, "empty": b"", "header": whole[:40]}
        keeper.file(name).write_bytes(broken[damage])
    again = Keeper(keeper.folder, lambda: "data")
    with pytest.warns(KeptFileWarning) as told:
        found = [again.once(name, lambda: {"a": np.arange(100)}) for name in ("one", "two")]
    assert len(told) == 1
    assert all(one["a"].sum() == 4950 for one in found)
    assert Keeper(keeper.folder, lambda: "data").read("one")["a"].sum() == 4950


def test_a_file_of_other_data_or_other_code_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Keeper(tmp_path / "w.cache", lambda: "data").write("one", {"a": 1})
    assert Keeper(tmp_path / "w.cache", lambda: "other").read("one") is None
    monkeypatch.setattr(kept, "code_stamp", lambda: "another version")
    assert Keeper(tmp_path / "w.cache", lambda: "data").read("one") is None


def test_code_that_is_compiled_in_between_is_no_other_code() -> None:
    before = kept.code_stamp.__wrapped__()
    compiled = Path(kept.__file__).parents[2] / "graph" / "__pycache__" / "a.test.nbi"
    compiled.parent.mkdir(exist_ok=True)
    compiled.write_bytes(b"machine code")
    try:
        assert kept.code_stamp.__wrapped__() == before
    finally:
        compiled.unlink()


def test_files_that_may_not_be_read_are_made_anew_and_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(file: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(file))

    keeper = Keeper(tmp_path / "w.cache", lambda: "data")
    keeper.write("one", {"a": 1})
    monkeypatch.setattr(np, "memmap", forbidden)  # root, as whom tests may run, is forbidden nothing
    with pytest.warns(KeptFileWarning, match="Permission denied") as told:
        made = [keeper.once(name, lambda: {"a": 1}) for name in ("one", "one")]
    assert made == [{"a": 1}, {"a": 1}]
    assert len(told) == 1


def test_where_nothing_can_be_written_the_work_is_done_and_told_once(tmp_path: Path) -> None:
    (tmp_path / "w.cache").write_text("a file where the folder should be")
    keeper = Keeper(tmp_path / "w.cache", lambda: "data")
    with pytest.warns(KeptFileWarning) as told:
        made = [keeper.once(name, lambda: {"a": 1}) for name in ("one", "two")]
    assert made == [{"a": 1}, {"a": 1}]
    assert len(told) == 1


def test_only_the_latest_variants_stay(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "w.cache", lambda: "data")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for at in range(kept.MAX_VARIANTS + 5):
            keeper.write(f"pool@{at:03}", {"a": at})
    assert len(list(keeper.folder.glob("*@*"))) == kept.MAX_VARIANTS
