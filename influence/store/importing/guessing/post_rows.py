"""Rows that are posts, and what they tell of their authors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from influence.recognition.headers import words_of
from influence.store.importing.guessing import wanted
from influence.store.importing.guessing.account_rows import account_rules
from influence.store.importing.guessing.column import SourceColumn
from influence.store.importing.guessing.filling import Filled, TableReading, fill, rule_of
from influence.store.importing.guessing.identity import (
    IDENTITY,
    LEAST_SURE_OF,
    LEAST_TELLING,
    Who,
    _name_parts,
    who_of,
)
from influence.store.importing.mapping import ColumnRule, TableRule
from influence.store.people.handles import account_of, network_of_address, split_address

KNOWN_AUTHORS = 0.9
"""Share of the rows in which a column that tells authors is filled: a post has one."""
AUTHORS = {"blog", "author", "channel", "site", "user", "owner", "profile", "creator", "account"}
REACTED = {"likes", "comments", "shares", "views"}


def posts_in(columns: Sequence[SourceColumn]) -> TableReading | None:
    post = _by_own_address(_by_own_ids(fill(wanted.SLOTS["post"], columns), columns), columns)
    free = [
        c for c in columns if c not in post.columns.values() and (c.told or c.profile.filled >= KNOWN_AUTHORS)
    ]
    author = who_of(free, IDENTITY[:4] + IDENTITY[6:])
    if author is None or author.column.profile.words > 1.2:
        author = _by_address(free) or author
    if author is None or author.fit < LEAST_SURE_OF:
        author = _by_post_address(post.columns.get("url")) or author
    if author is not None and author.fit < LEAST_TELLING:
        author = None
    text = post.columns.get("text")
    url = post.columns.get("url")  # a profile's is no post's
    linked = url is not None and url.profile.share("profile address") <= KNOWN_AUTHORS
    ids = post.columns.get("post_id")  # a bare ``id`` may be a person's
    named = ids is not None and (ids.words.means("post_id") >= 0.9 or bool(REACTED & set(post.columns)))
    telling = text is not None or linked or named
    told = text is not None and (text.words.means("text") >= 0.6 or bool(REACTED & set(post.columns)))
    if not telling or ("created_at" not in post.columns and not told and not _ids_by_author(post, author)):
        return None
    people = author is None and len(_name_parts(columns)) == 2 and not REACTED & set(post.columns)
    if people or _describes_authors(post, columns):
        return None
    evidence = post.evidence + (0.8 * author.fit if author else -1.0)
    if text is not None and not (text.words.means("text") >= 0.6 or text.profile.is_text):
        evidence -= 1.0
    if "post_id" in post.columns and post.columns["post_id"].words.means("post_id"):
        evidence += 0.6
    if author is not None and author.column.profile.n > 3 and author.column.profile.unique < 0.7:
        evidence += 1.0
    if "created_at" in post.columns and _are_pages(url):
        evidence += 1.0
    if text is None:
        evidence -= 0.8
    if author is not None and text is not None:
        evidence -= _speaks_of_accounts(author, text, post, columns)
    rules = _tables(columns, post.columns, author)
    key = 0.95 if author and _is_telling(author) else 0.45
    reason = "one row for each post" + (f" (by {author.column.header})" if author else "")
    return TableReading("posts", rules, evidence, key, reason)


def _by_address(columns: Sequence[SourceColumn]) -> Who | None:
    """Whose an address is that the header calls an author's (`blog_url`), beside the title of a blog."""
    told = (c for c in columns if c.words.means("url", "profile_url") and AUTHORS & set(words_of(c.header)))
    found = next((c for c in told if c.profile.share("address") + c.profile.share("host") > 0.9), None)
    return Who(found, "url", 0.9) if found else None


def _by_post_address(url: SourceColumn | None) -> Who | None:
    """Who wrote a post, where its address says it: ``tiktok.com/@amy/video/1``, ``x.com/amy/status/1``."""
    seen = [address for address in url.known[:500] if network_of_address(address)] if url else []
    told = sum(account_of(address) is not None and "/r/" not in address for address in seen)
    return Who(url, "url", 0.9) if url and told > KNOWN_AUTHORS * len(url.known[:500]) else None


def _are_pages(url: SourceColumn | None) -> bool:
    """Each row has an address of its own, of a page on a site: found by a monitor; a list of blogs has their sites."""
    if url is None or url.profile.unique <= 0.98 or url.profile.share("profile address") > 0.1:
        return False
    return sum(bool(split_address(address)[1]) for address in url.known) > KNOWN_AUTHORS * len(url.values)


def _ids_by_author(post: Filled, author: Who | None) -> bool:
    """Bare ids of posts, many by one author."""
    ids = post.columns.get("post_id")
    many = author is not None and author.column.profile.unique <= 0.7
    return many and ids is not None and ids.words.means("post_id") >= 0.9 and ids.profile.unique > 0.98


