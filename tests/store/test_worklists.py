"""Status, notes and last contact of an imported list become a saved list."""

from __future__ import annotations

from datetime import datetime

from influence.store.importing.transaction import import_files
from influence.store.lists.saved import edit_pick, load_list

NOW = datetime(2026, 1, 15)
LIST = (
    "Handle,Followers,Status,Notizen,Letzter Kontakt\n"
    "anna,10,Geantwortet,nett,18.02.2025\nben,20,wartet auf Muster,,\ncleo,30,,,\n"
)


def test_status_notes_and_last_contact_become_a_saved_list(workspace, tmp_path):
    path = tmp_path / "spring.csv"
    path.write_text(LIST, encoding="utf-8")
    report = import_files(workspace, path, now=NOW)
    picks = {pick.account_id: pick for pick in load_list(workspace, "spring").picks}
    assert set(picks) == {"web:anna", "web:ben"}
    assert (picks["web:anna"].status, picks["web:anna"].notes, picks["web:anna"].last_contact) == (
        "replied",
        "nett",
        20137,
    )
    assert picks["web:ben"].notes == "status: wartet auf Muster"
    assert any(finding.code == "saved-list" for finding in report.findings)


def test_what_was_noted_since_is_not_overwritten(workspace, tmp_path):
    path = tmp_path / "spring.csv"
    path.write_text(LIST, encoding="utf-8")
    import_files(workspace, path, now=NOW)
    edit_pick(workspace, "spring", "web:anna", {"status": "agreed"}, now=NOW)
    import_files(workspace, path, now=NOW)
    assert load_list(workspace, "spring").pick("web:anna").status == "agreed"


def test_a_rehearsal_saves_no_list(workspace, tmp_path):
    path = tmp_path / "spring.csv"
    path.write_text(LIST, encoding="utf-8")
    report = import_files(workspace, path, now=NOW, dry_run=True)
    assert not any(finding.code == "saved-list" for finding in report.findings)


def test_tags_stand_among_the_notes_of_the_saved_list(workspace, tmp_path):
    (tmp_path / "team.csv").write_text("Handle,Followers,Tags,Notes\nanna,10,vegan; rye,nice\nben,20,,late\n")
    import_files(workspace, tmp_path / "team.csv", now=NOW)
    notes = {pick.account_id: pick.notes for pick in load_list(workspace, "team").picks}
    assert notes == {"web:anna": "nice; tags: vegan; rye", "web:ben": "late"}
