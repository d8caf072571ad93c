"""JSON as people get it: pretty-printed, in envelopes, as scripts, nested, hostile."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from influence.errors import SourceError
from influence.sources import jsontext
from influence.sources.base import Source
from influence.sources.opening import open_sources


def sources_of(folder: Path, text: str, name: str = "posts.json") -> list[Source]:
    path = folder / name
    path.write_text(text, "utf-8")
    return open_sources(path)


def rows(source: Source) -> list[dict[str, Any]]:
    return [row for batch in source.batches() for row in batch.rows.to_pylist()]


def only_rows(folder: Path, value: Any, **dumps: Any) -> list[dict[str, Any]]:
    (source,) = sources_of(folder, json.dumps(value, **dumps))
    return rows(source)


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("envelope", ["bare", "array", "users", "data.list", "lines"])
def test_two_records_are_found_however_they_are_wrapped(
    tmp_path: Path, indent: int | None, envelope: str
) -> None:
    two = [{"username": "anna", "followers": 10}, {"username": "ben", "followers": 20}]
    wrapped = {
        "array": two,
        "users": {"users": two, "id": "req-77"},
        "data.list": {"code": 0, "data": {"list": two}},
    }
    parts = two if envelope in ("bare", "lines") else [wrapped[envelope]]
    between = "\n" if envelope == "lines" else ",\n"
    text = between.join(json.dumps(part, indent=None if envelope == "lines" else indent) for part in parts)
    (source,) = sources_of(tmp_path, text)
    assert rows(source) == [{"username": "anna", "followers": "10"}, {"username": "ben", "followers": "20"}]


def test_one_pretty_record_with_arrays_of_objects_is_one_row(tmp_path: Path) -> None:
    post = {
        "id": "9",
        "text": "loaf",
        "entities": {"mentions": [{"username": "ben"}]},
        "author": {"m": {"n": 1}},
    }
    assert only_rows(tmp_path, post, indent=2) == [
        {"id": "9", "text": "loaf", "entities.mentions": '[{"username": "ben"}]', "author.m.n": "1"}
    ]


def test_an_actor_with_attachments_is_a_record_and_a_collection_is_not(tmp_path: Path) -> None:
    actor = {
        "id": "https://x/anna",
        "preferredUsername": "anna",
        "attachment": [{"name": "blog"}],
        "tag": [{"a": 1}],
    }
    assert only_rows(tmp_path, actor)[0]["preferredUsername"] == "anna"
    outbox = {
        "@context": "x",
        "id": "outbox",
        "type": "OrderedCollection",
        "orderedItems": [{"type": "Create"}],
    }
    assert only_rows(tmp_path, outbox) == [{"type": "Create"}]


def test_objects_by_name_are_rows_with_their_key(tmp_path: Path) -> None:
    people = {"anna": {"followers": 10}, "ben": {"followers": 20}}
    assert only_rows(tmp_path, people) == [
        {"key": "anna", "followers": "10"},
        {"key": "ben", "followers": "20"},
    ]


def test_a_wrapping_that_every_record_wears_is_taken_off(tmp_path: Path) -> None:
    assert only_rows(tmp_path, [{"node": {"a": 1}}, {"node": {"a": 2}}]) == [{"a": "1"}, {"a": "2"}]
    listing = {"kind": "Listing", "data": {"after": None, "children": [{"kind": "t3", "data": {"id": "x"}}]}}
    (source,) = sources_of(tmp_path, json.dumps(listing))
    assert rows(source) == [{"id": "x"}]
    assert not [reject for batch in source.batches() for reject in batch.rejects]


def test_the_script_of_an_archive_is_read_as_its_json(tmp_path: Path) -> None:
    text = 'window.YTD.tweets.part0 = [\n{ "tweet" : {"id_str":"1","full_text":"a = b"}}]\n'
    (source,) = sources_of(tmp_path, text, "tweets.js")
    assert rows(source) == [{"id_str": "1", "full_text": "a = b"}]


def test_arrays_side_by_side_are_sources_and_what_is_said_once_is_their_context(tmp_path: Path) -> None:
    text = json.dumps(
        {"name": "Bakers", "messages": [{"id": 1}], "meta": {"n": 2}, "users": [{"u": "anna"}]}, indent=1
    )
    found = sources_of(tmp_path, text)
    assert {source.name: rows(source) for source in found} == {
        "messages": [{"id": "1"}],
        "users": [{"u": "anna"}],
    }
    assert found[0].context == {"name": "Bakers", "meta.n": "2"}  # type: ignore[attr-defined]


def test_pages_of_an_api_one_a_line_are_read_as_one(tmp_path: Path) -> None:
    page = {
        "data": [{"id": "1"}, {"id": "2"}],
        "includes": {"users": [{"username": "anna"}]},
        "meta": {"count": 2},
    }
    found = sources_of(tmp_path, (json.dumps(page) + "\n") * 3, "pages.jsonl")
    assert {source.name: len(rows(source)) for source in found} == {"data": 6, "includes.users": 3}


def test_records_are_the_same_wherever_the_text_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = {
        "a": -1.5e3,
        "users": [{"n": n, "t": 'x"]}' * n, "e": [1, {"k": None}]} for n in range(9)],
        "z": 12345,
    }
    (whole,) = sources_of(tmp_path, json.dumps(value, indent=1))
    expected = rows(whole)
    for size in (1, 2, 7, 64):
        monkeypatch.setattr(jsontext, "CHUNK_CHARS", size)
        (cut,) = open_sources(tmp_path / "posts.json")
        assert rows(cut) == expected
        assert cut.context == {"a": "-1500.0", "z": "12345"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text", ['[{"a": 1}, {"a"', '{"users": [{"a": 1},', '[{"a": 1} {"a": 2}]', "{'a': 1}", "[" * 9000]
)
def test_json_that_breaks_off_or_is_none_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match="cannot be read") as caught:
        sources_of(tmp_path, text)
    assert "line 1" in str(caught.value.where)


def test_a_key_that_is_no_text_and_very_many_keys_do_no_harm(tmp_path: Path) -> None:
    assert only_rows(tmp_path, {"\ud800": "\udfff", "a": 1}) == [{"?": "?", "a": "1"}]
    by_user = [{"id": n, "seen": {f"u{n}": 1}} for n in range(500)]
    assert only_rows(tmp_path, by_user)[7] == {"id": "7", "seen": '{"u7": 1}'}


def test_the_time_for_distinct_keys_grows_no_faster_than_their_number(tmp_path: Path) -> None:
    (source,) = sources_of(
        tmp_path, "".join(json.dumps({f"k{n}": n, "id": n}) + "\n" for n in range(8000)), "a.jsonl"
    )
    assert len(source.headers) == 1000
    assert len(rows(source.only(("id",)))) == 8000  # type: ignore[attr-defined]


def test_a_large_array_is_not_held(tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    path.write_text(json.dumps([{"a": n} for n in range(100_000)]), "utf-8")
    tracemalloc.start()
    (source,) = open_sources(path)
    count = sum(batch.rows.num_rows for batch in source.batches())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 15e6


@pytest.mark.parametrize("directed", [True, False])
def test_nodes_and_links_of_a_json_graph_are_a_graph(tmp_path: Path, directed: bool) -> None:
    graph = {
        "directed": directed,
        "nodes": [{"id": "anna"}, {"id": "ben"}],
        "links": [{"source": "anna", "target": "ben"}],
    }
    nodes, edges = sources_of(tmp_path, json.dumps(graph), "g.json")
    assert [row["id"] for row in rows(nodes)] == ["anna", "ben"]
    ties = [(row["source"], row["target"]) for row in rows(edges)]
    assert ties == [("anna", "ben")] + ([] if directed else [("ben", "anna")])


def test_links_of_d3_count_the_nodes(tmp_path: Path) -> None:
    graph = {"nodes": [{"name": "anna"}, {"name": "ben"}], "links": [{"source": 0, "target": 1, "value": 3}]}
    _, edges = sources_of(tmp_path, json.dumps(graph), "g.json")
    assert rows(edges) == [{"source": "anna", "target": "ben", "value": "3"}]


def test_thousands_of_keys_are_one_reject_that_says_how_many(tmp_path: Path) -> None:
    file = tmp_path / "keys.jsonl"
    file.write_text("".join(f'{{"handle": "u{n}", "k{n}": 1}}\n' for n in range(3_000)))
    [source] = open_sources(file)
    found = [reject for batch in source.batches() for reject in batch.rejects]
    assert len(found) == 1
    assert found[0].line == 1_001
    assert "beyond the first 1,000" in found[0].reason
    assert "nor are 1,999 further keys" in found[0].reason


@pytest.mark.parametrize("answer", [{"body": {"string": "[]"}}, {"content": {"text": "[]"}, "status": 200}])
def test_a_recording_of_answers_is_refused_and_says_what_to_save(tmp_path, answer):
    asked = {"method": "GET", "uri": "https://api.example.org/statuses?screen_name=oven_amy"}
    (tmp_path / "tape.json").write_text(
        json.dumps({"http_interactions": [{"request": asked, "response": answer}]})
    )
    with pytest.raises(SourceError, match="recording") as error:
        open_sources(tmp_path / "tape.json")
    assert "request.uri" in str(error.value)
    assert "save the text of each answer" in str(error.value)
