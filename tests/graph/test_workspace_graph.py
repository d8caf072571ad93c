"""Ties and graph of a workspace, and the copy that is kept beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from influence.cli.app import run
from influence.errors import GraphError
from influence.graph import kept_graph as module
from influence.graph.audience import AudienceGraph
from influence.store.kept import keeper as kept
from influence.store.kept.keeper import KeptFileWarning, cache_folder
from influence.store.rights.privacy import forget, purge, suppress
from influence.store.workspace import Workspace, open_workspace

DAY = 15_000


def insert(workspace: Workspace, table: str, **values: Any) -> None:
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    workspace.store.execute(f"insert into {table} ({names}) values ({marks})", list(values.values()))


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with open_workspace(":memory:") as opened:
        insert(
            opened, "follows", follower_id="w:ann", followee_id="w:bob", since_day=DAY, fetched_day=DAY + 999
        )
        insert(
            opened, "follows", follower_id="w:bob", followee_id="w:bob", since_day=DAY, fetched_day=DAY + 999
        )
        for day in (DAY, DAY - 180):
            insert(
                opened, "interactions", actor_id="w:ann", target_id="w:bob", kind="comment", created_day=day,
                fetched_day=DAY + 999,
            )  # fmt: skip
        insert(
            opened, "posts", post_id="1", account_id="w:cat", community="Vegan", likes=7, created_day=DAY,
            fetched_day=DAY + 999,
        )  # fmt: skip
        insert(
            opened, "posts", post_id="2", account_id="w:bob", community="Vegan", likes=0, created_day=DAY,
            fetched_day=DAY + 999,
        )  # fmt: skip
        insert(opened, "accounts", account_id="w:zed", fetched_day=DAY + 999)
        yield opened


def as_dict(
    workspace: Workspace, as_of_day: int | None = None, **options: Any
) -> dict[tuple[str, str], float]:
    as_of = None if as_of_day is None else date(1970, 1, 1) + timedelta(as_of_day)
    graph = AudienceGraph.from_workspace(workspace, as_of=as_of, keep=False, **options)
    ids, ties = graph.ids, graph.attention.tocoo()
    return {(ids[r], ids[c]): w for r, c, w in zip(ties.row, ties.col, ties.data, strict=True)}


def test_ties_add_following_and_aged_reactions_that_saturate(workspace: Workspace) -> None:
    found = as_dict(workspace, as_of_day=DAY + 180, half_life_days=180)
    assert found == {
        ("w:ann", "w:bob"): pytest.approx(1 + math.log(1 + 2 * 0.5 + 2 * 0.25)),
        ("community:Vegan", "w:cat"): pytest.approx(math.log(1 + 7 * 0.5)),
    }


def test_nothing_of_the_day_itself_or_later_is_visible(workspace: Workspace) -> None:
    assert as_dict(workspace, as_of_day=DAY, half_life_days=math.inf) == {
        ("w:ann", "w:bob"): pytest.approx(math.log(3))
    }
    assert as_dict(workspace, as_of_day=DAY - 180) == {}


def test_an_undated_row_is_as_old_as_the_day_it_was_fetched(workspace: Workspace) -> None:
    insert(workspace, "follows", follower_id="w:x", followee_id="w:y", fetched_day=DAY + 5)
    assert ("w:x", "w:y") not in as_dict(workspace, as_of_day=DAY + 5)
    assert as_dict(workspace, as_of_day=DAY + 6)["w:x", "w:y"] == 1


def test_weights_of_kinds_can_be_changed_and_wrong_ones_are_refused(workspace: Workspace) -> None:
    found = as_dict(workspace, half_life_days=math.inf, kind_weights={"comment": 5})
    assert found["w:ann", "w:bob"] == pytest.approx(1 + math.log(11))
    for wrong in ({"nod": 1.0}, {"like": -1.0}, {"like": math.nan}):
        with pytest.raises(GraphError, match="kind of interaction"):
            as_dict(workspace, kind_weights=wrong)
    with pytest.raises(GraphError, match="half-life"):
        as_dict(workspace, half_life_days=0)


def test_the_graph_of_a_workspace_holds_accounts_without_ties_unless_told(workspace: Workspace) -> None:
    graph = AudienceGraph.from_workspace(workspace)
    assert list(graph.ids) == ["community:Vegan", "w:ann", "w:bob", "w:cat", "w:zed"]
    assert "w:zed" not in AudienceGraph.from_workspace(workspace, all_accounts=False).ids


def test_a_workspace_of_follows_alone_gives_ties_of_one() -> None:
    with open_workspace(":memory:") as opened:
        for i in range(5):
            ends = {"follower_id": f"w:{i}", "followee_id": "w:9"}
            insert(opened, "follows", **ends, since_day=DAY + i, fetched_day=DAY + 9)
        graph = AudienceGraph.from_workspace(opened)
        past = AudienceGraph.from_workspace(opened, as_of="2011-01-28")
    assert graph.audience.toarray()[5].tolist() == [1, 1, 1, 1, 1, 0]
    assert list(past.ids) == ["w:0", "w:1", "w:9"]


def test_handles_stay_with_their_accounts_in_a_shuffled_import() -> None:
    rng = np.random.default_rng(0)
    source, target = rng.integers(0, 5000, 20_000), rng.integers(0, 5000, 20_000)
    pairs = {(f"w:{s}", f"w:{t}") for s, t in zip(source, target, strict=True) if s != t}
    import pyarrow as pa

    table = pa.table({"a": [a for a, _ in sorted(pairs)], "b": [b for _, b in sorted(pairs)]})
    with open_workspace(":memory:") as opened, opened.store.register("pairs", table):
        opened.store.execute(
            "insert into follows (follower_id, followee_id, fetched_day) select a, b, 9 from pairs"
        )
        graph = AudienceGraph.from_workspace(opened)
    entries = graph.attention.tocoo()
    assert {(graph.ids[r], graph.ids[c]) for r, c in zip(entries.row, entries.col, strict=True)} == pairs


def test_an_empty_workspace_gives_an_empty_graph_and_a_wrong_date_an_error() -> None:
    with open_workspace(":memory:") as opened:
        graph = AudienceGraph.from_workspace(opened)
        assert (graph.n_accounts, graph.n_ties) == (0, 0)
        with pytest.raises(GraphError, match="not a date"):
            AudienceGraph.from_workspace(opened, as_of="yesterday")


@pytest.fixture
def on_disk(tmp_path: Path) -> Path:
    path = tmp_path / "w.duckdb"
    with open_workspace(path) as opened:
        for i in range(50):
            insert(opened, "follows", follower_id=f"w:é{i}", followee_id=f"w:{i // 7}", fetched_day=DAY)
    return path


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one each time a graph is built rather than read."""
    counted: list[int] = []
    real: Callable[..., module.Parts] = module.build_parts

    def counting(*arguments: Any) -> module.Parts:
        counted.append(1)
        return real(*arguments)

    monkeypatch.setattr(module, "build_parts", counting)
    return counted


