"""Bluesky's own servers, read as a user reads them; their answers are the recorded ones that the other tests replay."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from influence.cli.app import run
from influence.networks.kept import read_reply
from tests.networks.live import bluesky as stack
from tests.networks.test_fetch import rows
from tests.networks.test_recorded import FILE
from tests.networks.test_watch import EASY

BAKERS = {f"bluesky:oven{n}.test" for n in range(6)}


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[stack.Bluesky]:
    if stack.missing():
        pytest.skip(stack.missing())
    with stack.bluesky(tmp_path_factory.mktemp("bluesky")) as running:
        yield running


def place(tmp_path: Path, net: stack.Bluesky) -> tuple[str, ...]:
    return ("-w", str(tmp_path / "w.duckdb"), "--host", f"bluesky={net.address}", *EASY)


def shape(told: Any) -> Any:
    """Names and kinds of what a reply holds, values left out; a list is as its first entry is."""
    if isinstance(told, dict):
        return {name: shape(value) for name, value in told.items()}
    if isinstance(told, list):
        return [shape(one) for one in told[:1]]
    return type(told).__name__


def test_who_follows_is_read_page_by_page_and_the_shy_are_not_kept(
    net: stack.Bluesky, tmp_path: Path, capsys: Any
) -> None:
    assert run(["fetch", "bluesky", "oven0.test", *place(tmp_path, net)]) == 0
    assert "1 not kept: asks not to be shown to people without an account." in capsys.readouterr().err
    assert rows(tmp_path, "select count(*) as n from follows") == [{"n": 111}]
    assert rows(tmp_path, "select state, n_read, n_stated from coverage where list = 'followers'") == [
        {"state": "whole", "n_read": 112, "n_stated": 112}
    ]


def test_the_recorded_replies_have_the_shape_of_todays(
    net: stack.Bluesky, tmp_path: Path, capsys: Any
) -> None:
    """With INFLUENCE_RECORD=1 they are recorded anew."""
    assert run(["fetch", "bluesky", "oven1.test", *place(tmp_path, net)]) == 0
    assert "Not read" not in capsys.readouterr().err
    files = sorted((tmp_path / "w.duckdb.cache/replies").glob("*.reply"))
    kept = [read_reply(file.read_bytes()) for file in files]
    told = {one.address.removeprefix(net.address): json.loads(one.body) for one in kept if one.good}
    if os.environ.get("INFLUENCE_RECORD"):
        FILE.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")
    recorded = json.loads(FILE.read_text("utf-8"))

    def shapes(replies: dict[str, Any]) -> list[str]:
        return sorted(
            f"{path.partition('?')[0]} {json.dumps(shape(one), sort_keys=True)}"
            for path, one in replies.items()
        )

    assert shapes(told) == shapes(recorded)


def test_the_bakers_are_found_from_two_of_them(net: stack.Bluesky, tmp_path: Path, capsys: Any) -> None:
    like = ["--like", "oven1.test", "--like", "oven3.test"]
    assert (
        run(["discover", "--on", "bluesky", *like, "--top", "4", "--budget", "90", *place(tmp_path, net)])
        == 0
    )
    found = {line.split()[1] for line in capsys.readouterr().out.splitlines()}
    assert found == BAKERS - {"bluesky:oven1.test", "bluesky:oven3.test"}


def test_words_lead_to_starter_packs_and_to_the_bakers(
    net: stack.Bluesky, tmp_path: Path, capsys: Any
) -> None:
    assert (
        run(
            [
                "discover",
                "--on",
                "bluesky",
                "--niche",
                "sourdough baking",
                "--budget",
                "200",
                *place(tmp_path, net),
            ]
        )
        == 0
    )
    out = capsys.readouterr()
    assert "is in the starter pack 'Sourdough bakers'" in out.err
    assert "bluesky:oven3.test" in out.out


def test_another_handle_is_told_and_a_closed_account_is_silent(
    net: stack.Bluesky, tmp_path: Path, capsys: Any
) -> None:
    assert run(["fetch", "bluesky", "oven0.test", "oven4.test", "--ties", "0", *place(tmp_path, net)]) == 0
    net.tell("oven0 rye0")
    net.tell("gone oven4")
    capsys.readouterr()
    assert run(["--quiet", "watch", *place(tmp_path, net)]) == 3
    silent, moved = capsys.readouterr().out.splitlines()
    assert silent.startswith("silent\tbluesky:oven4.test\t")
    assert moved == "moved\tbluesky:oven0.test\tto bluesky:rye0.test"
