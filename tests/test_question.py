"""The question: declared once, asked everywhere."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_type_hints

import pytest

from influence.errors import UsageError
from influence.question import (
    Filters,
    Question,
    QuestionWords,
    all_asks,
    asks_of,
    put_together,
)

ONE_EDIT = """
from typing import Annotated
from influence import question

class Wider(question.Filters, total=False):
    min_posts_total: Annotated[int | None, question.bound("Fewer posts are left out.", "least", of="posts_total")]

question.Filters = Wider
"""
"""What somebody who wants one more filter adds; the rest of each script below is the program as it is."""


def after_one_edit(code: str, *argv: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", ONE_EDIT + code, *argv], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_new_filter_is_one_field(tmp_path: Path) -> None:
    rows = "account_id,handle,followers,posts_total\na,ann,10,5\nb,bob,20,50\nc,cy,30,\n"
    (tmp_path / "accounts.csv").write_text(rows, "utf-8")
    (tmp_path / "profile.toml").write_text("[filters]\nmin_posts_total = 9\n", "utf-8")
    code = """
import sys
from influence.cli.app import run
file = sys.argv[1] + "/w.duckdb"
run(["import", sys.argv[1] + "/accounts.csv", "--workspace", file])
for asked in (["--min-posts-total", "9"], ["--profile", sys.argv[1] + "/profile.toml"], []):
    out = sys.argv[1] + f"/{len(asked)}{asked[:1]}.json"
    assert run(["rank", "--workspace", file, *asked, "--format", "json", "-o", out]) in (0, None)
"""
    after_one_edit(code, str(tmp_path))
    found = {file.name: json.loads(file.read_text("utf-8")) for file in tmp_path.glob("*.json")}
    told, profile, plain = (
        found["2['--min-posts-total'].json"],
        found["2['--profile'].json"],
        found["0[].json"],
    )
    assert [row["handle"] for row in told["rows"]] == [row["handle"] for row in profile["rows"]] == ["bob"]
    assert told["left_out"] == {"fewer than 9 posts total or unknown": 2}
    assert len(plain["rows"]) == 3
    hashes = [one["provenance"]["settings_hash"] for one in (told, profile, plain)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_new_filter_is_in_the_help_the_environment_the_form_and_the_head_of_profiles() -> None:
    code = """
from influence.app.asked import asked_of
from influence.cli.app import run
from influence.settings import environment_profile
print(environment_profile({"INFLUENCE_MIN_POSTS_TOTAL": "9"}).filters)
print(asked_of([("min_posts_total", "9")]).question().filters["min_posts_total"])
run(["goals", "long-tail", "--format", "toml"])
run(["rank", "--help"])
"""
    told = after_one_edit(code)
    assert told.startswith("{'min_posts_total': 9}\n9\n")
    assert "not_contacted_within, min_posts_total." in " ".join(told.replace("#", "").split())
    assert "--min-posts-total INTEGER" in told


def test_every_field_but_the_group_says_how_it_is_asked() -> None:
    fields = set(Question.__dataclass_fields__) - {"filters"} | set(Filters.__annotations__)
    assert {one.field for one in all_asks().values()} == fields
    assert all(one.help for one in all_asks().values() if one.option and one.kind != "given")
    assert all(one.keeps for one in asks_of(Filters).values())


def test_what_editors_offer_is_what_is_declared() -> None:
    assert set(QuestionWords.__annotations__) == set(all_asks()) - {"niche", "top"}
    several = {name for name, kind in get_type_hints(Filters).items() if kind == str | Sequence[str] | None}
    assert several == {name for name, one in asks_of(Filters).items() if one.kind == "texts"}


@pytest.mark.parametrize(("told", "said"), [({"max_folowers": 5}, "max_followers"), ({"lik": ["a"]}, "like")])
def test_an_argument_that_there_is_none_of_gets_a_suggestion(told: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        put_together(told)
    assert caught.value.hint == f"did you mean {said!r}?"


@pytest.mark.parametrize("name", ["seed", "max_followers"])
def test_a_number_below_zero_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be negative"):
        put_together({name: -1})
