"""An edited list comes back: what only one side changed is taken, what both changed is shown."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.errors import SourceError, UnknownAccountError, UsageError
from influence.outreach.addressees import version_of
from influence.outreach.export import export_list
from influence.outreach.lists import Edit, apply_edit, compare_lists, merge_list
from influence.outreach.merging import FieldChange, merge_file, merge_rows, read_day
from influence.store.lists.saved import SavedList, SavedPick, edit_pick, load_list, save_list
from influence.store.rights.privacy import suppress
from influence.store.workspace import Workspace, to_day
from tests.outreach.conftest import NOW

Rows = list[dict[str, str]]


@pytest.fixture
def edited(hard: Workspace, tmp_path: Path) -> Callable[..., Path]:
    """Export the list, let a function change the rows as a colleague would, give the file."""

    def make(change: Callable[[Rows], None], *, delimiter: str = ",", encoding: str = "utf-8-sig") -> Path:
        path = tmp_path / "list.csv"
        export_list(hard, "spring", "csv", path, now=NOW)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        change(rows)
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, rows[0], delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return make


def test_an_untouched_file_changes_nothing(hard: Workspace, edited: Callable[..., Path]) -> None:
    before = load_list(hard, "spring")
    merged = merge_file(hard, "spring", edited(lambda rows: None))
    assert (merged.changes, merged.conflicts, merged.problems, merged.missing) == ((), (), (), ())
    assert load_list(hard, "spring") == before


def test_what_the_file_alone_changed_is_taken(hard: Workspace, edited: Callable[..., Path]) -> None:
    def change(rows: Rows) -> None:
        rows[0] |= {
            "status": "Contacted",
            "owner": "王芳",
            "notes": "=not a formula",
            "last_contact": "2026-02-28",
        }

    merged = merge_file(hard, "spring", edited(change, delimiter=";"))
    pick = load_list(hard, "spring").pick("web:p0")
    assert pick is not None
    assert (pick.status, pick.owner, pick.notes) == ("contacted", "王芳", "=not a formula")
    assert pick.last_contact == to_day("2026-02-28")
    assert len(merged.changes) == 4


def test_what_the_workspace_alone_changed_stays(hard: Workspace, edited: Callable[..., Path]) -> None:
    path = edited(lambda rows: rows[0].update(owner="Jo"))
    edit_pick(hard, "spring", "web:p0", {"status": "agreed"})
    merged = merge_file(hard, "spring", path)
    pick = load_list(hard, "spring").pick("web:p0")
    assert pick is not None
    assert (pick.status, pick.owner) == ("agreed", "Jo")
    assert not merged.conflicts


@pytest.mark.parametrize(("take", "status"), [(None, "agreed"), ("ours", "agreed"), ("theirs", "declined")])
def test_what_both_changed_is_a_conflict_that_nobody_guesses(
    hard: Workspace, edited: Callable[..., Path], take: str | None, status: str
) -> None:
    path = edited(lambda rows: rows[0].update(status="declined"))
    edit_pick(hard, "spring", "web:p0", {"status": "agreed"})
    merged = merge_file(hard, "spring", path, take=take)
    assert merged.conflicts == (FieldChange("web:p0", "status", "agreed", "declined"),)
    assert load_list(hard, "spring").pick("web:p0").status == status  # type: ignore[union-attr]


def test_without_the_mark_only_what_is_empty_is_filled(hard: Workspace, edited: Callable[..., Path]) -> None:
    edit_pick(hard, "spring", "web:p0", {"notes": "ours"})

    def change(rows: Rows) -> None:
        for row in rows:
            del row["version"]
        rows[0] |= {"notes": "theirs", "owner": "Jo"}

    merged = merge_file(hard, "spring", edited(change))
    assert [c.field for c in merged.changes] == ["owner"]
    assert [c.field for c in merged.conflicts] == ["notes"]


def test_what_cannot_be_read_is_told_and_left(hard: Workspace, edited: Callable[..., Path]) -> None:
    def change(rows: Rows) -> None:
        rows[0] |= {"status": "maybe", "last_contact": "3/4/2026", "owner": "Jo"}
        rows[2]["account_id"] = rows[3]["account_id"]
        rows[4]["account_id"] = "web:new"

    merged = merge_file(hard, "spring", edited(change))
    assert len([p for p in merged.problems if p.startswith("web:p0")]) == 2
    assert any("more than once" in problem for problem in merged.problems)
    assert merged.unknown == ("web:new",)
    assert merged.missing == ("web:p2", "web:p4")
    assert load_list(hard, "spring").pick("web:p0").owner == "Jo"  # type: ignore[union-attr]
    assert len(load_list(hard, "spring").picks) == 5


def test_a_look_changes_nothing_and_adding_adds(hard: Workspace, edited: Callable[..., Path]) -> None:
    path = edited(lambda rows: rows[4].update(account_id="web:new", owner="Jo"))
    merge_file(hard, "spring", path, add=True, dry_run=True)
    assert load_list(hard, "spring").pick("web:new") is None
    merge_file(hard, "spring", path, add=True)
    assert load_list(hard, "spring").pick("web:new").owner == "Jo"  # type: ignore[union-attr]


def test_a_workbook_comes_back_as_well(hard: Workspace, tmp_path: Path) -> None:
    from datetime import datetime

    path = tmp_path / "list.xlsx"
    export_list(hard, "spring", "xlsx", path, now=NOW)
    book = openpyxl.load_workbook(path)
    sheet = book["Outreach"]
    column = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, column["last_contact"]).value = datetime(2026, 2, 3)
    sheet.cell(3, column["status"]).value = "replied"
    book.save(path)
    merge_file(hard, "spring", path)
    saved = load_list(hard, "spring")
    assert saved.picks[0].last_contact == to_day("2026-02-03")
    assert saved.picks[1].status == "replied"


def test_a_file_that_cannot_be_matched_is_refused(hard: Workspace, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("name,status\nAnna,agreed\n")
    with pytest.raises(SourceError, match="which row is whose"):
        merge_file(hard, "spring", tmp_path / "x.csv")
    with pytest.raises(SourceError, match="no such file"):
        merge_file(hard, "spring", tmp_path / "y.csv")
    (tmp_path / "z.doc").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    with pytest.raises(SourceError, match="this kind of file is not read"):
        merge_file(hard, "spring", tmp_path / "z.doc")


VALUES = st.sampled_from(["", "a", "b"])


@given(base=VALUES, ours=VALUES, theirs=VALUES)
def test_merging_three_ways_follows_who_changed_what(base: str, ours: str, theirs: str) -> None:
    saved = SavedList("s", picks=(SavedPick("web:x", 1, notes=ours),))
    row = {"account_id": "web:x", "notes": theirs, "version": version_of(SavedPick("web:x", notes=base))}
    merged, picks = merge_rows(saved, [row])
    result = picks[0].notes if picks else ours
    if ours == theirs or theirs == base:
        assert (result, merged.conflicts) == (ours, ())
    elif ours == base:
        assert (result, merged.conflicts) == (theirs, ())
    else:
        assert (result, len(merged.conflicts)) == (ours, 1)


def test_days_are_read_only_where_they_mean_one_day() -> None:
    assert read_day("2026-03-04") == read_day("2026-03-04 00:00:00") == to_day("2026-03-04")
    assert read_day(" ") is None
    for text in ("3/4/2026", "2026-02-30", "yesterday", "46000"):
        with pytest.raises(UsageError):
            read_day(text)


def test_saving_again_keeps_what_people_wrote_and_whom_they_worked_on(hard: Workspace) -> None:
    edit_pick(hard, "spring", "web:p1", {"status": "replied", "notes": "nice"})
    edit_pick(hard, "spring", "web:p4", {"owner": "Jo"})
    picks = (SavedPick("web:p1", 1, 99.0, "better"), SavedPick("web:new", 2, 50.0))
    done = save_list(hard, SavedList("spring", picks=picks), now=NOW)
    assert (done.n_new, done.n_kept, done.n_kept_by_hand, done.n_dropped) == (1, 1, 1, 3)
    saved = load_list(hard, "spring")
    assert [(p.account_id, p.place, p.status, p.owner) for p in saved.picks] == [
        ("web:p1", 1, "replied", ""), ("web:new", 2, "idea", ""), ("web:p4", None, "idea", "Jo"),
    ]  # fmt: skip
    assert saved.picks[0].reason == "better"


def test_editing_adds_changes_and_removes(hard: Workspace) -> None:
    apply_edit(hard, "spring", ["p0", "@P1"], Edit(status="contacted", last_contact="2026-02-01"))
    assert [p.status for p in load_list(hard, "spring").picks[:3]] == ["contacted", "contacted", "idea"]
    apply_edit(hard, "spring", ["p0"], Edit(remove=True))
    assert load_list(hard, "spring").pick("web:p0") is None
    apply_edit(hard, "spring", ["web:p0"], Edit(add=True, owner="Jo"))
    assert load_list(hard, "spring").picks[-1].owner == "Jo"
    suppress(hard, ["web:p3"])
    with pytest.raises(UnknownAccountError, match="suppressed"):
        apply_edit(hard, "spring", ["web:p3"], Edit(add=True))
    with pytest.raises(UnknownAccountError, match="not on the list"):
        apply_edit(hard, "spring", ["p99"], Edit(status="idea"))
    with pytest.raises(UsageError, match="did you mean 'contacted'"):
        apply_edit(hard, "spring", ["p1"], Edit(status="contactd"))
    with pytest.raises(UsageError, match="nothing"):
        apply_edit(hard, "spring", ["p1"], Edit())


def test_two_lists_are_compared_and_one_is_put_into_the_other(hard: Workspace) -> None:
    save_list(
        hard,
        SavedList("autumn", picks=(SavedPick("web:p1", 1), SavedPick("web:z", 2), SavedPick("web:y", 3))),
    )
    found = compare_lists(hard, "spring", "autumn")
    assert [pick.account_id for pick, _ in found.both] == ["web:p1"]
    assert [pick.account_id for pick in found.only_second] == ["web:z", "web:y"]
    assert found.jaccard == pytest.approx(1 / 7)
    assert merge_list(hard, "spring", "autumn") == 2
    assert [(p.account_id, p.place) for p in load_list(hard, "spring").picks[-2:]] == [
        ("web:z", 6),
        ("web:y", 7),
    ]
    assert merge_list(hard, "spring", "autumn") == 0


def test_as_many_rows_as_are_allowed_are_merged() -> None:
    # looked up one by one in the list they took minutes
    saved = SavedList(name="spring", picks=tuple(SavedPick(f"web:{k}") for k in range(50_000)))
    merge, picks = merge_rows(saved, [{"account_id": pick.account_id} for pick in saved.picks[1:]])
    assert (merge.missing, merge.unknown, picks) == (("web:0",), (), [])
