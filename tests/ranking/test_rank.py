"""Ranking a small world whose answer a person can see, with whatever tables there are."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from influence import Niche, explain, rank
from influence.errors import MissingDataError, NicheError, UnknownAccountError, UsageError

BAKERS = ("web:crumb", "web:oven", "web:whisk")


def account(handle: str, **more: Any) -> dict[str, Any]:
    return {"platform": "web", "handle": handle, "kind": "blog", **more}


def post(
    n: int, author: str, text: str, day: str, likes: int, community: str | None = None
) -> dict[str, Any]:
    return {
        "post_id": f"p{n}", "account_id": f"web:{author}", "text": text, "created_at": day, "likes": likes,
        "community": community,
    }  # fmt: skip


ACCOUNTS = [
    account("crumb", followers=900),
    account("oven", followers=1_500),
    account("whisk", followers=400),
    account("star", followers=5_000_000, bio="actor, singer"),
    account("wheels", followers=30_000),
]
POSTS = [
    post(1, "crumb", "vegan sourdough baking for beginners", "2024-01-10", 40, "bakers"),
    post(2, "crumb", "my vegan baking shelf", "2024-02-10", 35, "bakers"),
    post(3, "oven", "vegan brownies, baking without eggs", "2024-02-01", 50, "bakers"),
    post(4, "oven", "baking bread at night", "2024-02-20", 22, "bakers"),
    post(5, "whisk", "aquafaba: vegan baking magic", "2024-02-15", 20, "bakers"),
    post(6, "star", "what a premiere last night", "2024-02-18", 90_000, "films"),
    post(7, "star", "my new single is out", "2024-02-25", 80_000, "films"),
    post(8, "wheels", "tuning the carburettor", "2024-02-22", 300, "cars"),
    post(9, "wheels", "engine swap, day two", "2024-02-26", 280, "cars"),
]
FOLLOWS = [
    {"follower_id": f"web:reader{i}", "followee_id": who}
    for i in range(12)
    for who in (BAKERS if i < 6 else ("web:star", "web:wheels"))
]
METRICS = [
    {
        "account_id": "web:crumb",
        "day": "2024-03-01",
        "n_posts": 12,
        "likes_per_post": 90,
        "shares_received": 200,
    },
    {
        "account_id": "web:oven",
        "day": "2024-03-01",
        "n_posts": 12,
        "likes_per_post": 10,
        "shares_received": 3,
    },
]


@pytest.fixture
def world(workspace_of: Callable[..., Any]) -> Any:
    return workspace_of(accounts=ACCOUNTS, posts=POSTS, follows=FOLLOWS)


def test_bakers_come_before_a_celebrity_for_vegan_baking(world: Any) -> None:
    found = rank(world, "vegan baking")
    assert {row.account_id for row in found.rows[:3]} == set(BAKERS)
    star = next(row for row in found.rows if row.handle == "star")
    assert star.baseline_rank == 1
    assert found.baseline == "followers"


def test_a_niche_may_be_the_object_that_the_package_exports(world: Any) -> None:
    plain, whole = rank(world, "vegan baking"), rank(world, Niche("vegan baking"))
    assert [row.account_id for row in whole.rows] == [row.account_id for row in plain.rows]
    assert whole.provenance.settings_hash == plain.provenance.settings_hash


def test_contributions_add_up_to_the_score(world: Any) -> None:
    for row in rank(world, "vegan baking", top=0).rows:
        assert sum(row.contributions.values()) == pytest.approx(row.score, abs=1e-9)


def test_the_same_answer_whatever_the_order_of_rows(workspace_of: Callable[..., Any]) -> None:
    answers = [
        rank(workspace_of(accounts=a, posts=p, follows=f), "vegan baking", top=0).rows
        for a, p, f in ((ACCOUNTS, POSTS, FOLLOWS), (ACCOUNTS[::-1], POSTS[::-1], FOLLOWS[::-1]))
    ]
    assert answers[0] == answers[1]


def test_nothing_after_the_day_is_visible(workspace_of: Callable[..., Any]) -> None:
    later = post(99, "wheels", "vegan baking vegan baking", "2024-03-05", 9_000, "bakers")
    known = [{**row, "fetched_at": "2024-01-01"} for row in ACCOUNTS]
    ties = [{**row, "fetched_at": "2024-01-01"} for row in FOLLOWS]
    dated = [{**row, "fetched_at": "2024-04-01"} for row in POSTS]
    before = rank(workspace_of(accounts=known, posts=dated, follows=ties), "vegan baking", as_of="2024-03-01")
    after = rank(
        workspace_of(accounts=known, posts=[*dated, {**later, "fetched_at": "2024-04-01"}], follows=ties),
        "vegan baking",
        as_of="2024-03-01",
    )
    assert before.rows == after.rows
    assert before.provenance.data_until == "2024-02-26"


def test_examples_are_left_out_and_their_neighbours_come_first(world: Any) -> None:
    found = rank(world, like=["crumb"], top=0)
    assert found.left_out == {"given as examples": 1}
    assert {row.handle for row in found.rows[:2]} == {"oven", "whisk"}


def test_private_accounts_and_those_who_ask_are_left_out_and_counted(
    workspace_of: Callable[..., Any],
) -> None:
    hidden = [account("hush", is_private=True), account("quiet", noindex=True), account("robot", is_bot=True)]
    found = rank(workspace_of(accounts=[*ACCOUNTS, *hidden], posts=POSTS), "vegan baking", top=0)
    assert found.left_out == {"private": 1, "asked not to be indexed": 1, "known bots": 1}
    assert len(found.rows) == len(ACCOUNTS)


def test_filters_say_whom_they_leave_out(world: Any) -> None:
    found = rank(world, "vegan baking", max_followers=1_000, top=0)
    assert {row.handle for row in found.rows} >= {"crumb", "whisk"}
    assert not {row.handle for row in found.rows} & {"oven", "star", "wheels"}
    assert found.left_out["more than 1,000 followers"] == 3


@pytest.mark.parametrize(
    ("tables", "asked", "off"),
    [
        ({"accounts": ACCOUNTS}, {"niche": "singer"}, {"peer_engagement", "momentum"}),
        ({"accounts": ACCOUNTS}, {}, {"niche_fit", "peer_engagement", "momentum"}),
        ({"accounts": ACCOUNTS, "follows": FOLLOWS}, {"like": ["crumb"]}, {"peer_engagement", "momentum"}),
        ({"posts": POSTS}, {"niche": "vegan baking"}, set()),
        ({"metrics": METRICS}, {}, {"niche_fit", "momentum"}),
    ],
    ids=["accounts with bios", "accounts, no niche", "follows and examples", "posts alone", "metrics alone"],
)
def test_any_subset_of_tables_works_and_says_what_is_missing(
    workspace_of: Callable[..., Any], tables: dict[str, Any], asked: dict[str, Any], off: set[str]
) -> None:
    found = rank(workspace_of(**tables), top=0, **asked)
    assert off <= set(found.switched_off)
    assert set(found.weights) == set(found.rows[0].values) - set(found.switched_off)
    assert found.rows
    for row in found.rows:
        assert sum(row.contributions.values()) == pytest.approx(row.score, abs=1e-9)


def test_vendor_averages_alone_put_the_one_whom_people_pass_on_first(
    workspace_of: Callable[..., Any],
) -> None:
    assert [row.handle for row in rank(workspace_of(metrics=METRICS)).rows] == ["crumb", "oven"]


def test_unknown_is_null_in_rows_and_not_zero(workspace_of: Callable[..., Any]) -> None:
    found = rank(workspace_of(accounts=[account("a"), account("b", followers=10)]))
    unknown = next(row for row in found.rows if row.handle == "a")
    assert unknown.followers is None
    assert unknown.values["momentum"] is None
    json.dumps(unknown.to_dict(), allow_nan=False)


def test_an_explanation_shows_points_evidence_and_doubts(world: Any) -> None:
    found = explain(world, "@Whisk", "vegan baking")
    assert sum(line.points for line in found.signals) == pytest.approx(found.row.score, abs=1e-9)
    assert found.evidence[0].post_id == "p5"
    assert found.row.rank == next(
        r.rank for r in rank(world, "vegan baking", top=0).rows if r.handle == "whisk"
    )
    assert any("observation" in doubt for doubt in found.against)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"niche": "quantum"}, NicheError),
        ({"like": ["nobody"]}, UnknownAccountError),
        ({"niche": "vegan", "goal": "fame"}, UsageError),
        ({"niche": "vegan", "as_of": "yesterday"}, UsageError),
        ({"niche": "vegan", "max_followers": -1}, UsageError),
        ({"niche": "vegan", "kind": "robot"}, UsageError),
        ({"niche": "vegan", "top": -1}, UsageError),
        ({"niche": "vegan", "platform": "myspace"}, MissingDataError),
        ({"niche": "vegan", "as_of": "1999-01-01"}, MissingDataError),
    ],
)
def test_wrong_questions_are_refused_in_our_own_words(world: Any, asked: dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        rank(world, **asked)


def test_the_order_in_which_examples_are_named_does_not_matter(workspace_of: Callable[..., Any]) -> None:
    posts = [
        {"post_id": f"{who}{k}", "account_id": f"p:{who}", "text": f"sourdough bread {word} {k}", "likes": 3,
         "created_at": "2024-01-01"}
        for who, word in zip("abcdef", ("crust", "oven", "rye", "crust", "oven", "car"), strict=True)
        for k in range(3)
    ]  # fmt: skip
    opened = workspace_of(posts=posts)
    one, other = (rank(opened, "bread", like=like) for like in (["p:c", "p:a", "p:b"], ["p:a", "p:b", "p:c"]))
    assert [(row.handle, row.score) for row in one.rows] == [(row.handle, row.score) for row in other.rows]
    assert len(one) == 3


def test_accounts_that_all_say_the_same_are_ranked_too(workspace_of):
    posts = [
        {"post_id": f"p{i}", "account_id": f"a{i % 12}", "text": "Acme bakes bread", "likes": i}
        for i in range(60)
    ]
    workspace = workspace_of(posts=posts)
    assert len(rank(workspace, "bread", top=0).rows) == 12
    assert len(rank(workspace, like=["web:a1"], top=0).rows) == 11  # the example itself is not ranked


def test_a_date_that_cannot_be_true_makes_nobody_silent_and_nobody_active(workspace_of: Any) -> None:
    def posted(who: str, n: int, *days: str) -> list[dict[str, Any]]:
        told = {"account_id": f"web:{who}", "likes": n, "fetched_at": "2024-07-01"}
        return [{**told, "post_id": f"{who}{k}", "created_at": day} for k, day in enumerate(days)]

    true = posted("amy", 5, "2024-05-30", "2024-05-02") + posted("ben", 7, "2024-06-01", "2024-05-03")
    false = posted("cas", 9, "2031-01-01", "2031-01-02")
    alone, beside = (rank(workspace_of(posts=posts), top=0) for posts in (true, true + false))
    assert beside.provenance.as_of == alone.provenance.as_of == "2024-06-02"
    values = {row.handle: row.values["momentum"] for row in beside.rows}
    assert values["cas"] is None
    assert {row.handle: row.values["momentum"] for row in alone.rows} == {
        who: values[who] for who in ("amy", "ben")
    }


def test_downloads_alone_order_podcasts_and_the_list_says_where_from(workspace_of: Any) -> None:
    downloads = {"large": 9_000, "middle": 900, "small": 90}
    posts = [
        {
            "post_id": f"{who}{k}", "account_id": f"web:{who}", "text": "sourdough bread", "views": n + k,
            "created_at": f"2024-05-0{k + 1}",
        }
        for who, n in downloads.items()
        for k in range(3)
    ]  # fmt: skip
    workspace = workspace_of(posts=posts)
    assert [row.handle for row in rank(workspace, "sourdough bread").rows] == list(downloads)
    (reach,) = (
        line for line in explain(workspace, "middle", "sourdough bread").signals if line.name == "reach"
    )
    assert reach.parts == {"counts_that_stand_in": 1.0}


def test_on_a_list_of_one_niche_many_readers_are_more_than_one_who_always_comments(workspace_of: Any) -> None:
    posts = [
        {
            "post_id": f"{who}{k}",
            "account_id": f"web:{who}",
            "text": "vegan baking",
            "created_at": "2024-05-01",
        }
        for who in ("loved", "fanned")
        for k in range(10)
    ]
    comments = [("p" + str(k), "loved", k % 10) for k in range(30)] + [
        ("fan", "fanned", k) for k in range(10)
    ]
    interactions = [
        {
            "actor_id": f"web:{who}", "target_id": f"web:{whom}", "post_id": f"{whom}{k}", "kind": "comment",
            "created_at": "2024-05-02",
        }
        for who, whom, k in comments
    ]  # fmt: skip
    ranking = rank(workspace_of(posts=posts, interactions=interactions), "vegan baking")
    scores = {row.handle: row.score for row in ranking.rows}
    assert ranking.weights["reach"] > 0 < ranking.weights["peer_engagement"]
    assert scores["loved"] > scores["fanned"] + 20
