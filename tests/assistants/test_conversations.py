"""A conversation of each user from beginning to end, with what the assistant must be told at each step.

The answers in ``tests/golden/conversations.json`` are the decisions: who, in what order, what is met, what is done.
Scores and sentences move with every signal and have tests of their own. After a change that is meant,
``INFLUENCE_GOLDEN=write pytest tests/assistants/test_conversations.py`` writes them anew: read the difference.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).parents[1] / "golden" / "conversations.json"
BRIEF = "We look for vegan baking bloggers with 500 to 5,000 followers who write in English."
NICHE = "vegan baking"
SAVE = {"name": "spring", "brief": BRIEF, "size": 3}
AGREED = {"list_name": "spring", "accounts": ["xan_meringue"], "status": "agreed"}
PLAN = resources.files("influence.planning").joinpath("brief_example.toml").read_text("utf-8")
CONVERSATIONS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "PR: brief, shortlist, why, save": [
        ("rank", {"brief": BRIEF, "limit": 3}),
        ("match_brief", {"brief": BRIEF, "accounts": ["xan_meringue", "bencloud.2"]}),
        ("explain", {"account": "xan_meringue", "brief": BRIEF}),
        ("shortlist", {"brief": BRIEF, "size": 3}),
        ("save_shortlist", SAVE),
        ("save_shortlist", {**SAVE, "confirm": True}),
        ("set_status", {**AGREED, "confirm": True}),
        ("check_outreach", {"list_name": "spring", "as_of": "2026-11-01", "country": "GB"}),
    ],
    "Analyst: ranking, neighbours, who is alike": [
        ("describe_data", {}),
        ("rank", {"niche": NICHE, "limit": 3}),
        ("compare", {"niche": NICHE, "accounts": ["xan_meringue", "elieggs.example"]}),
        ("lookalikes", {"account": "xan_meringue", "limit": 3}),
        ("explain", {"account": "xan_merinque", "niche": NICHE}),
    ],
    "Planner: mentions, advocates, business case": [
        ("mentions", {"brand": "Tavilo", "limit": 2}),
        ("advocates", {"brand": "Tavilo", "limit": 2}),
        ("save_shortlist", {**SAVE, "confirm": True}),
        ("plan", {"brief_toml": PLAN.replace("LIST", "spring")}),
    ],
}
TOLD = ("account_id", "who", "title", "standing", "rank", "conditions", "done", "what", "answer", "tables", "lists",
        "n_all", "next_offset", "decides", "voices")  # fmt: skip
"""Fields that are decisions; of figures by account, the accounts in their order."""


def decided(value: Any) -> Any:
    """What of an answer is a decision, however deep it lies; nothing else."""
    if isinstance(value, dict):
        kept = {key: item if key in TOLD else decided(item) for key, item in value.items()}
        if "accounts" in value:
            kept["accounts"] = list(value["accounts"])
        return {key: item for key, item in kept.items() if item not in ({}, [], None)}
    if isinstance(value, list):
        return [item for item in map(decided, value) if item not in ({}, [], None)]
    return None


def told(assistant: Any, tool: str, asked: dict[str, Any]) -> Any:
    result = assistant.result(tool, **asked)
    return result.content[0].text.splitlines() if result.is_error else decided(result.structured_content)


@pytest.fixture
def golden() -> dict[str, Any]:
    return dict(json.loads(GOLDEN.read_text("utf-8"))) if GOLDEN.exists() else {}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_comes_to_the_same_decisions(
    name: str, sample: Path, tmp_path: Path, assistant_of: Callable[..., Any], golden: dict[str, Any]
) -> None:
    with assistant_of(Path(shutil.copy(sample, tmp_path / "w.duckdb"))) as one:
        heard = [{"asked": tool, "told": told(one, tool, asked)} for tool, asked in CONVERSATIONS[name]]
    if os.environ.get("INFLUENCE_GOLDEN") == "write":
        words = json.dumps({**golden, name: heard}, indent=1, ensure_ascii=False)
        GOLDEN.write_text(words + "\n", "utf-8")
    else:
        assert heard == golden[name]
