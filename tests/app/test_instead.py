"""What messages name of the command line is said by fields and pages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import influence
from influence.app.instead import here

PACKAGE = Path(influence.__file__).parent
ELSEWHERE = {"cli", "assistants", "simulation", "spark", "networks", "instead.py"}
"""Rooms whose messages no page shows, and the table itself."""
TERMINAL = re.compile(r"(?<![\w-])--[a-z]|`influence |influence [a-z]+ --")


def sentences(file: Path) -> Iterator[str]:
    """Texts of a module that are no docstrings; what is put in is a word."""
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    pieces = {id(one) for node in nodes if isinstance(node, ast.JoinedStr) for one in node.values}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "word" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces:
            yield node.value if "\n" not in node.value.strip() else ""


def test_every_message_of_the_package_can_be_said_without_the_terminal() -> None:
    files = [one for one in PACKAGE.rglob("*.py") if not {*one.relative_to(PACKAGE).parts} & ELSEWHERE]
    said = {text for file in files for text in sentences(file) if TERMINAL.search(text)}
    assert len(said) > 80
    assert not {text: here(text) for text in said if TERMINAL.search(here(text))}


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ('--brand "Acme"', "“Brand” \"Acme\""),
        ("the nearest that works: --size 12", "the nearest that works: “Shortlist of” 12"),
        ("posts or comments that name the brand (--brand)", "posts or comments that name the brand (“Brand”)"),
        ("bring some in with `influence import PATH...`, or choose a later --as-of",
         "bring some in under “Bring files in”, or choose a later “As known on”"),
        ("wait until the other command has ended, or name another file with --workspace",
         "wait until the other command has ended"),
        ("say whose it is with --owner HANDLE", "say below whose it is"),
        ("`influence channels FILE` reads it", "“Channels” reads it"),
        ("more --candidates", "more “Candidates”"),
        ("nothing - of -- that", "nothing - of -- that"),
    ],
)  # fmt: skip
def test_a_field_or_page_is_named_in_place_of_an_option_or_command(said: str, instead: str) -> None:
    assert here(said) == instead


def test_our_sentences_go_through_it_in_every_template() -> None:
    ours = re.compile(
        r"{{(?:(?!}}).)*\b(?:error\.(?:what|hint|expected|where)|one\.hint|one\.message|note)\b(?:(?!}}).)*}}"
    )
    for file in (PACKAGE / "app" / "templates").glob("*.html"):
        text = file.read_text("utf-8")
        assert not [one[0] for one in ours.finditer(text) if "|here" not in one[0]], file.name
        assert not TERMINAL.search(re.sub(r"var\(--[\w-]+|<style>.*?</style>", "", text, flags=re.DOTALL)), (
            file.name
        )


def test_no_page_of_a_question_gone_wrong_names_an_option(browser: Any) -> None:
    asked = ("max_followers=many", "goal=fame", "as_of=soon", "as_of=1999-01-01", "like=nobody.at.all",
             "min_followers=1e9", "w.reach=x", "niche=qqqqqqqq",
             "niche=vegan+baking&brand=@", "brief=qqqq")  # fmt: skip
    pages = ("/?", "/mentions?brand=qqqq&", "/mentions?brand=@&", "/queue?brand=qqqq&", "/heard/listen?brand=qqqq&",
             "/heard/triage?brand=Tavilo&", "/heard/listen?brand=Tavilo&", "/heard/topics?niche=qqqq&", "/spread?",
             "/advocates?brand=qqqq&", "/account/nobody?", "/compare?a=x&a=y&", "/map?")  # fmt: skip
    addresses = [
        *(f"/?{one}" for one in asked),
        *(f"{page}niche=qqqqq" for page in pages),
        *(page[:-1] for page in pages),
    ]
    for address in addresses:
        page = browser.get(address).text
        assert not TERMINAL.search(re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)), address
