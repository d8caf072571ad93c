"""Spark gives what DuckDB gives: every signal, score, order and word, of today and as of a day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from influence.demonstration import samples_folder
from influence.graph.audience import AudienceGraph
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment
from influence.reporting.explain.explain_text import render_explanation
from influence.reporting.plan.plan_advocates import advocates_text
from influence.session import Session
from influence.signals.registry import SIGNAL_NAMES
from influence.simulation.niches import BRAND, RIVAL
from influence.simulation.world import simulate_world
from influence.store.importing.transaction import import_files
from influence.store.workspace import open_workspace

NICHE, DAY = "vegan baking", "2025-03-01"
CLOSE = {"rtol": 1e-9, "atol": 1e-9, "equal_nan": True}


@pytest.fixture(scope="module")
def both(spark: Any, sample: Path, tables_of: Callable[[Path], str]) -> Iterator[tuple[Session, Session]]:
    """One world, asked of DuckDB and of Spark, where workers judge every mention that is new."""
    with (
        pytest.MonkeyPatch.context() as patch,
        Session(sample) as one,
        Session(engine="spark", tables=tables_of(sample)) as other,
    ):
        patch.setattr("influence.text.sentiment.remembered.FEW", 0)
        yield one, other


def assessed(session: Session, **asked: Any) -> Assessment:
    return session.ask(lambda _: session.assess(question_of(NICHE, top=0, **asked)))


def assert_same(one: Assessment, other: Assessment) -> None:
    """Ids, order, scores; and of every signal value, support and parts."""
    assert one.evidence.material.account_ids.tolist() == other.evidence.material.account_ids.tolist()
    assert one.evidence.pool.tolist() == other.evidence.pool.tolist()
    assert one.order.tolist() == other.order.tolist()
    np.testing.assert_allclose(one.scores.score, other.scores.score, **CLOSE)
    assert one.signals.keys() == other.signals.keys()
    for name, (_, values) in one.signals.items():
        theirs = other.signals[name][1]
        np.testing.assert_allclose(values.value, theirs.value, err_msg=name, **CLOSE)
        np.testing.assert_allclose(values.support, theirs.support, err_msg=name, **CLOSE)
        for part, told in values.parts.items():
            np.testing.assert_allclose(told, theirs.parts[part], err_msg=f"{name}: {part}", **CLOSE)


def said(text: str) -> dict[str, Any]:
    """An answer but for where it comes from."""
    told: dict[str, Any] = json.loads(text)
    return {name: value for name, value in told.items() if name != "provenance"}


def test_every_signal_and_the_order_are_the_same(both: tuple[Session, Session]) -> None:
    one, other = (assessed(session, brand=BRAND, rivals=(RIVAL,)) for session in both)
    assert one.evidence.n_candidates > 100
    assert tuple(one.signals) == SIGNAL_NAMES
    assert_same(one, other)


@pytest.mark.slow
def test_as_of_a_day_nothing_later_is_seen_by_either(both: tuple[Session, Session]) -> None:
    one, other = (assessed(session, as_of=DAY) for session in both)
    assert one.evidence.material.rows_read == other.evidence.material.rows_read
    assert len(one.evidence.posts) < len(assessed(both[0]).evidence.posts)
    assert_same(one, other)


@pytest.mark.slow
def test_a_phrase_is_looked_up_in_the_texts_themselves(both: tuple[Session, Session]) -> None:
    asked = '"oat milk" or "sourdough starter"'
    one, other = (session.ask(lambda _, s=session: s.assess(question_of(asked, top=0))) for session in both)
    assert_same(one, other)


@pytest.mark.slow
def test_explain_and_shortlist_say_the_same(both: tuple[Session, Session]) -> None:
    first = both[0].rank(NICHE, top=3).rows[0].account_id
    one, other = (said(render_explanation(session.explain(first, NICHE), "json")) for session in both)
    assert len(str(one)) > 1000
    assert one == other
    one, other = ([pick.account.account_id for pick in session.shortlist(NICHE).picks] for session in both)
    assert one == other


@pytest.mark.slow
def test_mentions_and_advocates_are_the_same(both: tuple[Session, Session]) -> None:
    one, other = (session.mentions(BRAND, rivals=[RIVAL]) for session in both)
    assert len(one.rows) > 20
    assert one.rows == other.rows
    assert one.n_texts == other.n_texts
    one, other = (said(advocates_text(session.advocates(BRAND), "json")) for session in both)
    assert len(str(one)) > 1000
    assert one == other


@pytest.mark.slow
def test_the_graph_is_the_same(both: tuple[Session, Session]) -> None:
    one, other = (session.ask(AudienceGraph.from_workspace) for session in both)
    assert one.ids.tolist() == other.ids.tolist()
    assert (one.audience != other.audience).nnz == 0
    np.testing.assert_allclose(one.audience.data, other.audience.data, rtol=1e-7)


@pytest.mark.slow
def test_blogs_by_their_links_are_the_same(
    spark: Any, tmp_path: Path, tables_of: Callable[[Path], str]
) -> None:
    file = tmp_path / "blogs.duckdb"
    with open_workspace(file) as workspace:
        import_files(
            workspace, [samples_folder("polblogs")], mapping=samples_folder("mappings") / "blog-links.toml"
        )
    asked = question_of(like=("dailykos.com", "atrios.blogspot.com", "talkingpointsmemo.com"), top=0)
    with Session(file) as one, Session(engine="spark", tables=tables_of(file)) as other:
        found = [session.ask(lambda _, s=session: s.assess(asked)) for session in (one, other)]
    assert np.isfinite(found[0].evidence.example_fit).sum() > 100
    assert_same(*found)


@pytest.mark.slow
def test_ten_thousand_accounts_are_the_same(
    spark: Any, tmp_path: Path, tables_of: Callable[[Path], str]
) -> None:
    simulate_world(tmp_path / "world", n_accounts=10_000, seed=1, file_format="parquet")
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_files(workspace, [tmp_path / "world"])
    tables = tables_of(tmp_path / "w.duckdb")
    with Session(tmp_path / "w.duckdb") as one, Session(engine="spark", tables=tables) as other:
        assert_same(assessed(one, brand=BRAND), assessed(other, brand=BRAND))
        assert_same(assessed(one, as_of=DAY), assessed(other, as_of=DAY))
