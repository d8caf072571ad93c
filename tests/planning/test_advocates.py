"""Advocates: who is joined to whom, who is invited, who is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from influence.errors import UsageError
from influence.planning.advocate_candidates import join_customers
from influence.planning.advocate_score import GOALS, OFFERS, referral_value, segment_of, weights_of
from influence.planning.advocates import Advocates, feelings_of, find_advocates
from influence.planning.brief import audience_of
from influence.reporting.plan.plan_advocates import advocates_text
from influence.text.sentiment.shares import Label

DAY = "2024-05-01"


def account(handle: str, **more: Any) -> dict[str, Any]:
    return {"account_id": f"web:{handle}", "platform": "web", "handle": handle, **more}


def customer(name: str, handle: str | None, **more: Any) -> dict[str, Any]:
    told = {
        "orders": 3,
        "revenue": 90.0,
        "first_order": "2024-01-01",
        "last_order": "2024-04-01",
        "referrals": 1,
    }
    return {"customer_id": name, "account_id": handle and f"web:{handle}", **told, **more}


def post(number: int, handle: str, text: str) -> dict[str, Any]:
    return {
        "post_id": f"p{number}",
        "account_id": f"web:{handle}",
        "created_at": DAY,
        "text": text,
        "language": "en",
    }


FANS = 200
OWNER = [post(n, "owner", "I love my Acme kettle, it is wonderful") for n in range(6)]
CRITIC = [post(20 + n, "critic", "I hate my Acme kettle, it is terrible and broke again") for n in range(6)]


def follows(handle: str, n: int) -> list[dict[str, Any]]:
    return [
        {"follower_id": f"web:{handle}-f{k}", "followee_id": f"web:{handle}", "since": "2024-01-01"}
        for k in range(n)
    ]


@pytest.fixture
def small_world(workspace_of: Callable[..., Any]) -> Any:
    return workspace_of(
        accounts=[account("owner", followers=200), account("critic", followers=2600), account("quiet"),
                  account("shy", is_private=True), account("fan")],
        customers=[customer("c1", "owner", nps=10), customer("c2", "critic", nps=2), customer("c3", "quiet"),
                   customer("c4", None, nps=9), customer("c5", "shy")],
        posts=[*OWNER, *CRITIC, post(40, "fan", "Acme makes a great teapot, love it")],
        interactions=[{"actor_id": f"web:quiet-f{n}", "target_id": "web:quiet", "kind": "comment", "created_at": DAY}
                      for n in range(3)],
        follows=[*follows("owner", FANS // 10), *follows("critic", FANS), *follows("quiet", 3), *follows("fan", 2)],
    )  # fmt: skip


@pytest.fixture
def found(small_world: Any) -> Advocates:
    return find_advocates(small_world, "Acme", top=0)


def test_a_devoted_owner_is_invited_and_a_larger_critic_is_not(found: Advocates) -> None:
    assert found.rows[0].account_id == "web:owner"
    assert [row.account_id for row in found.detractors] == ["web:critic"]
    assert any("says" in note or "would not recommend" in note for note in found.detractors[0].notes)
    assert "web:critic" not in {row.account_id for row in (*found.rows, *found.resting)}
    assert not any("ask them to recommend" in note for one in found.detractors for note in one.notes)


@pytest.mark.parametrize("goal", list(GOALS))
def test_critics_are_never_invited_whatever_the_weights(small_world: Any, goal: str) -> None:
    found = find_advocates(
        small_world, "Acme", goal=goal, weights={"feeling": 0, "reach": 9}, top=0, rest_days=0
    )
    invited = {row.account_id for row in (*found.rows, *found.resting)}
    assert "web:critic" not in invited
    assert "web:critic" in {row.account_id for row in found.detractors}


def test_points_add_up_to_the_score(found: Advocates) -> None:
    for row in (*found.rows, *found.detractors):
        assert sum(row.points.values()) == pytest.approx(row.score)
        assert 0 <= row.score <= 100


def test_customers_without_a_voice_and_voices_without_purchases_are_kept(found: Advocates) -> None:
    assert any(row.customer_id == "c4" and row.account_id is None for row in found.rows)
    fan = next(row for row in found.rows if row.account_id == "web:fan")
    assert fan.customer_id is None
    assert fan.segment == "fan"


def test_a_private_account_is_never_named(found: Advocates) -> None:
    assert all(row.account_id != "web:shy" for row in (*found.rows, *found.resting, *found.detractors))


def test_sharing_and_persuasion_are_two_figures(found: Advocates) -> None:
    quiet = next(row for row in found.rows if row.account_id == "web:quiet")
    assert quiet.sharing == 0
    assert quiet.persuasion is not None
    assert quiet.persuasion > next(row for row in found.rows if row.account_id == "web:owner").persuasion


def test_nobody_observes_of_whom_nothing_is_heard(workspace_of: Callable[..., Any]) -> None:
    silent = workspace_of(
        accounts=[account("ann"), account("bea"), account("cat")],
        customers=[customer("1", "ann"), customer("2", "bea"), customer("3", "cat")],
        posts=[post(1, "bea", "bread and butter"), post(2, "cat", "my Acme kettle is good")],
    )
    found = find_advocates(silent, "Acme", top=0)
    levels = {row.account_id: row.involvement for row in (*found.rows, *found.detractors)}
    assert levels == {"web:ann": "unknown", "web:bea": "observing", "web:cat": "participating"}


def test_the_day_of_a_workspace_with_orders_alone_is_the_day_after_the_last(
    workspace_of: Callable[..., Any],
) -> None:
    found = find_advocates(workspace_of(customers=[customer("1", None)]), "Acme")
    assert found.as_of == "2024-04-02"


def test_those_who_were_asked_lately_rest(small_world: Any) -> None:
    from influence.store.lists.saved import SavedList, SavedPick, save_list
    from influence.store.workspace import to_day

    asked = SavedPick("web:owner", status="contacted", last_contact=to_day("2024-04-20"))
    save_list(small_world, SavedList("spring", picks=(asked,)))
    found = find_advocates(small_world, "Acme", top=0)
    assert [row.account_id for row in found.resting] == ["web:owner"]
    awake = find_advocates(small_world, "Acme", top=0, rest_days=3)
    assert not awake.resting


def test_without_texts_feelings_are_unknown_and_that_is_said(workspace_of: Callable[..., Any]) -> None:
    found = find_advocates(workspace_of(customers=[customer("c1", None, nps=9)]), "Acme")
    assert found.rows[0].feeling is None
    assert any("Acme" in note for note in found.notes)


def test_the_shares_of_the_brand_are_told_and_labels_right_them(small_world: Any) -> None:
    (note,) = [
        note for note in find_advocates(small_world, "Acme").notes if note.startswith("Feeling about Acme")
    ]
    assert "% positive (" in note
    assert "A hundred labels mend it" in note
    said = tuple(Label(row["text"], 0) for row in OWNER * 6)
    righted = find_advocates(small_world, "Acme", labels=said).notes
    assert any("Shares righted by 36 labels" in note for note in righted)


def test_few_mentions_are_drawn_towards_neutral() -> None:
    one = pd.DataFrame(
        {"account_id": ["a"], "negative": [0.0], "neutral": [0.0], "positive": [1.0], "own": [1.0]}
    )
    many = pd.concat([one] * 20)
    assert 0 < feelings_of(one).loc["a", "feeling"] < feelings_of(many).loc["a", "feeling"] < 1


def test_links_are_by_the_surest_way_and_ambiguous_ones_are_not_made(
    workspace_of: Callable[..., Any],
) -> None:
    mail = hashlib.sha256(b"bea@mail.example").hexdigest()
    store = workspace_of(
        accounts=[account("ann"), account("bea"), {"account_id": "ig:cat", "platform": "ig", "handle": "cat"},
                  {"account_id": "p:dot", "platform": "p", "handle": "dot"}, account("dot")],
        contacts=[{"account_id": "web:bea", "email": "Bea@mail.example"}],
        customers=[
            {"customer_id": "1", "account_id": "web:ann", "account_verified": True},
            {"customer_id": "2", "email_hash": mail.upper()},
            {"customer_id": "3", "account_id": "tt:cat"},
            {"customer_id": "4", "account_id": "tt:dot"},
            {"customer_id": "5"},
        ],
    ).store  # fmt: skip
    links = join_customers(store)
    made = {row.customer_id: (row.account_id, row.method) for row in links.frame.itertuples()}
    assert made == {"1": ("web:ann", "verified"), "2": ("web:bea", "email"), "3": ("instagram:cat", "handle")}
    assert links.ambiguous == ("4",)
    assert list(links.frame["confidence"]) == sorted(links.frame["confidence"], reverse=True)


def test_referral_value_counts_savings_for_all_and_margin_for_the_new() -> None:
    # The rule of Kumar, Petersen and Leone 2007, numbers ours: 2 referrals, 25 % anyway: 2 * (.75 * 40 + 10) = 80
    table = pd.DataFrame({"referrals": [2.0, 0.0, None]})
    value = referral_value(table, 40, 10, 0.25)
    assert list(value[:2]) == [80, 0]
    assert value.isna()[2]


def test_four_segments_by_value_and_referrals() -> None:
    table = pd.DataFrame({
        "customer_id": [*"abcd", None], "value": [9.0, 9.0, 1.0, 1.0, None],
        "referral_value": [9.0, 1.0, 9.0, 1.0, None],
    })  # fmt: skip
    segments = list(segment_of(table))
    assert segments == ["champion", "affluent", "advocate", "miser", "fan"]
    assert set(segments) <= set(OFFERS)


def test_weights_add_up_and_unknown_parts_are_refused() -> None:
    for goal in GOALS:
        assert sum(weights_of(goal).values()) == pytest.approx(1)
    with pytest.raises(UsageError, match="part"):
        weights_of("conversion", {"followers": 3})
    with pytest.raises(UsageError, match="goal"):
        weights_of("fame")


def test_a_critic_stands_with_the_reason_beside(found: Advocates) -> None:
    shown = advocates_text(found, "table")
    critics = " ".join(shown[shown.index("web:critic: ") :].split())
    assert 'web:critic: says "I hate my Acme kettle, it is terrible and broke again"' in critics
    assert "would not recommend: 2 of 10 (NPS)" in critics


def test_a_reader_with_two_accounts_is_one_person_of_an_audience(workspace_of: Callable[..., Any]) -> None:
    ties = [("instagram:amy", "rye"), ("tiktok:amy_t", "rye"), ("tiktok:amy_t", "oats"), ("web:ben", "oats")]
    bios = {
        "instagram:amy": "also tiktok.com/@amy_t",
        "tiktok:amy_t": "also instagram.com/amy",
        "web:ben": "x",
    }
    workspace = workspace_of(
        accounts=[{"account_id": account_id, "bio": bio} for account_id, bio in bios.items()],
        follows=[{"follower_id": who, "followee_id": f"web:{whom}"} for who, whom in ties],
    )
    found = audience_of(workspace.store, ["web:rye", "web:oats"])
    assert (found.n_seen, found.n_ties) == (2, 3)
