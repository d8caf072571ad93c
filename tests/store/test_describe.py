"""What `influence describe` says is there, and what it says can be computed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from influence.ranking.naming import SIGNAL_WORDS
from influence.ranking.rank import rank
from influence.reporting.overview import description_json, description_text, findings_json, findings_text
from influence.session import Session
from influence.signals.registry import SIGNAL_NAMES
from influence.store.checks import check_workspace
from influence.store.describe import (
    INPUTS,
    SIGNAL_INPUTS,
    Description,
    available_inputs,
    describe_workspace,
    satisfied,
)
from influence.store.importing.transaction import import_files
from influence.store.workspace import Workspace, memory_workspace, open_workspace

Make = Callable[..., Workspace]
ACCOUNT = {"account_id": "web:anna", "handle": "anna", "platform": "web", "kind": "blog"}
POST = {"post_id": "p1", "account_id": "web:anna"}
FOLLOW = {"follower_id": "web:bob", "followee_id": "web:anna"}
METRIC = {"account_id": "web:anna", "day": "2024-01-01"}
SNAPSHOT = {"account_id": "web:anna", "day": "2024-01-01"}


def computable(description: Description) -> set[str]:
    return {signal.name for signal in description.signals if signal.available}


@pytest.mark.parametrize(
    ("tables", "signals"),
    [
        ({"accounts": [ACCOUNT]}, set()),
        ({"accounts": [{**ACCOUNT, "bio": "bakes"}]}, {"niche_fit"}),
        ({"accounts": [{**ACCOUNT, "followers": 0}]}, {"reach"}),
        ({"accounts": [{**ACCOUNT, "listed": 2}]}, {"reach"}),
        ({"posts": [POST]}, set()),
        ({"posts": [{**POST, "text": "bread"}]}, {"niche_fit", "advocacy", "independence"}),
        ({"posts": [{**POST, "shares": 0}]}, {"peer_engagement"}),
        ({"posts": [{**POST, "created_at": "2024-01-01"}]}, {"momentum"}),
        ({"posts": [{**POST, "community": "bakers"}]}, {"reach"}),
        ({"follows": [FOLLOW]}, {"niche_fit", "reach", "audience_quality"}),
        (
            {"follows": [{**FOLLOW, "since": "2024-01-01"}]},
            {"niche_fit", "reach", "momentum", "audience_quality"},
        ),
        ({"follows": [{"follower_id": "web:a", "followee_id": "web:a"}]}, set()),
        (
            {"interactions": [{"actor_id": "web:a", "target_id": "web:b", "kind": "like"}]},
            {"niche_fit", "peer_engagement", "reach"},
        ),
        ({"metrics": [METRIC]}, set()),
        ({"metrics": [{**METRIC, "likes_per_post": 3.0}]}, {"peer_engagement"}),
        ({"metrics": [{**METRIC, "mentions_received": 3.0}]}, {"reach"}),
        ({"snapshots": [{**SNAPSHOT, "followers": 7}]}, {"reach"}),
    ],
)
def test_signals_follow_from_what_is_known(
    tables: dict[str, list[dict[str, Any]]], signals: set[str], workspace_of: Make
) -> None:
    assert computable(describe_workspace(workspace_of(**tables))) == signals


def test_what_is_the_same_for_all_is_no_signal_and_a_ranking_says_so_in_the_same_words(
    tmp_path: Path,
) -> None:
    (tmp_path / "accounts.csv").write_text(
        "platform,handle,followers\n" + "".join(f"web,a{k},50\n" for k in range(6)), "utf-8"
    )
    (tmp_path / "posts.csv").write_text(
        "platform,handle,post_id,date,text,likes\n"
        + "".join(f"web,a{k},p{k},2024-01-0{k + 1},my rye bread {k},10\n" for k in range(6)),
        "utf-8",
    )
    file = tmp_path / "w.duckdb"
    with open_workspace(file) as opened:
        import_files(opened, [tmp_path / "accounts.csv", tmp_path / "posts.csv"])
    with Session(file) as session:
        told = {one.name: one for one in session.describe().signals}
        ranking = session.rank("rye bread")
    assert not told["independence"].available
    assert not told["audience_quality"].available
    assert told["peer_engagement"].reason.endswith("the same for all unless a niche tells them apart")
    for name in ("peer_engagement", "independence"):
        assert ranking.weights.get(name, 0.0) == 0.0
        assert any(note.startswith(SIGNAL_WORDS[name]) and "nobody apart" in note for note in ranking.notes)
    for name, share in ranking.weights.items():
        assert told[name].available or share == 0.0


def test_every_signal_of_the_ranking_is_described() -> None:
    assert tuple(SIGNAL_INPUTS) == SIGNAL_NAMES


def test_bases_speak_of_facts_that_are_asked() -> None:
    facts = {fact for bases in SIGNAL_INPUTS.values() for basis in bases for fact in basis.facts}
    assert facts <= set(INPUTS)


def test_a_signal_that_cannot_be_computed_says_what_it_would_take(workspace_of: Make) -> None:
    signals = {signal.name: signal for signal in describe_workspace(workspace_of(accounts=[ACCOUNT])).signals}
    assert signals["momentum"].reason.startswith("needs dates of posts or dates of follows or interactions")
    assert "vendor averages" in signals["peer_engagement"].reason


def test_a_fact_is_about_known_values_not_about_columns(workspace_of: Make) -> None:
    inputs = available_inputs(workspace_of(posts=[{**POST, "text": None, "likes": None}]).store)
    assert inputs["has_posts"]
    assert not inputs["has_text"]
    assert not inputs["has_likes"]
    assert satisfied("niche_fit", inputs) == ()


def test_counts_dates_and_coverage_are_those_of_the_rows(workspace_of: Make) -> None:
    posts = [
        {"post_id": "p1", "account_id": "web:anna", "created_at": "2024-01-05", "likes": 3, "language": "en"},
        {
            "post_id": "p2",
            "account_id": "web:anna",
            "created_at": "2023-02-01",
            "likes": None,
            "language": "en",
        },
        {"post_id": "p3", "account_id": "web:bob", "created_at": None, "likes": 0, "language": None},
        {"post_id": "p4", "account_id": "web:bob", "created_at": None, "likes": None, "language": "de"},
    ]
    found = describe_workspace(workspace_of(accounts=[{**ACCOUNT, "is_private": True}], posts=posts))
    table = {table.name: table for table in found.tables}["posts"]
    coverage = {column.name: (column.n_known, column.share) for column in table.columns}
    assert (table.n_rows, table.first_day, table.last_day) == (4, "2023-02-01", "2024-01-05")
    assert coverage["likes"] == (2, 0.5)
    assert coverage["views"] == (0, 0.0)
    assert coverage["post_id"] == (4, 1.0)
    assert found.languages == {"en": 2, "de": 1, "unknown": 1}
    assert found.kinds == {"blog": 1}
    assert found.n_accounts_named == 2
    assert found.left_out == {"private": 1}
    assert found.data_until == "2024-01-05"
    assert "follows" in found.empty_tables


def test_an_empty_workspace_is_described_too() -> None:
    with memory_workspace() as workspace:
        found = describe_workspace(workspace)
    text = description_text(found)
    assert found.tables == ()
    assert found.data_until is None
    assert "holds no rows yet" in text
    assert text.count("no:") == len(SIGNAL_NAMES)


def test_rejects_are_counted(workspace_of: Make) -> None:
    found = describe_workspace(workspace_of(accounts=[{**ACCOUNT, "followers": -1}]))
    assert found.n_rejects == 1
    assert "Rejects: 1" in description_text(found)


def test_the_text_fits_its_width_and_rounds_no_share_to_nothing_or_all(workspace_of: Make) -> None:
    posts = [{"post_id": f"p{n}", "account_id": "web:anna", "likes": 1 if n else None} for n in range(1000)]
    posts[5]["language"] = "en"
    text = description_text(describe_workspace(workspace_of(posts=posts)), width=80)
    assert max(map(len, text.splitlines())) <= 80
    assert "likes 99%" in text
    assert "language 1%" in text


def test_text_from_files_cannot_steer_the_terminal(workspace_of: Make) -> None:
    workspace = workspace_of(posts=[{**POST, "community": "\x1b[31mred\x07", "language": "e\u202en"}])
    text = description_text(describe_workspace(workspace)) + findings_text(check_workspace(workspace))
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_json_is_json_and_has_the_fields(workspace_of: Make) -> None:
    workspace = workspace_of(accounts=[{**ACCOUNT, "handle": "änna"}])
    described = json.loads(description_json(describe_workspace(workspace)))
    findings = json.loads(findings_json(check_workspace(workspace)))
    assert described["signals"][0]["name"] == "niche_fit"
    assert {finding["severity"] for finding in findings} == {"note"}
    assert set(findings[0]) >= {"severity", "code", "message", "table", "n_rows", "examples", "hint"}


def test_no_findings_is_said_in_words() -> None:
    assert findings_text([]).startswith("Nothing to report")


KNOWN: dict[str, tuple[str, dict[str, Any]]] = {
    "bio": ("accounts", {**ACCOUNT, "bio": "vegan bread"}),
    "followers": ("accounts", {**ACCOUNT, "followers": 10}),
    "following": ("accounts", {**ACCOUNT, "following": 20}),
    "lists": ("accounts", {**ACCOUNT, "listed": 3}),
    "text": ("posts", {**POST, "text": "bread"}),
    "likes": ("posts", {**POST, "likes": 1}),
    "views": ("posts", {**POST, "views": 10}),
    "dates": ("posts", {**POST, "created_at": "2024-01-01"}),
    "paid": ("posts", {**POST, "is_sponsored": True}),
    "community": ("posts", {**POST, "community": "bakers"}),
    "follow": ("follows", FOLLOW),
    "dated follow": ("follows", {**FOLLOW, "since": "2024-01-01"}),
    "like": ("interactions", {"actor_id": "web:bob", "target_id": "web:anna", "kind": "like"}),
    "averages": ("metrics", {**METRIC, "likes_per_post": 3.0}),
    "mentions": ("metrics", {**METRIC, "mentions_received": 3.0}),
}


@pytest.mark.parametrize(
    "known", [*KNOWN, "bio + like", "followers + following", "text + paid", "likes + followers"]
)
def test_no_signal_gives_points_that_describe_says_cannot_be_computed(known: str, workspace_of: Make) -> None:
    tables: dict[str, list[dict[str, Any]]] = {}
    for name in known.split(" + "):
        table, row = KNOWN[name]
        tables[table] = [{**tables.get(table, [{}])[0], **row}]
    workspace = workspace_of(**tables)
    niche = "bread" if "bio" in known or "text" in known else ""
    given = set(rank(workspace, niche, brand="bread").weights)
    assert given <= computable(describe_workspace(workspace))
