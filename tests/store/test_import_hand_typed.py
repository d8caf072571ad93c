"""Lists as people type them: titles over two lines, links and @names mixed, no header, blogs by title and address."""

from __future__ import annotations

import openpyxl
import pytest

from influence.errors import MappingError
from influence.ranking.rank import rank
from influence.sources.base import ReadOptions
from influence.store.importing.transaction import import_files


def _accounts(workspace) -> list[tuple]:
    sql = "select account_id, name, followers from accounts order by 1"
    return [tuple(row.values()) for row in workspace.store.query(sql).to_pylist()]


def _imported(workspace, tmp_path, name: str, text: str, platform: str | None = None) -> list[tuple]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    import_files(workspace, path, platform=platform)
    return _accounts(workspace)


def test_two_lines_of_title_are_nobody_and_a_column_of_links_and_at_names_tells_who(workspace, tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Spring campaign - shortlist of bloggers"],
        ["typed by Jo, 3 May"],
        [],
        ["Name", "Link", "Followers"],
        ["Amy Oven", "https://www.instagram.com/oven_amy/", 12400],
        ["Ben Crust", "@crust_ben", 5300],
        ["Total", None, 17700],
    ):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    import_files(workspace, tmp_path / "list.xlsx", platform="instagram")
    assert _accounts(workspace) == [
        ("instagram:crust_ben", "Ben Crust", 5300),
        ("instagram:oven_amy", "Amy Oven", 12400),
    ]


def test_an_address_beside_a_bare_name_tells_the_platform(workspace, tmp_path):
    text = (
        "Username,Profile URL,Followers\n"
        "oven_amy,https://instagram.com/oven_amy,12400\n"
        "oven_eve,https://www.tiktok.com/@oven_eve,900\n"
    )
    assert [row[0] for row in _imported(workspace, tmp_path, "vendor.csv", text)] == [
        "instagram:oven_amy",
        "tiktok:oven_eve",
    ]


def test_thousands_beside_decimals_and_words_for_unknown_in_a_count(workspace, tmp_path):
    text = "Where;Followers\n@oven_amy;12,4k\n@crust_ben;8.100\n@oven_eve;3.2k\n@bun_bob;k.A.\n@pie_pia;tbd\n"
    assert [row[2] for row in _imported(workspace, tmp_path, "list.csv", text, "instagram")] == [
        None, 8100, 12400, 3200, None,
    ]  # fmt: skip
    assert not workspace.store.query("select * from rejects").num_rows


def test_a_list_without_a_header_may_mix_at_names_and_addresses(workspace, tmp_path):
    text = "@oven_amy\n@crust_ben\nhttps://www.tiktok.com/@oven_eve\n"
    assert [row[0] for row in _imported(workspace, tmp_path, "handles.txt", text, "instagram")] == [
        "instagram:crust_ben",
        "instagram:oven_amy",
        "tiktok:oven_eve",
    ]


def test_a_blogs_address_is_who_it_is_and_its_title_the_name(workspace, tmp_path):
    text = (
        "Blog,URL,DA\n"
        "Crumb & Co,https://www.crumb.example/about?utm_source=x,34\n"
        "Oven,http://oven.blogspot.com/,21\n"
    )
    assert _imported(workspace, tmp_path, "blogs.csv", text) == [
        ("web:crumb.example", "Crumb & Co", None),
        ("web:oven.blogspot.com", "Oven", None),
    ]


@pytest.mark.parametrize(("text", "n_follows"), [
    ("follower,following,followed_at\nanna,ben,2024-01-01\ncleo,ben,2024-01-02\n", 2),
    ("username,follower,following\nanna,120,30\nben,90,12\n", 0),
])  # fmt: skip
def test_follower_and_following_are_ties_between_names_and_counts_beside_one(
    workspace, tmp_path, text, n_follows
):
    accounts = _imported(workspace, tmp_path, "data.csv", text, "instagram")
    assert workspace.store.query("select count(*) n from follows").to_pylist() == [{"n": n_follows}]
    assert bool(accounts) == (n_follows == 0)


def test_posts_without_an_author_are_those_of_the_owner_that_is_named(workspace, tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text(
        "post_id,caption,date,likes\n1,Oat loaf with many seeds,2024-05-01,3\n2,Rye loaf,2024-05-02,4\n"
    )
    with pytest.raises(MappingError, match="nothing tells who wrote them"):
        import_files(workspace, path)
    import_files(workspace, path, platform="instagram", options=ReadOptions(owner="@anna"))
    rows = workspace.store.query("select distinct account_id from posts").to_pylist()
    assert rows == [{"account_id": "instagram:anna"}]


def test_a_footnote_under_a_list_is_nobody(workspace, tmp_path):
    rows = _imported(
        workspace, tmp_path, "list.csv", "handle,followers\n@anna,5\n@bert,6\n* ask Tom by Friday,\n"
    )
    assert len(rows) == 2


@pytest.mark.parametrize(
    "head", ["What they do / notes", "Notes / what they do", "Was sie machen / Notizen", "Writes about"]
)
def test_what_they_do_is_text_that_a_niche_is_found_in_and_notes_alone_are_not(
    workspace, tmp_path, head: str
):
    text = f"name,handle,{head},fans\nAnna,@anna,vegan baker in Leeds,5\nBert,@bert,pub roasts,6\n"
    _imported(workspace, tmp_path, "list.csv", text, "instagram")
    assert [row.handle for row in rank(workspace, "vegan baking").rows] == ["anna", "bert"]
    own = "handle,about,notes\n@anna,vegan baker,rude on the phone\n"
    _imported(workspace, tmp_path, "own.csv", own, "instagram")
    bios = workspace.store.query("select bio from accounts order by account_id")["bio"].to_pylist()
    assert bios == ["vegan baker", "pub roasts"]
