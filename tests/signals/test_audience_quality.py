"""Followers and commenters that are possibly not real, and the evidence for and against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from influence.ranking.reasons import audience_doubts
from influence.signals.audience_quality import compute
from influence.signals.base import SignalValues
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.quality.commenters import commenter_figures, same_order
from influence.signals.quality.figures import busiest_week, follower_growth
from influence.signals.quality.humans import real_people
from influence.signals.quality.profiles import looks_automated, profile_evidence
from influence.signals.quality.suspicion import BASE_RATE, SUSPICIONS, chance_real, weigh_suspicions
from influence.text.niche import Niche

Make = Callable[..., Any]


def values_of(workspace: Any) -> tuple[SignalValues, Material]:
    material = Material(workspace.store)
    return compute(Evidence(material, Niche("", "", ()), np.arange(len(material.account_ids)))), material


def parts_of(workspace: Any, account: str) -> tuple[float, dict[str, float]]:
    """Value and parts of audience_quality of one account."""
    found, material = values_of(workspace)
    at = int(material.positions([account])[0])
    return float(found.value[at]), {name: float(part[at]) for name, part in found.parts.items()}


def test_who_follows_thousands_and_is_followed_by_few_looks_automated() -> None:
    following = np.array([4000.0, 4000.0, 300.0, np.nan, 9000.0])
    followers = np.array([20.0, 3000.0, 1.0, 5.0, np.nan])
    np.testing.assert_array_equal(looks_automated(following, followers), [1, 0, 0, np.nan, 1])


def test_the_evidence_of_a_profile_is_what_a_hand_would_compute() -> None:
    following, followers, posts = (
        np.array([999.0, 0.0, 1e6, 9.0]),
        np.array([9.0, 0.0, 0.0, np.nan]),
        np.zeros(4),
    )
    nats = profile_evidence(following, followers, posts)
    many = 0.7 * np.log(1000 / 10) + 0.5 * np.log(1000 / 501)
    np.testing.assert_allclose(nats, [many, 0.0, 4.0, np.nan])
    assert profile_evidence(*np.array([[99.0], [99.0], [99.0]]))[0] == pytest.approx(-0.5 * np.log(100))


def test_a_program_among_few_followers_is_doubted_and_among_thirty_of_a_kind_is_no_person(
    workspace_of: Make,
) -> None:
    """Two followers are too few for a share of their account's, so that one in twenty is taken for a fake."""
    rows = {"fan": (99, 99, 99), "many": (2_000, 3, 0), "silent": (200, 100, None)}
    rows |= {f"bought{k}": (2_000, 3, 0) for k in range(30)} | {"robot": (5, 5, 5)}
    accounts = [
        {
            "account_id": f"web:{who}", "following": following, "followers": followers, "posts_total": posts,
            "is_bot": who == "robot",
        }
        for who, (following, followers, posts) in rows.items()
    ] + [{"account_id": "web:small"}, {"account_id": "web:large"}]  # fmt: skip
    follows = [{"follower_id": f"web:{who}", "followee_id": "web:small"} for who in ("fan", "many")]
    follows += [{"follower_id": f"web:{who}", "followee_id": "web:large"} for who in rows if "bought" in who]
    material = Material(workspace_of(accounts=accounts, follows=follows).store)
    evidence = Evidence(material, Niche("", "", ()), np.arange(len(material.account_ids)))
    real = dict(zip(material.account_ids, real_people(material), strict=True))
    ratio = 0.7 * np.log(2001 / 4) + 0.5 * np.log(2001 / 501)
    nats = {"fan": -0.5 * np.log(100), "many": min(ratio, 4.0), "silent": 0.7 * np.log(201 / 101)}
    for who, evidence_of_fake in nats.items():
        assert real[f"web:{who}"] == pytest.approx(1 / (1 + np.exp(evidence_of_fake) * 0.05 / 0.95))
    assert (real["web:small"], real["web:robot"]) == (1.0, 0.0)
    assert real["web:bought7"] < 0.01 < real["web:many"]
    assert evidence.audience.person[material.positions(["web:many"])[0]] == real["web:many"]


