"""Unsubscribed stays unsubscribed: whatever tool says so, after import and merge, by person, address and domain."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from influence.cli.app import run
from influence.errors import SourceError
from influence.outreach.lists import merge_list
from influence.outreach.merging import merge_file
from influence.outreach.refusals import own_words, read_refusals, refusal_of, take_refusals
from influence.store.importing.transaction import import_tables
from influence.store.lists.saved import SavedList, SavedPick, load_list, save_list, without_suppressed_picks
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace
from tests.outreach.conftest import NOW

FILES = {
    "unsubscribed_members_export_5f.csv": (
        '"Email Address","First Name",OPTIN_TIME,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE\nSara@one.example,Sara,2025-01-01,'
        "2026-02-01 10:00:00,Spring\n",
        {"sara@one.example"},
    ),
    "subscribed_members.csv": ('"Email Address",MEMBER_RATING\nsara@one.example,2\n', set()),
    "hubspot-unsubscribes-and-bounces.csv": (
        "Email,Portal Bounce,Portal Unsubscribe,Portal Spam Report,Global Bounce\na@x.example,TRUE,FALSE,FALSE,TRUE\n"
        "ming@two.example,FALSE,TRUE,FALSE,FALSE\nspam@x.example,FALSE,FALSE,TRUE,FALSE\n",
        {"ming@two.example", "spam@x.example"},
    ),
    "pitchbox do not email.csv": (
        "Email or Domain,Projects,Reason\nthree.example,All projects,Manual\nx@y.example,Spring,Unsubscribed\n",
        {"three.example", "x@y.example"},
    ),
    "respona-contacts.csv": (
        "Email,Campaign,Status\na@x.example,Spring,Opened\nb@x.example,Spring,Unsubscribed\nc@x.example,Spring,Bounced\n",
        {"b@x.example"},
    ),
    "replies.csv": (
        'From,Subject,Body\nAnna <anna@a.example>,Re: tea,"No, thank you.\n\nOn 1 Feb 2026 Jo wrote:\n> unsubscribe"\n'
        'bo@b.example,Re: tea,"I love it! Please do not hesitate to call.\n> one word is enough, unsubscribe"\n'
        'cy@c.example,Re: tea,Bitte schreiben Sie mir nicht mehr schreiben.\n',
        {"anna@a.example", "cy@c.example"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_each_tool_s_file_gives_those_who_refused_and_nobody_else(name: str, tmp_path: Path) -> None:
    text, refused = FILES[name]
    (tmp_path / name).write_text(text, "utf-8")
    found, silent = read_refusals(tmp_path / name)
    assert {one.target for one in found} == refused
    assert all(one.why for one in found)
    assert silent + len(found) >= 1


@pytest.mark.parametrize(
    "reply",
    [
        "Please remove me from your list.", "Nein danke", "Kein Interesse, danke.", "Non merci", "Unsubscribe",
        "Je ne suis pas intéressé.", "No me interesa, gracias.", "Não tenho interesse.", "Non mi interessa.",
        "Nu mă interesează.", "STOP", "Hi Jo, no thanks!", "I hereby opt out.",
        "No thanks, please do not write again.", "Hi Jo, no thank you, this is not for me.",
        "Please never email me again",
        "Non merci, je n'accepte pas de partenariats.", "Nein danke, das passt nicht zu uns.",
    ],
)  # fmt: skip
def test_a_refusal_is_heard_in_seven_languages(reply: str) -> None:
    assert refusal_of({"from": "a@x.example", "body": reply}) is not None


@pytest.mark.parametrize(
    "reply",
    [
        "Yes, gladly! No problem with Tuesday, and I can send the rates that you asked for last week.",
        "No idea where to send my address, could you tell me again what exactly the offer was?",
        "Thanks, I am interested.",
        "No problem, Tuesday works.",
        "No worries!",
        "Non c'è problema",
        "No hay problema, mándamelo.",
        "Nein, kein Problem!",
        "Stop by whenever you like.",
        "No thanks needed! Send it over.",
        "No thanks to flour, but your oats would be welcome.",
        "No, thank you! Where do I send my address?",
        "I do not write reviews of flour, oats are fine.",
        "Gern, kein Problem.",
        "Out of office until Monday.",
        "",
    ],
)
def test_other_replies_are_no_refusals(reply: str) -> None:
    assert refusal_of({"from": "a@x.example", "body": reply}) is None


def test_what_a_reply_quotes_is_not_what_it_says() -> None:
    assert own_words("Sure.\nAm 3. März 2026 schrieb Jo:\n> nicht mehr schreiben") == "Sure."


def test_a_file_that_names_nobody_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Colour,Size\nred,1\n", "utf-8")
    with pytest.raises(SourceError, match="who refused"):
        read_refusals(tmp_path / "x.csv")


def test_a_single_column_holds_who_refused_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "pitchbox.csv"
    file.write_text("Do Not Email\n@four.example\ndan@five.example\n")
    assert {one.target for one in read_refusals(file)[0]} == {"four.example", "dan@five.example"}


def test_an_event_of_refusal_is_one_and_a_bounce_is_none(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("Recipient,Event type\nbob@two.example,UNSUBSCRIBE\ncee@three.example,BOUNCE\n")
    assert [one.target for one in read_refusals(file)[0]] == ["bob@two.example"]


def test_a_refusal_survives_import_merge_and_a_new_address(hard: Workspace, tmp_path: Path) -> None:
    save_list(hard, SavedList("winter", picks=load_list(hard, "spring").picks), now=NOW)
    file = tmp_path / "unsub.csv"
    file.write_text("Email\nsara@one.example\n", "utf-8")
    taken = take_refusals(hard, *read_refusals(file), now=NOW)
    assert taken.accounts == ("web:p0",)
    assert load_list(hard, "winter").picks[0].status == "declined"
    new = {"account_id": ["web:p0", "web:p9"], "email": ["new@elsewhere.example", "sara@one.example"]}
    import_tables(hard, {"contacts": pd.DataFrame(new)}, now=NOW)
    assert not hard.store.query("select * from contacts where email like '%elsewhere%'").num_rows
    assert not hard.store.query("select * from contacts where account_id = 'web:p9'").num_rows
    save_list(hard, SavedList("empty", picks=(SavedPick("web:p1", 1),)), now=NOW)
    assert merge_list(hard, "empty", "winter") == 3
    file.write_text("account_id,status\nweb:p0,agreed\nweb:p2,agreed\n", "utf-8")
    merge_file(hard, "empty", file, add=True)
    assert load_list(hard, "empty").pick("web:p0") is None
    assert without_suppressed_picks(hard, load_list(hard, "spring"))[1] == 1
    assert take_refusals(hard, taken.refusals, now=NOW).n_known == 2


def test_a_refused_domain_holds_for_its_addresses_and_a_refused_freemail_address_for_nobody_else(
    hard: Workspace,
) -> None:
    row = {"email_or_domain": "three.example", "reason": "Unsubscribed"}
    refusals = [refusal_of(row), refusal_of({"email": "a@gmail.com", "unsubscribed": "true"})]
    take_refusals(hard, [one for one in refusals if one], now=NOW)
    known = read_suppressions(hard.store)
    assert known.email("zoe@three.example")
    assert known.email("a@gmail.com")
    assert not known.email("b@gmail.com")
    assert refusal_of({"email_or_domain": "gmail.com", "reason": "Unsubscribed"}) is None


def test_the_command_looks_first_and_says_why(
    hard: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hard.close()
    (tmp_path / "replies.csv").write_text("From,Body\nming@two.example,no thanks\n", "utf-8")
    take = ["outreach", "refusals", str(tmp_path / "replies.csv"), "-w", str(hard.path)]
    assert run([*take, "--dry-run"]) == 0
    assert "wrote 'no thanks'" in capsys.readouterr().out
    assert run(take) == 0
    assert "1 account here is never" in capsys.readouterr().err
