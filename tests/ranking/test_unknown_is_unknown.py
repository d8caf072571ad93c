"""A little data about some must not turn what is unknown of the others into nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from influence.ranking.rank import Ranking, rank
from influence.reporting.ranking.terminal import ranking_table
from influence.signals.shrinkage import collected

Make = Callable[..., Any]

FOLLOWS = [
    {"follower_id": f"web:reader{i}", "followee_id": f"web:baker{k}"}
    for i in range(12)
    for k in range(6)
    if i > k
]
POSTS = [
    {
        "post_id": f"p{k}{n}", "account_id": f"web:baker{k}", "text": "vegan bread", "created_at": f"2024-02-1{n}",
        "likes": 5 * k + n,
    }
    for k in range(6)
    for n in range(5)
]  # fmt: skip
FOLLOWS += [
    {"follower_id": f"web:driver{i}", "followee_id": f"web:car{k}"} for i in range(20) for k in range(3)
]
POSTS += [
    {
        "post_id": f"c{k}{n}", "account_id": f"web:car{k}", "text": "engine oil", "created_at": f"2024-02-1{n}",
        "likes": 30 + n,
    }
    for k in range(3)
    for n in range(5)
]  # fmt: skip
LIKE = {"actor_id": "web:reader11", "target_id": "web:baker5", "kind": "like", "post_id": "p54"}


def by_id(found: Ranking) -> dict[str, Any]:
    return {row.account_id: row for row in found.rows}


@pytest.mark.parametrize("like", [LIKE, {**LIKE, "post_id": None}])
def test_one_like_anywhere_takes_nothing_from_the_others(like: dict[str, Any], workspace_of: Make) -> None:
    before = by_id(rank(workspace_of(follows=FOLLOWS, posts=POSTS), "vegan bread"))
    after = by_id(rank(workspace_of(follows=FOLLOWS, posts=POSTS, interactions=[like]), "vegan bread"))
    for name in (f"web:baker{k}" for k in range(5)):
        assert after[name].values["reach"] == pytest.approx(before[name].values["reach"], rel=0.1)
        assert after[name].values["peer_engagement"] == pytest.approx(
            before[name].values["peer_engagement"], rel=0.02
        )
        assert after[name].score == pytest.approx(before[name].score, abs=2)


def test_follows_without_a_date_are_unknown_on_a_past_day_and_that_is_said(workspace_of: Make) -> None:
    """One dated like on one baker used to make reach 0 for all, and its own fit fall by a third."""
    tables = {"follows": FOLLOWS, "posts": POSTS}
    liked = [{**LIKE, "created_at": "2024-02-20"}]
    before = rank(workspace_of(**tables), "vegan bread", as_of="2024-03-01")
    after = rank(workspace_of(**tables, interactions=liked), "vegan bread", as_of="2024-03-01")
    assert "reach" in before.switched_off
    assert len({row.contributions["reach"] for row in after.rows}) == 1
    assert [row.account_id for row in after.rows if row.values["reach"] is not None] == ["web:baker5"]
    said = f"{len(FOLLOWS)} follows without a date, not seen before that day, are not used"
    assert any(note.startswith(said) for note in after.notes)
    assert not any("without a date" in note for note in rank(workspace_of(**tables), "vegan bread").notes)
    fits = [by_id(found)["web:baker5"].values["niche_fit"] for found in (before, after)]
    assert fits[1] == pytest.approx(fits[0])


def test_of_a_bare_list_the_reason_says_what_accounts_say_of_themselves(workspace_of: Make) -> None:
    accounts = [
        {"account_id": "web:kate", "bio": "Vegan baking\nfrom Leeds.", "followers": 4210},
        {"account_id": "web:pete", "bio": "Pints of beer in the pub", "followers": 22000},
    ]
    found = by_id(rank(workspace_of(accounts=accounts), "vegan baking"))
    assert found["web:kate"].reason.startswith("Says of itself: “Vegan baking from Leeds.”; stands 1st of 2")
    assert "Pints" not in found["web:pete"].reason


def test_where_reactions_were_collected_broadly_whom_nobody_reacts_to_is_not_reached(
    workspace_of: Make,
) -> None:
    follows = [
        {"follower_id": f"web:r{i}", "followee_id": f"web:a{k:02d}"} for i in range(4) for k in range(40)
    ]
    likes = [{"actor_id": "web:r1", "target_id": f"web:a{k:02d}", "kind": "like"} for k in range(1, 40)]
    found = by_id(rank(workspace_of(follows=follows, interactions=likes), top=0))
    assert found["web:a00"].values["reach"] == 0
    assert found["web:a01"].values["reach"] > 1


def test_reactions_to_one_account_say_nothing_about_the_others_and_those_to_many_do() -> None:
    assert collected(1, 1_000_000) == collected(1, 2) == 0
    assert collected(11, 50) == 0.5  # ten beyond the first, of twenty
    assert collected(30, 600) == 0.5  # a twentieth of all, where a tenth suffices
    assert collected(21, 210) == 1


def test_a_niche_that_nothing_in_the_data_speaks_of_ranks_as_no_niche_and_says_so_first(
    workspace_of: Make,
) -> None:
    accounts = [{"platform": "web", "handle": f"baker{k}", "bio": "vegan bread"} for k in range(6)]
    dated = [{**follow, "since": "2024-01-10"} for follow in FOLLOWS]
    workspace = workspace_of(accounts=accounts, follows=dated)
    asked, open_ = (rank(workspace, niche, as_of="2024-02-01") for niche in ("vegan bread", ""))
    assert [(row.account_id, row.score) for row in asked.rows] == [
        (row.account_id, row.score) for row in open_.rows
    ]
    assert asked.rows[0].score > asked.rows[-1].score
    assert "could not be read as of 2024-02-01" in asked.notes[0]
    assert "the niche could not be read" in ranking_table(asked).splitlines()[0]
    assert "could not be read" not in open_.notes[0]


def test_examples_without_anything_to_compare_are_not_called_accounts_like_them(workspace_of: Make) -> None:
    accounts = [{"platform": "web", "handle": f"baker{k}", "followers": 100 + k} for k in range(6)]
    found = rank(workspace_of(accounts=accounts), like=["baker1"])
    assert "accounts like" not in ranking_table(found).splitlines()[0]
    assert "nothing to compare with the examples" in found.notes[0]
    assert "web:baker1" not in by_id(found)


def test_an_account_that_has_nothing_to_do_with_the_niche_gets_hardly_any_points(workspace_of: Make) -> None:
    accounts = [
        {"platform": "web", "handle": "ann", "bio": "vegan baking, bread and cakes", "followers": 900},
        {"platform": "web", "handle": "bob", "bio": "I bake vegan bread", "followers": 400},
        {"platform": "web", "handle": "car", "bio": "engines, cars and racing", "followers": 90_000},
    ]
    found = by_id(rank(workspace_of(accounts=accounts), "vegan baking"))
    assert found["web:car"].score < 20
    assert min(found["web:ann"].score, found["web:bob"].score) > 30


def test_follows_alone_say_nothing_about_whether_followers_are_real(workspace_of: Make) -> None:
    assert "audience_quality" in rank(workspace_of(follows=FOLLOWS)).switched_off


def read_of(account: str, what: str, state: str) -> dict[str, Any]:
    return {"account_id": account, "list": what, "state": state, "day": "2024-02-20"}


def test_followers_that_a_crawl_did_not_read_count_against_an_account_and_that_is_said(
    workspace_of: Make,
) -> None:
    follows = [{"follower_id": f"web:r{n}", "followee_id": "web:example"} for n in range(8)]
    follows += [{"follower_id": f"web:r{n}", "followee_id": "web:known"} for n in range(6)]
    follows += [{"follower_id": f"web:r{n}", "followee_id": "web:famous"} for n in range(6)]
    accounts = [
        {"account_id": "web:known", "followers": 12},
        {"account_id": "web:famous", "followers": 90_000},
    ]
    crawled = [
        read_of("web:example", "followers", "whole"),
        *(read_of(f"web:r{n}", "follows", "whole") for n in range(8)),
    ]
    found = rank(workspace_of(accounts=accounts, follows=follows, coverage=crawled), like=["web:example"])
    assert [row.account_id for row in found.rows] == ["web:known", "web:famous"]
    assert any(
        "The graph was read in part: 0% of the followers that candidates state" in one for one in found.notes
    )
    given = rank(workspace_of(accounts=accounts, follows=follows), like=["web:example"])
    assert not any("read in part" in one for one in given.notes)
    one_list = rank(
        workspace_of(accounts=accounts, follows=follows, coverage=crawled[1:2]), like=["web:example"]
    )
    assert one_list.notes == given.notes  # the file's ties outweigh one list


def test_whom_nobody_follows_where_most_are_followed_has_no_audience_and_gaps_stay_gaps(
    workspace_of: Make,
) -> None:
    ring = [{"follower_id": f"web:u{k}", "followee_id": f"web:u{(k + 1) % 12}"} for k in range(12)]
    ends = [{"follower_id": f"web:{who}", "followee_id": "web:u0"} for who in ("alone", "counted")]
    accounts = [{"account_id": "web:counted", "followers": 900}]
    posts = [
        {"post_id": who, "account_id": f"web:{who}", "created_at": "2024-02-11"}
        for who in ("alone", "elsewhere")
    ]
    workspace = workspace_of(accounts=accounts, follows=ring + ends, posts=posts)
    reach = {name: row.values["reach"] for name, row in by_id(rank(workspace, top=0)).items()}
    assert reach["web:alone"] == 0
    assert reach["web:counted"] is None
    assert reach["web:elsewhere"] is None
    assert all((reach[f"web:u{k}"] or 0) > 0 for k in range(12))
    few = workspace_of(follows=ring[:5] + ends[:1], posts=posts)
    assert by_id(rank(few, top=0))["web:alone"].values["reach"] is None


def test_who_is_in_no_tie_has_no_audience_where_the_ties_are_those_of_the_whole_list(
    workspace_of: Make,
) -> None:
    """Friends among a list; one has none, one states followers, one is known by a post alone."""
    ring = [
        {"follower_id": f"web:u{k}", "followee_id": f"web:u{(k + step) % 12}"}
        for k in range(12)
        for step in (1, -1)
    ]
    accounts = [{"account_id": f"web:u{k}"} for k in range(12)]
    accounts += [{"account_id": "web:alone"}, {"account_id": "web:counted", "followers": 900}]
    posts = [{"post_id": "p", "account_id": "web:elsewhere", "created_at": "2024-02-11"}]

    def reach_of(accounts: list[dict[str, Any]]) -> dict[str, float | None]:
        found = rank(workspace_of(accounts=accounts, follows=ring, posts=posts), top=0)
        return {name: row.values["reach"] for name, row in by_id(found).items()}

    reach = reach_of(accounts)
    assert reach["web:alone"] == 0
    assert reach["web:counted"] is None
    assert reach["web:elsewhere"] is None
    assert (reach["web:u0"] or 0) > 0
    assert (
        reach_of(accounts[6:])["web:alone"] is None
    )  # the ties lead beyond the list: who was looked at is unknown
