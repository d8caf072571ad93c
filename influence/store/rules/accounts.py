"""Rules about who is who: accounts without a row, one person twice, silent accounts, ties to oneself."""

from __future__ import annotations

from influence.findings import Finding, Severity
from influence.store.rules.base import N_EXAMPLES, Frame, RowRule, Rule, plural

REFERENCES = (
    ("posts", "account_id", "write posts"),
    ("follows", "follower_id", "follow others"),
    ("follows", "followee_id", "are followed"),
    ("interactions", "actor_id", "react to others"),
    ("interactions", "target_id", "are reacted to"),
    ("snapshots", "account_id", "have snapshots"),
    ("contacts", "account_id", "have a contact"),
    ("outcomes", "account_id", "have campaign outcomes"),
    ("metrics", "account_id", "have vendor averages"),
    ("customers", "account_id", "are named by customers"),
)


def orphans(frame: Frame) -> list[Finding]:
    """Accounts that other tables name and that have no row in accounts."""
    found = []
    for table, column, doing in REFERENCES:
        if frame.counts[table] == 0:
            continue
        missing = (
            f"(select distinct {column} as account_id from {table} where {column} is not null "
            "except select account_id from accounts) as missing"
        )
        n = frame.scalar(f"select count(*) as n from {missing}")
        if n:
            sql = f"select account_id as example from {missing} order by example limit {N_EXAMPLES}"
            found.append(
                Finding(
                    Severity.NOTE,
                    f"not-in-accounts-{table}",
                    f"{plural(n, 'account')} {doing} and have no row in accounts",
                    table,
                    n,
                    frame.words(sql),
                    "they take part all the same; import their profiles to know followers, language and kind",
                )
            )
    return found


def doubles(frame: Frame) -> list[Finding]:
    """Handles that write posts on one platform and have their profile on another: often one person split in two."""
    if not frame.counts["posts"] or not frame.counts["accounts"]:
        return []
    handle = "substr({0}, strpos({0}, ':') + 1)".format
    writers = "(select distinct account_id as id from posts where account_id not in (select account_id from accounts))"
    silent = (
        "(select account_id as id from accounts where account_id not in "
        "(select account_id from posts where account_id is not null))"
    )
    both = f"from {writers} as w join {silent} as s on {handle('w.id')} = {handle('s.id')}"
    n = frame.scalar(f"select count(distinct w.id) as n {both}")
    if not n:
        return []
    counts = [frame.scalar(f"select count(*) as n from {part} as part") for part in (writers, silent)]
    message = (
        f"{plural(counts[0], 'account')} write posts and have no profile, {counts[1]:,} have a profile and no posts; "
        f"{n:,} names agree"
    )
    examples = frame.words(
        f"select w.id || ' and ' || s.id as example {both} order by example limit {N_EXAMPLES}"
    )
    hint = "if they are one, `influence accounts merge PROFILE WRITER`; or import again with --platform"
    return [Finding(Severity.WARNING, "probable-doubles", message, "posts", n, examples, hint)]


def _same(code: str, severity: Severity, what: str, column: str, expression: str, hint: str) -> RowRule:
    """Several accounts that share a value."""
    return RowRule(
        severity,
        code,
        "accounts",
        "n > 1",
        "{n} " + what + " are shared by several accounts",
        hint,
        "value || ' (' || cast(n as varchar) || ' accounts)'",
        source=f"(select {expression} as value, count(*) as n from accounts where length(trim({column})) > 2 "
        f"group by {expression}) as shared",
    )


SAME_NAME = _same("same-name", Severity.NOTE, "names", "name", "lower(trim(name))",
                  "if they are one person, keep one account for outreach")  # fmt: skip
SAME_HANDLE = _same("same-handle", Severity.NOTE, "handles", "handle", "lower(trim(handle))",
                    "the same handle on several platforms is often one person: write to them once")  # fmt: skip
SAME_URL = _same("same-address", Severity.WARNING, "addresses", "url", "rtrim(lower(trim(url)), '/')",
                 "two ids for one profile: import again with one handle")  # fmt: skip

ODD_HANDLES = RowRule(
    Severity.WARNING,
    "odd-handles",
    "accounts",
    r"regexp_matches(account_id, '[\s\p{Cc}\p{Cf}]')",
    "{of} have blanks or invisible characters in the handle",
    "a name may have been mapped as handle; invisible characters make two accounts look like one",
    "account_id",
)

SILENT = RowRule(
    Severity.NOTE,
    "no-text",
    "accounts",
    "coalesce(trim(bio), '') = '' and account_id not in "
    "(select account_id from posts where text is not null and account_id is not null)",
    "{of} have neither a bio nor a post with text",
    "they can be found by ties and examples (--like) only, not by words",
    "account_id",
)

SELF_FOLLOWS = RowRule(
    Severity.NOTE,
    "self-follows",
    "follows",
    "follower_id = followee_id",
    "{of} tie an account to itself",
    "they are ignored",
    "follower_id",
)

SELF_REACTIONS = RowRule(
    Severity.NOTE,
    "self-reactions",
    "interactions",
    "actor_id = target_id",
    "{of} are reactions to oneself",
    "they are ignored",
    "actor_id",
)

UNKNOWN_POSTS = RowRule(
    Severity.NOTE,
    "reactions-to-unknown-posts",
    "interactions",
    "post_id is not null and post_id not in (select post_id from posts)",
    "{of} are about posts that are not in the workspace",
    "they count as attention to the account; import the posts to know what it was about",
    "post_id",
)

LANGUAGE_UNKNOWN = RowRule(
    Severity.NOTE,
    "language-unknown",
    "posts",
    "language is null",
    "{of} have no language",
    "--language can only filter what is known",
    "post_id",
    least_share=0.5,
)

LEFT_OUT = (
    RowRule(
        Severity.NOTE,
        "private-accounts",
        "accounts",
        "is_private",
        "{of} are private and are left out of every list",
        "nothing to do",
        "account_id",
    ),
    RowRule(
        Severity.NOTE,
        "noindex-accounts",
        "accounts",
        "noindex",
        "{of} asked not to be indexed and are left out of every list",
        "nothing to do",
        "account_id",
    ),
)

RULES: tuple[Rule, ...] = (
    orphans, doubles, SAME_NAME, SAME_HANDLE, SAME_URL, ODD_HANDLES, SILENT, SELF_FOLLOWS, SELF_REACTIONS,
    UNKNOWN_POSTS, LANGUAGE_UNKNOWN, *LEFT_OUT,
)  # fmt: skip
