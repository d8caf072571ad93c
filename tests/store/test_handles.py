"""One normal form of a name: fifteen spellings of four blogs are four accounts."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.store.importing.account_columns import Aliases, name_accounts
from influence.store.importing.transaction import import_files
from influence.store.people.handles import account_of, network_of_address, own_domain, platform_of
from influence.store.workspace import Workspace

SPELLINGS = {
    "web:crumb.example": (
        "crumb.example", "www.crumb.example", "https://crumb.example:443/", "crumb.example.", "//crumb.example",
        "http://crumb.example//", "crumb.example/about", "https://www.Crumb.example/?utm_source=x",
        "crumb.example/?fbclid=IwAR0", "web:Crumb.example", "https://crumb.example/2024/05/oat-loaf",
    ),
    "web:bäckerei.example": ("xn--bckerei-5wa.example", "http://Bäckerei.example/", "ba\u0308ckerei.example"),
    "web:uni.example/~anna": ("uni.example/%7Eanna", "https://uni.example/~anna/"),
    "web:crumbs.blogspot.com": ("crumbs.blogspot.com", "http://crumbs.blogspot.co.uk/search?q=x",
    "crumbs.blogspot.de"),
    "web:crumbs.substack.com": ("crumbs.substack.com", "https://crumbs.substack.com/p/oat-loaf"),
    "web:crumbs.tumblr.com": ("crumbs.tumblr.com", "tumblr:crumbs", "https://www.tumblr.com/crumbs"),
    "instagram:oven_amy": (
        "ig:Oven_Amy", "Instagram:@oven_amy", "https://www.instagram.com/oven_amy/?igsh=abc",
        "instagram.com/oven_amy",
        "https://instagram.com/stories/oven_amy/1", "insta: oven_amy", "instagram:\uff4fven_amy\u200d",
    ),
    "twitter:oven_dan": (
        "X:oven_dan", "https://x.com/oven_dan?lang=en", "https://twitter.com/Oven_Dan/status/1", "Twitter:@oven_dan",
        "https://twitter.com/intent/user?screen_name=oven_dan",
    ),
    "tiktok:www.oven.com546": ("https://www.tiktok.com/@www.oven.com546/video/7", "tiktok:www.oven.com546"),
    "tiktok:oven_eve": ("https://www.tiktok.com/@oven_eve/video/7", "TikTok:oven_eve"),
    "youtube:crumbs": ("youtube.com/@crumbs", "https://www.youtube.com/c/Crumbs/videos", "yt:crumbs"),
    "mastodon:anna@social.example": (
        "@anna@social.example", "https://social.example/@anna", "mastodon:anna@social.example",
        "https://other.example/@anna@social.example",
    ),
    "threads:anna": ("@anna@threads.net", "https://www.threads.net/@anna"),
    "twitter:xantha": ("https://x.com//xantha", "https://x.com/XanthA/"),
    "instagram:amy": ("https://instagram.com/amy?screen_name=ben",),
    "linkedin:amy": ("https://linkedin.com/IN/amy",),
    "web:localhost": ("http://localhost:3000/amy",),
    "web:rye.wordpress.com": ("https://wordpress.com/blog/view/rye", "wordpress.com/rye"),
    "web:hub.example/blogs/amy": ("hub.example/blogs/amy/2024/rye",),
    "web:hub.example/sites": ("hub.example/sites/blogs",),
    "web:hub.example": ("hub.example/wp-login", "hub.example/Index"),
    "web:social.example/users/anna": ("https://social.example/users/anna",),
    "bluesky:anna.bsky.social": ("https://bsky.app/profile/anna.bsky.social", "bluesky:anna",
    "bsky:@anna.bsky.social"),
    "linkedin:anna-k": ("https://de.linkedin.com/in/anna-k/", "LinkedIn:anna-k"),
    "facebook:100": ("https://facebook.com/profile.php?id=100", "https://m.facebook.com/people/Anna/100/",
    "fb:100.0"),
    "reddit:anna": ("https://old.reddit.com/user/anna", "reddit:u/anna", "reddit:anna"),
    "medium:oven-tech": ("https://medium.com/oven-tech?source=rss", "https://medium.com/oven-tech/a-loaf-1a2b"),
    "web:anna@rye.example": ("instagram:anna@rye.example", "web:anna@rye.example"),
    "medium:anna": ("https://medium.com/@anna", "anna.medium.com"),
    "web:istanbul_x": ("web:İstanbul_x", "İSTANBUL_x".lower()),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What an earlier test asked must not answer this one: mutation testing would find every change harmless."""
    account_of.cache_clear()
    platform_of.cache_clear()