def test_many_followers_with_few_posts_are_possible_fakes_although_none_follows_many(
    workspace_of: Make,
) -> None:
    def profile(name: str, following: int, followers: int, posts: int) -> dict[str, Any]:
        counts = {"following": following, "followers": followers, "posts_total": posts}
        return {"account_id": f"instagram:{name}", "platform": "instagram", **counts}

    fakes = [profile(f"fake{n}", 150, 15, 1) for n in range(150)]
    people = [profile(f"person{n}", 300, 280, 90) for n in range(400)]
    stars = [profile("bought", 200, 9000, 300), profile("loved", 200, 9000, 300)]
    follows = [
        {"follower_id": one["account_id"], "followee_id": f"instagram:{star}"}
        for star, crowd in (("bought", fakes), ("loved", people[:150]))
        for one in crowd
    ]
    workspace = workspace_of(accounts=[*fakes, *people, *stars], follows=follows)
    bought, figures = parts_of(workspace, "instagram:bought")
    loved, _ = parts_of(workspace, "instagram:loved")
    assert figures["automated_followers"] > 0.5
    assert bought < 0.5 < 0.9 < loved


def test_a_burst_is_what_came_beyond_the_usual_step_and_its_loss_is_seen() -> None:
    counts = np.array([100.0, 110, 120, 1130, 880, 890, 100.0, 200, 300, 400, 500, 600])
    growth = follower_growth(np.repeat([0, 1], 6), np.tile(np.arange(6) * 7, 2), counts, 3)
    assert growth.burst_share[0] == pytest.approx(1000 / 1130)
    assert growth.lost_share[0] == pytest.approx(240 / 1000)
    assert (growth.burst_from[0], growth.burst_to[0]) == (14, 21)
    assert growth.burst_share[1] == 0  # fast and steady is no burst
    assert np.isnan(growth.burst_share[2])


def test_the_busiest_week_has_seven_days() -> None:
    share, n = busiest_week(np.array([0, 0, 0, 0, 2]), np.array([0, 6, 7, 30, 5]), 3)
    np.testing.assert_array_equal(share, [0.5, np.nan, 1.0])
    np.testing.assert_array_equal(n, [4, 0, 1])


def test_five_who_comment_on_one_another_are_a_closed_circle_and_a_star_is_none() -> None:
    pod = [(i, j) for i in range(5) for j in range(5) if i != j]
    star = [(i, 9) for i in range(10, 18)]
    actor, target = np.array(pod + star).T
    counts = sparse.csr_matrix((np.full(len(actor), 6.0), (actor, target)), shape=(20, 20))
    found = commenter_figures(counts, np.full(20, 6.0))
    assert found["mutual_comments"][0] == 1
    assert found["closed_circle"][0] == 1
    assert found["mutual_circle"][0] == 4
    assert found["mutual_comments"][9] == found["closed_circle"][9] == 0
    assert found["regular_commenters"][9] == 1  # faithful readers are regulars too, which alone is no pod
    assert np.isnan(found["mutual_comments"][19])


def test_the_same_order_every_time_is_told_from_chance() -> None:
    rng = np.random.default_rng(0)
    spread = np.concatenate([np.zeros(6), rng.uniform(0, 1, (6, 40)).std(axis=1)])
    order = same_order(np.repeat([0, 1], 6), np.full(12, 40.0), spread, 3)
    assert order[0] == 1
    assert order[1] < 0.2
    assert np.isnan(order[2])


def test_nothing_known_is_unknown_and_weak_figures_alone_say_nothing() -> None:
    nothing = np.array([np.nan])
    unknown = {key: nothing for curves in SUSPICIONS.values() for key in curves}
    assert np.isnan(chance_real(weigh_suspicions(unknown), 1))[0]
    weak = weigh_suspicions(unknown | {"generic_comments": np.array([0.6])})
    assert np.isnan(chance_real(weak, 1))[0]
    talk = {"mutual_comments": np.array([0.0]), "generic_comments": np.array([0.6])}
    assert weigh_suspicions(talk)["pod"].chance[0] <= BASE_RATE