def _describes_authors(post: Filled, columns: Sequence[SourceColumn]) -> bool:
    """A description beside counts of followers, and no reaction: what stands there is said of accounts."""
    text = post.columns.get("text")
    counts = [c for c in columns if c.fit("followers", ("", "author")) >= 0.9]
    ids = post.columns.get("post_id")
    said = text is not None and _describes(text) and bool(counts)
    return said and not REACTED & set(post.columns) and (ids is None or ids.words.means("post_id") < 0.9)


def _is_telling(author: Who) -> bool:
    """A column without a name must hold what only accounts are called, or tell many apart."""
    share = author.column.profile.share
    named = author.column.told or not re.fullmatch(r"column_\d+", author.column.header)
    named = named or author.column.profile.unique > 0.1
    return named or share("@handle") + share("address") + share("e-mail") + share("platform:handle") > 0.8


def _speaks_of_accounts(
    author: Who, text: SourceColumn, post: Filled, columns: Sequence[SourceColumn]
) -> float:
    """How much speaks for accounts: of many authors none has a second row, and each a description, or a bare title."""
    if author.column.profile.unique <= 0.98 or REACTED & set(post.columns):
        return 0.0
    if author.column.profile.n >= 20 and _describes(text):
        return 3.0
    described = any(c.fit("bio", ("", "post")) >= 0.7 for c in columns if c is not text)
    return 2.0 if _titles_only(text, post) and not described else 0.0


def _titles_only(text: SourceColumn, post: Filled) -> bool:
    """A title, and nothing else that posts have."""
    ids = post.columns.get("post_id")
    told = ids is not None and (ids.words.means("post_id") >= 0.9 or ids.profile.share("id") > 0.9)
    return "url" not in post.columns and not told and text.words.means("text") < 0.6


def _describes(text: SourceColumn) -> bool:
    named = text.words.means("text", "title")
    return text.words.means("bio", "description") >= named if text.words.readings else True


def _by_own_ids(post: Filled, columns: Sequence[SourceColumn]) -> Filled:
    """Comments tell their own id and that of what they answer: the one that no two rows share is theirs."""
    ids = post.columns.get("post_id")
    if ids is None or ids.profile.unique > 0.98:
        return post
    free = [c for c in columns if c not in post.columns.values() and c.profile.filled == 1]
    own = (c for c in free if max(c.fit(meaning, ("", "post")) for meaning in ("post_id", "id")) >= 0.7)
    found = next((c for c in own if c.profile.unique > 0.98), None)
    return replace(post, columns={"reply_to": ids} | post.columns | {"post_id": found}) if found else post


def _by_own_address(post: Filled, columns: Sequence[SourceColumn]) -> Filled:
    """Beside the address of a profile (`facebookUrl`) another one is that of the post."""
    url, used = post.columns.get("url"), list(post.columns.values())
    if url is None or url.profile.share("profile address") < 0.8:
        return post
    free = (c for c in columns if c not in used and c.fit("url", ("", "post")) >= 0.5)
    found = next((c for c in free if c.profile.filled == 1 and not c.profile.share("profile address")), None)
    return replace(post, columns={**post.columns, "url": found}) if found else post


def post_rules(
    columns: Sequence[SourceColumn], post: dict[str, SourceColumn], author: Who | None = None
) -> tuple[ColumnRule, ...]:
    """What fills the columns of posts, but for their author."""
    rules = [rule_of("posts", target, column) for target, column in post.items() if target != "post_id"]
    ids = post.get("post_id")
    if ids is not None and _tells_posts(ids, post.get("text")):
        rules.append(ColumnRule("post_id", ids.header))
    else:
        rules.append(ColumnRule("post_id", digest=_digest(post, author, columns)))
    rules = [_with_title(rule, post, columns) if rule.target == "text" else rule for rule in rules]
    rules = [_with_thread(rule, post, columns) if rule.target == "reply_to" else rule for rule in rules]
    return tuple(_with_clock(rule, post, columns) if rule.target == "created_at" else rule for rule in rules)


def _tables(
    columns: Sequence[SourceColumn], post: dict[str, SourceColumn], author: Who | None
) -> tuple[TableRule, ...]:
    rules = post_rules(columns, post, author)
    if author is None:
        return (TableRule("posts", rules),)
    url = post.get("url")
    named = author.network or _network_of(url)
    if author.platform is None and named is None and url is not author.column and _on_networks(url):
        author = replace(author, platform=url)
    by = author.rule("account_id")
    posts = TableRule("posts", (*rules, by), platform=named)
    ties = _ties_told(columns, post, rules, replace(by, target="actor_id"), named)
    left = [c for c in columns if c not in post.values() and not _of_post_only(c)]
    about = [replace(r, platform=r.platform or named) for r in account_rules(author, left, distinct=True)]
    facts = {rule.target for rule in about[0].columns} - {"handle", "platform"}
    return (posts, *about[:1], *ties) if facts else (posts, *ties)


