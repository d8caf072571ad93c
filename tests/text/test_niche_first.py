"""The niche end to end: a workspace's posts in, scores per post and account out."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest

from influence.errors import NicheError
from influence.store.workspace import Workspace, open_workspace
from influence.text.cache import read_index
from influence.text.niche import Niche
from influence.text.relevance import niche_relevance

ACCOUNTS = [
    ("web:baker", "baker", "Vegan baking every Sunday"),
    ("web:both", "both", None),
    ("web:cars", "cars", "Engines and gears"),
    ("web:silent", "silent", None),
]
POSTS = [
    ("p1", "web:baker", "Vegan baking: the best vegan brownies", 100),
    ("p2", "web:both", "Vegan baking without eggs", 100),
    ("p3", "web:both", "My chess openings", 100),
    ("p4", "web:both", "Chess endgames", 200),
    ("p5", "web:cars", "A new gearbox", 100),
    ("p6", "web:late", "vegan baking vegan baking", 300),
]


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with open_workspace(":memory:") as opened:
        columns = ("account_id", "handle", "bio")
        accounts = pa.table(dict(zip(columns, zip(*ACCOUNTS, strict=True), strict=True)))
        columns = ("post_id", "account_id", "text", "created_day")
        posts = pa.table(dict(zip(columns, zip(*POSTS, strict=True), strict=True)))
        with opened.store.register("new_accounts", accounts), opened.store.register("new_posts", posts):
            opened.store.execute("insert into accounts by name select * from new_accounts")
            opened.store.execute("insert into posts by name select * from new_posts")
        yield opened


def fit_of(workspace: Workspace, niche: Niche, as_of_day: int | None = None) -> dict[str, float]:
    index = read_index(workspace.store, as_of_day=as_of_day)
    found = niche_relevance(index, niche, as_of_day=as_of_day)
    return dict(zip(found.index.account_ids, found.account_fit, strict=True))


def test_who_writes_about_the_niche_comes_first_and_who_does_not_gets_zero(workspace: Workspace) -> None:
    fit = fit_of(workspace, Niche("vegan baking"))
    assert fit["web:baker"] > fit["web:both"] > fit["web:cars"] == 0.0


def test_an_author_of_two_themes_is_found_for_both(workspace: Workspace) -> None:
    assert fit_of(workspace, Niche("vegan baking"))["web:both"] > 0.2
    assert fit_of(workspace, Niche("chess"))["web:both"] > 0.2


def test_nothing_written_after_the_day_counts(workspace: Workspace) -> None:
    fit = fit_of(workspace, Niche("vegan baking"), as_of_day=250)
    assert "web:late" not in fit


def test_a_niche_nobody_speaks_of_is_an_error_with_a_hint(workspace: Workspace) -> None:
    with pytest.raises(NicheError, match="no account says"):
        niche_relevance(read_index(workspace.store), Niche("zyzzyva"))


def test_evidence_is_the_best_posts_first(workspace: Workspace) -> None:
    found = niche_relevance(read_index(workspace.store), Niche("vegan baking"))
    assert found.evidence("web:both", 5) == ["p2"]
    assert found.evidence("web:nobody", 5) == []
