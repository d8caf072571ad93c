"""What must not leave the house is found before a file is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from influence.findings import Severity
from influence.outreach.export import LintError, export_list
from influence.outreach.lint import LintRules, is_address, lint
from influence.outreach.presets import read_preset
from influence.store.lists.saved import contacted_since, edit_pick, load_list, save_list
from influence.store.rights.privacy import suppress
from influence.store.rights.suppression import Suppressions
from influence.store.workspace import Workspace, to_day
from tests.outreach.conftest import NOW

MAILCHIMP = read_preset("mailchimp")
NONE = LintRules(Suppressions())


def codes(people: list[Any], preset: str = "mailchimp", rules: LintRules = NONE) -> dict[str, Severity]:
    return {f.code: f.severity for f in lint(people, read_preset(preset), rules).findings}


def test_a_clean_list_has_nothing_to_report(people: Callable[..., list[Any]]) -> None:
    assert codes(people({"email": "a@x.example"}, {"email": "b@y.example"})) == {}


def test_two_people_with_one_address_block_and_two_of_one_office_warn(
    people: Callable[..., list[Any]],
) -> None:
    twins = people({"email": "a@x.example"}, {"email": "A@X.example"}, {"email": "b@x.example"})
    assert codes(twins) == {"duplicate-email": Severity.ERROR, "same-domain": Severity.WARNING}
    assert codes(people({"email": "a@gmail.com"}, {"email": "b@gmail.com"})) == {}


def test_a_private_person_without_a_lawful_basis_blocks_and_an_office_does_not(
    people: Callable[..., list[Any]],
) -> None:
    one = {"email": "a@x.example", "lawful_basis": ""}
    assert codes(people({**one, "subscriber_type": "individual"})) == {"no-lawful-basis": Severity.ERROR}
    assert codes(people({**one, "subscriber_type": "unknown"})) == {"basis-unknown": Severity.WARNING}
    assert codes(people({**one, "subscriber_type": "corporate"})) == {}
    assert codes(people({**one, "subscriber_type": "individual"}), "csv") == {
        "no-lawful-basis": Severity.WARNING
    }


def test_a_row_that_the_tool_cannot_import_blocks_and_is_not_writable(
    people: Callable[..., list[Any]],
) -> None:
    found = lint(people({}, {"email": "not an address"}, {"email": "c@x.example"}), MAILCHIMP, NONE)
    assert {f.code for f in found.findings} == {"empty", "bad-email"}
    assert [person.account_id for person in found.writable] == ["web:p2"]
    assert any(one.severity is Severity.ERROR for one in found.findings)


def test_suppressed_and_private_people_are_never_writable(people: Callable[..., list[Any]]) -> None:
    known = Suppressions("salt")
    hashes = frozenset({known.digest("email", "a@x.example"), known.digest("account", "web:p1")})
    rules = LintRules(Suppressions("salt", hashes))
    rows = people(
        {"email": "A@x.example"}, {"email": "b@y.example"}, {"email": "c@z.example", "flags": ("noindex",)},
        {"email": "d@w.example"},
    )  # fmt: skip
    for preset in ("mailchimp", "csv"):
        found = lint(rows, read_preset(preset), rules)
        assert [person.account_id for person in found.writable] == ["web:p3"]
        assert {f.code: f.n_rows for f in found.findings} == {"suppressed": 2, "private": 1}
        assert any(one.severity is Severity.ERROR for one in found.findings)


def test_nobody_is_written_to_twice_in_a_month(people: Callable[..., list[Any]]) -> None:
    rows = people({"email": "a@x.example"}, {"email": "b@y.example"})
    contacts = {"web:p0": 20_000 - 30, "web:p1": 20_000 - 31}
    found = lint(rows, MAILCHIMP, LintRules(Suppressions(), contacted_since(contacts, 20_000, 30)))
    assert [(f.code, f.examples) for f in found.findings] == [("contacted-recently", ("web:p0",))]
    assert not contacted_since(contacts, 20_000, 0)


def test_who_declined_is_left_out_of_a_tool_s_file_but_not_of_a_colleague_s_list(
    people: Callable[..., list[Any]],
) -> None:
    rows = people({"email": "a@x.example", "status": "declined"}, {"email": "b@y.example"})
    assert [p.account_id for p in lint(rows, MAILCHIMP, NONE).writable] == ["web:p1"]
    assert len(lint(rows, read_preset("csv"), NONE).writable) == 2


def test_formulas_brackets_and_long_texts_are_told(people: Callable[..., list[Any]]) -> None:
    rows = people(
        {"email": "a@x.example", "first_name": "=1+1", "last_name": "{{ name }}", "company": "茶" * 86}
    )
    assert codes(rows) == dict.fromkeys(("formula", "brackets", "too-long"), Severity.WARNING)
    long = people({"email": "a" * 250 + "@x.example"})
    assert codes(long) == {"too-long": Severity.ERROR}


@pytest.mark.parametrize(
    "text", ["a@b", "a b@c.de", "@b.de", "=a@b.de", "+a@b.de", "a@b.de,c@d.ef", "a@@b.de", ""]
)
def test_what_cannot_be_an_address_is_none(text: str) -> None:
    assert not is_address(text)
    assert is_address("first.last+tag@sub.example.org")


def test_an_error_blocks_the_file_and_force_writes_the_rest_but_never_the_suppressed(
    hard: Workspace, tmp_path: Path
) -> None:
    suppress(hard, ["two.example"], now=NOW)
    path = tmp_path / "out.csv"
    with pytest.raises(LintError, match="must be cleared") as caught:
        export_list(hard, "spring", "mailchimp", path, now=NOW)
    assert [f.code for f in caught.value.findings if f.severity is Severity.ERROR] == ["suppressed"]
    assert not path.exists()
    done = export_list(hard, "spring", "mailchimp", path, now=NOW, force=True)
    assert done.n_rows == 4
    assert "ming@two.example" not in path.read_text("utf-8")


def test_a_contact_on_any_list_counts_and_a_look_writes_nothing(hard: Workspace, tmp_path: Path) -> None:
    saved = load_list(hard, "spring")
    save_list(hard, type(saved)("winter", picks=saved.picks[:1]), now=NOW)
    edit_pick(hard, "winter", "web:p0", {"status": "contacted", "last_contact": to_day("2026-02-20")})
    with pytest.raises(LintError) as caught:
        export_list(hard, "spring", "hubspot", tmp_path / "out.csv", now=NOW)
    assert "contacted-recently" in {f.code for f in caught.value.findings}
    looked = export_list(hard, "spring", "hubspot", "", now=NOW, not_contacted_within=5, dry_run=True)
    assert looked.path is None
    assert looked.n_rows == 5
    assert not [file for file in tmp_path.iterdir() if not file.name.startswith("w.duckdb")]


def test_nothing_is_written_when_nobody_is_left(hard: Workspace, tmp_path: Path) -> None:
    with pytest.raises(LintError) as caught:
        export_list(hard, "spring", "hubspot", tmp_path / "out.csv", now=NOW, statuses=["agreed"], force=True)
    assert "nobody" in {f.code for f in caught.value.findings}
    assert not (tmp_path / "out.csv").exists()


def test_a_mere_account_known_by_its_ties_is_not_gone(hard: Workspace, tmp_path: Path) -> None:
    import pandas as pd

    from influence.store.importing.transaction import import_tables
    from influence.store.lists.saved import SavedPick, write_picks

    import_tables(hard, {"follows": pd.DataFrame({"follower_id": ["x"], "followee_id": ["tied"]})}, now=NOW)
    write_picks(hard, "spring", [SavedPick("web:tied", 6), SavedPick("web:erased", 7)])
    with pytest.raises(LintError) as caught:
        export_list(hard, "spring", "csv", tmp_path / "out.csv", now=NOW)
    assert {f.code: f.examples for f in caught.value.findings if f.severity is Severity.ERROR} == {
        "gone": ("web:erased",)
    }