def _ties_told(
    columns: Sequence[SourceColumn],
    post: dict[str, SourceColumn],
    rules: Sequence[ColumnRule],
    actor: ColumnRule,
    platform: str | None,
) -> Iterator[TableRule]:
    """Whom a post answers, shares or names, where a column tells it: ``in_reply_to_screen_name``, ``Parent Handle``."""
    about = tuple(rule for rule in rules if rule.target in ("post_id", "created_at"))
    for column in columns:
        words = words_of(column.header)
        kind = next((kind for word in words for kind, ways in wanted.DOINGS.items() if word in ways), None)
        told = column.fit("interacted_with", ("", "post", "other")) >= 0.9
        if kind and told and column.profile.share("handle") > 0.9 and column not in post.values():
            ends = (actor, ColumnRule("target_id", column.header), ColumnRule("kind", constant=kind))
            yield TableRule("interactions", (*ends, *about), platform=platform, only_with=(column.header,))


def _network_of(url: SourceColumn | None) -> str | None:
    """The network on which all posts are, by their addresses."""
    if url is None:
        return None
    found = {network_of_address(value) for value in url.known[:500]}
    return found.pop() if len(found) == 1 else None


def _on_networks(url: SourceColumn | None) -> bool:
    """Some posts are on one network, some on another: the address of each tells where its author is."""
    return url is not None and any(network_of_address(value) for value in url.known[:500])


def _of_post_only(column: SourceColumn) -> bool:
    """The type, topic or description of a post is not its author's; a bio is nobody else's."""
    told = {reading.meaning for reading in column.words.readings}
    if column.profile.share("profile address") < 0.5 and set(words_of(column.header)) <= wanted.LINKS:
        return True
    if not told or any(reading.scope == "author" for reading in column.words.readings):
        return False
    of_posts = told & wanted.OF_POSTS
    named = "reach" in told or column.words.readings[0].meaning in of_posts
    return named or bool(of_posts and told & {"bio", "joined"})


def _with_title(
    rule: ColumnRule, post: dict[str, SourceColumn], columns: Sequence[SourceColumn]
) -> ColumnRule:
    """A title stands before what it is the title of."""
    text = post["text"]
    used = {column.header for name, column in post.items() if name != "text"}
    free = [c for c in columns if c.header not in used and c is not text]
    if text.words.means("title") < 0.7:
        title = next((c for c in free if c.fit("title", ("", "post")) >= 0.7), None)
        return rule if title is None else replace(rule, column=title.header, others=(text.header,), join="\n")
    body = next(
        (c for c in free if max(c.fit("text", ("", "post")), c.fit("bio", ("", "post"))) >= 0.7), None
    )
    return rule if body is None else replace(rule, others=(body.header,), join="\n")


def _with_thread(
    rule: ColumnRule, post: dict[str, SourceColumn], columns: Sequence[SourceColumn]
) -> ColumnRule:
    """A comment that answers none of the others (`parent_id` empty) answers the post that it stands under."""
    if post["reply_to"].profile.filled > 0.98:
        return rule
    free = (c for c in columns if c not in post.values() and c.profile.unique <= 0.98)
    under = next((c for c in free if c.fit("post_id", ("", "post")) >= 0.9), None)
    return replace(rule, others=(under.header,)) if under else rule


def _with_clock(
    rule: ColumnRule, post: dict[str, SourceColumn], columns: Sequence[SourceColumn]
) -> ColumnRule:
    """A day and, in a column of its own, the time of day."""
    free = [c for c in columns if c not in post.values() and c.profile.share("time of day") > 0.9]
    if not free or any(":" in value for value in post["created_at"].known[:50]):
        return rule
    return replace(rule, others=(free[0].header,), join=" ")


def _tells_posts(ids: SourceColumn, text: SourceColumn | None) -> bool:
    """Whether it tells posts apart: an id that rows with other texts share is that of what they are about."""
    profile = ids.profile
    shared = text is not None and text.profile.n_unique > 2 * profile.n_unique
    named = ids.words.means("post_id") >= 0.9 and not shared
    return profile.share("cut id") <= 0.01 and (profile.unique > 0.9 or named)


def _digest(
    post: dict[str, SourceColumn], author: Who | None, columns: Sequence[SourceColumn]
) -> tuple[str, ...]:
    """What tells posts apart that bring no id: their address, else author, time and text."""
    url = post.get("url")
    if url is not None and url.profile.unique > 0.98 and url.profile.filled > 0.98:
        return (url.header,)
    parts = [author.column] if author else []
    parts += [post[name] for name in ("created_at", "text", "url") if name in post]
    return tuple(column.header for column in parts)