@pytest.mark.parametrize(
    ("account_id", "text"), [(key, text) for key, texts in SPELLINGS.items() for text in texts]
)
def test_every_spelling_is_the_same_account(account_id: str, text: str) -> None:
    account = account_of(text)
    assert account is not None
    assert account.account_id == account_id


@pytest.mark.parametrize(
    "text", ["anna@social.example", "https://social.example/users/anna", "https://social.example/web/@anna"]
)
def test_on_mastodon_more_forms_are_names(text: str) -> None:
    account = account_of(text, "mastodon")
    assert account is not None
    assert account.account_id == "mastodon:anna@social.example"


@pytest.mark.parametrize(
    ("address", "network"),
    [("https://m.facebook.com/x", "facebook"), ("facebook.com/x", None), ("https://crumb.example", None)],
)
def test_an_address_is_on_the_pages_of_a_network_or_on_none(address: str, network: str | None) -> None:
    assert network_of_address(address) == network


@pytest.mark.parametrize(
    "text",
    ["https://?q=1", "[deleted]", "u/[deleted]", "reddit:[deleted]", "", " ", "@", "null", "N/A", "a\x07b"],
)
def test_nobody_is_no_account(text: str) -> None:
    assert account_of(text) is None


@pytest.mark.parametrize("text", ["https://www.instagram.com/p/abc/", "https://www.youtube.com/watch?v=1"])
def test_the_address_of_a_post_names_no_account(text: str) -> None:
    assert account_of(text) is None


def test_blogs_of_one_host_stay_apart() -> None:
    hosts = [
        "salon.example/blogs/0001",
        "salon.example/blogs/0002",
        "home.example/~a",
        "home.example/~b",
        "t.example/a",
    ]
    assert len({account_of(host) for host in hosts}) == 5


@pytest.mark.parametrize(
    ("text", "platform"),
    [("ig", "instagram"), ("Instagram", "instagram"), ("X", "twitter"), ("X (Twitter)", "twitter"), ("Twitter/X",
     "twitter"),
     ("Blog", "web"), ("website", "web"), ("Tik Tok", "tiktok"), ("YouTube.com", "youtube"), ("Our Forum",
     "our_forum")],
)  # fmt: skip
def test_a_platform_has_one_name(text: str, platform: str) -> None:
    assert platform_of(text) == platform


@given(st.text(max_size=30), st.sampled_from(["web", "instagram", "reddit", "bluesky", "tumblr", "mastodon"]))
def test_the_normal_form_of_a_normal_form_is_itself(text: str, platform: str) -> None:
    account = account_of(text, platform)
    if account is not None and "://" not in account.handle:
        again = account_of(account.account_id)
        assert again is not None
        assert again.account_id == account.account_id


@given(
    st.lists(st.one_of(st.none(), st.from_regex(
        r"((ig|X|web|_|tumblr|bluesky|reddit|HTTP|did|a1):){0,2}@?[a-zA-Z0-9_.\-]{0,8}(\.blogspot\.[a-z]{2})?",
        fullmatch=True)), max_size=8),
    st.sampled_from(["web", "instagram", "bluesky"]),
)  # fmt: skip
def test_whole_columns_are_named_as_single_values_are(values: list[str | None], platform: str) -> None:
    named, _ = name_accounts({"account_id": pa.array(values, pa.string())}, "posts", (), platform, Aliases())
    one_by_one = [None if value is None else account_of(value, platform) for value in values]
    assert named["account_id"].to_pylist() == [None if one is None else one.account_id for one in one_by_one]


