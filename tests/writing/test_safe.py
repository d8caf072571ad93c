"""Foreign text does nothing in the medium it goes to."""

import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.writing.data_text import json_text
from influence.writing.safe import for_mail, for_markdown, for_terminal, for_xml, one_line, web_address

ANY = st.text(alphabet=st.characters(), max_size=40)
STEERING = {*map(chr, range(9)), *map(chr, range(11, 32)), *map(chr, range(127, 160)), *"\u202e\u2066\u2069"}


@given(ANY)
def test_a_terminal_gets_no_control_character_but_lines_and_tabs(text: str) -> None:
    assert not STEERING & set(for_terminal(text))
    assert not STEERING & set(one_line(text))
    assert "\n" not in one_line(text)


def test_c1_controls_steer_no_terminal() -> None:
    assert for_terminal("a\x9b2Jb\x1b[2J") == "a\ufffd2Jb\ufffd[2J"


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40))
def test_xml_holds_any_text(text: str) -> None:
    root = ET.fromstring(ET.tostring(ET.Element("a", name=for_xml(text)), encoding="unicode"))
    assert (root.get("name") is None) == (text is None)


def test_texts_that_xml_forbids_stay_apart() -> None:
    assert len({for_xml("a\ufffe"), for_xml("a\uffff"), for_xml("a\x00")}) == 3


@given(ANY)
def test_json_is_the_same_value_and_steers_no_terminal(text: str) -> None:
    told = json_text({"name": text})
    assert json.loads(told)["name"] == text
    assert not STEERING & set(told)


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "//evil", "ftp://a.example", "https://",
     "https://a.example/\x1b", "https://a.example/ b", "https://a.example/'x", "http://[", "", None],
)  # fmt: skip
def test_only_pages_are_addresses(text: str | None) -> None:
    assert web_address(text) is None


def test_an_address_stays_as_it_is() -> None:
    assert web_address(" https://crumb.example/über?a=1#x ") == "https://crumb.example/über?a=1#x"


def test_a_letter_holds_no_tag_and_no_script() -> None:
    told = for_mail('<img src=x onerror="a">\r\nsee JAVASCRIPT:alert(1)\u202e')
    assert told == '‹img src=x onerror="a"›\nsee JAVASCRIPT alert(1)'


def test_markdown_signs_are_literal() -> None:
    assert for_markdown("a|b\n[x](y)") == r"a\|b \[x\](y)"
