"""Every preset: the documented headers, and files that strict readers open with whatever names people have."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from influence.errors import UsageError
from influence.outreach.addressees import split_name
from influence.outreach.export import cut, export_list
from influence.outreach.presets import FOLDER, PresetError, format_for, preset_names, read_preset
from influence.store.workspace import Workspace
from tests.outreach.conftest import HARD, NOW

DOCUMENTED = {
    "hubspot": ["First name", "Last name", "Email"],
    "salesforce": ["First Name", "Last Name", "Company", "Email", "Email Opt Out", "Lead Source", "Description"],
    "mailchimp": ["Email Address", "First Name", "Last Name", "Tags"],
    "pitchbox": ["Partner URL", "Partner Category", "Contact Email", "Contact First Name", "Contact Last Name",
                 "Company"],
    "prowly": ["email", "outlet", "first name", "last name", "role", "country", "tag list", "link"],
    "google-contacts": ["First Name", "Last Name", "Organization Name", "Notes", "Labels", "E-mail 1 - Label",
                        "E-mail 1 - Value"],
}  # fmt: skip
PARTLY = {"hubspot", "prowly", "google-contacts"}
"""The vendor's page names some of these headers, or none because columns are matched by hand."""
EMAIL_HEADERS = {"hubspot": "Email", "salesforce": "Email", "mailchimp": "Email Address", "pitchbox": "Contact Email",
                 "prowly": "email", "buzzstream": "Email", "google-contacts": "E-mail 1 - Value", "mailmerge": "Email",
                 "csv": "email"}  # fmt: skip
CAMPAIGN = {
    "brand": "Acme",
    "sender": "Jo",
    "postal_address": "1 High St",
    "address_source": "your page",
    "privacy_url": "acme.example/p",
    "offer": "A tin of tea.",
}


def strict_rows(path: Path) -> list[dict[str, str]]:
    """Rows of an RFC 4180 file: CRLF records, quotes doubled, every row as long as its head."""
    raw = path.read_bytes()
    text = raw.decode("utf-8-sig")
    assert text.endswith("\r\n")
    lines = list(csv.reader(text.splitlines(keepends=True), strict=True))
    assert {len(line) for line in lines} == {len(lines[0])}
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def written(workspace: Workspace, preset: str, path: Path, **options: Any) -> Path:
    settings = CAMPAIGN if preset == "mailmerge" else {}
    done = export_list(workspace, "spring", preset, path, now=NOW, settings=settings, **options)
    assert done.n_rows == len(HARD)
    return path


@pytest.mark.parametrize("preset", DOCUMENTED)
def test_headers_are_those_that_the_tool_documents(preset: str) -> None:
    headers = [column.header for column in read_preset(preset).columns]
    assert [header for header in headers if header in DOCUMENTED[preset]] == DOCUMENTED[preset]
    assert read_preset(preset).headers == ("partly" if preset in PARTLY else "verified")
    assert read_preset(preset).source.startswith("https://")


@pytest.mark.parametrize("preset", sorted({*DOCUMENTED, "buzzstream"}))
def test_a_preset_says_at_its_head_how_far_it_is_verified_and_where(preset: str) -> None:
    first = (FOLDER / f"{preset}.toml").read_text("utf-8").split("about =")[0]
    words = {"verified": "# VERIFIED.", "partly": "# PARTLY VERIFIED.", "unverified": "# NOT VERIFIED."}
    assert first.startswith(words[read_preset(preset).headers])
    assert read_preset(preset).source.partition("?")[0] in first


def test_what_could_not_be_verified_says_so() -> None:
    assert [name for name in preset_names() if read_preset(name).headers == "unverified"] == ["buzzstream"]
    assert "not verified" in read_preset("buzzstream").about


@pytest.mark.parametrize("preset", sorted(EMAIL_HEADERS))
def test_a_strict_reader_opens_the_file_and_no_cell_is_a_formula(
    hard: Workspace, tmp_path: Path, preset: str
) -> None:
    rows = strict_rows(written(hard, preset, tmp_path / "out.csv"))
    assert [row[EMAIL_HEADERS[preset]] for row in rows] == [email for _, _, email, _ in HARD]
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "-", "@")]
    joined = "\n".join(cells)
    for word in ("سارة", "王小明", "👩🏽‍🍳", "O'Neil", "HYPERLINK"):
        assert word in joined


