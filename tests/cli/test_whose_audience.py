"""What is told to a client knows on what it rests: people by name, topics, prices that somebody told."""

import re
from pathlib import Path

import pytest

from influence.cli.app import run

OF_PEOPLE = (
    "smaller audience",
    "share readers",
    "anybody in the data reaches",
    "who reads them",
    "people reached",
    "reaches",
)
BRIEF = "# Oat drink, spring 2026\n\nWe want vegan baking bloggers who bake with oat milk.\nBudget: £2,000.\n"


def import_into(folder: Path, *, followed: bool) -> str:
    import pandas as pd

    from influence.store.importing.transaction import import_tables
    from influence.store.workspace import open_workspace

    bakers = [f"baker_{n}" for n in range(8)]
    words = [
        "oat",
        "milk",
        "vegan",
        "baking",
        "sourdough",
        "rye",
        "cake",
        "oven",
        "tins",
        "flour",
        "muffins",
        "recipe",
    ]
    accounts = pd.DataFrame(
        {"account_id": [f"web:{n}" for n in bakers], "kind": "blog", "followers": range(200, 1000, 100)}
    )
    posts = pd.DataFrame(
        [
            {"post_id": f"{name}{k}", "account_id": f"web:{name}", "created_at": f"2025-06-{10 + k}",
             "likes": 5 + at + k,
             "text": " ".join(words[(at + k + step) % len(words)] for step in range(5)) + " oat milk baking"}
            for at, name in enumerate(bakers)
            for k in range(5)
        ]
    )  # fmt: skip
    tables = {"accounts": accounts, "posts": posts}
    if followed:
        ties = [
            (f"web:reader_{r}", f"web:baker_{b}") for r in range(20) for b in range(8) if (r + b) % 3 == 0
        ]
        tables["follows"] = pd.DataFrame(ties, columns=["follower_id", "followee_id"])
    path = folder / ("followed.duckdb" if followed else "topics.duckdb")
    with open_workspace(path) as opened:
        import_tables(opened, tables)
    return str(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audience")
    (folder / "brief.md").write_text(BRIEF, "utf-8")
    return folder


@pytest.fixture(scope="module")
def topics(folder: Path) -> str:
    return import_into(folder, followed=False)


@pytest.fixture(scope="module")
def followed(folder: Path) -> str:
    return import_into(folder, followed=True)


def page(folder: Path, workspace: str, *options: str) -> str:
    target = folder / "report.html"
    assert run(["report", "-w", workspace, "--size", "3", "-o", str(target), *options]) == 0
    text = re.sub(r"<style.*?</style>", "", target.read_text("utf-8"), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_topics_are_not_told_as_readers(
    folder: Path, topics: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for options in ([], ["--set"]):
        text = page(folder, topics, "--niche", "oat milk baking", *options)
        assert "topics of the niche" in text
        assert [words for words in OF_PEOPLE if words in text] == []
        assert run(["shortlist", "-w", topics, "--niche", "oat milk baking", "--size", "3", *options]) == 0
        shown = capsys.readouterr()
        assert [words for words in OF_PEOPLE if words in shown.out + shown.err] == []
        assert "No audience is known" in shown.err


def test_people_are_said_to_be_those_seen_in_the_data(folder: Path, followed: str) -> None:
    text = page(folder, followed, "--niche", "oat milk baking")
    assert "seen in your data" in text
    assert "would reach" in text
    assert re.search(r"would reach [\d,.]+ niche people seen in your data", text)


def test_no_price_stands_where_nobody_told_one(
    folder: Path, topics: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = page(folder, topics, "--niche", "oat milk baking")
    assert "USD" not in text
    assert "rate card" not in text
    assert run(["shortlist", "-w", topics, "--niche", "oat milk baking", "--size", "3"]) == 0
    assert "USD" not in capsys.readouterr().err


def test_a_budget_shows_costs_in_the_briefs_currency_and_calls_them_guesses(
    folder: Path, topics: str
) -> None:
    text = page(folder, topics, "--brief", str(folder / "brief.md"), "--budget", "500")
    assert "500 GBP" in text
    assert "guess" in text
    assert "USD" not in text.replace("Instagram, per post", "")


def test_a_currency_that_was_told_is_the_only_one(folder: Path, topics: str) -> None:
    card = folder / "card.csv"
    card.write_text("account,cost\nbaker_7,120\nbaker_6,80\n", "utf-8")
    text = page(folder, topics, "--niche", "oat milk baking", "--rate-card", str(card), "--currency", "eur")
    assert "EUR" in text
    assert "USD" not in text
    assert "GBP" not in text


def test_the_page_bears_the_briefs_title_and_neither_its_text_nor_a_path(folder: Path, topics: str) -> None:
    text = page(folder, topics, "--brief", str(folder / "brief.md"))
    assert "Oat drink, spring 2026: 3 accounts" in text
    assert "We want vegan baking bloggers" not in text
    assert str(folder) not in text
    assert "topics.duckdb" not in text


def test_weights_on_the_page_are_the_used_ones_and_reliability_is_said(folder: Path, topics: str) -> None:
    text = page(folder, topics, "--niche", "oat milk baking")
    assert "Setting: weights" not in text
    assert re.search(
        r"evidence that is weaker or scarce counts less, which is in these weights: [a-z ]+ \d+%", text
    )


def test_who_misses_a_list_by_score_hears_by_how_much_and_why(topics: str, folder: Path) -> None:
    text = page(folder, topics, "--niche", "oat milk baking", "--no-set")
    assert re.search(r"below the last pick, most by [a-z ]+ \(\d+\.\d\)", text)
    assert "are reached already" not in text


def test_stand_ins_follow_the_way_the_list_was_chosen(
    topics: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(
            [
                "shortlist",
                "-w",
                topics,
                "--niche",
                "oat milk baking",
                "--size",
                "3",
                "--no-set",
                "--save",
                "spring",
            ]
        )
        == 0
    )
    assert run(["rank", "-w", topics, "--niche", "oat milk baking", "--format", "csv"]) == 0
    order = [
        line.split(",")[1] for line in capsys.readouterr().out.splitlines() if line.split(",")[0].isdigit()
    ]
    assert run(["shortlist", "edit", "spring", order[0], "-w", topics, "--status", "declined"]) == 0
    assert run(["shortlist", "stand-ins", "spring", "-w", topics]) == 0
    shown = capsys.readouterr().out
    assert "the next by score" in shown
    assert order[3].partition(":")[2] in shown


@pytest.mark.parametrize(
    ("text", "currency"),
    [("Budget: £2,000", "GBP"), ("Etat 3.000 EUR", "EUR"), ("2500 € in all", "EUR"), ("up to $500", "USD"),
     ("CHF 800", "CHF"),     ("30 samples, 500 words, EUR later", None), ("no money named", None)],
)  # fmt: skip
def test_a_brief_says_its_currency_beside_a_number(text: str, currency: str | None) -> None:
    from influence.selection.costs import currency_in

    assert currency_in(text) == currency
