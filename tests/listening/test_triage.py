"""Triage: what kind, which desk, how pressing; what people do with it comes back, stands, and can be taken back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from influence.cli.app import run
from influence.errors import SourceError, UsageError
from influence.listening.desk_answers import read_feedback, service_of, tickets_of
from influence.listening.queue import Priority, Queue, priority_of, triage
from influence.listening.sorting import Sorted, Sorter, triage_rules
from influence.reporting.listening.triage_page import triage_page, triage_sheets
from influence.reporting.parts import page_html, page_text
from influence.signals.material import Material
from influence.store.lists.triage_steps import Step, add_steps, all_steps, states_of, undo_step
from influence.text.sentiment.score import score_texts
from influence.writing.data_text import csv_text
from tests.listening.conftest import post

POSTS = Path(__file__).with_name("triage_posts.csv")
SAID = {
    "asker": "@acme when do you open on Sunday?",
    "angry": "Acme lost my parcel and nobody answers my mails, terrible",
    "fan": "I love my Acme bread, thank you!",
    "buyer": "We'd like a quote from Acme for 40 chairs for our office",
    "hurt": "Acme heater caught fire this morning, my child is in hospital",
    "paper": "Journalist here, I would like an interview with Acme for an article",
    "spammer": "Earn 500$ a day, click here bit.ly/x #acme",
}


def sorted_texts(half: str, learn_from: str = "") -> tuple[list[dict[str, str]], list[Sorted], np.ndarray]:
    with POSTS.open(encoding="utf-8", newline="") as file:
        posts = list(csv.DictReader(file))

    def read(which: str) -> tuple[list[dict[str, str]], list[str], np.ndarray]:
        rows = [row for row in posts if row["half"] == which]
        texts = [row["text"] for row in rows]
        return rows, texts, score_texts(texts, ["Velora"] * len(texts))

    sorter = Sorter(triage_rules(), ["Velora"])
    if learn_from:
        known, texts, chances = read(learn_from)
        sorter.learn(texts, chances, [row["kind"] for row in known], [row["desk"] for row in known])
    rows, texts, chances = read(half)
    return rows, sorter.sort(texts, chances), chances


@pytest.mark.parametrize("learn_from", ["", "tuning"])
def test_the_half_kept_apart_is_sorted_as_promised(learn_from: str) -> None:
    from sklearn.metrics import f1_score

    rows, found, _ = sorted_texts("unseen", learn_from)
    assert f1_score([row["kind"] for row in rows], [one.kind for one in found], average="macro") > 0.75
    assert f1_score([row["desk"] for row in rows], [one.desk for one in found], average="macro") > 0.80


def test_nothing_urgent_stands_in_the_lower_half() -> None:
    rows, found, chances = sorted_texts("unseen")
    rules = triage_rules()
    priority = [priority_of(one, chance, rules).total for one, chance in zip(found, chances, strict=True)]
    bound = float(np.median(priority))
    urgent = [points for row, points in zip(rows, priority, strict=True) if row["urgent"] == "1"]
    assert len(urgent) > 20
    assert min(urgent) > bound


def test_priority_adds_up_and_spam_is_never_pressing() -> None:
    rules, angry = triage_rules(), np.array([1.0, 0.0, 0.0])
    one = Sorted("complaint", "care", 0.9, (), 3.0)
    told = priority_of(one, angry, rules, reach=0.5, value=1.0, n_before=3, late=1.0)
    assert told == Priority(32.0, 15.0, 10.0, 7.5, 10.0, 10.0, 10.0)
    assert told.total == 94.5
    assert priority_of(Sorted("spam", "care", 0.9, (), 9.0), angry, rules, reach=1.0).total == 0
    assert priority_of(Sorted("risk", "pr", 0.9, (), 9.0), angry, rules, reach=1.0, value=1.0).total == 100


@pytest.fixture
def opened(workspace_of: Callable[..., Any]) -> Any:
    posts = [
        post(k, who, 20, said, url=f"https://forum.example/{k}") for k, (who, said) in enumerate(SAID.items())
    ]
    return workspace_of(posts=[*posts, post(99, "other", 24, "nothing about it")])


def queue_of(workspace: Any, **more: Any) -> Queue:
    return triage(workspace.store, Material(workspace.store), "Acme", **more)


def test_the_queue_says_whose_each_is_and_the_worst_is_first(opened: Any) -> None:
    queue = queue_of(opened)
    told = {item.account_id.removeprefix("forum:"): (item.kind, item.desk) for item in queue.items}
    assert told == {
        "asker": ("question", "care"), "angry": ("complaint", "care"), "fan": ("praise", "pr"),
        "buyer": ("lead", "sales"), "hurt": ("risk", "pr"), "paper": ("press", "pr"), "spammer": ("spam", "care"),
    }  # fmt: skip
    assert queue.items[0].account_id == "forum:hurt"
    assert queue.items[-1].account_id == "forum:spammer"
    assert queue.items[0].due_at == datetime(2024, 1, 21, 2)
    assert queue.items[0].is_late
    assert queue.items[-1].due_at is None


def test_a_mere_remark_is_last_and_due_no_answer_until_somebody_takes_it_up(
    workspace_of: Callable[..., Any],
) -> None:
    said = "Acme opens a second warehouse in spring."
    workspace = workspace_of(
        posts=[post(1, "anna", 24, said), post(2, "ben", 24, "I love my Acme bread, thank you!")]
    )
    queue = queue_of(workspace)
    ben, anna = queue.items
    assert (ben.is_remark, anna.is_remark, anna.due_at, anna.points.kind) == (False, True, None, 0)
    text = page_text(triage_page(queue, ()))
    assert text.splitlines()[0].startswith("1 mention of Acme waits")
    assert "1 mention of which nothing says what they want" in text
    taken = Step(anna.mention_id, anna.account_id, "taken", "Kim", datetime(2024, 1, 25), kind="press")
    add_steps(workspace.store, [taken])
    first = queue_of(workspace).items[0]
    assert (first.account_id, first.kind, first.is_remark) == ("forum:anna", "press", False)
    assert first.due_at is not None


@pytest.mark.parametrize("half", ["tuning", "unseen"])
def test_of_posts_that_need_somebody_few_look_like_remarks_and_none_that_is_urgent(half: str) -> None:
    rows, found, _ = sorted_texts(half)
    missed = [row for row, one in zip(rows, found, strict=True) if one.is_remark]
    assert len(missed) <= 4
    assert not any(row["urgent"] == "1" for row in missed)


def test_a_customer_who_waits_longer_is_more_pressing(workspace_of: Callable[..., Any]) -> None:
    said = "Acme lost my parcel and nobody answers"
    posts = [
        post(1, "anna", 24, said),
        post(2, "ben", 24, said),
        post(3, "ben", 20, "Acme, where is my parcel?"),
    ]
    customers = [{"customer_id": "c1", "account_id": "forum:ben", "revenue": 900.0}]
    items = queue_of(workspace_of(posts=posts, customers=customers)).items
    latest = {item.account_id: item for item in items if item.said == said}
    ben, anna = latest["forum:ben"].points, latest["forum:anna"].points
    assert (ben.value, anna.value) == (10.0, 0.0)
    assert ben.history > anna.history == 0


def test_states_stand_until_they_are_taken_back(opened: Any) -> None:
    first = queue_of(opened).items[0]
    at = datetime(2024, 1, 21, 1)
    step = Step(first.mention_id, first.account_id, "taken", "Paula", at)
    assert add_steps(opened.store, [step, step]) == 1
    assert add_steps(opened.store, [step]) == 0
    answered = Step(
        first.mention_id, first.account_id, "answered", "Paula", datetime(2024, 1, 21, 3), desk="legal"
    )
    add_steps(opened.store, [answered])
    item = next(item for item in queue_of(opened).items if item.mention_id == first.mention_id)
    assert (item.state, item.by, item.desk, item.is_late) == ("answered", "Paula", "legal", False)
    assert undo_step(opened.store, first.mention_id)
    assert states_of(opened.store)[first.mention_id].state == "taken"
    assert undo_step(opened.store, first.mention_id)
    assert not undo_step(opened.store, first.mention_id)
    assert queue_of(opened).items[0].state == "open"
    with pytest.raises(UsageError, match="state"):
        add_steps(opened.store, [Step("x", "forum:x", "anwsered", None, at)])


def test_forgetting_a_person_takes_its_steps_along(tmp_path: Path) -> None:
    import pandas as pd

    from influence.outreach.lists_text import subject_document
    from influence.store.importing.transaction import import_tables
    from influence.store.rights.privacy import forget
    from influence.store.rights.subject import subject_data
    from influence.store.workspace import open_workspace

    with open_workspace(tmp_path / "w.duckdb") as workspace:
        add_steps(workspace.store, [Step("m1", "forum:hurt", "taken", "Paula", datetime(2024, 1, 21))])
        add_steps(workspace.store, [Step("m2", "forum:other", "taken", "Paula", datetime(2024, 1, 21))])
        import_tables(workspace, {"posts": pd.DataFrame([post(1, "hurt", 3, SAID["hurt"])])})
        told = subject_document(subject_data(workspace, "forum:hurt"), ())
        assert told["triage"][0]["changed_by"] == "Paula"
        forget(workspace, "forum:hurt")
        assert [step.account_id for step in all_steps(workspace.store)] == ["forum:other"]


def test_answers_come_back_by_file_and_show_the_service(opened: Any, tmp_path: Path) -> None:
    queue = queue_of(opened)
    sheet = triage_sheets(queue, ())[0]
    rows = sheet.records()
    for row in rows:
        if row["account_id"] == "forum:asker":
            row |= {"state": "answered", "by": "Ines", "at": "2024-01-21T12:00"}
        if row["account_id"] == "forum:angry":
            row |= {"state": "closed", "by": "Ines", "at": "2024-01-23T00:00", "outcome": "parcel sent again"}
    path = tmp_path / "back.csv"
    path.write_text(csv_text(list(rows[0]), [list(row.values()) for row in rows]), newline="")
    steps = read_feedback(path, queue, queue.now)
    assert {step.account_id for step in steps} == {"forum:asker", "forum:angry"}
    add_steps(opened.store, steps)
    care = next(one for one in service_of(queue_of(opened), all_steps(opened.store)) if one.desk == "care")
    assert (care.n, care.n_answered, care.n_late) == (2, 2, 0)
    assert care.share_in_time == 0.5
    assert care.hours_median == (12 + 48) / 2
    assert read_feedback(path, queue_of(opened), queue.now)[0].outcome == "parcel sent again"


def test_what_cannot_be_fed_back_is_told_with_its_line(opened: Any, tmp_path: Path) -> None:
    queue, path = queue_of(opened), tmp_path / "back.csv"
    known = queue.items[0].mention_id
    for text, seen in (
        ("mention_id,by\nx,Ines\n", "no column state"),
        ("mention_id,state\nnobody,closed\n", "no mention"),
        (f"mention_id,state\n{known},anwsered\n", "no such state"),
        (f"mention_id,state,desk\n{known},closed,salse\n", "no such desk"),
        (f"mention_id,state,at\n{known},closed,yesterday\n", "no time"),
    ):
        path.write_text(text)
        with pytest.raises(SourceError, match=seen):
            read_feedback(path, queue, queue.now)


def test_a_hundred_corrected_mentions_are_learnt_from(workspace_of: Callable[..., Any]) -> None:
    odd = [post(k, f"a{k}", 10 + k % 10, f"Acme zebra{k % 4} parade number {k}") for k in range(110)]
    calm = [post(200 + k, f"b{k}", 10 + k % 10, f"Acme bread number {k}") for k in range(110)]
    workspace = workspace_of(posts=[*odd, *calm, post(999, "new", 22, "Acme zebra2 parade tonight")])
    before = {item.account_id: item for item in queue_of(workspace).items}
    assert before["forum:new"].kind != "idea"
    told = {True: ("idea", "legal"), False: ("praise", "pr")}
    steps = [
        Step(item.mention_id, who, "closed", "Ines", datetime(2024, 1, 25), *told["zebra" in item.said])
        for who, item in before.items()
        if who != "forum:new"
    ]
    add_steps(workspace.store, steps)
    queue = queue_of(workspace)
    new = next(item for item in queue.items if item.account_id == "forum:new")
    assert queue.n_learnt == 220
    assert (new.kind, new.desk) == ("idea", "legal")


def test_too_few_labels_teach_nothing(workspace_of: Callable[..., Any]) -> None:
    workspace = workspace_of(posts=[post(k, f"a{k}", 10, f"Acme zebra{k % 4} parade {k}") for k in range(99)])
    told = ("idea", "legal"), ("praise", "pr")
    steps = [
        Step(item.mention_id, item.account_id, "closed", "Ines", datetime(2024, 1, 25), *told[at % 2])
        for at, item in enumerate(queue_of(workspace).items)
    ]
    add_steps(workspace.store, steps)
    assert len(steps) == 99
    assert queue_of(workspace).n_learnt == 0


def test_rules_of_ones_own_decide_and_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text('[kinds.lead]\nstrong = ["zorb"]\nstart = 9.0\n[handling.lead]\ndue_hours = 1\n')
    rules = triage_rules(path)
    found = Sorter(rules, ["Acme"]).sort(["Acme zorb"], np.full((1, 3), np.nan))[0]
    assert (found.kind, found.desk, found.because) == ("lead", "sales", ("zorb",))
    assert (rules.handling["lead"]["due_hours"], rules.handling["lead"]["points"]) == (1, 28)
    for text in ("[kinds.leed]\nstart = 1.0", "[kind.lead]", "[handling.lead]\ndue = 1"):
        path.write_text(text)
        with pytest.raises(SourceError):
            triage_rules(path)


HEADS = {
    "hubspot": "Ticket name,Pipeline,Ticket status,Ticket description,Priority,Category",
    "zoho-desk": "TicketExtId,ContactExtId,Subject,Description,Due Date,Created Time,Status,Priority",
}


@pytest.mark.parametrize("tool", HEADS)
def test_help_desks_get_the_headers_that_they_document(opened: Any, tool: str) -> None:
    head = HEADS[tool].split(",")
    found, rows = tickets_of(queue_of(opened).items, tool)
    assert found == head
    assert len(rows) == len(SAID)
    assert all(all(isinstance(cell, str) for cell in row) for row in rows)
    told = [dict(zip(head, row, strict=True)) for row in rows]
    if tool == "zoho-desk":
        assert told[0]["Created Time"] == "2024-01-21T00:00:00.000Z"
        assert all(row["TicketExtId"] and row["ContactExtId"] and row["Subject"] for row in told)
    else:
        assert {row["Ticket status"] for row in told} == {"New"}


def test_the_command_writes_takes_back_and_exports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import pandas as pd

    rows = [post(k, who, 20, said) for k, (who, said) in enumerate(SAID.items())]
    pd.DataFrame(rows).to_csv(tmp_path / "posts.csv", index=False)
    workspace = ["-w", str(tmp_path / "w.duckdb")]
    assert run(["import", str(tmp_path / "posts.csv"), "--yes", *workspace]) == 0
    sheet = tmp_path / "queue.csv"
    assert run(["triage", "--brand", "Acme", *workspace, "-o", str(sheet)]) == 0
    table = pd.read_csv(sheet, encoding="utf-8-sig")
    table["by"] = "Ines"
    table["state"] = "answered"
    table.to_csv(sheet, index=False)
    capsys.readouterr()
    assert run(["triage", "--brand", "Acme", *workspace, "--feedback", str(sheet)]) == 0
    told = capsys.readouterr()
    assert "7 new steps" in told.err
    assert "0 mentions of Acme wait" in told.out
    assert run(["triage", "--brand", "Acme", *workspace, "--undo", table["mention_id"][0]]) == 0
    assert "1 mention of Acme waits" in capsys.readouterr().out
    assert run(["triage", "--brand", "Acme", *workspace, "--for", "zoho-desk"]) == 0
    assert next(csv.reader(io.StringIO(capsys.readouterr().out)))[0] == "TicketExtId"
    assert run(["triage", "--brand", "Acme", *workspace, "--for", "zohodesk"]) == 2
    assert "zoho-desk" in capsys.readouterr().err


def test_who_asked_to_be_left_alone_is_in_no_queue_and_named_nowhere(
    workspace_of: Callable[..., Any],
) -> None:
    from influence.listening.listen import listen
    from influence.reporting.listening.listen_page import listen_json
    from influence.store.rights.privacy import suppress

    workspace = workspace_of(posts=[post(k, who, 20, SAID[who]) for k, who in enumerate(("angry", "asker"))])
    suppress(workspace, ["forum:angry"], now=datetime(2024, 2, 1))
    queue = queue_of(workspace)
    assert [item.account_id for item in queue.items] == ["forum:asker"]
    assert queue.n_hidden == 1
    assert "1 mention by accounts that nobody may write to is not in the queue" in page_html(
        triage_page(queue, ())
    )
    heard = listen(workspace.store, Material(workspace.store), "Acme")
    assert heard.voices[0].n_posts == 2
    assert "forum:angry" not in listen_json(heard)


def test_the_page_shows_foreign_text_as_text(workspace_of: Callable[..., Any]) -> None:
    workspace = workspace_of(
        posts=[post(1, "x", 20, "<img src=x onerror=alert(1)> Acme is awful and broken")]
    )
    assert "<img" not in page_html(triage_page(queue_of(workspace), ()))
