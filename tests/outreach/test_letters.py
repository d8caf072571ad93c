"""Drafts rest on posts that are there, in the reader's language, or they are not written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from influence.cli.app import run
from influence.outreach.backing import angle_of, is_advertisement, old_posts
from influence.outreach.claims import ClaimSource, sentences_of
from influence.outreach.export import LintError, export_list
from influence.outreach.letters import day_in, read_letters, with_letters
from influence.outreach.lists import save_shortlist
from influence.ranking.rank import rank
from influence.selection.shortlist import shortlist
from influence.store.importing.transaction import import_tables
from influence.store.lists.saved import edit_pick
from influence.store.workspace import Workspace, open_workspace, to_day
from influence.text.niche_terms import ASKED
from influence.text.tokens import stem_word
from tests.outreach.conftest import NOW

CAMPAIGN = {
    "brand": "Acme",
    "sender": "Jo",
    "postal_address": "1 High St",
    "address_source": "your page",
    "privacy_url": "acme.example/p",
    "offer": "A tin of tea.",
    "offer.de": "Eine Dose Tee.",
}
POST = ClaimSource("p1", "2026-01-03", "Grüner Tee bei 80 Grad, und kein Zucker", "https://a.example/1")


def person(people: Any, language: str = "", **values: str) -> Any:
    one = people(
        {"language": language, "called": "leafy", "post": POST.quote, "post_day": POST.day, **values}
    )[0]
    return replace(one, source=POST)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("I have been reading your blog for a while.", "en"),
        ("We loved the oat bread.", "en"),
        ("Dein letzter Beitrag war wunderbar.", "de"),
        ("J'ai lu tout ce que vous écrivez.", "fr"),
        ("Me encanta todo lo que haces.", "es"),
        ("Adorei o bolo.", "pt"),
        ("Seguo il profilo ogni giorno.", "it"),
        ("Articolul tău mi-a plăcut.", "ro"),
        ("I am a big fan.", "en"),
    ],
)
def test_a_sentence_that_claims_to_have_read_and_names_no_post_is_unfounded(
    sentence: str, language: str
) -> None:
    assert sentences_of(sentence, language)[0].unfounded


def test_what_a_brand_has_done_itself_claims_nothing_of_the_reader() -> None:
    assert not sentences_of("Wir haben aufgeschrieben, was wir über Tee wissen.", "de")[0].unfounded
    assert sentences_of("Wir haben alles von dir gelesen.", "de")[0].unfounded


def test_years_of_reading_are_proved_by_no_post() -> None:
    text = "I have read your blog for years, lately \ue001On tea\ue002."
    assert sentences_of(text, "en")[0].unfounded == "for years"


def test_a_claim_of_the_user_s_own_template_keeps_the_draft_from_being_written(
    people: Any, tmp_path: Path
) -> None:
    file = tmp_path / "own.txt"
    file.write_text("Subject: {{ brand }}\n\nI love your blog. {{ offer }}\n", "utf-8")
    made, found = with_letters([person(people)], read_letters(str(file), CAMPAIGN))
    assert [one.code for one in found] == ["unfounded"]
    assert not made[0].get("body")


def test_a_draft_is_in_the_language_of_the_account_where_all_texts_are_told_in_it(people: Any) -> None:
    letters = read_letters("pitch", CAMPAIGN)
    german, french, unsaid = (
        with_letters([person(people, one, angle="grüner tee")], letters)[0][0] for one in ("de", "fr", "")
    )
    assert german.get("draft_language") == unsaid.get("draft_language") == "de"
    assert german.get("subject") == "Acme und grüner tee"
    assert "Eine Dose Tee." in german.get("body")
    assert "vom 3. Januar 2026" in german.get("body")
    assert french.get("draft_language") == "en"
    assert french.get("subject") == "Acme and leafy"
    note = with_letters([person(people, "fr")], letters)[1]
    assert ("other-language", '--set offer.fr="..."') in [(one.code, one.hint) for one in note]


def test_a_tag_of_words_grown_together_stays_a_tag() -> None:
    terms = [SimpleNamespace(term=stem_word("baking"), weight=1.0, why=ASKED)]
    found: Any = SimpleNamespace(
        evidence=SimpleNamespace(relevance=SimpleNamespace(terms=terms)),
        question=SimpleNamespace(keywords="baking"),
    )
    assert angle_of(found, "Out again #baking") == "baking"
    found.evidence.relevance.terms = [SimpleNamespace(term="believeinfilm", weight=1.0, why=ASKED)]
    assert angle_of(found, "Out again #believeinfilm") == "#believeinfilm"


def test_a_subject_begins_with_a_capital_and_a_name_stays_as_it_is(people: Any) -> None:
    letters = read_letters("educate", CAMPAIGN, "en")
    subjects = [with_letters([person(people, "en", **told)], letters)[0][0].get("subject")
                for told in ({"angle": "green tea"}, {"angle": "iPhone cases"}, {})]  # fmt: skip
    assert [one.partition(":")[0] for one in subjects] == ["Green tea", "iPhone cases", "leafy"]


def test_a_draft_says_who_writes_where_the_campaign_told_it_and_the_lint_asks_for_it(people: Any) -> None:
    asked = with_letters([person(people, "de")], read_letters("pitch", CAMPAIGN))[1]
    assert [one.code for one in asked] == ["who-writes"]
    told = {
        **CAMPAIGN,
        "about": "Acme is a tea house in Leeds.",
        "about.de": "Acme ist ein Teehaus in Leeds.",
    }
    made, found = with_letters([person(people, "de")], read_letters("pitch", told))
    assert "Acme ist ein Teehaus in Leeds. Eine Dose Tee." in made[0].get("body")
    assert not found


def test_an_advertisement_is_no_reason_to_write() -> None:
    assert is_advertisement("Werbung | Meine neue Teekanne")
    assert not is_advertisement("Meine neue Teekanne")


def test_a_post_over_a_year_old_is_told_before_a_mail_speaks_of_it(people: Any) -> None:
    assert not old_posts([person(people)], date(2026, 6, 1))
    (found,) = old_posts([person(people)], date(2027, 6, 1))
    assert found.code == "old-post"
    assert "2026-01-03" in found.message


def test_each_personal_sentence_says_on_which_post_it_rests(people: Any) -> None:
    made = with_letters([person(people, "de", angle="grüner tee")], read_letters("pitch", CAMPAIGN))[0][0]
    personal = [one for one in made.sentences if one.rests_on]
    assert [one.rests_on for one in personal] == ["post", "post"]
    assert POST.quote in personal[1].text


def test_days_are_said_as_people_say_them() -> None:
    assert [day_in("2026-03-01", one) for one in ("en", "de", "fr", "es", "pt", "it", "ro")] == [
        "1 March 2026", "1. März 2026", "1er mars 2026", "1 de marzo de 2026", "1 de março de 2026", "1 marzo 2026",
        "1 martie 2026",
    ]  # fmt: skip


@pytest.fixture
def tea(tmp_path: Path) -> Workspace:
    """Three who write about tea on a saved list, with contacts."""
    names = ("teapot", "leafy", "oolong")
    tables: dict[str, Any] = {
        "accounts": [{"handle": name, "name": f"{name.title()} Smith", "kind": "person"} for name in names],
        "posts": [{"post_id": f"{name}{k}", "account_id": name, "text": f"Brewing green tea, {k}",
                   "created_at": f"2026-01-0{k}"} for name in names for k in (1, 2)],
        "contacts": [{"account_id": name, "email": f"{name}@{name}.example", "lawful_basis": "consent"}
                     for name in names],
    }  # fmt: skip
    workspace = open_workspace(tmp_path / "w.duckdb")
    import_tables(workspace, {name: pd.DataFrame(rows) for name, rows in tables.items()}, now=NOW)
    save_shortlist(workspace, "spring", shortlist(rank(workspace, "green tea", top=0), size=3), now=NOW)
    yield workspace
    workspace.close()


def test_one_follow_up_and_no_more_and_none_to_whom_nobody_wrote_or_who_answered(
    tea: Workspace, tmp_path: Path
) -> None:
    told: dict[str, Any] = {"now": NOW, "settings": CAMPAIGN, "template": "follow-up", "force": True}
    edit_pick(tea, "spring", "web:teapot", {"status": "contacted", "last_contact": to_day("2026-02-20")})
    edit_pick(tea, "spring", "web:leafy", {"status": "replied", "last_contact": to_day("2026-02-20")})
    done = export_list(tea, "spring", "mailmerge", tmp_path / "first.csv", **told)
    assert done.n_rows == 1
    assert {one.code for one in done.findings} >= {"answered", "empty-variable"}
    assert "20 February 2026" in (tmp_path / "first.csv").read_text("utf-8-sig")
    with pytest.raises(LintError) as caught:
        export_list(tea, "spring", "mailmerge", tmp_path / "again.csv", **told)
    assert "followed-up" in {one.code for one in caught.value.findings}


def test_the_preview_shows_each_sentence_beside_its_post(
    tea: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tea.store.execute("update posts set text = 'Brewing green tea <script>', url = 'https://t.example/1'")
    tea.close()
    command = ["outreach", "preview", "spring", "-w", str(tea.path)]
    command += ["--set", "brand=Acme", "--set", "sender=Jo", "--set", "offer=Tea."]
    assert run(command) == 0
    shown = capsys.readouterr().out
    assert "3 drafts, 6 personal sentences" in shown
    assert "Post teapot" in shown
    assert run([*command, "-o", str(tmp_path / "drafts.html")]) == 0
    page = (tmp_path / "drafts.html").read_text("utf-8")
    assert "<script>" not in page
    assert 'href="https://t.example/1"' in page