def graph_of(path: Path, **options: Any) -> AudienceGraph:
    with open_workspace(path, read_only=True) as opened:
        return AudienceGraph.from_workspace(opened, **options)


def kept_file(path: Path) -> Path:
    return next(cache_folder(path).glob("graph@*.kept"))


def same(first: AudienceGraph, second: AudienceGraph) -> bool:
    return list(first.ids) == list(second.ids) and (first.audience != second.audience).nnz == 0


def test_the_second_question_reads_what_the_first_built(on_disk: Path, builds: list[int]) -> None:
    first, second = graph_of(on_disk), graph_of(on_disk)
    assert same(first, second)
    assert len(builds) == 1
    graph_of(on_disk, as_of="2000-01-01")
    assert len(builds) == 2
    graph_of(on_disk, keep=False)
    assert len(builds) == 3


def test_changed_data_are_seen_at_once(on_disk: Path, builds: list[int]) -> None:
    graph_of(on_disk)
    with open_workspace(on_disk) as opened:
        opened.store.execute("update follows set followee_id = 'w:new' where follower_id = 'w:é3'")
    assert "w:new" in graph_of(on_disk).ids
    assert len(builds) == 2


@pytest.mark.parametrize("damage", ["truncate", "foreign", "empty"])
def test_a_damaged_copy_is_detected_and_built_again(on_disk: Path, builds: list[int], damage: str) -> None:
    first = graph_of(on_disk)
    file = kept_file(on_disk)
    content = bytearray(file.read_bytes())
    if damage == "truncate":
        content = content[:-7]
    elif damage == "foreign":
        content = bytearray(b"PK\x03\x04 something else")
    else:
        content = bytearray()
    file.unlink()  # `first` is mapped from it: damaged in place it would be gone from under it
    file.write_bytes(content)
    with pytest.warns(KeptFileWarning, match="made anew"):
        again = graph_of(on_disk)
    assert same(first, again)
    assert len(builds) == 2
    assert same(first, graph_of(on_disk))
    assert len(builds) == 2


