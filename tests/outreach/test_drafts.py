"""Drafts: every variable has a value or a default, and a template can do no harm."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from influence.disclosure import disclosure_for
from influence.outreach.claims import marked, sentences_of
from influence.outreach.drafts import DraftError, parse_draft, read_draft, template_languages, template_names
from influence.outreach.export import LintError, export_list
from influence.outreach.lists import save_shortlist
from influence.ranking.rank import rank
from influence.selection.shortlist import shortlist
from influence.store.importing.transaction import import_tables
from influence.store.workspace import Workspace, open_workspace
from tests.outreach.conftest import NOW

CAMPAIGN = {
    "brand": "Acme & Co",
    "sender": "Jo",
    "postal_address": "1 High St",
    "address_source": "your page",
    "privacy_url": "acme.example/p",
    "offer": "A tin of tea.",
}


def draft(body: str, **values: str) -> str:
    return parse_draft(f"Subject: x\n\n{body}", "t.txt", CAMPAIGN).write({**CAMPAIGN, **values})[1].strip()


def test_values_are_put_in_as_they_are() -> None:
    assert (
        draft("Hi {{ first_name }} of {{ brand }}", first_name="O'Neil <x>") == "Hi O'Neil <x> of Acme & Co"
    )


def test_an_empty_variable_is_an_error_and_a_default_is_not() -> None:
    with pytest.raises(DraftError, match="'first_name' is undefined"):
        draft("Hi {{ first_name }}")
    assert draft('Hi {{ first_name | default("there") }}') == "Hi there"


def test_an_unknown_variable_is_found_before_anybody_is_written() -> None:
    with pytest.raises(DraftError, match="did you mean 'first_name'"):
        parse_draft("Subject: x\n\n{{ frist_name }}", "t.txt", {})
    with pytest.raises(DraftError, match="--set brand="):
        read_draft("pitch", {"sender": "Jo", "offer": "x"})


@pytest.mark.parametrize(
    "body",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ brand.__init__.__globals__ }}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ self._TemplateReference__context }}",
        "{% include '/etc/hosts' %}",
        "{{ 1 / 0 }}",
        "{{ brand.format.__globals__ }}",
    ],
)
def test_a_template_can_do_no_harm(body: str) -> None:
    with pytest.raises(DraftError):
        draft(body)


@pytest.mark.parametrize(
    "text",
    ["no subject", "Subject: x", "Subject: x\n\n{{ brand", "Subject: x\n\n{% if %}", "Subject: {{\n\nhello"],
)
def test_a_broken_template_says_so(text: str) -> None:
    with pytest.raises(DraftError):
        parse_draft(text, "t.txt", CAMPAIGN)


@pytest.mark.parametrize("left", ["[NAME]", "<<First Name>>", "{name}", "*|FNAME|*", "%FIRST_NAME%", "XXX"])
def test_placeholders_of_other_tools_are_found(left: str) -> None:
    made = parse_draft(f"Subject: Hello\n\nDear {left}, {{{{ brand }}}}", "t.txt", CAMPAIGN)
    assert made.leftovers == (left,)
    assert parse_draft("Subject: x\n\nWe ship 100% (really) {{ brand }}", "t.txt", CAMPAIGN).leftovers == ()


@pytest.mark.parametrize("language", template_languages())
@pytest.mark.parametrize("name", template_names())
def test_the_templates_that_come_along_need_nothing_but_the_campaign(name: str, language: str) -> None:
    made = read_draft(name, CAMPAIGN, language)
    bare = {
        **CAMPAIGN,
        "called": "p",
        "last_contact": "2026-01-01",
        "disclosure": disclosure_for("", language),
    }
    subject, body = made.write(bare)
    assert made.leftovers == ()
    assert "there" not in body.splitlines()[0]
    assert "  " not in subject + body
    full = {
        "first_name": "Ada",
        "post": "On tea",
        "post_day": "1 May 2025",
        "angle": "green tea",
        "notice": "N.",
    }
    subject, body = made.write({**bare, **full})
    assert "Ada" in body.splitlines()[0]
    assert "green tea" in subject.lower()
    assert ("On tea" in body) == (name != "follow-up")


@pytest.mark.parametrize("language", template_languages())
@pytest.mark.parametrize("name", template_names())
def test_no_template_that_comes_along_claims_what_nothing_shows(name: str, language: str) -> None:
    bare = {
        **CAMPAIGN,
        "called": "p",
        "last_contact": "2026-01-01",
        "disclosure": disclosure_for("", language),
    }
    for more in (
        {},
        {"post": "On tea. At last!", "post_day": "1. Mai 2025", "angle": "tea", "company": "Leafy"},
    ):
        subject, body = read_draft(name, CAMPAIGN, language).write(marked({**bare, **more}))
        found = (*sentences_of(subject, language), *sentences_of(body, language))
        assert [one for one in found if one.unfounded] == []
        assert [one.text for one in found if "On tea" in one.text] == [
            one.text for one in found if "On tea. At last!" in one.text
        ]
        assert any(one.rests_on for one in found) == bool(more or name == "follow-up")


@pytest.fixture
def tea(tmp_path: Path) -> Workspace:
    """A list picked for green tea, with posts to speak of."""
    texts = {
        "teapot": "Brewing green tea at 80 degrees",
        "leafy": "My oolong leaves, and a green tea",
        "cars": "Diesel",
    }
    accounts = [{"handle": name, "name": name.title(), "country": country, "kind": "person"}
                for name, country in zip(texts, ("US", "GB", "FR"), strict=True)]  # fmt: skip
    posts = [
        {"post_id": f"{name}{k}", "account_id": name, "text": f"{text} ({k})", "likes": 5,
         "created_at": f"2026-01-0{k}", "url": f"https://{name}.example/{k}"}
        for name, text in texts.items() for k in (1, 2, 3)
    ]  # fmt: skip
    contacts = [
        {"account_id": name, "email": f"{name}@{name}.example", "lawful_basis": "consent"} for name in texts
    ]
    tables: dict[str, Any] = {"accounts": accounts, "posts": posts, "contacts": contacts}
    workspace = open_workspace(tmp_path / "w.duckdb")
    import_tables(workspace, {name: pd.DataFrame(rows) for name, rows in tables.items()}, now=NOW)
    save_shortlist(workspace, "spring", shortlist(rank(workspace, "green tea", top=0), size=2), now=NOW)
    yield workspace
    workspace.close()


def test_a_mail_merge_speaks_of_a_post_that_is_there_and_of_words_that_are_used(
    tea: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    export_list(tea, "spring", "mailmerge", path, now=NOW, settings=CAMPAIGN, template="sample")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["Account"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"teapot", "leafy"}
    for name, row in rows.items():
        known = tea.store.query(
            "select text, url from posts where account_id = ?", [f"web:{name}"]
        ).to_pylist()
        assert (row["Post"], row["Post URL"]) in {(post["text"], post["url"]) for post in known}
        assert row["Angle"] == "green tea"
        assert row["Subject"] == "Green tea: a sample from Acme & Co"
        assert row["Post"] in row["Body"]
        assert row["Post ID"].startswith(name)
        assert "A tin of tea." in row["Body"]
    assert disclosure_for("US") in rows["teapot"]["Body"]
    assert disclosure_for("gb") in rows["leafy"]["Body"]


def test_a_list_whose_question_has_no_answer_any_more_is_exported_without_evidence(
    hard: Workspace, tmp_path: Path
) -> None:
    hard.store.execute('update saved_lists set settings = \'{"like": ["web:nobody"]}\'')
    done = export_list(hard, "spring", "mailmerge", tmp_path / "o.csv", now=NOW, settings=CAMPAIGN)
    assert "no-evidence" in {finding.code for finding in done.findings}


def test_an_empty_variable_blocks_and_names_whom_it_concerns(hard: Workspace, tmp_path: Path) -> None:
    template = tmp_path / "own.txt"
    template.write_text("Subject: x\n\nDear {{ last_name }}, {{ offer }}\n", "utf-8")
    with pytest.raises(LintError) as caught:
        export_list(
            hard,
            "spring",
            "mailmerge",
            tmp_path / "o.csv",
            now=NOW,
            template=str(template),
            settings=CAMPAIGN,
        )
    empty = next(f for f in caught.value.findings if f.code == "empty-variable")
    assert "web:p1" in empty.examples


@pytest.fixture
def unpleasant(tmp_path: Path) -> Workspace:
    """Bakers whose posts deny what they do without, bear HTML and lead to a script."""
    texts = (
        "Vegan baking: buns with no eggs, no dairy <img src=x onerror=alert(1)>",
        "Vegan baking without butter",
    )
    accounts = [{"handle": name, "name": name.title(), "kind": "person"} for name in ("bloom", "other")]
    posts = [
        {"post_id": f"{name}{k}", "account_id": name, "text": text, "likes": 9, "created_at": f"2026-01-0{k + 1}",
         "url": "javascript:alert(document.cookie)"}
        for name in ("bloom", "other") for k, text in enumerate(texts)
    ]  # fmt: skip
    contacts = [
        {"account_id": name, "email": f"{name}@{name}.example", "lawful_basis": "consent"}
        for name in ("bloom", "other")
    ]
    tables: dict[str, Any] = {"accounts": accounts, "posts": posts, "contacts": contacts}
    workspace = open_workspace(tmp_path / "w.duckdb")
    import_tables(workspace, {name: pd.DataFrame(rows) for name, rows in tables.items()}, now=NOW)
    question = "vegan baking, no eggs, no dairy"
    save_shortlist(workspace, "spring", shortlist(rank(workspace, question, top=0), size=2), now=NOW)
    yield workspace
    workspace.close()


def test_a_mail_bears_no_script_no_html_and_no_subject_that_the_account_does_without(
    unpleasant: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    export_list(unpleasant, "spring", "mailmerge", path, now=NOW, settings=CAMPAIGN, template="sample")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["Account"] for row in rows} == {"bloom", "other"}
    for row in rows:
        written = " ".join(str(value) for value in row.values()).lower()
        assert "javascript:" not in written
        assert "<img" not in written
        assert "vegan baking" in row["Angle"].lower()
        assert not {"egg", "dairy", "butter"} & set(
            re.findall(r"egg|dairy|butter", row["Angle"] + row["Subject"])
        )
