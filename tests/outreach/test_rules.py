"""Dated rules: sixty people by hand with the answer that the sources give, and changes of law on their very day."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from influence.cli.app import run
from influence.findings import Severity
from influence.outreach.country_rules import (
    ANSWERS,
    BASES,
    CHANNELS,
    CHECKED,
    KINDS,
    OCCASIONS,
    covered_countries,
    rules_of,
)
from influence.outreach.export import LintError, export_list
from influence.outreach.judging import judge, judge_people, notice_text, with_assumed
from influence.outreach.letters import read_letters, with_letters
from influence.outreach.lint import LintRules, lint
from influence.outreach.presets import read_preset
from influence.reporting.outreach.letter_pages import _rule_lines
from influence.store.rights.suppression import Suppressions
from influence.store.workspace import Workspace
from tests.outreach.conftest import NOW

PEOPLE = list(
    csv.DictReader(Path(__file__).with_name("people_and_rules.csv").read_text("utf-8").splitlines())
)
TODAY = date(2026, 11, 27)
VALUES = {
    "brand": "Acme",
    "address_source": "your page",
    "postal_address": "1 High St",
    "privacy_url": "acme.example/p",
}


@pytest.mark.parametrize(
    "row", PEOPLE, ids=lambda row: "-".join([row["country"], row["kind"], row["basis"], row["day"]])
)
def test_each_of_sixty_people_gets_the_answer_of_the_source(row: dict[str, str]) -> None:
    found = judge(row["country"], row["kind"], row["basis"], date.fromisoformat(row["day"]), row["channel"])
    assert found.answer == row["answer"], row["from_the_source"]
    assert sorted(found.texts) == sorted(row["texts"].split())


def test_the_table_holds_sixty_people_of_twelve_countries_that_have_rules() -> None:
    assert len(PEOPLE) >= 60
    assert {row["country"].lower() for row in PEOPLE} >= set(covered_countries())
    assert len(covered_countries()) == 12


@pytest.mark.parametrize(
    ("country", "occasion", "followers", "rule", "first_day"),
    [
        ("us", "synthetic", 0, "ny-gbl-396-b", "2026-06-09"),
        ("us", "gift", 0, "16-cfr-465", "2024-10-21"),
        ("gb", "gift", 0, "dmcc-2024", "2025-04-06"),
        ("de", "payment", 0, "uwg-5a-4", "2022-05-28"),
        ("fr", "gift", 0, "loi-2023-451-8", "2026-01-01"),
        ("it", "gift", 500_000, "agcom-197-25", "2025-08-05"),
        ("de", "synthetic", 0, "ai-act-50", "2026-08-02"),
        ("ro", "synthetic", 0, "ai-act-50-2", "2026-12-02"),
    ],
)
def test_a_duty_begins_on_its_day(
    country: str, occasion: str, followers: int, rule: str, first_day: str
) -> None:
    first = date.fromisoformat(first_day)

    def duties(day: date) -> set[str]:
        found = judge(country, "individual", "consent", day, followers=followers, occasions=[occasion])
        return {one.id for one in found.duties}

    assert rule in duties(first)
    assert rule not in duties(first - timedelta(1))


def test_the_fine_for_a_wrong_mail_in_the_uk_rises_on_5_february_2026() -> None:
    before, after = (judge("gb", "individual", "", date(2026, 2, day)).rules[0] for day in (4, 5))
    assert "500,000 pounds" in before.summary
    assert "17.5 million pounds or 4 %" in after.summary


def test_the_italian_list_is_no_matter_of_the_small() -> None:
    assert "agcom-197-25" not in {
        one.id for one in judge("it", "individual", "", TODAY, followers=499_999, occasions=["gift"]).duties
    }


def test_every_record_is_whole_dated_and_says_how_far_it_was_checked() -> None:
    ids: list[str] = []
    for country in covered_countries():
        found = rules_of(country)
        assert found is not None
        for rule in (*found.mail, *found.duties):
            ids.append(rule.id)
            assert rule.checked in CHECKED
            assert rule.summary
            assert rule.source
            assert rule.last_checked >= date(2026, 11, 27)
            assert rule.valid_until is None or rule.valid_from <= rule.valid_until
        for mail in found.mail:
            assert set(mail.channels) <= set(CHANNELS)
            assert {answer for kind in KINDS for answer in mail.answers[kind].values()} <= set(ANSWERS)
            assert all(set(mail.answers[kind]) == set(BASES) for kind in KINDS)
        assert all(set(duty.when) <= set(OCCASIONS) for duty in found.duties)
    assert len(set(ids)) >= 25


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt", "it", "ro"])
def test_the_notice_says_where_the_address_is_from_and_that_one_may_object(language: str) -> None:
    text = notice_text(["opt-out", "notice", "postal"], language, VALUES)
    assert all(part in text for part in ("your page", "1 High St", "acme.example/p"))
    assert len(text.splitlines()) == 2


def test_a_draft_carries_the_notice_once_and_is_not_written_without_its_source(
    people: Callable[..., Any],
) -> None:
    campaign = {"brand": "Acme", "sender": "Jo", "offer": "Tea.", "about": "We make tea."}
    one = people({"country": "GB", "subscriber_type": "corporate", "lawful_basis": "", "called": "leafy"})
    texts = {who: found.texts for who, found in judge_people(one, TODAY).items()}
    made, found = with_letters(one, read_letters("pitch", campaign), texts)
    assert [(finding.code, "address_source" in finding.message) for finding in found] == [
        ("empty-variable", True)
    ]
    assert "tell it with --set" in str(found[0].hint)
    made, found = with_letters(one, read_letters("pitch", {**campaign, **VALUES}), texts)
    assert made[0].get("body").count("Your address is from your page") == 1
    assert found == []


def test_a_mail_that_must_not_be_sent_stops_the_file_and_a_doubt_is_told(people: Callable[..., Any]) -> None:
    rows = people(
        {
            "email": "a@x.example",
            "country": "DE",
            "subscriber_type": "corporate",
            "lawful_basis": "legitimate interest",
        },
        {"email": "b@y.example", "country": "JP", "subscriber_type": "individual"},
        {"email": "c@z.example", "country": "DE", "subscriber_type": "individual", "lawful_basis": "consent"},
    )
    rules = LintRules(Suppressions(), judged=judge_people(rows, TODAY))
    linted = lint(rows, read_preset("mailchimp"), rules)
    found = {one.code: (one.severity, one.examples) for one in linted.findings}
    assert [person.account_id for person in linted.writable] == ["web:p1", "web:p2"]
    assert found == {
        "may-not": (Severity.ERROR, ("web:p0",)),
        "ask-a-lawyer": (Severity.WARNING, ("web:p1",)),
    }


def test_the_rules_as_of_the_day_of_the_export_count(hard: Workspace, tmp_path: Path) -> None:
    hard.store.execute("update contacts set lawful_basis = 'legitimate interest'")
    with pytest.raises(LintError) as caught:
        export_list(hard, "spring", "hubspot", tmp_path / "out.csv", now=NOW)
    assert "may-not" in {one.code for one in caught.value.findings}


def test_check_says_answer_rule_and_source_and_that_it_is_no_advice(
    hard: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hard.store.execute("update accounts set country = 'JP' where account_id = 'web:p1'")
    hard.close()
    check = ["outreach", "check", "spring", "-w", str(hard.path), "--as-of", "2026-02-04"]
    assert run(check) == 0
    shown = capsys.readouterr().out
    assert "4 may, 1 ask a lawyer" in " ".join(shown.split())
    assert "Not covered: JP" in shown
    assert "500,000 pounds" not in shown.partition("Source")[0] or "pecr-22-before-duaa" in shown
    assert "not legal advice" in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert run([*check, "--giving", "gift", "-o", str(tmp_path / "check.xlsx")]) == 0


def test_a_country_can_be_told_for_those_who_have_none(people: Callable[..., Any]) -> None:
    rows = people({"subscriber_type": "individual", "lawful_basis": "consent"},
                  {"country": "DE", "subscriber_type": "corporate", "lawful_basis": ""})  # fmt: skip
    assert [one.answer for one in judge_people(rows, TODAY).values()] == ["ask a lawyer", "may not"]
    filled, notes = with_assumed(rows, {"country": "uk"})
    assert [one.answer for one in judge_people(filled, TODAY).values()] == ["may", "may not"]
    assert [(note.code, note.examples) for note in notes] == [("assumed", ("web:p0",))]


def test_what_is_told_for_all_is_noted_and_the_answer_has_the_words_of_the_check(
    hard: Workspace, tmp_path: Path
) -> None:
    hard.store.execute("update contacts set lawful_basis = null, subscriber_type = null")
    hard.store.execute("update accounts set country = null where account_id = 'web:p1'")
    told = {"country": "de", "subscriber_type": "corporate", "lawful_basis": "legitimate interest"}
    with pytest.raises(LintError) as caught:
        export_list(hard, "spring", "hubspot", tmp_path / "out.csv", now=NOW, assumed=told)
    found = {one.message for one in caught.value.findings if one.code in ("may-not", "assumed")}
    assert any("may not be written to: DE, corporate subscriber, basis: legitimate interest (uwg-7" in one
               for one in found)  # fmt: skip
    for words in ("lawful basis", "kind of subscriber", "country"):
        assert any(f"no {words} in the data; taken as" in one for one in found), words


def test_a_first_day_that_no_source_told_is_said_where_the_rule_is_applied() -> None:
    known, unknown = rules_of("es"), rules_of("fr")
    assert known is not None
    assert unknown is not None
    assert "not verified" not in " ".join(_rule_lines(known.mail[0], 80))
    assert "(first day not verified)" in " ".join(_rule_lines(unknown.mail[0], 200))