def test_only_a_few_questions_are_kept(on_disk: Path) -> None:
    for i in range(kept.MAX_VARIANTS + 3):
        graph_of(on_disk, half_life_days=10.0 + i)
    assert len(list(cache_folder(on_disk).glob("graph@*"))) == kept.MAX_VARIANTS


def test_a_folder_that_cannot_be_written_to_is_done_without(on_disk: Path, builds: list[int]) -> None:
    cache_folder(on_disk).write_text("a file is in the way")
    with pytest.warns(KeptFileWarning):
        found = graph_of(on_disk), graph_of(on_disk)
    assert same(*found)
    assert len(builds) == 2


def test_whoever_is_forgotten_is_gone_from_the_kept_graph(on_disk: Path, builds: list[int]) -> None:
    assert "w:é3" in graph_of(on_disk).ids
    assert "é3".encode() in kept_file(on_disk).read_bytes()  # or the test could not fail
    with open_workspace(on_disk) as opened:
        insert(opened, "accounts", account_id="w:é3", platform="w", handle="é3", fetched_day=DAY)
        graph_of_open = AudienceGraph.from_workspace(opened)
        forget(opened, "w:é3", now=datetime(2026, 1, 1))
    assert "w:é3" in graph_of_open.ids
    assert list(cache_folder(on_disk).glob("*")) == []
    assert "w:é3" not in graph_of(on_disk).ids
    assert len(builds) == 3


def test_what_is_purged_is_gone_from_the_kept_graph(on_disk: Path) -> None:
    with open_workspace(on_disk) as opened:
        insert(opened, "follows", follower_id="w:young", followee_id="w:0", fetched_day=DAY + 5000)
        assert "w:é3" in AudienceGraph.from_workspace(opened).ids
        purge(opened, "2y", today=date(1970, 1, 1) + timedelta(days=DAY + 5001))
    assert list(cache_folder(on_disk).glob("*")) == []
    assert list(graph_of(on_disk).ids) == ["w:0", "w:young"]


def test_who_is_suppressed_leaves_the_kept_graph_untouched_but_seen_anew(
    on_disk: Path, builds: list[int]
) -> None:
    before = graph_of(on_disk)
    with open_workspace(on_disk) as opened:
        suppress(opened, ["w:é3"], now=datetime(2026, 1, 1))
    assert same(before, graph_of(on_disk))
    assert len(builds) == 2


def test_an_interrupt_while_the_graph_is_kept_leaves_no_half_file(
    on_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(kept.np, "ascontiguousarray", interrupted)
    with pytest.raises(KeyboardInterrupt):
        graph_of(on_disk)
    assert [file.name for file in cache_folder(on_disk).iterdir() if "graph" in file.name] == []


@pytest.mark.parametrize(("words", "is_interrupt"), [("Query interrupted", True), ("a bug", False)])
def test_an_interrupt_in_the_midst_of_a_query_is_no_bug(
    on_disk: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: str,
    is_interrupt: bool,
) -> None:
    def interrupted(*_: object) -> module.Parts:
        raise RuntimeError(words)

    monkeypatch.setattr(module, "build_parts", interrupted)
    arguments = ["graph", "stats", "-w", str(on_disk)]
    if is_interrupt:
        assert run(arguments) == 130
        assert "Stopped" in capsys.readouterr().err
    else:
        with pytest.raises(RuntimeError, match="a bug"):
            run(arguments)