@pytest.mark.parametrize(
    ("host", "owned"),
    [("co.uk", None), ("shop.crumb.co.uk", "crumb.co.uk"), ("blogspot.com", None), ("a.crumbs.blogspot.com",
     "crumbs.blogspot.com"),
     ("substack.com", None), ("crumbs.substack.com", "crumbs.substack.com"), ("localhost", None),
     ("anna@crumb.example", "crumb.example"), ("a.b.substack.com", "b.substack.com"), ("x.crumb.unheardof",
     "crumb.unheardof"), ("https://crumb.example/@anna", "crumb.example")],
)  # fmt: skip
def test_a_public_suffix_belongs_to_nobody(host: str, owned: str | None) -> None:
    assert own_domain(host) == owned


def rows(workspace: Workspace, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in workspace.store.query(sql).to_pylist()]


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def test_a_number_and_a_handle_of_one_row_are_one_account(workspace: Workspace, tmp_path: Path) -> None:
    write(
        tmp_path,
        accounts="id,username,followers\n17841,oven_amy,12\n17842,oven_eve,3\n",
        posts="post_id,author_id,text\np1,17841,oat\np2,oven_eve,rye\n",
        follows="follower_id,followee_id\n17841,17842\n",
    )
    import_files(workspace, tmp_path, platform="ig")
    assert rows(workspace, "select post_id, account_id from posts order by 1") == [
        ("p1", "instagram:oven_amy"), ("p2", "instagram:oven_eve"),
    ]  # fmt: skip
    assert rows(workspace, "select follower_id, followee_id from follows") == [
        ("instagram:oven_amy", "instagram:oven_eve")
    ]


def test_posts_that_came_before_the_handles_are_given_to_them(workspace: Workspace, tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    write(first, posts="post_id,author_id,text\np1,17841,oat\n", accounts="account_id,followers\n17841,12\n")
    write(second, accounts="id,username,bio\n17841,oven_amy,vegan\n")
    import_files(workspace, first, platform="instagram")
    import_files(workspace, second, platform="instagram")
    assert rows(workspace, "select account_id from posts") == [("instagram:oven_amy",)]
    assert rows(workspace, "select account_id, followers, bio from accounts") == [
        ("instagram:oven_amy", 12, "vegan")
    ]
    import_files(workspace, first, platform="instagram")
    assert rows(workspace, "select account_id from posts") == [("instagram:oven_amy",)]
    assert rows(workspace, "select account_id from accounts") == [("instagram:oven_amy",)]


def test_the_platform_is_told_row_by_row(workspace: Workspace, tmp_path: Path) -> None:
    write(
        tmp_path,
        accounts="platform,username\nInstagram,ben\nYouTube,cleo\nBlog,crumb.example\n",
        posts="post_id,platform,username,text\n1,ig,ben,rye\n2,YouTube,cleo,oat\n3,website,www.crumb.example,spelt\n",
    )
    import_files(workspace, tmp_path)
    assert rows(workspace, "select count(*) as n from posts semi join accounts using (account_id)") == [(3,)]


def test_deleted_authors_are_left_out_and_counted(workspace: Workspace, tmp_path: Path) -> None:
    write(tmp_path, posts="post_id,author,text\n1,[deleted],a\n2,anna,b\n3,u/[deleted],c\n")
    report = import_files(workspace, tmp_path, platform="reddit")
    assert (report.n_new, report.n_left_out, report.n_rejected) == (1, 2, 0)
    assert [f.message for f in report.findings if f.code == "deleted-accounts"] == [
        "posts.csv: 2 rows of deleted accounts left out"
    ]
