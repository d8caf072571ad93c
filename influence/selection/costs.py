"""What each account costs: a price somebody named, else what was paid before, else a rate card by tier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from influence.errors import InfluenceError, SourceError, check_keys
from influence.recognition.headers import read_header
from influence.selection.bare import BareRows
from influence.sources.small import SmallTable, amounts, read_rows, read_table
from influence.store.people.handles import WEB, account_of, lower
from influence.toml_files import read_toml, shipped

UNKNOWN_TIER = "unknown"
_SIGNS = {"£": "GBP", "€": "EUR", "$": "USD", "us$": "USD", "a$": "AUD", "c$": "CAD", "¥": "JPY", "₹": "INR",
          "zł": "PLN", "euro": "EUR", "euros": "EUR", "pounds": "GBP", "dollars": "USD", "kr": "SEK"}  # fmt: skip
_CODES = "EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|AUD|CAD|JPY|INR|BRL"
_CODE = rf"(?P<code>(?:us|a|c)?\$|[£€¥₹]|zł|euros?|pounds|dollars|{_CODES})"
_MONEY = re.compile(rf"(?i:{_CODE})\s?\d|\d[\d.,' ]*\s?(?i:{_CODE.replace('code', 'after')})(?!\w)")
_SUM = re.compile(rf"[\d.,' ]*(?i:{_CODE})[\d.,' ]*")

ACCOUNT = ("account", "handle", "account_id", "profile_url", "name")
"""Meanings of the column that tells whose price it is."""

CARD_KEYS = ("tier", "unknown", "quote", "currency", "source")
TIER_KEYS = ("name", "from", "cost")
TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".ods")


class RateCardError(InfluenceError):
    """A rate card that cannot be read or says nothing usable."""


@dataclass(frozen=True)
class RateCard:
    """Price per tier of followers, and prices of single accounts.

    Attributes
    ----------
    tiers : tuple of (name, from followers, cost)
        Ascending; the first begins at 0.
    unknown : float
        Price where followers are unknown.
    quotes : mapping of account_id or handle (lower case) to cost
    currency, source : str
    """

    tiers: tuple[tuple[str, int, float], ...]
    unknown: float
    quotes: Mapping[str, float] = field(default_factory=dict)
    currency: str = ""
    source: str = ""
    guessed: bool = False
    """The tiers are the shipped list prices: nobody told them."""

    def tier_of(self, followers: np.ndarray) -> np.ndarray:
        """Number of the tier of each; -1 where followers are unknown (below 0)."""
        return np.searchsorted([least for _, least, _ in self.tiers], followers, side="right") - 1

    def quote(self, account_id: str, handle: str) -> float | None:
        """What somebody told of one account; None where nobody did."""
        return self.quotes.get(account_id.lower(), self.quotes.get(handle.lower()))


@dataclass(frozen=True)
class Costs:
    """Cost of every candidate, with where it comes from (``quote``, ``paid before``, ``rate card``, ``guess``)."""

    cost: np.ndarray
    basis: tuple[str, ...]
    tier: tuple[str, ...]
    currency: str
    source: str

    def subset(self, rows: np.ndarray) -> Costs:
        """The candidates at `rows`, in that order."""
        basis, tier = (tuple(told[row] for row in rows) for told in (self.basis, self.tier))
        return Costs(self.cost[rows], basis, tier, self.currency, self.source)

    @property
    def n_guessed(self) -> int:
        """How many nobody told."""
        return sum(basis == "guess" for basis in self.basis)


def costs_of(rows: BareRows, card: RateCard, paid: Mapping[str, float] | None = None) -> Costs:
    """Price every candidate: quotes of the card first, then `paid` (mean cost of earlier campaigns), then tiers."""
    paid, at = paid or {}, card.tier_of(rows.followers)
    prices, names = [cost for _, _, cost in card.tiers], [name for name, _, _ in card.tiers]
    cost = np.array([*prices, card.unknown], dtype=np.float64)[at]
    basis = ["guess" if card.guessed else "rate card"] * len(rows)
    told = zip(rows.account_ids, rows.handles, strict=True) if card.quotes or paid else ()
    for row, (account, handle) in enumerate(told):
        quote = card.quote(account, handle)
        if quote is not None:
            cost[row], basis[row] = quote, "quote"
        elif account in paid:
            cost[row], basis[row] = paid[account], "paid before"
    tiers = tuple(np.array([*names, UNKNOWN_TIER], dtype=object)[at].tolist())
    return Costs(cost, tuple(basis), tiers, card.currency, card.source)


def default_card() -> RateCard:
    """The card that ships with the package; its source is in the file."""
    found = shipped("influence.selection", "rates", "default.toml")
    return replace(_from_toml(found, "rates/default.toml"), guessed=True)


def in_currency(card: RateCard, told: str | None) -> RateCard:
    """The card with the currency of the whole list: what was told, else the card's own.

    Shipped list prices are taken one for one: they are guesses of a size, and are called so wherever they stand.
    """
    if not told or told == card.currency:
        return card
    if card.currency and (card.quotes or not card.guessed):
        raise RateCardError(
            "the rate card is in another currency",
            seen=card.currency,
            expected=told,
            hint="one list has one currency: leave --currency out, or translate the card",
        )
    return replace(card, currency=told)


def currency_in(text: str) -> str | None:
    """The currency that a brief speaks of: the first code or sign beside a number.

    >>> currency_in("We have a budget of £2,000 and 30 samples."), currency_in("Etat: 3.000 EUR")
    ('GBP', 'EUR')
    """
    found = _MONEY.search(text)
    if found is None:
        return None
    return _iso(found["code"] or found["after"])


def _iso(code: str) -> str:
    return _SIGNS.get(code.lower(), code.upper())


def read_card(path: str | Path) -> RateCard:
    """Read a card: TOML with tiers (as the default one), or CSV with ``account`` and ``cost`` for single accounts.

    The currency of a CSV stands in a column ``currency``, in the header of the cost or beside the sums; where it does
    not, the card has none.

    Raises
    ------
    RateCardError
        Not readable, no tier, a cost that is no number or negative, an account twice at two prices, two currencies.
    """
    file = Path(path)
    if file.suffix.lower() in TABLES and file.is_file():
        card = default_card()
        quotes = _quotes(file)
        return replace(
            card, quotes=quotes, currency=_told_currency(file), source=f"{file.name}; else {card.source}"
        )
    return _from_toml(read_toml(file, "rate card", RateCardError, hint="CSV files end in .csv"), str(file))


def _from_toml(found: Mapping[str, Any], where: str) -> RateCard:
    check_keys(found, CARD_KEYS, where, "rate card", RateCardError)
    for tier in (*found.get("tier", []), found.get("unknown", {})):
        check_keys(
            tier, TIER_KEYS, f"{where}, tier {tier.get('name', 'unknown')}", "rate card", RateCardError
        )
    tiers = [
        (str(tier.get("name", "")), int(_number(tier.get("from"), f"{where}, from")), _cost(tier, where))
        for tier in found.get("tier", [])
    ]
    if not tiers or tiers[0][1] != 0 or sorted(tiers, key=lambda tier: tier[1]) != tiers:
        raise RateCardError(
            "a rate card needs tiers that start at 0 followers and ascend",
            where=where,
            seen=", ".join(f"{name} from {least}" for name, least, _ in tiers) or None,
        )
    unknown = found.get("unknown", {"cost": tiers[0][2]})
    quotes = {
        str(name).lower(): _number(cost, f"{where}, quote {name}")
        for name, cost in found.get("quote", {}).items()
    }
    return RateCard(
        tuple(tiers),
        _cost(unknown, where),
        quotes,
        str(found.get("currency", "")),
        str(found.get("source", Path(where).name)),
    )


def _quotes(path: Path) -> dict[str, float]:
    try:
        rows = read_rows(path, {"account": ACCOUNT, "cost": ("cost", "price")})
    except SourceError as error:
        raise RateCardError(
            error.what, where=error.where, seen=error.seen, expected="columns account and cost"
        ) from error
    quotes: dict[str, float] = {}
    for (line, said), price in zip(rows, amounts([said["cost"] for _, said in rows]), strict=True):
        account = _who(said["account"])
        if said["cost"] and not account:
            raise RateCardError(
                "this price is nobody's", where=f"{path}, line {line}", seen=said["account"] or said["cost"],
                hint="name the account, or leave the line out",
            )  # fmt: skip
        if not said["cost"]:
            continue
        cost = _number(said["cost"] if price is None else price, f"{path}, line {line}, cost")
        if quotes.setdefault(account, cost) != cost:
            raise RateCardError(
                "an account has two prices", where=f"{path}, line {line}", seen=f"{account}: {said['cost']}"
            )
    return quotes


def _told_currency(path: Path) -> str:
    """The one currency that a table of prices tells; empty where it tells none."""
    told: dict[str, str] = {}
    for where, code in _currencies(read_table(path)):
        told.setdefault(code, where)
    if len(told) > 1:
        raise RateCardError(
            "a rate card speaks of two currencies", where=str(path),
            seen=", ".join(f"{code} in {where}" for code, where in told.items()),
            hint="one list has one currency: translate the prices, or leave one kind out",
        )  # fmt: skip
    return next(iter(told), "")


def _currencies(table: SmallTable) -> Iterator[tuple[str, str]]:
    """(where, code) of every header of prices, every sum and every column of nothing but codes."""
    for header in table.headers:
        words = read_header(header)
        if words.means("account", "handle", "account_id", "name"):
            continue
        cells = [(line, row[header]) for line, row in table.rows if row[header]]
        if words.means("cost", "price") and (named := re.search(rf"(?i:{_CODE})(?!\w)", header)):
            yield f"the header {header!r}", _iso(named["code"])
        only_codes = all(re.fullmatch(rf"(?i:{_CODE})", cell) for _, cell in cells)
        for line, cell in cells:
            found = _SUM.fullmatch(cell)
            if found and (only_codes or any(letter.isdigit() for letter in cell)):
                yield f"line {line}", _iso(found["code"])


def _who(said: str) -> str:
    """How `RateCard.price` looks somebody up: by id where the platform is told (or pasted), else by handle."""
    account = account_of(said)
    if account is None:
        return ""
    return lower(account.handle) if account.platform == WEB else account.account_id


def _cost(tier: Mapping[str, Any], where: str) -> float:
    return _number(tier.get("cost"), f"{where}, cost of {tier.get('name', 'unknown')}")


def _number(value: object, where: str) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number) or number < 0:
        raise RateCardError("this is not a price", where=where, seen=value, expected="a number, 0 or more")
    return number
