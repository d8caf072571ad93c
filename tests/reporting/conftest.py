"""A ranking made by hand: four ordinary accounts, unknowns, and handles that try to break every format."""

import pytest

from influence.ranking.results import Provenance, RankedAccount, Ranking
from influence.text.niche import Niche

NASTY = (
    '=HYPERLINK("http://evil.example","win")',
    "+1-555",
    "@veganna",
    "-dash",
    "وصفات_نباتية",
    "素食食谱",
    "🥕🥦 leaf",
    'says "hi", often',
    "two\nlines\r\nand\ttab",
    "pipe|and*star_[x](javascript:alert(1))<b>",
    "\x1b[31mred\x1b[0m",
    "'=quoted",
    " spaced =1",
)


def account(rank: int, handle: str, **changes: object) -> RankedAccount:
    """A row whose points add up to its score."""
    points = {"niche_fit": 30.0 - rank, "peer_engagement": 20.25, "reach": 15.5, "momentum": 5.0}
    fields: dict[str, object] = {
        "rank": rank,
        "account_id": f"web:{handle.lower()}",
        "handle": handle,
        "name": None,
        "score": sum(points.values()),
        "contributions": points,
        "values": {"niche_fit": 0.7, "peer_engagement": 1.25, "reach": None, "momentum": 0.0},
        "support": {"niche_fit": 20.0, "peer_engagement": 14.0, "reach": 0.0, "momentum": 20.0},
        "followers": 1200 * rank,
        "posts": 20,
        "kind": "blog",
        "platform": "web",
        "url": f"https://{handle}/",
        "likes": 400,
        "baseline_rank": 100 - rank,
        "reason": "Writes about vegan recipes in 14 of 20 posts; last post 3 days before 1 July 2012.",
    }
    return RankedAccount(**(fields | changes))  # type: ignore[arg-type]


def ranking_of(*rows: RankedAccount, **changes: object) -> Ranking:
    """A ranking of 123 candidates with these rows."""
    fields: dict[str, object] = {
        "niche": Niche("vegan recipes"),
        "rows": rows,
        "n_candidates": 123,
        "weights": {"niche_fit": 0.4, "peer_engagement": 0.25, "reach": 0.25, "momentum": 0.1},
        "switched_off": {},
        "left_out": {"private": 2, "the examples themselves": 1},
        "baseline": "followers",
        "notes": ("Follower counts are unknown for 40 of 123 accounts.",),
        "provenance": Provenance(
            version="0.1.0",
            workspace="influence.duckdb",
            settings={"niche": "vegan recipes", "top": 10, "max_followers": None, "weights": {"reach": 0.0}},
            settings_hash="0123456789ab",
            as_of="2012-07-01",
            seed=0,
            rows_read={"accounts": 123, "posts": 2460},
            data_until="2012-06-30",
        ),
    }
    return Ranking(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def ranking() -> Ranking:
    """Four ordinary accounts; the last one's name, followers, posts, address and baseline are unknown."""
    unknown = account(
        4, "somebody-with-a-rather-long-handle.example.org", followers=None, posts=None, url=None, likes=None,
        baseline_rank=None, notes=("Its followers are unknown.",),
    )  # fmt: skip
    return ranking_of(
        account(1, "veganfood.example", name="Vegan Food & Friends"),
        account(2, "leaf.example", name="Blätterwerk"),
        account(3, "root.example", followers=0),
        unknown,
    )


@pytest.fixture
def nasty_ranking() -> Ranking:
    """One account for every handle of `NASTY`, the same text as name and reason too."""
    rows = [account(n, text, name=text, reason=text, url=text) for n, text in enumerate(NASTY, start=1)]
    return ranking_of(*rows)


@pytest.fixture
def make_account():
    """`account`, for tests that need their own rows."""
    return account


@pytest.fixture
def make_ranking():
    """`ranking_of`, for tests that need their own ranking."""
    return ranking_of
