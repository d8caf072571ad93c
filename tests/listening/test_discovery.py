"""The market: a small town whose voices, rivals, links, questions and citations are known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from influence.cli.app import run
from influence.errors import MissingDataError, SourceError
from influence.listening.discovery import Discovery, discover_market
from influence.listening.findable import citations_of, links_of, niche_words, read_citations, read_pages
from influence.reporting.listening.discovery_page import discovery_page, discovery_sheets, todo
from influence.reporting.parts import page_html
from influence.signals.material import Material
from tests.listening.conftest import post

SITEMAP = """\
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://acme.example/sourdough-bread</loc></url>
<url><loc>https://www.acme.example/shop</loc></url>
</urlset>
"""
VOICES = ("ann", "bob", "cat", "dan", "eve")
POSTS = [
    *(post(n, who, n, f"aquafaba whips well, day {n}") for n, who in enumerate(VOICES)),
    *(post(50 + n, f"far{n}", n, "the football was slow today") for n in range(30)),
    post(30, "ann", 5, "Acme oats are lovely, see https://acme.example/sourdough-bread."),
    post(31, "bob", 6, "Nordly oats are awful https://crumb.example/review and https://forum.example/x"),
    post(32, "cat", 7, "Acme or Nordly: I buy Nordly. https://www.crumb.example/other", is_sponsored=True),
    post(33, "dan", 8, "Which aquafaba is best for rolls?"),
    post(37, "dan", 8, "New phone, who this?"),
    post(34, "eve", 9, "This one https://crumb.example/flour", reply_to="p33"),
    post(35, "dan", 9, "thanks", reply_to="p33"),
    post(36, "far1", 9, "Nordly again"),
]
ACCOUNTS = [
    *({"account_id": f"forum:{who}"} for who in VOICES),
    {"account_id": "web:crumb.example", "url": "https://crumb.example"},
]
FOLLOWS = [{"follower_id": f"forum:{a}", "followee_id": "forum:eve"} for a in ("ann", "bob", "cat")] + [
    {"follower_id": "forum:ann", "followee_id": "forum:bob"}
]


@pytest.fixture
def market(workspace_of: Callable[..., Any]) -> Callable[..., Discovery]:
    """The market of the town; `hidden` asks not to be listed."""

    def made(hidden: str = "", **asked: Any) -> Discovery:
        accounts = [{**one, "noindex": one["account_id"] == hidden} for one in ACCOUNTS]
        store = workspace_of(posts=POSTS, accounts=accounts, follows=FOLLOWS).store
        material = Material(store)
        members = np.isin(material.account_ids, [f"forum:{who}" for who in VOICES]).astype(float)
        return discover_market(store, material, "Acme", "vegan baking", members, rivals=("Nordly",), **asked)

    return made


@pytest.fixture
def sitemap(tmp_path: Path) -> Path:
    (tmp_path / "sitemap.xml").write_text(SITEMAP)
    return tmp_path / "sitemap.xml"


def test_a_word_that_only_the_niche_has_is_its_first_however_much_others_say() -> None:
    plain = ["the football was slow", "a quiet river walk", "tea and rain again"]
    niche = [(f"n{n}", f"emacs on {plain[n % 3]} 2012") for n in range(12)]
    others = [(f"o{n}", f"{plain[n % 3]} thing{n % 997}") for n in range(6_000)]
    rows = [pd.DataFrame(part, columns=["account_id", "said"]) for part in (niche, others)]
    assert niche_words(*rows) == (("emac", 12),)


def test_a_crisis_names_those_who_speak_of_the_brand_however_many_are_louder(
    market: Callable[..., Discovery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("influence.listening.discovery.N_VOICES", 1)
    found = market()
    assert [one.account_id for one in found.voices] == ["forum:eve"]
    assert found.speakers == ("forum:ann",)
    (part,) = [
        one for one in discovery_page(found).parts if any("Whose word counts" in word for word in one.words)
    ]
    assert "of those who speak of you: forum:ann." in " ".join(part.words)


def test_who_talks_and_whom_no_brand_has(market: Callable[..., Discovery]) -> None:
    found = market()
    assert found.n_voices == 5
    assert [(one.account_id, one.n_niche_people) for one in found.voices[:2]] == [
        ("forum:eve", 3),
        ("forum:bob", 1),
    ]
    assert [one.account_id for one in found.gaps] == ["forum:eve", "forum:dan"]
    assert found.voices[1].brands == ("Nordly",)


def test_who_only_listens_is_no_voice(workspace_of: Callable[..., Any]) -> None:
    fans = [{"follower_id": f"forum:fan{n}", "followee_id": "forum:eve"} for n in range(9)]
    material = Material(workspace_of(posts=POSTS, accounts=ACCOUNTS, follows=FOLLOWS + fans).store)
    found = discover_market(
        material.store, material, "Acme", "vegan baking", np.ones(len(material.account_ids))
    )
    everybody = {one["account_id"] for one in POSTS}
    assert found.n_voices == len(everybody)
    assert {one.account_id for one in found.gaps} <= everybody


def test_rivals_their_voices_and_their_overlap_with_ours(market: Callable[..., Discovery]) -> None:
    acme, nordly = market().brands
    assert (acme.voice.n_authors, nordly.voice.n_authors) == (2, 3)
    assert (acme.n_niche_voices, nordly.n_niche_voices) == (2, 2)
    assert (acme.n_ours, nordly.n_ours, nordly.n_paid) == (None, 1, 1)
    assert (acme.its_voices, nordly.its_voices) == (("forum:ann",), ("forum:bob",))


def test_a_period_leaves_out_what_was_said_before_and_after(market: Callable[..., Discovery]) -> None:
    found = market(first="2024-01-06", last="2024-01-07")
    assert [one.voice.n_posts for one in found.brands] == [1, 1]
    assert {one.account_id: one.n_posts for one in found.voices} == {
        "forum:ann": 1, "forum:bob": 1, "forum:cat": 0, "forum:dan": 0, "forum:eve": 0,
    }  # fmt: skip
    assert [one.name for one in found.linked] == ["acme.example", "crumb.example", "forum.example"]
    assert (found.n_questions, market(last="2024-01-25").n_questions, market().n_questions) == (0, 1, 1)
    assert "6 January 2024 to 7 January 2024" in page_html(discovery_page(found))
    with pytest.raises(MissingDataError, match="in this period"):
        market(first="2024-01-20")


def test_only_posts_about_the_niche_ask_its_questions(market: Callable[..., Discovery]) -> None:
    (asked,) = market().questions
    (post,) = (str(one["post_id"]) for one in POSTS if one["text"] == asked.said)
    assert market(about={post}).questions == (asked,)
    assert market(about=set()).questions == ()


def test_no_voice_is_listed_twice(market: Callable[..., Discovery]) -> None:
    found = market()
    (part,) = [one for one in discovery_page(found).parts if "no brand here has" in one.title]
    assert part.rows == []
    assert "2 stand above" in part.words[0]


def test_a_voice_is_one_vote_and_questions_say_who_is_found(
    market: Callable[..., Discovery], sitemap: Path
) -> None:
    found = market(pages=sitemap)
    assert [(one.name, one.n_voices) for one in found.linked] == [
        ("crumb.example", 3), ("acme.example", 1), ("forum.example", 1),
    ]  # fmt: skip
    (asked,) = found.questions
    assert (asked.said, asked.n_answers, asked.linked) == (
        "Which aquafaba is best for rolls?",
        1,
        ("crumb.example",),
    )
    assert [one.name for one in found.helpers] == ["forum:eve"]
    assert (found.domain, found.n_pages) == ("acme.example", 2)
    assert [one.name for one in found.our_pages or ()] == ["https://acme.example/sourdough-bread"]


def test_the_niche_s_words_that_pages_lack(market: Callable[..., Discovery], sitemap: Path) -> None:
    words = dict(market(pages=sitemap).words or ())
    assert words["aquafaba"] == 5
    assert "footbal" not in words
    assert "football" not in words
    (sitemap.parent / "pages.txt").write_text("https://acme.example/a Aquafaba, how it whips\n")
    assert "aquafaba" not in dict(market(pages=sitemap.parent / "pages.txt").words or ())


def test_links_to_oneself_are_no_votes() -> None:
    import pandas as pd

    rows = pd.DataFrame({"account_id": ["web:crumb.example"], "said": ["see https://www.crumb.example/x"]})
    assert links_of(rows).empty


def test_whom_assistants_cite_as_a_table_and_as_the_monitor_writes_it(
    market: Callable[..., Discovery], tmp_path: Path
) -> None:
    table = tmp_path / "cited.csv"
    table.write_text(
        "prompt,engine,cited_urls\nbest oats,gpt,https://crumb.example/a; https://acme.example/\n"
        "best oats,claude,crumb.example\nbest flour,gpt,\n"
    )
    found = market(cited=table).citations
    assert found is not None
    assert (found.n_prompts, found.engines) == (2, ("claude", "gpt"))
    first = found.cited[0]
    assert (first.name, first.account_id, first.n_prompts, first.engines, first.contacted) == (
        "crumb.example", "web:crumb.example", 1, ("claude", "gpt"), False,
    )  # fmt: skip
    told = {
        "model": "m",
        "queries": [{"query": "q", "citations_union": [{"url": "https://x.example/"}]}, {"query": "r"}],
    }
    (tmp_path / "citations.json").write_text(json.dumps(told))
    assert read_citations(tmp_path / "citations.json") == [("q", "m", "https://x.example/"), ("r", "m", "")]
    assert (
        citations_of([("q", "e", "crumb.example")], {}, (), lambda name: name == "crumb.example").cited == ()
    )


def test_what_to_do_rests_on_findings_and_nobody_hidden_is_named(
    market: Callable[..., Discovery], sitemap: Path, tmp_path: Path
) -> None:
    (tmp_path / "cited.csv").write_text("prompt,engine,url\nbest oats,gpt,https://crumb.example/a\n")
    found = market(pages=sitemap, cited=tmp_path / "cited.csv")
    told = dict(todo(found))
    assert told["Look at forum:eve"] == "3 of the niche listen; names none of these brands"
    assert told["Get to know web:crumb.example"] == "cited on 1 of 1 prompt by 1 engine, never contacted"
    page = discovery_page(found)
    assert "{brand}" not in page_html(page)
    told = next(one for one in discovery_sheets(found) if one.name == "Crisis").records()
    crisis = " ".join(str(row["text"]) for row in told)
    assert 'run `influence listen --brand "Acme" --watch`' in crisis
    assert "Whose word counts in the niche, of those who speak of you: forum:ann and forum:cat." in crisis
    for hidden, words in (("forum:eve", "forum:eve"), ("web:crumb.example", "crumb.example")):
        text = page_html(discovery_page(market(hidden, pages=sitemap, cited=tmp_path / "cited.csv")))
        assert words not in text.replace("https://crumb.example", "")


def test_a_suppressed_domain_or_answerer_is_named_nowhere(
    market: Callable[..., Discovery], monkeypatch: pytest.MonkeyPatch
) -> None:
    from influence.store.rights.suppression import Suppressions

    gone = {"web:crumb.example", "forum:eve"}
    monkeypatch.setattr(Suppressions, "account", lambda self, account: account in gone)
    found = market()
    assert "crumb.example" not in [one.name for one in found.linked]
    assert found.helpers == ()
    assert found.questions[0].linked == ()
    assert found.n_hidden == 1


def test_what_cannot_be_answered_is_said(
    market: Callable[..., Discovery], tmp_path: Path, workspace_of: Callable[..., Any]
) -> None:
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="what was asked"):
        market(cited=tmp_path / "odd.csv")
    with pytest.raises(SourceError, match="no address"):
        read_pages(tmp_path / "odd.csv")
    store = workspace_of(posts=POSTS).store
    material = Material(store)
    with pytest.raises(MissingDataError, match="no account belongs"):
        discover_market(store, material, "Acme", "x", np.zeros(len(material.account_ids)))


def test_the_command_writes_pages_and_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import pandas as pd

    monkeypatch.chdir(tmp_path)
    pd.DataFrame(POSTS).to_csv("posts.csv", index=False)
    assert run(["import", "posts.csv", "--yes"]) == 0
    asked = ["discovery", "--brand", "Acme", "--rival", "Nordly", "--niche", "aquafaba"]
    assert run([*asked, "-o", "market.html"]) == 0
    assert "First words by kind" in Path("market.html").read_text()
    assert run([*asked, "-o", "market.xlsx"]) == 0
    capsys.readouterr()
    assert run([*asked, "--format", "json"]) == 0
    assert {"voices", "brands", "crisis"} <= set(json.loads(capsys.readouterr().out))