@given(
    st.dictionaries(st.sampled_from(sorted({k for c in SUSPICIONS.values() for k in c})), st.floats(-5, 50))
)
def test_chances_stay_between_zero_and_one(figures: dict[str, float]) -> None:
    found = weigh_suspicions({key: np.array([value, np.nan]) for key, value in figures.items()})
    real = chance_real(found, 2)
    assert np.isnan(real[1])
    assert all(0 <= one.chance[0] <= 1 for one in found.values() if np.isfinite(one.chance[0]))
    assert not real[0] < 0
    assert not real[0] > 1


def test_evidence_only_ever_grows_along_a_curve_that_means_more_of_the_same() -> None:
    for curves in SUSPICIONS.values():
        for name, curve in curves.items():
            nats = [value for _, value in curve.points]
            assert nats in (sorted(nats), sorted(nats, reverse=True)), name


def bought(workspace_of: Make, **tables: Any) -> Any:
    """One account with forty followers of whom thirty follow thousands."""
    accounts = [
        {"account_id": "instagram:star", "platform": "instagram", "followers": 5000, "following": 100}
    ]
    accounts += [
        {
            "account_id": f"instagram:f{n}",
            "platform": "instagram",
            "followers": 2,
            "following": 6000 if n < 30 else 200,
        }
        for n in range(40)
    ]
    follows = [{"follower_id": f"instagram:f{n}", "followee_id": "instagram:star"} for n in range(40)]
    return workspace_of(accounts=accounts, follows=follows, **tables)


def test_followers_who_follow_thousands_are_possible_bought_followers(workspace_of: Make) -> None:
    value, parts = parts_of(bought(workspace_of), "instagram:star")
    assert parts["automated_followers"] == pytest.approx((30 + 10 * 0.05) / 50)
    assert value < 0.5
    (doubt,) = audience_doubts(parts)
    assert doubt.startswith("Possible bought followers")
    assert "61% of the followers seen look automated" in doubt


def snapshots_of(counts: list[int]) -> list[dict[str, Any]]:
    return [
        {"account_id": "instagram:a", "day": f"2024-01-{1 + 3 * n:02d}", "followers": count}
        for n, count in enumerate(counts)
    ]


def test_a_burst_that_a_hit_explains_speaks_less(workspace_of: Make) -> None:
    counts = snapshots_of([1000, 1010, 1020, 2500, 2510])
    quiet = [
        {"post_id": f"{n}", "account_id": "instagram:a", "created_at": f"2024-01-{n:02d}", "likes": 10}
        for n in range(1, 9)
    ]
    hit = {"post_id": "hit", "account_id": "instagram:a", "created_at": "2024-01-08", "likes": 4000}
    _, alone = parts_of(workspace_of(posts=quiet, snapshots=counts), "instagram:a")
    _, after_hit = parts_of(workspace_of(posts=[*quiet, hit], snapshots=counts), "instagram:a")
    assert alone["hit_at_the_burst"] == 0
    assert after_hit["hit_at_the_burst"] == 1
    assert after_hit["possible_bought_followers"] < alone["possible_bought_followers"]


def test_a_pod_is_flagged_and_its_words_say_so(workspace_of: Make) -> None:
    names = [f"instagram:p{n}" for n in range(6)]
    posts = [{"post_id": f"{name}-{n}", "account_id": name} for name in names for n in range(6)]
    comments = [
        {"actor_id": who, "target_id": post["account_id"], "post_id": post["post_id"], "kind": "comment",
         "text": "So good!"}
        for post in posts for who in names if who != post["account_id"]
    ]  # fmt: skip
    value, parts = parts_of(workspace_of(posts=posts, interactions=comments), "instagram:p0")
    assert value < 0.5
    assert "100% of the comments are returned in kind" in audience_doubts(parts)[0]


def test_faithful_readers_are_no_pod(workspace_of: Make) -> None:
    posts = [{"post_id": f"{n}", "account_id": "instagram:author"} for n in range(8)]
    comments = [
        {
            "actor_id": f"instagram:reader{who}",
            "target_id": "instagram:author",
            "post_id": f"{n}",
            "kind": "comment",
            "text": "So good!",
        }
        for n in range(8)
        for who in range(5)
    ]
    value, parts = parts_of(workspace_of(posts=posts, interactions=comments), "instagram:author")
    assert value > 0.8
    assert audience_doubts(parts) == []


