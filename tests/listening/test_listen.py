"""Volume, share of voice, reputation, what changed and who drives it, on talk whose answers are known by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.errors import MissingDataError, UsageError
from influence.listening.detectors import baseline_of, weekday_of
from influence.listening.periods import bins_of, period_of
from influence.listening.reputation import feeling_changes
from influence.listening.voice_share import clustered_share, wilson
from influence.reporting.listening.listen_page import listen_json, listen_page, listen_sheets
from influence.reporting.parts import page_html, page_text
from tests.listening.conftest import post

Hear = Callable[..., Any]


def weeks(n_weeks: int, text: str, every: tuple[int, ...] = (0, 2, 4)) -> list[dict[str, Any]]:
    """A post on these weekdays of every week, each by another account."""
    days = [7 * week + day for week in range(n_weeks) for day in every]
    return [post(k, f"regular{k}", day, text) for k, day in enumerate(days)]


def test_ten_posts_of_one_author_are_not_ten_voices() -> None:
    alone = clustered_share(np.array([10.0, 0.0]), np.array([10.0, 10.0]))
    crowd = clustered_share(np.repeat([1.0, 0.0], 10), np.ones(20))
    assert alone.share == crowd.share == 0.5
    assert alone.high - alone.low > 2 * (crowd.high - crowd.low)


def test_with_one_post_an_author_the_interval_is_wilsons() -> None:
    found = clustered_share(np.repeat([1.0, 0.0], [30, 70]), np.ones(100))
    plain = wilson(0.3, 99)  # the variance over authors divides by n - 1
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=1e-9)


def test_intervals_hold_what_they_promise_on_clustered_posts() -> None:
    rng, inside = np.random.default_rng(0), 0
    for _ in range(400):
        trials = rng.geometric(0.4, 60).astype(float)
        hits = rng.binomial(trials.astype(int), rng.beta(0.6, 1.4, 60)).astype(float)
        found = clustered_share(hits, trials)
        inside += bool(found.low <= 0.3 <= found.high)
    assert 0.85 <= inside / 400 <= 0.95


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=30))
def test_a_share_lies_within_its_interval_and_that_within_bounds(rows: list[tuple[int, int]]) -> None:
    hits = np.array([a for a, _ in rows], dtype=float)
    trials = hits + np.array([b for _, b in rows])
    found = clustered_share(hits, trials)
    if trials.sum() == 0:
        assert found.share is None
    else:
        assert 0 <= found.low <= found.share + 1e-12
        assert found.share <= found.high + 1e-12 <= 1 + 1e-9


def test_the_first_day_of_all_days_was_a_thursday() -> None:
    assert weekday_of(np.array([0, 4, 19723])).tolist() == [3, 0, 0]  # 2024-01-01 was a Monday


def test_a_weekend_dip_is_part_of_the_baseline() -> None:
    days = np.arange(19723, 19723 + 140)
    counts = np.where(weekday_of(days) >= 5, 2, 12)
    usual = baseline_of(days, counts)
    assert usual.expected(np.array([19723 + 145])).item() == pytest.approx(2, abs=0.7)  # a Saturday
    assert usual.expected(np.array([19723 + 140])).item() == pytest.approx(12, abs=0.7)
    assert usual.dispersion < 0.01


def test_an_incident_of_the_past_does_not_raise_the_baseline() -> None:
    days, rng = np.arange(19723, 19723 + 140), np.random.default_rng(1)
    counts = rng.poisson(6, 140)
    calm, hit = baseline_of(days, counts), baseline_of(days, np.where(np.arange(140) // 3 == 20, 90, counts))
    assert hit.rate == pytest.approx(calm.rate, rel=0.1)


def test_share_of_voice_is_counted_by_posts_authors_and_people(heard_of: Hear) -> None:
    posts = [
        post(1, "anna", 30, "I love Acme"),
        post(2, "anna", 31, "Acme again"),
        post(3, "ben", 32, "Acme bread"),
        post(4, "cleo", 33, "Nordly rolls"),
    ]
    follows = [
        {"follower_id": f"forum:{fan}", "followee_id": f"forum:{star}"}
        for star, fans in (("anna", "xyz"), ("ben", "xy"), ("cleo", "w"))
        for fan in fans
    ]
    found = heard_of(posts=posts, follows=follows, asked={"rivals": ("Nordly",)})
    acme, nordly = found.voices
    assert (acme.n_posts, acme.n_authors, acme.n_people) == (3, 2, 3)
    assert acme.by_posts.share == pytest.approx(3 / 4)
    assert acme.by_authors.share == pytest.approx(2 / 3)
    assert (acme.by_reach.share, nordly.by_reach.share) == (pytest.approx(3 / 4), pytest.approx(1 / 4))


def test_reach_is_unknown_without_ties_and_the_page_says_so(heard_of: Hear) -> None:
    found = heard_of(posts=[post(1, "anna", 30, "I love Acme")])
    assert found.voices[0].n_people is None
    assert "Reach is unknown" in page_text(listen_page(found))


def test_the_brand_itself_is_no_voice_about_itself(heard_of: Hear) -> None:
    accounts = [{"account_id": "forum:acme", "platform": "forum", "handle": "acme"}]
    posts = [post(1, "acme", 30, "Try Acme today"), post(2, "ben", 30, "Acme bread is fine")]
    found = heard_of(posts=posts, accounts=accounts)
    assert (found.voices[0].n_posts, found.n_own) == (1, 1)


def test_kinds_of_voice_are_told_by_the_data(heard_of: Hear) -> None:
    accounts = [
        {
            "account_id": "forum:paula",
            "platform": "forum",
            "handle": "paula",
            "bio": "I work at Acme. Views mine",
        },
        {"account_id": "forum:news", "platform": "forum", "handle": "news", "kind": "media"},
        {"account_id": "forum:buyer", "platform": "forum", "handle": "buyer", "kind": "person"},
    ]
    customers = [{"customer_id": "c1", "account_id": "forum:buyer"}]
    posts = [
        post(k, who, 30, "Acme opens on Monday") for k, who in enumerate(("paula", "news", "buyer", "who"))
    ]
    found = heard_of(posts=posts, accounts=accounts, customers=customers)
    voices = {one.value: one.n_posts for one in found.slices if one.by == "kind of voice"}
    assert voices == {"employee": 1, "media": 1, "customer": 1, "unknown": 1}


def test_praise_and_complaint_in_one_sentence_are_about_different_things(heard_of: Hear) -> None:
    said = "The Acme bread is delicious and the staff were lovely, but the delivery was terrible and late"
    found = heard_of(posts=[post(k, f"a{k}", 30, said) for k in range(3)])
    told = {one.name: (one.n_negative, one.n_positive) for one in found.aspects}
    assert told["delivery"] == (3, 0)
    assert told["service"] == (0, 3)


def test_accounts_that_ask_not_to_be_listed_are_counted_and_never_named(heard_of: Hear) -> None:
    accounts = [{"account_id": "forum:shy", "platform": "forum", "handle": "shy", "noindex": True}]
    posts = [
        post(1, "shy", 30, "Acme delivery was awful"),
        post(2, "ben", 30, "Acme delivery was awful, really"),
    ]
    found = heard_of(posts=posts, accounts=accounts)
    assert found.voices[0].n_authors == 2
    assert found.drive.n_unnamed == 1
    written = page_html(listen_page(found)) + listen_json(found) + str([s.rows for s in listen_sheets(found)])
    assert "forum:shy" not in written


def test_a_week_that_always_has_quiet_weekends_is_not_called_a_decline(heard_of: Hear) -> None:
    posts = weeks(20, "Acme bread", (0, 1, 2, 3, 4))
    last = {"first": "2024-05-17", "last": "2024-05-19"}  # Friday to Sunday against Tuesday to Thursday
    assert heard_of(posts=posts, asked=last).changes["Acme"][0].verdict == "no telling"


def test_three_times_as_many_mentions_are_called_more(heard_of: Hear) -> None:
    extra = [post(1000 + k, f"new{k}", 112 + k % 28, "Acme again") for k in range(36)]
    found = heard_of(
        posts=weeks(20, "Acme bread") + extra, asked={"first": "2024-04-22", "last": "2024-05-19"}
    )
    change = found.changes["Acme"][0]
    assert change.verdict == "more"
    assert change.difference == pytest.approx(48.5 / 12.5)
    assert found.changes["Acme"][0].low < 4 < found.changes["Acme"][0].high


def test_a_rise_of_complaint_is_told_as_one(heard_of: Hear) -> None:
    good = weeks(4, "I love Acme bread, wonderful", (0, 1, 2, 3, 4))
    bad = [post(500 + k, f"angry{k}", 28 + k, "Acme bread is awful, never again") for k in range(20)]
    found = heard_of(posts=good + bad, asked={"first": "2024-01-29", "last": "2024-02-25"})
    verdicts = {change.what: change.verdict for change in found.changes["Acme"][1:]}
    assert (verdicts["negative"], verdicts["positive"]) == ("more", "less")


def test_few_who_write_half_of_it_are_told(heard_of: Hear) -> None:
    posts = [post(k, "busy", 30, f"Acme {k}") for k in range(6)]
    posts += [post(10 + k, f"other{k}", 29, "Acme") for k in range(5)]
    drive = heard_of(posts=posts).drive
    assert (drive.n_authors, drive.n_for_half) == (6, 1)
    assert drive.busiest[0].account_id == "forum:busy"
    assert drive.first[0].account_id == "forum:other0"


def test_a_page_shows_foreign_text_as_text(heard_of: Hear) -> None:
    found = heard_of(
        posts=[post(k, f"a{k}", 30, "Acme delivery <script>alert(1)</script> awful") for k in range(3)]
    )
    page = page_html(listen_page(found))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_nothing_said_and_wrong_asking_are_told(heard_of: Hear) -> None:
    posts = [post(1, "anna", 30, "I love Acme")]
    with pytest.raises(MissingDataError, match="nobody names"):
        heard_of("Zorb", posts=posts)
    with pytest.raises(UsageError, match="ends before"):
        heard_of(posts=posts, asked={"first": "2024-03-02", "last": "2024-03-01"})
    with pytest.raises(UsageError, match="rival"):
        heard_of(posts=posts, asked={"rivals": ("acme",)})


def test_a_period_in_which_nothing_was_said_has_a_page(heard_of: Hear) -> None:
    found = heard_of(
        posts=[post(1, "anna", 30, "I love Acme")], asked={"first": "2024-03-01", "last": "2024-03-20"}
    )
    assert found.voices[0].n_posts == 0
    assert "Nothing was said" in page_html(listen_page(found))


@given(st.integers(1, 500), st.sampled_from(["day", "week", "month"]))
def test_bins_cover_both_periods_without_a_gap(n_days: int, by: str) -> None:
    from influence.store.workspace import from_day

    period = period_of(19_900, from_day(19_900 - n_days).isoformat(), None, by)
    bins = bins_of(period)
    assert (bins[0][0], bins[-1][1]) == (period.before, period.end)
    assert all(stop == start for (_, stop, _), (start, _, _) in pairwise(bins))
    assert period.first in {start for start, _, _ in bins}


def test_one_mention_tells_no_turn_of_feeling() -> None:
    before = pd.DataFrame(
        {"account_id": list("abcde"), "feeling": ["negative", *["neutral"] * 2, *["positive"] * 2]}
    )
    now = pd.DataFrame({"account_id": ["f"], "feeling": ["negative"]})
    assert {one.verdict for one in feeling_changes(now, before)} == {"no telling"}
    many = [pd.concat([part] * 40, ignore_index=True) for part in (now, before)]
    for part in many:
        part["account_id"] = [f"x{n}" for n in range(len(part))]
    assert {one.what: one.verdict for one in feeling_changes(*many)}["negative"] == "more"
