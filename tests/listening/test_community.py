"""Communities: figures known by hand, and density and reciprocity as networkx has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from influence.cli.app import run
from influence.errors import MissingDataError
from influence.listening.community import communities, community_of
from influence.listening.membership import (
    HALF_LIFE_DAYS,
    healths_of,
    holders,
    share_of_top_tenth,
    social_of,
    vitalities,
)
from influence.signals.material import Material
from tests.listening.conftest import post

edges = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40)


@given(st.integers(2, 10), edges)
def test_density_reciprocity_and_clustering_are_those_of_networkx(
    n: int, pairs: list[tuple[int, int]]
) -> None:
    kept = [(a, b) for a, b in pairs if a < n and b < n]
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((a, b) for a, b in kept if a != b)
    rows, columns = zip(*kept, strict=True) if kept else ((), ())
    found = social_of(sparse.csr_matrix((np.ones(len(kept)), (rows, columns)), shape=(n, n)))
    assert found.n_ties == graph.number_of_edges()
    assert found.density == pytest.approx(nx.density(graph))
    if graph.number_of_edges():
        assert found.reciprocity == pytest.approx(nx.overall_reciprocity(graph))
    if found.clustering is not None:
        assert found.clustering == pytest.approx(nx.transitivity(graph.to_undirected()))
    parts = max(len(part) for part in nx.weakly_connected_components(graph))
    assert found.largest_part == pytest.approx(parts / n)


def test_one_member_has_no_density() -> None:
    assert social_of(sparse.csr_matrix((1, 1))).density is None


def test_who_holds_two_circles_together_is_found() -> None:
    graph = nx.Graph([(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 6), (6, 3)])
    found = dict(holders(sparse.csr_matrix(nx.to_scipy_sparse_array(graph, nodelist=range(7)))))
    assert found[6] == 3
    assert set(found) == {2, 3, 6}


def test_the_top_tenth_is_at_least_one_member() -> None:
    assert share_of_top_tenth(np.array([6.0, 2.0, 2.0])) == 0.6
    assert share_of_top_tenth(np.zeros(3)) is None


def test_ten_members_are_livelier_than_ten_posts_and_old_weeks_count_less() -> None:
    many = pd.DataFrame({"community": "many", "account_id": [f"a{k}" for k in range(10)], "day": 100})
    loud = pd.DataFrame({"community": "loud", "account_id": "a0", "day": [100] * 10})
    told = vitalities(pd.concat([many, loud]), 101)
    assert told.to_dict() == {"loud": 1.0, "many": 10.0}
    later = vitalities(many, 101 + 7 * 13)["many"]
    assert later == pytest.approx(10 * 2 ** (-7 * 13 / HALF_LIFE_DAYS))


PASTS = {
    "steady": [20] * 12, "fading": [20] * 6 + [2] * 6, "growing": [3] * 8 + [40] * 4, "silent": [20] * 8 + [0] * 4,
    "new": [0] * 10 + [20] * 2,
}  # fmt: skip


@pytest.mark.parametrize("word", PASTS)
def test_health_is_told_against_the_communitys_own_past(word: str) -> None:
    counts = PASTS[word]
    days = [(28 * period + k % 28, f"a{k}") for period, n in enumerate(counts) for k in range(n)]
    acts = pd.DataFrame([{"community": "c", "account_id": who, "day": day} for day, who in days])
    assert healths_of(acts, 28 * 11, 28 * 12)["c"].word == word


@pytest.fixture
def village(workspace_of: Callable[..., Any]) -> Any:
    """Old members talk; in the last period two come over from the harbour, one of them asks, and one old one leaves."""
    old = [post(k, f"old{k % 4}", 5 * k, "the oven is warm", community="Mill") for k in range(24)]
    gone = [
        post(100, "gone", 80, "good bye", community="Mill"),
        post(101, "gone", 118, "hello", community="Harbour"),
    ]
    came = [
        post(110, "new1", 60, "nets", community="Harbour"),
        post(111, "new1", 112, "How do I clean the mill stone?", community="Mill"),
        post(112, "new2", 50, "boats", community="Harbour"),
        post(113, "new2", 113, "I am here too", community="Mill"),
        post(114, "new2", 114, "This is awful and stupid", community="Mill", reply_to="p111"),
        post(115, "old1", 115, "With sand. Welcome, lovely to have you!", community="Mill", reply_to="p114"),
    ]
    follows = [
        {"follower_id": f"forum:{a}", "followee_id": f"forum:{b}"}
        for a, b in (("new1", "old1"), ("new2", "old1"), ("old1", "new1"), ("old2", "old3"))
    ]
    accounts = [{"account_id": "forum:old3", "platform": "forum", "handle": "old3", "noindex": True}]
    return workspace_of(posts=[*old, *gone, *came], follows=follows, accounts=accounts)


def test_a_community_is_counted_as_by_hand(village: Any) -> None:
    found = community_of(village.store, Material(village.store), "mill", last="2024-04-28")
    assert found.name == "Mill"
    assert (found.growth.n_active, found.growth.n_joined, found.growth.n_lost) == (6, 2, 1)
    assert (found.activity.n_posts, found.activity.n_replies, found.activity.n_conversations) == (7, 2, 1)
    assert found.activity.depth == 2
    assert (found.experience.n_questions, found.experience.n_answered) == (1, 1)
    assert found.experience.to_newcomers.share == 0.5
    assert found.social.n_ties == 4
    assert found.social.density == pytest.approx(4 / 30)
    assert found.social.reciprocity == pytest.approx(2 / 4)
    assert {one.account_id for one in found.newcomers} == {"forum:new1", "forum:new2"}
    assert found.carriers[0].account_id == "forum:old1"
    assert found.carriers[0].n_brought == 2
    assert found.came_from == (("Harbour", 2),)
    assert found.went_to == (("Harbour", 1),)


def test_a_month_in_which_nobody_posted_is_told_like_any_other(village: Any) -> None:
    found = community_of(village.store, Material(village.store), "mill", last="2024-08-28")
    assert (found.activity.n_posts, found.experience.n_questions) == (0, 0)


def test_who_asks_not_to_be_listed_is_not_named(village: Any) -> None:
    from influence.reporting.listening.community_page import community_page, community_sheets
    from influence.reporting.parts import page_html

    found = community_of(village.store, Material(village.store), "Mill", last="2024-04-28")
    written = page_html(community_page(found)) + str([sheet.rows for sheet in community_sheets(found)])
    assert "forum:old1" in written
    assert "forum:old3" not in written


def test_all_communities_stand_in_one_table_and_names_are_forgiving(village: Any) -> None:
    _, rows = communities(village.store, Material(village.store))
    assert [one.name for one in rows] == ["Mill", "Harbour"]
    with pytest.raises(MissingDataError, match="Mill"):
        community_of(village.store, Material(village.store), "Milll")


def test_the_command_writes_pages_and_says_what_is_missing(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [post(k, f"a{k % 5}", k, "bread", community="Mill") for k in range(60)]
    pd.DataFrame(rows).to_csv(tmp_path / "posts.csv", index=False)
    workspace = ["-w", str(tmp_path / "w.duckdb")]
    assert run(["import", str(tmp_path / "posts.csv"), "--yes", *workspace]) == 0
    capsys.readouterr()
    assert run(["community", "Mill", *workspace, "-o", str(tmp_path / "mill.html")]) == 0
    assert run(["community", "Mill", *workspace, "-o", str(tmp_path / "mill.xlsx")]) == 0
    assert run(["community", "--all", *workspace]) == 0
    assert "Mill" in capsys.readouterr().out
    assert run(["community", *workspace]) == 2
    assert run(["community", "Mile", *workspace]) == 1
    assert "Mill" in capsys.readouterr().err
