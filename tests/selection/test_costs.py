"""Prices: quotes, what was paid, tiers."""

from pathlib import Path

import pytest

from influence.ranking.results import RankedAccount
from influence.selection.bare import BareRows
from influence.selection.costs import RateCardError, costs_of, default_card, read_card


def account(name: str, followers: int | None) -> RankedAccount:
    return RankedAccount(1, f"web:{name}", name, None, 50.0, {}, {}, {}, followers, 3)


@pytest.mark.parametrize(
    ("followers", "tier", "cost"),
    [
        (0, "nano", 55),
        (9_999, "nano", 55),
        (10_000, "micro", 300),
        (600_000, "macro", 7_500),
        (None, "unknown", 300),
    ],
)
def test_tiers_begin_where_the_card_says(followers: int | None, tier: str, cost: float) -> None:
    costs = costs_of(BareRows.of([account("a", followers)]), default_card())
    assert (costs.tier[0], costs.cost[0], costs.basis[0]) == (tier, cost, "guess")


def test_a_quote_comes_before_what_was_paid_and_that_before_the_card(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text('Account,Cost\n@Quoted,"1,200"\nweb:other,0\n', "utf-8")
    rows = [account("quoted", 5), account("other", 5), account("paid", 5), account("new", 5)]
    costs = costs_of(BareRows.of(rows), read_card(path), {"web:paid": 80.0, "web:quoted": 1.0})
    assert costs.cost.tolist() == [1200.0, 0.0, 80.0, 55.0]
    assert costs.basis == ("quote", "quote", "paid before", "guess")
    assert costs.n_guessed == 1


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "account,cost\nx,5\nx,6\n", "two prices"),
        ("a.csv", "account,cost\nx,cheap\n", "not a price"),
        ("a.csv", "who,what\nx,5\n", "columns account and cost"),
        ("a.toml", "[[tier]\n", "not valid TOML"),
        ("a.toml", "curency = 'EUR'\n", "did you mean 'currency'"),
        ("a.toml", "[[tier]]\nname = 'all'\nfrom = 0\ncsot = 1\n", "did you mean 'cost'"),
        ("a.toml", "currency = 'EUR'\n", "tiers that start at 0"),
        ("a.toml", "[[tier]]\nname = 'all'\nfrom = 0\ncost = -1\n", "not a price"),
    ],
)
def test_a_broken_card_is_named_with_its_place(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(RateCardError, match=words):
        read_card(path)


def test_the_default_card_names_its_source() -> None:
    assert "Influencer Marketing Hub" in default_card().source
