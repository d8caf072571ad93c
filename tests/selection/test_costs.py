"""Prices: quotes, what was paid, tiers."""

from pathlib import Path

import pytest

from influence.ranking.results import RankedAccount
from influence.selection.bare import BareRows
from influence.selection.costs import RateCardError, costs_of, default_card, in_currency, read_card


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
        ("a.csv", "account,cost\nx,5 EUR\ny,£6\n", "two currencies"),
        ("a.csv", "account,cost,paid in\nx,5,EUR\ny,6,USD\n", "two currencies"),
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


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("account,cost\nx,100 EUR\neur5,80\n", "EUR"),
        ("account;price (GBP)\nx;99,50\n", "GBP"),
        ("account,cost_usd\nx,99\n", "USD"),
        ("account,cost,Währung\nx,99,CHF\ny,5,CHF\n", "CHF"),
        ("account,cost,note\nx,99,asked 80 EUR last year\n", ""),
    ],
)
def test_the_currency_of_a_table_of_prices_is_what_it_tells(tmp_path: Path, text: str, currency: str) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(text, "utf-8")
    card = read_card(path)
    assert card.currency == currency
    if currency:
        with pytest.raises(RateCardError, match="another currency"):
            in_currency(card, "JPY")
    assert in_currency(card, currency or "JPY").currency == (currency or "JPY")