def test_an_account_of_which_nothing_is_known_has_no_value(workspace_of: Make) -> None:
    found, _ = values_of(workspace_of(posts=[{"post_id": "1", "account_id": "instagram:a", "likes": 3}]))
    assert np.isnan(found.value).all()
    assert (found.reliability, found.support.tolist()) == (0.0, [0.0])


def test_a_doubt_comes_with_what_speaks_against_it(workspace_of: Make) -> None:
    posts = [{"post_id": f"{n}", "account_id": "instagram:star", "likes": 5000} for n in range(6)]
    _, answered = parts_of(bought(workspace_of, posts=posts), "instagram:star")
    _, parts = parts_of(bought(workspace_of), "instagram:star")
    assert answered["possible_bought_followers"] < parts["possible_bought_followers"]
    parts |= {"engagement_to_peers": 1.4, "nats_bought_followers_engagement_to_peers": -1.0}
    assert "Against it: reactions by followers are 1.4 times what is usual" in audience_doubts(parts)[0]


def test_a_vendors_share_of_fake_followers_counts_where_followers_are_not_known(workspace_of: Make) -> None:
    accounts = [
        {"account_id": f"instagram:{name}", "platform": "instagram"} for name in ("real", "fake", "silent")
    ]
    metrics = [
        {"account_id": "instagram:real", "fake_followers": 0.05},
        {"account_id": "instagram:fake", "fake_followers": 0.5},
    ]
    workspace = workspace_of(accounts=accounts, metrics=metrics)
    real, fake, silent = (parts_of(workspace, f"instagram:{name}") for name in ("real", "fake", "silent"))
    prior = np.log(BASE_RATE / (1 - BASE_RATE))
    assert real[1]["possible_bought_followers"] == pytest.approx(1 / (1 + np.exp(-(prior - 1.0))))
    assert fake[1]["possible_bought_followers"] == pytest.approx(1 / (1 + np.exp(-(prior + 2.3))))
    assert real[0] > fake[0]
    assert np.isnan(silent[0])
    found, _ = values_of(workspace)
    others = (
        sum(name.startswith("possible_") for name in found.parts) - 1
    )  # not judged: doubted as anybody is
    clear = (1 - fake[1]["possible_bought_followers"]) * (1 - BASE_RATE) ** others
    assert fake[0] == pytest.approx(clear)
    assert found.reliability == 0.25  # two are judged, each by one suspicion of four
    np.testing.assert_array_equal(found.support > 0, np.isfinite(found.value))
    assert "50% of the followers are fake, as a vendor says" in str(
        audience_doubts({**fake[1], "possible_bought_followers": 0.6})
    )


def test_followers_known_by_name_go_before_a_vendors_word(workspace_of: Make) -> None:
    people = [
        {
            "account_id": f"instagram:p{n}",
            "platform": "instagram",
            "following": 100,
            "followers": 90,
            "posts_total": 50,
        }
        for n in range(40)
    ]
    follows = [{"follower_id": row["account_id"], "followee_id": "instagram:star"} for row in people]
    star = {"account_id": "instagram:star", "platform": "instagram"}
    metrics = [{"account_id": "instagram:star", "fake_followers": 0.9}]
    _, parts = parts_of(
        workspace_of(accounts=[*people, star], follows=follows, metrics=metrics), "instagram:star"
    )
    assert np.isfinite(parts["automated_followers"])
    assert "fake_by_vendor" not in parts


def test_comments_that_name_no_post_are_read_too(workspace_of: Make) -> None:
    said = [{"actor_id": f"web:{who}", "target_id": "web:baker", "kind": "comment"} for who in "abc"]
    accounts = [{"account_id": f"web:{name}", "platform": "web"} for name in ("a", "b", "baker", "c")]
    assert np.isnan(parts_of(workspace_of(accounts=accounts, interactions=said), "web:baker")[0])
