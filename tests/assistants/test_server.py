"""What assistants are told: as the commands say it, short, typed, and nothing that breaks a client."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import numpy as np
import pytest

pytest.importorskip("mcp", reason="needs the extra mcp")

from mcp import Client, StdioServerParameters, stdio_client
from starlette.testclient import TestClient

from influence.assistants.answers import Row, clean
from influence.assistants.server import HOST, Bearer, build_server
from influence.question import all_asks
from influence.session import Session

NICHE = "vegan baking"
READING = {
    "describe_data", "find_accounts", "rank", "explain", "compare", "lookalikes", "match_brief", "shortlist",
    "stand_ins", "tell_first", "mentions", "share_of_voice", "advocates", "plan", "check_outreach",
}  # fmt: skip
AUDIENCE = "\n[audience]\nvoices = 10\nfollowers = 50000\nunique_audience = 30000\n"
CHANGING = {"save_shortlist", "set_status", "suppress"}


def tools_of(assistant: Any) -> dict[str, Any]:
    return {tool.name: tool for tool in assistant.portal.call(assistant.client.list_tools).tools}


def test_tools_that_change_something_are_marked_and_none_sends_forgets_or_imports(assistant: Any) -> None:
    tools = tools_of(assistant)
    assert set(tools) == READING | CHANGING
    assert {name for name, tool in tools.items() if tool.annotations.read_only_hint} == READING
    for name in CHANGING:
        assert "confirm" in tools[name].input_schema["properties"]
    for tool in tools.values():
        assert tool.description == " ".join(tool.description.split())
        assert tool.output_schema["type"] == "object"
    told = [tool.model_dump_json(by_alias=True, exclude_none=True) for tool in tools.values()]
    assert sum(map(len, told)) < 40_000, "an assistant reads them all before the first question"


def test_a_filter_is_offered_because_the_question_declares_it(assistant: Any) -> None:
    offered = set(tools_of(assistant)["rank"].input_schema["properties"])
    assert {"max_followers", "platform", "place", "brand", "as_of"} <= offered
    assert offered - {"limit", "offset"} <= set(all_asks())


def test_a_ranking_is_that_of_the_session_and_goes_on_page_by_page(assistant: Any, sample: Path) -> None:
    with Session(sample) as session:
        rows = session.rank(NICHE, top=7, max_followers=20_000).rows
    first = assistant.ask("rank", niche=NICHE, limit=4, max_followers=20_000)
    then = assistant.ask("rank", niche=NICHE, limit=3, offset=first["next_offset"], max_followers=20_000)
    told = first["rows"] + then["rows"]
    assert [row["account_id"] for row in told] == [row.account_id for row in rows]
    assert told[0]["score"] == pytest.approx(rows[0].score, abs=1e-3)
    assert [row["rank_range"] for row in told] == [[row.rank_low, row.rank_high] for row in rows]
    assert [row["by_followers"] for row in told] == [row.baseline_rank for row in rows]
    assert first["n_all"] > 7


def test_the_last_page_says_that_it_is_the_last(assistant: Any) -> None:
    n_all = assistant.ask("rank", niche=NICHE, limit=1)["n_all"]
    last = assistant.ask("rank", niche=NICHE, limit=50, offset=n_all - 2)
    assert len(last["rows"]) == 2
    assert last["next_offset"] is None
    beyond = assistant.ask("rank", niche=NICHE, offset=n_all + 10)
    assert (beyond["rows"], beyond["next_offset"]) == ([], None)


def test_answers_are_short_enough_for_a_context(assistant: Any) -> None:
    first = assistant.result("rank", niche=NICHE, limit=3)
    three = assistant.result("rank", niche=NICHE, limit=3, offset=3)
    one = assistant.result("explain", account="xan_meringue", niche=NICHE)
    assert len(three.content) == len(one.content) == 1
    assert len(first.content[0].text) < 2_000
    assert len(three.content[0].text) < 1_350
    assert len(one.content[0].text) < 4_000


def test_the_whole_evidence_of_an_explanation_is_at_its_address(assistant: Any) -> None:
    told = assistant.ask("explain", account="xan_meringue", niche=NICHE)
    document = assistant.read(told["more"])
    assert document["row"]["account_id"] == told["account_id"]
    assert sum(one["points"] for one in told["signals"]) == pytest.approx(told["score"], abs=0.01)
    assert len(document["evidence"]) >= len(told["evidence"]) > 0


def test_our_errors_arrive_with_their_hint(assistant: Any) -> None:
    words = assistant.refused("explain", account="nobody_at_all", niche=NICHE)
    assert "no account of this name" in words
    assert "next:" in words
    assert "cannot be negative" in assistant.refused("rank", niche=NICHE, max_followers=-1)
    assert "two to five" in assistant.refused("compare", accounts=["xan_meringue"], niche=NICHE)
    words = assistant.refused("rank", niche=NICHE, limit=51, as_of=7)
    for told in ("rank, limit", "seen:     51", "a whole number, 1 to 50", "mend as_of too"):
        assert told in words
    assert "pydantic" not in words
    assert "a list of texts, 1 to 50" in assistant.refused("match_brief", brief="oats", accounts=["amy", 7])


def test_a_plan_names_lists_never_files_of_the_machine(assistant: Any, tmp_path: Path) -> None:
    secret = tmp_path / "people.csv"
    secret.write_text("account_id\nx\n")
    brief = f'[source]\nlist = "{secret}"\n[value]\norder_value = 40\n'
    assert "no saved list of this name" in assistant.refused("plan", brief_toml=brief)
    assert "not valid TOML" in assistant.refused("plan", brief_toml="= =")


def test_a_call_with_other_arguments_is_refused_and_not_answered_for_another_period(assistant: Any) -> None:
    words = assistant.refused("share_of_voice", brand="Tavilo", rivals=[], first_dya="2026-01-01")
    assert "first_dya" in words
    assert "did you mean 'first_day'?" in words
    words = assistant.refused("share_of_voice", brand="Tavilo")
    assert words.endswith("expected: rivals")


@pytest.mark.parametrize("tool", ["rank", "shortlist"])
def test_the_conditions_of_a_brief_are_kept_to_and_told(assistant: Any, tool: str) -> None:
    told = assistant.ask(tool, brief="Vegan baking bloggers with up to 1,000 followers", limit=5)
    rows = told["rows"] if tool == "rank" else [one["row"] for one in told["picks"]]
    assert len(rows) == 5
    assert all(row["followers"] <= 1000 for row in rows)
    assert any(note.startswith("Conditions of the brief: at most 1,000 followers") for note in told["notes"])


def test_a_mention_tells_its_day(assistant: Any, sample: Path) -> None:
    with Session(sample) as session:
        days = session.mentions("Tavilo").days
    told = assistant.ask("mentions", brand="Tavilo", limit=3)["mentions"]
    assert [one["text"]["day"] for one in told] == [str(np.datetime64(int(day), "D")) for day in days[:3]]


def test_a_plan_tells_what_the_command_tells(assistant: Any) -> None:
    from importlib import resources

    text = resources.files("influence.planning").joinpath("brief_example.toml").read_text("utf-8")
    told = assistant.ask(
        "plan", brief_toml=text.replace('list = "LIST"', "").replace("\n[audience]", AUDIENCE)
    )
    assert set(told["scenarios"]) == {"pessimistic", "expected", "optimistic"}
    assert told["expected"]["voices"] == 10
    assert told["expected"]["cost"] > 0


def test_an_account_is_held_against_each_condition_of_a_brief(assistant: Any) -> None:
    brief = "We look for vegan baking bloggers with 500 to 2,000 followers."
    told = assistant.ask("match_brief", brief=brief, accounts=["xan_meringue", "bencloud.2"])
    by_name = {one["account_id"]: one for one in told["fits"]}
    assert set(by_name["synthetic:xan_meringue"]["conditions"].values()) == {"met"}
    assert "not met" in by_name["synthetic:bencloud.2"]["conditions"].values()
    assert by_name["synthetic:bencloud.2"]["rank"] is None
    assert told["unknown"] == []


def test_who_is_not_known_is_named_and_the_others_are_answered_for(assistant: Any) -> None:
    brief = "We look for vegan baking bloggers with 500 to 2,000 followers."
    told = assistant.ask("match_brief", brief=brief, accounts=["xan_meringue", "nobody_at_all"])
    assert [one["account_id"] for one in told["fits"]] == ["synthetic:xan_meringue"]
    (lost,) = told["unknown"]
    assert "nobody_at_all" in lost
    assert "no account of this name" in assistant.refused(
        "match_brief", brief=brief, accounts=["nobody_at_all"]
    )


def test_nothing_changes_before_it_is_confirmed(
    sample: Path, tmp_path: Path, assistant_of: Callable[..., Any]
) -> None:
    file = Path(shutil.copy(sample, tmp_path / "w.duckdb"))
    with assistant_of(file) as one:
        shown = one.ask("save_shortlist", name="spring", niche=NICHE, size=3)
        assert not shown["done"]
        assert one.ask("describe_data")["lists"] == []
        assert one.ask("save_shortlist", name="spring", niche=NICHE, size=3, confirm=True)["done"]
        assert one.ask("describe_data")["lists"] == ["spring"]
        first = one.read("influence://lists/spring")["picks"][0]["account_id"]
        assert first in shown["what"]
        assert not one.ask("set_status", list_name="spring", accounts=[first], status="declined")["done"]
        assert one.read("influence://lists/spring")["picks"][0]["status"] == "idea"
        one.ask("set_status", list_name="spring", accounts=[first], status="declined", confirm=True)
        assert one.ask("stand_ins", list_name="spring")["n_all"] == 1
        judged = one.ask("check_outreach", list_name="spring", as_of="2026-03-01", country="GB", limit=2)
        assert (judged["n_all"], judged["next_offset"], judged["as_of"]) == (3, 2, "2026-03-01")
        assert all(person["answer"] and person["sources"] for person in judged["judged"])
        one.ask("suppress", targets=[first])
        assert one.ask("rank", niche=NICHE, limit=1)["rows"][0]["account_id"] == first
        one.ask("suppress", targets=[first], confirm=True)
        assert one.ask("rank", niche=NICHE, limit=1)["rows"][0]["account_id"] != first
        assert first not in json.dumps(one.read("influence://lists/spring"))


def test_share_of_voice_and_whom_to_tell_first(assistant: Any) -> None:
    heard = assistant.ask("share_of_voice", brand="Tavilo", rivals=["Marenza"], first_day="2025-01-01")
    brand = heard["voices"][0]
    assert brand["brand"] == "Tavilo"
    assert brand["by_posts"]["low"] <= brand["by_posts"]["share"] <= brand["by_posts"]["high"]
    told = assistant.ask("tell_first", niche=NICHE, size=3)
    assert len(told["tell_first"]) == 3
    assert told["expected"]["this choice"] > told["expected"]["best by score"]


def test_each_job_has_a_prompt_that_names_tools_that_there_are(assistant: Any) -> None:
    told = {"brief": "We want bakers.", "niche": NICHE, "brand": "Tavilo"}
    for prompt in assistant.portal.call(assistant.client.list_prompts).prompts:
        given = {one.name: told[one.name] for one in prompt.arguments}
        words = (
            assistant.portal.call(assistant.client.get_prompt, prompt.name, given).messages[0].content.text
        )
        assert set(given.values()) <= {value for value in given.values() if value in words}
        assert {word.strip(".,;:") for word in words.split() if "_" in word} <= READING


def test_the_pages_of_reference_can_be_read(assistant: Any) -> None:
    assert "account_id" in assistant.read("influence://contract")["accounts"]
    assert assistant.read("influence://signals")["niche_fit"]["question"].endswith("?")
    assert assistant.read("influence://goals")["long-tail"]["reach"] > 0


def test_the_planner_hears_who_speaks_for_the_brand(assistant: Any) -> None:
    heard = assistant.ask("mentions", brand="Tavilo", limit=2)
    assert heard["n_all"] > 2
    assert heard["mentions"][0]["text"]["quote"]
    found = assistant.ask("advocates", brand="Tavilo", limit=2)
    assert len(found["advocates"]) == 2
    assert not {one["who"] for one in found["advocates"]} & set(found["detractors"])


def test_unknown_is_null_and_foreign_words_steer_nothing() -> None:
    row = Row(rank=1, account_id="x:a\x1b[31m", name=None, score=1.23456, rank_range=None,
              by_followers=None, followers=None, reason="a\nb\u202ec")  # fmt: skip
    assert (row.account_id, row.score, row.reason) == ("x:a [31m", 1.235, "a bc")
    assert clean({"a": [math.nan, math.inf, 1.0]}) == {"a": [None, None, 1.0]}


def test_a_client_of_the_older_protocol_is_served_alike(
    sample: Path, assistant_of: Callable[..., Any]
) -> None:
    with assistant_of(sample, "legacy") as old:
        assert old.ask("rank", niche=NICHE, limit=1)["rows"][0]["account_id"] == "synthetic:xan_meringue"
        assert "no account of this name" in old.refused("explain", account="nobody_at_all", niche=NICHE)


def test_over_stdin_and_stdout_as_an_assistant_starts_it(sample: Path) -> None:
    program = "from influence.cli.app import main; main()"
    server = StdioServerParameters(
        command=sys.executable, args=["-c", program, "mcp", "-w", str(sample)], env=dict(os.environ)
    )

    async def told() -> Any:
        async with Client(stdio_client(server)) as client:
            return await client.call_tool("rank", {"niche": NICHE, "limit": 2})

    with ThreadPoolExecutor(1) as apart:  # a test in a browser may have left its loop in this thread
        answer = apart.submit(anyio.run, told).result()
    assert answer.structured_content["rows"][0]["rank"] == 1


def test_over_http_nobody_is_served_without_the_token_or_by_another_name(sample: Path) -> None:
    app = Bearer(build_server(sample).streamable_http_app(host=HOST), "a-key")
    head = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    ask = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}}  # fmt: skip
    with TestClient(app, base_url=f"http://{HOST}:8077") as client:
        assert client.post("/mcp", json=ask, headers=head).status_code == 401
        wrong = {**head, "authorization": "Bearer a-kez"}
        assert client.post("/mcp", json=ask, headers=wrong).status_code == 401
        known = {**head, "authorization": "Bearer a-key"}
        assert client.post("/mcp", json=ask, headers=known).status_code == 200
        assert client.post("/mcp", json=ask, headers={**known, "host": "evil.example"}).status_code == 421
        assert (
            client.post("/mcp", json=ask, headers={**known, "origin": "http://evil.example"}).status_code
            == 403
        )


def test_without_the_extra_the_command_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['mcp'] = None; sys.modules['pydantic'] = None\n"
        "from influence.cli.app import main; main(['mcp', '-w', 'x.duckdb'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "influence-toolkit[mcp]" in done.stderr
