"""Early warning: what is an alarm, what is none, and that each says why."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from influence.cli.app import run
from influence.errors import SourceError
from influence.listening.detectors import (
    Shift,
    WatchedSeries,
    count_scores,
    cumulated,
    evidence_of,
    share_scores,
    threshold,
)
from influence.listening.watch import loudest, watch
from influence.listening.watch_rules import rules_from
from influence.reporting.listening.watch_page import watch_json, watch_page, watch_sheets
from influence.reporting.parts import page_text
from influence.signals.material import Material
from tests.listening.conftest import post

N_DAYS = 120


def calm(n_days: int = N_DAYS) -> list[dict[str, Any]]:
    """Three people a day, two on weekends; of every ten, two complain about delivery."""
    rows = []
    for day in range(n_days):
        for k in range(2 if day % 7 >= 5 else 3):
            n = 10 * day + k
            said = "Acme delivery was terrible" if n % 9 == 0 else f"Acme bread number {n} for lunch"
            rows.append(post(n, f"person{n % 61}", day, said, community=f"c{n % 2}"))
    return rows


def watched(workspace_of: Callable[..., Any], posts: list[dict[str, Any]], **more: Any) -> Any:
    tables = {key: more.pop(key) for key in ("accounts", "follows", "interactions") if key in more}
    store = workspace_of(posts=posts, **tables).store
    return watch(store, Material(store), "Acme", **more)


def kinds(found: Any) -> set[str]:
    return {alarm.kind for alarm in found.alarms}


def test_scores_are_logarithms_of_how_much_likelier_a_count_is() -> None:
    from scipy.stats import nbinom, poisson

    counts, mean = np.array([0.0, 2.0, 7.0]), np.array([1.0, 2.0, 3.0])
    tame = poisson.logpmf(counts, 2 * mean) - poisson.logpmf(counts, mean)
    assert count_scores(counts, mean, 0.0, 2.0) == pytest.approx(tame)
    unruly = nbinom.logpmf(counts, 4, 4 / (4 + 2 * mean)) - nbinom.logpmf(counts, 4, 4 / (4 + mean))
    assert count_scores(counts, mean, 0.25, 2.0) == pytest.approx(unruly)
    odds = share_scores(np.array([3.0]), np.array([4.0]), 0.5, 3.0)
    assert odds == pytest.approx(3 * np.log(0.75 / 0.5) + np.log(0.25 / 0.5))


def test_evidence_is_cumulated_and_never_owed() -> None:
    assert cumulated(np.array([-5.0, 1.0, 1.0])) == (2.0, 1)
    assert cumulated(np.array([3.0, -4.0, 1.0])) == (1.0, 2)
    assert cumulated(np.array([-1.0])) == (0.0, 1)


def test_false_alarms_without_a_change_stay_below_the_stated_rate() -> None:
    rng, alarms = np.random.default_rng(3), 0
    days, bound = np.arange(400), threshold(1.0, 2)
    for _ in range(12):
        track = WatchedSeries("volume", rng.poisson(5, 400))
        strong = [
            max(one.strength for one in evidence_of(track, days, today, 21, 182)) >= bound
            for today in range(203, 400)
        ]
        alarms += sum(now and not before for now, before in zip(strong, [False, *strong], strict=False))
    assert alarms / (12 * 197 / 30) <= 1.0


def test_calm_talk_with_quiet_weekends_raises_no_alarm(workspace_of: Callable[..., Any]) -> None:
    for last in ("2024-04-26", "2024-04-28"):  # a Friday and a Sunday
        assert watched(workspace_of, calm(), last=last).alarms == ()


def test_a_recall_is_told_on_its_day_with_why_and_what_to_read(workspace_of: Callable[..., Any]) -> None:
    said = "Acme bread made me sick, dangerous, hospital"
    crowd = [
        post(9000 + k, f"hurt{k}", N_DAYS - 1, said, community=f"x{k % 6}", url=f"https://forum.example/{k}")
        for k in range(14)
    ]
    follows = [{"follower_id": f"forum:fan{k}", "followee_id": "forum:hurt3"} for k in range(5)]
    found = watched(workspace_of, calm() + crowd, follows=follows)
    assert {"volume", "complaint", "topic"} <= kinds(found)
    topic = next(alarm for alarm in found.alarms if alarm.kind == "topic")
    assert topic.about == "safety"
    assert topic.read_first[0].account_id == "forum:hurt3"
    page = page_text(watch_page(replace(found, niche="sourdough bread")))
    assert "29 April 2024, niche sourdough bread" in page
    assert "Complaint about safety rises" in page
    assert "29 April 2024" in page
    assert "https://forum.example/3" in page


def test_a_long_quiet_weekend_is_no_silence_and_a_quiet_fortnight_is_one(
    workspace_of: Callable[..., Any],
) -> None:
    def after(n_days: int) -> set[str]:
        other = post(9999, "other", N_DAYS - 1, "Nothing to say")
        return kinds(watched(workspace_of, [*calm(N_DAYS - n_days), other]))

    assert "silence" not in after(10)
    assert "silence" in after(14)


def test_a_crowd_that_complains_as_others_do_is_more_volume_and_no_topic(
    workspace_of: Callable[..., Any],
) -> None:
    said = ("Acme bread for lunch", "Acme delivery was terrible")
    crowd = [post(9000 + k, f"new{k}", N_DAYS - 1, f"{said[k % 9 == 0]} {k}") for k in range(45)]
    heard = [f"forum:new{k}" for k in range(45)] + [f"forum:person{k}" for k in range(61)]
    follows = [{"follower_id": "forum:fan", "followee_id": one} for one in heard]
    found = kinds(watched(workspace_of, calm() + crowd, follows=follows))
    assert "volume" in found
    assert not found & {"topic", "loud", "complaint"}


def test_complaint_may_cry_wolf_four_times_as_often_as_another_kind() -> None:
    def rarest(kind: str, kinds: tuple[str, ...] = ("volume", "complaint", "spread")) -> float:
        told = replace(rules_from(), kinds=kinds)
        track = WatchedSeries(kind, np.full(9, 5.0), shifts=(2.0,))
        return min(
            strength
            for strength in np.arange(0, 9, 0.01).tolist()
            if loudest(track, [Shift(0, strength, 9.0, 1.0, 2.0)], told)
        )

    assert rarest("volume") == pytest.approx(np.log(30 * 6 / 8), abs=0.01)
    assert rarest("complaint") == pytest.approx(np.log(30 * 6 / 4 / 8), abs=0.01)
    assert rarest("complaint", ("complaint",)) == rarest("volume", ("volume",))


def test_one_person_who_shouts_is_one_voice(workspace_of: Callable[..., Any]) -> None:
    shout = [post(9000 + k, "shouter", N_DAYS - 1, f"Acme bread is awful {k}") for k in range(40)]
    assert watched(workspace_of, calm() + shout).alarms == ()


def test_accounts_that_write_the_same_words_are_told_apart_from_a_crowd(
    workspace_of: Callable[..., Any],
) -> None:
    praise = "honestly Acme bread changed my mornings and I tell everyone about it"
    wave = [post(9000 + k, f"fresh{k}", N_DAYS - 4 + k % 4, f"{praise} {k}") for k in range(16)]
    assert {"copies", "newcomers"} <= kinds(watched(workspace_of, calm() + wave))


def test_questions_that_the_brand_has_not_answered_are_counted(workspace_of: Callable[..., Any]) -> None:
    accounts = [{"account_id": "forum:acme", "platform": "forum", "handle": "acme"}]
    asked = [post(9000 + k, f"asker{k}", N_DAYS - 5, "@acme when do you open on Sunday?") for k in range(3)]
    answer = post(9100, "acme", N_DAYS - 4, "At nine!", reply_to="p9000")
    waiting = watched(workspace_of, [*calm(), *asked, answer], accounts=accounts)
    alarm = next(one for one in waiting.alarms if one.kind == "unanswered")
    assert alarm.seen == 2
    assert {one.account_id for one in alarm.read_first} == {"forum:asker1", "forum:asker2"}


def test_what_cannot_be_watched_is_said(workspace_of: Callable[..., Any]) -> None:
    found = watched(workspace_of, [post(k, f"a{k}", k, "Acme bread") for k in range(9)])
    assert found.alarms == ()
    assert {"volume", "loud", "spread", "unanswered"} <= set(found.not_watched)
    assert watch_sheets(found)[0].rows == []


def test_rules_are_checked(tmp_path: Path) -> None:
    def told(text: str) -> Path:
        (tmp_path / "rules.toml").write_text(text)
        return tmp_path / "rules.toml"

    assert rules_from(told("window_days = 7")).window_days == 7
    for text in (
        "windw_days = 7",
        'kinds = ["volum"]',
        "window_days = 0",
        "loud_share = true",
        "baseline_days = 1.5",
    ):
        with pytest.raises(SourceError):
            rules_from(told(text))


def test_cron_learns_by_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pandas as pd

    crowd = [post(9000 + k, f"hurt{k}", N_DAYS - 1, "Acme is awful and broken") for k in range(20)]
    paths = {}
    for name, rows in (("calm", calm()), ("hit", calm() + crowd)):
        pd.DataFrame(rows).to_csv(tmp_path / f"{name}.csv", index=False)
        paths[name] = str(tmp_path / f"{name}.duckdb")
        assert run(["import", str(tmp_path / f"{name}.csv"), "-w", paths[name], "--yes"]) == 0
    assert run(["listen", "--brand", "Acme", "--watch", "-w", paths["calm"]]) == 0
    capsys.readouterr()
    assert run(["listen", "--brand", "Acme", "-w", paths["hit"], "--format", "json", "--watch"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["n_alarms"] >= 1
    assert told["day"] == "2024-04-29"


def test_a_text_that_stands_above_is_not_told_again_and_each_alarm_has_its_picture(
    workspace_of: Callable[..., Any],
) -> None:
    crowd = [post(9000 + k, f"hurt{k}", N_DAYS - 1, "Acme bread made me sick, dangerous") for k in range(14)]
    found = watched(workspace_of, calm() + crowd)
    parts = watch_page(found).parts
    quotes = [quote for part in parts for quote in part.quotes]
    assert len(quotes) == len(set(quotes)) < sum(len(one.read_first) for one in found.alarms)
    assert "What to read first stands above." in [words for part in parts for words in part.words]
    volume = next(one for one in found.alarms if one.kind == "volume")
    assert sum(volume.daily[volume.since - found.day - 1 :]) == volume.seen
    drawn = next(part.charts[0].wide for part in parts if part.title.startswith("More people"))
    assert drawn.count('class="s5"') == found.day - volume.since + 1


def test_json_holds_no_infinity(workspace_of: Callable[..., Any]) -> None:
    accounts = [{"account_id": "forum:acme", "platform": "forum", "handle": "acme"}]
    asked = [post(9000 + k, f"asker{k}", N_DAYS - 5, "@acme when do you open on Sunday?") for k in range(3)]
    told = json.loads(watch_json(watched(workspace_of, [*calm(), *asked], accounts=accounts)))
    assert told["alarms"][0]["once_in_days"] is None
