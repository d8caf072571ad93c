"""The topic map: a town over three years whose themes, trends, owners, questions and yearly feast are known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from influence.cli.app import run
from influence.errors import MissingDataError, UsageError
from influence.listening.offers import languages_read, offers_of
from influence.listening.themes import spoken
from influence.listening.topics import TopicMap, topic_map
from influence.listening.trends import next_day_of, returns_of, trend_of, week_of_year
from influence.reporting.listening.topics_page import hardly_heard, todo, topics_json, topics_page
from influence.reporting.parts import page_html, page_text
from influence.signals.material import Material
from influence.store.workspace import from_day, to_day
from influence.toml_files import shipped
from tests.listening.conftest import post

N_DAYS = 1100
VOICES = [f"v{n:02}" for n in range(24)]
STEADY = ("starter", "rye", "ladle")
THEMES = {
    "rye": ("dark rye with caraway crust", "caraway in rye, a thick crust"),
    "ladle": ("lentil soup from a copper ladle", "a copper ladle of lentil soup"),
    "starter": (
        "my sourdough starter bubbled in the proofing jar",
        "a sourdough starter, a jar, some bubbles",
    ),
    "cake": ("sponge cake with aquafaba frosting", "frosting a sponge with whipped aquafaba"),
    "feast": ("gingerbread and marzipan stollen", "stollen with marzipan, then gingerbread"),
}


def town(n_days: int = N_DAYS) -> list[dict[str, Any]]:
    """Starter: a post every third day. Cake: rising in the last half year. Feast: many voices in week 48 of each year.

    Rye and ladle: every third day each, steady.
    """
    rows, n = [], 0

    def say(who: str, day: int, text: str, **more: Any) -> None:
        nonlocal n
        rows.append(post(n, who, day - 731, text, **more))
        n += 1

    for day in range(n_days):
        here = np.random.default_rng(day)
        say(VOICES[day % 23], day, f"{THEMES[STEADY[day % 3]][day % 2]}, day {day}", likes=1)
        if here.random() < (0.1 if day < n_days - 182 else 0.1 + 0.9 * (day - n_days + 182) / 182):
            say(
                VOICES[(5 * day + 1) % 24],
                day,
                f"{THEMES['cake'][day % 2]} {day}",
                likes=20 if day % 24 == 7 else 0,
            )
        at = int(to_day("2021-12-31")) + day
        if int(week_of_year(np.array([at]))[1][0]) == 48 and day % 7 < 6:
            for who in VOICES[day % 2 :: 4]:
                say(who, day, f"{THEMES['feast'][day % 2]} {day}", likes=2)
        elif day % 40 == 0:
            say(VOICES[(day // 40) % 24], day, THEMES["feast"][0])
        say(f"far{day % 30}", day, "the football match was slow, the goal late")
    for k, who in enumerate(VOICES[:4]):
        say(who, n_days - 3 - k, "How do I feed a sourdough starter in a jar? Any tips?", comments=3)
    say("v20", n_days - 2, "Is the Acme sponge cake frosting any good?")
    say("v20", n_days - 2, "Acme sponge cake with aquafaba frosting again")
    say("acme", n_days - 2, "our sourdough starter in a jar")
    return rows


ROWS = town()


@pytest.fixture
def mapped(workspace_of: Callable[..., Any]) -> Callable[..., TopicMap]:
    """The topic map of the town; `hidden` asks not to be listed."""

    def made(hidden: str = "", rows: list[dict[str, Any]] = ROWS, **asked: Any) -> TopicMap:
        names = sorted({row["account_id"] for row in rows})
        accounts = [
            {"account_id": one, "noindex": one == hidden, "handle": one.partition(":")[2]} for one in names
        ]
        store = workspace_of(posts=rows, accounts=accounts).store
        material = Material(store)
        members = np.isin(material.account_ids, [f"forum:{who}" for who in [*VOICES, "acme"]]).astype(float)
        return topic_map(store, material, "vegan baking", members, **asked)

    return made


def by_word(found: TopicMap, word: str) -> Any:
    (topic,) = [one for one in found.topics if word in one.words]
    return topic


def test_themes_are_words_that_stand_together_and_none_of_others(mapped: Callable[..., TopicMap]) -> None:
    found = mapped()
    assert {"starter", "jar"} <= set(by_word(found, "sourdough").words)
    assert {"sponge", "frosting"} <= set(by_word(found, "aquafaba").words)
    assert {"gingerbread", "stollen"} <= set(by_word(found, "marzipan").words)
    assert "football" not in {word for one in found.topics for word in one.words}
    assert len(found.topics) == 5
    assert found.n_themed == found.n_posts


def test_trend_owner_and_the_brand_s_voice_of_each_theme(mapped: Callable[..., TopicMap]) -> None:
    found = mapped(brand="Acme", rivals=("Nordly",))
    starter, cake = by_word(found, "sourdough"), by_word(found, "aquafaba")
    assert cake.trend.word == "rising"
    assert starter.trend.word in ("steady", "falling")
    rows = pd.DataFrame(ROWS)
    day = pd.to_datetime(rows["created_at"]).map(lambda told: int(to_day(told.date().isoformat())))
    half = rows[(day >= found.period.first) & rows["text"].str.contains("sponge")]
    assert (cake.n_posts, cake.n_voices) == (len(half), half["account_id"].nunique())
    liked = half.fillna({"likes": 0}).groupby("account_id")["likes"].sum()
    first = cake.owners[0]
    assert (first.account_id, first.of_reactions) == (
        liked.idxmax(),
        pytest.approx(liked.max() / liked.sum()),
    )
    assert first.of_posts == pytest.approx((half["account_id"] == first.account_id).mean())
    acme, nordly = cake.heard
    assert (acme.n_posts, nordly.n_posts) == (2, 0)
    assert acme.share.share == pytest.approx(2 / len(half))
    assert (cake.n_own, starter.n_own, starter.heard[0].n_posts) == (0, 1, 0)
    assert not hardly_heard(starter)


def test_what_posts_ask_decides_what_to_give(mapped: Callable[..., TopicMap]) -> None:
    starter = by_word(mapped(), "sourdough")
    (guide,) = starter.offers
    assert (guide.kind, guide.n_accounts, guide.n_posts) == ("guide", 4, 4)
    assert guide.gives.startswith("a guide to ")
    asked = {row["post_id"] for row in ROWS if row["text"].startswith("How do I")}
    assert len(guide.post_ids) == 3
    assert set(guide.post_ids) <= asked
    assert by_word(mapped(), "aquafaba").offers == ()  # one account asks for a sample


def test_who_asks_in_german_is_given_something_in_german() -> None:
    """Two German accounts ask how, one asks for the price; two English ones ask how; a Czech question is not read."""
    told = [("a", "de", "Wie lange gehen lassen?"), ("b", "de", "Welches Mehl nehmt ihr?"),
            ("c", "de", "Was kostet das Mehl?"), ("d", "en", "How long does it take?"), ("e", None, "How do I?"),
            ("f", "cs", "Jak dlouho kynout?"), ("g", "de", "Wie lange er will.")]  # fmt: skip
    rows = pd.DataFrame(
        {"account_id": who, "post_id": who, "day": 1, "said": said, "is_hidden": False, "language": language}
        for who, language, said in told
    )
    assert [(one.gives, one.post_ids) for one in offers_of(rows, "flour")] == [
        ("a guide to flour in German", ("a", "b")),
        ("a guide to flour", ("d", "e")),
    ]


def test_every_kind_of_offer_has_words_in_every_language() -> None:
    told = shipped("influence.listening", "offers.toml")
    assert all(set(kind) == {"gives", *languages_read()} for kind in told["kinds"].values())


def test_a_feast_returns_in_its_week_and_nothing_else_does(mapped: Callable[..., TopicMap]) -> None:
    found = mapped()
    (season,) = found.calendar or ()
    assert "marzipan" in season.theme
    assert (season.back.week, season.back.n_weeks, season.back.years) == (48, 1, (2022, 2023, 2024))
    assert from_day(season.next_day).isoformat() == "2025-12-03"
    assert len(season.post_ids) == 3
    assert season.back.ratio > 5


def test_a_year_is_too_little_for_a_calendar(mapped: Callable[..., TopicMap]) -> None:
    found = mapped(rows=town(500))
    assert found.calendar is None
    assert "can be told from" in page_text(topics_page(found))


def test_nobody_hidden_is_named_and_all_is_offered_as_tables(mapped: Callable[..., TopicMap]) -> None:
    found = mapped("forum:v20", brand="Acme")
    text = page_html(topics_page(found)) + topics_json(found)
    assert "forum:v20" not in text
    assert "1 who are private or asked not to be listed" in text
    told = json.loads(topics_json(found))
    assert {"themes", "owners", "brands", "offers", "calendar", "posts"} <= set(told)
    assert {row["do"] for row in told["to_do"]} == {row[0] for row in todo(found)}
    assert all(len(line) <= 80 for line in page_text(topics_page(found)).splitlines())


def test_the_slope_is_that_of_a_poisson_regression() -> None:
    from scipy.optimize import minimize

    rng = np.random.default_rng(3)
    totals = rng.integers(20, 60, 26)
    at = (np.arange(26) - 12.5) / 4
    counts = rng.poisson(totals * 0.2 * np.exp(0.1 * at))

    def loss(told: np.ndarray) -> float:
        mean = totals * np.exp(told[0] + told[1] * at)
        return float((mean - counts * np.log(mean)).sum())

    best = minimize(loss, [-1.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}).x
    assert trend_of(counts, totals).change == pytest.approx(np.expm1(best[1]), abs=1e-5)


def test_the_interval_of_a_trend_holds_the_truth_nine_times_in_ten() -> None:
    rng = np.random.default_rng(1)
    at, totals = (np.arange(26) - 12.5) / 4, np.full(26, 60)
    held = 0
    for _ in range(400):
        told = trend_of(rng.poisson(totals * 0.15 * np.exp(0.08 * at)), totals)
        held += (told.low or 0.0) <= np.expm1(0.08) <= (told.high or 0.0)
    assert 0.86 <= held / 400 <= 0.96


def test_few_weeks_or_few_voices_tell_no_trend_and_a_last_week_does_not_break_it() -> None:
    assert trend_of(np.array([5, 6, 9]), np.array([50, 50, 50])).word == "too few"
    assert trend_of(np.ones(9), np.full(9, 40)).word == "too few"
    assert trend_of(np.array([0] * 11 + [30]), np.full(12, 40)).word == "rising"


def test_years_without_seasons_bring_hardly_any_calendar() -> None:
    rng = np.random.default_rng(5)
    found = [returns_of(rng.poisson(6, (3, 52)), np.full((3, 52), 40), 2023, 10) for _ in range(200)]
    assert sum(map(len, found)) <= 4  # 200 themes of 20 pages: once in twenty pages at most is wished for


def test_one_year_s_outburst_is_no_return_and_the_turn_of_the_year_is_one() -> None:
    counts, totals = np.full((3, 52), 4), np.full((3, 52), 40)
    counts[1, 20] = 35
    assert returns_of(counts, totals, 2023) == []
    counts[:, 51], counts[:, 0] = 30, 30
    (one,) = returns_of(counts, totals, 2023)
    assert (one.week, one.n_weeks, one.years, one.n_years_seen) == (51, 2, (2023, 2024, 2025), 3)


def test_weeks_of_the_year_and_how_words_are_written() -> None:
    days = np.array([int(to_day(day)) for day in ("2024-01-01", "2024-01-08", "2024-12-31", "2023-12-31")])
    years, weeks = week_of_year(days)
    assert (years.tolist(), weeks.tolist()) == ([2024, 2024, 2024, 2023], [0, 1, 51, 51])
    assert from_day(next_day_of(1, int(to_day("2024-01-09")))).isoformat() == "2025-01-08"
    assert spoken(["starter", "bread"], ["Starters! starter, starters"]) == {
        "starter": "starters",
        "bread": "bread",
    }


def test_what_cannot_be_answered_is_said(mapped: Callable[..., TopicMap]) -> None:
    with pytest.raises(UsageError, match="whose rivals"):
        mapped(rivals=("Nordly",))
    with pytest.raises(MissingDataError, match="no dated posts"):
        mapped(first="2020-01-01", last="2020-02-01")


def test_the_command_writes_pages_and_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pd.DataFrame(ROWS).to_csv("posts.csv", index=False)
    assert run(["import", "posts.csv", "--yes"]) == 0
    asked = ["topics", "--niche", "sourdough starter", "--brand", "Acme", "--alias", "acmehq"]
    assert run([*asked, "-o", "topics.html"]) == 0
    assert "What to give first" in Path("topics.html").read_text()
    assert run([*asked, "-o", "topics.xlsx"]) == 0
    capsys.readouterr()
    assert run([*asked, "--format", "json"]) == 0
    assert {"themes", "owners", "brands"} <= set(json.loads(capsys.readouterr().out))


def test_themes_that_are_known_but_quiet_in_the_period_are_not_called_missing(
    mapped: Callable[..., TopicMap],
) -> None:
    found = mapped(first="2022-05-02", last="2022-05-03")
    assert (len(found.topics), found.n_themed) == (0, found.n_posts)
    assert "No theme in this period" in page_text(topics_page(found))