@pytest.mark.parametrize("preset", ["csv", "mailmerge"])
def test_files_for_excel_are_marked_as_utf8_and_files_for_tools_are_not(
    hard: Workspace, tmp_path: Path, preset: str
) -> None:
    assert written(hard, preset, tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert not written(hard, "salesforce", tmp_path / "b.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_tools_get_every_value_on_one_line_and_colleagues_get_it_as_it_is(
    hard: Workspace, tmp_path: Path
) -> None:
    tool = strict_rows(written(hard, "hubspot", tmp_path / "a.csv"))
    assert not [cell for row in tool for cell in row.values() if "\n" in cell]
    own = strict_rows(written(hard, "csv", tmp_path / "b.csv"))
    assert own[2]["reason"] == 'Says "hello", then\nleaves; 100% 🍵'


def test_the_workbook_has_text_as_text_and_numbers_as_numbers(hard: Workspace, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(hard, "xlsx", tmp_path / "out.xlsx"))
    sheet = book["Outreach"]
    head = [cell.value for cell in sheet[1]]
    rows = [dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert sheet.freeze_panes == "A2"
    assert [row["name"].value for row in rows] == [name for _, name, _, _ in HARD]
    assert not [cell for row in rows for cell in row.values() if cell.data_type == "f"]
    assert [(row["place"].value, row["score"].value) for row in rows[:2]] == [(1, 90), (2, 89)]
    assert [cell.value for cell in book["Columns"]["A"]][6:] == head


def test_markdown_and_json_hold_everybody(hard: Workspace, tmp_path: Path) -> None:
    page = written(hard, "md", tmp_path / "out.md").read_text("utf-8")
    assert page.startswith("# spring: green tea\n")
    table = [line for line in page.splitlines() if line.startswith("|")]
    assert len(table) == len(HARD) + 2
    document = json.loads(written(hard, "json", tmp_path / "out.json").read_text("utf-8"))
    assert [row["name"] for row in document["rows"]] == [name for _, name, _, _ in HARD]
    assert document["rows"][0]["place"] == 1
    assert document["rows"][0]["owner"] is None


def test_salesforce_never_lacks_what_it_requires(hard: Workspace, tmp_path: Path) -> None:
    rows = strict_rows(written(hard, "salesforce", tmp_path / "out.csv"))
    assert all(row["Last Name"] and row["Company"] and row["Email Opt Out"] == "0" for row in rows)
    assert rows[1]["Last Name"] == "王小明"


def test_a_user_s_own_preset_is_read_from_its_file(hard: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "crm.toml"
    file.write_text(
        'format = "csv"\n[[column]]\nheader = "Mail"\nfield = "email"\nrequired = true\n'
        '[[column]]\nheader = "Who"\nfield = ["company", "handle"]\nmax_bytes = 8\n'
        '[[column]]\nheader = "From"\nconstant = "influence"\n'
    )
    rows = strict_rows(written(hard, str(file), tmp_path / "out.csv"))
    assert list(rows[0]) == ["Mail", "Who", "From"]
    assert rows[1] == {"Mail": "ming@two.example", "Who": "xiaoming", "From": "influence"}
    assert all(len(row["Who"].encode()) <= 9 for row in rows)  # an apostrophe may come before a formula


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no columns"),
        ('[[column]]\nheader = "a"\nfield = "emial"', "did you mean 'email'"),
        ('[[column]]\nheader = "a"', "either field or constant"),
        (
            '[[column]]\nheader = "a"\nfield = "email"\n[[column]]\nheader = "a"\nfield = "role"',
            "stands twice",
        ),
        ('format = "doc"\n[[column]]\nheader = "a"\nfield = "email"', "no such format"),
        ('colour = "red"', "no such key"),
        ('headers = "surely"\n[[column]]\nheader = "a"\nfield = "email"', "no such headers"),
        ('[[column]]\nheader = "a"\nfield = "email"\nmax_bytes = "9"', "type int"),
        ("[[column", "not valid TOML"),
    ],
)
def test_a_wrong_preset_says_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text)
    with pytest.raises(PresetError, match=message):
        read_preset(str(file))


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(PresetError, match="did you mean 'hubspot'"):
        read_preset("hubspt")
    with pytest.raises(PresetError, match="cannot be read"):
        read_preset("nowhere.toml")


def test_a_tool_s_file_keeps_its_format_and_our_own_may_change() -> None:
    assert format_for(read_preset("csv"), "list.xlsx") == "xlsx"
    assert format_for(read_preset("mailmerge"), "list.csv") == "csv"
    with pytest.raises(UsageError):
        format_for(read_preset("mailchimp"), "list.xlsx")
    with pytest.raises(UsageError):
        format_for(read_preset("csv"), "list.pdf")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ada King Lovelace", ("Ada", "King Lovelace")),
        ("Lovelace, Ada", ("Ada", "Lovelace")),
        ("王小明", ("王小明", "")),
        ("  Madonna ", ("Madonna", "")),
        ("", ("", "")),
    ],
)
def test_a_name_is_split_where_it_can_be(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts


def test_no_letter_is_cut_in_two() -> None:
    assert cut("茶茶茶茶", 12) == "茶茶茶茶"
    assert cut("茶茶茶茶", 11) == "茶茶…"
    assert all(len(cut("é👩🏽‍🍳茶x" * 9, n).encode()) <= n for n in range(1, 80))
    assert cut("abc", None) == "abc"
